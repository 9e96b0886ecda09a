"""Derivatives of functions: any order, mix and container, and no perturbation confused."""

import functools
import gc
import itertools
import math
import random
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import hypothesis.strategies as st
import mpmath
import numpy as np
import pytest
import scipy.optimize
from cases import named
from hypothesis import given
from random_graphs import (
    RATIONAL,
    Dual,
    dual_operations,
    program,
    rational_operations,
    run,
    value_operations,
)

from autograd_mini import functions
from autograd_mini.derivatives import (
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd_mini.errors import NonFiniteGradientError, StaleGraphError
from autograd_mini.functions import exp, log, sigmoid, sin, sqrt, stop_gradient, tanh
from autograd_mini.graph import no_grad, scope, topological_order
from autograd_mini.value import Value

SMALL = st.floats(-3, 3)


def rosenbrock(x):
    return sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))


def cubic(x):
    return x**3


# grad and value_and_grad


@given(SMALL)
def test_the_gradient_of_a_cube(x):
    assert grad(cubic)(x) == 3 * x**2
    assert value_and_grad(cubic)(x) == (x**3, 3 * x**2)


def test_results_are_plain_numbers_at_the_outermost_level():
    for result in (grad(cubic)(2.0), *value_and_grad(cubic)(2.0), *jvp(cubic, 2.0, 1.0),
                   hvp(cubic, 2.0, 1.0), jacobian(cubic)(2.0), hessian(cubic)(2.0),
                   *grad(rosenbrock)([1.0, 2])):  # fmt: skip
        assert type(result) is float


@pytest.mark.parametrize("x", [2, True, np.float64(2), np.float32(2), np.int64(2)])
def test_any_real_number_is_an_argument(x):
    assert (type(grad(cubic)(x)), grad(cubic)(x)) == (float, 3.0 * int(x) ** 2)


def test_a_fraction_has_an_exact_derivative():
    q = Fraction(2, 3)
    for result, expected in (
        (grad(cubic)(q), Fraction(4, 3)), (jvp(cubic, q, 1)[1], Fraction(4, 3)),
        (vjp(cubic, q)[1](Fraction(1, 2)), Fraction(2, 3)), (hvp(cubic, q, 3), Fraction(12)),
        (grad(grad(grad(cubic)))(q), Fraction(6)), (jvp(lambda x: x * 0, q, 1)[1], Fraction(0)),
        (grad(lambda x: 7)(q), Fraction(0)),
    ):  # fmt: skip
        assert (type(result), result) == (Fraction, expected)


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [(0, 12.0), (1, 8.0), (2, 6.0), (-1, 6.0), (-3, 12.0), ((0,), (12.0,)), ((0, 2), (12.0, 6.0)),
     ((2, 0), (6.0, 12.0)), ([1, -1], (8.0, 6.0)), ((), ())],
    ids=str,
)  # fmt: skip
def test_argnums_choose_the_arguments(argnums, expected):
    def f(x, y, z):
        return x * y * z

    assert grad(f, argnums)(2.0, 3.0, 4.0) == expected
    assert value_and_grad(f, argnums)(2.0, 3.0, 4.0) == (24.0, expected)
    assert jacobian(f, argnums)(2.0, 3.0, 4.0) == expected


@pytest.mark.parametrize("argnums", [2, -3, (0, 2), (0, 5)], ids=str)
def test_an_argument_that_did_not_come_can_not_be_differentiated_by(argnums):
    with pytest.raises(ValueError, match=r"argnums names argument -?\d, but 2 positional ones"):
        grad(lambda x, y: x * y, argnums)(1.0, 2.0)
    with pytest.raises(ValueError, match="argnums names argument 0, but 0 positional ones came"):
        grad(cubic)(x=2.0)


@pytest.mark.parametrize("argnums", [(0, 0), (1, -1)], ids=str)
def test_an_argument_can_not_be_named_twice(argnums):
    with pytest.raises(ValueError, match="argnums names an argument twice"):
        grad(lambda x, y: x * y, argnums)(1.0, 2.0)


def test_other_arguments_pass_through_as_they_are():
    def f(x, table, *rest, power, name="f"):
        assert (type(table), rest, name) == (dict, ("more",), "g")
        return x**power * table["k"]

    assert grad(f)(3.0, {"k": 5}, "more", power=2, name="g") == 30.0


def test_the_wrapped_function_keeps_its_name():
    assert (grad(rosenbrock).__name__, jacobian(rosenbrock).__wrapped__) == (
        "rosenbrock", rosenbrock)  # fmt: skip
    assert grad(functools.partial(lambda a, x: a * x, 3.0))(1.0) == 3.0


