r"""With this one can change parameters by their gradient, one step at a time.

- `SGD`, `Momentum`, `Nesterov`, `RMSProp`, `Adam`, `AdamW` move parameters once; `Optimizer` is
  what they share, and what one's own derives from.
- `resolve_optimizer` finds them by name in `OPTIMIZERS`.

Each has one rule, for a number as for an array of numbers. Factors of the step live in
`schedules`, shortened gradients in `clipping`.
"""

from __future__ import annotations

import math

from autograd_mini.descent.ranges import below_one, not_negative, positive
from autograd_mini.errors import UnknownNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Momentum", "Nesterov", "Optimizer", "RMSProp"]
__all__ += ["resolve_optimizer"]


class Optimizer:
    r"""What all optimisers share: they turn parameters and gradients into new parameters.

    A class of one's own derives from this one, names its running averages in `memories`, and
    defines `rule`, for one parameter or an array of them; or `move`, where parameters depend on
    each other. Attributes that do not begin with an underscore are its settings.

    Parameters
    ----------
    step : float
        The step size λ > 0.
    """

    name: ClassVar[str] = ""
    memories: ClassVar[tuple[str, ...]] = ()

    def __init__(self, step: float) -> None:
        self.step = positive(step, "step")
        self._updates = 0
        self._memory: dict[str, Any] = {}

    def rule(self, parameter: Any, gradient: Any, step: float, *memory: Any) -> tuple[Any, ...]:
        """Return a parameter after one step, and what is remembered of it for the next one.

        Parameters
        ----------
        parameter, gradient : float or array of floats
        step : float
            The step size of this step.
        *memory : float or array of floats
            One for each name in `memories`; 0 at the first step.

        Returns
        -------
        tuple
            The new parameter, and each of `memories`.
        """
        raise NotImplementedError

    def move(self, parameters: list[float], gradients: list[float], step: float) -> list[float]:
        """Return the parameters after one step of size `step`; each follows the rule."""
        rows = zip(parameters, gradients, *self._memory.values(), strict=True)
        moved, *memory = zip(*[self.rule(p, g, step, *m) for p, g, *m in rows], strict=True)
        self._memory = dict(zip(self.memories, map(list, memory), strict=True))
        return list(moved)

    def update(self, parameters: Any, gradients: Any, factor: float = 1.0) -> Any:
        """Return the parameters after one step, and remember what the next one needs.

        Parameters
        ----------
        parameters : sequence or array of N floats
        gradients : sequence or array of N floats
        factor : float
            What a schedule multiplies the step size with.

        Returns
        -------
        list or array of N floats
            As the parameters came; the same bits either way.

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
        self._check_memory(len(parameters))
        if not hasattr(parameters, "tolist"):
            return self._moved(list(parameters), list(gradients), factor)
        if type(self).move is Optimizer.move:
            return self._moved_arrays(parameters, gradients, factor)
        # A move of one's own, which knows lists.
        return _array(self._moved(parameters.tolist(), gradients.tolist(), factor))

    def _moved(self, parameters: list[float], gradients: list[float], factor: float) -> list[float]:
        """Return lists after one step."""
        memory = self._memory or {name: [0.0] * len(parameters) for name in self.memories}
        self._memory = {
            name: numbers.tolist() if hasattr(numbers, "tolist") else numbers
            for name, numbers in memory.items()
        }
        self._updates += 1
        return self.move(parameters, gradients, self.step * factor)

    def _moved_arrays(self, parameters: Any, gradients: Any, factor: float) -> Any:
        """Return an array after one step."""
        self._updates += 1
        memory = [_array(self._memory.get(name), len(parameters)) for name in self.memories]
        moved, *kept = self.rule(parameters, gradients, self.step * factor, *memory)
        self._memory = dict(zip(self.memories, kept, strict=True))
        return moved

    def _check_memory(self, length: int) -> None:
        """Raise if the updates before had another number of parameters."""
        for remembered in self._memory.values():
            if len(remembered) != length:
                count = f"{len(remembered)} parameters, not {length}"
                raise ValueError(
                    f"this {self.name} optimizer has worked on {count}: make a new one"
                )

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
        memory = {name: _listed(numbers) for name, numbers in self._memory.items()}
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

    def rule(self, parameter: Any, gradient: Any, step: float, *_: Any) -> tuple[Any, ...]:
        """Return θ - λg."""
        return (parameter - step * gradient,)


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
        self.momentum = below_one(momentum, "momentum")

    def rule(self, parameter: Any, gradient: Any, step: float, *memory: Any) -> tuple[Any, ...]:
        """Return θ - λv, and v."""
        velocity = self.momentum * memory[0] + gradient
        return parameter - step * velocity, velocity


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

    def rule(self, parameter: Any, gradient: Any, step: float, *memory: Any) -> tuple[Any, ...]:
        """Return θ - λ(g + μv), and v."""
        velocity = self.momentum * memory[0] + gradient
        return parameter - step * (gradient + self.momentum * velocity), velocity


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
        self.decay = below_one(decay, "decay")
        self.epsilon = positive(epsilon, "epsilon")

    def rule(self, parameter: Any, gradient: Any, step: float, *memory: Any) -> tuple[Any, ...]:
        """Return θ - λg / (√r + ε), and r."""
        squares = _blend(memory[0], gradient * gradient, self.decay)
        return parameter - step * gradient / (_root(squares) + self.epsilon), squares


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
        self.momentum = below_one(momentum, "momentum")
        self.decay = below_one(decay, "decay")
        self.epsilon = positive(epsilon, "epsilon")

    def rule(self, parameter: Any, gradient: Any, step: float, *memory: Any) -> tuple[Any, ...]:
        """Return θ - λm̂ / (√r̂ + ε), m and r."""
        means = _blend(memory[0], gradient, self.momentum)
        squares = _blend(memory[1], gradient * gradient, self.decay)
        mean = means / (1.0 - self.momentum**self._updates)
        square = squares / (1.0 - self.decay**self._updates)
        return parameter - step * mean / (_root(square) + self.epsilon), means, squares


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
        self.weight_decay = not_negative(weight_decay, "weight_decay")

    def rule(self, parameter: Any, gradient: Any, step: float, *memory: Any) -> tuple[Any, ...]:
        """Return Adam's step from (1 - λω)θ."""
        kept = 1.0 - step * self.weight_decay
        return super().rule(kept * parameter, gradient, step, *memory)


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


def _blend(before: Any, now: Any, decay: float) -> Any:
    """Return the running average ``decay * before + (1 - decay) * now``."""
    return decay * before + (1.0 - decay) * now


def _root(square: Any) -> Any:
    """Return the square root of a number, or those of an array."""
    if not hasattr(square, "shape"):
        return math.sqrt(square)
    import numpy as np  # noqa: PLC0415 - lists do without

    return np.sqrt(square)


def _listed(numbers: Any) -> list[float]:
    """Return an array or a list as a list of its own."""
    found: list[float] = numbers.tolist() if hasattr(numbers, "tolist") else list(numbers)
    return found


def _array(numbers: Any, length: int = 0) -> Any:
    """Return an array of numbers; of zeros, if there are none."""
    if hasattr(numbers, "dtype"):
        return numbers
    import numpy as np  # noqa: PLC0415 - lists do without

    return np.zeros(length) if numbers is None else np.array(numbers)
