r"""With this one can look up, or call, every elementary operation: each is one row of one table.

- A row is a function: ``tanh(0.5)`` is a number, ``tanh(Value(0.5))`` is recorded in a graph.
- A row is mathematics: `Row.partials` holds the rules of ∂result/∂operand, written with other
  rows, so that a derivative can be differentiated again.
- `TABLE` finds a row by its name. Adding an operation means adding a row.

What is built of several rows (softmax, norm, …) lives in `functions`; how operations are
recorded lives in `value`.
"""

from __future__ import annotations

import math
import operator
from collections import namedtuple
from fractions import Fraction
from types import MethodType

from autograd_mini import numerics
from autograd_mini.errors import DomainError
from autograd_mini.numerics import Interval, is_number, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

__all__ = ["TABLE", "Choice", "Interval", "Kink", "Partial", "Row", "is_number", "number"]

HOOK = "__autograd_operation__"
"""The method by which a Value, or a compiler's symbol, takes part in an operation."""


NO_NUMBER = "the result would not be a number"
"""What is broken where a row's own requirements are satisfied."""

# The derivative of a row by one operand. The rule is called with the operands and the result; None
# says that the operand must be a plain number. The LaTeX is the form a textbook prints, with {0},
# {1}, … for the operands and {r} for the result: where it loses digits, the rule is a stable one.
Partial = namedtuple("Partial", ("rule", "latex"))
# A point where local derivatives are chosen by convention, and the convention in words.
Kink = namedtuple("Kink", ("point", "slopes", "sentence"))


