r"""With this one can compute every gradient of a network by the closed-form delta formulas.

The formulas BP1 to BP4 of the lecture, *Backpropagation: the delta formulas* (the names are
those of Nielsen's chapter 2), stand here in NumPy, one function each, for one example or for
many as rows. They are the independent witness that the gradients of a computation graph are
compared with: NumPy and the standard library are all that is used, and each formula is
computed in a form that keeps its digits where neurons saturate.

Start from `backpropagate`, then read `output_delta` (BP1), `hidden_delta` (BP2),
`bias_gradient` (BP3) and `weight_gradient` (BP4). The tables `ACTIVATIONS` and `LOSSES` hold
the functions with their derivatives. Networks to train, losses of scalars and the comparison
of the two sides do not live here.

The L - 1 layers that have weights are numbered l = 2 … L as in the lecture, and every list
holds them in that order. `a` alone begins one layer earlier, with a^1 = x, so that `a[i]` is
what `W[i]` is multiplied by.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "Activation",
    "Backpropagation",
    "Loss",
    "backpropagate",
    "bias_gradient",
    "forward",
    "hidden_delta",
    "objective",
    "output_delta",
    "weight_gradient",
]

Array = NDArray[np.float64]

LEAKY_SLOPE = 0.01
# Klambauer et al., Self-Normalizing Neural Networks (2017), as published with its code.
SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717


class Activation(NamedTuple):
    """An activation function and its slope.

    Attributes
    ----------
    value : callable
        The weighted sums s, shape (…, n), to the activations a, of the same shape.
    slope : callable
        The weighted sums s to σ′(s), of the same shape. For softmax, where every output
        depends on every sum, the Jacobian ∂a_j/∂s_k of shape (…, n, n).

    Examples
    --------
    >>> ACTIVATIONS["relu"].value(np.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]


class Loss(NamedTuple):
    """A loss of one example, summed over its K outputs, and its gradient.

    Attributes
    ----------
    value : callable
        The input, shape (…, K), and the labels y of the same shape to the loss, shape (…).
        The input is a^L, or s^L for a loss whose name ends in `from_logits`.
    gradient : callable
        The same two arguments to the gradient with respect to the input, shape (…, K).
    labels : str
        The labels that are accepted, in words.

    Examples
    --------
    >>> LOSSES["quadratic"].gradient(np.array([0.5, 1.0]), np.array([0.0, 1.0])).tolist()
    [0.5, 0.0]
    """

    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    labels: str


@dataclass(frozen=True)
class Backpropagation:
    """All that one forward and one backward pass give, layer by layer.

    Attributes
    ----------
    J : float
        The loss, averaged over the examples.
    s : list of L - 1 arrays, shape (n_l,) or (examples, n_l)
        The weighted sums s^l, l = 2 … L.
    a : list of L arrays
        The activations a^l, l = 1 … L; the first is x, the last the network's answer.
    delta : list of L - 1 arrays
        δ^l of each example (not averaged), in the shape of s^l.
    gradient_b : list of L - 1 arrays, shape (n_l,)
        ∂J/∂b^l (BP3).
    gradient_W : list of L - 1 arrays, shape (n_l, n_{l-1})
        ∂J/∂W^l (BP4).

    Examples
    --------
    >>> backpropagate([[[2.0]]], [[2.0]], ["identity"], "quadratic", [1.0], [3.0]).J
    0.5
    """

    J: float
    s: list[Array]
    a: list[Array]
    delta: list[Array]
    gradient_b: list[Array]
    gradient_W: list[Array]


def _sigmoid(s: Array) -> Array:
    """σ(s) = 1/(1 + exp(-s)), with an exponential that can not overflow."""
    e = np.exp(-np.abs(s))
    return np.where(s >= 0, 1.0, e) / (1.0 + e)


def _sigmoid_slope(s: Array) -> Array:
    """σ′ = σ(1 - σ), as σ(s)σ(-s): the lecture's form is off by 1e-3 at s = 30, 0 at 37."""
    e = np.exp(-np.abs(s))
    return e / np.square(1.0 + e)


def _tanh_slope(s: Array) -> Array:
    """tanh′ = 1 - tanh², as sech²: the textbook form is off by 2e-4 at s = 15."""
    e = np.exp(-np.abs(s))
    return np.square(2.0 * e / (1.0 + e * e))


def _elu(s: Array, alpha: float = 1.0) -> Array:
    return np.where(s > 0, s, alpha * np.expm1(np.minimum(s, 0.0)))


