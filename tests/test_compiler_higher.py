"""Compiled Hessians are by whatever gradients are by: arguments, containers, networks, Values."""

import random
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from programs import SMOOTH, flat, structured

import autograd_mini as ag
from autograd_mini.compiler import compile, higher
from autograd_mini.compiler.symbols import TracingError

RNG = np.random.default_rng(5)


def close(found, expected, tolerance=1e-11):
    found, expected = np.array(flat(found)), np.array(flat(expected))
    scale = max(np.abs(expected).max(initial=0.0), 1.0)
    return found.shape == expected.shape and np.abs(found - expected).max() <= tolerance * scale


def matrix(blocks):
    """Return blocks by name, of any axes, as one matrix."""
    sizes = {name: round(np.size(row[name]) ** 0.5) for name, row in blocks.items()}
    rows = [[np.reshape(row[k], (sizes[n], sizes[k])) for k in row] for n, row in blocks.items()]
    return np.block(rows)


# Against closed forms


def test_the_hessian_of_cross_entropy_by_logits_is_diag_p_minus_pp():
    s, y = RNG.normal(size=5) * 3, np.eye(5)[2]
    fast = compile(ag.cross_entropy_from_logits, target="numpy")
    p = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
    expected = np.diag(p) - np.outer(p, p)
    found = fast.hessian(s, y)
    assert np.allclose(found, expected, rtol=1e-12, atol=1e-15)
    v = RNG.normal(size=5)
    assert np.allclose(fast.hvp(v, s, y), expected @ v, rtol=1e-11, atol=1e-15)


def test_the_hessian_of_logistic_regression_is_xt_s_x():
    X, y = RNG.normal(size=(40, 3)), (RNG.normal(size=40) > 0) * 1.0
    w, b = RNG.normal(size=3), 0.3

    def loss(x, y, w, b):
        return ag.log_loss_from_logits(sum(wj * xj for wj, xj in zip(w, x, strict=True)) + b, y)

    a = 1 / (1 + np.exp(-(X @ w + b)))
    rows = np.hstack([X, np.ones((40, 1))])
    expected = rows.T @ ((a * (1 - a))[:, None] * rows) / 40
    fast = compile(loss, batched=("x", "y"), wrt=("w", "b"))
    (ww, wb), (bw, bb) = fast.hessian(X, y, w, b=b)
    assert np.allclose(np.block([[ww, wb[:, None]], [bw, bb]]), expected, rtol=1e-12)
    assert isinstance(bb, float)
    along = fast.hvp((np.ones(3), 2.0), X, y, w, b)
    assert close(along, expected @ [1.0, 1.0, 1.0, 2.0])

    def whole(p):  # the user's own loop over the examples
        pairs = zip(X.tolist(), y.tolist(), strict=True)
        return ag.sum([loss(x, t, p["w"], p["b"]) for x, t in pairs]) / 40

    H = compile(whole).hessian({"w": w, "b": b})
    assert {name: list(row) for name, row in H.items()} == {"w": ["w", "b"], "b": ["w", "b"]}
    assert np.allclose(matrix(H), expected, rtol=1e-12)


def test_without_residuals_the_hessian_of_a_quadratic_loss_is_that_of_gauss_and_newton():
    net = ag.MLP([2, 4, 3], activation="tanh", seed=1)
    X = RNG.normal(size=(6, 2))
    Y = np.array([[value.data for value in net(x)] for x in X.tolist()])

    def loss(x, y):
        return ag.sum([(a - t) ** 2 for a, t in zip(net(x), y, strict=True)]) / 2

    J = compile(net, batched="x", reduce=None).jacobian(X)
    assert {name: block.shape for name, block in J.items()} == {
        "W2": (6, 3, 4, 2), "b2": (6, 3, 4), "W3": (6, 3, 3, 4), "b3": (6, 3, 3)}  # fmt: skip
    J = np.concatenate([block.reshape(18, -1) for block in J.values()], 1)
    H = compile(loss, batched=("x", "y")).hessian(X, Y)
    assert H["W2"]["b3"].shape == (4, 2, 3)
    assert np.allclose(matrix(H), J.T @ J / 6, rtol=1e-11, atol=1e-13)


