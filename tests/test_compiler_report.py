"""What a compiled function says of itself: its report, and its one line."""

import re

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.compiler import take

RNG = np.random.default_rng(0)


def operations(fast):
    """Return how many scalar operations were written, and how many of them differ."""
    found = re.search(r"operations: ([\d,]+) as written, ([\d,]+) different", fast.report())
    return tuple(int(text.replace(",", "")) for text in found.groups())


def attention(Q, K, V):
    total = 0.0
    for q in Q:
        a = ag.softmax([ag.dot(q, k) / 2 for k in K])
        total = total + sum(a[t] * v for t in range(len(K)) for v in V[t])
    return total


@pytest.mark.parametrize(
    ("f", "arguments"),
    [
        (attention, [RNG.random((6, 4)) for _ in range(3)]),
        (lambda x: sum(v * v + v * v for v in x), [RNG.random(30)]),
        (ag.logsumexp, [RNG.random(30)]),
        (lambda x, k: take(x, k) + take(x, k), [RNG.random(5), 2.0]),
        (lambda x: sum(ag.where(v > 1, lambda v=v: ag.log(v), 0.0) for v in x), [RNG.random(9)]),
        (lambda x: ag.stop_gradient(x[0]) * x[1], [RNG.random(2)]),
    ],
)
def test_different_operations_are_never_more_than_those_that_were_written(f, arguments):
    fast = ag.compile(f, target="numpy")
    fast(*arguments)
    written, different = operations(fast)
    assert 0 < different <= written


def test_what_is_written_twice_is_counted_twice_and_kept_once():
    fast = ag.compile(lambda x: (x + 1) * (x + 1), target="numpy")
    fast(2.0)
    assert operations(fast) == (3, 2)


@pytest.mark.parametrize("target", ["numpy", "python"])
def test_the_seconds_of_each_stage_add_up(target):
    fast = ag.compile(lambda x: sum(v * v for v in x), target=target)
    fast.grad([1.0, 2.0, 3.0])
    line = re.search(r"seconds to build: ([\d.]+) \((.*)\)", fast.report())
    stages = dict(part.rsplit(" ", 1) for part in line[2].split(", "))
    names = {
        "numpy": {"trace", "simplify", "roll", "differentiate and write"},
        "python": {"record", "differentiate and write"},
    }
    assert set(stages) == names[target]
    assert abs(sum(map(float, stages.values())) - float(line[1])) <= 0.0005 * (len(stages) + 1)


def test_programs_of_higher_derivatives_are_counted():
    fast = ag.compile(lambda x: x[0] ** 2 * x[1])
    fast.hessian([2.0, 3.0])
    assert "programs kept: 1," in fast.report()
    fast([2.0, 3.0])
    assert "programs kept: 2," in fast.report()


def test_the_report_begins_with_the_function_it_is_about():
    fast = ag.compile(attention, target="numpy")
    fast(*[RNG.random((2, 2))] * 3)
    assert fast.report().startswith("attention(Q, K, V), the program of the last call\n")


def test_one_line_says_what_a_compiled_function_is():
    fast = ag.compile(lambda x, y: x * y, batched="x", target="numpy")
    assert repr(fast) == "<Compiled <lambda>(x, y), batched: x, target: numpy, not called yet>"
    fast(np.ones(3), 2.0)
    assert repr(fast) == "<Compiled <lambda>(x, y), batched: x, target: numpy, programs: 1>"
