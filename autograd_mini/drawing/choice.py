"""With this one can choose what a drawing shows of a graph, and what it folds.

Start from `choose`: it leaves out what is not asked for (`focus`, `constants`), folds as `fold`
and `depth` say, and refuses what would not be readable, with what to do instead. How parts are
folded lives in `parts`.
"""

from __future__ import annotations

from itertools import islice, product
from typing import NamedTuple

from autograd_mini.drawing.parts import take_apart
from autograd_mini.drawing.sums import TAKEN_IN
from autograd_mini.errors import UnknownNameError
from autograd_mini.graph import topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from autograd_mini.drawing.parts import Part
    from autograd_mini.graph import Scope

    Graph = dict[Any, tuple[Any, ...]]
    Fold = bool | str | Iterable[str] | Callable[[Scope], bool] | None

READABLE = 40
"""A graph of more cards is folded, unless it is told otherwise."""

MANY = 20_000
"""A graph of more nodes is drawn only on request: folding it takes seconds."""

MOST_COUNTED = 250_000
"""A graph of more nodes has “more than” so many."""

CONSTANTS = ("show", "fold")
"""What `constants` accepts."""


_A_PART = (
    "draw a part of it, such as one operand, or with focus=leaf the paths of one leaf, or "
    'name its parts by `with scope("name"):` and fold them with depth=0'
)


class Wish(NamedTuple):
    """What was asked for; see `draw`."""

    fold: Fold
    depth: Any
    focus: Any
    constants: str
    limit: int


class View(NamedTuple):
    """What a drawing shows of a graph.

    Parameters
    ----------
    nodes : dict
        Node → its operands: the whole graph, in topological order.
    roots : list of Values
    parts : list of Part
        The cards.
    numbers : bool
        Whether operands that are plain numbers have cards of their own.
    """

    nodes: Graph
    roots: list[Any]
    parts: list[Part]
    numbers: bool

    def count_cards(self) -> int:
        """Return the number of cards, those of plain numbers included."""
        return len(self.parts) + sum(
            operand not in self.nodes
            for part in self.parts
            if part.source is None and self.numbers
            for operand in self.nodes[part.members[0]]
        )


def choose(roots: list[Any], wish: Wish) -> View:
    """Return what a drawing shows of the graph of `roots`.

    Raises
    ------
    TypeError, ValueError
        If an option is not accepted, or the graph has too many cards.
    """
    _check(wish)
    asked = wish.depth is not None or wish.focus is not None or wish.fold not in (None, False)
    if not asked and (count := count_nodes(roots)) > max(wish.limit, MANY):
        raise ValueError(_too_many(count, wish.limit, _unseen_alternative(roots)))
    nodes = {node: node.operands for node in topological_order(roots)}
    shown = _shown(nodes, roots, wish)
    seen = {*roots, wish.focus} - {None}
    view = View(nodes, roots, [], wish.constants == "show" and wish.focus is None)
    chosen = view._replace(parts=_chosen(view, shown, seen, wish))
    count = chosen.count_cards()
    if count > wish.limit:
        raise ValueError(_too_many(count, wish.limit, _alternative(view, shown, seen, wish, count)))
    return chosen


def count_nodes(roots: list[Any]) -> int:
    """Return how many cards an unfolded drawing of `roots` would have, plain numbers included.

    It stops soon after `MOST_COUNTED`.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> count_nodes([Value(2.0) + 1])
    3
    """
    seen, waiting, numbers = set(roots), list(roots), 0
    while waiting and len(seen) <= MOST_COUNTED:
        for operand in waiting.pop().operands:
            if operand in seen:
                continue
            if hasattr(operand, "operands"):
                seen.add(operand)
                waiting.append(operand)
            else:
                numbers += 1
    return len(seen) + numbers


def _check(wish: Wish) -> None:
    """Raise unless the options are of the right kind and agree."""
    if wish.constants not in CONSTANTS:
        raise UnknownNameError("constants", wish.constants, CONSTANTS)
    if wish.depth is None:
        return
    if not isinstance(wish.depth, int):
        raise TypeError(f"depth must be a whole number, not {type(wish.depth).__name__}")
    if wish.depth < 0:
        raise ValueError(f"depth must be 0 or more, not {wish.depth}")
    if wish.fold not in (None, True):
        raise ValueError("depth says what is folded by its level: leave fold out, or depth")


def _shown(nodes: Graph, roots: list[Any], wish: Wish) -> Graph:
    """Return the nodes that were not left out."""
    focus = wish.focus
    if focus is not None:
        if focus not in nodes:
            raise ValueError("focus must be a Value that the root was computed from")
        on_the_way = {focus}
        for node, its in nodes.items():
            if not on_the_way.isdisjoint(its):
                on_the_way.add(node)
        nodes = {node: its for node, its in nodes.items() if node in on_the_way}
    if wish.constants == "fold":
        nodes = {n: its for n, its in nodes.items() if n.kind != "constant" or n in roots}
    return nodes