def gradient_by_hand(theta, X, Y):
    """Return the gradient of a sigmoid network's log loss (lecture, *Backpropagation*).

    It is analytic, so that an imaginary step in the parameters shows the gradient's slope.
    """
    W2, b2, W3, b3 = theta
    a2 = np.tanh(X @ W2.T + b2)
    delta3 = (1 / (1 + np.exp(-(a2 @ W3.T + b3))) - Y) / len(X)
    delta2 = (delta3 @ W3) * (1 - a2**2)
    return [delta2.T @ X, delta2.sum(0), delta3.T @ a2, delta3.sum(0)]


def test_the_hessian_of_a_network_is_what_an_imaginary_step_of_the_delta_formulas_shows():
    net = ag.MLP([3, 5, 2], activation="tanh", seed=2)
    X, Y = RNG.normal(size=(7, 3)), (RNG.normal(size=(7, 2)) > 0) * 1.0

    def loss(x, y):
        return ag.log_loss_from_logits(net.logits(x), y)

    fast = compile(loss, batched=("x", "y"))
    for _ in range(2):  # parameters are read at each call
        theta = [np.array(numbers) for numbers in net.state_dict().values()]
        vector = [RNG.normal(size=numbers.shape) for numbers in theta]
        moved = [numbers + 1e-200j * v for numbers, v in zip(theta, vector, strict=True)]
        expected = [g.imag / 1e-200 for g in gradient_by_hand(moved, X, Y)]
        named = dict(zip(net.state_dict(), vector, strict=True))
        found = fast.hvp(named, X, Y)
        assert list(found) == ["W2", "b2", "W3", "b3"]
        assert all(
            np.allclose(f, e, rtol=1e-11) for f, e in zip(found.values(), expected, strict=True)
        )
        H = matrix(fast.hessian(X, Y))
        assert np.allclose(H, H.T, rtol=1e-11, atol=1e-15)
        flat_vector, flat_product = np.array(flat(vector)), np.array(flat(expected))
        assert np.allclose(H @ flat_vector, flat_product, rtol=1e-11, atol=1e-14)
        net.layers[0].W[0][0].data += 0.5


# Against the eager engine


@pytest.mark.parametrize("seed", range(40))
def test_derivatives_by_several_arguments_are_those_of_the_engine(seed):
    f, arguments = structured(seed)
    wrt = ("x", "M", "c") if seed % 2 else ("c", "x")
    places = [list(arguments).index(name) for name in wrt]
    fast = compile(f, wrt=wrt)
    expected = ag.hessian(f, places)(*arguments.values())
    found = fast.hessian(**arguments)
    assert all(close(found[i][j], expected[i][j], 1e-10)
               for i in range(len(wrt)) for j in range(len(wrt)))  # fmt: skip
    assert close(fast.jacobian(**arguments), ag.grad(f, places)(*arguments.values()))
    vector = {name: RNG.normal(size=np.shape(arguments[name])).tolist() for name in arguments}
    product = fast.hvp(tuple(vector[name] for name in wrt), **arguments)
    moving = [vector[n] if n in wrt else np.zeros(np.shape(vector[n])).tolist() for n in arguments]
    each = [ag.jvp(ag.grad(f, p), tuple(arguments.values()), tuple(moving))[1] for p in places]
    assert close(product, each, 1e-10)
    assert "eager engine: 0" in fast.report()


