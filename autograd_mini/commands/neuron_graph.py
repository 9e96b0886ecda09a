r"""With this one can show one neuron of a trained network at work, forward and backward.

Start from `output_neuron`: the graph of one output neuron at one example, from its inputs to its
part of the loss. A neuron of many inputs shows the few that matter most here; all the others are
one number, so that every value and gradient that is shown is that of the network.

How graphs are drawn lives in `autograd_mini.drawing`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.functions import logsumexp, sum
from autograd_mini.losses import LOSSES
from autograd_mini.neurons import ACTIVATIONS
from autograd_mini.training import answers
from autograd_mini.value import Value

if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.datasets import Dataset
    from autograd_mini.neurons import MLP

__all__ = ["NeuronGraph", "output_neuron"]

MOST_INPUTS, SHOWN_INPUTS = 4, 3
"""A neuron of more inputs than the first shows as many as the second."""


class NeuronGraph(NamedTuple):
    """The graph of a neuron, swept backwards, and what it is.

    Parameters
    ----------
    root : Value
        The neuron's part of the loss.
    title : str
    """

    root: Value
    title: str


def output_neuron(net: MLP, data: Dataset, loss: str) -> NeuronGraph:
    r"""Return the graph of one output neuron at one example, swept backwards from the loss.

    .. math:: s^L_j = \sum_k w^L_{jk} a^{L-1}_k + b^L_j, \qquad a^L_j = \sigma(s^L_j)

    The example is the one of which the network is least certain, since gradients vanish where it
    is certain; the neuron that of its class.

    Parameters
    ----------
    net : MLP
    data : Dataset
        Scaled as the network takes it.
    loss : str
        A name out of `LOSSES`.

    Returns
    -------
    NeuronGraph
    """
    found = answers(net, data.features)
    example = min(range(len(data)), key=lambda i: _lead(found[i], loss))
    target = data.targets[example]
    j = target if len(found[0]) > 1 else 0
    net(data.features[example])
    s, shown = _weighted_sum(net, j, data, example)
    J = _part_of_loss(net, s, j, loss, LOSSES[loss].code(target, len(found[0]))[j])
    J.label = "J"
    J.backward()
    inputs = len(net.layers[-1].W[j])
    few = "" if shown == inputs else f" ({shown} of its {inputs} inputs, the others as one number)"
    part = "J" if len(found[0]) == 1 or net.output == "softmax" else "its part of J"
    title = (
        f"neuron {j + 1} of layer {len(net.sizes)}{few} and {part}, "
        f"at test example {example + 1}, of class {data.class_names[target]}"
    )
    return NeuronGraph(J, title)


def _lead(outputs: list[float], loss: str) -> float:
    """Return by how much the network prefers its answer: 0 where it is undecided."""
    if len(outputs) > 1:
        second, first = sorted(outputs)[-2:]
        return first - second
    return abs(outputs[0] - (0.0 if LOSSES[loss].output == "identity" else 0.5))


def _weighted_sum(net: MLP, j: int, data: Dataset, example: int) -> tuple[Value, int]:
    """Return s of output neuron j, as a graph of fresh leaves, and how many inputs it shows."""
    layer = net.layers[-1]
    if len(net.layers) > 1:
        inputs = [(a.label, a.data) for a in net.layers[-2].a]
    else:
        inputs = list(zip(data.feature_names, data.features[example], strict=True))
    products = [w.data * a for w, (_, a) in zip(layer.W[j], inputs, strict=True)]
    order = sorted(range(len(inputs)), key=lambda k: -abs(products[k]))
    shown = sorted(order if len(order) <= MOST_INPUTS else order[:SHOWN_INPUTS])
    terms: list[Any] = [
        Value(layer.W[j][k].data, layer.W[j][k].label, kind="parameter")
        * Value(inputs[k][1], inputs[k][0])
        for k in shown
    ]
    others = [product for k, product in enumerate(products) if k not in shown]
    if others:
        terms.append(Value(math.fsum(others), f"the other {len(others)}"))
    bias = Value(layer.b[j].data, layer.b[j].label, kind="parameter")
    s: Value = sum(terms) + bias
    s.label = layer.s[j].label
    return s, len(shown)


def _part_of_loss(net: MLP, s: Value, j: int, loss: str, label: float) -> Value:
    """Return what output neuron j adds to the loss; the other outputs of a softmax are constant."""
    output, known = str(net.output), LOSSES[loss]
    if output == "softmax":
        # e^s / (e^s + Σ e^others) is σ(s - ln Σ e^others), which can't overflow.
        others = [other.data for k, other in enumerate(net.layers[-1].s) if k != j]
        s = s - Value(logsumexp(others), "ln Σ exp of the others")
        output, known = "sigmoid", LOSSES["log_loss"]
    a: Value = ACTIVATIONS[output](s)
    a.label = net.layers[-1].a[j].label
    if known.partner is not None and abs(a.data - label) == 1.0:
        known, a = LOSSES[known.partner], s  # of a probability that is exactly wrong
    part: Value = known([a], [label])
    return part
