"""Programs for batches around one vector of parameters, against the eager engine and NumPy."""

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.compiler.batches import BatchProgram, FlatParameters, careful
from autograd_mini.neurons import MLP, Layer, Module
from autograd_mini.value import Value, sweep


def distance(net, x, y):
    outputs = net(x)
    return sum((a - label) ** 2 for a, label in zip(outputs, y, strict=True)), outputs


def expected(net, f, X, Y):
    """Return loss, outputs and gradient as the graphs of single examples give them."""
    loss, said = 0.0, []
    gradient = dict.fromkeys(net.parameters(), 0.0)
    for x, y in zip(X.tolist(), Y.tolist(), strict=True):
        J, outputs = f(net, x, y)
        loss += J.data
        said.append([output.data for output in outputs])
        adjoints = sweep(J)
        gradient = {p: g + adjoints.get(p, 0.0) for p, g in gradient.items()}
    return loss, said, list(gradient.values())


def program_of(net, f=distance, gradient=True):
    parameters = FlatParameters(net.parameters())
    example = [[0.5, -1.0], [0.25] * 3]
    return parameters, BatchProgram(f, net, parameters, example, gradient=gradient)


def data(count):
    generator = np.random.default_rng(count)
    return generator.normal(size=(count, 2)), generator.normal(size=(count, 3))


class Shared(Module):
    """Two layers with the same weights, of which one parameter is also used by itself."""

    def __init__(self):
        self.first, self.second = Layer(2, 2, seed=1), Layer(2, 2, seed=2)
        self.second._W = self.first._W
        self.third = Value(0.5, kind="parameter")
        self.unused = Value(1.0, kind="parameter")

    def __call__(self, x):
        outputs = self.second(self.first(x))
        return [*outputs, ag.exp(self.third) * self.first.W[0][1] * outputs[0]]


@pytest.mark.parametrize("make", [lambda: MLP([2, 4, 3], seed=1), Shared], ids=["MLP", "Shared"])
@pytest.mark.parametrize("count", [1, 5, 700])
def test_loss_outputs_and_gradient_are_those_of_single_examples(make, count):
    net, (X, Y) = make(), data(count)
    _, program = program_of(net)
    loss, outputs = program(X, Y)
    J, said, gradient = expected(net, distance, X, Y)
    # sums of up to 700 terms in another order
    assert loss == pytest.approx(J, rel=1e-12)
    np.testing.assert_allclose(outputs, said, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(program.gradient, gradient, rtol=1e-10, atol=1e-10)


def test_the_vector_owns_the_parameters_until_it_writes_them():
    net, (X, Y) = MLP([2, 4, 3], seed=1), data(3)
    before = net.state_dict()
    parameters, program = program_of(net)
    first, _ = program(X, Y)
    parameters.numbers *= 0.5
    assert net.state_dict() == before
    second, _ = program(X, Y)
    assert second != first
    parameters.write()
    assert expected(net, distance, X, Y)[0] == pytest.approx(second, rel=1e-12)
    net.layers[0].b = [1.0] * 4
    parameters.read()
    third, _ = program(X, Y)
    assert expected(net, distance, X, Y)[0] == pytest.approx(third, rel=1e-12)


def test_captured_values_are_read_when_it_is_refreshed():
    net, (X, Y) = MLP([2, 3], seed=1), data(3)
    scale = Value(2.0)

    def scaled(net, x, y):
        J, outputs = distance(net, x, y)
        return scale * J, outputs

    _, program = program_of(net, scaled)
    twice, _ = program(X, Y)
    scale.data = 3.0
    program.refresh()
    thrice, _ = program(X, Y)
    assert thrice / twice == pytest.approx(1.5, rel=1e-12)


def test_without_a_gradient_there_is_the_loss_alone():
    net, (X, Y) = MLP([2, 3], seed=1), data(3)
    _, program = program_of(net, gradient=False)
    assert program(X, Y)[0] == pytest.approx(expected(net, distance, X, Y)[0], rel=1e-12)
    assert not program.gradient.any()


def test_a_function_of_the_network_alone_needs_no_examples():
    net = MLP([2, 3], seed=1)
    parameters = FlatParameters(net.parameters())
    program = BatchProgram(lambda net: ag.l2(net, 1.0), net, parameters, [])
    loss, others = program()
    assert others is None
    assert loss == pytest.approx(np.sum(parameters.numbers**2) / 2, rel=1e-14)
    np.testing.assert_allclose(program.gradient, parameters.numbers, rtol=1e-14)


def test_what_is_not_finite_raises():
    net, (X, Y) = MLP([2, 3], output="identity", seed=1), data(3)
    _, program = program_of(net)
    with careful(), pytest.raises(FloatingPointError, match="is not finite"):
        program(X * 1e300, Y)
    with careful():
        large, _ = program(X * 1e100, Y)  # whose gradient squared is not
    assert np.isfinite(large)


def test_a_second_trace_shows_whether_the_first_was_the_whole():
    net, calls = MLP([2, 3], seed=1), []

    def growing(net, x, y):
        calls.append(1)
        J, outputs = distance(net, x, y)
        return J * len(calls), outputs

    assert program_of(net)[1].is_repeatable()
    assert not program_of(net, growing)[1].is_repeatable()
