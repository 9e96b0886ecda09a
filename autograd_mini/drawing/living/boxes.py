"""With this one can lay out every scope of a graph by itself, as a box that a page can open.

Start from `layout`: a `Card` for each node, an `Edge` for each operand and a `Scope` for each part
that folds, in; where everything stands in each box, out. The page's script puts opened boxes into
each other (``boxes.js``, `arrange`). Which scopes there are is found in `gathered`, what their
cards say in `record`; the engine is chosen in `autograd_mini.drawing.layout`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

from autograd_mini.drawing.living import columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from autograd_mini.drawing.living.stops import Place

    Item = int | str
    Chain = tuple[int | None, ...]

MOST_CARDS = 150
"""A scope with more cards of its own stays folded: nobody could read it."""

MOST_LAID_OUT = 1500
"""So many cards are laid out in all; scopes beyond stay folded."""


class Card(NamedTuple):
    """A node: its number in topological order, its size, and the scope that it stands in."""

    name: int
    width: float
    height: float
    scope: int | None


class Edge(NamedTuple):
    """An operand of a node: the edge's number, the two cards', and which operand it is."""

    name: int
    tail: int
    head: int
    place: int


class Scope(NamedTuple):
    """A part that folds: its number, the scope around it, and the size of its folded card."""

    name: int
    parent: int | None
    width: float
    height: float


class _Wire(NamedTuple):
    """A line within one box, and the edges that run along it."""

    tail: Item
    head: Item
    edges: list[int]


class _Box:
    """What stands in one scope: sizes of its items, and the wires between them."""

    def __init__(self) -> None:
        self.sizes: dict[Item, tuple[float, float]] = {}
        self.wires: dict[Any, _Wire] = {}

    def join(self, tail: Item, head: Item, edge: Edge) -> None:
        """Let an edge run from item to item; a value's edges into one scope share a wire."""
        for port in (tail, head):
            if str(port)[0] in "<>":
                self.sizes.setdefault(port, (0.0, 0.0))
        several = isinstance(head, str)
        key = (tail, head, edge.tail if several else edge.place)
        self.wires.setdefault(key, _Wire(tail, head, [])).edges.append(edge.name)


def layout(
    cards: Sequence[Card],
    edges: Iterable[Edge],
    scopes: Iterable[Scope] = (),
    *,
    most_cards: int = MOST_CARDS,
) -> dict[str, Any]:
    """Return where everything stands in each scope, and in the whole graph.

    Parameters
    ----------
    cards : sequence of Card
        In topological order.
    edges : iterable of Edge
        In the order of their heads, first operands first.
    scopes : iterable of Scope
        Parents before their children. Folded, no two of them may need each other.
    most_cards : int
        A scope with more cards of its own is not laid out.

    Returns
    -------
    dict
        ``boxes``: scope, or "" for the whole graph → ``items`` and ``wires``. An item is a list of
        its name, its column, its top, width and height; the name is a card's number, ``s2`` for
        the scope 2, ``<7`` and ``>7`` for the port at the left or right edge by which the value of
        node 7 comes in or goes out. A wire is a list of the places of its two items, its edges,
        and in turn the columns in which its height is set, and that height. ``closed``: scope that
        is not laid out → number of its cards.

    Raises
    ------
    LayoutError
        If nothing can lay the graph out.
    ValueError
        If two scopes need each other.

    Examples
    --------
    >>> picture = layout([Card(0, 68, 38, None), Card(1, 68, 38, 0)], [Edge(0, 0, 1, 0)],
    ...                  [Scope(0, None, 90, 57)])
    >>> picture["boxes"][""]["items"], picture["boxes"]["0"]["items"]
    ([[0, 1, 10, 68, 38], ['s0', 2, 0, 90, 57]], [[1, 1, 0, 68, 38], ['<0', 0, 19]])
    """
    found = _gather(cards, edges, scopes := list(scopes))
    boxes: dict[str, Any] = {"": _laid_out(found[None])}
    closed: dict[str, int] = {}
    left = MOST_LAID_OUT - len(found[None].sizes)
    for scope in scopes:
        box, parent = found[scope.name], "" if scope.parent is None else str(scope.parent)
        if parent not in boxes:
            continue
        if len(box.sizes) > min(most_cards, left):
            closed[str(scope.name)] = len(box.sizes)
        else:
            left -= len(box.sizes)
            boxes[str(scope.name)] = _laid_out(box)
    return {"boxes": boxes, "closed": closed}


