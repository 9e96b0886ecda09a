"""Straight-line Python says what the eager engine says, to the bit."""

import ast
import math
import random
import re

import pytest
from programs import eager, flat, irregular, structured

import autograd_mini as ag
from autograd_mini.compiler import TracingError, compile, take
from autograd_mini.compiler.targets.python import LIMIT
from autograd_mini.operations import TABLE

WRT = ("x", "M", "c")


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_random_structured_programs_agree_to_the_bit(start):
    for seed in range(start, start + 50):
        f, arguments = structured(seed)
        value, gradients, *_ = eager(f, arguments)
        fast = compile(f, wrt=WRT, target="python")
        found, slopes = fast.value_and_grad(**arguments)
        assert (found, flat(slopes)) == (value, gradients), seed
        assert fast(**arguments) == value
        assert "eager engine: 0" in fast.report()


@pytest.mark.parametrize("seed", range(12))
def test_random_irregular_graphs_agree_to_the_bit(seed):
    f, arguments = irregular(seed, 40 * (seed + 1))
    value, gradients, *_ = eager(f, arguments)
    found, slopes = compile(f, target="python").value_and_grad(**arguments)
    assert (found, flat(slopes)) == (value, gradients)


def _points(row, generator):
    names = row.operand_names * 2 if row.variadic else row.operand_names
    for _ in range(200):
        point = [generator.uniform(-3, 3) for _ in names]
        if row.accepts(*point):
            yield point


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if row.partials and n != "where"])
def test_every_row_of_the_table_agrees_to_the_bit(name):
    row = TABLE[name]
    whole = [not row.variadic and partial.rule is None for partial in row.partials]
    generator = random.Random(name)

    def f(x, *rest):
        return row(x * 1.5, *rest) if not whole[0] else row(2, rest[0] * 1.5)

    for point in list(_points(row, generator))[:10]:
        if name == "round":
            point[1:] = []
        fast = compile(f, target="python")
        values = [ag.Value(x) for x in point]
        try:
            root = f(*values)
            root.backward()
        except ArithmeticError:
            continue
        except ValueError:
            continue
        expected = 0.0 if values[0].grad is None else values[0].grad
        assert fast.value_and_grad(*point) == (root.data, expected), point


def test_a_choice_that_comes_out_otherwise_takes_another_path():
    fast = compile(lambda x: ag.where(x > 0, lambda: ag.log(x), lambda: x * x), target="python")
    assert fast.value_and_grad(2.0) == (math.log(2.0), 0.5)
    assert fast.value_and_grad(-3.0) == (9.0, -6.0)
    assert fast.value_and_grad(4.0) == (math.log(4.0), 0.25)
    assert "recorded: 2, kept: 2" in fast.report()


def test_what_leaves_all_kept_paths_is_still_right():
    def f(x):
        return ag.sum([ag.where(v > 0, v * 2, lambda v=v: v * v) for v in x])

    fast = compile(f, target="python")
    generator = random.Random(5)
    for _ in range(200):
        x = [generator.uniform(-1, 1) for _ in range(6)]
        value, gradients, *_ = eager(f, {"x": x})
        assert fast.value_and_grad(x) == (value, gradients)


def test_softmax_of_other_numbers_takes_out_another_largest():
    fast = compile(lambda x: ag.softmax(x)[0] * ag.logsumexp(x), target="python")
    for x in ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [1000.0, -1000.0, 0.0], [0.0, 0.0, 0.0]):
        value, gradients, *_ = eager(lambda x: ag.softmax(x)[0] * ag.logsumexp(x), {"x": x})
        assert fast.value_and_grad(x) == (value, gradients)


def test_stopped_gradients_and_no_grad_are_computed_anew_at_each_call():
    def f(x):
        with ag.no_grad():
            weight = x * x
        return x * weight + ag.stop_gradient(x + 1) * x

    fast = compile(f, target="python")
    for x in (2.0, 3.0):
        assert fast.value_and_grad(x) == (x**3 + (x + 1) * x, x * x + x + 1)


def test_captured_values_are_read_at_each_call():
    w = ag.Value(2.0, kind="parameter")
    fast = compile(lambda x: w * x, wrt=w, target="python")
    assert fast.value_and_grad(3.0) == (6.0, 3.0)
    w.data = 10.0
    assert fast.value_and_grad(4.0) == (40.0, 4.0)


def test_a_result_from_outside_is_refused():
    w = ag.Value(2.0)
    square = w * w
    with pytest.raises(TracingError, match="computed outside"):
        compile(lambda x: square * x, target="python")(1.0)


def test_gradients_of_a_network_come_by_its_names():
    net = ag.MLP([3, 4, 2], seed=1)
    fast = compile(lambda x, y: ag.log_loss_from_logits(net.logits(x), y), target="python")
    x, y = [0.1, -0.5, 2.0], [1.0, 0.0]
    value, gradients = fast.value_and_grad(x, y)
    net.zero_grad()
    root = ag.log_loss_from_logits(net.logits(x), [ag.Value(label) for label in y])
    root.backward()
    assert list(gradients) == ["W2", "b2", "W3", "b3"]
    assert value == root.data
    assert flat(gradients) == [p.grad for p in net.parameters()]


