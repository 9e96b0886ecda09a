"""Witnesses: the delta formulas in NumPy, and reference cases with known digits."""

import copy
import json
import math
import pickle
import random
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import delta, functions, model_files, operations
from autograd_mini.containers import flatten
from autograd_mini.derivatives import grad, value_and_grad
from autograd_mini.drawing import draw
from autograd_mini.errors import ModelFileError, UnknownNameError
from autograd_mini.graph import count_operations, no_grad, topological_order
from autograd_mini.losses import LOSSES, log_loss, log_loss_from_logits, one_hot, quadratic, resolve
from autograd_mini.neurons import ACTIVATIONS, INITIALISERS, MLP, Layer, Module, Neuron, Perceptron
from autograd_mini.operators import Operators
from autograd_mini.value import Value

ROUNDING = 1e-12  # of the largest component of a layer's array
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
# A loss with the outputs that it is made for; from logits any output will do, as it is not used.
PAIRS = [
    ("log_loss", "sigmoid"),
    ("log_loss", "softmax"),
    ("log_loss_from_logits", "identity"),
    ("cross_entropy", "softmax"),
    ("cross_entropy", "sigmoid"),
    ("cross_entropy_from_logits", "tanh"),
    ("quadratic", "sigmoid"),
    ("quadratic", "softmax"),
    ("quadratic", "gelu"),
    ("hinge", "identity"),
    ("huber", "identity"),
]


def numbers(values):
    return [numbers(v) if isinstance(v, (list, tuple)) else v.data for v in values]


def labels_for(loss, generator, outputs):
    if LOSSES[loss].labels.startswith("−1"):
        return [float(v) for v in generator.choice([-1, 1], size=outputs)]
    return one_hot(int(generator.integers(outputs)), outputs)


def backpropagated(net, loss, x, y):
    """Sweep over the graph; return J, and the layers with their gradients."""
    known = resolve(loss, net.output)
    net.zero_grad()
    J = known(net.logits(x) if known.from_logits else net(x), y)
    J.backward()
    return J.data, net.layers


def assert_close(found, expected, size):
    """Compare an array of a layer with its witness."""
    found, expected = np.array(found, dtype=float), np.asarray(expected)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= ROUNDING * np.abs(size).max() + 1e-300


def sizes_of_terms(witness, W, activations):
    """Return δ as BP2 gives it when nothing cancels: with the absolute values of all terms."""
    sizes = [np.abs(witness.delta[-1])]
    for i in reversed(range(len(W) - 1)):
        slope = delta.ACTIVATIONS[activations[i]].slope(witness.s[i])
        sizes.insert(0, np.abs(W[i + 1]).T @ sizes[0] * np.abs(slope))
    return sizes


def assert_deltas(net, loss, x, y, *, terms=False):
    """Compare a sweep with the delta formulas, relative to an array's largest component or term."""
    W, b = [numbers(layer.W) for layer in net.layers], [numbers(layer.b) for layer in net.layers]
    activations = [layer.activation for layer in net.layers]
    witness = delta.backpropagate(W, b, activations, loss, x, y)
    sizes = sizes_of_terms(witness, W, activations) if terms else witness.delta
    J, layers = backpropagated(net, loss, x, y)
    assert pytest.approx(witness.J, rel=1e-12, abs=1e-300) == J
    for i, layer in enumerate(layers):
        assert_close([s.data for s in layer.s], witness.s[i], witness.s[i])
        assert_close([s.grad or 0.0 for s in layer.s], witness.delta[i], sizes[i])
        assert_close([b.grad or 0.0 for b in layer.b], witness.gradient_b[i], sizes[i])
        found = [[w.grad or 0.0 for w in row] for row in layer.W]
        assert_close(found, witness.gradient_W[i], np.outer(sizes[i], witness.a[i]))


def random_network(generator, sizes, activation, output, scale=1.0):
    net = MLP(sizes, activation, output, seed=int(generator.integers(1 << 30)), init="lecun")
    for parameter in net.parameters():
        parameter.data = scale * parameter.data + 0.1 * generator.normal()
    return net


# ---------------------------------------------------------------- against the delta formulas


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("activation", HIDDEN)
def test_gradients_are_those_of_the_delta_formulas(activation, loss, output):
    generator = np.random.default_rng(5)
    net = random_network(generator, [3, 4, 2, 3], activation, output)
    y = labels_for(loss, generator, 3)
    assert_deltas(net, loss, [float(v) for v in generator.normal(size=3)], y)


@pytest.mark.parametrize("seed", range(60))
def test_random_networks_agree_with_the_delta_formulas(seed):
    generator = np.random.default_rng(seed)
    loss, output = PAIRS[seed % len(PAIRS)]
    sizes = [int(n) for n in generator.integers(1, 17, size=generator.integers(2, 7))]
    sizes[-1] += output == "softmax"  # of a single class it is 1, and ln(1 - 1) undefined
    hidden = [str(name) for name in generator.choice(HIDDEN, size=len(sizes) - 2)]
    net = random_network(generator, sizes, hidden, output)
    x, y = generator.normal(size=sizes[0]), labels_for(loss, generator, sizes[-1])
    assert_deltas(net, loss, x, y)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("loss", "output"), [("log_loss", "sigmoid"), ("cross_entropy", "softmax")]
)
def test_saturated_networks_agree_too_as_the_loss_is_taken_from_logits(seed, loss, output):
    generator = np.random.default_rng(100 + seed)
    net = random_network(generator, [3, 6, 5, 4], ["sigmoid", "tanh"], output, scale=30.0)
    # Weighted sums of 30 that differ in the last bit change δ by 1e-14 of itself; where a sum of
    # such δ cancels, that is more than 1e-12 of what remains, on either side.
    x, y = generator.normal(size=3), labels_for(loss, generator, 4)
    assert_deltas(net, loss, x, y, terms=True)


