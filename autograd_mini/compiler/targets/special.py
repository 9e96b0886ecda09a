"""With this one can compute the special functions over arrays, as precisely as the table does.

- `erf`, `erfc`, `gelu`, `gammaln`, `digamma`, `polygamma`: what programs name.

SciPy computes them; where it loses digits (far out, beside a zero) a better form stands here.
Only programs that name one of them import this module. A pole raises FloatingPointError, so that
the eager engine says what is wrong.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from autograd_mini import numerics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["digamma", "erf", "erfc", "gammaln", "gelu", "polygamma"]

erf = special.erf

SPLIT = 134_217_729.0  # 2²⁷ + 1, of Veltkamp's splitting
FAR = 26.7  # beyond it erfc is smaller than the smallest normal number


def _square_and_rest(x: Any) -> tuple[Any, Any]:
    """Return x² and what its rounding has lost (Dekker)."""
    square, shifted = x * x, x * SPLIT
    high = shifted - (shifted - x)
    low = x - high
    return square, ((high * high - square) + 2.0 * high * low) + low * low


def erfc(x: Any) -> Any:
    r"""Return the complementary error function.

    :math:`\operatorname{erfcx}(x) e^{-x^2}`, with all digits of the square, since far out an
    exponent's rounding is multiplied by its size.

    Parameters
    ----------
    x : array or float

    Returns
    -------
    array or float

    Examples
    --------
    >>> import math
    >>> bool(abs(erfc(24.78) / math.erfc(24.78) - 1) < 1e-15)
    True
    """
    return np.where(np.logical_or(x < 1.0, x > FAR), special.erfc(x), _tail(np.clip(x, 1.0, FAR)))


def _tail(x: Any) -> Any:
    square, rest = _square_and_rest(x)
    return special.erfcx(x) * np.exp(-square) * (1.0 - rest)


def gelu(x: Any) -> Any:
    r"""Return :math:`x\Phi(x)`.

    Parameters
    ----------
    x : array or float

    Returns
    -------
    array or float

    Examples
    --------
    >>> bool(abs(gelu(-9.5) / numerics.gelu(-9.5) - 1) < 1e-15)
    True
    """
    square, rest = _square_and_rest(np.clip(x, -38.0, -1.0))
    small = special.erfcx(np.clip(x, -38.0, -1.0) * -numerics.SQRT_HALF)
    left = small * np.exp(-square / 2.0) * (1.0 - rest / 2.0)
    half = np.where(np.logical_or(x > -1.0, x < -38.0), special.erfc(-x * numerics.SQRT_HALF), left)
    return np.where(np.equal(half, 0.0), 0.0, x) * (half / 2.0)


def gammaln(x: Any) -> Any:
    r"""Return :math:`\ln|\Gamma(x)|`, to its digits also beside the zeros at 1 and 2.

    Parameters
    ----------
    x : array or float

    Returns
    -------
    array or float

    Raises
    ------
    FloatingPointError
        At a pole.

    Examples
    --------
    >>> bool(abs(gammaln(1.000001) / numerics.lgamma(1.000001) - 1) < 1e-15)
    True
    """
    _no_pole(x)
    near = np.logical_and(np.greater_equal(x, 0.5), np.less_equal(x, 2.5))
    if not np.any(near):
        return special.gammaln(x)
    upper = np.greater(x, 1.25)
    t = np.where(near, np.where(upper, x - 2.0, x - 1.0), 0.0)
    # polyval multiplies by t once more than the series, which starts with its first power
    series = t * np.polyval(numerics.lgamma_series()[::-1], t)
    return np.where(near, np.where(upper, series, series - np.log1p(t)), special.gammaln(x))


def digamma(x: Any) -> Any:
    r"""Return :math:`\psi(x)`, the slope of `gammaln`.

    Parameters
    ----------
    x : array or float

    Returns
    -------
    array or float

    Raises
    ------
    FloatingPointError
        At a pole.

    Examples
    --------
    >>> round(float(digamma(1.0)), 12)
    -0.577215664902
    """
    _no_pole(x)
    return special.digamma(x)


def polygamma(n: Any, x: Any) -> Any:
    r"""Return :math:`\psi_n(x)`, the n-th derivative of `digamma`.

    Parameters
    ----------
    n : float
        A whole number.
    x : array or float

    Returns
    -------
    array or float

    Raises
    ------
    FloatingPointError
        At a pole.

    Examples
    --------
    >>> import math
    >>> round(float(polygamma(1.0, 1.0)), 12) == round(math.pi**2 / 6, 12)
    True
    """
    _no_pole(x)
    order = numerics.whole_order(n)
    if order == 0:
        return special.digamma(x)
    x = np.asarray(x, dtype=float)
    found = np.asarray(special.polygamma(order, x))
    far = np.logical_or(x < -20.0, x > 1e5)  # there zeta is too small, or slow
    if np.any(far):
        found = found.copy()
        found[far] = [numerics.polygamma(order, each) for each in x[far].tolist()]
    return found


def _no_pole(x: Any) -> None:
    if np.any((np.asarray(x) <= 0) & (np.floor(x) == x)):
        raise FloatingPointError("a pole of the gamma function")
