"""With this one can find where everything in the drawing of a graph stands.

Start from `arrange_readably`, or from `arrange` in a given direction; both return a `Scene`. The
layout engine is asked in `layout`; labels find their places in `edge_labels` and `slanted_labels`,
frames in `framing`. What is there is drawn in `scalar_graph`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.drawing.crossings import tangle
from autograd_mini.drawing.direction import in_direction
from autograd_mini.drawing.dot import layout_text, room
from autograd_mini.drawing.edge_figure import edge_texts
from autograd_mini.drawing.edge_labels import Box, place
from autograd_mini.drawing.frame_figure import obstacles, place_captions
from autograd_mini.drawing.framing import frame_boxes, is_clear
from autograd_mini.drawing.layout import LayoutError, lay_out
from autograd_mini.drawing.outline import LABEL_SIZE
from autograd_mini.drawing.slanted_labels import Slanted, place_on_lines, place_slanted
from autograd_mini.drawing.straight import straightened
from autograd_mini.drawing.text import width
from autograd_mini.drawing.widening import Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.layout import Layout, Point
    from autograd_mini.drawing.outline import Outline

_LABEL_HEIGHT = 7.0
_STRETCHES = (1.0, 1.5, 2.2)
"""How much more room is tried, where labels of edges find none."""

_WIDENINGS = (1.0, 1.5, 2.2, 3.2, 4.5)
"""How much more room is tried between full layers, where labels do not fit between their lines."""

_MANY_EDGES = 150
"""With more edges, labels that find no room are left out at once."""

_MOST_COMPARED = 100
"""A graph of more edges is laid out with operands in written order, whatever crosses then."""

_WORTH_IT = 2
"""So many crossings less have to be gained by another order of operands."""

_MOST_TRIED = 500
"""A graph of more edges is not laid out twice."""


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
    slanted : dict
        Name of an edge → where its label stands, if that lies along the edge.
    crossed : set
        Names of the edges whose labels stand on other edges.
    """

    layout: Layout
    boxes: dict[str, Box]
    routes: dict[str, list[Point]]
    texts: dict[str, str]
    labels: dict[str, Box]
    frames: dict[str, Box]
    captions: dict[str, Box]
    slanted: dict[str, Slanted]
    crossed: set[str]

    @property
    def width(self) -> float:
        """The whole width."""
        return self.layout.width

    @property
    def height(self) -> float:
        """The whole height."""
        return self.layout.height

    def moved(self, right: float, down: float) -> Scene:
        """Return the same, elsewhere."""
        routes = {n: [(right + x, down + y) for x, y in r] for n, r in self.routes.items()}
        boxes, labels, frames, captions = (
            {n: Box(right + a, down + b, right + c, down + d) for n, (a, b, c, d) in each.items()}
            for each in (self.boxes, self.labels, self.frames, self.captions)
        )
        slanted = {
            name: each._replace(x=each.x + right, y=each.y + down)
            for name, each in self.slanted.items()
        }
        return Scene(
            self.layout, boxes, routes, self.texts, labels, frames, captions, slanted, self.crossed
        )


class _Placed(NamedTuple):
    """Cards and edges: what the engine gave, the cards' boxes, and the routes that are drawn."""

    layout: Layout
    boxes: dict[str, Box]
    routes: dict[str, list[Point]]

    def straight(self) -> dict[str, tuple[Point, Point]]:
        """Return start and tip of the edges that are drawn straight."""
        curves = self.layout.routes
        return {n: (r[0], r[-1]) for n, r in self.routes.items() if r is not curves[n]}


def arrange_readably(outline: Outline, direction: str) -> tuple[Scene, str]:
    """Return where everything stands, and the direction; with "auto" the more readable of the two.

    Of very large graphs none is readable, and the way to the right is taken untried.
    """
    if direction == "auto" and len(outline.arrows) > _MOST_TRIED:
        direction = "right"
    return in_direction(direction, lambda way: arrange(outline, way))


def arrange(outline: Outline, direction: str) -> Scene:
    """Return where everything stands, with as much room between as labels of edges need.

    Labels that find no room even so are left out.

    Parameters
    ----------
    outline : Outline
    direction : {"right", "down"}

    Returns
    -------
    Scene

    Raises
    ------
    LayoutError
        If there is no layout engine, or it fails.
    """
    for stretch in _STRETCHES:
        scene = _with_texts(outline, direction, _without_texts(outline, direction, stretch))
        complete = len(scene.labels) + len(scene.slanted) == len(scene.texts)
        if complete or len(outline.arrows) > _MANY_EDGES:
            break
    return _from_the_corner(scene)