def _elu_slope(s: Array, alpha: float = 1.0) -> Array:
    return np.where(s > 0, 1.0, alpha * np.exp(np.minimum(s, 0.0)))


def _silu_slope(s: Array) -> Array:
    """(sσ(s))′ = σ(s) + sσ′(s), with σ(s) taken out, which keeps the digits at both ends."""
    return _sigmoid(s) * (1.0 + s * _sigmoid(-s))


_erfc = np.vectorize(math.erfc, otypes=[np.float64])  # NumPy has none


def _normal_distribution(s: Array) -> Array:
    """Φ(s) = (1 + erf(s/√2))/2, by erfc: 1 + erf has lost all digits at s = -9."""
    return np.asarray(0.5 * _erfc(-s / math.sqrt(2.0)))


def _gelu_slope(s: Array) -> Array:
    """(sΦ(s))′ = Φ(s) + sφ(s); beyond ±40 the density is 0 and s² might overflow."""
    density = np.exp(-0.5 * np.square(np.clip(s, -40.0, 40.0))) / math.sqrt(2.0 * math.pi)
    return _normal_distribution(s) + s * density


def _sum_of_others(p: Array) -> Array:
    """Σ_{k≠j} p_k for each j: what 1 - p_j and Σp - p_j are without their cancellation."""
    return p @ (1.0 - np.eye(p.shape[-1]))


def _softmax(s: Array) -> Array:
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _softmax_jacobian(s: Array) -> Array:
    """∂p_j/∂s_k = p_j([j = k] - p_k), its diagonal p_j(1 - p_j) by the sum of the others."""
    p = _softmax(s)
    identity = np.eye(s.shape[-1])
    off_diagonal = -p[..., :, None] * p[..., None, :] * (1.0 - identity)
    return off_diagonal + identity * (p * _sum_of_others(p))[..., None, :]


# At a kink the slope is the one from the left: relu 0, leaky_relu 0.01, elu 1, selu λα.
# fmt: off
ACTIVATIONS: Mapping[str, Activation] = {
    "identity":   Activation(lambda s: s, np.ones_like),
    "sigmoid":    Activation(_sigmoid, _sigmoid_slope),
    "tanh":       Activation(np.tanh, _tanh_slope),
    "relu":       Activation(lambda s: np.maximum(s, 0.0), lambda s: np.where(s > 0, 1.0, 0.0)),
    "leaky_relu": Activation(lambda s: np.where(s > 0, s, LEAKY_SLOPE * s),
                             lambda s: np.where(s > 0, 1.0, LEAKY_SLOPE)),
    "elu":        Activation(_elu, _elu_slope),
    "selu":       Activation(lambda s: SELU_SCALE * _elu(s, SELU_ALPHA),
                             lambda s: SELU_SCALE * _elu_slope(s, SELU_ALPHA)),
    "silu":       Activation(lambda s: s * _sigmoid(s), _silu_slope),
    "gelu":       Activation(lambda s: s * _normal_distribution(s), _gelu_slope),
    "softplus":   Activation(lambda s: np.logaddexp(0.0, s), _sigmoid),
    "softmax":    Activation(_softmax, _softmax_jacobian),
}
# fmt: on


def _check_probabilities(weight: Array, p: Array) -> None:
    """Refuse what is no probability, and 0 where its logarithm counts."""
    if np.any((p < 0) | (p > 1)):
        raise ValueError(
            "the loss takes probabilities from 0 to 1, but the output layer gave "
            f"{p[(p < 0) | (p > 1)][0]}; use a sigmoid or softmax output"
        )
    if np.any((p == 0) & (weight > 0)):
        raise ValueError(
            "the output layer gave a probability that is exactly wrong, and the loss is "
            "infinite; use the loss from logits"
        )


def _weighted_ratio(weight: Array, p: Array) -> Array:
    """Return weight / p, and 0 where the weight is 0."""
    return np.divide(weight, p, out=np.zeros_like(p), where=weight > 0)


def _log_loss(p: Array, y: Array) -> Array:
    """-Σ(y ln ŷ + (1 - y) ln(1 - ŷ)), with 0·ln 0 = 0."""
    _check_probabilities(y, p)
    _check_probabilities(1.0 - y, 1.0 - p)
    right = y * np.log(p, out=np.zeros_like(p), where=y > 0)
    wrong = (1.0 - y) * np.log1p(-p, out=np.zeros_like(p), where=y < 1)
    return np.asarray(-(right + wrong).sum(axis=-1))


