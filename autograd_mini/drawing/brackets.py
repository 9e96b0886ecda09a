r"""With this one can put names and numbers into the formulas of the table, with their brackets.

- `Formula`: a piece of LaTeX, and how tightly it binds.
- `fill`: a row's template with its operands in place: ``-{0}`` and x + y make ``-(x + y)``.
- `row_formula` and `partial_formula` do so with a row's formula and with its derivatives.

What nodes are called lives in `naming`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.operations import Row

# How tightly a formula binds. A row's own precedence speaks of the row, not of its derivatives,
# so that the template itself is read.
RELATION, MODULO, SUM, PRODUCT, MINUS, CALL, POWER, SCRIPTED, ATOM = 1.0, 1.5, 2, 3, 4, 4.5, 5, 8, 9
_LEVELS = {1: RELATION, 2: SUM, 3: PRODUCT, 4: MINUS}  # of the table's precedences, if lower


class Formula(NamedTuple):
    """A piece of LaTeX.

    Parameters
    ----------
    latex : str
    binding : float
        How tightly it binds: one of this module's levels.
    """

    latex: str
    binding: float = ATOM


class _Slot(NamedTuple):
    """A place for an operand: what must bind at least so tightly to stand there bare."""

    name: str
    level: float
    minus: bool  # may it begin with a minus sign?
    before_digit: str  # what must stand before a digit: "", "dot", or "bracket"
    braced: bool  # does it stand as a script, and needs braces?


class _Template(NamedTuple):
    pieces: tuple[str | _Slot, ...]
    binding: float
    bare: str  # the slot, where the template is nothing else


def fill(template: str, operands: dict[str, Formula], binding: float = ATOM) -> Formula:
    r"""Put operands into a template of the table.

    Parameters
    ----------
    template : str
        LaTeX with {0}, {1}, … and {r}, braces doubled.
    operands : dict
        "0", "1", … and "r" → Formula.
    binding : float
        An upper bound of how tightly the result binds.

    Returns
    -------
    Formula

    Examples
    --------
    >>> fill(r"{0} - {1}", {"0": Formula("a"), "1": Formula("b - c", SUM)})
    Formula(latex='a - (b - c)', binding=2)
    >>> fill(r"\ln {0}", {"0": Formula("x + y", SUM)}).latex
    '\\ln (x + y)'
    """
    read = _read(template)
    if read.bare:
        return operands[read.bare]
    text = ""
    for piece in read.pieces:
        text += piece if isinstance(piece, str) else _placed(operands[piece.name], piece)
    return Formula(text, min(read.binding, binding))


def row_formula(row: Row, operands: Sequence[Formula]) -> Formula:
    r"""Return the formula of an operation of `operands`.

    Examples
    --------
    >>> from autograd_mini.operations import TABLE
    >>> row_formula(TABLE["power"], [Formula("x + y", SUM), Formula("2")]).latex
    '(x + y)^{2}'
    """
    template = _expanded(row.latex, len(operands)) if row.variadic else row.latex
    places = {str(place): operand for place, operand in enumerate(operands)}
    return fill(template, places, _LEVELS.get(row.precedence, ATOM))


def partial_formula(
    row: Row, place: int, operands: Sequence[Formula], result: Formula
) -> Formula | None:
    r"""Return the derivative of an operation by one operand; None if the row does not write it.

    Examples
    --------
    >>> from autograd_mini.operations import TABLE
    >>> x, y = Formula("x"), Formula("y")
    >>> partial_formula(TABLE["divide"], 1, [x, y], Formula("z")).latex
    '-\\frac{x}{y^2}'
    >>> partial_formula(TABLE["power"], 0, [x, Formula("3")], Formula("z")).latex
    '3 x^{2}'
    """
    template = row.partials[0 if row.variadic else place].latex
    if not template or template.startswith(r"\partial_"):
        return None
    if row.variadic:
        operands = [operands[place]]
    places = {str(index): operand for index, operand in enumerate(operands)}
    formula = fill(template, places | {"r": result})
    return formula._replace(latex=_WHOLE_EXPONENT.sub(_lowered, formula.latex))


_WHOLE_EXPONENT = re.compile(r"\^\{(-?\d+) - 1\}")


def _lowered(exponent: re.Match[str]) -> str:
    """Compute an exponent n - 1 of a plain number n; that of 1 needs not be written."""
    lowered = int(exponent[1]) - 1
    return "" if lowered == 1 else f"^{{{lowered}}}"


def bracketed(formula: Formula) -> str:
    r"""Return a formula in brackets, as large as it is.

    Examples
    --------
    >>> bracketed(Formula("a + b", SUM))
    '(a + b)'
    """
    if r"\frac" in formula.latex or r"\sqrt" in formula.latex:
        return rf"\left({formula.latex}\right)"
    return f"({formula.latex})"


def factor(formula: Formula, *, first: bool = False) -> str:
    r"""Return a formula as a factor of a product that is written with dots.

    Examples
    --------
    >>> factor(Formula("-2", MINUS)), factor(Formula("-2", MINUS), first=True)
    ('(-2)', '-2')
    """
    slot = _Slot("", PRODUCT, minus=first, before_digit="", braced=False)
    return _placed(formula, slot)


def _placed(formula: Formula, slot: _Slot) -> str:
    if slot.braced:
        return f"{{{formula.latex}}}"
    sign = slot.before_digit if formula.latex[:1].isdigit() else ""
    hidden = formula.latex.startswith("-") and not slot.minus
    if formula.binding < slot.level or hidden or sign == "bracket":
        return bracketed(formula)
    return rf"\cdot {formula.latex}" if sign else formula.latex


def _expanded(template: str, count: int) -> str:
    """Write a template of two operands and dots for `count` operands."""
    head, between, tail = re.split(r"\{0\}|\{1\}", template)
    joint = re.search(r"(?:,| \+) $", between)
    suffix = between[: joint.start()] if joint else between
    ending = tail.split(r"\dots", 1)[1]
    operands = [f"{{{place}}}{suffix}" for place in range(count)]
    return head + (joint[0] if joint else "").join(operands) + ending


# Reading a template

_MARK = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S")
_OPENING = {"{", "(", "[", ",", r"\lfloor", r"\lceil", "bar("}
_CLOSING = {"}", ")", "]", ",", r"\rfloor", r"\rceil", ")bar"}
_RELATIONS = {"=", "<", ">", r"\le", r"\ge", r"\ne", r"\text"}
_CONSTANTS = {r"\pi", r"\lambda", r"\alpha", r"\dots", r"\infty"}
_PAIRS = {"{": "}", "(": ")", "[": "]", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}
_PAIRS |= {"bar(": ")bar"}
_AFTER = {"+": SUM, "-": SUM, r"\cdot": PRODUCT, "/": PRODUCT, r"\bmod": POWER, "^": ATOM}
_BEFORE = {"+": SUM, "-": PRODUCT, r"\cdot": PRODUCT, "/": POWER, r"\bmod": POWER}


@lru_cache(maxsize=1024)
def _read(template: str) -> _Template:
    """Find out what each place of a template asks for, and how tightly the whole binds."""
    marks: list[str] = []
    parts: list[tuple[str, str | None, int]] = []
    for literal, field, _, _ in Formatter().parse(template):
        marks += _MARK.findall(literal)
        parts.append((literal, field, len(marks)))
        if field is not None:
            marks.append(f"slot {field}")
    _tell_bars_apart(marks)
    pieces: list[str | _Slot] = []
    for literal, field, place in parts:
        pieces.append(literal)
        if field is not None:
            pieces.append(_slot(marks, place, field))
    bare = marks[0].removeprefix("slot ") if len(marks) == 1 and _is_slot(marks[0]) else ""
    return _Template(tuple(pieces), _binding(marks), bare)


def _tell_bars_apart(marks: list[str]) -> None:
    """Write the bars of |x| so that the opening one differs from the closing one."""
    for count, place in enumerate(i for i, mark in enumerate(marks) if mark == "|"):
        marks[place] = ")bar" if count % 2 else "bar("


def _is_slot(mark: str) -> bool:
    return mark.startswith("slot ")


def _slot(marks: list[str], place: int, name: str) -> _Slot:
    before = marks[place - 1] if place else ""
    after = marks[place + 1] if place + 1 < len(marks) else ""
    right = _asked_by(after)
    if not before or before in _OPENING:
        return _Slot(name, right, minus=right < ATOM, before_digit="", braced=False)
    if before in ("^", "_"):
        return _Slot(name, 0.0, minus=True, before_digit="", braced=True)
    if before in _RELATIONS or (before == "}" and _opened_by(marks, place - 1) == r"\text"):
        return _Slot(name, max(right, SUM), minus=True, before_digit="", braced=False)
    if before in _BEFORE:
        return _Slot(name, max(right, _BEFORE[before]), minus=False, before_digit="", braced=False)
    if _is_function(marks, place - 1):
        return _Slot(name, max(right, SCRIPTED), minus=False, before_digit="", braced=False)
    sign = "bracket" if before in _CONSTANTS else "dot"  # a dot would end the argument: sin π · 2
    return _Slot(name, max(right, CALL), minus=False, before_digit=sign, braced=False)


def _asked_by(after: str) -> float:
    """Return how tightly an operand must bind before the mark `after`."""
    if not after or after in _CLOSING:
        return 0.0
    return _AFTER.get(after, SUM if after in _RELATIONS else POWER)


def _opened_by(marks: list[str], closing: int) -> str:
    """Return what stands before the group that the brace at `closing` closes."""
    depth = 0
    for place in range(closing, -1, -1):
        depth += (marks[place] == "}") - (marks[place] == "{")
        if not depth:
            return marks[place - 1] if place else ""
    return ""


def _is_function(marks: list[str], place: int) -> bool:
    r"""Tell whether a function's name ends here, its scripts included: ``\log_{10}``."""
    start = place
    if marks[place] == "}":
        depth = 1
        while depth and start:
            start -= 1
            depth += (marks[start] == "}") - (marks[start] == "{")
        if marks[start - 1] == r"\operatorname":
            return True
    if start and marks[start - 1] in ("^", "_"):
        return _is_function(marks, start - 2)
    mark = marks[start]
    return mark.startswith("\\") and mark not in (_CONSTANTS | {r"\frac", r"\sqrt", r"\rfloor"})


