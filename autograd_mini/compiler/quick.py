"""With this one can call a compiled function again at little cost: no containers are taken apart.

- `quick_key(arguments)` tells calls apart whose arguments are floats, regular lists of them, or
  arrays; what is called otherwise goes the long way, by `inputs`.
- `joined(arguments)` gives the numbers in order, `shaped_like(nest, numbers)` puts them back.

Which calls may go this way is the business of `compiled`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["joined", "quick_key", "shaped_like"]


def quick_key(arguments: Sequence[Any]) -> Any:
    """Return what tells calls of arrays, floats and nested lists of floats apart; None of others.

    Parameters
    ----------
    arguments : sequence

    Examples
    --------
    >>> quick_key([1.0, [[1.0, 2.0], [3.0, 4.0]]]), quick_key([[[1.0], [2.0, 3.0]]])
    (('float', ('list', 2, 2)), None)
    """
    key: list[Any] = []
    for argument in arguments:
        kind = argument.__class__
        if kind is float:
            key.append("float")
        elif kind is list:
            lengths = _lengths(argument)
            if lengths is None:
                return None
            key.append(("list", *lengths))
        elif kind.__name__ == "ndarray" and argument.dtype.char == "d":
            key.append(argument.shape)
        else:
            return None
    return tuple(key)


def _lengths(nest: list[Any]) -> tuple[int, ...] | None:
    """Return the shape of a regular nest of lists of floats; None of anything else."""
    if not nest or nest[0].__class__ is not list:
        return (len(nest),) if set(map(type, nest)) == {float} else None
    if set(map(type, nest)) != {list}:
        return None
    inner = set(map(_lengths, nest))
    only = inner.pop()
    return None if inner or only is None else (len(nest), *only)


def joined(arguments: Sequence[Any]) -> list[float]:
    """Return all numbers of floats and nested lists.

    Examples
    --------
    >>> joined([1.0, [[2.0, 3.0], [4.0, 5.0]]])
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    numbers: list[float] = []
    for argument in arguments:
        if argument.__class__ is not list:
            numbers.append(argument)
        elif argument[0].__class__ is list:
            numbers += joined(argument)
        else:
            numbers += argument
    return numbers


def shaped_like(nest: Any, numbers: list[float]) -> Any:
    """Return numbers in the shape of a float or of nested lists.

    Examples
    --------
    >>> shaped_like([[0.0, 0.0], [0.0, 0.0]], [1.0, 2.0, 3.0, 4.0])
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if nest.__class__ is not list:
        return numbers[0]
    if nest[0].__class__ is not list:
        return numbers
    size = len(numbers) // len(nest)
    return [shaped_like(part, numbers[k * size : (k + 1) * size]) for k, part in enumerate(nest)]
