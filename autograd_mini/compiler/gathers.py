"""With this one can pick and add at indices: what rolled programs call beside NumPy itself.

- `scatter` adds values at indices that `scattering` prepared, `scatter_rows` those of
  `row_scattering`; `full` repeats an array along the axes that it lacks, `last` and `first` move
  the axis of the examples.
- `place` checks traced indices, `pick` takes by them and `put` adds, along the last axis;
  `place_of_largest` tells which of several arrays holds the largest number.
"""

from __future__ import annotations

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = [
    "first", "full", "last", "pick", "place", "place_of_largest", "put", "row_scattering",
    "scatter", "scatter_rows", "scattering",
]  # fmt: skip

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


def row_scattering(flat: Any, size: int) -> Any:
    """Return what `scatter_rows` needs to add at indices: a sparse incidence matrix."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - few programs need it

    ones, columns = np.ones(len(flat)), np.arange(len(flat))
    return csr_array((ones, (flat, columns)), shape=(size, len(flat)))


def scatter_rows(array: Any, count: int, plan: Any, values: Any) -> None:
    """Add values at indices, as `scatter` does, where the examples are the last axis."""
    rows = array.reshape(-1, count)
    rows += plan @ np.reshape(values, (-1, count))


def last(array: Any) -> Any:
    """Return an array with its first axis, that of the examples, put last."""
    return np.ascontiguousarray(np.moveaxis(array, 0, -1))


def first(array: Any) -> Any:
    """Return a view of an array with its last axis, that of the examples, put first."""
    return np.moveaxis(array, -1, 0)


def place(index: Any, count: int) -> Any:
    """Return traced indices as whole numbers; FloatingPointError if one has no item."""
    whole = np.asarray(index).astype(np.intp)
    if (whole != index).any() or (whole < 0).any() or (whole >= count).any():
        raise FloatingPointError("an index without an item")
    return whole


def full(array: Any, places: Sequence[int], shape: tuple[int, ...]) -> Any:
    """Return an array of a shape; its axes stand at places there, along the others it repeats."""
    index = tuple(slice(None) if axis in places else None for axis in range(len(shape)))
    return np.broadcast_to(np.asarray(array)[index], shape)


def pick(table: Any, index: Any) -> Any:
    """Return the elements that indices pick along the last axis; the other axes are the same.

    Examples
    --------
    >>> pick(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1])).tolist()
    [1.0, 4.0]
    """
    table, index = _alike(table, index)
    return np.take_along_axis(table, index[..., None], -1)[..., 0]


def put(table: Any, index: Any, values: Any) -> None:
    """Add values to the elements that indices pick along the last axis."""
    table, index = _alike(table, index)
    sizes = table.shape[:-1]
    places = [
        np.arange(size).reshape(-1, *[1] * (len(sizes) - axis))
        for axis, size in enumerate(sizes, 1)
    ]
    np.add.at(table, (*places, index), values)


def _alike(table: Any, index: Any) -> tuple[Any, Any]:
    """Return a table and indices with as many axes, but for the table's last."""
    index = np.asarray(index)
    missing = table.ndim - 1 - index.ndim
    if missing > 0:
        index = index.reshape(*[1] * missing, *index.shape)
    elif missing < 0:
        table = table.reshape(*[1] * -missing, *table.shape)
    return table, index


def place_of_largest(*arrays: Any) -> Any:
    """Return which of several arrays holds the largest number, the first one of those that tie."""
    return np.argmax(np.stack(np.broadcast_arrays(*arrays)), 0)
