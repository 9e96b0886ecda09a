"""Formulas of single numbers, over a batch: written as one writes them by hand, and right."""

import re

import mpmath
import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.compiler import batches
from autograd_mini.compiler.factors import factors_of, is_power_of_two, unscaled
from autograd_mini.compiler.finite import all_finite, raising, surely_finite
from autograd_mini.compiler.shared import shared, unpacked, wrapped

RNG = np.random.default_rng(7)


def black_scholes(m, x):
    price, strike, rate, volatility, time = x
    spread = volatility * m.sqrt(time)
    d1 = (m.log(price / strike) + (rate + volatility**2 / 2) * time) / spread
    normal = [(1 + m.erf(d * 0.5**0.5)) / 2 for d in (d1, d1 - spread)]
    return price * normal[0] - strike * m.exp(-rate * time) * normal[1]


def arm(m, x):
    first, second, third = x
    elbow, hand = first + second, first + second + third
    return (m.cos(first) + 0.8 * m.cos(elbow) + 0.5 * m.cos(hand) - 1) ** 2 + (
        m.sin(first) + 0.8 * m.sin(elbow) + 0.5 * m.sin(hand) - 0.5
    ) ** 2


def gas(_m, x):
    temperature, volume, a, b = x
    return 8.314 * temperature / (volume - b) - a / volume**2


def lennard_jones(_m, x):
    inverse = 1 / (x[0] ** 2 + x[1] ** 2 + x[2] ** 2) ** 3
    return 4 * (inverse**2 - inverse)


def implied_volatility(m, x):
    forward, strike, time, alpha, rho, nu = x
    mean = m.sqrt(forward * strike)
    z = nu / alpha * mean * m.log(forward / strike)
    chi = m.log((m.sqrt(1 - 2 * rho * z + z * z) + z - rho) / (1 - rho))
    bend = alpha**2 / (24 * forward * strike) + rho * nu * alpha / (4 * mean)
    return alpha / mean * z / chi * (1 + time * bend)


FORMULAS = {
    black_scholes: ([80, 80, 0.0, 0.1, 0.2], [120, 120, 0.05, 0.5, 2.0]),
    arm: ([-1.5] * 3, [1.5] * 3),
    gas: ([300, 1, 0.1, 0.01], [400, 2, 0.2, 0.05]),
    lennard_jones: ([0.6] * 3, [1.4] * 3),
    implied_volatility: ([1, 1.1, 0.5, 0.2, -0.5, 0.3], [1.05, 1.3, 2, 0.4, 0.2, 0.6]),
}


def compiled(formula, count=6):
    low, high = FORMULAS[formula]
    X = RNG.uniform(low, high, (count, len(low)))
    fast = ag.compile(lambda x: formula(ag, x), batched="x", reduce=None)
    return fast, X, fast.value_and_grad(X)


