"""With this one can get the gradients of a training as the graph gives them, example by example.

Start from `EagerEngine`. Each example's graph is swept by itself, so that memory holds one at a
time. The same over arrays is `compiled_engine`.
"""

from __future__ import annotations

import math

from autograd_mini.containers import flatten
from autograd_mini.graph import recorded
from autograd_mini.training.steps import check_gradient
from autograd_mini.training.task import NotFiniteError, data_of
from autograd_mini.value import Value, sweep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.training.examples import Examples
    from autograd_mini.training.progress import Bar
    from autograd_mini.training.steps import Steps
    from autograd_mini.training.task import Task

__all__ = ["EagerEngine"]


class EagerEngine:
    """Gradients from the graphs of single examples; the network owns its parameters.

    Parameters
    ----------
    task : Task
    examples : Examples
    held_out : Examples or None
        To be watched.
    regularization : callable or None
        Takes the network and returns what is added to the loss of a batch.
    """

    name = "eager"

    def __init__(
        self,
        task: Task,
        examples: Examples,
        held_out: Examples | None,
        regularization: Callable[[Any], Any] | None,
    ) -> None:
        self.task, self.examples, self.held_out = task, examples, held_out
        self.regularization = regularization
        self.parameters: list[Value] = flatten(task.net)[0]  # a Perceptron refuses, and says why
        if not self.parameters:
            raise ValueError("net has no parameters: there is nothing to train")

    def numbers(self) -> list[float]:
        """Return the parameters' numbers."""
        return [parameter.data for parameter in self.parameters]

    def set_numbers(self, numbers: Sequence[float]) -> None:
        """Put numbers into the network."""
        for parameter, new in zip(self.parameters, numbers, strict=True):
            parameter.data = new

    def leave(self) -> None:
        """Let the network have its parameters: it has them."""

    def take_over(self) -> None:
        """Take what others may have changed: it is seen anyway."""

    def epoch(
        self, order: Sequence[int], batch_size: int, steps: Steps, bar: Bar
    ) -> tuple[float, int]:
        """Make a step for each batch; return the sum of the losses, and how many were right."""
        total, right = 0.0, 0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            losses, outputs, gradients = self.gradient(batch)
            self.set_numbers(steps.moved(self.numbers(), gradients))
            total, right = total + losses, right + self.right(batch, outputs)
            met = start + len(batch)
            bar.advance(met, total / met, right / met if self.examples.classes else None)
        return total, right

    def gradient(self, batch: Sequence[int]) -> tuple[float, list[list[float]], list[float]]:
        """Return the sum of a batch's losses, the outputs, and the gradient of the mean loss."""
        losses, said = 0.0, []
        gradients = [0.0] * len(self.parameters)
        with recorded():  # also where the caller records nothing
            for index in batch:
                outputs, J = self.task.record(self.examples.X[index], self.examples.targets[index])
                losses += data_of(J)
                gradients = self._added(gradients, J, 1.0 / len(batch))
                said.append(outputs)
            if self.regularization is not None:
                gradients = self._added(gradients, self.regularization(self.task.net), 1.0)
        check_gradient(gradients)
        return losses, said, gradients

    def _added(self, gradients: list[float], J: Any, share: float) -> list[float]:
        """Return the gradients, with a share of those of J added."""
        if not math.isfinite(data_of(J)):
            raise NotFiniteError(f"the loss is {data_of(J)}")
        if not isinstance(J, Value):
            return gradients
        adjoint = sweep(J, share).get
        return [g + adjoint(p, 0.0) for g, p in zip(gradients, self.parameters, strict=True)]

    def right(self, batch: Sequence[int], outputs: Sequence[Sequence[float]]) -> int:
        """Return how many classes of a batch were found; 0 where labels are no classes."""
        classes = self.examples.classes
        if not classes:
            return 0
        pairs = zip(batch, outputs, strict=True)
        return sum(self.task.decide(said) == classes[index] for index, said in pairs)

    def watched(self) -> tuple[float | None, float | None]:
        """Return loss and accuracy of the validation examples."""
        return self.task.evaluate(self.held_out) if self.held_out else (None, None)