@pytest.mark.parametrize("seed", range(20))
def test_batches_by_several_arguments_are_those_of_their_examples(seed):
    f, arguments = structured(seed)
    x, M, c = arguments.values()
    X = np.array(x) + RNG.uniform(-0.1, 0.1, (3, len(x)))
    each = [ag.hessian(f, (0, 1))(row.tolist(), M, c) for row in X]
    found = compile(f, batched="x", reduce=None, wrt=("x", "M")).hessian(X, M, c)
    assert all(close(found[i][j], [one[i][j] for one in each], 1e-10)
               for i in range(2) for j in range(2))  # fmt: skip
    slopes = [ag.grad(f, (0, 1))(row.tolist(), M, c) for row in X]
    jacobian = compile(f, batched="x", reduce=None, wrt=("x", "M")).jacobian(X, M, c)
    assert all(close(jacobian[i], [one[i] for one in slopes]) for i in range(2))
    fast = compile(f, batched="x", wrt=("x", "M"))
    V, W = RNG.normal(size=X.shape), RNG.normal(size=np.shape(M))
    by_x, by_M = fast.hvp((V, W), X, M, c)
    size = len(x)
    whole = [np.block([[np.reshape(one[i][j], (s, t)) for j, t in enumerate((size, W.size))]
                       for i, s in enumerate((size, W.size))]) for one in each]  # fmt: skip
    expected = [H @ [*v, *W.ravel()] / 3 for H, v in zip(whole, V, strict=True)]
    assert np.shape(by_x) == X.shape
    assert np.shape(by_M) == np.shape(M)
    assert close(by_x, [e[:size] for e in expected], 1e-10)
    assert close(by_M, np.sum([e[size:] for e in expected], 0), 1e-10)
    apart = compile(f, batched="x", wrt=("x", "M"), reduce=None).hvp((V, W), X, M, c)
    assert close(apart[1], [3 * e[size:] for e in expected], 1e-10)


def hessian_by(values, root):
    """Return the Hessian by Values, as the eager engine finds it."""
    return [[v.data for v in ag.gradients(slope, values)] for slope in ag.gradients(root, values)]


def wild(x, w):
    """A graph without a pattern, of an argument and captured Values."""
    r, pool = random.Random(3), [*x, *w]
    for _ in range(300):
        pool.append(r.choice(SMOOTH)(r.choice(pool[-9:]) - 0.3 * (x[0] * r.choice(pool))))
    return pool[-1] + pool[-2]


def test_what_does_not_roll_is_by_captured_values_too():
    w = [ag.Value(0.4), ag.Value(-0.7)]
    fast = compile(lambda x: wild(x, w), wrt=["x", w], target="numpy")
    x = [0.3, -0.2]
    values = [*map(ag.Value, x), *w]
    expected = np.array(hessian_by(values, wild(values[:2], w)))
    found = fast.hessian(x)
    assert "by levels" in fast.report()
    parts = [slice(0, 2), slice(2, 4)]
    assert all(close(found[i][j], expected[parts[i], parts[j]])
               for i in range(2) for j in range(2))  # fmt: skip
    v = RNG.normal(size=4)
    assert close(fast.hvp((v[:2], v[2:]), x), expected @ v)
    batch = compile(lambda x: wild(x, w), batched="x", wrt=["x", w])
    by_x, by_w = batch.hvp((np.array([v[:2], v[:2]]), v[2:]), [x, x])
    assert close(by_x, [(expected @ v)[:2] / 2] * 2)
    assert close(by_w, (expected @ v)[2:])
    assert close(
        compile(lambda x: wild(x, w), batched="x", wrt=w).hessian([x, x]), expected[2:, 2:]
    )


@pytest.mark.parametrize("target", ["auto", "python"])
def test_values_may_come_in_any_order_twice_or_not_at_all(target):
    v, unused = [ag.Value(1.0), ag.Value(2.0)], ag.Value(5.0)
    fast = compile(
        lambda x: x * v[0] * v[0] * v[1], wrt=[v[::-1], unused, v[0], "x"], target=target
    )
    assert fast.hessian(2.0)[0] == ([[0.0, 4.0], [4.0, 8.0]], [0.0, 0.0], [4.0, 8.0], [1.0, 4.0])
    assert fast.hessian(2.0)[1] == ([0.0, 0.0], 0.0, 0.0, 0.0)
    assert fast.hessian(2.0)[3] == ([1.0, 4.0], 0.0, 4.0, 0.0)
    a, b = [8.0, 0.0, 8.0, 4.0], [4.0, 0.0, 4.0, 1.0]  # by v[0] and by v[1]
    H = np.array([[0.0, *b], [4.0, *a], [0.0] * 5, [4.0, *a], [1.0, 4.0, 0.0, 4.0, 0.0]])
    vector = ([1.0, 2.0], 3.0, 4.0, 5.0)
    assert flat(fast.hvp(vector, 2.0)) == (H @ flat(vector)).tolist()
    v[0].data = 3.0
    assert fast.jacobian(2.0) == ([18.0, 24.0], 0.0, 24.0, 18.0)


