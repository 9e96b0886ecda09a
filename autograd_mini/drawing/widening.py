"""With this one can give more room to some gaps between ranks, where the engine gives all the same.

Start from `Stretch`. What needs more room is decided in `scalar_graph`.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from autograd_mini.drawing.edge_labels import Box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.drawing.layout import Layout, Point


class Stretch:
    """A map of a figure onto a longer one, in which some gaps between ranks are wider.

    Cards keep their sizes, and what stands before something else still does.

    Parameters
    ----------
    boxes : iterable of Box
        The cards.
    edges : iterable of pairs of points
        Start and tip of those edges whose gaps are to be wider.
    axis : {0, 1}
        Along which the ranks follow each other.
    factor : float
        How much wider.

    Examples
    --------
    >>> boxes = [Box(0, 0, 10, 10), Box(30, 0, 40, 10), Box(60, 0, 70, 10)]
    >>> stretch = Stretch(boxes, [((10, 5), (30, 5))], 0, 2.0)
    >>> [stretch.of_box(box).left for box in boxes], stretch.of_point((20, 5))
    ([0.0, 50.0, 80.0], (30.0, 5))
    """

    def __init__(
        self, boxes: Iterable[Box], edges: Iterable[tuple[Point, Point]], axis: int, factor: float
    ) -> None:
        self._axis = axis
        spans = [(start[axis], tip[axis]) for start, tip in edges]
        # From each of these places on: where it comes to stand, and how much wider it gets.
        self._places, self._moved, self._factors = [0.0], [0.0], [1.0]
        for left, right in _gaps([(box[axis], box[axis + 2]) for box in boxes]):
            if any(start <= (left + right) / 2 <= tip for start, tip in spans):
                moved = self._along(left)
                self._places += [left, right]
                self._moved += [moved, moved + factor * (right - left)]
                self._factors += [factor, 1.0]

    def _along(self, place: float) -> float:
        index = max(bisect_right(self._places, place) - 1, 0)
        return self._moved[index] + self._factors[index] * (place - self._places[index])

    def of_point(self, point: Point) -> Point:
        """Return where a point comes to stand."""
        x, y = point
        return (x, self._along(y)) if self._axis else (self._along(x), y)

    def of_box(self, box: Box) -> Box:
        """Return where a card comes to stand."""
        return Box(*self.of_point((box.left, box.top)), *self.of_point((box.right, box.bottom)))

    def of_layout(self, layout: Layout) -> Layout:
        """Return the whole layout, with its curves."""
        width, height = self.of_point((layout.width, layout.height))
        centres = {name: self.of_point(point) for name, point in layout.centres.items()}
        routes = {name: list(map(self.of_point, r)) for name, r in layout.routes.items()}
        return layout._replace(width=width, height=height, centres=centres, routes=routes)


def _gaps(spans: list[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """Return what no span covers, between the first and the last."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return ((before[1], after[0]) for before, after in pairwise(merged))
