"""With this one can put an example to a network, and judge what it says.

Start from `Task`: which outputs are asked for, what loss they have, and which class they stand
for. `plain_forward` is the same network for plain numbers, many times faster.
"""

from __future__ import annotations

import math

from autograd_mini.containers import flatten
from autograd_mini.errors import DomainError, InfiniteLossError
from autograd_mini.graph import no_grad
from autograd_mini.losses import LOSSES, SIGNS, resolve
from autograd_mini.neurons import MLP, Layer, Neuron, Perceptron
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.losses import Loss
    from autograd_mini.training.examples import Examples

    Say = Callable[[Sequence[float]], list[float]]

__all__ = ["NotCompiledError", "NotFiniteError", "Task", "data_of", "listed", "plain_forward"]


class NotFiniteError(ArithmeticError):
    """A loss, a gradient or a parameter is not a finite number."""


class NotCompiledError(Exception):
    """A training can't be compiled, and the message says why to the person who trains."""


class Task:
    """A network and its loss: what is asked of the network, and how its outputs are read."""

    def __init__(self, net: Any, loss: Any, example: list[float]) -> None:
        self.net = net
        sums = hasattr(net, "logits")
        self.loss: Loss = resolve(loss, getattr(net, "output", None) if sums else None)
        self.logits = self.loss.from_logits and sums
        self.say = net.logits if self.logits else net
        self.threshold = 0.0 if self.loss.from_logits or self.loss.labels == SIGNS else 0.5
        with no_grad():
            self.outputs = len(listed(self.say(example)))

    def record(self, x: list[float], target: list[float]) -> tuple[list[Any], Any]:
        """Return the network's outputs, and the loss with its graph."""
        outputs = self.said(self.say, x)
        return [data_of(output) for output in outputs], self.judged(outputs, target)

    def said(self, say: Say, x: list[float]) -> list[Any]:
        """Return the network's outputs."""
        try:
            return listed(say(x))
        except ValueError as error:  # not by the inputs, which were checked before
            raise NotFiniteError(str(error)) from error

    def judged(self, outputs: list[Any], target: list[float]) -> Any:
        """Return the loss of one example; an error of one's own loss stays what it is."""
        try:
            return self.loss(outputs, target)
        except ValueError as error:  # not by the labels, which were checked before
            ours = self.loss.name in LOSSES or isinstance(error, (DomainError, InfiniteLossError))
            if not ours:
                raise
            raise NotFiniteError(str(error)) from error

    def decide(self, outputs: Sequence[float]) -> int:
        """Return the class that the outputs stand for."""
        if len(outputs) == 1:
            return int(outputs[0] > self.threshold)
        return outputs.index(max(outputs))

    def plain(self) -> Say:
        """Return the network as a function of plain numbers."""
        return plain_forward(self.net, logits=self.logits)

    def evaluate(self, examples: Examples) -> tuple[float, float | None]:
        """Return loss and accuracy on examples, recording nothing."""
        say, total, right = self.plain(), 0.0, 0
        for index, x in enumerate(examples.X):
            outputs = self.said(say, x)
            total += self.judged(outputs, examples.targets[index])
            if examples.classes:
                right += self.decide(outputs) == examples.classes[index]
        if not math.isfinite(total):
            raise NotFiniteError(f"the validation loss is {total}")
        return total / len(examples.X), right / len(examples.X) if examples.classes else None


def plain_forward(net: Any, *, logits: bool) -> Say:
    """Return the network as a function of plain numbers, with the parameters it has now."""
    if isinstance(net, (MLP, Layer, Neuron)) and not isinstance(net, Perceptron):
        # The same network around plain numbers computes the same bits, and no Value.
        leaves, rebuild = flatten(net)
        plain = rebuild([leaf.data for leaf in leaves])
        say = plain.logits if logits else plain
        return lambda x: listed(say(x))
    return lambda x: _recorded_nowhere(net.logits if logits else net, x)


def _recorded_nowhere(say: Callable[[Any], Any], x: Sequence[float]) -> list[float]:
    """Call a network of any kind, and take the numbers of its answer."""
    with no_grad():
        return [data_of(output) for output in listed(say(x))]


def listed(outputs: Any) -> list[Any]:
    """Return the outputs of a network as a list; a single neuron has one."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def data_of(item: Any) -> Any:
    """Return the number of a Value; a plain number as it is."""
    return item.data if isinstance(item, Value) else item
