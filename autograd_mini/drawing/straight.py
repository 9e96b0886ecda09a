"""With this one can draw the edges between full layers as straight lines, as networks are drawn.

Start from `straightened`. Where every card of one rank feeds every card of the next, the curves of
the layout engine are a thicket. What is not so dense keeps its curves, which are found in `layout`.
"""

from __future__ import annotations

from collections import Counter, defaultdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.edge_labels import Box
    from autograd_mini.drawing.layout import Point
    from autograd_mini.drawing.outline import Arrow

    Routes = dict[str, list[Point]]

_DENSE = 12
"""From so many neighbours on (those of one end times those of the other) edges are straight."""

_FULL = 6
"""From so many edges on, a layer that is fed by all of the one before has straight ones."""

_FAR = 420.0
"""Over so much and more, an edge passes other ranks, and bends around them."""

_SPREAD = 0.6
"""The share of a card's side over which its edges are spread."""


def straightened(arrows: list[Arrow], boxes: dict[str, Box], routes: Routes, across: int) -> Routes:
    """Return the routes, those between full layers straight where no card stands in the way.

    Parameters
    ----------
    arrows : list of Arrow
    boxes : dict
        Name of a card → where it stands.
    routes : dict
        Name of an edge → its points.
    across : {0, 1}
        The axis along which operands stand beside each other.

    Returns
    -------
    dict
    """
    dense = _dense(arrows)
    starts = _ports(dense, boxes, across, at_tail=True)
    tips = _ports(dense, boxes, across, at_tail=False)
    found = dict(routes)
    for arrow in dense:
        start, tip = starts[arrow.name], tips[arrow.name]
        others = (box for name, box in boxes.items() if name not in (arrow.tail, arrow.head))
        ahead = tip[1 - across] - start[1 - across]
        if 0 < ahead < _FAR and not any(crosses(start, tip, box) for box in others):
            found[arrow.name] = _line(start, tip)
    return found


def _dense(arrows: list[Arrow]) -> list[Arrow]:
    """Return the edges in a thicket, and those of full layers also where these are small."""
    out, into = Counter(a.tail for a in arrows), Counter(a.head for a in arrows)
    tails: dict[str, set[str]] = defaultdict(set)
    for arrow in arrows:
        tails[arrow.head].add(arrow.tail)
    alike = Counter(map(frozenset, tails.values()))  # how many cards are fed by the same ones
    return [
        a for a in arrows
        if (min(out[a.tail], into[a.head]) > 2 and out[a.tail] * into[a.head] >= _DENSE)
        or (into[a.head] > 2 and alike[frozenset(tails[a.head])] * into[a.head] >= _FULL)
    ]  # fmt: skip


def _ports(
    arrows: list[Arrow], boxes: dict[str, Box], across: int, *, at_tail: bool
) -> dict[str, Point]:
    """Return where edges touch the cards at one of their ends, in the order of the other ends."""
    sides: dict[str, list[Arrow]] = defaultdict(list)
    for arrow in arrows:
        sides[arrow.tail if at_tail else arrow.head].append(arrow)
    ports: dict[str, Point] = {}
    for name, mine in sides.items():
        mine.sort(key=lambda a: _middle(boxes[a.head if at_tail else a.tail])[across])
        middle, length = _middle(boxes[name])[across], _extent(boxes[name], across)
        edge = boxes[name][(2 if at_tail else 0) + (1 - across)]
        for index, arrow in enumerate(mine):
            place = middle + _SPREAD * length * ((index + 0.5) / len(mine) - 0.5)
            ports[arrow.name] = (edge, place) if across else (place, edge)
    return ports


def _middle(box: Box) -> Point:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _extent(box: Box, axis: int) -> float:
    return box.bottom - box.top if axis else box.right - box.left


def _line(start: Point, tip: Point) -> list[Point]:
    """Return a straight line as a curve, with room for the arrow at its tip."""
    (a, b), (c, d) = start, tip
    return [*((a + t * (c - a), b + t * (d - b)) for t in (0.0, 0.31, 0.62, 0.93)), tip]


def crosses(start: Point, tip: Point, box: Box | tuple[float, float, float, float]) -> bool:
    """Tell whether a line crosses a box (Liang and Barsky's clipping).

    Examples
    --------
    >>> crosses((0, 0), (9, 9), (2, 2, 3, 3)), crosses((0, 0), (9, 9), (2, 5, 3, 6))
    (True, False)
    """
    for axis in (0, 1):  # most lines pass by at a distance
        first, last = start[axis], tip[axis]
        if first < box[axis] > last or first > box[axis + 2] < last:
            return False
    low, high = 0.0, 1.0
    for axis in (0, 1):
        step = tip[axis] - start[axis]
        first, last = box[axis] - start[axis], box[axis + 2] - start[axis]
        if step == 0:
            if first > 0 or last < 0:
                return False
            continue
        near, far = sorted((first / step, last / step))
        low, high = max(low, near), min(high, far)
    return low < high
