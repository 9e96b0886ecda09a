"""The table of supported NumPy calls: on a Value, on an object array, with their gradients."""

import operator
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cases import named

from autograd_mini import value
from autograd_mini.derivatives import grad, jacobian
from autograd_mini.value import Value

OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow,
}  # fmt: skip
COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
SCALARS = {
    "float64": np.float64(3.0), "float32": np.float32(3.0), "int64": np.int64(3),
    "uint8": np.uint8(3), "0-d": np.array(3.0), "0-d int": np.array(3), "bool": np.bool_(True),
}  # fmt: skip
ARRAYS = {
    "float64": np.array([1.0, 2.5]), "float32": np.array([1.0, 2.5], dtype=np.float32),
    "int64": np.array([1, 3]), "object": np.array([1.5, 2], dtype=object),
}  # fmt: skip
# name: a point, or a point for each operand
ONE_OPERAND = {
    "exp": 0.5, "exp2": 0.5, "expm1": 0.5, "log": 0.5, "log2": 0.5, "log10": 0.5, "log1p": 0.5,
    "sqrt": 0.5, "cbrt": 0.5, "square": 0.5, "reciprocal": 0.5, "sin": 0.5, "cos": 0.5, "tan": 0.5,
    "arcsin": 0.5, "arccos": 0.5, "arctan": 0.5, "sinh": 0.5, "cosh": 0.5, "tanh": 0.5,
    "arcsinh": 0.5, "arccosh": 1.5, "arctanh": 0.5, "degrees": 0.5, "radians": 0.5, "rad2deg": 0.5,
    "deg2rad": 0.5, "negative": 0.5, "positive": 0.5, "absolute": -0.5, "fabs": -0.5,
    "floor": 1.5, "ceil": 1.5, "trunc": -1.5, "rint": 2.5,
}  # fmt: skip
TWO_OPERANDS = {
    "add": (0.5, 2.0), "subtract": (0.5, 2.0), "multiply": (0.5, 2.0), "divide": (0.5, 2.0),
    "true_divide": (0.5, 2.0), "floor_divide": (5.5, 2.0), "power": (0.5, 2.0), "mod": (5.5, 2.0),
    "remainder": (-5.5, 2.0), "fmod": (-5.5, 2.0), "arctan2": (0.5, 2.0), "hypot": (0.5, 2.0),
    "maximum": (0.5, 2.0), "minimum": (0.5, 2.0), "fmax": (0.5, 2.0), "fmin": (0.5, 2.0),
}  # fmt: skip


def slope_of(ufunc, point, index):
    """Return a central difference of NumPy's own function; it is good to about 1e-9."""
    h = 1e-5
    high, low = list(point), list(point)
    high[index] += h
    low[index] -= h
    return (ufunc(*high) - ufunc(*low)) / (2 * h)


# Operators


@pytest.mark.parametrize("scalar", named(SCALARS))
@pytest.mark.parametrize("operation", named(OPERATORS))
def test_a_numpy_scalar_on_either_side_of_an_operator_gives_a_value(operation, scalar):
    x, number = 2.5, scalar.item()
    for make, expected in (
        (lambda v: operation(v, scalar), lambda v: operation(v, number)),
        (lambda v: operation(scalar, v), lambda v: operation(number, v)),
    ):
        v, w = Value(x), Value(x)
        y, z = make(v), expected(w)
        assert (type(y), y.data) == (Value, z.data)
        assert [type(o) for o in y.operands if o is not v] in ([float], [int])
        y.backward()
        z.backward()
        assert v.grad == w.grad


@pytest.mark.parametrize("array", named(ARRAYS))
@pytest.mark.parametrize("operation", named(OPERATORS))
def test_an_array_on_either_side_of_an_operator_gives_an_array_of_values(operation, array):
    def right(v):
        return operation(v, array)

    def left(v):
        return operation(array, v)

    for make in (right, left):
        v = Value(2.5)
        result = make(v)
        assert (result.dtype, result.shape) == (object, array.shape)
        expected = [make_one(operation, Value(2.5), n, swap=make is left) for n in array.tolist()]
        assert [e.data for e in result] == [e.data for e in expected]
        for element, single in zip(result, expected, strict=True):
            v.grad = None
            element.backward()
            single.backward()
            leaf = next(o for o in single.operands if isinstance(o, Value))
            assert v.grad == leaf.grad


def make_one(operation, v, number, *, swap):
    return operation(number, v) if swap else operation(v, number)


@pytest.mark.parametrize("scalar", named(SCALARS))
@pytest.mark.parametrize("comparison", named(COMPARISONS))
def test_a_numpy_scalar_on_either_side_of_a_comparison_gives_a_truth(comparison, scalar):
    v = Value(2.5)
    for left, right in ((v, scalar), (scalar, v)):
        truth = comparison(left, right)
        numbers = [
            getattr(side, "data", side) if side is v else side.item() for side in (left, right)
        ]
        assert truth in (True, False)
        assert bool(truth) is comparison(*numbers)


