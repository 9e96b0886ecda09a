"""With this one can keep a run in a folder, and go on with it later.

- `RunFolder.check_free` refuses a folder that holds something, before any work is done.
- `RunFolder.keep` writes model, history and the state of the training, each file whole or not at
  all, and a new folder too.
- `RunFolder.read` gives settings and state back, to resume from.

What the pictures show lives in `pictures`, the layout of a model file in `model_files`.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini import model_files
from autograd_mini.commands.settings import Settings
from autograd_mini.commands.usage import UsageError, explained
from autograd_mini.errors import ModelFileError
from autograd_mini.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autograd_mini.neurons import MLP
    from autograd_mini.training import History

__all__ = ["PICTURES", "Interim", "RunFolder"]

MODEL, HISTORY, TRAINING = "model.json", "history.csv", "training.json"
PICTURES = (
    "graph.svg", "graph.html", "network.svg", "loss.svg", "confusion.svg", "boundary.svg",
    "digits.svg",
)  # fmt: skip

COLUMNS = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy")
"""Of the history. How long an epoch took is left out, so that the same run has the same bytes."""


class Interim(NamedTuple):
    """Where a training is, as a run folder keeps it.

    Parameters
    ----------
    settings : Settings
    fingerprint : str
        Of the data.
    state : dict
        `History.state`, from which `fit` resumes.
    """

    settings: Settings
    fingerprint: str
    state: dict[str, Any]


class RunFolder:
    """A folder with the files of one run.

    Parameters
    ----------
    path : path
        It need not exist yet.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def check_free(self, *, force: bool) -> None:
        """Raise UsageError if the folder can't take a run.

        Parameters
        ----------
        force : bool
            Whether an earlier run in it may be replaced.
        """
        with explained(OSError):
            if self.path.is_dir() and any(self.path.iterdir()) and not force:
                raise UsageError(
                    f"{self.path} is there already and not empty; accepted: another --out, "
                    "--force to replace the run in it, --resume to go on with it"
                )
        existing = next(
            path for path in (self.path, *self.path.absolute().parents) if path.exists()
        )
        if not existing.is_dir():
            raise UsageError(f"{existing} is a file; accepted: a folder that may be written to")
        if not os.access(existing, os.W_OK | os.X_OK):
            raise UsageError(f"{existing} can't be written to; accepted: another --out")

    def keep(self, net: MLP, interim: Interim, notes: Mapping[str, Any], history: History) -> None:
        """Write the model, its history, and what is needed to go on.

        Pictures of an earlier run are removed.

        Parameters
        ----------
        net : MLP
        interim : Interim
        notes : mapping
            What `predict` has to know beside the network.
        history : History

        Raises
        ------
        UsageError
            If something can't be written.
        """
        # How long epochs took is no part of a run's result, and would differ each time.
        rows = [[*row[:-1], 0.0] for row in interim.state["rows"]]
        training = {
            "settings": interim.settings.to_dict(),
            "data": interim.fingerprint,
            "state": interim.state | {"rows": rows},
        }
        with explained(OSError), self._staged() as folder:
            net.save(folder / MODEL, notes)
            write_whole(folder / HISTORY, _history(history))
            model_files.write(folder / TRAINING, training)
        for picture in PICTURES:
            (self.path / picture).unlink(missing_ok=True)

    @contextmanager
    def _staged(self) -> Iterator[Path]:
        """Give a folder to write into; at the end it becomes this one, or its files move there."""
        # Beside the files, so that they move in one step: never from one disk to another.
        beside = self.path if self.path.exists() else self.path.absolute().parent
        stage = beside / f".{self.path.name}.{os.urandom(4).hex()}"
        stage.mkdir(parents=True)
        try:
            yield stage
            if self.path.exists():
                for file in sorted(stage.iterdir()):
                    file.replace(self.path / file.name)
            else:
                stage.rename(self.path)
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def read(self) -> Interim:
        """Return where the training in this folder is.

        Raises
        ------
        UsageError
            If there is none, or its file is damaged.
        """
        path = self.path / TRAINING
        if not path.exists():
            raise UsageError(
                f"there is no run to resume in {self.path} (no {TRAINING}); "
                "without --resume one begins"
            )
        with explained(OSError, ModelFileError):
            content = model_files.read(path)
            try:
                settings = Settings.from_dict(content["settings"])
                return Interim(settings, content["data"], content["state"])
            except (KeyError, TypeError) as error:
                raise ModelFileError(str(path), f"it is of another kind ({error})") from error

    def files(self) -> list[Path]:
        """Return the files of the run that are there."""
        paths = [self.path / name for name in (MODEL, HISTORY, TRAINING, *PICTURES)]
        return [path for path in paths if path.exists()]


def _history(history: History) -> str:
    """Return the history as comma-separated text."""
    lines = [",".join(COLUMNS)]
    for row in history.rows:
        cells = (getattr(row, name) for name in COLUMNS)
        lines.append(",".join("" if cell is None else repr(cell) for cell in cells))
    return "".join(f"{line}\n" for line in lines)
