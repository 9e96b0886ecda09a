"""With this one can tell a person what a run works on and what it came to, in plain text.

- `about_examples`, `about_network`, `about_training`: what stands above a run.
- `about_history`: what computed the gradients.
- `deltas`: the check of the gradients.
- `confusion_table`: which class was taken for which.

All return text of at most 80 columns where names allow it. Figures live in `pictures`.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from autograd_mini.descent import resolve_optimizer
from autograd_mini.graph import count_operations
from autograd_mini.losses import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.checking import DeltaCheck
    from autograd_mini.commands.examples import Parts
    from autograd_mini.commands.settings import Settings
    from autograd_mini.neurons import MLP
    from autograd_mini.training import History

__all__ = ["about_examples", "about_history", "about_network", "about_training"]
__all__ += ["confusion_table", "deltas"]

WIDTH = 80
_MARGIN = " " * 11


def about_examples(examples: Parts, settings: Settings) -> str:
    """Return what is learnt from: name, size, classes, split, source."""
    data, held_out = examples.data, ""
    if settings.validation is not None:
        held_out = f", {settings.validation:.0%} of them to watch".replace("%", " %")
    parts = (
        f"{len(data)} for training{held_out}, the same {len(data)} for testing"
        if examples.train is examples.test
        else f"{len(examples.train)} for training{held_out}, {len(examples.test)} for testing"
    )
    return _paragraph(
        "data",
        f"{data.name}: {len(data)} examples, {_counted(data.feature_count, 'feature')}, "
        f"{_counted(data.class_count, 'class', 'classes')}",
        f"classes: {', '.join(data.class_names)}",
        parts,
        f"source: {data.source}{f' ({data.licence})' if data.licence else ''}",
    )


def about_network(net: MLP, examples: Parts, settings: Settings) -> str:
    """Return what the network is made of, counted on the graph of one example's loss."""
    loss = resolve(settings.loss, settings.output)
    labels = loss.code(examples.train.targets[0], examples.outputs)
    x = examples.train.features[0]
    operations = count_operations(loss(net.logits(x) if loss.from_logits else net(x), labels))
    hidden = f"hidden {settings.activation}, " if len(net.sizes) > 2 else ""
    return _paragraph(
        "model",
        f"{' → '.join(map(str, net.sizes))} neurons in {len(net.sizes)} layers: "
        f"{hidden}output {settings.output}",
        f"{len(net.parameters()):,} parameters; {sum(operations.values()):,} scalar operations "
        "for the loss of one example",
    )


def about_training(settings: Settings) -> str:
    """Return how it is trained."""
    optimizer = resolve_optimizer(settings.optimizer, step=settings.step)
    return _paragraph(
        "training",
        f"{settings.loss} by {optimizer!r}, batches of {settings.batch_size}, "
        f"{_counted(settings.epochs, 'epoch')}, seed {settings.seed}",
    )


def about_history(history: History) -> str:
    """Return by what it was trained, and how long that took."""
    seconds = sum(row.seconds for row in history.rows)
    return _paragraph(
        "trained",
        f"by {ENGINES[history.engine]}, {_counted(len(history), 'epoch')} in {seconds:.2g} s",
        *([f"not compiled: {history.note}"] if history.note else []),
    )


ENGINES = {
    "compiled": "compiled programs over arrays",
    "eager": "the eager engine, scalar by scalar",
}
"""What computed the gradients, in words."""


def deltas(check: DeltaCheck, when: str) -> str:
    """Return the check of a network's gradients as a headed table."""
    verdict = "all agree" if check.passed else "THEY DISAGREE"
    heading = f"delta check {when} training, {check.examples} examples: {verdict}"
    return f"{heading}\n{textwrap.indent(str(check), '  ')}"


def confusion_table(counts: Sequence[Sequence[int]], names: Sequence[str]) -> str:
    r"""Return how often which class was taken for which.

    Parameters
    ----------
    counts : K rows of K ints
        The row is the answer y, the column the prediction ŷ.
    names : sequence of K strings

    Returns
    -------
    str
        With the columns numbered where their names are too long to stand side by side.

    Examples
    --------
    >>> print(confusion_table([[9, 1], [0, 10]], ["no", "yes"]))
    confusion: answers y in rows, predictions ŷ in columns
           no  yes
      no    9    1
      yes   ·   10
    """
    heads, rows = list(names), list(names)
    if sum(len(name) + 2 for name in heads) + max(map(len, rows)) > WIDTH - 2:
        heads = [str(k) for k in range(1, len(names) + 1)]
        rows = [f"{k} {name}" for k, name in enumerate(names, start=1)]
    cells = [[str(number) if number else "·" for number in row] for row in counts]
    widths = [max(map(len, [head, *column])) for head, *column in zip(heads, *cells, strict=True)]
    first = max(map(len, rows))
    lines = [
        f"  {row:<{first}}"
        + "".join(f"  {cell:>{wide}}" for cell, wide in zip(line, widths, strict=True))
        for row, line in [("", heads), *zip(rows, cells, strict=True)]
    ]
    return "\n".join(["confusion: answers y in rows, predictions ŷ in columns", *lines])


def _paragraph(heading: str, *sentences: str) -> str:
    """Return sentences beside their heading."""
    lines = [
        line
        for sentence in sentences
        for line in textwrap.wrap(sentence, WIDTH - len(_MARGIN), break_on_hyphens=False)
    ]
    return f"{heading:<{len(_MARGIN)}}" + f"\n{_MARGIN}".join(lines)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
