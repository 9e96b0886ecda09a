"""One sweep adds to the leaves exactly what it should, or, when it fails, nothing."""

import gc
import math
import os
import random
import signal
import subprocess
import sys
import threading
import tracemalloc
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from random_graphs import dual_operations, program, run, value_operations

from autograd_mini import value
from autograd_mini.errors import DomainError, NonFiniteGradientError
from autograd_mini.functions import log, maximum, sqrt, stop_gradient, tanh, where
from autograd_mini.graph import scope, topological_order
from autograd_mini.value import Value

ROOT = Path(value.__file__).parents[1]
MODERATE = st.floats(-1e70, 1e70)


def inner_nodes(root):
    return [node for node in topological_order(root) if node.operands]


# What arrives where


def test_no_gradient_exists_before_any_sweep():
    x = Value(3.0)
    y = x * 2
    assert (x.grad, y.grad) == (None, None)


def test_a_leaf_that_the_root_does_not_reach_stays_without_gradient():
    x, y = Value(1.0), Value(2.0)
    (x * 3).backward()
    assert (x.grad, y.grad) == (3.0, None)


def test_a_leaf_that_is_reached_with_slope_0_has_gradient_0():
    x = Value(-1.0)
    x.relu().backward()
    assert x.grad == 0.0


def test_constants_get_no_gradient():
    x, c = Value(3.0), Value(4.0, kind="constant")
    y = x * c + stop_gradient(x)
    y.backward()
    assert (x.grad, c.grad) == (4.0, None)
    c.backward()
    assert c.grad is None


def test_parameters_get_gradients_as_data_do():
    w = Value(2.0, kind="parameter")
    (w * w).backward()
    assert w.grad == 4.0


def test_a_leaf_is_its_own_root():
    x = Value(3.0)
    x.backward()
    x.backward(2.5)
    assert x.grad == 3.5


def test_inner_nodes_hold_the_adjoint_of_the_last_sweep():
    x = Value(3.0)
    h = x * 2
    y = h * h
    y.backward()
    assert (y.grad, h.grad, x.grad) == (1.0, 12.0, 24.0)
    y.backward(2)
    assert (y.grad, h.grad, x.grad) == (2.0, 24.0, 72.0)
    (h * 5).backward()
    assert (y.grad, h.grad, x.grad) == (2.0, 5.0, 82.0)


@given(MODERATE, st.integers(1, 5))
def test_backward_n_times_gives_exactly_n_sums_of_one_sweep(number, times):
    x = Value(number)
    y = x * x * 0.1 + tanh(x) * x + x / 3
    y.backward()
    once, total = x.grad, x.grad
    for _ in range(times):
        y.backward()
        total += once
    assert x.grad == total
    if times == 1:
        assert x.grad == 2 * once


def test_graphs_that_share_leaves_do_not_disturb_each_other():
    w, x = Value(2.0), Value(3.0)
    a, b = tanh(w * x), w * w
    a.backward()
    alone = w.grad
    b.backward()
    a.backward()
    assert w.grad == alone + 4.0 + alone


def test_gradients_of_a_mini_batch_accumulate_to_those_of_its_sum():
    w, xs = Value(0.5), [1.0, -2.0, 4.0]
    for x in xs:
        ((w * x - 1) ** 2).backward()
    accumulated, w.grad = w.grad, None
    sum((w * x - 1) ** 2 for x in xs).backward()
    assert accumulated == w.grad == sum(2 * x * (0.5 * x - 1) for x in xs)


@pytest.mark.parametrize("seed", [0, 1, -2.5, True, Fraction(1, 4), np.float32(0.5), np.int64(3)])
def test_the_seed_is_the_adjoint_of_the_root(seed):
    x = Value(3.0)
    y = x * x
    y.backward(seed)
    assert (x.grad, y.grad) == (6 * float(seed), float(seed))
    assert type(x.grad) is float


@pytest.mark.parametrize(
    ("seed", "error", "message"),
    [(math.inf, ValueError, "seed must be finite, not inf"),
     (math.nan, ValueError, "seed is nan"),
     ("1", TypeError, "seed must be a real number .*, not str"),
     (Value(1.0), TypeError, "seed must be a real number .*, not Value")],
    ids=["inf", "nan", "text", "Value"],
)  # fmt: skip
def test_a_seed_that_is_no_finite_number_raises(seed, error, message):
    x = Value(3.0)
    with pytest.raises(error, match=message):
        (x * 2).backward(seed)
    assert x.grad is None


