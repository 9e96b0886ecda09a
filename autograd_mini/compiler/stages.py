"""With this one can roll a trace along its time loops: what is before one, its body, what is after.

- `roll_in_stages(trace, outputs, shapes, loops)` gives `Staged` classes, operands before results.

Each stage is rolled like any trace; what an earlier one or a loop has made are leaves to it, with
the array and the place where they stand. The bodies of loops are rolled in `loop_bodies`.
"""

from __future__ import annotations

from autograd_mini.compiler.loop_bodies import rolled_loop
from autograd_mini.compiler.loops import History
from autograd_mini.compiler.roll import roll
from autograd_mini.compiler.rolled import Access, Class
from autograd_mini.compiler.simplify import LEAVES, normal_form
from autograd_mini.compiler.trace import CONSTANT, LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from autograd_mini.compiler.loops import Loop
    from autograd_mini.compiler.time_loops import TimeLoop
    from autograd_mini.compiler.trace import Trace

__all__ = ["Staged", "roll_in_stages"]


MANY = 240
"""How many classes a stage may have, however small it is: without loops there would be more."""


class Staged:
    """The classes of a trace, as far as its stages are rolled.

    Attributes
    ----------
    classes : list of Classes
    places : dict
        Of nodes that stages hand on, or that are results: the class and the place in it.
    labels : dict
        Names of classes.
    loops : list of Loops
    shapes : list of tuples
        Of the arrays that come in, and of the classes: to later stages they are arrays, too.
    operations, operands, labels_of_nodes
        As of a trace; what is rolled already is a leaf.

    Parameters
    ----------
    trace : Trace
    shapes : sequence of tuples
    """

    def __init__(self, trace: Trace, shapes: Sequence[tuple[int, ...]]) -> None:
        self.operations, self.operands = list(trace.operations), list(trace.operands)
        self.arrays, self.shapes = len(shapes), list(shapes)
        self.classes: list[Class] = []
        self.places: dict[int, tuple[int, int]] = {}
        self.labels: dict[int, str] = {}
        self.names = trace.labels
        self.loops: list[Loop] = []
        self._leaves: dict[int, int] = {}

    def add(self, each: Class) -> int:
        """Return the number of a new class."""
        self.classes.append(each)
        self.shapes.append(each.shape)
        return len(self.classes) - 1

    def place(self, node: int) -> tuple[int, int] | None:
        """Return class and place of a node that is rolled, or a leaf; None of a plain number."""
        if self.operations[node] == CONSTANT:
            return None
        if node not in self.places:
            array, index = self.operands[node]
            self.places[node] = (self._leaf(array), index)
        return self.places[node]

    def entry(self, node: int) -> tuple[int | None, Any]:
        """Return the class of a node and its place there; of a plain number None and the number."""
        return self.place(node) or (None, self.operands[node][0])

    def settle(self, nodes: Iterable[int]) -> None:
        """Make leaves of nodes that are rolled."""
        for node in nodes:
            if self.operations[node] not in LEAVES:
                number, place = self.places[node]
                self.operations[node] = LEAF
                self.operands[node] = (self.arrays + number, place)

    def _leaf(self, array: int) -> int:
        """Return the class of an array that comes in, or the class that an array is."""
        if array >= self.arrays:
            return array - self.arrays
        if array not in self._leaves:
            self._leaves[array] = self.add(Class(LEAF, tuple(self.shapes[array]), array))
        return self._leaves[array]

    def roll(self, nodes: Sequence[int]) -> bool:
        """Roll nodes, and what is under them; False where too little repeats."""
        view = _View(self)
        rolled = roll(view, normal_form(view, nodes), self.shapes, many=MANY)  # type: ignore[arg-type]
        if rolled is None:
            return False
        classes, places = rolled
        number = [self._leaf(each.array) if each.operation == LEAF else -1 for each in classes]
        for k, each in enumerate(classes):
            if number[k] < 0:
                for access in {id(access): access for access in each.used()}.values():
                    if isinstance(access.of, int):
                        access.of = number[access.of]
                number[k] = self.add(each)
        for node in nodes:
            own, place = places[node]
            self.places[node] = (number[own], place)
        for node, label in self.names.items():
            if node in places:
                self.labels.setdefault(number[places[node][0]], label)
        return True


