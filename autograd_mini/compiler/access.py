"""With this one can say how the elements of a loop pick from an array.

- `access_of(classes, nodes, letters, sizes)` gives the `Access` of an operand: each of its axes
  runs with a letter, from a start in steps, or stands still; else it is gathered by index.
- `numbers_over(…)` does it for plain numbers.

Every pattern is verified on every element.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.rolled import Access

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.classes import Classes

__all__ = ["access_of", "axes_over", "axis_of", "gathered", "numbers_over"]


def access_of(classes: Classes, nodes: Any, letters: list[Any], sizes: Sequence[int]) -> Access:
    """Return how an operand's elements hang on the letters of a loop."""
    number, columns = classes.columns(nodes)
    found = axes_over(columns, letters, sizes)
    if found is None:
        return gathered(number, classes.at[nodes], letters, sizes)
    return Access(number, *found)


def axes_over(
    columns: Sequence[Any], letters: list[Any], sizes: Sequence[int]
) -> tuple[tuple[Any, ...], tuple[int, ...]] | None:
    """Return for each axis its letter or place, and the letters; None if one has no pattern."""
    axes, seen = [], []
    for column in columns:
        axis = axis_of(column, letters, sizes)
        if axis is None or (isinstance(axis, tuple) and axis[0] in seen):
            return None
        if isinstance(axis, tuple):
            seen.append(axis[0])
        axes.append(axis)
    return tuple(axes), tuple(seen)


def axis_of(column: Any, letters: list[Any], sizes: Sequence[int]) -> Any:
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


def gathered(number: int, places: Any, letters: list[Any], sizes: Sequence[int]) -> Access:
    """Return an access by index, over those letters that it hangs on."""
    return _over_letters(number, places, letters, sizes, gathered=True)


def numbers_over(numbers: Any, letters: list[Any], sizes: Sequence[int]) -> Access:
    """Return plain numbers over the letters that they hang on."""
    return _over_letters(None, numbers, letters, sizes, gathered=False)


def _over_letters(
    number: Any, entries: Any, letters: list[Any], sizes: Sequence[int], *, gathered: bool
) -> Access:
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
