"""With this one can make the steps of a training: `Steps` moves parameters by their gradient.

Gradients are clipped, the optimiser makes its step as long as the schedule has it, and what is no
longer finite is refused. All of it works on lists and on arrays.
"""

from __future__ import annotations

import copy
import math

from autograd_mini.training.options import factor_of
from autograd_mini.training.task import NotFiniteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from autograd_mini.descent import Optimizer

__all__ = ["Steps", "check_gradient"]


class Steps:
    """An optimiser at work.

    Parameters
    ----------
    optimizer : Optimizer
        It is copied, and begins without memory.
    clip : callable
        Takes a gradient and returns it shortened.
    schedule : callable
        Takes the number of an epoch and returns a factor of the step.
    """

    def __init__(
        self, optimizer: Optimizer, clip: Callable[[Any], Any], schedule: Callable[[int], float]
    ) -> None:
        self.optimizer = copy.deepcopy(optimizer)
        self.optimizer.reset()
        self.clip, self.schedule = clip, schedule
        self.factor = 1.0

    def begin(self, epoch: int) -> None:
        """Ask the schedule how long the steps of an epoch are."""
        self.factor = factor_of(self.schedule, epoch)

    def moved(self, numbers: Any, gradients: Any) -> Any:
        """Return parameters after one step, a list or an array as they came."""
        try:
            after = self.optimizer.update(numbers, self.clip(gradients), self.factor)
        except FloatingPointError:  # an array's way to say it
            after = [math.nan]
        if not are_finite(after):
            raise NotFiniteError("a parameter is no longer finite")
        return after


def are_finite(numbers: Any) -> bool:
    """Tell whether all numbers of a list or an array are finite."""
    if numbers.__class__ is not list and math.isfinite(numbers.dot(numbers)):
        return True  # the sum of the squares says so at once, unless it overflows
    return all(map(math.isfinite, numbers))


def check_gradient(gradient: Any) -> None:
    """Raise NotFiniteError if a gradient, a list or an array, is not finite."""
    if not are_finite(gradient):
        raise NotFiniteError("a gradient is too large for a float")
