"""With this one can compile the loss of a network, and find out whether its trace may be trusted.

- `loss_program(task, …)` and `cost_program(regularization, …)` give programs for batches.
- `pure` and `check_repeatable` refuse functions of which a trace is not the whole: they throw dice,
  count their calls, or keep something.

What is compiled is of this package in most cases, and then beyond doubt (`is_known`). Loops over
batches live in `compiled_engine`.
"""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager

from autograd_mini.compiler.batches import BatchProgram
from autograd_mini.compiler.kept import LAST, parts_of
from autograd_mini.functions import softplus
from autograd_mini.losses import LOSSES
from autograd_mini.neurons import MLP, Layer, Neuron
from autograd_mini.operations import Row
from autograd_mini.training.task import NotCompiledError, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from autograd_mini.compiler.batches import FlatParameters
    from autograd_mini.training.task import Task

__all__ = ["check_repeatable", "cost_program", "is_known", "loss_program"]
__all__ += ["pure", "signed_labels"]


def loss_program(
    task: Task,
    parameters: FlatParameters,
    example: Sequence[list[float]],
    *,
    gradient: bool,
    signed: bool,
) -> BatchProgram:
    """Return the program of an example's loss, with the outputs beside it.

    Parameters
    ----------
    task : Task
    parameters : FlatParameters
    example : features and labels
    gradient : bool
    signed : bool
        Whether labels come as `signed_labels` gives them.
    """
    judge = _signed_log_loss if signed else task.loss

    def loss_and_outputs(net: Any, x: Any, y: Any) -> Any:
        with pure(net):
            outputs = listed(net.logits(x) if task.logits else net(x))
            return judge(outputs, y), outputs

    return BatchProgram(loss_and_outputs, task.net, parameters, example, gradient=gradient)


def signed_labels(task: Task, Y: Any) -> Any:
    r"""Return labels 0 and 1 of the log loss as 1 and -1; None where they are others.

    Of :math:`(1-y)\ln(1+e^s) + y\ln(1+e^{-s})` one term is 0 then, and the other
    :math:`\ln(1+e^{us})` with :math:`u = 1 - 2y`: half the work, and the same bits.
    """
    if task.loss is not LOSSES["log_loss_from_logits"] or not ((Y == 0) | (Y == 1)).all():
        return None
    return 1.0 - 2.0 * Y


def _signed_log_loss(s: Sequence[Any], signs: Sequence[Any]) -> Any:
    return sum(softplus(u * v) for u, v in zip(signs, s, strict=True))


def cost_program(
    regularization: Callable[[Any], Any], task: Task, parameters: FlatParameters
) -> BatchProgram:
    """Return the program of what is added to the loss of a batch."""

    def cost(net: Any) -> Any:
        with pure(net):
            return regularization(net)

    return BatchProgram(cost, task.net, parameters, [])


def is_known(task: Task) -> bool:
    """Tell whether network and loss are this package's own, which do nothing but compute."""
    return LOSSES.get(task.loss.name) is task.loss and _is_known(task.net)


def _is_known(part: Any) -> bool:
    if type(part) is MLP:
        return all(map(_is_known, part.layers))
    return type(part) in {Layer, Neuron} and isinstance(part.activation, (str, Row))


def check_repeatable(program: BatchProgram) -> None:
    """Raise NotCompiledError unless a second trace gives the same program."""
    if not program.is_repeatable():
        raise NotCompiledError("the network or its loss does something else at each call")


@contextmanager
def pure(net: Any) -> Iterator[None]:
    """Raise NotCompiledError if a block leaves a mark.

    That is, if an attribute of the network is another one afterwards, or if dice were thrown.
    """
    parts, dice = parts_of([net]), _dice()
    before = [_marks(part) for part in parts]
    yield
    for part, mark in zip(parts, before, strict=True):
        changed = _first_difference(mark, _marks(part))
        if changed is not None:
            kind = type(part).__name__
            raise NotCompiledError(f"calling the network changes {kind}.{changed}")
    if dice != _dice():
        raise NotCompiledError("the network or its loss throws dice")


def _marks(part: Any) -> dict[str, Any]:
    """Return what can be compared of a part's attributes; not what it keeps of its last call."""
    return {name: _mark(value) for name, value in vars(part).items() if name not in LAST}


def _mark(attribute: Any) -> Any:
    if isinstance(attribute, (list, tuple)):
        return [type(attribute), *map(id, attribute)]
    if isinstance(attribute, dict):
        return [(key, id(value)) for key, value in attribute.items()]
    if isinstance(attribute, random.Random):
        return attribute.getstate()
    if hasattr(attribute, "bit_generator"):
        return str(attribute.bit_generator.state)
    return attribute if isinstance(attribute, (int, float, str)) else id(attribute)


def _first_difference(before: dict[str, Any], after: dict[str, Any]) -> str | None:
    names = dict.fromkeys([*before, *after])
    return next((n for n in names if before.get(n, names) != after.get(n, names)), None)


def _dice() -> Any:
    """Return the states of the generators that all programs share."""
    numpy = sys.modules.get("numpy")
    return random.getstate(), numpy and str(numpy.random.get_state())
