"""Witnesses: mpmath's derivatives of the whole J, the complex step, printed reference cases."""

import inspect
import itertools
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from autograd_mini import delta

# mpmath differentiates to half its digits or more; e^-300 is 1e-130, and 1 - σ(300) needs
# as many digits again, so saturated networks are done with SATURATED_DIGITS.
DIGITS = 50
SATURATED_DIGITS = 400
ROUNDING = 1e-12  # of the largest component of a layer's array

ACTIVATIONS = [
    "identity",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "silu",
    "gelu",
    "softplus",
]
LOSSES = [
    "log_loss",
    "log_loss_from_logits",
    "cross_entropy",
    "cross_entropy_from_logits",
    "quadratic",
    "hinge",
    "huber",
]
SELU = mpf("1.0507009873554804934193349852946"), mpf("1.6732632423543772848170429916717")


def _sigmoid(s):
    return 1 / (1 + mpmath.exp(-s))


def _softmax(s):
    total = mpmath.fsum(mpmath.exp(v) for v in s)
    return [mpmath.exp(v) / total for v in s]


# The textbook forms, one number at a time; digits, not care, make them accurate.
TEXTBOOK = {
    "identity": lambda s: s,
    "sigmoid": _sigmoid,
    "tanh": mpmath.tanh,
    "relu": lambda s: max(s, mpf(0)),
    "leaky_relu": lambda s: s if s > 0 else s * mpf(0.01),
    "elu": lambda s: s if s > 0 else mpmath.exp(s) - 1,
    "selu": lambda s: SELU[0] * (s if s > 0 else SELU[1] * (mpmath.exp(s) - 1)),
    "silu": lambda s: s * _sigmoid(s),
    "gelu": lambda s: s * mpmath.ncdf(s),
    "softplus": lambda s: mpmath.log(1 + mpmath.exp(s)),
}


def _log_loss(p, y):
    return -mpmath.fsum(
        mpmath.log(q) if t == 1 else mpmath.log(1 - q) for q, t in zip(p, y, strict=True)
    )


def _cross_entropy(p, y):
    return -mpmath.fsum(t * mpmath.log(q) for q, t in zip(p, y, strict=True) if t)


def _huber(a, y):
    d = abs(a - y)
    return d**2 / 2 if d <= 1 else d - mpf(0.5)


TEXTBOOK_LOSS = {
    "log_loss": _log_loss,
    "log_loss_from_logits": lambda s, y: _log_loss([_sigmoid(v) for v in s], y),
    "cross_entropy": _cross_entropy,
    "cross_entropy_from_logits": lambda s, y: _cross_entropy(_softmax(s), y),
    "quadratic": lambda a, y: mpmath.fsum((u - v) ** 2 for u, v in zip(a, y, strict=True)) / 2,
    "hinge": lambda a, y: mpmath.fsum(max(1 - u * v, 0) for u, v in zip(a, y, strict=True)),
    "huber": lambda a, y: mpmath.fsum(_huber(u, v) for u, v in zip(a, y, strict=True)),
}


def exact_J(W, b, activations, loss, x, y):
    """J of one example, neuron by neuron, in mpmath's numbers."""
    a = list(x)
    for W_l, b_l, name in zip(W, b, activations, strict=True):
        s = [mpmath.fdot(row, a) + bias for row, bias in zip(W_l, b_l, strict=True)]
        a = _softmax(s) if name == "softmax" else [TEXTBOOK[name](v) for v in s]
    return TEXTBOOK_LOSS[loss](s if loss.endswith("from_logits") else a, y)


def exact_gradients(W, b, activations, loss, x, y):
    """J, ∂J/∂b and ∂J/∂W by mpmath.diff of J, one parameter at a time."""
    W, b = (
        [[[mpf(float(v)) for v in row] for row in m] for m in W],
        [[mpf(float(v)) for v in m] for m in b],
    )
    x, y = [mpf(float(v)) for v in x], [mpf(float(v)) for v in y]

    def slope(row, k):
        def moved(value):
            kept, row[k] = row[k], value
            result = exact_J(W, b, activations, loss, x, y)
            row[k] = kept
            return result

        return mpmath.diff(moved, row[k])

    value = exact_J(W, b, activations, loss, x, y)
    gradient_b = [[slope(m, k) for k in range(len(m))] for m in b]
    gradient_W = [[[slope(row, k) for k in range(len(row))] for row in m] for m in W]
    return value, gradient_b, gradient_W


