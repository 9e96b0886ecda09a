"""What a Value keeps, shows, compares, and refuses to become."""

import math
from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from autograd_mini import functions, operations
from autograd_mini.errors import DomainError
from autograd_mini.functions import exp, maximum, stop_gradient
from autograd_mini.graph import no_grad
from autograd_mini.operators import Operators
from autograd_mini.value import Value

# What a node keeps


@pytest.mark.parametrize(
    ("given", "kept"),
    [(3, 3.0), (True, 1.0), (-0.0, -0.0), (np.float64(0.1), 0.1), (np.float32(0.5), 0.5),
     (np.int64(7), 7.0), (np.uint8(255), 255.0), (np.bool_(True), 1.0), (2**60, float(2**60))],
)  # fmt: skip
def test_a_leaf_keeps_a_python_float(given, kept):
    data = Value(given).data
    assert type(data) is float
    assert data == kept
    assert math.copysign(1, data) == math.copysign(1, kept)


def test_a_leaf_keeps_a_fraction_as_it_is():
    data = Value(Fraction(1, 3)).data
    assert type(data) is Fraction
    assert data == Fraction(1, 3)


@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_a_leaf_may_be_infinite(infinite):
    assert Value(infinite).data == infinite


@pytest.mark.parametrize(
    "foreign",
    ["2.0", None, 1j, [1.0], (1.0,), {}, np.array([1.0]), np.array(1.0), Decimal("1.5"), object()],
    ids=["text", "None", "complex", "list", "tuple", "dict", "array", "0-d", "Decimal", "object"],
)
def test_what_is_no_real_number_raises_naming_its_type(foreign):
    named = rf"must be a real number .*, not {type(foreign).__name__}"
    with pytest.raises(TypeError, match=f"data {named}"):
        Value(foreign)
    leaf = Value(1.0)
    with pytest.raises(TypeError, match=f"data {named}"):
        leaf.data = foreign
    assert leaf.data == 1.0
    if foreign is not None:
        with pytest.raises(TypeError, match=f"grad {named}"):
            leaf.grad = foreign
    assert leaf.grad is None


def test_a_value_is_no_data_of_another():
    with pytest.raises(TypeError, match=r"data must be a real number .*, not Value"):
        Value(Value(1.0))


def test_nan_is_refused_at_every_door():
    nan, leaf = math.nan, Value(1.0)
    with pytest.raises(ValueError, match="data is nan, which is not a number"):
        Value(nan)
    with pytest.raises(ValueError, match="data is nan"):
        leaf.data = np.float64(nan)
    with pytest.raises(ValueError, match="grad is nan"):
        leaf.grad = nan
    with pytest.raises(ValueError, match="seed is nan"):
        (leaf * 2).backward(nan)
    for operation in (lambda: leaf + nan, lambda: nan * leaf, lambda: leaf**nan, lambda: exp(nan)):
        with pytest.raises(ValueError, match="is nan, which is not a number"):
            operation()


def test_an_int_too_large_for_a_float_raises():
    with pytest.raises(ValueError, match="data is too large for a float"):
        Value(10**400)
    with pytest.raises(ValueError, match="data is too large for a float"):
        Value(Fraction(10**400))
    with pytest.raises((ValueError, OverflowError), match="too large"):
        Value(1.0) + 10**400


def test_an_unknown_kind_and_a_label_that_is_no_string_raise():
    with pytest.raises(ValueError, match="kind must be one of data, parameter, constant, not 'w'"):
        Value(1.0, kind="w")
    with pytest.raises(TypeError, match="label must be a string or None, not int"):
        Value(1.0, 3)


def test_a_node_shows_what_it_was_made_of():
    a, b = Value(3.0, label="a"), Value(4.0, "b", kind="parameter")
    c = a * b
    assert (a.kind, b.kind, c.kind) == ("data", "parameter", "operation")
    assert (a.operation, a.operands, a.local_derivatives) == (None, (), ())
    assert c.operation is operations.TABLE["multiply"]
    assert c.operands == (a, b)
    assert c.local_derivatives == (4.0, 3.0)
    assert (c + 1).operands == (c, 1.0)


def test_operands_keep_their_order_and_their_number():
    a = Value(3.0)
    assert (a + a).operands == (a, a)
    assert (a + a).local_derivatives == (1.0, 1.0)
    assert (2 - a).operands == (2.0, a)
    assert (2 - a).local_derivatives == (None, -1.0)
    assert (a / 2).operands == (a, 2.0)
    assert exp(a).operands == (a,)


def test_a_plain_number_stays_an_operand_without_derivative():
    a = Value(3.0)
    for node in (a * 2, 2 * a, a**2, 2**a, a - 2, 2 / a, maximum(a, 2), functions.clamp(a, 0, 5)):
        plain = [x for x in node.operands if not isinstance(x, Value)]
        assert plain
        pairs = zip(node.operands, node.local_derivatives, strict=True)
        assert all((d is None) == (not isinstance(x, Value)) for x, d in pairs)


