"""With this one can train a network on data: ``autograd-mini train DATASET``.

Start from `run`, which prints what happens and leaves a run folder behind. The defaults stand in
`settings`, the files in `run_folder`, what is printed in `report`, the pictures in `pictures`;
how parameters are changed in `autograd_mini.training`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import datasets
from autograd_mini.commands import report
from autograd_mini.commands.examples import Parts, prepare
from autograd_mini.commands.predict import notes
from autograd_mini.commands.run_folder import Interim, RunFolder
from autograd_mini.commands.settings import Settings, table
from autograd_mini.commands.usage import (
    Parser,
    UsageError,
    count,
    explained,
    positive,
    say,
    share,
    sizes,
    whole,
)
from autograd_mini.descent import OPTIMIZERS, resolve_optimizer
from autograd_mini.errors import DivergedError
from autograd_mini.losses import LOSSES
from autograd_mini.neurons import ACTIVATIONS, MLP
from autograd_mini.training import confusion, fit

if TYPE_CHECKING:
    import argparse
    from typing import Any

    from autograd_mini.checking import DeltaCheck
    from autograd_mini.training import History

__all__ = ["add_parser", "run"]

CHECKED_EXAMPLES = 4
INTERRUPTED = 130

_EPILOG = f"""\
what a data set is trained with, if nothing else is asked for:
{{table}}

The run folder gets model.json, history.csv, training.json (what --resume needs)
and the pictures graph.svg (one neuron, forward and backward), network.svg,
loss.svg, confusion.svg and, for data in a plane, boundary.svg. Ctrl-C stops the
training after the last complete epoch and saves the best model so far.
The same options give the same files, byte for byte.

examples:
  autograd-mini train digits
  autograd-mini train iris --hidden 8,8 --activation tanh --seed 3
  autograd-mini train moons --validation 0.2 --patience 20 --out runs/stopped
  autograd-mini train --csv flowers.csv --target species
  autograd-mini train digits --resume --epochs 30