def assert_equal_to_rounding(computed, exact, tolerance=ROUNDING):
    """Compare to a part of the largest component; the differences are taken in mpmath."""
    exact = np.array(exact, dtype=object)
    difference = max(abs(mpf(float(c)) - e) for c, e in zip(computed.flat, exact.flat, strict=True))
    assert computed.shape == exact.shape
    assert difference <= tolerance * max(abs(e) for e in exact.flat), (computed, exact)


def assert_matches_mpmath(network, loss, x, y):
    result = delta.backpropagate(*network, loss, x, y)
    J, gradient_b, gradient_W = exact_gradients(*network, loss, x, y)
    assert_equal_to_rounding(np.array([result.J]), [J])
    for l in range(len(gradient_b)):
        assert_equal_to_rounding(result.delta[l], gradient_b[l])
        assert_equal_to_rounding(result.gradient_b[l], gradient_b[l])
        assert_equal_to_rounding(result.gradient_W[l], gradient_W[l])


def random_network(generator, sizes, activations, scale=1.0):
    pairs = list(itertools.pairwise(sizes))
    W = [generator.normal(size=(n, m)) * scale / np.sqrt(m) for m, n in pairs]
    b = [generator.normal(size=n) * scale for _, n in pairs]
    return W, b, activations


def random_labels(generator, loss, shape):
    if loss.startswith("cross_entropy"):
        return np.eye(shape[-1])[generator.integers(shape[-1], size=shape[:-1])]
    if loss == "hinge":
        return generator.choice([-1.0, 1.0], size=shape)
    if loss.startswith("log_loss"):
        return generator.choice([0.0, 1.0], size=shape)
    return generator.normal(size=shape)


def with_sums_of_the_last_layer(network, x, s):
    """Set b^L so that the last layer's weighted sums are `s` for the input `x`."""
    W, b, activations = network
    sums, _ = delta.forward(W, b, activations, x)
    return W, [*b[:-1], b[-1] + (s - sums[-1])], activations


# ---------------------------------------------------------------- against mpmath


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", [*ACTIVATIONS, "softmax"])
def test_every_output_with_every_loss_has_the_derivatives_of_mpmath(output, loss):
    generator = np.random.default_rng([ord(c) for c in output + loss])
    x = generator.normal(size=2)
    # Every output is a probability at these sums, as two of the losses need.
    network = random_network(generator, [2, 2, 2], ["tanh", output])
    network = with_sums_of_the_last_layer(network, x, np.array([0.25, 0.4]))
    y = random_labels(generator, loss, (2,))
    with mpmath.workdps(DIGITS):
        assert_matches_mpmath(network, loss, x, y)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_every_hidden_activation_has_the_derivatives_of_mpmath(hidden):
    generator = np.random.default_rng([ord(c) for c in hidden])
    network = random_network(generator, [2, 3, 2, 2], [hidden, hidden, "sigmoid"])
    with mpmath.workdps(DIGITS):
        assert_matches_mpmath(network, "log_loss", generator.normal(size=2), np.array([1.0, 0.0]))


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("s", [-300.0, -37.0, -20.0, 20.0, 37.0, 300.0])
@pytest.mark.parametrize(
    ("loss", "output"), [("log_loss", "sigmoid"), ("log_loss_from_logits", "identity")]
)
def test_log_loss_of_a_saturated_output_keeps_its_digits(loss, output, s, y):
    generator = np.random.default_rng(5)
    x = generator.normal(size=2)
    network = random_network(generator, [2, 2, 1], ["tanh", output])
    network = with_sums_of_the_last_layer(network, x, s)
    with mpmath.workdps(SATURATED_DIGITS):
        assert_matches_mpmath(network, loss, x, [y])


