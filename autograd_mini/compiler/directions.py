"""With this one can turn the numbers to differentiate by into directions, and back.

- `Directions`: which elements of which arrays the numbers are; `.unit(…)` and `.along(…)` say how
  an array moves, `.by_slot(…)` gives the derivatives by slots, of those by arrays.

An argument is an array of its own; Values that a function captures may stand anywhere in several.
"""

from __future__ import annotations

import math

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot

__all__ = ["Directions"]


class Directions:
    """The numbers to differentiate by, in order: each is a direction.

    Parameters
    ----------
    slots : sequence of Slots
        What is differentiated by.
    wanted : sequence
        For each slot the array that it is, or for each number (array, index); None for a Value
        that the function does not use.
    shapes : sequence of tuples
        Of the arrays.

    Attributes
    ----------
    places : list of (array, index), or None

    Examples
    --------
    >>> from autograd_mini.compiler.inputs import slots
    >>> found = Directions(slots("x", [1.0, 2.0]), [0], [(2,)])
    >>> len(found), found.unit(0).tolist()
    (2, [[1.0, 0.0], [0.0, 1.0]])
    """

    def __init__(
        self, slots: Sequence[Slot], wanted: Sequence[Any], shapes: Sequence[tuple[int, ...]]
    ) -> None:
        self.slots, self.wanted, self.shapes = list(slots), list(wanted), list(shapes)
        self.places: list[tuple[int, int] | None] = []
        for slot, place in zip(slots, wanted, strict=True):
            whole = isinstance(place, int)
            self.places += [(place, k) for k in range(math.prod(slot.shape))] if whole else place
        arrays = {place[0] for place in self.places if place is not None}
        self._of = {array: _those_in(array, self.places) for array in arrays}

    def __len__(self) -> int:
        return len(self.places)

    def unit(self, array: int, start: int = 0, stop: int | None = None) -> Any:
        """Return how an array moves in some directions, which come first: by a single 1 each."""
        which, where = self._of[array]
        count = len(self) if stop is None else stop - start
        unit = np.zeros((count, math.prod(self.shapes[array])))
        own = (which >= start) & (which < start + count)
        unit[which[own] - start, where[own]] = 1.0
        return unit.reshape(-1, *self.shapes[array])

    def along(self, array: int, vectors: Sequence[Any]) -> Any:
        """Return how an array moves along a vector, of which there is an array for each slot."""
        total = np.zeros(self.shapes[array])
        for place, vector in zip(self.wanted, vectors, strict=True):
            if not isinstance(place, int):
                which, where = _those_in(array, place)
                np.add.at(total.reshape(-1), where, vector.reshape(-1)[which])
            elif place == array:
                total = total + vector  # which may have an axis of examples
        return total

    def by_slot(self, found: dict[int, Any]) -> list[Any]:
        """Return derivatives by slots, of derivatives by arrays; both may have leading axes.

        Parameters
        ----------
        found : dict of arrays
        """
        return [
            found[place] if isinstance(place, int) else self._picked(slot, place, found)
            for slot, place in zip(self.slots, self.wanted, strict=True)
        ]

    def _picked(self, slot: Slot, places: Sequence[Any], found: dict[int, Any]) -> Any:
        """Return derivatives by numbers that stand in several arrays, or in none."""
        flat = {
            array: part.reshape((*part.shape[: part.ndim - len(self.shapes[array])], -1))
            for array, part in found.items()
        }
        lead = next(iter(flat.values())).shape[:-1]
        picked = np.zeros((*lead, len(places)))
        for array, part in flat.items():
            which, where = _those_in(array, places)
            picked[..., which] = part[..., where]
        return picked.reshape((*lead, *slot.shape))

    def cut(self, numbers: Any) -> list[Any]:
        """Return an array for each slot, of numbers along the last axis."""
        ends = np.cumsum([math.prod(slot.shape) for slot in self.slots])
        lead = numbers.shape[:-1]
        return [
            part.reshape((*lead, *slot.shape))
            for part, slot in zip(np.split(numbers, ends[:-1], -1), self.slots, strict=True)
        ]


def _those_in(array: int, places: Sequence[Any]) -> tuple[Any, Any]:
    """Return which places stand in an array, and at which index."""
    found = [(k, p[1]) for k, p in enumerate(places) if p is not None and p[0] == array]
    which, where = np.array(found, dtype=np.intp).reshape(-1, 2).T
    return which, where
