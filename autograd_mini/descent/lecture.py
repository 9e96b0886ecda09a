r"""With this one can go downhill as the lecture does, and is told why the way ended.

- `gradient_descent` takes any function of numbers, and returns a `Descent`: where it ended, the
  way there, and a `StopReason`.

How gradients are computed lives in `derivatives`; steps of other kinds in `optimizers`.
"""

from __future__ import annotations

import enum
import math
from typing import NamedTuple

from autograd_mini.containers import flatten
from autograd_mini.derivatives import value_and_grad
from autograd_mini.descent.ranges import count, finite, not_negative, positive
from autograd_mini.errors import DomainError
from autograd_mini.graph import no_grad
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from matplotlib.figure import Figure

__all__ = ["Descent", "DescentStep", "StopReason", "gradient_descent"]


class StopReason(enum.Enum):
    """Why a gradient descent ended; each value is the sentence that the report prints."""

    CONVERGED = "converged: the last update was not longer than the tolerance"
    STEP_LIMIT = "step limit: max_steps were made, and theta still moves"
    DIVERGED = "diverged: the next point has no finite theta, J or gradient"
    CYCLING = "cycling: theta came back to an earlier point exactly, and would do so for ever"


class DescentStep(NamedTuple):
    """One point of a trajectory.

    Parameters
    ----------
    theta : number or container of numbers
        The point, in the structure of the starting point.
    J : float
        The function there.
    gradient_length : float
        The Euclidean length of its gradient there.
    update_length : float
        How far the point lies from the one before it; 0.0 for the starting point.
    """

    theta: Any
    J: float
    gradient_length: float
    update_length: float


class Descent:
    """What `gradient_descent` returns: where it ended, why, and the way there.

    Parameters
    ----------
    reason : StopReason
    detail : str
        What more there is to say about the reason; may be empty.
    warning : str or None
        A sentence if the descent stopped because its step was small, not the gradient.
    history : list of DescentStep
        The trajectory, starting point first. Where the descent diverged, it ends with the last
        point at which everything was finite.
    J : callable, optional
        The function; a plot asks it what lies around the path.
    step, tolerance : float, optional
        The step size λ and the stopping threshold ε with which it was reached.

    Examples
    --------
    >>> descent = gradient_descent(lambda theta: (theta - 3) ** 2, 0.0)
    >>> print(descent)
    gradient descent, 61 steps
      converged: the last update was not longer than the tolerance
      theta        2.9999963220107015
      J            1.35276e-11
      |gradient J| 7.35598e-06
      last update  9.19497e-07
    """

    def __init__(
        self,
        reason: StopReason,
        detail: str,
        warning: str | None,
        history: list[DescentStep],
        J: Callable[[Any], Any] | None = None,
        step: float | None = None,
        tolerance: float | None = None,
    ) -> None:
        self.reason, self.detail, self.warning, self.history = reason, detail, warning, history
        self.J, self.step, self.tolerance = J, step, tolerance

    @property
    def theta(self) -> Any:
        """The last point, in the structure of the starting point."""
        return self.history[-1].theta

    @property
    def steps(self) -> int:
        """The number i of steps that led to `theta`."""
        return len(self.history) - 1

    @property
    def converged(self) -> bool:
        """Whether the descent stopped as the lecture has it."""
        return self.reason is StopReason.CONVERGED

    def plot(self, **options: Any) -> Figure:
        """Plot the path: over one parameter on the curve of J, over two on its contours.

        With more parameters, J and the length of its gradient are drawn over the steps.

        Parameters
        ----------
        **options
            The `theme`, `title` and `resolution` of
            `autograd_mini.drawing.descent_path.plot_descent`.

        Returns
        -------
        matplotlib.figure.Figure
        """
        from autograd_mini.drawing.descent_path import plot_descent  # noqa: PLC0415 - heavy

        points = [list(map(_plain, flatten(step.theta)[0])) for step in self.history]
        J, lengths = ([step[k] for step in self.history] for k in (1, 2))
        reason = self.reason.name.replace("_", " ").lower()
        reached = " reached" if self.reason is StopReason.STEP_LIMIT else ""
        title = f"{reason}{reached} after {self.steps} step{'' if self.steps == 1 else 's'}"
        function = None if self.J is None else self._J_of_numbers
        names = _names(self.history[0].theta)
        return plot_descent(points, J, lengths, function, names, **{"title": title} | options)

    def _J_of_numbers(self, numbers: Sequence[float]) -> float:
        """Return J at a point; nothing is recorded."""
        assert self.J is not None
        rebuild = flatten(self.history[0].theta)[1]
        with no_grad():  # constants, so that J may use a Value's methods
            constants = [Value(coordinate, kind="constant") for coordinate in numbers]
            return float(_plain(self.J(rebuild(constants))))

    def __str__(self) -> str:
        last = self.history[-1]
        lines = [
            f"gradient descent, {self.steps} step{'' if self.steps == 1 else 's'}",
            f"{self.reason.value}{f' ({self.detail})' if self.detail else ''}",
            f"theta        {_shown(last.theta)}",
            f"J            {last.J:.6g}",
            f"|gradient J| {last.gradient_length:.6g}",
            f"last update  {last.update_length:.6g}",
        ]
        if self.warning is not None:
            lines.append(f"warning: {self.warning}")
        return "\n  ".join(lines)

    def __repr__(self) -> str:
        return f"Descent({self.reason.name}, steps={self.steps}, J={self.history[-1].J})"