@pytest.mark.parametrize("true_class", [0, 1, 2])
@pytest.mark.parametrize("s", [20.0, 37.0, 300.0])
@pytest.mark.parametrize(
    ("loss", "output"), [("cross_entropy", "softmax"), ("cross_entropy_from_logits", "identity")]
)
def test_cross_entropy_of_a_saturated_softmax_keeps_its_digits(loss, output, s, true_class):
    generator = np.random.default_rng(6)
    x = generator.normal(size=2)
    network = random_network(generator, [2, 2, 3], ["tanh", output])
    network = with_sums_of_the_last_layer(network, x, np.array([s, -s / 8, 0.5]))
    with mpmath.workdps(SATURATED_DIGITS):
        assert_matches_mpmath(network, loss, x, np.eye(3)[true_class])


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "elu", "selu", "silu", "softplus"])
@pytest.mark.parametrize("s", [-300.0, -37.0, -20.0, 20.0, 37.0, 300.0])
def test_deltas_behind_a_saturated_hidden_layer_keep_their_digits(hidden, s):
    W = [[[1.0], [0.5]], [[0.25, -0.5]]]
    network = W, [[s - 1.0, s], [0.125]], [hidden, "sigmoid"]
    with mpmath.workdps(SATURATED_DIGITS):
        assert_matches_mpmath(network, "log_loss", [0.75], [1.0])


def test_soft_labels_of_the_losses_from_logits_have_the_derivatives_of_mpmath():
    s, y = np.array([0.3, -1.2, 2.0]), np.array([0.5, 0.3, 0.2])
    with mpmath.workdps(DIGITS):
        p, q = _softmax([mpf(v) for v in s]), [_sigmoid(mpf(v)) for v in s]
        for loss, exact in (("cross_entropy_from_logits", p), ("log_loss_from_logits", q)):
            expected = [e - mpf(v) for e, v in zip(exact, y, strict=True)]
            assert_equal_to_rounding(delta.LOSSES[loss].gradient(s, y), expected)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_slope_of_every_activation_keep_their_digits(name):
    generator = np.random.default_rng(7)
    near, far = generator.uniform(-6, 6, size=60), generator.uniform(-600, 600, size=15)
    s = np.concatenate([near, [-37.5, -25.0, -9.0, 9.0, 25.0, 37.5], far])
    values, slopes = delta.ACTIVATIONS[name].value(s), delta.ACTIVATIONS[name].slope(s)
    for point, value, slope in zip(s, values, slopes, strict=True):
        with mpmath.workdps(SATURATED_DIGITS):
            exact = TEXTBOOK[name](mpf(point))
            exact_slope = mpmath.diff(TEXTBOOK[name], mpf(point))
        # Near the roots of silu′ and gelu′ only the digits of their terms can be kept; far
        # out lie numbers that are too small for a float.
        slack = 1e-15 if abs(point) < 2 else 1e-300
        assert abs(mpf(float(value)) - exact) <= 1e-12 * abs(exact) + 1e-300
        assert abs(mpf(float(slope)) - exact_slope) <= 1e-12 * abs(exact_slope) + slack


# ---------------------------------------------------------------- random networks


# Analytic, with NumPy's complex functions; tanh′ and σ′ appear nowhere here.
COMPLEX = {
    "identity": lambda s: s,
    "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
    "tanh": np.tanh,
    "silu": lambda s: s / (1 + np.exp(-s)),
    "softplus": lambda s: np.log(1 + np.exp(s)),
    "softmax": lambda s: np.exp(s) / np.exp(s).sum(axis=-1, keepdims=True),
}
COMPLEX_LOSS = {
    "log_loss": lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=-1),
    "cross_entropy": lambda p, y: -(y * np.log(p)).sum(axis=-1),
    "quadratic": lambda a, y: 0.5 * ((a - y) ** 2).sum(axis=-1),
}
PAIRS = [
    ("log_loss", "sigmoid"),
    ("log_loss", "softmax"),
    ("cross_entropy", "softmax"),
    ("quadratic", "sigmoid"),
    ("quadratic", "softmax"),
    ("quadratic", "tanh"),
]


def complex_J(W, b, activations, loss, x, y):
    a = x
    for W_l, b_l, name in zip(W, b, activations, strict=True):
        a = COMPLEX[name](np.einsum("jk,...k->...j", W_l, a) + b_l)
    return np.mean(COMPLEX_LOSS[loss](a, y))


def assert_matches_the_complex_step(network, loss, x, y, generator):
    """Compare the slope of J along one random direction in each W^l and each b^l."""
    W, b, activations = network
    result = delta.backpropagate(W, b, activations, loss, x, y)
    for gradients, which in ((result.gradient_W, 0), (result.gradient_b, 1)):
        for i, gradient in enumerate(gradients):
            direction = generator.normal(size=gradient.shape)
            moved = [list(W), list(b)]
            moved[which][i] = moved[which][i] + 1e-200j * direction
            exact = complex_J(*moved, activations, loss, x, y).imag / 1e-200
            terms = gradient * direction
            assert abs(terms.sum() - exact) <= ROUNDING * np.abs(terms).sum()


