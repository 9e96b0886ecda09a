"""Branches not taken, and what is chosen at kinks and edges."""

import math

import numpy as np
import pytest
from cases import named

from autograd_mini import functions
from autograd_mini.derivatives import grad
from autograd_mini.errors import DomainError, NonFiniteGradientError
from autograd_mini.functions import (
    exp,
    log,
    maximum,
    minimum,
    power,
    sigmoid,
    softplus,
    sqrt,
    where,
)
from autograd_mini.value import Value

CONSTANT_2 = Value(2.0, kind="constant")


# Untaken branches


def test_where_gives_the_chosen_operand_itself():
    a, b = Value(1.0), Value(2.0)
    assert where(a < b, a, b) is a
    assert where(False, a, 5.0) == 5.0
    assert where(np.bool_(True), a, b) is a


def test_where_sends_nothing_into_the_branch_not_taken():
    x = Value(1.0)
    y = where(x >= 0, x, sqrt(abs(x - 1)))  # the slope of the root is infinite at 1
    y.backward()
    assert (y.data, x.grad) == (1.0, 1.0)


def test_lazy_where_computes_the_branch_taken_alone():
    x = Value(1.0)
    y = where(x >= 0, lambda: x * 3, lambda: sqrt(-x))  # sqrt(-1) would raise
    y.backward()
    assert (y.data, x.grad) == (3.0, 3.0)
    assert where(x < 0, lambda: sqrt(-x), x) is x


def test_lazy_where_differentiates_to_any_order():
    f = grad(grad(lambda x: where(x >= 0, lambda: x**3, lambda: sqrt(-x))))
    assert f(2.0) == 12.0
    assert f(-4.0) == pytest.approx(-1 / 32, rel=1e-15)


@pytest.mark.parametrize("condition", [Value(1.0), "yes", None, [True]], ids=repr)
def test_where_refuses_a_condition_that_is_no_bool(condition):
    with pytest.raises(TypeError, match=r"a Value has no truth|condition must be a bool or a comp"):
        where(condition, 1.0, 2.0)


# Kinks and edges: a value with its first, and its second and third derivative by the first operand


def clamped(x):
    return functions.clamp(x, 0.0, 1.0)


def derivatives_at(f, *point):
    leaves = [Value(x) for x in point]
    y = f(*leaves)
    y.backward()
    slopes = tuple(leaf.grad for leaf in leaves)
    return y.data, slopes, grad(grad(f))(*point), grad(grad(grad(f)))(*point)


@pytest.mark.parametrize(
    ("f", "point", "result"),
    named({
        "relu at 0": (functions.relu, (0.0,), (0.0, (0.0,), 0.0, 0.0)),
        "abs at 0": (abs, (0.0,), (0.0, (0.0,), 0.0, 0.0)),
        "abs at -0": (abs, (-0.0,), (0.0, (0.0,), 0.0, 0.0)),
        "maximum at a tie": (maximum, (1.5, 1.5), (1.5, (0.5, 0.5), 0.0, 0.0)),
        "minimum at a tie": (minimum, (1.5, 1.5), (1.5, (0.5, 0.5), 0.0, 0.0)),
        "maximum of three": (maximum, (2.0, 0.0, 2.0), (2.0, (0.5, 0.0, 0.5), 0.0, 0.0)),
        "clamp at its lower bound": (clamped, (0.0,), (0.0, (1.0,), 0.0, 0.0)),
        "clamp at its upper bound": (clamped, (1.0,), (1.0, (1.0,), 0.0, 0.0)),
        "clamp beyond": (clamped, (1.5,), (1.0, (0.0,), 0.0, 0.0)),
        "x ** 0 at 0": (lambda x: x**0, (0.0,), (1.0, (0.0,), 0.0, 0.0)),
        "x ** 0.0 at 0": (lambda x: x**0.0, (0.0,), (1.0, (0.0,), 0.0, 0.0)),
        "x ** 0 at -3": (lambda x: x**0, (-3.0,), (1.0, (0.0,), 0.0, 0.0)),
        "x ** 1 at 0": (lambda x: x**1, (0.0,), (0.0, (1.0,), 0.0, 0.0)),
        "x ** 2 at 0": (lambda x: x**2, (0.0,), (0.0, (0.0,), 2.0, 0.0)),
        "x ** 3 at 0": (lambda x: x**3, (0.0,), (0.0, (0.0,), 0.0, 6.0)),
        "x ** 2.0 at 0": (lambda x: x**2.0, (0.0,), (0.0, (0.0,), 2.0, 0.0)),
        "x ** constant at 0": (lambda x: x**CONSTANT_2, (0.0,), (0.0, (0.0,), 2.0, 0.0)),
        "power at (0, 2)": (power, (0.0, 2.0), (0.0, (0.0, 0.0), 2.0, 0.0)),
        "power at (0, 0)": (power, (0.0, 0.0), (1.0, (0.0, 0.0), 0.0, 0.0)),
        "x ** 3 at -2": (lambda x: x**3, (-2.0,), (-8.0, (12.0,), -12.0, 6.0)),
        "sigmoid at -1000": (sigmoid, (-1000.0,), (0.0, (0.0,), 0.0, 0.0)),
        "softplus at 1000": (softplus, (1000.0,), (1000.0, (1.0,), 0.0, 0.0)),
        "softplus at -1000": (softplus, (-1000.0,), (0.0, (0.0,), 0.0, 0.0)),
    }),
)  # fmt: skip
def test_conventions_hold_to_the_third_order(f, point, result):
    assert derivatives_at(f, *point) == result