def _binding(marks: list[str]) -> float:
    """Return how tightly a template binds: as its loosest operation outside of brackets."""
    level: float = ATOM
    previous = ""  # the kind of the item before: "", "operator", "function", "atom"
    place = 0
    while place < len(marks):
        mark, start = marks[place], place
        place = _past_item(marks, place)
        if mark in ("^", "_"):
            level = min(level, POWER) if mark == "^" and previous != "function" else level
            continue
        kind = _kind(marks, start)
        level = min(level, _loosened(mark, kind, previous))
        previous = "atom" if kind == "function" and previous == "called" else kind
    return level


def _loosened(mark: str, kind: str, previous: str) -> float:
    """Return the level to which an item loosens the formula that it stands in."""
    if kind == "operator":
        if mark in _RELATIONS:
            return RELATION
        return MINUS if not previous else {r"\bmod": MODULO, "+": SUM, "-": SUM}.get(mark, PRODUCT)
    if previous == "function":
        return SCRIPTED if mark in ("(", "bar(") else CALL
    return PRODUCT if previous == "atom" or mark == r"\frac" else ATOM


def _kind(marks: list[str], place: int) -> str:
    mark = marks[place]
    if mark in _BEFORE or mark in _RELATIONS:
        return "operator"
    if mark == r"\operatorname":
        return "function"
    known = mark in _CONSTANTS or mark in (r"\frac", r"\sqrt") or mark in _PAIRS
    return "function" if mark.startswith("\\") and not known else "atom"


def _past_item(marks: list[str], place: int) -> int:
    """Return the place after an item: a mark, a pair of brackets, a command with its groups."""
    mark = marks[place]
    if mark in ("^", "_"):
        return _past_item(marks, place + 1)
    if mark in _PAIRS:
        return _past_pair(marks, place)
    place += 1
    if mark in (r"\frac", r"\sqrt", r"\operatorname", r"\text"):
        while place < len(marks) and marks[place] in ("{", "["):
            if mark != r"\sqrt" and marks[place] == "[":
                break
            place = _past_pair(marks, place)
    return place


def _past_pair(marks: list[str], place: int) -> int:
    """Return the place after the bracket that closes the one here."""
    opening, closing, depth = marks[place], _PAIRS[marks[place]], 0
    while place < len(marks):
        depth += (marks[place] == opening) - (marks[place] == closing)
        place += 1
        if not depth:
            break
    return place