def _log_loss_gradient(p: Array, y: Array) -> Array:
    """-y/ŷ + (1 - y)/(1 - ŷ)."""
    _check_probabilities(y, p)
    _check_probabilities(1.0 - y, 1.0 - p)
    return _weighted_ratio(1.0 - y, 1.0 - p) - _weighted_ratio(y, p)


def _log_loss_from_logits(s: Array, y: Array) -> Array:
    """(1 - y)softplus(s) + y softplus(-s), summed: -ln σ(s) is softplus(-s)."""
    terms = (1.0 - y) * np.logaddexp(0.0, s) + y * np.logaddexp(0.0, -s)
    return np.asarray(terms.sum(axis=-1))


def _log_loss_from_logits_gradient(s: Array, y: Array) -> Array:
    """ŷ - y, as (1 - y)σ(s) - yσ(-s): the difference is 4e-8 off at s = 20, 0 at 37."""
    return (1.0 - y) * _sigmoid(s) - y * _sigmoid(-s)


def _cross_entropy(p: Array, y: Array) -> Array:
    """-Σ y ln ŷ, with 0·ln 0 = 0."""
    _check_probabilities(y, p)
    return np.asarray(-(y * np.log(p, out=np.zeros_like(p), where=y > 0)).sum(axis=-1))


def _cross_entropy_gradient(p: Array, y: Array) -> Array:
    """-y/ŷ."""
    _check_probabilities(y, p)
    return -_weighted_ratio(y, p)


def _cross_entropy_from_logits(s: Array, y: Array) -> Array:
    """-Σ y ln softmax(s); log1p keeps the digits where one class is nearly certain."""
    below_largest = s - s.max(axis=-1, keepdims=True)
    others = np.sort(np.exp(below_largest), axis=-1)[..., :-1]  # all but one largest, exp(0)
    log_softmax = below_largest - np.log1p(others.sum(axis=-1, keepdims=True))
    return np.asarray(-(y * log_softmax).sum(axis=-1))


def _cross_entropy_from_logits_gradient(s: Array, y: Array) -> Array:
    """ŷ - y, as ŷ_j Σ_{k≠j} y_k - y_j Σ_{k≠j} ŷ_k: for the true class no digit of 1 - ŷ is lost."""
    p = _softmax(s)
    return p * _sum_of_others(y) - y * _sum_of_others(p)


def _huber(a: Array, y: Array) -> Array:
    """d²/2 up to the threshold |d| = 1, |d| - ½ beyond it; no square that overflows."""
    d = np.abs(a - y)
    within = np.minimum(d, 1.0)
    return np.asarray((within * (d - 0.5 * within)).sum(axis=-1))


# Whether labels are accepted, one truth for each example; the words stand in the message.
_ANY, _BETWEEN = "any numbers", "numbers from 0 to 1"
_SIGNS, _DISTRIBUTION = "−1 or 1", "numbers from 0 to 1 that add up to 1 (one-hot)"
_LABELS: Mapping[str, Callable[[Array], Any]] = {
    _ANY: lambda y: np.isfinite(y).all(axis=-1),
    _BETWEEN: lambda y: ((y >= 0) & (y <= 1)).all(axis=-1),
    _SIGNS: lambda y: (np.abs(y) == 1).all(axis=-1),
    _DISTRIBUTION: lambda y: (y >= 0).all(axis=-1) & (np.abs(y.sum(axis=-1) - 1) <= 1e-9),
}

# fmt: off
LOSSES: Mapping[str, Loss] = {
    "log_loss":                  Loss(_log_loss, _log_loss_gradient, _BETWEEN),
    "log_loss_from_logits":      Loss(_log_loss_from_logits, _log_loss_from_logits_gradient,
                                      _BETWEEN),
    "cross_entropy":             Loss(_cross_entropy, _cross_entropy_gradient, _DISTRIBUTION),
    "cross_entropy_from_logits": Loss(_cross_entropy_from_logits,
                                      _cross_entropy_from_logits_gradient, _DISTRIBUTION),
    "quadratic":                 Loss(lambda a, y: 0.5 * np.square(a - y).sum(axis=-1),
                                      lambda a, y: a - y, _ANY),
    "hinge":                     Loss(lambda a, y: np.maximum(0.0, 1.0 - y * a).sum(axis=-1),
                                      lambda a, y: np.where(y * a < 1, -y, 0.0), _SIGNS),
    "huber":                     Loss(_huber, lambda a, y: np.clip(a - y, -1.0, 1.0), _ANY),
}
# fmt: on

