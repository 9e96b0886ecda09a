"""With this one can ask any engine for the value and the gradient of a workload.

Start from `ENGINES`, a dictionary of names to `Engine`: its `prepare` imports the engine and
returns the function to be timed, from a workload to ``(value, gradient)`` in plain floats. The
workloads live in `workloads.py`, the clock in `one_engine.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from workloads import Workload

    type_of_run = Callable[[Workload], tuple[float, list[float]]]


@dataclass(frozen=True)
class Engine:
    """How to import one engine; `recursive` says that its sweep needs a deep stack."""

    title: str
    prepare: Callable[[], type_of_run]
    distribution: str | None = None
    recursive: bool = False


def by_backward(constant: Callable[[float], Any], leaf: Callable[[float], Any]) -> type_of_run:
    """Return the run of an engine whose results have `.backward()` and whose leaves `.grad`."""

    def run(workload):
        leaves = [leaf(number) for number in workload.numbers]
        result = workload.function(constant, leaves)
        result.backward()
        return float(result.data), [float(leaf.grad) for leaf in leaves]

    return run


def prepare_ours() -> type_of_run:
    from autograd_mini import Value

    return by_backward(Value, Value)


def prepare_micrograd() -> type_of_run:
    from micrograd.engine import Value

    return by_backward(Value, Value)


def prepare_tuple_slots() -> type_of_run:
    from tuple_slots import Value

    return by_backward(Value, Value)


def prepare_torch() -> type_of_run:
    import torch

    torch.set_num_threads(1)

    def constant(number):
        return torch.tensor(number, dtype=torch.float64)

    def leaf(number):
        return torch.tensor(number, dtype=torch.float64, requires_grad=True)

    return by_backward(constant, leaf)


def prepare_xad() -> type_of_run:
    from xad.adj_1st import Real, Tape
    from xad.math import max as maximum

    zero = Real(0.0)  # a plain 0.0 costs three times as much
    Real.relu = lambda self: maximum(self, zero)

    def run(workload):
        with Tape() as tape:
            leaves = [Real(number) for number in workload.numbers]
            tape.registerInputs(leaves)
            tape.newRecording()
            result = workload.function(Real, leaves)
            tape.registerOutput(result)
            result.derivative = 1.0
            tape.computeAdjoints()
            return result.value, [leaf.derivative for leaf in leaves]

    return run


def prepare_hips() -> type_of_run:
    from autograd import numpy, value_and_grad
    from autograd.numpy.numpy_boxes import ArrayBox

    ArrayBox.relu = lambda self: numpy.maximum(self, 0.0)

    def run(workload):
        function = value_and_grad(lambda numbers: workload.function(float, list(numbers)))
        value, gradient = function(workload.numbers)
        return float(value), [float(number) for number in gradient]

    return run


ENGINES = {
    "ours": Engine("autograd_mini", prepare_ours),
    "micrograd": Engine("micrograd", prepare_micrograd, "micrograd", recursive=True),
    "tuple-slots": Engine("tuple-slots", prepare_tuple_slots, recursive=True),
    "torch": Engine("torch, 0-dim tensors, 1 thread", prepare_torch, "torch"),
    "xad": Engine("xad, adj_1st from Python", prepare_xad, "xad"),
    "hips": Engine("HIPS autograd", prepare_hips, "autograd"),
}