def gradient_descent(
    J: Callable[[Any], Any],
    theta0: Any,
    step: float = 0.1,
    tolerance: float = 1e-6,
    max_steps: int = 10_000,
) -> Descent:
    r"""Go down the gradient of a function until the updates are short.

    .. math:: \theta^{[i+1]} = \theta^{[i]} - \lambda\nabla J(\theta^{[i]})
        \quad\text{while}\quad |\theta^{[i]} - \theta^{[i-1]}| > \varepsilon

    This is the lecture's algorithm (lecture, *Gradient descent*), with the Euclidean length. As
    printed there it has three ways not to end well, and each is a reason to stop here: it may go
    on for ever, between points that repeat (detected when they do so exactly) or far from any
    minimum, and it takes NaN for convergence, since ``nan > tolerance`` is false. A short update
    means :math:`|\nabla J| \le \varepsilon/\lambda`, which says little where λ is small: then the
    result has a warning.

    Parameters
    ----------
    J : callable
        A function of `theta` that returns one number. What is not finite, or outside its domain,
        at `theta0` is raised; later on it ends the descent as diverged.
    theta0 : number, or container of numbers
        The starting point: nested lists, tuples, dictionaries, arrays.
    step : float
        The step size λ > 0.
    tolerance : float
        The stopping threshold ε ≥ 0.
    max_steps : int
        At least 1.

    Returns
    -------
    Descent

    Raises
    ------
    ValueError
        If a parameter is out of its range, or `theta0` holds no number.

    Examples
    --------
    >>> descent = gradient_descent(lambda p: (p["w"] - 1) ** 2 + p["b"] ** 2, {"w": 0, "b": 0})
    >>> descent.converged, {name: round(number, 4) for name, number in descent.theta.items()}
    (True, {'w': 1.0, 'b': 0.0})
    >>> gradient_descent(lambda theta: (theta - 3) ** 2, 0, step=1.0).reason.name
    'CYCLING'
    """
    step, tolerance = positive(step, "step"), not_negative(tolerance, "tolerance")
    max_steps = count(max_steps, "max_steps")
    walk = _Walk(J, theta0)
    reason, detail = StopReason.STEP_LIMIT, f"max_steps is {max_steps}"
    while walk.steps < max_steps:
        try:
            walk.go(step)
        except (DomainError, ArithmeticError) as error:
            reason, detail = StopReason.DIVERGED, str(error)
            break
        if walk.history[-1].update_length <= tolerance:
            reason, detail = StopReason.CONVERGED, ""
            break
        if walk.has_returned():
            reason, detail = StopReason.CYCLING, f"every {walk.period} steps"
            break
    warning = walk.warning(tolerance) if reason is StopReason.CONVERGED else None
    return Descent(reason, detail, warning, walk.history, J, step, tolerance)


