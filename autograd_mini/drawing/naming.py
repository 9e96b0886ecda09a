r"""With this one can call the nodes of a graph by names, in LaTeX.

- `Names`: of a node its label, or v₁, v₂, … in topological order; of a number its digits.
- `latex_label` and `latex_number` set one label or number.

How names stand in formulas is decided in `brackets`.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache

from autograd_mini.drawing.brackets import ATOM, MINUS, PRODUCT, RELATION, SCRIPTED, Formula
from autograd_mini.drawing.text import label_parts, number
from autograd_mini.drawing.unicode_formulas import GREEK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_DIGITS_OF = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_LETTERS = {letter: rf"\{name}" for name, letter in GREEK.items()}
_ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot"}
# Written outside of \text, where MathJax shows a backslash before them.
_SPECIAL = {c: rf"\{c}" for c in "_%&#{}"}
_SPECIAL |= {"$": r"{\$}"}  # in braces, so that no two dollars meet in Markdown
_SPECIAL |= {"\\": r"{\backslash}", "^": r"{\wedge}", "~": r"{\sim}", "<": "{<}", ">": "{>}"}


class Names:
    """The names of the nodes of one graph.

    Parameters
    ----------
    order : iterable of Values
        The graph, in topological order. Nodes without a label are numbered in this order; of
        nodes with the same label all but the first have a number behind it.
    digits : int
        Significant digits of the numbers.
    named : Values
        Those that have a name even where they are constants, which else are written as numbers.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0, label="x_1")
    >>> y = x * x
    >>> names = Names([x, y], 3)
    >>> names.of(x).latex, names.of(y).latex, names.of(5).latex
    ('x_{1}', 'v_{1}', '5')
    """

    def __init__(self, order: Iterable[Any], digits: int, named: Iterable[Any] = ()) -> None:
        self.digits = digits
        self._places: dict[Any, int] = {}  # among the nodes of the same label, or of none
        kept = set(named)
        nodes = list(order)
        taken = {node.label for node in nodes}
        seen: dict[str, int] = {}
        for node in nodes:
            if node.label or node.kind != "constant" or node in kept:
                label = node.label or ""
                seen[label] = seen.get(label, 0) + 1
                while not label and f"v_{seen['']}" in taken:
                    seen[""] += 1
                self._places[node] = seen[label]

    def of(self, operand: Any) -> Formula:
        """Return the name of a Value, or the digits of a number."""
        place = self._places.get(operand) if hasattr(operand, "operands") else None
        if place is None:
            return self.number(operand)
        if not operand.label:
            return Formula(f"v_{{{place}}}")
        name = latex_label(operand.label)
        if place == 1:
            return name
        return Formula(rf"{name.latex}\langle {place}\rangle", min(name.binding, SCRIPTED))

    def has(self, node: Any) -> bool:
        """Tell whether a node has a name: all but constants without a label have one."""
        return node in self._places

    def number(self, operand: Any) -> Formula:
        """Return the digits of a number, or of a Value's."""
        return latex_number(getattr(operand, "data", operand), self.digits)


@lru_cache(maxsize=1024)
def latex_label(label: str) -> Formula:
    r"""Return a label in LaTeX, as drawings set it: ``w2_13`` is :math:`w^2_{13}`.

    What is no symbol stays what the user wrote, whatever characters it has.

    Parameters
    ----------
    label : str
        Not empty.

    Returns
    -------
    Formula

    Examples
    --------
    >>> latex_label("w2_13").latex, latex_label("σ").latex, latex_label("learning_rate").latex
    ('w^{2}_{13}', '\\sigma', '\\mathrm{learning}\\_\\mathrm{rate}')
    """
    base, subscript = label_parts(label)
    layer = re.fullmatch(r"([^\W\d_])([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", base) if subscript else None
    stem = _symbol(layer[1] if layer else base)
    above = f"^{{{layer[2].translate(_DIGITS_OF)}}}" if layer else ""
    below = f"_{{{_script(subscript)}}}" if subscript else ""
    if re.search(r"[-+−*/÷·×^=<>~|]", base):  # it would be read as an operation
        return Formula(stem + above + below, RELATION)
    return Formula(stem + above + below, SCRIPTED if above else ATOM)


def _script(subscript: str) -> str:
    signs = re.fullmatch("[0-9]+|[A-Za-z0-9]{1,2}(?:[-+,][A-Za-z0-9]+)*", subscript)
    return subscript if signs else _symbol(subscript)


def _symbol(text: str) -> str:
    """Return a letter as a mathematical symbol, and anything else as upright text."""
    if text in _LETTERS:
        return _LETTERS[text]
    apart = unicodedata.normalize("NFD", text)
    if len(apart) == 2 and apart[0].isascii() and apart[0].isalpha() and apart[1] in _ACCENTS:
        return f"{_ACCENTS[apart[1]]}{{{apart[0]}}}"
    if len(text) == 1 and text.isascii() and text.isalpha():
        return text
    runs = re.findall(r"[A-Za-z0-9]+|[_%&#${}\\^~<>]|[^A-Za-z0-9_%&#${}\\^~<>]+", text)
    return "".join(_SPECIAL.get(run) or _upright(run) for run in _words(runs))


def _words(runs: list[str]) -> list[str]:
    r"""Join runs that stand in one ``\text``: words and what is between them."""
    joined: list[str] = []
    for run in runs:
        if joined and run not in _SPECIAL and joined[-1] not in _SPECIAL:
            joined[-1] += run
        else:
            joined.append(run)
    return joined


def _upright(run: str) -> str:
    return rf"\mathrm{{{run}}}" if run.isascii() and run.isalnum() else rf"\text{{{run}}}"


def latex_number(value: Any, digits: int) -> Formula:
    r"""Return a number in LaTeX, with the digits that drawings show.

    Parameters
    ----------
    value : float, int or Fraction
    digits : int
        Significant digits; a short Fraction stays exact.

    Returns
    -------
    Formula

    Examples
    --------
    >>> latex_number(-0.5898, 3).latex, latex_number(1.5e-7, 3).latex
    ('-0.590', '1.5 \\times 10^{-7}')
    """
    text = number(value, digits).replace("−", "-")
    if isinstance(value, Fraction) and "/" in text:
        above, below = text.removeprefix("-").split("/")
        sign = "-" if value < 0 else ""
        return Formula(rf"{sign}\frac{{{above}}}{{{below}}}", PRODUCT)
    if "×" in text:
        mantissa, power = text.split("×10")
        return Formula(rf"{mantissa} \times 10^{{{power.translate(_DIGITS_OF)}}}", PRODUCT)
    if text == "NaN":
        return Formula(r"\text{NaN}")
    return Formula(text.replace("∞", r"\infty"), MINUS if text.startswith("-") else ATOM)
