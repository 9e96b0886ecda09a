"""Compiled Jacobians, Hessians and their products say what `derivatives` says, for all at once."""

import random

import numpy as np
import pytest
from programs import SMOOTH, flat, structured

import autograd_mini as ag
from autograd_mini.compiler import compile, take

RNG = np.random.default_rng(3)


def close(found, expected, tolerance=1e-10):
    found, expected = np.array(flat(found)), np.array(flat(expected))
    scale = max(np.abs(expected).max(initial=0.0), 1.0)
    return found.shape == expected.shape and np.abs(found - expected).max() <= tolerance * scale


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def test_the_hessian_of_rosenbrock_goes_forward_over_reverse_in_a_few_lines():
    x = np.linspace(-1.0, 1.0, 100)
    fast = compile(rosenbrock)
    found = fast.hessian(x)
    assert found.shape == (100, 100)
    i = np.arange(99)
    expected = np.zeros((100, 100))  # by hand
    expected[i, i] += 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    expected[i + 1, i + 1] += 200
    expected[i, i + 1] = expected[i + 1, i] = -400 * x[:-1]
    assert np.allclose(found, expected, rtol=1e-13, atol=1e-11)
    assert "rolled" in fast.report()
    assert fast.source.count("\n") <= 17
    product = fast.hvp(np.ones(100), x)
    assert np.allclose(product, expected.sum(1), rtol=1e-12, atol=1e-11)
    assert "(100, 100)" not in fast.source  # no Hessian is built for that


@pytest.mark.parametrize("seed", range(60))
def test_derivatives_of_random_programs_are_those_of_the_engine(seed):
    f, arguments = structured(seed)
    name = random.Random(seed).choice(["x", "M", "c"])
    place = list(arguments).index(name)
    fast, point = compile(f, wrt=name), list(arguments.values())
    assert close(fast.hessian(**arguments), ag.hessian(f, place)(*point))
    assert close(fast.jacobian(**arguments), ag.jacobian(f, place)(*point))
    vector = (RNG.normal(size=np.shape(arguments[name]))).tolist()
    swapped = [point[place], *(p for p in point if p is not point[place])]

    def moved(first, *rest):
        given = list(rest)
        given.insert(place, first)
        return f(*given)

    zeros = [np.zeros(np.shape(p)).tolist() for p in swapped[1:]]
    expected = ag.hvp(moved, tuple(swapped), (vector, *zeros))
    assert close(fast.hvp(vector, **arguments), expected)
    assert "eager engine: 0" in fast.report()


