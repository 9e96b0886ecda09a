"""Compiled Jacobians, Hessians and their products say what `derivatives` says."""

import numpy as np
import pytest
from programs import flat, structured

import autograd_mini as ag
from autograd_mini.compiler import compile


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def test_the_hessian_of_rosenbrock_is_that_of_the_engine():
    x = np.linspace(-1.0, 1.0, 6)
    found = compile(rosenbrock).hessian(x)
    assert found.shape == (6, 6)
    assert np.allclose(found, ag.hessian(rosenbrock)(x), rtol=1e-12, atol=1e-12)
    product = compile(rosenbrock).hvp(np.ones(6), x)
    assert np.allclose(product, found.sum(1), rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("seed", range(25))
def test_hessians_of_random_programs_are_those_of_the_engine(seed):
    f, arguments = structured(seed)
    fast = compile(f, wrt="M")
    found = fast.hessian(**arguments)
    x, M, c = (arguments[name] for name in "xMc")
    expected = ag.hessian(f, 1)(x, M, c)
    scale = max(map(abs, flat(expected)))
    assert np.allclose(flat(found), flat(expected), rtol=1e-9, atol=1e-10 * scale)
    assert "eager engine: 0" in fast.report()


def test_a_jacobian_has_the_axes_of_the_result_before_those_of_the_argument():
    def f(x, y):
        return {"a": ag.exp(x[0] * y), "b": [x[1], ag.where(x[0] > 0, x[0] * x[1], 0.0)]}

    found = compile(f).jacobian([0.5, 2.0], 3.0)
    assert found == ag.jacobian(f)([0.5, 2.0], 3.0)
    by_y = compile(f, wrt="y").jacobian([0.5, 2.0], 3.0)
    assert by_y == ag.jacobian(f, 1)([0.5, 2.0], 3.0)


def test_what_has_no_single_argument_is_refused():
    with pytest.raises(ValueError, match="without a batch"):
        compile(lambda x: x, batched="x").hessian([1.0])
    with pytest.raises(TypeError, match="by one argument"):
        compile(lambda x: x, wrt=ag.Value(1.0)).hessian(1.0)
