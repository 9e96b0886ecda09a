import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import expressions
from autograd_mini.errors import DomainError
from autograd_mini.expressions import FUNCTIONS, parse
from autograd_mini.graph import leaves

POINT = {"w": 2.0, "x": -1.0, "b": -3.0}


def refused(text):
    with pytest.raises(ValueError) as caught:
        parse(text)
    return str(caught.value)


def test_a_sigmoid_neuron_has_the_value_and_gradients_of_its_closed_form():
    y = parse("sigmoid(w*x + b)").evaluate(POINT)
    y.backward()
    found = {leaf.label: leaf for leaf in leaves(y)}
    expected = 1 / (1 + math.exp(5.0))
    slope = expected * (1 - expected)
    assert y.data == pytest.approx(expected, rel=1e-15)
    assert found["w"].grad == pytest.approx(-slope, rel=1e-14)
    assert found["x"].grad == pytest.approx(2 * slope, rel=1e-14)
    assert found["b"].grad == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + y", 9.5),
        ("x - y", 4.5),
        ("x * y", 17.5),
        ("x / y", 2.8),
        ("x // y", 2.0),
        ("x % y", 2.0),
        ("x ** 2", 49.0),
        ("-x", -7.0),
        ("-x ** 2", -49.0),
        ("2 ** -y ** 0", 0.5),
        ("(x + y) * 2", 19.0),
        ("x - y - 1", 3.5),
        ("maximum(x, y, 3)", 7.0),
        ("where(less(x, y), x, y)", 2.5),
        ("logaddexp(x, x)", 7.0 + math.log(2.0)),
        ("1_000 + 0x10 + 1e-3 + x", 1023.001),
    ],
)
def test_operators_and_functions_mean_what_python_means(text, expected):
    numbers = {name: {"x": 7.0, "y": 2.5}[name] for name in parse(text).names}
    assert parse(text).evaluate(numbers).data == pytest.approx(expected, rel=1e-15)


def sums_and_products():
    return st.recursive(
        st.sampled_from(["x", "y", "1.5", "3", "0.25"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({' '.join(t)})"),
            inner.map(lambda text: f"(-{text})"),
            inner.map(lambda text: f"tanh({text})"),
        ),
        max_leaves=15,
    )


@given(sums_and_products())
def test_any_expression_has_the_value_that_python_gives_it(text):
    expression = parse(f"x * 1 + {text}")
    numbers = {name: {"x": 0.7, "y": -1.3}[name] for name in expression.names}
    expected = eval(expression.text, {"__builtins__": {}, "tanh": math.tanh}, numbers)
    assert expression.evaluate(numbers).data == expected


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_with_a_sentence(text):
    try:
        message = f"accepted: {parse(text).text}"
    except ValueError as error:
        message = str(error)
    assert "accepted: " in message


def test_names_stand_in_the_order_of_their_first_appearance_once():
    assert parse("b + exp(w*x) - b*a").names == ("b", "w", "x", "a")


def test_each_name_is_one_leaf_however_often_it_is_used():
    y = parse("x*x + x").evaluate({"x": 3.0})
    y.backward()
    (x,) = leaves(y)
    assert (x.label, x.grad) == ("x", 7.0)


def test_a_function_s_name_may_be_a_variable():
    assert parse("exp(step * step)").evaluate({"step": 0.0}).data == 1.0


def test_every_function_that_is_offered_takes_numbers():
    points = ((0.5,), (0.5, 0.25), (0.5, 0.25, 0.75), (0.0, 0.5), (1.5,))
    for name in FUNCTIONS:
        values = []
        for point in points:
            try:
                values.append(FUNCTIONS[name](*point))
            except (TypeError, DomainError):
                continue
        assert values, name
        assert all(isinstance(value, float | int) for value in values), name


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("x.real", 1, "'x.real' is not accepted here"),
        ("w*x + b[0]", 7, r"'b[0]' is not accepted here"),
        ("w + (lambda: x)", 6, "'lambda: x' is not accepted here"),
        ("x < 3", 1, "'x < 3' is not accepted here"),
        ("x @ y", 1, "'x @ y' is not accepted here"),
        ("+x", 1, "'+x' is not accepted here"),
        ("~x", 1, "'~x' is not accepted here"),
        ("x if w else b", 1, "is not accepted here"),
        ("x + True", 5, "'True' is not accepted here"),
        ("x + 2j", 5, "'2j' is not accepted here"),
        ("x + 'a'", 5, "is not accepted here"),
        ("x + f'{x}'", 5, "is not accepted here"),
        ("exp(*x)", 5, "'*x' is not accepted here"),
        ("log(x, base=2)", 8, "arguments have no names here"),
        ("x.exp()", 1, "'x.exp()' is not accepted here"),
        ("[x for x in y]", 1, "is not accepted here"),
        ("(x := 2)", 2, "is not accepted here"),
        ("x + 1e999", 5, "this number is too large"),
        ("x + " + "9" * 400, 5, "this number is too large"),
        ("w*x + eval(x)", 7, "there is no function 'eval'"),
        ("__import__('os')", 1, "there is no function '__import__'"),
        ("w*x + ", 6, "invalid syntax"),
        ("sin(x", 4, "'(' was never closed"),
        ("x = 3", 3, "invalid syntax"),
        ("λ*é + x.y", 7, "'x.y' is not accepted here"),
        ("   x + y.z", 8, "'y.z' is not accepted here"),
        ("x\n+ y.z", 5, "'y.z' is not accepted here"),
    ],
)
def test_anything_else_is_refused_with_its_column_and_what_is_accepted(text, column, problem):
    message = refused(text)
    assert message.startswith(f"column {column}: ")
    assert problem in message
    assert "; accepted: " in message


