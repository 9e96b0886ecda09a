"""With this one can find the time loops of a trace: steps that hang on the step before.

- `find_loops(trace, outputs)` gives them as `TimeLoop`s, in the order in which they were made.

A loop holds only what has to be done step by step; what can be done for all steps at once stays in
the trace, before or after it. Where steps repeat is found in `periods`, what hangs on what in
`cycles`; `stages` takes the trace apart along the loops.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.cycles import between, cores_of, turns
from autograd_mini.compiler.periods import LEAST, Record, find_periods, find_stretches
from autograd_mini.compiler.simplify import CHAINED
from autograd_mini.compiler.steps_of_loop import Steps, regular_steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.trace import Trace

__all__ = ["TimeLoop", "find_loops"]

LOOPS = 8
"""How many loops are looked for."""

MELTING = frozenset({"multiply", "negative", "square"})
"""The rows that stay terms of the sums that they feed."""

MANY = 2
"""From how many such terms for each number that a step hands on they stay in the loop, lest an
array of all of them be made for all steps."""


class TimeLoop:
    """A loop of a trace, which holds some of the operations of each of its steps.

    Attributes
    ----------
    count : int
        How many steps it has.
    inside : list of int
        The operations that it holds, by their places within a step.
    nodes : array
        The nodes of all operations: a row for each step, a column for each place.
    operands : array
        The nodes of all operands: a row for each step.
    columns : list of ranges
        For each place the columns of its operands.
    sources : dict
        For columns that hang on the loop itself: the place, and how many steps earlier.
    """

    def __init__(self, steps: Steps, inside: Sequence[int]) -> None:
        self.count, self.operands, self.nodes = steps.count, steps.operands, steps.nodes
        self.inside, self.columns = list(inside), steps.columns
        held = set(inside)
        self.sources = {
            column: source for column, source in steps.sources.items() if source[0] in held
        }

    @property
    def carried(self) -> dict[int, int]:
        """The places that later steps hang on, and how many steps later at most."""
        found: dict[int, int] = {}
        for place in self.inside:
            for column in self.columns[place]:
                source, lag = self.sources.get(column, (0, 0))
                if lag:
                    found[source] = max(lag, found.get(source, 0))
        return found

    def first_ones(self) -> dict[tuple[int, int], int] | None:
        """Return what stands for carried places before the first step; None if that differs.

        By place and by how many steps before the first one.
        """
        found: dict[tuple[int, int], int] = {}
        for place in self.inside:
            for column in self.columns[place]:
                source, lag = self.sources.get(column, (0, 0))
                for step in range(lag):
                    node = int(self.operands[step, column])
                    if found.setdefault((source, lag - step), node) != node:
                        return None
        return found

    def whereabouts(self, nodes: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return in which steps nodes of the loop are made, and at which places within a step."""
        period = self.nodes.shape[1]
        flat = np.searchsorted(self.nodes.ravel(), nodes)
        return (flat // period).tolist(), (flat % period).tolist()

    def inputs(self) -> list[int]:
        """Return the columns of operands that come from outside of the loop."""
        return [c for place in self.inside for c in self.columns[place] if c not in self.sources]


def find_loops(trace: Trace, outputs: Sequence[int], *, linear: bool = False) -> list[TimeLoop]:
    """Return the time loops of a trace.

    Parameters
    ----------
    trace : Trace
    outputs : sequence of int
        The nodes of the results.
    linear : bool
        Whether running sums and products are held by the loops, too.

    Examples
    --------
    >>> from autograd_mini.compiler.trace import Symbol, Trace
    >>> trace = Trace()
    >>> x = Symbol(trace, trace.leaf(0, 0))
    >>> for _ in range(20):
    ...     x = x * (1 - x)
    >>> [(loop.count, loop.inside) for loop in find_loops(trace, [x.node])]
    [(20, [0, 1])]
    """
    record = Record(trace, max(outputs) + 1)
    periods = find_periods(record)
    free = [(0, len(record.nodes))] if periods else []
    found: list[tuple[int, TimeLoop]] = []
    while free and len(found) < LOOPS:
        first, end = free.pop()
        best = _best(trace, record, find_stretches(record, periods, first, end), linear=linear)
        if best is not None:
            steps, loop = best
            found.append((steps.start, loop))
            free += [(first, steps.start), (steps.stop, end)]
    return [loop for _, loop in sorted(found, key=lambda pair: pair[0])]


def _best(trace: Trace, record: Record, stretches: list[Any], *, linear: bool) -> Any:
    """Return the steps and the loop that hold most; None without any."""
    several = [regular_steps(record, *stretch) for stretch in stretches]
    regular = [steps for steps in several if steps is not None]
    for steps in sorted(regular, key=lambda each: each.start - each.stop):
        found = _Candidate(trace, record, steps, linear=linear)
        together = turns(found.edges, found.cores)
        if 1 < together <= steps.count // LEAST:
            # each element of an array has its own loop: that of all elements is one
            period = steps.period * together
            wider = regular_steps(record, steps.start, steps.stop, period)
            found = found if wider is None else _Candidate(trace, record, wider, linear=linear)
        loop = found.loop() if found.cores else None
        if loop is not None:
            return found.steps, loop
    return None


class _Candidate:
    """Steps that may be those of a loop.

    Attributes
    ----------
    edges : list of (from, to, how many steps earlier)
    cores : set of int
        The operations that must be done step by step.
    """

    def __init__(self, trace: Trace, record: Record, steps: Steps, *, linear: bool) -> None:
        self.record, self.steps = record, steps
        self.operations = [trace.operations[node] for node in steps.nodes[0].tolist()]
        self.edges = [(at, steps.owner[column], lag) for column, (at, lag) in steps.sources.items()]
        self.cores = cores_of(self.edges, steps.period, self.operations, linear=linear)

    def loop(self) -> TimeLoop | None:
        """Return the loop; None if it has too few steps."""
        steps = self.steps
        loop = TimeLoop(steps, self._with_terms(between(self.edges, steps.period, self.cores)))
        late = max((steps.sources[c][1] for c in loop.inputs() if c in steps.sources), default=0)
        if loop.first_ones() is None:
            late = max(late, *loop.carried.values())
        if not late:
            return loop
        # what the first steps hang on stands elsewhere: they are done before the loop
        if steps.count - late < LEAST:
            return None
        return TimeLoop(steps.without(self.record, late), loop.inside)

    def _with_terms(self, inside: Sequence[int]) -> list[int]:
        """Return the operations of a loop with the products that only feed sums within it."""
        held, operations, nodes = set(inside), self.operations, self.steps.nodes
        uses = np.bincount(self.record.operands, minlength=len(self.record.position))
        users: dict[int, list[int]] = {}
        for source, to, lag in self.edges:
            users.setdefault(source, []).append(-1 if lag else to)
        terms = [
            place
            for place, targets in users.items()
            if place not in held
            and operations[place] in MELTING
            and all(to in held and operations[to] in CHAINED for to in targets)
            and bool((uses[nodes[:, place]] == len(targets)).all())
        ]
        carried = {source for source, _, lag in self.edges if lag and source in held}
        return sorted(held.union(terms)) if len(terms) > MANY * len(carried) else list(inside)