class _Walk:
    """A point that goes down the gradient of J, and the way it took."""

    def __init__(self, J: Callable[[Any], Any], theta0: Any) -> None:
        leaves, self._rebuild = flatten(theta0)
        if not leaves:
            raise ValueError("theta0 holds no number: there is nothing to change")
        self._value_and_grad = value_and_grad(J)
        self._numbers = [finite(_plain(leaf), "theta0") for leaf in leaves]
        self._curvature = 0.0
        self._remembered, self._remembered_at = self._numbers, 0
        self.steps, self.period = 0, 0
        self.history: list[DescentStep] = []
        self._gradient = self._look(self._numbers, 0.0)

    def _look(self, numbers: list[float], update_length: float) -> list[float]:
        """Write down what J is at a point, and return its gradient; raise if it is not finite."""
        if not all(map(math.isfinite, numbers)):
            raise OverflowError("theta is not finite")
        theta = self._rebuild(numbers)
        J, gradients = self._value_and_grad(theta)
        J, gradient = float(_plain(J)), [float(_plain(g)) for g in flatten(gradients)[0]]
        if not math.isfinite(J):
            raise OverflowError(f"J is {J}")
        # J saw `theta` and might have changed it: the history gets one of its own.
        point = self._rebuild(numbers)
        self.history.append(DescentStep(point, J, math.hypot(*gradient), update_length))
        return gradient

    def go(self, step: float) -> None:
        """Make one step; raise, and stay, where the new point is not fit."""
        moved = [t - step * slope for t, slope in zip(self._numbers, self._gradient, strict=True)]
        update_length = math.dist(moved, self._numbers)
        gradient = self._look(moved, update_length)
        if update_length > 0.0:
            self._curvature = math.dist(gradient, self._gradient) / update_length
        self._numbers, self._gradient = moved, gradient
        self.steps += 1

    def has_returned(self) -> bool:
        """Tell whether the point is where it was before, by Brent's algorithm.

        It remembers one point, and another one each time that the number of steps has doubled;
        so a cycle is found within three times its beginning and length, with no search.
        """
        if self._numbers == self._remembered:
            self.period = self.steps - self._remembered_at
            return True
        if self.steps >= 2 * self._remembered_at:
            self._remembered, self._remembered_at = self._numbers, self.steps
        return False

    def warning(self, tolerance: float) -> str | None:
        """Say so if a minimum seems to lie much further away than the last update was long.

        |∇J| divided by the curvature along the last update is Newton's guess of the distance.
        """
        slope = self.history[-1].gradient_length
        if slope == 0.0:
            return None
        distance = slope / self._curvature if self._curvature else math.inf
        spacing = math.ulp(math.hypot(*self._numbers))
        if distance <= FAR * max(tolerance, spacing):
            return None
        away = f"about {distance:.2g} away" if math.isfinite(distance) else "far away"
        return (
            f"the step, not the gradient, was small: |gradient J| is still {slope:.3g}, "
            f"and a minimum may lie {away}; try a larger step"
        )


def _shown(theta: Any) -> str:
    """Return `theta` as text of one readable line."""
    text = " ".join(repr(theta).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _names(theta: Any) -> list[str]:
    r"""Return the names of the parameters on axes: keys of a dictionary, or θ with an index."""
    count = len(flatten(theta)[0])
    if isinstance(theta, dict) and len(theta) == count:
        return [f"${name}$" if len(str(name)) == 1 else str(name) for name in theta]
    return [r"$\theta$"] if count == 1 else [rf"$\theta_{{{k}}}$" for k in range(1, count + 1)]


def _plain(item: Any) -> Any:
    """Return the number of a Value, which comes where J contains variables from outside."""
    return item.data if isinstance(item, Value) else item


FAR = 100
"""How many tolerances away a minimum may seem to be before `gradient_descent` warns."""