def _gather(
    cards: Iterable[Card], edges: Iterable[Edge], scopes: Iterable[Scope]
) -> dict[int | None, _Box]:
    """Return what stands in each box."""
    chains: dict[int | None, Chain] = {None: (None,)}
    folded = {scope.name: (scope.width, scope.height) for scope in scopes}
    for scope in scopes:
        chains[scope.name] = (*chains[scope.parent], scope.name)
    homes = {card.name: chains[card.scope] for card in cards}
    boxes: dict[int | None, _Box] = {name: _Box() for name in chains}
    for card in cards:
        for outer, inner in pairwise(homes[card.name]):
            boxes[outer].sizes.setdefault(f"s{inner}", folded[inner or 0])
        boxes[card.scope].sizes[card.name] = card.width, card.height
    for edge in edges:
        _run(edge, homes[edge.tail], homes[edge.head], boxes)
    return boxes


def _run(edge: Edge, tails: Chain, heads: Chain, boxes: dict[int | None, _Box]) -> None:
    """Let an edge run out of the scopes around its tail, and into those around its head."""
    shared = sum(a == b for a, b in zip(tails, heads, strict=False))
    out = [_item(edge.tail, tails, depth) for depth in range(len(tails))]
    into = [_item(edge.head, heads, depth) for depth in range(len(heads))]
    for depth in range(shared, len(tails)):
        boxes[tails[depth]].join(out[depth], f">{edge.tail}", edge)
    boxes[tails[shared - 1]].join(out[shared - 1], into[shared - 1], edge)
    for depth in range(shared, len(heads)):
        boxes[heads[depth]].join(f"<{edge.tail}", into[depth], edge)


def _item(card: int, chain: Chain, depth: int) -> Item:
    """Return what shows a card in one of the boxes around it: a scope, or in its own the card."""
    return card if depth == len(chain) - 1 else f"s{chain[depth + 1]}"


def _laid_out(box: _Box) -> dict[str, Any]:
    """Return items and wires of a box, with their places."""
    cables = dict.fromkeys((wire.tail, wire.head) for wire in box.wires.values())
    ports = [[item for item in box.sizes if str(item)[0] == edge] for edge in "<>"]
    places, lines = columns.place(box.sizes, list(cables), *ports)
    order = {name: number for number, name in enumerate(box.sizes)}
    sizes = _even(box.sizes, places)
    items = [
        [
            name,
            place.column,
            round(place.top),
            *(map(math.ceil, sizes[name]) if any(sizes[name]) else ()),
        ]
        for name, place in places.items()
    ]
    wires = [
        [order[wire.tail], order[wire.head], wire.edges]
        + [round(each) for stop in lines[wire.tail, wire.head] for each in stop]
        for wire in box.wires.values()
    ]
    return {"items": items, "wires": wires}


def _even(sizes: columns.Sizes, places: dict[Item, Place]) -> columns.Sizes:
    """Return the sizes, folded scopes as wide as the widest of them in their column."""
    widest: dict[int, float] = {}
    for name, place in places.items():
        if str(name)[0] == "s":
            widest[place.column] = max(widest.get(place.column, 0.0), sizes[name][0])
    return {
        name: (widest[places[name].column] if str(name)[0] == "s" else wide, high)
        for name, (wide, high) in sizes.items()
    }
