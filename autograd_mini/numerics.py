"""With this one can compute what the standard library lacks, of plain numbers alone.

- `number` says what counts as a number: an int, a float, a Fraction, a NumPy scalar; not NaN.
- `Interval` is a set of numbers between two ends.
- Values of functions that `math` lacks, or computes with less care than an operation needs:
  `sigmoid`, `softplus`, `polygamma`, `sinc_derivative`, …

Derivatives do not live here, but in the table of `operations`, which takes its values from here.
"""

from __future__ import annotations

import builtins
import math
from fractions import Fraction
from functools import cache
from numbers import Real

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def is_number(candidate: object) -> bool:
    """Tell whether `candidate` is a real number: an int, float, bool, Fraction or NumPy scalar."""
    return isinstance(candidate, Real) or type(candidate).__name__ in ("bool", "bool_")


def number(candidate: Any, name: str = "operand") -> Any:
    """Return `candidate` as the engine keeps it: a float, an int, or a Fraction.

    Parameters
    ----------
    candidate : real number
    name : str
        How an error calls it.

    Raises
    ------
    TypeError
        If it is no real number (a string, None, a complex number, an array, a list).
    ValueError
        If it is NaN, or an int too large for a float.

    Examples
    --------
    >>> number(True), number(2), number(0.5)
    (1, 2, 0.5)
    """
    kind = candidate.__class__
    if kind is int or kind is Fraction:
        return _small_enough(candidate, name)
    if kind is bool or (kind is not float and isinstance(candidate, int)):
        return int(candidate)
    if kind is not float:
        if not is_number(candidate):
            accepted = "a real number (int, float, Fraction or NumPy scalar)"
            raise TypeError(f"{name} must be {accepted}, not {kind.__name__}")
        candidate = float(candidate)
    if candidate != candidate:  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError(f"{name} is nan, which is not a number")
    return candidate


def _small_enough(exact: Any, name: str) -> Any:
    """Return an int or Fraction, which must be within the range of floats."""
    try:
        float(exact)
    except OverflowError:
        raise ValueError(f"{name} is too large for a float") from None
    return exact


class Interval:
    """A set of real numbers between two ends, each open or closed, written "(0, inf]".

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> 0.0 in Interval("(0, inf]"), math.inf in Interval("(0, inf]")
    (False, True)
    """

    def __init__(self, text: str) -> None:
        try:
            low, high = map(float, text[1:-1].split(","))
        except ValueError:
            raise ValueError(f'an interval is written like "(0, inf]", not {text!r}') from None
        self.text, self.low, self.high = text, low, high
        self.low_closed, self.high_closed = text[0] == "[", text[-1] == "]"

    def __contains__(self, x: Any) -> bool:
        above = x >= self.low if self.low_closed else x > self.low
        return bool(above and (x <= self.high if self.high_closed else x < self.high))

    def __repr__(self) -> str:
        return self.text


LN_2, LN_10 = math.log(2), math.log(10)
SQRT_HALF, PHI_0 = math.sqrt(0.5), math.sqrt(0.5 / math.pi)  # φ(0) of the normal distribution
ERF_SLOPE = 2 / math.sqrt(math.pi)  # at 0
DEGREE = 180 / math.pi
# Klambauer et al., Self-Normalizing Neural Networks (2017), equation 2
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
SELU_LEFT = 1.7580993408473768599402175208123  # rounded once


def ratio(x: Any, y: Any) -> Any:
    """Return x/y for rules, where n/0 is ±inf and 0/0 is 0; exact for ints."""
    if y == 0:
        return 0 if x == 0 else math.copysign(math.inf, x) * math.copysign(1.0, y)
    return Fraction(x, y) if x.__class__ is int and y.__class__ is int else x / y


