"""With this one can check the options of a training, and turn them into what it works with.

`check_network` and `check_options` refuse what is no network or out of its range; `generator_of`,
`clipping_of` and `factor_of` give what a seed, a limit and a schedule stand for.
"""

from __future__ import annotations

import math
import operator
import random

from autograd_mini.containers import flatten
from autograd_mini.descent import clip_by_norm
from autograd_mini.operations import is_number, number
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["check_network", "check_options", "clipping_of", "factor_of", "generator_of"]


def check_network(net: Any) -> None:
    """Raise unless there is a network to train."""
    is_class = isinstance(net, type)
    if is_class or not callable(net) or any(not isinstance(p, Value) for p in flatten(net)[0]):
        kind = f"the class {net.__name__}" if is_class else type(net).__name__
        raise TypeError(f"net must be a network (an MLP, Layer, Neuron, other Module), not {kind}")


def check_options(epochs: Any, batch_size: Any, patience: Any, validation: Any) -> None:
    """Raise if an option is out of its range."""
    for name, count in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        if count is None and name == "patience":
            continue
        if not hasattr(count, "__index__"):
            raise TypeError(f"{name} must be a whole number, not {type(count).__name__}")
        if count < 1:
            raise ValueError(f"{name} is {count}; accepted: a whole number from 1 on")
    if patience is not None and validation is None:
        raise ValueError("patience needs validation: it waits for a smaller validation loss")
    if is_number(validation) and not 0 < validation < 1:
        raise ValueError(
            f"validation is {validation}; accepted: a share between 0 and 1, or (X, y)"
        )


def generator_of(seed: Any) -> random.Random:
    """Return the generator of a seed."""
    if isinstance(seed, random.Random):
        return seed
    if not hasattr(seed, "__index__"):
        raise TypeError(f"seed must be an int or a random.Random, not {type(seed).__name__}")
    return random.Random(operator.index(seed))


def clipping_of(clip: Any) -> Callable[[Any], Any]:
    """Return the function that shortens gradients; one's own gets a list, whatever came."""
    if clip is None:
        return lambda gradients: gradients
    if not callable(clip):
        clip_by_norm([], clip)  # raises if the limit is none
        return lambda gradients: clip_by_norm(gradients, clip)

    def clipped(gradients: Any) -> Any:
        if not hasattr(gradients, "tolist"):
            return clip(gradients)
        import numpy as np  # noqa: PLC0415 - lists do without

        return np.array(clip(gradients.tolist()), dtype=float)

    return clipped


def factor_of(schedule: Callable[[int], float], epoch: int) -> float:
    """Return the factor of the step in an epoch."""
    factor = float(number(schedule(epoch), "the factor of schedule"))
    if not 0.0 <= factor < math.inf:
        raise ValueError(f"schedule gave {factor} for epoch {epoch}; accepted: from 0 on, finite")
    return factor