@pytest.mark.parametrize("seed", range(60))
def test_random_networks_agree_with_the_complex_step(seed):
    generator = np.random.default_rng(seed)
    loss, output = PAIRS[seed % len(PAIRS)]
    sizes = [int(n) for n in generator.integers(1, 17, size=generator.integers(2, 7))]
    sizes[-1] += output == "softmax"  # of a single class it is 1, and ln(1 - 1) undefined
    hidden = [str(n) for n in generator.choice(list(COMPLEX)[:-1], size=len(sizes) - 2)]
    shape = [(), (1,), (5,)][seed % 3]
    x = generator.normal(size=(*shape, sizes[0]))
    y = random_labels(generator, loss, (*shape, sizes[-1]))
    network = random_network(generator, sizes, [*hidden, output])
    assert_matches_the_complex_step(network, loss, x, y, generator)


def planted(monkeypatch, name, spoil):
    right = getattr(delta, name)
    monkeypatch.setattr(delta, name, lambda *arguments: spoil(right(*arguments)))


@pytest.mark.parametrize(
    "formula", ["output_delta", "hidden_delta", "bias_gradient", "weight_gradient"]
)
def test_an_error_planted_in_a_formula_is_seen(monkeypatch, formula):
    planted(monkeypatch, formula, lambda array: array * (1 + 1e-9))
    generator = np.random.default_rng(1)
    network = random_network(generator, [3, 4, 2], ["tanh", "sigmoid"])
    x, y = generator.normal(size=3), np.array([0.0, 1.0])
    with pytest.raises(AssertionError):
        assert_matches_the_complex_step(network, "log_loss", x, y, generator)


# ---------------------------------------------------------------- printed cases


def test_nielsens_saturated_neuron():
    cases = [
        (0.6, 0.9, 0.817574476193643660, 0.121938332427542765),
        (2.0, 2.0, 0.982013790037908442, 0.0173450210708401232),
    ]
    for w, b, a, slope in cases:
        neuron = [[[w]]], [[b]], ["sigmoid"]
        quadratic = delta.backpropagate(*neuron, "quadratic", [1.0], [0.0])
        log_loss = delta.backpropagate(*neuron, "log_loss", [1.0], [0.0])
        assert quadratic.a[-1] == pytest.approx([a], rel=4e-16)
        assert quadratic.gradient_W[0][0, 0] == pytest.approx(slope, rel=1e-15)
        assert log_loss.gradient_W[0][0, 0] == pytest.approx(a, rel=4e-16)


def test_the_widely_taught_network_from_05_10_to_01_99():
    W = [np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])]
    b = [[0.35, 0.35], [0.60, 0.60]]
    result = delta.backpropagate(W, b, ["sigmoid"] * 2, "quadratic", [0.05, 0.10], [0.01, 0.99])
    assert pytest.approx(0.298371108760002689, rel=1e-15) == result.J
    assert result.delta[1] == pytest.approx(
        [0.138498561628556966, -0.0380982365165562165], rel=1e-14
    )
    assert result.delta[0] == pytest.approx(
        [0.00877135468948693454, 0.00995425470521720143], rel=1e-14
    )
    stepped = [W_l - 0.5 * g for W_l, g in zip(W, result.gradient_W, strict=True)]
    hidden = [[0.149780716133, 0.199561432266], [0.249751143632, 0.299502287265]]
    output = [[0.358916479718, 0.408666186076], [0.511301270239, 0.561370121108]]
    np.testing.assert_allclose(stepped, [hidden, output], rtol=0, atol=6e-13)


