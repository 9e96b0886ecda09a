"""With this one can ask mpmath what an operation's value and derivatives really are.

- `true_value(name, point)` and `true_derivative(name, by, point)`, with 50 digits.
- `value_error(row, point)` and `derivative_error(row, by, point)`: how far a row is from them.
- `WITNESSES[name]` holds the mathematics: value, first derivatives, and how closely the value
  must be met.

No formula here comes from `autograd_mini.operations`: they are those of a handbook, and where
floating point would need care (modulo, roundings) they are done with exact fractions.
"""

import math
from fractions import Fraction

from mpmath import MPContext

from autograd_mini.derivatives import grad
from autograd_mini.errors import DomainError, NonFiniteGradientError

mp = MPContext()  # of its own: nobody else's precision changes, nor does anybody change this
mp.dps = 50
mpf = mp.mpf


class Witness:
    """What is true of one operation.

    `partials` are called with the operands; those of an operation of any number of operands with
    the operand concerned first. None stands for an operand without derivative. `ulps` bounds the
    error of the value: near the roots of one with `roots` relative to what its operands' rounding
    does, and otherwise of a value of the size `at_least`. One that is `linear` in pieces has no
    second derivatives. `digits` is what differences need where a derivative saturates: 1 - σ(700)
    is 1e-304.
    """

    def __init__(
        self, value, *partials, ulps=2, at_least=0, roots=False, variadic=False, linear=False,
        digits=50,
    ):  # fmt: skip
        self.value = value
        self.partials = partials
        self.ulps = ulps
        self.at_least = at_least
        self.roots = roots
        self.variadic = variadic
        self.linear = linear
        self.digits = digits

    def partial(self, index, operands):
        if self.variadic:
            others = [*operands[:index], *operands[index + 1 :]]
            return mpf(self.partials[0](operands[index], *others))
        return mpf(self.partials[index](*operands))


def true_value(name, point):
    return mpf(WITNESSES[name].value(*map(mpf, point)))


def true_derivative(name, by, point):
    """Return the derivative by the operands with the indices `by`, one after the other."""
    witness = WITNESSES[name]
    operands = [mpf(x) for x in point]
    first, *rest = by
    if not rest:
        return witness.partial(first, operands)
    if witness.linear:
        return mpf(0)
    varied = sorted(set(rest))

    def slope(*numbers):
        moved = list(operands)
        for index, x in zip(varied, numbers, strict=True):
            moved[index] = x
        return witness.partial(first, moved)

    orders = [rest.count(index) for index in varied]
    with mp.workdps(witness.digits):
        try:
            result = mp.diff(slope, [operands[index] for index in varied], orders)
        except TypeError:  # complex: a power of a negative base varies through no real numbers
            return mp.nan
    noise = abs(witness.partial(first, operands)) * mpf(10) ** (10 - witness.digits)
    return mpf(0) if abs(result) <= noise else result


# How far a row is from the truth


class UnfairQuestionError(ArithmeticError):
    """The truth depends on digits that floats do not have."""


NUDGE = mpf("1e-20")
LARGEST = mpf(2) ** 1024  # stands for ±inf: what is rounded to inf is at least nearly as large
GRADUAL_UNDERFLOW = 1e-295  # below it, digits are lost before a number is


def conditioning(name, by, point):
    """Return |f| and Σ min(|x|, 1) |∂f/∂x|, of which an error of f can fairly be a part.

    Where f has a root, no formula does better than the rounding of its operands allows.
    """

    def function(*operands):
        return true_derivative(name, by, operands) if by else true_value(name, operands)

    here = function(*point)
    total = abs(here)
    for index, x in enumerate(point):
        if isinstance(x, float):
            towards_0 = mpf(x) - NUDGE * math.copysign(min(abs(x), 1), x)
            moved = function(*point[:index], towards_0, *point[index + 1 :])
            total += abs(moved - here) / NUDGE
    return total


