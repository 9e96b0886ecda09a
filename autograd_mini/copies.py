"""With this one can pickle and copy graphs of any depth: importing it teaches `pickle` and `copy`.

A leaf is copied as an object, so that what shares a leaf goes on sharing it. What lies between a
result and its leaves is written as a flat program, without recursion: a chain of a million
operations is no deeper than one. Recorded numbers and local derivatives are kept to the bit.
"""

from __future__ import annotations

import copyreg

from autograd_mini.graph import topological_order
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_LEAF_SLOTS = ("_data", "_grad", "_origin", "_uses", "label", "scope")
_NODE_SLOTS = (*_LEAF_SLOTS, "_first_derivative", "_second_derivative")


def _reduce(root: Value) -> tuple[Callable[..., Value], tuple[Any, ...]]:
    """Return how `root` is built again: its leaves, and a program of the nodes above them."""
    if root._first is None:
        return _leaf, tuple(getattr(root, slot) for slot in _LEAF_SLOTS)
    leaves: list[Value] = []
    program: list[tuple[Any, ...]] = []
    places: dict[Value, int] = {}
    for node in topological_order(_Linked(root)):
        value = node.value
        if value._first is None:
            places[value] = -1 - len(leaves)
            leaves.append(value)
        else:
            places[value] = len(program)
            operands = (_place(value._first, places), _place(value._second, places))
            program.append((*operands, *(getattr(value, slot) for slot in _NODE_SLOTS)))
    return _graph, (leaves, program)


class _Linked:
    """A node seen with the links that hold its further operands, which `operands` hides."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    @property
    def operands(self) -> tuple[_Linked, ...]:
        """What the two operand slots hold."""
        pair = (self.value._first, self.value._second)
        return tuple(_Linked(operand) for operand in pair if isinstance(operand, Value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Linked) and self.value is other.value

    def __hash__(self) -> int:
        return hash(self.value)


def _place(operand: Any, places: dict[Value, int]) -> Any:
    """Return where a Value stands, in a list of one; a plain number, or None, as it is."""
    return [places[operand]] if isinstance(operand, Value) else operand


def _leaf(*content: Any) -> Value:
    """Build a leaf again."""
    leaf = object.__new__(Value)
    for slot in ("_first", "_second", "_first_derivative", "_second_derivative"):
        setattr(leaf, slot, None)
    for slot, held in zip(_LEAF_SLOTS, content, strict=True):
        setattr(leaf, slot, held)
    return leaf


def _graph(leaves: list[Value], program: list[tuple[Any, ...]]) -> Value:
    """Build the last node of a program again."""
    nodes: list[Value] = []

    def found(place: Any) -> Any:
        if not isinstance(place, list):
            return place
        return nodes[place[0]] if place[0] >= 0 else leaves[-1 - place[0]]

    for first, second, *content in program:
        node = object.__new__(Value)
        node._first, node._second = found(first), found(second)
        for slot, held in zip(_NODE_SLOTS, content, strict=True):
            setattr(node, slot, held)
        nodes.append(node)
    return nodes[-1]


copyreg.pickle(Value, _reduce)