def _without_texts(outline: Outline, direction: str, stretch: float) -> _Placed:
    """Return cards and edges; the engine is told of frames only where it has to be.

    Where it keeps the cards of a frame together it takes more room and crosses more edges.
    """
    if not outline.frames or len(outline.arrows) <= _MANY_EDGES:
        for placed in _least_tangled_first(outline, direction, stretch):
            frames = frame_boxes(outline, placed.boxes)
            if is_clear(outline, frames, placed.boxes, placed.routes):
                return placed
    return _laid_out(outline, direction, stretch, groups=True)


def _least_tangled_first(outline: Outline, direction: str, stretch: float) -> list[_Placed]:
    """Return layouts to choose from: with operands in written order, and without if that helps."""
    across = int(direction == "right")

    def knots(placed: _Placed) -> int:
        return tangle(outline.arrows, placed.routes, across)

    written = _laid_out(outline, direction, stretch)
    if len(outline.arrows) > _MOST_COMPARED or knots(written) < _WORTH_IT:
        return [written]
    turned = outline._replace(cards=outline.cards[::-1])
    free = [_laid_out(each, direction, stretch, ordered=False) for each in (outline, turned)]
    return sorted([written, *free], key=lambda each: knots(each) - _WORTH_IT * (each is written))


def _laid_out(
    outline: Outline, direction: str, stretch: float, *, groups: bool = False, ordered: bool = True
) -> _Placed:
    across = int(direction == "right")
    layout = lay_out(layout_text(outline, direction, stretch, groups=groups, ordered=ordered))
    if groups and direction == "right":
        layout = layout.turned()
    layout = _in_order(outline, layout, across)
    boxes = _boxes(outline, layout, direction)
    routes = straightened(outline.arrows, boxes, layout.routes, across)
    return _Placed(layout, boxes, routes)


def _with_texts(outline: Outline, direction: str, placed: _Placed) -> Scene:
    """Return cards, edges, frames and all that is written beside them."""
    across = int(direction == "right")
    texts = edge_texts(outline.arrows, placed.routes, across=across, language=outline.language)
    sizes = {name: (width(text, LABEL_SIZE), _LABEL_HEIGHT) for name, text in texts.items()}
    placed, slanted = _with_slanted_labels(outline, across, placed, sizes)
    layout, boxes, routes = placed
    frames = frame_boxes(outline, boxes)
    large = len(outline.arrows) > _MANY_EDGES
    captions = place_captions(outline.frames, frames, () if large else routes.values())
    taken = [*boxes.values(), *obstacles(frames, captions)]
    taken += [label.bounds() for label in slanted.values()]
    upright = {name: size for name, size in sizes.items() if name not in slanted}
    labels, crossed = place(upright, routes, taken, sideways=direction == "down")
    return Scene(layout, boxes, routes, texts, labels, frames, captions, slanted, crossed)


def _with_slanted_labels(
    outline: Outline, across: int, placed: _Placed, sizes: dict[str, tuple[float, float]]
) -> tuple[_Placed, dict[str, Slanted]]:
    """Return the labels along straight edges, with as much room between the layers as they need."""
    straight = placed.straight()
    best, most = (placed, dict[str, Slanted]()), -1
    for factor in _WIDENINGS if straight else ():
        stretch = Stretch(placed.boxes.values(), straight.values(), 1 - across, factor)
        boxes = {name: stretch.of_box(box) for name, box in placed.boxes.items()}
        layout = stretch.of_layout(placed.layout)
        found = _Placed(layout, boxes, straightened(outline.arrows, boxes, layout.routes, across))
        frames = frame_boxes(outline, boxes).values()
        slanted = place_slanted(sizes, found.straight(), [*boxes.values(), *frames])
        if len(slanted) > most:
            best, most = (found, slanted), len(slanted)
        if len(slanted) == len(straight.keys() & sizes):
            break
    found, slanted = best
    taken = [*found.boxes.values(), *frame_boxes(outline, found.boxes).values()]
    return found, slanted | place_on_lines(sizes, found.straight(), taken, slanted)


def _from_the_corner(scene: Scene) -> Scene:
    """Return a scene that begins in the corner; labels and frames reach over the layout's sides."""
    width, height = scene.layout[:2]
    reach = [*scene.labels.values(), *scene.frames.values(), (0.0, 0.0, width, height)]
    reach += [label.bounds() for label in scene.slanted.values()]
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
