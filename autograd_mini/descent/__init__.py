r"""With this one can go downhill: find parameters for which a function is small.

- `gradient_descent` is the lecture's algorithm, for any function of numbers, and tells why it
  stopped.
- `SGD`, `Momentum`, `Nesterov`, `RMSProp`, `Adam`, `AdamW` move parameters once; their step may
  follow a schedule, such as `cosine_schedule`, and gradients may be clipped before.

How gradients are computed lives in `derivatives`; going through the examples of a data set,
epoch by epoch, lives in `training`.
"""

from autograd_mini.descent.clipping import clip_by_norm, clip_by_value
from autograd_mini.descent.lecture import Descent, DescentStep, StopReason, gradient_descent
from autograd_mini.descent.optimizers import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    resolve_optimizer,
)
from autograd_mini.descent.schedules import (
    constant_schedule,
    cosine_schedule,
    exponential_schedule,
    inverse_time_schedule,
    stepwise_schedule,
)

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Descent", "DescentStep", "Momentum"]
__all__ += ["Nesterov", "Optimizer", "RMSProp", "StopReason", "clip_by_norm", "clip_by_value"]
__all__ += ["constant_schedule", "cosine_schedule", "exponential_schedule", "gradient_descent"]
__all__ += ["inverse_time_schedule", "resolve_optimizer", "stepwise_schedule"]
