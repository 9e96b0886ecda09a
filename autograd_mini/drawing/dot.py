"""With this one can write the outline of a graph as DOT text.

Start from `layout_text` (boxes of the right size and nothing in them, for the layout engine) and
`record_text` (with all texts, for people with tools of their own). Running an engine lives in
`layout`.
"""

from __future__ import annotations

import re

from autograd_mini.drawing.framing import MARGIN, pulls, rank
from autograd_mini.drawing.layout import graphviz_package
from autograd_mini.drawing.outline import CARD_HEIGHT, LABEL_SIZE, NARROWEST
from autograd_mini.drawing.text import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.outline import Card, Outline

DIRECTIONS = {"right": "LR", "down": "TB"}
"""Where the root stands, seen from the leaves → Graphviz's word for it."""

_INCH = 72.0

_MANY_EDGES = 250
"""From so many edges on, the layout is made in haste."""

_FAR_REACHING = 10_000
"""From so many passed ranks on, edges are straight lines."""


def layout_text(
    outline: Outline,
    direction: str,
    stretch: float = 1.0,
    *,
    groups: bool = False,
    ordered: bool = True,
) -> str:
    """Return the DOT text that an engine lays out: boxes, and edges with an id each.

    Parameters
    ----------
    outline : Outline
    direction : str
        One of `DIRECTIONS`.
    stretch : float
        How much more room than usual stands between the ranks, for labels of edges.
    groups : bool
        Whether the engine keeps the cards of a frame together. It mixes up the order of operands
        there unless the graph goes down: then the text is of a graph that goes down, with right
        for down and down for right.
    ordered : bool
        Whether operands have to arrive in the order in which they were written.

    Returns
    -------
    str
    """
    turned = groups and direction == "right"
    node = {"shape": "box", "fixedsize": "true", "label": ""}
    gaps = {
        "nodesep": _inches(14 * stretch),
        "ranksep": _inches(stretch * _gap(outline, direction)),
    }
    way = "down" if turned else direction
    if ordered:
        gaps["ordering"] = "in"
    if groups:
        gaps["newrank"] = "true"  # else an edge between groups may go backwards
    graph = _digraph(way, node, **gaps, **_haste(outline))
    for card in outline.cards:
        sides = room(card, direction)
        across, high = reversed(sides) if turned else sides
        graph.node(card.name, width=_inches(across), height=_inches(high))
    small = {card.name for card in outline.cards if card.kind == "constant"}
    for arrow in outline.arrows:
        port = {"tailport": "e" if way == "right" else "s"} if arrow.tail in small else {}
        graph.edge(arrow.tail, arrow.head, id=arrow.name, arrowsize="0.6", **port)
    for tail, head in pulls(outline):
        graph.edge(tail, head, style="invis")
    if groups:
        _add_groups(graph, outline, {"margin": str(MARGIN)})
    return str(graph.source)


def _add_groups(graph: Any, outline: Outline, style: dict[str, str], outer: str = "") -> None:
    """Add the frames within `outer`, and those within them, as groups of their cards."""
    for frame in outline.frames:
        if frame.outer == outer:
            label = {"label": _plain(frame.caption)} if "fontname" in style else {}
            name = f"cluster_{frame.name}"
            with graph.subgraph(name=name, graph_attr=style | label) as group:
                for card in frame.cards:
                    group.node(card)
                _add_groups(group, outline, style, frame.name)


def _haste(outline: Outline) -> dict[str, str]:
    """Return how little care is taken with a large graph: the engine's full care takes minutes.

    The first limits cost no room to speak of. Of straight lines some pass behind cards, but where
    edges reach over so many ranks no eye follows a curve either.
    """
    if len(outline.arrows) < _MANY_EDGES:
        return {}
    limits = {"nslimit": "0.1", "mclimit": "0.1"}
    return limits | ({"splines": "line"} if _reach(outline) > _FAR_REACHING else {})


def _reach(outline: Outline) -> int:
    """Return how many ranks all edges together pass, at least."""
    ranks = rank(outline)
    return sum(ranks[arrow.head] - ranks[arrow.tail] for arrow in outline.arrows)


def room(card: Card, direction: str) -> tuple[float, float]:
    """Return width and height that a card takes in the layout.

    A small one takes the room of others, and stands where its edge begins.
    """
    if direction == "right":
        return max(card.width, NARROWEST), card.height
    return card.width, max(card.height, CARD_HEIGHT)


def _gap(outline: Outline, direction: str) -> float:
    """Return the room between the ranks: more where shared operands crowd it with labels."""
    if direction == "down":
        return 40.0
    tails = [arrow.tail for arrow in outline.arrows]
    shared = len(set(tails)) < len(tails)
    texts = [
        f"2nd {arrow.derivative}" if shared and arrow.ordered else arrow.text
        for arrow in outline.arrows
    ]
    widest = max((width(text, LABEL_SIZE) for text in texts), default=0.0)
    return min(max(56.0, widest + 30), 76.0) if shared else max(40.0, widest + 16)


def record_text(outline: Outline, direction: str) -> str:
    """Return plain DOT text that shows the same graph in Graphviz's own style.

    Parameters
    ----------
    outline : Outline
    direction : str
        One of `DIRECTIONS`.

    Returns
    -------
    str
    """
    node = {"shape": "record", "style": "rounded", "fontname": "Helvetica"}
    graph = _digraph(direction, node, ordering="in")
    graph.edge_attr["fontname"] = "Helvetica"
    for card in outline.cards:
        graph.node(card.name, label=_record(card, direction))
    for arrow in outline.arrows:
        graph.edge(arrow.tail, arrow.head, label=arrow.text)
    _add_groups(graph, outline, {"style": "rounded,dashed", "fontname": "Helvetica"})
    return str(graph.source)


def _digraph(direction: str, node: dict[str, str], **attributes: str) -> Any:
    """Return an empty graph of the `graphviz` package."""
    attributes["rankdir"] = DIRECTIONS[direction]
    return graphviz_package().Digraph(graph_attr=attributes, node_attr=node)


def _inches(points: float) -> str:
    return f"{points / _INCH:.4f}"


def _record(card: Card, direction: str) -> str:
    """Return a record: the title above, value and gradient below."""
    subscript = f"_{card.subscript}" if card.subscript else ""
    title = " ".join(filter(None, (card.symbol, card.label + subscript, card.detail)))
    numbers = " | ".join(filter(None, (_escaped(card.value), _escaped(card.gradient))))
    if not title:
        return numbers
    text = f"{_escaped(title)} | {{ {numbers} }}"
    return text if direction == "right" else f"{{ {text} }}"


def _plain(text: str) -> str:
    """Return a text in which nothing means anything to a label."""
    return text.replace("\\", "\\\\").replace("&", "&amp;")


def _escaped(text: str) -> str:
    r"""Return a text in which nothing means anything to a record or to HTML.

    Examples
    --------
    >>> _escaped("<a|b>")
    '\\<a\\|b\\>'
    """
    return re.sub(r"([\\{}|<>])", r"\\\1", text.replace("&", "&amp;"))
