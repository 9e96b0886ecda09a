"""With this one can write ``a * b + exp(c)``: operators and methods, all made of the table's rows.

`Operators` is written once over the rows and inherited by everything that can take part in an
operation (it has the hook `operations.HOOK`): a `Value` here, a symbol in a compiler. So the two
can't drift apart. What an operation does is in `operations`; how it is recorded in `value`.
"""

from __future__ import annotations

from autograd_mini import operations as rows
from autograd_mini.operations import HOOK, Row, is_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _forward(row: Row) -> Callable[[Any, Any], Any]:
    """Return the method of ``self ∘ other``; Python's own TypeError answers a foreign operand."""

    def method(self: Any, other: Any) -> Any:
        if is_number(other) or hasattr(other.__class__, HOOK):
            return row(self, other)
        return NotImplemented

    return method


def _reflected(row: Row) -> Callable[[Any, Any], Any]:
    """Return the method of ``other ∘ self``, where only the right operand is ours."""

    def method(self: Any, other: Any) -> Any:
        return row(other, self) if is_number(other) else NotImplemented

    return method


class Operators:
    """The operators and methods of everything that can be an operand.

    ``==`` and ``hash`` stay those of identity, so that nodes can live in sets and dictionaries.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0)
    >>> (2 * x - 1).sqrt().data == 5.0**0.5, (x > 2), abs(-x).data
    (True, True, 3.0)
    """

    __slots__ = ()

    # Arithmetic
    __add__, __radd__ = _forward(rows.add), _reflected(rows.add)
    __sub__, __rsub__ = _forward(rows.subtract), _reflected(rows.subtract)
    __mul__, __rmul__ = _forward(rows.multiply), _reflected(rows.multiply)
    __truediv__, __rtruediv__ = _forward(rows.divide), _reflected(rows.divide)
    __floordiv__, __rfloordiv__ = _forward(rows.floor_divide), _reflected(rows.floor_divide)
    __mod__, __rmod__ = _forward(rows.modulo), _reflected(rows.modulo)
    __pow__, __rpow__ = _forward(rows.power), _reflected(rows.power)
    __neg__, __pos__, __abs__, __round__ = rows.negative, rows.identity, rows.abs, rows.round
    __floor__, __ceil__, __trunc__ = rows.floor, rows.ceil, rows.trunc

    # Comparisons of the numbers
    __lt__, __le__ = _forward(rows.less), _forward(rows.less_equal)
    __gt__, __ge__ = _forward(rows.greater), _forward(rows.greater_equal)

    # Functions, as methods
    square, reciprocal, sqrt, cbrt = rows.square, rows.reciprocal, rows.sqrt, rows.cbrt
    exp, exp2, expm1 = rows.exp, rows.exp2, rows.expm1
    log, log2, log10, log1p = rows.log, rows.log2, rows.log10, rows.log1p
    sin, cos, tan, sinc, degrees = rows.sin, rows.cos, rows.tan, rows.sinc, rows.degrees
    asin, acos, atan, atan2, radians = rows.asin, rows.acos, rows.atan, rows.atan2, rows.radians
    sinh, cosh, tanh, sech = rows.sinh, rows.cosh, rows.tanh, rows.sech
    asinh, acosh, atanh, hypot = rows.asinh, rows.acosh, rows.atanh, rows.hypot
    erf, erfc, lgamma, digamma = rows.erf, rows.erfc, rows.lgamma, rows.digamma
    fmod, remainder, copysign, sign = rows.fmod, rows.remainder, rows.copysign, rows.sign
    abs, clamp, maximum, minimum = rows.abs, rows.clamp, rows.maximum, rows.minimum
    step, floor, ceil, round, trunc = rows.step, rows.floor, rows.ceil, rows.round, rows.trunc
    sigmoid, logsigmoid, softplus = rows.sigmoid, rows.logsigmoid, rows.softplus
    relu, leaky_relu, elu, selu = rows.relu, rows.leaky_relu, rows.elu, rows.selu
    silu, gelu = rows.silu, rows.gelu

    # NumPy's names: its functions call these methods on the elements of an object array.
    arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
    arcsinh, arccosh, arctanh = asinh, acosh, atanh
    deg2rad, rad2deg, fabs, rint = radians, degrees, abs, round

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        """Return the quotient rounded down, and what remains."""
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        """Return the quotient rounded down, and what remains."""
        return other // self, other % self
