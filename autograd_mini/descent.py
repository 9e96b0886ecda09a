r"""With this one can go downhill: find parameters for which a function is small.

- `gradient_descent` is the lecture's algorithm, for any function of numbers, and tells why it
  stopped.
- `SGD`, `Momentum`, `Nesterov`, `RMSProp`, `Adam`, `AdamW` move a list of parameters once; their
  step may follow a schedule, such as `cosine_schedule`, and gradients may be clipped before.

How gradients are computed lives in `derivatives`; going through the examples of a data set,
epoch by epoch, lives in `training`.
"""

from __future__ import annotations

import enum
import math
import operator
from typing import NamedTuple

from autograd_mini.containers import flatten
from autograd_mini.derivatives import value_and_grad
from autograd_mini.errors import DomainError, UnknownNameError
from autograd_mini.graph import no_grad
from autograd_mini.operations import number
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ClassVar

    from matplotlib.figure import Figure

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Descent", "DescentStep", "Momentum"]
__all__ += ["Nesterov", "Optimizer", "RMSProp", "StopReason", "clip_by_norm", "clip_by_value"]
__all__ += ["constant_schedule", "cosine_schedule", "exponential_schedule", "gradient_descent"]
__all__ += ["inverse_time_schedule", "resolve_optimizer", "stepwise_schedule"]


# -------------------------------------------------------------------- the lecture's algorithm


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
    ) -> None:
        self.reason, self.detail, self.warning, self.history = reason, detail, warning, history
        self.J = J

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
        title = f"{reason} after {self.steps} step{'' if self.steps == 1 else 's'}"
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
    step, tolerance = _positive(step, "step"), _not_negative(tolerance, "tolerance")
    max_steps = _count(max_steps, "max_steps")
    walk = _Walk(J, theta0)
    reason, detail = StopReason.STEP_LIMIT, f"max_steps is {max_steps}"
    while walk.steps < max_steps:
        try:
            walk.go(step)
        except (DomainError, ArithmeticError) as error:
            reason, detail = StopReason.DIVERGED, str(error)
            break
        if walk.history[-1].update_length <= tolerance:
            return Descent(StopReason.CONVERGED, "", walk.warning(tolerance), walk.history, J)
        if walk.has_returned():
            reason, detail = StopReason.CYCLING, f"every {walk.period} steps"
            break
    return Descent(reason, detail, None, walk.history, J)


class _Walk:
    """A point that goes down the gradient of J, and the way it took."""

    def __init__(self, J: Callable[[Any], Any], theta0: Any) -> None:
        leaves, self._rebuild = flatten(theta0)
        if not leaves:
            raise ValueError("theta0 holds no number: there is nothing to change")
        self._value_and_grad = value_and_grad(J)
        self._numbers = [_finite(_plain(leaf), "theta0") for leaf in leaves]
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


# -------------------------------------------------------------------------------- optimisers


