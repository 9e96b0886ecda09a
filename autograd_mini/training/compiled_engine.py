"""With this one can get the gradients of a training from programs over arrays.

Start from `CompiledEngine`. Arrays own the parameters while it works; the network has them again
when it is told to `leave`. Where a batch has no finite result, the `eager_engine` says what is
wrong, or what is right. What may be compiled is found out in `programs`.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.batches import FlatParameters, careful
from autograd_mini.graph import no_grad, recorded
from autograd_mini.losses import LOSSES
from autograd_mini.training.example_arrays import ExampleArrays
from autograd_mini.training.programs import (
    check_repeatable,
    cost_program,
    is_known,
    loss_program,
)
from autograd_mini.training.steps import check_gradient
from autograd_mini.training.task import NotCompiledError, data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.batches import BatchProgram
    from autograd_mini.training.eager_engine import EagerEngine
    from autograd_mini.training.progress import Bar
    from autograd_mini.training.steps import Steps

__all__ = ["CompiledEngine"]

FAULTS = (ArithmeticError, ValueError, IndexError)
"""What a program raises where something has no finite value."""

COMPARED = 4
"""At how many examples a program is compared with the function that was traced."""


class CompiledEngine:
    """Gradients from programs over arrays, which own the parameters meanwhile.

    Parameters
    ----------
    eager : EagerEngine
        It knows network, loss and examples, and answers where a program can't.
    is_watched : bool
        Whether functions are called between the epochs, which might change what was traced.

    Raises
    ------
    NotCompiledError
        If network or loss can't be traced, or a trace would not be the whole of them.
    """

    name = "compiled"

    def __init__(self, eager: EagerEngine, *, is_watched: bool) -> None:
        self.eager, self.task, self.parameters = eager, eager.task, eager.parameters
        self.examples = ExampleArrays(eager.task, eager.examples)
        self.held_out = eager.held_out and ExampleArrays(eager.task, eager.held_out)
        self.flat = FlatParameters(eager.parameters)
        self.said = np.empty((len(eager.examples.X), self.task.outputs))
        self.is_known = is_known(self.task)
        self.is_watched = is_watched and not (self.is_known and eager.regularization is None)
        ours = LOSSES.get(self.task.loss.name) is self.task.loss
        self.takes_probabilities = ours and self.task.loss.partner is not None
        with recorded(), _explained():
            self._compile()

    def _compile(self) -> None:
        """Trace, and make sure that the programs do what they stand for."""
        self.loss = self._loss_program(self.examples, gradient=True)
        self.programs = [self.loss]
        self.cost = None
        if self.eager.regularization is not None:
            self.cost = cost_program(self.eager.regularization, self.task, self.flat)
            self.programs.append(self.cost)
        if self.held_out is not None:
            self.forward = self._loss_program(self.held_out, gradient=False)
            self.programs.append(self.forward)
        for program in [self.cost] if self.is_known else self.programs:
            if program is not None:
                check_repeatable(program)
        self._compare(COMPARED)

    def _loss_program(self, examples: ExampleArrays, *, gradient: bool) -> BatchProgram:
        return loss_program(
            self.task, self.flat, examples.example(), gradient=gradient, signed=examples.signed
        )

    def numbers(self) -> list[float]:
        """Return the parameters' numbers."""
        found: list[float] = self.flat.numbers.tolist()
        return found

    def set_numbers(self, numbers: Sequence[float]) -> None:
        """Set the parameters; the network has them when it is told to `leave`."""
        self.flat.numbers[:] = numbers

    def leave(self) -> None:
        """Let the network have its parameters."""
        self.flat.write()

    def take_over(self) -> None:
        """Take what functions that were called meanwhile may have changed.

        Raises
        ------
        NotCompiledError
            If network or loss do something else than what was traced.
        """
        self.flat.read()
        for program in self.programs:
            program.refresh()
        if self.is_watched:
            with recorded(), _explained():
                self._compare(1)

    # Epochs

    def epoch(
        self, order: Sequence[int], batch_size: int, steps: Steps, bar: Bar
    ) -> tuple[float, int]:
        """Make a step for each batch; return the sum of the losses, and how many were right."""
        places, numbers, examples = np.array(order), self.flat.numbers, self.examples
        total, said = 0.0, self.said
        with careful():
            for start in range(0, len(places), batch_size):
                met = min(start + batch_size, len(places))
                losses, outputs, gradient = self._gradient(places[start:met])
                numbers[:] = steps.moved(numbers, gradient)
                total += losses
                said[start:met] = outputs
                if bar.is_due():
                    right = examples.right(places[:met], said[:met], self.task.threshold)
                    bar.advance(met, total / met, None if right is None else right / met)
        return float(total), examples.right(places, said, self.task.threshold) or 0

    def _gradient(self, batch: Any) -> tuple[float, Any, Any]:
        """Return the sum of a batch's losses, the outputs, and the gradient of the mean loss."""
        try:
            losses, outputs = self.loss(
                self.examples.X.take(batch, axis=0), self.examples.Y.take(batch, axis=0)
            )
            self._check_outputs(outputs)
            gradient = self.loss.gradient
            gradient /= len(batch)
            if self.cost is not None:
                self.cost()
                gradient += self.cost.gradient
                check_gradient(gradient)
        except FAULTS:
            self.flat.write()
            losses, said, slopes = self.eager.gradient(batch.tolist())
            return losses, np.array(said), np.array(slopes)
        return losses, outputs, gradient

    def watched(self) -> tuple[float | None, float | None]:
        """Return loss and accuracy of the validation examples."""
        if self.held_out is None:
            return None, None
        try:
            with careful():
                loss, outputs = self.forward(self.held_out.X, self.held_out.Y)
                self._check_outputs(outputs)
        except FAULTS:
            return self.eager.watched()
        count = len(outputs)
        right = self.held_out.right(np.arange(count), outputs, self.task.threshold)
        return float(loss) / count, None if right is None else right / count

    def _check_outputs(self, outputs: Any) -> None:
        """Raise for what a loss would not take, though a program can compute with it."""
        if self.takes_probabilities and np.abs(outputs - 0.5).max() > 0.5:
            raise FloatingPointError("no probability")

    # Trust

    def _compare(self, count: int) -> None:
        """Raise NotCompiledError unless programs and functions agree at some examples."""
        task, examples, say = self.task, self.eager.examples, self.task.plain()
        for k in range(0, len(examples.X), -(-len(examples.X) // count)):
            outputs = task.said(say, examples.X[k])
            with no_grad():
                expected = [data_of(task.judged(outputs, examples.targets[k])), *outputs]
            with careful():
                loss, said = self.loss(self.examples.X[k : k + 1], self.examples.Y[k : k + 1])
            _check_alike([loss, *said[0]], expected)
        if self.cost is not None and self.eager.regularization is not None:
            with no_grad():
                expected = [data_of(self.eager.regularization(task.net))]
            with careful():
                _check_alike([self.cost()[0]], expected)


def _check_alike(found: Sequence[Any], expected: Sequence[Any]) -> None:
    """Raise NotCompiledError if numbers differ by more than rounding."""
    if not np.allclose(found, expected, rtol=1e-6, atol=1e-9 * max(1.0, *map(abs, expected))):
        raise NotCompiledError("the network or its loss no longer does what was traced")


class _explained:  # noqa: N801 - read as a word
    """Turn any error into a NotCompiledError that says why there is no program."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, NotCompiledError):
            text = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise NotCompiledError(text) from error
