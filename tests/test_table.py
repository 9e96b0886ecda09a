"""Every row of the table against mpmath, and against what the row says of itself."""

import math
import operator
import re
import struct
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import EDGES, HUGE, TINY, edge_points, ordinary_points, points, takes_no_derivative
from witnesses import (
    SELU_ALPHA,
    SELU_SCALE,
    WITNESSES,
    derivative_error,
    mp,
    true_derivative,
    true_value,
    value_error,
)

from autograd_mini import operations
from autograd_mini.derivatives import grad
from autograd_mini.errors import DomainError, NonFiniteGradientError
from autograd_mini.operations import TABLE
from autograd_mini.value import Value

FIRST, HIGHER = 1e-12, 1e-10  # relative errors that first and higher derivatives may have

BUILT_IN = [TABLE[name] for name in WITNESSES]
DIFFERENTIABLE = [row for row in BUILT_IN if row.partials]
CURVED = [row for row in DIFFERENTIABLE if not WITNESSES[row.name].linear]


def each(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


def holds_at(strategy, check, examples):
    """Check the same points in every run: a failure is one that everybody sees."""
    settings(max_examples=examples, derandomize=True, deadline=None, database=None)(
        given(strategy)(check)
    )()


def differentiable_operands(row, point):
    return [index for index in range(len(point)) if not takes_no_derivative(row, index)]


def recorded(row, point):
    """Return the node that the row makes of Values, and of numbers where it wants such."""
    return row(*(x if takes_no_derivative(row, i) else Value(x) for i, x in enumerate(point)))


def check_value(row, point):
    error = value_error(row, point)
    assert error <= WITNESSES[row.name].ulps, f"{row.name}{point} is {error} ulp off"


def check_derivative(row, by, point):
    error, allowed = derivative_error(row, by, point), FIRST if len(by) == 1 else HIGHER
    assert error <= allowed, f"∂{by} of {row.name}{point} is off by {error}"


def check_partials(row, point):
    for index in differentiable_operands(row, point):
        check_derivative(row, (index,), point)


def check_all_partials(row, several):
    for point in several:
        check_partials(row, point)


# The witnesses themselves


def test_there_is_a_witness_for_every_row_and_every_operand():
    rows = {row.name for row in vars(operations).values() if isinstance(row, operations.Row)}
    assert WITNESSES.keys() == rows  # others in the table are users' own
    for row in BUILT_IN:
        named = [partial.rule is not None for partial in row.partials]
        assert named == [partial is not None for partial in WITNESSES[row.name].partials], row.name


@each(CURVED)
def test_the_first_derivatives_of_a_witness_are_those_of_its_value(row):
    def check(point):
        for index in differentiable_operands(row, point):
            orders = [int(i == index) for i in range(len(point))]
            with mp.workdps(WITNESSES[row.name].digits):
                operands = [mp.mpf(x) for x in point]
                difference = mp.diff(WITNESSES[row.name].value, operands, orders)
            assert mp.almosteq(difference, true_derivative(row.name, (index,), point), 1e-30)

    holds_at(ordinary_points(row), check, 4)


# Values and derivatives


@each(BUILT_IN)
def test_the_value_is_within_its_bound_at_the_edges(row):
    for point in edge_points(row):
        check_value(row, point)


@each(BUILT_IN)
def test_the_value_is_within_its_bound_everywhere(row):
    holds_at(points(row), lambda point: check_value(row, point), 50)


@each(DIFFERENTIABLE)
def test_each_partial_is_right_at_the_edges(row):
    check_all_partials(row, edge_points(row))


@each(DIFFERENTIABLE)
def test_each_partial_is_right_everywhere(row):
    holds_at(points(row), lambda point: check_partials(row, point), 40)


@each(CURVED)
def test_second_and_third_derivatives_are_right(row):
    def check(point):
        operands = differentiable_operands(row, point)
        for order in (2, 3):
            for by in combinations_with_replacement(operands, order):
                check_derivative(row, by, point)

    holds_at(ordinary_points(row), check, 6)


@each([row for row in CURVED if len(row.operand_names) == 1 and not row.variadic])
def test_second_and_third_derivatives_are_right_near_0_at_the_ends_and_where_it_saturates(row):
    near_ends = [1 - 1e-9, 1 + 1e-9]
    for x in (0.0, 1e-9, 1e-5, 0.45, *near_ends, 9.0, 25.0, 36.0, 100.5, 350.0):
        for point in ((x,), (-x,)):
            if row.accepts(*point) and (x or not row.kinks):
                check_derivative(row, (0, 0), point)
                check_derivative(row, (0, 0, 0), point)


@each([row for row in CURVED if len(row.operand_names) == 2 or row.variadic])
def test_second_and_third_derivatives_are_right_where_operands_differ_in_size(row):
    for point in product((1e-8, -0.7, 20.0), (-1e-8, 0.7, 20.0)):
        if row.accepts(*point) and not takes_no_derivative(row, 0):
            for by in [*product((0, 1), repeat=2), *product((0, 1), repeat=3)]:
                check_derivative(row, by, point)


@each(DIFFERENTIABLE)
def test_a_planted_error_in_any_partial_is_seen(row):
    def planted(index, error):
        rule = row.partials[index].rule
        twin = object.__new__(type(row))
        twin.__dict__.update(row.__dict__)
        partials = list(row.partials)
        partials[index] = partials[index]._replace(rule=lambda *given: error(rule(*given)))
        twin.partials = tuple(partials)
        return twin

    sample = edge_points(row)
    for index in range(len(row.partials)):
        if takes_no_derivative(row, index):
            continue
        shifted = planted(index, lambda slope: slope + 1e-6)
        scaled = planted(index, lambda slope: slope * (1 + 1e-6))
        always_0 = all(true_derivative_or_0(row, index, point) == 0 for point in sample)
        for twin in [shifted] if always_0 else [shifted, scaled]:
            with pytest.raises(AssertionError, match=f"of {row.name}.* is off by"):
                check_all_partials(twin, sample)


def true_derivative_or_0(row, index, point):
    try:
        return true_derivative(row.name, (index,), point)
    except ZeroDivisionError:
        return 0


@each([row for row in DIFFERENTIABLE if row.name != "where"])
def test_a_recorded_local_derivative_is_the_partial(row):
    def check(point):
        node = recorded(row, point)
        for index in differentiable_operands(row, point):
            expected = float(row.partial(index, point, row(*point)))
            assert bits(node.local_derivatives[index]) == bits(expected)

    holds_at(ordinary_points(row), check, 5)


# At infinity: (value, slope) at -∞ and at ∞, as limits
HALF_PI = math.pi / 2
DEGREE = 180 / math.pi
AT_INFINITY = {
    "negative": ((math.inf, -1), (-math.inf, -1)),
    "identity": ((-math.inf, 1), (math.inf, 1)),
    "square": ((math.inf, -math.inf), (math.inf, math.inf)),
    "reciprocal": ((0, 0), (0, 0)),
    "sqrt": (None, (math.inf, 0)),
    "cbrt": ((-math.inf, 0), (math.inf, 0)),
    "exp": ((0, 0), (math.inf, math.inf)),
    "exp2": ((0, 0), (math.inf, math.inf)),
    "expm1": ((-1, 0), (math.inf, math.inf)),
    "log": (None, (math.inf, 0)),
    "log2": (None, (math.inf, 0)),
    "log10": (None, (math.inf, 0)),
    "log1p": (None, (math.inf, 0)),
    "sin": (None, None),
    "cos": (None, None),
    "tan": (None, None),
    "asin": (None, None),
    "acos": (None, None),
    "atan": ((-HALF_PI, 0), (HALF_PI, 0)),
    "sinc": ((0, 0), (0, 0)),
    "degrees": ((-math.inf, DEGREE), (math.inf, DEGREE)),
    "radians": ((-math.inf, 1 / DEGREE), (math.inf, 1 / DEGREE)),
    "sinh": ((-math.inf, math.inf), (math.inf, math.inf)),
    "cosh": ((math.inf, -math.inf), (math.inf, math.inf)),
    "tanh": ((-1, 0), (1, 0)),
    "sech": ((0, 0), (0, 0)),
    "asinh": ((-math.inf, 0), (math.inf, 0)),
    "acosh": (None, (math.inf, 0)),
    "atanh": (None, None),
    "erf": ((-1, 0), (1, 0)),
    "erfc": ((2, 0), (0, 0)),
    "lgamma": (None, (math.inf, math.inf)),
    "digamma": (None, (math.inf, 0)),
    "abs": ((math.inf, -1), (math.inf, 1)),
    "sign": ((-1, 0), (1, 0)),
    "step": ((0, 0), (1, 0)),
    "floor": ((-math.inf, 0), (math.inf, 0)),
    "ceil": ((-math.inf, 0), (math.inf, 0)),
    "trunc": ((-math.inf, 0), (math.inf, 0)),
    "round": ((-math.inf, 0), (math.inf, 0)),
    "relu": ((0, 0), (math.inf, 1)),
    "leaky_relu": ((-math.inf, 0.01), (math.inf, 1)),
    "elu": ((-1, 0), (math.inf, 1)),
    "selu": ((-float(SELU_SCALE * SELU_ALPHA), 0), (math.inf, float(SELU_SCALE))),
    "sigmoid": ((0, 0), (1, 0)),
    "logsigmoid": ((-math.inf, 1), (0, 0)),
    "softplus": ((0, 0), (math.inf, 1)),
    "silu": ((0, 0), (math.inf, 1)),
    "gelu": ((0, 0), (math.inf, 1)),
}


@pytest.mark.parametrize("name", AT_INFINITY)
def test_at_infinity_value_and_slope_are_the_limits_or_the_domain_ends(name):
    for x, limit in zip((-math.inf, math.inf), AT_INFINITY[name], strict=True):
        if limit is None:
            with pytest.raises(DomainError, match=f"^{name} is not defined"):
                TABLE[name](x)
            continue
        node = TABLE[name](Value(x))
        assert (node.data, node.local_derivatives[0]) == pytest.approx(limit, rel=1e-15)


def test_every_row_of_one_operand_is_tried_at_infinity():
    alone = [row.name for row in DIFFERENTIABLE if not row.variadic]
    assert AT_INFINITY.keys() == {
        name for name in alone if len(TABLE[name].operand_names) - len(TABLE[name].defaults) == 1
    }


# What a row says of itself


PROBES = [
    -math.inf, -HUGE, -60.0, -2.0, -1.5, -1, -1.0, -0.5, -TINY, -0.0, 0, 0.0, TINY, 0.5, 1.0,
    1.0 + 2.0**-52, 2, 2.0, 2.5, 50.0, 51.0, 400.5, HUGE, math.inf,
]  # fmt: skip


@each([row for row in DIFFERENTIABLE if row.name != "where"])
def test_what_the_domain_excludes_raises_with_its_sentence_and_nothing_else_does(row):
    few = PROBES if arity(row) < 3 else PROBES[::2]
    for point in product(few, repeat=arity(row)):
        if row.accepts(*point):
            assert not math.isnan(row(*point))
        else:
            check_refusal(row, point)


def check_refusal(row, point):
    with pytest.raises(DomainError) as caught:
        row(*point)
    assert str(caught.value).startswith(f"{row.name} is not defined at ({point[0]}")
    interval = re.search(r"(\w+) must lie in ([\[(].*[\])])$", caught.value.requirement)
    assert interval or caught.value.requirement == row.condition[1]


OUTSIDE = [
    ("add", (math.inf, -math.inf), "∞ − ∞ and 0 · ∞ have no value"),
    ("subtract", (math.inf, math.inf), "∞ − ∞ and 0 · ∞ have no value"),
    ("multiply", (0.0, math.inf), "∞ − ∞ and 0 · ∞ have no value"),
    ("divide", (1.0, 0.0), "the divisor must not be 0"),
    ("divide", (math.inf, math.inf), "nor ∞ beside ∞"),
    ("floor_divide", (1.0, 0.0), "the divisor must not be 0"),
    ("modulo", (1.0, -0.0), "the divisor must not be 0"),
    ("modulo", (math.inf, 2.0), r"x must lie in \(-inf, inf\)"),
    ("fmod", (1.0, 0.0), "the divisor must not be 0"),
    ("remainder", (1.0, 0.0), "the divisor must not be 0"),
    ("power", (-2.0, 0.5), "a negative base needs a whole exponent"),
    ("power", (-2.0, math.inf), "a negative base needs a whole exponent"),
    ("power", (-math.inf, 0.5), "a negative base needs a whole exponent"),
    ("power", (0.0, -1.0), "0 one that is not negative"),
    ("reciprocal", (0.0,), "x must not be 0"),
    ("sqrt", (-5e-324,), r"x must lie in \[0, inf\]"),
    ("log", (0.0,), r"x must lie in \(0, inf\]"),
    ("log2", (-1.0,), r"x must lie in \(0, inf\]"),
    ("log10", (0.0,), r"x must lie in \(0, inf\]"),
    ("log1p", (-1.0,), r"x must lie in \(-1, inf\]"),
    ("sin", (math.inf,), r"x must lie in \(-inf, inf\)"),
    ("asin", (1.0000000000000002,), r"x must lie in \[-1, 1\]"),
    ("acos", (-2.0,), r"x must lie in \[-1, 1\]"),
    ("acosh", (0.9999999999999999,), r"x must lie in \[1, inf\]"),
    ("atanh", (1.0,), r"x must lie in \(-1, 1\)"),
    ("lgamma", (0.0,), "x must not be 0 or a negative whole number"),
    ("digamma", (-3.0,), "x must not be 0 or a negative whole number"),
    ("polygamma", (0.5, 1.0), "the order n must be a whole number"),
    ("polygamma", (math.inf, 1.0), r"n must lie in \[0, 50\]"),
    ("polygamma", (1, -2.0), "neither 0 nor a negative whole number"),
    ("sinc_derivative", (-1, 1.0), r"n must lie in \[0, 50\]"),
    ("clamp", (0.0, 2.0, 1.0), "low must not exceed high"),
    ("round", (1.5, 0.5), "digits must be a whole number"),
    ("round", (1.5, 1e300), r"digits must lie in \[-400, 400\]"),
]


@pytest.mark.parametrize(("name", "point", "sentence"), OUTSIDE)
def test_outside_the_domain_the_error_says_what_is_accepted(name, point, sentence):
    with pytest.raises(DomainError, match=f"^{name} is not defined at .*{sentence}"):
        TABLE[name](*point)


@each([row for row in BUILT_IN if row.kinks])
def test_the_conventions_at_kinks_are_what_is_computed(row):
    for kink in row.kinks:
        point = [x if takes_no_derivative(row, i) else float(x) for i, x in enumerate(kink.point)]
        slopes = recorded(row, point).local_derivatives
        for index in differentiable_operands(row, point):
            assert slopes[index] == kink.slopes[index], kink.sentence
        assert kink.sentence


# Second derivatives at the origin of these are infinite: no convention could mend them.
SHARP = {"hypot", "direction", "atan2", "ratio"}


@each([row for row in BUILT_IN if row.kinks and row.name not in SHARP])
def test_higher_derivatives_at_a_kink_follow_its_convention(row):
    for kink in row.kinks:
        point = [x if takes_no_derivative(row, i) else float(x) for i, x in enumerate(kink.point)]
        operands = differentiable_operands(row, point)
        for by in [*product(operands, repeat=2), *product(operands, repeat=3)]:
            function = row
            for index in by:
                function = grad(function, index)
            if math.isinf(kink.slopes[by[0]]):
                with pytest.raises((NonFiniteGradientError, DomainError)):
                    function(*point)
            else:
                assert math.isfinite(function(*point)), (kink.sentence, by)
                assert function(*point) == 0 or not WITNESSES[row.name].linear


def test_0_to_the_power_0_is_1_and_has_slope_0_in_every_order():
    function = operations.power
    for _ in range(6):
        function = grad(function, 0)
        assert function(0.0, 0) == 0.0
    assert operations.power(0.0, 0) == 1.0
    assert grad(operations.power, 1)(0.0, 2.0) == 0.0
    assert grad(grad(operations.power, 0), 0)(0.0, 2.0) == 2.0


@each(BUILT_IN)
def test_symbol_name_and_latex_can_be_printed(row):
    assert row.name
    assert row.symbol
    names = ["a", "b"] if row.variadic else ["a", "b", "c"][: len(row.operand_names)]
    formulas = [row.latex.format(*names)]
    formulas += [p.latex.format(*names, r="r") for p in row.partials if p.rule is not None]
    for formula in formulas:
        assert formula
        assert balanced(formula), formula
    shown = [name for name in names if name in re.sub(r"\\\w+", "", formulas[0])]
    assert shown == names[: len(shown)]
    assert len(shown) == len(names) or row.name == "round"


def balanced(formula):
    depth = 0
    for character in formula:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


@each([row for row in BUILT_IN if row.commutative])
def test_operands_of_a_commutative_row_can_be_swapped(row):
    def check(point):
        assert bits(row(*point)) == bits(row(*reversed(point)))

    holds_at(points(row).filter(lambda point: 0.0 not in point), check, 50)


@each([row for row in BUILT_IN if len(row.operand_names) == 2 and not row.commutative])
def test_a_row_that_is_not_called_commutative_is_not(row):
    pair = (5.0, 2.0) if not takes_no_derivative(row, 0) else (1, 2.0)
    assert row(*pair) != row(*reversed(pair))


@each([row for row in BUILT_IN if row.partials])
def test_what_is_too_large_is_infinite_and_never_an_overflow_error(row):
    for point in edge_points(row):
        value = row(*point)
        if math.isinf(value) and all(map(math.isfinite, point)):
            assert abs(true_value(row.name, point)) > HUGE if point[-1] else True


def test_results_too_large_downwards_are_minus_infinity():
    assert operations.sinh(-1000.0) == -math.inf
    assert operations.power(-1e200, 3.0) == -math.inf
    assert operations.multiply(-1e200, 1e200) == -math.inf
    assert operations.round(-HUGE, -308) == -math.inf
    assert operations.floor(-math.inf) == -math.inf
    assert operations.elu(-1.0, HUGE) == pytest.approx(-HUGE * 0.6321205588285577)
    assert operations.leaky_relu(-1e200, 1e200) == -math.inf
    assert operations.polygamma(0, 5e-324) == -math.inf


# Exact numbers

EXACT = [
    "add", "subtract", "multiply", "divide", "negative", "abs", "sign", "square", "reciprocal",
    "maximum", "minimum", "clamp", "where", "relu", "leaky_relu", "step", "floor", "ceil", "round",
    "trunc", "floor_divide", "modulo", "identity", "ratio",
]  # fmt: skip
INEXACT = [row for row in DIFFERENTIABLE if row.name not in {*EXACT, "power"}]
FRACTIONS = [Fraction(7, 3), Fraction(-5, 4), Fraction(1, 6)]


def exact_point(row):
    count = 2 if row.variadic else len(row.operand_names)
    point = sorted(FRACTIONS[:count]) if row.name == "clamp" else FRACTIONS[:count]
    return [1 if takes_no_derivative(row, i) else x for i, x in enumerate(point)]


@each([TABLE[name] for name in EXACT])
def test_rational_rows_keep_fractions_exact(row):
    point = exact_point(row)
    value = row(*point)
    assert value.__class__ is Fraction
    assert mp.almosteq(true_value(row.name, map(as_mpf, point)), as_mpf(value), 1e-45)
    node = recorded(row, point)
    if row.name == "where":
        return
    assert node.data == value
    for index in differentiable_operands(row, point):
        slope = node.local_derivatives[index]
        assert slope.__class__ is Fraction
        true = WITNESSES[row.name].partial(index, [as_mpf(x) for x in point])
        assert mp.almosteq(true, as_mpf(slope), 1e-45)


def as_mpf(x):
    exact = Fraction(x)
    return mp.mpf(exact.numerator) / exact.denominator


def test_whole_powers_of_fractions_are_exact_and_others_raise():
    assert operations.power(Fraction(2, 3), -3) == Fraction(27, 8)
    node = Value(Fraction(2, 3)) ** 5
    assert (node.data, node.local_derivatives[0]) == (Fraction(32, 243), Fraction(80, 81))
    with pytest.raises(TypeError, match="power of a Fraction is no Fraction"):
        operations.power(Fraction(4), Fraction(1, 2))
    with pytest.raises(DomainError, match="0 one that is not negative"):
        operations.power(Fraction(0), -1)


@each(INEXACT)
def test_rows_that_are_not_rational_refuse_fractions(row):
    inside = {"acosh": Fraction(5, 4), "polygamma": Fraction(7, 3)}.get(row.name, Fraction(1, 4))
    count = 2 if row.variadic else len(row.operand_names)
    point = [1 if takes_no_derivative(row, i) else inside for i in range(count)]
    with pytest.raises(TypeError, match=f"{row.name} of a Fraction is no Fraction"):
        row(*point)


@each(BUILT_IN)
def test_ints_are_accepted_and_mean_the_same_as_floats(row):
    whole = [point for point in product(range(-2, 4), repeat=arity(row)) if row.accepts(*point)]
    assert whole
    for point in whole:
        as_floats = [float(x) for x in point]
        assert float(row(*point)) == float(row(*as_floats))


def arity(row):
    return 2 if row.variadic else len(row.operand_names)


# The hand-written ways of Value

BINARY = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
}
ANY_FLOAT = st.one_of(
    st.floats(allow_nan=False), st.sampled_from([*EDGES, -0.0, math.inf, -math.inf])
)


