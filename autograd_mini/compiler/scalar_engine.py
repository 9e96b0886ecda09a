"""With this one can run a function example by example: as straight-line Python, or eagerly.

- `ScalarEngine` keeps a program for each path that a function took, and asks the eager engine
  where a program gives up.
- `eagerly` is that engine: what it returns or raises is right by definition.

How a path is written is in `targets.python`; arrays are the business of `array_engine`.
"""

from __future__ import annotations

import math
import time

from autograd_mini.compiler.inputs import numbers_of
from autograd_mini.compiler.kept import undisturbed
from autograd_mini.compiler.paths import record
from autograd_mini.compiler.quick import joined
from autograd_mini.compiler.targets.python import OtherPathError, write
from autograd_mini.containers import flatten
from autograd_mini.graph import recorded
from autograd_mini.value import Value, sweep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot
    from autograd_mini.compiler.plan import Plan
    from autograd_mini.compiler.targets.python import Program

    Found = tuple[list[float], list[float]]

__all__ = ["Outcome", "ScalarEngine", "eagerly", "examples_of", "wanted_leaves"]

PATHS = 16
"""How many paths of one function are kept as programs."""

TRIES = 64
"""How often a path is recorded at most; what then is on no kept path is left to the engine."""


class Outcome:
    """What a run found: numbers for each result, and for each wanted slot its gradient.

    Attributes
    ----------
    results : list of floats, or of arrays over the examples
    gradients : list of arrays
        In the order of the plan's wanted slots.
    rebuild : callable
        Gives the results the structure that the function returns.
    """

    def __init__(
        self, results: list[Any], gradients: list[Any], rebuild: Callable[..., Any]
    ) -> None:
        self.results, self.gradients, self.rebuild = results, gradients, rebuild


class ScalarEngine:
    """One function of numbers, as a program for each path.

    Parameters
    ----------
    plan : Plan
    tries : int
        How often a path may be recorded; 0 leaves everything to the eager engine.
    """

    def __init__(self, plan: Plan, tries: int = TRIES) -> None:
        self.plan, self.tries = plan, tries
        self.places = plan.places()
        self.names = [_name(slot, index) for slot, index in self.places]
        self.leaves = wanted_leaves(plan, self.places)
        self.programs: list[Program] = []
        self.recorded = self.eager_calls = 0
        self.seconds = {"record": 0.0, "differentiate and write": 0.0}
        self.rebuild: Callable[[Sequence[Any]], Any] = list

    @property
    def source(self) -> str:
        """The program of the path that was taken last."""
        return self.programs[0].source if self.programs else "# left to the eager engine\n"

    def report(self) -> str:
        """Return what became of the function."""
        return (
            f"target: python\npaths recorded: {self.recorded}, kept: {len(self.programs)}\n"
            f"lines of the last path: {self.source.count(chr(10)):,}\n{told(self.seconds)}\n"
            f"calls left to the eager engine: {self.eager_calls}"
        )

    def steps(self) -> list[Any]:
        """Return the program of the last path as the steps that a drawing shows."""
        from autograd_mini.compiler.program_steps import steps_of  # noqa: PLC0415 - only to draw

        return steps_of(self.source)

    def run(self, of: dict[str, list[Slot]], parameters: Any = None) -> Outcome:
        """Run the function on the numbers of all slots."""
        if parameters is not None:
            raise TypeError('only target="numpy" takes the parameters as arrays')
        rows = examples_of(self.plan, self.places, of)
        found = [self.one(numbers) for numbers in rows]
        return gathered(self.plan, found, self.rebuild)

    def quickly(self, arguments: Sequence[Any], parameters: Any) -> Any:
        """Run the function on arguments that are floats or nested lists of floats."""
        if parameters is not None:
            return None
        results, gradients = self.one(joined(arguments))
        return Outcome(results, gradients, self.rebuild)

    def one(self, numbers: Sequence[float]) -> Found:
        """Return results and gradients at `numbers`."""
        found = self._attempt(numbers)
        if found is None and self.recorded < self.tries and self._prepare(numbers):
            found = self._attempt(numbers)
        return self._eagerly(numbers) if found is None else found

    def _prepare(self, numbers: Sequence[float]) -> bool:
        """Record the path at `numbers` and write its program; False if the engine must say why."""
        self.recorded += 1
        plan = self.plan
        started = time.perf_counter()
        try:
            with undisturbed(plan.modules.values()):
                path = record(plan.f, numbers, plan.put)
        except (ArithmeticError, ValueError):
            return False
        recorded = time.perf_counter()
        self.rebuild = path.rebuild
        wanted = None
        if self.leaves is not None:
            _single(path.results)
            wanted = [path.inputs[w] if isinstance(w, int) else w for w in self.leaves]
        self.programs.insert(0, write(path, wanted, self.names))
        del self.programs[PATHS:]
        self.seconds["record"] += recorded - started
        self.seconds["differentiate and write"] += time.perf_counter() - recorded
        return True

    def _attempt(self, numbers: Sequence[float]) -> Found | None:
        """Return what the program says on whose path `numbers` are; None if there is none."""
        for index, program in enumerate(self.programs):
            try:
                results, gradients = program.run(numbers, numbers_of(program.captured))
            except OtherPathError:
                continue
            except (ArithmeticError, ValueError):
                return self._eagerly(numbers)
            if index:
                self.programs.insert(0, self.programs.pop(index))
            if not all(map(math.isfinite, (*results, *gradients))):
                return self._eagerly(numbers)
            return results, gradients
        return None

    def _eagerly(self, numbers: Sequence[float]) -> Found:
        self.eager_calls += 1
        results, gradients, self.rebuild = eagerly(self.plan, numbers, self.leaves)
        return results, gradients


