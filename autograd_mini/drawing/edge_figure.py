"""With this one can draw the edges of a graph, and say beside them what they carry.

Start from `edge_texts` (what stands beside each edge) and `draw_edges`. Where texts find room is
found in `edge_labels`.
"""

from __future__ import annotations

import math
from itertools import pairwise

from autograd_mini.drawing import svg
from autograd_mini.drawing.outline import LABEL_SIZE
from autograd_mini.drawing.text import escaped
from autograd_mini.drawing.words import ordinal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.edge_labels import Box
    from autograd_mini.drawing.layout import Point
    from autograd_mini.drawing.outline import Arrow
    from autograd_mini.drawing.slanted_labels import Slanted

    Routes = dict[str, list[Point]]

_HALF_ARROW = 2.6
_ARROW = 6.0
_PLATE = 1.2
"""Air around a label that interrupts lines."""


def edge_texts(
    arrows: list[Arrow], routes: Routes, *, across: int, language: str
) -> dict[str, str]:
    """Return what stands beside each edge: the local derivative, and the operand's place.

    The place is written where the order of the operands matters and the arrows do not arrive in
    that order, which sharing can make impossible.

    Parameters
    ----------
    arrows : list of Arrow
    routes : dict
        Name of an edge → its points.
    across : {0, 1}
        The axis along which operands stand beside each other: 1 where they stand one below the
        other.
    language : str

    Returns
    -------
    dict
        Name of an edge → its text; edges without one are left out.
    """
    arrivals: dict[str, list[float]] = {}
    for arrow in arrows:
        arrivals.setdefault(arrow.head, []).append(routes[arrow.name][-1][across])
    texts = {}
    for arrow in arrows:
        astray = arrow.ordered and any(a >= b for a, b in pairwise(arrivals[arrow.head]))
        place = ordinal(language, arrow.place) if astray else ""
        texts[arrow.name] = " ".join(filter(None, (place, arrow.text)))
    return {name: text for name, text in texts.items() if text}


def draw_edges(arrows: list[Arrow], routes: Routes, theme: str) -> str:
    """Return the lines and the arrowheads as SVG; edges for several values are wider."""
    single = [draw_line(arrow, routes[arrow.name]) for arrow in arrows if arrow.values == 1]
    several = [draw_line(arrow, routes[arrow.name]) for arrow in arrows if arrow.values > 1]
    heads = [draw_head(routes[arrow.name]) for arrow in arrows]
    return (
        svg.group("edge", single, theme, fill="none", stroke_width="1.2")
        + svg.group("edge", several, theme, fill="none", stroke_width="2.4")
        + svg.group("arrow", heads, theme)
    )


def draw_line(arrow: Arrow, route: list[Point]) -> str:
    """Return the line of an edge, up to its arrowhead."""
    *curve, tip = route
    back, _ = _head(curve[-1], tip)
    content = svg.tooltip(arrow.tooltip) if arrow.tooltip else ""
    return svg.element("path", content, d=f"{_path(curve)}L{_pair(back)}")


def draw_head(route: list[Point]) -> str:
    """Return the arrowhead of an edge."""
    _, corners = _head(route[-2], route[-1])
    return svg.element("path", d=f"M{'L'.join(map(_pair, corners))}Z")


def draw_edge_labels(
    texts: dict[str, str],
    boxes: dict[str, Box],
    slanted: dict[str, Slanted],
    theme: str,
    crossed: set[str],
) -> str:
    """Return the texts beside the edges as SVG: in their boxes, or along their edges.

    Those that stand on edges interrupt these by a plate in the colour of the paper.
    """
    labels = [
        svg.text((box.left + box.right) / 2, box.bottom, texts[name]) for name, box in boxes.items()
    ]
    plates = [
        svg.element("rect", "", x=left, y=top - 1, width=right - left, height=bottom - top + 2)
        for left, top, right, bottom in (box for name, box in boxes.items() if name in crossed)
    ]
    for name, (x, y, angle, wide, high, on) in slanted.items():
        turn = f"rotate({angle:.1f} {svg.decimal(x)} {svg.decimal(y)})"
        labels.append(svg.element("text", escaped(texts[name]), x=x, y=y, transform=turn))
        if on:
            left, top = x - wide / 2 - _PLATE, y - high - _PLATE
            sides = {"width": wide + 2 * _PLATE, "height": high + 2 * _PLATE}
            plates.append(svg.element("rect", "", x=left, y=top, **sides, transform=turn))
    return svg.group("paper", plates, theme) + svg.group(
        "quiet", labels, theme, font_size=LABEL_SIZE, text_anchor="middle"
    )


def _path(curve: list[Point]) -> str:
    return f"M{_pair(curve[0])}C{' '.join(map(_pair, curve[1:]))}"


def _pair(point: Point) -> str:
    return f"{svg.decimal(point[0])},{svg.decimal(point[1])}"


def _head(end: Point, tip: Point) -> tuple[Point, list[Point]]:
    """Return the back and the corners of a triangle whose tip touches the card."""
    length = math.dist(end, tip) or 1.0
    ahead, aside = (tip[0] - end[0]) / length, (tip[1] - end[1]) / length
    back = tip[0] - _ARROW * ahead, tip[1] - _ARROW * aside
    corners = [
        tip,
        (back[0] - _HALF_ARROW * aside, back[1] + _HALF_ARROW * ahead),
        (back[0] + _HALF_ARROW * aside, back[1] - _HALF_ARROW * ahead),
    ]
    return back, corners