class Row:
    """One operation: all its mathematics, and nothing else of the package holds any of it.

    Parameters
    ----------
    name : str
        Public name and identity.
    symbol : str
        What a drawing writes in the node.
    latex : str
        Template of the formula, with {0}, {1}, … for the operands.
    value : callable
        Plain function of numbers; raises ValueError or ZeroDivisionError outside its domain.
    partials : sequence of (rule, latex) pairs
        One for each operand; none for a comparison.
    domain : sequence of str
        One interval for each operand; all numbers by default.
    condition : (callable, str), optional
        What the operands must satisfy together, and the sentence that says so.
    kinks : sequence of (point, slopes, sentence)
        Conventions.
    precedence : int
        How tightly the formula binds: 1 comparison, 2 sum, 3 product, 4 negation, 5 power,
        9 function.
    commutative : bool
        Whether two operands may be swapped.
    variadic : bool
        Whether it takes two or more operands, all alike. Then its one partial is called with
        the operand concerned first, the others after it, and the result.
    defaults : sequence of numbers
        Values of the last operands where they are not given.

    Examples
    --------
    >>> TABLE["multiply"](3.0, 4.0)
    12.0
    >>> partial = TABLE["multiply"].partials[0]
    >>> partial.rule(3.0, 4.0, 12.0), partial.latex
    (4.0, '{1}')
    """

    def __init__(  # a row is its fields
        self,
        name: str,
        symbol: str,
        latex: str,
        value: Callable[..., Any],
        partials: Sequence[tuple[Callable[..., Any] | None, str]],
        *,
        domain: Sequence[str] = (),
        condition: tuple[Callable[..., bool], str] | None = None,
        kinks: Sequence[tuple[tuple[float, ...], tuple[float, ...], str]] = (),
        precedence: int = 9,
        commutative: bool = False,
        variadic: bool = False,
        defaults: Sequence[float] = (),
    ) -> None:
        self.name = self.__name__ = self.__qualname__ = name
        self.symbol, self.latex, self.precedence = symbol, latex, precedence
        self.value = value
        self.partials = tuple(Partial(rule, form) for rule, form in partials)
        self.operand_names = _operand_names(self.partials)
        self.domain = tuple(map(Interval, domain)) or (_ALL_NUMBERS,) * len(self.operand_names)
        self.condition = condition
        self.kinks = tuple(Kink(*kink) for kink in kinks)
        self.commutative = commutative
        self.variadic = variadic
        self.defaults = tuple(defaults)

    def __call__(self, *operands: Any, **named: Any) -> Any:
        """Compute the operation: of numbers a number, of Values a Value, of symbols a symbol."""
        if named or self.variadic or len(operands) != len(self.operand_names):
            operands = self.arrange(operands, named)
        answered, floats = False, True
        for operand in operands:
            if operand.__class__ is float and operand == operand:  # noqa: PLR0124 - no NaN
                continue
            floats = False
            hook = getattr(operand.__class__, HOOK, None)
            if hook is not None:
                answered = True
                result = hook(operand, self, operands)
                if result is not NotImplemented:
                    return result
        if answered:
            kinds = ", ".join(type(operand).__name__ for operand in operands)
            raise TypeError(f"{self.name} can't combine {kinds}")
        if floats:
            return self.evaluate(operands)
        return self.evaluate(tuple(map(number, operands, self._names(len(operands)))))

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Let a row be a method: in a class body, ``exp = operations.exp``."""
        return self if instance is None else MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __reduce__(self) -> tuple[Callable[[str], Row], tuple[str]]:
        return row_named, (self.name,)

    def arrange(self, operands: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """Put keyword operands and defaults in their places; TypeError if the count is wrong."""
        names = self.operand_names
        if self.variadic:
            if named or len(operands) < 2:
                raise TypeError(f"{self.name} takes two or more operands, {len(operands)} came")
            return operands
        given = dict(zip(names, operands, strict=False)) | dict(named)
        optional = names[len(names) - len(self.defaults) :]
        filled = dict(zip(optional, self.defaults, strict=True)) | given
        if len(given) != len(operands) + len(named) or filled.keys() != set(names):
            came = ", ".join([type(o).__name__ for o in operands] + [f"{n}=" for n in named])
            raise TypeError(f"{self.name} takes ({', '.join(names)}), ({came}) came")
        return tuple(filled[name] for name in names)

    def evaluate(self, numbers: Sequence[Any], operands: Sequence[Any] = ()) -> Any:
        """Return the value at the numbers of `operands`, whose labels an error shows.

        Too large is ±inf, outside the domain a DomainError.
        """
        try:
            result = self.value(*numbers)
        except OverflowError:
            return math.inf  # the rows that can be too large downwards mind their sign themselves
        except (ValueError, ZeroDivisionError):
            result = math.nan
        if result != result:  # noqa: PLR0124 - only NaN differs from itself
            labels = [getattr(operand, "label", None) for operand in operands]
            raise DomainError(self.name, numbers, self.broken_requirement(numbers), labels)
        kind = result.__class__
        if kind is float and numbers[0].__class__ is not float and _only_exact(numbers):
            raise TypeError(f"{self.name} of a Fraction is no Fraction: give it float(…)")
        if kind is int and any(x.__class__ is not int for x in numbers):
            return Fraction(result) if _only_exact(numbers) else float(result)
        return result

    def accepts(self, *numbers: float) -> bool:
        """Tell whether `numbers` lie in the row's domain."""
        return self.broken_requirement(numbers) == NO_NUMBER

    def broken_requirement(self, numbers: Sequence[Any]) -> str:
        """Say which of the row's requirements `numbers` break."""
        domain = self.domain * len(numbers) if self.variadic else self.domain
        for name, x, interval in zip(self._names(len(numbers)), numbers, domain, strict=False):
            if x not in interval:
                return f"{name} must lie in {interval}"
        if self.condition is not None and not self.condition[0](*numbers):
            return self.condition[1]
        return NO_NUMBER

    def partial(self, index: int, operands: Sequence[Any], result: Any) -> Any:
        """Return ∂result/∂operands[index], by the row's rule, in the operands' own kind."""
        if self.variadic:
            others = (*operands[:index], *operands[index + 1 :])
            return self.partials[0].rule(operands[index], *others, result)
        rule = self.partials[index].rule
        if rule is None:
            none = f"{self.name} has no derivative by its operand {self.operand_names[index]!r}"
            raise TypeError(f"{none}: give it a plain number")
        return rule(*operands, result)

    def _names(self, count: int) -> tuple[str, ...]:
        """Return the operands' names; those of a variadic row are numbered."""
        if self.variadic:
            return tuple(f"{self.operand_names[0]}{i}" for i in range(1, count + 1))
        return self.operand_names


class Choice(Row):
    """The row `where`: a plain condition picks an operand, and nothing is recorded.

    The operand that is not picked takes no part, so that neither its gradient nor a number that
    is not finite can leak from it. Operands that are functions are called when they are picked.
    """

    def __call__(self, condition: Any, x: Any, y: Any) -> Any:
        """Return `x` if `condition` else `y`; of a symbolic condition, a symbol."""
        hook = getattr(condition.__class__, HOOK, None)
        if hook is not None:
            return hook(condition, self, (condition, x, y))
        if condition.__class__ is not bool and not is_number(condition):
            kind = type(condition).__name__
            raise TypeError(f"condition must be a bool or a comparison, not {kind}")
        chosen = x if condition else y
        return chosen() if callable(chosen) else chosen


