"""With this one can write small whole powers as products, as one does by hand.

- `power(text, exponent)` gives the text, "" where the exponent is another one.
- `slope_of_power(text, exponent)` gives that of the slope, and its coefficient.

NumPy's own power takes some twenty times as long as a product. A square is a product already when
a trace is rolled.
"""

from __future__ import annotations

from autograd_mini.compiler.slopes import atom

__all__ = ["power", "slope_of_power"]

WRITTEN = {1: "{0}", 2: "{0} * {0}", 3: "{0} * {0} * {0}", 4: "np.square({0} * {0})"}


def power(text: str, exponent: str) -> str:
    """Return the text of a small whole power; "" of another.

    Examples
    --------
    >>> power("x", "3.0"), power("x", "4.0"), power("x", "0.5")
    ('x * x * x', 'np.square(x * x)', '')
    """
    whole = _whole(exponent)
    return WRITTEN[whole].format(atom(text)) if whole in WRITTEN else ""


def slope_of_power(text: str, exponent: str) -> tuple[str, float] | None:
    """Return the slope of a small whole power and its coefficient; None of another.

    Examples
    --------
    >>> slope_of_power("x", "3.0"), slope_of_power("x", "y")
    (('x * x', 3.0), None)
    """
    whole = _whole(exponent)
    if whole - 1 not in WRITTEN:
        return None
    return WRITTEN[whole - 1].format(atom(text)), float(whole)


def _whole(exponent: str) -> int:
    """Return a plain whole number from 2 on; 0 of anything else."""
    stem, _, rest = exponent.partition(".")
    return int(stem) if stem.isdecimal() and rest == "0" and len(stem) == 1 and stem > "1" else 0
