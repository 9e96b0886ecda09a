"""With this one can write what is computed for nodes that do the same, whichever they are.

- `value_lines(operation, arity)` computes them, `slope_lines(…)` passes their adjoints on.
- `words_of(lines)` tells which rows lines name.

A line is a template: `{rows}` stands for the rows of the results in the buffers v and g, letters
for those of the operands, `{items}` for a table of rows, `{into}` for where an adjoint is added.
"""

from __future__ import annotations

import re
from functools import lru_cache

from autograd_mini.compiler.slopes import atom, literal, partial, write
from autograd_mini.compiler.targets.numpy import FOLDED, spelling
from autograd_mini.compiler.trace import LARGEST, TAKE

__all__ = ["is_tabled", "letters", "slope_lines", "value_lines", "words_of"]

SHARED = ("maximum", "minimum")
"""The rows whose operands share the slope alike, where they reach the result."""


def is_tabled(operation: str, arity: int) -> bool:
    """Tell whether operands are picked by a table, a row of it for each result.

    Written one by one, a maximum of many would name all others for the slope by each.
    """
    return operation in {TAKE, LARGEST} or (operation in SHARED and arity > 2)


@lru_cache(maxsize=256)
def letters(arity: int) -> list[str]:
    """Return the names of operands."""
    return [chr(ord("a") + k) if k < 7 else f"a{k}" for k in range(arity)]


@lru_cache(maxsize=4096)
def value_lines(operation: str, arity: int) -> tuple[str, ...]:
    """Return the line that computes nodes of their operands.

    Examples
    --------
    >>> value_lines("multiply", 2)
    ('v[{rows}] = v[{a}] * v[{b}]',)
    """
    return (f"v[{{rows}}] = {_value(operation, arity)}",)


def _value(operation: str, arity: int) -> str:
    if operation == TAKE:
        return "v[place(v[{a}], {items}), np.arange(n)]"
    if operation == LARGEST:
        return "v[{items}].argmax(1)"
    if is_tabled(operation, arity):
        return f"{FOLDED[operation]}.reduce(v[{{items}}], 1)"
    return spelling(operation, _operands(arity))


@lru_cache(maxsize=4096)
def words_of(lines: tuple[str, ...]) -> list[str]:
    """Return the names in braces, each once.

    Examples
    --------
    >>> words_of(("g[{into}] += g[{rows}]",))
    ['into', 'rows']
    """
    return list(dict.fromkeys(re.findall(r"{(\w+)}", "\n".join(lines))))


def _operands(arity: int) -> list[str]:
    return [f"v[{{{letter}}}]" for letter in letters(arity)]


@lru_cache(maxsize=4096)
def slope_lines(operation: str, arity: int, index: int, *, several: bool) -> tuple[str, ...]:
    """Return the lines that pass adjoints on to one operand; none if it gets nothing.

    Parameters
    ----------
    operation : str
    arity : int
        How many operands there are.
    index : int
        Of the operand; where they are picked by a table, all get their part at once.
    several : bool
        Whether a row of the adjoints is added to more than once.
    """
    if operation == TAKE:
        return ("add_take(g, place(v[{a}], {items}), g[{rows}])",)
    lines: list[str] = []
    part = _part(operation, arity, index, lines)
    if not part:
        return ()
    return (*lines, f"add_at(g, {{into}}, {part})" if several else f"g[{{into}}] += {part}")


def _part(operation: str, arity: int, index: int, lines: list[str]) -> str:
    """Return the text of what an operand gets; "" if that is nothing."""
    texts, result, adjoint = _operands(arity), "v[{rows}]", "g[{rows}]"
    if is_tabled(operation, arity):
        return f"shared(v[{{items}}], {result}, {adjoint})"
    if operation == "where":
        pair = (adjoint, "0.0") if index == 1 else ("0.0", adjoint)
        return f"np.where({texts[0]}, {pair[0]}, {pair[1]})" if index else ""
    rule = partial(operation, index, [None] * arity)
    if rule is None or rule.number == 0:
        return ""

    def assign(text: str) -> str:
        lines.append(f"u{len(lines)} = {text}")
        return f"u{len(lines) - 1}"

    text = write(rule, texts, result, assign)
    if text == literal(-1.0):
        return f"-{adjoint}"
    return adjoint if text == "1.0" else f"{atom(text)} * {adjoint}"
