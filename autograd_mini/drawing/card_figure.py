"""With this one can draw the cards of a graph in their boxes.

Start from `draw_cards`, or from `draw_plates`, `draw_titles` and `draw_numbers` where the three
are wanted by themselves. Which texts cards show is decided in `cards`, edges are drawn in
`edge_figure`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.drawing import svg
from autograd_mini.drawing.heat import STRONGEST_TINT
from autograd_mini.drawing.outline import (
    AIR,
    DETAIL_SIZE,
    NUMBER_SIZE,
    STACK,
    SUBSCRIPT_SIZE,
    TITLE_GAP,
    TITLE_SIZE,
    title_width,
)
from autograd_mini.drawing.text import escaped, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.drawing.edge_labels import Box
    from autograd_mini.drawing.outline import Card

    Placed = list[tuple[Card, Box]]

_TITLE_LINE = 15.0
_DETAIL_LINE = 29.5
_NUMBER_LINE = 7.0  # from the bottom
_CONSTANT_LINE = 14.0
_ROUND = 7.0
_KINDS = ("constant", "data", "parameter", "operation")
_HEATED = {"data": "operation", "parameter": "heated"}
"""Kind → what it looks like under a tint, which must show through white alone."""

_NO_POINTER: dict[str, object] = {"pointer_events": "none"}  # the card below has the tooltip


_RAISED = {"^": (20.0, 5.0)}
"""Symbol that is small and high in most fonts → size in which it is set, and how much lower."""


class Numbers(NamedTuple):
    """Where the two numbers of a card stand, as elements."""

    value: str
    gradient: str


def draw_cards(cards: Iterable[Card], boxes: dict[str, Box], theme: str, *, heat: bool) -> str:
    """Return the cards as SVG, those of one kind in one group.

    Parameters
    ----------
    cards : iterable of Card
    boxes : dict
        Name of a card → where it stands.
    theme : {"auto", "light", "dark"}
    heat : bool
        Whether cards are tinted: then their numbers are in ink, to be read on any tint.

    Returns
    -------
    str
    """
    placed = [(card, boxes[card.name]) for card in cards]
    return (
        draw_plates(placed, theme, heat=heat)
        + draw_titles(placed, theme)
        + draw_numbers(placed, theme, heat=heat)
    )


def draw_plates(placed: Placed, theme: str, *, heat: bool = False) -> str:
    """Return the plates of all cards, with what lies behind and over them."""
    roots = [_plate(card, box) for card, box in placed if card.root]
    lines = [_hairline(box) for card, box in placed if card.gradient]
    return (
        "".join(_plates_of_kind(placed, kind, theme, heat=heat) for kind in _KINDS)
        + "".join(_tints(placed, sign, theme) for sign in ("orange", "blue"))
        + svg.group("root", roots, theme, fill="none", stroke_width=2, **_NO_POINTER)
        + svg.group("edge", lines, theme, stroke_width=0.6, fill="none", **_NO_POINTER)
    )


def _plates_of_kind(placed: Placed, kind: str, theme: str, *, heat: bool) -> str:
    mine = [(card, box) for card, box in placed if card.kind == kind]
    plates = [_plate(card, box, svg.tooltip(card.tooltip)) for card, box in mine]
    border: dict[str, object] = {} if kind == "constant" else {"stroke_width": 1.1}
    behind = [_behind(box) for card, box in mine if card.folded]
    role = _HEATED.get(kind, kind) if heat else kind
    return svg.group("stack", behind, theme, **border) + svg.group(role, plates, theme, **border)


def _plate(card: Card, box: Box, content: str = "", **attributes: object) -> str:
    top = box.top + (STACK if card.folded else 0.0)
    return svg.element(
        "rect",
        content,
        x=box.left,
        y=top,
        width=box.right - box.left,
        height=box.bottom - top,
        rx=_ROUND if card.gradient else card.height / 2,
        **attributes,
    )


def draw_frame(card: Card, box: Box) -> str:
    """Return a border around a card, for a group that says how it looks."""
    return _plate(card, box, pointer_events="none")


def _behind(box: Box) -> str:
    """Return the card that looks out behind a folded one."""
    wide = box.right - box.left - 2 * STACK
    return svg.element(
        "rect", x=box.left + STACK, y=box.top, width=wide, height=4 * STACK, rx=_ROUND - 1
    )


def _tints(placed: Placed, sign: str, theme: str) -> str:
    """Return the tints of one sign."""
    tints = []
    for card, box in placed:
        share = -card.strength if sign == "orange" else card.strength
        if share > 0:
            tints.append(_plate(card, box, fill_opacity=f"{STRONGEST_TINT * share:.2f}"))
    return svg.group(sign, tints, theme, **_NO_POINTER)


def _hairline(box: Box) -> str:
    middle = svg.decimal((box.left + box.right) / 2)
    return svg.element("path", d=f"M{middle},{svg.decimal(box.bottom - 15.5)}v9.5")


def draw_titles(placed: Placed, theme: str) -> str:
    """Return the titles: the operation's symbol, then the label in bold; and what is inside."""
    titles, details = [], []
    for card, box in placed:
        top = box.top + (STACK if card.folded else 0.0)
        middle = (box.left + box.right) / 2
        if card.gradient:
            titles.append(_title(card, middle, top + _TITLE_LINE))
        elif card.label:
            left = box.left + AIR + title_width("", card.label, card.subscript) / 2
            titles.append(_title(card, left, box.top + _CONSTANT_LINE))
        if card.detail:
            details.append(svg.text(middle, top + _DETAIL_LINE, card.detail))
    style: dict[str, object] = {"text_anchor": "middle", **_NO_POINTER}
    return svg.group("ink", titles, theme, font_size=TITLE_SIZE, **style) + svg.group(
        "ink", details, theme, font_size=DETAIL_SIZE, **style
    )


