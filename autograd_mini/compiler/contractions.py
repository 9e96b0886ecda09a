"""With this one can find the loops of a class of sums: what is multiplied and summed over what.

- `shape_of_sum(classes, found, nodes)` finds the axes of a class of sums, and its terms.

The letters of a term fill a box exactly: those of its target, and those that are summed. Terms
that fill none are split into shifted copies, as at a border, or gone through row by row.
"""

from __future__ import annotations

import math
from itertools import chain, permutations

import numpy as np

from autograd_mini.compiler.access import access_of, axes_over, axis_of, gathered, numbers_over
from autograd_mini.compiler.axes import axes_of, distinct, letters_of, unravelled
from autograd_mini.compiler.rolled import Access, Class, Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from autograd_mini.compiler.classes import Classes

__all__ = ["shape_of_sum"]

TURNS = 4
"""Up to how many terms of one kind an element's coordinates are looked for in each of them."""

FULL, FEW = 0.4, 3
"""From which part of it a box is filled up with zeros, unless it splits into so few parts."""

PARTS, WINDOW, LARGE = 8, 64, 16
"""How many shifted copies a sum is split into at most; up to how many where each is large."""


def shape_of_sum(classes: Classes, found: Class, nodes: Any) -> None:
    """Find the axes of a class of sums, and its terms.

    Parameters
    ----------
    classes : Classes
    found : Class
        Gets its `shape` and `terms`.
    nodes : array of int
        Its nodes, in the order of creation.
    """
    relations = _relations(classes, found)
    count = len(nodes)
    columns = []
    for elements, factors, _ in relations.values():
        starts = np.flatnonzero(np.diff(elements, prepend=-1))
        if len(starts) != count:
            continue
        turns = len(elements) // count
        if 1 < turns <= TURNS and (np.diff(starts) == turns).all():
            for factor in factors:
                for turn in range(turns):
                    columns += classes.columns(factor[starts + turn])[1]
        for factor in factors:
            for column in classes.columns(factor)[1]:
                columns += _constant_within(column, starts)
        columns += _windows(classes, factors, starts)
    found.shape, classes.at[nodes] = axes_of(columns, count)
    for elements, factors, coefficients in relations.values():
        places = classes.at[nodes][elements]
        order = np.argsort(places, kind="stable")
        sorted_factors = [factor[order] for factor in factors]
        found.terms += _terms(classes, found, places[order], sorted_factors, coefficients[order])


def _constant_within(column: Any, starts: Any) -> list[Any]:
    """Return a column's values by element, if it has one for all terms of each element."""
    lengths = np.diff(starts, append=len(column))
    return [column[starts]] if (column == np.repeat(column[starts], lengths)).all() else []


def _windows(classes: Classes, factors: list[Any], starts: Any) -> list[Any]:
    """Return coordinates of the elements as in a convolution: i where x[i + k] meets w[k]."""
    found = []
    for one, other in permutations(factors, 2):
        for a in classes.columns(one)[1]:
            for b in classes.columns(other)[1]:
                found += _constant_within(a - b, starts)
    return found


def _relations(classes: Classes, found: Class) -> dict[Any, Any]:
    """Return for each signature: the elements, the factors' nodes, and the coefficients."""
    lists = [classes.normal.terms[node] for node in found.nodes]
    lengths = np.fromiter(map(len, lists), np.intp, len(lists))
    terms = list(chain.from_iterable(lists))
    coefficients = np.array([coefficient for coefficient, _ in terms])
    several = [factors for _, factors in terms]
    widths = np.fromiter(map(len, several), np.intp, len(several))
    elements = np.repeat(np.arange(len(lists)), lengths)
    relations: dict[int, Any] = {}
    for width in distinct(widths):
        rows = np.flatnonzero(widths == width)
        chosen = several if len(rows) == len(several) else [several[row] for row in rows]
        nodes = np.fromiter(chain.from_iterable(chosen), np.intp, len(rows) * width)
        for some, factors in _by_signature(classes.kinds, nodes.reshape(len(rows), width)):
            mine = rows[some]
            relations[int(mine[0])] = (elements[mine], list(factors.T), coefficients[mine])
    return {first: relations[first] for first in sorted(relations)}


