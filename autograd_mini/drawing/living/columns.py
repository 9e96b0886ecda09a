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
from itertools import pairwise
from typing import NamedTuple

from autograd_mini.drawing.edge_labels import polyline
from autograd_mini.drawing.layout import LayoutError, lay_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from autograd_mini.drawing.layout import Point

    Name = int | str
    Cable = tuple[Name, Name]
    Sizes = dict[Name, tuple[float, float]]

_BETWEEN_CARDS = 14.0
_BETWEEN_COLUMNS = 60.0
_BESIDE_CARD = 9.0
"""What is free between a line and a card that it passes: the label of another line stands there."""

_BESIDE_LINE = 6.0

_PATIENCE = 2
"""How long heights are improved. Longer takes 7 s in place of 1.3 for 500 random nodes, and was
no better: their lines were longer by a quarter."""


class Place(NamedTuple):
    """Where a thing stands: in which column, and between which heights."""

    column: int
    top: float
    bottom: float


def place(
    sizes: Sizes, cables: list[Cable], first: Iterable[Name], last: Iterable[Name]
) -> tuple[dict[Name, Place], dict[Cable, list[float]]]:
    """Return where things stand, and how high lines between them are in the columns they pass.

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
        Name → its place, and cable → its heights. The highest place is at 0.

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
    >>> [places[name].column for name in "abc"], len(lines["a", "c"])
    ([1, 2, 3], 1)
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
    return _with_room(places, lines)


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


class _Run(NamedTuple):
    """Lines that pass between two neighbours of one column: cable, and which of its heights."""

    above: Name | None
    below: Name | None
    lines: list[tuple[Cable, int]]

    @property
    def room(self) -> float:
        """How much room they need."""
        return 2 * _BESIDE_CARD + (len(self.lines) - 1) * _BESIDE_LINE


def _with_room(
    places: dict[Name, Place], lines: dict[Cable, list[float]]
) -> tuple[dict[Name, Place], dict[Cable, list[float]]]:
    """Move things apart where lines between them have no room, and lines to where they have it."""
    runs = _runs(places, lines)
    move = stretched(
        (places[run.above].bottom, places[run.below].top, run.room)
        for run in runs
        if run.above is not None and run.below is not None
    )
    moved = {name: _moved(place, move) for name, place in places.items()}
    heights = {cable: list(map(move, mine)) for cable, mine in lines.items()}
    for run in runs:
        _spread(run, moved, heights)
    top = min([place.top for place in moved.values()] + [min(h) for h in heights.values() if h])
    return (
        {name: Place(c, up - top, low - top) for name, (c, up, low) in moved.items()},
        {cable: [height - top for height in mine] for cable, mine in heights.items()},
    )


def _runs(places: dict[Name, Place], lines: dict[Cable, list[float]]) -> list[_Run]:
    """Return the lines of every column, taken together between its cards."""
    columns: dict[int, list[tuple[float, int, Any]]] = defaultdict(list)
    for order, (name, place) in enumerate(places.items()):
        columns[place.column].append(((place.top + place.bottom) / 2, order, name))
    for order, ((tail, head), heights) in enumerate(lines.items(), len(places)):
        for index, height in enumerate(heights):
            column = places[tail].column + 1 + index
            columns[column].append((height, order, ((tail, head), index)))
    runs = []
    for column in columns.values():
        run = _Run(None, None, [])
        for _, order, found in sorted(column):
            if order >= len(places):
                run.lines.append(found)
            else:
                runs.append(run._replace(below=found))
                run = _Run(found, None, [])
        runs.append(run)
    return [run for run in runs if run.lines]


def stretched(intervals: Iterable[tuple[float, float, float]]) -> Callable[[float], float]:
    """Return what moves heights apart: none comes nearer to another, nor changes its order.

    Parameters
    ----------
    intervals : iterable of (start, end, length)
        As long as this they become at least.

    Examples
    --------
    >>> move = stretched([(10, 20, 30)])
    >>> move(5), move(15), move(25)
    (5, 25.0, 45)
    """
    ending: dict[float, list[tuple[float, float]]] = defaultdict(list)
    marks = set()
    for start, end, length in intervals:
        ending[end].append((start, length))
        marks |= {start, end}
    olds = sorted(marks)
    news: dict[float, float] = {}
    for last, mark in pairwise([None, *olds]):
        least = mark if last is None else news[last] + mark - last
        news[mark] = max([least, *(news[start] + length for start, length in ending[mark])])

    def move(y: float) -> float:
        after = bisect_right(olds, y)
        if after == 0:
            return y
        old, new = olds[after - 1], news[olds[after - 1]]
        if after == len(olds):
            return new + y - old
        share = (y - old) / (olds[after] - old)
        return new + share * (news[olds[after]] - new)

    return move


def _moved(place: Place, move: Callable[[float], float]) -> Place:
    """Return a place as high as before, in the middle of where its ends have moved."""
    middle = (move(place.top) + move(place.bottom)) / 2
    half = (place.bottom - place.top) / 2
    return place._replace(top=middle - half, bottom=middle + half)


def _spread(run: _Run, places: dict[Name, Place], heights: dict[Cable, list[float]]) -> None:
    """Move the lines of a run off its neighbours, and off each other."""
    least = -math.inf if run.above is None else places[run.above].bottom + _BESIDE_CARD
    most = math.inf if run.below is None else places[run.below].top - _BESIDE_CARD
    for cable, index in run.lines:
        heights[cable][index] = max(heights[cable][index], least)
        least = heights[cable][index] + _BESIDE_LINE
    for cable, index in reversed(run.lines):
        heights[cable][index] = min(heights[cable][index], most)
        most = heights[cable][index] - _BESIDE_LINE
