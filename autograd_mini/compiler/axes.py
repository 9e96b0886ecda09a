"""With this one can find the axes of an array among the coordinates of what it is made of.

- `axes_of(columns, count)` gives the shape of a class, and the place of each of its elements.
- `letters_of(columns)` gives the coordinates that vary, each once: the letters of a loop.

A column holds one coordinate of one operand, for all elements. Only whole numbers come in.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["axes_of", "distinct", "letters_of", "unravelled"]

DENSE = 16
"""Up to how many times as wide as numbers are many they are told apart by marking them."""


def unravelled(places: Any, shape: Sequence[int]) -> list[Any]:
    """Return the coordinates of places in an array, a column for each axis."""
    return list(np.unravel_index(places, shape)) if shape else []


def distinct(numbers: Any) -> Any:
    """Return the different ones among whole numbers, rising.

    Coordinates are dense: to mark which come is many times faster than to sort or hash them.

    Examples
    --------
    >>> distinct(np.array([3, 5, 3])).tolist()
    [3, 5]
    """
    low, high = int(numbers.min()), int(numbers.max())
    if high - low > DENSE * len(numbers):
        return np.unique(numbers)
    comes = np.zeros(high - low + 1, dtype=bool)
    comes[numbers - low] = True
    return np.flatnonzero(comes) + low


def axes_of(columns: Sequence[Any], count: int) -> tuple[tuple[int, ...], Any]:
    """Return the shape of a class and the places of its elements, in creation order."""
    if count == 1:
        return (), np.zeros(1, dtype=np.intp)
    letters = letters_of(columns)
    sizes = [int(letter.max()) + 1 for letter in letters]
    for width in (1, 2, 3):
        for chosen in combinations(range(len(letters)), width):
            if math.prod(sizes[k] for k in chosen) == count:
                box: tuple[tuple[int, ...], Any] | None = _box(
                    [letters[k] for k in chosen], [sizes[k] for k in chosen]
                )
                if box is not None:
                    return box
    fused = _fused(letters, count)
    return fused if fused is not None else ((count,), np.arange(count))


def letters_of(columns: Sequence[Any]) -> list[Any]:
    """Return the columns that vary, each from 0 in steps of 1, without repetition."""
    found: dict[bytes, Any] = {}
    for column in columns:
        low = column.min()
        step = int(np.gcd.reduce(column - low))
        if step:
            letter = ((column - low) // step).astype(np.intp)
            found.setdefault(letter.tobytes(), letter)
    return list(found.values())


def _box(letters: list[Any], sizes: list[int]) -> Any:
    """Return shape and places, where letters fill a box exactly; slow letters first."""
    changes = [int(np.count_nonzero(np.diff(letter))) for letter in letters]
    order = sorted(range(len(letters)), key=lambda k: changes[k])
    shape = tuple(sizes[k] for k in order)
    places = np.ravel_multi_index([letters[k] for k in order], shape)
    return (shape, places) if len(distinct(places)) == len(places) else None


def _fused(letters: list[Any], count: int) -> Any:
    """Return shape and places where two letters, such as the pairs i < j, are one axis."""
    for a, b in combinations(range(len(letters)), 2):
        pair = letters[a] * (int(letters[b].max()) + 1) + letters[b]
        different = len(distinct(pair))
        if different < 2 or different == count or count % different:
            continue
        unique, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(first))[inverse].astype(np.intp)
        for k, letter in enumerate(letters):
            size = int(letter.max()) + 1
            if k not in {a, b} and size * len(unique) == count:
                box = _box([rank, letter], [len(unique), size])
                if box is not None:
                    return box
    return None
