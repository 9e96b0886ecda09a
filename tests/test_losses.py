"""Witnesses: mpmath at 40 digits and more, and the gradients of `delta`, in NumPy."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from autograd_mini import delta
from autograd_mini.derivatives import grad, hessian
from autograd_mini.errors import UnknownNameError
from autograd_mini.functions import sigmoid, softmax
from autograd_mini.graph import leaves, topological_order
from autograd_mini.losses import (
    LOSSES,
    Loss,
    cross_entropy,
    cross_entropy_from_logits,
    hinge,
    huber,
    l1,
    l2,
    log_loss,
    log_loss_from_logits,
    one_hot,
    quadratic,
    resolve,
)
from autograd_mini.neurons import MLP
from autograd_mini.operators import Operators
from autograd_mini.value import Value

DIGITS = 40
SATURATED_DIGITS = 800  # e^-700 is 1e-304, and 1 - σ(700) needs as many digits again
FAR = [-700.0, -37.0, -20.0, 20.0, 37.0, 700.0]


def _huber(a, y):
    d = abs(a - y)
    return d**2 / 2 if d <= 1 else d - mpf(1) / 2


def _log_loss(p, y):
    terms = [(t, q) for t, q in zip(y, p, strict=True)]
    terms += [(1 - t, 1 - q) for t, q in zip(y, p, strict=True)]
    return -mpmath.fsum(weight * mpmath.log(q) for weight, q in terms if weight)


def _cross_entropy(p, y):
    return -mpmath.fsum(t * mpmath.log(q) for t, q in zip(y, p, strict=True) if t)


def _sigmoid(s):
    return 1 / (1 + mpmath.exp(-s))


def _softmax(s):
    total = mpmath.fsum(map(mpmath.exp, s))
    return [mpmath.exp(v) / total for v in s]


# The textbook forms; digits, not care, make them accurate.
TEXTBOOK = {
    "log_loss": _log_loss,
    "log_loss_from_logits": lambda s, y: _log_loss(list(map(_sigmoid, s)), y),
    "cross_entropy": _cross_entropy,
    "cross_entropy_from_logits": lambda s, y: _cross_entropy(_softmax(s), y),
    "quadratic": lambda a, y: mpmath.fsum((p - t) ** 2 for p, t in zip(a, y, strict=True)) / 2,
    "hinge": lambda a, y: mpmath.fsum(max(1 - t * p, 0) for p, t in zip(a, y, strict=True)),
    "huber": lambda a, y: mpmath.fsum(_huber(p, t) for p, t in zip(a, y, strict=True)),
}


def exact_value_and_slopes(loss, a, y, digits=DIGITS):
    with mpmath.workdps(digits):
        a, y = [mpf(v) for v in a], [mpf(v) for v in y]
        slopes = []
        for j in range(len(a)):
            moved = lambda v, j=j: TEXTBOOK[loss]([*a[:j], v, *a[j + 1 :]], y)  # noqa: E731
            slopes.append(mpmath.diff(moved, a[j]))
        return TEXTBOOK[loss](a, y), slopes


def value_and_slopes(loss, a, y):
    values = [Value(v) for v in a]
    J = LOSSES[loss].function(values, y)
    J.backward()
    return J.data, [v.grad if v.grad is not None else 0.0 for v in values]


def labels_for(loss, generator, outputs):
    if LOSSES[loss].labels.startswith("−1"):
        return [float(v) for v in generator.choice([-1, 1], size=outputs)]
    if "add up" in LOSSES[loss].labels:
        return one_hot(int(generator.integers(outputs)), outputs)
    if "0 to 1" in LOSSES[loss].labels:
        return [float(v) for v in generator.choice([0.0, 1.0, 0.25], size=outputs)]
    return [float(v) for v in generator.normal(size=outputs)]


def answer_for(loss, generator, outputs):
    if loss == "log_loss":
        return [float(v) for v in generator.uniform(0.01, 0.99, size=outputs)]
    if loss == "cross_entropy":
        return softmax(generator.normal(size=outputs))
    return [float(v) for v in 2 * generator.normal(size=outputs)]


# ---------------------------------------------------------------- values and slopes


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(8))
def test_value_and_slopes_of_every_loss_are_those_of_mpmath(loss, seed):
    generator = np.random.default_rng(seed)
    outputs = 1 + seed % 4
    a, y = answer_for(loss, generator, outputs), labels_for(loss, generator, outputs)
    value, slopes = value_and_slopes(loss, a, y)
    exact, exact_slopes = exact_value_and_slopes(loss, a, y)
    assert abs(value - exact) <= 1e-14 * max(1, exact)  # terms of size 1 are added
    for slope, exact_slope in zip(slopes, exact_slopes, strict=True):
        assert abs(slope - exact_slope) <= 1e-14 * max(abs(v) for v in exact_slopes) + 1e-18


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("s", FAR)
def test_log_loss_from_logits_keeps_all_digits_of_a_saturated_output(s, y):
    value, (slope,) = value_and_slopes("log_loss_from_logits", [s], [y])
    exact, (exact_slope,) = exact_value_and_slopes(
        "log_loss_from_logits", [s], [y], SATURATED_DIGITS
    )
    assert abs(value - exact) <= 4e-16 * exact
    assert abs(slope - exact_slope) <= 4e-16 * abs(exact_slope)


@pytest.mark.parametrize("true_class", [0, 1, 2])
@pytest.mark.parametrize("s", FAR)
def test_cross_entropy_from_logits_keeps_all_digits_of_a_saturated_output(s, true_class):
    sums = [s, 0.0, 0.5]
    value, slopes = value_and_slopes("cross_entropy_from_logits", sums, one_hot(true_class, 3))
    exact, exact_slopes = exact_value_and_slopes(
        "cross_entropy_from_logits", sums, one_hot(true_class, 3), SATURATED_DIGITS
    )
    assert abs(value - exact) <= 1e-15 * exact
    for slope, exact_slope in zip(slopes, exact_slopes, strict=True):
        assert abs(slope - exact_slope) <= 1e-15 * abs(exact_slope)


@pytest.mark.parametrize("loss", LOSSES)
def test_value_and_slopes_agree_with_the_delta_formulas(loss):
    generator = np.random.default_rng(3)
    for outputs in (1, 2, 5):
        a, y = answer_for(loss, generator, outputs), labels_for(loss, generator, outputs)
        value, slopes = value_and_slopes(loss, a, y)
        witness = delta.LOSSES[loss]
        assert value == pytest.approx(float(witness.value(np.array(a), np.array(y))), rel=1e-14)
        expected = witness.gradient(np.array(a), np.array(y))
        np.testing.assert_allclose(slopes, expected, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("s", [0.0, 0.3, -5.0, 37.0])
def test_the_second_derivative_of_log_loss_from_logits_is_the_slope_of_the_sigmoid(s):
    curvature = grad(grad(lambda v: log_loss_from_logits(v, 1)))(s)
    with mpmath.workdps(SATURATED_DIGITS):
        exact = _sigmoid(mpf(s)) * _sigmoid(-mpf(s))
        assert abs(curvature - exact) <= 4e-15 * exact


def test_the_hessian_of_cross_entropy_from_logits_is_that_of_softmax():
    s = [0.5, -1.0, 2.0]
    p = np.array(softmax(s))
    computed = hessian(lambda v: cross_entropy_from_logits(v, [0, 1, 0]))(s)
    np.testing.assert_allclose(computed, np.diag(p) - np.outer(p, p), atol=2e-16)


def test_quadratic_huber_and_hinge_have_slopes_by_hand():
    assert value_and_slopes("quadratic", [3.0, 0.0], [1.0, 0.5]) == (2.125, [2.0, -0.5])
    assert value_and_slopes("huber", [3.0, 0.25], [0.0, 0.0]) == (2.53125, [1.0, 0.25])
    assert value_and_slopes("hinge", [0.5, 2.0], [1.0, -1.0]) == (3.5, [-1.0, 1.0])


def test_at_the_kinks_huber_is_quadratic_and_hinge_flat():
    assert value_and_slopes("huber", [1.0, -1.0], [0.0, 0.0]) == (1.0, [1.0, -1.0])
    assert value_and_slopes("hinge", [1.0], [1.0]) == (0.0, [0.0])


def test_huber_clips_the_slope_and_not_the_distance():
    # Clipping the distance inside the square gave a slope of 0 in a well-known program.
    assert value_and_slopes("huber", [3.0], [0.0]) == (2.5, [1.0])


def test_a_large_distance_does_not_overflow_in_the_huber_loss():
    assert value_and_slopes("huber", [1e200], [0.0]) == (1e200, [1.0])


def test_zero_times_the_logarithm_of_zero_is_zero():
    assert log_loss([0.0, 1.0], [0, 1]) == 0.0
    assert cross_entropy([0.0, 1.0], [0, 1]) == 0.0
    a = [Value(0.0), Value(1.0)]
    J = log_loss(a, [0, 1])
    J.backward()
    assert (J.data, [v.grad for v in a]) == (0.0, [1.0, -1.0])


def test_the_cross_entropy_of_a_single_output_is_zero_and_can_be_differentiated():
    s = Value(3.0)
    J = cross_entropy_from_logits([s], [1])
    J.backward()
    assert (J.data, s.grad) == (0.0, 0.0)


def test_a_label_that_is_a_value_has_a_gradient():
    slope = grad(lambda y: log_loss(0.25, y))(0.0)
    assert slope == pytest.approx(-math.log(0.25) + math.log(0.75), rel=1e-15)
    assert grad(lambda y: log_loss_from_logits(2.0, y))(0.0) == pytest.approx(-2.0, rel=1e-15)


@settings(deadline=None)
@given(st.lists(st.floats(-30, 30), min_size=1, max_size=5), st.integers(0, 4))
def test_both_forms_of_a_loss_are_one_function(s, index):
    y = one_hot(index % len(s), len(s))
    p = softmax(s)
    assert cross_entropy(p, y) == pytest.approx(cross_entropy_from_logits(s, y), abs=1e-14)
    q = [sigmoid(v) for v in s]  # rounded to 1 ± 1e-16, so that ln(1 - q) is off by e^30 of that
    if max(abs(v) for v in s) < 10:
        assert log_loss(q, y) == pytest.approx(log_loss_from_logits(s, y), rel=1e-10)


@settings(deadline=None)
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5), st.integers(0, 4))
def test_no_weighted_sum_makes_a_loss_from_logits_fail(s, index):
    y = one_hot(index % len(s), len(s))
    for loss in (log_loss_from_logits, cross_entropy_from_logits):
        values = [Value(v) for v in s]
        J = loss(values, y)
        J.backward()
        assert J.data >= 0
        assert all(v.grad is None or abs(v.grad) <= 1 for v in values)


@given(st.floats(-700, 700))
def test_the_slopes_of_log_loss_mirror_each_other_and_are_one_apart(s):
    slope = grad(log_loss_from_logits)
    assert slope(s, 0) == -slope(-s, 1)
    assert slope(s, 0) - slope(s, 1) == pytest.approx(1, abs=4e-16)


# ---------------------------------------------------------------- what losses take


@pytest.mark.parametrize("loss", [log_loss, quadratic, huber])
def test_numbers_sequences_and_arrays_are_taken_alike(loss):
    plain = loss(0.25, 1)
    assert isinstance(plain, float)
    assert (
        loss([0.25], [1]) == loss(np.array([0.25]), (1,)) == loss(np.float64(0.25), True) == plain
    )
    assert loss(Value(0.25), 1).data == loss(np.array([Value(0.25)]), np.array([1])).data == plain


def test_several_outputs_are_summed():
    assert log_loss([0.5, 0.5], [0, 1]) == 2 * math.log(2)


def test_a_loss_is_recorded_in_a_scope_of_its_name():
    J = log_loss_from_logits([Value(1.0), Value(2.0)], [0, 1])
    nodes = [node for node in topological_order(J) if node.operands]
    assert {node.scope.name for node in nodes} == {"loss"}
    assert len({node.scope for node in nodes}) == 1


def test_a_term_of_weight_zero_is_not_recorded():
    s = [Value(1.0), Value(2.0), Value(3.0)]
    J = log_loss_from_logits(s, [0, 1, 0])
    assert [n.operation.name for n in topological_order(J) if n.operands].count("softplus") == 3
    assert leaves(J) == s


class Symbol(Operators):
    """What a compiler gives in place of numbers: it writes down what is done with it."""

    def __init__(self, text):
        self.text = text

    def __autograd_operation__(self, row, operands):
        parts = [
            operand.text if isinstance(operand, Symbol) else str(operand) for operand in operands
        ]
        return Symbol(f"{row.name}({', '.join(parts)})")


def test_losses_of_a_compilers_symbols_are_the_plain_formulas():
    s, y = Symbol("s"), Symbol("y")
    assert log_loss_from_logits(s, y).text == (
        "add(multiply(subtract(1, y), softplus(s)), multiply(y, softplus(negative(s))))"
    )
    assert quadratic(s, y).text == "divide(square(subtract(s, y)), 2)"
    # 0·ln 0 is 0 there too.
    assert cross_entropy([s], [y]).text == (
        "negative(multiply(y, log(where(not_equal(y, 0), s, 1.0))))"
    )


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("loss", "a", "y", "message"),
    [
        (log_loss, [0.5, 0.5], [1], "log_loss takes one label y for each output: 1 came for 2"),
        (hinge, [0.5], [1, 1, -1], "hinge takes one label y for each output: 3 came for 1"),
        (quadratic, [], [], "quadratic takes one output or more, none came"),
        (log_loss, 0.5, 2, r"log_loss takes labels y that are numbers from 0 to 1, got \[2\]"),
        (log_loss, 0.5, Value(-1.0), r"numbers from 0 to 1, got \[-1.0\]"),
        (log_loss_from_logits, 0.5, -0.1, r"from 0 to 1, got \[-0.1\]"),
        (cross_entropy, [0.5, 0.5], [1, 1], r"that add up to 1 \(one-hot\), got \[1, 1\]"),
        (cross_entropy_from_logits, [0.5, 0.5], [2, -1], r"\(one-hot\), got \[2, -1\]"),
        (hinge, 0.5, 0, r"hinge takes labels y that are −1 or 1, got \[0\]"),
        (
            quadratic,
            0.5,
            math.inf,
            r"quadratic takes labels y that are finite numbers, got \[inf\]",
        ),
        (huber, 0.5, math.nan, "a label is nan"),
        (log_loss, 1.5, 1, "log_loss takes probabilities from 0 to 1, but an output is 1.5"),
        (log_loss, Value(-0.5), 1, "from 0 to 1, but an output is -0.5: use sigmoid or softmax"),
        (cross_entropy, [1.5, 0.5], [1, 0], "cross_entropy takes probabilities from 0 to 1"),
    ],
)
def test_what_a_loss_does_not_take_is_refused_with_the_facts(loss, a, y, message):
    with pytest.raises(ValueError, match=message):
        loss(a, y)


@pytest.mark.parametrize(
    ("loss", "a", "y"),
    [
        (log_loss, 0.0, 1),
        (log_loss, Value(1.0), 0),
        (log_loss, [0.5, 1.0], [1, 0.5]),
        (cross_entropy, [Value(0.0), Value(1.0)], [1, 0]),
    ],
)
def test_a_probability_that_is_exactly_wrong_is_refused(loss, a, y):
    with pytest.raises(ValueError, match=rf"{loss.__name__} is infinite.*{loss.__name__}_from_l"):
        loss(a, y)


@pytest.mark.parametrize("foreign", ["0.5", None, 1j])
def test_what_is_no_number_is_refused(foreign):
    with pytest.raises(TypeError, match="an output must be a real number"):
        log_loss([foreign], [1])
    with pytest.raises(TypeError, match="a label must be a real number"):
        log_loss([0.5], [foreign])


# ---------------------------------------------------------------- regularisation and labels


def test_l1_and_l2_are_what_they_say():
    theta = [Value(-2.0), Value(0.0), Value(3.0)]
    l1(theta, 0.5).backward()
    assert [v.grad for v in theta] == [-0.5, 0.0, 0.5]
    for v in theta:
        v.grad = None
    l2(theta, 0.5).backward()
    assert [v.grad for v in theta] == [-1.0, 0.0, 1.5]
    assert l1(theta, 0.5).data == 2.5
    assert l2(theta, 0.5).data == 0.25 * 13


def test_l2_takes_a_network_or_a_layers_weights():
    net = MLP([2, 3, 1], seed=1)
    squares = sum(v.data**2 for v in net.parameters())
    assert l2(net, 2.0).data == pytest.approx(squares, rel=1e-15)
    layer = sum(w.data**2 for row in net.layers[0].W for w in row)
    assert l2(net.layers[0].W, 2.0).data == pytest.approx(layer, rel=1e-15)


@pytest.mark.parametrize("strength", [-0.1, math.inf])
@pytest.mark.parametrize("penalty", [l1, l2])
def test_a_strength_that_is_no_size_is_refused(penalty, strength):
    with pytest.raises(ValueError, match=f"at least 0, not {strength}"):
        penalty([1.0], strength)


def test_one_hot_has_a_one_in_its_place():
    assert one_hot(0, 3) == [1.0, 0.0, 0.0]
    assert one_hot(np.int64(2), 3) == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("index", [-1, 3])
def test_one_hot_refuses_a_class_that_there_is_not(index):
    with pytest.raises(ValueError, match=f"a class from 0 to 2, not {index}"):
        one_hot(index, 3)


def test_one_hot_refuses_a_class_that_is_no_whole_number():
    with pytest.raises(TypeError, match="float"):
        one_hot(1.0, 3)


def test_classes_are_coded_as_the_loss_takes_them():
    assert LOSSES["log_loss"].code(1, 3) == [0.0, 1.0, 0.0]
    assert LOSSES["log_loss"].code(0, 1) == [0.0]
    assert LOSSES["hinge"].code(1, 1) == [1.0]
    assert LOSSES["hinge"].code(0, 1) == [-1.0]
    for loss in LOSSES.values():
        loss([0.5, 0.5], loss.code(1, 2))  # every loss takes its own code


@pytest.mark.parametrize(
    ("loss", "output", "found"),
    [
        ("log_loss", "sigmoid", "log_loss_from_logits"),
        pytest.param(log_loss, "sigmoid", "log_loss_from_logits", id="function"),
        pytest.param(LOSSES["log_loss"], "sigmoid", "log_loss_from_logits", id="Loss"),
        ("log_loss", "softmax", "log_loss"),
        ("log_loss", None, "log_loss"),
        (cross_entropy, "softmax", "cross_entropy_from_logits"),
        ("cross_entropy", "sigmoid", "cross_entropy"),
        ("log_loss_from_logits", "identity", "log_loss_from_logits"),
        ("quadratic", "sigmoid", "quadratic"),
        ("hinge", math.tanh, "hinge"),
    ],
)
def test_the_stable_form_is_found_for_the_outputs_it_fits(loss, output, found):
    assert resolve(loss, output) is LOSSES[found]


def test_losses_from_logits_know_that_they_are():
    assert [loss.name for loss in LOSSES.values() if loss.from_logits] == [
        "log_loss_from_logits",
        "cross_entropy_from_logits",
    ]


def test_a_loss_of_ones_own_is_taken_as_it_is():
    def cubic(a, y):
        return sum(abs(p - t) ** 3 for p, t in zip(a, y, strict=True))

    own = resolve(cubic, "sigmoid")
    assert isinstance(own, Loss)
    assert (own.name, own.from_logits, own.code(1, 2)) == ("cubic", False, [0.0, 1.0])
    assert own([1.0], [3.0]) == 8.0


def test_an_unknown_loss_is_refused_with_the_known_ones():
    with pytest.raises(
        UnknownNameError, match=r"unknown loss 'logloss': known are log_loss, .*huber"
    ):
        resolve("logloss")
    with pytest.raises(TypeError, match="loss must be a name, a function or a Loss, not int"):
        resolve(3)


def test_the_losses_are_those_of_the_delta_formulas():
    assert set(LOSSES) == set(delta.LOSSES)