@pytest.mark.parametrize(
    "formula", ["output_delta", "hidden_delta", "bias_gradient", "weight_gradient"]
)
def test_an_error_planted_in_a_formula_is_seen(monkeypatch, formula):
    right = getattr(delta, formula)
    monkeypatch.setattr(delta, formula, lambda *arguments: right(*arguments) * (1 + 1e-11))
    with pytest.raises(AssertionError):
        assert_deltas(MLP([2, 3, 2], seed=1), "log_loss", [0.5, -1.0], [1.0, 0.0])


# ---------------------------------------------------------------- reference cases


@pytest.mark.parametrize(
    ("w", "b", "a", "slope"),
    [
        (0.6, 0.9, 0.817574476193643660, 0.121938332427542765),
        (2.0, 2.0, 0.982013790037908442, 0.0173450210708401232),
    ],
)
def test_nielsens_saturated_neuron_learns_slowly_by_the_quadratic_loss(w, b, a, slope):
    neuron = Neuron(1)
    neuron.w, neuron.b = [w], b
    answer = neuron([1.0])
    quadratic(answer, 0).backward()
    assert answer.data == pytest.approx(a, rel=4e-16)
    assert neuron.w[0].grad == pytest.approx(slope, rel=1e-15)
    neuron.zero_grad()
    log_loss_from_logits(neuron.logits([1.0]), 0).backward()
    assert neuron.w[0].grad == pytest.approx(a, rel=4e-16)


def test_the_widely_taught_network_from_05_10_to_01_99():
    net = MLP([2, 2, 2])
    net.layers[0].W, net.layers[0].b = [[0.15, 0.20], [0.25, 0.30]], [0.35, 0.35]
    net.layers[1].W, net.layers[1].b = np.array([[0.40, 0.45], [0.50, 0.55]]), (0.60, 0.60)
    J, (second, third) = backpropagated(net, "quadratic", [0.05, 0.10], [0.01, 0.99])
    assert pytest.approx(0.298371108760002689, rel=1e-15) == J
    assert [s.grad for s in third.s] == pytest.approx(
        [0.138498561628556966, -0.0380982365165562165], rel=1e-14
    )
    assert [s.grad for s in second.s] == pytest.approx(
        [0.00877135468948693454, 0.00995425470521720143], rel=1e-14
    )
    stepped = [[w.data - 0.5 * w.grad for w in row] for layer in net.layers for row in layer.W]
    expected = [
        [0.149780716133, 0.199561432266],
        [0.249751143632, 0.299502287265],
        [0.358916479718, 0.408666186076],
        [0.511301270239, 0.561370121108],
    ]
    np.testing.assert_allclose(stepped, expected, rtol=0, atol=6e-13)


@pytest.mark.parametrize("loss", ["log_loss", "log_loss_from_logits"])
def test_a_network_of_two_sigmoid_outputs_to_every_printed_digit(loss):
    net = MLP([2, 3, 2])
    net.load_state_dict({
        "W2": [[0.4, -0.4], [0.0, 0.3], [-0.4, -0.1]],
        "b2": [0.2, -0.2, 0.1],
        "W3": [[-0.2, 0.1, 0.4], [0.5, -0.3, 0.0]],
        "b3": [0.3, -0.1],
    })  # fmt: skip
    assert [a.data for a in net([0.5, -1.0])] == pytest.approx(
        [0.59862979689930712103, 0.53288372526741014624], rel=4e-16
    )
    J, (second, third) = backpropagated(net, loss, [0.5, -1.0], [1, 0])
    delta_2 = [0.0741658936437894569, -0.047001244852473875532, -0.040137020310069287897]
    delta_3 = [-0.40137020310069287897, 0.53288372526741014624]
    row_1 = [-0.27693519762448499193, -0.15153357491428305628, -0.20068510155034643949]
    row_2 = [0.36767617184273049569, 0.20118527802910521814, 0.26644186263370507312]
    pairs = [
        (J, 1.2742889771631384494),
        ([s.grad for s in third.s], delta_3),
        ([b.grad for b in third.b], delta_3),
        ([[w.grad for w in row] for row in third.W], [row_1, row_2]),
        ([s.grad for s in second.s], delta_2),
        ([[w.grad for w in row] for row in second.W], np.outer(delta_2, [0.5, -1.0])),
    ]
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=2e-15)


def test_the_sigmoid_neuron_of_cs231n():
    neuron = Neuron(2)
    neuron.w, neuron.b = [2.0, -3.0], -3.0
    x = [Value(-1.0), Value(-2.0)]
    neuron(x).backward()
    assert [v.grad for v in (*neuron.w, neuron.b, *x)] == pytest.approx(
        [
            -0.196611933241481853,
            -0.393223866482963705,
            0.196611933241481853,
            0.393223866482963705,
            -0.589835799724445558,
        ],
        rel=9e-16,
    )


# ---------------------------------------------------------------- the networks


def test_sizes_are_those_of_the_lecture():
    net = MLP([64, 32, 10])
    assert [layer.number for layer in net.layers] == [2, 3]
    assert [(len(layer.W), len(layer.W[0]), len(layer.b)) for layer in net.layers] == [
        (32, 64, 32),
        (10, 32, 10),
    ]
    assert len(net.parameters()) == 64 * 32 + 32 + 32 * 10 + 10


def test_an_answer_is_always_a_list_and_that_of_a_neuron_one_value():
    assert [type(a) for a in MLP([2, 1])([1.0, 2.0])] == [Value]
    assert len(MLP([2, 3])([1.0, 2.0])) == 3
    assert type(Neuron(2)([1.0, 2.0])) is Value


