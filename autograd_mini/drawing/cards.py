"""With this one can turn a graph of Values into what a drawing shows of it, as plain text.

Start from `gather`, which returns an `Outline`: a `Card` for each node and an `Arrow` for each
operand. It holds no Value, so that a drawing never keeps a graph alive. Where cards stand is
found in `layout`; they are drawn in `scalar_graph`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autograd_mini.drawing.formulas import expressions, plain_formula
from autograd_mini.drawing.text import MISSING, label_parts, number, plain_label, width

CARD_HEIGHT = 38.0
CONSTANT_HEIGHT = 20.0
TITLE_SIZE = 12.5
SUBSCRIPT_SIZE = 8.5
TITLE_GAP = 6.0
NUMBER_SIZE = 10.5
LABEL_SIZE = 9.0
AIR = 8.0
"""What stays free beside each text of a card."""

NARROWEST = 68.0
"""The least width of a card."""

_WIDEST = 116.0
"""Cards are as wide as the widest, up to this; only those that need it are wider."""


class Card(NamedTuple):
    """One node as it is drawn: all texts are final.

    Parameters
    ----------
    name : str
        Identity within the drawing.
    kind : {"data", "parameter", "constant", "operation"}
    symbol : str
        Of the operation; empty for a leaf.
    label, subscript : str
        The user's label in two parts; empty without one.
    value, gradient : str
    root : bool
    tooltip : tuple of str
        Lines.
    width, height : float
    """

    name: str
    kind: str
    symbol: str
    label: str
    subscript: str
    value: str
    gradient: str
    root: bool
    tooltip: tuple[str, ...]
    width: float
    height: float


class Arrow(NamedTuple):
    """One edge as it is drawn, from an operand to the result.

    Parameters
    ----------
    name, tail, head : str
        Identity within the drawing, and the cards at its ends.
    place : int
        Which operand it is, from 0.
    ordered : bool
        Whether the operands' order matters to the result.
    derivative : str
        The local derivative; empty beside a constant.
    tooltip : tuple of str
    """

    name: str
    tail: str
    head: str
    place: int
    ordered: bool
    derivative: str
    tooltip: tuple[str, ...]


class Outline(NamedTuple):
    """All that a drawing shows of a graph.

    Parameters
    ----------
    cards : list of Card
        In topological order.
    arrows : list of Arrow
    description : str
        The graph in one sentence.
    gradient_of : str
        What the gradients are derivatives of; empty where that is not known, "–" before any
        sweep.
    """

    cards: list[Card]
    arrows: list[Arrow]
    description: str
    gradient_of: str


def gather(nodes: list[Any], roots: list[Any], digits: int) -> Outline:
    """Return what a drawing shows of a graph.

    Parameters
    ----------
    nodes : list of Values
        In topological order.
    roots : list of Values
    digits : int
        Significant digits.

    Returns
    -------
    Outline

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> a = Value(2.0, label="a")
    >>> outline = gather([a, b := a + a], [b], 3)
    >>> outline.description, len(outline.arrows)
    ('a + a = 4, 2 nodes', 2)
    """
    names = {id(node): f"n{index}" for index, node in enumerate(nodes)}
    marked = {id(root) for root in roots}
    cards: list[Card] = []
    arrows: list[Arrow] = []
    for node in nodes:
        for place, operand in enumerate(node.operands):
            name = names.get(id(operand)) if hasattr(operand, "operands") else None
            if name is None:
                name = f"c{len(cards)}"
                cards.append(_plain_number(name, operand, digits))
            arrows.append(_arrow(f"e{len(arrows)}", name, node, names[id(node)], place, digits))
        cards.append(_card(names[id(node)], node, id(node) in marked, digits))
    common = min(max((card.width for card in cards if card.gradient), default=0.0), _WIDEST)
    cards = [c._replace(width=max(c.width, common)) if c.gradient else c for c in cards]
    description = _description(nodes, roots, len(cards), digits)
    return Outline(cards, arrows, description, _gradient_of(nodes, roots))


def _card(name: str, node: Any, root: bool, digits: int) -> Card:
    """Return the card of a Value."""
    label, subscript = label_parts(node.label) if node.label else ("", "")
    symbol = node.operation.symbol if node.operation else ""
    value = number(node.data, digits)
    if node.kind == "constant" and not root:
        return _small(name, label, subscript, value, _tooltip(node))
    gradient = number(node.grad, digits)
    half = max(width(value, NUMBER_SIZE), width(gradient, NUMBER_SIZE)) + 2 * AIR
    head = title_width(symbol, label, subscript) + 2 * AIR
    wide = max(2 * half, head, NARROWEST)
    texts = (symbol, label, subscript, value, gradient)
    return Card(name, node.kind, *texts, root, _tooltip(node), wide, CARD_HEIGHT)


def _plain_number(name: str, value: Any, digits: int) -> Card:
    """Return the card of an operand that is no Value."""
    return _small(name, "", "", number(value, digits), (f"constant {value}",))


def _small(name: str, label: str, subscript: str, value: str, tooltip: tuple[str, ...]) -> Card:
    """Return the small card of a constant."""
    wide = title_width("", label, subscript) + width(value, NUMBER_SIZE) + 1.5 * AIR
    wide += 0.5 * AIR if label else 0.0
    texts = ("", label, subscript, value, "")
    return Card(name, "constant", *texts, False, tooltip, wide, CONSTANT_HEIGHT)


def title_width(symbol: str, label: str, subscript: str) -> float:
    """Return the width of a card's title."""
    gap = TITLE_GAP if symbol and label else 0.0
    names = width(label, TITLE_SIZE, bold=True) + width(subscript, SUBSCRIPT_SIZE, bold=True)
    return width(symbol, TITLE_SIZE) + gap + names


