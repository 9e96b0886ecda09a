"""What is built of the operations: values and slopes against mpmath, extremes, and refusals."""

import math
from fractions import Fraction

import hypothesis.strategies as st
import mpmath
import pytest
from cases import named
from hypothesis import given

from autograd_mini import functions
from autograd_mini.derivatives import grad, hessian, jacobian
from autograd_mini.errors import DomainError
from autograd_mini.functions import (
    dot,
    log_softmax,
    logaddexp,
    logsumexp,
    mean,
    norm,
    prod,
    softmax,
)
from autograd_mini.graph import count_operations
from autograd_mini.operations import TABLE
from autograd_mini.value import Value

NUMBERS = st.lists(
    st.floats(-50, 50).filter(lambda x: x == 0 or abs(x) > 1e-3), min_size=1, max_size=6
)
BUILT = {
    "sum": functions.sum, "prod": prod, "mean": mean, "norm": norm, "logsumexp": logsumexp,
    "a share": lambda v: softmax(v)[0], "its logarithm": lambda v: log_softmax(v)[0],
    "dot with itself": lambda v: dot(v, v),
}  # fmt: skip


def exact(number):
    return mpmath.mpf(number)


def exact_softmax(values):
    """Return the softmax, 1 - softmax, and the logarithm of the sum, to 60 digits."""
    values = [exact(v) for v in values]
    largest = max(values)
    exponentials = [mpmath.exp(v - largest) for v in values]
    total = mpmath.fsum(exponentials)
    shares = [e / total for e in exponentials]
    rests = [mpmath.fsum(e for k, e in enumerate(exponentials) if k != j) / total
             for j in range(len(values))]  # fmt: skip
    return shares, rests, largest + mpmath.log(total)


@pytest.fixture(autouse=True)
def sixty_digits():
    with mpmath.workdps(60):
        yield


def close(actual, expected, relative, absolute=0.0):
    error = abs(exact(actual) - expected)
    return error <= relative * abs(expected) + absolute


# Rows by name


def test_every_public_name_is_there_and_every_operation_of_the_table_is_public():
    assert all(hasattr(functions, name) for name in functions.__all__)
    inner = {"add", "subtract", "multiply", "divide", "negative", "identity"}
    hidden = {name for name in TABLE if name not in functions.__all__} - inner
    assert all(getattr(functions, name, None) is not TABLE[name] for name in hidden)
    for name in ("exp", "maximum", "where", "polygamma", "less"):
        assert getattr(functions, name) is TABLE[name]


# Values and slopes


@given(NUMBERS)
def test_sums_products_and_means_are_those_of_python(numbers):
    values = [Value(x) for x in numbers]
    total, product = 0.0, 1.0
    for x in numbers:
        total, product = total + x, product * x
    assert functions.sum(values).data == total == functions.sum(numbers)
    assert mean(values).data == total / len(numbers) == mean(numbers)
    assert prod(values).data == product == prod(numbers)
    assert dot(values, numbers).data == functions.sum(x * x for x in numbers)


@given(NUMBERS)
def test_slopes_of_sum_mean_product_and_dot(numbers):
    assert grad(functions.sum)(numbers) == [1.0] * len(numbers)
    assert grad(mean)(numbers) == [1 / len(numbers)] * len(numbers)
    assert grad(lambda v: dot(v, v))(numbers) == [2 * x for x in numbers]
    expected = [math.prod(x for k, x in enumerate(numbers) if k != j) for j in range(len(numbers))]
    assert grad(prod)(numbers) == pytest.approx(expected, rel=1e-14)


@given(NUMBERS)
def test_the_norm_and_its_slopes(numbers):
    length = mpmath.sqrt(mpmath.fsum(exact(x) ** 2 for x in numbers))
    assert close(norm(numbers), length, 4e-16)
    for slope, x in zip(grad(norm)(numbers), numbers, strict=True):
        assert close(slope, exact(x) / length if length else 0, 1e-15)


def test_the_norm_neither_overflows_nor_underflows():
    for scale in (1e300, 1e-300, 5e-324):
        assert norm([3 * scale, 4 * scale]) == 5 * scale
    slopes = grad(norm)([3e300, -4e300])
    assert slopes == pytest.approx([0.6, -0.8], rel=1e-15)


WIDE = st.lists(st.floats(-700, 700), min_size=2, max_size=5)


@given(WIDE)
def test_logsumexp_and_its_slopes_are_precise(numbers):
    shares, _, log_of_sum = exact_softmax(numbers)
    # near 0 the sum of two numbers of opposite sign cancels
    assert close(logsumexp(numbers), log_of_sum, 1e-15, max(map(abs, numbers)) * 1e-16)
    for slope, share in zip(grad(logsumexp)(numbers), shares, strict=True):
        assert close(slope, share, 1e-12, 1e-300)


