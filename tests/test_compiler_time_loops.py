"""Time loops: steps that hang on the step before become a loop of the program, there and back."""

import functools
import importlib
import math
import random
import re

import numpy as np
import pytest
from programs import BODIES, agree, eager, flat, looping
from test_compiler_nonfinite import eager as eager_or_error
from test_compiler_nonfinite import extreme, outcome

import autograd_mini as ag
from autograd_mini.compiler import (
    differentiate,
    folding,
    loop_bodies,
    loop_inputs,
    loop_reverse,
    loop_writing,
    loops,
    steps_of_loop,
)

PROGRAMS = 16


@pytest.fixture
def every_loop(monkeypatch):
    """Fold loops in programs that are too small for it to pay."""
    monkeypatch.setattr(folding, "_pays", lambda staged: True)
    monkeypatch.setattr(folding, "LEAST_SAVED", 0)
    importlib.import_module("numpy.ma")  # it looks at np.empty when it is loaded
    monkeypatch.setattr(np, "empty", _without_numbers)


EMPTY = np.empty


def _without_numbers(shape, dtype=float, **options):
    """Return a new array in which what is read before it is written shows."""
    array = EMPTY(shape, dtype, **options)
    if array.dtype == float:
        array.fill(math.nan)
    return array


def lines_of(source):
    """Return the lines of the loops of a program, one list for each loop."""
    found = []
    for line in source.splitlines():
        if line.startswith("    for "):
            found.append([line.strip()])
        elif line.startswith("        "):
            found[-1].append(line.strip())
    return found


def logistic(steps):
    def f(x, r):
        for _ in range(steps):
            x = r * x * (1 - x)
        return x

    return f


def recurrent(W, U, X):
    """A recurrent network whose last state is squared."""
    h = [0.0] * len(W)
    for x in X:
        h = [ag.tanh(ag.dot(row, h) + ag.dot(other, x)) for row, other in zip(W, U, strict=True)]
    return ag.sum([a * a for a in h])


def network(steps, size, seed=0):
    generator = np.random.default_rng(seed)
    W, U = generator.normal(0, 0.3, (2, size, size))
    return W, U, generator.normal(size=(steps, size))


def same(found, expected):
    """Tell whether numbers agree to a share of the largest of them, and none is missing."""
    found, expected = np.array(flat(found)), np.array(expected)
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return found.shape == expected.shape and np.allclose(
        found, expected, rtol=0, atol=1e-10 * scale
    )


def differs(seed):
    """Tell whether a program with loops is wrong, alone or in a batch of three."""
    f, arguments = looping(seed)
    value, gradients, size, _ = eager(f, arguments)
    alone = ag.compile(f, wrt=tuple(arguments), target="numpy")
    found, slopes = alone.value_and_grad(**arguments)
    if not (agree([found], [value], [size]) and same(slopes, gradients)):
        return True
    generator, name = np.random.default_rng(seed), ("x", "u", "c")[seed % 3]
    around = np.array(arguments[name])
    batch = around + generator.uniform(-0.1, 0.1, (3, *around.shape))
    each = [eager(f, arguments | {name: row}) for row in batch.tolist()]
    fast = ag.compile(f, batched=name, reduce=None, wrt=tuple(arguments), target="numpy")
    results, slopes = fast.value_and_grad(**(arguments | {name: batch}))
    rows = np.concatenate([np.asarray(slope).reshape(3, -1) for slope in slopes], axis=1)
    alike = all(same(row.tolist(), one[1]) for row, one in zip(rows, each, strict=True))
    values, sizes = [one[0] for one in each], [one[2] for one in each]
    # what is wrong may have no value, and the engine is asked
    own = all("eager engine: 0" in program.report() for program in (alone, fast))
    return not (own and alike and agree(list(results), values, sizes))


@pytest.mark.parametrize("start", range(0, PROGRAMS, 8))
def test_random_programs_with_time_loops_agree_with_the_engine(every_loop, start):
    assert not [seed for seed in range(start, start + 8) if differs(seed)]


