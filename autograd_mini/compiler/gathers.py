"""With this one can pick and add at indices: what rolled programs call beside NumPy itself.

- `scatter` adds values at indices that `scattering` prepared, `place` checks traced indices, and
  `full` repeats an array along the axes that it lacks.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.contract import BATCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["full", "place", "scatter", "scattering"]

SMALL_INCIDENCE = 20_000
"""Cells up to which adding at indices is a product with a matrix of zeros and ones."""


def scattering(flat: Any, size: int) -> Any:
    """Return what adding at indices needs: an incidence matrix, or an order."""
    if len(flat) * size <= SMALL_INCIDENCE:
        plan = np.zeros((len(flat), size))
        plan[np.arange(len(flat)), flat] = 1.0
        return plan
    unique = np.unique(flat)
    order = np.argsort(flat, kind="stable")
    return unique, order, np.searchsorted(flat[order], unique)


def scatter(array: Any, count: int, plan: Any, values: Any) -> None:
    """Add values at indices, of which one may come twice."""
    rows, flat = array.reshape(count, -1), np.reshape(values, (count, -1))
    if isinstance(plan, tuple):
        unique, order, starts = plan
        rows[:, unique] += np.add.reduceat(flat[:, order], starts, axis=1)
    else:
        rows += flat @ plan


def place(index: Any, count: int) -> Any:
    """Return traced indices as whole numbers; FloatingPointError if one has no item."""
    whole = np.asarray(index).astype(np.intp)
    if (whole != index).any() or (whole < 0).any() or (whole >= count).any():
        raise FloatingPointError("an index without an item")
    return whole


def full(array: Any, have: Sequence[int], shape: tuple[int, ...]) -> Any:
    """Return an array with all axes, where those that it lacks are repeated."""
    axes = list(range(len(shape)))
    offset = 1 if BATCH in have else 0
    present = {letter + offset for letter in have}
    index = tuple(slice(None) if axis in present else None for axis in axes)
    return np.broadcast_to(np.asarray(array)[index], shape)
