"""With this one can lead lines past things that stand in columns.

Start from `lead`: it leaves each line the stops that it needs (a `Stop` is a height in a column).
Where things stand is found in `columns`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Name = int | str
    Cable = tuple[Name, Name]

_BESIDE_CARD = 7.0  # a line's label, which may stand above its card, finds room there
_BESIDE_LINE = 6.0
_FEW = 3  # a line of so few stops keeps them, and runs beside its neighbours


class Place(NamedTuple):
    """Where a thing stands: in which column, and between which heights."""

    column: int
    top: float
    bottom: float


class Stop(NamedTuple):
    """How high a line is while it passes a column."""

    column: int
    height: float


def lead(places: dict[Name, Place], lines: dict[Cable, list[float]]) -> dict[Cable, list[Stop]]:
    """Return the stops of lines, so that none meets a thing, or runs along another line.

    From one stop to the next a line may go as it likes: between these two heights nothing stands
    in its way. This stays so if everything is moved apart, without any change of order.

    Parameters
    ----------
    places : dict
        Name → where it stands.
    lines : dict
        Pair of names → heights in the columns between them, which pass all things by; they are
        moved.

    Returns
    -------
    dict

    Examples
    --------
    >>> places = {"a": Place(1, 0, 40), "b": Place(2, 0, 40), "c": Place(3, 0, 40)}
    >>> lead(places, {("a", "c"): [50.0]})["a", "c"]
    [Stop(column=2, height=50.0)]
    """
    _spread(places, lines)
    columns: dict[int, list[Place]] = defaultdict(list)
    for place in places.values():
        columns[place.column].append(place)
    return {
        (tail, head): _eased(places[tail], heights, places[head], columns)
        for (tail, head), heights in lines.items()
    }


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


def _eased(
    tail: Place, heights: list[float], head: Place, columns: dict[int, list[Place]]
) -> list[Stop]:
    """Return the stops that a line cannot do without."""
    stops = [Stop(tail.column + 1 + index, height) for index, height in enumerate(heights)]
    if len(stops) <= _FEW:
        return stops
    spans = [tail, *(Place(column, height, height) for column, height in stops), head]
    needed, start = [], 0
    for at, stop in enumerate(stops, 1):
        if _is_barred(spans[start : at + 2], columns):
            needed.append(stop)
            start = at
    return needed


def _is_barred(spans: list[Place], columns: dict[int, list[Place]]) -> bool:
    """Tell whether a card stands in the way from the first of these places to the last."""
    high = min(spans[0].top, spans[-1].top) - _BESIDE_CARD
    low = max(spans[0].bottom, spans[-1].bottom) + _BESIDE_CARD
    return any(
        card.top < low and high < card.bottom
        for passed in spans[1:-1]
        for card in columns[passed.column]
    )
