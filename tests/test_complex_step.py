"""A complex step is a witness: it uses the operations' values alone, in the complex plane."""

import math

import pytest

import autograd_mini as ag
from autograd_mini.complex_step import FORMS, STEP, ComplexNumber, NotAnalyticError
from autograd_mini.extending import sample_points
from autograd_mini.operations import TABLE


def slope(row, point, index):
    moved = list(point)
    moved[index] = ComplexNumber(complex(point[index], STEP))
    return row(*moved).content.imag / STEP


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_derivative_that_the_rule_gives(name):
    row = TABLE[name]
    for point in sample_points(row, 50, seed=1):
        for index in range(len(point)):
            if name == "power" and index == 1 and point[0] <= 0:
                continue  # no derivative by the exponent there
            expected = ag.grad(row, index)(*point)
            assert slope(row, point, index) == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_the_real_part_is_the_operations_own_value():
    assert ag.sigmoid(ComplexNumber(0.3 + 0j)).data == ag.sigmoid(0.3)


@pytest.mark.parametrize("f", [ag.relu, ag.abs, lambda x: ag.maximum(x, 0.0)])
def test_a_kink_has_no_complex_form(f):
    with pytest.raises(NotAnalyticError, match="has no complex form"):
        f(ComplexNumber(complex(0.0, STEP)))


def test_comparisons_and_where_go_by_the_real_part():
    x = ComplexNumber(complex(2.0, STEP))
    assert ag.where(x > 1, x * x, 0.0).content.imag / STEP == 4.0


def test_an_exponential_chain_keeps_every_digit():
    z = ag.exp(ag.sin(ComplexNumber(complex(1.0, STEP))))
    assert z.content.imag / STEP == pytest.approx(math.cos(1) * math.exp(math.sin(1)), rel=1e-15)