def test_a_forward_pass_is_the_lectures_formula():
    net = MLP([3, 4, 2], activation="tanh", output="sigmoid", seed=4)
    x = [0.3, -1.0, 2.0]
    W, b = [numbers(l.W) for l in net.layers], [numbers(l.b) for l in net.layers]
    s2 = np.array(W[0]) @ x + b[0]
    s3 = np.array(W[1]) @ np.tanh(s2) + b[1]
    np.testing.assert_allclose([a.data for a in net(x)], 1 / (1 + np.exp(-s3)), rtol=1e-14)
    np.testing.assert_allclose([s.data for s in net.logits(x)], s3, rtol=1e-13)


def test_sums_and_activations_of_the_last_call_are_at_hand():
    net = MLP([2, 3, 1], seed=1)
    layer = net.layers[0]
    assert (layer.s, layer.a) == ((), ())
    answer = net([0.5, -1.0])
    assert answer == net.layers[-1].a
    assert [a.operands[0] for a in layer.a] == layer.s
    net.logits([0.5, -1.0])
    assert net.layers[-1].s != []
    assert net.layers[-1].a == ()  # not computed


def test_every_operation_is_one_that_the_lecture_writes():
    net = MLP([64, 32, 10])
    counts = count_operations(net([0.5] * 64))
    products = 64 * 32 + 32 * 10
    assert counts == {"multiply": products, "add": products, "sigmoid": 42}


def test_products_are_added_from_left_to_right_and_then_the_bias():
    layer = Layer(3, 1, "identity")
    layer.W, layer.b = [[1e16, 1.0, -1e16]], [0.5]
    assert layer.sums([1.0, 1.0, 1.0])[0].data == ((1e16 + 1.0) - 1e16) + 0.5


def test_each_layer_is_recorded_in_a_scope_of_its_own():
    net = MLP([2, 3, 1])
    J = log_loss_from_logits(net.logits([0.5, 1.0]), 1)
    scopes = {node.scope for node in topological_order(J) if node.operands}
    assert sorted(scope.name for scope in scopes) == ["layer 2", "layer 3", "loss"]


def test_parameters_sums_and_activations_are_labelled_after_the_lecture():
    net = MLP([2, 3, 1])
    net([0.5, 1.0])
    assert net.layers[0].W[2][1].label == "w2_32"
    assert [v.label for v in (*net.layers[1].b, *net.layers[1].s, *net.layers[1].a)] == [
        "b3_1",
        "s3_1",
        "a3_1",
    ]
    assert Layer(12, 1).W[0][11].label == "w2_1,12"
    assert {v.kind for v in net.parameters()} == {"parameter"}


@pytest.mark.parametrize(
    "x",
    [[1, True], (1.0, 1), np.array([1, 1]), np.array([True, True]), [np.float64(1), Value(1.0)]],
)
def test_inputs_are_numbers_or_values_in_any_sequence(x):
    assert MLP([2, 3, 1], seed=1)(x)[0].data == MLP([2, 3, 1], seed=1)([1.0, 1.0])[0].data


def test_inputs_that_are_values_get_gradients():
    net, x = MLP([2, 3, 1], seed=1), [Value(0.5), Value(-1.0)]
    net(np.array(x))[0].backward()
    numeric = [
        (net([0.5 + h, -1.0 + k])[0].data - net([0.5 - h, -1.0 - k])[0].data) / 2e-6
        for h, k in ((1e-6, 0), (0, 1e-6))
    ]
    assert [v.grad for v in x] == pytest.approx(numeric, abs=1e-9)  # of central differences


@pytest.mark.parametrize("length", [1, 3])
def test_a_wrong_input_length_is_refused_with_both_numbers(length):
    x = [1.0] * length
    with pytest.raises(ValueError, match=f"layer 2 takes 2 inputs, but {length} came"):
        MLP([2, 3, 1])(x)
    with pytest.raises(ValueError, match=f"layer 2 takes 2 inputs, but {length} came"):
        MLP([2, 3, 1]).logits(x)
    with pytest.raises(ValueError, match=f"the neuron takes 2 inputs, but {length} came"):
        Neuron(2)(x)
    with pytest.raises(ValueError, match=f"the perceptron takes 2 inputs, but {length} came"):
        Perceptron(2)(x)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (3.0, "a sequence of 2 numbers or Values, not float"),
        (np.float64(3.0), "a sequence of 2 numbers or Values, not float"),
        ({0: 1.0, 1: 2.0}, "a sequence of 2 numbers or Values, not dict"),
        ({1.0, 2.0}, "a sequence of 2 numbers or Values, not set"),
        ("ab", "an input must be a real number .*, not str"),
        ([[1.0, 2.0]], "an input must be a real number .*, not list"),
        (np.ones((2, 2)), "an input must be a real number .*, not list"),
        ([1.0, None], "an input must be a real number .*, not NoneType"),
        ([1.0, 1j], "an input must be a real number .*, not complex"),
    ],
    ids=range(9),
)
def test_an_input_that_is_no_sequence_of_numbers_is_refused(x, message):
    with pytest.raises(TypeError, match=message):
        MLP([2, 1])(x)


def test_an_input_that_is_nan_is_refused():
    with pytest.raises(ValueError, match="an input is nan"):
        MLP([2, 1])([1.0, math.nan])


def test_nothing_is_recorded_under_no_grad():
    with no_grad():
        answer = MLP([2, 3, 1], "relu", seed=1)([0.5, -1.0])
    assert (answer[0].kind, answer[0].operands) == ("constant", ())
    assert answer[0].data == MLP([2, 3, 1], "relu", seed=1)([0.5, -1.0])[0].data