def power(x: Any, y: Any) -> Any:
    """Return x**y, never by way of a complex number; exact for a Fraction to a whole power."""
    if x.__class__ is Fraction and y.__class__ is not float and y == int(y):
        return x ** int(y)
    # math.pow knows better where x or y is infinite
    if (x < 0 and y != y // 1) or (x == 0 and y < 0):
        raise ValueError
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf


def direction(x: Any, y: Any) -> float:
    """Return x/√(x² + y²) of numbers of any size; 0 at the origin, ±√½ where both are infinite."""
    if math.isinf(x) or math.isinf(y):
        x, y = (math.copysign(math.isinf(number), number) for number in (x, y))
    exponent = math.frexp(max(math.fabs(x), math.fabs(y)))[1]
    x, y = math.ldexp(x, -exponent), math.ldexp(y, -exponent)
    return x / math.hypot(x, y) if x else 0.0


def square(x: Any) -> Any:
    """Return x²; unlike ``x**2`` it never raises OverflowError."""
    return x * x


def sign(x: Any) -> Any:
    """Return -1, 0 or 1."""
    return (x > 0) - (x < 0)


def whole(rounding: Callable[[Any], int]) -> Callable[[Any], Any]:
    """Make a rounding keep the type of its operand, and leave ±inf as it is."""
    return lambda x: x if x in (math.inf, -math.inf) else type(x)(rounding(x))


def round(x: Any, digits: Any) -> Any:
    """Round half to even at a decimal digit."""
    if not -400 <= digits <= 400 or digits != int(digits):
        raise ValueError
    try:
        return builtins.round(x, int(digits))
    except OverflowError:
        return math.copysign(math.inf, x)


def sinh(x: Any) -> float:
    """Return the hyperbolic sine, ±inf where it is too large."""
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


def sech(x: Any) -> float:
    """Return 1/cosh(x), without overflow on the way."""
    small = math.exp(-math.fabs(x))
    return 2.0 * small / (1.0 + small * small)


def clamp(x: Any, low: Any, high: Any) -> Any:
    """Return x, or the bound that it passes."""
    if low > high:
        raise ValueError
    return low if x < low else min(x, high)


def sigmoid(x: Any) -> float:
    """Return 1/(1 + e^-x) without overflow on either side."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    small = math.exp(x)
    return small / (1.0 + small)


def softplus(x: Any) -> float:
    """Return ln(1 + e^x) without overflow."""
    return max(float(x), 0.0) + math.log1p(math.exp(-math.fabs(x)))


def relu(x: Any) -> Any:
    """Return the larger of x and 0, in the type of x."""
    return x if x > 0 else type(x)(0)


def leaky_relu(x: Any, slope: Any) -> Any:
    """Return x above 0, slope · x below."""
    return x if x > 0 else slope * x


def elu(x: Any, alpha: Any) -> Any:
    """Return x above 0, alpha (e^x - 1) below."""
    return float(x) if x > 0 else alpha * math.expm1(x)


def silu(x: Any) -> float:
    """Return x σ(x), whose limit at -inf is 0."""
    small = math.exp(-math.fabs(x))
    if x >= 0:
        return float(x / (1.0 + small))
    return float(x * small / (1.0 + small)) if small else 0.0


def gelu(x: Any) -> float:
    """Return x Φ(x), whose limit at -inf is 0."""
    if x == -math.inf:
        return 0.0
    z = -x * SQRT_HALF
    rounding = _square_difference(z, x) if -40 < x < 0 else 0.0
    return float(x * (math.erfc(z) / 2) * (1 + rounding))  # erfc falls as e^(-z²)


def _square_difference(z: float, x: float) -> float:
    """Return z² - x²/2, of numbers that differ by a rounding: products of halves are exact."""
    (z_high, z_low), (x_high, x_low) = _halves(z), _halves(x)
    high, middle = z_high * z_high - x_high * x_high / 2, 2 * z_high * z_low - x_high * x_low
    return high + middle + (z_low * z_low - x_low * x_low / 2)


def _halves(x: float) -> tuple[float, float]:
    """Return two numbers of 26 bits each whose sum is x (Veltkamp)."""
    shifted = x * 134_217_729.0  # 2²⁷ + 1
    high = shifted - (shifted - x)
    return high, x - high


def sinc_derivative(order: Any, x: Any) -> float:
    r"""Return the derivative of sin(πx)/(πx) of any order, stable everywhere.

    Near 0 its series; elsewhere :math:`x f^{(n)} + n f^{(n-1)} = \pi^{n-1}\sin(\pi x + n\pi/2)`,
    which is the n-th derivative of :math:`x f(x) = \sin(\pi x)/\pi`.
    """
    order, z = whole_order(order), math.pi * x
    if math.isinf(x):
        return 0.0
    # Where both lose about as many digits: in the series terms cancel as |z| grows, and the
    # recurrence multiplies an error by n/|z| in each step.
    if 2 * math.fabs(z) < order + 1:
        terms: list[float] = []
        k = (order + 1) // 2
        while not terms or math.fabs(terms[-1]) > 1e-18 * math.fabs(math.fsum(terms)) or k < 9:
            power = z ** (2 * k - order)
            terms.append((-1) ** k * power / ((2 * k + 1) * math.factorial(2 * k - order)))
            k += 1
        return float(math.pi**order * math.fsum(terms))
    turns = math.remainder(x, 2.0)  # exact, so that sin(πx) keeps its digits at large x
    waves = (math.sin, math.cos, lambda s: -math.sin(s), lambda s: -math.cos(s))
    nearest = builtins.round(turns)
    angle, flip = math.pi * (turns - nearest), (-1) ** nearest
    derivative = flip * math.sin(angle) / z
    for n in range(1, order + 1):
        wave = flip * waves[n % 4](angle)
        derivative = (math.pi ** (n - 1) * wave - n * derivative) / x
    return float(derivative)


# B_2, B_4, …, B_20 (Abramowitz and Stegun, table 23.2)
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510,
              43867 / 798, -174611 / 330)  # fmt: skip


def whole_order(order: Any) -> int:
    """Return the order of a derivative as an int; ValueError if it is none, or above 50."""
    if not 0 <= order <= 50 or order != int(order):
        raise ValueError
    return int(order)


def polygamma(order: Any, x: Any) -> float:
    r"""Return the derivative of digamma of any order.

    Upwards by :math:`\psi_n(x) = \psi_n(x+1) + (-1)^{n+1} n!/x^{n+1}` to where the asymptotic
    series holds (Abramowitz and Stegun 6.4.6, 6.4.11), below 0 by reflection (6.4.7).
    """
    n = whole_order(order)
    sign = (-1) ** (n + 1)
    if x <= 0:
        if math.isinf(x) or x == math.floor(x):
            raise ValueError
        return float(-math.pi * cotangent_derivative(n, x) - sign * polygamma(n, 1 - x))
    if math.isinf(x):
        return 0.0 if n else math.inf
    terms = []
    while x < 20 + n:
        terms.append(math.factorial(n) * power(x, -n - 1))
        x += 1
    # Powers with a negative exponent underflow where those of a huge x would overflow, and in
    # two factors around the factorial not before the product does.
    leading = math.factorial(max(n - 1, 0)) * power(x, -(n // 2)) * power(x, n // 2 - n)
    terms.append(leading if n else -math.log(x))
    terms.append(leading * max(n, 1) / x / 2)
    for k, bernoulli in enumerate(BERNOULLI, 1):
        ratio = math.factorial(2 * k + n - 1) / math.factorial(2 * k)
        terms.append(bernoulli * ratio * power(x, -2 * k - n))
    return float(sign * math.fsum(terms))


def lgamma(x: Any) -> float:
    """Return ln|Γ(x)|, to its digits also beside the zeros at 1 and 2.

    Python's own loses them there: it adds numbers of the size of 1. Around 2 stands the Taylor
    series, whose coefficients are polygammas; around 1 the
    same, since lnΓ(1 + t) = lnΓ(2 + t) - ln(1 + t).
    """
    if not 0.5 <= x <= 2.5:  # at -inf, where there is no limit, math.lgamma gives inf
        return math.nan if x == -math.inf else math.lgamma(x)
    t = float(x - 2 if x > 1.25 else x - 1)
    terms = [coefficient * t**power for power, coefficient in enumerate(lgamma_series(), 1)]
    return math.fsum(terms if x > 1.25 else [*terms, -math.log1p(t)])


@cache
def lgamma_series() -> tuple[float, ...]:
    """Return the coefficients of lnΓ(2 + t), from that of t to that of its 40th power."""
    return tuple(polygamma(k - 1, 2.0) / math.factorial(k) for k in range(1, 41))


def cotangent_derivative(order: int, x: float) -> float:
    """Return the derivative of cot(πx): a polynomial in the cotangent, as cot' = -π(1 + cot²)."""
    angle = math.pi * (x - builtins.round(x))
    cotangent = math.cos(angle) / math.sin(angle)
    coefficients = [0.0, 1.0]
    for _ in range(order):
        slope = [k * c for k, c in enumerate(coefficients)][1:]
        padded = [*slope, 0.0, 0.0]
        shifted = [0.0, 0.0, *slope]
        coefficients = [-math.pi * (a + b) for a, b in zip(padded, shifted, strict=True)]
    return float(math.fsum(c * power(cotangent, k) for k, c in enumerate(coefficients) if c))


def selu(x: Any) -> Any:
    """Return the scaled exponential linear unit."""
    return SELU_SCALE * x if x > 0 else SELU_LEFT * math.expm1(x)
