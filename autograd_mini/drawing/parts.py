"""With this one can take a graph apart into what a drawing shows as one card each.

Start from `Part` (a node by itself, or several that are folded) and `take_apart`, which folds
scopes, sums, repetitions and leaves as it is told. Which of them are folded by default is decided
in `choice`, what a card says in `cards`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import NamedTuple

from autograd_mini.drawing.contraction import open_cycles
from autograd_mini.drawing.repeats import merge_repeats
from autograd_mini.drawing.sums import Sum, join_sums
from autograd_mini.drawing.turns import Run, join_turns
from autograd_mini.graph import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Reversible
    from typing import Any

    Chooser = Callable[[Scope], bool]

_FEW = 4
"""So many leaves that are used alike are still shown one by one."""

_FEW_EDGES = 16
"""Where they have no more edges together than this."""

_FEW_TERMS = 24
"""So many terms of a sum are shown one by one."""


class Part(NamedTuple):
    """What one card shows.

    Parameters
    ----------
    members : list of Values
        In topological order; one, if nothing is folded.
    source : Scope, Sum, Run, Bundle or None
        Why they are folded; None for a node by itself.
    repeats : int
        Of how many equal scopes the members are.
    """

    members: list[Any]
    source: Any
    repeats: int


class Bundle:
    """Leaves of one kind that are used alike."""


def take_apart(
    nodes: dict[Any, tuple[Any, ...]],
    seen: set[Any],
    folded: Chooser | None,
    *,
    sums: bool,
    turns: bool = False,
) -> list[Part]:
    """Return the parts of a graph.

    Parameters
    ----------
    nodes : dict
        Node → its operands, in topological order.
    seen : set of Values
        The roots, and what else must not vanish in another card.
    folded : callable, optional
        Tells of a scope whether it becomes one card. The outermost that does takes those within.
    sums : bool
        Whether sums of several terms become one card each.
    turns : bool
        Whether the turns of a loop between its first and its last become one card.

    Returns
    -------
    list of Part
        Ordered by their last members.

    Examples
    --------
    >>> from autograd_mini.graph import scope
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0)
    >>> with scope("square plus one"):
    ...     y = x * x + 1
    >>> nodes = {node: node.operands for node in (x, *y.operands[:1], y)}
    >>> [len(part.members) for part in take_apart(nodes, {y}, lambda _: True, sums=False)]
    [1, 2]
    """
    keys = {node: node for node in nodes} if folded is None else _by_scope(nodes, folded)
    counts: dict[Any, int] = {}
    operands = nodes if folded is not None or sums else {}
    if sums:
        join_sums(operands, seen, keys)
    if folded is not None:
        counts = merge_repeats(operands, keys, open_cycles(operands, keys))
    if turns:
        join_turns(nodes, seen, keys)
    if operands:
        _absorb_leaves(operands, seen, keys)
    return _collected(nodes, keys, counts)


def _by_scope(nodes: Iterable[Any], folded: Chooser) -> dict[Any, Any]:
    """Return for each node the outermost folded scope that it is in, or itself."""
    found: dict[Scope | None, Scope | None] = {None: None}
    scopes = [node.scope for node in nodes]
    for scope in scopes:
        if scope not in found:
            found[scope] = next(filter(folded, scope.path()), None)
    return {node: found[scope] or node for node, scope in zip(nodes, scopes, strict=True)}


def _absorb_leaves(operands: dict[Any, Any], seen: set[Any], keys: dict[Any, Any]) -> None:
    """Put parameters and constants into the card that alone uses them, and bundle many alike."""
    loose = {node for node, its in operands.items() if not its and keys[node] is node}
    users: dict[Any, dict[Any, None]] = {}
    for node, its in operands.items():
        for operand in its:
            if operand in loose:
                users.setdefault(operand, {})[keys[node]] = None
    alike = defaultdict(list)
    for leaf, places in users.items():
        if leaf in seen:
            continue
        first = next(iter(places))
        if len(places) == 1 and leaf.kind != "data" and isinstance(first, (Scope, Sum, Run)):
            keys[leaf] = first
        else:
            alike[leaf.kind, frozenset(places)].append(leaf)
    for (_, homes), leaves in alike.items():
        if len(leaves) > _fewest(homes):
            keys |= dict.fromkeys(leaves, Bundle())


def _fewest(homes: frozenset[Any]) -> float:
    """Return how many leaves are still shown one by one, where they are used alike."""
    kinds = {type(home) for home in homes}
    if Run in kinds:
        return 1
    if Scope in kinds:
        return min(_FEW, max(1, _FEW_EDGES // len(homes)))
    return _FEW_TERMS if Sum in kinds else math.inf


def _collected(nodes: Reversible[Any], keys: dict[Any, Any], counts: dict[Any, int]) -> list[Part]:
    """Return the parts, from the key of each node."""
    members: dict[Any, list[Any]] = {}
    for node in reversed(nodes):  # the last member says where a part stands
        members.setdefault(keys[node], []).append(node)
    for inside in members.values():
        inside.reverse()
    return [
        Part(inside, None if key is inside[0] else key, counts.get(key, 1))
        for key, inside in reversed(members.items())
    ]