data sets: {", ".join(datasets.names())}
"""


class _Run(NamedTuple):
    """All that belongs to one training."""

    settings: Settings
    examples: Parts
    net: MLP
    folder: RunFolder
    state: dict[str, Any] | None


def add_parser(commands: argparse._SubParsersAction[Parser]) -> None:
    """Say what the command takes."""
    parser = commands.add_parser(
        "train",
        help="train a network, check its gradients, draw what it learnt",
        description=(
            "Train a network of scalar neurons, and check its gradients against the delta\n"
            "formulas BP1 to BP4 before and after."
        ),
        epilog=_EPILOG.format(table=table()),
    )
    data = parser.add_argument_group("data")
    data.add_argument("dataset", nargs="?", metavar="DATASET", help="one of the data sets below")
    data.add_argument("--csv", metavar="FILE", help="a file of your own instead")
    data.add_argument("--target", metavar="COLUMN", help="its column with the classes")
    _add_network(parser)
    _add_training(parser)
    files = parser.add_argument_group("output")
    files.add_argument(
        "--out", metavar="DIR", help="run folder (default: runs/ and the name of the data)"
    )
    files.add_argument("--force", action="store_true", help="replace the run that is in the folder")
    files.add_argument(
        "--resume", action="store_true",
        help="go on with the run that is in the folder, up to --epochs, with the same bits as "
        "if it had never stopped",
    )  # fmt: skip
    files.add_argument("--quiet", action="store_true", help="print the test accuracy alone")
    parser.set_defaults(run=run)


def _add_network(parser: Parser) -> None:
    """Say what there is to choose about the network."""
    group = parser.add_argument_group("network (defaults: by data set, see below)")
    group.add_argument(
        "--hidden", type=_hidden, metavar="SIZES",
        help="neurons in the hidden layers, such as 32,16; none for no hidden layer",
    )  # fmt: skip
    group.add_argument(
        "--activation", choices=[name for name in ACTIVATIONS if name != "softmax"],
        metavar="NAME", help="of the hidden layers: %(choices)s",
    )  # fmt: skip
    group.add_argument(
        "--loss", choices=[name for name, loss in LOSSES.items() if not loss.from_logits],
        metavar="NAME",
        help="%(choices)s; it decides the output layer, too: log_loss and quadratic have "
        "sigmoids, as in the lecture, cross_entropy a softmax, the others no activation",
    )  # fmt: skip


def _add_training(parser: Parser) -> None:
    """Say what there is to choose about the training."""
    group = parser.add_argument_group("training (defaults: by data set, see below)")
    group.add_argument("--optimizer", choices=list(OPTIMIZERS), metavar="NAME", help="%(choices)s")
    group.add_argument("--step", type=positive, metavar="SIZE", help="step size λ")
    group.add_argument("--epochs", type=count, metavar="N", help="passes through the examples")
    group.add_argument("--batch-size", type=count, metavar="N", help="examples for each step")
    group.add_argument(
        "--seed", type=whole, metavar="N",
        help="of the split, the first weights and the order of examples (default: 0)",
    )  # fmt: skip
    group.add_argument(
        "--validation", type=share, metavar="SHARE",
        help="share of the training part to watch instead of learning from it; the model of its "
        "smallest loss is kept (default: none)",
    )  # fmt: skip
    group.add_argument(
        "--patience", type=count, metavar="N",
        help="with --validation, stop after N epochs without a smaller loss (default: never)",
    )  # fmt: skip


def _hidden(text: str) -> tuple[int, ...]:
    return () if text == "none" else sizes(text)


def run(arguments: argparse.Namespace) -> int:
    """Train, check, draw, and print what happens.

    Parameters
    ----------
    arguments : argparse.Namespace
        With all options of the command.

    Returns
    -------
    int
        The exit status: 1 if a check of the gradients failed or the training diverged, 130
        after Ctrl-C.

    Raises
    ------
    UsageError
        If what was asked for can't be done.
    """
    training = _resumed(arguments) if arguments.resume else _begun(arguments)
    tell = (lambda _="": None) if arguments.quiet else say
    tell(report.about_examples(training.examples, training.settings))
    tell(report.about_network(training.net, training.examples, training.settings))
    tell(report.about_training(training.settings) + "\n")
    before = _check(training)
    tell(report.deltas(before, "before") + "\n")
    try:
        history = _fit(training, progress=not arguments.quiet)
    except DivergedError as error:
        sys.stderr.write(
            f"autograd-mini train: error: training diverged in epoch {error.epoch} "
            f"({error.reason}); nothing was written: try a smaller --step\n"
        )
        return 1
    if history.interrupted:
        return _stopped(training, history)
    _keep(training, history)
    counts = _counts(training)
    tell()
    say(f"test accuracy: {_share(counts)}")
    tell(f"\n{report.confusion_table(counts, training.examples.data.class_names)}\n")
    after = _check(training)
    tell(report.deltas(after, "after") + "\n")
    _draw(training, history, counts)
    tell(f"files in {training.folder.path}:")
    tell(f"  {'  '.join(path.name for path in training.folder.files())}")
    if before.passed and after.passed:
        return 0
    sys.stderr.write("autograd-mini train: error: gradients disagree with the delta formulas\n")
    return 1


# ------------------------------------------------------------------------ how a run begins


def _begun(arguments: argparse.Namespace) -> _Run:
    """Return a run from its beginning."""
    _check_source(arguments)
    settings = Settings.chosen(vars(arguments))
    folder = RunFolder(arguments.out or _default_folder(arguments))
    folder.check_free(force=arguments.force)
    examples = prepare(settings)
    return _Run(settings, examples, _network(settings, examples), folder, None)


def _check_source(arguments: argparse.Namespace) -> None:
    """Raise UsageError unless it is clear what to learn from."""
    known = ", ".join(datasets.names())
    if arguments.dataset is not None and arguments.dataset not in datasets.names():
        raise UsageError(f"there is no data set {arguments.dataset!r}; accepted: {known}")
    if (arguments.dataset is None) == (arguments.csv is None):
        raise UsageError(f"give one: the name of a data set ({known}), or --csv FILE")
    if (arguments.csv is None) != (arguments.target is None):
        raise UsageError("--csv FILE and --target COLUMN go together")
    if arguments.patience is not None and arguments.validation is None:
        raise UsageError("--patience needs --validation: it waits for a smaller validation loss")


def _default_folder(arguments: argparse.Namespace) -> Path:
    """Return the folder of a run that was given none."""
    if arguments.dataset is None and arguments.csv is None:
        raise UsageError("--resume needs the name of a data set, --csv FILE or --out DIR")
    return Path("runs") / (arguments.dataset or Path(arguments.csv).name.split(".")[0] or "csv")


def _resumed(arguments: argparse.Namespace) -> _Run:
    """Return a run where it was left; only the number of epochs may be another one now."""
    folder = RunFolder(arguments.out or _default_folder(arguments))
    folder.check_free(force=True)
    interim = folder.read()
    settings = _extended(interim, arguments, folder)
    examples = prepare(settings)
    if examples.fingerprint != interim.fingerprint:
        raise UsageError(f"{examples.data.name} holds other data than the run in {folder.path}")
    net = _network(settings, examples)
    with explained(ValueError):
        _set_parameters(net, interim.state["parameters"])
    return _Run(settings, examples, net, folder, interim.state)


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


def _set_parameters(net: MLP, numbers: list[float]) -> None:
    for parameter, new in zip(net.parameters(), numbers, strict=True):
        parameter.data = new


# ------------------------------------------------------------------------ what a run does


def _check(training: _Run) -> DeltaCheck:
    """Compare the gradients at a few examples with the delta formulas."""
    from autograd_mini.checking import check_deltas  # noqa: PLC0415 - --help must be quick

    train, loss = training.examples.train, LOSSES[training.settings.loss]
    labels = [loss.code(k, training.examples.outputs) for k in train.targets[:CHECKED_EXAMPLES]]
    return check_deltas(training.net, train.features[: len(labels)], labels, loss=loss.name)


def _fit(training: _Run, *, progress: bool) -> History:
    """Train up to the last epoch, or to Ctrl-C."""
    settings, train = training.settings, training.examples.train
    return fit(
        training.net,
        train.features,
        train.targets,
        loss=settings.loss,
        optimizer=resolve_optimizer(settings.optimizer, step=settings.step),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        seed=settings.seed,
        validation=settings.validation,
        patience=settings.patience,
        progress=progress,
        resume=training.state,
    )


def _keep(training: _Run, history: History) -> None:
    """Write what the run came to, but for the pictures."""
    settings, examples = training.settings, training.examples
    interim = Interim(settings, examples.fingerprint, history.state)
    about = notes(examples.data, examples.scaling, settings.target, settings.loss)
    about["settings"] = settings.to_dict()
    training.folder.keep(training.net, interim, about, history)


def _stopped(training: _Run, history: History) -> int:
    """Save the best model so far after Ctrl-C, and say so."""
    done = len(history)
    if not done:
        sys.stderr.write("\ninterrupted before the first epoch was complete: nothing is saved\n")
        return INTERRUPTED
    _set_parameters(training.net, history.state["best"])
    _keep(training, history)
    say(f"test accuracy: {_share(_counts(training))}")
    sys.stderr.write(
        f"\ninterrupted after epoch {done} of {training.settings.epochs}: the best model so far, "
        f"of epoch {history.best_epoch}, is saved in {training.folder.path}; "
        "--resume goes on\n"
    )
    return INTERRUPTED


def _counts(training: _Run) -> list[list[int]]:
    """Return the confusion on the test part."""
    test = training.examples.test
    return confusion(training.net, test.features, test.targets, loss=training.settings.loss)


def _share(counts: list[list[int]]) -> str:
    """Return the share of right answers as text."""
    right, total = sum(row[k] for k, row in enumerate(counts)), sum(map(sum, counts))
    return f"{100 * right / total:.2f} %"


def _draw(training: _Run, history: History, counts: list[list[int]]) -> None:
    """Write the pictures."""
    from autograd_mini.commands.pictures import draw_all  # noqa: PLC0415 - matplotlib is heavy

    draw_all(
        training.folder.path,
        training.net,
        training.examples,
        training.settings,
        history,
        counts,
    )
