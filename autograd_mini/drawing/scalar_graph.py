"""With this one can draw a graph of scalars as cards and arrows, from an outline of it.

Start from `draw_graph`. Which texts the cards show is decided in `cards`, where they stand in
`layout`; cards are drawn in `card_figure`, edges in `edge_figure`.
"""

from __future__ import annotations

from autograd_mini.drawing import legend, svg
from autograd_mini.drawing.card_figure import draw_cards
from autograd_mini.drawing.cards import LABEL_SIZE
from autograd_mini.drawing.dot import layout_text, record_text, room
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.edge_figure import draw_edge_labels, draw_edges, edge_texts, ordinal
from autograd_mini.drawing.edge_labels import Box, place
from autograd_mini.drawing.layout import LayoutError, lay_out
from autograd_mini.drawing.text import MISSING, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.cards import Outline
    from autograd_mini.drawing.layout import Layout, Point

_LABEL_HEIGHT = 7.0


def draw_graph(
    outline: Outline, *, theme: str, paper: str, title: str | None, direction: str
) -> Drawing:
    """Lay an outline out and draw it.

    Parameters
    ----------
    outline : Outline
    theme : {"auto", "light", "dark"}
    paper : {"own", "none"}
    title : str, optional
        Stands above the graph.
    direction : {"right", "down"}

    Returns
    -------
    Drawing

    Raises
    ------
    LayoutError
        If nothing could lay the graph out.
    """
    across = 1 if direction == "right" else 0
    layout = _in_order(outline, lay_out(layout_text(outline, direction)), across)
    texts = edge_texts(outline.arrows, layout.routes, across=across)
    entries = _entries(outline, texts)
    wide = max(layout.width, legend.legend_width(entries), svg.heading_width(title))
    layout = _moved(layout, svg.MARGIN + (wide - layout.width) / 2, svg.top(title))
    boxes = _boxes(outline, layout, direction)
    sizes = {name: (width(text, LABEL_SIZE), _LABEL_HEIGHT) for name, text in texts.items()}
    labels = place(sizes, layout.routes, boxes.values(), sideways=direction == "down")
    low = max([svg.top(title) + layout.height, *(box.bottom for box in labels.values())])
    body = (
        svg.heading(title, theme)
        + draw_edges(outline.arrows, layout.routes, theme)
        + draw_cards(outline.cards, boxes, theme)
        + draw_edge_labels(texts, labels, theme)
        + legend.draw_legend(entries, low + legend.HEIGHT, theme)
    )
    description = f"{title}: {outline.description}" if title else outline.description
    size = wide + 2 * svg.MARGIN, low + legend.HEIGHT + svg.MARGIN
    picture = svg.document(body, *size, description=description, theme=theme, paper=paper)
    return Drawing(picture, description, record_text(outline, direction))


def _in_order(outline: Outline, layout: Layout, across: int) -> Layout:
    """Return a layout in which, of parallel edges, the first operand takes the first route."""
    missing = {card.name for card in outline.cards} - layout.centres.keys()
    missing |= {arrow.name for arrow in outline.arrows} - layout.routes.keys()
    if missing:
        raise LayoutError(f"the layout engine left out {', '.join(sorted(missing)[:4])}")
    parallel: dict[tuple[str, str], list[str]] = {}
    for arrow in outline.arrows:
        parallel.setdefault((arrow.tail, arrow.head), []).append(arrow.name)
    routes: dict[str, list[Point]] = {}
    for names in parallel.values():
        found = [layout.routes[name] for name in names]
        found.sort(key=lambda route: route[len(route) // 2][across])
        routes.update(zip(names, found, strict=True))
    return layout._replace(routes=routes)


def _moved(layout: Layout, left: float, top: float) -> Layout:
    """Return a layout moved to its place on the paper."""
    centres = {name: (left + x, top + y) for name, (x, y) in layout.centres.items()}
    routes = {n: [(left + x, top + y) for x, y in route] for n, route in layout.routes.items()}
    return layout._replace(centres=centres, routes=routes)


def _boxes(outline: Outline, layout: Layout, direction: str) -> dict[str, Box]:
    """Return where the cards stand: at that end of their room where their edges begin."""
    boxes = {}
    for card in outline.cards:
        x, y = layout.centres[card.name]
        wide, high = room(card, direction)
        right = x + (wide if direction == "right" else card.width) / 2
        bottom = y + (card.height if direction == "right" else high) / 2
        boxes[card.name] = Box(right - card.width, bottom - card.height, right, bottom)
    return boxes


def _entries(outline: Outline, texts: dict[str, str]) -> list[tuple[str, str]]:
    """Return the legend's entries."""
    gradient = {
        MISSING: f"gradient ({MISSING}: no backward() yet)",
        "": "gradient, of the last backward()",
    }.get(outline.gradient_of, f"gradient ∂{outline.gradient_of}/∂·")
    entries = [("value", "value"), ("gradient", gradient)]
    if any(arrow.derivative for arrow in outline.arrows):
        entries.append(("quiet", "on an edge: local derivative"))
    if any(text.startswith((ordinal(0), ordinal(1))) for text in texts.values()):
        entries.append(("quiet", "1st, 2nd: which operand it is"))
    return entries