@pytest.mark.parametrize("formula", FORMULAS)
def test_values_and_gradients_of_formulas_are_those_of_mpmath(formula):
    _, X, (values, gradients) = compiled(formula)
    with mpmath.workdps(30):
        for x, value, gradient in zip(X, values, gradients, strict=True):
            point = [mpmath.mpf(float(number)) for number in x]
            assert value == pytest.approx(float(formula(mpmath, point)), rel=1e-12)
            for place in range(len(x)):
                orders = tuple(int(k == place) for k in range(len(x)))
                exact = mpmath.diff(lambda *p: formula(mpmath, p), tuple(point), orders)
                assert gradient[place] == pytest.approx(float(exact), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_are_written_without_what_one_leaves_out_by_hand(formula):
    source = compiled(formula)[0].source
    right = re.findall(r" = (.+)", source)
    assert "np.zeros" not in source
    assert "np.power" not in source
    assert len(right) == len(set(right))
    assert not re.search(r"\b1\.0 \* |--|\+ -|\(-\(", source)
    assert not re.search(r"slope\w* = 1\.0 / ", source)


def test_black_and_scholes_needs_few_lines_and_each_exponential_once():
    source = compiled(black_scholes)[0].source
    assert len(source.splitlines()) <= 50
    assert source.count("np.exp(") == 3
    assert source.count("special.erf(") == 2
    assert "X0, X1, X2, X3, X4 = X\n" in source


def test_the_slope_of_a_quotient_divides_and_is_shared():
    fast = ag.compile(lambda x: x[0] / x[1], batched="x", reduce=None)
    X = RNG.uniform(1, 2, (4, 2))
    gradients = fast.grad(X)
    np.testing.assert_allclose(gradients, np.stack([1 / X[:, 1], -X[:, 0] / X[:, 1] ** 2], -1))
    assert fast.source.count("/ X1") == 3


def test_gradients_of_formulas_have_the_shape_of_their_points_in_blocks_too():
    low, high = FORMULAS[black_scholes]
    X = RNG.uniform(low, high, (300_000, 5))
    fast = ag.compile(lambda x: black_scholes(ag, x), batched="x", reduce=None)
    values, gradients = fast.value_and_grad(X)
    few, some = fast.value_and_grad(X[-7:])
    assert (values.shape, gradients.shape) == ((300_000,), (300_000, 5))
    np.testing.assert_allclose(values[-7:], few, rtol=1e-13)
    np.testing.assert_allclose(gradients[-7:], some, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("exponent", [2, 3, 4, 5, 6, 0.5, -1, -3])
def test_powers_and_their_slopes_are_right_whether_written_as_products_or_not(exponent):
    fast = ag.compile(lambda x: x**exponent, batched="x", reduce=None)
    x = RNG.uniform(0.5, 2, 5)
    value, slope = fast.value_and_grad(x)
    np.testing.assert_allclose(value, x**exponent, rtol=1e-14)
    np.testing.assert_allclose(slope, exponent * x ** (exponent - 1), rtol=1e-14)


@pytest.mark.parametrize("exponent", [2, 3, 4, 5])
def test_slopes_of_whole_powers_at_zero_are_zero(exponent):
    fast = ag.compile(lambda x: x**exponent, batched="x", reduce=None)
    assert fast.grad(np.array([0.0, 1.0])).tolist() == [0.0, float(exponent)]


@pytest.mark.parametrize("divisor", [2.0, 0.25, -4.0])
def test_dividing_by_a_power_of_two_is_multiplying_to_the_bit(divisor):
    fast = ag.compile(lambda x: ag.exp(x) / divisor, batched="x", reduce=None)
    x = RNG.normal(size=50)
    assert fast(x).tolist() == (np.exp(x) / divisor).tolist()
    assert " / " not in fast.source


@pytest.mark.parametrize("number", [0.0, 3.0, 1e-320 * 3, float("inf")])
def test_what_is_no_power_of_two_is_known(number):
    assert not is_power_of_two(number)


@pytest.mark.parametrize(
    ("text", "number", "array"),
    [
        ("(2.0 * a) * b", 1.0, "(2.0 * a) * b"),
        ("(-2.0) * a", -2.0, "a"),
        ("-(2.0 * (0.5 * a))", -1.0, "a"),
        ("-a + b", 1.0, "-a + b"),
        ("1e-05 * a", 1e-05, "a"),
        ("2.0 * a @ b", 1.0, "2.0 * a @ b"),
    ],
)
def test_only_a_number_that_multiplies_all_of_a_text_is_taken_from_it(text, number, array):
    assert unscaled(text) == (number, array)


def test_a_divisor_that_is_a_sum_stays_whole():
    assert factors_of("1.0 / (1.0 + e)", (0,)) == ([("1.0 / (1.0 + e)", (0,))], 1.0)


def test_a_later_line_gives_its_name_to_what_an_earlier_one_needs():
    lines = [("a", "a = 2.0 * (x * y)", ""), ("b", "b = x * y", "the product")]
    found = shared(lines, ["a", "b"], lambda wish: wish)
    assert found == [("b", "b = x * y", "the product"), ("a", "a = 2.0 * b", "")]


def test_what_changes_in_place_is_not_shared():
    lines = [
        ("a", "a = 2.0 * (e * y)", ""),
        ("p", "p = growing(e, 1.0, 0)", ""),
        ("b", "b = 3.0 * (e * y)", ""),
    ]
    assert shared(lines, ["a", "b", "p"], lambda wish: wish) == lines


def test_tuples_and_strings_are_no_expressions():
    lines = [
        ("a", "a = np.broadcast_to(x, (3, n))", ""),
        ("b", "b = np.broadcast_to(y, (3, n))", ""),
        ("c", "c = np.einsum('ni,ni->n', x, y)", ""),
    ]
    assert shared(lines, ["a", "b", "c"], lambda wish: wish) == lines


def test_an_array_is_unpacked_only_if_all_its_elements_have_names():
    lines = [("x0", "x0 = x[0]", ""), ("x1", "x1 = x[1]", "")]
    assert unpacked(lines, {"x": 3}) == lines
    assert unpacked([("x0", "x0 = x[0]", "")], {"x": 1}) == [("x0", "x0, = x", "")]


def test_a_long_line_is_broken_between_its_terms_and_means_the_same():
    terms = " + ".join(f"np.dot(a{k} - 1.0, b)" for k in range(12))
    line = wrapped(f"total = {terms}", "a remark")
    assert max(map(len, line.splitlines())) <= 100
    assert line.startswith("total = (  # a remark\n")
    assert re.sub(r"  # a remark|\s+", "", line).replace("=(", "=")[:-1] == re.sub(
        r"\s+", "", f"total = {terms}"
    )


def test_large_finite_numbers_are_found_finite_where_their_squares_are_not():
    arrays = [np.array([1e200, 1.0]), 2.0]
    with raising():
        assert not surely_finite(arrays)
        assert surely_finite([np.ones((2, 3)).T, 1.0])
    assert all_finite(arrays)
    assert not all_finite([np.array([1.0, np.inf])])


def test_fitting_reads_with_the_names_of_the_lecture(monkeypatch):
    sources = []

    class Engine(batches.ArrayEngine):
        def __init__(self, plan):
            super().__init__(plan)
            sources.append(self.source)

    monkeypatch.setattr(batches, "ArrayEngine", Engine)
    net = ag.MLP([2, 3, 1], activation="sigmoid", seed=0)
    X, Y = [[0.0, 0.0], [0.0, 1.0]], [[0.0], [1.0]]
    ag.fit(net, X, Y, loss="log_loss", optimizer=ag.SGD(0.5), epochs=1, progress=False)
    assert "s2 = X @ W2.T + b2\n" in sources[0]
    assert "  # BP1: " in sources[0]
    assert re.search("delta2 = .* slope2  # BP2: ", sources[0])
    assert "slope2 = e2 * p2 * p2  # σ′(s2) = a2 (1 − a2)\n" in sources[0]


def test_slopes_say_what_a_textbook_writes():
    net = ag.MLP([2, 3, 2], activation="tanh", seed=0)
    fast = ag.compile(lambda x, y: ag.log_loss_from_logits(net.logits(x), y), batched=("x", "y"))
    fast.grad([[0.5, -1.0]], [[1.0, 0.0]])
    for remark in ("tanh′(s2) = 1 − (a2)²", "σ(s3)", "σ(−s3)"):
        assert re.search(rf"slope\w* = .*  # {re.escape(remark)}\n", fast.source)
    assert ", w = arrays" not in fast.source
