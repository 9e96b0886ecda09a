"""With this one can say a graph in one sentence, for those who don't see it.

Start from `describe`, and `gradient_of`, which finds what the gradients are derivatives of. How a
formula is written on one line lives in `formulas`.
"""

from __future__ import annotations

import re

from autograd_mini.drawing.formulas import expressions
from autograd_mini.drawing.text import MISSING, number, plain_label
from autograd_mini.drawing.words import counted, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.choice import Graph, View

_NAMED = 3

_MOST_READ = 2_000
"""Of a larger graph only so many nodes near a root are looked at for its formula."""


def describe(view: View, cards: int, digits: int, language: str) -> str:
    """Return the graph in one sentence: σ(w₁x₁ + w₂x₂ + b) = 0.731, 10 nodes."""
    named, known = view.roots[:_NAMED], view.nodes
    near = known if len(known) <= _MOST_READ else _nearest(named)
    written = expressions([node for node in view.nodes if node in near], named)
    equations = []
    for root in named:
        name, value = plain_label(root.label or ""), number(root.data, digits)
        sides = dict.fromkeys([name, written[id(root)] or "…", value])  # each once
        equations.append(" = ".join(filter(None, sides)))
    more = ["…"] if len(view.roots) > _NAMED else []
    plain = sum(operand not in known for its in known.values() for operand in its)
    count = len(view.nodes) + plain
    parts = [counted(language, count, "node")]
    if cards != count:
        parts.append(say(language, "drawn as", cards=counted(language, cards, "card")))
    return ", ".join([*equations, *more, *parts])


def _nearest(roots: list[Any]) -> set[Any]:
    """Return the nodes nearest to some roots, so many as can matter to a formula of one line."""
    found = dict.fromkeys(roots)
    for node in (waiting := list(found)):  # it grows on the way
        if len(found) > _MOST_READ:
            break
        new = [o for o in node.operands if o not in found and hasattr(o, "operands")]
        found |= dict.fromkeys(new)
        waiting += new
    return set(found)


def gradient_of(nodes: Graph, roots: list[Any], language: str) -> str:
    """Return the name of the root if the gradients are its own: not so after a sweep from above."""
    if all(node.grad is None or node.kind == "constant" for node in nodes):
        return MISSING
    if len(roots) > 1:
        return ""
    adjoints: dict[Any, Any] = dict.fromkeys(nodes, 0) | {roots[0]: 1}  # Fractions stay exact
    for node, operands in reversed(nodes.items()):
        for operand, derivative in zip(operands, node.local_derivatives, strict=True):
            if derivative is not None:
                adjoints[operand] += derivative * adjoints[node]
    same = (
        node.grad is not None and _close(node.grad, adjoints[node])
        for node in nodes
        if node.kind != "constant"
    )
    if not all(same):
        return ""
    name = plain_label(roots[0].label or say(language, "root"))
    return f"({name})" if re.search(r"[^\w]", name) else name


def _close(a: Any, b: Any) -> bool:
    """Tell whether two gradients are alike to rounding; Fractions may be too long for floats."""
    return bool(a == b or abs(a - b) <= max(max(abs(a), abs(b)) / 10**9, 1e-300))
