"""With this one can pickle and copy graphs of any depth: importing it teaches `pickle` and `copy`.

A leaf is copied as an object, so that what shares a leaf goes on sharing it. What lies between a
result and its leaves is written as a flat program, without recursion: a chain of a million
operations is no deeper than one. Recorded numbers and local derivatives are kept to the bit.
"""

from __future__ import annotations

import copy
import copyreg

from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_LEAF_SLOTS = ("_data", "_grad", "_origin", "_uses", "_caption")
_NODE_SLOTS = (*_LEAF_SLOTS, "_first_derivative", "_second_derivative")


def _reduce(root: Value) -> tuple[Callable[..., Value], tuple[Any, ...]]:
    """Return how `root` is built again: its leaves, and a program of the nodes above them."""
    if root._first is None:
        return _leaf, tuple(_column(slot, [root])[0] for slot in _LEAF_SLOTS)
    leaves, program = _flat(root)
    return _graph, (leaves, *program)


def _deepcopy(root: Value, memo: dict[int, Any]) -> Value:
    """Copy a node with all that is under it; the scopes stay those of the original."""
    if root._first is None:
        return _leaf(*(_column(slot, [root])[0] for slot in _LEAF_SLOTS))
    leaves, program = _flat(root)
    return _graph([copy.deepcopy(leaf, memo) for leaf in leaves], *program)


def _flat(root: Value) -> tuple[list[Value], list[list[Any]]]:
    """Return the leaves under `root`, and a table of the nodes above them, column by column.

    Its first two columns hold the operands: the place of a node, or, counted from -1 downwards,
    of a leaf; a plain number in a tuple of one; None where there is no operand.
    """
    leaves: list[Value] = []
    nodes: list[Value] = []
    places: dict[Any, int] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        operands = (node._second, node._first)
        missing = [o for o in operands if isinstance(o, Value) and o not in places]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if node not in places:
            kin = leaves if node._first is None else nodes
            places[node] = -1 - len(kin) if kin is leaves else len(kin)
            kin.append(node)
    firsts = [_place(node._first, places) for node in nodes]
    seconds = [_place(node._second, places) for node in nodes]
    return leaves, [firsts, seconds, *(_column(slot, nodes) for slot in _NODE_SLOTS)]


def _column(slot: str, nodes: Sequence[Value]) -> list[Any]:
    """Return what the nodes hold in a slot; None where it is unset."""
    return [getattr(node, slot, None) for node in nodes]


def _place(operand: Any, places: dict[Any, int]) -> Any:
    """Return what stands for an operand in a program."""
    if operand is None:
        return None
    return places[operand] if isinstance(operand, Value) else (operand,)


def _leaf(*content: Any) -> Value:
    """Build a leaf again."""
    return _node(None, None, *content)


def _graph(leaves: Sequence[Value], *program: list[Any]) -> Value:
    """Build the last node of a program again."""
    nodes: list[Value] = []

    def found(place: Any) -> Any:
        if place.__class__ is int:
            return nodes[place] if place >= 0 else leaves[-1 - place]
        return None if place is None else place[0]

    for first, second, *content in zip(*program, strict=True):
        nodes.append(_node(found(first), found(second), *content))
    return nodes[-1]


def _node(
    first: Any,
    second: Any,
    data: Any,
    grad: Any,
    origin: Any,
    uses: int,
    caption: Any,
    first_derivative: Any = None,
    second_derivative: Any = None,
) -> Value:
    """Return a node with its slots filled."""
    node = _new(Value)
    node._first, node._second = first, second
    node._data, node._grad, node._origin, node._uses = data, grad, origin, uses
    node._caption = caption
    node._first_derivative, node._second_derivative = first_derivative, second_derivative
    return node


_new = object.__new__
copyreg.pickle(Value, _reduce)
Value.__deepcopy__ = _deepcopy  # type: ignore[attr-defined]
