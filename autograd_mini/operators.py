"""With this one can write ``a * b + exp(c)``: operators and methods, all made of the table's rows.

`Operators` is written once over the rows and inherited by everything that can take part in an
operation (it has the hook `operations.HOOK`): a `Value` here, a symbol in a compiler. So the two
can't drift apart. What an operation does is in `operations`; how it is recorded in `value`.
"""

from __future__ import annotations

from autograd_mini import operations
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
    __add__, __radd__ = _forward(operations.add), _reflected(operations.add)
    __sub__, __rsub__ = _forward(operations.subtract), _reflected(operations.subtract)
    __mul__, __rmul__ = _forward(operations.multiply), _reflected(operations.multiply)
    __truediv__, __rtruediv__ = _forward(operations.divide), _reflected(operations.divide)
    __mod__, __rmod__ = _forward(operations.modulo), _reflected(operations.modulo)
    __pow__, __rpow__ = _forward(operations.power), _reflected(operations.power)
    __floordiv__ = _forward(operations.floor_divide)
    __rfloordiv__ = _reflected(operations.floor_divide)
    __neg__, __pos__ = operations.negative, operations.identity
    __abs__, __round__ = operations.abs, operations.round
    __floor__, __ceil__, __trunc__ = operations.floor, operations.ceil, operations.trunc
    square, reciprocal, sqrt, cbrt = (
        operations.square, operations.reciprocal, operations.sqrt, operations.cbrt)  # fmt: skip

    # Comparisons of the numbers
    __lt__, __le__ = _forward(operations.less), _forward(operations.less_equal)
    __gt__, __ge__ = _forward(operations.greater), _forward(operations.greater_equal)

    # Functions, as methods
    exp, exp2, expm1 = operations.exp, operations.exp2, operations.expm1
    log, log2, log10, log1p = (
        operations.log, operations.log2, operations.log10, operations.log1p)  # fmt: skip
    sin, cos, tan, sinc = operations.sin, operations.cos, operations.tan, operations.sinc
    asin, acos, atan, atan2 = (
        operations.asin, operations.acos, operations.atan, operations.atan2)  # fmt: skip
    degrees, radians = operations.degrees, operations.radians
    sinh, cosh, tanh, sech = operations.sinh, operations.cosh, operations.tanh, operations.sech
    asinh, acosh, atanh = operations.asinh, operations.acosh, operations.atanh
    erf, erfc, lgamma, digamma = (
        operations.erf, operations.erfc, operations.lgamma, operations.digamma)  # fmt: skip
    hypot, fmod, remainder, copysign = (
        operations.hypot, operations.fmod, operations.remainder, operations.copysign)  # fmt: skip
    abs, sign, clamp, step = operations.abs, operations.sign, operations.clamp, operations.step
    floor, ceil, round, trunc = (
        operations.floor, operations.ceil, operations.round, operations.trunc)  # fmt: skip
    maximum, minimum = operations.maximum, operations.minimum
    sigmoid, logsigmoid, softplus = (
        operations.sigmoid, operations.logsigmoid, operations.softplus)  # fmt: skip
    relu, leaky_relu, elu, selu = (
        operations.relu, operations.leaky_relu, operations.elu, operations.selu)  # fmt: skip
    silu, gelu = operations.silu, operations.gelu

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