@pytest.mark.parametrize("seed", range(40))
def test_jacobians_of_many_results_go_the_shorter_way(seed):
    generator = random.Random(seed)
    size, results = generator.randint(1, 6), generator.randint(1, 6)
    chosen = [generator.choice(SMOOTH) for _ in range(3)]

    def f(x):
        a = [chosen[0](v * 0.7 + 0.1 * k) for k, v in enumerate(x)]
        b = [chosen[1](ag.sum(a) - v) for v in a]
        out = [chosen[2](b[k % size] * x[k // 2 % size]) for k in range(results)]
        return {"out": out, "last": 3.0, "first": x[0]}

    x = [generator.uniform(-1, 1) for _ in range(size)]
    fast = compile(f)
    found = fast.jacobian(x)
    expected = ag.jacobian(f)(x)
    assert list(found) == list(expected)
    assert all(close(found[key], expected[key]) for key in expected)
    batch = compile(f, batched="x", reduce=None).jacobian(np.array([x, [v / 2 for v in x]]))
    half = ag.jacobian(f)([v / 2 for v in x])
    for row, each in enumerate((expected, half)):
        assert np.shape(batch["out"]) == (2, results, size)
        assert close(batch["out"][row], each["out"])
        assert close(batch["first"][row], each["first"])


@pytest.mark.parametrize("seed", range(40))
def test_batches_give_one_hessian_for_each_example_or_that_of_the_mean(seed):
    f, arguments = structured(seed)
    x, M, c = arguments.values()
    batch = np.array(x) + RNG.uniform(-0.1, 0.1, (3, len(x)))
    each = [ag.hessian(f)(row.tolist(), M, c) for row in batch]
    found = compile(f, batched="x", reduce=None).hessian(batch, M, c)
    assert found.shape == (3, len(x), len(x))
    assert close(found, each)
    by_M = [ag.hessian(f, 1)(row.tolist(), M, c) for row in batch]
    assert close(compile(f, batched="x", reduce=None, wrt="M").hessian(batch, M, c), by_M)
    mean = np.mean([flat(one) for one in by_M], 0)
    assert close(compile(f, batched="x", wrt="M").hessian(batch, M, c), mean)
    along = RNG.normal(size=batch.shape)
    product = compile(f, batched="x").hvp(along, batch, M, c)
    assert product.shape == batch.shape
    expected = [np.array(one) @ v / 3 for one, v in zip(each, along, strict=True)]
    assert close(product, expected)


def test_what_does_not_roll_is_differentiated_too():
    def f(x):
        pool = list(x)
        r = random.Random(1)
        for _ in range(400):
            pool.append(r.choice(SMOOTH)(r.choice(pool[-9:]) - 0.3 * r.choice(pool)))
        return pool[-1] + pool[-2]

    x = [0.3, -0.2, 0.9]
    fast = compile(f)
    assert close(fast.hessian(x), ag.hessian(f)(x))
    assert "by levels" in fast.report()
    assert close(fast.hvp([1.0, 0.0, 2.0], x), ag.hvp(f, (x,), ([1.0, 0.0, 2.0],)))
    assert close(fast.jacobian(x), ag.grad(f)(x))
    batch = compile(f, batched="x", reduce=None)
    assert close(batch.hessian([x, x]), [ag.hessian(f)(x)] * 2)
    assert close(compile(f, batched="x").hvp([x, x], [x, x]), [
        [v / 2 for v in ag.hvp(f, (x,), (x,))]] * 2)  # fmt: skip


PICKING = (
    lambda x, i: take([v**3 for v in x], i) * ag.sum(x),
    lambda x, i: ag.logsumexp(x) * take(x, i),
    lambda x, i: ag.sum(v**3 for v in take([[a * b for a in x] for b in x], i)),
    lambda x, i: take([x[0] ** 2, ag.exp(x[1]), 3.0, x[2] ** 4], i) * x[0],
    lambda x, i: ag.where(x[0] > x[1], lambda: ag.log(x[0]) * x[2], lambda: x[1] ** 3) * x[0] + i,
    lambda x, i: ag.cross_entropy_from_logits([a * x[0] for a in x], [0.0, 1.0, 0.0]) + 0 * i,
    lambda x, i: ag.maximum(*x) ** 2 * ag.hypot(*x) + i,
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(PICKING)))
def test_picking_and_choosing_have_second_derivatives(number):
    f = PICKING[number]
    for index in range(3):
        x = [0.9, 0.4 + index, 1.3]
        fast = compile(f, wrt="x", target="numpy")
        assert close(fast.hessian(x, index), ag.hessian(lambda x, i=index: f(x, i))(x))
        assert "rolled" in fast.report()


def test_a_jacobian_has_the_axes_of_the_result_before_those_of_the_argument():
    def f(x, y):
        return {"a": ag.exp(x[0] * y), "b": [x[1], ag.where(x[0] > 0, x[0] * x[1], 0.0)]}

    found = compile(f).jacobian([0.5, 2.0], 3.0)
    assert found == ag.jacobian(f)([0.5, 2.0], 3.0)
    by_y = compile(f, wrt="y").jacobian([0.5, 2.0], 3.0)
    assert by_y == ag.jacobian(f, 1)([0.5, 2.0], 3.0)


POINTS = (
    np.linspace(0.1, 0.9, 6).reshape(2, 3), [[0.1, 0.2], [0.3, 0.4]], {"a": [0.1, 0.2], "b": 0.3},
    (0.5, [0.2, 0.4]), 0.7,
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(POINTS)))
def test_results_have_the_structure_that_the_engine_gives(number):
    point = POINTS[number]

    def f(p):
        return ag.sum(ag.sin(v) * v for v in ag_leaves(p)) ** 2

    expected, found = ag.hessian(f)(point), compile(f).hessian(point)
    assert same(found, expected)
    assert same(compile(f).hvp(point, point), ag.hvp(f, (point,), (point,)))
    assert same(compile(f).jacobian(point), ag.jacobian(f)(point))


def ag_leaves(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple, np.ndarray)):
        return [leaf for part in tree for leaf in ag_leaves(part)]
    return [tree]


def same(found, expected):
    """Tell whether two nests have one structure, and almost equal numbers."""
    if isinstance(expected, np.ndarray):
        return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-12)
    if isinstance(expected, dict):
        return list(found) == list(expected) and all(same(found[k], expected[k]) for k in expected)
    if isinstance(expected, (list, tuple)):
        pairs = zip(found, expected, strict=True)
        return type(found) is type(expected) and all(same(a, b) for a, b in pairs)
    return isinstance(found, float) and found == pytest.approx(expected, rel=1e-12)


def test_what_is_not_finite_raises_what_the_engine_raises():
    for name in ("hessian", "jacobian"):
        with pytest.raises(ag.DomainError, match="log is not defined"):
            getattr(compile(lambda x: ag.log(x[0]) * x[1]), name)([-1.0, 2.0])
    with pytest.raises(ag.DomainError, match="log is not defined"):
        compile(lambda x: ag.log(x) * x, batched="x", reduce=None).hessian([1.0, -2.0])
    with pytest.raises(ag.DomainError, match="log is not defined"):
        compile(lambda x: ag.log(x[0]) * x[1]).hvp([1.0, 1.0], [-1.0, 2.0])


def test_parameters_of_a_network_are_read_at_each_call():
    net = ag.MLP([2, 3, 1], activation="tanh", seed=0)
    fast = compile(lambda x: net(x)[0], batched="x", reduce=None, wrt="x")
    X = RNG.normal(size=(4, 2))
    before = fast.hessian(X)
    net.layers[0].W[0][0].data += 0.5
    after = fast.hessian(X)
    assert not np.allclose(before, after)
    for row, found in zip(X, after, strict=True):
        assert close(found, ag.hessian(lambda x: net(x)[0])(row.tolist()))
    assert "programs kept: 1" in fast.report()
