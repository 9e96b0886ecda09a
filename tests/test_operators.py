"""Operators and methods are written once, and everything with the hook has them all."""

import math
import operator

import numpy as np
import pytest

from autograd_mini import operations
from autograd_mini.operators import Operators
from autograd_mini.value import Value


class Recorder(Operators):
    """Something that is asked by the hook, and tells what it was asked."""

    def __autograd_operation__(self, row, operands):
        return row.name, operands


BINARY = {
    operator.add: "add", operator.sub: "subtract", operator.mul: "multiply",
    operator.truediv: "divide", operator.mod: "modulo", operator.pow: "power",
    operator.floordiv: "floor_divide",
}  # fmt: skip


@pytest.mark.parametrize(("combine", "name"), BINARY.items())
def test_a_binary_operator_asks_the_hook_in_the_order_that_was_written(combine, name):
    x = Recorder()
    assert combine(x, 2.0) == (name, (x, 2.0))
    assert combine(2.0, x) == (name, (2.0, x))
    assert combine(x, x) == (name, (x, x))


@pytest.mark.parametrize("combine", BINARY)
@pytest.mark.parametrize("foreign", ["text", None, 1j, object()])
def test_what_is_no_operand_gets_pythons_own_type_error(combine, foreign):
    for pair in ((Recorder(), foreign), (foreign, Recorder())):
        if isinstance(pair[0], str) and combine is operator.mod:
            continue  # text formats anything
        with pytest.raises(TypeError, match=r"unsupported operand type|to str|of type 'Recorder'"):
            combine(*pair)


@pytest.mark.parametrize(
    ("function", "name"),
    [(operator.neg, "negative"), (operator.pos, "identity"), (abs, "abs"), (math.floor, "floor"),
     (math.ceil, "ceil"), (math.trunc, "trunc")],
)  # fmt: skip
def test_pythons_unary_functions_ask_the_hook(function, name):
    x = Recorder()
    assert function(x) == (name, (x,))


def test_round_takes_digits():
    x = Recorder()
    assert round(x) == ("round", (x, 0))
    assert round(x, 2) == ("round", (x, 2))


@pytest.mark.parametrize(
    ("compare", "name"),
    [(operator.lt, "less"), (operator.le, "less_equal"), (operator.gt, "greater"),
     (operator.ge, "greater_equal")],
)  # fmt: skip
def test_comparisons_ask_the_hook(compare, name):
    x = Recorder()
    assert compare(x, 1.0) == (name, (x, 1.0))


def test_equality_and_hash_are_those_of_identity():
    x = Recorder()
    assert x == x  # noqa: PLR0124 - identity is what is tested
    assert x != Recorder()
    assert len({x, x, Recorder()}) == 2


def test_every_function_of_one_operand_is_a_method():
    left_out = {"negative", "identity", "ratio"}
    for name, row in operations.TABLE.items():
        if len(row.operand_names) == 1 and not row.variadic and name not in left_out:
            x = Recorder()
            assert getattr(x, name)() == (name, (x,))


@pytest.mark.parametrize(
    ("ours", "numpys"),
    [("asin", "arcsin"), ("acos", "arccos"), ("atan", "arctan"), ("asinh", "arcsinh"),
     ("acosh", "arccosh"), ("atanh", "arctanh"), ("radians", "deg2rad"), ("abs", "fabs"),
     ("degrees", "rad2deg"), ("round", "rint"), ("atan2", "arctan2")],
)  # fmt: skip
def test_numpys_names_are_methods_too(ours, numpys):
    assert getattr(Operators, numpys) is getattr(Operators, ours)
    assert hasattr(np, numpys)


def test_quotient_and_rest():
    quotient, rest = divmod(Value(7.5), 2)
    assert (quotient.data, rest.data) == (3.0, 1.5)
    quotient, rest = divmod(7.5, Value(2.0))
    assert (quotient.data, rest.data) == (3.0, 1.5)
