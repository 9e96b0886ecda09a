"""With this one can roll a trace: find what repeats, and make one array of it.

- `roll(trace, normal, shapes)` gives the classes: nodes with the same operation over operands of
  the same classes. A class is an array; its axes are the loops that the user wrote.
- `Access` says how the elements of a class pick from an operand: letter by letter, or by index.

The only source of coordinates is the arrays and indices of the leaves. What does not fit is said
by returning None; `levels` takes it then.
"""

from __future__ import annotations

import math
from itertools import combinations

from autograd_mini.compiler.trace import CONSTANT, LEAF, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.simplify import Normal
    from autograd_mini.compiler.trace import Trace

__all__ = ["Access", "Class", "Term", "roll"]

KEPT_CONSTANTS = frozenset({"power", "polygamma", "sinc_derivative", "round"})
"""The rows whose plain numbers tell classes apart."""

MANY, SHARE = 80, 0.2
"""Rolling is given up where more classes than these, and than this share of the nodes, appear."""

TURNS = 4
"""Up to how many terms of one kind an element's coordinates are looked for in each of them."""

PARTS = 8
"""How many shifted copies a sum is split into at most."""


class CannotRollError(Exception):
    """Something has no pattern that a program could be written for."""


class Access:
    """How an array's elements are picked, over some letters.

    Parameters
    ----------
    of : int or array
        The class, or an array of plain numbers.
    axes : tuple
        For each axis a letter with start and step, ``(letter, start, step, count)``, or a place;
        None where elements are picked by index.
    letters : tuple of int
        The letters in the order of the picked array's axes.
    index : array, optional
        Flat places, over `letters`.
    """

    def __init__(self, of: Any, axes: Any, letters: tuple[int, ...], index: Any = None) -> None:
        self.of, self.axes, self.letters, self.index = of, axes, letters, index

    def is_whole(self, shape: Sequence[int]) -> bool:
        """Tell whether every element is picked, each once."""
        return self.axes is not None and all(
            axis[1:] == (0, 1, size) if isinstance(axis, tuple) else size == 1
            for axis, size in zip(self.axes, shape, strict=True)
        )

    def same(self, other: Access) -> bool:
        """Tell whether another access picks the same."""
        if not (isinstance(self.of, int) and self.of == other.of and self.letters == other.letters):
            return False
        if self.axes is None or other.axes is None:
            return self is other or (
                self.index is not None
                and other.index is not None
                and self.index.shape == other.index.shape
                and bool((self.index == other.index).all())
            )
        return bool(self.axes == other.axes)

    def at(self, other: Access, place: int) -> int:
        """Return the place on one axis, if this is like another access but for that; or -1."""
        if self.of != other.of or self.axes is None or other.axes is None:
            return -1
        mine, theirs = list(self.axes), list(other.axes)
        here = mine.pop(place)
        theirs.pop(place)
        return here if mine == theirs and isinstance(here, int) else -1


class Term:
    """Part of a sum: a coefficient times factors, summed over the letters the target lacks.

    Parameters
    ----------
    target : Access
    coefficient : float
    factors : list of Access
    sizes : list of int
        Of the letters.
    """

    def __init__(
        self, target: Access, coefficient: float, factors: list[Access], sizes: list[int]
    ) -> None:
        self.target, self.coefficient, self.factors, self.sizes = (
            target, coefficient, factors, sizes)  # fmt: skip


class Class:
    """Nodes that do the same: one array.

    Attributes
    ----------
    operation : str
        LEAF, "sum", or the name of a row.
    array : int
        Of a leaf, which.
    shape : tuple of int
    operands : list of Access
        Of a row.
    terms : list of Terms
        Of a sum.
    nodes : list of int
    """

    def __init__(self, operation: str, shape: tuple[int, ...] = (), array: int = -1) -> None:
        self.operation, self.shape, self.array = operation, shape, array
        self.operands: list[Access] = []
        self.terms: list[Term] = []
        self.nodes: list[int] = []