def test_operations_of_many_operands_show_them_all():
    values = [Value(float(i)) for i in range(5)]
    largest = maximum(*values[:2], 7, *values[2:])
    assert largest.operands == (*values[:2], 7.0, *values[2:])
    assert largest.local_derivatives == (0.0, 0.0, None, 0.0, 0.0, 0.0)
    length = functions.norm(values)
    assert length.operands == tuple(values)
    length.backward()
    assert [v.grad for v in values] == pytest.approx([v.data / 30**0.5 for v in values], rel=1e-15)


def test_an_operation_may_have_more_operands_than_the_recursion_limit():
    values = [Value(float(i)) for i in range(1_100)]
    largest = maximum(*values)
    largest.backward()
    assert len(largest.operands) == 1_100
    assert [values[0].grad, values[-1].grad] == [0.0, 1.0]


def test_what_a_node_was_made_of_can_not_be_changed():
    y = Value(2.0) * 3
    for name in ("operands", "local_derivatives", "operation", "kind"):
        with pytest.raises(AttributeError):
            setattr(y, name, ())


def test_slots_leave_no_room_for_other_attributes():
    with pytest.raises(AttributeError):
        Value(1.0).weight = 2.0


def test_a_node_shows_itself_with_what_it_has():
    a = Value(2.0, label="a")
    c = a * 3
    assert (repr(a), repr(c)) == ("Value(2.0, label='a')", "Value(6.0, operation='multiply')")
    c.backward()
    assert repr(a) == "Value(2.0, label='a', grad=3.0)"
    assert repr(Value(Fraction(1, 2))) == "Value(Fraction(1, 2))"


# Setting


def test_the_data_of_a_leaf_may_be_set_and_a_recorded_graph_keeps_its_derivatives():
    x = Value(3.0)
    y = x * x
    x.data = 5
    y.backward()
    assert (type(x.data), x.data, y.data, x.grad) == (float, 5.0, 9.0, 6.0)


def test_the_data_of_a_result_can_not_be_set():
    y = Value(3.0) * 2
    with pytest.raises(AttributeError, match="data of a result follows from its operands"):
        y.data = 1.0
    assert y.data == 6.0


@pytest.mark.parametrize("cleared", [None, 0, 0.0, Fraction(1, 2), np.float32(2.0)])
def test_the_gradient_may_be_set_and_takes_the_kind_of_the_data(cleared):
    x, q = Value(3.0), Value(Fraction(3))
    x.grad = q.grad = cleared
    if cleared is None:
        assert (x.grad, q.grad) == (None, None)
    else:
        assert (type(x.grad), type(q.grad)) == (float, Fraction)
        assert x.grad == q.grad == float(cleared)
    (x * 2).backward()
    assert x.grad == 2 + float(cleared or 0)


# Equality, order, truth, conversion


def test_equality_and_hash_are_those_of_identity():
    a, b = Value(2.0), Value(2.0)
    assert (a == a, a == b, a == 2.0, a != 2.0) == (True, False, False, True)  # noqa: PLR0124
    assert len({a, b, a}) == 2
    assert {a: "a", b: "b"}[b] == "b"
    assert a in [b, a]
    assert a not in [b, Value(2.0)]


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_comparisons_are_those_of_the_numbers(x, y):
    a, b = Value(x), Value(y)
    for left, right in ((a, b), (a, y), (x, b)):
        assert (left < right, left <= right) == (x < y, x <= y)
        assert (left > right, left >= right) == (x > y, x >= y)
        assert {type(left < right), type(left >= right)} == {bool}


def test_values_can_be_sorted_and_the_largest_found():
    numbers = [3.0, -1.0, 2.5, 0.0]
    values = [Value(x) for x in numbers]
    assert [v.data for v in sorted(values)] == sorted(numbers)
    assert max(values) is values[0]
    assert min(values) is values[1]
    assert max(2.75, values[2]) == 2.75


@pytest.mark.parametrize("foreign", ["a", None, [1.0], 1j])
def test_an_operand_of_a_foreign_type_gives_pythons_own_type_error(foreign):
    a = Value(2.0)
    attempts = [lambda: a + foreign, lambda: foreign - a, lambda: a / foreign, lambda: a**foreign,
                lambda: a < foreign, lambda: foreign >= a, lambda: a % foreign]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(TypeError, match=r"unsupported|not supported"):
            attempt()


def test_a_value_has_no_truth():
    for attempt in (bool, lambda v: v and 1, lambda v: not v, lambda v: 1 if v else 2):
        with pytest.raises(TypeError, match=r"write `value.data != 0`, a comparison such as"):
            attempt(Value(1.0))
    with pytest.raises(TypeError, match="a Value has no truth"):
        bool(Value(0.0, kind="constant"))


def test_a_condition_of_two_values_compares_numbers():
    a, b = Value(1.0), Value(2.0)
    assert a < 1.5 < b
    assert not b < a


