"""With this one can go step by step through arrays: what programs with running sums call.

- `running` goes from the first step to the last, `running_back` from the last to the first.
- `growing` and `adding_back` do so in place, where nothing but products, or sums, are wanted;
  `not_tiny` is what a product's start must be.

Who calls them is written by `running`, the module; what picks at indices lies in `gathers`.
"""

from __future__ import annotations

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["adding_back", "growing", "not_tiny", "running", "running_back"]


def running(start: Any, factors: Any, terms: Any, shape: tuple[int, ...], axis: int) -> Any:
    """Return the start, and p with p[t] = factors[t] · p[t - 1] + terms[t] along an axis.

    Parameters
    ----------
    start : array or float
        What stands before the first step.
    factors, terms : arrays or floats
    shape : tuple of int
        Of p.
    axis : int

    Returns
    -------
    array
        Along the axis one longer than p.

    Examples
    --------
    >>> running(1.0, 2.0, np.array([0.0, 1.0, 0.0]), (3,), 0).tolist()
    [1.0, 2.0, 5.0, 10.0]
    """
    terms = _by_steps(terms, shape, axis)
    found = np.empty((len(terms) + 1, *terms.shape[1:]))
    found[0] = start
    _scan(found, factors, terms, lambda: _by_steps(factors, shape, axis))
    return np.moveaxis(found, 0, axis)


def running_back(adjoints: Any, factors: Any, axis: int) -> Any:
    """Return d with d[t] = adjoints[t] + factors[t + 1] · d[t + 1] along an axis.

    Examples
    --------
    >>> running_back(np.array([0.0, 0.0, 1.0]), np.array([9.0, 3.0, 2.0]), 0).tolist()
    [6.0, 2.0, 1.0]
    """
    given = np.moveaxis(adjoints, axis, 0)[::-1]
    found = np.empty(given.shape)
    back = found[::-1]
    back[0] = given[0]
    _scan(back, factors, given[1:], lambda: _by_steps(factors, adjoints.shape, axis)[:0:-1])
    return np.moveaxis(found, 0, axis)


def growing(factors: Any, start: Any, axis: int) -> Any:
    """Return factors, each multiplied in place by the start and by all before it.

    Examples
    --------
    >>> growing(np.array([2.0, 3.0, 4.0]), 10.0, 0).tolist()
    [20.0, 60.0, 240.0]
    """
    steps = np.moveaxis(factors, axis, 0)
    steps[0] *= start
    _accumulate(np.multiply, steps)
    return factors


def adding_back(terms: Any, axis: int) -> Any:
    """Return terms, to each of which all after it were added in place.

    Examples
    --------
    >>> adding_back(np.array([2.0, 3.0, 4.0]), 0).tolist()
    [9.0, 7.0, 4.0]
    """
    _accumulate(np.add, np.moveaxis(terms, axis, 0)[::-1])
    return terms


def _accumulate(combine: Any, steps: Any) -> None:
    """Combine each row with the one before it, in place."""
    if steps[0].size < WIDE:
        combine.accumulate(steps, axis=0, out=steps)
        return
    now = steps[0]
    for row in steps[1:]:
        combine(row, now, row)
        now = row


TINY = 1e-200
"""Below it, what is multiplied may be too small for all its digits."""


def not_tiny(start: Any) -> Any:
    """Return a start that can be divided by; FloatingPointError if it is too small."""
    if np.any(np.abs(start) < TINY):
        raise FloatingPointError("a start too small to divide by")
    return start


def _by_steps(array: Any, shape: tuple[int, ...], axis: int) -> Any:
    return np.moveaxis(np.broadcast_to(array, shape), axis, 0)


WIDE = 64
"""From how many numbers on a row is added faster than all are cumulated."""


def _scan(found: Any, factors: Any, terms: Any, by_steps: Callable[[], Any]) -> None:
    """Fill in all rows but the first."""
    sums = isinstance(factors, float) and factors == 1.0
    if sums and found[0].size < WIDE:
        found[1:] = terms
        np.cumsum(found, axis=0, out=found)
    elif found.ndim == 1:  # single numbers are faster one by one
        found[1:] = _scan_numbers(float(found[0]), by_steps().tolist(), terms.tolist())
    elif sums:
        for row, last, term in zip(found[1:], found, terms, strict=False):
            np.add(last, term, row)
    else:
        _scan_rows(found, by_steps(), terms)


def _scan_rows(found: Any, factors: Any, terms: Any) -> None:
    now = found[0]
    if terms.strides[0] == 0:  # one term for all steps
        term, adds = terms[0], bool(terms[0].any())
        for row, factor in zip(found[1:], factors, strict=True):
            np.multiply(factor, now, row)
            if adds:
                np.add(row, term, row)
            now = row
        return
    for row, factor, term in zip(found[1:], factors, terms, strict=True):
        np.multiply(factor, now, row)
        np.add(row, term, row)
        now = row


def _scan_numbers(now: float, factors: list[float], terms: list[float]) -> list[float]:
    found = []
    for factor, term in zip(factors, terms, strict=True):
        now = factor * now + term
        found.append(now)
    return found