@pytest.mark.parametrize(
    "relu", ["relu", operations.relu, functions.relu], ids=["name", "row", "f"]
)
def test_activations_are_names_rows_or_functions(relu):
    net = MLP([2, 3, 1], relu, "identity", seed=1)
    assert net.layers[0].activation == net.activation == "relu"
    assert net.layers[-1].activation == net.output == "identity"


def test_an_activation_may_be_any_function_of_one_number():
    double = MLP([1, 1, 1], lambda s: 2 * s, operations.sin, init="zeros")
    double.layers[0].b = [0.5]
    double.layers[1].W = [[1.0]]
    assert double([3.0])[0].data == math.sin(1.0)
    assert repr(double) == "MLP([1, 1, 1], activation=<lambda>, output='sin', parameters=4)"


def test_each_hidden_layer_may_have_its_own_activation():
    net = MLP([2, 3, 3, 1], activation=["tanh", "relu"], output="softmax")
    assert [layer.activation for layer in net.layers] == ["tanh", "relu", "softmax"]
    assert "activation=['tanh', 'relu'], output='softmax'" in repr(net)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_what_the_delta_formulas_have(name):
    layer = Layer(1, 3, name)
    layer.W, layer.b = [[1.0], [1.0], [1.0]], [-2.0, 0.0, 0.75]
    expected = delta.ACTIVATIONS[name].value(np.array([-1.0, 1.0, 1.75]))
    assert [a.data for a in layer([1.0])] == pytest.approx(list(expected), rel=1e-15)


def test_relu_takes_its_fast_path_and_records_the_same_as_the_row():
    layer = Layer(1, 2, "relu")
    layer.W = [[1.0], [-1.0]]
    assert [(a.data, a.operation, a.local_derivatives) for a in layer([3.0])] == [
        (3.0, operations.relu, (1.0,)),
        (0.0, operations.relu, (0.0,)),
    ]


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: MLP([2]), ValueError, r"two layers or more, the input first, not \[2\]"),
        (lambda: MLP([]), ValueError, "two layers or more"),
        (lambda: MLP([2, 0, 1]), ValueError, r"sizes\[1\] must be at least 1, not 0"),
        (lambda: MLP([2, 1.5]), TypeError, r"sizes\[1\] must be a whole number, not float"),
        (lambda: MLP([True, 1]), TypeError, r"sizes\[0\] must be a whole number, not bool"),
        (
            lambda: MLP(3, [4, 1]),
            TypeError,
            r"sizes must be a sequence such as \[2, 3, 1\], not int",
        ),
        (lambda: Neuron(0), ValueError, "inputs must be at least 1, not 0"),
        (lambda: Layer(2, -1), ValueError, "outputs must be at least 1, not -1"),
        (lambda: MLP([2, 1], "tahn"), ValueError, "unknown activation 'tahn': known are identity"),
        (lambda: MLP([2, 1], "add"), ValueError, "unknown activation 'add': known are identity"),
        (lambda: MLP([2, 1], 3), TypeError, "a name, a row or a function, not int"),
        (lambda: MLP([2, 3, 1], "softmax"), ValueError, "it is for the output layer alone"),
        (lambda: Neuron(2, functions.softmax), ValueError, "it is for the output layer alone"),
        (lambda: MLP([2, 3, 1], ["tanh"] * 2), ValueError, "names 2 layers, but 1 are hidden"),
        (
            lambda: MLP([2, 1], init="big"),
            ValueError,
            "unknown initialiser 'big': known are auto, l",
        ),
        (lambda: MLP([2, 1], init=3), TypeError, "init must be a name or a function, not int"),
        (lambda: MLP([2, 1], seed=0.5), TypeError, "an int or a random.Random, not float"),
        (lambda: MLP([2, 1], seed=None), TypeError, "an int or a random.Random, not NoneType"),
    ],
    ids=range(18),
)
def test_what_makes_no_network_is_refused_with_the_facts(build, error, message):
    with pytest.raises(error, match=message):
        build()


def test_an_unknown_name_is_an_error_that_can_be_told_apart():
    with pytest.raises(UnknownNameError):
        MLP([2, 1], output="sigmoyd")


def test_representations_are_short_and_telling():
    assert repr(MLP([64, 32, 10])) == (
        "MLP([64, 32, 10], activation='sigmoid', output='sigmoid', parameters=2410)"
    )
    assert repr(Layer(2, 3, "tanh")) == "Layer(2, 3, activation='tanh', number=2)"
    assert repr(Neuron(2)) == "Neuron(2, activation='sigmoid')"
    assert repr(Perceptron(2)) == "Perceptron(2)"


def test_a_network_draws_itself():
    net = MLP([2, 3, 1], activation=["tanh"], output=math.tanh)
    drawing = draw(net, theme="light", title="small")
    assert "layer 2 · tanh · 3" in drawing.svg
    assert drawing.description == "small: network of 3 layers with 2, 3, 1 units"


# ---------------------------------------------------------------- setting weights