def _chosen(view: View, shown: Graph, seen: set[Any], wish: Wish) -> list[Part]:
    """Return the parts, with everything folded that should be."""
    fold, depth = wish.fold, wish.depth
    if depth is not None:
        return _at_depth(shown, seen, depth)
    if fold is False:
        return take_apart(shown, seen, None, sums=False)
    if fold is None and len(shown) <= READABLE:
        plain = take_apart(shown, seen, None, sums=False)
        if view._replace(parts=plain).count_cards() <= READABLE:
            return plain
    if fold is None or fold is True:
        return _to_readable(view, shown, seen)
    chooser = fold if callable(fold) else _by_name(shown, fold)
    return take_apart(shown, seen, chooser, sums=False)


def _to_readable(view: View, shown: Graph, seen: set[Any]) -> list[Part]:
    """Return the parts of the deepest view that is readable; of the shallowest if none is.

    Where none is as it stands, loops are shown by their first and their last turn.
    """
    levels = {scope: len(scope.path()) for scope in _scopes(shown)} | {None: 0}
    deepest = max(levels.values())
    for turns, depth in product((False, True), range(deepest, -1, -1)):
        if not turns and _is_wide_open(shown, levels, depth):
            continue
        parts = _at_depth(shown, seen, depth, turns=turns)
        if view._replace(parts=parts).count_cards() <= READABLE:
            break
    return parts


def _is_wide_open(shown: Graph, levels: dict[Any, int], depth: int) -> bool:
    """Tell quickly of many graphs that they are not readable: only sums take in what is open."""
    alone = (
        node
        for node in shown
        if levels[node.scope] <= depth
        and node.operation is not None
        and node.operation.name not in TAKEN_IN
    )
    return next(islice(alone, READABLE, None), None) is not None


def _scopes(nodes: Iterable[Any]) -> set[Any]:
    return {node.scope for node in nodes} - {None}


def _at_depth(shown: Graph, seen: set[Any], depth: int, *, turns: bool = False) -> list[Part]:
    def is_deeper(scope: Scope) -> bool:
        return len(scope.path()) > depth

    return take_apart(shown, seen, is_deeper, sums=True, turns=turns)


def _by_name(nodes: Iterable[Any], names: str | Iterable[str] | bool) -> Callable[[Scope], bool]:
    """Return what tells the scopes of these names."""
    if isinstance(names, bool) or not hasattr(names, "__iter__"):
        kind = type(names).__name__
        raise TypeError(f"fold must be a bool, names of scopes or a function, not {kind}")
    wanted = {names} if isinstance(names, str) else set(names)
    known = sorted({scope.name for inner in _scopes(nodes) for scope in inner.path()})
    for name in wanted.difference(known):
        raise UnknownNameError("scope", name, known or ["none: the graph has no scopes"])
    return lambda scope: scope.name in wanted


def _too_many(count: int, limit: int, alternative: str) -> str:
    counted = f"{count:,}" if count <= MOST_COUNTED else f"more than {MOST_COUNTED:,}"
    return (
        f"this graph has {counted} nodes, more than limit={limit:,} that can be read in one "
        f"drawing: {alternative}, or raise limit"
    )


def _alternative(view: View, shown: Graph, seen: set[Any], wish: Wish, count: int) -> str:
    """Return what to draw in place of `count` cards, and how many cards that has."""
    folded = wish.fold is True or (wish.fold is None and count > READABLE)
    if wish.depth == 0 or (wish.depth is None and folded):  # folds no deeper
        return _A_PART
    count = view._replace(parts=_to_readable(view, shown, seen)).count_cards()
    if count <= wish.limit:
        return f"draw it folded with fold=True ({count:,} cards), or a part of it with focus=leaf"
    return _A_PART


def _unseen_alternative(roots: list[Any]) -> str:
    """Return what to draw in place of a graph that is too large to be tried."""
    names: dict[str, None] = {}
    seen, waiting = set(roots), list(roots)
    while waiting and len(seen) < MANY:
        node = waiting.pop()
        if node.scope is not None:
            names[node.scope.path()[0].name] = None
        new = {operand for operand in node.operands if hasattr(operand, "operands")} - seen
        seen |= new
        waiting += new
    if not names:
        return _A_PART
    listed = ", ".join(list(names)[:4]) + (", …" if len(names) > 4 else "")
    return f"fold its scopes ({listed}) with depth=0, or draw a part of it with focus=leaf"