def value_error(row, point):
    """Return the error of the row's value in units of the last place of the true one."""
    witness = WITNESSES[row.name]
    try:
        true = true_value(row.name, point)
    except ZeroDivisionError:
        return 0.0  # a convention holds here, which the row states as a kink
    scale = conditioning(row.name, (), point) if witness.roots else abs(true)
    exact = witness.ulps <= 0.5
    least = max(witness.at_least, 0.0 if exact else GRADUAL_UNDERFLOW)
    unit = math.ulp(max(float(min(scale, LARGEST / 2)), least))
    return float(abs(_within_floats(row(*point)) - _within_floats(true)) / unit)


def derivative_error(row, by, point):
    """Return the relative error of a derivative; beyond 1e-12, relative to its `conditioning`."""
    try:
        true = true_derivative(row.name, by, point)
    except (ZeroDivisionError, UnfairQuestionError):
        return 0.0  # a convention holds here, which the row states as a kink
    ours = computed_derivative(row, by, point)
    if mp.isnan(true) or math.isnan(ours):
        return 0.0 if mp.isnan(true) and math.isnan(ours) else math.inf
    error = abs(_within_floats(ours) - _within_floats(true))
    scale = max(abs(_within_floats(true)), GRADUAL_UNDERFLOW)
    if error > 1e-12 * scale and not WITNESSES[row.name].linear:
        scale = max(conditioning(row.name, by, point), scale)
    return float(error / scale)


def computed_derivative(row, by, point):
    """Return the row's own derivative: its partial, and the higher ones by differentiating that.

    NaN stands for one that does not exist.
    """
    try:
        if len(by) == 1:
            return float(row.partial(by[0], point, row(*point)))
        function = row
        for index in by:
            function = grad(function, index)
        return float(function(*point))
    except (DomainError, NonFiniteGradientError):
        return math.nan


def _within_floats(x):
    return max(-LARGEST, min(mpf(x), LARGEST))


# Exact arithmetic


def _fraction(x):
    """Return an mpf, which is a whole number times a power of two, as what it is."""
    sign, mantissa, exponent, _ = x._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _exactly(function):
    """Let `function` of Fractions take and give mpfs; an infinite divisor is a huge one."""

    def of_mpfs(*operands):
        exact = [_fraction(x) for x in operands]
        result = Fraction(function(*exact))
        return mpf(result.numerator) / result.denominator

    return of_mpfs


def _trunc(q):
    return math.floor(q) if q > 0 else math.ceil(q)


def _nearest_even(q):
    below = math.floor(q)
    excess = q - below - Fraction(1, 2)
    return below + (1 if excess > 0 or (excess == 0 and below % 2) else 0)


def _round_at(x, digits):
    return _nearest_even(x * Fraction(10) ** int(digits)) / Fraction(10) ** int(digits)


def _constant(number):
    return lambda *_: number


# Functions that mpmath does not have under one name


def _sign(x):
    return (x > 0) - (x < 0)


def _lgamma(x):
    if x > 0:
        return mp.loggamma(x)
    return mp.log(mp.pi / abs(mp.sinpi(x))) - mp.loggamma(1 - x)


def _polygamma(order, x):
    """Return ψₙ(x), of a negative x by reflection, with the derivatives of the cotangent."""
    order = int(order)
    if x > 0:
        return mp.psi(order, x)
    cot, csc2 = mp.cospi(x) / mp.sinpi(x), 1 / mp.sinpi(x) ** 2
    slope = (
        cot,
        -csc2,
        2 * cot * csc2,
        -4 * cot**2 * csc2 - 2 * csc2**2,
        8 * cot**3 * csc2 + 16 * cot * csc2**2,
        -16 * cot**4 * csc2 - 88 * cot**2 * csc2**2 - 16 * csc2**3,
        32 * cot**5 * csc2 + 416 * cot**3 * csc2**2 + 272 * cot * csc2**3,
    )[order]
    return (-1) ** order * mp.psi(order, 1 - x) - mp.pi ** (order + 1) * slope


