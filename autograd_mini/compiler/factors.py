"""With this one can take the text of a product apart again: its number, and what it is divided by.

- `unscaled(text)` gives a text without its plain factor, and that number.
- `factors_of(text, letters)` gives the factors of a slope, `without_divisors(factors)` those that
  multiply and those that divide.

So numbers meet in one number, minus signs melt, and an adjoint is divided at once, where the
partial's `1 / y` would be an array of its own. What texts look like is settled by `contract`.
"""

from __future__ import annotations

import math
import re
from itertools import accumulate

from autograd_mini.compiler.slopes import atom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["factors_of", "is_power_of_two", "unscaled", "without_divisors"]

_PLAIN = r"[0-9][0-9.]*(?:e[+-]?[0-9]+)?"
_NUMBER = re.compile(rf"{_PLAIN}|\(?-{_PLAIN}\)?")
_SCALED = re.compile(rf"(-?{_PLAIN}|\(-{_PLAIN}\)) \* (.+)")
_RECIPROCAL = re.compile(r"1\.0 / (.+)")


def unscaled(text: str) -> tuple[float, str]:
    """Return the plain number by which an array is multiplied, and the array.

    Examples
    --------
    >>> unscaled("-(0.5 * x)"), unscaled("2.0 * (a + b)"), unscaled("a * b"), unscaled("3.0")
    ((-0.5, 'x'), (2.0, 'a + b'), (1.0, 'a * b'), (1.0, '3.0'))
    """
    bare = _bare(text)
    scaled = _SCALED.fullmatch(bare)
    if bare[0] == "-" and _is_piece(bare[1:]):
        coefficient, rest = -1.0, bare[1:]
    elif scaled is not None and _is_piece(scaled[2]):
        coefficient, rest = float(scaled[1].strip("()")), scaled[2]
    else:
        return 1.0, bare
    if _NUMBER.fullmatch(rest):
        return 1.0, text
    inner, rest = unscaled(rest)
    return coefficient * inner, rest


def factors_of(text: str, letters: tuple[int, ...]) -> tuple[list[Piece], float]:
    """Return a slope as factors and a number; a divisor is a factor ``1.0 / y``.

    Examples
    --------
    >>> factors_of("(-q) / y", (0,)), factors_of("1.0 / (2.0 * r)", (0,))
    (([('q', (0,)), ('1.0 / y', (0,))], -1.0), ([('1.0 / r', (0,))], 0.5))
    """
    coefficient, rest = unscaled(text)
    above, slash, below = rest.rpartition(" / ")
    if not slash or not (_is_piece(above) and _is_piece(below)) or _NUMBER.fullmatch(below):
        return [(rest, letters)], coefficient
    number, divisor = unscaled(below)
    if not is_power_of_two(number):
        number, divisor = 1.0, below
    divided = (f"1.0 / {atom(divisor)}", letters)
    if _NUMBER.fullmatch(above):
        return [divided], coefficient * float(above.strip("()")) / number
    sign, numerator = unscaled(above)
    return [(numerator, letters), divided], coefficient * sign / number


def without_divisors(factors: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return the factors that multiply, and those by which is divided."""
    multiplying, dividing = [], []
    for text, letters in factors:
        divisor = _RECIPROCAL.fullmatch(text)
        if divisor is not None and _is_piece(divisor[1]):
            dividing.append((divisor[1], letters))
        else:
            multiplying.append((text, letters))
    return multiplying, dividing


def is_power_of_two(number: float) -> bool:
    """Tell whether multiplying by a number's reciprocal gives the same bits as dividing by it."""
    return number != 0 and math.isfinite(number) and abs(math.frexp(number)[0]) == 0.5


def _bare(text: str) -> str:
    """Return a text without brackets around all of it; `(a + b).sum(0)` has two pairs."""
    opened = accumulate((c in "([{") - (c in ")]}") for c in text[:-1])
    return text[1:-1] if text[0] == "(" and all(opened) else text


def _is_piece(text: str) -> bool:
    return atom(text) == text
