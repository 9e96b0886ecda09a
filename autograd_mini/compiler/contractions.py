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

DEPTH, EFFORT, SMALL = 3, 16, 500
"""How deep ways to split lie within each other, how often a sum's rows are looked at in all, and
to how many rows a look at few is equal. Ways within ways multiply: without a bound, those of a
convolution in two directions took minutes."""


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
        rows = _Rows(places, factors, coefficients).some(np.argsort(places, kind="stable"))
        found.terms += _Search(classes, found, len(places)).terms(rows)


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


class _Rows:
    """Terms of one signature: the place of each one's target, its factors, its coefficient."""

    def __init__(self, places: Any, factors: list[Any], coefficients: Any) -> None:
        self.places, self.factors, self.coefficients = places, factors, coefficients

    def __len__(self) -> int:
        return len(self.places)

    def some(self, chosen: Any) -> _Rows:
        """Return chosen rows."""
        factors = [factor[chosen] for factor in self.factors]
        return _Rows(self.places[chosen], factors, self.coefficients[chosen])


class _Search:
    """The search for the loops of a sum's terms.

    Parameters
    ----------
    classes : Classes
    found : Class
        Whose terms they are.
    count : int
        How many rows they are in all.
    """

    def __init__(self, classes: Classes, found: Class, count: int) -> None:
        self.classes, self.found = classes, found
        self.patience = EFFORT * (count + 2 * SMALL)

    def terms(self, rows: _Rows, depth: int = 0) -> list[Term]:
        """Return the terms of one signature: one, if its loops fill a box, or several."""
        term = self._term(rows)
        if term is not None and not _gathers(term):
            return [term]
        padded = self._padded(rows)
        most = FEW if padded is not None else max(PARTS, min(WINDOW, len(rows) // LARGE))
        sliced, picking = self._split(rows, depth, most) if depth < DEPTH else ([], [])
        if sliced:
            return sliced
        if padded is not None:
            return [padded]
        if term is not None:
            return [term]
        return picking or [self._flat(rows)]

    def _split(self, rows: _Rows, depth: int, most: int) -> tuple[list[Term], list[Term]]:
        """Return the fewest parts that are slices alone, and parts that pick by index."""
        sliced: list[Term] = []
        picking: list[Term] = []
        for groups, along_letter in self._splits(rows):
            parts = self._parts(rows, groups, depth, most)
            if parts is None:
                continue
            if not any(_gathers(part) for part in parts):
                sliced = parts if not sliced or len(parts) < len(sliced) else sliced
                if along_letter or len(parts) == len(groups):
                    break  # there is hardly a better way
            elif not picking and all(part.target.index is None for part in parts):
                picking = parts  # by index, but no sum is scattered
        return sliced, picking

    def _parts(self, rows: _Rows, groups: list[Any], depth: int, most: int) -> list[Term] | None:
        """Return the terms of all groups; None if there are too many, or too much was tried."""
        parts: list[Term] = []
        for chosen in groups:
            self.patience -= len(chosen) + SMALL
            if len(parts) > most or self.patience < 0:
                return None
            parts += self.terms(rows.some(chosen), depth + 1)
        return parts if len(parts) <= most else None

    def _term(self, rows: _Rows) -> Term | None:
        """Return the term whose letters fill a box exactly; None if there is none."""
        target = self._target(rows)
        box = self._box(rows)
        if box is None:
            return None
        patterns = axes_over(target, *box)
        if patterns is None:
            return None
        picked = [access_of(self.classes, factor, *box) for factor in rows.factors]
        return _made(Access(self.found, *patterns), picked, rows.coefficients, *box)

    def _target(self, rows: _Rows) -> list[Any]:
        """Return the coordinates of the targets."""
        return unravelled(rows.places, self.found.shape)

    def _columns(self, rows: _Rows) -> list[Any]:
        """Return the coordinates of all factors."""
        return [column for f in rows.factors for column in self.classes.columns(f)[1]]

    def _box(self, rows: _Rows) -> tuple[list[Any], list[int]] | None:
        """Return letters that fill a box exactly, and their sizes; None if there are none."""
        letters, sizes, reached = self._letters(rows)
        return (letters, sizes) if reached == len(rows) == math.prod(sizes) else None

    def _letters(self, rows: _Rows) -> tuple[list[Any], list[int], int]:
        """Return letters that tell rows apart, their sizes, and how many rows they tell apart."""
        # short ones first: beside k, what stands at i + k is no letter of its own
        columns = sorted(self._columns(rows), key=np.ptp)
        letters: list[Any] = []
        sizes: list[int] = []
        reached = 1
        for letter in letters_of([*self._target(rows), *columns]):
            if reached == len(rows):
                break
            size = int(letter.max()) + 1
            both = distinct(np.ravel_multi_index([*letters, letter], (*sizes, size)))
            if len(both) > reached:
                letters.append(letter)
                sizes.append(size)
                reached = len(both)
        return letters, sizes, reached

    def _padded(self, rows: _Rows) -> Term | None:
        """Return the term of rows that fill a good part of a box, as a triangle: 0 times the holes.

        A hole that is infinite has no product with 0; then the eager engine answers.
        """
        letters, sizes, reached = self._letters(rows)
        if reached < len(rows) or len(rows) < FULL * math.prod(sizes):
            return None
        box = np.zeros(tuple(sizes))
        box[tuple(letters)] = rows.coefficients
        over = axes_over(self._target(rows), letters, sizes)
        picked = []
        for factor in rows.factors:
            number, columns = self.classes.columns(factor)
            pattern = axes_over(columns, letters, sizes)
            if pattern is None:
                return None
            picked.append(Access(number, *pattern))
        if over is None:
            return None
        picked.append(Access(box, None, tuple(range(len(sizes)))))
        return Term(Access(self.found, *over), 1.0, picked, sizes)

    def _splits(self, rows: _Rows) -> Iterator[tuple[list[Any], bool]]:
        """Yield ways to take rows apart, and whether each is one along a letter of their box.

        By distance to the target, where that is a letter; by coefficient; by turn; by any distance.
        """
        box = self._box(rows)
        others = []
        for distances in self._distances(rows, box):
            each = distinct(distances)
            if 1 < len(each) <= PARTS:
                groups = [np.flatnonzero(distances == d) for d in each]
                if box is not None and axis_of(distances, *box) is not None:
                    yield groups, True
                else:
                    others.append(groups)
        values = np.unique(rows.coefficients)
        if 1 < len(values) <= PARTS:
            yield [np.flatnonzero(rows.coefficients == value) for value in values], False
        if box is None:
            turn = np.arange(len(rows)) - np.searchsorted(rows.places, rows.places)
            if _rising(rows.places) and 0 < turn.max() < PARTS:
                yield [np.flatnonzero(turn == k) for k in range(int(turn.max()) + 1)], False
        for groups in others:
            yield groups, False

    def _distances(self, rows: _Rows, box: Any) -> Iterator[Any]:
        """Yield how far coordinates of factors are from those of the target."""
        columns = self._columns(rows)
        if box is not None:  # then only what is no letter, such as i + k, keeps from a pattern
            columns = [column for column in columns if axis_of(column, *box) is None]
        for column in columns:
            for axis in self._target(rows):
                yield column - axis

    def _flat(self, rows: _Rows) -> Term:
        """Return a term that goes through its rows one by one, everything picked by index."""
        box = [np.arange(len(rows))], [len(rows)]
        found = self.found
        target = Access(found, None, (0,), rows.places) if found.shape else Access(found, (), ())
        classes = self.classes
        picked = [gathered(classes.of[int(f[0])], classes.at[f], *box) for f in rows.factors]
        return _made(target, picked, rows.coefficients, *box)


def _made(
    target: Access, picked: list[Access], coefficients: Any, letters: list[Any], sizes: list[int]
) -> Term:
    """Return a term; coefficients that differ are one more factor."""
    coefficient = float(coefficients[0])
    if not (coefficients == coefficient).all():
        return Term(target, 1.0, [*picked, numbers_over(coefficients, letters, sizes)], sizes)
    return Term(target, coefficient, picked, sizes)


def _gathers(term: Term) -> bool:
    """Tell whether a term picks or adds anything by index."""
    return any(each.index is not None for each in (term.target, *term.factors))


def _rising(places: Any) -> bool:
    return bool((places[1:] >= places[:-1]).all())
