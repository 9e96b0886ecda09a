"""Fractions stay exact through values and gradients."""

from fractions import Fraction

import pytest
from cases import named

from autograd_mini import functions, graph
from autograd_mini.functions import exp, log, maximum, sqrt, tanh, where
from autograd_mini.value import Value


def test_a_rational_expression_has_exact_gradients():
    x, y = Value(Fraction(1, 3)), Value(Fraction(2, 7))
    f = (x * y + 3) / (x - y) ** 3 - 2 * x / 5 + abs(-y) * functions.square(x)
    f.backward()
    a, b = Fraction(1, 3), Fraction(2, 7)
    d = a - b
    assert f.data == (a * b + 3) / d**3 - 2 * a / 5 + b * a**2
    assert x.grad == b / d**3 - 3 * (a * b + 3) / d**4 - Fraction(2, 5) + 2 * a * b
    assert y.grad == a / d**3 + 3 * (a * b + 3) / d**4 + a**2
    assert {type(node.grad) for node in graph.topological_order(f)} == {Fraction}


@pytest.mark.parametrize(
    "make",
    named({
        "q + 1": lambda q: q + 1, "1 + q": lambda q: 1 + q, "q - 1": lambda q: q - 1,
        "1 - q": lambda q: 1 - q, "q * 2": lambda q: q * 2, "2 * q": lambda q: 2 * q,
        "q / 3": lambda q: q / 3, "3 / q": lambda q: 3 / q, "q ** 3": lambda q: q**3,
        "q ** -2": lambda q: q**-2, "q ** 0": lambda q: q**0, "q ** 1": lambda q: q**1,
        "-q": lambda q: -q, "+q": lambda q: +q, "abs": abs, "q // 1": lambda q: q // 1,
        "q % 1": lambda q: q % 1, "7 // q": lambda q: 7 // q, "7 % q": lambda q: 7 % q,
        "relu": lambda q: q.relu(), "relu of -q": lambda q: (-q).relu(),
        "square": lambda q: q.square(), "reciprocal": lambda q: q.reciprocal(),
        "maximum": lambda q: maximum(q, 1), "minimum": lambda q: functions.minimum(q, q),
        "clamp": lambda q: functions.clamp(q, 0, 1), "floor": lambda q: q.floor(),
        "ceil": lambda q: q.ceil(), "trunc": lambda q: q.trunc(), "round": round,
        "sign": lambda q: q.sign(), "step": lambda q: q.step(),
        "where": lambda q: where(q > 0, q, 0), "leaky": lambda q: q.leaky_relu(Fraction(1, 8)),
        "sum": lambda q: functions.sum([q, 1, q]), "mean": lambda q: functions.mean([q, 1, 5]),
        "prod": lambda q: functions.prod([q, 2]), "dot": lambda q: functions.dot([q, 1], [q, q]),
    }),
)  # fmt: skip
def test_no_float_slips_into_exact_arithmetic(make):
    q = Value(Fraction(5, 3))
    y = make(q)
    y.backward()
    assert (type(y.data), type(q.grad)) == (Fraction, Fraction)
    if y.data.denominator != 1:  # away from jumps the exact difference quotient is close
        h = Fraction(1, 10**9)
        around = [make(Value(Fraction(5, 3) + side)).data for side in (h, -h)]
        assert abs((around[0] - around[1]) / (2 * h) - q.grad) < Fraction(1, 10**6)


def test_a_tie_is_shared_in_exact_halves_and_thirds():
    q = [Value(Fraction(1, 3)) for _ in range(3)]
    maximum(q[0], q[1]).backward()
    assert [v.grad for v in q] == [Fraction(1, 2), Fraction(1, 2), None]
    maximum(*q).backward()
    assert [v.grad for v in q] == [Fraction(5, 6), Fraction(5, 6), Fraction(1, 3)]
    assert {type(v.grad) for v in q if v.grad is not None} == {Fraction}


def test_results_and_gradients_may_exceed_the_range_of_floats():
    x = Value(Fraction(10**200))
    y = x**3
    y.backward()
    assert (y.data, x.grad) == (10**600, 3 * Fraction(10**400))


@pytest.mark.parametrize(
    "row", [exp, log, sqrt, tanh, functions.sigmoid, functions.erf, functions.sinc],
    ids=lambda row: row.name,
)  # fmt: skip
def test_an_operation_without_exact_values_raises_on_a_fraction(row):
    with pytest.raises(TypeError, match=f"{row.name} of a Fraction is no Fraction: give it float"):
        row(Value(Fraction(1, 4)))


def test_a_power_or_hypot_without_exact_value_raises_on_a_fraction():
    q = Value(Fraction(1, 4))
    for make in (lambda: q ** Fraction(1, 2), lambda: 2**q, lambda: functions.hypot(q, 1)):
        with pytest.raises(TypeError, match="of a Fraction is no Fraction: give it float"):
            make()


def test_mixing_with_a_float_makes_a_float():
    q, x = Value(Fraction(1, 4)), Value(2.0)
    for y in (q * x, q + 0.5, 0.5 * q, q / 3.0, q - x, maximum(q, x), q**2.0):
        assert type(y.data) is float
    (q * x).backward()
    assert (q.grad, x.grad) == (2.0, 0.25)


def test_mixing_with_a_plain_fraction_or_int_stays_exact():
    q = Value(Fraction(1, 4))
    for y in (q + Fraction(1, 3), Fraction(1, 3) * q, 1 - q, Fraction(3) / q, q - True):
        assert type(y.data) is Fraction


@pytest.mark.parametrize("seed", [2, Fraction(2)])
def test_a_whole_seed_stays_exact(seed):
    q = Value(Fraction(1, 3))
    (q * q).backward(seed)
    assert (type(q.grad), q.grad) == (Fraction, Fraction(4, 3))
