r"""With this one can call every operation by name, and the functions that are built of them.

- The rows of the table, of numbers or Values: `exp`, `log`, `tanh`, `maximum`, `where`, …
- Sums and products: `sum`, `prod`, `mean`, `dot`, `norm`.
- Stable forms: `logsumexp`, `logaddexp`, `softmax`, `log_softmax`.

Everything here takes plain numbers, Values or both, and differentiates to any order. The
mathematics of a row is in `operations`; losses are in `losses`.
"""

from __future__ import annotations

import math

from autograd_mini.operations import (
    TABLE,
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    ceil,
    clamp,
    copysign,
    cos,
    cosh,
    degrees,
    digamma,
    elu,
    equal,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    floor_divide,
    fmod,
    gelu,
    greater,
    greater_equal,
    hypot,
    leaky_relu,
    less,
    less_equal,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    logsigmoid,
    maximum,
    minimum,
    modulo,
    not_equal,
    number,
    polygamma,
    power,
    radians,
    reciprocal,
    relu,
    remainder,
    round,
    sech,
    selu,
    sigmoid,
    sign,
    silu,
    sin,
    sinc,
    sinh,
    softplus,
    sqrt,
    square,
    step,
    tan,
    tanh,
    trunc,
    where,
)
from autograd_mini.value import Value, stop_gradient  # noqa: F401 - the examples use Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from autograd_mini.operations import Row

# fmt: off
__all__ = [
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "clamp",
    "copysign", "cos", "cosh", "degrees", "digamma", "dot", "elu", "equal", "erf", "erfc", "exp",
    "exp2", "expm1", "floor", "floor_divide", "fmod", "gelu", "greater", "greater_equal", "hypot",
    "leaky_relu", "less", "less_equal", "lgamma", "log", "log1p", "log2", "log10", "log_softmax",
    "logaddexp", "logsigmoid", "logsumexp", "maximum", "mean", "minimum", "modulo", "norm",
    "not_equal", "polygamma", "power", "prod", "radians", "reciprocal", "relu", "remainder",
    "round", "sech", "selu", "sigmoid", "sign", "silu", "sin", "sinc", "sinh", "softmax",
    "softplus", "sqrt", "square", "step", "stop_gradient", "sum", "tan", "tanh", "trunc", "where",
]
# fmt: on


def sum(values: Iterable[Any]) -> Any:
    r"""Return the sum of values, added from left to right.

    .. math:: \sum_{j=1}^{K} v_j

    Parameters
    ----------
    values : iterable of K floats or Values

    Returns
    -------
    float or Value
        0.0 if there are none.

    Examples
    --------
    >>> sum([Value(1.0), 2, 3.0]).data
    6.0
    """
    total: Any = None
    for value in values:
        total = _operand(value) if total is None else total + _operand(value)
    return 0.0 if total is None else _operand(total, "the sum")


def prod(values: Iterable[Any]) -> Any:
    r"""Return the product of values, multiplied from left to right.

    .. math:: \prod_{j=1}^{K} v_j

    Parameters
    ----------
    values : iterable of K floats or Values

    Returns
    -------
    float or Value
        1.0 if there are none.

    Examples
    --------
    >>> prod([Value(2.0), 3, 4.0]).data
    24.0
    """
    product: Any = None
    for value in values:
        product = _operand(value) if product is None else product * _operand(value)
    return 1.0 if product is None else _operand(product, "the product")


def mean(values: Iterable[Any]) -> Any:
    r"""Return the arithmetic mean.

    .. math:: \frac1K\sum_{j=1}^{K} v_j

    Parameters
    ----------
    values : iterable of K floats or Values

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If `values` is empty.

    Examples
    --------
    >>> mean([Value(1.0), 2, 6.0]).data
    3.0
    """
    values = _some(values)
    return sum(values) / len(values)


