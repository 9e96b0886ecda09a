"""With this one can say all that is known of a node or an edge, for the one who points at it.

Start from `node_lines`, `part_lines` and `arrow_lines`. A tooltip is never the only place where
something stands that a reader needs; what cards say lives in `cards`.
"""

from __future__ import annotations

from collections import Counter

from autograd_mini.drawing.formulas import plain_formula
from autograd_mini.drawing.text import plain_label, whole_number
from autograd_mini.drawing.words import counted, say, scope_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_MOST_OPERATIONS = 6


def node_lines(node: Any, language: str) -> tuple[str, ...]:
    """Return all that is known of a node, line by line."""
    lines = [node.label] if node.label else []
    lines.append(f"{say(language, 'value')} {whole_number(node.data)}")
    if node.kind != "constant":
        gradient = say(language, "not computed") if node.grad is None else whole_number(node.grad)
        lines.append(f"{say(language, 'gradient')} {gradient}")
    if node.operation is None:
        lines.append(say(language, node.kind))
    else:
        operation = f"{say(language, 'operation')} {node.operation.name}"
        lines.append(operation + _rule(node.operation))
    return (*lines, *_scope_line(node, language))


def part_lines(
    title: str, members: Sequence[Any], value: float, gradient: float | None, language: str
) -> tuple[str, ...]:
    """Return what is inside a card that stands for several nodes, line by line."""
    shown = say(language, "not computed") if gradient is None else whole_number(gradient)
    leaves = Counter(node.kind for node in members)
    rows = Counter(node.operation for node in members)
    del leaves["operation"], rows[None]
    counts = [counted(language, count, kind) for kind, count in leaves.items()]
    counts += [f"{count} {row.name}" for row, count in rows.most_common(_MOST_OPERATIONS)]
    if len(rows) > _MOST_OPERATIONS:
        counts.append("…")
    return (
        title,
        f"{say(language, 'value')} {whole_number(value)}",
        f"{say(language, 'gradient')} {shown}",
        say(language, "inside", counts=", ".join(counts)),
        *_scope_line(members[-1], language),
    )


def arrow_lines(node: Any, place: int, derivative: Any, language: str) -> tuple[str, ...]:
    """Return what an edge carries."""
    above = plain_label(node.label or node.operation.symbol)
    below = plain_label(getattr(node.operands[place], "label", None) or f"operand {place + 1}")
    name = f"{say(language, 'local derivative of')} ∂({above})/∂({below})"
    return (f"{name} = {whole_number(derivative)}",)


def _scope_line(node: Any, language: str) -> list[str]:
    """Return in which scopes a node stands, if in any."""
    if node.scope is None:
        return []
    names = [scope_name(language, part.name) for part in node.scope.path()]
    return [f"{say(language, 'in scope')} {' / '.join(names)}"]


def _rule(row: Any) -> str:
    """Return the row's derivatives as text."""
    operands = row.operand_names
    forms = [
        (name, plain_formula(partial.latex.format(*operands, "y", "z", r="result")))
        for name, partial in zip(operands, row.partials, strict=False)
        if partial.latex
    ]
    return "".join(f", ∂/∂{name} = {form}" for name, form in forms)
