"""With this one can write a scalar program once and run it on any engine.

Start from `WORKLOADS`, a dictionary of names to functions that make a `Workload`, and
`count_operations`. A program uses only the operators ``+ - * / **`` and ``.relu()``, so every
engine does the same arithmetic in the same order. How an engine is driven lives in
`adapters.py`; nothing is timed here.
"""

from __future__ import annotations

import functools
import math
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (2, 16, 16, 1)


@dataclass(frozen=True)
class Workload:
    """A scalar function: the numbers of its leaves, and ``function(constant, leaves)``."""

    name: str
    numbers: list[float]
    function: Callable[[Callable[[float], Any], list[Any]], Any]


def moons() -> Workload:
    """Return one full-batch loss of the network [2, 16, 16, 1] on two half circles.

    Hinge loss plus ``1e-4`` times the sum of the squared parameters, relu in the hidden layers,
    100 points: the demonstration of micrograd, with half circles made here.
    """
    generator = random.Random(1)
    numbers: list[float] = []
    for before, after in pairwise(SIZES):
        for _ in range(after):
            numbers += [generator.uniform(-1.0, 1.0) for _ in range(before)]
            numbers.append(generator.uniform(-0.1, 0.1))
    return Workload("moons", numbers, functools.partial(_moons_loss, *_half_circles(generator)))


def rosenbrock(dimensions: int = 100) -> Workload:
    """Return Rosenbrock's function in `dimensions` dimensions."""
    numbers = [-1.2 + 0.02 * index for index in range(dimensions)]
    return Workload("rosenbrock", numbers, _rosenbrock)


def chain(length: int = 100_000) -> Workload:
    """Return `length` operations in a row: a multiply, add, relu, subtract and scale, repeated.

    The factors undo each other, so the running value stays near 0.5 and no adjoint dies out.
    """
    return Workload("chain", [0.5, 1.0 / 0.9, 1.0 / 0.9], functools.partial(_chain, length))


WORKLOADS = {"moons": moons, "rosenbrock": rosenbrock, "chain": chain}


def count_operations(workload: Workload) -> int:
    """Return how many operations the source of `workload` asks for, by running it on a counter.

    This is the denominator for every engine: one that makes three nodes of a subtraction pays
    for them.
    """
    tally = Tally()
    workload.function(tally.number, [tally.number(number) for number in workload.numbers])
    return tally.operations


class Tally:
    """The number of operations done by the numbers that it has made."""

    def __init__(self) -> None:
        self.operations = 0

    def number(self, data: float) -> Counted:
        return Counted(data, self)


class Counted:
    """A number whose operations are counted, and nothing else."""

    def __init__(self, data: float, tally: Tally) -> None:
        self.data = data
        self.tally = tally

    def _count(self, *_: object) -> Counted:
        self.tally.operations += 1
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _count
    __truediv__ = __rtruediv__ = __pow__ = relu = _count


def _half_circles(generator: random.Random) -> tuple[list[tuple[float, float]], list[float]]:
    points, classes = [], []
    for index in range(50):
        angle = math.pi * index / 49
        for x, y, side in (
            (math.cos(angle), math.sin(angle), -1.0),
            (1.0 - math.cos(angle), 0.5 - math.sin(angle), 1.0),
        ):
            points.append((x + generator.gauss(0.0, 0.1), y + generator.gauss(0.0, 0.1)))
            classes.append(side)
    return points, classes


def _moons_loss(points, classes, constant, leaves):
    layers = _layers(leaves)
    losses = [
        (1.0 + _score(layers, [constant(coordinate) for coordinate in point]) * -side).relu()
        for point, side in zip(points, classes, strict=True)
    ]
    squares = [leaf * leaf for leaf in leaves]
    return _sum(losses) * (1.0 / len(losses)) + _sum(squares) * 1e-4


def _layers(leaves):
    """Return the leaves as layers of ``(weights, bias)`` pairs."""
    supply = iter(leaves)
    return [
        [([next(supply) for _ in range(before)], next(supply)) for _ in range(after)]
        for before, after in pairwise(SIZES)
    ]


def _score(layers, activations):
    *hidden, last = layers
    for layer in hidden:
        activations = [_weighted_sum(neuron, activations).relu() for neuron in layer]
    return _weighted_sum(last[0], activations)


def _weighted_sum(neuron, activations):
    weights, total = neuron
    for weight, activation in zip(weights, activations, strict=True):
        total = total + weight * activation
    return total


def _sum(values):
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _rosenbrock(_constant, leaves):
    pairs = pairwise(leaves)
    return _sum([100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2 for a, b in pairs])


def _chain(length, _constant, leaves):
    running, x, y = leaves
    for _ in range(length // 5):
        running = running * y
        running = running + x
        running = running.relu()
        running = running - y
        running = running * 0.9
    return running
