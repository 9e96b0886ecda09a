"""With this one can run arrays so that nothing that is not finite goes unnoticed.

- `raising()`: within it NumPy raises where a number is too large, or has no value.
- `check(array)` raises likewise, for what NumPy does not see; `all_finite(arrays)` only tells.

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

__all__ = ["all_finite", "check", "raising"]


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
    with np.errstate(invalid="ignore"):
        total = sum([float(np.vdot(array, array)) for array in arrays])
    return math.isfinite(total) or all(np.isfinite(array).all() for array in arrays)


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
