r"""With this one can write a formula on a line of plain text, for tooltips and captions.

Start from `plain_formula` (the LaTeX of the table's rows → text) and `expressions` (what a graph
computes: «σ(w₁x₁ + b)»). Typeset derivations do not live here.
"""

from __future__ import annotations

import re

from autograd_mini.drawing.text import label_parts, number, plain_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_GROUPS = (
    (re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}"), r"(\1)/(\2)"),
    (re.compile(r"\\sqrt\[3\]\{([^{}]*)\}"), r"∛(\1)"),
    (re.compile(r"\\sqrt\{([^{}]*)\}"), r"√(\1)"),
    (re.compile(r"\\(?:operatorname|text)\{([^{}]*)\}"), r"\1"),
    (re.compile(r"([\^_])\{([^{}]*)\}"), r"\1(\2)"),
)
_WORDS = {
    "cdot": "·", "sqrt": "√", "le": "≤", "ge": "≥", "ne": "≠", "bmod": "mod", "dots": "…",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "sigma": "σ", "psi": "ψ", "pi": "π",
    "lambda": "λ", "alpha": "α", "Phi": "Φ", "varphi": "φ", "Gamma": "Γ", "arctan": "atan",
    "arcsin": "asin", "arccos": "acos",
}  # fmt: skip


def plain_formula(latex: str) -> str:
    r"""Return a formula of the table, given in LaTeX, as plain text.

    Parameters
    ----------
    latex : str
        With ``\frac``, roots, powers and names of functions, as the table's rows have them.

    Returns
    -------
    str

    Examples
    --------
    >>> plain_formula(r"-\frac{x}{y^2}"), plain_formula(r"\sigma(x) (1 - \sigma(x))")
    ('−x/(y²)', 'σ(x) (1 − σ(x))')
    """
    before = ""
    while latex != before:
        before = latex
        for pattern, replacement in _GROUPS:
            latex = pattern.sub(replacement, latex)
    text = re.sub(r"\\([A-Za-z]+)", lambda word: _WORDS.get(word[1], word[1]), latex)
    text = re.sub(r"(?<!\w)\((\w+)\)", r"\1", text)
    return text.replace("-", "−").replace("^2", "²")


_SIGNS = {"divide": "/", "ratio": "/", "power": "^"}  # written without spaces around them
_INFIX = {*_SIGNS, "add", "subtract", "multiply", "modulo", "less", "less_equal", "greater",
          "greater_equal", "equal", "not_equal"}  # fmt: skip
_OPERATOR = re.compile(r"[-+−*/÷·×^=<>~|]")
_NAME = re.compile(r"[^\W\d_][⁰¹²³⁴⁵⁶⁷⁸⁹]*[₀-₉]*")  # written without a sign beside another
_SUM, _NEGATION, _WHOLE = 2, 4, 9  # precedences of the table


def expressions(nodes: Iterable[Any], roots: Iterable[Any], length: int = 72) -> dict[int, str]:
    """Return what each of `roots` computes, as plain text.

    Parts that would be too long are called by their labels; without a label what holds them is
    given up, so that the work is linear in the number of nodes.

    Parameters
    ----------
    nodes : iterable of Values
        In topological order; others are called by their labels.
    roots : iterable of Values
    length : int
        The longest text that is useful.

    Returns
    -------
    dict
        The id of a root → its text, empty if that would be too long.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> y = w * x
    >>> expressions([w, x, y], [y])[id(y)]
    'wx'
    """
    written: dict[int, tuple[str, int]] = {}
    for node in nodes:
        text, precedence = _written(node, written)
        if len(text) > length:
            text, precedence = (plain_label(node.label) if node.label else ""), _WHOLE
        written[id(node)] = text, precedence
    return {id(root): written[id(root)][0] for root in roots}


def applied(row: Any, operands: Iterable[str]) -> str:
    """Return one operation of operands that are given as texts.

    Examples
    --------
    >>> from autograd_mini.operations import multiply, tanh
    >>> applied(multiply, ["w", "x"]), applied(multiply, ["2", "−3"]), applied(tanh, ["s"])
    ('wx', '2·(−3)', 'tanh(s)')
    """
    return _combined(
        row,
        [(text, _precedence(text)) for text in operands],
    )


def _written(node: Any, written: dict[int, tuple[str, int]]) -> tuple[str, int]:
    """Return the text of one node and how tightly it binds; "" where an operand's is too long."""
    if not node.operands:
        return _named(node.label) if node.label else _literal(node.data)
    row = node.operation
    operands = [
        written.get(id(operand))
        or (_unread(operand) if hasattr(operand, "label") else _literal(operand))
        for operand in node.operands
    ]
    if not all(text for text, _ in operands):
        return "", _WHOLE
    if row.name == "identity":
        return operands[0]
    return _combined(row, operands), _binding(row)


def _binding(row: Any) -> int:
    """Return how tightly the text of an operation binds; a % beside a · would be misread."""
    if row.name == "modulo":
        return _SUM
    bound = row.name in _INFIX or row.name in ("negative", "square", "reciprocal")
    return row.precedence if bound else _WHOLE


def _unread(node: Any) -> tuple[str, int]:
    """Return what stands for a node that was not looked at: its label, if it has one."""
    return _named(node.label) if node.label else ("", _WHOLE)


def _named(label: str) -> tuple[str, int]:
    """Return a label, which binds loosely where it would be read as an operation."""
    loose = _OPERATOR.search(label_parts(label)[0])
    return plain_label(label), 0 if loose else _WHOLE


def _combined(row: Any, operands: list[tuple[str, int]]) -> str:
    """Return one operation of operands, each with how tightly it binds."""
    if row.name in _INFIX:
        return _infix(row, operands)
    if row.name == "negative":
        return "−" + _behind(operands[0], _NEGATION)
    if row.name == "square":
        return _bracketed(operands[0], _WHOLE) + "²"
    if row.name == "reciprocal":
        return "1/" + _behind(operands[0], _NEGATION)
    texts = [text for text, _ in operands]
    return texts[0] if row.name == "identity" else f"{_function(row)}({', '.join(texts)})"


def _function(row: Any) -> str:
    """Return the symbol of a row that can stand before brackets, else its name."""
    symbol: str = row.symbol
    return symbol if symbol and (symbol[-1].isalnum() or symbol in "√∛") else row.name


def _literal(value: Any) -> tuple[str, int]:
    text = number(value)
    return text, _precedence(text)


def _precedence(text: str) -> int:
    return _NEGATION if text.startswith("−") else _WHOLE


def _infix(row: Any, operands: list[tuple[str, int]]) -> str:
    """Write an operation between its two operands, with the brackets that it needs."""
    tight = row.precedence
    left = _bracketed(operands[0], tight + (row.name == "power"))
    right = _behind(operands[1], tight + (not row.commutative and row.name != "power"))
    if row.name == "multiply":
        return left + right if all(map(_NAME.fullmatch, (left, right))) else f"{left}·{right}"
    if row.name in _SIGNS:
        return left + _SIGNS[row.name] + right
    return f"{left} {row.symbol} {right}"


def _behind(written: tuple[str, int], least: int) -> str:
    """Return what stands behind a sign, where a minus sign needs brackets in any case."""
    text, precedence = written
    return _bracketed((text, 0 if text.startswith("−") else precedence), least)


def _bracketed(written: tuple[str, int], least: int) -> str:
    text, precedence = written
    return text if precedence >= least else f"({text})"