def test_a_node_that_is_used_many_times_gets_the_sum_over_its_uses():
    x = Value(1.5)
    h = x * x
    total = h
    for k in range(1, 200):
        total = total + h * float(k)
    total.backward()
    assert h.grad == 1 + sum(range(1, 200))
    assert x.grad == 3.0 * h.grad


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_with_heavy_reuse_agree_with_forward_mode_dual_numbers(seed):
    """Dual numbers, written in the tests, know no graph, no order and no adjoint."""
    chance = random.Random(seed)
    size = (100, 300, 1_000)[seed % 3]
    steps = program(chance, inputs=6, size=size)
    point = [chance.uniform(-1, 1) for _ in range(6)]
    leaves = [Value(x) for x in point]
    root = run(steps, leaves, value_operations())
    root.backward()
    largest = max(abs(node.grad or 0.0) for node in topological_order(root))
    for k, leaf in enumerate(leaves):
        tangent = run(steps, point, dual_operations(direction=k))
        assert root.data == tangent.value
        assert (leaf.grad or 0.0) == pytest.approx(tangent.slope, abs=1e-12 * largest, rel=1e-12)


# No depth is too deep


def test_a_chain_of_a_million_operations_needs_no_recursion():
    """With the default limit: recording, the sweep, the text, and the end of the graph."""
    assert sys.getrecursionlimit() <= 1_000
    x = Value(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + x
    y.backward()
    assert x.grad == 1_000_001.0
    assert repr(y).startswith("Value(1000001.0, operation='add'")
    del y


def test_a_sum_of_many_leaves_reaches_each_of_them():
    leaves = [Value(float(i)) for i in range(100_000)]
    sum(leaves).backward()
    assert {leaf.grad for leaf in leaves} == {1.0}


# A sweep that fails changes nothing


def failing_graph():
    """Return a root whose sweep fails after it has passed through much of the graph."""
    x, y, z = Value(0.0, label="x"), Value(2.0, label="y"), Value(3.0, label="z")
    h = y * z
    root = sqrt(x) * 1.0 + h * h
    y.grad = 1.25
    return root, (x, y, z)


def test_a_failed_sweep_leaves_every_leaf_as_it_was_and_inner_nodes_without_adjoint():
    root, leaves = failing_graph()
    with pytest.raises(NonFiniteGradientError, match=r"sqrt\(x = 0.0\)"):
        root.backward()
    assert [leaf.grad for leaf in leaves] == [None, 1.25, None]
    assert {(node.grad, node._uses) for node in inner_nodes(root)} == {(None, 0)}


def test_a_sweep_after_a_failed_one_is_right():
    root, (x, y, z) = failing_graph()
    for _ in range(3):
        with pytest.raises(NonFiniteGradientError):
            root.backward()
    h = root.operands[1]
    h.backward()
    assert (x.grad, y.grad, z.grad) == (None, 1.25 + 36.0, 24.0)


def test_a_failed_sweep_forgets_the_adjoints_in_operations_of_many_operands():
    x, others = Value(0.0), [Value(1.0), Value(2.0), Value(0.5)]
    largest = maximum(*others, x * 1)
    root = largest * 2.0 + sqrt(x)
    with pytest.raises(NonFiniteGradientError):
        root.backward()
    largest.backward()
    assert [leaf.grad for leaf in (x, *others)] == [0.0, 0.0, 1.0, 0.0]


@contextmanager
def interrupted_at(moment, names):
    """Raise KeyboardInterrupt at the moment-th line that runs in the named functions."""
    lines = 0

    def trace(frame, event, _argument):
        nonlocal lines
        if frame.f_code.co_filename != value.__file__ or frame.f_code.co_name not in names:
            return None
        if event == "line":
            lines += 1
            if lines == moment:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(None)


def shared_graph(leaves):
    h = sum(leaf * leaf for leaf in leaves)
    return h * h + tanh(h) + maximum(h, *leaves)


@pytest.mark.skipif(sys.gettrace() is not None, reason="something else traces, such as coverage")
def test_a_sweep_interrupted_at_any_line_changes_nothing():
    leaves = [Value(0.5), Value(-0.25), Value(2.0)]
    leaves[1].grad = 7.0
    expected = Value(0.5), Value(-0.25), Value(2.0)
    shared_graph(expected).backward()
    root = shared_graph(leaves)
    functions_of_the_sweep = {"sweep", "_count_uses", "_pass_on", "_accumulated"}
    moment, finished = 0, False
    while not finished:
        moment += 1
        try:
            with interrupted_at(moment, functions_of_the_sweep):
                root.backward()
            finished = True
        except KeyboardInterrupt:
            assert [leaf.grad for leaf in leaves] == [None, 7.0, None]
            assert {(node._grad, node._uses) for node in inner_nodes(root)} == {(None, 0)}
    assert moment > 100
    added = [leaf.grad - before for leaf, before in zip(leaves, (0.0, 7.0, 0.0), strict=True)]
    assert added == [leaf.grad for leaf in expected]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no interval timer")
def test_ctrl_c_at_a_random_moment_comes_before_or_after_a_sweep_never_within():
    leaves = [Value(0.1 + i / 500) for i in range(200)]
    root = sum(leaf * leaf for leaf in leaves)
    root = tanh(root) + root * 0.5
    root.backward()
    step = [leaf.grad for leaf in leaves]
    complete = [node.grad for node in inner_nodes(root)]
    expected, chance, interrupts = list(step), random.Random(0), 0

    def interrupt(_signal, _frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for _ in range(80):
            with suppress(KeyboardInterrupt):
                try:
                    signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-6, 4e-4))
                    root.backward()
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            now, adjoints = ([node.grad for node in nodes] for nodes in (leaves, inner_nodes(root)))
            assert {node._uses for node in inner_nodes(root)} == {0}
            if now == expected:
                interrupts += adjoints != complete
                assert adjoints == complete or set(adjoints) == {None}
            else:
                expected = [grad + part for grad, part in zip(expected, step, strict=True)]
                assert now == expected
    finally:
        signal.signal(signal.SIGALRM, before)
    assert interrupts > 0


