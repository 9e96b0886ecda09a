"""What rounds does it over arrays to the bit as the table does, and sinc keeps its digits."""

import math
import random

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import numerics
from autograd_mini.compiler.targets import wholes

CHOICE = random.Random(0)


def _signed(size):
    return CHOICE.choice([-1, 1]) * size


def _of_all_sizes():
    return 10.0 ** CHOICE.uniform(-300, 300)


def same(found, expected):
    """Tell whether numbers are equal to the bit, the sign of 0 included."""
    return np.array(found).tobytes() == np.array(expected, dtype=float).tobytes()


def test_remainders_are_those_of_python_to_the_bit():
    pairs = [(5.0, math.inf), (-3.0, 2.0), (0.0, 1.0), (-0.0, 1.0), (1.5, 1.0), (2.5, -1.0)]
    for _ in range(4000):
        y = _signed(CHOICE.choice([CHOICE.uniform(0.01, 5), _of_all_sizes()]))
        x = CHOICE.choice([CHOICE.uniform(0, 50), abs(y) * CHOICE.randrange(50) / 2])
        pairs += [(_signed(x), y), (_signed(_of_all_sizes()), y)]
    x, y = np.array(pairs).T
    assert same(wholes.remainder(x, y), [math.remainder(*pair) for pair in pairs])


def test_rounding_goes_by_the_exact_value_as_in_python():
    pairs = [(2.675, 2), (0.125, 2), (-0.5, 0), (math.inf, 1), (1e22, 3), (15.0, -1), (1e-320, 4)]
    for digits in (0, 1, 2, 5, 15, 22, 23, 30, -1, -3):
        scale = 10.0 ** max(digits, 0)
        for _ in range(400):
            half = (2 * CHOICE.randrange(10**6) + 1) / 2 / scale
            beside = math.nextafter(half, _signed(math.inf))
            few = CHOICE.randrange(1 << 20) / 1024
            pairs += [(_signed(x), digits) for x in (half, beside, few, _of_all_sizes())]
    x, digits = np.array(pairs, dtype=float).T
    assert same(wholes.rounded(x, digits), [numerics.round(float(x), n) for x, n in pairs])


@pytest.mark.parametrize(("order", "roundings"), [(0, 0), (1, 1), (2, 2), (5, 5), (10, 300)])
def test_derivatives_of_sinc_are_those_of_the_table(order, roundings):
    """Those of high order multiply a rounding of sin, in both alike."""
    points = [_signed(10.0 ** CHOICE.uniform(-8, 1)) for _ in range(500)]
    points += [0.0, -0.0, 1.0, 0.5, -2.5, 1e6, 1e16, math.inf]
    found = wholes.sinc_derivative(order, np.array(points)).tolist()
    for x, value in zip(points, found, strict=True):
        expected = numerics.sinc_derivative(order, x)
        assert abs(value - expected) <= roundings * 2.3e-16 * abs(expected), x


def test_orders_may_differ_from_element_to_element():
    orders, x = np.array([0.0, 1.0, 2.0]), np.array([0.3, 0.3, 2.0])
    expected = [numerics.sinc_derivative(n, v) for n, v in zip(orders, x, strict=True)]
    assert wholes.sinc_derivative(orders, x) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: wholes.remainder(np.ones(2), np.array([1.0, 0.0])), "divisor"),
        (lambda: wholes.remainder(np.array([math.inf]), 2.0), "finite x"),
        (lambda: wholes.rounded(np.ones(2), 0.5), "digits"),
        (lambda: wholes.rounded(np.ones(2), 401), "at most 400"),
        (lambda: wholes.sinc_derivative(-1, np.ones(2)), "whole number from 0 to 50"),
    ],
)
def test_what_lies_outside_the_domain_is_left_to_the_engine(call, error):
    with pytest.raises(FloatingPointError, match=error):
        call()


def test_programs_round_whole_arrays():
    def f(x):
        return ag.sum(
            ag.sinc(v) + ag.remainder(v, 1.5) * v + ag.round(v * v, 2) * v - ag.round(3 * v)
            for v in x
        )

    x = [0.37 * k - 2.0 for k in range(12)]
    fast = ag.compile(f, target="numpy")
    value, gradient = fast.value_and_grad(x)
    assert "rows[" not in fast.source
    assert "eager engine: 0" in fast.report()
    expected, slopes = ag.value_and_grad(f)(x)
    assert value == pytest.approx(expected, rel=1e-14)
    assert gradient == pytest.approx(slopes, rel=1e-14)
    assert "np.rint(" in fast.source


def test_the_engine_says_what_is_wrong_with_a_divisor():
    fast = ag.compile(lambda x, y: ag.remainder(x[0], y) + x[1], target="numpy")
    with pytest.raises(ag.DomainError, match="divisor must not be 0"):
        fast([1.0, 2.0], 0.0)
