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
    low, hidden, high = _pieces(steps)
    pieces = low + high
    factors = [_factor(piece, symbols) for piece in pieces]
    names = [symbols.names.of(piece[-1].node).latex for piece in pieces]
    if hidden:
        factors.insert(len(low), _together(hidden))
        names[len(low) : len(low)] = [r"\cdots", symbols.names.of(hidden[-1].node).latex]
    leaf = symbols.names.of(_operand(steps[0])).latex
    return Path((leaf, *names), tuple(reversed(factors)), weight)


def _pieces(steps: list[Step]) -> tuple[list[list[Step]], list[Step], list[list[Step]]]:
    """Cut a path into what makes one factor each, without those in the middle if it is long."""
    runs = _runs(steps)
    long = len(runs) > _LONG
    low = [piece for run in (runs[:_LAST] if long else runs) for piece in _split(run)]
    high = [piece for run in runs[-_FIRST:] for piece in _split(run)] if long else low
    if not long and len(low) <= _LONG:
        return low, [], []
    low, high = low[:_LAST], high[-_FIRST:]
    return low, steps[sum(map(len, low)) : len(steps) - sum(map(len, high))], high


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
        if place != step.place and hasattr(operand, "operands")
    ]
    for _ in range(_FARTHEST):
        if not waiting:
            return True
        node = waiting.pop()
        if node is start:
            return False
        if not node.label:
            waiting.extend(o for o in node.operands if hasattr(o, "operands"))
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
    """Tell whether a local derivative is not the slope to the left and to the right alike.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> is_kink(Value(0.0).relu(), 0), is_kink(Value(0.5).relu(), 0)
    (True, False)
    """
    row, slope = node.operation, float(node.local_derivatives[place])
    if not row.kinks:
        return False
    numbers = [float(getattr(operand, "data", operand)) for operand in node.operands]
    scale = max(map(abs, numbers)) or 1.0
    step = 1e-6 * max(abs(numbers[place]), 1e-3 * scale)
    for shift in (-step, step):
        moved = [x + shift * (index == place) for index, x in enumerate(numbers)]
        try:
            quotient = (float(row.evaluate(moved)) - float(node.data)) / shift
        except (DomainError, TypeError):
            return False
        if abs(quotient - slope) > 1e-2 * (1 + abs(slope)):
            return True
    return False