@pytest.mark.parametrize(
    ("f", "point", "slopes"),
    named({
        "norm at the origin": (lambda x, y: functions.norm([x, y]), (0.0, 0.0), (0.0, 0.0)),
        "norm of one at 0": (lambda x: functions.norm([x]), (0.0,), (0.0,)),
        "hypot at the origin": (functions.hypot, (0.0, 0.0), (0.0, 0.0)),
        "atan2 at the origin": (functions.atan2, (0.0, 0.0), (0.0, 0.0)),
        "step at its jump": (functions.step, (0.0,), (0.0,)),
        "floor at a jump": (functions.floor, (2.0,), (0.0,)),
        "round at a half": (functions.round, (2.5,), (0.0,)),
        "leaky relu at 0": (functions.leaky_relu, (0.0,), (0.01,)),
        "log loss at s = 1000": (lambda s: softplus(s) - 0 * s, (1000.0,), (1.0,)),
        "log loss at s = -1000": (lambda s: softplus(s) - s, (-1000.0,), (-1.0,)),
    }),
)  # fmt: skip
def test_slopes_at_kinks_and_far_out(f, point, slopes):
    leaves = [Value(x) for x in point]
    f(*leaves).backward()
    assert tuple(leaf.grad for leaf in leaves) == slopes


@pytest.mark.parametrize(
    ("f", "x"),
    named({
        "x ** -1 at 0": (lambda x: x**-1, 0.0), "1 / x at 0": (lambda x: 1 / x, 0.0),
        "x ** 0.5 at -2": (lambda x: x**0.5, -2.0), "log at 0": (log, 0.0),
        "log at -1": (log, -1.0), "reciprocal at 0": (functions.reciprocal, 0.0),
    }),
)  # fmt: skip
def test_outside_its_domain_no_operation_answers(f, x):
    with pytest.raises(DomainError):
        f(Value(x))


@pytest.mark.parametrize("f", [sqrt, functions.cbrt, lambda x: x**0.5], ids=["2", "3", "0.5"])
def test_a_root_of_0_is_0_and_its_slope_is_not_delivered(f):
    x = Value(0.0)
    y = f(x)
    assert y.data == 0.0
    with pytest.raises(NonFiniteGradientError):
        y.backward()
    assert x.grad is None


def test_a_sigmoid_written_out_raises_where_the_row_is_stable():
    x = Value(-1000.0)
    written = 1 / (1 + exp(-x))
    assert written.data == 0.0
    with pytest.raises(NonFiniteGradientError, match="exp"):
        written.backward()
    sigmoid(x).backward()
    assert x.grad == 0.0


def test_the_root_of_a_square_at_0_raises_where_norm_and_abs_have_slope_0():
    x = Value(0.0)
    with pytest.raises(NonFiniteGradientError, match=r"sqrt.* adjoint 1.0 is inf"):
        sqrt(x * x).backward()
    (functions.norm([x, 0.0]) + abs(x)).backward()
    assert x.grad == 0.0


@pytest.mark.parametrize(
    ("base", "exponent", "slopes"),
    [(2.0, 3.0, (12.0, 8 * math.log(2))), (0.5, -1.0, (-4.0, 2 * math.log(0.5))),
     (4.0, 0.5, (0.25, 2 * math.log(4)))],
)  # fmt: skip
def test_all_three_forms_of_a_power_have_their_slopes(base, exponent, slopes):
    a, b = Value(base), Value(exponent)
    (a**b).backward()
    assert (a.grad, b.grad) == pytest.approx(slopes, rel=1e-15)
    for power_, leaf, slope in ((base**b, b, slopes[1]), (a**exponent, a, slopes[0])):
        leaf.grad = None
        power_.backward()
        assert leaf.grad == pytest.approx(slope, rel=1e-15)


def test_relu_of_what_is_not_a_number_does_not_arise():
    with pytest.raises(ValueError, match="nan, which is not a number"):
        functions.relu(float("nan"))


@pytest.mark.parametrize("k", [1, 3, 7, 49, 362, 999])
def test_division_is_true_division_to_the_bit(k):
    x = Value(float(k))
    y = x / 7
    y.backward()
    assert (y.data, x.grad) == (k / 7, 1 / 7)
    assert (7 / x).data == 7 / k


def test_an_exponent_that_is_a_plain_number_has_no_branch():
    x = Value(-2.0)
    y = x**3
    assert y.local_derivatives == (12.0, None)
    y.backward()
    assert x.grad == 12.0
