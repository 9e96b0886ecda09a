"""With this one can turn a graph of Values into what a drawing shows of it, as plain text.

Start from `gather`, which returns an `Outline`. A drawing never keeps a graph alive, since an
outline holds no Value. Cards that stand for several nodes are made in `folded_cards`, edges in
`arrows`; which parts of a graph are shown is decided in `choice`.
"""

from __future__ import annotations

from autograd_mini.drawing.arrows import Arrows
from autograd_mini.drawing.description import describe, gradient_of
from autograd_mini.drawing.folded_cards import folded_card, outputs_of
from autograd_mini.drawing.heat import magnitude, tinted
from autograd_mini.drawing.opened import frames_of
from autograd_mini.drawing.outline import (
    AIR,
    CARD_HEIGHT,
    CONSTANT_HEIGHT,
    NARROWEST,
    NUMBER_SIZE,
    Card,
    Outline,
    title_width,
)
from autograd_mini.drawing.text import label_parts, number, width
from autograd_mini.drawing.tooltips import node_lines
from autograd_mini.drawing.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.choice import View

_WIDEST = 116.0
"""Cards are as wide as the widest, up to this; only those that need it are wider."""

_WITH_PLACE = {"²": "(·)²", "1/": "1/(·)"}
"""Symbols that say too little without a place for their operand."""


def gather(view: View, *, digits: int, language: str = "en", heat: str | None = None) -> Outline:
    """Return what a drawing shows of a graph.

    Parameters
    ----------
    view : View
        The parts that it shows.
    digits : int
        Significant digits.
    language : {"en", "ru"}
    heat : {"value", "grad"}, optional
        Which number tints the cards.

    Returns
    -------
    Outline

    Examples
    --------
    >>> from autograd_mini.drawing.parts import take_apart
    >>> from autograd_mini.drawing.choice import View
    >>> from autograd_mini.value import Value
    >>> a = Value(2.0, label="a")
    >>> b = a + a
    >>> nodes = {a: (), b: (a, a)}
    >>> view = View(nodes, [b], take_apart(nodes, {b}, None, sums=False), True)
    >>> outline = gather(view, digits=3)
    >>> outline.description, len(outline.arrows)
    ('a + a = 4, 2 nodes', 2)
    """
    names = card_names(view)
    outputs, marked = outputs_of(view, names), set(view.roots)
    arrows = Arrows(view.nodes, names, outputs, digits, language, numbers=view.numbers)
    cards: list[Card] = []
    strengths: dict[str, float] = {}
    for part in view.parts:
        node, name = part.members[-1], names[part.members[-1]]
        for tail, plain in arrows.add(part):
            cards.append(_plain_number(tail, plain, digits, language))
        if part.source is None:
            cards.append(_card(name, node, node in marked, digits, language))
        else:
            root = not marked.isdisjoint(part.members)
            cards.append(
                folded_card(name, part, outputs[name], digits, language)._replace(root=root)
            )
        strengths[name] = magnitude(heat, outputs.get(name) or [node])
    common = min(max((card.width for card in cards if card.gradient), default=0.0), _WIDEST)
    cards = [c._replace(width=max(c.width, common)) if c.gradient else c for c in cards]
    cards, largest = tinted(cards, strengths)
    text = describe(view, len(cards), digits, language)
    name = gradient_of(view.nodes, view.roots, language)
    frames = frames_of(view, names, arrows.found, language)
    tint = (heat, largest) if heat else None
    return Outline(cards, arrows.found, text, name, language, tint, frames)


def card_names(view: View) -> dict[Any, str]:
    """Return the name of the card in which each node is shown."""
    names: dict[Any, str] = {}
    for place, part in enumerate(view.parts):
        names |= dict.fromkeys(part.members, f"n{place}")
    return names


def _card(name: str, node: Any, root: bool, digits: int, language: str) -> Card:
    """Return the card of a Value."""
    label, subscript = label_parts(node.label) if node.label else ("", "")
    symbol = node.operation.symbol if node.operation else ""
    symbol = _WITH_PLACE.get(symbol, symbol)
    value, tooltip = number(node.data, digits), node_lines(node, language)
    if node.kind == "constant" and not root:
        return _small(name, label, subscript, value, tooltip)
    gradient = number(node.grad, digits)
    half = max(width(value, NUMBER_SIZE), width(gradient, NUMBER_SIZE)) + 2 * AIR
    head = title_width(symbol, label, subscript) + 2 * AIR
    wide = max(2 * half, head, NARROWEST)
    texts = (symbol, label, subscript, value, gradient)
    return Card(name, node.kind, *texts, root, tooltip, wide, CARD_HEIGHT)


def _plain_number(name: str, value: Any, digits: int, language: str) -> Card:
    """Return the card of an operand that is no Value."""
    tooltip = (f"{say(language, 'constant')} {value}",)
    return _small(name, "", "", number(value, digits), tooltip)


def _small(name: str, label: str, subscript: str, value: str, tooltip: tuple[str, ...]) -> Card:
    """Return the small card of a constant."""
    wide = title_width("", label, subscript) + width(value, NUMBER_SIZE) + 1.5 * AIR
    wide += 0.5 * AIR if label else 0.0
    texts = ("", label, subscript, value, "")
    return Card(name, "constant", *texts, False, tooltip, wide, CONSTANT_HEIGHT)