def _sinc_derivative(order, x):
    """Return the derivative of sin(πx)/(πx): Leibniz' rule, or for small x its power series."""
    order = int(order)
    if abs(x) < 1:
        first = (order + 1) // 2
        return mp.fsum(
            (-1) ** k * mp.pi ** (2 * k) * x ** (2 * k - order)
            / (mpf(2 * k + 1) * mp.factorial(2 * k - order))
            for k in range(first, first + 60)
        )  # fmt: skip
    waves = (mp.sinpi(x), mp.cospi(x), -mp.sinpi(x), -mp.cospi(x))
    return mp.fsum(
        mp.binomial(order, k) * mp.pi ** (k - 1) * waves[k % 4]
        * (-1) ** (order - k) * mp.factorial(order - k) / x ** (order - k + 1)
        for k in range(order + 1)
    )  # fmt: skip


def _power(x, y):
    return mpf(1) if y == 0 else mpf(0) if x == 0 else x ** int(y) if y == int(y) else x**y


def _power_by_base(x, y):
    if y == 0:
        return 0
    if x == 0 and y < 1:
        raise ZeroDivisionError
    if x < 0 and abs(y) > 2**53:
        raise UnfairQuestionError  # y - 1 is no float, and whether it is odd gives the sign
    return y * _power(x, y - 1)


def _power_by_exponent(x, y):
    if x < 0:
        return mp.nan  # no derivative: between whole exponents the power is not real
    return 0 if x == 0 else mp.power(x, y) * mp.log(x)


def _erfc(x):
    """Return erfc, for huge x by the first term of its asymptotic series: mpmath gives up there."""
    return mp.erfc(x) if x < 10_000 else mp.exp(-(x**2)) / (x * mp.sqrt(mp.pi))


def _normal_distribution(x):
    return _erfc(-x / mp.sqrt(2)) / 2


def _unless_too_small(x):
    """Return 0 for what is too small for a float, as the factor that it is in a larger product."""
    return x if x > 2.0**-1022 else 0


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def _sigmoid_slope(x):
    return mp.exp(-abs(x)) / (1 + mp.exp(-abs(x))) ** 2


def _softplus(x):
    return max(x, 0) + mp.log1p(mp.exp(-abs(x)))


def _length(*operands):
    return mp.sqrt(mp.fsum(x * x for x in operands))


def _share(x, *others):
    """Return the slope of a maximum, on those that tie in equal shares."""
    return mpf(x >= max(others)) / (1 + sum(other == x for other in others))


# λ and α of self-normalising networks, by the closed form of the paper's appendix, which the
# published decimals round.
_E1, _E2 = mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e), mp.erfc(mp.sqrt(2)) * mp.e**2
SELU_ALPHA = -mp.sqrt(2 / mp.pi) / (_E1 - 1)
SELU_SCALE = (1 - _E1) * mp.sqrt(2 * mp.pi) / mp.sqrt(
    2 * _E2 + mp.pi * _E1**2 - 2 * (2 + mp.pi) * _E1 + mp.pi + 2
)  # fmt: skip

# How closely a value must be met, in units of its last place: 2 where the C library is within 1
# and the operation adds a rounding or two. What the C libraries promise less for stands here.
LIBRARY = 5  # glibc documents up to 4 ulp for cbrt and hyperbolic functions, and 5 for erfc