class Optimizer:
    r"""What all optimisers share: they turn parameters and gradients into new parameters.

    A class of one's own derives from this one, names its running averages in `memories`, and
    defines `move`. Attributes that do not begin with an underscore are its settings.

    Parameters
    ----------
    step : float
        The step size λ > 0.
    """

    name: ClassVar[str] = ""
    memories: ClassVar[tuple[str, ...]] = ()

    def __init__(self, step: float) -> None:
        self.step = _positive(step, "step")
        self._updates = 0
        self._memory: dict[str, list[float]] = {}

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return the parameters after one step of size `step`."""
        raise NotImplementedError

    def update(
        self, parameters: Sequence[float], gradients: Sequence[float], factor: float = 1.0
    ) -> list[float]:
        """Return the parameters after one step, and remember what the next one needs.

        Parameters
        ----------
        parameters : sequence of N floats
        gradients : sequence of N floats
        factor : float
            What a schedule multiplies the step size with.

        Returns
        -------
        list of N floats

        Raises
        ------
        ValueError
            If the lengths differ, from each other or from those of the update before.

        Examples
        --------
        >>> SGD(0.5).update([1.0, 2.0], [0.2, -0.2])
        [0.9, 2.1]
        """
        if len(parameters) != len(gradients):
            came = f"{len(parameters)} parameters and {len(gradients)} gradients"
            raise ValueError(f"parameters and gradients must have one length; {came} came")
        memory = self._memory or {name: [0.0] * len(parameters) for name in self.memories}
        for remembered in memory.values():
            if len(remembered) != len(parameters):
                count = f"{len(remembered)} parameters, not {len(parameters)}"
                raise ValueError(
                    f"this {self.name} optimizer has worked on {count}: make a new one"
                )
        self._memory = memory
        self._updates += 1
        return self.move(list(parameters), list(gradients), self.step * factor)

    @property
    def settings(self) -> dict[str, float]:
        """The arguments with which the optimiser was made."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def reset(self) -> None:
        """Forget all updates."""
        self._updates, self._memory = 0, {}

    def state_dict(self) -> dict[str, Any]:
        """Return name, settings and memory as a dictionary that JSON can hold.

        Returns
        -------
        dict
            `load_state_dict` takes it back; updates go on with the same bits.
        """
        memory = {name: list(numbers) for name, numbers in self._memory.items()}
        own = {"settings": self.settings, "updates": self._updates, "memory": memory}
        return {"optimizer": self.name, **own}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Become the optimiser that `state_dict` has written down.

        Parameters
        ----------
        state : dict

        Raises
        ------
        ValueError
            If it is not the state of an optimiser of this kind; then nothing has changed.
        """
        fits = state.keys() == {"optimizer", "settings", "updates", "memory"}
        if not fits or state["optimizer"] != self.name:
            raise ValueError(f"state is not that of the optimizer {self.name!r}: {dict(state)!r}")
        if state["settings"].keys() != self.settings.keys():
            raise ValueError(f"state has the settings {', '.join(state['settings'])}")
        if state["memory"] and set(state["memory"]) != set(self.memories):
            raise ValueError(f"state has the memory {', '.join(state['memory'])}")
        vars(self).update(state["settings"])
        self._updates = int(state["updates"])
        self._memory = {name: list(numbers) for name, numbers in state["memory"].items()}

    def __repr__(self) -> str:
        listed = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"{type(self).__name__}({listed})"


class SGD(Optimizer):
    r"""Stochastic gradient descent: the lecture's step, on the gradient of a few examples.

    .. math:: \theta \gets \theta - \lambda g

    Robbins and Monro, *A stochastic approximation method*, 1951.

    Parameters
    ----------
    step : float
        λ > 0.

    Examples
    --------
    >>> SGD(step=0.5).update([1.0], [4.0])
    [-1.0]
    """

    name = "sgd"

    def __init__(self, step: float = 0.1) -> None:
        super().__init__(step)

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return θ - λg."""
        return [p - step * g for p, g in zip(parameters, gradients, strict=True)]


class Momentum(Optimizer):
    r"""Gradient descent of a heavy ball, which keeps part of its velocity.

    .. math:: v \gets \mu v + g, \qquad \theta \gets \theta - \lambda v

    Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964, with the
    velocity free of λ, as PyTorch has it.

    Parameters
    ----------
    step : float
        λ > 0. Where gradients agree, steps grow to λ/(1 - μ) times the gradient.
    momentum : float
        μ, from 0 to below 1.

    Examples
    --------
    >>> ball = Momentum(step=1.0, momentum=0.5)
    >>> ball.update([0.0], [1.0]), ball.update([-1.0], [1.0])
    ([-1.0], [-2.5])
    """

    name = "momentum"
    memories = ("velocity",)

    def __init__(self, step: float = 0.01, momentum: float = 0.9) -> None:
        super().__init__(step)
        self.momentum = _below_one(momentum, "momentum")

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return θ - λv."""
        velocity = self._accelerate(gradients)
        return [p - step * v for p, v in zip(parameters, velocity, strict=True)]

    def _accelerate(self, gradients: list[float]) -> list[float]:
        """Return the new velocity, and remember it."""
        before, momentum = self._memory["velocity"], self.momentum
        velocity = [momentum * v + g for v, g in zip(before, gradients, strict=True)]
        self._memory = {"velocity": velocity}
        return velocity


class Nesterov(Momentum):
    r"""Momentum that looks ahead: the gradient is that of the point where the ball rolls to.

    .. math:: v \gets \mu v + g, \qquad \theta \gets \theta - \lambda(g + \mu v)

    Nesterov, *A method of solving a convex programming problem with convergence rate O(1/k²)*,
    1983, in the form of Sutskever, Martens, Dahl and Hinton, *On the importance of initialization
    and momentum in deep learning*, 2013: they take the gradient at θ + μv of their θ; that point
    is the θ here (as in PyTorch).

    Parameters
    ----------
    step : float
        λ > 0.
    momentum : float
        μ, from 0 to below 1.

    Examples
    --------
    >>> Nesterov(step=1.0, momentum=0.5).update([0.0], [1.0])
    [-1.5]
    """

    name = "nesterov"

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return θ - λ(g + μv)."""
        velocity, momentum = self._accelerate(gradients), self.momentum
        return [
            p - step * (g + momentum * v)
            for p, g, v in zip(parameters, gradients, velocity, strict=True)
        ]


