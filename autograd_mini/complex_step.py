r"""With this one can differentiate a function by one complex step, without any of its partials.

.. math:: f'(x) = \operatorname{Im} f(x + ih)/h + O(h^2)

Nothing is subtracted, so that no digits cancel and h can be 1e-200: the derivative is as precise
as the value (Squire and Trapp, *Using complex variables to estimate derivatives*, SIAM Review
40(1), 1998). It needs operations that are analytic, each written here for complex numbers; a
function that uses another one raises `NotAnalyticError`. It serves `checking` as a witness.
"""

from __future__ import annotations

import cmath
import math

from autograd_mini import operations
from autograd_mini.operations import number
from autograd_mini.operators import Operators
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.operations import Row

__all__ = ["STEP", "ComplexNumber", "NotAnalyticError"]

STEP = 1e-200
"""The imaginary step: its square is too small to be seen."""


class NotAnalyticError(TypeError):
    """A function uses an operation that has no complex form here."""


class ComplexNumber(Operators):
    """A complex number in place of a Value: the real part is the value, the other the slope.

    Parameters
    ----------
    content : complex

    Examples
    --------
    >>> from autograd_mini.functions import sin
    >>> slope = sin(ComplexNumber(complex(1.0, STEP))).content.imag / STEP
    >>> math.isclose(slope, math.cos(1.0), rel_tol=1e-15)
    True
    """

    __slots__ = ("content",)

    def __init__(self, content: complex) -> None:
        self.content = content

    @property
    def data(self) -> float:
        """The real part, which decides comparisons."""
        return self.content.real

    def __autograd_stop_gradient__(self) -> ComplexNumber:
        """Go on: a step in the value is what the witness looks at, whatever the engine does."""
        return self

    def __autograd_operation__(self, row: Row, operands: Sequence[Any]) -> Any:
        """Compute `row`: its own value gives the real part, the complex form the imaginary one."""
        contents = [_content(operand) for operand in operands]
        reals = [z.real for z in contents]
        if not row.partials:
            return row.value(*reals)
        form = FORMS.get(row.name)
        if form is None:
            raise NotAnalyticError(f"{row.name} has no complex form")
        return ComplexNumber(complex(row.evaluate(reals), form(*contents).imag))


def _content(operand: Any) -> Any:
    """Return the number of an operand; a Value that the function uses is a constant here."""
    if isinstance(operand, ComplexNumber):
        return operand.content
    return number(operand.data if isinstance(operand, Value) else operand)


def _power(x: complex, y: complex) -> complex:
    if y.imag == 0.0 and y.real == int(y.real) and abs(y.real) <= 64:
        return complex(x) ** int(y.real)
    return cmath.exp(y * cmath.log(x)) if x != 0 else 0j


def _choose(pick: Callable[..., float]) -> Callable[..., complex]:
    """Return a choice of the operand whose real part `pick` picks; no form at a tie."""

    def chosen(*operands: complex) -> complex:
        best = pick(z.real for z in operands)
        reached = [z for z in operands if z.real == best]
        if len(reached) > 1:
            raise NotAnalyticError("a tie has no complex form")
        return reached[0]

    return chosen


def _pieces(right: Callable[..., Any], left: Callable[..., Any]) -> Callable[..., complex]:
    """Return a function given by one form above 0 and another below; none at 0."""

    def piecewise(x: complex, *others: complex) -> complex:
        if x.real == 0.0:
            raise NotAnalyticError("a kink has no complex form")
        return complex((right if x.real > 0 else left)(x, *others))

    return piecewise


def _sigmoid(x: complex) -> complex:
    return 1 / (1 + cmath.exp(-x)) if x.real >= 0 else cmath.exp(x) / (1 + cmath.exp(x))


def _softplus(x: complex) -> complex:
    return (x if x.real > 0 else 0j) + cmath.log(1 + cmath.exp(-x if x.real > 0 else x))


_SELU_SCALE = operations.selu(1.0)
_SELU_ALPHA = -operations.selu(-math.inf) / _SELU_SCALE

FORMS: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "ratio": lambda x, y: x / y,
    "negative": lambda x: -x,
    "identity": lambda x: x,
    "power": _power,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "sqrt": cmath.sqrt,
    "cbrt": _pieces(lambda x: x ** (1 / 3), lambda x: -((-x) ** (1 / 3))),
    "hypot": lambda *xs: cmath.sqrt(sum(x * x for x in xs)),
    "exp": cmath.exp,
    "exp2": lambda x: cmath.exp(x * math.log(2)),
    "expm1": cmath.exp,  # the imaginary part is that of exp
    "log": cmath.log,
    "log2": lambda x: cmath.log(x) / math.log(2),
    "log10": cmath.log10,
    "log1p": lambda x: cmath.log(1 + x),
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "asin": cmath.asin,
    "acos": cmath.acos,
    "atan": cmath.atan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "sech": lambda x: 1 / cmath.cosh(x),
    "asinh": cmath.asinh,
    "acosh": cmath.acosh,
    "atanh": cmath.atanh,
    "degrees": lambda x: x * (180 / math.pi),
    "radians": lambda x: x * (math.pi / 180),
    "abs": _pieces(lambda x: x, lambda x: -x),
    "maximum": _choose(max),
    "minimum": _choose(min),
    "relu": _pieces(lambda x: x, lambda _: 0j),
    "leaky_relu": _pieces(lambda x, _: x, lambda x, slope: slope * x),
    "elu": _pieces(lambda x, _: x, lambda x, alpha: alpha * (cmath.exp(x) - 1)),
    "selu": _pieces(
        lambda x: _SELU_SCALE * x, lambda x: _SELU_SCALE * _SELU_ALPHA * (cmath.exp(x) - 1)
    ),
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: -_softplus(-x),
    "softplus": _softplus,
    "silu": lambda x: x * _sigmoid(x),
}
"""The operations' complex forms, of which the imaginary part is used."""
