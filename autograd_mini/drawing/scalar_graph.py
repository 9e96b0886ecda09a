"""With this one can draw a graph of scalars as cards and arrows, from an outline of it.

Start from `draw_graph`. Which texts the cards show is decided in `cards`, where everything stands
in `arrangement`; cards are drawn in `card_figure`, edges in `edge_figure`.
"""

from __future__ import annotations

from autograd_mini.drawing import heat, legend, svg
from autograd_mini.drawing.arrangement import arrange_readably
from autograd_mini.drawing.card_figure import draw_cards
from autograd_mini.drawing.dot import record_text
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.edge_figure import draw_edge_labels, draw_edges
from autograd_mini.drawing.folded_cards import NORM
from autograd_mini.drawing.frame_figure import draw_captions, draw_frames
from autograd_mini.drawing.text import MISSING
from autograd_mini.drawing.words import ordinal, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.arrangement import Scene
    from autograd_mini.drawing.legend import Entries
    from autograd_mini.drawing.outline import Outline

_NARROW = 300.0
"""A legend is not broken into narrower lines."""


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
    direction : {"auto", "right", "down"}

    Returns
    -------
    Drawing

    Raises
    ------
    LayoutError
        If nothing could lay the graph out.
    """
    scene, direction = arrange_readably(outline, direction)
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
        draw_frames(outline.frames, scene.frames, theme)
        + draw_edges(outline.arrows, scene.routes, theme)
        + draw_captions(outline.frames, scene.frames, scene.captions, scene.routes.values(), theme)
        + draw_cards(outline.cards, scene.boxes, theme, heat=outline.heat is not None)
        + draw_edge_labels(scene.texts, scene.labels, scene.slanted, theme, scene.crossed)
    )


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
        "places": any(
            scene.texts[name].startswith(places) for name in (*scene.labels, *scene.slanted)
        ),
        "bundle": any(arrow.values > 1 for arrow in arrows),
        "stack": any(card.folded for card in outline.cards),
        "norm": any(NORM in card.value for card in outline.cards),
    }
    return entries + [("quiet", say(language, key)) for key, is_there in said.items() if is_there]
