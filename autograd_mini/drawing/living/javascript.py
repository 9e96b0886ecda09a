"""With this one can write operations in JavaScript, for a page that computes by itself.

- `spelling` says how the rows of a graph are written: their values, and their derivatives.
- `rules` makes the script of it that the page's sweep works with.
- `SPELLINGS` is the column that spells the values of the table.

No derivative is written by hand: the rows' own rules are called with `Written` operands, which
answer with text. What the page computes beyond JavaScript's own functions is in arithmetic.js
and special.js; how it goes through a graph is in sweep.js.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from autograd_mini import operations as rows
from autograd_mini.numerics import DEGREE, is_number
from autograd_mini.operators import Operators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from autograd_mini.operations import Row

__all__ = ["SPELLINGS", "NotSpelledError", "Spelled", "Written", "key", "letters", "rules"]
__all__ += ["requirement", "spelling"]

# Where a brace stands, it is an operator between its operands, and otherwise a function's name.
# fmt: off
SPELLINGS = {
    "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}",
    "divide": "arithmetic.divide", "negative": "-{0}", "identity": "+{0}",
    "ratio": "arithmetic.ratio", "floor_divide": "arithmetic.floorDivide",
    "modulo": "arithmetic.modulo", "power": "arithmetic.power", "square": "arithmetic.square",
    "reciprocal": "arithmetic.reciprocal", "sqrt": "Math.sqrt", "cbrt": "Math.cbrt",
    "hypot": "Math.hypot", "direction": "arithmetic.direction",
    "exp": "Math.exp", "exp2": "arithmetic.exp2", "expm1": "Math.expm1",
    "log": "arithmetic.log", "log2": "arithmetic.log2", "log10": "arithmetic.log10",
    "log1p": "arithmetic.log1p",
    "sin": "Math.sin", "cos": "Math.cos", "tan": "Math.tan", "asin": "Math.asin",
    "acos": "Math.acos", "atan": "Math.atan", "atan2": "Math.atan2",
    "sinc": "arithmetic.sinc", "sinc_derivative": "arithmetic.sincDerivative",
    "degrees": f"{{0}} * {DEGREE!r}", "radians": f"{{0}} * {1 / DEGREE!r}",
    "sinh": "Math.sinh", "cosh": "Math.cosh", "tanh": "Math.tanh", "sech": "arithmetic.sech",
    "asinh": "Math.asinh", "acosh": "Math.acosh", "atanh": "arithmetic.atanh",
    "erf": "arithmetic.erf", "erfc": "arithmetic.erfc", "lgamma": "arithmetic.lgamma",
    "digamma": "arithmetic.digamma", "polygamma": "arithmetic.polygamma",
    "abs": "Math.abs", "sign": "arithmetic.sign", "copysign": "arithmetic.copysign",
    "fmod": "{0} % {1}", "remainder": "arithmetic.remainder",
    "maximum": "arithmetic.maximum", "minimum": "arithmetic.minimum",
    "clamp": "arithmetic.clamp", "step": "arithmetic.step",
    "floor": "arithmetic.floor", "ceil": "arithmetic.ceil", "trunc": "arithmetic.trunc",
    "round": "arithmetic.round",
    "relu": "arithmetic.relu", "leaky_relu": "arithmetic.leakyRelu",
    "elu": "arithmetic.elu", "selu": "arithmetic.selu", "sigmoid": "arithmetic.sigmoid",
    "logsigmoid": "arithmetic.logsigmoid", "softplus": "arithmetic.softplus",
    "silu": "arithmetic.silu", "gelu": "arithmetic.gelu",
    "less": "{0} < {1}", "less_equal": "{0} <= {1}", "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}", "equal": "{0} === {1}", "not_equal": "{0} !== {1}",
    "where": "{0} ? {1} : {2}",
}
# fmt: on
"""How the value of each row of the table is written."""

# fmt: off
SPECIAL = frozenset((
    "digamma", "erf", "erfc", "floorDivide", "gelu", "lgamma", "modulo", "polygamma", "remainder",
    "round", "sinc", "sincDerivative",
))
# fmt: on
"""What special.js adds to the functions of arithmetic.js."""

LONGEST = 5_000
"""Characters of an expression; one that uses a part twice repeats it, and so can grow."""

_LETTERS = "abcdefghijklmnopqstuvwxyz"  # r is the result


class NotSpelledError(ValueError):
    """An operation can't be written in JavaScript, so that a page can't compute it.

    Examples
    --------
    >>> raise NotSpelledError("twist", "its value is too long")
    Traceback (most recent call last):
    autograd_mini.drawing.living.javascript.NotSpelledError: a browser can't compute 'twist': its value is too long
    """  # noqa: E501 - a message stands on one line

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"a browser can't compute {name!r}: {reason}")
        self.name, self.reason = name, reason

    def __reduce__(self) -> tuple[type[NotSpelledError], tuple[str, str]]:
        return NotSpelledError, (self.name, self.reason)


class Spelled(NamedTuple):
    """How a page computes one operation of a certain number of operands.

    Parameters
    ----------
    value : str
        An expression of the `letters`; NaN outside the operation's domain, and only there.
    partials : list of str or None
        For each operand an expression of the letters and the result r, None where there is no
        rule. A row of any number of operands has one, in which the operand concerned is a.
    requirement : str
        What the operands must satisfy, "" where there is nothing.
    scripts : frozenset of str
        The files of the package that the expressions need.
    """

    value: str
    partials: list[str | None]
    requirement: str
    scripts: frozenset[str]


class _NoNumberError(Exception):
    """Something asked an expression for its number or its truth."""


class Written(Operators):
    """A JavaScript expression, which takes the place of a number.

    Parameters
    ----------
    text : str
    alone : bool
        Whether it can be an operand as it stands, without brackets.

    Examples
    --------
    >>> from autograd_mini.operations import TABLE
    >>> tanh = TABLE["tanh"]
    >>> x = Written("x")
    >>> (1 - tanh(x / 2)).text
    '1 - Math.tanh(arithmetic.divide(x, 2))'
    """

    __slots__ = ("alone", "text")

    def __init__(self, text: str, alone: bool = True) -> None:
        if len(text) > LONGEST:
            raise _NoNumberError("becomes too long, since it uses its own parts too often")
        self.text, self.alone = text, alone

    def __autograd_operation__(self, row: Row, operands: Sequence[Any]) -> Written:
        """Write `row` of the operands; a row without a spelling is written as its value."""
        template = SPELLINGS.get(row.name)
        if template is None:
            return _written(row.value(*operands))
        written = [_written(operand) for operand in operands]
        if "{" not in template:
            return Written(f"{template}({', '.join(operand.text for operand in written)})")
        return Written(template.format(*(_bracketed(operand) for operand in written)), alone=False)

    def __autograd_stop_gradient__(self) -> Written:
        """Return the expression: what is written are values."""
        return self

    def __autograd_differences__(self, values: Sequence[Any]) -> list[Any]:
        """Return by how much each value exceeds the largest, for `softmax`."""
        largest = rows.maximum(*values) if len(values) > 1 else values[0]
        return [value - largest for value in values]

    def __autograd_logsumexp__(self, values: Sequence[Any]) -> Any:
        """Take the values together two by two: ln(eᵃ + eᵇ) is their maximum and a little more."""
        total = values[0]
        for value in values[1:]:
            total = rows.maximum(total, value) + rows.softplus(-rows.abs(total - value))
        return total

    def __autograd_log_softmax__(self, values: Sequence[Any]) -> list[Any]:
        """Subtract the logarithm of the sum of exponentials."""
        total = self.__autograd_logsumexp__(values)
        return [value - total for value in values]

    def _refuse(self, *_: object) -> NoReturn:
        """Refuse what only a number can answer; == would otherwise be False in silence."""
        ways = "autograd_mini's functions, such as where, equal or maximum"
        raise _NoNumberError(f"asks for the number or the truth of an operand: use {ways}")

    __bool__ = __float__ = __int__ = __index__ = __iter__ = __len__ = _refuse
    __eq__ = __ne__ = __contains__ = __getitem__ = _refuse
    __hash__ = None  # type: ignore[assignment]
    data = grad = backward = property(_refuse)


def letters(count: int) -> list[str]:
    """Return what the operands are called: a, b, c, …, without r, which is the result.

    Examples
    --------
    >>> letters(3), letters(26)[-1]
    (['a', 'b', 'c'], 'a1')
    """
    rounds = ("" if i < len(_LETTERS) else str(i // len(_LETTERS)) for i in range(count))
    return [_LETTERS[i % len(_LETTERS)] + number for i, number in enumerate(rounds)]


def key(row: Row, count: int) -> str:
    """Return the name under which `count` operands of a row are spelled.

    Examples
    --------
    >>> from autograd_mini.operations import TABLE
    >>> key(TABLE["tanh"], 1), key(TABLE["maximum"], 3)
    ('tanh', 'maximum:3')
    """
    return f"{row.name}:{count}" if row.variadic else row.name


def spelling(uses: Iterable[tuple[Row, int]]) -> dict[str, Spelled]:
    """Return how a page computes operations, each by its `key`.

    Parameters
    ----------
    uses : iterable of (Row, int)
        The operations, with their numbers of operands.

    Returns
    -------
    dict of str to Spelled

    Raises
    ------
    NotSpelledError
        If an operation of a user's own is not written with the package's functions, or two have
        one name, as after registering one again.

    Examples
    --------
    >>> from autograd_mini.operations import TABLE
    >>> spelling([(TABLE["tanh"], 1)])["tanh"].partials
    ['arithmetic.square(arithmetic.sech(a))']
    """
    found: dict[str, tuple[Row, int]] = {}
    for row, count in uses:
        if found.setdefault(key(row, count), (row, count))[0] is not row:
            raise NotSpelledError(row.name, "the graph holds two operations of that name")
    return {name: _spelled(*use) for name, use in found.items()}


def rules(spelled: Mapping[str, Spelled]) -> str:
    """Return the script of operations: `operations`, an object of functions.

    Parameters
    ----------
    spelled : dict of str to Spelled
        What `spelling` returned.

    Returns
    -------
    str

    Examples
    --------
    >>> from autograd_mini.operations import TABLE
    >>> print(rules(spelling([(TABLE["multiply"], 2)])))
    const operations = {
      "multiply": {value: (a, b) => a * b, partials: [(a, b, r) => b, (a, b, r) => a]},
    };
    """
    lines = [f"  {_quoted(name)}: {_functions(name, entry)}," for name, entry in spelled.items()]
    return "\n".join(["const operations = {", *lines, "};"])


def requirement(row: Row) -> str:
    """Return what the operands of a row must satisfy, in words; "" where there is nothing.

    Examples
    --------
    >>> from autograd_mini.operations import TABLE
    >>> requirement(TABLE["log"]), requirement(TABLE["fmod"])
    ('x must lie in (0, inf]', 'x must lie in (-inf, inf); the divisor must not be 0')
    """
    narrow = [
        f"{name} must lie in {interval}"
        for name, interval in zip(row.operand_names, row.domain, strict=True)
        if str(interval) != "[-inf, inf]"
    ]
    return "; ".join([*narrow, row.condition[1]] if row.condition else narrow)


def _spelled(row: Row, count: int) -> Spelled:
    """Write the value and the partials of a row."""
    operands = [Written(letter) for letter in letters(count)]
    value = _traced(row, "value", partial(row, *operands))
    partials = [
        None if rule is None else _traced(row, "derivative", partial(rule, *operands, Written("r")))
        for rule, _ in row.partials
    ]
    texts = " ".join([value, *filter(None, partials)])
    names = set(re.findall(r"\barithmetic\.(\w+)", texts))
    scripts = {"special.js" if name in SPECIAL else "arithmetic.js" for name in names}
    return Spelled(value, partials, requirement(row), frozenset(scripts))


def _traced(row: Row, what: str, write: Callable[[], Any]) -> str:
    """Return the text of what a user's function, or one of ours, makes of expressions."""
    try:
        return _written(write()).text
    except _NoNumberError as error:
        raise NotSpelledError(row.name, f"its {what} {error}") from error
    except Exception as error:  # a user's function may raise anything when it meets no number
        reason = f"its {what} raised {type(error).__name__} where it was asked for its formula"
        raise NotSpelledError(row.name, reason) from error


def _written(result: Any) -> Written:
    """Return an operand as an expression: a number as it is spelled, a branch as what it gives."""
    if isinstance(result, Written):
        return result
    if callable(result):
        return _written(result())
    if not is_number(result) or result != result:  # noqa: PLR0124 - only NaN differs from itself
        raise _NoNumberError(f"gives {type(result).__name__} where a number is expected")
    if isinstance(result, bool):
        return Written("true" if result else "false")
    text = repr(result if result.__class__ is int else float(result)).replace("inf", "Infinity")
    return Written(text, alone=not text.startswith("-"))


def _bracketed(operand: Written) -> str:
    return operand.text if operand.alone else f"({operand.text})"


def _functions(name: str, entry: Spelled) -> str:
    """Write the functions of one operation."""
    count = int(name.partition(":")[2] or len(entry.partials) or 2)  # comparisons have two
    names = ", ".join(letters(count))
    partials = ", ".join(f"({names}, r) => {p}" if p else "null" for p in entry.partials)
    return f"{{value: ({names}) => {entry.value}, partials: [{partials}]}}"


def _quoted(text: str) -> str:
    """Write a string so that it can't leave its quotes, nor the script it stands in."""
    return json.dumps(text).replace("<", "\\u003c")
