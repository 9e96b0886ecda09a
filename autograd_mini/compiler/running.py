"""With this one can write running sums and products: ``p[t] = a[t] * p[t-1] + b[t]``.

- `shape_of_running(classes, found)` finds the axes of such a class, the steps first.
- `write_running(arrays, number, each)` writes it, `pass_on_running(reverse, …)` its adjoint, which
  runs backwards: ``d[t] = g[t] + a[t+1] * d[t+1]``.

How chains are found lies in `chains`; what runs is in `gathers`.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.access import access_of, numbers_over
from autograd_mini.compiler.axes import axes_of, unravelled
from autograd_mini.compiler.contract import aligned
from autograd_mini.compiler.rolled import Access, Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.arrays import Arrays
    from autograd_mini.compiler.classes import Classes
    from autograd_mini.compiler.differentiate import Reverse
    from autograd_mini.compiler.rolled import Class

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["pass_on_running", "shape_of_running", "write_running"]

STEP = 0
"""The letter of the steps, which are a running class's first axis."""


def shape_of_running(classes: Classes, found: Class) -> None:
    """Find the axes of a class of steps, and how it picks its start, its factors and its terms.

    Parameters
    ----------
    classes : Classes
        Folded.
    found : Class
        Gets its `shape` and `operands`.
    """
    folded: Any = classes.folded
    chains = [folded.chains[folded.steps[n][0]] for n in found.nodes if folded.steps[n][1] == 0]
    steps = len(chains[0]) - 1
    columns = []
    for nodes in _operands(folded, chains, 1):
        if not isinstance(nodes[0], float):
            columns += classes.columns(np.array(nodes, dtype=np.intp))[1]
    own, places = axes_of(columns, len(chains))
    found.shape = (steps, *own)
    for place, chain in zip(places.tolist(), chains, strict=True):
        classes.at[chain[1:]] = np.arange(steps) * len(chains) + place
    ordered = [chains[k] for k in np.argsort(places)]
    single = [np.zeros(len(chains), dtype=np.intp), *unravelled(np.arange(len(chains)), own)]
    start = np.array([chain[0] for chain in ordered], dtype=np.intp)
    found.operands.append(access_of(classes, start, single, (1, *own)))
    letters = unravelled(np.arange(steps * len(chains)), found.shape)
    _, *pair = zip(*(_operands(folded, ordered, step) for step in range(1, steps + 1)), strict=True)
    for several in pair:
        nodes = [node for part in several for node in part]
        if isinstance(nodes[0], float):
            found.operands.append(numbers_over(np.array(nodes), letters, found.shape))
        else:
            found.operands.append(
                access_of(classes, np.array(nodes, dtype=np.intp), letters, found.shape)
            )


def _operands(folded: Any, chains: Sequence[Any], step: int) -> list[list[Any]]:
    """Return of one step of each chain the node before, and factors and terms."""
    rows = [(chain[step - 1], *folded.steps[chain[step]][2:]) for chain in chains]
    return [list(column) for column in zip(*rows, strict=True)]


def write_running(arrays: Arrays, number: int, each: Class, label: str | None) -> str:
    """Return the name of all steps; the start stands before them in a longer array.

    Parameters
    ----------
    arrays : Arrays
    number : int
        Of the class.
    each : Class
    label : str or None
        What they are called.
    """
    want = arrays.axes(number)
    start, factors, terms = [arrays.load(access) for access in each.operands]
    texts = [aligned(*start, _without_steps(want)), aligned(*factors, want), aligned(*terms, want)]
    shape = arrays.shape(number, arrays.lead(number))
    text = f"running({', '.join(texts)}, {shape}, {want.index(STEP)})"
    name = arrays.longer[number] = arrays.sheet.assign(text, "all_steps")
    return arrays.sheet.assign(_sliced(arrays, name, number, "1:"), label or "p")


def _sliced(arrays: Arrays, name: str, number: int, part: str) -> str:
    own = [":"] * (len(arrays.classes[number].shape) - 1)
    return f"{name}[{arrays.layout.index(arrays.lead(number), [part, *own])}]"


def _without_steps(letters: Sequence[int]) -> tuple[int, ...]:
    return tuple(letter for letter in letters if letter != STEP)


def pass_on_running(reverse: Reverse, number: int, each: Class, adjoint: Piece) -> None:
    """Let the adjoint run backwards, and pass it on to the start, the factors and the terms.

    Parameters
    ----------
    reverse : Reverse
    number : int
        Of the class.
    each : Class
    adjoint : (text, letters)
        What is passed to the steps from outside.
    """
    arrays, sheet = reverse.arrays, reverse.sheet
    want = reverse.axes(number)
    start, factors, terms = each.operands
    given = aligned(*adjoint, want)
    if set(adjoint[1]) != set(want):
        given = f"np.broadcast_to({given}, {arrays.layout.shape(reverse.lead(number), each.shape)})"
    factor = aligned(*arrays.load(factors), want)
    name = sheet.assign(f"running_back({given}, {factor}, {want.index(STEP)})", "d_running")
    if _moves(reverse, factors):
        earlier = _sliced(arrays, arrays.longer[number], number, ":-1")
        piece = (sheet.assign(earlier, "earlier"), arrays.axes(number))
        reverse.give(factors, [(name, want), piece], _loop(each, factors), number)
    if _moves(reverse, terms):
        reverse.give(terms, [(name, want)], _loop(each, terms), number)
    if _moves(reverse, start):
        axes = [(letter, 0, 1, size) for letter, size in enumerate(each.shape)]
        at_first = Access(number, (0, *axes[1:]), tuple(range(1, len(axes))))
        pieces = [arrays.pick(name, want, at_first, number), arrays.load(_at_first(factors))]
        reverse.give(start, pieces, Term(start, 1.0, [], [1, *each.shape[1:]]), number)


def _moves(reverse: Reverse, access: Access) -> bool:
    return isinstance(access.of, int) and access.of in reverse.moves


def _loop(each: Class, access: Access) -> Term:
    return Term(access, 1.0, [], list(each.shape))


def _at_first(access: Access) -> Access:
    """Return what an access picks for the first step."""
    if STEP not in access.letters:
        return access
    letters = _without_steps(access.letters)
    place = access.letters.index(STEP)
    if access.axes is not None:
        axes = [
            axis[1] if isinstance(axis, tuple) and axis[0] == STEP else axis for axis in access.axes
        ]
        return Access(access.of, tuple(axes), letters)
    if access.index is None:
        return Access(access.of.take(0, place), None, letters)
    return Access(access.of, None, letters, access.index.take(0, place))
