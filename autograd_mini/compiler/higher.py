"""With this one can run Jacobians, Hessians and products with them.

- `HigherEngine(call, kind)` is made for a call's shapes, like other engines; `.find(…)` runs it.

How the arrays are written lies in `higher_program`, what a call is in `higher_call`, how results
are nested in `nesting`. What does not roll is differentiated in scalars (`derived`) and runs by
levels; where something is not finite, the eager engine says what.
"""

from __future__ import annotations

import inspect
import math

import numpy as np

from autograd_mini import derivatives
from autograd_mini.compiler.array_engine import ArrayEngine
from autograd_mini.compiler.derived import hvp_of, jacobian_of
from autograd_mini.compiler.finite import all_finite, raising
from autograd_mini.compiler.higher_program import higher_program
from autograd_mini.compiler.inputs import example_of
from autograd_mini.compiler.nesting import example_at, filled, nested
from autograd_mini.compiler.rolled import CannotRollError
from autograd_mini.compiler.scalar_engine import batch_size
from autograd_mini.compiler.trace import CONSTANT
from autograd_mini.containers import flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.array_program import ArrayProgram
    from autograd_mini.compiler.higher_call import HigherCall

__all__ = ["HigherEngine"]


class HigherEngine(ArrayEngine):
    """Higher derivatives of one function, for arguments of one shape.

    Parameters
    ----------
    call : HigherCall
    kind : {"jacobian", "hessian", "hvp"}
    reduce : {"mean", "sum", None}
    """

    many = True

    def __init__(self, call: HigherCall, kind: str, reduce: str | None) -> None:
        self.kind, self.wrt, self.vector = kind, call.wrt, call.vector
        self.is_transposed = False
        self.by_levels: ArrayEngine | None = None
        self._call: HigherCall | None = call
        super().__init__(call.plan(call.f, reduce, gradient=True))
        self._call = None
        if kind != "jacobian" and len(self.outputs) != 1:
            raise TypeError(f"only a function of one number has this, {len(self.outputs)} came")

    def _program(self) -> Any:
        try:
            return self._rolled_program()
        except CannotRollError:
            self.by_levels = self._in_scalars(self._call)
            return self.by_levels.program

    def _in_scalars(self, call: Any) -> ArrayEngine:
        """Return the engine of a function that differentiates in scalars."""
        if self.kind == "hvp":
            made = hvp_of(call.f, call.signature, call.wrt, call.vector)
        else:
            order = 1 if self.kind == "jacobian" else 2
            made = jacobian_of(call.f, call.signature, call.wrt, order)
        reduce = None if self._is_apart() else self.plan.reduce
        return ArrayEngine(call.plan(made, reduce, gradient=False))

    def _rolled_program(self) -> ArrayProgram:
        moving = [o for o in self.outputs if self.trace.operations[o] != CONSTANT]
        found = self._classes(moving) if moving else None
        if found is None:
            raise CannotRollError
        classes, places, request = found
        outputs = [places.get(output) for output in self.outputs]
        along: dict[int, int] = {}
        if self.kind == "hvp":
            arrays = {id(slot): place for place, slot in enumerate(self.plan.slots)}
            pairs = zip(self.plan.of[self.wrt], self.plan.of[self.vector], strict=True)
            along = {arrays[id(slot)]: arrays[id(vector)] for slot, vector in pairs}
        with self._timed("differentiate and write"):
            program, self.is_transposed = higher_program(
                classes, request, self.kind, outputs, along
            )
        return program

    def find(self, call: HigherCall) -> Any:
        """Return the derivative at the numbers of a call, in its structure."""
        count = batch_size(call.of) if self.plan.batched else 0
        flat = self._flat(call, count)
        if flat is None:
            self.eager_calls += 1
            flat = self._eagerly_found(call, count)
        argument = call.trees[self.wrt]
        if self.wrt in self.plan.batched:
            argument = example_of(self.wrt, argument)
        each = count if self._is_apart() else 0
        if self.kind == "hvp":
            return filled(flat, argument, each)
        result = argument if self.kind == "hessian" else self.rebuild([0.0] * len(self.outputs))
        return nested(flat, result, argument, each)

    def _is_apart(self) -> bool:
        """Tell whether there is a derivative for each example."""
        plan = self.plan
        return bool(plan.batched) and (plan.reduce is None or self.wrt in plan.batched)

    def _share(self, count: int) -> int:
        """Return by what derivatives of single examples are divided, for those of a mean."""
        return count if count and self.plan.reduce == "mean" else 1

    def _flat(self, call: HigherCall, count: int) -> Any:
        """Return the derivative as an array ([examples,] [rows,] numbers); None if not finite."""
        if self.by_levels is not None:
            outcome = self.by_levels.computed(call.of)
            return None if outcome is None else self._of_scalars(outcome.results, count)
        try:
            with raising():
                found = self._by_blocks(self._arrays(call.of, count or 1, None), count)
        except (ArithmeticError, ValueError, IndexError):
            return None
        return found if all_finite([found]) else None

    def _of_scalars(self, numbers: Sequence[Any], count: int) -> Any:
        """Return as an array what a function in scalars returned: results first, then rows."""
        each = (count,) if self._is_apart() else ()
        found = np.array([np.broadcast_to(x, each) for x in numbers])
        if self.kind != "hvp":
            size = sum(math.prod(slot.shape) for slot in self.plan.of[self.wrt])
            rows = len(self.outputs) if self.kind == "jacobian" else size
            found = found[rows:].reshape(rows, size, *each)
        if not each:
            return found
        share = self._share(count) if self.plan.reduce is not None else 1
        return np.moveaxis(found, -1, 0) / share

    def _by_blocks(self, arrays: list[Any], count: int) -> Any:
        """Run the program block by block of examples."""
        size = self.program.block(count) if count else 1
        if size >= count:
            return self._run(arrays, count or 1, count or 1)
        parts = []
        for start in range(0, count, size):
            stop = min(start + size, count)
            block = [a[start:stop] if b else a for a, b in zip(arrays, self.batched, strict=True)]
            parts.append(self._run(block, stop - start, count))
        return np.concatenate(parts) if self._is_apart() else sum(parts[1:], parts[0])

    def _run(self, arrays: list[Any], count: int, whole: int) -> Any:
        """Run the program once."""
        results, found = self.program.run(arrays, count, whole)
        if not all_finite(results):
            raise FloatingPointError("a result is not finite")
        return self._joined(found)

    def _joined(self, found: Sequence[Any]) -> Any:
        """Return the arrays of a program as one."""
        if self.is_transposed:
            return np.moveaxis(found[0], 0, -1)  # the numbers are the directions
        rows, apart = int(self.kind != "hvp"), int(self._is_apart())
        flat = [np.reshape(a, (*np.shape(a)[: rows + apart], -1)) for a in found]
        whole = np.concatenate(flat, -1) if len(flat) > 1 else flat[0]
        return np.moveaxis(whole, 1, 0) if rows and apart else whole

    def _eagerly_found(self, call: HigherCall, count: int) -> Any:
        """Let the eager engine answer, or raise."""
        if not count:
            return self._eager_one(call, call.trees)
        each = [
            self._eager_one(call, {
                name: example_at(tree, index) if name in self.plan.batched else tree
                for name, tree in call.trees.items()
            })
            for index in range(count)
        ]  # fmt: skip
        if self._is_apart():
            return np.stack(each) / self._share(count)
        return sum(each[1:], each[0]) / self._share(count)

    def _eager_one(self, call: HigherCall, trees: dict[str, Any]) -> Any:
        def f(variable: Any) -> Any:
            bound = inspect.BoundArguments(call.signature, {**trees, self.wrt: variable})
            return call.f(*bound.args, **bound.kwargs)

        point = trees[self.wrt]
        if self.kind == "hvp":
            return np.array(flatten(derivatives.hvp(f, (point,), (trees[self.vector],)))[0])
        found = getattr(derivatives, self.kind)(f)(point)
        return np.array(flatten(found)[0]).reshape(-1, len(flatten(point)[0]))