def test_an_unknown_function_lists_the_known_ones_and_the_nearest():
    message = refused("sigmiod(x)")
    assert "(did you mean sigmoid?)" in message
    assert ", sigmoid, sign, " in message


@pytest.mark.parametrize("text", ["", "   ", "# only a comment", "x\0"])
def test_what_holds_no_expression_is_refused(text):
    assert "accepted: names, numbers" in refused(text)


@pytest.mark.parametrize(
    "text",
    ["-" * 1500 + "x", "(" * 900 + "x" + ")" * 900, "+".join("x" * 900), "x" + ".y" * 900],
    ids=["minuses", "brackets", "sum", "dots"],
)
def test_size_and_depth_are_bounded(text):
    assert "; accepted: " in refused(text)


def test_brackets_do_not_count_as_depth():
    assert parse("(" * 150 + "x" + ")" * 150).names == ("x",)


def test_an_expression_too_long_is_refused_before_it_is_read():
    assert "accepted: up to 2000" in refused("x+" * 1000 + "x")


def test_a_sum_too_deep_is_refused():
    assert "accepted: up to 200 levels" in refused("+".join("x" * 300))


def test_towers_of_plain_numbers_are_floats_and_end_at_once():
    assert parse("x + 9**9**9**9").evaluate({"x": 1.0}).data == math.inf


def test_a_missing_value_is_named():
    with pytest.raises(ValueError, match=r"no value for x and b; accepted: .* as in x=0\.5"):
        parse("w*x + b").evaluate({"w": 2.0})


def test_a_value_too_many_is_named():
    with pytest.raises(ValueError, match=r"y does not stand in the expression; .* w, x"):
        parse("w*x").evaluate({"w": 1.0, "x": 2.0, "y": 3.0})


@pytest.mark.parametrize("text", ["2 + 3", "less(x, 1)", "where(less(x, 1), 2, 3)"])
def test_an_expression_that_follows_from_no_name_is_refused(text):
    with pytest.raises(ValueError, match=r"accepted: an expression whose value .* follows from"):
        parse(text).evaluate(dict.fromkeys(parse(text).names, 0.0))


def test_a_call_with_too_many_operands_is_refused_with_its_column():
    with pytest.raises(ValueError, match=r"column 5: sin takes \(x\), \(Value, Value\) came"):
        parse("x + sin(x, x)").evaluate({"x": 1.0})


def test_outside_a_domain_the_operation_and_its_operand_are_named():
    with pytest.raises(DomainError, match=r"log is not defined at \(x = -1\.0\)"):
        parse("log(x)").evaluate({"x": -1.0})


def test_division_of_plain_numbers_by_zero_is_a_domain_error():
    with pytest.raises(DomainError, match="divide is not defined"):
        parse("x + 1/0").evaluate({"x": 1.0})


def test_compatible_spellings_of_a_name_are_one_name():
    micro, mu = "\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"
    expression = parse(f"2*{micro} + {mu}")
    assert expression.names == (mu,)
    assert expression.evaluate({micro: 1.0}).data == 3.0


def test_the_limits_leave_room_for_what_a_drawing_can_show():
    assert parse("+".join("x" * 150)).evaluate({"x": 1.0}).data == 150.0
    assert expressions.MAX_CHARACTERS == 2_000
