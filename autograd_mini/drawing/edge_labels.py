"""With this one can place a small label beside each edge, where it covers nothing.

Start from `place`. Labels that take part in the layout would cost most of its time and bend the
edges; so they are placed afterwards, each at the best of a few places along its own edge. How
edges are drawn lives in `scalar_graph`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
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

_CELL = 24.0
_STEPS = 16
_WEIGHTS = [
    ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    for t in (step / _STEPS for step in range(1, _STEPS + 1))
]
"""Of the four points of a Bézier curve, at each step along it."""

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
) -> dict[str, Box]:
    """Return a box for each label, beside its edge.

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
    dict
        Name of an edge → the box of its label. Those that find no room are left out.
    """
    ground = _Ground()
    for card in cards:
        ground.add_box(card)
    lines = {name: polyline(route) for name, route in routes.items()}
    for name, points in lines.items():
        ground.add_line(name, points)
    placed = {}
    for name, size in labels.items():
        box = _best(ground, name, lines[name], size, sideways)
        if box is not None:
            placed[name] = box
            ground.add_box(box)
    return placed


def _best(
    ground: _Ground, name: str, points: list[Point], size: tuple[float, float], sideways: bool
) -> Box | None:
    """Return the best place for one label along its line; None if it covers something anywhere."""
    lengths = [0.0, *accumulate(math.dist(start, end) for start, end in pairwise(points))]
    best, found = _COVERS, None
    for own, fraction, turned, side in _TRIES:
        if own >= best:
            break
        beside = sideways != turned  # a steep line has its room at its sides
        at = _along(points, lengths, fraction)
        # Above the line, or at its right.
        way = -side if sideways else side
        box, away = _beside(points, at, size, way, sideways=beside)
        cost = own + _AWAY * away
        cost += ground.cost(box, name) if cost < best else 0.0
        if cost < best:
            best, found = cost, box
    return found


def polyline(route: list[Point]) -> list[Point]:
    """Return points along a curve, the tip last.

    Examples
    --------
    >>> len(polyline([(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]))
    18
    """
    points = [route[0]]
    for start in range(0, len(route) - 4, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = route[start : start + 4]
        points += [
            (k * ax + l * bx + m * cx + n * dx, k * ay + l * by + m * cy + n * dy)
            for k, l, m, n in _WEIGHTS
        ]
    return [*points, route[-1]]


def _along(points: list[Point], lengths: list[float], fraction: float) -> Point:
    """Return the point at a fraction of a line's length, given the lengths up to each point."""
    wanted = fraction * lengths[-1]
    last = min(max(bisect_left(lengths, wanted), 1), len(points) - 1)
    start, end = points[last - 1], points[last]
    share = (wanted - lengths[last - 1]) / ((lengths[last] - lengths[last - 1]) or 1.0)
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _beside(
    points: list[Point], at: Point, size: tuple[float, float], side: int, *, sideways: bool
) -> tuple[Box, float]:
    """Return a box that clears the line, and how far the line made it go away from `at`."""
    along, across = (1, 0) if sideways else (0, 1)
    low, high = at[along] - size[along] / 2, at[along] + size[along] / 2
    near = [p[across] for p in points if low - 2 <= p[along] <= high + 2] + [at[across]]
    edge = (max(near) + _GAP) if side == 1 else (min(near) - _GAP - size[across])
    away = abs(max(near) - at[across] if side == 1 else at[across] - min(near))
    if sideways:
        return Box(edge, low, edge + size[0], high), away
    return Box(low, edge, high, edge + size[1]), away


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    """Return the cells of the grid that a box touches."""
    for column in range(int(box.left // _CELL), int(box.right // _CELL) + 1):
        for row in range(int(box.top // _CELL), int(box.bottom // _CELL) + 1):
            yield column, row
