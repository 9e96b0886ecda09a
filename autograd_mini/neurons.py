r"""With this one can build networks of scalar neurons, and keep them in files.

- `MLP([64, 32, 10])` is the lecture's network of L = 3 layers; calling it gives the answer a^L.
- `Layer` and `Neuron` are its parts; `Perceptron` is the lecture's step form, which learns by
  Rosenblatt's rule.
- `Module` is what they have in common: parameters under names, `state_dict`, `save` and `load`.
  A Module of one's own needs no registration.

Losses live in `losses`, what tunes the parameters in `descent` and `training`, the layout of
files in `model_files`.
"""

from __future__ import annotations

import math
import operator
import random
from functools import reduce

from autograd_mini import functions, model_files, operations
from autograd_mini.errors import ModelFileError, UnknownNameError
from autograd_mini.graph import scope
from autograd_mini.operations import HOOK, TABLE, Row, is_number, number
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, Self

    Activation = str | Callable[[Any], Any]
    Initialiser = str | Callable[[int, int, random.Random], float]
    Seed = int | random.Random

__all__ = ["ACTIVATIONS", "INITIALISERS", "MLP", "Layer", "Module", "Neuron", "Perceptron"]

ACTIVATIONS: Mapping[str, Callable[[Any], Any]] = {
    row.name: row
    for row in (
        operations.identity,
        operations.sigmoid,
        operations.tanh,
        operations.relu,
        operations.leaky_relu,
        operations.elu,
        operations.selu,
        operations.silu,
        operations.gelu,
        operations.softplus,
    )
} | {"softmax": functions.softmax}
"""The activations by name. Softmax, of all the sums of a layer, is for the output layer alone."""

INITIALISERS: Mapping[str, Callable[[int, int, random.Random], float]] = {
    "lecun": lambda inputs, _, generator: generator.gauss(0.0, math.sqrt(1 / inputs)),
    "he": lambda inputs, _, generator: generator.gauss(0.0, math.sqrt(2 / inputs)),
    "xavier": lambda inputs, outputs, generator: (
        math.sqrt(6 / (inputs + outputs)) * generator.uniform(-1.0, 1.0)
    ),
    "normal": lambda _, __, generator: generator.gauss(0.0, 1.0),
    "uniform": lambda _, __, generator: generator.uniform(-1.0, 1.0),
    "zeros": lambda _, __, ___: 0.0,
}
"""How one weight is drawn, by name, from n_{l-1}, n_l and a generator.

LeCun's has the standard deviation √(1/n_{l-1}), as Nielsen's chapter 3 uses it, He's
√(2/n_{l-1}); Xavier's (Glorot's) is uniform up to √(6/(n_{l-1} + n_l)), the plain ones have
standard deviation 1 and bounds ±1.
"""

NESTS = (list, tuple)
"""What arrays of parameters are made of."""

_AUTO = dict.fromkeys(("relu", "leaky_relu", "elu", "silu", "gelu", "softplus"), "he")
_AUTO |= {"selu": "lecun"}