def _tooltip(node: Any) -> tuple[str, ...]:
    """Return all that is known of a node, line by line."""
    gradient = "not computed" if node.grad is None else node.grad
    lines = [node.label] if node.label else []
    lines += [f"value {node.data}", f"gradient {gradient}"]
    if node.kind == "constant":
        lines.pop()
    if node.operation is None:
        lines.append(node.kind)
    else:
        lines.append(f"operation {node.operation.name}{_rule(node.operation)}")
    if node.scope is not None:
        lines.append("in " + " / ".join(part.name for part in node.scope.path()))
    return tuple(lines)


def _rule(row: Any) -> str:
    """Return the row's derivatives as text."""
    operands = row.operand_names
    forms = [
        (name, plain_formula(partial.latex.format(*operands, "y", "z", r="result")))
        for name, partial in zip(operands, row.partials, strict=False)
        if partial.latex
    ]
    return "".join(f", ∂/∂{name} = {form}" for name, form in forms)


def _arrow(name: str, tail: str, node: Any, head: str, place: int, digits: int) -> Arrow:
    """Return the edge from one operand of `node`."""
    derivative, operand = node.local_derivatives[place], node.operands[place]
    row = node.operation
    ordered = len(node.operands) > 1 and not row.commutative
    shown = "" if derivative is None or operand.kind == "constant" else number(derivative, digits)
    above = plain_label(node.label or row.symbol)
    below = plain_label(getattr(operand, "label", None) or f"operand {place + 1}")
    lines = (f"local derivative ∂({above})/∂({below}) = {derivative}",) if shown else ()
    return Arrow(name, tail, head, place, ordered, shown, lines)


def _description(nodes: list[Any], roots: list[Any], count: int, digits: int) -> str:
    """Return the graph in one sentence."""
    written = expressions(nodes, roots[:3])
    equations = []
    for root in roots[:3]:
        name, value = plain_label(root.label or ""), number(root.data, digits)
        sides = dict.fromkeys([name, written[id(root)] or "…", value])  # each once
        equations.append(" = ".join(filter(None, sides)))
    more = ["…"] if len(roots) > 3 else []
    return ", ".join([*equations, *more, f"{count} node{'s' if count > 1 else ''}"])


def _gradient_of(nodes: list[Any], roots: list[Any]) -> str:
    """Return the name of the root if the gradients are its own: not so after a sweep from above."""
    learning = [node for node in nodes if node.kind != "constant"]
    if all(node.grad is None for node in learning):
        return MISSING
    if len(roots) > 1:
        return ""
    adjoints = dict.fromkeys(map(id, nodes), 0.0) | {id(roots[0]): 1.0}
    for node in reversed(nodes):
        for operand, derivative in zip(node.operands, node.local_derivatives, strict=True):
            if derivative is not None:
                adjoints[id(operand)] += derivative * adjoints[id(node)]
    same = (
        node.grad is not None
        and math.isclose(node.grad, adjoints[id(node)], rel_tol=1e-9, abs_tol=1e-300)
        for node in learning
    )
    return plain_label(roots[0].label or "root") if all(same) else ""