def bits(number):
    return number if number is None else struct.pack("<d", number)


def outcome(operation, *operands):
    """Return all that can be seen of what an operation makes: a node, or an error."""
    try:
        node = operation(*operands)
    except (DomainError, TypeError, ValueError) as error:
        return type(error), str(error)
    shown = [getattr(operand, "data", operand) for operand in node.operands]
    kinds = [type(operand) for operand in node.operands]
    derivatives = [bits(derivative) for derivative in node.local_derivatives]
    return node.operation, bits(node.data), kinds, list(map(bits, shown)), derivatives


@pytest.mark.parametrize("name", BINARY)
def test_fast_arithmetic_agrees_with_the_row_to_the_bit(name):
    fast, row = BINARY[name], TABLE[name]

    def check(pair):
        a, b = pair
        assert outcome(fast, Value(a), Value(b)) == outcome(row, Value(a), Value(b))
        assert outcome(fast, Value(a), b) == outcome(row, Value(a), b)
        assert outcome(fast, a, Value(b)) == outcome(row, a, Value(b))

    holds_at(st.tuples(ANY_FLOAT, ANY_FLOAT), check, 300)
    holds_at(st.tuples(ANY_FLOAT, st.integers(-(10**20), 10**20)), check_int_beside(fast, row), 100)