def test_unused_inputs_get_0_and_a_constant_has_derivative_0():
    assert grad(lambda p: p["a"] * 2)({"a": 1.0, "b": [2.0, (3.0,)]}) == {
        "a": 2.0, "b": [0.0, (0.0,)]}  # fmt: skip
    assert grad(lambda x: 5.0)(2.0) == 0.0
    assert grad(lambda x: stop_gradient(x) ** 2)(2.0) == 0.0
    assert value_and_grad(lambda x, y: y, (0, 1))(2.0, 3.0) == (3.0, (0.0, 1.0))
    assert value_and_grad(lambda x: 5)(2.0) == (5, 0.0)
    assert grad(grad(lambda x: 3 * x))(2.0) == 0.0
    assert jacobian(lambda x: [1.0, x[0]])([2.0, 3.0]) == [[0.0, 0.0], [1.0, 0.0]]
    assert hessian(lambda x: x[0] * 3)([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert jvp(lambda x: (x, 4.0), 2.0, 1.0) == ((2.0, 4.0), (1.0, 0.0))
    assert vjp(lambda x: (4.0,), 2.0)[1]((1.0,)) == 0.0


@pytest.mark.parametrize(
    ("result", "message"),
    [(True, "f returned a bool, which has no derivative: return a number"),
     (np.bool_(False), "f returned a bool, which has no derivative: return a number"),
     (None, "f must return a number, not NoneType"), ("1", "f must return a number, not str"),
     ([1.0], "f must return a number, not list"), (1j, "f must return a number, not complex"),
     (np.ones(2), "f must return a number, not ndarray .for several, use jacobian.")],
    ids=["bool", "bool_", "None", "text", "list", "complex", "array"],
)  # fmt: skip
def test_a_function_that_returns_no_number_has_no_gradient(result, message):
    for derivative in (grad, value_and_grad):
        with pytest.raises(TypeError, match=message):
            derivative(lambda x: result)(1.0)


def test_a_comparison_has_no_derivative():
    for derivative in (grad, jacobian, hessian):
        with pytest.raises(TypeError, match="f returned a bool, which has no derivative"):
            derivative(lambda x: x > 0)(1.0)
    with pytest.raises(TypeError, match="f returned a bool"):
        jvp(lambda x: x < 0, 1.0, 1.0)
    with pytest.raises(TypeError, match="f returned a bool"):
        vjp(lambda x: [x, x < 0], 1.0)


@pytest.mark.parametrize("foreign", ["1", None, 1j, [1.0, "2"], {"a": None}], ids=repr)
def test_an_argument_that_holds_no_number_raises(foreign):
    with pytest.raises(TypeError, match="argument 0 must be a real number"):
        grad(lambda x: 1.0)(foreign)


def test_an_error_in_the_function_comes_through():
    with pytest.raises(KeyError, match="no such thing"):
        grad(lambda x: {}["no such thing"])(1.0)


# Containers


class Pair(NamedTuple):
    w: object
    b: object


@dataclass(frozen=True)
class Parameters:
    w: list
    b: float
    name: str = "parameters"


class Network:
    """Stands for a Module: it knows its numbers and how to be built of others."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def __autograd_flatten__(self):
        return [self.w, self.b], lambda new: {"w": new[0], "b": new[1]}

    def __call__(self, x):
        return self.w * x + self.b


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    named({
        "list": (lambda x: x[0] * x[1] ** 2, [2.0, 3.0], [9.0, 12.0]),
        "tuple": (lambda x: x[0] * x[1] ** 2, (2.0, 3.0), (9.0, 12.0)),
        "dictionary": (lambda x: x["a"] * x["b"], {"a": 2.0, "b": 3}, {"a": 3.0, "b": 2.0}),
        "nested": (lambda x: x[0]["w"][1] * x[1],
                   ({"w": [1.0, 2.0]}, 3.0), ({"w": [0.0, 3.0]}, 2.0)),
        "named tuple": (lambda p: p.w[0] * p.b, Pair([2.0], 3.0), Pair([3.0], 2.0)),
        "dataclass": (lambda p: p.w[0] * p.b, Parameters([2.0], 3.0), Parameters([3.0], 2.0)),
        "empty": (lambda x: 1.0, [], []),
        "empty inside": (lambda x: x[1] * 2, [[], 1.0, {}], [[], 2.0, {}]),
    }),
)  # fmt: skip
def test_a_gradient_has_the_shape_of_its_argument(f, x, expected):
    assert grad(f)(x) == expected
    assert type(grad(f)(x)) is type(expected)


def test_what_flattens_itself_is_differentiated_by_its_numbers():
    def loss(parameters, x):
        return (parameters["w"] * x + parameters["b"]) ** 2

    net = Network(Value(2.0, kind="parameter"), Value(1.0, kind="parameter"))
    assert grad(loss)(net, 3.0) == {"w": 42.0, "b": 14.0}
    assert (net.w.grad, net.b.grad) == (None, None)


@pytest.mark.parametrize("shape", [(), (3,), (2, 2), (0,)], ids=str)
def test_an_array_comes_as_objects_and_its_gradient_is_an_array_of_floats(shape):
    def f(a):
        assert (type(a), a.shape) == (np.ndarray, shape)
        assert a.dtype == (object if a.size else float)
        return np.sum(a * a * a)

    x = np.asarray(np.arange(np.prod(shape), dtype=float).reshape(shape) + 1)
    value, slope = value_and_grad(f)(x)
    assert (type(slope), slope.dtype, slope.shape) == (np.ndarray, np.float64, shape)
    assert np.array_equal(slope, 3 * x**2)
    assert value == (x**3).sum()


def test_a_result_may_be_an_array_of_one_number():
    assert grad(lambda x: np.array(x * 3))(2.0) == 3.0
    assert value_and_grad(lambda a: np.array(a[0] * 3))(np.array([2.0]))[1].tolist() == [3.0]


def test_functions_of_arrays_nest():
    x = np.array([1.0, 2.0, 3.0])
    twice = grad(lambda a: (grad(lambda b: (b**3).sum())(a) * a).sum())(x)
    assert np.array_equal(twice, 9 * x**2)


def test_scipy_minimizes_with_our_gradient_as_it_stands():
    start = np.array([1.3, 0.7, 0.8, 1.9, 1.2])
    found = scipy.optimize.minimize(rosenbrock, start, jac=grad(rosenbrock), tol=1e-12)
    assert found.x == pytest.approx(np.ones(5), abs=1e-8)
    both = scipy.optimize.minimize(value_and_grad(rosenbrock), start, jac=True, tol=1e-12)
    assert both.x.tolist() == found.x.tolist()
    newton = scipy.optimize.minimize(
        rosenbrock, start, jac=grad(rosenbrock), hess=hessian(rosenbrock), method="Newton-CG",
        options={"xtol": 1e-12})  # fmt: skip
    assert newton.x == pytest.approx(np.ones(5), abs=1e-6)
    assert scipy.optimize.check_grad(rosenbrock, grad(rosenbrock), start) < 1e-4


# jacobian and hessian: the result's axis comes before the argument's, and a number adds none


def test_the_shapes_of_a_jacobian():
    assert jacobian(cubic)(2.0) == 12.0
    assert jacobian(lambda x: [x, x * x])(3.0) == [1.0, 6.0]
    assert jacobian(lambda x: x[0] * x[1])([2.0, 3.0]) == [3.0, 2.0]
    assert jacobian(lambda x: [x[0] * x[1], x[1]])([2.0, 3.0]) == [[3.0, 2.0], [0.0, 1.0]]
    assert jacobian(lambda x: {"p": x["a"] * 2, "q": (x["b"],)})({"a": 1.0, "b": 1.0}) == {
        "p": {"a": 2.0, "b": 0.0}, "q": ({"a": 0.0, "b": 1.0},)}  # fmt: skip
    assert jacobian(lambda x, y: [x * y, x], (0, 1))(2.0, 3.0) == ([3.0, 1.0], [2.0, 0.0])
    assert jacobian(lambda x: [])(2.0) == []


def test_a_jacobian_of_arrays_is_an_array():
    W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    x = np.array([0.5, -1.0, 2.0])
    assert np.array_equal(jacobian(lambda a: W @ a)(x), W)
    outer = jacobian(lambda a: np.outer(a, a))(x)
    identity = np.eye(3)
    expected = np.einsum("ik,j->ijk", identity, x) + np.einsum("i,jk->ijk", x, identity)
    assert np.array_equal(outer, expected)
    assert np.array_equal(jacobian(lambda t: x * t)(2.0), x)
    assert jacobian(lambda a: (a * a).sum())(x).tolist() == (2 * x).tolist()
    nested = jacobian(lambda p: p["a"] * p["t"])({"a": x, "t": 2.0})
    assert np.array_equal([row["a"] for row in nested], 2 * identity)
    assert [row["t"] for row in nested] == x.tolist()


def test_a_hessian_of_arrays_is_an_array():
    A = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 4.0]])
    x = np.array([0.5, -1.0, 2.0])
    assert np.array_equal(hessian(lambda a: a @ A @ a)(x), 2 * A)
    square = np.arange(4.0).reshape(2, 2)
    second = hessian(lambda a: (a**3).sum())(square)
    assert second.shape == (2, 2, 2, 2)
    assert np.array_equal(second.reshape(4, 4), np.diag(6 * square.ravel()))


def test_a_hessian_of_containers_has_their_shape_twice():
    second = hessian(lambda p: p["a"] ** 2 * p["b"][0])({"a": 2.0, "b": [3.0]})
    assert second == {"a": {"a": 6.0, "b": [4.0]}, "b": [{"a": 4.0, "b": [0.0]}]}
    assert hessian(lambda x, y: x * y * y, 1)(2.0, 3.0) == 4.0


def test_a_hessian_by_several_arguments_is_a_tuple_of_tuples():
    found = hessian(lambda x, y: x[0] * x[1] ** 2 * y, (0, 1))([2.0, 3.0], 5.0)
    assert found == (([[0.0, 30.0], [30.0, 20.0]], [9.0, 12.0]), ([9.0, 12.0], 0.0))
    assert hessian(lambda x, y: x * y * y, (1,))(2.0, 3.0) == ((4.0,),)
    with pytest.raises(ValueError, match="argnums names argument 2, but 2 positional ones came"):
        hessian(lambda x, y: x * y, (0, 2))(1.0, 1.0)


# Against other witnesses, to the third order and in any mix

SCALAR = {
    "polynomial": (lambda x: x**4 - 2 * x**3 + x, lambda x: x**4 - 2 * x**3 + x),
    "tanh of a product": (lambda x: tanh(x * sin(x)), lambda x: mpmath.tanh(x * mpmath.sin(x))),
    "a quotient": (lambda x: exp(x) / (1 + x * x), lambda x: mpmath.exp(x) / (1 + x * x)),
    "x to the x": (lambda x: x**x, lambda x: x**x),
    "a sigmoid inside": (lambda x: log(1 + sigmoid(2 * x) ** 2),
                         lambda x: mpmath.log(1 + 1 / (1 + mpmath.exp(-2 * x)) ** 2)),
}  # fmt: skip
DERIVATIVE = {
    "grad": grad,
    "value_and_grad": lambda f: lambda x: value_and_grad(f)(x)[1],
    "jacobian": jacobian,
    "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0),
}


@pytest.mark.parametrize(("f", "exact"), named(SCALAR))
def test_derivatives_nest_in_any_mix_to_the_third_order(f, exact):
    point = 0.7
    with mpmath.workdps(50):
        expected = [float(mpmath.diff(exact, mpmath.mpf(point), order)) for order in range(4)]
    for order in (1, 2, 3):
        for mix in itertools.product(DERIVATIVE, repeat=order):
            nested = f
            for name in mix:
                nested = DERIVATIVE[name](nested)
            assert nested(point) == pytest.approx(expected[order], rel=2e-13), mix
    assert hessian(f)(point) == pytest.approx(expected[2], rel=2e-13)
    assert hvp(f, point, 2.0) == pytest.approx(2 * expected[2], rel=2e-13)
    assert hvp(grad(f), point, 1.0) == pytest.approx(expected[3], rel=2e-13)
    assert grad(lambda x: hvp(f, x, 1.0))(point) == pytest.approx(expected[3], rel=2e-13)
    assert grad(hessian(f))(point) == pytest.approx(expected[3], rel=2e-13)
    assert hessian(grad(f))(point) == pytest.approx(expected[3], rel=2e-13)


def test_mixed_partial_derivatives_agree_with_mpmath():
    def f(x, y, z):
        return exp(x * y) * sin(z) + y**3 / (1 + x * x) + tanh(x * z)

    def exact(x, y, z):
        return mpmath.exp(x * y) * mpmath.sin(z) + y**3 / (1 + x * x) + mpmath.tanh(x * z)

    point = (0.3, -0.8, 1.1)
    for orders in itertools.product(range(4), repeat=3):
        if 1 <= sum(orders) <= 3:
            nested = f
            for argnum, order in enumerate(orders):
                for _ in range(order):
                    nested = grad(nested, argnum)
            with mpmath.workdps(50):
                expected = mpmath.diff(exact, tuple(map(mpmath.mpf, point)), orders)
            assert nested(*point) == pytest.approx(float(expected), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("group", range(10))
def test_500_random_rational_functions_are_exact(group):
    """Dual numbers over Fractions, written in the tests, go forwards and know no graph."""
    for seed in range(50 * group, 50 * group + 50):
        check_rational_function(seed)


def check_rational_function(seed):
    chance = random.Random(seed)
    steps = program(chance, inputs=3, size=14, names=RATIONAL)
    point = [Fraction(chance.randint(-9, 9), chance.randint(1, 9)) for _ in range(3)]

    def f(x):
        return run(steps, x, rational_operations(lambda _, v: v))

    expected = [
        run(steps, point, rational_operations(lambda k, v, j=j: Dual(v, Fraction(k == j))))
        for j in range(3)
    ]
    value, slopes = value_and_grad(f)(point)
    assert value == expected[0].value
    assert slopes == [dual.slope for dual in expected]
    assert all(type(slope) is Fraction for slope in slopes)
    if seed % 5 == 0:
        leaves = [Value(v) for v in point]
        f(leaves).backward()
        assert [leaf.grad or 0 for leaf in leaves] == slopes
        direction = [Fraction(1), Fraction(-2), Fraction(3)]
        pushed = jvp(f, (point,), (direction,))[1]
        assert pushed == sum(s * d for s, d in zip(slopes, direction, strict=True))


def test_second_derivatives_of_60_random_rational_functions_are_exact():
    for seed in range(60):
        check_second_derivatives(seed)


def check_second_derivatives(seed):
    chance = random.Random(seed)
    steps = program(chance, inputs=2, size=10, names=RATIONAL)
    point = [Fraction(chance.randint(-5, 5), chance.randint(1, 5)) for _ in range(2)]

    def f(x):
        return run(steps, x, rational_operations(lambda _, v: v))

    def twice(j, i):
        """Return a dual number of dual numbers: the inner one along j, the outer along i."""

        def enter(k, v):
            return Dual(Dual(v, Fraction(k == j)), Dual(Fraction(k == i), Fraction(0)))

        return run(steps, point, rational_operations(enter))

    expected = [[twice(j, i).slope.slope for j in range(2)] for i in range(2)]
    assert hessian(f)(point) == expected
    assert hvp(f, point, [1, 2]) == [row[0] + 2 * row[1] for row in expected]


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_agree_with_dual_numbers_in_every_way(seed):
    chance = random.Random(1_000 + seed)
    steps = program(chance, inputs=4, size=(100, 250)[seed % 2])
    point = [chance.uniform(-1, 1) for _ in range(4)]
    direction = [chance.uniform(-1, 1) for _ in range(4)]

    def f(x):
        return run(steps, x, value_operations())

    slopes = [run(steps, point, dual_operations(k)).slope for k in range(4)]
    scale = max(1.0, *map(abs, slopes)) * 1e-12
    assert grad(f)(point) == pytest.approx(slopes, abs=scale)
    pulled = vjp(f, point)[1](2.0)
    assert pulled == pytest.approx([2 * s for s in slopes], abs=2 * scale)
    along = sum(s * d for s, d in zip(slopes, direction, strict=True))
    assert jvp(f, (point,), (direction,))[1] == pytest.approx(along, abs=4 * scale)
    leaves = [Value(x) for x in point]
    found = gradients(f(leaves), leaves)
    assert [g.data for g in found] == pytest.approx(slopes, abs=scale)


def vector_function(x):
    a, b, c = x
    return [tanh(a * b) + c, exp(b - c) * a, sin(a) * sin(b) * c, a / (2 + c * c)]


@given(st.lists(SMALL, min_size=3, max_size=3), st.lists(SMALL, min_size=3, max_size=3),
       st.lists(SMALL, min_size=4, max_size=4))  # fmt: skip
def test_forward_and_reverse_mode_agree(x, u, v):
    """The identity vᵀ(Ju) = (Jᵀv)ᵀu, and both against the Jacobian itself."""
    J = np.array(jacobian(vector_function)(x))
    value, pushed = jvp(vector_function, (x,), (u,))
    again, pullback = vjp(vector_function, x)
    pulled = pullback(v)
    assert value == again == vector_function(x)
    scale = float(np.abs(v) @ np.abs(J) @ np.abs(u)) + 1e-300
    assert abs(np.dot(v, pushed) - np.dot(pulled, u)) <= 1e-13 * scale
    assert np.abs(J @ u - pushed).max() <= 1e-13 * float((np.abs(J) @ np.abs(u)).max()) + 1e-300
    assert np.abs(v @ J - pulled).max() <= 1e-13 * float((np.abs(v) @ np.abs(J)).max()) + 1e-300


@given(st.lists(SMALL, min_size=4, max_size=4), st.lists(SMALL, min_size=4, max_size=4))
def test_a_hessian_is_symmetric_and_hvp_is_its_product(x, v):
    def f(x):
        return sum(vector_function(x[:3])) * tanh(x[3]) + rosenbrock(x) / 100

    H = np.array(hessian(f)(x))
    scale = np.abs(H).max() + 1.0
    assert np.abs(H - H.T).max() <= 1e-13 * scale
    assert np.abs(H @ v - hvp(f, x, v)).max() <= 1e-13 * scale * (1 + max(map(abs, v)))
    reverse_over_reverse = grad(lambda y: functions.dot(grad(f)(y), v))(x)
    assert np.abs(H @ v - reverse_over_reverse).max() <= 1e-13 * scale * (1 + max(map(abs, v)))


# Perturbations are not confused


@pytest.mark.parametrize("outer", DERIVATIVE)
@pytest.mark.parametrize("inner", DERIVATIVE)
def test_an_inner_derivative_knows_its_own_variable(outer, inner):
    D, d = DERIVATIVE[outer], DERIVATIVE[inner]
    assert D(lambda x: x * d(lambda y: x + y)(1.0))(1.0) == 1.0
    assert D(lambda x: x * d(lambda y: x * y)(2.0))(3.0) == 6.0
    assert D(lambda x: d(lambda y: x * y * y)(x))(3.0) == 12.0
    assert D(lambda x: d(lambda y: x)(2.0))(3.0) == 0.0
    assert D(lambda x: d(lambda y: x**2 * y**3)(x) * x)(2.0) == 3 * 5 * 16.0
    assert D(d(lambda x: x * x))(3.0) == 2.0
    assert D(lambda x: d(lambda y: d(lambda z: x * y * z)(y) * y)(x))(2.0) == 2 * 2 * 2.0


def test_a_variable_from_outside_by_closure_makes_the_result_a_value():
    seen = []

    def f(x):
        slope = grad(lambda y: x * y)(2.0)
        seen.append(slope)
        return x * slope

    assert grad(f)(3.0) == 6.0
    assert type(seen[0]) is Value


def test_no_variable_from_outside_leaves_a_plain_number():
    seen = []

    def f(x):
        seen.extend([grad(cubic)(2.0), hvp(cubic, 2.0, 1.0), jvp(cubic, 2.0, 1.0)])
        return x * seen[0]

    assert grad(f)(3.0) == 12.0
    assert seen == [12.0, 12.0, (8.0, 12.0)]
    assert all(type(s) is float for s in (seen[0], seen[1], *seen[2]))


def test_a_leaf_from_outside_gives_values_that_lead_to_it():
    w = Value(3.0)
    slope = grad(lambda x: w * x * x)(2.0)
    assert (type(slope), slope.data) == (Value, 12.0)
    slope.backward()
    assert w.grad == 4.0
    at_w = grad(cubic)(w)
    assert (type(at_w), at_w.data) == (Value, 27.0)
    at_w.backward()
    assert w.grad == 4.0 + 18.0
    value, pushed = jvp(lambda x: x * w, 2.0, 1.0)
    assert (value.data, pushed.data) == (6.0, 3.0)


def test_an_argument_made_of_constants_has_its_gradient():
    c = stop_gradient(Value(3.0))
    for point in (c, c * 2, c * 2 + 0 * c, Value(6.0, kind="parameter")):
        assert grad(cubic)(point) == 3 * point.data**2
        assert jvp(cubic, point, 1.0)[1] == 3 * point.data**2
        assert vjp(cubic, point)[1](1.0) == 3 * point.data**2


def test_the_same_value_as_two_arguments_is_two_variables():
    def f(x):
        return grad(lambda a, b: a * b**2, (0, 1))(x, x)

    assert jacobian(f)(3.0) == (6.0, 12.0)


def test_variables_are_constants_once_the_function_has_returned():
    kept = []

    def f(x):
        kept.append(x)
        return x * x

    grad(f)(2.0)
    assert kept[0].kind == "constant"
    assert float(kept[0]) == 2.0


def test_functions_that_are_given_functions():
    """A derivative of a function that takes derivatives of what it is given."""

    def newton_step(f, x):
        return x - f(x) / grad(f)(x)

    def root_of(a):
        x = 1.5
        for _ in range(8):
            x = newton_step(lambda t: t * t - a, x)
        return x

    assert root_of(2.0) == pytest.approx(2**0.5, rel=1e-15)
    assert grad(root_of)(2.0) == pytest.approx(0.5 / 2**0.5, rel=1e-14)
    assert grad(grad(root_of))(2.0) == pytest.approx(-0.25 / 2**1.5, rel=1e-13)


def test_a_gradient_step_can_be_differentiated_by_its_step_size():
    def after_descent(step):
        theta = 5.0
        for _ in range(3):
            theta = theta - step * grad(lambda t: (t - 3) ** 2)(theta)
        return (theta - 3) ** 2

    # θ - 3 shrinks by (1 - 2λ) each time: J = 4 (1 - 2λ)⁶
    assert after_descent(0.1) == pytest.approx(4 * 0.8**6, rel=1e-15)
    assert grad(after_descent)(0.1) == pytest.approx(-48 * 0.8**5, rel=1e-14)


# vjp, jvp, hvp


def test_vjp_of_several_arguments_gives_a_tuple():
    value, pullback = vjp(lambda x, p: [x * p["a"], p["b"]], 2.0, {"a": 3.0, "b": 4.0})
    assert value == [6.0, 4.0]
    assert pullback([1.0, 10.0]) == (3.0, {"a": 2.0, "b": 10.0})


def test_a_pullback_can_be_called_again():
    value, pullback = vjp(vector_function, [0.5, -1.0, 2.0])
    J = np.array(jacobian(vector_function)([0.5, -1.0, 2.0]))
    rows = [pullback([float(i == j) for j in range(4)]) for i in range(4)]
    assert rows == J.tolist()
    assert pullback([1, 0, 0, 0]) == rows[0]
    assert value == vector_function([0.5, -1.0, 2.0])


def test_a_pullback_can_be_differentiated_by_its_cotangent_and_its_point():
    _, pullback = vjp(cubic, 2.0)
    assert grad(pullback)(5.0) == 12.0
    assert grad(lambda u: pullback(u) * u)(5.0) == 120.0
    assert grad(lambda x: vjp(cubic, x)[1](x))(2.0) == 9 * 4.0
    assert grad(grad(lambda x: vjp(cubic, x)[1](x * x)))(2.0) == 36 * 4.0
    pullback = vjp(vector_function, [1.0, 2.0, 0.5])[1]
    transposed = np.array(jacobian(vector_function)([1.0, 2.0, 0.5])).T
    assert np.array(jacobian(pullback)([0.0] * 4)) == pytest.approx(transposed, rel=1e-15)


def test_one_sweep_serves_all_results_of_a_vjp():
    results = [Value(0.0)]

    def f(x):
        shared = x
        for _ in range(50):
            shared = tanh(shared)
        results[:] = [shared * k for k in range(1, 6)]
        return results

    _, pullback = vjp(f, 0.5)
    pulled = pullback([1.0] * 5)
    assert results[0].operands[0].grad == 15.0
    assert pulled == pytest.approx(15 * grad(lambda x: f(x)[0])(0.5), rel=1e-14)


@pytest.mark.parametrize(
    "cotangent", [1.0, [1.0], [1.0, 2.0, 3.0], (1.0, 2.0), {"a": 1.0}, np.ones(2)], ids=repr
)
def test_a_cotangent_of_another_shape_raises(cotangent):
    _, pullback = vjp(lambda x: [x, x * x], 2.0)
    with pytest.raises(ValueError, match=r"cotangent must have the shape of the value, \[2.0, 4.0"):
        pullback(cotangent)


@pytest.mark.parametrize("tangents", [1.0, ([1.0],), ([1.0, 2.0], 1.0), ((1.0, 2.0),)], ids=repr)
def test_tangents_of_another_shape_raise(tangents):
    with pytest.raises(ValueError, match="tangents must have the shape of primals"):
        jvp(lambda x: x[0] * x[1], ([1.0, 2.0],), tangents)


def test_seeds_that_are_no_numbers_raise():
    with pytest.raises(TypeError, match=r"tangents must be a real number .*, not str"):
        jvp(cubic, 1.0, "1")
    with pytest.raises(TypeError, match=r"cotangent must be a real number .*, not NoneType"):
        vjp(cubic, 1.0)[1](None)
    with pytest.raises(ValueError, match="tangents is nan"):
        jvp(cubic, 1.0, math.nan)


def test_jvp_takes_one_argument_or_a_tuple_of_several():
    assert jvp(cubic, 2.0, 1.0) == jvp(cubic, (2.0,), (1.0,)) == (8.0, 12.0)
    assert jvp(lambda x, y: [x * y, y], (2.0, 3.0), (1, 10)) == ([6.0, 3.0], [23.0, 10.0])
    assert jvp(lambda p: p.w * p.b, Pair(2.0, 3.0), Pair(1.0, 10.0)) == (6.0, 23.0)
    assert jvp(lambda x: {"a": x[0]}, [2.0, 3.0], [5.0, 7.0]) == ({"a": 2.0}, {"a": 5.0})


def test_whole_seeds_give_floats():
    assert type(jvp(lambda x: x + 1, 2.0, 1)[1]) is float
    assert type(vjp(lambda x: x, 2.0)[1](1)) is float
    assert type(hvp(cubic, 2.0, 1)) is float
    assert type(grad(lambda x: vjp(lambda y: y, x)[1](1) * x)(2.0)) is float


def test_a_jvp_can_be_differentiated_by_its_direction_and_its_point():
    assert grad(lambda v: jvp(cubic, 2.0, v)[1])(5.0) == 12.0
    assert grad(lambda v: jvp(cubic, v, v)[1])(2.0) == 9 * 4.0
    assert grad(lambda v: hvp(cubic, 2.0, v) * v)(5.0) == 2 * 12.0 * 5.0
    assert jvp(lambda v: jvp(lambda x: x * v, 3.0, v)[1], 2.0, 1.0) == (4.0, 4.0)


def test_hvp_takes_the_shape_of_its_argument():
    x = np.array([1.0, 2.0])
    assert np.array_equal(hvp(lambda a: (a**3).sum(), x, np.array([1.0, 10.0])), [6.0, 120.0])
    assert hvp(lambda p: p["a"] ** 2 * p["b"], {"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 0.0}) == {
        "a": 6.0, "b": 4.0}  # fmt: skip
    assert hvp(lambda x, y: x**2 * y, (2.0, 3.0), (1.0, 1.0)) == 6.0 + 4.0


# gradients


def test_gradients_are_values_that_can_be_differentiated_again():
    x, y = Value(2.0), Value(3.0)
    root = x**2 * y
    dx, dy = gradients(root, [x, y])
    assert (dx.data, dy.data) == (12.0, 4.0)
    assert [g.data for g in gradients(dx, (x, y))] == [6.0, 4.0]
    assert [g.data for g in gradients(gradients(dx, x), [x, y])] == [0.0, 2.0]
    assert (x.grad, y.grad, root.grad) == (None, None, None)


def test_gradients_of_inner_nodes_and_of_containers():
    x = Value(2.0)
    h = x * x
    root = h * h * x
    found = gradients(root, {"h": h, "x": [x], "root": root})
    assert (found["h"].data, found["x"][0].data, found["root"].data) == (16.0, 80.0, 1.0)


def test_gradients_of_what_is_not_reached_are_constants_of_0():
    x, y = Value(2.0), Value(3.0)
    zero = gradients(x * 2, y)
    assert (zero.data, zero.kind) == (0.0, "constant")


def test_gradients_can_be_swept_and_penalised():
    w = Value(2.0)
    loss = w**3
    penalty = gradients(loss, w) ** 2  # (3w²)², slope 36 w³
    (loss + penalty).backward()
    assert w.grad == 12.0 + 36 * 8.0


def test_gradients_want_values():
    x = Value(2.0)
    with pytest.raises(TypeError, match="root and leaves must be Values, not float"):
        gradients(3.0, x)
    with pytest.raises(TypeError, match="root and leaves must be Values, not float"):
        gradients(x * 2, [x, 1.0])


def test_gradients_of_many_operands_nest():
    values = [Value(float(i)) for i in (1, 2, 2)]
    length = functions.norm(values)
    first = gradients(length, values)
    assert [g.data for g in first] == pytest.approx([1 / 3, 2 / 3, 2 / 3], rel=1e-15)
    second = gradients(first[0], values)
    assert [g.data for g in second] == pytest.approx([8 / 27, -2 / 27, -2 / 27], rel=1e-14)


def test_a_deep_graph_is_differentiated_without_recursion():
    def f(x):
        y = x
        for _ in range(20_000):
            y = y + x * 0.5
        return y

    assert grad(f)(1.0) == jvp(f, 1.0, 1.0)[1] == 10_001.0
    x = Value(1.0)
    assert gradients(f(x), x).data == 10_001.0


# A graph that has gone stale


def test_a_changed_leaf_makes_a_recorded_graph_stale():
    x = Value(3.0, label="x")
    y = x**3
    x.data = 4.0
    with pytest.raises(StaleGraphError, match=r"the data under power\(x = 4.0, 3.*\) changed"):
        gradients(y, x)
    y.backward()
    assert x.grad == 27.0
    x.data = 3.0
    assert gradients(y, x).data == 27.0


@pytest.mark.parametrize(
    "make",
    named({
        "value": lambda x, z: x * z, "slope alone": lambda x, z: x * (z - z.data),
        "outside the domain": lambda x, z: log(x) + z, "reused": lambda x, z: x * x + z,
    }),
)  # fmt: skip
def test_a_stale_graph_is_found_by_its_value_its_slopes_or_its_domain(make):
    x, z = Value(3.0), Value(5.0)
    y = make(x, z)
    x.data = -1.0
    with pytest.raises(StaleGraphError):
        gradients(y, [x, z])


def test_a_pullback_that_captured_a_changed_leaf_is_stale():
    w = Value(2.0)
    _, pullback = vjp(lambda x: x * w, 3.0)
    assert pullback(1.0).data == 2.0
    w.data = 5.0
    with pytest.raises(StaleGraphError):
        pullback(1.0)


# Not finite

ZERO = Value(0.0)


@pytest.mark.parametrize(
    "attempt",
    named({
        "grad": lambda: grad(sqrt)(0.0), "value_and_grad": lambda: value_and_grad(sqrt)(0.0),
        "jvp": lambda: jvp(sqrt, 0.0, 1.0), "jvp along 0": lambda: jvp(sqrt, 0.0, 0.0),
        "vjp": lambda: vjp(sqrt, 0.0)[1](1.0), "jacobian": lambda: jacobian(sqrt)(0.0),
        "hessian": lambda: hessian(lambda x: x**1.5)(0.0),
        "gradients": lambda: gradients(sqrt(ZERO), ZERO),
        "0 times inf": lambda: grad(lambda x: sqrt(x) * 0.0)(0.0),
        "nested": lambda: grad(lambda x: x * grad(sqrt)(x))(0.0),
        "0 times inf, recorded": lambda: grad(grad(lambda y: sqrt(y) * 0.0))(0.0),
        "0 times inf, gradients": lambda: gradients(sqrt(ZERO) * 0.0, ZERO),
        "0 times inf, jvp": lambda: jvp(lambda x: sqrt(x * 0.0), 0.0, 1.0),
        "0 times inf, summed": lambda: gradients(ZERO + sqrt(ZERO) * 0.0 + ZERO, ZERO),
        "several": lambda: vjp(lambda x: [x, sqrt(x)], 0.0)[1]([1.0, 1.0]),
    }),
)  # fmt: skip
def test_what_is_not_finite_is_never_delivered(attempt):
    with pytest.raises(NonFiniteGradientError, match="not finite from"):
        attempt()


def test_a_derivative_that_does_not_exist_is_named():
    with pytest.raises(NonFiniteGradientError, match="by operand 2 does not exist"):
        grad(functions.power, 1)(-2.0, 3.0)
    with pytest.raises(NonFiniteGradientError, match="by operand 2 does not exist"):
        jvp(functions.power, (-2.0, 3.0), (0.0, 1.0))
    with pytest.raises(NonFiniteGradientError, match="by operand 2 does not exist"):
        hessian(lambda y: functions.power(-2.0, y))(3.0)
    assert grad(functions.power)(-2.0, 3.0) == 12.0
    assert grad(grad(functions.power))(-2.0, 3.0) == -12.0


def test_what_no_variable_reaches_need_not_be_finite():
    assert grad(lambda x: x * 2 + sqrt(stop_gradient(ZERO)))(1.0) == 2.0
    assert grad(lambda x: x * 2 + sqrt(ZERO))(1.0) == 2.0


# What is left alone


def test_no_gradient_of_a_leaf_or_node_outside_is_touched():
    w, c = Value(2.0), stop_gradient(Value(3.0))
    w.grad = 7.0
    outside = w * 3
    inner = c * 2

    def f(x):
        return x * outside * inner + w * x**2

    grad(f)(1.0)
    hessian(f)(1.0)
    jvp(f, 1.0, 1.0)
    vjp(f, 1.0)[1](1.0)
    gradients(outside * 2, w)
    assert (w.grad, outside.grad, c.grad) == (7.0, None, None)


def test_differentiation_records_also_under_no_grad():
    with no_grad():
        assert grad(cubic)(2.0) == 12.0
        assert hessian(rosenbrock)([1.0, 1.0]) == [[802.0, -400.0], [-400.0, 200.0]]
        assert jvp(cubic, 2.0, 1.0) == (8.0, 12.0)
        assert vjp(lambda x: [cubic(x), x], 2.0)[1]([1.0, 1.0]) == 13.0
        assert hvp(cubic, 2.0, 1.0) == 12.0
        assert (Value(1.0) * 2).kind == "constant"
    _, pullback = vjp(lambda x: [cubic(x), x], 2.0)
    with no_grad():
        assert pullback([1.0, 0.0]) == 12.0


def test_no_grad_inside_the_function_is_respected():
    def f(x):
        with no_grad():
            frozen = x * x
        return x * frozen

    assert grad(f)(3.0) == 9.0


def test_scopes_go_on_inside():
    seen = []

    def f(x):
        seen.append((x * 2).scope.name)
        return x

    with scope("outer"):
        grad(f)(1.0)
    assert seen == ["outer"]


def living():
    return sum(str(type(thing).__module__)[:13] == "autograd_mini" for thing in gc.get_objects())


@contextmanager
def nothing_left_behind():
    gc.collect()
    gc.disable()
    try:
        before = living()
        yield
        assert living() == before
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "call",
    named({
        "grad": lambda: grad(rosenbrock)([1.0, 2.0, 3.0]),
        "hessian": lambda: hessian(rosenbrock)([1.0, 2.0]),
        "jacobian": lambda: jacobian(vector_function)([1.0, 2.0, 3.0]),
        "hvp": lambda: hvp(rosenbrock, [1.0, 2.0], [1.0, 0.0]),
        "jvp": lambda: jvp(vector_function, ([1.0, 2.0, 3.0],), ([1.0, 0.0, 0.0],)),
        "vjp": lambda: vjp(vector_function, [1.0, 2.0, 3.0])[1]([1.0] * 4),
        "nested": lambda: grad(lambda x: x * grad(lambda y: x * y * y)(x))(2.0),
        "array": lambda: grad(lambda a: (a * a).sum())(np.ones(3)),
        "failed": lambda: grad(sqrt)(0.0),
        "raised": lambda: grad(lambda x: {}[0])(1.0),
    }),
)  # fmt: skip
def test_a_functional_call_leaves_nothing_behind(call):
    with suppress(NonFiniteGradientError, KeyError):
        call()  # what is made once, such as caches of NumPy
    with nothing_left_behind(), suppress(NonFiniteGradientError, KeyError):
        call()


def test_threads_may_differentiate_with_shared_parameters():
    w = [Value(0.1 * k, kind="parameter") for k in range(1, 6)]

    def loss(x):
        return functions.sum(tanh(v * x) for v in w)

    expected = grad(lambda x: functions.sum(tanh(v.data * x) for v in w))(0.7)
    found = []

    def work():
        found.extend(grad(loss)(0.7).data for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 200
    assert {v.grad for v in w} == {None}


def test_the_graph_of_a_result_is_cut_at_the_calls_own_variable():
    x = Value(2.0)
    slope = grad(cubic)(x)
    kinds = {node.kind for node in topological_order(slope) if not node.operands}
    assert kinds == {"data"}
