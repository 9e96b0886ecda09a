"""With this one can find what repeats in a trace: the steps of loops that the user wrote.

- `Record(trace, size)` is a trace as arrays: its operations in the order in which they were made.
- `find_periods(record)` gives periods that come often; `find_stretches(record, periods, …)` the
  stretches in which the same operations come period by period.

The order of creation is the order of the user's loops, so a loop's steps are a period of it. What
a step hangs on is looked at in `time_loops`.
"""

from __future__ import annotations

from itertools import chain

import numpy as np

from autograd_mini.compiler.trace import CONSTANT, LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.compiler.trace import Trace

    Stretch = tuple[int, int, int]

__all__ = ["LEAST", "Record", "find_periods", "find_stretches"]

LEAST = 8
"""How many steps a loop has at least."""

TRIED = 8
"""How many distances between equal operations are tried as periods."""

MIX = 0x9E3779B97F4A7C15
"""An odd number with which signatures are mixed (that of Fibonacci hashing)."""


class Record:
    """The operations of a trace as arrays.

    Attributes
    ----------
    nodes : array
        The operations' nodes in the order of creation; no leaves, no plain numbers.
    position : array
        Where each node stands in it; -1 of leaves and plain numbers.
    operands : array
        The operands' nodes of all operations, one after another.
    starts : array
        Where each operation's operands start, and where the last one's end.
    kinds : array
        For each operation a number that says what it is, and how many operands it has.

    Parameters
    ----------
    trace : Trace
    size : int
        How many of its nodes are looked at.
    """

    def __init__(self, trace: Trace, size: int) -> None:
        codes: dict[str, int] = {LEAF: 0, CONSTANT: 1}
        operations = trace.operations[:size]
        named = np.fromiter((codes.setdefault(o, len(codes)) for o in operations), np.intp, size)
        self.nodes = np.flatnonzero(named > 1)
        self.position = np.full(size, -1)
        self.position[self.nodes] = np.arange(len(self.nodes))
        several = [trace.operands[node] for node in self.nodes.tolist()]
        widths = np.fromiter(map(len, several), np.intp, len(several))
        self.starts = np.concatenate([[0], np.cumsum(widths)])
        self.operands = np.fromiter(chain.from_iterable(several), np.intp, int(self.starts[-1]))
        self.kinds = named[self.nodes] + len(codes) * widths

    def signatures(self) -> Any:
        """Return for each operation a number that equal ones have in common.

        How far away an operand was made counts; which leaf it is does not.
        """
        owner = np.repeat(np.arange(len(self.nodes)), np.diff(self.starts))
        made = self.position[self.operands]
        distances = np.where(made < 0, 0, owner - made).astype(np.uint64)
        turn = (np.arange(len(owner)) - self.starts[owner] + 1).astype(np.uint64)
        parts = (distances + np.uint64(1)) * turn * np.uint64(MIX)
        parts ^= parts >> np.uint64(29)
        mixed = np.add.reduceat(parts * np.uint64(MIX), self.starts[:-1])
        return mixed + self.kinds.astype(np.uint64)


def find_periods(record: Record) -> list[int]:
    """Return the distances between equal operations that come most often, rising.

    Examples
    --------
    >>> from autograd_mini.compiler.trace import Symbol, Trace
    >>> trace = Trace()
    >>> x = Symbol(trace, trace.leaf(0, 0))
    >>> for _ in range(20):
    ...     x = x * (1 - x)
    >>> record = Record(trace, len(trace.operations))
    >>> find_periods(record), find_stretches(record, [2], 0, 40)
    ([2], [(0, 40, 2)])
    """
    if len(record.nodes) <= LEAST:
        return []
    signatures = record.signatures()
    order = np.argsort(signatures, kind="stable")
    alike = signatures[order][1:] == signatures[order][:-1]
    distances, counts = np.unique(np.diff(order)[alike], return_counts=True)
    chosen = np.argsort(counts, kind="stable")[::-1][:TRIED]
    return sorted(int(distance) for distance in distances[chosen])


def find_stretches(record: Record, periods: list[int], first: int, end: int) -> list[Stretch]:
    """Return for each period the longest stretch between two places that has it, where long enough.

    Parameters
    ----------
    record : Record
    periods : list of int
    first, end : int
        Between which operations.

    Returns
    -------
    list of (first operation, end, period)
    """
    kinds, found = record.kinds[first:end], []
    for period in periods:
        if len(kinds) < LEAST * period:
            continue
        same = np.concatenate([[False], kinds[period:] == kinds[:-period], [False]])
        edges = np.flatnonzero(same[1:] != same[:-1])
        lengths = edges[1::2] - edges[::2]
        best = int(lengths.argmax()) if len(lengths) else -1
        if best >= 0 and lengths[best] + period >= LEAST * period:
            start = first + int(edges[2 * best])
            found.append((start, start + int(lengths[best]) + period, period))
    return found