def test_setting_weights_sets_the_numbers_of_the_same_values():
    layer = Layer(2, 3)
    before = layer.W
    layer.W, layer.b = np.arange(6).reshape(3, 2), np.array([7, 8, 9])
    assert layer.W is before
    assert (numbers(layer.W), numbers(layer.b)) == ([[0, 1], [2, 3], [4, 5]], [7, 8, 9])
    assert type(layer.W[0][1].data) is float


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            [[1.0, 2.0, 3.0]] * 2,
            r"W of layer 3 has the shape \(3, 2\), but .* has the shape \(2, 3\)",
        ),
        ([1.0, 2.0], r"has the shape \(3, 2\), but what came has the shape \(2,\)"),
        (0.0, r"has the shape \(3, 2\), but what came has the shape \(\)"),
        ([[1.0, 2.0], [1.0], [2.0]], r"has the shape \(3, 2\), but what came is irregular"),
        ([[1.0, 2.0], [1.0, math.nan], [2.0, 1.0]], "an entry of W of layer 3 is nan"),
        (
            [[1.0, 2.0], [1.0, math.inf], [2.0, 1.0]],
            "an entry of W of layer 3 is inf, which is not",
        ),
    ],
    ids=range(6),
)
def test_weights_that_do_not_fit_are_refused_and_change_nothing(given, message):
    layer = Layer(2, 3, number=3, init="zeros")
    with pytest.raises(ValueError, match=message):
        layer.W = given
    assert numbers(layer.W) == [[0.0, 0.0]] * 3


def test_weights_that_are_no_numbers_are_refused():
    with pytest.raises(
        TypeError, match=r"an entry of b of layer 2 must be a real number.*, not str"
    ):
        Layer(1, 1).b = ["1.0"]
    with pytest.raises(TypeError, match=r"an entry of w must be a real number.*, not Value"):
        Neuron(1).w = [Value(1.0)]


def test_a_weight_can_not_be_replaced_by_a_number_that_would_not_learn():
    with pytest.raises(TypeError, match="does not support item assignment"):
        Layer(1, 1).W[0][0] = 1.0


# ---------------------------------------------------------------- initial weights


@pytest.mark.parametrize(
    "build", [partial(MLP, [3, 4, 2]), partial(Layer, 3, 4), partial(Neuron, 3)]
)
def test_the_same_seed_gives_the_same_weights_and_another_one_others(build):
    state = build(seed=7).state_dict()
    assert build(seed=7).state_dict() == build(seed=random.Random(7)).state_dict() == state
    assert build(seed=8).state_dict() != state


def test_layers_of_a_network_do_not_start_alike():
    net = MLP([3, 3, 3], init="normal", seed=0)
    assert numbers(net.layers[0].W) != numbers(net.layers[1].W)


def test_the_global_generator_is_not_used():
    random.seed(1)
    state = random.getstate()
    MLP([3, 4, 2], seed=5)
    assert random.getstate() == state


def test_the_same_seed_gives_the_same_bits_in_another_process():
    program = "from autograd_mini.neurons import MLP; print(MLP([3, 4, 2], seed=5).state_dict())"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(MLP([3, 4, 2], seed=5).state_dict())


@pytest.mark.parametrize(
    ("init", "deviation", "bound"),
    [
        ("lecun", math.sqrt(1 / 100), None),
        ("he", math.sqrt(2 / 100), None),
        ("xavier", math.sqrt(2 / 150), math.sqrt(6 / 150)),
        ("normal", 1.0, None),
        ("uniform", math.sqrt(1 / 3), 1.0),
    ],
)
def test_initial_weights_have_the_spread_of_their_name(init, deviation, bound):
    layer = Layer(100, 50, init=init, seed=2)
    weights = np.array(numbers(layer.W))
    assert weights.mean() == pytest.approx(0, abs=4 * deviation / math.sqrt(5000))
    assert weights.std() == pytest.approx(deviation, rel=0.03)
    assert bound is None or np.abs(weights).max() <= bound
    assert numbers(layer.b) == [0.0] * 50


@pytest.mark.parametrize(
    ("activation", "init"),
    [("sigmoid", "xavier"), ("tanh", "xavier"), ("relu", "he"), ("gelu", "he"), ("selu", "lecun")],
)
def test_the_initial_weights_fit_the_activation(activation, init):
    assert Layer(4, 3, activation).state_dict() == Layer(4, 3, activation, init=init).state_dict()


def test_an_initialiser_may_be_a_function():
    layer = Layer(3, 2, init=lambda inputs, outputs, _: inputs + outputs / 10)
    assert numbers(layer.W) == [[3.2] * 3] * 2


def test_every_initialiser_makes_finite_weights():
    for init in INITIALISERS:
        assert all(math.isfinite(v.data) for v in MLP([1, 1, 1], init=init).parameters())


# ---------------------------------------------------------------- the perceptron

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize("y", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 0, 0, 0], [1, 1, 0, 0]])
def test_a_perceptron_learns_what_a_line_separates(y):
    perceptron = Perceptron(2)
    history = perceptron.learn(CORNERS, y)
    assert history[-1] == 0
    assert [perceptron(x) for x in CORNERS] == y


def test_a_perceptron_does_not_learn_exclusive_or_and_says_so():
    assert Perceptron(2).learn(CORNERS, [0, 1, 1, 0], epochs=50)[-1] > 0


def test_rosenblatts_rule_step_by_step():
    perceptron = Perceptron(2)
    assert perceptron.learn([[2.0, -1.0]], [1], step=0.5, epochs=1) == [1]
    assert (numbers(perceptron.w), perceptron.b.data) == ([1.0, -0.5], 0.5)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_the_mistakes_of_a_perceptron_keep_novikoffs_bound(seed):
    generator = np.random.default_rng(seed)
    direction = generator.normal(size=3)  # weights and bias of the line
    X = generator.normal(size=(30, 2))
    margin = np.c_[X, np.ones(30)] @ direction / np.linalg.norm(direction)
    kept = np.abs(margin) > 0.2
    X, margin = X[kept], margin[kept]
    if not len(X):
        return
    radius = max(1 + (x**2).sum() for x in X)
    history = Perceptron(2).learn(X, (margin > 0).astype(int), epochs=10_000)
    assert history[-1] == 0
    assert sum(history) <= radius / np.abs(margin).min() ** 2 + 1


