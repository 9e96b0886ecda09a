"""What does not roll is computed level by level: line by line, or from a list where it is long."""

import random

import numpy as np
import pytest
from programs import agree, as_values, eager, flat

import autograd_mini as ag
from autograd_mini.compiler import compile, levels, take

RNG = np.random.default_rng(7)
X = RNG.uniform(-1, 1, 6).tolist()


def serial(x):
    """A chain in which no step is like another one."""
    choose, value = random.Random(3), x[0]
    for _ in range(150):
        a, b = choose.choice(x), choose.choice(x)
        kinds = (
            lambda v, a=a, b=b: ag.tanh(v * a + b), lambda v, a=a: ag.sin(v + 0.3) * a,
            lambda v, a=a: ag.where(v > a, v, a * v), lambda v, a=a: ag.hypot(v, a, 0.5),
        )  # fmt: skip
        value = choose.choice(kinds)(value)
    return value


def extremes(x):
    """Maxima of many, of which several may tie, and what stands at a traced place."""
    choose, pool = random.Random(4), list(x)
    for k in range(70):
        few = [choose.choice(pool) for _ in range(choose.randint(3, 6))]
        place = ag.floor(ag.sigmoid(pool[-1]) * 2.999)
        kinds = (
            lambda few=few: ag.maximum(*few), lambda few=few: ag.minimum(*few, few[0]),
            lambda few=few: ag.logsumexp(few) - 1.5, lambda few=few, p=place: take(few[:3], p),
        )  # fmt: skip
        pool.append(kinds[k % 4]() * choose.uniform(0.5, 1.0) + 0.1 * k % 3)
    return ag.sum(pool[-9:])


def compare(f, x):
    value, gradients, size, sizes = eager(f, {"x": x})
    fast = compile(f, target="numpy")
    found, slopes = fast.value_and_grad(x)
    assert "by levels" in fast.report()
    assert "eager engine: 0" in fast.report()
    assert agree([found], [value], [size])
    assert agree(flat(slopes), gradients, sizes)
    return fast


@pytest.mark.parametrize("long", [0, 10**6])
@pytest.mark.parametrize("f", [serial, extremes])
def test_lines_and_lists_agree_with_the_engine(f, long, monkeypatch):
    monkeypatch.setattr(levels.level_program, "__kwdefaults__", {"each": False, "long": long})
    fast = compare(f, X)
    assert ("for step, *rows in forward:" in fast.source) == (long == 0)


@pytest.mark.parametrize("f", [serial, extremes])
def test_a_batch_agrees_with_its_examples(f):
    batch = RNG.uniform(-1, 1, (3, 6))
    fast = compile(f, batched="x", reduce=None, target="numpy")
    values, slopes = fast.value_and_grad(batch)
    assert "eager engine: 0" in fast.report()
    for row, value, slope in zip(batch, values, slopes, strict=True):
        expected, gradient = ag.value_and_grad(f)(row.tolist())
        assert value == pytest.approx(expected, rel=1e-12)
        assert np.allclose(slope, gradient, rtol=1e-11, atol=1e-13)


def test_operands_that_reach_a_maximum_share_its_slope():
    def f(x):
        return ag.maximum(x[0], x[1], x[2], x[0]) + 0.0 * serial(x)

    x = [2.0, 2.0, 1.0, 0.5, 0.1, 0.2]
    values = as_values(x)
    f(values).backward()
    fast = compare(f, x)
    assert fast.grad(x) == pytest.approx([value.grad for value in values], rel=1e-15)
    assert fast.grad(x)[:3] == pytest.approx([2 / 3, 1 / 3, 0.0])


def test_a_long_program_has_a_function_for_each_kind_of_instruction():
    fast = compare(serial, X)
    assert "def forward_sin_1(v, n, rows, a):\n    v[rows] = np.sin(v[a])" in fast.source
    assert len(fast.source.splitlines()) < 150


def test_a_program_of_a_list_is_drawn_line_by_line():
    fast = compare(serial, X)
    drawn = fast._latest().steps()
    assert len(drawn) > 500
    assert all(operand < place for place, s in enumerate(drawn) for operand in s.operands)
