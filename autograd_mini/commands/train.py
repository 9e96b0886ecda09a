"""With this one can train a network on data: ``autograd-mini train DATASET``.

Start from `run`, which prints what happens and leaves a run folder behind. The options stand in
`train_options`, how a run begins in `beginning`, its files in `run_folder`, what is printed in
`report`, the pictures in `pictures`; how parameters are changed in `autograd_mini.training`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from autograd_mini.commands import report
from autograd_mini.commands.beginning import Run, begin, resume, set_parameters
from autograd_mini.commands.predict import notes
from autograd_mini.commands.run_folder import Interim
from autograd_mini.commands.train_options import add_options
from autograd_mini.commands.usage import Parser, say
from autograd_mini.descent import resolve_optimizer
from autograd_mini.errors import DivergedError
from autograd_mini.losses import LOSSES
from autograd_mini.training import confusion, fit
from autograd_mini.training.interrupts import Interrupts

if TYPE_CHECKING:
    import argparse

    from autograd_mini.checking import DeltaCheck
    from autograd_mini.training import History

__all__ = ["add_parser", "run"]

CHECKED_EXAMPLES = 4
INTERRUPTED = 130


def add_parser(commands: argparse._SubParsersAction[Parser]) -> None:
    """Say what the command takes."""
    add_options(commands).set_defaults(run=run)


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
    training = resume(arguments) if arguments.resume else begin(arguments)
    tell = (lambda _="": None) if arguments.quiet else say
    tell(report.about_examples(training.examples, training.settings))
    tell(report.about_network(training.net, training.examples, training.settings))
    tell(report.about_training(training.settings) + "\n")
    before = _check(training)
    tell(report.deltas(before, "before") + "\n")
    try:
        with Interrupts():  # whoever presses Ctrl-C twice wants the model saved, too
            history = _fit(training, progress=not arguments.quiet)
            if history.interrupted:
                return _stopped(training, history)
    except DivergedError as error:
        sys.stderr.write(
            f"autograd-mini train: error: training diverged in epoch {error.epoch} "
            f"({error.reason}); nothing was written: try a smaller --step\n"
        )
        return 1
    _keep(training, history)
    counts = _counts(training)
    tell(f"\n{report.about_history(history)}")
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


def _check(training: Run) -> DeltaCheck:
    """Compare the gradients at a few examples with the delta formulas."""
    from autograd_mini.checking import check_deltas  # noqa: PLC0415 - --help must be quick

    train, loss = training.examples.train, LOSSES[training.settings.loss]
    labels = [loss.code(k, training.examples.outputs) for k in train.targets[:CHECKED_EXAMPLES]]
    return check_deltas(training.net, train.features[: len(labels)], labels, loss=loss.name)


def _fit(training: Run, *, progress: bool) -> History:
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
        engine=settings.engine,
        progress=progress,
        resume=training.state,
    )


def _keep(training: Run, history: History) -> None:
    """Write what the run came to, but for the pictures."""
    settings, examples = training.settings, training.examples
    interim = Interim(settings, examples.fingerprint, history.state)
    about = notes(examples.data, examples.scaling, settings.target, settings.loss)
    about["settings"] = settings.to_dict()
    training.folder.keep(training.net, interim, about, history)


def _stopped(training: Run, history: History) -> int:
    """Save the best model so far after Ctrl-C, and say so."""
    done = len(history)
    if not done:
        sys.stderr.write("\ninterrupted before the first epoch was complete: nothing is saved\n")
        return INTERRUPTED
    set_parameters(training.net, history.state["best"])
    _keep(training, history)
    say(f"test accuracy: {_share(_counts(training))}")
    sys.stderr.write(
        f"\ninterrupted after epoch {done} of {training.settings.epochs}: the best model so far, "
        f"of epoch {history.best_epoch}, is saved in {training.folder.path}; "
        "--resume goes on\n"
    )
    return INTERRUPTED


def _counts(training: Run) -> list[list[int]]:
    """Return the confusion on the test part."""
    test = training.examples.test
    return confusion(training.net, test.features, test.targets, loss=training.settings.loss)


def _share(counts: list[list[int]]) -> str:
    """Return the share of right answers as text."""
    right, total = sum(row[k] for k, row in enumerate(counts)), sum(map(sum, counts))
    return f"{100 * right / total:.2f} %"


def _draw(training: Run, history: History, counts: list[list[int]]) -> None:
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
