"""With this one can draw a graph of scalars as cards and arrows, from an outline of it.

Start from `draw_graph`, or from `arrange` and `Scene`, where more is drawn at the same places.
Which texts the cards show is decided in `cards`, where they stand in `layout`; cards are drawn in
`card_figure`, edges in `edge_figure`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.drawing import heat, legend, svg
from autograd_mini.drawing.card_figure import draw_cards
from autograd_mini.drawing.dot import layout_text, record_text, room
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.edge_figure import draw_edge_labels, draw_edges, edge_texts
from autograd_mini.drawing.edge_labels import Box, place
from autograd_mini.drawing.frame_figure import draw_frames, obstacles, place_captions
from autograd_mini.drawing.framing import frame_boxes, is_clear
from autograd_mini.drawing.layout import LayoutError, lay_out
from autograd_mini.drawing.outline import LABEL_SIZE
from autograd_mini.drawing.straight import straightened
from autograd_mini.drawing.text import MISSING, width
from autograd_mini.drawing.words import ordinal, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.layout import Layout, Point
    from autograd_mini.drawing.legend import Entries
    from autograd_mini.drawing.outline import Outline

_LABEL_HEIGHT = 7.0
_STRETCHES = (1.0, 1.5, 2.2)
"""How much more room is tried, where labels of edges find none."""

_MANY_EDGES = 150
"""With more edges, labels that find no room are left out at once."""

_NARROW = 300.0
"""A legend is not broken into narrower lines."""


class Scene(NamedTuple):
    """Where everything in a figure stands.

    Parameters
    ----------
    layout : Layout
        As the engine gave it.
    boxes : dict
        Name of a card → where it stands.
    routes : dict
        Name of an edge → its points.
    texts : dict
        Name of an edge → what stands beside it.
    labels : dict
        Name of an edge → where that stands.
    frames, captions : dict
        Name of a frame → where it stands, and where its caption stands.
    """

    layout: Layout
    boxes: dict[str, Box]
    routes: dict[str, list[Point]]
    texts: dict[str, str]
    labels: dict[str, Box]
    frames: dict[str, Box]
    captions: dict[str, Box]

    def moved(self, right: float, down: float) -> Scene:
        """Return the same, elsewhere."""
        routes = {n: [(right + x, down + y) for x, y in r] for n, r in self.routes.items()}
        boxes, labels, frames, captions = (
            {n: Box(right + a, down + b, right + c, down + d) for n, (a, b, c, d) in each.items()}
            for each in (self.boxes, self.labels, self.frames, self.captions)
        )
        return Scene(self.layout, boxes, routes, self.texts, labels, frames, captions)


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
    scene = arrange(outline, direction)
    heated = outline.heat[1] if outline.heat else None
    scale = heat.scale_width(heated) if heated is not None else 0.0
    wide = max(scene.layout.width, svg.heading_width(title), _NARROW, scale)
    rows = legend.in_rows(legend_entries(outline, scene), wide)
    wide = max(scene.layout.width, svg.heading_width(title), scale, *map(legend.legend_width, rows))
    scene = scene.moved(svg.MARGIN + (wide - scene.layout.width) / 2, svg.top(title))
    low = svg.top(title) + scene.layout.height
    body = svg.heading(title, theme) + draw_scene(outline, scene, theme)
    for row in rows:
        low += legend.ROW_HEIGHT if row is not rows[0] else legend.HEIGHT
        body += legend.draw_legend(row, low, theme)
    if heated is not None:
        low += legend.ROW_HEIGHT + 4
        body += heat.draw_scale(heated, svg.MARGIN, low, theme)
    description = f"{title}: {outline.description}" if title else outline.description
    size = wide + 2 * svg.MARGIN, low + svg.MARGIN
    picture = svg.document(body, *size, description=description, theme=theme, paper=paper)
    return Drawing(picture, description, record_text(outline, direction))


def draw_scene(outline: Outline, scene: Scene, theme: str) -> str:
    """Return frames, edges, cards and the labels of edges as SVG."""
    return (
        draw_frames(outline.frames, scene.frames, scene.captions, theme)
        + draw_edges(outline.arrows, scene.routes, theme)
        + draw_cards(outline.cards, scene.boxes, theme, heat=outline.heat is not None)
        + draw_edge_labels(scene.texts, scene.labels, theme)
    )


def arrange(outline: Outline, direction: str) -> Scene:
    """Return where everything stands, with as much room between as labels of edges need.

    Labels that find no room even so are left out.
    """
    for stretch in _STRETCHES:
        scene = _arranged(outline, direction, stretch)
        complete = len(scene.labels) == len(scene.texts)
        if complete or len(outline.arrows) > _MANY_EDGES:
            break
    return scene


def _arranged(outline: Outline, direction: str, stretch: float) -> Scene:
    """Return where everything stands; the engine is told of frames only where it has to be.

    Where it keeps the cards of a frame together it takes more room and crosses more edges.
    """
    large = len(outline.arrows) > _MANY_EDGES
    for groups in (False, True) if outline.frames and not large else (bool(outline.frames),):
        layout, boxes, routes = _laid_out(outline, direction, stretch, groups=groups)
        frames = frame_boxes(outline, boxes)
        if groups or is_clear(outline, frames, boxes, routes):
            break
    captions = place_captions(outline.frames, frames, () if large else routes.values())
    texts = edge_texts(
        outline.arrows, routes, across=int(direction == "right"), language=outline.language
    )
    sizes = {name: (width(text, LABEL_SIZE), _LABEL_HEIGHT) for name, text in texts.items()}
    taken = [*boxes.values(), *obstacles(frames, captions)]
    labels = place(sizes, routes, taken, sideways=direction == "down")
    return _from_the_corner(Scene(layout, boxes, routes, texts, labels, frames, captions))


def _laid_out(
    outline: Outline, direction: str, stretch: float, *, groups: bool
) -> tuple[Layout, dict[str, Box], dict[str, list[Point]]]:
    """Return the layout, the cards' boxes, and the routes of the edges."""
    across = int(direction == "right")
    layout = lay_out(layout_text(outline, direction, stretch, groups=groups))
    if groups and direction == "right":
        layout = layout.turned()
    layout = _in_order(outline, layout, across)
    boxes = _boxes(outline, layout, direction)
    return layout, boxes, straightened(outline.arrows, boxes, layout.routes, across)


