"""Nothing that is not finite is delivered: domain errors, overflow, and who is to blame."""

import math
from contextlib import suppress

import pytest
from cases import named

from autograd_mini import errors, functions, graph
from autograd_mini.errors import DomainError, NonFiniteGradientError
from autograd_mini.functions import exp, log, maximum, sqrt, stop_gradient
from autograd_mini.value import Value


@pytest.mark.parametrize(
    ("make", "message"),
    named({
        "x / 0": (lambda a: a / 0, r"divide .* at \(a = 2.0, 0.*\): the divisor must not be 0"),
        "1 / 0": (lambda a: 1 / (a - 2), r"divide .* at \(1.*, 0.0\): the divisor must not be 0"),
        "log 0": (lambda a: log(a - 2), r"log .* defined at \(0.0\): x must lie in \(0, inf\]"),
        "log -x": (lambda a: log(-a), r"log is not defined at \(-2.0\)"),
        "sqrt": (lambda a: sqrt(-a), r"sqrt .* defined at \(-2.0\): x must lie in \[0, inf\]"),
        "power": (lambda a: (-a) ** 0.5, r"power .* \(-2.0, 0.5\): a negative base needs a whole"),
        "0 ** -x": (lambda a: 0 ** -a, r"power is not defined at \(0.*, -2.0\)"),
        "x % 0": (lambda a: a % 0, r"modulo is not defined at \(a = 2.0, 0.*\)"),
        "x // 0": (lambda a: a // 0, r"floor_divide is not defined at \(a = 2.0, 0.*\)"),
        "asin": (lambda a: a.asin(), r"asin .* at \(a = 2.0\): x must lie in \[-1, 1\]"),
        "lgamma": (lambda a: (a - 2).lgamma(), r"lgamma is not defined at \(0.0\)"),
        "inf - inf": (lambda a: a * math.inf - a * math.inf, r"subtract .* at \(inf, inf\)"),
        "0 * inf": (lambda a: (a - 2) * math.inf, r"multiply is not defined at \(0.0, inf\)"),
        "clamp": (lambda a: a.clamp(1, 0), r"clamp .* \(a = 2.0, 1.*, 0.*\): low must not exceed"),
    }),
)  # fmt: skip
def test_an_operation_outside_its_domain_raises_at_once_and_names_the_operands(make, message):
    with pytest.raises(DomainError, match=message):
        make(Value(2.0, label="a"))


@pytest.mark.parametrize(
    ("make", "expected"),
    named({
        "x * y": (lambda x: x * 1e200 * 1e200, math.inf),
        "x ** 2": (lambda x: (x * 1e200) ** 2, math.inf),
        "-(x ** 2)": (lambda x: -((x * 1e200) ** 2), -math.inf),
        "(-x) ** 3": (lambda x: (-x * 1e200) ** 3, -math.inf),
        "x + y": (lambda x: x + 1.7e308 + 1.7e308, math.inf),
        "-x - y": (lambda x: -1.7e308 - x * 1.7e308, -math.inf),
        "x / y": (lambda x: x / 1e-200 / 1e-200, math.inf),
        "exp": (lambda x: exp(x * 1000), math.inf),
        "sinh": (lambda x: (x * 1000).sinh(), math.inf),
        "sinh -x": (lambda x: (-x * 1000).sinh(), -math.inf),
        "cosh": (lambda x: (x * 1000).cosh(), math.inf),
        "x ** 50": (lambda x: (x * 1e9) ** 50, math.inf),
        "exp2": (lambda x: (x * 2000).exp2(), math.inf),
        "square": (lambda x: (x * 1e200).square(), math.inf),
    }),
)  # fmt: skip
def test_a_result_too_large_for_a_float_is_infinite(make, expected):
    assert make(Value(1.0)).data == expected


def test_functions_of_plain_numbers_keep_the_same_rules():
    assert exp(1000) == math.inf
    assert functions.power(-1e200, 3) == -math.inf
    with pytest.raises(DomainError, match=r"log is not defined at \(0\)"):
        log(0)


def test_the_slope_of_a_root_at_0_is_infinite_and_backward_raises():
    x = Value(0.0, label="x")
    y = sqrt(x)
    assert (y.data, y.local_derivatives) == (0.0, (math.inf,))
    with pytest.raises(NonFiniteGradientError) as caught:
        y.backward()
    assert caught.value.place == "sqrt(x = 0.0)"
    assert str(caught.value) == (
        "the gradient is not finite from sqrt(x = 0.0) on: "
        "local derivative inf times adjoint 1.0 is inf"
    )
    assert (x.grad, y.grad) == (None, None)


def test_0_times_infinity_raises_and_names_the_first_node_that_went_wrong():
    x = Value(0.0, label="x")
    h = sqrt(x)
    h.label = "h"
    y = (h * 0.0) * 3.0 + x
    with pytest.raises(NonFiniteGradientError, match=r"h = sqrt\(x = 0.0\) .* adjoint 0.0 is nan"):
        y.backward()
    assert x.grad is None


def test_a_constant_is_not_to_blame():
    x, c = Value(4.0, label="x"), Value(1e-200, label="c", kind="constant")
    y = (x - 4).sqrt() * 1e-200 / c  # by c the slope is finite or not: nobody asks
    with pytest.raises(NonFiniteGradientError, match=r"from sqrt\(0.0\) on"):
        y.backward()


def test_a_gradient_that_overflows_on_the_way_raises():
    x = Value(1e-100)
    y = 1 / (x * x)  # 1e200, and its slope -1e400
    with pytest.raises(NonFiniteGradientError, match=r"divide.* local derivative .* is -inf"):
        y.backward()
    assert x.grad is None


def test_a_sum_of_adjoints_that_overflows_raises():
    x = Value(1.0)
    h = x * 1.0
    y = (h * 1.5e308 - 1.4e308) + (h * 1.5e308 - 1.4e308)
    with pytest.raises(NonFiniteGradientError, match="the sum of its adjoints is inf"):
        y.backward()
    assert x.grad is None


def test_a_sum_over_sweeps_that_overflows_raises_and_keeps_the_sum_so_far():
    x, y = Value(1.0, label="x"), Value(2.0)
    root = x * 1.5e308 + y
    root.backward()
    with pytest.raises(NonFiniteGradientError, match=r"x = 1.0 on: its sum over sweeps is inf"):
        root.backward()
    assert (x.grad, y.grad, root.grad) == (1.5e308, 1.0, None)


def test_an_infinite_value_whose_gradient_is_finite_is_no_fault():
    x, mask = Value(2.0), Value(-math.inf)
    y = maximum(x * 3, mask)
    y.backward()
    assert (y.data, x.grad, mask.grad) == (6.0, 3.0, 0.0)


def test_what_reaches_constants_alone_need_not_be_finite():
    x = Value(2.0)
    y = x + sqrt(stop_gradient(x) - 2)
    y.backward()
    assert x.grad == 1.0


def test_a_derivative_that_does_not_exist_is_an_error_only_where_it_is_asked_for():
    base, exponent = Value(-2.0, label="base"), Value(3.0, label="exponent")
    y = base**exponent
    with pytest.raises(NonFiniteGradientError, match="derivative by operand 2 does not exist"):
        y.backward()
    assert (base.grad, exponent.grad) == (None, None)
    y = base ** stop_gradient(exponent)
    y.backward()
    assert (y.data, base.grad) == (-8.0, 12.0)


@pytest.mark.parametrize("order", [1, -1])
def test_a_fault_is_an_error_of_ours_whatever_the_order_of_summing(order):
    x = Value(1.0)
    h = x * 1.0
    parts = [h * slope for slope in (1e308, -1e308, 1e308, 1e308, -1e308)][::order]
    y = sum(part - part.data for part in parts)
    with suppress(NonFiniteGradientError):
        y.backward()
        assert x.grad == 1e308
    fault = errors.first_fault(graph.topological_order(y), {y: 1.0}, lambda _: True)
    assert isinstance(fault, NonFiniteGradientError)
