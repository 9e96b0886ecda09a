"""With this one can apply a trained model: ``autograd-mini predict MODEL.json --csv FILE``.

Start from `run`. How a model is trained lives in `train`.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini import model_files
from autograd_mini.commands.usage import Parser, UsageError, explained, say
from autograd_mini.datasets import Scaling, read_csv
from autograd_mini.errors import ModelFileError
from autograd_mini.files import write_whole
from autograd_mini.neurons import MLP
from autograd_mini.training import answers, predict

if TYPE_CHECKING:
    import argparse

    from autograd_mini.datasets import Dataset

__all__ = ["Model", "add_parser", "notes", "run"]

_EPILOG = """\
The file has the columns that the model was trained on, in any order; others are
left aside. Predictions go to standard output, the accuracy to standard error,
so that the former can be piped.

examples:
  autograd-mini predict runs/flowers/model.json --csv new.csv
  autograd-mini predict runs/iris/model.json --csv flowers.csv --target species
  autograd-mini predict runs/flowers/model.json --csv new.csv --out classes.csv
"""


class Model(NamedTuple):
    """A trained network, with what it takes to apply it to a file."""

    net: MLP
    scaling: Scaling
    feature_names: list[str]
    class_names: list[str]
    target: str | None
    loss: str

    @classmethod
    def load(cls, path: str) -> Model:
        """Return the model that `train` wrote.

        Raises
        ------
        ModelFileError
            If the file holds none.
        OSError
            If it can't be read.
        """
        net = MLP.load(path)
        stored = model_files.read(path).get("notes", {})
        try:
            return cls(
                net,
                Scaling.from_dict(stored["scaling"]),
                list(stored["feature_names"]),
                list(stored["class_names"]),
                stored["target"],
                stored["loss"],
            )
        except (KeyError, TypeError, ValueError) as error:
            reason = f"it does not say how features are scaled and named ({error})"
            raise ModelFileError(path, reason) from error


def notes(data: Dataset, scaling: Scaling, target: str | None, loss: str) -> dict[str, Any]:
    """Return what a model file has to hold beside the network, for `Model.load`."""
    return {
        "data": data.name,
        "target": target,
        "feature_names": data.feature_names,
        "class_names": data.class_names,
        "scaling": scaling.to_dict(),
        "loss": loss,
    }


def add_parser(commands: argparse._SubParsersAction[Parser]) -> None:
    """Say what the command takes."""
    parser = commands.add_parser(
        "predict",
        help="apply a trained model to a CSV file",
        description="Apply a trained model to a CSV file, and print the class of each row.",
        epilog=_EPILOG,
    )
    parser.add_argument("model", metavar="MODEL.json", help="as written by autograd-mini train")
    parser.add_argument("--csv", metavar="FILE", required=True, help="the examples")
    parser.add_argument(
        "--target", metavar="COLUMN",
        help="the column with the right classes, if it is there; then the accuracy is printed "
        "too (default: the one that the model was trained on)",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="FILE", help="file to write the predictions to (default: print them)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the class of each row of a file, and how sure the network is of it.

    Parameters
    ----------
    arguments : argparse.Namespace
        With `model`, `csv`, `target` and `out`.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    UsageError
        If a file can't be read or written, or holds what is not accepted.
    """
    if arguments.out and any(
        _same(arguments.out, read) for read in (arguments.model, arguments.csv)
    ):
        raise UsageError(
            f"--out {arguments.out} would write over what is read: choose another file"
        )
    with explained(ModelFileError, OSError):
        model = Model.load(arguments.model)
    with explained(ValueError, OSError):
        data = read_csv(
            arguments.csv,
            arguments.target or model.target,
            columns=model.feature_names,
            class_names=model.class_names,
        )
    if arguments.target and not data.targets:
        raise UsageError(f"{arguments.csv} has no column {arguments.target!r} for --target")
    features = model.scaling.apply(data.features)
    classes = predict(model.net, features, loss=model.loss)
    _print(_table(model, classes, answers(model.net, features)), arguments.out)
    if data.targets:
        right = sum(map(int.__eq__, classes, data.targets))
        share = f"{100 * right / len(classes):.2f} %"
        sys.stderr.write(f"accuracy: {share} ({right} of {len(classes)})\n")
    return 0


def _table(model: Model, classes: list[int], found: list[list[float]]) -> str:
    """Return the predictions as comma-separated text."""
    probable = model.net.output in ("sigmoid", "softmax")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["class", "probability" if probable else "answer"])
    for k, outputs in zip(classes, found, strict=True):
        rows.writerow([model.class_names[k], repr(_of_class(k, outputs, probable=probable))])
    return text.getvalue()


def _same(one: str, other: str) -> bool:
    """Tell whether two paths lead to one file."""
    return Path(one).resolve() == Path(other).resolve()


def _of_class(k: int, outputs: list[float], *, probable: bool) -> float:
    """Return what the network says for class k; a single output speaks for class 1."""
    if len(outputs) > 1:
        return outputs[k]
    return 1.0 - outputs[0] if probable and k == 0 else outputs[0]


def _print(text: str, path: str | None) -> None:
    """Print the predictions, or write them to a file, whole or not at all."""
    if path is None:
        sys.stdout.write(text)
        return
    with explained(OSError):
        write_whole(path, text)
    say(f"wrote {path}")