@given(WIDE)
def test_softmax_and_its_slopes_keep_their_digits_where_a_share_is_almost_1(numbers):
    shares, rests, _ = exact_softmax(numbers)
    # a difference of numbers up to 700 is rounded by 1e-13, which exp turns into a relative error
    for actual, share in zip(softmax(numbers), shares, strict=True):
        assert close(actual, share, 3e-13, 1e-300)
    slopes = jacobian(softmax)(numbers)
    for j, row in enumerate(slopes):
        for k, slope in enumerate(row):
            expected = shares[j] * (rests[j] if j == k else -shares[k])
            assert close(slope, expected, 1e-12, 1e-290)


@given(WIDE)
def test_log_softmax_and_its_slopes_keep_their_digits_where_a_share_is_almost_1(numbers):
    shares, rests, _ = exact_softmax(numbers)
    for actual, share, rest in zip(log_softmax(numbers), shares, rests, strict=True):
        logarithm = mpmath.log(share) if share < 0.5 else mpmath.log1p(-rest)
        assert close(actual, logarithm, 3e-13, 1e-300)
    slopes = jacobian(log_softmax)(numbers)
    for j, row in enumerate(slopes):
        for k, slope in enumerate(row):
            assert close(slope, rests[j] if j == k else -shares[k], 1e-12, 1e-290)


@given(WIDE)
def test_the_hessian_of_logsumexp_is_the_covariance_of_the_softmax(numbers):
    shares, rests, _ = exact_softmax(numbers)
    for j, row in enumerate(hessian(logsumexp)(numbers)):
        for k, second in enumerate(row):
            expected = shares[j] * (rests[j] if j == k else -shares[k])
            assert close(second, expected, 1e-12, 1e-290)


def test_third_derivatives_of_logsumexp():
    def third(v):
        return grad(grad(grad(lambda t: logsumexp([t, v[0], v[1]]))))

    for t, others in ((0.3, (1.0, -2.0)), (3.0, (1.0, 0.5)), (-5.0, (0.0, 2.0))):
        others_sum = mpmath.log(mpmath.exp(others[0]) + mpmath.exp(others[1]))
        p = 1 / (1 + mpmath.exp(others_sum - exact(t)))
        assert close(third(others)(t), p * (1 - p) * (1 - 2 * p), 1e-12)


def test_logaddexp_is_logsumexp_of_two():
    assert logaddexp(1000.0, 1001.0) == pytest.approx(1001.3132616875182228, rel=1e-16)
    assert grad(logaddexp, (0, 1))(0.0, 0.0) == (0.5, 0.5)
    assert grad(logaddexp, (0, 1))(0.0, 800.0) == (0.0, 1.0)
    a, b = Value(-1000.0), Value(-1000.0)
    y = logaddexp(a, b)
    y.backward()
    assert (y.data, a.grad, b.grad) == (-1000.0 + math.log(2), 0.5, 0.5)


# Extremes and masks


@pytest.mark.parametrize("shift", [0.0, 1e6, -1e6, 1e15, 1e300, -1e300])
def test_a_common_shift_changes_no_share(shift):
    assert softmax([shift, shift, shift]) == [1 / 3] * 3
    assert log_softmax([shift, shift]) == [-math.log(2)] * 2
    assert grad(logsumexp)([shift, shift]) == [0.5, 0.5]


def test_the_largest_finite_numbers_do_not_overflow():
    huge = 1.7e308
    assert logsumexp([huge, -huge]) == huge
    assert softmax([huge, -huge]) == [1.0, 0.0]
    assert log_softmax([huge, -huge]) == [0.0, -math.inf]
    assert grad(logsumexp)([huge, -huge]) == [1.0, 0.0]


def test_a_mask_of_minus_infinity_takes_no_share_and_no_gradient():
    """Attention: a score that is masked is −∞, or has −∞ added to it."""
    scores = [Value(1.0), Value(2.0), Value(0.5), Value(-1.0)]
    mask = [0.0, -math.inf, -math.inf, 0.0]
    masked = [score + m for score, m in zip(scores, mask, strict=True)]
    weights = softmax(masked)
    output = dot(weights, [1.0, 2.0, 3.0, 4.0])
    output.backward()
    p = 1 / (1 + math.exp(-2.0))
    assert [w.data for w in weights] == pytest.approx([p, 0.0, 0.0, 1 - p], rel=1e-15)
    expected = p * (1 - p) * (1.0 - 4.0)
    assert [s.grad for s in scores] == pytest.approx([expected, 0.0, 0.0, -expected], rel=1e-15)
    assert scores[1].grad == scores[2].grad == 0.0


def test_masked_logarithms_and_sums_are_those_of_the_rest():
    rest, masked = [0.3, -0.7], [0.3, -math.inf, -0.7, -math.inf]
    assert logsumexp(masked) == logsumexp(rest)
    a, _, b, nothing = log_softmax([Value(x) for x in masked])
    assert [a.data, b.data] == log_softmax(rest)
    assert nothing.data == -math.inf
    leaves = [Value(x) for x in masked]
    (log_softmax(leaves)[0] * 2).backward()
    slope = 2 * softmax(rest)[1]
    assert [leaf.grad for leaf in leaves] == pytest.approx([slope, 0.0, -slope, 0.0], rel=1e-15)
    leaves = [Value(x) for x in masked]
    logsumexp(leaves).backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(
        [softmax(rest)[0], 0.0, softmax(rest)[1], 0.0], rel=1e-15)  # fmt: skip