class RMSProp(Optimizer):
    r"""Steps that are divided by the recent size of the gradient, for each parameter alone.

    .. math:: r \gets \rho r + (1 - \rho)g^2, \qquad
        \theta \gets \theta - \lambda\frac{g}{\sqrt r + \varepsilon}

    Tieleman and Hinton, *Neural networks for machine learning*, lecture 6e, 2012.

    Parameters
    ----------
    step : float
        λ > 0.
    decay : float
        ρ, from 0 to below 1.
    epsilon : float
        ε > 0, which keeps the quotient finite.

    Examples
    --------
    >>> [round(p, 6) for p in RMSProp(step=0.1, decay=0.75).update([1.0], [5.0])]
    [0.8]
    """

    name = "rmsprop"
    memories = ("squares",)

    def __init__(self, step: float = 0.01, decay: float = 0.9, epsilon: float = 1e-8) -> None:
        super().__init__(step)
        self.decay = _below_one(decay, "decay")
        self.epsilon = _positive(epsilon, "epsilon")

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return θ - λg / (√r + ε)."""
        squares = _blend(self._memory["squares"], [g * g for g in gradients], self.decay)
        self._memory = {"squares": squares}
        epsilon, root = self.epsilon, math.sqrt
        return [
            p - step * g / (root(r) + epsilon)
            for p, g, r in zip(parameters, gradients, squares, strict=True)
        ]


class Adam(Optimizer):
    r"""Momentum and RMSProp together, both freed of their bias towards 0.

    .. math:: m \gets \mu m + (1 - \mu)g, \qquad r \gets \rho r + (1 - \rho)g^2, \qquad
        \theta \gets \theta - \lambda\frac{m/(1 - \mu^t)}{\sqrt{r/(1 - \rho^t)} + \varepsilon}

    where t counts the updates. Kingma and Ba, *Adam: a method for stochastic optimization*, 2015,
    algorithm 1, who write β₁ for μ, β₂ for ρ and v for r.

    Parameters
    ----------
    step : float
        λ > 0; about how far a parameter moves at most.
    momentum : float
        μ, from 0 to below 1.
    decay : float
        ρ, from 0 to below 1.
    epsilon : float
        ε > 0.

    Examples
    --------
    >>> [round(p, 6) for p in Adam(step=0.1).update([1.0, 1.0], [5.0, -0.02])]
    [0.9, 1.1]
    """

    name = "adam"
    memories = ("means", "squares")

    def __init__(
        self,
        step: float = 0.001,
        momentum: float = 0.9,
        decay: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(step)
        self.momentum = _below_one(momentum, "momentum")
        self.decay = _below_one(decay, "decay")
        self.epsilon = _positive(epsilon, "epsilon")

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return θ - λm̂ / (√r̂ + ε)."""
        means = _blend(self._memory["means"], gradients, self.momentum)
        squares = _blend(self._memory["squares"], [g * g for g in gradients], self.decay)
        self._memory = {"means": means, "squares": squares}
        of_means = 1.0 - self.momentum**self._updates
        of_squares = 1.0 - self.decay**self._updates
        epsilon, root = self.epsilon, math.sqrt
        return [
            p - step * (m / of_means) / (root(r / of_squares) + epsilon)
            for p, m, r in zip(parameters, means, squares, strict=True)
        ]


class AdamW(Adam):
    r"""Adam with weights that decay by themselves, apart from the gradient.

    .. math:: \theta \gets (1 - \lambda\omega)\theta - \lambda\frac{\hat m}{\sqrt{\hat r}
        + \varepsilon}

    Loshchilov and Hutter, *Decoupled weight decay regularization*, 2019, algorithm 2, where λω is
    one number; as in PyTorch it is a product here, so that a schedule acts on both terms.

    Parameters
    ----------
    step : float
        λ > 0.
    weight_decay : float
        ω ≥ 0.
    momentum, decay, epsilon : float
        As for `Adam`.

    Examples
    --------
    >>> AdamW(step=0.1, weight_decay=0.5).update([2.0], [0.0])
    [1.9]
    """

    name = "adamw"

    def __init__(
        self,
        step: float = 0.001,
        weight_decay: float = 0.01,
        momentum: float = 0.9,
        decay: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(step, momentum, decay, epsilon)
        self.weight_decay = _not_negative(weight_decay, "weight_decay")

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return Adam's step from (1 - λω)θ."""
        kept = 1.0 - step * self.weight_decay
        return super().move([kept * p for p in parameters], gradients, step)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    optimizer.name: optimizer for optimizer in (SGD, Momentum, Nesterov, RMSProp, Adam, AdamW)
}
"""The optimisers by their names."""