def test_a_trace_leaves_nothing_in_the_layers():
    net = ag.MLP([2, 2], seed=1)
    net([1.0, 2.0])
    before = net.layers[0].s
    compile(lambda x: net(x)[0], target="python")([3.0, 4.0])
    assert net.layers[0].s is before


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: 1.0 if x > 0 else 2.0, r"test_compiler_python.py, line \d+.*write where"),
        (lambda x: x.data, r"\.data of a traced number.*stop_gradient"),
        (lambda x: math.exp(x) + 1, r"float\(\) of a traced number.*line \d+"),
        (lambda x: [1.0, 2.0][x], r"as an index.*take\(items, index\)"),
        (lambda x: max(x, x + 1), "maximum"),
        (lambda x: x < 1, "returns a comparison"),
        (lambda x: "text", "returns numbers, not str"),
    ],
)
@pytest.mark.parametrize("target", ["python", "numpy"])
def test_what_a_trace_cannot_follow_is_refused_by_name_and_line(f, message, target):
    with pytest.raises(TracingError, match=message):
        compile(f, target=target)(1.0)


def test_outside_the_domain_it_raises_what_the_engine_raises():
    fast = compile(lambda x, y: ag.log(x) / y, target="python")
    assert fast(1.0, 2.0) == 0.0
    with pytest.raises(ag.DomainError, match=r"log is not defined at \(-1.0\)"):
        fast.grad(-1.0, 2.0)
    with pytest.raises(ag.DomainError, match="divide is not defined"):
        fast.grad(2.0, 0.0)
    steep = compile(ag.sqrt, target="python")
    assert steep(0.0) == 0.0
    with pytest.raises(ag.NonFiniteGradientError, match="sqrt"):
        steep.grad(0.0)
    assert compile(ag.exp, target="python")(1000.0) == math.inf


def test_an_undefined_number_is_not_swallowed_by_a_kink():
    f = compile(lambda x: ag.relu(x * 1e200 * 1e200 - x * 1e200 * 1e200), target="python")
    assert f(0.0) == 0.0
    with pytest.raises(ag.DomainError, match="subtract"):
        f(1.0)


def test_take_picks_what_plain_indexing_picks():
    fast = compile(lambda p, i: take(p, i) ** 2, target="python")
    assert fast.value_and_grad([1.0, 2.0, 3.0], 1) == (4.0, [0.0, 4.0, 0.0])
    assert fast.value_and_grad([1.0, 2.0, 3.0], 2) == (9.0, [0.0, 0.0, 6.0])
    with pytest.raises(IndexError, match="from 0 to 2, not 3"):
        fast([1.0, 2.0, 3.0], 3)


def test_what_is_too_long_for_python_is_refused_and_it_says_why():
    def f(x):
        for _ in range(LIMIT + 1):
            x = x + 1.0
        return x

    with pytest.raises(ValueError, match=r'100,000 operations.*target="numpy"'):
        compile(f, target="python")(1.0)
    assert compile(f)(1.0) == LIMIT + 2.0  # "auto" turns to arrays then


def test_no_name_brings_anything_but_an_identifier_into_the_source():
    wishes = [
        "x; import os", "__import__('os')", "lambda", "None", "print", "exp", "program", "inputs",
        "a\nb", "é", "x" * 500, "", "match", "_", "v_2", "σ", "'", '"""', "a.b", "0", "rows",
    ]  # fmt: skip
    values = [ag.Value(1.0 + i, label=wish) for i, wish in enumerate(wishes)]

    def f(x):
        total = x
        for value in values:
            total = total * 0.5 + value * x
            total.label = value.label
        return total

    fast = compile(f, target="python")
    expected, gradient, *_ = eager(f, {"x": 3.0})
    assert fast.value_and_grad(3.0) == (expected, gradient[0])
    names = {node.id for node in ast.walk(ast.parse(fast.source)) if isinstance(node, ast.Name)}
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,45}", name) for name in names)
    assert not names & {"print", "rows", "__import__", "lambda", "os"}
    assert "import" not in fast.source


def test_a_new_shape_is_traced_once_and_the_cache_has_a_bound():
    runs = []

    def f(x):
        runs.append(len(x))
        return ag.sum(x)

    fast = compile(f, target="python")
    for size in (2, 3, 2, 3):
        assert fast([1.0] * size) == size
    assert runs == [2, 3]
    for size in range(1, 65):
        fast([1.0] * size)
    with pytest.warns(UserWarning, match="more than 64 shapes"):
        fast([1.0] * 65)
    for size in range(66, 80):
        fast([1.0] * size)
    assert "programs kept: 64, thrown away: 15" in fast.report()


def test_inside_another_differentiation_a_compiled_function_is_the_function_itself():
    square = compile(lambda x: (x - 3) ** 2)
    assert square(2.0) == 1.0
    assert ag.grad(square)(2.0) == -2.0
    assert ag.grad(lambda x: x * square(x))(2.0) == -3.0
    assert ag.hessian(square)(2.0) == 2.0
    assert ag.jvp(square, (2.0,), (1.0,)) == (1.0, -2.0)
    v = ag.Value(2.0)
    (square(v) * v).backward()
    assert v.grad == -3.0
    assert ag.check_gradients(square, 2.0).passed
    assert ag.gradient_descent(square, 0.0).theta == pytest.approx(3.0, abs=1e-4)


def test_inside_another_compiled_function_it_is_traced_with_it():
    square = compile(lambda x: (x - 3) ** 2)
    product = compile(lambda x: x * square(x))
    assert [product(x) for x in (2.0, 5.0)] == [2.0, 20.0]
    assert product.grad(5.0) == 24.0


def test_the_compiled_gradient_of_a_variable_of_another_differentiation_is_refused():
    with pytest.raises(TypeError, match="inside another differentiation use autograd_mini"):
        compile(lambda x: x * x).grad(ag.Value(2.0))
    with pytest.raises(TypeError, match="with a batch takes plain numbers"):
        compile(lambda x: x * x, batched="x")([ag.Value(2.0)])
