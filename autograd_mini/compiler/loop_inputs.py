"""With this one can say what a time loop is handed: whole arrays, and rows of arrays.

- `Inputs(staged, found)` finds, for each operand from elsewhere, the array and the place in it.
- `what_was_first(…)` puts together what stands before the first step.

What moves along the first axis of an array, a row for each step, is taken from there. What comes
from here and there is put together before the loop, in an array with a row for each step.
"""

from __future__ import annotations

import math

import numpy as np

from autograd_mini.compiler.access import axes_over, gathered, numbers_over
from autograd_mini.compiler.axes import unravelled
from autograd_mini.compiler.loops import Handed
from autograd_mini.compiler.rolled import Access, Class, Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.stages import Staged
    from autograd_mini.compiler.time_loops import TimeLoop

    Place = tuple[int, int]
    Entry = tuple[int | None, Any]

__all__ = ["Inputs", "what_was_first"]

SEVERAL = 8
"""From how many arrays an operand comes at most, in different steps."""


class Inputs:
    """Where the operands of a step stand that come from elsewhere.

    Attributes
    ----------
    handed : list of Handed
    shapes : list of tuples
        Of what is handed.
    places : dict
        For columns of operands the array that is handed, and the place in it.

    Parameters
    ----------
    staged : Staged
        Gets classes for what is put together before the loop.
    found : TimeLoop
    """

    def __init__(self, staged: Staged, found: TimeLoop) -> None:
        self.staged, self.found = staged, found
        self.handed: list[Handed] = []
        self.shapes: list[tuple[int, ...]] = []
        self.places: dict[int, Place] = {}
        self._numbers: dict[Any, int] = {}

    def find(self) -> bool:
        """Find where all operands stand; False where one stands in too many arrays."""
        rest: dict[frozenset[int | None], list[tuple[int, list[Entry]]]] = {}
        for column in self.found.inputs():
            nodes = self.found.operands[:, column]
            if (nodes == nodes[0]).all():
                self._hand_all(column, int(nodes[0]))
                continue
            entries = [self.staged.entry(node) for node in nodes.tolist()]
            kinds = frozenset(kind for kind, _ in entries)
            if len(kinds) > SEVERAL:
                return False
            if not self._is_row(column, kinds, entries):
                rest.setdefault(kinds, []).append((column, entries))
        for columns in rest.values():
            self._put_together(columns)
        return True

    def _hand_all(self, column: int, node: int) -> None:
        """Hand over the array of an operand that is the same in all steps, if it has one."""
        place = self.staged.place(node)
        if place is not None:
            self.places[column] = (self._hand(place[0], None), place[1])

    def _hand(self, of: int, row: tuple[int, int] | None) -> int:
        """Return the number of what is handed."""
        if (of, row) not in self._numbers:
            self._numbers[of, row] = len(self.handed)
            self.handed.append(Handed(of, row))
            self.shapes.append(self.handed[-1].part_of(self.staged.classes[of].shape))
        return self._numbers[of, row]

    def _is_row(self, column: int, kinds: frozenset[int | None], entries: list[Entry]) -> bool:
        """Tell whether an operand moves along the first axis of a class, and note it."""
        (kind, *others) = kinds
        if others or kind is None:
            return False
        shape = self.staged.classes[kind].shape
        first, *rest = unravelled(np.array([place for _, place in entries]), shape)
        stride = int(first[1] - first[0])
        moving = first[0] + stride * np.arange(len(entries))
        if not stride or (first != moving).any() or any((axis != axis[0]).any() for axis in rest):
            return False
        at = int(np.ravel_multi_index([int(axis[0]) for axis in rest], shape[1:])) if rest else 0
        self.places[column] = (self._hand(kind, (int(first[0]), stride)), at)
        return True

    def _put_together(self, columns: list[tuple[int, list[Entry]]]) -> None:
        """Make a class of operands with a row for each step."""
        count, width = self.found.count, len(columns)
        made = Class("sum", (count, width) if width > 1 else (count,))
        entries = [
            (step * width + k, several[step])
            for step in range(count)
            for k, (_, several) in enumerate(columns)
        ]
        made.terms = _copies(self.staged, made.shape, entries)
        array = self._hand(self.staged.add(made), (0, 1))
        for k, (column, _) in enumerate(columns):
            self.places[column] = (array, k)


def what_was_first(
    staged: Staged, shape: tuple[int, ...], lag: int, nodes: dict[tuple[int, int], int]
) -> Access | float:
    """Return what stands before the first step: a class that is put together, or one number.

    Parameters
    ----------
    staged : Staged
        Gets the class.
    shape : tuple of int
        Of the rows.
    lag : int
        How many rows there are.
    nodes : dict
        By how many steps before the first one, and by the place in the row. What no step asks for
        is 0.
    """
    size = math.prod(shape)
    entries = sorted(
        ((lag - ago) * size + place, staged.entry(node)) for (ago, place), node in nodes.items()
    )
    values = {repr(entry) for _, entry in entries}
    (kind, value) = entries[0][1]
    if kind is None and len(values) == 1 and (len(entries) == lag * size or not value):
        return float(value)
    made = Class("sum", shape if lag == 1 else (lag, *shape))
    made.terms = _copies(staged, made.shape, entries)
    return Access(staged.add(made), *_all_of(made.shape))


def _all_of(shape: Sequence[int]) -> tuple[Any, tuple[int, ...]]:
    """Return the axes and letters of an access to a whole array."""
    return tuple((k, 0, 1, size) for k, size in enumerate(shape)), tuple(range(len(shape)))


def _copies(
    staged: Staged, shape: Sequence[int], entries: Sequence[tuple[int, Entry]]
) -> list[Term]:
    """Return the terms that copy entries to positions."""
    by_class: dict[int | None, list[tuple[int, Any]]] = {}
    for position, (kind, entry) in entries:
        by_class.setdefault(kind, []).append((position, entry))
    return [_copied(staged, shape, kind, pairs) for kind, pairs in by_class.items()]


def _copied(
    staged: Staged, shape: Sequence[int], kind: int | None, pairs: Sequence[tuple[int, Any]]
) -> Term:
    """Return the term that copies elements of a class, or plain numbers, to positions."""
    positions = np.array([position for position, _ in pairs], dtype=np.intp)
    entries, count = np.array([entry for _, entry in pairs]), len(pairs)
    if count == math.prod(shape):
        sizes, target = list(shape), Access(None, *_all_of(shape))
    else:
        sizes, over = [count], axes_over(unravelled(positions, shape), [np.arange(count)], [count])
        target = Access(None, *(over or (None, (0,), positions)))
    letters = unravelled(np.arange(count), sizes)
    if kind is None:
        return Term(target, 1.0, [numbers_over(entries, letters, sizes)], sizes)
    found = axes_over(unravelled(entries, staged.classes[kind].shape), letters, sizes)
    picked = Access(kind, *found) if found else gathered(kind, entries, letters, sizes)
    return Term(target, 1.0, [picked], sizes)