@pytest.mark.parametrize("comparison", named(COMPARISONS))
def test_an_array_on_either_side_of_a_comparison_gives_an_array_of_truths(comparison):
    v, array = Value(2.0), np.array([1.0, 2.0, 3.0])
    assert comparison(v, array).tolist() == comparison(2.0, array).tolist()
    assert comparison(array, v).tolist() == comparison(array, 2.0).tolist()


def test_two_dimensional_arrays_keep_their_shape():
    v, array = Value(2.0), np.arange(6.0).reshape(2, 3)
    product = array * v
    assert product.shape == (2, 3)
    product.sum().backward()
    assert v.grad == 15.0


def test_arrays_and_object_arrays_broadcast():
    values = np.array([Value(1.0), Value(2.0)])
    table = np.array([[1.0], [2.0], [3.0]]) * values
    assert table.shape == (3, 2)
    table.sum().backward()
    assert [v.grad for v in values] == [6.0, 6.0]


# ufuncs


@pytest.mark.parametrize("name", ONE_OPERAND)
def test_a_ufunc_of_a_value_and_of_an_object_array(name):
    ufunc, point = getattr(np, name), ONE_OPERAND[name]
    v = Value(point)
    y = ufunc(v)
    assert type(y) is Value
    assert y.data == pytest.approx(float(ufunc(point)), rel=4e-16)
    y.backward()
    slope = 0.0 if name == "rint" else slope_of(ufunc, (point,), 0)
    assert v.grad == pytest.approx(slope, rel=1e-8, abs=1e-12)

    array = np.array([Value(point), Value(point)])
    result = ufunc(array)
    assert (result.dtype, [e.data for e in result]) == (object, [y.data] * 2)
    result.sum().backward()
    assert [e.grad for e in array] == [v.grad] * 2


@pytest.mark.parametrize("name", TWO_OPERANDS)
def test_a_ufunc_of_two_operands(name):
    ufunc, point = getattr(np, name), TWO_OPERANDS[name]
    slopes = [slope_of(ufunc, point, index) for index in range(2)]
    a, b = map(Value, point)
    y = ufunc(a, b)
    assert y.data == pytest.approx(float(ufunc(*point)), rel=4e-16)
    y.backward()
    for leaf, slope in zip((a, b), slopes, strict=True):
        assert (leaf.grad or 0.0) == pytest.approx(slope, rel=1e-8, abs=1e-10)

    a = np.array([Value(point[0])] * 2)
    result = ufunc(a, np.array([Value(point[1])] * 2))
    assert [e.data for e in result] == [y.data] * 2
    for mixed in (ufunc(a, point[1])[0], ufunc(a[0], np.float32(point[1]))):
        assert getattr(mixed, "data", mixed) == y.data  # maximum may pick the plain number


def test_np_max_picks_one_of_two_that_tie():
    """The one place where the rule of ½, ½ can't hold: NumPy compares and returns an element."""
    a, b = Value(2.0), Value(2.0)
    np.max(np.array([a, b])).backward()
    assert sorted([a.grad or 0.0, b.grad or 0.0]) == [0.0, 1.0]


def test_np_sign_is_a_plain_number():
    assert np.sign(Value(-2.0)) == -1
    assert grad(lambda x: np.sign(x) * x)(-2.0) == -1.0


@pytest.mark.parametrize(
    "call",
    named({
        "isfinite": np.isfinite, "float_power": lambda v: np.float_power(v, 2.0),
        "logaddexp": lambda v: np.logaddexp(v, v), "bitwise": np.invert,
        "into floats": lambda v: np.array([1.0]).__iadd__(v),
    }),
)  # fmt: skip
def test_a_ufunc_that_numpy_does_not_apply_to_objects_raises(call):
    with pytest.raises(TypeError):
        call(Value(2.0))


@pytest.mark.parametrize("name", ["fmod", "arctan2", "hypot", "copysign"])
def test_a_plain_number_may_be_the_first_of_two_operands(name):
    ufunc, x = getattr(np, name), Value(1.5)
    results = ufunc(np.array([2.0, -7.0]), x)
    assert [result.data for result in results] == ufunc([2.0, -7.0], 1.5).tolist()
    assert ufunc(2.0, x).data == ufunc(2.0, 1.5)
    assert ufunc(2.0, x).operands == (2.0, x)


def test_an_array_is_not_turned_into_floats_in_silence():
    values = np.array([Value(1.0), Value(2.0)])
    for attempt in (
        lambda: values.astype(float),
        lambda: np.asarray([Value(1.0)], dtype=float),
        lambda: np.float64(Value(1.0)),
        lambda: np.zeros(2).__setitem__(0, Value(1.0)),
    ):
        with pytest.raises(TypeError, match=r"drop the graph in silence|real number"):
            attempt()


# Arrays


def array_of(*numbers):
    return np.array([Value(x) for x in numbers])