def _from_the_corner(scene: Scene) -> Scene:
    """Return a scene that begins in the corner; labels and frames reach over the layout's sides."""
    width, height = scene.layout[:2]
    reach = [*scene.labels.values(), *scene.frames.values(), (0.0, 0.0, width, height)]
    lefts, tops, rights, lows = zip(*reach, strict=True)
    left, top = min(lefts), min(tops)
    size = scene.layout._replace(width=max(rights) - left, height=max(lows) - top)
    return scene._replace(layout=size).moved(-left, -top)


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


def _boxes(outline: Outline, layout: Layout, direction: str) -> dict[str, Box]:
    """Return where the cards stand: at that end of their room where their edges begin."""
    boxes = {}
    for card in outline.cards:
        x, y = layout.centres[card.name]
        wide, high = room(card, direction)
        right = x + (wide if direction == "right" else card.width) / 2
        low = y + (card.height if direction == "right" else high) / 2
        boxes[card.name] = Box(right - card.width, low - card.height, right, low)
    return boxes


def legend_entries(outline: Outline, scene: Scene) -> Entries:
    """Return what the legend says, entry by entry."""
    language, arrows = outline.language, outline.arrows
    phrase = {MISSING: "no gradient", "": "some gradient"}.get(outline.gradient_of, "gradient of")
    gradient = say(language, phrase, root=outline.gradient_of)
    value = say(language, "value")
    entries = [("value", value), ("gradient", gradient)]
    if outline.heat:
        entries = [("ink", value), ("slanted", gradient)]
    places = tuple(ordinal(language, place) for place in (0, 1))
    said = {
        "local derivative": any(arrow.derivative for arrow in arrows),
        "places": any(scene.texts[name].startswith(places) for name in scene.labels),
        "bundle": any(arrow.values > 1 for arrow in arrows),
        "stack": any(card.folded for card in outline.cards),
        "norm": any("‖" in card.value for card in outline.cards),
    }
    return entries + [("quiet", say(language, key)) for key, is_there in said.items() if is_there]