def test_a_network_of_two_sigmoid_outputs_to_every_printed_digit():
    W = [[[0.4, -0.4], [0.0, 0.3], [-0.4, -0.1]], [[-0.2, 0.1, 0.4], [0.5, -0.3, 0.0]]]
    b = [[0.2, -0.2, 0.1], [0.3, -0.1]]
    result = delta.backpropagate(W, b, ["sigmoid"] * 2, "log_loss", [0.5, -1.0], [1, 0])
    delta_2 = [0.0741658936437894569, -0.047001244852473875532, -0.040137020310069287897]
    delta_3 = [-0.40137020310069287897, 0.53288372526741014624]
    row_1 = [-0.27693519762448499193, -0.15153357491428305628, -0.20068510155034643949]
    row_2 = [0.36767617184273049569, 0.20118527802910521814, 0.26644186263370507312]
    pairs = [
        (result.J, 1.2742889771631384494),
        (result.a[2], [0.59862979689930712103, 0.53288372526741014624]),
        (result.delta[1], delta_3),
        (result.delta[0], delta_2),
        (result.gradient_b[1], delta_3),
        (result.gradient_W[1], [row_1, row_2]),
        (result.gradient_W[0], np.outer(delta_2, [0.5, -1.0])),
    ]
    for computed, expected in pairs:
        np.testing.assert_allclose(computed, expected, rtol=1e-15)


# ---------------------------------------------------------------- many examples


def batch(seed, output="sigmoid", loss="log_loss", examples=7):
    generator = np.random.default_rng(seed)
    network = random_network(generator, [3, 4, 2], ["tanh", output])
    x = generator.normal(size=(examples, 3))
    return network, loss, x, random_labels(generator, loss, (examples, 2))


@pytest.mark.parametrize(
    ("loss", "output"),
    [*PAIRS, ("hinge", "identity"), ("huber", "gelu"), ("cross_entropy_from_logits", "identity")],
)
def test_a_batch_is_the_mean_of_its_examples(loss, output):
    network, loss, x, y = batch(2, output, loss)
    together = delta.backpropagate(*network, loss, x, y)
    alone = [delta.backpropagate(*network, loss, *pair) for pair in zip(x, y, strict=True)]
    assert pytest.approx(np.mean([one.J for one in alone]), rel=1e-14) == together.J
    for l in range(2):
        np.testing.assert_allclose(together.delta[l], [one.delta[l] for one in alone], atol=1e-15)
        for name in ("gradient_b", "gradient_W"):
            mean = np.mean([getattr(one, name)[l] for one in alone], axis=0)
            np.testing.assert_allclose(getattr(together, name)[l], mean, atol=1e-15)