def row_named(name: str) -> Row:
    """Return the row called `name`; a row is pickled as its name."""
    if name not in TABLE:
        raise ValueError(f"unknown operation {name!r}: register it before its graph is loaded")
    return TABLE[name]


_ALL_NUMBERS = Interval("[-inf, inf]")


def _only_exact(numbers: Sequence[Any]) -> bool:
    """Tell whether `numbers` are Fractions, or Fractions and ints."""
    kinds = {x.__class__ for x in numbers}
    return Fraction in kinds and float not in kinds


def _operand_names(partials: Sequence[Partial]) -> tuple[str, ...]:
    """Return the names that the rules give the operands; x and y for a comparison."""
    rules = [partial.rule for partial in partials if partial.rule is not None]
    if not rules:
        return ("x", "y")
    code = rules[0].__code__
    count = 1 if code.co_flags & 4 else code.co_argcount - 1  # 4: *others, a variadic row
    return tuple(code.co_varnames[:count])


# Requirements and conventions that several rows share.
_DIVISOR = (lambda x, y: y != 0, "the divisor must not be 0")
_NO_POLE = (lambda x: x > 0 or x != x // 1, "x must not be 0 or a negative whole number")
_WHOLE_ORDER = "the order n must be a whole number"
_AND_NO_POLE = ", and x neither 0 nor a negative whole number"
_POWER = "a negative base needs a whole exponent, and 0 one that is not negative"
_NO_VALUE = "∞ − ∞ and 0 · ∞ have no value"
_FLAT = "its slope is 0, also at the jumps"
_JUMP = "at a jump the slopes are those of the quotient that is reached there"
_TIE = "those that tie share the slope alike"
_STEEP = "the slope at 0 is ∞"
_ORIGIN = "the slopes at the origin are 0"


# The table. A row reads: name, symbol, formula, value, then for each operand its partial (a rule
# and its textbook form). Rules are one expression without `if` on operands; they use ints, so that
# Fractions stay exact, and the result r only where no digits cancel. Where the textbook's form
# would lose digits or overflow, the rule beside it is the stable one; a clamp keeps ∞ from a factor
# that has long been 0.

# fmt: off
# Arithmetic
add: Row = Row("add", "+", "{0} + {1}", operator.add, [(lambda x, y, r: 1, "1"),
    (lambda x, y, r: 1, "1")], condition=(lambda x, y: x + y == x + y, _NO_VALUE), precedence=2,
    commutative=True)
subtract: Row = Row("subtract", "−", "{0} - {1}", operator.sub, [(lambda x, y, r: 1, "1"),
    (lambda x, y, r: -1, "-1")], condition=(lambda x, y: x - y == x - y, _NO_VALUE), precedence=2)
multiply: Row = Row("multiply", "×", r"{0} \cdot {1}", operator.mul, [(lambda x, y, r: y, "{1}"),
    (lambda x, y, r: x, "{0}")], condition=(lambda x, y: x * y == x * y, _NO_VALUE), precedence=3,
    commutative=True)
divide: Row = Row("divide", "÷", r"\frac{{{0}}}{{{1}}}", operator.truediv,
    [(lambda x, y, r: 1 / y, r"\frac{{1}}{{{1}}}"),
    (lambda x, y, r: -r / y, r"-\frac{{{0}}}{{{1}^2}}")], precedence=3,
    condition=(lambda x, y: y != 0 and x / y == x / y, "the divisor must not be 0, nor ∞ beside ∞"))
negative: Row = Row("negative", "−", "-{0}", operator.neg, [(lambda x, r: -1, "-1")], precedence=4)
floor_divide: Row = Row("floor_divide", "//", r"\lfloor {0} / {1} \rfloor", operator.floordiv,
    [(lambda x, y, r: 0, "0"), (lambda x, y, r: 0, "0")], domain=["(-inf, inf)", "[-inf, inf]"],
    condition=_DIVISOR, kinks=[((4, 2), (0, 0), _FLAT)])
modulo: Row = Row("modulo", "%", r"{0} \bmod {1}", operator.mod, [(lambda x, y, r: 1, "1"),
    (lambda x, y, r: -floor_divide(x, y), r"-\lfloor {0} / {1} \rfloor")], precedence=3,
    domain=["(-inf, inf)", "[-inf, inf]"], condition=_DIVISOR, kinks=[((4, 2), (1, -2), _JUMP)])
identity: Row = Row("identity", "=", "{0}", lambda x: x, [(lambda x, r: 1, "1")])
ratio: Row = Row("ratio", "÷", r"\frac{{{0}}}{{{1}}}", numerics.ratio,  # for rules alone
    [(lambda x, y, r: ratio(1, y), r"\frac{{1}}{{{1}}}"),
    (lambda x, y, r: -ratio(r, y), r"-\frac{{{0}}}{{{1}^2}}")], precedence=3,
    kinks=[((0, 0), (math.inf, 0), "n/0 is ±∞ and 0/0 is 0")],
    condition=(lambda x, y: y == 0 or x / y == x / y, "∞ beside ∞ has no ratio"))

# Powers and roots
power: Row = Row("power", "^", "{0}^{{{1}}}", numerics.power,
    [(lambda x, y, r: where(equal(abs(x) + abs(y), 0), 0, lambda: _power_slope(x, y)),
    r"{1} {0}^{{{1} - 1}}"),
    (lambda x, y, r: where(equal(x, 0), 0, lambda: r * log(x)), r"{0}^{{{1}}} \ln {0}")],
    condition=(lambda x, y: x > 0 or (x == 0 and y >= 0) or (x < 0 and y == y // 1), _POWER),
    kinks=[((0, 0), (0, 0), "0⁰ = 1, slopes 0, 0"), ((0, 0.5), (math.inf, 0), "√0 has slope ∞"),
    ((0, 2), (0, 0), "0 to a positive power has slope 0 by the exponent")], precedence=5)
square: Row = Row("square", "²", "{0}^2", numerics.square,
    [(lambda x, r: 2 * x, "2 {0}")], precedence=5)
reciprocal: Row = Row("reciprocal", "1/", r"\frac{{1}}{{{0}}}", lambda x: 1 / x,
    [(lambda x, r: -square(r), r"-\frac{{1}}{{{0}^2}}")],
    condition=(lambda x: x != 0, "x must not be 0"), precedence=3)
sqrt: Row = Row("sqrt", "√", r"\sqrt{{{0}}}", math.sqrt, [(lambda x, r: ratio(1, 2 * r),
    r"\frac{{1}}{{2\sqrt{{{0}}}}}")], domain=["[0, inf]"], kinks=[((0,), (math.inf,), _STEEP)])
cbrt: Row = Row("cbrt", "∛", r"\sqrt[3]{{{0}}}", math.cbrt, [(lambda x, r: ratio(1, 3 * square(r)),
    r"\frac{{1}}{{3\sqrt[3]{{{0}}}^2}}")], kinks=[((0,), (math.inf,), _STEEP)])
hypot: Row = Row("hypot", "hypot", r"\sqrt{{{0}^2 + {1}^2 + \dots}}", math.hypot,
    [(lambda x, *rest: direction(x, hypot(0, *rest[:-1])), r"\frac{{{0}}}{{{r}}}")],
    variadic=True, kinks=[((0, 0), (0, 0), _ORIGIN)], commutative=True)
direction: Row = Row("direction", "x/|x, y|", r"\frac{{{0}}}{{\sqrt{{{0}^2 + {1}^2}}}}",
    numerics.direction, [(lambda x, y, r: ratio(direction(y, x), hypot(x, y)) * direction(y, x),
    r"\frac{{{1}^2}}{{\sqrt{{{0}^2 + {1}^2}}^3}}"),  # for rules alone, like ratio
    (lambda x, y, r: -ratio(r * direction(y, x), hypot(x, y)),
    r"-\frac{{{0} {1}}}{{\sqrt{{{0}^2 + {1}^2}}^3}}")], kinks=[((0, 0), (0, 0), _ORIGIN)])

# Exponentials and logarithms
exp: Row = Row("exp", "exp", "e^{{{0}}}", math.exp, [(lambda x, r: r, "e^{{{0}}}")], precedence=5)
exp2: Row = Row("exp2", "exp2", "2^{{{0}}}", math.exp2,
    [(lambda x, r: numerics.LN_2 * r, r"2^{{{0}}} \ln 2")], precedence=5)
expm1: Row = Row("expm1", "expm1", "e^{{{0}}} - 1", math.expm1,
    [(lambda x, r: exp(x), "e^{{{0}}}")], precedence=2)
log: Row = Row("log", "ln", r"\ln {0}", math.log, [(lambda x, r: 1 / x, r"\frac{{1}}{{{0}}}")],
    domain=["(0, inf]"])
log2: Row = Row("log2", "log₂", r"\log_2 {0}", math.log2,
    [(lambda x, r: (1 / numerics.LN_2) / x, r"\frac{{1}}{{{0} \ln 2}}")], domain=["(0, inf]"])
log10: Row = Row("log10", "lg", r"\log_{{10}} {0}", math.log10,
    [(lambda x, r: (1 / numerics.LN_10) / x, r"\frac{{1}}{{{0} \ln 10}}")], domain=["(0, inf]"])
log1p: Row = Row("log1p", "log1p", r"\ln(1 + {0})", math.log1p,
    [(lambda x, r: 1 / (1 + x), r"\frac{{1}}{{1 + {0}}}")], domain=["(-1, inf]"])

# Trigonometry
sin: Row = Row("sin", "sin", r"\sin {0}", math.sin, [(lambda x, r: cos(x), r"\cos {0}")],
    domain=["(-inf, inf)"])
cos: Row = Row("cos", "cos", r"\cos {0}", math.cos, [(lambda x, r: -sin(x), r"-\sin {0}")],
    domain=["(-inf, inf)"])
tan: Row = Row("tan", "tan", r"\tan {0}", math.tan,
    [(lambda x, r: 1 + square(r), r"1 + \tan^2 {0}")], domain=["(-inf, inf)"])
asin: Row = Row("asin", "asin", r"\arcsin {0}", math.asin,
    [(lambda x, r: ratio(1, sqrt(_one_minus_square(x))), r"\frac{{1}}{{\sqrt{{1 - {0}^2}}}}")],
    domain=["[-1, 1]"], kinks=[((1,), (math.inf,), "the slope at ±1 is ∞")])
acos: Row = Row("acos", "acos", r"\arccos {0}", math.acos,
    [(lambda x, r: -ratio(1, sqrt(_one_minus_square(x))), r"-\frac{{1}}{{\sqrt{{1 - {0}^2}}}}")],
    domain=["[-1, 1]"], kinks=[((1,), (-math.inf,), "the slope at ±1 is −∞")])
atan: Row = Row("atan", "atan", r"\arctan {0}", math.atan,
    [(lambda x, r: square(1 / hypot(1, x)), r"\frac{{1}}{{1 + {0}^2}}")])
atan2: Row = Row("atan2", "atan2", r"\operatorname{{atan2}}({0}, {1})", math.atan2,
    [(lambda y, x, r: ratio(direction(x, y), hypot(x, y)), r"\frac{{{1}}}{{{0}^2 + {1}^2}}"),
    (lambda y, x, r: -ratio(direction(y, x), hypot(x, y)),
    r"-\frac{{{0}}}{{{0}^2 + {1}^2}}")], kinks=[((0, 0), (0, 0), _ORIGIN)])
sinc: Row = Row("sinc", "sinc", r"\frac{{\sin(\pi {0})}}{{\pi {0}}}",
    lambda x: numerics.sinc_derivative(0, x), [(lambda x, r: sinc_derivative(1, x),
    r"\frac{{\cos(\pi {0})}}{{{0}}} - \frac{{\sin(\pi {0})}}{{\pi {0}^2}}")], precedence=3)
sinc_derivative: Row = Row("sinc_derivative", "sinc⁽ⁿ⁾", r"\operatorname{{sinc}}^{{({0})}} {1}",
    numerics.sinc_derivative, [(None, ""),
    (lambda n, x, r: sinc_derivative(n + 1, x), r"\operatorname{{sinc}}^{{({0} + 1)}} {1}")],
    domain=["[0, 50]", "[-inf, inf]"], condition=(lambda n, x: n == int(n), _WHOLE_ORDER))
degrees: Row = Row("degrees", "deg", r"\frac{{180}}{{\pi}} {0}", math.degrees,
    [(lambda x, r: numerics.DEGREE, r"\frac{{180}}{{\pi}}")], precedence=3)
radians: Row = Row("radians", "rad", r"\frac{{\pi}}{{180}} {0}", math.radians,
    [(lambda x, r: 1 / numerics.DEGREE, r"\frac{{\pi}}{{180}}")], precedence=3)

# Hyperbolic functions
sinh: Row = Row("sinh", "sinh", r"\sinh {0}", numerics.sinh, [(lambda x, r: cosh(x), r"\cosh {0}")])
cosh: Row = Row("cosh", "cosh", r"\cosh {0}", math.cosh, [(lambda x, r: sinh(x), r"\sinh {0}")])
tanh: Row = Row("tanh", "tanh", r"\tanh {0}", math.tanh,
    [(lambda x, r: square(sech(x)), r"1 - \tanh^2 {0}")])
sech: Row = Row("sech", "sech", r"\operatorname{{sech}} {0}", numerics.sech,
    [(lambda x, r: -tanh(x) * r, r"-\tanh {0} \operatorname{{sech}} {0}")])
asinh: Row = Row("asinh", "asinh", r"\operatorname{{arsinh}} {0}", math.asinh,
    [(lambda x, r: 1 / hypot(1, x), r"\frac{{1}}{{\sqrt{{1 + {0}^2}}}}")])
acosh: Row = Row("acosh", "acosh", r"\operatorname{{arcosh}} {0}", math.acosh,
    [(lambda x, r: ratio(1, sqrt(x - 1) * sqrt(x + 1)), r"\frac{{1}}{{\sqrt{{{0}^2 - 1}}}}")],
    domain=["[1, inf]"], kinks=[((1,), (math.inf,), "the slope at 1 is ∞")])
atanh: Row = Row("atanh", "atanh", r"\operatorname{{artanh}} {0}", math.atanh,
    [(lambda x, r: 1 / _one_minus_square(x), r"\frac{{1}}{{1 - {0}^2}}")], domain=["(-1, 1)"])

# Special functions
erf: Row = Row("erf", "erf", r"\operatorname{{erf}} {0}", math.erf,
    [(lambda x, r: numerics.ERF_SLOPE * exp(-square(x)), r"\frac{{2}}{{\sqrt\pi}} e^{{-{0}^2}}")])
erfc: Row = Row("erfc", "erfc", r"\operatorname{{erfc}} {0}", math.erfc,
    [(lambda x, r: -numerics.ERF_SLOPE * exp(-square(x)), r"-\frac{{2}}{{\sqrt\pi}} e^{{-{0}^2}}")])
lgamma: Row = Row("lgamma", "lnΓ", r"\ln|\Gamma({0})|", numerics.lgamma,
    [(lambda x, r: polygamma(0, x), r"\psi({0})")], domain=["(-inf, inf]"], condition=_NO_POLE)
digamma: Row = Row("digamma", "ψ", r"\psi({0})", lambda x: numerics.polygamma(0, x),
    [(lambda x, r: polygamma(1, x), r"\psi_1({0})")], domain=["(-inf, inf]"], condition=_NO_POLE)
polygamma: Row = Row("polygamma", "ψₙ", r"\psi_{{{0}}}({1})", numerics.polygamma, [(None, ""),
    (lambda n, x, r: polygamma(n + 1, x), r"\psi_{{{0} + 1}}({1})")],
    domain=["[0, 50]", "(-inf, inf]"],
    condition=(lambda n, x: n == int(n) and (x > 0 or x != x // 1), _WHOLE_ORDER + _AND_NO_POLE))

# Kinks and jumps
abs: Row = Row("abs", "abs", "|{0}|", operator.abs,
    [(lambda x, r: sign(x), r"\operatorname{{sign}} {0}")], kinks=[((0,), (0,), "|·|′(0) = 0")])
sign: Row = Row("sign", "sign", r"\operatorname{{sign}} {0}", numerics.sign,
    [(lambda x, r: 0, "0")], kinks=[((0,), (0,), _FLAT)])
copysign: Row = Row("copysign", "copysign", r"|{0}| \operatorname{{sign}} {1}", math.copysign,
    [(lambda x, y, r: sign(x) * copysign(1, y),
    r"\operatorname{{sign}} {0} \operatorname{{sign}} {1}"), (lambda x, y, r: 0, "0")],
    kinks=[((0, 1), (0, 0), "its slope at 0 is 0, and 0 by the sign's giver")], precedence=3)
fmod: Row = Row("fmod", "fmod", r"\operatorname{{fmod}}({0}, {1})", math.fmod,
    [(lambda x, y, r: 1, "1"), (lambda x, y, r: round(ratio(r - x, y)),
    r"-\operatorname{{trunc}}({0} / {1})")],
    domain=["(-inf, inf)", "[-inf, inf]"], condition=_DIVISOR, kinks=[((4, 2), (1, -2), _JUMP)])
remainder: Row = Row("remainder", "rem", r"{0} - {1} \operatorname{{round}}({0} / {1})",
    math.remainder, [(lambda x, y, r: 1, "1"),
    (lambda x, y, r: round(ratio(r - x, y)), r"-\operatorname{{round}}({0} / {1})")], precedence=2,
    domain=["(-inf, inf)", "[-inf, inf]"], condition=_DIVISOR, kinks=[((3, 2), (1, -2), _JUMP)])
maximum: Row = Row("maximum", "max", r"\max({0}, {1}, \dots)", max,
    [(lambda x, *others_result: _share(x, *others_result), r"[{0} = {r}]")], variadic=True,
    kinks=[((1, 1), (0.5, 0.5), _TIE)], commutative=True)
minimum: Row = Row("minimum", "min", r"\min({0}, {1}, \dots)", min,
    [(lambda x, *others_result: _share(x, *others_result), r"[{0} = {r}]")], variadic=True,
    kinks=[((1, 1), (0.5, 0.5), _TIE)], commutative=True)
clamp: Row = Row("clamp", "clamp", r"\min(\max({0}, {1}), {2})", numerics.clamp,
    [(lambda x, low, high, r: where(less(x, low), 0, lambda: where(less(high, x), 0, 1)),
    r"[{1} \le {0} \le {2}]"), (lambda x, low, high, r: where(less(x, low), 1, 0), "[{0} < {1}]"),
    (lambda x, low, high, r: where(less(high, x), 1, 0), "[{0} > {2}]")],
    condition=(lambda x, low, high: low <= high, "low must not exceed high"),
    kinks=[((1, 1, 2), (1, 0, 0), "at its bounds the slope by x is 1")])
step: Row = Row("step", "step", "[{0} > 0]", lambda x: int(x > 0), [(lambda x, r: 0, "0")],
    kinks=[((0,), (0,), "step(0) = 0, and its slope is 0, also at the jump")])
floor: Row = Row("floor", "floor", r"\lfloor {0} \rfloor", numerics.whole(math.floor),
    [(lambda x, r: 0, "0")], kinks=[((1,), (0,), _FLAT)])
ceil: Row = Row("ceil", "ceil", r"\lceil {0} \rceil", numerics.whole(math.ceil),
    [(lambda x, r: 0, "0")], kinks=[((1,), (0,), _FLAT)])
trunc: Row = Row("trunc", "trunc", r"\operatorname{{trunc}} {0}", numerics.whole(math.trunc),
    [(lambda x, r: 0, "0")], kinks=[((1,), (0,), _FLAT)])
round: Row = Row("round", "round", r"\operatorname{{round}}({0}, {1})", numerics.round,
    [(lambda x, digits, r: 0, "0"), (None, "")], domain=["[-inf, inf]", "[-400, 400]"],
    condition=(lambda x, digits: digits == digits // 1, "digits must be a whole number"),
    kinks=[((0.5, 0), (0, 0), "half goes to even; the slope is 0, at jumps too")], defaults=[0])

# Activations
relu: Row = Row("relu", "relu", r"\max({0}, 0)", numerics.relu,
    [(lambda x, r: step(x), "[{0} > 0]")], kinks=[((0,), (0,), "relu′(0) = 0")])
leaky_relu: Row = Row("leaky_relu", "leaky relu", r"\max({0}, 0) + {1} \min({0}, 0)",
    numerics.leaky_relu, [(lambda x, slope, r: where(less(0, x), 1, slope),
    r"[{0} > 0] + {1} [{0} \le 0]"), (lambda x, slope, r: minimum(x, 0), r"\min({0}, 0)")],
    condition=(lambda x, slope: x > 0 or slope * x == slope * x, _NO_VALUE),
    kinks=[((0, 0.01), (0.01, 0), "the slope at 0 is the left one")], defaults=[0.01], precedence=2)
elu: Row = Row("elu", "elu", r"\max({0}, 0) + {1} (e^{{\min({0}, 0)}} - 1)", numerics.elu,
    [(lambda x, alpha, r: where(less(0, x), 1, alpha * exp(minimum(x, 0))),
    r"[{0} > 0] + {1} e^{{{0}}} [{0} \le 0]"),
    (lambda x, alpha, r: expm1(minimum(x, 0)), r"e^{{\min({0}, 0)}} - 1")],
    condition=(lambda x, alpha: x != 0 or alpha - alpha == 0, _NO_VALUE), defaults=[1.0],
    kinks=[((0, 1), (1, 0), "the slope at 0 is that from the left, alpha")], precedence=2)
selu: Row = Row("selu", "selu", r"\lambda (\max({0}, 0) + \alpha (e^{{\min({0}, 0)}} - 1))",
    numerics.selu, [(lambda x, r: where(less(0, x), numerics.SELU_SCALE, numerics.SELU_LEFT *
    exp(minimum(x, 0))), r"\lambda ([{0} > 0] + \alpha e^{{{0}}} [{0} \le 0])")],
    kinks=[((0,), (numerics.SELU_LEFT,), "the slope at 0 is the left one, λα")], precedence=3)
sigmoid: Row = Row("sigmoid", "σ", r"\sigma({0})", numerics.sigmoid,
    [(lambda x, r: square(sech(x / 2)) / 4, r"\sigma({0}) (1 - \sigma({0}))")])
logsigmoid: Row = Row("logsigmoid", "ln σ", r"\ln \sigma({0})", lambda x: -numerics.softplus(-x),
    [(lambda x, r: sigmoid(-x), r"\sigma(-{0})")])
softplus: Row = Row("softplus", "softplus", r"\ln(1 + e^{{{0}}})", numerics.softplus,
    [(lambda x, r: sigmoid(x), r"\sigma({0})")])
silu: Row = Row("silu", "silu", r"{0} \sigma({0})", numerics.silu,
    [(lambda x, r: sigmoid(x) + clamp(x, -999, 999) * square(sech(x / 2)) / 4,
    r"\sigma({0}) (1 + {0} \sigma(-{0}))")], precedence=3)
gelu: Row = Row("gelu", "gelu", r"{0} \Phi({0})", numerics.gelu, [(lambda x, r:
    erfc(-x * numerics.SQRT_HALF) / 2 + clamp(x, -99, 99) * exp(-square(x) / 2) * numerics.PHI_0,
    r"\Phi({0}) + {0} \varphi({0})")], precedence=3)

# Comparisons, without derivative, and the choice between two operands
less: Row = Row("less", "<", "{0} < {1}", operator.lt, [], precedence=1)
less_equal: Row = Row("less_equal", "≤", r"{0} \le {1}", operator.le, [], precedence=1)
greater: Row = Row("greater", ">", "{0} > {1}", operator.gt, [], precedence=1)
greater_equal: Row = Row("greater_equal", "≥", r"{0} \ge {1}", operator.ge, [], precedence=1)
equal: Row = Row("equal", "=", "{0} = {1}", operator.eq, [], precedence=1, commutative=True)
not_equal: Row = Row("not_equal", "≠", r"{0} \ne {1}", operator.ne, [], precedence=1,
    commutative=True)
where: Row = Choice("where", "where", r"({1} \text{{ if }} {0} \text{{ else }} {2})",
    lambda condition, x, y: x if condition else y, [(None, ""),
    (lambda condition, x, y, r: where(condition, 1, 0), "[{0}]"),
    (lambda condition, x, y, r: where(condition, 0, 1), r"[\text{{not }} {0}]")])
# fmt: on

TABLE: dict[str, Row] = {row.name: row for row in list(globals().values()) if isinstance(row, Row)}
"""All rows by name, in the order of the table. Global state: users' own rows are added to it."""


def _power_slope(x: Any, y: Any) -> Any:
    """Return y x^(y-1): below y = 1 as a ratio, so that at x = 0 it is ∞."""
    return where(less(y, 1), lambda: ratio(y, power(x, 1 - y)), lambda: y * power(x, y - 1))


def _one_minus_square(x: Any) -> Any:
    """Return 1 - x², which keeps its digits near ±1, and whose slope does near 0."""
    return where(less(abs(x), 0.5), lambda: 1 - square(x), lambda: (1 - x) * (1 + x))


def _share(x: Any, *others_and_result: Any) -> Any:
    """Return the slope of a maximum or minimum: those operands that reach it share 1 alike."""
    *others, result = others_and_result

    def share() -> Any:
        return ratio(1, 1 + sum(where(equal(other, result), 1, 0) for other in others))

    return where(equal(x, result), share, 0)
