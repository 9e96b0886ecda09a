"""Array code says what the eager engine says, to the rounding of a sum in another order."""

import math
import random

import numpy as np
import pytest
from programs import agree, eager, flat, irregular, structured

import autograd_mini as ag
from autograd_mini.compiler import compile, take
from autograd_mini.operations import TABLE

WRT = ("x", "M", "c")
SEEDS = 200


def check(f, arguments, seed):
    value, gradients, size, sizes = eager(f, arguments)
    fast = compile(f, wrt=tuple(arguments), target="numpy")
    found, slopes = fast.value_and_grad(**arguments)
    assert agree([found], [value], [size]), (seed, found, value)
    assert agree(flat(slopes), gradients, sizes), (seed, flat(slopes), gradients)
    assert agree([fast(**arguments)], [value], [size]), seed
    assert "eager engine: 0" in fast.report(), seed
    return fast


@pytest.mark.parametrize("start", range(0, SEEDS, 50))
def test_random_structured_programs_agree(start):
    for seed in range(start, start + 50):
        check(*structured(seed), seed)


@pytest.mark.parametrize("seed", range(10))
def test_random_irregular_graphs_agree(seed):
    check(*irregular(seed, 60 * (seed + 1)), seed)


def test_an_irregular_graph_of_10_000_operations_agrees():
    check(*irregular(3, 3400), 3)


@pytest.mark.parametrize("seed", range(40))
def test_batches_of_random_programs_agree(seed):
    f, arguments = structured(seed)
    generator, count = random.Random(seed), 4
    batch = [[x + generator.uniform(-0.1, 0.1) for x in arguments["x"]] for _ in range(count)]
    each = [eager(f, arguments | {"x": x}) for x in batch]
    fast = compile(f, batched="x", wrt=WRT)
    value, (by_x, by_M, by_c) = fast.value_and_grad(np.array(batch), arguments["M"], arguments["c"])
    sizes = [s + sum(e[2] for e in each) for s in map(sum, zip(*(e[3] for e in each), strict=True))]
    size = len(arguments["x"])
    assert agree([value * count], [sum(e[0] for e in each)], [sum(e[2] for e in each)])
    expected = [g for e in each for g in e[1][:size]]
    assert agree(flat(by_x * count), expected, [s for e in each for s in e[3][:size]])
    rest = [sum(column) for column in zip(*(e[1][size:] for e in each), strict=True)]
    assert agree([g * count for g in [*flat(by_M), by_c]], rest, sizes[size:])
    alone = compile(f, batched="x", reduce=None, wrt=WRT)
    values, (_, by_M, by_c) = alone.value_and_grad(np.array(batch), arguments["M"], arguments["c"])
    assert agree(list(values), [e[0] for e in each], [e[2] for e in each])
    expected = [g for e in each for g in e[1][size:-1]]
    assert np.shape(by_M) == (count, *np.shape(arguments["M"]))
    assert agree(flat(by_M), expected, [s for e in each for s in e[3][size:-1]])
    assert agree(flat(by_c), [e[1][-1] for e in each], [e[3][-1] for e in each])


def _points(row, generator):
    names = row.operand_names * 2 if row.variadic else row.operand_names
    for _ in range(200):
        point = [generator.uniform(-3, 3) for _ in names]
        if row.accepts(*point):
            yield point


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if row.partials and n != "where"])
def test_every_row_of_the_table_agrees(name):
    row = TABLE[name]
    whole = [not row.variadic and partial.rule is None for partial in row.partials]
    generator = random.Random(name)
    for full in list(_points(row, generator))[:10]:
        point = full[:1] if name == "round" else full
        if whole[0]:
            f, point = (lambda x: row(2, x * 1.5)), point[1:]
        elif len(point) == 2:
            f = lambda x, y: row(x * 1.5, y + 0.0)  # noqa: E731
        elif len(point) == 3:
            f = lambda x, y, z: row(x * 1.5, y + 0.0, z + 0.0)  # noqa: E731
        else:
            f = lambda x: row(x * 1.5)  # noqa: E731
        arguments = dict(zip("xyz", point, strict=False))
        try:
            value, gradients, *_ = eager(f, arguments)
        except (ArithmeticError, ValueError):
            continue
        found, slopes = compile(f, wrt=tuple(arguments), target="numpy").value_and_grad(*point)
        assert math.isclose(found, value, rel_tol=1e-12, abs_tol=1e-13), point
        for a, b in zip(slopes, gradients, strict=True):
            assert math.isclose(a, b, rel_tol=1e-11, abs_tol=1e-12), (point, slopes, gradients)


