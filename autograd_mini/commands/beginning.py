"""With this one can begin a training, or go on with one that was left.

Start from `begin` and `resume`; each gives a `Run`: settings, examples, network and folder, checked
before any work is done. What then happens with it lives in `train`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import datasets
from autograd_mini.commands.examples import Parts, prepare
from autograd_mini.commands.run_folder import Interim, RunFolder
from autograd_mini.commands.settings import Settings
from autograd_mini.commands.usage import UsageError, explained
from autograd_mini.neurons import MLP

if TYPE_CHECKING:
    import argparse
    from typing import Any

__all__ = ["Run", "begin", "resume", "set_parameters"]


class Run(NamedTuple):
    """All that belongs to one training.

    Parameters
    ----------
    settings : Settings
    examples : Parts
    net : MLP
    folder : RunFolder
        Free to be written to, or the one that is resumed.
    state : dict or None
        From which `fit` resumes.
    """

    settings: Settings
    examples: Parts
    net: MLP
    folder: RunFolder
    state: dict[str, Any] | None


def begin(arguments: argparse.Namespace) -> Run:
    """Return a run from its beginning.

    Parameters
    ----------
    arguments : argparse.Namespace
        With all options of the command.

    Returns
    -------
    Run

    Raises
    ------
    UsageError
        If what was asked for can't be done.
    """
    _check_source(arguments)
    settings = Settings.chosen(vars(arguments))
    folder = RunFolder(arguments.out or _default_folder(arguments))
    folder.check_free(force=arguments.force)
    examples = prepare(settings)
    return Run(settings, examples, _network(settings, examples), folder, None)


def _check_source(arguments: argparse.Namespace) -> None:
    """Raise UsageError unless it is clear what to learn from."""
    known = ", ".join(datasets.names())
    if arguments.dataset is not None and arguments.dataset not in datasets.names():
        raise UsageError(f"there is no data set {arguments.dataset!r}; accepted: {known}")
    _check_file(arguments, known)
    if arguments.patience is not None and arguments.validation is None:
        raise UsageError("--patience needs --validation: it waits for a smaller validation loss")


def _check_file(arguments: argparse.Namespace, known: str) -> None:
    """Raise UsageError unless there is one source, and the column to be learnt is named."""
    if arguments.csv is not None and arguments.dataset is not None:
        raise UsageError(
            f"{arguments.dataset} and --csv {arguments.csv} were both given; accepted: one of them"
        )
    if arguments.csv is not None and arguments.target is None:
        raise UsageError(
            f"--csv {arguments.csv} needs --target COLUMN: the name of its column with the classes"
        )
    if arguments.csv is None and arguments.target is not None:
        raise UsageError(
            f"--target {arguments.target} needs --csv FILE: data sets know their classes"
        )
    if arguments.csv is None and arguments.dataset is None:
        raise UsageError(
            f"there is nothing to learn from; accepted: the name of a data set ({known}), or "
            "--csv FILE --target COLUMN for a file of your own"
        )


def _default_folder(arguments: argparse.Namespace) -> Path:
    """Return the folder of a run that was given none."""
    if arguments.dataset is None and arguments.csv is None:
        raise UsageError("--resume needs the name of a data set, --csv FILE or --out DIR")
    return Path("runs") / (arguments.dataset or Path(arguments.csv).name.split(".")[0] or "csv")


def resume(arguments: argparse.Namespace) -> Run:
    """Return a run where it was left; only the number of epochs may be another one now.

    Parameters
    ----------
    arguments : argparse.Namespace
        With all options of the command.

    Returns
    -------
    Run

    Raises
    ------
    UsageError
        If there is no run, its data changed, or other settings were asked for.
    """
    folder = RunFolder(arguments.out or _default_folder(arguments))
    folder.check_free(force=True)
    interim = folder.read()
    settings = _extended(interim, arguments, folder)
    examples = prepare(settings)
    if examples.fingerprint != interim.fingerprint:
        raise UsageError(f"{examples.data.name} holds other data than the run in {folder.path}")
    net = _network(settings, examples)
    with explained(ValueError):
        set_parameters(net, interim.state["parameters"])
    return Run(settings, examples, net, folder, interim.state)


def _extended(interim: Interim, arguments: argparse.Namespace, folder: RunFolder) -> Settings:
    """Return the settings of a run that goes on; UsageError if other ones were asked for."""
    before = interim.settings
    for name in Settings.names():
        asked, then = getattr(arguments, name), getattr(before, name)
        if name != "epochs" and asked is not None and asked != then:
            option = name.replace("_", "-")
            raise UsageError(
                f"the run in {folder.path} has {option} {_shown(then)}, not {_shown(asked)}; "
                "with --resume only --epochs can be changed"
            )
    epochs, done = arguments.epochs or before.epochs, len(interim.state["rows"])
    if epochs <= done:
        raise UsageError(
            f"the run in {folder.path} has {done} epochs already; accepted: a larger --epochs"
        )
    return Settings.from_dict(before.to_dict() | {"epochs": epochs})


def _shown(setting: Any) -> str:
    """Return a setting as an option takes it."""
    if isinstance(setting, tuple):
        return ",".join(map(str, setting)) or "none"
    return str(setting).lower() if setting is None else str(setting)


def _network(settings: Settings, examples: Parts) -> MLP:
    """Return the network before training."""
    return MLP(
        [examples.data.feature_count, *settings.hidden, examples.outputs],
        activation=settings.activation,
        output=settings.output,
        seed=settings.seed,
    )


def set_parameters(net: MLP, numbers: list[float]) -> None:
    """Put numbers into a network, in the order of its parameters."""
    for parameter, new in zip(net.parameters(), numbers, strict=True):
        parameter.data = new