def _title(card: Card, x: float, y: float) -> str:
    """Return one title around its centre x.

    Its two parts are anchored at the place where they meet, so that it looks alike in any font,
    and in CairoSVG, which sets each piece of a centred text at the centre.
    """
    bold: dict[str, object] = {"font_weight": 600}
    low: dict[str, object] = {"font_weight": 600, "font_size": SUBSCRIPT_SIZE, "dy": 2.5}
    size, drop = _RAISED.get(card.symbol, (TITLE_SIZE, 0.0))
    plain: dict[str, object] = {"font_size": size, "dy": drop} if drop else {}
    styles = ((card.symbol, plain), (card.label, bold), (card.subscript, low))
    pieces = [(piece, dict(style)) for piece, style in styles if piece]
    if not pieces:
        return ""
    if len(pieces) == 1:
        return svg.element("text", escaped(pieces[0][0]), x=x, y=y, **pieces[0][1])
    first = title_width(card.symbol, "" if card.symbol else card.label, "")
    meet = x - title_width(card.symbol, card.label, card.subscript) / 2 + first
    pieces[0][1].update(x=meet, text_anchor="end")
    pieces[1][1].update(x=meet + (TITLE_GAP if card.symbol else 0.0))
    for _, style in pieces[1:]:
        style["text_anchor"] = "start"
    if drop:
        pieces[1][1]["dy"] = -drop
    spans = (svg.element("tspan", escaped(piece), **style) for piece, style in pieces)
    return svg.element("text", "".join(spans), y=y)


def draw_numbers(placed: Placed, theme: str, *, heat: bool = False) -> str:
    """Return values, upright at the left, and gradients, in italics at the right."""
    numbers = [place_numbers(card, box) for card, box in placed]
    values = [each.value for each in numbers]
    gradients = [each.gradient for each in numbers if each.gradient]
    roles = ("ink", "ink") if heat else ("value", "gradient")
    return svg.group(roles[0], values, theme, **number_style()) + svg.group(
        roles[1], gradients, theme, font_style="italic", **number_style()
    )


def number_style() -> dict[str, object]:
    """Return how the numbers of cards are set."""
    return {"font_size": NUMBER_SIZE, "text_anchor": "middle", **_NO_POINTER}


def place_numbers(card: Card, box: Box, value: str = "", gradient: str = "") -> Numbers:
    """Return the numbers of a card as elements; others may be given in their place."""
    value, gradient = value or card.value, gradient or card.gradient
    if not card.gradient:
        right = box.right - 0.75 * AIR - width(card.value, NUMBER_SIZE) / 2
        return Numbers(svg.text(right, box.top + _CONSTANT_LINE, value), "")
    quarter, line = (box.right - box.left) / 4, box.bottom - _NUMBER_LINE
    return Numbers(
        svg.text(box.left + quarter, line, value), svg.text(box.right - quarter, line, gradient)
    )
