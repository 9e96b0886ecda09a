"""With this one can line up all that a living page shows of a graph: nodes, edges and scopes.

Start from `gather`, which returns a `Gathered` graph. Plain numbers among the operands become
nodes of their own, parameters stand in the scope that alone uses them, and sums of large graphs
are scopes, so that everything can be folded. How it is written as JSON lives in `record`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.drawing.choice import READABLE
from autograd_mini.drawing.contraction import open_cycles
from autograd_mini.drawing.parts import take_apart
from autograd_mini.drawing.sums import Sum
from autograd_mini.graph import topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Around = tuple[Any, ...]


class Plain:
    """An operand that is a plain number, as a node; it is a constant.

    Parameters
    ----------
    data : number
    scope : Scope or None
        That of the node it is an operand of.
    """

    __slots__ = ("data", "scope")

    kind = "constant"
    label = operation = grad = None
    operands: tuple[Any, ...] = ()
    local_derivatives: tuple[Any, ...] = ()

    def __init__(self, data: Any, scope: Any) -> None:
        self.data, self.scope = data, scope


class Gathered(NamedTuple):
    """A graph, lined up.

    Parameters
    ----------
    nodes : list of Values and Plain numbers
        In topological order.
    operands : list of lists of int
        Of each node, by their place in `nodes`.
    scopes : list of Scopes and Sums
        Those around before those within.
    parents : list of int or None
        The scope around each scope.
    home : list of int or None
        The scope of each node.
    """

    nodes: list[Any]
    operands: list[list[int]]
    scopes: list[Any]
    parents: list[int | None]
    home: list[int | None]

    @property
    def root(self) -> int:
        """The place of the root."""
        return len(self.nodes) - 1

    def inside(self, scope: int) -> list[int]:
        """Return the nodes that stand in a scope, at any depth."""
        within = {scope}
        for inner, parent in enumerate(self.parents):
            if parent in within:
                within.add(inner)
        return [place for place, home in enumerate(self.home) if home in within]


def gather(root: Any) -> Gathered:
    """Line up the graph of a Value.

    Parameters
    ----------
    root : Value

    Returns
    -------
    Gathered

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0, label="x")
    >>> found = gather(2 * x + x)
    >>> [node.data for node in found.nodes], found.operands
    ([3.0, 2, 6.0, 9.0], [[], [], [1, 0], [2, 0]])
    """
    nodes: list[Any] = []
    operands: list[list[int]] = []
    places: dict[Any, int] = {}
    for node in topological_order(root):
        mine = []
        for operand in node.operands:
            if operand not in places or not hasattr(operand, "operands"):
                nodes.append(Plain(operand, node.scope))
                operands.append([])
                mine.append(len(nodes) - 1)
            else:
                mine.append(places[operand])
        places[node] = len(nodes)
        nodes.append(node)
        operands.append(mine)
    around = _untangled(operands, _surroundings(nodes, operands, root))
    return _with_scopes(nodes, operands, around)


def _surroundings(nodes: list[Any], operands: list[list[int]], root: Any) -> list[Around]:
    """Return the scopes around each node, the outermost first."""
    sums = _sums(nodes, root)
    around: list[Around] = [
        (node.scope.path() if node.scope is not None else ()) + sums.get(node, ()) for node in nodes
    ]
    users: dict[int, list[Around]] = {}
    for place, mine in enumerate(operands):
        for operand in mine:
            users.setdefault(operand, []).append(around[place])
    for place, node in enumerate(nodes):
        if not operands[place] and node.kind != "data" and place in users:
            around[place] = _common(users[place])
    return around


def _sums(nodes: list[Any], root: Any) -> dict[Any, Around]:
    """Return of each node of a sum what it is folded into; nothing in a small graph."""
    if len(nodes) <= READABLE:
        return {}
    values = {node: node.operands for node in nodes if not isinstance(node, Plain)}
    parts = take_apart(values, {root}, None, sums=True)
    return {
        member: (part.source,)
        for part in parts
        if isinstance(part.source, Sum)
        for member in part.members
        if member.operands and member.scope is part.members[-1].scope
    }


def _untangled(operands: list[list[int]], around: list[Around]) -> list[Around]:
    """Leave scopes out that would need each other if they were folded, as threads can make them."""
    depth = 0
    while any(len(path) > depth for path in around):
        inner = [path[depth] if len(path) > depth else None for path in around]
        keys = {place: place if scope is None else scope for place, scope in enumerate(inner)}
        open_cycles(dict(enumerate(operands)), keys)
        tied = {scope for place, scope in enumerate(inner) if keys[place] is not scope} - {None}
        around = [tuple(scope for scope in path if scope not in tied) for path in around]
        depth += not tied
    return around


def _common(around: list[Around]) -> Around:
    """Return the scopes that stand around all."""
    shared = []
    for level in zip(*around, strict=False):
        if any(scope is not level[0] for scope in level):
            break
        shared.append(level[0])
    return tuple(shared)


def _with_scopes(nodes: list[Any], operands: list[list[int]], around: list[Around]) -> Gathered:
    """Return the graph with its scopes numbered, those around before those within."""
    numbers: dict[Any, int] = {}
    parents: list[int | None] = []
    for path in around:
        parent = None
        for scope in path:
            if scope not in numbers:
                numbers[scope] = len(parents)
                parents.append(parent)
            parent = numbers[scope]
    home = [numbers[path[-1]] if path else None for path in around]
    return Gathered(nodes, operands, list(numbers), parents, home)
