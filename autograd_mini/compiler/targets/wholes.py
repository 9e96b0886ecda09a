"""With this one can round over arrays as the table does, and what stands on that.

- `rounded`, `remainder`, `sinc`, `sinc_derivative`: what programs name.

NumPy alone rounds to decimals by a product that is itself rounded, and has no remainder that is
nearest to 0. Outside their domain FloatingPointError is raised, so that the eager engine says what
is wrong. Only programs that name one of them import this module.
"""

from __future__ import annotations

import math

import numpy as np

from autograd_mini import numerics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["remainder", "rounded", "sinc", "sinc_derivative"]

EXACT, WHOLE = 22, 2.0**52
"""Powers of ten up to this are exact; from this on numbers have no half."""

SPLIT = 134_217_729.0  # 2²⁷ + 1, of Veltkamp's splitting


def remainder(x: Any, y: Any) -> Any:
    """Return ``x - n y`` with the whole n nearest to x/y, of two the even one; without rounding.

    As CPython has it: what `fmod` leaves, or that less y, whichever is smaller.

    Parameters
    ----------
    x, y : array or float

    Returns
    -------
    array

    Examples
    --------
    >>> remainder(np.array([5.0, 7.0, -7.0]), 2.0).tolist()
    [1.0, -1.0, 1.0]
    """
    if np.any(np.equal(y, 0)) or np.any(np.isinf(x)):
        raise FloatingPointError("a remainder needs a finite x and a divisor that is not 0")
    size, step = np.abs(x), np.abs(y)
    left = np.fmod(size, step)
    beyond = step - left
    tied = left - 2.0 * np.fmod(0.5 * (size - left), step)
    nearest = np.where(left < beyond, left, np.where(left > beyond, -beyond, tied))
    return np.copysign(1.0, x) * nearest


def rounded(x: Any, digits: Any) -> Any:
    """Return x rounded to decimal digits, half to even, as Python rounds: by its exact value.

    Parameters
    ----------
    x : array or float
    digits : array or float
        Whole numbers.

    Returns
    -------
    array

    Examples
    --------
    >>> rounded(np.array([2.675, 0.125, -0.5]), 2).tolist()
    [2.67, 0.12, -0.5]
    """
    x, digits = np.broadcast_arrays(np.asarray(x, dtype=float), digits)
    if (digits != np.rint(digits)).any() or (np.abs(digits) > 400).any():
        raise FloatingPointError("digits must be a whole number, at most 400")
    if (digits == 0).all():
        return np.rint(x)
    scale = np.power(10.0, np.clip(digits, 0, EXACT))
    simple = (digits >= 0) & (digits <= EXACT) & (np.abs(x) < WHOLE / scale)
    found = np.asarray(_scaled(np.where(simple, x, 0.0), scale))  # of one number a scalar
    for place in np.flatnonzero(~simple):  # far out, or before the point: seldom
        found.flat[place] = numerics.round(float(x.flat[place]), int(digits.flat[place]))
    return found


def _scaled(x: Any, scale: Any) -> Any:
    """Round to a multiple of 1/scale; beside a half, what the product has lost decides."""
    product = x * scale
    whole, lost = np.rint(product), _lost(x, scale, product)
    half = np.abs(product - np.trunc(product)) == 0.5
    whole = np.where(half & (lost > 0), np.ceil(product), whole)
    whole = np.where(half & (lost < 0), np.floor(product), whole)
    return np.copysign(whole / scale, x)


def _lost(x: Any, y: Any, product: Any) -> Any:
    """Return what the rounding of a product has lost (Dekker)."""
    (x_high, x_low), (y_high, y_low) = _halves(x), _halves(y)
    rest = (x_high * y_high - product) + x_high * y_low + x_low * y_high
    return rest + x_low * y_low


def _halves(x: Any) -> tuple[Any, Any]:
    """Return two numbers of 26 bits each whose sum is x (Veltkamp)."""
    shifted = x * SPLIT
    high = shifted - (shifted - x)
    return high, x - high


def sinc(x: Any) -> Any:
    """Return sin(πx)/(πx).

    Parameters
    ----------
    x : array or float

    Returns
    -------
    array

    Examples
    --------
    >>> sinc(np.array([0.0, 2.0])).tolist()
    [1.0, 0.0]
    """
    return sinc_derivative(0.0, x)


def sinc_derivative(order: Any, x: Any) -> Any:
    """Return a derivative of `sinc`, as `autograd_mini.numerics` finds it.

    Parameters
    ----------
    order : array or float
        Whole numbers from 0 to 50.
    x : array or float

    Returns
    -------
    array

    Examples
    --------
    >>> sinc_derivative(1, np.array([0.0, 1.0])).tolist()
    [0.0, -1.0]
    """
    orders = np.unique(order)
    if (orders != np.rint(orders)).any() or orders[0] < 0 or orders[-1] > 50:
        raise FloatingPointError("n must be a whole number from 0 to 50")
    x = np.asarray(x, dtype=float)
    found = _sinc_of_order(int(orders[0]), x)
    for other in orders[1:]:
        found = np.where(np.equal(order, other), _sinc_of_order(int(other), x), found)
    return found


def _sinc_of_order(order: int, x: Any) -> Any:
    near = 2.0 * math.pi * np.abs(x) < order + 1
    far = ~near & np.isfinite(x)
    found = np.zeros(x.shape)
    found[near] = _series(order, math.pi * x[near])
    found[far] = _recurrence(order, x[far])
    return found


def _series(order: int, z: Any) -> Any:
    """Return the derivative near 0, by its series; what sums lose is kept (Neumaier)."""
    total, lost = np.zeros(z.shape), np.zeros(z.shape)
    first = k = (order + 1) // 2
    term: Any = total
    while k < max(first + 1, 9) or (np.abs(term) > 1e-18 * np.abs(total)).any():
        power = z ** (2 * k - order)
        term = (-1) ** k * power / ((2 * k + 1) * math.factorial(2 * k - order))
        both = total + term
        larger = np.abs(total) >= np.abs(term)
        lost += np.where(larger, (total - both) + term, (term - both) + total)
        total, k = both, k + 1
    return math.pi**order * (total + lost)


def _recurrence(order: int, x: Any) -> Any:
    """Return the derivative away from 0, from those of lower orders."""
    turns = remainder(x, 2.0)  # exact, so that sin(πx) keeps its digits at large x
    nearest = np.rint(turns)
    angle, flip = math.pi * (turns - nearest), 1.0 - 2.0 * (np.abs(nearest) % 2)
    sine, cosine = np.sin(angle), np.cos(angle)
    waves = (sine, cosine, -sine, -cosine)
    derivative = flip * sine / (math.pi * x)
    for n in range(1, order + 1):
        derivative = (math.pi ** (n - 1) * flip * waves[n % 4] - n * derivative) / x
    return derivative
