"""With this one can tell how tangled the edges of a drawing are.

Start from `tangle`. What is laid out, and in which variants, is decided in `arrangement`.
"""

from __future__ import annotations

from itertools import combinations, pairwise

from autograd_mini.drawing.edge_labels import polyline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.edge_labels import Box
    from autograd_mini.drawing.layout import Point
    from autograd_mini.drawing.outline import Arrow

    Line = list[Point]

_STEP = 20.0
"""How far apart points along a curve are."""

_ASTRAY = 3
"""So many crossings weigh as much as operands that do not arrive in written order."""


def tangle(arrows: list[Arrow], routes: dict[str, list[Point]], across: int) -> int:
    """Return how many pairs of edges cross, and more where operands arrive in another order.

    Parameters
    ----------
    arrows : list of Arrow
    routes : dict
        Name of an edge → its points.
    across : {0, 1}
        The axis along which operands stand beside each other.

    Returns
    -------
    int

    Examples
    --------
    >>> from autograd_mini.drawing.outline import Arrow
    >>> arrows = [Arrow(name, name, name.upper(), 0, False, "", ()) for name in "ab"]
    >>> line = lambda *ends: [ends[0], *ends, *ends[1:], ends[1]]
    >>> tangle(arrows, {"a": line((0, 0), (9, 9)), "b": line((0, 9), (9, 0))}, 1)
    1
    """
    lines = [(arrow, polyline(routes[arrow.name], _STEP)) for arrow in arrows]
    bounded = [(arrow, line, _bounds(line)) for arrow, line in lines]
    crossed = sum(
        one.tail != other.tail and _may_meet(bounds, its) and _cross(line, another)
        for (one, line, bounds), (other, another, its) in combinations(bounded, 2)
    )
    arrivals: dict[str, list[float]] = {}
    for arrow in arrows:
        arrivals.setdefault(arrow.head, []).append(routes[arrow.name][-1][across])
    ordered = {arrow.head for arrow in arrows if arrow.ordered}
    astray = sum(any(a >= b for a, b in pairwise(arrivals[head])) for head in ordered)
    return crossed + _ASTRAY * astray


def _bounds(line: Line) -> Box | tuple[float, float, float, float]:
    x, y = zip(*line, strict=True)
    return min(x), min(y), max(x), max(y)


def _may_meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    )  # fmt: skip


def _cross(one: Line, other: Line) -> bool:
    """Tell whether two lines cross anywhere."""
    return any(_meet(*a, *b) for a in pairwise(one) for b in pairwise(other))


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Tell whether two segments cross: each has its ends on both sides of the other."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