def test_outside_the_domain_it_raises_what_the_engine_raises():
    fast = compile(ag.log, batched="x")
    assert fast([1.0, math.e]) == 0.5
    with pytest.raises(ag.DomainError, match=r"log is not defined at \(-1.0\)"):
        fast.grad([1.0, -1.0])
    with pytest.raises(ag.DomainError, match=r"log is not defined at \(0.0\)"):
        fast([0.0])
    with pytest.raises(ag.NonFiniteGradientError, match="sqrt"):
        compile(ag.sqrt, batched="x").grad([0.0])
    with pytest.raises(ag.DomainError, match="lgamma"):
        compile(lambda x: ag.exp(-ag.lgamma(x)), batched="x")([-2.0])


def test_a_branch_that_is_not_chosen_may_lie_outside_its_domain():
    def f(x):
        return ag.where(x > 0, lambda: ag.log(x) * ag.sqrt(x), lambda: x / (x - 1))

    fast = compile(f, batched="x", reduce=None)
    points = [0.5, 0.0, -1.0, 1.0, 2.0]
    values, slopes = fast.value_and_grad(points)
    expected = [eager(f, {"x": x}) for x in points]
    assert np.allclose(values, [e[0] for e in expected], rtol=1e-14)
    assert np.allclose(slopes, [e[1][0] for e in expected], rtol=1e-14)
    assert "eager engine: 0" in fast.report()


def test_softmax_and_its_relatives_stay_stable():
    for f in (
        lambda x: ag.logsumexp(x) * 1.0,
        lambda x: ag.softmax(x)[1],
        lambda x: ag.log_softmax(x)[2],
        lambda x: ag.cross_entropy_from_logits(x, [0, 1, 0]),
    ):
        fast = compile(f, target="numpy")
        for x in ([1e3, -1e3, 0.0], [0.0, 0.0, 0.0], [0.0, 40.0, 1.0], [-1e5, -1e5, -1e5]):
            value, gradients, *_ = eager(f, {"x": x})
            found, slopes = fast.value_and_grad(x)
            assert math.isclose(found, value, rel_tol=1e-14), (x, found, value)
            assert np.allclose(slopes, gradients, rtol=1e-13, atol=1e-16)


def test_take_gathers_and_its_gradient_adds_up():
    fast = compile(
        lambda p, i, j: take(p, i) * take(p, j) + ag.sum(take([p, p], 0)), batched=("i", "j")
    )
    p = [1.0, 2.0, 3.0]
    value, slopes = fast.value_and_grad(p, [0, 1, 1], [2, 1, 0])
    assert value == pytest.approx(6 + (3 + 4 + 2) / 3)
    assert slopes == pytest.approx([1 + 5 / 3, 1 + 5 / 3, 1 + 1 / 3])
    with pytest.raises(IndexError, match="from 0 to 2, not 3"):
        fast(p, [3], [0])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "gelu"])
def test_networks_agree_with_the_delta_formulas_of_the_engine(activation):
    net = ag.MLP([3, 4, 2], activation=activation, seed=3)
    fast = compile(lambda x, y: ag.log_loss_from_logits(net.logits(x), y), batched=("x", "y"))
    generator = np.random.default_rng(1)
    X, Y = generator.normal(size=(5, 3)), generator.integers(0, 2, size=(5, 2)).astype(float)
    value, gradients = fast.value_and_grad(X, Y)
    net.zero_grad()
    root = ag.mean(
        ag.log_loss_from_logits(net.logits(x), list(y)) for x, y in zip(X, Y, strict=True)
    )
    root.backward()
    assert value == pytest.approx(root.data, rel=1e-13)
    assert np.allclose(flat(gradients), [p.grad for p in net.parameters()], rtol=1e-12, atol=1e-15)
    net.layers[0].W[0][0].data += 1.0
    assert fast(X, Y) != value


def test_examples_that_differ_in_number_are_refused():
    with pytest.raises(ValueError, match="x 2, y 3 came"):
        compile(lambda x, y: x * y, batched=("x", "y"))([1.0, 2.0], [1.0, 2.0, 3.0])