def resolve_optimizer(optimizer: str | Optimizer, **settings: float) -> Optimizer:
    """Return the optimiser of a name, or the object that came.

    Parameters
    ----------
    optimizer : str or Optimizer
        A name out of `OPTIMIZERS`, or an object.
    **settings : float
        What the class of that name is made with.

    Returns
    -------
    Optimizer

    Raises
    ------
    UnknownNameError
        If there is no optimiser of this name.
    TypeError
        If it is neither a name nor an Optimizer, or an object comes with settings.

    Examples
    --------
    >>> resolve_optimizer("momentum", step=0.5)
    Momentum(step=0.5, momentum=0.9)
    """
    if isinstance(optimizer, Optimizer) and not settings:
        return optimizer
    if not isinstance(optimizer, str):
        accepted = "a name, which may come with settings, or an Optimizer, which may not"
        raise TypeError(f"optimizer must be {accepted}; {optimizer!r} came")
    if optimizer not in OPTIMIZERS:
        raise UnknownNameError("optimizer", optimizer, OPTIMIZERS)
    return OPTIMIZERS[optimizer](**settings)


def _blend(before: list[float], now: list[float], decay: float) -> list[float]:
    """Return the running averages ``decay * before + (1 - decay) * now``."""
    weight = 1.0 - decay
    return [decay * b + weight * n for b, n in zip(before, now, strict=True)]


# ------------------------------------------------------------------ schedules of the step size


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
    decay = _share(decay, "decay")
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
    every, decay = _count(every, "every"), _share(decay, "decay")
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
    epochs, final = _count(epochs, "epochs"), _up_to_one(final, "final")
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
    rate = _not_negative(rate, "rate")
    return lambda epoch: 1.0 / (1.0 + rate * (epoch - 1))


# ---------------------------------------------------------------------------------- clipping


def clip_by_norm(gradients: Sequence[float], limit: float) -> list[float]:
    r"""Return the gradient, shortened if it is longer than the limit; its direction stays.

    .. math:: g \gets g\,\min\Bigl(1, \frac{c}{|g|}\Bigr)

    Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks*, 2013.

    Parameters
    ----------
    gradients : sequence of N floats
    limit : float
        c > 0.

    Returns
    -------
    list of N floats

    Examples
    --------
    >>> clip_by_norm([3.0, 4.0], 2.5), clip_by_norm([3.0, 4.0], 10.0)
    ([1.5, 2.0], [3.0, 4.0])
    """
    limit = _positive(limit, "limit")
    length = math.hypot(*gradients)
    if length <= limit:
        return list(gradients)
    if math.isinf(length):  # too long for a float, though each component is one
        largest = max(map(abs, gradients))
        return clip_by_norm([g / largest for g in gradients], limit)
    return [g * (limit / length) for g in gradients]


def clip_by_value(gradients: Sequence[float], limit: float) -> list[float]:
    r"""Return the gradient with each component cut to the limit; its direction may change.

    .. math:: g_j \gets \min(\max(g_j, -c), c)

    Parameters
    ----------
    gradients : sequence of N floats
    limit : float
        c > 0.

    Returns
    -------
    list of N floats

    Examples
    --------
    >>> clip_by_value([3.0, -0.5, -4.0], 1.0)
    [1.0, -0.5, -1.0]
    """
    limit = _positive(limit, "limit")
    return [min(max(g, -limit), limit) for g in gradients]


# --------------------------------------------------------------------------- checked arguments


def _finite(candidate: Any, name: str) -> float:
    """Return a finite float, or raise naming the argument."""
    value = float(number(candidate, name))
    if not math.isfinite(value):
        raise ValueError(f"{name} is {value}; accepted: a finite number")
    return value


def _positive(candidate: Any, name: str) -> float:
    value = _finite(candidate, name)
    if value <= 0.0:
        raise ValueError(f"{name} is {value}; accepted: a number above 0")
    return value


def _not_negative(candidate: Any, name: str) -> float:
    value = _finite(candidate, name)
    if value < 0.0:
        raise ValueError(f"{name} is {value}; accepted: a number from 0 on")
    return value


def _below_one(candidate: Any, name: str) -> float:
    value = _finite(candidate, name)
    if not 0.0 <= value < 1.0:
        raise ValueError(f"{name} is {value}; accepted: a number from 0 to below 1")
    return value


def _up_to_one(candidate: Any, name: str) -> float:
    value = _finite(candidate, name)
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} is {value}; accepted: a number from 0 to 1")
    return value


def _share(candidate: Any, name: str) -> float:
    value = _finite(candidate, name)
    if not 0.0 < value <= 1.0:
        raise ValueError(f"{name} is {value}; accepted: a number above 0, at most 1")
    return value


def _count(candidate: Any, name: str) -> int:
    """Return a whole number from 1 on, or raise naming the argument."""
    try:
        value = operator.index(candidate)
    except TypeError:
        kind = type(candidate).__name__
        raise TypeError(f"{name} must be a whole number, not {kind}") from None
    if value < 1:
        raise ValueError(f"{name} is {value}; accepted: a whole number from 1 on")
    return value