def _single(results: Sequence[Any]) -> Any:
    if len(results) != 1:
        raise TypeError(f"only a function of one number has a gradient, {len(results)} came")
    return results[0]


def eagerly(plan: Plan, numbers: Sequence[float], leaves: Sequence[Any] | None) -> Any:
    """Return results, gradients and their structure as the eager engine finds them, or raise."""
    for place, x in enumerate(numbers):
        if x != x:  # noqa: PLR0124 - only NaN differs from itself
            slot, index = plan.places()[place]
            raise ValueError(f"{_name(slot, index)} is nan, which is not a number")
    inputs = [Value(number) for number in numbers]
    with recorded(), undisturbed(plan.modules.values()):
        arguments, named = plan.put(inputs)
        results, rebuild = flatten(plan.f(*arguments, **named))
    plain = [float(result.data if isinstance(result, Value) else result) for result in results]
    if leaves is None:
        return plain, [], rebuild
    root = _single(results)
    adjoints = sweep(root) if isinstance(root, Value) else {}
    found = [inputs[leaf] if isinstance(leaf, int) else leaf for leaf in leaves]
    return plain, [float(adjoints.get(leaf, 0.0)) for leaf in found], rebuild


def told(seconds: Mapping[str, float]) -> str:
    """Say how long the building took, stage by stage.

    Examples
    --------
    >>> told({"trace": 0.25, "roll": 0.125})
    'seconds to build: 0.375 (trace 0.250, roll 0.125)'
    """
    stages = ", ".join(f"{name} {time:.3f}" for name, time in seconds.items())
    return f"seconds to build: {sum(seconds.values()):.3f} ({stages})"


def _name(slot: Slot, index: int) -> str:
    """Return the name of one number: x_2, or W2_1_3."""
    places = []
    for size in reversed(slot.shape):
        places.append(str(index % size + 1))
        index //= size
    return "_".join([slot.name, *reversed(places)])


def wanted_leaves(plan: Plan, places: Sequence[tuple[Slot, int]]) -> list[Any] | None:
    """Return for each number to differentiate by its place among the inputs, or its Value."""
    if plan.wanted is None:
        return None
    place_of = {(id(slot), index): place for place, (slot, index) in enumerate(places)}
    leaves: list[Any] = []
    given = {id(slot) for slot in plan.slots}
    for slot in plan.wanted.slots:
        if id(slot) in given:
            size = math.prod(slot.shape)
            leaves += [place_of.get((id(slot), index)) for index in range(size)]
        else:
            leaves += slot.leaves()
    return leaves


def examples_of(
    plan: Plan, places: Sequence[tuple[Slot, int]], of: dict[str, list[Slot]]
) -> list[list[float]]:
    """Return the numbers of each example, in the order of the plan's places."""
    old = [slot for name in plan.examples for slot in plan.of[name]]
    new = [slot for name in plan.examples for slot in of[name]]
    numbers = {id(o): numbers_of(n.leaves(), n.name) for o, n in zip(old, new, strict=True)}
    count = batch_size(of) if plan.batched else 1
    rows = []
    for example in range(count):
        start = {id(o): example * math.prod(o.shape) if o.batched else 0 for o in old}
        rows.append([numbers[id(slot)][start[id(slot)] + index] for slot, index in places])
    return rows


def batch_size(of: dict[str, list[Slot]]) -> int:
    """Return how many examples a batch has."""
    counts = {slot.name: slot.count for parts in of.values() for slot in parts if slot.batched}
    if len(set(counts.values())) != 1:
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ValueError(f"batched arguments must have as many examples, but {told} came")
    count = next(iter(counts.values()))
    if not count:
        raise ValueError("a batch must have an example")
    return count


def gathered(plan: Plan, found: list[Found], rebuild: Callable[..., Any]) -> Outcome:
    """Return the results and gradients of all examples, put together as the plan says."""
    import numpy as np  # noqa: PLC0415 - the standard library suffices until there is a gradient

    if not plan.batched:
        results: list[Any] = list(found[0][0])
    else:
        columns = np.array([results for results, _ in found]).T
        results = [_reduced(plan.reduce, column) for column in columns]
    gradients = []
    start, share = 0, len(found) if plan.batched and plan.reduce == "mean" else 1
    for slot in plan.wanted.slots if plan.wanted is not None else ():
        size = math.prod(slot.shape)
        each = np.array([gradient[start : start + size] for _, gradient in found]).reshape(
            len(found), *slot.shape
        )
        if not plan.batched:
            gradients.append(each[0])
        elif slot.batched or plan.reduce is None:
            gradients.append(each / share)
        else:
            gradients.append(each.sum(axis=0) / share)
        start += size
    return Outcome(results, gradients, rebuild)


def _reduced(reduce: str | None, column: Any) -> Any:
    """Return the results of a batch as one number, or as they are."""
    if reduce is None:
        return column
    return float(column.mean() if reduce == "mean" else column.sum())