class Module:
    """What owns parameters: the base of every network, and of one's own.

    Attributes that are Values, Modules, or lists, tuples and dictionaries of them are found, under
    dotted names; what is found twice counts once. Of Values, leaves of the kinds "parameter" and
    "data" are parameters, constants and results are none. (Give one's own the kind "parameter":
    then drawings tell them from data, and derivatives by them come out as plain numbers.)

    Examples
    --------
    >>> class Scaled(Module):
    ...     def __init__(self):
    ...         self.gain = Value(2.0, kind="parameter")
    ...         self.neuron = Neuron(2, init="zeros")
    ...
    ...     def __call__(self, x):
    ...         return self.gain * self.neuron(x)
    >>> scaled = Scaled()
    >>> scaled([1.0, 2.0]).data, [name for name, _ in scaled.named_parameters()]
    (1.0, ['gain', 'neuron.w.0', 'neuron.w.1', 'neuron.b'])
    """

    # Of a Module that was built around other things than its own parameters (see
    # `__autograd_flatten__`): the Module it was built after, and what stands for which parameter.
    _original: tuple[Module, dict[Value, Any]] | None = None

    # Parameters

    def parameters(self) -> list[Any]:
        """Return the parameters, each once.

        Returns
        -------
        list of Values

        Examples
        --------
        >>> len(MLP([2, 3, 1]).parameters())
        13
        """
        if self._original is not None:
            original, now = self._original
            return [now[value] for value in original.parameters()]
        return list(
            dict.fromkeys(v for array in self.named_arrays().values() for v in _flat(array))
        )

    def named_parameters(self) -> list[tuple[str, Any]]:
        """Return the parameters with their dotted names, each once, under the first of its names.

        Returns
        -------
        list of (str, Value) pairs
            The indices behind a name count from 0.

        Examples
        --------
        >>> [name for name, _ in MLP([2, 1]).named_parameters()]
        ['W2.0.0', 'W2.0.1', 'b2.0']
        """
        if self._original is not None:
            original, now = self._original
            return [(name, now[value]) for name, value in original.named_parameters()]
        names: dict[Value, str] = {}
        for name, array in self.named_arrays().items():
            for place, value in _entries(array):
                names.setdefault(value, ".".join([name, *map(str, place)]))
        return [(name, value) for value, name in names.items()]

    def named_arrays(self) -> dict[str, Any]:
        """Return the parameters as they stand together: single ones, and regular nests of them.

        Returns
        -------
        dict
            Of an MLP, "W2", "b2", …; of other Modules, dotted names.

        Examples
        --------
        >>> list(MLP([2, 3, 1]).named_arrays())
        ['W2', 'b2', 'W3', 'b3']
        """
        if self._original is not None:
            original, now = self._original
            arrays = original.named_arrays().items()
            return {name: _mapped(array, now.__getitem__) for name, array in arrays}
        return dict(_arrays("", self, set()))

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to None: no sweep has reached it.

        Examples
        --------
        >>> neuron = Neuron(1)
        >>> neuron([1.0]).backward()
        >>> neuron.zero_grad()
        >>> neuron.b.grad is None
        True
        """
        for parameter in self.parameters():
            parameter.grad = None

    def _parts(self) -> Mapping[str, Any]:
        """Return what may hold parameters, by name."""
        return {name: part for name, part in vars(self).items() if name != "_original"}

    def __getstate__(self) -> dict[str, Any]:
        return dict(vars(self))

    def __autograd_flatten__(self) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
        """Return the parameters, and a function that builds this Module around other things.

        So one can differentiate by a Module as by any nested container. What is built has for
        parameters the things that it was built around, whatever they are.
        """
        original = self if self._original is None else self._original[0]
        values = original.parameters()

        def rebuild(things: Sequence[Any]) -> Any:
            return _rebuilt(original, dict(zip(values, things, strict=True)), {})

        return self.parameters(), rebuild

    # Numbers, and files

    def state_dict(self) -> dict[str, Any]:
        """Return the parameters' numbers: `named_arrays`, as nested lists of numbers.

        Returns
        -------
        dict
            A copy; see `load_state_dict`.

        Examples
        --------
        >>> MLP([2, 1], init="zeros").state_dict()
        {'W2': [[0.0, 0.0]], 'b2': [0.0]}
        """
        return {name: _mapped(array, _plain) for name, array in self.named_arrays().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Set the parameters' numbers, all of them or, on an error, none.

        Parameters
        ----------
        state : mapping of names to nested sequences or arrays
            As `state_dict` gives it.

        Raises
        ------
        ValueError
            If a name is missing or too much, a shape does not fit, a number is not finite, or a
            parameter that stands in two places gets two numbers.
        TypeError
            If something is no number.

        Examples
        --------
        >>> net = MLP([2, 1])
        >>> net.load_state_dict({"W2": [[1.0, 2.0]], "b2": [3.0]})
        >>> net.layers[0].b[0].data
        3.0
        """
        arrays = self.named_arrays()
        missing, unknown = arrays.keys() - state.keys(), state.keys() - arrays.keys()
        if missing or unknown:
            raise ValueError(
                f"state must hold {', '.join(arrays) or 'nothing'}: "
                f"missing are {sorted(missing)}, and unknown {sorted(unknown)}"
            )
        numbers: dict[Value, Any] = {}
        for name, array in arrays.items():
            for value, new in _matched(name, array, state[name]):
                if numbers.setdefault(value, new) != new:
                    raise ValueError(
                        f"{name} shares a parameter with another place, "
                        f"but state holds {numbers[value]} and {new} for it"
                    )
        for value, new in numbers.items():
            value.data = new

    def settings(self) -> dict[str, Any]:
        """Return what the class is called with to build such a Module: a file keeps it.

        A Module of one's own whose class takes arguments returns them here; they must be what
        JSON holds.

        Examples
        --------
        >>> Neuron(3).settings()
        {'inputs': 3, 'activation': 'sigmoid'}
        """
        return {}

    def save(self, path: str | os.PathLike[str], notes: Mapping[str, Any] | None = None) -> None:
        """Write the Module to a file, as JSON, whole or not at all.

        Parameters
        ----------
        path : path
        notes : mapping, optional
            Whatever else should stand in the file, of what JSON holds; `model_files.read` gives
            it back, under "notes".

        Raises
        ------
        ValueError
            If a number is not finite, or an activation has no name.

        Examples
        --------
        >>> import tempfile
        >>> net = MLP([2, 3, 1], seed=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     net.save(folder + "/model.json")
        ...     same = MLP.load(folder + "/model.json")
        >>> same.state_dict() == net.state_dict()
        True
        """
        content = {
            "class": type(self).__name__,
            "settings": self.settings(),
            "parameters": self.state_dict(),
            "notes": dict(notes or {}),
        }
        model_files.write(path, content)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the Module that a file holds, to the bit as it was saved.

        Parameters
        ----------
        path : path

        Raises
        ------
        ModelFileError
            If the file is damaged, foreign, or holds a Module of another class.

        Examples
        --------
        See `save`.
        """
        content = model_files.read(path)
        if content.get("class") != cls.__name__:
            reason = f"it holds {content.get('class')!r}, and {cls.__name__!r} was asked for"
            raise ModelFileError(str(path), reason)
        try:
            module = cls(**content["settings"])
            module.load_state_dict(content["parameters"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelFileError(str(path), f"{cls.__name__} does not take it: {error}") from error
        return module

    def __repr__(self) -> str:
        return f"{type(self).__name__}(parameters={len(self.parameters())})"


class Neuron(Module):
    r"""One neuron: a weighted sum, and an activation of it.

    .. math:: s = \sum_{k=1}^{K} w_k x^{(k)} + b, \qquad a = \sigma(s)

    The lecture's sigmoid form of the perceptron (*Tuning the weights*).

    Parameters
    ----------
    inputs : int
        Their number K.
    activation : str, row or callable
        A name out of `ACTIVATIONS` other than softmax, or a function of one number.
    init : str or callable
        A name out of `INITIALISERS`, by default one that fits the activation; or a function of
        the number of inputs, that of outputs, and a generator.
    seed : int or random.Random

    Attributes
    ----------
    w : tuple of K Values
        May be set, to a sequence of K numbers.
    b : Value
        0 at the start. May be set, to a number.
    s, a : Value
        Of the last call; None before it.

    Examples
    --------
    >>> neuron = Neuron(2)
    >>> neuron.w, neuron.b = [2.0, -3.0], -3.0
    >>> neuron([-1.0, -2.0])
    Value(0.7310585786300049, label='a', operation='sigmoid')
    """

    s: Any = None
    a: Any = None

    def __init__(
        self,
        inputs: int,
        activation: Activation = "sigmoid",
        *,
        init: Initialiser = "auto",
        seed: Seed = 0,
    ) -> None:
        self.inputs = _size(inputs, "inputs")
        self.activation = _activation(activation)
        draw = _drawing_weights(init, self.activation, self.inputs, 1, seed)
        labels = [f"w_{k}" for k in range(1, self.inputs + 1)]
        self._w = tuple(Value(draw(), label, kind="parameter") for label in labels)
        self._b = Value(0.0, "b", kind="parameter")

    @property
    def w(self) -> tuple[Any, ...]:
        """The weights; setting them to K numbers sets their data."""
        return self._w

    @w.setter
    def w(self, numbers: Any) -> None:
        _set("w", self._w, numbers)

    @property
    def b(self) -> Any:
        """The bias; setting it to a number sets its data."""
        return self._b

    @b.setter
    def b(self, number: Any) -> None:
        _set("b", self._b, number)

    def logits(self, x: Iterable[Any]) -> Any:
        """Return the weighted sum s of an example.

        Parameters
        ----------
        x : sequence of K numbers or Values

        Returns
        -------
        Value

        Raises
        ------
        ValueError
            If its length is not K.

        Examples
        --------
        >>> neuron = Neuron(2, init="zeros")
        >>> neuron.b = 1.5
        >>> neuron.logits([3.0, 4.0]).data
        1.5
        """
        x = _example(x, self.inputs, "the neuron")
        with scope("neuron"):
            self.s, self.a = _labelled([_weighted_sum(self._w, x, self._b)], ["s"])[0], None
        return self.s

    def __call__(self, x: Iterable[Any]) -> Any:
        """Return the activation a of an example."""
        x = _example(x, self.inputs, "the neuron")
        with scope("neuron"):
            self.s = _labelled([_weighted_sum(self._w, x, self._b)], ["s"])[0]
            self.a = _labelled(_activated(self.activation, [self.s]), ["a"])[0]
        return self.a

    @property
    def output(self) -> Activation:
        """The activation of what a call gives."""
        return self.activation

    def __autograd_drawing__(self, **options: Any) -> Any:
        """Return the last call, whose graph is drawn; before any, draw a circle and lines."""
        if self.s is not None:
            return self.s if self.a is None else self.a
        from autograd_mini.drawing import draw_network  # noqa: PLC0415 - heavy, and rarely wanted

        name = _shown(self.activation).strip("'")
        weights = [[[weight.data for weight in self._w]]]
        return draw_network([self.inputs, 1], weights, activations=[name], **options)

    def _parts(self) -> Mapping[str, Any]:
        return {"w": self._w, "b": self._b}

    def settings(self) -> dict[str, Any]:
        """Return what `Neuron` is called with."""
        return {"inputs": self.inputs, "activation": _kept_name(self.activation)}

    def __getstate__(self) -> dict[str, Any]:
        return _without_the_last_call(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.inputs}, activation={_shown(self.activation)})"


class Perceptron(Neuron):
    r"""The lecture's simplest model: it predicts 0 or 1, and learns by Rosenblatt's rule.

    .. math:: \hat f(x) = \begin{cases}1 & \sum_{k=1}^{K} w_k x^{(k)} + b > 0\\
        0 & \text{otherwise}\end{cases}

    The step has derivative 0 almost everywhere, so nothing can be learnt from its gradient, and
    asking for it raises. `sigmoid` gives the form that learns by gradient, on the same weights.

    Parameters
    ----------
    inputs : int
        Their number K. All weights and the bias start at 0.

    Examples
    --------
    >>> perceptron = Perceptron(2)
    >>> perceptron.learn([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    [1, 3, 3, 2, 1, 0]
    >>> [perceptron(x) for x in ([0, 0], [0, 1], [1, 0], [1, 1])]
    [0, 0, 0, 1]
    """

    def __init__(self, inputs: int) -> None:
        super().__init__(inputs, "step", init="zeros")

    def __call__(self, x: Iterable[Any]) -> int:
        """Return the class of an example, 0 or 1."""
        self.s = self._sum(self._features(x))
        self.a = predicted = int(self.s > 0)
        return predicted

    def _features(self, x: Any) -> list[Any]:
        features = _example(x, self.inputs, "the perceptron")
        if not all(map(is_number, features)):
            self._refuse_gradient()
        return features

    def _sum(self, x: Sequence[Any]) -> Any:
        """Return the weighted sum as a plain number."""
        return _weighted_sum([weight.data for weight in self._w], x, self._b.data)

    def learn(
        self,
        X: Iterable[Iterable[Any]],
        y: Iterable[Any],
        *,
        step: float = 1.0,
        epochs: int = 100,
    ) -> list[int]:
        r"""Learn by Rosenblatt's rule, until an epoch passes without a mistake.

        .. math:: w_k \leftarrow w_k + \lambda\,(y - \hat y)\,x^{(k)}, \qquad
            b \leftarrow b + \lambda\,(y - \hat y)

        after each example. If a line separates the classes, it stops after a number of mistakes
        that has a bound (Novikoff's theorem); otherwise it never stops by itself.

        Parameters
        ----------
        X : sequence of n examples, each of K numbers
        y : sequence of n labels, each 0 or 1
        step : number
            :math:`\lambda`, positive.
        epochs : int
            How often to go through the examples at most.

        Returns
        -------
        list of ints
            The mistakes in each epoch; the last is 0 if it has learnt all examples.

        Raises
        ------
        ValueError
            If lengths differ, or a label is neither 0 nor 1. Then nothing has changed.

        Examples
        --------
        >>> Perceptron(1).learn([[-1.0], [1.0]], [0, 1])
        [1, 0]
        """
        examples = [self._features(x) for x in X]
        labels = [number(label, "y") for label in y]
        if len(examples) != len(labels):
            raise ValueError(f"X holds {len(examples)} examples, and y {len(labels)} labels")
        for label in labels:
            if label not in {0, 1}:
                raise ValueError(f"y must hold labels 0 and 1, not {label}")
        if not 0 < number(step, "step") < math.inf:
            raise ValueError(f"step must be positive and finite, not {step}")
        history: list[int] = []
        for _ in range(_size(epochs, "epochs")):
            history.append(sum(map(self._corrected, examples, labels, [step] * len(labels))))
            if history[-1] == 0:
                break
        return history

    def _corrected(self, x: Sequence[Any], label: Any, step: Any) -> bool:
        """Correct the weights by one example; tell whether it was mistaken."""
        error = label - int(self._sum(x) > 0)
        if error:
            for weight, feature in zip(self._w, x, strict=True):
                weight.data += step * error * feature
            self._b.data += step * error
        return bool(error)

    def sigmoid(self) -> Neuron:
        """Return the sigmoid form, a `Neuron` that has the very same weights and bias.

        What it learns by gradient, this one predicts with: σ(s) > ½ where s > 0.

        Examples
        --------
        >>> perceptron = Perceptron(1)
        >>> neuron = perceptron.sigmoid()
        >>> neuron.b = 1.0
        >>> perceptron([0.0]), neuron([0.0]).data > 0.5
        (1, True)
        """
        neuron = Neuron(self.inputs, "sigmoid", init="zeros")
        neuron._w, neuron._b = self._w, self._b  # noqa: SLF001 - the Values, not their numbers
        return neuron

    def _refuse_gradient(self, *_: Any) -> Any:
        """Raise, since there is nothing to learn from a gradient that is 0."""
        raise TypeError(
            "the perceptron's step has derivative 0 almost everywhere, so its gradient says "
            "nothing: Perceptron.learn uses Rosenblatt's rule, and Perceptron.sigmoid() gives the "
            "form that learns by gradient"
        )

    backward = logits = __autograd_flatten__ = _refuse_gradient  # type: ignore[assignment]

    def settings(self) -> dict[str, Any]:
        """Return what `Perceptron` is called with."""
        return {"inputs": self.inputs}

    def __repr__(self) -> str:
        return f"Perceptron({self.inputs})"


class Layer(Module):
    r"""One layer of neurons, numbered as in the lecture.

    .. math:: s^l_j = \sum_{k=1}^{n_{l-1}} w^l_{jk}a^{l-1}_k + b^l_j, \qquad a^l_j = \sigma(s^l_j)

    Parameters
    ----------
    inputs : int
        :math:`n_{l-1}`.
    outputs : int
        :math:`n_l`, the neurons of this layer.
    activation : str, row or callable
        A name out of `ACTIVATIONS`, or a function of one number.
    number : int
        l, from 2 on: layer 1 is the input.
    init : str or callable
        A name out of `INITIALISERS`, by default one that fits the activation: "he" for relu and
        its like, "lecun" for selu, else "xavier"; or a function of :math:`n_{l-1}`,
        :math:`n_l` and a generator.
    seed : int or random.Random

    Attributes
    ----------
    W : tuple of n_l rows, each a tuple of n_{l-1} Values
        May be set, to numbers of the same shape.
    b : tuple of n_l Values
        0 at the start. May be set, to n_l numbers.
    s, a : list of n_l Values
        Weighted sums and activations of the last call; empty before it.

    Examples
    --------
    >>> layer = Layer(2, 1, "identity")
    >>> layer.W, layer.b = [[1.0, 2.0]], [10.0]
    >>> layer([3.0, 4.0])[0].data
    21.0
    """

    s: Sequence[Any] = ()
    a: Sequence[Any] = ()

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: Activation = "sigmoid",
        *,
        number: int = 2,
        init: Initialiser = "auto",
        seed: Seed = 0,
    ) -> None:
        self.inputs, self.outputs = _size(inputs, "inputs"), _size(outputs, "outputs")
        self.number = number
        self.activation = _activation(activation, softmax=True)
        draw = _drawing_weights(init, self.activation, self.inputs, self.outputs, seed)
        between = "" if max(self.inputs, self.outputs) < 10 else ","
        self._W = tuple(
            tuple(
                Value(draw(), f"w{number}_{j}{between}{k}", kind="parameter")
                for k in range(1, self.inputs + 1)
            )
            for j in range(1, self.outputs + 1)
        )
        self._b = tuple(Value(0.0, label, kind="parameter") for label in self._labels("b"))

    def _labels(self, symbol: str) -> list[str]:
        return [f"{symbol}{self.number}_{j}" for j in range(1, self.outputs + 1)]

    @property
    def W(self) -> tuple[tuple[Any, ...], ...]:
        """The weights, row j those of neuron j; setting them to numbers sets their data."""
        return self._W

    @W.setter
    def W(self, numbers: Any) -> None:
        _set(f"W of layer {self.number}", self._W, numbers)

    @property
    def b(self) -> tuple[Any, ...]:
        """The biases; setting them to n_l numbers sets their data."""
        return self._b

    @b.setter
    def b(self, numbers: Any) -> None:
        _set(f"b of layer {self.number}", self._b, numbers)

    def sums(self, a: Iterable[Any]) -> list[Any]:
        """Return the weighted sums s^l, without the activations.

        Parameters
        ----------
        a : sequence of n_{l-1} numbers or Values
            a^{l-1}, the activations of the layer before.

        Returns
        -------
        list of n_l Values

        Raises
        ------
        ValueError
            If its length is not n_{l-1}.

        Examples
        --------
        >>> layer = Layer(1, 1, init="zeros")
        >>> [s.data for s in layer.sums([5.0])]
        [0.0]
        """
        a = _example(a, self.inputs, f"layer {self.number}")
        with scope(f"layer {self.number}"):
            return self._summed(a)

    def __call__(self, a: Iterable[Any]) -> list[Any]:
        """Return the activations a^l, given those of the layer before."""
        a = _example(a, self.inputs, f"layer {self.number}")
        with scope(f"layer {self.number}"):
            activations = _activated(self.activation, self._summed(a))
            self.a = _labelled(activations, self._labels("a"))
        return activations

    def _summed(self, a: Sequence[Any]) -> list[Any]:
        rows = zip(self._W, self._b, strict=True)
        sums = [_weighted_sum(weights, a, bias) for weights, bias in rows]
        self.s, self.a = _labelled(sums, self._labels("s")), ()
        return sums

    def __autograd_drawing__(self, **options: Any) -> Any:
        """Return the last call, whose graph is drawn; before any, draw circles and lines."""
        if self.s:
            return self.a or self.s
        from autograd_mini.drawing import draw_network  # noqa: PLC0415 - heavy, and rarely wanted

        name = _shown(self.activation).strip("'")
        sizes, weights = [self.inputs, self.outputs], [self.state_dict()["W"]]
        first = self.number - 1
        return draw_network(sizes, weights, activations=[name], first=first, **options)

    def _parts(self) -> Mapping[str, Any]:
        return {"W": self._W, "b": self._b}

    def settings(self) -> dict[str, Any]:
        """Return what `Layer` is called with."""
        shape = {"inputs": self.inputs, "outputs": self.outputs, "number": self.number}
        return shape | {"activation": _kept_name(self.activation)}

    def __getstate__(self) -> dict[str, Any]:
        return _without_the_last_call(self)

    def __repr__(self) -> str:
        shown = f"activation={_shown(self.activation)}, number={self.number}"
        return f"Layer({self.inputs}, {self.outputs}, {shown})"


class MLP(Module):
    r"""The lecture's network of L layers: a multi-layer perceptron.

    .. math:: a^1 = x, \qquad a^l = \sigma(W^l a^{l-1} + b^l), \qquad \hat y = a^L

    Parameters
    ----------
    sizes : sequence of L ints
        :math:`n_1, \dots, n_L`, at least two, the first that of the input.
    activation : str, row or callable, or a sequence of L - 2 of them
        Of the hidden layers, one for all or one for each: a name out of `ACTIVATIONS`, or a
        function of one number.
    output : str, row or callable
        Of layer L: the sigmoid, as in the lecture; "softmax" and "identity" are others.
    seed : int or random.Random
        The same seed gives the same weights.
    init : str or callable
        As for `Layer`.

    Attributes
    ----------
    layers : list of L - 1 Layers
        Those that have weights, numbered 2 … L.

    Examples
    --------
    >>> net = MLP([2, 3, 1], activation="tanh", seed=1)
    >>> net
    MLP([2, 3, 1], activation='tanh', output='sigmoid', parameters=13)
    >>> [a.data for a in net([0.0, 0.0])], [s.data for s in net.logits([0.0, 0.0])]
    ([0.5], [0.0])
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Activation | Sequence[Activation] = "sigmoid",
        output: Activation = "sigmoid",
        seed: Seed = 0,
        init: Initialiser = "auto",
    ) -> None:
        self.sizes = _sizes(sizes)
        self.activation, each = _hidden(activation, len(self.sizes) - 2)
        self.output = _activation(output, softmax=True)
        generator = _generator(seed)
        self.layers = [
            Layer(inputs, outputs, name, number=number, init=init, seed=generator)
            for number, (inputs, outputs, name) in enumerate(
                zip(self.sizes[:-1], self.sizes[1:], [*each, self.output], strict=True), start=2
            )
        ]

    def __call__(self, x: Iterable[Any]) -> list[Any]:
        """Return the answer a^L to an example: a list of n_L Values."""
        a = x
        for layer in self.layers:
            a = layer(a)
        return a  # type: ignore[return-value]

    def logits(self, x: Iterable[Any]) -> list[Any]:
        """Return the weighted sums s^L of the last layer, on which the output activation stands.

        Parameters
        ----------
        x : sequence of n_1 numbers or Values

        Returns
        -------
        list of n_L Values

        Raises
        ------
        ValueError
            If its length is not n_1.

        Examples
        --------
        >>> [s.data for s in MLP([1, 2], init="zeros").logits([3.0])]
        [0.0, 0.0]
        """
        a = x
        for layer in self.layers[:-1]:
            a = layer(a)
        return self.layers[-1].sums(a)

    def _parts(self) -> Mapping[str, Any]:
        parts: dict[str, Any] = {}
        for layer in self.layers:
            parts |= {f"W{layer.number}": layer.W, f"b{layer.number}": layer.b}
        return parts

    def settings(self) -> dict[str, Any]:
        """Return what `MLP` is called with."""
        names = {"activation": _kept_name(self.activation), "output": _kept_name(self.output)}
        return {"sizes": self.sizes} | names

    def __autograd_drawing__(self, **options: Any) -> Any:
        """Draw the network as circles and lines, with the weights."""
        from autograd_mini.drawing import draw_network  # noqa: PLC0415 - heavy, and rarely wanted

        state = [layer.state_dict() for layer in self.layers]
        names = [_shown(layer.activation).strip("'") for layer in self.layers]
        weights = [layer["W"] for layer in state]
        return draw_network(self.sizes, weights, activations=names, **options)

    def __repr__(self) -> str:
        shown = f"activation={_shown(self.activation)}, output={_shown(self.output)}"
        return f"MLP({self.sizes}, {shown}, parameters={len(self.parameters())})"


# What a neuron computes


def _weighted_sum(weights: Iterable[Any], a: Iterable[Any], bias: Any) -> Any:
    """Return Σ w a + b: the products added from left to right, then the bias."""
    return reduce(operator.add, map(operator.mul, weights, a)) + bias


def _activated(activation: Activation, s: list[Any]) -> list[Any]:
    """Return the activations of weighted sums."""
    if activation == "softmax":
        return functions.softmax(s)
    if activation == "relu":
        return [v.relu() if v.__class__ is Value else operations.relu(v) for v in s]  # fast path
    function = TABLE[activation] if isinstance(activation, str) else activation
    return [function(v) for v in s]


def _labelled(results: list[Any], labels: list[str]) -> list[Any]:
    """Return `results`, those Values labelled that have no label yet."""
    for result, label in zip(results, labels, strict=True):
        if result.__class__ is Value and result.label is None:
            result.label = label
    return results


def _example(x: Any, inputs: int, taker: str) -> list[Any]:
    """Return an example as a list of Values, symbols and plain numbers, of the right length."""
    x = x.tolist() if hasattr(x, "tolist") else x
    if not hasattr(x, "__getitem__") or hasattr(x, "keys"):
        kind = type(x).__name__
        raise TypeError(f"{taker} takes a sequence of {inputs} numbers or Values, not {kind}")
    listed = [item if hasattr(item, HOOK) else number(item, "an input") for item in x]
    if len(listed) != inputs:
        raise ValueError(f"{taker} takes {inputs} inputs, but {len(listed)} came")
    return listed


def _without_the_last_call(module: Module) -> dict[str, Any]:
    """Return what a copy keeps: all but the graph of the last call."""
    return {name: part for name, part in vars(module).items() if name not in ("s", "a")}


# What networks are built of


def _size(size: Any, name: str) -> int:
    """Return a whole number of at least 1."""
    if isinstance(size, bool) or not hasattr(size, "__index__"):
        raise TypeError(f"{name} must be a whole number, not {type(size).__name__}")
    if operator.index(size) < 1:
        raise ValueError(f"{name} must be at least 1, not {size}")
    return operator.index(size)


def _sizes(sizes: Any) -> list[int]:
    if not hasattr(sizes, "__iter__") or isinstance(sizes, str):
        raise TypeError(f"sizes must be a sequence such as [2, 3, 1], not {type(sizes).__name__}")
    checked = [_size(size, f"sizes[{index}]") for index, size in enumerate(sizes)]
    if len(checked) < 2:
        raise ValueError(f"sizes must name two layers or more, the input first, not {checked}")
    return checked


def _activation(activation: Any, *, softmax: bool = False) -> Activation:
    """Return an activation as it is kept: by its name where it has one, else as it came."""
    if isinstance(activation, Row) and TABLE.get(activation.name) is activation:
        activation = activation.name
    elif activation is functions.softmax:
        activation = "softmax"
    if activation == "softmax" and not softmax:
        raise ValueError("softmax takes all the sums of a layer: it is for the output layer alone")
    if isinstance(activation, str):
        if activation not in ACTIVATIONS and not _takes_one(TABLE.get(activation)):
            raise UnknownNameError("activation", activation, ACTIVATIONS)
    elif not callable(activation):
        kind = type(activation).__name__
        raise TypeError(f"activation must be a name, a row or a function, not {kind}")
    kept: Activation = activation
    return kept


def _takes_one(row: Row | None) -> bool:
    """Tell whether a row is a function of one number."""
    if row is None or row.variadic or not row.partials:
        return False
    return len(row.operand_names) - len(row.defaults) == 1


def _hidden(activation: Any, layers: int) -> tuple[Any, list[Activation]]:
    """Return the activation of the hidden layers as it is kept, and for each of them."""
    if isinstance(activation, str) or not hasattr(activation, "__iter__"):
        kept = _activation(activation)
        return kept, [kept] * layers
    each = [_activation(one) for one in activation]
    if len(each) != layers:
        raise ValueError(f"activation names {len(each)} layers, but {layers} are hidden")
    return each, each


def _kept_name(activation: Any) -> Any:
    """Return the name by which a file keeps an activation, or the names of several."""
    if isinstance(activation, list):
        return [_kept_name(one) for one in activation]
    if isinstance(activation, str):
        return activation
    raise ValueError(
        f"activation {_shown(activation)} can't be kept in a file: only one that has a name in "
        "the table of operations can"
    )


def _shown(activation: Any) -> str:
    if isinstance(activation, list):
        return f"[{', '.join(map(_shown, activation))}]"
    if isinstance(activation, str):
        return repr(activation)
    return getattr(activation, "__name__", type(activation).__name__)


def _generator(seed: Any) -> random.Random:
    """Return the generator of a seed."""
    if isinstance(seed, random.Random):
        return seed
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise TypeError(f"seed must be an int or a random.Random, not {type(seed).__name__}")
    return random.Random(operator.index(seed))


def _drawing_weights(
    init: Any, activation: Activation, inputs: int, outputs: int, seed: Any
) -> Callable[[], float]:
    """Return the function that draws the next weight of a layer."""
    if init == "auto":
        init = _AUTO.get(activation, "xavier") if isinstance(activation, str) else "xavier"
    if isinstance(init, str):
        if init not in INITIALISERS:
            raise UnknownNameError("initialiser", init, ["auto", *INITIALISERS])
        init = INITIALISERS[init]
    if not callable(init):
        raise TypeError(f"init must be a name or a function, not {type(init).__name__}")
    generator = _generator(seed)
    return lambda: init(inputs, outputs, generator)


# Where parameters stand


def _arrays(name: str, part: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Yield single parameters and regular nests of them under `part`, each once, by name."""
    if id(part) in seen:
        return
    seen.add(id(part))
    if _is_array(part):
        yield name, part
        return
    parts: Mapping[Any, Any] = {}
    if isinstance(part, Module):
        parts = part._parts()  # noqa: SLF001 - of the same class
    elif isinstance(part, dict):
        parts = part
    elif isinstance(part, NESTS):
        parts = dict(enumerate(part))
    for key, inner in parts.items():
        yield from _arrays(f"{name}.{key}" if name else str(key), inner, seen)


def _is_array(part: Any) -> bool:
    """Tell whether `part` is a parameter, or a regular nest of parameters."""
    if not isinstance(part, Value) and not _shape(part):
        return False
    return all(isinstance(v, Value) and v.kind in {"parameter", "data"} for v in _flat(part))


def _shape(nest: Any, around: tuple[Any, ...] = ()) -> tuple[int, ...] | None:
    """Return the shape of nested lists and tuples, () of anything else; None if irregular."""
    if not isinstance(nest, NESTS):
        return ()
    if any(nest is outer for outer in around):
        return None
    inside = (*around, nest)
    shapes = {_shape(part, inside) if isinstance(part, NESTS) else () for part in nest}
    inner = shapes.pop() if len(shapes) == 1 else None
    return None if inner is None else (len(nest), *inner)


def _flat(nest: Any) -> list[Any]:
    """Return what stands in nested lists and tuples, from left to right."""
    if not isinstance(nest, NESTS):
        return [nest]
    return [v for part in nest for v in (_flat(part) if isinstance(part, NESTS) else (part,))]


def _entries(nest: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield what stands in nested lists and tuples, each with its indices."""
    if not isinstance(nest, NESTS):
        yield (), nest
        return
    for index, part in enumerate(nest):
        for place, entry in _entries(part):
            yield (index, *place), entry


def _mapped(nest: Any, change: Callable[[Any], Any]) -> Any:
    """Return nested lists of what `change` makes of the entries."""
    if isinstance(nest, NESTS):
        return [_mapped(part, change) for part in nest]
    return change(nest)


def _plain(entry: Any) -> Any:
    return entry.data if isinstance(entry, Value) else entry


def _matched(name: str, array: Any, given: Any) -> list[tuple[Value, Any]]:
    """Return each parameter of `array` with the number that `given` holds for it."""
    given = given.tolist() if hasattr(given, "tolist") else given
    shape, came = _shape(array), _shape(given)
    if came != shape:
        found = "is irregular" if came is None else f"has the shape {came}"
        raise ValueError(f"{name} has the shape {shape}, but what came {found}")
    numbers = [number(entry, f"an entry of {name}") for entry in _flat(given)]
    for new in numbers:
        if not math.isfinite(new):
            raise ValueError(f"an entry of {name} is {new}, which is not finite")
    return list(zip(_flat(array), numbers, strict=True))


def _set(name: str, array: Any, given: Any) -> None:
    for value, new in _matched(name, array, given):
        value.data = new


def _rebuilt(part: Any, now: dict[Value, Any], done: dict[int, Any]) -> Any:
    """Return `part` with other things in place of its parameters; the rest is shared."""
    if isinstance(part, Value):
        return now.get(part, part)
    if id(part) in done:
        return done[id(part)]
    built: Any
    if isinstance(part, Module):
        done[id(part)] = built = object.__new__(type(part))
        state = {name: _rebuilt(each, now, done) for name, each in part.__getstate__().items()}
        vars(built).update(state, _original=(part, now))
    elif isinstance(part, dict):
        done[id(part)] = built = {}
        built.update({key: _rebuilt(each, now, done) for key, each in part.items()})
    elif isinstance(part, list):
        done[id(part)] = built = []
        built.extend([_rebuilt(each, now, done) for each in part])
    elif isinstance(part, tuple):
        parts = [_rebuilt(each, now, done) for each in part]
        built = type(part)(*parts) if hasattr(part, "_fields") else tuple(parts)
    else:
        return part
    return built