@pytest.mark.parametrize(
    "convert", [float, int, math.exp, math.sqrt, math.isfinite, math.fsum, complex, np.float64]
)
def test_float_and_math_would_drop_the_graph_so_they_raise(convert):
    v = Value(2.0)
    with pytest.raises(TypeError, match=r"drop the graph in silence: write value\.data"):
        convert([v] if convert is math.fsum else v)


def test_a_constant_is_a_number():
    c = stop_gradient(Value(2.75))
    assert (float(c), int(c), math.sqrt(c)) == (2.75, 2, 2.75**0.5)
    with no_grad():
        assert math.exp(Value(1.0) * 2) == math.exp(2.0)


class Symbol:
    """Stands for what a compiler traces with: it takes part in operations, and before Values."""

    def __autograd_operation__(self, row, operands):
        return row.name, operands


class Stubborn:
    def __autograd_operation__(self, row, operands):
        return NotImplemented


def test_a_symbol_is_asked_before_a_value():
    v, symbol = Value(2.0), Symbol()
    assert v + symbol == ("add", (v, symbol))
    assert exp(symbol) == ("exp", (symbol,))
    assert maximum(1.0, v, symbol) == ("maximum", (1.0, v, symbol))
    assert (v < symbol) == ("less", (v, symbol))
    with pytest.raises(TypeError, match="multiply can't combine Value, Stubborn"):
        v * Stubborn()


def test_an_operand_without_derivative_must_be_a_plain_number():
    with pytest.raises(TypeError, match="polygamma has no derivative by its operand 'n'"):
        functions.polygamma(Value(1.0), 2.0)
    assert functions.polygamma(1, Value(2.0)).local_derivatives[0] is None


def test_divmod_works_on_either_side():
    assert [part.data for part in divmod(Value(7.5), 2)] == [3.0, 1.5]
    assert [part.data for part in divmod(7.5, Value(2.0))] == [3.0, 1.5]


def test_a_value_is_no_index():
    with pytest.raises(TypeError):
        [1, 2, 3][Value(1.0)]
    with pytest.raises(TypeError):
        range(Value(2.0))


def test_rounding_by_python_and_math_gives_values():
    v = Value(2.5)
    rounded = [round(v), round(v, 1), math.floor(v), math.ceil(v), math.trunc(v), divmod(v, 2)[1]]
    assert [r.data for r in rounded] == [2.0, 2.5, 2.0, 3.0, 2.0, 0.5]
    assert round(Value(3.5)).data == 4.0


def test_pythons_sum_adds_no_node_for_its_0():
    a, b = Value(1.0), Value(2.0)
    assert sum([a]) is a
    assert sum([a, b]).operands == (a, b)


def test_in_place_operators_bind_a_new_node():
    a = b = Value(2.0)
    a += 1
    a *= b
    assert (a.data, b.data, a.operands[1]) == (6.0, 2.0, b)


# stop_gradient


def test_stop_gradient_takes_a_number_out_of_the_graph():
    x = Value(3.0)
    stopped = stop_gradient(x * 2)
    assert (stopped.data, stopped.kind, stopped.operands) == (6.0, "constant", ())
    (x * stopped).backward()
    assert x.grad == 6.0
    assert stop_gradient(2.5) == 2.5
    with pytest.raises(TypeError, match="must be a real number"):
        stop_gradient("x")


# The fast paths say what the rows of the table say


def same_node(a, b):
    assert repr(a.data) == repr(b.data)
    assert a.operation is b.operation
    assert [repr(d) for d in a.local_derivatives] == [repr(d) for d in b.local_derivatives]


@given(st.floats(allow_nan=False), st.floats(allow_nan=False) | st.integers(-(10**6), 10**6))
def test_fast_operators_agree_with_the_table_to_the_bit(x, y):
    a, b = Value(x), Value(y)
    slow = Operators.__dict__
    for name in ("add", "sub", "mul", "truediv", "radd", "rsub", "rmul", "rtruediv"):
        for other in (b, y):
            if name[0] == "r" and (other is b or (name == "radd" and other == 0)):
                continue
            results = []
            for method in (getattr(Value, f"__{name}__"), slow[f"__{name}__"]):
                try:
                    results.append(method(a, other))
                except DomainError as error:
                    results.append(str(error))
            if isinstance(results[0], str):
                assert results[0] == results[1]
            else:
                same_node(*results)
    same_node(-a, operations.TABLE["negative"](a))
    same_node(a.relu(), operations.TABLE["relu"](a))


@given(st.floats(-2e4, 2e4), st.integers(1, 70))
def test_fast_powers_agree_with_the_table_to_the_bit(x, n):
    a = Value(x)
    same_node(a**n, operations.TABLE["power"](a, n))


@given(st.floats(1e-5, 2e4), st.floats(-70, 70) | st.sampled_from([0.0, 0.5, 1.0, -1.5, 2.0]))
def test_fast_powers_of_a_positive_base_agree_with_the_table_to_the_bit(x, y):
    a = Value(x)
    same_node(a**y, operations.TABLE["power"](a, y))
