"""With this one can stand things in columns, and lead lines between them past all others.

Start from `place`. Graphviz says which column each thing stands in, in which order and how high;
here lines get a free height in each column that they pass, so that a page can widen columns and
heighten what is in them without any line ever crossing a card. What the things are is decided in
`boxes`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

from autograd_mini.drawing.edge_labels import polyline
from autograd_mini.drawing.layout import LayoutError, lay_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from autograd_mini.drawing.layout import Point

    Name = int | str
    Cable = tuple[Name, Name]
    Sizes = dict[Name, tuple[float, float]]

_BETWEEN_CARDS = 14.0
_BETWEEN_COLUMNS = 60.0
_BESIDE_CARD = 7.0  # a line's label, which may stand above its card, finds room there
_BESIDE_LINE = 6.0

_PATIENCE = 2
"""How long heights are improved. Longer takes 7 s in place of 1.3 for 500 random nodes, and was
no better: their lines were longer by a quarter."""


class Place(NamedTuple):
    """Where a thing stands: in which column, and between which heights."""

    column: int
    top: float
    bottom: float


class Stop(NamedTuple):
    """How high a line is while it passes a column."""

    column: int
    height: float


def place(
    sizes: Sizes, cables: list[Cable], first: Iterable[Name], last: Iterable[Name]
) -> tuple[dict[Name, Place], dict[Cable, list[Stop]]]:
    """Return where things stand, and how high lines between them are in columns that they pass.

    From one such stop to the next, and to its ends, a line may go as it likes: between these two
    heights it meets nothing.

    Parameters
    ----------
    sizes : dict
        Name → width and height.
    cables : list of pairs of names
        From left to right.
    first, last : iterables of names
        What stands in columns of their own: column 0, and the last one.

    Returns
    -------
    dict, dict
        Name → its place, and cable → its stops. The highest place is at 0.

    Raises
    ------
    LayoutError
        If nothing can lay them out.
    ValueError
        If the cables make a cycle.

    Examples
    --------
    >>> places, lines = place({"a": (68, 38), "b": (68, 38), "c": (68, 38)},
    ...                       [("a", "b"), ("b", "c"), ("a", "c")], [], [])
    >>> [places[name].column for name in "abc"], len(lines["a", "c"]), lines["a", "b"]
    ([1, 2, 3], 1, [])
    """
    names = {name: f"n{number}" for number, name in enumerate(sizes)}
    routes = {cable: f"e{number}" for number, cable in enumerate(cables)}
    left, right = ([names[name] for name in side] for side in (first, last))
    laid_out = lay_out(_dot(sizes, names, routes, left, right))
    missing = (set(names.values()) - laid_out.centres.keys()) | (
        set(routes.values()) - laid_out.routes.keys()
    )
    if missing:
        raise LayoutError(f"the layout engine left out {', '.join(sorted(missing)[:4])}")
    middles = sorted({laid_out.centres[name][0] for name in names.values()})
    places = {
        name: _standing(laid_out.centres[mine], sizes[name][1], middles, bool(left))
        for name, mine in names.items()
    }
    if any(places[tail].column >= places[head].column for tail, head in cables):
        raise ValueError("parts must not need each other: folded, they would make a cycle")
    lines = {
        cable: _heights(laid_out.routes[route], middles[_between(places, cable, bool(left))])
        for cable, route in routes.items()
    }
    _spread(places, lines)
    return _from_zero(places, _eased(places, lines))


def _from_zero(
    places: dict[Name, Place], lines: dict[Cable, list[Stop]]
) -> tuple[dict[Name, Place], dict[Cable, list[Stop]]]:
    """Return the same with the highest at 0."""
    heights = [stop.height for stops in lines.values() for stop in stops]
    top = min([*heights, *(place.top for place in places.values())])
    return (
        {name: Place(c, high - top, low - top) for name, (c, high, low) in places.items()},
        {cable: [Stop(c, height - top) for c, height in mine] for cable, mine in lines.items()},
    )


def _dot(
    sizes: Sizes,
    names: dict[Name, str],
    routes: dict[Cable, str],
    left: list[str],
    right: list[str],
) -> str:
    """Return the DOT text of boxes without text, and edges with an id each."""
    nodes = (
        f"{names[name]} [width={_inches(wide)} height={_inches(high)}]"
        for name, (wide, high) in sizes.items()
    )
    edges = (f"{names[tail]} -> {names[head]} [id={mine}]" for (tail, head), mine in routes.items())
    gaps = f"nodesep={_inches(_BETWEEN_CARDS)} ranksep={_inches(_BETWEEN_COLUMNS)}"
    return "\n".join(
        (
            f"digraph {{ rankdir=LR ordering=in nslimit={_PATIENCE} {gaps}",
            'node [shape=box fixedsize=true label=""]',
            *nodes,
            f"{{ rank=source {' '.join(left)} }}" if left else "",
            f"{{ rank=sink {' '.join(right)} }}" if right else "",
            *edges,
            "}",
        )
    )


def _inches(points: float) -> str:
    return f"{max(points, 1) / 72:.4f}"


def _standing(centre: Point, high: float, middles: list[float], ports: bool) -> Place:
    """Return the place of a thing; the first column is 0 if it is one of ports, and else 1."""
    column = middles.index(centre[0]) + (not ports)
    return Place(column, centre[1] - high / 2, centre[1] + high / 2)


def _between(places: dict[Name, Place], cable: Cable, ports: bool) -> slice:
    tail, head = (places[end].column - (not ports) for end in cable)
    return slice(tail + 1, head)


def _heights(route: list[Point], middles: list[float]) -> list[float]:
    """Return how high a line is at each of these x, which grow."""
    points = polyline(route) if middles else []
    heights = []
    for x in middles:
        after = bisect_right(points, x, 1, len(points) - 1, key=lambda point: point[0])
        (a, b), (c, d) = points[after - 1], points[after]
        heights.append(b + (d - b) * (x - a) / ((c - a) or 1.0))
    return heights


def _spread(places: dict[Name, Place], lines: dict[Cable, list[float]]) -> None:
    """Move lines that pass between the same neighbours off each other, in every column."""
    columns: dict[int, list[tuple[float, int, Any]]] = defaultdict(list)
    for order, place in enumerate(places.values()):
        columns[place.column].append(((place.top + place.bottom) / 2, order, place))
    for order, ((tail, _), heights) in enumerate(lines.items(), len(places)):
        for index, height in enumerate(heights):
            columns[places[tail].column + 1 + index].append((height, order, (heights, index)))
    for column in columns.values():
        run: list[tuple[list[float], int]] = []
        least = -math.inf
        for _, _, thing in sorted(column, key=lambda entry: entry[:2]):
            if not isinstance(thing, Place):
                run.append(thing)
                continue
            _apart(run, least, thing.top - _BESIDE_CARD)
            run, least = [], thing.bottom + _BESIDE_CARD
        _apart(run, least, math.inf)


def _apart(run: list[tuple[list[float], int]], least: float, most: float) -> None:
    """Move lines apart between two heights."""
    gap = min(_BESIDE_LINE, (most - least) / max(len(run) - 1, 1))
    for heights, index in run:
        least = heights[index] = max(heights[index], least)
        least += gap
    for heights, index in reversed(run):
        most = heights[index] = min(heights[index], most)
        most -= gap


def _eased(places: dict[Name, Place], lines: dict[Cable, list[float]]) -> dict[Cable, list[Stop]]:
    """Return the stops that lines cannot do without."""
    columns: dict[int, list[Place]] = defaultdict(list)
    for place in places.values():
        columns[place.column].append(place)
    eased = {}
    for (tail, head), heights in lines.items():
        first, last = places[tail], places[head]
        stops = [Stop(first.column + 1 + index, height) for index, height in enumerate(heights)]
        spans = [first, *(Place(column, height, height) for column, height in stops), last]
        eased[tail, head] = [stops[index - 1] for index in _needed(spans, columns)]
    return eased


def _needed(spans: list[Place], columns: dict[int, list[Place]]) -> list[int]:
    """Return which places between the first and the last a line must go through."""
    needed = []
    start = 0
    for end in range(2, len(spans)):
        high = min(spans[start].top, spans[end].top) - _BESIDE_CARD
        low = max(spans[start].bottom, spans[end].bottom) + _BESIDE_CARD
        if any(
            card.top < low and high < card.bottom
            for passed in spans[start + 1 : end]
            for card in columns[passed.column]
        ):
            start = end - 1
            needed.append(start)
    return needed