def check_int_beside(fast, row):
    def check(pair):
        x, n = pair
        assert outcome(fast, Value(x), n) == outcome(row, Value(x), n)
        if not (n == 0 and row.name == "add"):  # 0 + x is x itself, for the sake of sum
            assert outcome(fast, n, Value(x)) == outcome(row, n, Value(x))

    return check


def test_fast_negation_and_relu_agree_with_the_row_to_the_bit():
    def check(x):
        assert outcome(operator.neg, Value(x)) == outcome(operations.negative, Value(x))
        assert outcome(Value.relu, Value(x)) == outcome(operations.relu, Value(x))

    holds_at(ANY_FLOAT, check, 300)


def test_fast_whole_powers_agree_with_the_row_to_the_bit():
    def check(x, n):
        assert outcome(operator.pow, Value(x), n) == outcome(operations.power, Value(x), n)

    exponents = st.one_of(st.integers(-3, 70), st.integers(-(10**17), 10**17))
    holds_at(st.tuples(ANY_FLOAT, exponents), lambda pair: check(*pair), 400)
    for n in range(-3, 67):
        check(1.0 - 1e-9, n)
        check(-0.0, n)


def test_an_int_too_large_for_a_float_raises_as_the_row_does():
    for fast, row in ((BINARY[name], TABLE[name]) for name in BINARY):
        with pytest.raises(ValueError, match="too large for a float"):
            row(Value(2.0), 10**400)
        with pytest.raises(ValueError, match="too large for a float"):
            fast(Value(2.0), 10**400)


