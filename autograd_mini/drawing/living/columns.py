"""With this one can stand things in columns, with lines between them.

Start from `place`. Graphviz says which column each thing stands in, in which order and how high,
and where lines pass. How they are led past what stands in their way is decided in `stops`, what
the things are in `boxes`.
"""

from __future__ import annotations

from bisect import bisect_right

from autograd_mini.drawing.edge_labels import polyline
from autograd_mini.drawing.layout import LayoutError, lay_out
from autograd_mini.drawing.living.stops import Place, Stop, lead

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.drawing.layout import Point
    from autograd_mini.drawing.living.stops import Cable, Name

    Sizes = dict[Name, tuple[float, float]]

_BETWEEN_CARDS = 14.0
_BETWEEN_COLUMNS = 60.0
_MANY = 200
"""With more things heights are not improved to the last: 500 random nodes take 1.3 s in place of 7,
and their lines get no longer."""


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
    return _from_zero(places, lead(places, lines))


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
    hurry = "nslimit=2" if len(sizes) > _MANY else ""
    gaps = f"nodesep={_inches(_BETWEEN_CARDS)} ranksep={_inches(_BETWEEN_COLUMNS)}"
    return "\n".join(
        (
            f"digraph {{ rankdir=LR ordering=in {hurry} {gaps}",
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
