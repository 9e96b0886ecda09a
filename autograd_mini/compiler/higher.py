"""With this one can run Jacobians, Hessians and products with them.

- `HigherEngine(plan, kind)` is made for a call's shapes, like other engines; `.find(…)` runs it.

How the arrays are written lies in `higher_program`, which directions there are in `directions`, how
results are nested in `wanted` and `nesting`. What does not roll is differentiated in scalars
(`derived`) and runs by levels; where something is not finite, `higher_eager` says what.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from autograd_mini.compiler.array_engine import ArrayEngine
from autograd_mini.compiler.array_program import ArrayProgram
from autograd_mini.compiler.derived import differentiated, sweep
from autograd_mini.compiler.directions import Directions
from autograd_mini.compiler.finite import all_finite, raising
from autograd_mini.compiler.higher_eager import eagerly_differentiated
from autograd_mini.compiler.higher_program import higher_program
from autograd_mini.compiler.inputs import example_of
from autograd_mini.compiler.levels import level_program
from autograd_mini.compiler.memory import SMALL_BLOCK
from autograd_mini.compiler.scalar_engine import batch_size
from autograd_mini.compiler.trace import CONSTANT, Symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot
    from autograd_mini.compiler.plan import Plan

__all__ = ["HigherEngine"]

CELLS = 2_000_000
"""How many numbers the largest array holds at most, if a single direction does not need more."""

UNUSED = (-1, -1)
"""Array and index of what stands for a Value that the function does not use."""


class HigherEngine(ArrayEngine):
    """Higher derivatives of one function, for arguments of one shape.

    Parameters
    ----------
    plan : Plan
    kind : {"jacobian", "hessian", "hvp"}
    """

    many = True

    def __init__(self, plan: Plan, kind: str) -> None:
        self.kind, self.has_rows = kind, kind != "hvp"
        self.slots = plan.wanted.slots if plan.wanted is not None else []
        each = bool(plan.batched) and plan.reduce is None
        of_examples = [slot.name for slot in self.slots if slot.batched]
        if of_examples and self.has_rows and not each:
            raise ValueError(
                f"by {of_examples[0]} there is one {kind} for each example: use reduce=None"
            )
        self.apart = [each or (slot.batched and not self.has_rows) for slot in self.slots]
        super().__init__(plan)

    @functools.cached_property
    def directions(self) -> Directions:
        """The numbers to differentiate by."""
        return Directions(self.slots, self.wanted or (), self.shapes)

    @functools.cached_property
    def is_forwards(self) -> bool:
        """Whether a direction is one of those numbers; else it is one of the results."""
        fewer = len(self.directions) < len(self.outputs)
        return self.kind != "jacobian" or (fewer and (self.apart[0] or not self.plan.batched))

    # Writing

    def _program(self) -> Any:
        if self.kind != "jacobian" and len(self.outputs) != 1:
            raise TypeError(
                f"only a function of one number has a Hessian, {len(self.outputs)} came "
                "(for several, use jacobian)"
            )
        arrays = len(self.shapes)
        self.seeds = {array: arrays + k for k, array in enumerate(self._moving())}
        for array in self.seeds:
            lead = (len(self.directions),) if self.has_rows else ()
            self.shapes.append((*lead, *self.shapes[array]))
            self.sizes.append(math.prod(self.shapes[-1]))
            self.batched.append(not self.has_rows and self.batched[array])
        program = super()._program()
        if self.has_rows and not isinstance(program, ArrayProgram):
            self.seeds = {}  # scalars need none
            del self.shapes[arrays:], self.sizes[arrays:], self.batched[arrays:]
        return program

    def _moving(self) -> list[int]:
        """Return the arrays for which there is another that says how they move."""
        return list(self.needed or ()) if self.is_forwards else []

    def _names(self) -> list[str]:
        names = super()._names()
        return [*names, *(f"t_{names[array]}" for array in self.seeds)]

    def _rolled(self) -> ArrayProgram | None:
        moving = [o for o in self.outputs if self.trace.operations[o] != CONSTANT]
        found = self._classes(moving) if moving and self.needed else None
        if found is None:
            return None
        classes, places, request = found
        outputs = [places.get(output) for output in self.outputs]
        with self._timed("differentiate and write"):
            return higher_program(classes, request, self.kind, outputs, self.seeds)

    def _by_levels(self) -> Any:
        roots = [self._root(output) for output in self.outputs]
        with self._timed("differentiate in scalars"):
            leaves = [self._leaf(*place or UNUSED) for place in self.directions.places]
            along = [] if self.has_rows else self._along(leaves)
            numbers = differentiated(self.kind, roots, leaves, along, sweep)
            nodes = [self.trace.place(number) for number in numbers]
        with self._timed("write by levels"):
            return level_program(self.trace, nodes, None, self.sizes, self.batched)

    def _along(self, leaves: Sequence[Symbol]) -> list[Any]:
        """Return how leaves move; one that comes again does so with the first."""
        places = dict(zip((leaf.node for leaf in leaves), self.directions.places, strict=True))
        moves = {n: self._leaf(self.seeds[p[0]], p[1]) for n, p in places.items() if p is not None}
        return [moves.pop(leaf.node, 0.0) for leaf in leaves]

    def _leaf(self, array: int, index: int) -> Symbol:
        return Symbol(self.trace, self.trace.leaf(array, index))

    def _root(self, node: int) -> Any:
        constant = self.trace.operations[node] == CONSTANT
        return self.trace.operands[node][0] if constant else Symbol(self.trace, node)

    # Running

    def find(self, trees: dict[str, Any], of: dict[str, list[Slot]], vector: Any) -> Any:
        """Return the derivative at the numbers of a call, in its structure.

        Parameters
        ----------
        trees : dict
            The arguments by name.
        of : dict
            The slots of each.
        vector : nested containers
            For "hvp", in the structure of the gradient.
        """
        wanted: Any = self.plan.wanted
        vectors = [] if self.has_rows else wanted.vector(trees, vector)
        count = batch_size(of) if self.plan.batched else 1
        found = self._computed(of, vectors, count)
        if found is None:
            self.eager_calls += 1
            found = self._parted(eagerly_differentiated(self.plan, self.kind, of, vectors), count)
        if not self.has_rows:
            return wanted.assemble(trees, found)
        one = {
            name: example_of(name, tree) if name in self.plan.batched else tree
            for name, tree in trees.items()
        }
        if self.kind == "hessian":
            return wanted.hessian(one, found, apart=self.apart[0])
        result = self.rebuild([0.0] * len(self.outputs))
        return wanted.jacobian(one, found, result, apart=self.apart[0])

    def _computed(
        self, of: dict[str, list[Slot]], vectors: Sequence[Any], count: int
    ) -> list[Any] | None:
        """Return for each slot ([examples,] [rows,] …); None if something is not finite."""
        moved = [] if self.has_rows else [self.directions.along(a, vectors) for a in self.seeds]
        arrays = self._arrays(of, count, None, moved)
        try:
            with raising():
                found = self._in_blocks(arrays, count)
        except (ArithmeticError, ValueError, IndexError):
            return None
        return found if all_finite(found) else None

    def _in_blocks(self, arrays: Sequence[Any], count: int) -> list[Any]:
        """Run the program block by block of examples."""
        rolled = isinstance(self.program, ArrayProgram)
        run = self._run_rolled if rolled else self._run_levels
        many = self._directions_at_once(count) if rolled else 1
        size = self.program.block(count, many) if rolled else self.program.block(count)
        parts = []
        for start in range(0, count, size):
            cut = slice(start, min(start + size, count))
            block = [a[cut] if b else a for a, b in zip(arrays, self.batched, strict=False)]
            parts.append(run(block, cut.stop - start, count))
        if len(parts) == 1:  # which may be what the program keeps, or was given
            return [np.array(part) for part in parts[0]]
        return [
            np.concatenate(each) if apart else sum(each[1:], each[0])
            for each, apart in zip(zip(*parts, strict=True), self.apart, strict=True)
        ]

    def _run_levels(self, arrays: list[Any], count: int, whole: int) -> list[Any]:
        numbers, _ = self.program.run(arrays, count)
        return self._parted(np.array(numbers).T, whole)

    def _parted(self, numbers: Any, whole: int) -> list[Any]:
        """Return what was found for each example, (examples, numbers), as the plan reduces it."""
        share = whole if self.plan.batched and self.plan.reduce == "mean" else 1
        if self.has_rows:
            numbers = numbers.reshape(len(numbers), -1, len(self.directions))
        return [
            (part if apart else part.sum(0)) / share
            for part, apart in zip(self.directions.cut(numbers), self.apart, strict=True)
        ]

    def _run_rolled(self, arrays: list[Any], count: int, whole: int) -> list[Any]:
        if not self.has_rows:
            return self._checked(arrays, count, whole)
        total = len(self.directions) if self.seeds else 1
        size, rows = self._directions_at_once(whole), []
        for start in range(0, total, size):
            cut = (start, min(start + size, total))
            units = [self.directions.unit(array, *cut) for array in self.seeds]
            rows.append(self._checked([*arrays, *units], count, whole))
        found = [np.concatenate(each) if len(each) > 1 else each[0]
                 for each in zip(*rows, strict=True)]  # fmt: skip
        if self.kind == "jacobian" and self.is_forwards:
            return self.directions.cut(np.moveaxis(found[0], 0, -1))
        return [np.moveaxis(each, 0, 1) if self.apart[0] else each for each in found]

    def _checked(self, arrays: list[Any], count: int, whole: int) -> list[Any]:
        """Run the program once; return the derivatives for each slot, or those of all results."""
        results, found = self.program.run(arrays, count, whole)
        if not all_finite(results):
            raise FloatingPointError("a result is not finite")
        if self.kind == "jacobian" and self.is_forwards:
            return list(found)
        return self.directions.by_slot(dict(zip(self.needed or (), found, strict=True)))

    def _directions_at_once(self, count: int) -> int:
        """Return in how many directions the program runs at once."""
        if not self.seeds or not self.has_rows:
            return 1
        cells: int = self.program.cells * min(count, SMALL_BLOCK)
        return max(1, min(len(self.directions), CELLS // max(cells, 1)))
