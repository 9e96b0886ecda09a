"""Plain functions of plain numbers: what counts as one, and what the standard library lacks."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import numerics
from autograd_mini.numerics import Interval, is_number, number

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("given_number", "kept"),
    [(2, 2), (True, 1), (2.5, 2.5), (Fraction(1, 3), Fraction(1, 3)), (np.float32(0.5), 0.5),
     (np.int64(7), 7.0), (np.float64(0.1), 0.1), (np.bool_(True), 1.0)],
)  # fmt: skip
def test_real_numbers_are_kept(given_number, kept):
    assert number(given_number) == kept
    assert type(number(given_number)) in (int, float, Fraction)
    assert is_number(given_number)


@pytest.mark.parametrize("given_thing", ["2", None, 1j, [1.0], np.array([1.0]), object()])
def test_what_is_no_real_number_raises_and_is_named(given_thing):
    with pytest.raises(
        TypeError, match=f"weight must be a real number .*not {type(given_thing).__name__}"
    ):
        number(given_thing, "weight")


def test_nan_and_numbers_beyond_the_floats_are_refused():
    with pytest.raises(ValueError, match="data is nan"):
        number(math.nan, "data")
    with pytest.raises(ValueError, match="data is too large for a float"):
        number(10**400, "data")


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [("(0, inf]", [1e-300, math.inf], [0.0, -1.0]), ("[-1, 1)", [-1.0, 0.0], [1.0, -1.1]),
     ("(-inf, inf)", [0.0, 1e308], [math.inf, -math.inf])],
)  # fmt: skip
def test_an_interval_holds_what_it_says(text, inside, outside):
    interval = Interval(text)
    assert all(x in interval for x in inside)
    assert not any(x in interval for x in outside)
    assert repr(interval) == text


def ulps(computed, exact):
    return abs(mpmath.mpf(computed) - exact) / mpmath.mpf(math.ulp(float(exact)))


@settings(max_examples=40)
@given(st.floats(-700, 700))
def test_sigmoid_and_softplus_are_within_some_ulp_of_mpmath(x):
    with mpmath.workdps(330):  # 1 + e^-700 needs them
        assert ulps(numerics.sigmoid(x), 1 / (1 + mpmath.exp(-x))) <= 3
        assert ulps(numerics.softplus(x), mpmath.log(1 + mpmath.exp(x))) <= 3


@given(FINITE)
def test_nothing_overflows_that_has_a_finite_value(x):
    assert 0.0 <= numerics.sigmoid(x) <= 1.0
    assert 0.0 <= numerics.sech(x) <= 1.0
    assert numerics.softplus(x) >= max(x, 0.0)


@pytest.mark.parametrize("order", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("x", [0.05, 0.5, 1.0, 3.7, 25.0, 1e6, -0.5, -3.25, -20.125])
def test_polygamma_agrees_with_mpmath(order, x):
    exact = mpmath.polygamma(order, mpmath.mpf(x))
    assert numerics.polygamma(order, x) == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize("x", [0.0, -1.0, -7.0, -math.inf])
def test_polygamma_has_poles(x):
    with pytest.raises(ValueError):
        numerics.polygamma(1, x)


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("x", [0.0, 1e-9, 1e-3, 0.2, 0.9, 1.0, 1.5, 4.0, -2.3, 31.75])
def test_the_derivatives_of_sinc_agree_with_its_integral(order, x):
    with mpmath.workdps(40):
        exact = mpmath.pi**order * mpmath.quad(
            lambda t: t**order * mpmath.cos(mpmath.pi * x * t + order * mpmath.pi / 2),
            mpmath.linspace(0, 1, 40),
        )
    assert numerics.sinc_derivative(order, x) == pytest.approx(float(exact), rel=1e-12, abs=1e-14)


def test_sinc_is_zero_at_whole_numbers_and_keeps_its_digits_far_out():
    assert numerics.sinc_derivative(0, 5.0) == 0.0
    x = 1e6 + 0.25
    exact = mpmath.sin(mpmath.pi / 4) / (mpmath.pi * mpmath.mpf(x))
    assert numerics.sinc_derivative(0, x) == pytest.approx(float(exact), rel=1e-15)


@pytest.mark.parametrize(
    ("x", "y", "power"),
    [(-1e200, 3, -math.inf), (1e200, 2, math.inf), (-2.0, 3, -8.0), (0.0, 0.0, 1.0),
     (Fraction(-2, 3), -3, Fraction(-27, 8))],
)  # fmt: skip
def test_power_minds_its_sign_and_stays_exact(x, y, power):
    assert numerics.power(x, y) == power
    assert type(numerics.power(x, y)) is type(power)


def test_a_ratio_for_rules_is_infinite_over_zero_and_zero_where_both_are():
    assert numerics.ratio(1.0, 0.0) == math.inf
    assert numerics.ratio(-1.0, 0.0) == numerics.ratio(1.0, -0.0) == -math.inf
    assert numerics.ratio(0.0, 0.0) == 0
    assert numerics.ratio(1, 3) == Fraction(1, 3)


def test_sinh_is_infinite_on_the_right_side():
    assert (numerics.sinh(1000.0), numerics.sinh(-1000.0)) == (math.inf, -math.inf)


@pytest.mark.parametrize("x", [1 + 1e-8, 1 - 1e-10, 2 - 1e-12, 2 + 1e-9, 1.05, 1.9, 0.55, 2.45])
def test_the_logarithm_of_gamma_keeps_its_digits_beside_its_zeros(x):
    exact = mpmath.loggamma(mpmath.mpf(x))
    assert numerics.lgamma(x) == pytest.approx(float(exact), rel=2e-15)


def test_the_logarithm_of_gamma_is_zero_at_one_and_two():
    assert numerics.lgamma(1.0) == numerics.lgamma(2.0) == 0.0
