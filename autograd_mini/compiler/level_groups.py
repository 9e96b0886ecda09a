"""With this one can sort the nodes of a trace by levels: what hangs only on lower ones.

- `Levels(trace, outputs, wanted)`: the groups of nodes that are computed at once, and where each
  node stands in the one buffer that holds them all.

What is written for a group lies in `level_lines`.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.trace import CONSTANT, LEAF, SILENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.trace import Trace

__all__ = ["Group", "Levels"]

ENDS = frozenset({LEAF, CONSTANT})
"""What has no nodes for operands."""


class Group:
    """Nodes of one level that do the same, which stand together in the buffer."""

    def __init__(self, operation: str, nodes: list[int], start: int) -> None:
        self.operation, self.nodes = operation, nodes
        self.start, self.stop = start, start + len(nodes)


class Levels:
    """The nodes under some outputs, level by level.

    Attributes
    ----------
    used : list of int
        The nodes, operands before results.
    moves : bytearray
        Whether a gradient goes through a node.
    groups : list of Groups
        Lower levels first.
    row : array of int
        Each node's place in the buffer.
    size : int
        How many places there are.

    Parameters
    ----------
    trace : Trace
    outputs : sequence of int
    wanted : sequence of int
        The arrays by which to differentiate.
    """

    def __init__(self, trace: Trace, outputs: Sequence[int], wanted: Sequence[int]) -> None:
        self.trace = trace
        self.used = _reachable(trace, outputs)
        self.moves = self._dependents(set(wanted))
        self.groups = self._grouped()
        self.row = np.zeros(max(outputs) + 1, dtype=np.intp)
        for group in self.groups:
            self.row[group.nodes] = np.arange(group.start, group.stop)
        self.size = len(self.used)

    def _dependents(self, wanted: set[int]) -> bytearray:
        found = bytearray(self.used[-1] + 1)
        operations, operands = self.trace.operations, self.trace.operands
        for node in self.used:
            operation = operations[node]
            if operation == LEAF:
                found[node] = operands[node][0] in wanted
            elif operation not in SILENT:
                found[node] = any(map(found.__getitem__, operands[node]))
        return found

    def _grouped(self) -> list[Group]:
        operations, operands, moves = self.trace.operations, self.trace.operands, self.moves
        level = [0] * len(moves)
        together: dict[Any, list[int]] = {}
        for node in self.used:
            operation, own = operations[node], operands[node]
            if operation in ENDS:
                key: Any = (0, operation, own[0] if operation == LEAF else 0)
            else:
                level[node] = 1 + max([level[o] for o in own])
                key = (level[node], operation, bytes([moves[o] for o in own]))
            alike = together.get(key)
            if alike is None:
                alike = together[key] = []
            alike.append(node)
        groups, start = [], 0
        for key in sorted(together, key=lambda key: key[0]):
            groups.append(Group(key[1], together[key], start))
            start += len(together[key])
        return groups


def _reachable(trace: Trace, outputs: Sequence[int]) -> list[int]:
    """Return the nodes under the outputs, operands before results."""
    needed = bytearray(max(outputs) + 1)
    for node in outputs:
        needed[node] = 1
    operations, operands, found = trace.operations, trace.operands, []
    for node in range(len(needed) - 1, -1, -1):
        if needed[node]:
            found.append(node)
            if operations[node] not in ENDS:
                for operand in operands[node]:
                    needed[operand] = 1
    return found[::-1]