WITNESSES = {
    # Arithmetic
    "add": Witness(lambda x, y: x + y, _constant(1), _constant(1), ulps=0.5, linear=True),
    "subtract": Witness(lambda x, y: x - y, _constant(1), _constant(-1), ulps=0.5, linear=True),
    "multiply": Witness(lambda x, y: x * y, lambda x, y: y, lambda x, y: x, ulps=0.5),
    "divide": Witness(lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2, ulps=0.5),
    "ratio": Witness(lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2, ulps=0.5),
    "negative": Witness(lambda x: -x, _constant(-1), ulps=0, linear=True),
    "identity": Witness(lambda x: x, _constant(1), ulps=0, linear=True),
    "floor_divide": Witness(
        _exactly(lambda x, y: math.floor(x / y)), _constant(0), _constant(0), linear=True),
    "modulo": Witness(
        _exactly(lambda x, y: x - y * math.floor(x / y)),
        _constant(1), _exactly(lambda x, y: -math.floor(x / y)), linear=True),
    "fmod": Witness(
        _exactly(lambda x, y: x - y * _trunc(x / y)),
        _constant(1), _exactly(lambda x, y: -_trunc(x / y)), ulps=0, linear=True),
    "remainder": Witness(
        _exactly(lambda x, y: x - y * _nearest_even(x / y)),
        _constant(1), _exactly(lambda x, y: -_nearest_even(x / y)), ulps=0, linear=True),
    # Powers and roots
    "power": Witness(
        _power, _power_by_base, _power_by_exponent),
    "square": Witness(lambda x: x**2, lambda x: 2 * x, ulps=0.5),
    "reciprocal": Witness(lambda x: 1 / x, lambda x: -1 / x**2, ulps=0.5),
    "sqrt": Witness(mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), ulps=0.5),
    "cbrt": Witness(
        lambda x: _sign(x) * mp.cbrt(abs(x)), lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2),
        ulps=LIBRARY),
    "hypot": Witness(_length, lambda x, *others: x / _length(x, *others), variadic=True),
    "direction": Witness(
        lambda x, y: x / _length(x, y),
        lambda x, y: y**2 / _length(x, y) ** 3, lambda x, y: -x * y / _length(x, y) ** 3),
    # Exponentials and logarithms
    "exp": Witness(mp.exp, mp.exp),
    "exp2": Witness(lambda x: mpf(2) ** x, lambda x: mpf(2) ** x * mp.log(2)),
    "expm1": Witness(mp.expm1, mp.exp),
    "log": Witness(mp.log, lambda x: 1 / x),
    "log2": Witness(lambda x: mp.log(x) / mp.log(2), lambda x: 1 / (x * mp.log(2))),
    "log10": Witness(lambda x: mp.log(x) / mp.log(10), lambda x: 1 / (x * mp.log(10))),
    "log1p": Witness(mp.log1p, lambda x: 1 / (1 + x)),
    # Trigonometry
    "sin": Witness(mp.sin, mp.cos),
    "cos": Witness(mp.cos, lambda x: -mp.sin(x)),
    "tan": Witness(mp.tan, lambda x: 1 / mp.cos(x) ** 2),
    "asin": Witness(mp.asin, lambda x: 1 / mp.sqrt(1 - x**2)),
    "acos": Witness(mp.acos, lambda x: -1 / mp.sqrt(1 - x**2)),
    "atan": Witness(mp.atan, lambda x: 1 / (1 + x**2)),
    "atan2": Witness(
        mp.atan2, lambda y, x: x / (x**2 + y**2), lambda y, x: -y / (x**2 + y**2)),
    "sinc": Witness(
        lambda x: _sinc_derivative(0, x), lambda x: _sinc_derivative(1, x), ulps=3),
    "sinc_derivative": Witness(
        _sinc_derivative, None, lambda n, x: _sinc_derivative(n + 1, x), ulps=5, roots=True),
    "degrees": Witness(lambda x: x * 180 / mp.pi, _constant(180 / mp.pi), linear=True),
    "radians": Witness(lambda x: x * mp.pi / 180, _constant(mp.pi / 180), linear=True),
    # Hyperbolic functions
    "sinh": Witness(mp.sinh, mp.cosh, ulps=LIBRARY),
    "cosh": Witness(mp.cosh, mp.sinh, ulps=LIBRARY),
    "tanh": Witness(mp.tanh, lambda x: mp.sech(x) ** 2, ulps=LIBRARY),
    "sech": Witness(mp.sech, lambda x: -mp.sech(x) * mp.tanh(x)),
    "asinh": Witness(mp.asinh, lambda x: 1 / mp.sqrt(1 + x**2), ulps=LIBRARY),
    "acosh": Witness(
        mp.acosh, lambda x: 1 / (mp.sqrt(x - 1) * mp.sqrt(x + 1)), ulps=LIBRARY),
    "atanh": Witness(mp.atanh, lambda x: 1 / (1 - x**2), ulps=LIBRARY),
    # Special functions
    "erf": Witness(mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-(x**2))),
    "erfc": Witness(
        _erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-(x**2)), ulps=LIBRARY),
    "lgamma": Witness(_lgamma, lambda x: _polygamma(0, x), ulps=8, at_least=1),
    "digamma": Witness(
        lambda x: _polygamma(0, x), lambda x: _polygamma(1, x), ulps=5, roots=True),
    "polygamma": Witness(_polygamma, None, lambda n, x: _polygamma(n + 1, x), ulps=5, roots=True),
    # Kinks and jumps
    "abs": Witness(abs, _sign, ulps=0, linear=True),
    "sign": Witness(_sign, _constant(0), ulps=0, linear=True),
    "copysign": Witness(
        lambda x, y: abs(x) * (-1 if y < 0 else 1),
        lambda x, y: _sign(x) * (-1 if y < 0 else 1), _constant(0), ulps=0, linear=True),
    "maximum": Witness(max, _share, ulps=0, variadic=True, linear=True),
    "minimum": Witness(
        min, lambda x, *others: _share(-x, *(-other for other in others)),
        ulps=0, variadic=True, linear=True),
    "clamp": Witness(
        lambda x, low, high: sorted([low, x, high])[1],
        lambda x, low, high: low <= x <= high,
        lambda x, low, high: x < low, lambda x, low, high: x > high, ulps=0, linear=True),
    "step": Witness(lambda x: x > 0, _constant(0), ulps=0, linear=True),
    "floor": Witness(_exactly(math.floor), _constant(0), ulps=0, linear=True),
    "ceil": Witness(_exactly(math.ceil), _constant(0), ulps=0, linear=True),
    "trunc": Witness(_exactly(_trunc), _constant(0), ulps=0, linear=True),
    "round": Witness(_exactly(_round_at), _constant(0), None, ulps=0.5, linear=True),
    # Activations
    "relu": Witness(lambda x: max(x, 0), lambda x: x > 0, ulps=0, linear=True),
    "leaky_relu": Witness(
        lambda x, slope: x if x > 0 else slope * x,
        lambda x, slope: 1 if x > 0 else slope, lambda x, slope: min(x, 0), ulps=0.5),
    "elu": Witness(
        lambda x, alpha: x if x > 0 else alpha * mp.expm1(x),
        lambda x, alpha: 1 if x > 0 else alpha * _unless_too_small(mp.exp(x)),
        lambda x, alpha: mp.expm1(min(x, 0))),
    "selu": Witness(
        lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * mp.expm1(x)),
        lambda x: SELU_SCALE * (1 if x > 0 else SELU_ALPHA * mp.exp(x))),
    "sigmoid": Witness(_sigmoid, _sigmoid_slope),
    "logsigmoid": Witness(lambda x: -_softplus(-x), lambda x: _sigmoid(-x), digits=340),
    "softplus": Witness(_softplus, _sigmoid, digits=340),
    "silu": Witness(
        lambda x: x * _sigmoid(x), lambda x: _sigmoid(x) + x * _sigmoid_slope(x),
        ulps=3, digits=340),
    "gelu": Witness(
        lambda x: x * _normal_distribution(x),
        lambda x: _normal_distribution(x) + x * mp.npdf(x),
        ulps=4, digits=340),
    # Comparisons and choice
    "less": Witness(lambda x, y: x < y),
    "less_equal": Witness(lambda x, y: x <= y),
    "greater": Witness(lambda x, y: x > y),
    "greater_equal": Witness(lambda x, y: x >= y),
    "equal": Witness(lambda x, y: x == y),
    "not_equal": Witness(lambda x, y: x != y),
    "where": Witness(
        lambda condition, x, y: x if condition else y,
        None, lambda condition, x, y: bool(condition), lambda condition, x, y: not condition,
        ulps=0, linear=True),
}  # fmt: skip
