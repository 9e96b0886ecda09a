"""With this one can spell every row of the table in NumPy.

- `SPELLINGS` is the column: how a row is written where its operands are arrays.
- `namespace(source)` holds what a program needs; SciPy only if the program names it.

A row that is not listed, such as a user's own, is computed element by element.
"""

from __future__ import annotations

import contextlib
import math

from autograd_mini import numerics
from autograd_mini.compiler.trace import LARGEST
from autograd_mini.operations import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["SPELLINGS", "namespace", "spelling"]

# fmt: off
SPELLINGS = {
    "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}", "divide": "{0} / {1}",
    "negative": "-{0}", "identity": "+{0}", "ratio": "ratio({0}, {1})",
    "floor_divide": "np.floor_divide({0}, {1})", "modulo": "np.mod({0}, {1})",
    "power": "np.power({0}, {1})", "square": "np.square({0})", "reciprocal": "1.0 / {0}",
    "sqrt": "np.sqrt({0})", "cbrt": "np.cbrt({0})",
    "exp": "np.exp({0})", "exp2": "np.exp2({0})", "expm1": "np.expm1({0})",
    "log": "np.log({0})", "log2": "np.log2({0})", "log10": "np.log10({0})",
    "log1p": "np.log1p({0})",
    "sin": "np.sin({0})", "cos": "np.cos({0})", "tan": "np.tan({0})", "asin": "np.arcsin({0})",
    "acos": "np.arccos({0})", "atan": "np.arctan({0})", "atan2": "np.arctan2({0}, {1})",
    "degrees": "np.degrees({0})", "radians": "np.radians({0})",
    "sinh": "np.sinh({0})", "cosh": "np.cosh({0})", "tanh": "np.tanh({0})", "sech": "sech({0})",
    "asinh": "np.arcsinh({0})", "acosh": "np.arccosh({0})", "atanh": "np.arctanh({0})",
    "erf": "special.erf({0})", "erfc": "special.erfc({0})",
    "lgamma": "special.gammaln({0})", "digamma": "special.digamma({0})",
    "polygamma": "special.polygamma({0}, {1})",
    "abs": "np.abs({0})", "sign": "np.sign({0})", "copysign": "np.copysign({0}, {1})",
    "fmod": "np.fmod({0}, {1})", "floor": "np.floor({0})", "ceil": "np.ceil({0})",
    "trunc": "np.trunc({0})", "step": "np.heaviside({0}, 0.0)",
    "relu": "np.maximum({0}, 0.0)", "leaky_relu": "np.where({0} > 0, {0}, {1} * {0})",
    "elu": "np.where({0} > 0, {0}, {1} * np.expm1(np.minimum({0}, 0.0)))",
    "selu": "SELU_SCALE * np.where({0} > 0, {0}, SELU_ALPHA * np.expm1(np.minimum({0}, 0.0)))",
    "silu": "{0} * sigmoid({0})", "gelu": "special.gelu({0})",
    "remainder": "wholes.remainder({0}, {1})", "round": "wholes.rounded({0}, {1})",
    "sinc": "wholes.sinc({0})", "sinc_derivative": "wholes.sinc_derivative({0}, {1})",
    "clamp": "clamp({0}, {1}, {2})", "direction": "direction({0}, {1})",
    "sigmoid": "sigmoid({0})", "logsigmoid": "-softplus(-{0})", "softplus": "softplus({0})",
    "less": "{0} < {1}", "less_equal": "{0} <= {1}", "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}", "equal": "{0} == {1}", "not_equal": "{0} != {1}",
    "where": "np.where({0}, {1}, {2})", "stop": "+{0}",
}
# fmt: on

FOLDED = {"maximum": "np.maximum", "minimum": "np.minimum", "hypot": "np.hypot"}
"""The rows of any number of operands, which are taken two by two."""


def spelling(name: str, operands: list[str]) -> str:
    """Return how a row is written.

    Examples
    --------
    >>> spelling("tanh", ["s2"]), spelling("maximum", ["a", "b", "c"])
    ('np.tanh(s2)', 'np.maximum(np.maximum(a, b), c)')
    """
    if name in FOLDED:
        text = operands[0]
        for operand in operands[1:]:
            text = f"{FOLDED[name]}({text}, {operand})"
        return text
    if name == LARGEST:
        return f"place_of_largest({', '.join(operands)})"
    if name == "ratio" and _is_nonzero(operands[0]):
        name = "divide"  # where it is by 0 the eager engine is asked
    if name == "round" and operands[1] == "0.0":
        return f"np.rint({operands[0]})"
    if name in SPELLINGS:
        return SPELLINGS[name].format(*operands)
    return f"rows[{name!r}]({', '.join(operands)})"


def _is_nonzero(text: str) -> bool:
    """Tell whether a text is a plain number, and not 0."""
    with contextlib.suppress(ValueError):
        return float(text.strip("()")) != 0
    return False


def _ratio(x: Any, y: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - loaded with the first program

    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.asarray(np.divide(x, y))
    return np.where((np.equal(x, 0)) & (np.equal(y, 0)), 0.0, quotient)


def _sech(x: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    small = np.exp(-np.abs(x))
    return 2.0 * small / (1.0 + small * small)


def _sigmoid(x: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    small = np.exp(-np.abs(x))
    return np.where(np.greater_equal(x, 0), 1.0, small) / (1.0 + small)


def _softplus(x: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _clamp(x: Any, low: Any, high: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    if np.any(np.greater(low, high)):
        raise FloatingPointError("low must not exceed high")
    return np.clip(x, low, high)


def _direction(x: Any, y: Any) -> Any:
    """Return x/√(x² + y²), 0 at the origin, without overflow or underflow of the squares."""
    import numpy as np  # noqa: PLC0415

    size = np.maximum(np.abs(x), np.abs(y))
    size = np.where(size == 0, 1.0, size)
    length = np.hypot(x / size, y / size)
    return (x / size) / np.where(length == 0, 1.0, length)


class _Elementwise(dict):  # type: ignore[type-arg]
    """The rows without a spelling, each looped over the elements."""

    def __missing__(self, name: str) -> Any:
        import numpy as np  # noqa: PLC0415

        row = TABLE[name]
        self[name] = np.vectorize(lambda *numbers: row.evaluate(numbers), otypes=[float])
        return self[name]


def namespace(source: str) -> dict[str, Any]:
    """Return the names that a program's text needs.

    Parameters
    ----------
    source : str

    Returns
    -------
    dict
    """
    import numpy as np  # noqa: PLC0415

    names: dict[str, Any] = {
        "np": np, "ratio": _ratio, "sech": _sech, "sigmoid": _sigmoid, "softplus": _softplus,
        "rows": _Elementwise(), "inf": math.inf, "clamp": _clamp,
        "direction": _direction, "SELU_SCALE": numerics.SELU_SCALE,
        "SELU_ALPHA": numerics.SELU_ALPHA,
    }  # fmt: skip
    if "special." in source:
        from autograd_mini.compiler.targets import special  # noqa: PLC0415 - it imports SciPy

        names["special"] = special
    if "wholes." in source:
        from autograd_mini.compiler.targets import wholes  # noqa: PLC0415 - few programs need it

        names["wholes"] = wholes
    return names