def test_a_perceptron_predicts_a_plain_0_or_1_and_0_on_the_line():
    perceptron = Perceptron(1)
    assert perceptron([5.0]) == 0  # s = 0 is not above 0
    perceptron.b = 5e-324
    assert perceptron([5.0]) == 1
    assert type(perceptron(np.array([5.0]))) is int


@pytest.mark.parametrize(
    "ask",
    [
        lambda p: p([Value(1.0), 2.0]),
        lambda p: p.learn([[Value(1.0), 2.0]], [1]),
        lambda p: p.logits([1.0, 2.0]),
        lambda p: p.backward(),
        grad(lambda p: p([1.0, 2.0])),
    ],
    ids=range(5),
)
def test_asking_a_perceptron_for_its_gradient_says_that_it_is_zero(ask):
    sentence = "step has derivative 0 almost everywhere.* the form that learns by gradient"
    with pytest.raises(TypeError, match=sentence):
        ask(Perceptron(2))


def test_the_sigmoid_form_has_the_same_weights_and_learns_by_gradient():
    perceptron = Perceptron(2)
    neuron = perceptron.sigmoid()
    for _ in range(200):
        for x, y in zip(CORNERS, [0, 1, 1, 1], strict=True):
            neuron.zero_grad()
            log_loss(neuron(x), y).backward()
            for parameter in neuron.parameters():
                parameter.data -= parameter.grad
    assert [perceptron(x) for x in CORNERS] == [0, 1, 1, 1]
    assert all(v is w for v, w in zip(neuron.parameters(), perceptron.parameters(), strict=True))


@pytest.mark.parametrize(
    ("X", "y", "options", "message"),
    [
        ([[1.0, 2.0]], [1, 0], {}, "X holds 1 examples, and y 2 labels"),
        ([[1.0, 2.0]], [2], {}, "y must hold labels 0 and 1, not 2"),
        ([[1.0, 2.0]], [-1], {}, "y must hold labels 0 and 1, not -1"),
        ([[1.0, 2.0], [1.0]], [1, 1], {}, "the perceptron takes 2 inputs, but 1 came"),
        ([[1.0, 2.0]], [1], {"step": 0}, "step must be positive and finite, not 0"),
        ([[1.0, 2.0]], [1], {"epochs": 0}, "epochs must be at least 1, not 0"),
    ],
    ids=range(6),
)
def test_what_a_perceptron_can_not_learn_is_refused_and_changes_nothing(X, y, options, message):
    perceptron = Perceptron(2)
    with pytest.raises(ValueError, match=message):
        perceptron.learn(X, y, **options)
    assert numbers(perceptron.parameters()) == [0.0, 0.0, 0.0]


# ---------------------------------------------------------------- Modules of one's own


class Pair(Module):
    """Holds parameters in every kind of place."""

    def __init__(self):
        self.gain = Value(2.0, kind="parameter")
        self.table = {"row": [Value(1.0), Value(2.0)], "name": "text"}
        self.nets = [MLP([1, 2], seed=1), (Neuron(1, seed=2), None)]
        self.mixed = [Value(5.0), "text", 3.0]
        self.ragged = [[Value(6.0)], [Value(7.0), Value(8.0)]]
        self.again = self.gain
        self.parent = self
        self.constant = Value(1.0, kind="constant")
        self.result = self.gain * 3


NAMES = [
    "gain",
    "table.row",
    "nets.0.W2",
    "nets.0.b2",
    "nets.1.0.w",
    "nets.1.0.b",
    "mixed.0",
    "ragged.0",
    "ragged.1",
]


def test_attributes_of_ones_own_module_are_found_under_dotted_names():
    pair = Pair()
    assert list(pair.named_arrays()) == NAMES
    names = [name for name, _ in pair.named_parameters()]
    assert names[:4] == ["gain", "table.row.0", "table.row.1", "nets.0.W2.0.0"]
    assert names[-4:] == ["mixed.0", "ragged.0.0", "ragged.1.0", "ragged.1.1"]
    assert len(names) == len(set(names)) == len(pair.parameters()) == 13
    assert pair.state_dict()["ragged.1"] == [7.0, 8.0]
    assert repr(pair) == "Pair(parameters=13)"


def test_a_parameter_in_two_lists_counts_once_and_takes_one_number():
    class Tied(Module):
        def __init__(self):
            shared = Value(1.0)
            self.w, self.v = [shared, Value(2.0)], [Value(3.0), shared]

    tied = Tied()
    assert [name for name, _ in tied.named_parameters()] == ["w.0", "w.1", "v.0"]
    assert tied.state_dict() == {"w": [1.0, 2.0], "v": [3.0, 1.0]}
    tied.load_state_dict({"w": [5.0, 6.0], "v": [7.0, 5.0]})
    assert numbers(tied.parameters()) == [5.0, 6.0, 7.0]
    with pytest.raises(ValueError, match=r"v shares a parameter .* but state holds 5.0 and 9.0"):
        tied.load_state_dict({"w": [5.0, 6.0], "v": [7.0, 9.0]})


def test_lists_that_hold_themselves_are_tolerated():
    module = Module()
    module.parts = [Value(1.0)]
    module.parts.append(module.parts)
    assert [name for name, _ in module.named_parameters()] == ["parts.0"]
    leaves, rebuild = flatten(module)
    assert rebuild([3.0]).parts[0] == 3.0
    assert len(leaves) == 1


def test_an_empty_module_has_no_parameters():
    module = Module()
    assert (module.parameters(), module.state_dict(), repr(module)) == (
        [],
        {},
        "Module(parameters=0)",
    )
    assert flatten(module)[0] == []


def test_zero_grad_sets_none():
    net = MLP([2, 3, 1])
    net([1.0, 2.0])[0].backward()
    assert all(v.grad is not None for v in net.parameters())
    net.zero_grad()
    assert all(v.grad is None for v in net.parameters())