def dot(a: Iterable[Any], b: Iterable[Any]) -> Any:
    r"""Return the scalar product of two vectors.

    .. math:: \sum_{k=1}^{K} a_k b_k

    Parameters
    ----------
    a, b : iterables of K floats or Values

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If their lengths differ.

    Examples
    --------
    >>> dot([1.0, 2.0], [Value(3.0), 4.0]).data
    11.0
    """
    a, b = list(a), list(b)
    if len(a) != len(b):
        raise ValueError(f"a and b must have one length, not {len(a)} and {len(b)}")
    return sum(_operand(x) * _operand(y) for x, y in zip(a, b, strict=True))


def norm(values: Iterable[Any]) -> Any:
    r"""Return the Euclidean length of a vector, without overflow; at the origin its slope is 0.

    .. math:: |v| = \sqrt{\sum_{j=1}^{K} v_j^2}

    Parameters
    ----------
    values : iterable of K floats or Values

    Returns
    -------
    float or Value

    Raises
    ------
    ValueError
        If `values` is empty.

    Examples
    --------
    >>> norm([Value(3.0), 4.0]).data
    5.0
    """
    values = _some(values)
    # Each slope of a row looks at all its operands: in groups of eight the cost grows linearly.
    while len(values) > 8:
        groups = [values[start : start + 8] for start in range(0, len(values), 8)]
        values = [hypot(*group) if len(group) > 1 else group[0] for group in groups]
    return abs(values[0]) if len(values) == 1 else hypot(*values)


def logsumexp(values: Iterable[Any]) -> Any:
    r"""Return the logarithm of the sum of exponentials, without overflow.

    .. math:: \ln\sum_j e^{v_j} = m + \ln\Bigl(1 + \sum_{j\ne i} e^{v_j - m}\Bigr), \qquad
        m = v_i = \max_j v_j

    With the largest term taken out, a sum that is hardly more than it keeps its digits.

    Parameters
    ----------
    values : iterable of K floats or Values

    Returns
    -------
    float or Value
        A Value if any operand is one.

    Raises
    ------
    ValueError
        If `values` is empty.

    Examples
    --------
    >>> round(logsumexp([1000.0, 1001.0]), 6)
    1001.313262
    """
    values = _some(values)
    if rule := symbols_rule(values, "__autograd_logsumexp__"):
        return rule(values)
    largest = values[_place_of_largest(values)]
    if len(values) == 1 or math.isinf(_number(largest)):
        return largest
    return largest + _log_of_sum(_differences(values))


def logaddexp(a: Any, b: Any) -> Any:
    r"""Return ln(eᵃ + eᵇ) without overflow.

    .. math:: \ln(e^a + e^b) = \max(a, b) + \ln(1 + e^{-|a - b|})

    Parameters
    ----------
    a, b : float or Value

    Returns
    -------
    float or Value

    Examples
    --------
    >>> logaddexp(-1000.0, -1000.0) == -1000.0 + math.log(2)
    True
    """
    return logsumexp([a, b])


