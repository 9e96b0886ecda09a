"""With this one can write numbers and labels as drawings show them, and measure them.

Start from `number` (three significant digits and a true minus sign), `label_parts` (``w_1`` is a
w with a subscript) and `width` (how wide a text will be). How text is placed lives with the
figures.
"""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Any

FONT_FAMILY = "Inter,'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif"
"""The type of all drawings."""

MISSING = "–"
"""What stands where a number has not been computed."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def number(value: Any, digits: int = 3) -> str:
    """Return a number as a drawing shows it.

    It is rounded to `digits` significant digits, half to even. Where fewer digits already say it
    exactly, they are written (0.5); zeros at the end (0.590) tell that it is rounded. Below 0.001
    and from 100,000 on it is written with a power of ten; between, no digit left of the point is
    rounded away. A Fraction that is short stays one.

    Parameters
    ----------
    value : float, int, Fraction, or None
        None is a number that has not been computed.
    digits : int

    Returns
    -------
    str

    Examples
    --------
    >>> number(-0.5898), number(0.5), number(12345.6), number(0.0000123456), number(None)
    ('−0.590', '0.5', '12346', '1.23×10⁻⁵', '–')
    """
    if value is None:
        return MISSING
    if isinstance(value, Fraction):
        if max(abs(value.numerator), value.denominator) < 10**9 and len(str(value)) <= 9:
            return str(value).replace("-", "−")
        if value and not _LEAST <= abs(value) <= _LARGEST:
            return _beyond_floats(value, digits)
    value = float(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    sign = "−" if value < 0 else ""
    return sign + _magnitude(abs(value), digits)


_LONG = 10**60
_LEAST, _LARGEST = Fraction(sys.float_info.min), Fraction(sys.float_info.max)


def _beyond_floats(value: Fraction, digits: int) -> str:
    """Write a Fraction that no float comes near."""
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    mantissa, power = f"{abs(quotient):.{digits - 1}e}".split("e")
    if Decimal(f"{mantissa}e{power}") == abs(quotient):
        mantissa = _without_zeros(mantissa)
    sign = "−" if value < 0 else ""
    return f"{sign}{mantissa}×10{str(int(power)).translate(_SUPERSCRIPTS)}"


def _magnitude(value: float, digits: int) -> str:
    """Write a finite number that is not negative."""
    if value == 0:
        return "0"
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    exponent = int(power)
    if -3 <= exponent < 5:
        text = f"{value:.{max(digits - 1 - exponent, 0)}f}"
        return _without_zeros(text) if float(text) == value else text
    if float(f"{mantissa}e{power}") == value:
        mantissa = _without_zeros(mantissa)
    return f"{mantissa}×10{str(exponent).translate(_SUPERSCRIPTS)}"


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole_number(value: Any) -> str:
    """Return all digits of a number; of a Fraction that has more than anyone reads, seventeen.

    Examples
    --------
    >>> whole_number(-0.1), whole_number(Fraction(1, 3)), whole_number(Fraction(1, 3) ** 400)
    ('-0.1', '1/3', '1.4174185499538581×10⁻¹⁹¹')
    """
    if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator) > _LONG:
        return number(value, 17)
    return str(value)


def clean(text: str) -> str:
    r"""Return a text on one line, with only the characters that an XML file may hold.

    Examples
    --------
    >>> clean("a\nb\x00")
    'a b�'
    """
    return _FORBIDDEN.sub("�", " ".join(text.split()))


_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an XML file may not hold, or no reader can see."""