# ---------------------------------------------------------------- Modules as containers


def test_a_gradient_by_a_network_comes_back_as_a_network_of_numbers():
    net = MLP([2, 3, 1], seed=1)
    value, gradient = value_and_grad(lambda n: log_loss(n([0.5, -1.0]), 1))(net)
    J, layers = backpropagated(net, "log_loss_from_logits", [0.5, -1.0], [1])
    assert value == pytest.approx(J, rel=1e-15)
    assert isinstance(gradient, MLP)
    np.testing.assert_allclose(
        gradient.layers[0].W, [[w.grad for w in row] for row in layers[0].W], rtol=1e-13
    )
    assert list(gradient.state_dict()) == ["W2", "b2", "W3", "b3"]
    assert gradient.parameters() == flatten(gradient)[0]


def test_a_module_built_around_numbers_computes_with_them():
    pair = Pair()
    leaves, rebuild = flatten(pair)
    built = rebuild([float(i) for i in range(len(leaves))])
    assert (built.gain, built.again, built.table["row"], built.ragged) == (
        0,
        0,
        [1, 2],
        [[10], [11, 12]],
    )
    assert built.parent is built
    assert built.nets[0].state_dict() == {"W2": [[3.0], [4.0]], "b2": [5.0, 6.0]}
    assert built.nets[0]([1.0])[0] == functions.sigmoid(3.0 + 5.0)
    assert built.named_parameters() == [
        (name, float(i)) for i, (name, _) in enumerate(pair.named_parameters())
    ]
    assert numbers(leaves)[:3] == [2.0, 1.0, 2.0]  # the first one is as it was


def test_what_was_built_can_be_flattened_and_built_again():
    _, rebuild = flatten(MLP([2, 3, 1]))
    numbers_of_one = [float(i) for i in range(13)]
    leaves, rebuild_again = flatten(rebuild(numbers_of_one))
    assert leaves == numbers_of_one
    assert rebuild_again([-v for v in leaves]).layers[1].W == ((-9.0, -10.0, -11.0),)
    # Results of operations, which are no parameters by themselves, are kept in their places too.
    moved = rebuild([Value(1.0) * v for v in numbers_of_one])
    assert all(v.operands for v in flatten(moved)[0])
    assert moved.parameters() == flatten(moved)[0]


def test_differentiation_through_a_step_of_descent_nests():
    net, x = MLP([1, 2, 1], "tanh", seed=3), [0.7]

    def J(n):
        return log_loss_from_logits(n.logits(x), 1)

    def after_a_step(n, step):
        leaves, rebuild = flatten(n)
        slopes, _ = flatten(grad(J)(n))
        return J(rebuild([v - step * slope for v, slope in zip(leaves, slopes, strict=True)]))

    slope = grad(lambda step: after_a_step(net, step))(0.1)
    h = 1e-5
    ahead, behind = after_a_step(net, 0.1 + h).data, after_a_step(net, 0.1 - h).data
    assert slope.data == pytest.approx((ahead - behind) / (2 * h), rel=1e-8)


class Symbol(Operators):
    """What a compiler gives in place of numbers."""

    def __init__(self, text):
        self.text = text

    def __autograd_operation__(self, row, operands):
        texts = [getattr(o, "text", None) or getattr(o, "label", None) or str(o) for o in operands]
        return Symbol(f"{row.name}({', '.join(texts)})")


def test_a_network_of_a_compilers_symbols_is_the_lectures_formula():
    neuron = MLP([2, 1])
    (answer,) = neuron([Symbol("x1"), Symbol("x2")])
    assert answer.text == ("sigmoid(add(add(multiply(w2_11, x1), multiply(w2_12, x2)), b2_1))")


# ---------------------------------------------------------------- state and files


def test_a_state_is_a_dictionary_under_the_lectures_names():
    state = MLP([2, 3, 1], seed=1).state_dict()
    assert list(state) == ["W2", "b2", "W3", "b3"]
    assert np.shape(state["W2"]) == (3, 2)
    assert json.loads(json.dumps(state)) == state


def test_a_state_is_a_copy():
    net = MLP([2, 1], init="zeros")
    net.state_dict()["W2"][0][0] = 5.0
    assert net.layers[0].W[0][0].data == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W2": [[1.0, 2.0]]}, r"W2 has the shape \(3, 2\), but what came has the shape \(1, 2\)"),
        ({"b3": 1.0}, r"b3 has the shape \(1,\), but what came has the shape \(\)"),
        ({"b3": [math.inf]}, "an entry of b3 is inf, which is not finite"),
        ({"W4": []}, r"must hold W2, b2, W3, b3: missing are \[\], and unknown \['W4'\]"),
        ({"b3": None}, r"missing are \['b3'\], and unknown \[\]"),
    ],
    ids=range(5),
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(change, message):
    net = MLP([2, 3, 1], seed=1)
    before = net.state_dict()
    state = MLP([2, 3, 1], seed=2).state_dict() | change
    if change.get("b3", 0) is None:
        del state["b3"]
    with pytest.raises(ValueError, match=message):
        net.load_state_dict(state)
    assert net.state_dict() == before


@pytest.mark.parametrize(
    "module",
    [
        MLP([3, 4, 2], ["gelu"], "softmax", seed=3),
        MLP([2, 1], seed=3),
        Layer(2, 3, "tanh", number=4, seed=3),
        Neuron(2, operations.sin, seed=3),
        Perceptron(2),
    ],
    ids=lambda module: type(module).__name__ + str(len(module.parameters())),
)
def test_a_file_gives_the_same_module_back_to_the_bit(module, tmp_path):
    module.save(tmp_path / "model.json")
    loaded = type(module).load(tmp_path / "model.json")
    assert type(loaded) is type(module)
    assert repr(loaded) == repr(module)
    assert [v.data.hex() for v in loaded.parameters()] == [
        v.data.hex() for v in module.parameters()
    ]
    assert [v.label for v in loaded.parameters()] == [v.label for v in module.parameters()]


