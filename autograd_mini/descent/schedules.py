r"""With this one can let the size of a step change from epoch to epoch.

A schedule takes the number of an epoch, from 1 on, and returns the factor of its step:
`constant_schedule`, `exponential_schedule`, `stepwise_schedule`, `cosine_schedule`,
`inverse_time_schedule`. Any such function is one.

The steps themselves are made by `optimizers`.
"""

from __future__ import annotations

import math

from autograd_mini.descent.ranges import count, not_negative, share, up_to_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["constant_schedule", "cosine_schedule", "exponential_schedule"]
__all__ += ["inverse_time_schedule", "stepwise_schedule"]


def constant_schedule() -> Callable[[int], float]:
    """Return the schedule that keeps the step as it is.

    Examples
    --------
    >>> constant_schedule()(7)
    1.0
    """
    return lambda _epoch: 1.0


def exponential_schedule(decay: float) -> Callable[[int], float]:
    r"""Return a schedule that makes the step smaller by one factor each epoch.

    .. math:: \lambda_e = \lambda\,\rho^{e-1}

    Parameters
    ----------
    decay : float
        0 < ρ ≤ 1.

    Returns
    -------
    callable
        The factor of epoch e = 1, 2, ….

    Examples
    --------
    >>> list(map(exponential_schedule(0.5), [1, 2, 3]))
    [1.0, 0.5, 0.25]
    """
    decay = share(decay, "decay")
    return lambda epoch: decay ** (epoch - 1)


def stepwise_schedule(every: int, decay: float) -> Callable[[int], float]:
    r"""Return a schedule that makes the step smaller each time that some epochs have gone by.

    .. math:: \lambda_e = \lambda\,\rho^{\lfloor (e-1)/k \rfloor}

    Parameters
    ----------
    every : int
        The number k ≥ 1 of epochs.
    decay : float
        0 < ρ ≤ 1.

    Returns
    -------
    callable
        The factor of epoch e = 1, 2, ….

    Examples
    --------
    >>> list(map(stepwise_schedule(every=2, decay=0.1), [1, 2, 3, 4]))
    [1.0, 1.0, 0.1, 0.1]
    """
    every, decay = count(every, "every"), share(decay, "decay")
    return lambda epoch: float(decay ** ((epoch - 1) // every))


def cosine_schedule(epochs: int, final: float = 0.0) -> Callable[[int], float]:
    r"""Return a schedule that lets the step sink along half a wave, and then keeps it.

    .. math:: \lambda_e = \lambda\Bigl(\varphi + \tfrac{1 - \varphi}{2}
        \bigl(1 + \cos\tfrac{\pi(e-1)}{E}\bigr)\Bigr)

    Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts*, 2017, equation
    5, without restarts.

    Parameters
    ----------
    epochs : int
        The number E ≥ 1 of epochs after which the factor is `final`.
    final : float
        φ, from 0 to 1.

    Returns
    -------
    callable
        The factor of epoch e = 1, 2, ….

    Examples
    --------
    >>> [round(cosine_schedule(epochs=2)(epoch), 6) for epoch in (1, 2, 3, 4)]
    [1.0, 0.5, 0.0, 0.0]
    """
    epochs, final = count(epochs, "epochs"), up_to_one(final, "final")
    return lambda epoch: (
        final + (1.0 - final) / 2 * (1.0 + math.cos(math.pi * min(epoch - 1, epochs) / epochs))
    )


def inverse_time_schedule(rate: float) -> Callable[[int], float]:
    r"""Return a schedule that makes the step small as 1/t: its sum grows without bound.

    .. math:: \lambda_e = \frac{\lambda}{1 + \kappa(e - 1)}

    Parameters
    ----------
    rate : float
        κ ≥ 0.

    Returns
    -------
    callable
        The factor of epoch e = 1, 2, ….

    Examples
    --------
    >>> list(map(inverse_time_schedule(1.0), [1, 2, 4]))
    [1.0, 0.5, 0.25]
    """
    rate = not_negative(rate, "rate")
    return lambda epoch: 1.0 / (1.0 + rate * (epoch - 1))