def test_most_random_programs_have_a_loop(every_loop):
    folded = 0
    for seed in range(20, 30):
        f, arguments = looping(seed)
        fast = ag.compile(f, target="numpy")
        fast(**arguments)
        folded += "loops: " in fast.report()
    assert folded >= 6


@pytest.mark.parametrize("body", BODIES)
def test_every_kind_of_step_becomes_a_loop(body):
    def f(x, M, c, u):
        state = {"h": list(x), "v": [0.1 * a for a in x], "older": list(x)}
        for t, row in enumerate(u):
            now = {"u": list(row), "number": 1 + 0.01 * t}
            state, _ = body(random.Random(5), state, {"M": M, "c": c}, now)
        return ag.sum([ag.square(a) for a in state["h"]])

    generator = np.random.default_rng(1)
    size = 1 if body.__name__ == "chosen" else 3
    arguments = {
        "x": generator.uniform(-1, 1, size).tolist(),
        "M": generator.uniform(-0.5, 0.5, (size, size)).tolist(), "c": 0.4,
        "u": generator.uniform(-1, 1, (40, size)).tolist(),
    }  # fmt: skip
    fast = ag.compile(f, wrt=tuple(arguments), target="numpy")
    found, slopes = fast.value_and_grad(**arguments)
    value, gradients, size, _ = eager(f, arguments)
    assert agree([found], [value], [size])
    assert same(slopes, gradients)
    assert re.search("loops: 1, of (38|39|40) steps", fast.report())


def test_a_map_is_one_line_there_and_its_reverse_beside_it():
    fast = ag.compile(logistic(1000), target="numpy", wrt=("x", "r"))
    fast.value_and_grad(0.3, 3.2)
    there, back = lines_of(fast.source)
    assert there == [
        "for t in range(1000):", "x_now = x_t[t]", "s = 1.0 - x_now", "x_t[t + 1] = r * x_now * s",
    ]  # fmt: skip
    assert back[0] == "for t in reversed(range(1000)):"
    assert "d_x_t[t] += d_x_next * r * s - (d_x_next * r * x_now)" in back
    assert "loops: 1, of 1,000 steps" in fast.report()


def test_the_derivative_of_a_map_is_the_product_of_its_slopes():
    x, r, slope, by_r = 0.3, 3.2, 1.0, 0.0
    fast = ag.compile(logistic(60), target="numpy", wrt=("x", "r"))
    found, slopes = fast.value_and_grad(x, r)
    for _ in range(60):
        by_r = r * (1 - 2 * x) * by_r + x * (1 - x)
        slope, x = slope * r * (1 - 2 * x), r * x * (1 - x)
    assert math.isclose(found, x, rel_tol=1e-13)
    assert np.allclose(slopes, [slope, by_r], rtol=1e-10, atol=1e-18)


def test_a_recurrent_network_is_written_as_one_writes_it_in_numpy():
    W, U, X = network(40, 4)
    fast = ag.compile(recurrent, wrt=("W", "U", "X"), target="numpy")
    found, slopes = fast.value_and_grad(W, U, X)
    there, back = lines_of(fast.source)
    assert "s = X @ U.T" in fast.source
    assert there[:3] == [
        "for t in range(40):", "s_2 = W @ state[t] + s[t]", "state[t + 1] = np.tanh(s_2)",
    ]  # fmt: skip
    assert "d_state[t] += d_s_2 @ W" in back
    assert "gU = d_s.T @ X" in fast.source
    states, adjoint = [np.zeros(4)], 0.0
    for x in X:
        states.append(np.tanh(W @ states[-1] + U @ x))
    by_W, by_U, by_X = np.zeros((4, 4)), np.zeros((4, 4)), np.zeros((40, 4))
    adjoint = 2 * states[-1]
    for t in reversed(range(40)):
        delta = adjoint * (1 - states[t + 1] ** 2)
        by_W, by_U = by_W + np.outer(delta, states[t]), by_U + np.outer(delta, X[t])
        by_X[t], adjoint = U.T @ delta, W.T @ delta
    assert math.isclose(found, states[-1] @ states[-1], rel_tol=1e-13)
    for one, other in zip(slopes, (by_W, by_U, by_X), strict=True):
        assert np.allclose(one, other, rtol=1e-10, atol=1e-13)