def test_when_everything_is_masked_there_is_no_share():
    nothing = [-math.inf, -math.inf]
    assert logsumexp(nothing) == -math.inf
    for shares in (softmax, log_softmax):
        for values in (nothing, [Value(x) for x in nothing], [math.inf, 1.0]):
            with pytest.raises(ValueError, match="the largest of the values must be finite, not"):
                shares(values)


def test_sums_of_plain_numbers_that_have_no_value_raise():
    with pytest.raises(ValueError, match="the sum is nan, which is not a number"):
        functions.sum([math.inf, -math.inf])
    with pytest.raises(ValueError, match="the product is nan, which is not a number"):
        prod([math.inf, 0.0])
    with pytest.raises(ValueError, match="is nan, which is not a number"):
        dot([math.inf], [0.0])
    with pytest.raises(DomainError, match=r"add is not defined at \(inf, -inf\)"):
        functions.sum([Value(math.inf), -math.inf])


# One value, none, and plain numbers


@pytest.mark.parametrize(
    "function",
    named({k: f for k, f in BUILT.items() if k not in ("sum", "prod", "dot with itself")}),
)
def test_no_values_raise(function):
    with pytest.raises(ValueError, match="values must not be empty"):
        function([])
    with pytest.raises(ValueError, match="values must not be empty"):
        function(iter(()))


def test_an_empty_sum_is_0_and_an_empty_product_1():
    assert (functions.sum([]), prod([]), dot([], [])) == (0.0, 1.0, 0.0)


def test_one_value_is_itself():
    v = Value(-3.0)
    assert functions.sum([v]) is prod([v]) is logsumexp([v]) is v
    assert (mean([v]).data, norm([v]).data, softmax([v])[0].data) == (-3.0, 3.0, 1.0)
    share, logarithm = softmax([v])[0], log_softmax([v])[0]
    (share + logarithm).backward()
    assert (logarithm.data, v.grad) == (0.0, 0.0)


@pytest.mark.parametrize("function", named(BUILT))
def test_plain_numbers_give_plain_numbers_and_one_value_makes_values(function):
    assert type(function([1, 2.5, True])) in (int, float)
    assert isinstance(function([1, Value(2.5), 0.5]), Value)
    assert function([1.0, Value(2.5)]).data == function([1.0, 2.5])


@pytest.mark.parametrize("function", named(BUILT))
def test_any_iterable_will_do_that_can_be_gone_through_once(function):
    numbers = [1.5, -0.5, 2.0]
    if function is not BUILT["dot with itself"]:
        assert function(iter(numbers)) == function(tuple(numbers)) == function(numbers)


@pytest.mark.parametrize("function", named(BUILT))
@pytest.mark.parametrize("foreign", ["1", None, 1j, [1.0]], ids=["text", "None", "1j", "list"])
def test_an_element_that_is_no_number_raises(function, foreign):
    with pytest.raises(TypeError, match="an element must be a real number"):
        function([1.0, foreign])


def test_vectors_of_different_length_have_no_scalar_product():
    with pytest.raises(ValueError, match="a and b must have one length, not 2 and 3"):
        dot([1.0, 2.0], [1.0, 2.0, 3.0])


def test_fractions_stay_exact_where_there_is_a_rational_result():
    third = Fraction(1, 3)
    assert mean([third, 1, 2]) == Fraction(10, 9)
    assert dot([third, 2], [3, third]) == Fraction(5, 3)
    assert grad(prod)([third, Fraction(2), Fraction(5)]) == [10, Fraction(5, 3), Fraction(2, 3)]


def test_numpy_arrays_are_sequences_of_numbers():
    import numpy as np

    numbers = np.array([1.0, 2.0, 4.0])
    assert (functions.sum(numbers), prod(numbers), mean(numbers)) == (7.0, 8.0, 7 / 3)
    assert type(functions.sum(numbers)) is float
    assert softmax(numbers) == softmax([1.0, 2.0, 4.0])


def test_the_largest_operations_count_is_linear():
    from autograd_mini.graph import topological_order

    for function in (lambda v: functions.sum(log_softmax(v)), lambda v: functions.sum(softmax(v))):
        sizes = [len(topological_order(function([Value(float(i)) for i in range(n)])))
                 for n in (50, 100)]  # fmt: skip
        assert sizes[1] < 2.1 * sizes[0]


def test_the_norm_of_many_costs_as_much_more_as_they_are():
    values = [Value(float(index)) for index in range(1, 1001)]
    length = functions.norm(values)
    length.backward()
    assert length.data == pytest.approx(
        math.sqrt(sum(index**2 for index in range(1, 1001))), rel=1e-15
    )
    assert values[499].grad == pytest.approx(500 / length.data, rel=1e-15)
    assert sum(count_operations(length).values()) < 150


def test_the_norm_of_many_zeros_has_slope_zero():
    values = [Value(0.0) for _ in range(30)]
    functions.norm(values).backward()
    assert {value.grad for value in values} == {0.0}
