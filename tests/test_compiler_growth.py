"""Products of exponentials grow in place, and nothing else notices."""

import numpy as np
import pytest
from programs import agree, eager, flat

import autograd_mini as ag
from autograd_mini.compiler import compile

RNG = np.random.default_rng(3)
STEPS = 40


def path(x, k):
    price, total = k, 0.0
    for v in x:
        price = price * ag.exp(0.1 * v - 0.02)
        total = total + price
    return total + price**2


def expm1_beside(x, k):
    """The slope of expm1 is the same exponential, before it grew."""
    price, total = k, 0.0
    for v in x:
        price = price * ag.exp(v)
        total = total + price + ag.expm1(v)
    return total


def exponentials_used_twice(x, k):
    price, total = k, 0.0
    for v in x:
        growth = ag.exp(0.1 * v)
        price = price * growth
        total = total + price * growth
    return total


def started_by_a_function(x, k):
    price, total = ag.sin(k) + x[0], 0.0
    for v in x:
        price = price * ag.exp(0.1 * v * k)
        total = total + ag.tanh(price)
    return total


def two_assets(x, k):
    total = 0.0
    for asset in range(2):
        price = k + asset
        for v in x:
            price = price * ag.exp(0.1 * v * (asset + 1))
            total = total + ag.relu(price - 1.0)
    return total


PATHS = [path, expm1_beside, exponentials_used_twice, started_by_a_function, two_assets]


def compare(f, x, k):
    value, gradients, size, sizes = eager(f, {"x": x, "k": k})
    fast = compile(f, wrt=("x", "k"), target="numpy")
    found, slopes = fast.value_and_grad(x, k)
    assert agree([found], [value], [size])
    assert agree(flat(slopes), gradients, sizes)
    return fast


@pytest.mark.parametrize("f", PATHS)
def test_paths_agree_with_the_engine(f):
    fast = compare(f, RNG.uniform(-1, 1, STEPS).tolist(), 0.7)
    assert "eager engine: 0" in fast.report()


@pytest.mark.parametrize("f", PATHS)
@pytest.mark.parametrize("count", [3, 200])
def test_batches_of_paths_agree_with_single_ones(f, count):
    x, k = RNG.uniform(-1, 1, (count, STEPS)), RNG.uniform(0.5, 1.5, count)
    fast = compile(f, batched=("x", "k"), wrt=("x", "k"), reduce=None)
    values, (by_x, by_k) = fast.value_and_grad(x, k)
    for i in (0, count - 1):
        value, (one_x, one_k) = ag.value_and_grad(f, argnums=(0, 1))(x[i].tolist(), float(k[i]))
        assert values[i] == pytest.approx(value, rel=1e-12)
        assert np.allclose(by_x[i], one_x, rtol=1e-10, atol=1e-12)
        assert by_k[i] == pytest.approx(one_k, rel=1e-10)


def test_a_path_grows_in_place():
    fast = compare(path, RNG.uniform(-1, 1, STEPS).tolist(), 0.7)
    assert "p = growing(exp, k, 0)" in fast.source
    assert "d_growth = adding_back(" in fast.source


@pytest.mark.parametrize("k", [0.0, 1e-300, -0.7])
def test_starts_that_nothing_may_be_divided_by_are_left_to_the_engine(k):
    fast = compare(path, RNG.uniform(-1, 1, STEPS).tolist(), k)
    assert ("eager engine: 0" in fast.report()) == (abs(k) > 0.1)


def test_calls_leave_their_arguments_alone():
    x = RNG.uniform(-1, 1, (5, STEPS))
    before = x.copy()
    fast = compile(path, batched="x", wrt="k")
    first = fast.value_and_grad(x, 0.7)
    assert fast.value_and_grad(x, 0.7) == first
    assert (x == before).all()
