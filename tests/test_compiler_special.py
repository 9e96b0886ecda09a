"""The special functions over arrays have the table's digits, and SciPy comes with them alone."""

import random
import subprocess
import sys

import mpmath
import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.compiler.targets import special

mpmath.mp.dps = 50
ROUNDINGS = 4e-15


def _uniform(low, high, count=150):
    generator = random.Random(0)
    return [generator.uniform(low, high) for _ in range(count)]


def _powers(low, high, count=60):
    return [10.0**exponent for exponent in _uniform(low, high, count)]


def _gelu(x):
    return x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def _lgamma(x):
    return mpmath.log(abs(mpmath.gamma(x))) if x < 1e5 else mpmath.loggamma(x)


FUNCTIONS = {
    "erf": (special.erf, mpmath.erf, [*_uniform(-6, 6), *_powers(-300, 0)]),
    "erfc": (special.erfc, mpmath.erfc, [*_uniform(-6, 26), *_uniform(20, 26.5)]),
    "gelu": (special.gelu, _gelu, [*_uniform(-37, 8), *_powers(-300, 2)]),
    "lgamma": (
        special.gammaln,
        _lgamma,
        [*_uniform(0, 30), *_powers(-300, 300), *_uniform(0.99, 1.01), *_uniform(1.999, 2.001)],
    ),
    "digamma": (special.digamma, mpmath.digamma, [*_uniform(0, 30), *_powers(-300, 300)]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_its_digits_where_scipy_alone_would_lose_them(name):
    function, witness, points = FUNCTIONS[name]
    found = function(np.array(points)).tolist()
    for x, value in zip(points, found, strict=True):
        expected = witness(mpmath.mpf(x))
        assert abs(value - expected) <= ROUNDINGS * abs(expected), x
        assert float(function(x)) == pytest.approx(value, rel=1e-15)  # a number is an array of one


@pytest.mark.parametrize("order", [0, 1, 2, 3, 7, 30])
def test_polygamma_has_its_digits_at_every_order(order):
    points = [*_powers(-3, 4), *_uniform(0.5, 40, 40)]
    found = special.polygamma(float(order), np.array(points)).tolist()
    for x, value in zip(points, found, strict=True):
        expected = mpmath.polygamma(order, mpmath.mpf(x))
        assert abs(value - expected) <= ROUNDINGS * abs(expected), x


def test_left_of_the_origin_they_keep_the_digits_of_the_engine():
    points = np.array(_uniform(-24, 0))
    for function, row in ((special.gammaln, ag.lgamma), (special.digamma, ag.digamma)):
        expected = np.array([row(x) for x in points.tolist()])
        assert np.allclose(function(points), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["erf", "erfc", "gelu", "lgamma", "digamma"])
def test_value_and_slopes_of_a_program_agree_with_mpmath(name):
    points = [x for x in _uniform(-6, 6, 40) if x > 0.05 or name in {"erf", "erfc", "gelu"}]
    row, witness = getattr(ag, name), FUNCTIONS[name][1]
    fast = ag.compile(row, batched="x", reduce=None)
    values, slopes = fast.value_and_grad(points)
    assert "special." in fast.source
    assert "eager engine: 0" in fast.report()
    for x, value, slope in zip(points, values, slopes, strict=True):
        expected, steep = witness(mpmath.mpf(x)), mpmath.diff(witness, mpmath.mpf(x))
        assert abs(value - expected) <= ROUNDINGS * abs(expected)
        assert abs(slope - steep) <= 2e-14 * abs(steep) + 1e-16


def test_limits_and_poles_are_those_of_the_engine():
    assert special.gelu(np.array([-np.inf, np.inf, 0.0])).tolist() == [0.0, np.inf, 0.0]
    assert special.erfc(np.array([-np.inf, np.inf])).tolist() == [2.0, 0.0]
    for function in (special.gammaln, special.digamma, lambda x: special.polygamma(1.0, x)):
        with pytest.raises(FloatingPointError, match="a pole of the gamma function"):
            function(np.array([1.0, -3.0]))
    with pytest.raises(ag.DomainError, match="lgamma"):
        ag.compile(ag.lgamma, batched="x").grad([1.0, -3.0])


def test_scipy_is_imported_by_the_programs_that_need_it_alone():
    program = """
import sys
import autograd_mini as ag
assert "scipy" not in sys.modules and "numpy" not in sys.modules
net = ag.MLP([2, 3, 1], activation="tanh", seed=0)
fast = ag.compile(lambda x, y: ag.log_loss_from_logits(net.logits(x), y), batched=("x", "y"))
fast.value_and_grad([[1.0, 2.0]], [[1.0]])
assert "numpy" in sys.modules and not any(name.startswith("scipy") for name in sys.modules)
ag.compile(ag.erf, batched="x").grad([1.0])
assert "scipy.special" in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
