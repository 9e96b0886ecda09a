"""With this one can refuse an argument that is out of its range.

Each function returns the argument as a number, or raises, naming it: `finite`, `positive`,
`not_negative`, `below_one`, `up_to_one`, `share`, `count`. What the numbers are for lives in the
other modules of this package.
"""

from __future__ import annotations

import math
import operator

from autograd_mini.operations import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["below_one", "count", "finite", "not_negative", "positive", "share", "up_to_one"]


def finite(candidate: Any, name: str) -> float:
    """Return a finite float, or raise naming the argument."""
    value = float(number(candidate, name))
    if not math.isfinite(value):
        raise ValueError(f"{name} is {value}; accepted: a finite number")
    return value


def positive(candidate: Any, name: str) -> float:
    """Return a finite number above 0, or raise naming the argument."""
    value = finite(candidate, name)
    if value <= 0.0:
        raise ValueError(f"{name} is {value}; accepted: a number above 0")
    return value


def not_negative(candidate: Any, name: str) -> float:
    """Return a finite number from 0 on, or raise naming the argument."""
    value = finite(candidate, name)
    if value < 0.0:
        raise ValueError(f"{name} is {value}; accepted: a number from 0 on")
    return value


def below_one(candidate: Any, name: str) -> float:
    """Return a number from 0 to below 1, or raise naming the argument."""
    value = finite(candidate, name)
    if not 0.0 <= value < 1.0:
        raise ValueError(f"{name} is {value}; accepted: a number from 0 to below 1")
    return value


def up_to_one(candidate: Any, name: str) -> float:
    """Return a number from 0 to 1, or raise naming the argument."""
    value = finite(candidate, name)
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} is {value}; accepted: a number from 0 to 1")
    return value


def share(candidate: Any, name: str) -> float:
    """Return a number above 0, at most 1, or raise naming the argument."""
    value = finite(candidate, name)
    if not 0.0 < value <= 1.0:
        raise ValueError(f"{name} is {value}; accepted: a number above 0, at most 1")
    return value


def count(candidate: Any, name: str) -> int:
    """Return a whole number from 1 on, or raise naming the argument."""
    try:
        value = operator.index(candidate)
    except TypeError:
        kind = type(candidate).__name__
        raise TypeError(f"{name} must be a whole number, not {kind}") from None
    if value < 1:
        raise ValueError(f"{name} is {value}; accepted: a whole number from 1 on")
    return value