def test_several_networks_stand_under_dotted_names():
    first, second = ag.MLP([2, 2], activation="tanh", seed=0), ag.MLP([2, 1], seed=1)
    fast = compile(lambda x: second(first(x))[0])
    H = fast.hessian([0.3, 0.7])
    assert set(H) == set(fast.grad([0.3, 0.7]))
    assert {"first.W2", "second.b2"} <= set(H)
    values = [v for name in H for v in network_values(first, second, name)]
    expected = hessian_by(values, second(first([0.3, 0.7]))[0])
    assert np.allclose(matrix(H), expected, rtol=1e-12, atol=1e-15)
    given = compile(lambda net, x: second(net(x))[0], wrt=("net", "x"))
    (by_net, mixed), (_, by_x) = given.hessian(first, np.array([0.3, 0.7]))
    assert np.allclose(by_net["W2"]["b2"], H["first.W2"]["first.b2"], rtol=1e-13)
    assert (mixed["W2"].shape, by_x.shape) == ((2, 2, 2), (2, 2))


def network_values(first, second, name):
    owner, _, key = name.partition(".")
    array = {"first": first, "second": second}[owner].named_arrays()[key]
    return flat([list(row) if isinstance(row, (list, tuple)) else row for row in array])


# Structure


@dataclass
class Settings:
    """An argument of several kinds."""

    rates: list
    base: float
    mode: str = "fast"


class Pair(NamedTuple):
    """A named tuple."""

    first: list
    second: float


def test_containers_hold_containers():
    def f(d):
        return d.rates[0] * d.rates[1] ** 2 * d.base

    H = compile(f).hessian(Settings([1.0, 2.0], 3.0))
    assert (H.mode, H.rates[0].mode, H.base.base) == ("fast", "fast", 0.0)
    assert (H.rates[0].rates, H.rates[1].base, H.base.rates) == ([0.0, 12.0], 4.0, [4.0, 4.0])

    def g(p):
        return p.first[0] * p.first[1] ** 2 * p.second

    pair = Pair([1.0, 2.0], 3.0)
    assert compile(g).hessian(pair) == ag.hessian(g)(pair)
    assert compile(g).hvp(Pair([1.0, 0.0], 1.0), pair) == Pair([4.0, 16.0], 4.0)


def test_an_array_is_one_place_with_a_block_for_each_other():
    p = {"w": np.array([1.0, 2.0]), "b": 3.0, "deep": [np.ones((2, 1)), 0.5]}

    def f(p):
        return (p["w"] ** 2 * p["b"]).sum() * p["deep"][0].sum() * p["deep"][1]

    H = compile(f).hessian(p)
    assert H["w"]["w"].tolist() == [[6.0, 0.0], [0.0, 6.0]]
    assert H["w"]["deep"][0].shape == (2, 2, 1)
    assert H["deep"][0]["w"].shape == (2, 1, 2)
    assert H["b"]["b"] == 0.0
    assert H["w"]["b"].tolist() == [2.0, 4.0]
    J = compile(lambda p: {"y": p["w"] * p["b"], "z": [p["b"]]}).jacobian({"w": p["w"], "b": 3.0})
    assert J["y"]["w"].tolist() == [[3.0, 0.0], [0.0, 3.0]]
    assert J["y"]["b"].tolist() == [1.0, 2.0]
    assert J["z"][0]["w"].tolist() == [0.0, 0.0]


def test_arguments_may_be_named_or_left_out():
    @compile(wrt=("scale", "x"))
    def f(x, *, scale=2.0, **others):
        return x[0] * x[1] * scale**2 * others["shift"]

    (ss, sx), (xs, xx) = f.hessian([2.0, 3.0], scale=4.0, shift=1.0)
    assert (ss, sx, xs, xx) == (12.0, [24.0, 16.0], [24.0, 16.0], [[0.0, 16.0], [16.0, 0.0]])
    assert f.hvp((0.0, [1.0, 0.0]), [2.0, 3.0], scale=4.0, shift=1.0) == (24.0, [0.0, 16.0])


