"""With this one can run a function as a program over arrays.

- `ArrayEngine` traces a plan once, and runs its program block by block.
- Where a program meets what has no value, the eager engine says what is wrong, or what is right.

How a trace becomes a program is in `levels` and `roll`.
"""

from __future__ import annotations

import contextlib
import functools
import math
import time

from autograd_mini.compiler.array_program import ArrayProgram, Request
from autograd_mini.compiler.emit import array_program
from autograd_mini.compiler.finite import all_finite, raising, surely_finite
from autograd_mini.compiler.folding import fold_loops
from autograd_mini.compiler.inputs import is_module, slots
from autograd_mini.compiler.kept import last_sums, parts_of, undisturbed
from autograd_mini.compiler.levels import LevelProgram, level_program
from autograd_mini.compiler.memory import keep_freed_memory
from autograd_mini.compiler.roll import roll
from autograd_mini.compiler.scalar_engine import Outcome, ScalarEngine, batch_size, told
from autograd_mini.compiler.simplify import normal_form
from autograd_mini.compiler.trace import CONSTANT, LEAF, Symbol, Trace, trace_function, uncollected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot
    from autograd_mini.compiler.plan import Plan

__all__ = ["ArrayEngine"]


class ArrayEngine:
    """One function as array code.

    Parameters
    ----------
    plan : Plan
    """

    many = False
    """Whether a function of several numbers is differentiated, and to higher orders."""

    @uncollected()
    def __init__(self, plan: Plan) -> None:
        keep_freed_memory()
        self.plan = plan
        self.seconds: dict[str, float] = {}
        self.modules, known = _module_slots(plan)
        self.trace = Trace(known, len(plan.slots) + len(self.modules))
        with self._timed("trace"):
            self.outputs, self.rebuild = self._traced(self.trace)
        self.wanted = self._wanted_arrays()
        if self.wanted is not None and len(self.outputs) != 1 and not (plan.beside or self.many):
            raise TypeError(
                f"only a function of one number has a gradient, {len(self.outputs)} came"
            )
        self.shapes = [tuple(s.shape) for s in (*plan.slots, *self.modules)]
        self.sizes = [math.prod(s.shape) for s in (*plan.slots, *self.modules)]
        self.batched = [s.batched for s in (*plan.slots, *self.modules)]
        if self.trace.values:
            self.shapes.append((len(self.trace.values),))
            self.sizes.append(len(self.trace.values))
            self.batched.append(False)
        self.program = self._program()
        self.trace.close()
        self.eager: ScalarEngine | None = None
        self.eager_calls = 0

    @property
    def source(self) -> str:
        """The program."""
        return str(self.program.source)

    def report(self) -> str:
        """Return what was traced, and what became of it."""
        return (
            f"target: numpy\nscalar operations: {self.trace.written:,} as written, "
            f"{self._operations():,} different\n{self.program.told()}\n{told(self.seconds)}\n"
            f"calls left to the eager engine: {self.eager_calls}"
        )

    @contextlib.contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        """Note how many seconds a stage takes."""
        started = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - started
            self.seconds[stage] = self.seconds.get(stage, 0.0) + taken

    def steps(self) -> list[Any]:
        """Return the program as the steps that a drawing shows."""
        from autograd_mini.compiler.program_shapes import shapes_of  # noqa: PLC0415 - only to draw
        from autograd_mini.compiler.program_steps import steps_of  # noqa: PLC0415 - only to draw

        rolled = isinstance(self.program, ArrayProgram)
        shapes = self.shapes if rolled else [(size,) for size in self.sizes]
        program = self.program if rolled else self._levels(long=math.inf)
        names = program.run.__globals__
        kinds = ["data"] * len(self.plan.slots) + ["parameter"] * len(self.modules)
        kinds += ["parameter"] * bool(self.trace.values)
        kinds += ["data"] * (len(shapes) - len(kinds))
        written = shapes_of(program.source, names, list(zip(shapes, self.batched, strict=True)))
        arrays = list(zip(self._names(), kinds, strict=True))
        return steps_of(program.source, arrays, written, names)

    def _operations(self) -> int:
        return sum(1 for o in self.trace.operations if o not in {LEAF, CONSTANT})

    def _traced(self, trace: Trace) -> tuple[list[int], Callable[..., Any]]:
        places = {id(slot): place for place, slot in enumerate(self.plan.slots)}
        symbols = [
            Symbol(trace, trace.leaf(places[id(slot)], index)) for slot, index in self.plan.places()
        ]
        given: list[Any] = []  # networks that are arguments, as the function gets them

        def put(new: Sequence[Any]) -> Any:
            arguments, named = self.plan.put(new)
            given.extend(a for a in (*arguments, *named.values()) if is_module(a))
            return arguments, named

        with undisturbed(self.plan.modules.values()) as parts:
            outputs, rebuild = trace_function(trace, self.plan.f, symbols, put)
            for name, kept in last_sums([*parts, *parts_of(given)]):
                for symbol in kept:
                    if isinstance(symbol, Symbol):
                        symbol.label = name
        return outputs, rebuild

    def is_repeatable(self) -> bool:
        """Tell whether the function does the same again: one that throws dice does not."""
        _, known = _module_slots(self.plan)
        again = Trace(known, len(self.plan.slots) + len(self.modules))
        outputs, _ = self._traced(again)
        first = self.trace
        return (outputs, again.operations, again.operands, again.values) == (
            self.outputs, first.operations, first.operands, first.values
        )  # fmt: skip

    def _wanted_arrays(self) -> list[Any] | None:
        """Return for each wanted slot the array that it is, or places of its Values in arrays."""
        if self.plan.wanted is None:
            return None
        arrays = {id(slot): place for place, slot in enumerate(self.plan.slots)}
        found: list[Any] = []
        for slot in self.plan.wanted.slots:
            if id(slot) in arrays:
                found.append(arrays[id(slot)])
            else:
                places = [self.trace.known.get(value) for value in slot.leaves()]
                found.append(self._whole(places) or places)
        return found

    def _whole(self, places: Sequence[Any]) -> int:
        """Return the array of a network that the places fill in order; 0 if they don't."""
        array = places[0][0] if places and places[0] is not None else 0
        first = len(self.plan.slots)
        if not first <= array < first + len(self.modules):
            return 0
        size = math.prod(self.modules[array - first].shape)
        return array if list(places) == [(array, index) for index in range(size)] else 0

    @functools.cached_property
    def needed(self) -> list[int] | None:
        """The arrays by which the program differentiates."""
        if self.wanted is None:
            return None
        needed: dict[int, None] = {}
        for place in self.wanted:
            if isinstance(place, int):
                needed[place] = None
            else:
                needed.update(dict.fromkeys(p[0] for p in place if p is not None))
        return list(needed)

    def _program(self) -> Any:
        """Return the rolled program, or the one by levels where too little repeats."""
        rolled = self._rolled()
        return self._by_levels() if rolled is None else rolled

    def _by_levels(self) -> Any:
        with self._timed("write by levels"):
            return self._levels()

    def _levels(self, **options: float) -> LevelProgram:
        each = self.plan.reduce is None and bool(self.plan.batched)
        return level_program(
            self.trace, self.outputs, self.needed, self.sizes, self.batched, each=each, **options
        )

    def _rolled(self) -> Any:
        if any(self.trace.operations[output] == CONSTANT for output in self.outputs):
            return None
        found = self._folded() or self._classes(self.outputs)
        if found is None:
            return None
        classes, _, request = found
        with self._timed("differentiate and write" if self.needed else "write"):
            return array_program(classes, request)

    def _folded(self) -> Any:
        """Return the classes with time loops folded, as `_classes` does; None if none pays."""
        with self._timed("fold loops"):
            staged = fold_loops(self.trace, self.outputs, self.shapes)
        if staged is None:
            del self.seconds["fold loops"]  # a look at what there is, no stage
            return None
        found = [staged.place(output) for output in self.outputs]
        return staged.classes, staged.places, self._request(found, staged.labels)

    def _classes(self, outputs: Sequence[int]) -> Any:
        """Return the classes, the place of each node in them, and what is asked; None if too many.

        Parameters
        ----------
        outputs : sequence of int
            The nodes of results that are no plain numbers.
        """
        with self._timed("simplify"):
            normal = normal_form(self.trace, outputs)
        with self._timed("roll"):
            rolled = roll(self.trace, normal, self.shapes, folds=not self.many)
        if rolled is None:
            return None
        classes, places = rolled
        labels: dict[int, str] = {}
        for node, label in self.trace.labels.items():
            if node in places:
                labels.setdefault(places[node][0], label)
        return classes, places, self._request([places[output] for output in outputs], labels)

    def _request(self, found: list[Any], labels: dict[int, str]) -> Request:
        """Return what a program is asked for, whose results stand at places."""
        first = 1 if self.plan.beside else len(found)
        return Request(
            found[:first], self.needed, self._names(), self.shapes, self.batched, labels,
            self.plan.reduce, examples=bool(self.plan.batched), beside=found[first:],
        )  # fmt: skip

    def _names(self) -> list[str]:
        """Return what the arrays are called: one with the axis of examples by a capital."""
        names = [
            slot.name.upper() if slot.batched and len(slot.name) == 1 else slot.name
            for slot in (*self.plan.slots, *self.modules)
        ]
        return [*names, "w"] if self.trace.values else names

    def run(self, of: dict[str, list[Slot]], parameters: dict[str, Any] | None = None) -> Outcome:
        """Run the program on the numbers of all slots, those of networks given or read."""
        return self.computed(of, parameters) or self._eagerly(of, parameters)

    def computed(
        self, of: dict[str, list[Slot]], parameters: dict[str, Any] | None = None
    ) -> Outcome | None:
        """Return what the program finds; None where something has no finite value."""
        count = batch_size(of) if self.plan.batched else 1
        arrays = self._arrays(of, count, parameters)
        try:
            with raising():
                if isinstance(self.program, ArrayProgram):
                    results, gradients = self._reduced_blocks(arrays, count)
                else:
                    results, gradients = self._blocks(arrays, count)
        except (ArithmeticError, ValueError, IndexError):
            return None
        if not all_finite([*results, *gradients]):
            return None
        if isinstance(self.program, ArrayProgram):
            return self._reduced(results, gradients, arrays)
        return self._outcome(results, gradients, count)

    def quickly(self, arguments: Sequence[Any], parameters: dict[str, Any] | None) -> Any:
        """Run the program on arguments that are floats, or arrays as they stand, one a slot.

        Returns None where the long way must be gone.
        """
        import numpy as np  # noqa: PLC0415

        count = len(arguments[self.lead]) if self.plan.batched else 1
        given = [np.array(a) if a.__class__ is float else a for a in arguments]
        if parameters is None:
            own = [slot.array() for slot in self.modules]
        else:
            own = [parameters[slot.name] for slot in self.modules]
        arrays = [*given, *own, *self._values()]
        try:
            with raising():
                results, gradients = self._reduced_blocks(arrays, count)
                sure = surely_finite([*results, *gradients])
        except (ArithmeticError, ValueError, IndexError):
            return None
        finite = sure or all_finite([*results, *gradients])
        return self._reduced(results, gradients, arrays) if finite else None

    def takes_arrays(self, arguments: Sequence[Any]) -> bool:
        """Tell whether a call can go the quick way: one array or float for each slot."""
        slots_ = self.plan.slots
        alike = len(slots_) == len(arguments) and isinstance(self.program, ArrayProgram)
        return alike and all(
            slot.content is a and (hasattr(a, "shape") or a.__class__ is float)
            for slot, a in zip(slots_, arguments, strict=True)
        )

    @functools.cached_property
    def lead(self) -> int:
        """The first argument that has the axis of examples."""
        return self.batched.index(True)

    def _values(self) -> list[Any]:
        """Return the array of the Values that are used beside the arguments; none if none are."""
        if not self.trace.values:
            return []
        import numpy as np  # noqa: PLC0415

        return [np.array([float(value.data) for value in self.trace.values])]

    def _owned(self, found: Sequence[Any], arrays: Sequence[Any]) -> list[Any]:
        """Return arrays of the caller's own: none that the program keeps, or was given."""
        import numpy as np  # noqa: PLC0415

        held = self.program.kept.union([id(_memory(array)) for array in arrays])
        each = [np.asarray(array, dtype=float) for array in found]
        return [a.copy() if id(_memory(a)) in held else a for a in each]

    def _reduced(self, results: list[Any], gradients: list[Any], arrays: Sequence[Any]) -> Outcome:
        """Return what a rolled program found, which is reduced already."""
        plan = self.plan
        alone = not plan.batched or plan.reduce is not None
        values = [float(result) for result in results] if alone else self._owned(results, arrays)
        if plan.wanted is None:
            return Outcome(values, [], self.rebuild)
        owned = self._owned(gradients, arrays)
        if self.wanted == self.needed:
            return Outcome(values, owned, self.rebuild)
        by_array = dict(zip(self.needed or (), owned, strict=True))
        found = [
            by_array[place] if isinstance(place, int) else self._some(place, slot, by_array)
            for place, slot in zip(self.wanted or (), plan.wanted.slots, strict=True)
        ]
        return Outcome(values, found, self.rebuild)

    def _some(self, places: Sequence[Any], slot: Slot, by_array: dict[int, Any]) -> Any:
        """Return the gradients of a slot's Values, which may stand in several arrays."""
        each = self.plan.reduce is None and bool(self.plan.batched)
        flat = {
            number: array.reshape((len(array), -1) if each else (-1,))
            for number, array in by_array.items()
        }
        found = _picked(places, flat)
        return found.reshape(found.shape[:-1] + slot.shape)

    def _arrays(
        self,
        of: dict[str, list[Slot]],
        count: int,
        parameters: dict[str, Any] | None,
        further: Sequence[Any] = (),
    ) -> list[Any]:
        """Return all arrays that the program takes, those by levels flat."""
        given = [slot for name in self.plan.examples for slot in of[name]]
        arrays = [slot.array() for slot in given]
        if parameters is None:
            arrays += [slot.array() for slot in self.modules]
        else:
            arrays += [parameters[slot.name] for slot in self.modules]
        arrays += [*self._values(), *further]
        if isinstance(self.program, ArrayProgram):
            own = self.shapes
        else:
            own = [(size,) for size in self.sizes]
        return [
            array.reshape((count, *shape) if batched else shape)
            for array, shape, batched in zip(arrays, own, self.batched, strict=False)
        ]

    def _blocks(self, arrays: list[Any], count: int) -> tuple[list[Any], list[Any]]:
        """Run block by block of examples; results by example, gradients summed or by example."""
        import numpy as np  # noqa: PLC0415

        size = self.program.block(count)
        if size >= count:
            results, gradients = self.program.run(arrays, count)
            return list(results), list(gradients)
        parts = []
        for start in range(0, count, size):
            cut = slice(start, min(start + size, count))
            block = [a[cut] if b else a for a, b in zip(arrays, self.batched, strict=True)]
            parts.append(self.program.run(block, cut.stop - cut.start))
        results = list(np.concatenate([results for results, _ in parts], axis=1))
        gradients = []
        for each in zip(*(gradients for _, gradients in parts), strict=True):
            gradients.append(sum(each[1:], each[0]) if each[0].ndim == 1 else np.concatenate(each))
        return results, gradients

    def _reduced_blocks(self, arrays: list[Any], count: int) -> tuple[list[Any], list[Any]]:
        """Run a rolled program block by block, so that what it computes stays in the cache."""
        size = self.program.block(count)
        if size >= count:
            found: tuple[list[Any], list[Any]] = self.program.run(arrays, count, count)
            return found
        import numpy as np  # noqa: PLC0415

        totals: Any = None
        apart = self._apart()
        for start in range(0, count, size):
            cut = slice(start, min(start + size, count))
            block = [a[cut] if b else a for a, b in zip(arrays, self.batched, strict=True)]
            results, gradients = self.program.run(block, cut.stop - start, count)
            parts = [*results, *gradients]
            if totals is None:
                totals = [[part] if each else part for part, each in zip(parts, apart, strict=True)]
                continue
            for place, (part, each) in enumerate(zip(parts, apart, strict=True)):
                if each:
                    totals[place].append(part)
                else:
                    totals[place] = totals[place] + part
        whole = [np.concatenate(t) if each else t for t, each in zip(totals, apart, strict=True)]
        return whole[: len(self.outputs)], whole[len(self.outputs) :]

    def _apart(self) -> list[bool]:
        """Tell of each result and gradient whether it has the axis of examples."""
        each = self.plan.reduce is None
        return [each] * len(self.outputs) + [each or self.batched[k] for k in self.needed or ()]

    def _outcome(self, results: list[Any], gradients: list[Any], count: int) -> Outcome:
        """Return results and gradients as the plan reduces them."""
        plan = self.plan
        share = count if plan.batched and plan.reduce == "mean" else 1
        if not plan.batched:
            values = [float(result[0]) for result in results]
        elif plan.reduce is None:
            values = list(results)
        else:
            values = [float(result.sum()) / share for result in results]
        if plan.wanted is None:
            return Outcome(values, [], self.rebuild)
        by_array = dict(zip(self.needed or (), gradients, strict=True))
        found = []
        for place, slot in zip(self.wanted or (), plan.wanted.slots, strict=True):
            array = by_array[place] if isinstance(place, int) else _picked(place, by_array)
            lead = (count,) if plan.batched and (slot.batched or plan.reduce is None) else ()
            found.append(array.reshape(lead + slot.shape) / share)
        return Outcome(values, found, self.rebuild)

    def _eagerly(self, of: dict[str, list[Slot]], parameters: dict[str, Any] | None) -> Outcome:
        """Let the eager engine answer, or raise; it finds given parameters in the networks."""
        for slot in self.modules if parameters is not None else ():
            numbers = parameters[slot.name].ravel().tolist()  # type: ignore[index]
            for value, number in zip(slot.leaves(), numbers, strict=True):
                value.data = number
        self.eager_calls += 1
        if self.eager is None:
            self.eager = ScalarEngine(self.plan, tries=0)
        return self.eager.run(of)


def _memory(array: Any) -> Any:
    """Return the array of which another is a view."""
    while getattr(array, "base", None) is not None:
        array = array.base
    return array


def _picked(places: Sequence[Any], by_array: dict[int, Any]) -> Any:
    """Return the gradients of single Values; 0 of one that the function does not use."""
    import numpy as np  # noqa: PLC0415

    each = [by_array[p[0]][..., p[1]] if p is not None else None for p in places]
    shape = next((e.shape for e in each if e is not None), ())
    zero = np.zeros(shape)
    return np.stack([zero if e is None else e for e in each], axis=-1)


def _module_slots(plan: Plan) -> tuple[list[Slot], dict[Any, tuple[int, int]]]:
    """Return the arrays of the networks that the function reaches, and where each Value stands."""
    arrays: list[Slot] = []
    known = dict(plan.known)
    first = len(plan.slots)
    for name, module in plan.modules.items():
        for slot in slots(name, module):
            for index, value in enumerate(slot.leaves()):
                known.setdefault(value, (first + len(arrays), index))
            arrays.append(slot)
    return arrays, known
