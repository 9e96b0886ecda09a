"""A row is a function, a method and a record; the hook decides who computes."""

import copy
import doctest
import inspect
import math
import pickle
import re
from fractions import Fraction

import numpy as np
import pytest

from autograd_mini import functions, operations
from autograd_mini.errors import DomainError
from autograd_mini.operations import TABLE, Row
from autograd_mini.value import Value

ROWS = [row for row in vars(operations).values() if isinstance(row, Row)]


def each(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


# A row as a function


def test_a_row_of_numbers_gives_a_number_and_of_values_a_value():
    assert operations.tanh(0.5) == math.tanh(0.5)
    node = operations.tanh(Value(0.5, label="x"))
    assert (node.data, node.operation) == (math.tanh(0.5), operations.tanh)
    assert operations.multiply(2, Value(3.0)).local_derivatives == (None, 2.0)


def test_a_row_is_a_method_of_whatever_has_it_in_its_class():
    class Number:
        tanh = operations.tanh
        maximum = operations.maximum

        def __autograd_operation__(self, row, operands):
            return row, operands

    number = Number()
    assert number.tanh() == (operations.tanh, (number,))
    assert number.maximum(1, 2) == (operations.maximum, (number, 1, 2))
    assert Number.tanh is operations.tanh
    assert Value(0.5).tanh().data == math.tanh(0.5)


def test_operands_can_be_named_and_may_have_defaults():
    assert operations.leaky_relu(-2.0) == -0.02
    assert operations.leaky_relu(-2.0, slope=0.2) == -0.4
    assert operations.leaky_relu(-2.0, 0.2) == -0.4
    assert operations.leaky_relu(slope=0.2, x=-2.0) == -0.4
    assert operations.elu(-1.0, alpha=2) == 2 * math.expm1(-1.0)
    assert operations.clamp(5.0, low=0, high=1) == 1
    assert operations.atan2(x=-1.0, y=0.0) == math.pi
    assert operations.round(2.345, digits=1) == 2.3
    assert operations.where(condition=True, x=1, y=2) == 1
    node = Value(-2.0).leaky_relu(slope=Value(0.2))
    assert node.local_derivatives == (0.2, -2.0)


COUNTS = {
    "tanh takes (x), () came": operations.tanh,
    "tanh takes (x), (float, int) came": lambda: operations.tanh(1.0, 2),
    "tanh takes (x), (float, x=) came": lambda: operations.tanh(1.0, x=2.0),
    "add takes (x, y), (float) came": lambda: operations.add(1.0),
    "add takes (x, y), (y=) came": lambda: operations.add(y=1.0),
    "tanh takes (x), (Value, int) came": lambda: Value(1.0).tanh(2),
    "clamp takes (x, low, high), (float, lowest=) came": lambda: operations.clamp(1.0, lowest=0),
    "leaky_relu takes (x, slope), (slope=) came": lambda: operations.leaky_relu(slope=1.0),
    "leaky_relu takes (x, slope), (float, alpha=) came": lambda: operations.leaky_relu(
        1.0, alpha=1.0
    ),
    "maximum takes two or more operands, 1 came": lambda: operations.maximum(1.0),
    "hypot takes two or more operands, 0 came": operations.hypot,
    "minimum takes two or more operands, 2 came": lambda: operations.minimum(1.0, 2.0, z=3.0),
}


@pytest.mark.parametrize("message", COUNTS)
def test_a_wrong_count_of_operands_says_what_is_taken_and_what_came(message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        COUNTS[message]()


def test_where_wants_a_condition_and_two_operands():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        operations.where(True, 1.0)


FOREIGN = ["text", None, 1j, [1.0], (1.0,), {"x": 1.0}, np.array([1.0, 2.0]), object()]


@pytest.mark.parametrize("foreign", FOREIGN, ids=lambda foreign: type(foreign).__name__)
def test_what_is_no_real_number_raises_and_names_operand_and_type(foreign):
    kind = type(foreign).__name__
    accepted = "must be a real number (int, float, Fraction or NumPy scalar)"
    for call, name in [
        (lambda: operations.exp(foreign), "x"),
        (lambda: operations.add(1.0, foreign), "y"),
        (lambda: operations.maximum(1.0, foreign, 2.0), "x2"),
        (lambda: operations.less(foreign, 1.0), "x"),
        (lambda: operations.add(Value(1.0), foreign), "operand of add"),
        (lambda: operations.hypot(foreign, Value(1.0)), "operand of hypot"),
    ]:
        with pytest.raises(TypeError, match=f"^{re.escape(f'{name} {accepted}, not {kind}')}"):
            call()


@each([row for row in ROWS if row.name != "where"])
def test_nan_is_refused_by_every_row(row):
    count = 2 if row.variadic else len(row.operand_names)
    for place in range(count):
        operands = [math.nan if i == place else 1.0 for i in range(count)]
        with pytest.raises(ValueError, match="is nan, which is not a number"):
            row(*operands)


def test_nan_beside_a_value_is_refused_and_the_operation_named():
    for row in (operations.add, operations.atan2, operations.maximum, operations.less):
        for pair in ((Value(1.0), math.nan), (math.nan, Value(1.0))):
            with pytest.raises(ValueError, match=f"^operand of {row.name} is nan"):
                row(*pair)


def test_numbers_of_other_kinds_are_taken_for_what_they_are():
    assert operations.add(True, 2) == 3
    assert operations.exp(np.float64(1.0)).__class__ is float
    assert operations.add(np.int64(1), np.float32(0.5)) == 1.5
    assert operations.square(np.bool_(1)) == 1
    assert operations.exp(Value(np.float64(0.0))).data.__class__ is float


def test_a_domain_error_names_the_operation_the_numbers_and_the_labels():
    with pytest.raises(DomainError) as caught:
        operations.log(Value(-2.0, label="w"))
    assert str(caught.value) == "log is not defined at (w = -2.0): x must lie in (0, inf]"
    assert (caught.value.operation, caught.value.operands) == ("log", (-2.0,))
    with pytest.raises(DomainError, match=r"^divide is not defined at \(1.0, b = 0.0\)"):
        operations.divide(1.0, Value(0.0, label="b"))


# Rows of any number of operands


def test_a_variadic_row_takes_two_or_more_operands_numbers_and_values_mixed():
    a, b = Value(3.0), Value(5.0)
    largest = operations.maximum(1, a, b, 4.5)
    assert largest.data == 5.0
    assert largest.operands == (1, a, b, 4.5)
    assert largest.local_derivatives == (None, 0.0, 1.0, None)
    length = operations.hypot(Value(2.0), Value(3.0), Value(6.0))
    assert length.data == 7.0
    assert length.local_derivatives == pytest.approx((2 / 7, 3 / 7, 6 / 7), rel=4e-16)


def test_operands_that_tie_for_the_largest_share_the_slope():
    node = operations.maximum(*[Value(2.0) for _ in range(4)], Value(1.0))
    assert node.local_derivatives == (0.25, 0.25, 0.25, 0.25, 0.0)
    assert operations.minimum(Value(2.0), 2.0, Value(3.0)).local_derivatives == (0.5, None, 0.0)
    exact = operations.maximum(*[Value(Fraction(1, 3)) for _ in range(3)])
    assert exact.local_derivatives == (Fraction(1, 3),) * 3


def test_an_operand_that_takes_no_derivative_must_be_a_plain_number():
    with pytest.raises(TypeError, match=r"^polygamma has no derivative by its operand 'n': give"):
        operations.polygamma(Value(1.0), 2.0)
    with pytest.raises(TypeError, match=r"^round has no derivative by its operand 'digits': give"):
        operations.round(2.5, Value(1.0))


# The choice


def test_where_gives_back_the_chosen_operand_itself():
    a, b = Value(1.0), Value(2.0)
    assert operations.where(a < b, a, b) is a
    assert operations.where(a > b, a, b) is b
    assert operations.where(0, a, 7.0) == 7.0
    assert operations.where(np.bool_(1), 1, 2) == 1


def test_where_sends_nothing_into_the_operand_that_is_not_chosen():
    x = Value(0.0)
    root = operations.where(x > 0, lambda: operations.sqrt(x), 3 * x)
    root.backward()
    assert x.grad == 3.0


def test_lazy_operands_are_computed_only_if_they_are_chosen():
    def never():
        raise AssertionError

    assert operations.where(True, lambda: 1.0, never) == 1.0
    assert operations.where(False, never, lambda: Value(2.0)).data == 2.0


def test_a_value_or_a_thing_that_is_no_truth_is_no_condition():
    with pytest.raises(TypeError, match="a Value has no truth"):
        operations.where(Value(1.0), 1.0, 2.0)
    with pytest.raises(TypeError, match="condition must be a bool or a comparison, not str"):
        operations.where("yes", 1.0, 2.0)
    with pytest.raises(TypeError, match="condition must be a bool or a comparison, not list"):
        operations.where([True], 1.0, 2.0)


@pytest.mark.parametrize("name", ["less", "less_equal", "greater", "greater_equal"])
def test_comparisons_of_values_give_plain_bools(name):
    row = TABLE[name]
    assert row(Value(1.0), 2) is row(1.0, 2.0)
    assert row(2, Value(2.0)) is row(2.0, 2.0)
    assert row(Value(3.0), Value(2.0)) is row(3.0, 2.0)


def test_equal_and_not_equal_compare_numbers_where_the_operators_compare_nodes():
    assert operations.equal(Value(2.0), Value(2.0)) is True
    assert operations.not_equal(Value(2.0), 2) is False


# The hook


class Witnessed:
    """An operand that writes down that it was asked, and answers as it is told to."""

    def __init__(self, answer, asked):
        self.answer, self.asked = answer, asked

    def __autograd_operation__(self, row, operands):
        self.asked.append((row.name, operands))
        return self.answer


@each([row for row in ROWS if len(row.operand_names) == 2 and row.name != "where"])
def test_an_operand_with_the_hook_is_asked_before_a_value_on_either_side(row):
    asked = []
    symbol, x = Witnessed("recorded", asked), Value(2.0)
    assert row(symbol, x) == "recorded"
    assert row(x, symbol) == "recorded"
    assert asked == [(row.name, (symbol, x)), (row.name, (x, symbol))]


def test_operands_with_the_hook_are_asked_in_order_until_one_answers():
    asked = []
    passing, answering = Witnessed(NotImplemented, asked), Witnessed("done", asked)
    assert operations.maximum(1.0, passing, answering) == "done"
    assert [operands for _, operands in asked] == [(1.0, passing, answering)] * 2
    assert operations.atan2(answering, passing) == "done"
    assert len(asked) == 3


def test_if_nobody_answers_the_error_names_the_kinds():
    silent = Witnessed(NotImplemented, [])
    with pytest.raises(TypeError, match=r"^add can't combine Witnessed, float$"):
        operations.add(silent, 1.0)
    with pytest.raises(TypeError, match=r"^add can't combine Value, Witnessed$"):
        operations.add(Value(1.0), silent)


def test_the_hook_is_looked_up_in_the_class_as_pythons_own_methods_are():
    class Plain:
        pass

    plain = Plain()
    plain.__autograd_operation__ = lambda row, operands: "never"
    with pytest.raises(TypeError, match=r"x must be a real number .*, not Plain"):
        operations.exp(plain)


def test_a_symbolic_condition_is_asked_for_the_choice():
    asked = []
    condition = Witnessed("chosen", asked)
    assert operations.where(condition, 1.0, Value(2.0)) == "chosen"
    assert asked[0][0] == "where"


def test_keyword_operands_and_defaults_reach_the_hook_in_their_places():
    asked = []
    operations.leaky_relu(Witnessed("done", asked))
    operations.clamp(high=2, x=Witnessed("done", asked), low=1)
    assert [operands[1:] for _, operands in asked] == [(0.01,), (1, 2)]


# A row as a thing


@each(ROWS)
def test_a_row_is_pickled_as_its_name(row):
    assert pickle.loads(pickle.dumps(row)) is row
    assert copy.copy(row) is row
    assert copy.deepcopy(row) is row


def test_a_pickled_row_that_nobody_knows_says_what_to_do():
    stranger = pickle.dumps(operations.tanh).replace(b"tanh", b"thna")
    with pytest.raises(ValueError, match="unknown operation 'thna': register it before"):
        pickle.loads(stranger)


@each(ROWS)
def test_a_row_shows_its_name(row):
    assert repr(row) == f"<operation {row.name}>"
    assert row.__name__ == row.name
    assert TABLE[row.name] is row


@each(ROWS)
def test_the_table_and_the_module_agree_on_names(row):
    assert getattr(operations, row.name) is row
    if row.name in functions.__all__:
        assert getattr(functions, row.name) is row


@each(ROWS)
def test_the_docstring_of_a_row_is_made_of_it_and_complete(row):
    text = inspect.cleandoc(row.__doc__)
    parts = re.split(r"\n(?=\w+\n-{4,}\n)", text)
    assert parts[0].startswith(f"Return {row.name}(")
    assert re.search(r"\n\.\. math:: \S", parts[0])
    assert [part.splitlines()[0] for part in parts[1:4]] == ["Parameters", "Returns", "Raises"]
    for name, interval in zip(row.operand_names, row.domain, strict=False):
        assert f"{name} in {interval}" in parts[1]
    for kink in row.kinks:
        assert kink.sentence in parts[4]
    if row.condition:
        assert row.condition[1] in parts[4]
    assert text.count("{") == text.count("}")


@each(ROWS)
def test_the_docstring_of_a_row_is_well_formed_markup(row):
    assert all(line == line.rstrip() and "\t" not in line for line in row.__doc__.splitlines())
    assert not re.search(r"\{[^{}]*$", row.__doc__)
    assert doctest.DocTestParser().get_examples(row.__doc__) == []


def test_a_table_entry_shows_its_mathematics():
    partial = TABLE["divide"].partials[1]
    assert partial.rule(1.0, 2.0, 0.5) == -0.25
    assert partial.latex.format("a", "b") == r"-\frac{a}{b^2}"
    assert TABLE["log"].domain[0].text == "(0, inf]"
    assert TABLE["add"].commutative
    assert not TABLE["subtract"].commutative
