"""With this one can place a small label beside each edge, where it covers nothing.

Start from `place`. Labels that take part in the layout would cost most of its time and bend the
edges; so they are placed afterwards, each at the best of a few places along its own edge. How
edges are drawn lives in `scalar_graph`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from functools import cache
from itertools import accumulate, pairwise, product
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograd_mini.drawing.layout import Point

_FRACTIONS = (0.5, 0.43, 0.57, 0.36, 0.64, 0.29, 0.71, 0.22, 0.78, 0.15, 0.85)
_TRIES = sorted(
    (9.0 * abs(fraction - 0.5) + 6.0 * (turned or side == 1), fraction, turned, side)
    for fraction, turned, side in product(_FRACTIONS, (False, True), (-1, 1))
)
"""What a place costs by itself, and where it is: how far along, at which side; the best first."""

_MANY, _FEW_TRIES = 250, 14
"""Of so many labels, each has fewer places to choose from."""

_CELL = 24.0
_STEP = 8.0
"""How far apart points along a curve are: less than a label is high with its air."""

_MOST_POINTS = 30_000
"""In a thicket of longer curves the points stand farther apart."""

_FARTHEST = 40.0
"""A line that makes a label go farther away leaves it no place."""

_GAP = 3.0
_AIR = 1.5
_BELOW = 5.0  # a label seems to belong to the line right under it

# What a label's place may cost, from worst to least; from _COVERS on it is no place.
_COVERS, _ON_A_LINE, _AWAY = 99.0, 8.0, 0.4


class Box(NamedTuple):
    """A rectangle, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes have a point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class _Ground:
    """What stands in a figure already, found quickly by place."""

    def __init__(self) -> None:
        self._boxes: dict[tuple[int, int], list[Box]] = defaultdict(list)
        self._points: dict[tuple[int, int], list[tuple[str, Point]]] = defaultdict(list)

    def add_box(self, box: Box) -> None:
        for cell in _cells(box):
            self._boxes[cell].append(box)

    def add_line(self, name: str, points: Iterable[Point]) -> None:
        for x, y in points:
            self._points[int(x // _CELL), int(y // _CELL)].append((name, (x, y)))

    def cost(self, label: Box, name: str) -> float:
        """Return what it costs to put the label of the edge `name` there."""
        box = Box(label.left - _AIR, label.top - _AIR, label.right + _AIR, label.bottom + _AIR)
        if any(box.meets(other) for cell in _cells(box) for other in self._boxes.get(cell, ())):
            return _COVERS
        box = box._replace(bottom=label.bottom + _BELOW)
        crossed = {
            other
            for cell in _cells(box)
            for other, (x, y) in self._points.get(cell, ())
            if other != name and box.left < x < box.right and box.top < y < box.bottom
        }
        return _ON_A_LINE * len(crossed)


def place(
    labels: dict[str, tuple[float, float]],
    routes: dict[str, list[Point]],
    cards: Iterable[Box],
    *,
    sideways: bool = False,
) -> tuple[dict[str, Box], set[str]]:
    """Return a box for each label, beside its edge, and which of them other edges cross.

    Parameters
    ----------
    labels : dict
        Name of an edge → width and height of its label.
    routes : dict
        Name of an edge → the points of its Bézier curve, then the tip.
    cards : iterable of Box
        What must not be covered.
    sideways : bool
        Labels stand above their lines; if `sideways`, at their right.

    Returns
    -------
    tuple of (dict, set)
        Name of an edge → the box of its label, where those that find no room are left out; and the
        names of those that could not but stand on other edges.
    """
    ground = _Ground()
    for card in cards:
        ground.add_box(card)
    step = max(_STEP, sum(map(_roughly, routes.values())) / _MOST_POINTS)
    lines = {name: polyline(route, step) for name, route in routes.items()}
    for name, points in lines.items():
        ground.add_line(name, points)
    tries = _TRIES if len(labels) < _MANY else _TRIES[:_FEW_TRIES]
    placed: dict[str, Box] = {}
    crossed: set[str] = set()
    for name, size in labels.items():
        box = _best(ground, tries, name, lines[name], size, sideways=sideways)
        if box is not None:
            placed[name] = box
            if ground.cost(box, name):
                crossed.add(name)
            ground.add_box(box)
    return placed, crossed


def _best(
    ground: _Ground,
    tries: list[tuple[float, float, bool, int]],
    name: str,
    points: list[Point],
    size: tuple[float, float],
    *,
    sideways: bool,
) -> Box | None:
    """Return the best place for one label along its line; None if it covers something anywhere."""
    lengths = [0.0, *accumulate(math.dist(start, end) for start, end in pairwise(points))]
    best, found = _COVERS, None
    for own, fraction, turned, side in tries:
        if own >= best:
            break
        beside = sideways != turned  # a steep line has its room at its sides
        at, index = _along(points, lengths, fraction)
        # Above the line, or at its right.
        way = -side if sideways else side
        low, high = _extent(points, index, at, size, axis=int(beside))
        box, away = _beside(low, high, at, size, way, sideways=beside)
        cost = own + _AWAY * away
        cost += ground.cost(box, name) if cost < best else 0.0
        if cost < best:
            best, found = cost, box
    return found


def _roughly(route: list[Point]) -> float:
    """Return the length of a curve, roughly."""
    return math.dist(route[0], route[-1])


def polyline(route: list[Point], step: float = _STEP) -> list[Point]:
    """Return points along a curve, about a step apart, the tip last.

    Examples
    --------
    >>> [round(x) for x, _ in polyline([(0, 0), (8, 0), (16, 0), (24, 0), (30, 0)])]
    [0, 8, 16, 24, 30]
    """
    points = [route[0]]
    for start in range(0, len(route) - 4, 3):
        a, b, c, d = route[start : start + 4]
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = a, b, c, d
        length = math.dist(a, b) + math.dist(b, c) + math.dist(c, d)
        points += [
            (k * ax + l * bx + m * cx + n * dx, k * ay + l * by + m * cy + n * dy)
            for k, l, m, n in _weights(math.ceil(length / step) or 1)
        ]
    return [*points, route[-1]]


@cache
def _weights(steps: int) -> list[tuple[float, float, float, float]]:
    """Return the weights of the four points of a Bézier curve, at each step along it."""
    return [
        ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        for t in (step / steps for step in range(1, steps + 1))
    ]


def _along(points: list[Point], lengths: list[float], fraction: float) -> tuple[Point, int]:
    """Return the point at a fraction of a line's length, and the index of the next of its points.

    `lengths` are those up to each point.
    """
    wanted = fraction * lengths[-1]
    after = min(max(bisect_left(lengths, wanted), 1), len(points) - 1)
    start, end = points[after - 1], points[after]
    share = (wanted - lengths[after - 1]) / ((lengths[after] - lengths[after - 1]) or 1.0)
    x, y = start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
    return (x, y), after


def _extent(
    points: list[Point], after: int, at: Point, size: tuple[float, float], *, axis: int
) -> tuple[float, float]:
    """Return between which heights (with `axis` 1: sides) a line passes a label centred at `at`."""
    reach = size[axis] / 2 + 2
    low = high = at[1 - axis]
    for way in (range(after, len(points)), range(after - 1, -1, -1)):
        for index in way:
            point = points[index]
            if abs(point[axis] - at[axis]) > reach or high - low > _FARTHEST:
                break
            low, high = min(low, point[1 - axis]), max(high, point[1 - axis])
    return low, high


def _beside(
    low: float, high: float, at: Point, size: tuple[float, float], side: int, *, sideways: bool
) -> tuple[Box, float]:
    """Return a box that clears the line, and how far the line made it go away from `at`."""
    along, across = (1, 0) if sideways else (0, 1)
    start, end = at[along] - size[along] / 2, at[along] + size[along] / 2
    edge = (high + _GAP) if side == 1 else (low - _GAP - size[across])
    away = abs(high - at[across] if side == 1 else at[across] - low)
    if sideways:
        return Box(edge, start, edge + size[0], end), away
    return Box(start, edge, end, edge + size[1]), away


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    """Return the cells of the grid that a box touches."""
    for column in range(int(box.left // _CELL), int(box.right // _CELL) + 1):
        for row in range(int(box.top // _CELL), int(box.bottom // _CELL) + 1):
            yield column, row