@settings(deadline=None, max_examples=30)
@given(weights=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3))
def test_any_finite_weights_survive_a_file(weights, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "weights.json"
    net = MLP([2, 1])
    net.load_state_dict({"W2": [weights[:2]], "b2": weights[2:]})
    net.save(path)
    assert [v.data.hex() for v in MLP.load(path).parameters()] == [v.hex() for v in weights]


def test_notes_stand_in_the_file_and_change_nothing(tmp_path):
    path = tmp_path / "model.json"
    net = MLP([2, 1], seed=1)
    net.save(path, notes={"classes": ["да", "нет"]})
    assert model_files.read(path)["notes"] == {"classes": ["да", "нет"]}
    assert MLP.load(path).state_dict() == net.state_dict()


def test_a_module_of_ones_own_is_built_from_its_settings(tmp_path):
    class Scaled(Module):
        def __init__(self, width):
            self.net, self.gain = MLP([width, 1], seed=1), Value(2.0, kind="parameter")

        def settings(self):
            return {"width": self.net.sizes[0]}

    scaled = Scaled(3)
    scaled.gain.data = 0.1
    scaled.save(tmp_path / "scaled.json")
    assert Scaled.load(tmp_path / "scaled.json").state_dict() == scaled.state_dict()


def test_a_file_of_another_class_is_refused(tmp_path):
    Neuron(2).save(tmp_path / "model.json")
    with pytest.raises(ModelFileError, match="it holds 'Neuron', and 'MLP' was asked for"):
        MLP.load(tmp_path / "model.json")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"settings": {"sizes": [2, 2]}}, r"MLP does not take it: W2 has the shape \(2, 2\)"),
        ({"settings": {"sizes": [2, 1], "output": "sigmoyd"}}, "unknown activation 'sigmoyd'"),
        ({"settings": {"sizes": [2, 1], "depth": 3}}, "unexpected keyword argument 'depth'"),
        ({"settings": None}, "MLP does not take it"),
        ({"parameters": [1.0]}, "MLP does not take it"),
        ({"parameters": {"W2": [["1", "2"]], "b2": [0.0]}}, "must be a real number"),
        ({"parameters": {}}, r"missing are \['W2', 'b2'\]"),
        ({"class": None}, "it holds None, and 'MLP' was asked for"),
    ],
    ids=range(8),
)
def test_a_file_that_makes_no_network_is_refused(change, reason, tmp_path):
    path = tmp_path / "model.json"
    MLP([2, 1]).save(path)
    model_files.write(path, model_files.read(path) | change)
    with pytest.raises(ModelFileError, match=reason):
        MLP.load(path)


def test_a_file_without_its_parts_is_refused(tmp_path):
    model_files.write(tmp_path / "model.json", {"class": "MLP"})
    with pytest.raises(ModelFileError, match="MLP does not take it: 'settings'"):
        MLP.load(tmp_path / "model.json")


def test_an_activation_without_a_name_is_not_saved_and_the_old_file_stays(tmp_path):
    path = tmp_path / "model.json"
    net = MLP([2, 1], seed=1)
    net.save(path)
    with pytest.raises(ValueError, match="activation <lambda> can't be kept in a file"):
        MLP([2, 3, 1], lambda s: s).save(path)
    assert MLP.load(path).state_dict() == net.state_dict()


def test_weights_that_are_not_finite_are_not_saved(tmp_path):
    net = MLP([1, 1])
    net.layers[0].b[0].data = math.inf
    with pytest.raises(ValueError, match="can't be kept in a model file"):
        net.save(tmp_path / "model.json")
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- copies


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
@pytest.mark.parametrize(
    "module", [MLP([2, 3, 1], "relu", seed=1), Neuron(2), Perceptron(2)], ids=repr
)
def test_a_copy_gives_equal_outputs_and_learns_for_itself(module, copied):
    module([0.5, -1.0])
    twin = copied(module)
    assert twin.state_dict() == module.state_dict()
    answers = [functions.sum(np.atleast_1d(net([0.5, -1.0]))) for net in (module, twin)]
    assert float(getattr(answers[0], "data", answers[0])) == getattr(answers[1], "data", answers[1])
    twin.parameters()[0].data = 100.0
    assert module.parameters()[0].data != 100.0


def test_a_copy_leaves_the_graph_of_the_last_call_behind():
    net = MLP([2, 3, 1])
    before = len(pickle.dumps(net))
    net([0.5, -1.0])
    assert len(pickle.dumps(net)) == before
    assert copy.deepcopy(net).layers[0].s == ()


def test_a_network_of_gradients_survives_pickle_and_copies():
    gradient = grad(lambda n: quadratic(n([0.5]), 1))(MLP([1, 2, 1], seed=1))
    for twin in (copy.deepcopy(gradient), pickle.loads(pickle.dumps(gradient))):
        assert twin.state_dict() == gradient.state_dict()
        assert twin.parameters() == gradient.parameters()


def test_a_perceptron_keeps_the_sum_and_the_answer_of_its_last_call():
    perceptron = Perceptron(2)
    perceptron.w, perceptron.b = [2.0, -1.0], 0.5
    assert perceptron([1.0, 3.0]) == 0
    assert (perceptron.s, perceptron.a) == (-0.5, 0)
    assert perceptron([1.0, 1.0]) == 1
    assert (perceptron.s, perceptron.a) == (1.5, 1)