# Conventions in numbers


def test_sinc_is_that_of_signal_processing():
    assert operations.sinc(0.0) == 1.0
    assert operations.sinc(0.5) == pytest.approx(2 / math.pi, rel=4e-16)
    assert all(operations.sinc(float(n)) == 0.0 for n in (-3, -2, -1, 1, 2, 10**6))


def test_the_sigmoid_is_one_half_and_its_slope_one_quarter_at_0():
    node = operations.sigmoid(Value(0.0))
    assert (node.data, node.local_derivatives) == (0.5, (0.25,))
    assert grad(grad(operations.sigmoid))(0.0) == 0.0


def test_remainders_take_the_sign_that_their_name_promises():
    assert operations.modulo(-7.0, 3.0) == 2.0
    assert operations.fmod(-7.0, 3.0) == -1.0
    assert operations.remainder(-7.0, 3.0) == -1.0
    assert operations.remainder(5.0, 2.0) == 1.0
    assert operations.floor_divide(-7.0, 3.0) == -3.0


def test_the_sign_of_zero_counts_where_it_gives_a_direction():
    assert operations.copysign(2.0, -0.0) == -2.0
    assert operations.atan2(0.0, -0.0) == math.pi
    assert operations.atan2(-0.0, -1.0) == -math.pi
    assert grad(operations.copysign)(2.0, -0.0) == -1.0


def test_halves_are_rounded_to_even():
    assert [operations.round(x) for x in (-1.5, -0.5, 0.5, 1.5, 2.5)] == [-2, 0, 0, 2, 2]
    assert operations.round(1234.5678, 2) == 1234.57
    assert operations.round(1250.0, -2) == 1200.0