def test_a_batch_is_one_more_axis_of_every_row():
    W, U, _ = network(40, 4)
    batch = np.random.default_rng(2).normal(size=(5, 40, 4))
    fast = ag.compile(recurrent, batched="X", wrt=("W", "U"), target="numpy")
    found, slopes = fast.value_and_grad(W, U, batch)
    alone = ag.compile(recurrent, wrt=("W", "U"), target="python")
    each = [alone.value_and_grad(W.tolist(), U.tolist(), x.tolist()) for x in batch]
    assert "W @ state[t]" in fast.source
    assert math.isclose(found, sum(value for value, _ in each) / 5, rel_tol=1e-12)
    for place, slope in enumerate(slopes):
        mean = sum(np.array(gradients[place]) for _, gradients in each) / 5
        assert np.allclose(slope, mean, rtol=1e-10, atol=1e-12)


def test_a_batch_is_worked_through_in_blocks_and_gives_the_same():
    fast = ag.compile(logistic(400), batched="x", wrt="r", target="numpy")
    points = np.random.default_rng(0).uniform(0.1, 0.9, 30_000)
    whole, slope = fast.value_and_grad(points, 2.5)
    parts = [fast.value_and_grad(part, 2.5) for part in np.split(points, 30)]
    assert math.isclose(whole, sum(value for value, _ in parts) / 30, rel_tol=1e-12)
    assert math.isclose(slope, sum(by_r for _, by_r in parts) / 30, rel_tol=1e-9)


def test_what_is_used_of_all_steps_is_one_array():
    def f(h, w, y):
        total = 0.0
        for target in y:
            h = ag.sin(w * h + 0.5)
            total = total + ag.square(h - target)
        return total / len(y)

    y = np.linspace(-1, 1, 60)
    fast = ag.compile(f, wrt=("h", "w", "y"), target="numpy")
    found, slopes = fast.value_and_grad(0.3, 0.7, y)
    value, gradients, size, _ = eager(f, {"h": 0.3, "w": 0.7, "y": y.tolist()})
    assert agree([found], [value], [size])
    assert same([np.asarray(slope).tolist() for slope in slopes], gradients)
    there, _ = lines_of(fast.source)
    assert len(there) <= 4
    assert "h_t[1:] - y" in fast.source


def test_two_loops_follow_each_other_and_the_second_reads_the_steps_of_the_first():
    def f(x, w):
        path = []
        for _ in range(40):
            x = ag.tanh(w * x + 0.1)
            path.append(x)
        z = 0.0
        for a in reversed(path):
            z = ag.sin(z + w * a)
        return z

    fast = ag.compile(f, wrt=("x", "w"), target="numpy")
    found, slopes = fast.value_and_grad(0.3, 1.1)
    value, gradients, size, _ = eager(f, {"x": 0.3, "w": 1.1})
    assert agree([found], [value], [size])
    assert same(slopes, gradients)
    assert "loops: 2, of 40, 40 steps" in fast.report()
    assert len(lines_of(fast.source)) == 4


def test_an_inner_loop_is_written_out_within_the_outer_one():
    def f(a, b):
        x, total = 1.0, 0.0
        for t in range(30):
            target = a + 0.1 * b * t
            for _ in range(3):  # Newton's steps to the cube root
                x = x - (x * x * x - target) / (3.0 * x * x)
            total = total + x
        return total

    fast = ag.compile(f, wrt=("a", "b"), target="numpy")
    found, slopes = fast.value_and_grad(2.0, 0.5)
    targets = 2.0 + 0.1 * 0.5 * np.arange(30)
    assert "loops: 1, of " in fast.report()
    assert math.isclose(found, eager(f, {"a": 2.0, "b": 0.5})[0], rel_tol=1e-12)
    assert math.isclose(found, np.cbrt(targets).sum(), rel_tol=1e-3)
    assert same(slopes, eager(f, {"a": 2.0, "b": 0.5})[1])


