"""Running sums and products become one line however many steps they have, and stay right."""

import numpy as np
import pytest
from programs import agree, eager, flat

import autograd_mini as ag
from autograd_mini.compiler import compile

RNG = np.random.default_rng(2)


def cumulated(x, k):
    total, out = 0.0, 0.0
    for v in x:
        total = total + v
        out = out + ag.sin(total) * k
    return out


def multiplied(x, k):
    price, out = k, 0.0
    for v in x:
        price = price * ag.exp(0.1 * v)
        out = out + price
    return out * price


def averaged(x, k):
    """An exponential average: a constant factor, and a term for each step."""
    mean, out = k * k, 0.0
    for v in x:
        mean = 0.9 * mean + 0.1 * v
        out = out + (v - mean) ** 2
    return out


def horner(x, k):
    value, out = x[0], 0.0
    for v in x:
        value = value * k + v
        out = out + ag.tanh(value)
    return out + value


def discounted(x, k):
    """Factor and term differ from step to step."""
    value, out = k, 0.0
    for i, v in enumerate(x):
        value = value * ag.cos(v) + (0.1 + 0.05 * i) * ag.tanh(v) - 0.5
        out = out + ag.square(value)
    return out


def twice(x, k):
    """A running sum of a running sum."""
    first, second, out = 0.0, k, 0.0
    for v in x:
        first = first + ag.sin(v)
        second = second + first * 0.1
        out = out + first * second
    return out


def channels(x, k):
    """Several chains side by side."""
    size, out = 3, 0.0
    state = [k * (j + 1) for j in range(size)]
    for i in range(len(x) // size):
        state = [ag.sigmoid(x[size * i + j]) * state[j] + x[size * i + j] for j in range(size)]
        out = out + ag.sum(s * s for s in state)
    return out


def branching(x, k):
    """A step hangs on the state by more than a factor: this is no chain."""
    state, out = k, 0.0
    for v in x:
        state = state + 0.1 * ag.tanh(state * v)
        out = out + state
    return out


CHAINS = (cumulated, multiplied, averaged, horner, discounted, twice, channels, branching)


@pytest.mark.parametrize("f", CHAINS)
@pytest.mark.parametrize("size", [3, 9, 10, 30, 90])
def test_chains_agree_with_the_engine_alone_and_in_batches(f, size):
    arguments = {"x": RNG.uniform(-1, 1, size).tolist(), "k": 0.7}
    value, gradients, scale, scales = eager(f, arguments)
    fast = compile(f, wrt=("x", "k"), target="numpy")
    found, slopes = fast.value_and_grad(**arguments)
    assert agree([found], [value], [scale]), fast.source
    assert agree(flat(slopes), gradients, scales), fast.source
    assert "eager engine: 0" in fast.report()
    batch = np.array([arguments["x"], [v / 2 for v in arguments["x"]], [0.0] * size])
    each = [eager(f, {"x": row, "k": 0.7}) for row in batch.tolist()]
    both = compile(f, batched="x", reduce="sum", wrt=("x", "k"))
    total, (by_x, by_k) = both.value_and_grad(batch, 0.7)
    assert agree([total], [sum(e[0] for e in each)], [sum(e[2] for e in each)])
    for row, one in zip(by_x, each, strict=True):
        assert agree(row.tolist(), one[1][:-1], one[3][:-1]), both.source
    assert agree([by_k], [sum(e[1][-1] for e in each)], [sum(e[3][-1] for e in each)])
    alone = compile(f, batched="x", reduce=None, wrt="k").grad(batch, 0.7)
    assert agree(alone.tolist(), [e[1][-1] for e in each], [e[3][-1] for e in each])


@pytest.mark.parametrize("f", [f for f in CHAINS if f is not branching])
def test_a_chain_is_one_line_however_long_it_is(f):
    sources = []
    for size in (60, 240):
        fast = compile(f, target="numpy")
        fast.value_and_grad(RNG.uniform(-1, 1, size).tolist(), 0.7)
        assert "running(" in fast.source or "growing(" in fast.source
        assert "running_back(" in fast.source or "adding_back(" in fast.source
        sources.append(fast.source.count("\n"))
    assert sources[0] == sources[1] <= 40


def test_derivatives_of_higher_order_of_a_chain():
    x = RNG.uniform(-1, 1, 12).tolist()
    found = np.array(compile(multiplied).hessian(x, 0.7))
    assert np.allclose(found, ag.hessian(multiplied)(x, 0.7), rtol=1e-11, atol=1e-12)


def test_an_asian_call_prints_its_loop_as_one_line():
    def call(z, price, rate, volatility):
        day, total = 1.0 / len(z), 0.0
        for normal in z:
            growth = (rate - volatility**2 / 2) * day + volatility * day**0.5 * normal
            price = price * ag.exp(growth)
            total = total + price
        return ag.exp(-rate) * ag.relu(total * day - 100.0)

    Z = RNG.normal(size=(20, 252))
    fast = compile(call, batched="z", wrt=("price", "rate", "volatility"))
    value, slopes = fast.value_and_grad(Z, 100.0, 0.03, 0.2)
    assert "p = growing(exp, price, 0)" in fast.source
    each = [eager(call, {"z": z, "price": 100.0, "rate": 0.03, "volatility": 0.2})
            for z in Z.tolist()]  # fmt: skip
    assert agree([value * 20], [sum(e[0] for e in each)], [sum(e[2] for e in each)])
    for k, slope in enumerate(slopes):
        expected = sum(e[1][252 + k] for e in each)
        assert agree([slope * 20], [expected], [sum(e[3][252 + k] for e in each)])
