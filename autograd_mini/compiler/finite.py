"""With this one can run arrays so that nothing that is not finite goes unnoticed.

- `raising()`: within it NumPy raises where a number is too large, or has no value.
- `check(array)` raises likewise, for what NumPy does not see; `all_finite(arrays)` and
  `surely_finite(arrays)` only tell.

The eager engine then says what is wrong, or what is right: what becomes of an infinity is its
business. Which arrays need a check is found in `vanishing`.
"""

from __future__ import annotations

import math

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["all_finite", "check", "raising", "surely_finite"]


def raising() -> Any:
    """Let NumPy raise FloatingPointError for what is too large, or has no value.

    Examples
    --------
    >>> with raising():
    ...     np.exp(np.array([1000.0]))
    Traceback (most recent call last):
    FloatingPointError: overflow encountered in exp
    """
    return np.errstate(divide="raise", invalid="raise", over="raise", under="ignore")


def all_finite(arrays: Sequence[Any]) -> bool:
    """Tell whether all numbers are finite: their squares' sum says so at once, or overflows."""
    with np.errstate(invalid="ignore", over="ignore"):
        total = sum([_square(array) for array in arrays])
    return math.isfinite(total) or all(np.isfinite(array).all() for array in arrays)


def surely_finite(arrays: Sequence[Any]) -> bool:
    """Tell within `raising()` whether the sum of all squares is finite.

    It costs half of `all_finite`, which knows better where a square is too large for a float.
    """
    try:
        return math.isfinite(sum([_square(array) for array in arrays]))
    except FloatingPointError:
        return False


def _square(array: Any) -> Any:
    """Return the sum of all squares, in whatever order the numbers lie in the memory."""
    if array.__class__ is not np.ndarray:
        return array * array
    flat = array.ravel("K")
    return flat.dot(flat)


def check(array: Any) -> None:
    """Raise FloatingPointError if a number is not finite.

    Examples
    --------
    >>> check(np.array([1.0, -np.inf]))
    Traceback (most recent call last):
    FloatingPointError: a number that is not finite
    """
    if not (math.isfinite(np.vdot(array, array)) or np.isfinite(array).all()):
        raise FloatingPointError("a number that is not finite")
