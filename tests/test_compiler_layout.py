"""Where the examples stand changes the text of a program, and none of its numbers."""

import inspect
import random

import numpy as np
import pytest
from programs import flat, structured

import autograd_mini as ag
from autograd_mini.compiler import arrays, compile
from autograd_mini.compiler.contract import BATCH, DIRECTION
from autograd_mini.compiler.layout import Layout


@pytest.fixture
def placed(monkeypatch):
    """Return a function that runs another one with the examples first, or last."""

    def run(last, function):
        monkeypatch.setattr(arrays, "examples_last", lambda *_: last)
        return function()

    return run


def pair_energy(p):
    return sum(
        ag.sqrt(sum((p[i][k] - p[j][k]) ** 2 for k in range(3)) + 0.01)
        for i in range(len(p))
        for j in range(i)
    )


@pytest.mark.parametrize("reduce", ["mean", None])
@pytest.mark.parametrize("seed", range(60))
def test_random_programs_agree_wherever_the_examples_stand(seed, reduce, placed):
    f, arguments = structured(seed)
    generator = random.Random(seed)
    batch = np.array([[x + generator.uniform(-0.1, 0.1) for x in arguments["x"]] for _ in "abcde"])

    def run():
        fast = compile(f, batched="x", reduce=reduce, wrt=("x", "M", "c"))
        value, slopes = fast.value_and_grad(batch, arguments["M"], arguments["c"])
        assert "eager engine: 0" in fast.report()
        return [np.ravel(value), *map(np.ravel, flat(slopes))]

    first, last = np.concatenate(placed(False, run)), np.concatenate(placed(True, run))
    assert np.allclose(first, last, rtol=1e-9, atol=1e-9 * np.abs(first).max())


def test_what_indices_pick_agrees_wherever_the_examples_stand(placed):
    table, rows = np.arange(12.0).reshape(4, 3) / 7, np.array([[0, 3], [1, 1], [2, 0.0]])

    def run():
        def f(index, T):
            picked = [ag.take(T, i) for i in index]
            scores = [sum(a * b for a, b in zip(picked[0], row, strict=True)) for row in T]
            return ag.take(scores, index[1]) * picked[1][0]

        return compile(f, batched="index", wrt="T").value_and_grad(rows, table)

    (one, slope), (other, same) = placed(False, run), placed(True, run)
    assert one == pytest.approx(other)
    assert np.allclose(slope, same)


def option(x):
    return ag.exp(-x[2] * x[3]) * ag.softplus(x[0] - x[1]) * ag.sqrt(x[3])


def test_examples_stand_last_where_single_elements_are_picked():
    fast = compile(option, batched="x", reduce=None)
    fast.grad(np.random.default_rng(0).uniform(size=(7, 4)))
    assert "X = last(X)" in fast.source
    assert "first(g" in fast.source


@pytest.mark.parametrize(("f", "shape"), [(option, (7, 4)), (pair_energy, (7, 5, 3))])
def test_gradients_come_with_the_examples_first_and_in_order(f, shape):
    points = np.random.default_rng(0).uniform(0.1, 1.0, shape)
    gradient = compile(f, batched=next(iter(inspect.signature(f).parameters))).grad(points)
    assert gradient.shape == shape
    assert np.allclose(gradient[4] * 7, ag.grad(f)(points[4].tolist()), rtol=1e-12)


def test_examples_stay_first_in_a_network():
    net = ag.MLP([3, 4, 1], seed=0)
    fast = compile(lambda x, y: ag.quadratic(net(x), y), batched=("x", "y"))
    fast.grad(np.ones((6, 3)), np.ones((6, 1)))
    assert "X @ W2.T" in fast.source


def test_directions_lead_whatever_becomes_of_the_examples():
    layout = Layout(examples_last=True)
    layout.length[DIRECTION] = "4"
    assert layout.letters((DIRECTION, BATCH), (0, 1)) == (DIRECTION, 0, 1, BATCH)
    assert layout.shape((DIRECTION, BATCH), (2, 3)) == "(4, 2, 3, n)"
    assert layout.index((DIRECTION, BATCH), ["1", ":"]) == ":, 1"
    assert layout.flat("x", (BATCH,)) == "x.reshape(-1, n)"


def test_a_block_is_the_whole_batch_unless_that_is_large():
    from autograd_mini.compiler.memory import block_size

    assert block_size(1, 200_000) == 200_000
    assert block_size(64, 60_000) == 2048
    assert block_size(10**9, 1000) == 64


def test_blocks_give_what_the_whole_batch_gives(monkeypatch):
    points = np.random.default_rng(1).normal(size=(150, 5, 3))
    whole = compile(pair_energy, batched="p").value_and_grad(points)
    monkeypatch.setattr("autograd_mini.compiler.memory.CELLS", 30)
    blocks = compile(pair_energy, batched="p").value_and_grad(points)
    assert blocks[0] == pytest.approx(whole[0], rel=1e-13)
    assert np.allclose(blocks[1], whole[1], rtol=1e-13)