def test_many_steps_of_an_equation_of_motion_take_a_short_program():
    def f(x, v, k):
        for _ in range(600):  # a pendulum, by the leapfrog method
            v = v - 0.005 * k * ag.sin(x)
            x = x + 0.01 * v
            v = v - 0.005 * k * ag.sin(x)
        return x

    fast = ag.compile(f, wrt=("x", "v", "k"), target="numpy")
    found, slopes = fast.value_and_grad(0.01, 0.0, 4.0)
    assert math.isclose(found, 0.01 * math.cos(12.0), abs_tol=1e-5)
    assert math.isclose(slopes[0], math.cos(12.0), abs_tol=1e-3)
    assert math.isclose(slopes[1], math.sin(12.0) / 2.0, abs_tol=1e-3)
    assert len(fast.source.splitlines()) < 50


def test_states_are_called_as_the_user_calls_them_and_nothing_else_gets_into_the_source():
    def f(x, name):
        for t in range(60):
            x = ag.sin(x * 1.1 + 0.3)
            x.label = name if name == "level" else f"{name}{t}"
        return x

    fast = ag.compile(f, target="numpy")
    fast.grad(0.3, "level")
    assert "level[t + 1] = np.sin(" in fast.source
    fast.grad(0.3, "x = 1; import os")
    assert "import" not in fast.source


def test_a_running_sum_stays_one_call_and_what_is_short_is_written_out():
    def running(x):
        total, result = 0.0, 0.0
        for a in x:
            total = 0.9 * total + a
            result = result + ag.tanh(total)
        return result

    fast = ag.compile(running, target="numpy")
    fast.grad(np.linspace(0, 1, 80))
    assert "running(" in fast.source
    assert "for t" not in fast.source
    short = ag.compile(logistic(12), target="numpy")
    short.grad(0.3, 3.2)
    assert "for t" not in short.source


def test_elements_that_know_nothing_of_each_other_are_done_at_once():
    def f(x, r):
        for _ in range(50):
            x = [r * a * (1 - a) for a in x]
        return ag.sum(x)

    fast = ag.compile(f, wrt=("x", "r"), target="numpy")
    x = np.linspace(0.1, 0.9, 7)
    found, slopes = fast.value_and_grad(x, 3.2)
    value, gradients, size, _ = eager(f, {"x": x.tolist(), "r": 3.2})
    assert agree([found], [value], [size])
    assert same([slopes[0].tolist(), slopes[1]], gradients)
    assert "loops: 1, of 50 steps" in fast.report()
    assert "x_t = np.empty((51, 7))" in fast.source


def test_a_value_that_is_captured_is_read_at_each_call():
    r = ag.Value(3.2)

    def f(x):
        for _ in range(100):
            x = r * x * (1 - x)
        return x

    fast = ag.compile(f, wrt=r, target="numpy")
    fast.grad(0.3)
    r.data = 2.9
    value, gradients, size, _ = eager(logistic(100), {"x": 0.3, "r": 2.9})
    found, slope = fast.value_and_grad(0.3)
    assert agree([found], [value], [size])
    assert math.isclose(slope, gradients[1], rel_tol=1e-9)


def test_several_results_stand_beside_each_other():
    def f(x):
        path = []
        for _ in range(100):
            x = ag.sin(x) * 1.2
            path.append(x)
        return [path[0], path[49], x]

    fast = ag.compile(f, target="numpy")
    found = fast(0.7)
    x, expected = 0.7, []
    for _ in range(100):
        x = math.sin(x) * 1.2
        expected.append(x)
    assert np.allclose(found, [expected[0], expected[49], x], rtol=1e-13)
    assert "for t in range(" in fast.source


def test_a_loop_that_diverges_raises_what_the_engine_raises():
    def f(x):
        for _ in range(60):
            x = 0.5 * ag.sin(x) + x * x
        return x

    fast = ag.compile(f, target="numpy")
    fast.grad(0.3)
    assert "for t in range(" in fast.source
    with pytest.raises(ag.DomainError) as compiled:
        fast(3.0)
    with pytest.raises(ag.DomainError) as eagerly:
        f(ag.Value(3.0))
    assert str(compiled.value) == str(eagerly.value)
    assert "eager engine: 1" in fast.report()


