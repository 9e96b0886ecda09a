"""With this one can pick rows of a buffer and add to them: what programs by levels call.

- `take_rows` picks elements of an array, `place` the rows that traced indices pick.
- `add_at` adds where a row may come twice, as `adding` prepared; `add_take` where indices picked;
  `shared` is what the operands of a maximum get.
"""

from __future__ import annotations

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["add_at", "add_take", "adding", "place", "shared", "take_rows"]


def take_rows(array: Any, index: Any) -> Any:
    """Return elements of an array, one a row, over the examples."""
    if array.ndim == 1:
        return array[index][:, None]
    return array.T[index]


def place(index: Any, table: Any) -> Any:
    """Return the rows that traced indices pick; FloatingPointError if there is no such row."""
    whole = index.astype(np.intp)
    if (whole != index).any() or (whole < 0).any() or (whole >= table.shape[1]).any():
        raise FloatingPointError("an index without an item")
    return np.take_along_axis(table, whole, axis=1)


def add_take(g: Any, rows: Any, part: Any) -> None:
    """Add to the rows that indices picked, in each example others."""
    np.add.at(g, (rows, np.arange(g.shape[1])), part)


def adding(rows: Any) -> Any:
    """Return what `add_at` needs to add to rows of which one may come twice; None if none does."""
    order = np.argsort(rows, kind="stable")
    first = np.flatnonzero(np.diff(rows[order], prepend=-1))
    return None if len(first) == len(rows) else (rows[order[first]], order, first)


def add_at(g: Any, plan: Any, part: Any) -> None:
    """Add to rows."""
    unique, order, starts = plan
    g[unique] += np.add.reduceat(part[order], starts, axis=0)


def shared(items: Any, result: Any, adjoint: Any) -> Any:
    """Return the shares of operands that reach a maximum or minimum, each alike, one a row.

    Examples
    --------
    >>> items, result = np.array([[[1.0], [3.0], [3.0]]]), np.array([[3.0]])
    >>> shared(items, result, np.array([[10.0]])).tolist()
    [[0.0], [5.0], [5.0]]
    """
    reached = items == result[:, None]
    parts = reached * (adjoint / reached.sum(1))[:, None]
    return parts.reshape(-1, parts.shape[-1])