# Threads


def test_threads_that_share_leaves_lose_no_gradient():
    weights = [Value(1.0) for _ in range(60)]
    rounds = 40

    def work():
        for _ in range(rounds):
            sum(w * 3 for w in weights).backward()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert {w.grad for w in weights} == {4 * rounds * 3.0}


# Deterministic, and free of what is left over

PROGRAM = """
from autograd_mini.functions import maximum, sigmoid, tanh
from autograd_mini.value import Value
leaves = [Value(0.1 * i - 1.3) for i in range(40)]
nodes = list(leaves)
for i in range(400):
    a, b = nodes[(i * 7919) % len(nodes)], nodes[(i * 104729 + 11) % len(nodes)]
    nodes.append([a * b, a + b, tanh(a - b), sigmoid(a), maximum(a, b), a * 0.3][i % 6])
sum(nodes).backward()
print([leaf.grad.hex() for leaf in leaves if leaf.grad is not None])
"""


def test_the_same_program_gives_the_same_bits_in_every_process():
    outputs = set()
    for hash_seed in ("0", "1", "17", "random"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 500


@contextmanager
def collector_off():
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def living():
    """Count the objects of the package's own types."""
    return sum(str(type(thing).__module__)[:13] == "autograd_mini" for thing in gc.get_objects())


def test_a_dropped_graph_is_gone_at_once_without_the_collector():
    with collector_off():
        before = living()
        x = Value(0.5)
        with scope("a"):
            y = maximum(x, x * 2, tanh(x)) + where(x > 0, lambda leaf=x: leaf * 2, x)
            for _ in range(1_000):
                y = y * x + x
        y.backward()
        assert living() > before + 1_000
        del x, y
        assert living() == before


def test_a_failed_sweep_leaves_nothing_behind():
    with collector_off():
        before = living()
        root, leaves = failing_graph()
        with suppress(NonFiniteGradientError):
            root.backward()
        with suppress(DomainError):
            log(leaves[0] * 1)
        del root, leaves
        assert living() == before


def test_an_operation_takes_at_most_200_bytes():
    """The node, its two floats, and whatever else stays; a leaf's share is left out."""
    count = 50_000
    xs = [Value(0.001 * i) for i in range(11)]
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        y = xs[0]
        for i in range(count):
            x = xs[i % 11]
            y = y * x if i % 4 == 0 else y + x if i % 4 == 1 else x - y if i % 4 == 2 else y.relu()
        recorded = tracemalloc.get_traced_memory()[0] - before
        y.backward()
        swept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert recorded / count <= 200
    assert swept / count <= 224  # with the adjoints of all inner nodes