@pytest.mark.parametrize(
    ("function", "expected", "slopes"),
    named({
        "sum": (np.sum, 6.5, [1, 1, 1]),
        "mean": (np.mean, 6.5 / 3, [1 / 3] * 3),
        "prod": (np.prod, 6.0, [6.0, 1.5, 4.0]),
        "max": (np.max, 4.0, [0, 1, 0]),
        "min": (np.min, 1.0, [1, 0, 0]),
        "method sum": (lambda x: x.sum(), 6.5, [1, 1, 1]),
        "method mean": (lambda x: x.mean(), 6.5 / 3, [1 / 3] * 3),
        "dot": (lambda x: np.dot(x, [1.0, 2.0, 3.0]), 13.5, [1, 2, 3]),
        "x @ x": (lambda x: x @ x, 1 + 16 + 2.25, [2, 8, 3]),
        "inner": (lambda x: np.inner(x, x), 19.25, [2, 8, 3]),
        "einsum": (lambda x: np.einsum("i,i", x, x), 19.25, [2, 8, 3]),
        "norm": (np.linalg.norm, 19.25**0.5, np.array([1, 4, 1.5]) / 19.25**0.5),
        "trace": (lambda x: np.trace(np.outer(x, x)), 19.25, [2, 8, 3]),
        "cumsum": (lambda x: np.cumsum(x)[1], 5.0, [1, 1, 0]),
        "diff": (lambda x: np.diff(x)[0], 3.0, [-1, 1, 0]),
        "where": (lambda x: np.where([True, False, True], x, 0.0).sum(), 2.5, [1, 0, 1]),
        "clip": (lambda x: np.clip(x, 1.2, 3.0).sum(), 5.7, [0, 0, 1]),
        "x ** 2": (lambda x: (x**2).sum(), 19.25, [2, 8, 3]),
        "2 ** x": (lambda x: (2**x)[0], 2.0, [2 * np.log(2), 0, 0]),
        "reduce": (np.add.reduce, 6.5, [1, 1, 1]),
        "median": (np.median, 1.5, [0, 0, 1]),
        "reversed": (lambda x: x[::-1][0], 1.5, [0, 0, 1]),
        "concatenate": (lambda x: np.concatenate([x, x]).sum(), 13.0, [2, 2, 2]),
        "in place": (lambda x: operator.iadd(x.copy(), 1.0).sum(), 9.5, [1, 1, 1]),
    }),
)  # fmt: skip
def test_functions_of_object_arrays(function, expected, slopes):
    x = array_of(1.0, 4.0, 1.5)
    y = function(x)
    assert type(y) is Value
    assert y.data == pytest.approx(expected, rel=1e-15)
    y.backward()
    assert [v.grad or 0.0 for v in x] == pytest.approx(list(slopes), rel=1e-15, abs=1e-15)


def test_a_matrix_product_and_its_jacobian():
    W, x = np.array([[1.0, -2.0], [0.5, 4.0], [3.0, 0.0]]), np.array([2.0, -1.0])
    assert [v.data for v in W @ array_of(*x)] == (W @ x).tolist()
    assert [v.data for v in array_of(*x) @ W.T] == (x @ W.T).tolist()
    assert np.array_equal(jacobian(lambda t: W @ t)(x), W)
    slopes = grad(lambda w: np.sum(np.tanh(w @ x)))(W)
    assert slopes == pytest.approx(np.outer(1 - np.tanh(W @ x) ** 2, x), rel=1e-14)


def test_sums_and_means_along_an_axis():
    x = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(5.0)]])
    assert [v.data for v in x.sum(axis=0)] == [4.0, 7.0]
    assert [v.data for v in x.mean(axis=1)] == [1.5, 4.0]
    x.mean(axis=1)[1].backward()
    assert [v.grad for v in x.ravel()] == [None, None, 0.5, 0.5]


def test_an_array_of_values_can_be_sorted_and_searched():
    x = array_of(3.0, 1.0, 2.0)
    assert [v.data for v in np.sort(x)] == [1.0, 2.0, 3.0]
    assert (np.argmax(x), np.argmin(x)) == (0, 1)


def test_equality_of_arrays_is_that_of_identity():
    x = array_of(1.0, 1.0)
    assert (x == x.copy()).tolist() == [True, True]
    assert (x == array_of(1.0, 1.0)).tolist() == [False, False]
    assert (np.float64(1.0) == x[0]) in (False, np.False_)


def test_numpy_warns_of_an_overflow_as_it_does_of_floats():
    with pytest.warns(RuntimeWarning, match="overflow encountered in exp"):
        assert np.exp(Value(1000.0)).data == np.inf


def test_numpy_is_never_imported_for_it():
    program = (
        "import sys; from autograd_mini.value import Value; "
        "from autograd_mini import functions, derivatives, containers, copies; "
        "x = Value(2.0); derivatives.grad(lambda t: t * x)(3.0); "
        "assert 'numpy' not in sys.modules"
    )
    root = Path(value.__file__).parents[1]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)