def softmax(values: Iterable[Any]) -> list[Any]:
    r"""Return the exponentials divided by their sum, without overflow.

    .. math:: p_j = \frac{e^{v_j - m}}{\sum_k e^{v_k - m}}, \qquad m = \max_k v_k

    A value of −∞ is masked: it gets 0, and no gradient.

    Parameters
    ----------
    values : iterable of K floats or Values

    Returns
    -------
    list of K floats or Values
        They are positive and add up to 1.

    Raises
    ------
    ValueError
        If `values` is empty, or the largest is infinite.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    exponentials = [exp(difference) for difference in _differences(_some(values))]
    total = sum(exponentials)
    return [exponential / total for exponential in exponentials]


def log_softmax(values: Iterable[Any]) -> list[Any]:
    r"""Return the logarithms of the softmax, precise also where it is almost 0 or 1.

    .. math:: \ln p_j = v_j - m - \ln\sum_k e^{v_k - m}, \qquad m = \max_k v_k

    Parameters
    ----------
    values : iterable of K floats or Values

    Returns
    -------
    list of K floats or Values

    Raises
    ------
    ValueError
        If `values` is empty, or the largest is infinite.

    Examples
    --------
    >>> log_softmax([0.0, 800.0])
    [-800.0, 0.0]
    """
    values = _some(values)
    if rule := symbols_rule(values, "__autograd_log_softmax__"):
        return list(rule(values))
    differences = _differences(values)
    total = _log_of_sum(differences)
    return [difference - total for difference in differences]


def _some(values: Iterable[Any]) -> list[Any]:
    """Return `values` as a list of operands, which must not be empty."""
    listed = [_operand(value) for value in values]
    if not listed:
        raise ValueError("values must not be empty")
    return listed


def _differences(values: list[Any]) -> list[Any]:
    """Return by how much each value exceeds the largest, which itself is the plain number 0.

    The largest takes part in the differences as a Value: its own slope then is a sum over the
    others, which keeps its digits where 1 - p, with p close to 1, has lost them.
    """
    if rule := symbols_rule(values, "__autograd_differences__"):
        return list(rule(values))
    at = _place_of_largest(values)
    if math.isinf(_number(values[at])):
        raise ValueError(f"the largest of the values must be finite, not {_number(values[at])}")
    if len(values) == 1:
        return [values[0] - values[0]]
    return [0.0 if k == at else value - values[at] for k, value in enumerate(values)]


def _log_of_sum(differences: list[Any]) -> Any:
    """Return the logarithm of the sum of exponentials, of differences to the largest."""
    at = _place_of_largest(differences)
    return log1p(sum(exp(d) for k, d in enumerate(differences) if k != at))


def _place_of_largest(values: list[Any]) -> int:
    """Return the place of the largest value, the first one of those that tie."""
    if rule := symbols_rule(values, "__autograd_place_of_largest__"):
        return int(rule(values))
    return max(range(len(values)), key=lambda k: _number(values[k]))


def symbols_rule(values: list[Any], name: str) -> Any:
    """Return the method by which a compiler's symbol among `values` answers; None without one.

    Which value is the largest is known of numbers. A symbol stands for all numbers at once, so
    that its compiler computes the maximum instead.
    """
    rules = (getattr(value.__class__, name, None) and getattr(value, name) for value in values)
    return next(filter(None, rules), None)


def _operand(value: Any, name: str = "an element") -> Any:
    """Return a Value or symbol as it is, and anything else as a plain number."""
    return value if hasattr(value, "__autograd_operation__") else number(value, name)


def _number(value: Any) -> Any:
    if hasattr(value, "__autograd_number__"):
        return value.__autograd_number__()
    return getattr(value, "data", value)  # of a Value, or of a complex step's number


def documentation(row: Row) -> str:
    r"""Return the docstring of a function that is just a row, made of the row's fields.

    Parameters
    ----------
    row : Row

    Returns
    -------
    str

    Examples
    --------
    >>> documentation(TABLE["tanh"]).splitlines()[2]
    '.. math:: \\tanh x, \\qquad \\frac{\\partial}{\\partial x} = 1 - \\tanh^2 x'
    """
    names = row.operand_names
    slopes = [
        rf"\frac{{\partial}}{{\partial {name}}} = {partial.latex.format(*names, 'y', r='r')}"
        for name, partial in zip(names, row.partials, strict=False)
        if partial.rule is not None
    ]
    domain = ", ".join(f"{n} in {i}" for n, i in zip(names, row.domain, strict=False))
    conditions = [row.condition[1]] if row.condition else []
    notes = [kink.sentence for kink in row.kinks] + conditions
    formulas = r", \qquad ".join([row.latex.format(*names, "y", "z"), *slopes])
    listed, noted = ", ".join(names), "; ".join(notes)
    return (
        f"Return {row.name}({listed}{', …' if row.variadic else ''}).\n\n"
        f".. math:: {formulas}\n\n"
        f"Parameters\n----------\n{listed} : float or Value\n    {domain}\n\n"
        "Returns\n-------\nfloat or Value\n    A Value if any operand is one.\n\n"
        "Raises\n------\nDomainError\n    Outside the domain.\n"
        + (f"\nNotes\n-----\n{noted}.\n" if notes else "")
    )


for _row in TABLE.values():
    _row.__doc__ = documentation(_row)
