"""With this one can roll the body of a time loop: one step, with places for what it is handed.

- `rolled_loop(staged, found, kept)` gives a `Loop`.

What later steps get from earlier ones has no coordinates of its own: it stands where the body's
classes put it, which hang on where it is taken to stand. So the body is rolled anew until both are
the same. What comes from outside is found in `loop_inputs`.
"""

from __future__ import annotations

import math

from autograd_mini.compiler.loop_inputs import Inputs, what_was_first
from autograd_mini.compiler.loops import Handed, Left, Loop
from autograd_mini.compiler.roll import roll
from autograd_mini.compiler.simplify import normal_form
from autograd_mini.compiler.trace import CONSTANT, LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.rolled import Class
    from autograd_mini.compiler.stages import Staged
    from autograd_mini.compiler.time_loops import TimeLoop

    Place = tuple[int, int]

__all__ = ["rolled_loop"]

ROUNDS = 6
"""How often a body is rolled at most."""

MANY = 400
"""How many classes a body may have: written out there would be as many for each step."""


class _Step:
    """One step as a trace of its own, in which all that it is handed are leaves.

    Attributes
    ----------
    operations, operands, labels
        As of a trace.
    node : dict
        Of each place within a step, its node here.
    """

    def __init__(self, body: _Body) -> None:
        self.operations: list[str] = []
        self.operands: list[tuple[Any, ...]] = []
        self.labels: dict[int, str] = {}
        self.node: dict[int, int] = {}
        self._known: dict[Any, int] = {}
        found, staged = body.found, body.staged
        before, middle = found.nodes[found.count // 2 - 1 : found.count // 2 + 1].tolist()
        for place in found.inside:
            operands = tuple([self._operand(body, column) for column in found.columns[place]])
            self.node[place] = self._add(staged.operations[middle[place]], operands)
            label, other = (_stem(staged.names.get(row[place])) for row in (before, middle))
            if label and label == other:
                self.labels[self.node[place]] = label

    def _add(self, operation: str, operands: tuple[Any, ...]) -> int:
        self.operations.append(operation)
        self.operands.append(operands)
        return len(self.operations) - 1

    def _operand(self, body: _Body, column: int) -> int:
        """Return the node of an operand: of this step, or a leaf, or a plain number."""
        source = body.found.sources.get(column)
        if source is not None and not source[1]:
            return self.node[source[0]]
        key: Any = body.leaf(column, source)
        if key is None:
            number = int(body.found.operands[0, column])
            key = (CONSTANT, body.staged.operands[number])
        if key not in self._known:
            self._known[key] = self._add(*key)
        return self._known[key]


def _stem(label: str | None) -> str:
    """Return a label without the number of a step."""
    return (label or "").rstrip("0123456789").rstrip("_")


class _Body:
    """A body that is rolled, as far as it is known where what is carried stands.

    Attributes
    ----------
    staged : Staged
    found : TimeLoop
    inputs : Inputs
    outs : list of int
        The places of a step that are needed by others, or outside.
    classes : list of Classes
    ranks : list of int
        The classes in which these stand.
    at : dict
        For each of these places the number of its class among `ranks`, and its place there.
    """

    def __init__(self, staged: Staged, found: TimeLoop, outs: set[int]) -> None:
        self.staged, self.found, self.outs = staged, found, sorted(outs)
        self.inputs, self.carried = Inputs(staged, found), found.carried
        self.at: dict[int, Place] = {place: (0, k) for k, place in enumerate(self.carried)}
        self.row_shapes: list[tuple[int, ...]] = [(len(self.carried),)]
        self.classes: list[Class] = []
        self.ranks: list[int] = []
        self.labels: dict[int, str] = {}
        self.states: list[tuple[int, int]] = []

    def leaf(self, column: int, source: tuple[int, int] | None) -> Any:
        """Return the leaf of an operand from elsewhere, or of an earlier step; None of a number."""
        if source is not None:
            rank, place = self.at[source[0]]
            return LEAF, (len(self.inputs.handed) + self.states.index((rank, source[1])), place)
        return (LEAF, self.inputs.places[column]) if column in self.inputs.places else None

    def roll(self) -> bool:
        """Roll the body until all stands where it was taken to stand; False if it does not roll."""
        if not self.inputs.find():
            return False
        for _ in range(ROUNDS):
            taken = {place: self.at[place] for place in self.carried}, self.row_shapes
            if not self._roll_once():
                return False
            found = {place: self.at[place] for place in self.carried}
            if (found, self.row_shapes[: len(taken[1])]) == taken:
                return True
        return False

    def _roll_once(self) -> bool:
        sources = {source for source in self.found.sources.values() if source[1]}
        self.states = sorted({(self.at[place][0], lag) for place, lag in sources})
        step = _Step(self)
        shapes = [*self.inputs.shapes, *(self.row_shapes[rank] for rank, _ in self.states)]
        normal = normal_form(step, [step.node[place] for place in self.outs])  # type: ignore[arg-type]
        rolled = roll(step, normal, shapes, many=MANY)  # type: ignore[arg-type]
        if rolled is None:
            return False
        self.classes, places = rolled
        stand = {place: places[step.node[place]] for place in self.outs}
        self.ranks = sorted({number for number, _ in stand.values()})
        self.at = {place: (self.ranks.index(number), at) for place, (number, at) in stand.items()}
        self.row_shapes = [self.classes[number].shape for number in self.ranks]
        self.labels = {
            places[node][0]: label for node, label in step.labels.items() if node in places
        }
        return True

    def left(self) -> list[Left]:
        """Return what steps leave behind, and what was before the first."""
        firsts, found = self.found.first_ones() or {}, []
        for rank, number in enumerate(self.ranks):
            lags = [lag for place, lag in self.carried.items() if self.at[place][0] == rank]
            each = Left(number, max(lags, default=0))
            if each.lag:
                own = {
                    (lag, self.at[place][1]): node
                    for (place, lag), node in firsts.items()
                    if self.at[place][0] == rank
                }
                each.first = what_was_first(self.staged, self.row_shapes[rank], each.lag, own)
            found.append(each)
        return found


def rolled_loop(staged: Staged, found: TimeLoop, kept: Sequence[int]) -> Loop | None:
    """Return a loop whose body is rolled; None where too little repeats in it.

    Of what is handed, the histories, which are no classes yet, have negative numbers: ~0 is the
    first. The nodes that are needed outside stand where they will be.

    Parameters
    ----------
    staged : Staged
        Gets classes for what is put together before the loop.
    found : TimeLoop
    kept : sequence of int
        The nodes of the loop that are needed outside of it.
    """
    steps, places = found.whereabouts(kept)
    body = _Body(staged, found, {*found.carried, *places})
    if not body.roll():
        return None
    left = body.left()
    states = [Handed(~rank, (left[rank].lag - lag, 1)) for rank, lag in body.states]
    for node, step, place in zip(kept, steps, places, strict=True):
        rank, at = body.at[place]
        row = (left[rank].lag + step) * math.prod(body.row_shapes[rank])
        staged.places[node] = (len(staged.classes) + rank, row + at)
    return Loop(found.count, body.classes, [*body.inputs.handed, *states], left, body.labels)
