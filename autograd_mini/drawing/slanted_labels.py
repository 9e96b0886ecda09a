"""With this one can write labels along straight edges, where full layers leave no room for others.

Start from `place_slanted`. Between full layers upright labels cross many lines; one that lies
along its own line finds a place where the lines spread. Other labels are placed in `edge_labels`;
which edges are straight is decided in `straight`.
"""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple

from autograd_mini.drawing.edge_labels import Box
from autograd_mini.drawing.straight import crosses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograd_mini.drawing.layout import Point

    Line = tuple[Point, Point]

_SHARES = tuple(sorted((k / 100 for k in range(8, 93)), key=lambda share: abs(share - 0.5)))
"""How far along a line a label may stand, the best first."""

_GAP = 2.0
_AIR = 1.0
_MOST = 120
"""Of more lines the search would take longer than the layout."""


class Slanted(NamedTuple):
    """A label along a line.

    Parameters
    ----------
    x, y : float
        The middle of its baseline.
    angle : float
        In degrees, from -90 to 90, clockwise.
    width, height : float
    """

    x: float
    y: float
    angle: float
    width: float
    height: float

    def corners(self) -> list[Point]:
        """Return its four corners."""
        along, up = _directions(self.angle)
        return [
            (
                self.x + a * self.width * along[0] + b * self.height * up[0],
                self.y + a * self.width * along[1] + b * self.height * up[1],
            )
            for a, b in ((-0.5, 0.0), (0.5, 0.0), (0.5, 1.0), (-0.5, 1.0))
        ]

    def bounds(self) -> Box:
        """Return the upright box around it."""
        x, y = zip(*self.corners(), strict=True)
        return Box(min(x), min(y), max(x), max(y))

    def is_crossed(self, lines: Iterable[Line]) -> bool:
        """Tell whether one of some lines crosses it."""
        (ax, ay), (ux, uy) = _directions(self.angle)
        half = self.width / 2 + _AIR
        box = -half, -self.height - _AIR, half, _AIR
        for (a, b), (c, d) in lines:  # as seen along the baseline, from its middle
            x, y, z, w = a - self.x, b - self.y, c - self.x, d - self.y
            start, tip = (x * ax + y * ay, -x * ux - y * uy), (z * ax + w * ay, -z * ux - w * uy)
            if crosses(start, tip, box):
                return True
        return False


def place_slanted(
    sizes: dict[str, tuple[float, float]], lines: dict[str, Line], cards: Iterable[Box]
) -> dict[str, Slanted]:
    """Return a place along its line for each label that finds one where nothing crosses it.

    Parameters
    ----------
    sizes : dict
        Name of an edge → width and height of its label.
    lines : dict
        Name of a straight edge → its start and its tip.
    cards : iterable of Box
        What may not be covered.

    Returns
    -------
    dict
        Name of an edge → where its label stands; those that find no room are left out.

    Examples
    --------
    >>> found = place_slanted({"e": (20.0, 7.0)}, {"e": ((0.0, 0.0), (100.0, 100.0))}, [])
    >>> round(found["e"].angle)
    45
    """
    placed: dict[str, Slanted] = {}
    if len(lines) > _MOST:
        return placed
    borders = [line for card in cards for line in _sides(card)]
    taken: list[Line] = []
    for name, size in sizes.items():
        if name in lines:
            others = [line for other, line in lines.items() if other != name]
            obstacles = [*others, *taken, *borders]
            tries = _tries(lines[name], size)
            best = next((label for label in tries if not label.is_crossed(obstacles)), None)
            if best is not None:
                placed[name] = best
                corners = best.corners()
                taken += zip(corners, corners[1:] + corners[:1], strict=True)
    return placed


def _tries(line: Line, size: tuple[float, float]) -> Iterator[Slanted]:
    """Return the places along a line, above and below it."""
    (a, b), (c, d) = line
    angle = math.degrees(math.atan2(d - b, c - a))
    angle -= 180 if angle > 90 else -180 if angle < -90 else 0
    _, up = _directions(angle)
    for share, above in product(_SHARES, (True, False)):
        off = _GAP if above else -_GAP - size[1]
        x, y = a + share * (c - a) + off * up[0], b + share * (d - b) + off * up[1]
        yield Slanted(x, y, angle, *size)


def _directions(angle: float) -> tuple[Point, Point]:
    """Return the directions along a label and up from its baseline."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (cosine, sine), (sine, -cosine)


def _sides(box: Box) -> list[Line]:
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return list(zip(corners, corners[1:] + corners[:1], strict=True))