def roll(
    trace: Trace, normal: Normal, shapes: Sequence[tuple[int, ...]]
) -> tuple[list[Class], dict[int, tuple[int, int]]] | None:
    """Return the classes, operands before results, and for each node its class and place in it.

    Parameters
    ----------
    trace : Trace
    normal : Normal
    shapes : sequence of tuples
        Of the arrays.

    Returns
    -------
    (list of Classes, dict), or None where too little repeats.
    """
    rolling = _Rolling(trace, normal, shapes)
    if not rolling.classify():
        return None
    for number, found in enumerate(rolling.classes):
        if found.operation != LEAF:
            rolling.shape(number, found)
    return rolling.classes, {n: (rolling.of[n], int(rolling.at[n])) for n in rolling.of}


class _Rolling:
    """The classes as far as they are known; `at` holds each node's place in its class."""

    def __init__(self, trace: Trace, normal: Normal, shapes: Sequence[tuple[int, ...]]) -> None:
        import numpy as np  # noqa: PLC0415

        self.np = np
        self.trace, self.normal, self.shapes = trace, normal, shapes
        self.classes: list[Class] = []
        self.of: dict[int, int] = {}
        self.at = np.zeros(len(trace.operations), dtype=np.intp)

    def classify(self) -> bool:
        """Put each node into its class; False where too little repeats."""
        numbers: dict[Any, int] = {}
        operations = self.trace.operations
        for node in self.normal.order:
            operation = operations[node]
            if operation == CONSTANT:
                continue
            if operation == TAKE and not self._takes_rows(node):
                return False
            key = self._key(node, operation)
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(self.classes)
                self.classes.append(self._new(node, operation))
            found = self.classes[number]
            self.of[node] = number
            if operation == LEAF:
                self.at[node] = self.trace.operands[node][1]
            found.nodes.append(node)
        few = len(self.classes) <= max(MANY, SHARE * len(self.normal.order))
        return few and len(self.classes) <= 10 * MANY

    def _key(self, node: int, operation: str) -> Any:
        operands, of = self.trace.operands[node], self.of
        if operation == LEAF:
            return (LEAF, operands[0])
        terms = self.normal.terms.get(node)
        if terms is not None:
            if len(terms) == 1:
                return ("sum", tuple(sorted([of[f] for f in terms[0][1]])))
            return ("sum", frozenset([tuple(sorted([of[f] for f in t[1]])) for t in terms]))
        if operation == TAKE:
            return (TAKE, of[operands[0]], of[operands[1]])
        if operation in KEPT_CONSTANTS:
            values = tuple(
                self.trace.operands[o] if self.trace.operations[o] == CONSTANT else of[o]
                for o in operands
            )
            return (operation, values)
        return (operation, tuple([of.get(o, -1) for o in operands]))

    def _takes_rows(self, node: int) -> bool:
        """Tell whether the items among which a traced index picks are all rows of one array."""
        np = self.np
        index, *items = self.trace.operands[node]
        number = self.of.get(items[0], -1)
        if index not in self.of or any(self.of.get(item) != number for item in items):
            return False
        found = self.classes[number]
        places = self.at[np.array(items)]
        stride = math.prod(found.shape[1:])
        whole = found.operation == LEAF and found.shape[:1] == (len(items),)
        return whole and bool((np.diff(places) == stride).all()) and int(places[0]) < stride

    def _new(self, node: int, operation: str) -> Class:
        if operation == LEAF:
            array = self.trace.operands[node][0]
            return Class(LEAF, tuple(self.shapes[array]), array)
        return Class("sum" if node in self.normal.terms else operation)

    # Axes

    def columns(self, nodes: Any) -> tuple[int, list[Any]]:
        """Return the class of nodes and their coordinates in it."""
        number = self.of[int(nodes[0])]
        shape = self.classes[number].shape
        if not shape:
            return number, []
        return number, list(self.np.unravel_index(self.at[nodes], shape))

    def shape(self, number: int, found: Class) -> None:
        """Find the axes of a class, and how it picks from its operands."""
        nodes = self.np.array(found.nodes, dtype=self.np.intp)
        if found.operation == "sum":
            self._shape_of_sum(found, nodes)
        else:
            self._shape_of_row(found, nodes)
        if found.operation == TAKE:
            index, row = found.operands
            if row.axes is None or index.axes is None or set(index.letters) & set(row.letters):
                raise CannotRollError
        del number

    def _shape_of_row(self, found: Class, nodes: Any) -> None:
        np = self.np
        rows = [self.trace.operands[node] for node in found.nodes]
        if found.operation == TAKE:
            rows = [operands[:2] for operands in rows]  # the index, and the first item
        operands = [np.array(column, dtype=np.intp) for column in zip(*rows, strict=True)]
        constant = [self.trace.operations[o[0]] == CONSTANT for o in operands]
        columns = [
            column
            for operand, c in zip(operands, constant, strict=True)
            if not c
            for column in self.columns(operand)[1]
        ]
        found.shape, self.at[nodes] = self._axes(columns, len(nodes))
        order = np.argsort(self.at[nodes])
        letters = self._unravelled(np.arange(len(nodes)), found.shape)
        for operand, c in zip(operands, constant, strict=True):
            if found.operation == TAKE and c:
                raise CannotRollError
            if c:
                numbers = np.array([self.trace.operands[o][0] for o in operand[order]])
                found.operands.append(self._numbers(numbers, letters, found.shape))
            else:
                found.operands.append(self._access(operand[order], letters, found.shape))

    def _unravelled(self, places: Any, shape: Sequence[int]) -> list[Any]:
        return list(self.np.unravel_index(places, shape)) if shape else []

    def _axes(self, columns: Sequence[Any], count: int) -> tuple[tuple[int, ...], Any]:
        """Return the shape of a class and the places of its elements, in creation order."""
        np = self.np
        if count == 1:
            return (), np.zeros(1, dtype=np.intp)
        letters = self._letters(columns)
        sizes = [int(letter.max()) + 1 for letter in letters]
        for width in (1, 2, 3):
            for chosen in combinations(range(len(letters)), width):
                if math.prod(sizes[k] for k in chosen) == count:
                    box: tuple[tuple[int, ...], Any] | None = self._box(
                        [letters[k] for k in chosen], [sizes[k] for k in chosen]
                    )
                    if box is not None:
                        return box
        fused = self._fused(letters, count)
        return fused if fused is not None else ((count,), np.arange(count))

    def _letters(self, columns: Sequence[Any]) -> list[Any]:
        """Return the columns that vary, each from 0 in steps of 1, without repetition."""
        np = self.np
        found: dict[bytes, Any] = {}
        for column in columns:
            low = column.min()
            step = int(np.gcd.reduce(column - low))
            if step:
                letter = ((column - low) // step).astype(np.intp)
                found.setdefault(letter.tobytes(), letter)
        return list(found.values())

    def _box(self, letters: list[Any], sizes: list[int]) -> Any:
        """Return shape and places, where letters fill a box exactly; slow letters first."""
        np = self.np
        changes = [int(np.count_nonzero(np.diff(letter))) for letter in letters]
        order = sorted(range(len(letters)), key=lambda k: changes[k])
        shape = tuple(sizes[k] for k in order)
        places = np.ravel_multi_index([letters[k] for k in order], shape)
        return (shape, places) if len(np.unique(places)) == len(places) else None

    def _fused(self, letters: list[Any], count: int) -> Any:
        """Return shape and places where two letters, such as the pairs i < j, are one axis."""
        np = self.np
        for a, b in combinations(range(len(letters)), 2):
            pair = letters[a] * (int(letters[b].max()) + 1) + letters[b]
            unique, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
            if len(unique) < 2 or len(unique) == count or count % len(unique):
                continue
            rank = np.argsort(np.argsort(first))[inverse].astype(np.intp)
            for k, letter in enumerate(letters):
                size = int(letter.max()) + 1
                if k not in {a, b} and size * len(unique) == count:
                    box = self._box([rank, letter], [len(unique), size])
                    if box is not None:
                        return box
        return None

    # Access

    def _access(self, nodes: Any, letters: list[Any], sizes: Sequence[int]) -> Access:
        """Return how an operand's elements hang on the letters of a loop."""
        number, columns = self.columns(nodes)
        axes, seen = [], []
        for column in columns:
            axis = self._axis(column, letters, sizes)
            if axis is None or (isinstance(axis, tuple) and axis[0] in seen):
                return self._gather(number, self.at[nodes], letters, sizes)
            if isinstance(axis, tuple):
                seen.append(axis[0])
            axes.append(axis)
        return Access(number, tuple(axes), tuple(seen))

    def _axis(self, column: Any, letters: list[Any], sizes: Sequence[int]) -> Any:
        """Return one axis's place, or its letter with start and step; None if it is neither."""
        first = int(column[0])
        if (column == first).all():
            return first
        for k, (letter, size) in enumerate(zip(letters, sizes, strict=True)):
            if size < 2:
                continue
            low, high = int(column.min()), int(column.max())
            step = (high - low) // (size - 1)
            if step and (column == low + step * letter).all():
                return (k, low, step, size)
        return None

    def _gather(self, number: int, places: Any, letters: list[Any], sizes: Sequence[int]) -> Access:
        """Return an access by index, over those letters that it hangs on."""
        return self._over_letters(number, places, letters, sizes, gathered=True)

    def _numbers(self, numbers: Any, letters: list[Any], sizes: Sequence[int]) -> Access:
        """Return plain numbers over the letters that they hang on."""
        return self._over_letters(None, numbers, letters, sizes, gathered=False)

    def _over_letters(
        self, number: Any, entries: Any, letters: list[Any], sizes: Sequence[int], *, gathered: bool
    ) -> Access:
        np = self.np
        box = np.empty(tuple(sizes), dtype=entries.dtype)
        box[tuple(letters)] = entries if sizes else entries[0]
        kept = list(range(len(sizes)))
        for k in reversed(range(len(sizes))):
            first = box.take([0], axis=k)
            if (box == first).all():
                box = first.squeeze(axis=k)
                kept.remove(k)
        if gathered:
            return Access(number, None, tuple(kept), box)
        return Access(box, None, tuple(kept))

    # Sums

    def _shape_of_sum(self, found: Class, nodes: Any) -> None:
        np = self.np
        relations = self._relations(found)
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
                        columns += self.columns(factor[starts + turn])[1]
            for factor in factors:
                for column in self.columns(factor)[1]:
                    if (
                        column == np.repeat(column[starts], np.diff(starts, append=len(elements)))
                    ).all():
                        columns.append(column[starts])
        found.shape, self.at[nodes] = self._axes(columns, count)
        for elements, factors, coefficients in relations.values():
            places = self.at[nodes][elements]
            order = np.argsort(places, kind="stable")
            sorted_factors = [factor[order] for factor in factors]
            found.terms += self._terms(found, places[order], sorted_factors, coefficients[order])

    def _relations(self, found: Class) -> dict[Any, Any]:
        """Return for each signature: the elements, the factors' nodes, and the coefficients."""
        np = self.np
        lists: dict[Any, Any] = {}
        of = self.of
        for element, node in enumerate(found.nodes):
            for coefficient, given in self.normal.terms[node]:
                factors = tuple(sorted(given, key=of.__getitem__)) if len(given) > 1 else given
                signature = tuple([of[f] for f in factors])
                if signature not in lists:
                    lists[signature] = ([], [], [])
                rows = lists[signature]
                rows[0].append(element)
                rows[1].append(factors)
                rows[2].append(coefficient)
        return {
            signature: (
                np.array(rows[0], dtype=np.intp),
                [np.array(c, dtype=np.intp) for c in zip(*rows[1], strict=True)]
                if signature
                else [],
                np.array(rows[2]),
            )
            for signature, rows in lists.items()
        }

    def _terms(
        self, found: Class, places: Any, factors: list[Any], coefficients: Any, depth: int = 0
    ) -> list[Term]:
        """Return the terms of one signature: one, if its loops fill a box, or several."""
        term = self._term(found, places, factors, coefficients)
        if term is not None:
            return [term]
        for groups in self._splits(found, places, factors, coefficients) if depth < 3 else ():
            parts: list[Term] = []
            for chosen in groups:
                kept = [factor[chosen] for factor in factors]
                parts += self._terms(found, places[chosen], kept, coefficients[chosen], depth + 1)
            if len(parts) <= PARTS and all(part.target.index is None for part in parts):
                return parts
        return [self._flat(found, places, factors, coefficients)]

    def _term(
        self, found: Class, places: Any, factors: list[Any], coefficients: Any
    ) -> Term | None:
        """Return the term whose letters fill a box exactly; None if there is none."""
        np = self.np
        count = len(places)
        target = self._unravelled(places, found.shape)
        columns = [c for factor in factors for c in self.columns(factor)[1]]
        letters: list[Any] = []
        sizes: list[int] = []
        distinct = 1
        for letter in self._letters([*target, *columns]):
            if distinct == count:
                break
            size = int(letter.max()) + 1
            both = np.unique(np.ravel_multi_index([*letters, letter], (*sizes, size)))
            if len(both) > distinct:
                letters.append(letter)
                sizes.append(size)
                distinct = len(both)
        if distinct != count or math.prod(sizes) != count:
            return None
        return self._made(found, target, factors, coefficients, letters, sizes)

    def _made(
        self, found: Class, target: Any, factors: Any, coefficients: Any, letters: Any, sizes: Any
    ) -> Term | None:
        axes, seen = [], []
        for column in target:
            axis = self._axis(column, letters, sizes)
            if axis is None or (isinstance(axis, tuple) and axis[0] in seen):
                return None
            if isinstance(axis, tuple):
                seen.append(axis[0])
            axes.append(axis)
        picked = [self._access(factor, letters, sizes) for factor in factors]
        coefficient = float(coefficients[0])
        if not (coefficients == coefficient).all():
            picked.append(self._numbers(coefficients, letters, sizes))
            coefficient = 1.0
        return Term(Access(found, tuple(axes), tuple(seen)), coefficient, picked, list(sizes))

    def _splits(self, found: Class, places: Any, factors: list[Any], coefficients: Any) -> Any:
        """Yield ways to take rows apart: by coefficient, by turn, by distance to the target."""
        np = self.np
        values = np.unique(coefficients)
        if 1 < len(values) <= PARTS:
            yield [np.flatnonzero(coefficients == value) for value in values]
        turn = np.arange(len(places)) - np.searchsorted(places, places) if _rising(places) else None
        if turn is not None and 0 < turn.max() < PARTS:
            yield [np.flatnonzero(turn == k) for k in range(int(turn.max()) + 1)]
        target = self._unravelled(places, found.shape)
        for factor in factors:
            for column in self.columns(factor)[1]:
                for axis in target:
                    distances = column - axis
                    each = np.unique(distances)
                    if 1 < len(each) <= PARTS:
                        yield [np.flatnonzero(distances == d) for d in each]

    def _flat(self, found: Class, places: Any, factors: list[Any], coefficients: Any) -> Term:
        """Return a term that goes through its rows one by one, everything picked by index."""
        np = self.np
        count = len(places)
        letters, sizes = [np.arange(count)], [count]
        target = Access(found, None, (0,), places) if found.shape else Access(found, (), ())
        picked = [self._gather(self.of[int(f[0])], self.at[f], letters, sizes) for f in factors]
        coefficient = float(coefficients[0])
        if not (coefficients == coefficient).all():
            picked.append(self._numbers(coefficients, letters, sizes))
            coefficient = 1.0
        return Term(target, coefficient, picked, sizes)


def _rising(places: Any) -> bool:
    return bool((places[1:] >= places[:-1]).all())
