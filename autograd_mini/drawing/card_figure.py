"""With this one can draw the cards of a graph in their boxes.

Start from `draw_cards`. Which texts they show is decided in `cards`, edges are drawn in
`scalar_graph`.
"""

from __future__ import annotations

from autograd_mini.drawing import svg
from autograd_mini.drawing.cards import (
    AIR,
    NUMBER_SIZE,
    SUBSCRIPT_SIZE,
    TITLE_GAP,
    TITLE_SIZE,
    title_width,
)
from autograd_mini.drawing.text import escaped, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.drawing.cards import Card
    from autograd_mini.drawing.edge_labels import Box

_TITLE_LINE = 15.0
_NUMBER_LINE = 31.0
_CONSTANT_LINE = 14.0
_NO_POINTER: dict[str, object] = {"pointer_events": "none"}  # the card below has the tooltip


def draw_cards(cards: Iterable[Card], boxes: dict[str, Box], theme: str) -> str:
    """Return the cards as SVG, those of one kind in one group.

    Parameters
    ----------
    cards : iterable of Card
    boxes : dict
        Name of a card → where it stands.
    theme : {"auto", "light", "dark"}

    Returns
    -------
    str
    """
    placed = [(card, boxes[card.name]) for card in cards]
    large = [(card, box) for card, box in placed if card.gradient]
    small = [(card, box) for card, box in placed if not card.gradient]
    return (
        "".join(_plates(placed, kind, theme) for kind in _BORDERS)
        + svg.group(
            "root",
            [_plate(card, box, "") for card, box in placed if card.root],
            theme,
            fill="none",
            stroke_width=2,
            **_NO_POINTER,
        )
        + svg.group(
            "edge", [_hairline(box) for _, box in large], theme, stroke_width=0.6, fill="none"
        )
        + _titles(large, small, theme)
        + _numbers(large, small, theme)
    )


_BORDERS: dict[str, dict[str, object]] = {
    "constant": {},
    "data": {"stroke_width": 1.1},
    "parameter": {"stroke_width": 1.1},
    "operation": {"stroke_width": 1.1},
}


def _plates(placed: list[tuple[Card, Box]], kind: str, theme: str) -> str:
    """Return the plates of all cards of one kind."""
    plates = [
        _plate(card, box, svg.tooltip(card.tooltip)) for card, box in placed if card.kind == kind
    ]
    return svg.group(kind, plates, theme, **_BORDERS[kind])


def _plate(card: Card, box: Box, content: str) -> str:
    return svg.element(
        "rect",
        content,
        x=box.left,
        y=box.top,
        width=card.width,
        height=card.height,
        rx=7.0 if card.gradient else card.height / 2,
    )


def _hairline(box: Box) -> str:
    middle = (box.left + box.right) / 2
    return svg.element("path", d=f"M{svg.decimal(middle)},{svg.decimal(box.top + 22.5)}v9.5")


def _titles(large: list[tuple[Card, Box]], small: list[tuple[Card, Box]], theme: str) -> str:
    """Return the titles: the operation's symbol, then the label in bold."""
    titles = []
    for card, box in large:
        left = (box.left + box.right) / 2
        titles.append(_title(card, left, box.top + _TITLE_LINE))
    for card, box in small:
        if card.label:
            left = box.left + AIR + title_width("", card.label, card.subscript) / 2
            titles.append(_title(card, left, box.top + _CONSTANT_LINE))
    return svg.group(
        "ink", titles, theme, font_size=TITLE_SIZE, text_anchor="middle", **_NO_POINTER
    )


def _title(card: Card, x: float, y: float) -> str:
    """Return one title around its centre x.

    Its two parts are anchored at the place where they meet, so that it looks alike in any font,
    and in CairoSVG, which sets each piece of a centred text at the centre.
    """
    bold: dict[str, object] = {"font_weight": 600}
    low: dict[str, object] = {"font_weight": 600, "font_size": SUBSCRIPT_SIZE, "dy": 2.5}
    plain: dict[str, object] = {}
    styles = ((card.symbol, plain), (card.label, bold), (card.subscript, low))
    pieces = [(piece, dict(style)) for piece, style in styles if piece]
    if not pieces:
        return ""
    if len(pieces) == 1:
        return svg.element("text", escaped(pieces[0][0]), x=x, y=y, **pieces[0][1])
    first = title_width(card.symbol, "" if card.symbol else card.label, "")
    meet = x - title_width(card.symbol, card.label, card.subscript) / 2 + first
    pieces[0][1].update(x=meet, text_anchor="end")
    pieces[1][1].update(x=meet + (TITLE_GAP if card.symbol else 0.0), text_anchor="start")
    spans = (svg.element("tspan", escaped(piece), **style) for piece, style in pieces)
    return svg.element("text", "".join(spans), y=y)


def _numbers(large: list[tuple[Card, Box]], small: list[tuple[Card, Box]], theme: str) -> str:
    """Return values, upright at the left, and gradients, in italics at the right."""
    values, gradients = [], []
    for card, box in large:
        quarter, line = card.width / 4, box.top + _NUMBER_LINE
        values.append(svg.text(box.left + quarter, line, card.value))
        gradients.append(svg.text(box.right - quarter, line, card.gradient))
    for card, box in small:
        right = box.right - 0.75 * AIR - width(card.value, NUMBER_SIZE) / 2
        values.append(svg.text(right, box.top + _CONSTANT_LINE, card.value))
    style: dict[str, object] = {"font_size": NUMBER_SIZE, "text_anchor": "middle", **_NO_POINTER}
    return svg.group("value", values, theme, **style) + svg.group(
        "gradient", gradients, theme, font_style="italic", **style
    )