def _by_signature(kinds: Any, nodes: Any) -> Iterator[tuple[Any, Any]]:
    """Yield rows whose factors are of the same classes, and these factors, sorted by class."""
    order = np.argsort(kinds[nodes], axis=1, kind="stable")
    nodes = np.take_along_axis(nodes, order, axis=1)
    signatures = kinds[nodes]
    if (signatures == signatures[0]).all():
        yield np.arange(len(nodes)), nodes
        return
    _, which = np.unique(signatures, axis=0, return_inverse=True)
    for number in range(int(which.max()) + 1):
        rows = np.flatnonzero(which.ravel() == number)
        yield rows, nodes[rows]


def _terms(
    classes: Classes,
    found: Class,
    places: Any,
    factors: list[Any],
    coefficients: Any,
    depth: int = 0,
) -> list[Term]:
    """Return the terms of one signature: one, if its loops fill a box, or several."""
    term = _term(classes, found, places, factors, coefficients)
    if term is not None and not _gathers(term):
        return [term]
    padded = _padded(classes, found, places, factors, coefficients)
    most = FEW if padded is not None else max(PARTS, min(WINDOW, len(places) // LARGE))
    sliced, picking = _split(classes, found, places, factors, coefficients, depth, most)
    if sliced:
        return sliced
    if padded is not None:
        return [padded]
    if term is not None:
        return [term]
    return picking or [_flat(classes, found, places, factors, coefficients)]


def _split(
    classes: Classes,
    found: Class,
    places: Any,
    factors: list[Any],
    coefficients: Any,
    depth: int,
    most: int,
) -> tuple[list[Term], list[Term]]:
    """Return the fewest parts that are slices alone, and parts that pick by index; or nothing."""
    sliced: list[Term] = []
    picking: list[Term] = []
    for groups in _splits(classes, found, places, factors, coefficients) if depth < 3 else ():
        parts: list[Term] = []
        for chosen in groups:
            kept = [factor[chosen] for factor in factors]
            parts += _terms(classes, found, places[chosen], kept, coefficients[chosen], depth + 1)
        if len(parts) > most:
            continue
        if not any(_gathers(part) for part in parts):
            sliced = parts if not sliced or len(parts) < len(sliced) else sliced
            if len(parts) == len(groups):
                break  # each group is a part: there is hardly a better way
        elif not picking and all(part.target.index is None for part in parts):
            picking = parts  # by index, but no sum is scattered
    return sliced, picking


def _term(
    classes: Classes, found: Class, places: Any, factors: list[Any], coefficients: Any
) -> Term | None:
    """Return the term whose letters fill a box exactly; None if there is none."""
    target = unravelled(places, found.shape)
    box = _box(classes, target, factors, len(places))
    if box is None:
        return None
    return _made(classes, found, target, factors, coefficients, *box)


def _box(
    classes: Classes, target: list[Any], factors: list[Any], count: int
) -> tuple[list[Any], list[int]] | None:
    """Return letters that fill a box exactly, and their sizes; None if there are none."""
    letters, sizes, reached = _letters(classes, target, factors, count)
    return (letters, sizes) if reached == count == math.prod(sizes) else None


def _letters(
    classes: Classes, target: list[Any], factors: list[Any], count: int
) -> tuple[list[Any], list[int], int]:
    """Return letters that tell rows apart, their sizes, and how many rows they tell apart."""
    columns = [c for factor in factors for c in classes.columns(factor)[1]]
    # short ones first: beside k, what stands at i + k is no letter of its own
    columns.sort(key=np.ptp)
    letters: list[Any] = []
    sizes: list[int] = []
    reached = 1
    for letter in letters_of([*target, *columns]):
        if reached == count:
            break
        size = int(letter.max()) + 1
        both = distinct(np.ravel_multi_index([*letters, letter], (*sizes, size)))
        if len(both) > reached:
            letters.append(letter)
            sizes.append(size)
            reached = len(both)
    return letters, sizes, reached


def _padded(
    classes: Classes, found: Class, places: Any, factors: list[Any], coefficients: Any
) -> Term | None:
    """Return the term of rows that fill a good part of a box, as a triangle: 0 times the holes.

    A hole that is infinite has no product with 0; then the eager engine answers.
    """
    count, target = len(places), unravelled(places, found.shape)
    letters, sizes, reached = _letters(classes, target, factors, count)
    if reached < count or count < FULL * math.prod(sizes):
        return None
    box = np.zeros(tuple(sizes))
    box[tuple(letters)] = coefficients
    over = axes_over(target, letters, sizes)
    picked = []
    for factor in factors:
        number, columns = classes.columns(factor)
        pattern = axes_over(columns, letters, sizes)
        if pattern is None:
            return None
        picked.append(Access(number, *pattern))
    if over is None:
        return None
    picked.append(Access(box, None, tuple(range(len(sizes)))))
    return Term(Access(found, *over), 1.0, picked, sizes)


def _made(
    classes: Classes,
    found: Class,
    target: Any,
    factors: Any,
    coefficients: Any,
    letters: Any,
    sizes: Any,
) -> Term | None:
    patterns = axes_over(target, letters, sizes)
    if patterns is None:
        return None
    picked = [access_of(classes, factor, letters, sizes) for factor in factors]
    coefficient = float(coefficients[0])
    if not (coefficients == coefficient).all():
        picked.append(numbers_over(coefficients, letters, sizes))
        coefficient = 1.0
    return Term(Access(found, *patterns), coefficient, picked, list(sizes))


def _splits(
    classes: Classes, found: Class, places: Any, factors: list[Any], coefficients: Any
) -> Any:
    """Yield ways to take rows apart: by coefficient, by turn, by distance to the target."""
    values = np.unique(coefficients)
    if 1 < len(values) <= PARTS:
        yield [np.flatnonzero(coefficients == value) for value in values]
    box = _box(classes, unravelled(places, found.shape), factors, len(places))
    if box is None:
        turn = np.arange(len(places)) - np.searchsorted(places, places)
        if _rising(places) and 0 < turn.max() < PARTS:
            yield [np.flatnonzero(turn == k) for k in range(int(turn.max()) + 1)]
    yield from _shifts(classes, found, places, factors, box)


def _shifts(classes: Classes, found: Class, places: Any, factors: list[Any], box: Any) -> Any:
    """Yield ways to take rows apart by how far a coordinate is from one of the target's."""
    columns = [c for factor in factors for c in classes.columns(factor)[1]]
    if box is not None:  # then only what is no letter, such as i + k, keeps this from a pattern
        columns = [column for column in columns if axis_of(column, *box) is None]
    for column in columns:
        for axis in unravelled(places, found.shape):
            distances = column - axis
            each = distinct(distances)
            if 1 < len(each) <= PARTS:
                yield [np.flatnonzero(distances == d) for d in each]


def _flat(
    classes: Classes, found: Class, places: Any, factors: list[Any], coefficients: Any
) -> Term:
    """Return a term that goes through its rows one by one, everything picked by index."""
    count = len(places)
    letters, sizes = [np.arange(count)], [count]
    target = Access(found, None, (0,), places) if found.shape else Access(found, (), ())
    picked = [gathered(classes.of[int(f[0])], classes.at[f], letters, sizes) for f in factors]
    coefficient = float(coefficients[0])
    if not (coefficients == coefficient).all():
        picked.append(numbers_over(coefficients, letters, sizes))
        coefficient = 1.0
    return Term(target, coefficient, picked, sizes)


def _gathers(term: Term) -> bool:
    """Tell whether a term picks or adds anything by index."""
    return any(each.index is not None for each in (term.target, *term.factors))


def _rising(places: Any) -> bool:
    return bool((places[1:] >= places[:-1]).all())
