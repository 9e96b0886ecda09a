"""With this one can write labels along straight edges, where full layers leave no room for others.

Start from `place_slanted`. Between full layers upright labels cross many lines; one that lies
along its own line finds a place where the lines spread. Where there is none, `place_on_lines` lets
it interrupt its line, as on maps. Other labels are placed in `edge_labels`;
which edges are straight is decided in `straight`.
"""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple

from autograd_mini.drawing.edge_labels import Box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_mini.drawing.layout import Point

    Line = tuple[Point, Point]

_SHARES = tuple(sorted((k / 100 for k in range(8, 93)), key=lambda share: abs(share - 0.5)))
"""How far along a line a label may stand, the best first."""

_GAP = 2.0
_AIR = 1.0
_MOST = 160
"""Of more lines the search would take longer than the layout."""

_MOST_HIDDEN = 3
"""So many crossings of lines a label may hide."""


class Slanted(NamedTuple):
    """A label along a line.

    Parameters
    ----------
    x, y : float
        The middle of its baseline.
    angle : float
        In degrees, from -90 to 90, clockwise.
    width, height : float
    on : bool
        Whether it stands on its line, and on those that cross it there, which it interrupts.
    """

    x: float
    y: float
    angle: float
    width: float
    height: float
    on: bool = False

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

    def rim(self) -> list[Line]:
        """Return its four sides."""
        corners = self.corners()
        return list(zip(corners, corners[1:] + corners[:1], strict=True))

    def bounds(self) -> Box:
        """Return the upright box around it."""
        x, y = zip(*self.corners(), strict=True)
        return Box(min(x), min(y), max(x), max(y))


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
    taken = [line for card in cards for line in _sides(card)]
    for name, size in sizes.items():
        if name in lines:
            others = [line for other, line in lines.items() if other != name]
            own = _Way(lines[name], size, [*others, *taken])
            best = own.first_free((_GAP, -_GAP - size[1]))
            if best is not None:
                placed[name] = best
                taken += best.rim()
    return placed


def place_on_lines(
    sizes: dict[str, tuple[float, float]],
    lines: dict[str, Line],
    cards: Iterable[Box],
    placed: dict[str, Slanted],
) -> dict[str, Slanted]:
    """Return a place on its line for each label that found none beside it, where few lines cross.

    Parameters
    ----------
    sizes, lines, cards
        As in `place_slanted`.
    placed : dict
        What `place_slanted` gave.

    Returns
    -------
    dict
        Name of an edge → where its label stands; those that would hide several crossings are left
        out.

    Examples
    --------
    >>> lines = {"e": ((0.0, 0.0), (100.0, 0.0)), "f": ((50.0, -50.0), (50.0, 50.0))}
    >>> place_on_lines({"e": (99.0, 7.0)}, lines, [], {})["e"].on
    True
    """
    taken = [line for card in cards for line in _sides(card)]
    taken += [line for label in placed.values() for line in label.rim()]
    found: dict[str, Slanted] = {}
    for name in [n for n in sizes if n in lines and n not in placed and len(lines) <= _MOST]:
        others = [line for other, line in lines.items() if other != name]
        best = _Way(lines[name], sizes[name], taken).on_fewest(others)
        if best is not None:
            found[name] = best
            taken += best.rim()
    return found


class _Way:
    """The places along a line, and what is in the way there; seen with the line lying level.

    Parameters
    ----------
    line : pair of points
    size : pair of float
        Of the label.
    taken : list of pairs of points
        Lines that may not cross it.
    """

    def __init__(self, line: Line, size: tuple[float, float], taken: list[Line]) -> None:
        (a, b), (c, d) = line
        angle = math.degrees(math.atan2(d - b, c - a))
        self._angle = angle - (180 if angle > 90 else -180 if angle < -90 else 0)
        self._along, self._up = _directions(self._angle)
        self._line, self._size = line, size
        self._reach = self._level((c, d))[0]
        self._taken = self._near(taken)

    def _level(self, point: Point) -> Point:
        """Return where a point is, along the line from its start and above it."""
        (a, b), _ = self._line
        x, y = point[0] - a, point[1] - b
        (ax, ay), (ux, uy) = self._along, self._up
        return x * ax + y * ay, x * ux + y * uy

    def _near(self, lines: Iterable[Line]) -> list[Line]:
        """Return those lines that come near, as seen from here."""
        far = self._size[1] + _GAP + _AIR
        level = ((self._level(start), self._level(end)) for start, end in lines)
        return [line for line in level if min(p[1] for p in line) < far > -max(p[1] for p in line)]

    def first_free(self, offs: Sequence[float]) -> Slanted | None:
        """Return the best label that nothing crosses, at one of some heights above the line."""
        blocked = {off: self._between(self._taken, off) for off in offs}
        places = product(_SHARES, offs)
        return next(
            (self._at(s, off) for s, off in places if not self._hits(s, blocked[off])), None
        )

    def on_fewest(self, others: list[Line]) -> Slanted | None:
        """Return the label on the line where fewest others cross; None if too many do."""
        off = -self._size[1] / 2
        blocked, crossing = self._between(self._taken, off), self._between(self._near(others), off)
        free = [share for share in _SHARES if not self._hits(share, blocked)]
        best = min(free, key=lambda share: self._hits(share, crossing), default=None)
        if best is None or self._hits(best, crossing) > _MOST_HIDDEN:
            return None
        return self._at(best, off)._replace(on=True)

    def _between(self, lines: list[Line], off: float) -> list[tuple[float, float]]:
        """Return from where to where lines pass at the height of a label."""
        low, high = off - _AIR, off + self._size[1] + _AIR
        return [
            _span(line, low, high) for line in lines
            if min(line[0][1], line[1][1]) < high and max(line[0][1], line[1][1]) > low
        ]  # fmt: skip

    def _hits(self, share: float, spans: list[tuple[float, float]]) -> int:
        """Return how many lines pass a label at a share of this one."""
        middle, half = share * self._reach, self._size[0] / 2 + _AIR
        return sum(start < middle + half and end > middle - half for start, end in spans)

    def _at(self, share: float, off: float) -> Slanted:
        (a, b), (c, d) = self._line
        x, y = a + share * (c - a) + off * self._up[0], b + share * (d - b) + off * self._up[1]
        return Slanted(x, y, self._angle, *self._size)


def _span(line: Line, low: float, high: float) -> tuple[float, float]:
    """Return from where to where a line is between two heights."""
    (x, y), (z, w) = line
    slope = (z - x) / (w - y) if w != y else 0.0
    ends = [x + slope * (min(max(end, low), high) - y) for end in (y, w)] if w != y else [x, z]
    return min(ends), max(ends)


def _directions(angle: float) -> tuple[Point, Point]:
    """Return the directions along a label and up from its baseline."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (cosine, sine), (sine, -cosine)


def _sides(box: Box) -> list[Line]:
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return list(zip(corners, corners[1:] + corners[:1], strict=True))