@given(st.permutations(range(7)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_examples_does_not_matter(order):
    network, loss, x, y = batch(3)
    one = delta.backpropagate(*network, loss, x, y)
    other = delta.backpropagate(*network, loss, x[order], y[order])
    for l in range(2):
        np.testing.assert_allclose(one.gradient_W[l], other.gradient_W[l], atol=1e-15)
        np.testing.assert_allclose(one.delta[l][order], other.delta[l], atol=1e-15)


def test_a_single_output_takes_labels_without_an_axis_of_outputs():
    network = [[[2.0]]], [[0.5]], ["sigmoid"]
    bare = delta.backpropagate(*network, "log_loss", [[1.0], [-1.0]], [0, 1])
    full = delta.backpropagate(*network, "log_loss", [[1.0], [-1.0]], [[0], [1]])
    assert bare.J == full.J
    assert bare.delta[0].shape == (2, 1)
    assert delta.backpropagate(*network, "log_loss", [1.0], 1).delta[0].shape == (1,)


def test_shapes_are_those_of_the_network():
    network, loss, x, y = batch(4)
    result = delta.backpropagate(*network, loss, x, y)
    assert [a.shape for a in result.a] == [(7, 3), (7, 4), (7, 2)]
    assert [s.shape for s in result.s] == [d.shape for d in result.delta] == [(7, 4), (7, 2)]
    assert [g.shape for g in result.gradient_b] == [(4,), (2,)]
    assert [g.shape for g in result.gradient_W] == [(4, 3), (2, 4)]


def test_arguments_are_left_as_they_were():
    (W, b, activations), loss, x, y = batch(5, "identity", "huber")
    before = [array.copy() for array in (*W, *b, x, y)]
    delta.backpropagate(W, b, activations, loss, x, y)
    for array, copy in zip((*W, *b, x, y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


# ---------------------------------------------------------------- conventions


@pytest.mark.parametrize(
    ("name", "slope"),
    [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0), ("selu", float(SELU[0]) * float(SELU[1]))],
)
def test_the_slope_at_a_kink_is_the_one_from_the_left(name, slope):
    assert delta.ACTIVATIONS[name].slope(np.array([0.0, -0.0])).tolist() == [slope, slope]


def test_hinge_has_slope_zero_at_its_kink():
    gradient = delta.LOSSES["hinge"].gradient(np.array([1.0, -1.0]), np.array([1.0, -1.0]))
    assert gradient.tolist() == [0.0, 0.0]


def test_huber_is_half_the_square_up_to_one_and_linear_beyond():
    a, y = np.array([[0.5], [1.0], [3.0], [-3.0]]), np.zeros((4, 1))
    assert delta.LOSSES["huber"].value(a, y).tolist() == [0.125, 0.5, 2.5, 2.5]
    assert delta.LOSSES["huber"].gradient(a, y).tolist() == [[0.5], [1.0], [1.0], [-1.0]]


def test_zero_times_the_logarithm_of_zero_is_zero():
    for loss in ("log_loss", "cross_entropy"):
        network = [[[1.0], [0.0]]], [[0.0, 1.0]], ["identity"]
        result = delta.backpropagate(*network, loss, [0.0], [0.0, 1.0])
        assert result.J == 0.0
        assert np.isfinite(result.delta[0]).all()


def test_a_loss_from_logits_takes_the_weighted_sums_whatever_the_output_activation():
    W, b, x, y = [[[1.5], [-0.5]]], [[0.25, 1.0]], [2.0], [0.0, 1.0]
    for loss, output in (("log_loss", "sigmoid"), ("cross_entropy", "softmax")):
        of_answer = delta.backpropagate(W, b, [output], loss, x, y)
        of_logits = delta.backpropagate(W, b, [output], f"{loss}_from_logits", x, y)
        of_identity = delta.backpropagate(W, b, ["identity"], f"{loss}_from_logits", x, y)
        assert of_answer.J == of_logits.J == of_identity.J
        np.testing.assert_array_equal(of_answer.delta[0], of_logits.delta[0])
        np.testing.assert_array_equal(of_answer.delta[0], of_identity.delta[0])


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(st.floats(-1e308, 1e308))
@settings(max_examples=50, deadline=None)
def test_no_weighted_sum_makes_an_activation_overflow(name, s):
    value, slope = (f(np.array([s])) for f in delta.ACTIVATIONS[name])
    # selu alone grows faster than its argument, by 5 %.
    assert np.isfinite(value).all() or (name == "selu" and s > 1.7e308)
    assert -0.2 < slope[0] < 1.8


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_softmax_is_a_distribution_and_the_deltas_of_cross_entropy_add_up_to_zero(logits):
    s, y = np.array(logits), np.eye(len(logits))[0]
    p = delta.ACTIVATIONS["softmax"].value(s)
    gradient = delta.LOSSES["cross_entropy_from_logits"].gradient(s, y)
    assert p.sum() == pytest.approx(1, abs=1e-15 * len(s))
    assert abs(gradient.sum()) <= 1e-15 * len(s)
    assert delta.LOSSES["cross_entropy_from_logits"].value(s, y) >= 0


@given(st.floats(-700, 700))
def test_the_two_deltas_of_log_loss_are_apart_by_one_and_mirror_each_other(s):
    gradient = delta.LOSSES["log_loss_from_logits"].gradient
    zero, one = gradient(np.array([s]), np.array([0.0])), gradient(np.array([s]), np.array([1.0]))
    assert zero[0] - one[0] == pytest.approx(1, abs=4e-16)
    assert gradient(np.array([-s]), np.array([1.0]))[0] == -zero[0]
    assert zero[0] > 0 > one[0]


# ---------------------------------------------------------------- refusals

FINE = {
    "W": [[[1.0, 2.0]] * 3, [[1.0, 2.0, 3.0]]],
    "b": [[0.0, 0.0, 0.0], [0.0]],
    "activations": ["tanh", "sigmoid"],
    "loss": "log_loss",
    "x": [0.1, 0.2],
    "y": [1.0],
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": [0.1]}, "layer 2: W has 2 columns, but the input x has size 1"),
        ({"x": [[0.1] * 3] * 2}, "layer 2: W has 2 columns, but the input x has size 3"),
        (
            {"W": [[[1.0, 2.0]] * 3, [[1.0, 2.0]]]},
            "layer 3: W has 2 columns, but layer 2 has size 3",
        ),
        ({"b": [[0.0] * 3, [0.0] * 2]}, "layer 3: W has 1 rows, but b has length 2"),
        ({"b": [[0.0] * 3]}, "one entry for each layer 2 … L, got 2, 1 and 2"),
        ({"W": [], "b": [], "activations": []}, "got 0, 0 and 0"),
        ({"W": [[[1.0, 2.0], [1.0]], [[1.0]]]}, "layer 2: W is not a regular array"),
        ({"b": [[0.0] * 3, 0.0]}, r"layer 3: b needs 1 dimensions, .* shape is \(\)"),
        ({"x": [[[0.1, 0.2]]]}, r"x needs 1 or 2 dimensions, .* \(1, 1, 2\)"),
        ({"x": np.zeros((0, 2))}, r"x needs .* none empty; its shape is \(0, 2\)"),
        ({"x": [0.1, np.nan]}, "x holds a number that is not finite"),
        ({"W": [[[1.0, np.inf]] * 3, [[1.0] * 3]]}, "layer 2: W holds a number that is not"),
        ({"x": [0.1j, 0.2]}, "x holds complex128, not numbers"),
        ({"x": ["0.1", "0.2"]}, "x holds <U3, not numbers"),
        ({"x": [object(), 0.2]}, "x is not a regular array of numbers"),
        ({"y": [1.0, 0.0]}, r"y has shape \(2,\), but the answer .* has shape \(1,\)"),
        ({"x": [[0.1, 0.2]] * 2}, r"y has shape \(1,\), but the answer .* has shape \(2, 1\)"),
        ({"activations": ["sigmoyd", "sigmoid"]}, "of layer 2: 'sigmoyd'; known are: identity, "),
        ({"activations": ["softmax", "sigmoid"]}, "layer 2: softmax is for the output layer"),
        ({"loss": "logloss"}, r"unknown loss 'logloss'; known are: log_loss, .* huber"),
        ({"y": [2.0]}, r"log_loss takes labels y that are numbers from 0 to 1, got \[2.0\]"),
        ({"y": [-0.1]}, r"numbers from 0 to 1, got \[-0.1\]"),
        ({"loss": "log_loss_from_logits", "y": [-1.0]}, r"from 0 to 1, got \[-1.0\]"),
        ({"loss": "hinge", "y": [0.0]}, r"hinge takes labels y that are −1 or 1, got \[0.0\]"),
        ({"loss": "cross_entropy", "y": [0.5]}, r"that add up to 1 \(one-hot\), got \[0.5\]"),
        ({"loss": "quadratic", "y": [np.nan]}, "y holds a number that is not finite"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_facts(changes, message):
    with pytest.raises(ValueError, match=message):
        delta.backpropagate(**{**FINE, **changes})


def test_the_first_example_with_a_wrong_label_is_shown():
    W, b = [[[1.0], [2.0]]], [[0.0, 0.0]]
    y = [[1.0, 0.0], [3.0, 0.0], [4.0, 0.0]]
    with pytest.raises(ValueError, match=r"got \[3.0, 0.0\]"):
        delta.backpropagate(W, b, ["sigmoid"], "log_loss", [[1.0]] * 3, y)


@pytest.mark.parametrize("loss", ["log_loss", "cross_entropy"])
def test_the_loss_of_what_is_no_probability_is_refused(loss):
    with pytest.raises(ValueError, match=r"probabilities from 0 to 1, but .* gave 1\.5"):
        delta.backpropagate([[[1.0]]], [[0.5]], ["identity"], loss, [1.0], [1.0])


@pytest.mark.parametrize(("loss", "y"), [("log_loss", [1.0, 1.0]), ("cross_entropy", [1.0, 0.0])])
def test_a_probability_that_is_exactly_wrong_is_refused(loss, y):
    network = [[[1.0], [0.0]]], [[0.0, 1.0]], ["relu"]
    with pytest.raises(ValueError, match="exactly wrong"):
        delta.backpropagate(*network, loss, [-1.0], y)


# ---------------------------------------------------------------- independence


def test_the_tables_hold_what_the_tests_run_through():
    assert list(delta.ACTIVATIONS) == [*ACTIVATIONS, "softmax"]
    assert list(delta.LOSSES) == LOSSES


def test_nothing_of_the_package_is_imported():
    program = (
        "import sys, autograd_mini\n"
        "before = {name for name in sys.modules if name.startswith('autograd_mini')}\n"
        "import autograd_mini.delta\n"
        "print({name for name in sys.modules if name.startswith('autograd_mini')} - before)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "{'autograd_mini.delta'}"
    assert "import autograd_mini" not in inspect.getsource(delta)
