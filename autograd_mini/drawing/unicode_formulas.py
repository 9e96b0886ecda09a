r"""With this one can read LaTeX in a terminal: formulas and names as a line of Unicode.

Start from `unicode_formula` (``w^{2}_{13}`` → w²₁₃). A formula is put together once, as LaTeX, so
that a terminal and a page say the same: how, is in `brackets` and `naming`.
"""

from __future__ import annotations

import re
import unicodedata

_MARK = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_SUPERSCRIPTS = str.maketrans("+−0123456789n", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_ALONE = re.compile(r"[\w.∞]+|∂[^ ()+·/−]+|√[\w.]+|[∂√]?\w+⟨\d+⟩|[√∛∂\w]*\([^()]*\)")
_ACCENTS = {r"\hat": "\u0302", r"\tilde": "\u0303", r"\bar": "\u0304", r"\dot": "\u0307"}
_VERBATIM = (r"\text", r"\mathrm", r"\operatorname")

_GREEK_NAMES = """alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho
    sigma tau upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"""
GREEK = dict(zip(_GREEK_NAMES.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True))
"""The Greek letters by LaTeX's names, without those that look like Latin ones."""

_SYMBOLS = GREEK | {
    "cdot": "·", "times": "×", "le": "≤", "ge": "≥", "ne": "≠", "bmod": "mod", "dots": "…",
    "cdots": "⋯", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "infty": "∞",
    "langle": "⟨", "rangle": "⟩", "partial": "∂", "backslash": "\\", "wedge": "^", "sim": "~",
    "to": "→", "left": "", "right": "", "arctan": "atan", "arcsin": "asin", "arccos": "acos",
}  # fmt: skip


def unicode_formula(latex: str) -> str:
    r"""Return a formula, given in LaTeX, as one line of Unicode.

    Parameters
    ----------
    latex : str
        With fractions, roots, scripts, names of functions and ``\text``; no environments.

    Returns
    -------
    str

    Examples
    --------
    >>> unicode_formula(r"-\frac{x_{1}}{y^2}"), unicode_formula(r"\frac{1}{\sqrt{1 - w^{2}_{13}}}")
    ('−x₁/y²', '1/√(1 − w²₁₃)')
    """
    return _Reader(_MARK.findall(latex)).group()


class _Reader:
    """Reads marks of LaTeX from left to right."""

    def __init__(self, marks: list[str]) -> None:
        self.marks = marks
        self.place = 0

    def group(self) -> str:
        """Return what stands before the brace that closes this group, and pass that brace."""
        text = ""
        while (mark := self._next()) not in ("}", ""):
            text = self._script(text, mark) if mark in ("^", "_") else text + self._piece(mark)
        return _spaced(text)

    def _next(self) -> str:
        self.place += 1
        return self.marks[self.place - 1] if self.place <= len(self.marks) else ""

    def _argument(self) -> str:
        """Return the next group, or the next mark."""
        mark = self._next()
        return self.group() if mark == "{" else self._piece(mark)

    def _piece(self, mark: str) -> str:
        if mark == "{":
            return self.group()
        if mark == r"\frac":
            return self._fraction()
        if mark == r"\sqrt":
            return self._root()
        if mark in _VERBATIM:
            return self._verbatim()
        if mark in _ACCENTS:
            return unicodedata.normalize("NFC", self._argument() + _ACCENTS[mark])
        if mark.isspace():
            return " "
        if mark.startswith("\\"):
            return _SYMBOLS.get(mark[1:], mark[1:])
        return "−" if mark == "-" else mark

    def _fraction(self) -> str:
        """Write a fraction with a slash; a factor that follows it must not seem to stand below."""
        text = f"{_bracketed(self._argument())}/{_bracketed(self._argument())}"
        rest = "".join(self.marks[self.place : self.place + 2]).lstrip()
        return text + " ·" if re.match(r"[\w(\[]|\\(?!cdot|bmod|le|ge|ne|right)", rest) else text

    def _root(self) -> str:
        sign = "√"
        if self.marks[self.place : self.place + 3] == ["[", "3", "]"]:
            self.place += 3
            sign = "∛"
        return sign + _bracketed(self._argument())

    def _verbatim(self) -> str:
        """Return the text in the braces as it is; it holds no braces."""
        end = self.marks.index("}", self.place)
        text = "".join(self.marks[self.place + 1 : end])
        self.place = end + 1
        return text.replace("\\_", "_")

    def _script(self, base: str, kind: str) -> str:
        """Return `base` with an exponent or an index, in small letters where Unicode has them."""
        script = self._argument()
        small = script.translate(_SUPERSCRIPTS if kind == "^" else _SUBSCRIPTS)
        if small and not set(small) & (set(script) - {","}) and not script.isalpha():
            root = re.search(r"[√∛][\w.]+$", base)
            return (f"{base[: root.start()]}({root[0]})" if root else base) + small
        return f"{base}{kind}{_bracketed(script)}"


def _bracketed(text: str) -> str:
    return text if _ALONE.fullmatch(text) else f"({text})"


def _spaced(text: str) -> str:
    """Remove the spaces that LaTeX does not show, or that stand within brackets and numbers."""
    text = re.sub(r" *× *(?=10)", "×", re.sub(r"  +", " ", text))
    return re.sub(r"(∂[₀-₉]*) ", r"\1", re.sub(r"(?<=[⌊⌈⟨]) | (?=[⌋⌉])", "", text))
