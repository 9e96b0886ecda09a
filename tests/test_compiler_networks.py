"""Compiled networks say what the delta formulas say, and what the eager engine says."""

import numpy as np
import pytest
from programs import flat, magnitudes
from test_checking import ACTIVATIONS, random_network

import autograd_mini as ag
from autograd_mini import delta, losses
from autograd_mini.compiler import compile

STABLE = {"log_loss": "log_loss_from_logits", "cross_entropy": "cross_entropy_from_logits"}


def loss_of(net, name):
    """Return the loss of one example, from the logits where it has a stable form there."""
    known = losses.resolve(name, net.layers[-1].activation)
    logits = known.name.endswith("_from_logits")
    return known, lambda x, y: known.function(net.logits(x) if logits else net(x), y)


def gradients_by_formulas(net, loss, examples, targets):
    """Return W2, b2, W3, b3, … as the delta formulas have them."""
    W = [np.array([[w.data for w in row] for row in layer.W]) for layer in net.layers]
    b = [np.array([each.data for each in layer.b]) for layer in net.layers]
    names = [layer.activation for layer in net.layers]
    found = delta.backpropagate(W, b, names, loss, np.array(examples), np.array(targets))
    return list(zip(found.gradient_W, found.gradient_b, strict=True))


@pytest.mark.parametrize("seed", range(200))
def test_random_networks_of_every_activation_and_loss_agree_with_formulas_and_engine(seed):
    net, examples, targets, name = random_network(seed)
    known, loss = loss_of(net, name)
    fast = compile(loss, batched=("x", "y"), target="numpy")
    value, gradients = fast.value_and_grad(examples, targets)
    found = flat(gradients)
    root = ag.mean(loss(x, y) for x, y in zip(examples, targets, strict=True))
    parameters = list(net.parameters())
    net.zero_grad()
    root.backward()
    size, sizes = magnitudes(root, parameters)
    assert abs(value - root.data) <= 1e-12 * size
    largest = max(abs(p.grad or 0.0) for p in parameters)
    by_formulas = flat(gradients_by_formulas(net, known.name, examples, targets))
    rows = zip(found, parameters, by_formulas, sizes, strict=True)
    for gradient, parameter, by_formula, magnitude in rows:
        error = max(abs(gradient - (parameter.grad or 0.0)), abs(gradient - by_formula))
        assert error <= 1e-12 * magnitude
        assert error <= 1e-11 * largest  # which grows less with depth
    assert "eager engine: 0" in fast.report()
    assert "rolled" in fast.report()


def test_the_random_networks_have_every_activation_and_every_loss():
    drawn = [random_network(seed) for seed in range(200)]
    assert {loss for *_, loss in drawn} == set(losses.LOSSES)
    assert {layer.activation for net, *_ in drawn for layer in net.layers[:-1]} == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ["log_loss", "cross_entropy"])
@pytest.mark.parametrize("size", [20.0, 37.0, 300.0])
@pytest.mark.parametrize("label", [0, 1])
def test_deltas_of_saturated_outputs_keep_their_digits(name, size, label):
    net = ag.MLP([2, 3, 2], output=losses.LOSSES[name].output, seed=3)
    net.layers[-1].b = [size, -size]
    _, loss = loss_of(net, name)
    x, y = [0.3, -0.8], losses.one_hot(label, 2)
    found = compile(loss, batched=("x", "y")).grad([x], [y])
    net.zero_grad()
    loss(x, y).backward()
    expected = np.array([p.grad for p in net.parameters()])
    assert np.allclose(flat(found), expected, rtol=1e-13, atol=0.0)
    assert np.abs(expected).max() > 0
