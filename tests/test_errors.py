"""Errors word themselves from facts, keep the facts, and travel between processes."""

import copy
import math
import pickle

import pytest
from cases import named

from autograd_mini import errors
from autograd_mini.errors import (
    DivergedError,
    DomainError,
    InfiniteLossError,
    ModelFileError,
    NonFiniteGradientError,
    StaleGraphError,
    UnknownNameError,
    describe,
    first_fault,
)
from autograd_mini.functions import exp, log, maximum, sqrt
from autograd_mini.graph import topological_order
from autograd_mini.value import Value

EXAMPLES = {
    "DomainError": (
        DomainError("atan2", [0.0, 1.0], "it may not", [None, "x"]),
        "atan2 is not defined at (0.0, x = 1.0): it may not",
        {"operation": "atan2", "operands": (0.0, 1.0), "requirement": "it may not",
         "labels": (None, "x")},
        ValueError,
    ),
    "NonFiniteGradientError": (
        NonFiniteGradientError("log(0.0)", "it is inf"),
        "the gradient is not finite from log(0.0) on: it is inf",
        {"place": "log(0.0)", "reason": "it is inf"},
        ArithmeticError,
    ),
    "StaleGraphError": (
        StaleGraphError("exp(1.0)"),
        ("the data under exp(1.0) changed after it was recorded: "
        "compute the root again before you differentiate it"),
        {"place": "exp(1.0)"},
        RuntimeError,
    ),
    "UnknownNameError": (
        UnknownNameError("loss", "los", ["hinge", "huber"]),
        "unknown loss 'los': known are hinge, huber",
        {"what": "loss", "name": "los", "known": ("hinge", "huber")},
        ValueError,
    ),
    "DivergedError": (
        DivergedError(3, "the loss is inf"),
        ("training diverged in epoch 3 (the loss is inf): the last good parameters are kept; "
        "try a smaller step"),
        {"epoch": 3, "reason": "the loss is inf"},
        ArithmeticError,
    ),
    "InfiniteLossError": (
        InfiniteLossError("log_loss is infinite"), "log_loss is infinite", {}, ValueError,
    ),
    "ModelFileError": (
        ModelFileError("a.json", "it is not JSON"),
        "a.json can't be read as a model: it is not JSON",
        {"path": "a.json", "reason": "it is not JSON"},
        ValueError,
    ),
}  # fmt: skip


def test_every_error_of_the_package_has_an_example_here():
    own = {name for name, thing in vars(errors).items() if isinstance(thing, type)}
    assert {name for name in own if name.endswith("Error")} == set(EXAMPLES)


@pytest.mark.parametrize(("error", "message", "facts", "base"), named(EXAMPLES))
def test_an_error_words_its_message_and_keeps_its_facts(error, message, facts, base):
    assert str(error) == message
    assert {name: getattr(error, name) for name in facts} == facts
    assert isinstance(error, base)


@pytest.mark.parametrize(("error", "message", "facts", "base"), named(EXAMPLES))
@pytest.mark.parametrize("way", ["pickle", "copy", "deepcopy"])
def test_an_error_travels_between_processes(error, message, facts, base, way):
    ways = {"pickle": lambda e: pickle.loads(pickle.dumps(e))}
    again = ways.get(way, getattr(copy, way, None))(error)
    assert (type(again), str(again)) == (type(error), message)
    assert {name: getattr(again, name) for name in facts} == facts
    assert base in type(again).__mro__


def test_a_domain_error_names_operands_by_their_labels():
    x = Value(-1.0, label="x")
    with pytest.raises(DomainError) as caught:
        log(x)
    assert caught.value.labels == ("x",)
    assert str(caught.value) == "log is not defined at (x = -1.0): x must lie in (0, inf]"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_node_is_described_by_its_operation_operands_and_labels():
    x, unnamed = Value(2.0, label="x"), Value(3.0)
    y = x * unnamed
    y.label = "y"
    assert describe(x) == "x = 2.0"
    assert describe(unnamed) == "data = 3.0"
    assert describe(y) == "y = multiply(x = 2.0, 3.0)"
    assert describe(y + 1) in ("add(y = 6.0, 1)", "add(y = 6.0, 1.0)")
    assert describe(maximum(x, y, 4.5)) == "maximum(x = 2.0, y = 6.0, 4.5)"


def test_the_first_fault_is_that_nearest_to_the_root():
    x = Value(0.0, label="x")
    h = sqrt(x)
    y = sqrt(h) * 2.0
    fault = first_fault(topological_order(y), {y: 1.0}, lambda _: True)
    assert fault.place == "sqrt(0.0)"
    assert fault.reason == "local derivative inf times adjoint 2.0 is inf"


def test_a_seed_may_be_the_fault():
    x = Value(1.0)
    y = exp(x)
    fault = first_fault(topological_order(y), {y: math.inf}, lambda _: True)
    assert fault.reason == "the sum of its adjoints is inf"


def test_a_derivative_that_does_not_exist_is_explained():
    base, exponent = Value(-2.0), Value(2.0)
    y = base**exponent
    fault = first_fault(topological_order(y), {y: 1.0}, lambda _: True)
    assert fault.reason == (
        "its derivative by operand 2 does not exist there "
        "(log is not defined at (-2.0): x must lie in (0, inf])"
    )