class _View:
    """What of a trace is rolled next; its labels keep nodes from melting."""

    def __init__(self, staged: Staged) -> None:
        self.operations, self.operands = staged.operations, staged.operands
        self.labels = staged.names


def roll_in_stages(
    trace: Trace,
    outputs: Sequence[int],
    shapes: Sequence[tuple[int, ...]],
    loops: Sequence[TimeLoop],
) -> Staged | None:
    """Return the classes of a trace with loops; None where too little repeats.

    Parameters
    ----------
    trace : Trace
    outputs : sequence of int
        The nodes of the results.
    shapes : sequence of tuples
        Of the arrays.
    loops : sequence of TimeLoops
        In the order in which they were made.
    """
    staged, size = Staged(trace, shapes), max(outputs) + 1
    loop_of = _loops_of(loops, size)
    handed = [_handed(loop) for loop in loops]
    crossing, stage = _crossing(trace, loop_of, handed, outputs)
    by_stage: list[list[int]] = [[] for _ in range(len(loops) + 1)]
    for node in sorted(crossing.union(outputs, *handed)):
        if loop_of[node] < 0 and trace.operations[node] not in LEAVES:
            by_stage[stage[node]].append(node)
    if any(stage[node] > number for number, several in enumerate(handed) for node in several):
        return None  # two loops that are one inside the other
    for number, nodes in enumerate(by_stage):
        if nodes and not staged.roll(nodes):
            return None
        staged.settle(node for node in nodes if node in crossing)
        if number < len(loops):
            kept = sorted(node for node in crossing if loop_of[node] == number)
            if not _add_loop(staged, loops[number], kept):
                return None
            staged.settle(kept)
    for node in outputs:
        staged.place(node)
    return staged


def _add_loop(staged: Staged, found: TimeLoop, kept: list[int]) -> bool:
    """Add the histories of a loop; False where its body does not roll."""
    loop = rolled_loop(staged, found, kept)
    if loop is None:
        return False
    staged.loops.append(loop)
    histories = [History(loop, left) for left in loop.left]
    for history in histories:
        history.left.history = staged.add(history)
    for handed in loop.handed:
        if handed.of < 0:  # so far it was counted from the first history
            handed.of = loop.left[~handed.of].history
    for history in histories:
        history.operands = [Access(number, None, ()) for number in loop.outside()]
    return True


def _handed(loop: TimeLoop) -> set[int]:
    """Return the nodes that a loop needs from elsewhere."""
    found = set(loop.operands[:, loop.inputs()].ravel().tolist())
    return found.union((loop.first_ones() or {}).values())


def _loops_of(loops: Sequence[TimeLoop], size: int) -> list[int]:
    """Return for each node the loop that holds it, or -1."""
    found = [-1] * size
    for number, loop in enumerate(loops):
        for node in loop.nodes[:, loop.inside].ravel().tolist():
            found[node] = number
    return found


def _crossing(
    trace: Trace, loop_of: list[int], handed: Sequence[set[int]], outputs: Sequence[int]
) -> tuple[set[int], list[int]]:
    """Return the nodes that are handed on to a later stage or loop, or to the caller.

    And for each node after how many loops it can be made.
    """
    operations, operands = trace.operations, trace.operands
    stage = [number + 1 for number in loop_of]
    others = [n for n, k in enumerate(loop_of) if k < 0 and operations[n] not in LEAVES]
    for node in others:
        stage[node] = max([stage[operand] for operand in operands[node]])
    needed, found = set(outputs).union(*handed), set()
    for node in reversed(others):
        if node in needed:
            needed.update(operands[node])
            own = stage[node]
            found.update([o for o in operands[node] if stage[o] < own or loop_of[o] >= 0])
    for number, several in enumerate(handed):
        found.update(node for node in several if loop_of[node] not in {-1, number})
    found.update(node for node in outputs if loop_of[node] >= 0)
    return {node for node in found if operations[node] not in LEAVES}, stage
