r"""With this one can write the paths of the chain rule: names, formulas and numbers.

Start from `described`, which turns a path of the graph into a `Path` of strings, and `notes_on`,
which says what is special on it. Paths are found in `paths`, and set in `explanation_text`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

from autograd_mini.drawing.brackets import Formula
from autograd_mini.drawing.language import phrases
from autograd_mini.errors import DomainError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_mini.drawing.paths import Step
    from autograd_mini.drawing.symbols import Symbols

_LONG, _FIRST, _LAST = 12, 4, 4
"""Of a path of more factors than the first, so many are written at its two ends."""

_FARTHEST = 300
"""So many nodes are looked at to find out whether a sum can be taken as one step."""

_MOST_NOTES = 8


class Factor(NamedTuple):
    """One factor of a path's product, or those in the middle of a long path together.

    Parameters
    ----------
    derivative : str
        ∂result/∂operand in LaTeX.
    formula : Formula
        What it is.
    value : float or Fraction
    together : int
        How many factors it stands for.
    """

    derivative: str
    formula: Formula
    value: Any
    together: int = 1


class Path(NamedTuple):
    r"""One path from the leaf to the root.

    A sum without a label is taken as one step with the product before it: \
    :math:`\partial s/\partial w = x` in :math:`s = wx + b`.

    Parameters
    ----------
    nodes : tuple of str
        The names on the way, in LaTeX, from the leaf to the root.
    factors : tuple of Factor
        From the root to the leaf.
    product : float or Fraction
    """

    nodes: tuple[str, ...]
    factors: tuple[Factor, ...]
    product: Any


def described(steps: list[Step], weight: Any, symbols: Symbols) -> Path:
    """Write a path.

    Parameters
    ----------
    steps : list of Step
        From the leaf to the root.
    weight : number
        Its product.
    symbols : Symbols

    Returns
    -------
    Path

    Examples
    --------
    >>> from autograd_mini.drawing.paths import paths_between
    >>> from autograd_mini.drawing.symbols import Symbols
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0, label="x")
    >>> y = x.tanh()
    >>> found = paths_between(y, x, 1)
    >>> described(found.heaviest[0], found.products[0], Symbols([x, y], y, 3)).nodes
    ('x', 'v_{1}')
    """
    if not steps:
        return Path((symbols.names.of(symbols.root).latex,), (), weight)
    runs = _runs(steps)
    hidden: list[Factor] = []
    if len(runs) > _LONG:
        middle = [step for run in runs[_LAST:-_FIRST] for step in run]
        hidden = [_together(middle)]
        runs = [*runs[:_LAST], *runs[-_FIRST:]]
    runs_of = [list(_split(run)) for run in runs]
    cut = sum(map(len, runs_of[:_LAST])) if hidden else 0
    whole = [run for split in runs_of for run in split]
    factors = [_factor(run, symbols) for run in whole]
    names = [symbols.names.of(run[-1].node).latex for run in whole]
    if hidden:
        factors[cut:cut] = hidden
        names[cut:cut] = [r"\cdots", symbols.names.of(_operand(whole[cut][0])).latex]
    leaf = symbols.names.of(_operand(steps[0])).latex
    return Path((leaf, *names), tuple(reversed(factors)), weight)


def _operand(step: Step) -> Any:
    return step.node.operands[step.place]


def _runs(steps: list[Step]) -> list[list[Step]]:
    """Join each step with the sums behind it that have no label."""
    runs = [steps[:1]]
    for before, step in pairwise(steps):
        row: Any = step.node.operation
        one = not row.variadic and row.partials[step.place].latex == "1"
        if one and not before.node.label:
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs


def _split(run: list[Step]) -> Iterator[list[Step]]:
    """Take a run apart again if its operand has a second part in the sum."""
    if len(run) == 1 or _only_way(run):
        yield run
    else:
        yield from ([step] for step in run)


def _only_way(run: list[Step]) -> bool:
    """Tell whether a run's operand comes into its sum by this way alone, labels apart."""
    start = _operand(run[0])
    waiting = [
        operand
        for step in run
        for place, operand in enumerate(step.node.operands)
        if place != step.place
    ]
    for _ in range(_FARTHEST):
        if not waiting:
            return True
        node = waiting.pop()
        if node is start:
            return False
        if hasattr(node, "operands") and not node.label:
            waiting.extend(node.operands)
    return False