def test_what_overflows_to_infinity_in_the_engine_does_so_in_a_loop():
    fast = ag.compile(logistic(60), target="numpy")
    assert fast(0.3, 3.2) == pytest.approx(eager(logistic(60), {"x": 0.3, "r": 3.2})[0])
    assert fast(3.0, 3.2) == -math.inf


def test_an_overflowed_product_within_a_loop_goes_not_unnoticed():
    def f(W, h):  # after the tanh it would show no more
        for _ in range(40):
            h = [ag.tanh(ag.dot(row, h)) for row in W]
        return ag.sum(h)

    fast = ag.compile(f, target="numpy")
    fast(np.eye(3), np.ones(3))
    assert "check(sums)" in fast.source
    assert "for t in range(" in fast.source
    W = np.full((3, 3), 1e308)
    assert fast(W, np.ones(3)) == 3.0  # of ∞ it is 1
    assert "eager engine: 1" in fast.report()
    W[0] = [1e308, 1e308, -1e308]
    W[1:] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    with pytest.raises(ag.DomainError) as compiled:
        fast(W, np.array([2.0, 0.0, 3.0]))
    with pytest.raises(ag.DomainError) as eagerly:
        f(W.tolist(), [ag.Value(a) for a in (2.0, 0.0, 3.0)])
    assert str(compiled.value) == str(eagerly.value)


@pytest.mark.parametrize("start", range(0, 8, 4))
def test_random_loops_raise_at_extreme_numbers_what_the_engine_raises(every_loop, start):
    raised = 0
    for seed in range(start, start + 4):
        f, arguments = looping(seed, live=True)
        fast = ag.compile(f, wrt=tuple(arguments), target="numpy")
        generator = random.Random(seed)
        for share in (0.01, 0.05, 0.2):
            given = {name: extreme(tree, generator, share) for name, tree in arguments.items()}
            for gradient in (False, True):
                run = _slopes_too(fast) if gradient else fast
                engine = functools.partial(eager_or_error, f, gradient=gradient)
                expected = outcome(engine, {"arguments": given})
                assert outcome(run, given) == expected, (seed, given)
                raised += isinstance(expected[0], type)
    assert raised > 4


def _slopes_too(fast):
    return lambda **given: fast.value_and_grad(**given)[0]


def irregular_in_the_middle(x, r):
    """One step that hangs on another one than its neighbours do."""
    path = [x, x * 0.5, x * 0.3]
    for t in range(60):
        path.append(ag.sin(path[-3 if t == 20 else -1] * (1 + 0.01 * t)) * r)
    return ag.sum(path)


def same_number_twice(x, r):
    """A number that is handed on, and beside it one that is the same."""
    path, beside, y = [], [], x
    for _ in range(60):
        x = ag.sin(r * y) + 0.2
        y = 0.0 + x
        path.append(x * r)
        beside.append(y)
    return ag.sum(path) * x + ag.sum([ag.tanh(y) for y in beside])


def _is_wrong(f):
    arguments = {"x": 0.7, "r": 1.3}
    fast = ag.compile(f, wrt=("x", "r"), target="numpy")
    found, slopes = fast.value_and_grad(**arguments)
    value, gradients, size, _ = eager(f, arguments)
    own = "eager engine: 0" in fast.report() and "loops: " in fast.report()
    return not (own and agree([found], [value], [size]) and same(slopes, gradients))


@pytest.mark.parametrize("f", [irregular_in_the_middle, same_number_twice])
def test_no_step_is_taken_for_another_one(f):
    assert not _is_wrong(f)


def _one_later(original):
    def index(self, counter):
        return original(self, counter).replace("]", " - 1]")

    return index


def _nothing_first(original):
    return lambda staged, shape, lag, nodes: 0.0


def _backwards(original):
    return lambda staged, shape, kind, pairs: original(
        staged, shape, kind, [(a, b) for (a, _), (_, b) in zip(pairs, pairs[::-1], strict=True)]
    )