def test_constants_have_derivative_zero():
    assert compile(lambda x: 3.0).hessian([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert compile(lambda x: 3.0).hvp([1.0, 2.0], [1.0, 2.0]) == [0.0, 0.0]
    J = compile(lambda x, y: [3.0 * y, y], batched="y", reduce=None).jacobian(
        [1.0, 2.0], [1.0, 2.0]
    )
    assert J.shape == (2, 2, 2)
    assert not J.any()


def test_a_large_hessian_is_found_some_directions_at_a_time(monkeypatch):
    net = ag.MLP([3, 6, 2], activation="tanh", seed=0)
    X, Y = RNG.normal(size=(150, 3)), RNG.normal(size=(150, 2))

    def loss(x, y):
        return ag.sum([(a - t) ** 2 for a, t in zip(net(x), y, strict=True)])

    at_once = matrix(compile(loss, batched=("x", "y")).hessian(X, Y))
    monkeypatch.setattr(higher, "CELLS", 5_000)  # 13 of 38 directions
    assert np.allclose(matrix(compile(loss, batched=("x", "y")).hessian(X, Y)), at_once, rtol=1e-12)
    wide = compile(lambda x: [ag.sin(a * b) for a in x for b in x])
    x = [0.1, 0.5, 0.7]
    expected = ag.jacobian(lambda x: [ag.sin(a * b) for a in x for b in x])(x)
    monkeypatch.setattr(higher, "CELLS", 18)  # 2 of 3, forwards
    assert close(wide.jacobian(x), expected)


def test_results_belong_to_the_caller():
    linear = compile(lambda x: [x[1], 2.0 * x[0]])
    x, v = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    square = compile(lambda x: (x[0] ** 2 + x[1] ** 2) / 2)
    for run in (lambda: linear.jacobian(x)[0], lambda: square.hvp(v, x), lambda: square.hessian(x)):
        found = run()
        expected = found.copy()
        found[:] = 7.0
        assert np.array_equal(run(), expected)
    assert v.tolist() == [3.0, 4.0]


def test_gradients_belong_to_the_caller():
    constant = compile(lambda x: 2.0 * x[0] + 3.0 * x[1], target="numpy")
    argument = compile(lambda x, y: x[0] * y[0] + x[1] * y[1], target="numpy")
    same = compile(lambda x: x, batched="x", reduce=None)
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    for _ in range(3):  # the third time without taking the arguments apart
        for found, expected in (
            (constant.grad(x), [2.0, 3.0]), (argument.grad(x, y), [3.0, 4.0]), (same(x), [1.0, 2.0])
        ):  # fmt: skip
            assert found.tolist() == expected
            found[:] = 7.0
    assert (x.tolist(), y.tolist()) == ([1.0, 2.0], [3.0, 4.0])


# Errors


def test_a_vector_of_another_structure_is_refused_by_name():
    net = ag.MLP([2, 2], seed=0)
    fast = compile(lambda x: net(x)[0])
    W2 = np.zeros((2, 2))
    for vector, message in (
        ({"W2": W2}, "tangent must be a dict of 'W2', 'b2', not a dict of 'W2'"),
        (
            {"W2": W2, "b2": [1.0]},
            r"tangent\['b2'\] must be numbers of shape \(2,\), not numbers of",
        ),
        ([1.0, 2.0], r"tangent must be a dict of 'W2', 'b2', not numbers of shape \(2,\)"),
        (
            {"W2": "no", "b2": W2[0]},
            r"tangent\['W2'\] must be numbers of shape \(2, 2\), not a str",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            fast.hvp(vector, [1.0, 2.0])
    pair = compile(lambda x, y: x * y, wrt=("x", "y"))
    with pytest.raises(ValueError, match=r"tangent must be a tuple of 2, .* not a tuple of 3"):
        pair.hvp((1.0, 2.0, 3.0), 1.0, 2.0)
    with pytest.raises(ValueError, match=r"tangent must be a tuple of 2, .* not a float"):
        pair.hvp(1.0, 1.0, 2.0)
    with pytest.raises(ValueError, match=r"tangent\[1\] must be a number, not numbers of shape"):
        pair.hvp((1.0, [2.0]), 1.0, 2.0)
    with pytest.raises(
        ValueError, match=r"tangent must be numbers of shape \(2, 1\), not .*\(3, 1\)"
    ):
        compile(lambda x: x[0] ** 2, batched="x").hvp(np.ones((3, 1)), np.ones((2, 1)))


def test_what_has_no_hessian_is_refused():
    with pytest.raises(ValueError, match="by x there is one hessian for each example"):
        compile(lambda x, y: x * y, batched="x", wrt=("y", "x")).hessian([1.0], 2.0)
    with pytest.raises(TypeError, match="only a function of one number has a Hessian, 2 came"):
        compile(lambda x: [x, x]).hessian(1.0)
    with pytest.raises(TypeError, match="only a function of one number has a Hessian, 2 came"):
        compile(lambda x: [x, x]).hvp(1.0, 1.0)
    with pytest.raises(ValueError, match="wrt names 'z', but the arguments are x"):
        compile(lambda x: x, wrt="z").hessian(1.0)
    with pytest.raises(TypeError, match="wrt names 's', which holds no numbers"):
        compile(lambda x, s: x, wrt="s").jacobian(1.0, "a")
    for kind in ("jacobian", "hessian"):
        with pytest.raises(TypeError, match=f"the {kind} of a compiled function takes plain num"):
            ag.grad(lambda x, k=kind: getattr(compile(lambda x: x * x), k)(x))(2.0)


@pytest.mark.parametrize("target", ["python", "numpy"])
def test_a_function_that_differentiates_inside_is_refused_by_its_line(target):
    def cubed(x):
        return x**3

    inside = (
        ag.grad(cubed),
        lambda x: x * ag.grad(cubed)(x),
        lambda x: ag.grad(lambda y: x * y)(2.0),
        lambda x: ag.hvp(cubed, (x,), (1.0,)),
        lambda x: ag.vjp(lambda y: [x, y], 1.0)[0][0],
    )
    for f in inside:
        with pytest.raises(TracingError, match=r"inside the function .*: compile the function its"):
            compile(f, target=target)(2.0)
    with pytest.raises(TracingError, match=r"line \d+: lambda x: x \* ag.grad\(cubed\)\(x\)"):
        compile(inside[1], target=target)(2.0)
    assert compile(cubed, target=target).hessian(2.0) == 12.0


def test_what_is_not_finite_is_named_whatever_it_is_by():
    w = ag.Value(-1.0)
    with pytest.raises(ag.DomainError, match="log is not defined"):
        compile(lambda x: ag.log(w * x), wrt=w).hessian(2.0)
    with pytest.raises(ag.DomainError, match="log is not defined"):
        compile(lambda x, y: ag.log(x * w) * y, batched="x", wrt=("y", w)).hvp(
            (1.0, 1.0), [-1.0, 2.0], 3.0
        )
    with pytest.raises(ag.NonFiniteGradientError) as eager:
        ag.hessian(lambda x: ag.sqrt(x) * x)(0.0)
    with pytest.raises(ag.NonFiniteGradientError) as compiled:
        compile(lambda x: ag.sqrt(x) * x).hessian(0.0)
    assert str(compiled.value) == str(eager.value)


def test_what_overflows_on_the_way_is_left_to_the_eager_engine():
    def f(x, y):
        return ag.where(ag.exp(x) > 10.0, y**2, x * y)

    fast = compile(f, wrt=("x", "y"), target="numpy")
    assert fast.hessian(800.0, 3.0) == ((0.0, 0.0), (0.0, 2.0))
    assert fast.hvp((1.0, 4.0), 800.0, 3.0) == (0.0, 8.0)
    assert "eager engine: 1" in fast.report()
    batch = compile(f, batched="x", wrt=("x", "y"))
    assert batch.hvp(([1.0, 3.0], 4.0), [800.0, 0.0], 2.0) == ([0.0, 2.0], 5.5)
    each = compile(f, batched="x", wrt="y", reduce=None)
    assert each.hessian([800.0, 0.0], 2.0).tolist() == [2.0, 0.0]