def _factor(run: list[Step], symbols: Symbols) -> Factor:
    first, last = run[0], run[-1]
    place = first.place if len(run) == 1 else None
    derivative = symbols.derivative(last.node, _operand(first), place)
    return Factor(derivative, symbols.slope(first.node, first.place), _value(run))


def _together(steps: list[Step]) -> Factor:
    return Factor(r"\cdots", Formula(r"\cdots"), _value(steps), len(steps))


def _value(steps: list[Step]) -> Any:
    return math.prod((step.derivative for step in steps[1:]), start=steps[0].derivative)


# What is special on a path


def notes_on(
    paths: list[list[Step]], leaf: Any, symbols: Symbols, language: str
) -> tuple[str, ...]:
    """Say what a reader of the paths would stumble over.

    Parameters
    ----------
    paths : list of lists of Step
        None of them if the root does not depend on the leaf.
    leaf : Value
    symbols : Symbols
    language : {"en", "ru"}

    Returns
    -------
    tuple of str
        Sentences, with formulas between dollars.

    Examples
    --------
    >>> from autograd_mini.drawing.symbols import Symbols
    >>> from autograd_mini.value import Value
    >>> x, y = Value(2.0, label="x"), Value(3.0, label="y")
    >>> notes_on([], y, Symbols([x, y], x, 3), "en")
    ('$x$ does not depend on $y$: the derivative is 0.',)
    """
    words = phrases(language)
    names = {"root": symbols.names.of(symbols.root).latex, "leaf": symbols.names.of(leaf).latex}
    names = {key: f"${name}$" for key, name in names.items()}
    notes = []
    if not paths:
        notes.append(words.unreached.format(**names))
    elif leaf is symbols.root:
        notes.append(words.itself.format(**names))
    if leaf.kind == "constant":
        notes.append(words.constant.format(**names))
    edges = dict.fromkeys((step.node, step.place) for path in paths for step in path[: 10 * _LONG])
    found = (edge_note(node, place, symbols, language) for node, place in edges)
    notes += [note for note in found if note][:_MOST_NOTES]
    return tuple(f"{note}." for note in notes)


def edge_note(node: Any, place: int, symbols: Symbols, language: str) -> str:
    """Say whether a local derivative does not exist, is infinite, or is a convention.

    Parameters
    ----------
    node : Value
    place : int
        Which operand.
    symbols : Symbols
    language : {"en", "ru"}

    Returns
    -------
    str
        Empty where there is nothing to say.

    Examples
    --------
    >>> from autograd_mini.drawing.symbols import Symbols
    >>> from autograd_mini.value import Value
    >>> x = Value(0.0, label="x")
    >>> y = x.relu()
    >>> edge_note(y, 0, Symbols([x, y], y, 3), "en").split(": ", 1)[1]
    '0 (relu′(0) = 0)'
    """
    words, slope = phrases(language), node.local_derivatives[place]
    if slope != slope:  # noqa: PLR0124 - only NaN differs from itself
        sentence = words.nowhere
    elif slope - slope != 0:
        sentence = words.infinite
    elif is_kink(node, place):
        sentence = words.kink
    else:
        return ""
    known = {kink.sentence for kink in node.operation.kinks}
    derivative = f"${symbols.derivative(node, node.operands[place], place)}$"
    value = f"${symbols.names.number(slope).latex}$" if sentence is words.kink else ""
    reason = f" ({known.pop()})" if len(known) == 1 else ""
    return sentence.format(derivative=derivative, value=value.strip("$"), reason=reason)


def is_kink(node: Any, place: int) -> bool:
    """Tell whether an operation's slopes to the left and to the right differ, by one operand.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> is_kink(Value(0.0).relu(), 0), is_kink(Value(0.5).relu(), 0)
    (True, False)
    """
    row = node.operation
    if not row.kinks:
        return False
    numbers = [float(getattr(operand, "data", operand)) for operand in node.operands]
    step = 1e-6 * max(1.0, abs(numbers[place]))
    values = []
    for shift in (-step, 0.0, step):
        moved = [x + shift * (index == place) for index, x in enumerate(numbers)]
        try:
            values.append(float(row.evaluate(moved)))
        except (DomainError, TypeError):
            return False
    left, right = (values[1] - values[0]) / step, (values[2] - values[1]) / step
    return abs(left - right) > 1e-2 * (1 + min(abs(left), abs(right)))
