"""With this one can give arrays of derivatives the structure of what they belong to.

- `shaped(tree, arrays)`: gradients in the structure of an argument.
- `nested(rows, result, argument)`: a Jacobian, on the outside the structure of the result, in each
  place of it that of the argument.
- `taken_apart(name, tree, vector)`: the arrays of a vector in the structure of a gradient.

An array is one place, and what belongs to it is a block with its axes first; so is a network's
parameter under its name. A list has as many places as numbers. With an axis of examples regular
lists count as arrays, and all arrays have the examples first.
"""

from __future__ import annotations

import math

from autograd_mini.compiler.inputs import is_module, mapped, parts_of, shape_of, slots
from autograd_mini.containers import is_array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

__all__ = ["nested", "shaped", "taken_apart"]


def shaped(tree: Any, arrays: Iterator[Any], *, listed: bool = True) -> Any:
    """Return containers like `tree` around arrays, one for each of its slots.

    Parameters
    ----------
    tree : nested containers
    arrays : iterator of arrays
        They may have further axes before those of the slots.
    listed : bool
        Whether regular lists get lists; else they get arrays.
    """
    if is_module(tree):
        return {name: next(arrays) for name in tree.named_arrays()}
    shape = shape_of(tree)
    if shape is None:
        return mapped(tree, lambda part: shaped(part, arrays, listed=listed))
    array = next(arrays)
    if is_array(tree):
        return array
    if not shape:
        return array if array.shape else float(array)
    return _listed(array, type(tree)) if listed else array


def _listed(array: Any, kind: Any) -> Any:
    """Return an array as nested lists, the outermost of another kind."""
    return array.tolist() if kind is list else kind(array.tolist())


def nested(rows: Sequence[Any], result: Any, argument: Any, *, apart: bool) -> Any:
    """Return a Jacobian in its structure.

    Parameters
    ----------
    rows : sequence of arrays ([examples,] results, …)
        One for each slot of the argument, whose axes are the last.
    result, argument : nested containers
        Of one example.
    apart : bool
        Whether there is an axis of examples.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[1.0], [3.0]]), np.array([2.0, 4.0])
    >>> nested(rows, [0.0, 0.0], {"w": [0.0], "b": 0.0}, apart=False)
    [{'w': [1.0], 'b': 2.0}, {'w': [3.0], 'b': 4.0}]
    """
    start = 0

    def block(shape: tuple[int, ...]) -> Any:
        nonlocal start
        first, start = start, start + math.prod(shape)
        parts = (_part(each, first, start, shape, apart=apart) for each in rows)
        return shaped(argument, parts, listed=not apart)

    return _around(result, block, listed=not apart)


def _part(rows: Any, first: int, stop: int, shape: tuple[int, ...], *, apart: bool) -> Any:
    """Return some of the rows, with the axes of a part of the result in the place of theirs."""
    if apart:
        return rows[:, first:stop].reshape((len(rows), *shape, *rows.shape[2:]))
    return rows[first:stop].reshape((*shape, *rows.shape[1:]))


def _around(tree: Any, block: Callable[[tuple[int, ...]], Any], *, listed: bool) -> Any:
    """Return containers like `tree` around a block for each place."""
    if is_module(tree):
        return {name: block(shape_of(nest) or ()) for name, nest in tree.named_arrays().items()}
    shape = shape_of(tree)
    if shape is not None and (is_array(tree) or not shape or not listed):
        return block(shape)
    return mapped(tree, lambda part: _around(part, block, listed=listed))


def taken_apart(name: str, tree: Any, vector: Any) -> Iterator[Any]:
    """Yield the arrays of a vector, one for each slot of what it is shaped like.

    Parameters
    ----------
    name : str
        What the vector is called.
    tree : nested containers
    vector : nested containers
        In the structure of a gradient by `tree`.

    Raises
    ------
    ValueError
        If it has another structure.

    Examples
    --------
    >>> list(taken_apart("tangent", {"w": [1.0, 2.0], "b": 3.0}, {"w": [0.5, 1.0], "b": 0.0}))
    [array([0.5, 1. ]), array(0.)]
    """
    if is_module(tree):
        tree = tree.named_arrays()
    shape = shape_of(tree)
    if shape is not None:
        yield _array(name, shape, vector)
        return
    given = dict(parts_of(vector))
    needed = {key: part for key, part in parts_of(tree) if slots("", part)}
    if not needed.keys() <= given.keys() <= dict(parts_of(tree)).keys():
        raise ValueError(f"{name} must be {_told(tree)}, not {_told(vector)}")
    for key, part in needed.items():
        place = key - 1 if _is_list(tree) else key
        yield from taken_apart(f"{name}[{place!r}]", part, given[key])


def _array(name: str, shape: tuple[int, ...], vector: Any) -> Any:
    if shape_of(vector) != shape:
        raise ValueError(f"{name} must be {_numbers(shape)}, not {_told(vector)}")
    (found,) = slots(name, vector)
    return found.array()


def _is_list(tree: Any) -> bool:
    return isinstance(tree, (list, tuple)) and not hasattr(tree, "_fields")


def _numbers(shape: tuple[int, ...]) -> str:
    return f"numbers of shape {shape}" if shape else "a number"


def _told(tree: Any) -> str:
    """Say what something is, as far as a vector's structure is concerned."""
    shape = shape_of(tree)
    if shape is not None:
        return _numbers(shape)
    keys = [repr(key) for key, part in parts_of(tree) if slots("", part)]
    if _is_list(tree):
        return f"a {type(tree).__name__} of {len(tree)} parts"
    return f"a {type(tree).__name__}" + (f" of {', '.join(keys)}" if keys else "")