def _all_alike(original):
    return lambda self: original(self) | True


def _last_kept(original):
    def again(block, rows, header):
        before = {name: [row.replace("t +", "t - 1 +") for row in r] for name, r in rows.items()}
        return original(block, before, header)

    return again


def _without_what_was_first(original):
    def pass_on(reverse, number, each):
        firsts = [left.first for left in each.loop.left]
        for left in each.loop.left:
            left.first = None
        original(reverse, number, each)
        for left, first in zip(each.loop.left, firsts, strict=True):
            left.first = first

    return pass_on


def _nothing_moves(original):
    def reverse_of_step(reverse, loop, written):
        found = original(reverse, loop, written)
        outside = {k for k, handed in enumerate(loop.handed) if handed.row is None}
        found.moves -= {
            k for k, c in enumerate(found.classes) if c.operation == "leaf" and c.array in outside
        }
        return found

    return reverse_of_step


def _one_round(original):
    def roll(self):
        self.inputs.find()
        return self._roll_once()

    return roll


def _unchecked_rows(original):
    def stored(block, name, rows):
        original(block, name, rows[:1] if len(rows) > 1 else rows)

    return stored


FAULTS = {
    "steps: which are alike": (steps_of_loop.Steps, "good_ones", _all_alike),
    "inputs: rows": (loops.Handed, "index", _one_later),
    "inputs: copies": (loop_inputs, "_copied", _backwards),
    "inputs: first": (loop_bodies, "what_was_first", _nothing_first),
    "bodies: where states stand": (loop_bodies._Body, "roll", _one_round),
    "forwards: rows": (loops.Left, "index", _one_later),
    "forwards: two rows": (loop_writing, "_store", _unchecked_rows),
    "backwards: rows": (loop_writing, "_again", _last_kept),
    "backwards: first": (differentiate, "pass_on_history", _without_what_was_first),
    "backwards: what all steps share": (loop_reverse, "_reverse_of_step", _nothing_moves),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(every_loop, monkeypatch, name):
    owner, attribute, fault = FAULTS[name]
    monkeypatch.setattr(owner, attribute, fault(getattr(owner, attribute)))
    directed = (irregular_in_the_middle, same_number_twice)
    assert any(map(_differs_or_fails, range(40))) or any(map(_is_wrong, directed))


def _differs_or_fails(seed):
    try:
        return differs(seed)
    except Exception:  # noqa: BLE001 - any error shows it
        return True


def test_loops_are_drawn_as_one_card_each():
    fast = ag.compile(logistic(100), target="numpy", wrt=("x", "r"))
    fast.grad(0.3, 3.2)
    steps = {step.name: step for step in fast._latest().steps()}
    there = steps["for t in range(100)"]
    assert there.kind == "forward"
    assert "x_t[t + 1] = r * x_now * s" in there.formulas
    assert steps["for t in reversed(range(100))"].kind == "backward"
    assert "for t in range" in fast.draw().svg


def test_networks_are_trained_through_time():
    net = ag.MLP([2, 2], activation="identity", seed=0)

    def loss(x, y):
        h = [0.0, 0.0]
        for a in x:
            h = [ag.tanh(s + a) for s in net(h)]
        return ag.square(h[0] - y)

    fast = ag.compile(loss, batched=("x", "y"), target="numpy")
    generator = np.random.default_rng(3)
    x, y = generator.normal(size=(6, 60)), generator.normal(size=6)
    found, slopes = fast.value_and_grad(x, y)
    total = ag.sum([loss(row, target) for row, target in zip(x.tolist(), y.tolist(), strict=True)])
    (total / 6).backward()
    assert "for t in range(" in fast.source
    assert math.isclose(found, total.data / 6, rel_tol=1e-12)
    for name, parameters in net.named_arrays().items():
        expected = [p.grad for p in flat_values(parameters)]
        assert np.allclose(np.ravel(slopes[name]), expected, rtol=1e-9, atol=1e-12)


def flat_values(nest):
    return (
        [leaf for part in nest for leaf in flat_values(part)]
        if isinstance(nest, (list, tuple))
        else [nest]
    )