# A loss of probabilities and the output that makes them: one function of s^L, and stable so.
_FUSED = {
    ("log_loss", "sigmoid"): "log_loss_from_logits",
    ("cross_entropy", "softmax"): "cross_entropy_from_logits",
}


def _known(name: str, table: Mapping[str, Any], what: str) -> Any:
    """Look `name` up, or raise with the names that there are."""
    if name not in table:
        raise ValueError(f"unknown {what} {name!r}; known are: {', '.join(table)}")
    return table[name]


def _array(values: ArrayLike, dimensions: Sequence[int], name: str) -> Array:
    """Return finite floats with one of these numbers of dimensions, or raise naming `name`."""
    try:
        given = np.asarray(values)
        array = given.astype(np.float64) if given.dtype.kind in "biufO" else None
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is not a regular array of numbers: {error}") from error
    if array is None:  # complex numbers or text, which NumPy would make floats of
        raise ValueError(f"{name} holds {given.dtype}, not numbers that fit a float")
    if array.ndim not in dimensions or array.size == 0:
        wanted = " or ".join(str(number) for number in dimensions)
        raise ValueError(
            f"{name} needs {wanted} dimensions, none empty; its shape is {array.shape}"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a number that is not finite")
    return array


def _layer(l: int, W: ArrayLike, b: ArrayLike, width: int) -> tuple[Array, Array]:
    """Return W^l and b^l as arrays once they fit each other and the `width` of layer l - 1."""
    W = _array(W, (2,), f"layer {l}: W")
    b = _array(b, (1,), f"layer {l}: b")
    if W.shape[1] != width:
        before = "the input x" if l == 2 else f"layer {l - 1}"
        raise ValueError(f"layer {l}: W has {W.shape[1]} columns, but {before} has size {width}")
    if W.shape[0] != b.shape[0]:
        raise ValueError(f"layer {l}: W has {W.shape[0]} rows, but b has length {b.shape[0]}")
    return W, b


def _check_activations(activations: Sequence[str]) -> None:
    for l, name in enumerate(activations, start=2):
        _known(name, ACTIVATIONS, f"activation of layer {l}:")
    if "softmax" in activations[:-1]:
        l = activations.index("softmax") + 2
        raise ValueError(f"layer {l}: softmax is for the output layer alone")


def _labels(loss: str, y: ArrayLike, answer: Array) -> Array:
    """Return y in the shape of the network's answer once the loss accepts its labels."""
    accepted = _known(loss, LOSSES, "loss").labels
    labels = _array(y, (0, 1, 2), "y")
    if answer.shape[-1] == 1 and labels.shape == answer.shape[:-1]:
        labels = labels[..., np.newaxis]
    if labels.shape != answer.shape:
        last = f"the answer of the output layer has shape {answer.shape}"
        raise ValueError(f"y has shape {labels.shape}, but {last}")
    examples = np.atleast_2d(labels)
    refused = examples[~np.atleast_1d(_LABELS[accepted](examples))]
    if len(refused):
        raise ValueError(f"{loss} takes labels y that are {accepted}, got {refused[0].tolist()}")
    return labels


def _loss_and_input(loss: str, activation: str, s: Array, a: Array) -> tuple[Loss, Array, bool]:
    """Return the loss, what it is a function of, and whether that is s^L instead of a^L."""
    _known(activation, ACTIVATIONS, "activation")
    name = _FUSED.get((loss, activation), loss)
    of_logits = name.endswith("from_logits")
    return _known(name, LOSSES, "loss"), s if of_logits else a, of_logits


def forward(
    W: Sequence[ArrayLike], b: Sequence[ArrayLike], activations: Sequence[str], x: ArrayLike
) -> tuple[list[Array], list[Array]]:
    r"""Return the weighted sums and the activations of every layer.

    .. math:: s^l = W^l a^{l-1} + b^l, \qquad a^l = \sigma(s^l), \qquad a^1 = x

    Parameters
    ----------
    W : sequence of L - 1 arrays, shape (n_l, n_{l-1})
    b : sequence of L - 1 arrays, shape (n_l,)
    activations : sequence of L - 1 names out of `ACTIVATIONS`
        Softmax in the last layer only.
    x : array of shape (n_1,) or (examples, n_1)

    Returns
    -------
    s : list of L - 1 arrays, shape (n_l,) or (examples, n_l)
    a : list of L arrays; the first is x

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite or a name is unknown.

    Examples
    --------
    >>> s, a = forward([[[2.0, 1.0]]], [[-1.0]], ["relu"], [3.0, -1.0])
    >>> [array.tolist() for array in s], [array.tolist() for array in a]
    ([[4.0]], [[3.0, -1.0], [4.0]])
    """
    if not len(W) == len(b) == len(activations) > 0:
        raise ValueError(
            "W, b and activations need one entry for each layer 2 … L, "
            f"got {len(W)}, {len(b)} and {len(activations)}"
        )
    _check_activations(activations)
    s: list[Array] = []
    a = [_array(x, (1, 2), "x")]
    for l, (W_l, b_l, name) in enumerate(zip(W, b, activations, strict=True), start=2):
        weights, biases = _layer(l, W_l, b_l, a[-1].shape[-1])
        s.append(a[-1] @ weights.T + biases)
        a.append(ACTIVATIONS[name].value(s[-1]))
    return s, a


def objective(loss: str, activation: str, s: Array, a: Array, y: Array) -> float:
    r"""Return J, the loss averaged over the examples.

    .. math:: J = -\tfrac1n\sum_i\sum_j\bigl(y_i^{(j)}\ln\hat y_i^{(j)}
        + (1-y_i^{(j)})\ln(1-\hat y_i^{(j)})\bigr)

    for the log loss, and likewise for the others. The log loss of sigmoids and the
    cross-entropy of softmax are computed from s^L.

    Parameters
    ----------
    loss : name out of `LOSSES`
    activation : name out of `ACTIVATIONS`
        That of the output layer.
    s, a, y : arrays of shape (n_L,) or (examples, n_L)
        s^L, a^L and the labels.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a name is unknown, or the loss of a probability that is 0 or no probability is asked.

    Examples
    --------
    >>> s = np.array([-40.0])
    >>> objective("log_loss", "sigmoid", s, np.array([0.0]), np.array([1.0]))
    40.0
    """
    row, argument, _ = _loss_and_input(loss, activation, s, a)
    return float(np.mean(row.value(argument, y)))


def output_delta(loss: str, activation: str, s: Array, a: Array, y: Array) -> Array:
    r"""Return δ of the output layer: BP1.

    .. math:: \delta^L = \nabla_{\hat y}J \odot \sigma'(s^L)

    With softmax, whose outputs depend on all sums, the Jacobian stands in place of σ′. For
    the log loss of sigmoids, and the cross-entropy of softmax, the formula comes to ŷ - y.
    There (1 - y)σ(s) - yσ(-s), and its like for softmax, is computed from s^L, since ŷ - y is
    4e-8 off at s = 20 and 0 at 37. Every other loss knows ŷ alone, rounded as it is.

    Parameters
    ----------
    loss : name out of `LOSSES`
        One that ends in `from_logits` is a function of s^L, whatever the activation.
    activation : name out of `ACTIVATIONS`
        That of the output layer.
    s, a, y : arrays of shape (n_L,) or (examples, n_L)
        s^L, a^L and the labels.

    Returns
    -------
    array of the shape of s
        δ^L of each example.

    Raises
    ------
    ValueError
        As `objective` does.

    Examples
    --------
    >>> s = np.array([37.0])
    >>> delta = output_delta("log_loss", "sigmoid", s, a=np.array([1.0]), y=np.array([1.0]))
    >>> [f"{number:.3e}" for number in delta]
    ['-8.533e-17']
    """
    row, argument, of_logits = _loss_and_input(loss, activation, s, a)
    gradient = row.gradient(argument, y)
    if of_logits:
        return gradient
    slope = ACTIVATIONS[activation].slope(s)
    if activation == "softmax":
        return np.asarray((gradient[..., np.newaxis, :] @ slope)[..., 0, :])
    return gradient * slope


def hidden_delta(W_next: Array, delta_next: Array, activation: str, s: Array) -> Array:
    r"""Return δ of a layer before the output layer: BP2.

    .. math:: \delta^l = \bigl((W^{l+1})^T\delta^{l+1}\bigr) \odot \sigma'(s^l)

    Parameters
    ----------
    W_next : array of shape (n_{l+1}, n_l)
        W^{l+1}.
    delta_next : array of shape (n_{l+1},) or (examples, n_{l+1})
        δ^{l+1}.
    activation : name out of `ACTIVATIONS`, but not softmax
        That of layer l.
    s : array of shape (n_l,) or (examples, n_l)
        s^l.

    Returns
    -------
    array of the shape of s
        δ^l of each example.

    Raises
    ------
    ValueError
        If the activation is unknown.

    Examples
    --------
    >>> W_next, delta_next, s = np.array([[2.0, 3.0]]), np.array([0.5]), np.array([1.0, -1.0])
    >>> hidden_delta(W_next, delta_next, "relu", s).tolist()
    [1.0, 0.0]
    """
    # With examples as rows, (Wᵀ δ)ᵀ = δᵀ W.
    slope: Array = _known(activation, ACTIVATIONS, "activation").slope(s)
    return (delta_next @ W_next) * slope


def bias_gradient(delta: Array) -> Array:
    r"""Return the gradient with respect to the biases of a layer: BP3.

    .. math:: \nabla_{b^l}J = \delta^l

    averaged over the examples, if there are many.

    Parameters
    ----------
    delta : array of shape (n_l,) or (examples, n_l)
        δ^l.

    Returns
    -------
    array of shape (n_l,)

    Examples
    --------
    >>> bias_gradient(np.array([[1.0, 2.0], [3.0, 6.0]])).tolist()
    [2.0, 4.0]
    """
    return np.asarray(np.atleast_2d(delta).mean(axis=0))


def weight_gradient(delta: Array, a_previous: Array) -> Array:
    r"""Return the gradient with respect to the weights of a layer: BP4.

    .. math:: \nabla_{W^l}J = \delta^l (a^{l-1})^T

    averaged over the examples, if there are many.

    Parameters
    ----------
    delta : array of shape (n_l,) or (examples, n_l)
        δ^l.
    a_previous : array of shape (n_{l-1},) or (examples, n_{l-1})
        a^{l-1}.

    Returns
    -------
    array of shape (n_l, n_{l-1})

    Examples
    --------
    >>> weight_gradient(np.array([1.0, -2.0]), np.array([3.0, 0.5])).tolist()
    [[3.0, 0.5], [-6.0, -1.0]]
    """
    rows = np.atleast_2d(delta)
    return rows.T @ np.atleast_2d(a_previous) / len(rows)


def backpropagate(
    W: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
    activations: Sequence[str],
    loss: str,
    x: ArrayLike,
    y: ArrayLike,
) -> Backpropagation:
    """Return J and its gradients, by BP1 to BP4, with all that they are made of.

    See the lecture, *Backpropagation: the delta formulas*.

    Parameters
    ----------
    W : sequence of L - 1 arrays, shape (n_l, n_{l-1})
    b : sequence of L - 1 arrays, shape (n_l,)
    activations : sequence of L - 1 names out of `ACTIVATIONS`
        Softmax in the last layer only.
    loss : name out of `LOSSES`
        One that ends in `from_logits` is a function of s^L, whatever the last activation.
    x : array of shape (n_1,) or (examples, n_1)
    y : array of shape (n_L,) or (examples, n_L)
        The labels; with one output, a number or one number for each example will do.

    Returns
    -------
    Backpropagation

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, a name is unknown, a label is not
        accepted, or the loss is infinite or undefined at the network's answer.

    Examples
    --------
    A network with two sigmoid outputs:

    >>> W = [[[0.4, -0.4], [0.0, 0.3], [-0.4, -0.1]], [[-0.2, 0.1, 0.4], [0.5, -0.3, 0.0]]]
    >>> b = [[0.2, -0.2, 0.1], [0.3, -0.1]]
    >>> result = backpropagate(W, b, ["sigmoid", "sigmoid"], "log_loss", [0.5, -1.0], [1, 0])
    >>> round(result.J, 12)
    1.274288977163
    >>> result.gradient_b[-1].round(12).tolist()
    [-0.401370203101, 0.532883725267]
    """
    s, a = forward(W, b, activations, x)
    labels = _labels(loss, y, a[-1])
    delta = [output_delta(loss, activations[-1], s[-1], a[-1], labels)]
    for i in reversed(range(len(s) - 1)):
        W_next = np.asarray(W[i + 1], dtype=np.float64)
        delta.insert(0, hidden_delta(W_next, delta[0], activations[i], s[i]))
    return Backpropagation(
        J=objective(loss, activations[-1], s[-1], a[-1], labels),
        s=s,
        a=a,
        delta=delta,
        gradient_b=[bias_gradient(delta_l) for delta_l in delta],
        gradient_W=[weight_gradient(*pair) for pair in zip(delta, a[:-1], strict=True)],
    )