def escaped(text: str) -> str:
    """Return a text as it stands in XML, in an element or in an attribute, whatever it holds.

    Examples
    --------
    >>> escaped('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    text = _FORBIDDEN.sub("�", text)
    for character, entity in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        text = text.replace(character, f"&{entity};")
    return text


def shortened(text: str, length: int = 24) -> str:
    """Return a text of at most `length` characters, with an ellipsis where some are left out.

    Examples
    --------
    >>> shortened("a very long label", 7)
    'a very…'
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def label_parts(label: str) -> tuple[str, str]:
    """Split a label into what stands on the line, and its subscript.

    One underscore before whole numbers, a single letter or something short in braces makes a
    subscript, and a number between a single letter and that underscore is the layer, as in the
    lecture's w²₁₃ (lecture, *More layers*). Everything else stays what the user wrote: ``x1``,
    ``sigma``, ``learning_rate``. A blank label is ␣.

    Examples
    --------
    >>> label_parts("w_12"), label_parts("w2_13"), label_parts("x1"), label_parts("learning_rate")
    (('w', '12'), ('w²', '13'), ('x1', ''), ('learning_rate', ''))
    >>> label_parts("h_{t-1}"), label_parts("w^2_{13}")
    (('h', 't-1'), ('w²', '13'))
    """
    label = shortened(clean(label)) or ("␣" if label else "")
    match = re.fullmatch(r"([^_]+)_(?:(\d+(?:,\d+)*|[^\W\d_])|\{([\w,+−-]{1,8})\})", label)
    if not match:
        return label, ""
    layer = re.fullmatch(r"([^\W\d_])(?:\^?([0-9]+)|\^\{([0-9]+)\})", match[1])
    above = (layer[2] or layer[3]).translate(_SUPERSCRIPTS) if layer else ""
    base = layer[1] + above if layer else match[1]
    return base, match[2] or match[3]


def plain_label(label: str) -> str:
    """Return a label for a line of plain text, where a numeric subscript has letters of its own.

    Examples
    --------
    >>> plain_label("w_1"), plain_label("w2_13"), plain_label("w_i")
    ('w₁', 'w²₁₃', 'w_i')
    """
    base, subscript = label_parts(label)
    if subscript.isascii() and subscript.isdigit():
        return base + subscript.translate(_SUBSCRIPTS)
    if re.search(r"[^\d,]", subscript) and len(subscript) > 1:
        subscript = f"{{{subscript}}}"
    return f"{base}_{subscript}" if subscript else base


# The widest of Inter, Liberation Sans (as Helvetica and Arial) and DejaVu Sans, in hundredths of
# the type size, rounded up to five.
_WIDTHS = {
    30: "IijlΙΪ'",
    35: " ,.:;|·ίι",
    40: "()/[\\]ft",
    45: "!r₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹",
    50: '"*-`',
    55: "Jsz⁻έεζгзэ",
    60: "?L_ckvxy–Γΰγλνξςυχвстухчь",
    65: "$0123456789FTabdeghnopqu{}√∂σΞΣΤήβδηθκμορστГЗТУабеийклоря",
    70: "ABEKPSVXYZΑΒΔΕΖΚΛΡΥΧΫάαπАБВЕРХЬднпц",
    75: "CRU∑φψКСЧЭЯъ",
    80: "&DGHNOQΗΘΝΟΠΦΩДИЙЛНОПЦмы",
    85: "#+<=>^w~−×÷ΨωЪю",
    95: "∞жшщMΜМФЫф",
    110: "ЖШЩЮ%Wm…@",
}
_WIDTH_OF = {character: width for width, row in _WIDTHS.items() for character in row}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text will be at most, whichever of the fonts the reader has.

    Parameters
    ----------
    text : str
    size : float
        The type size.
    bold : bool

    Returns
    -------
    float

    Examples
    --------
    >>> width("0.5", 10), width("", 10)
    (16.5, 0.0)
    """
    hundredths = sum(_WIDTH_OF.get(character) or _unlisted(character) for character in text)
    return hundredths / 100 * size * (1.12 if bold else 1.0)


def _unlisted(character: str) -> int:
    """Return the width of a character that the table does not hold."""
    if unicodedata.combining(character):
        return 0
    return 110 if unicodedata.east_asian_width(character) in "WF" else 85
