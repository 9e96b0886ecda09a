"""A derivation says what the graph computes: its formulas are read and computed again."""

import math
import pickle
import random
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latex_arithmetic import evaluate

import autograd_mini as ag
from autograd_mini.drawing import brackets, symbols
from autograd_mini.drawing.brackets import Formula
from autograd_mini.drawing.naming import latex_label, latex_number
from autograd_mini.drawing.text import number, plain_label
from autograd_mini.drawing.unicode_formulas import unicode_formula
from autograd_mini.operations import TABLE

UNARY = [
    "negative", "square", "reciprocal", "sqrt", "cbrt", "exp", "exp2", "expm1", "log", "log2",
    "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "sech",
    "asinh", "acosh", "atanh", "erf", "erfc", "lgamma", "digamma", "abs", "sign", "step", "floor",
    "ceil", "trunc", "relu", "selu", "sigmoid", "logsigmoid", "softplus", "silu", "gelu", "sinc",
    "degrees", "radians", "identity",
]  # fmt: skip
BINARY = [
    "add", "subtract", "multiply", "divide", "power", "modulo", "floor_divide", "hypot", "atan2",
    "copysign", "fmod", "remainder", "maximum", "minimum", "leaky_relu", "elu", "add", "subtract",
    "multiply", "divide", "power", "subtract", "divide",
]  # fmt: skip
LABELS = ["x_1", "w2_13", "θ", "b", "learning_rate", None]


def random_graph(seed, operations=7):
    """Return a root over a few leaves, all numbers of ordinary size."""
    rng = random.Random(seed)
    labels = rng.sample(LABELS, 3)
    nodes = [ag.Value(rng.choice([-1, 1]) * rng.uniform(0.2, 3), label) for label in labels]
    while len(nodes) < 3 + operations:
        latest = nodes[-1] if rng.random() < 0.8 else rng.choice(nodes)
        if rng.random() < 0.45:
            operands = [latest]
            row = TABLE[rng.choice(UNARY)]
        else:
            other = rng.choice([*nodes, rng.choice([2, 3, 0.5, -2, -1.5])])
            operands = [latest, other] if rng.random() < 0.5 else [other, latest]
            row = TABLE[rng.choice(BINARY)]
        try:
            node = row(*operands)
        except (ArithmeticError, ValueError):
            continue
        if is_ordinary(node):
            nodes.append(node)
    return nodes[-1]


def is_ordinary(node):
    """Tell whether a formula can be expected to give its number in ordinary arithmetic."""
    slopes = [d for d in node.local_derivatives if d is not None]
    return 1e-3 < abs(node.data) < 50 and all(math.isfinite(d) and abs(d) < 100 for d in slopes)


def assert_reads_right(root):
    """Read every side of every line, and compare it with the graph's own numbers."""
    derivation = ag.derivation(root, digits=17)
    values = {line.left: evaluate(line.sides[-1], {}) for line in derivation.forward}
    slopes = {line.left: evaluate(line.sides[-1], {}) for line in derivation.backward}
    known = values | slopes
    for line in (*derivation.whole, *derivation.forward, *derivation.backward):
        size = 1 + abs(known[line.left])
        for side in line.sides:
            assert abs(evaluate(side, known) - known[line.left]) < 1e-6 * size, line
    names = symbols.Symbols(ag.topological_order(root), root, 17)
    root.backward()
    for node in ag.topological_order(root):
        assert math.isclose(values[names.names.of(node).latex], node.data, rel_tol=1e-15)
        if not node.operands:
            assert math.isclose(slopes[names.adjoint(node)], node.grad, rel_tol=1e-15)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_every_line_of_a_random_derivation_evaluates_to_its_number(seed):
    assert_reads_right(random_graph(seed))


@pytest.mark.parametrize("name", [*dict.fromkeys(UNARY + BINARY), "clamp", "polygamma"])
def test_the_formulas_of_every_operation_are_read_right_among_others(name):
    row = TABLE[name]
    count = len(row.operand_names) + row.variadic
    found = 0
    for seed in range(25):
        rng = random.Random(seed)
        a, b = (ag.Value(rng.uniform(-3, 3), label) for label in ("w2_13", "b"))
        operands = [rng.choice([a - b, -a, a / b, a * b, a, ag.exp(b)]) for _ in range(count)]
        if name == "polygamma":
            operands[0] = 1
        try:
            node = row(*operands)
        except (ArithmeticError, ValueError):
            continue
        if is_ordinary(node):
            found += 1
            assert_reads_right(row(*operands) ** 2 - node * (2 - node) / 3)
    assert found > 3


SEEDS = range(300)

# A mistake, and where it is planted: a name of the module, and a key of a table of it.
PLANTED = {
    "none around a base": ("_AFTER", "^", 0),
    "none around a sum before a dot": ("_AFTER", r"\cdot", 0),
    "none around a sum before a slash": ("_AFTER", "/", 0),
    "none around a sum that is taken away": ("_BEFORE", "-", 0),
    "none around a sum behind a dot": ("_BEFORE", r"\cdot", 0),
    "none around a product behind a slash": ("_BEFORE", "/", 0),
    "none around a sum behind mod": ("_BEFORE", r"\bmod", 0),
    "sums taken for atoms": ("SUM", None, 9),
    "remainders taken for atoms": ("MODULO", None, 9),
    "powers taken for atoms": ("POWER", None, 9),
    "calls taken for atoms": ("CALL", None, 9),
    "none around an argument": ("SCRIPTED", None, 0),
}


def test_the_graphs_in_which_mistakes_are_planted_are_read_right_without_them():
    assert_all_are_read_right()


@pytest.mark.parametrize("mistake", PLANTED)
def test_brackets_that_are_planted_wrong_are_caught(mistake, monkeypatch):
    place, key, level = PLANTED[mistake]
    if key is None:
        monkeypatch.setattr(brackets, place, level)
    else:
        monkeypatch.setitem(getattr(brackets, place), key, level)
    assert_caught()


def test_a_row_whose_product_is_taken_for_an_atom_is_caught(monkeypatch):
    monkeypatch.setattr(brackets, "PRODUCT", 9)
    for name in ("multiply", "divide", "copysign", "silu", "gelu"):
        monkeypatch.setattr(TABLE[name], "precedence", 9)
    assert_caught()


def test_a_minus_sign_without_its_brackets_is_caught(monkeypatch):
    placed = brackets._placed
    bare = lambda formula, slot: placed(formula, slot._replace(minus=True))  # noqa: E731
    monkeypatch.setattr(brackets, "_placed", bare)
    assert_caught()


def assert_all_are_read_right():
    for seed in SEEDS:
        assert_reads_right(random_graph(seed))


def assert_caught():
    brackets._read.cache_clear()
    try:
        with pytest.raises((AssertionError, ArithmeticError, ValueError, TypeError)):
            assert_all_are_read_right()
    finally:
        brackets._read.cache_clear()


@given(st.floats(-1e300, 1e300).filter(lambda x: not 0 < abs(x) < 1e-300), st.integers(1, 6))
def test_numbers_say_the_same_in_latex_as_in_drawings(value, digits):
    formula = latex_number(value, digits)
    assert unicode_formula(formula.latex) == number(value, digits)
    shown = evaluate(formula.latex, {})
    assert math.isclose(shown, value, rel_tol=0.51 * 10.0 ** (1 - digits), abs_tol=0)


def test_fractions_stay_exact():
    x = ag.Value(Fraction(-1, 3), label="x")
    forward = ag.derivation(x * x / 2).forward
    assert [line.sides[-1] for line in forward] == [
        r"-\frac{1}{3}",
        r"\frac{1}{9}",
        r"\frac{1}{18}",
    ]
    assert forward[1].sides[1] == r"-\frac{1}{3} \cdot \left(-\frac{1}{3}\right)"


AWKWARD = [
    "a_b_c", "50%", "A&B", "C#", "$x$", "{y}", "back\\slash", "x^2", "~t", '"q"', "it's", "вес",
    "ŷ", "скорость обучения", "a+b", "<script>alert(1)</script>", "א ב", "}{", "\\frac{1}{2}",
    "$$", "_", "^", "%", "\\", "`code`", "w2_13", "x_i", "β_1", "漢字", "a\nb", "]", "\\\\[1ex]",
]  # fmt: skip


@pytest.mark.parametrize("label", AWKWARD)
def test_labels_come_out_as_text(label):
    latex = latex_label(label).latex
    assert unicode_formula(latex) == plain_label(label)
    bare = re.sub(r"\\(?:text|mathrm|backslash|wedge|sim|hat|beta)|\\[_%&#${}]", "", latex)
    assert not set(bare) & set("%&#$~\\"), bare
    assert bare.count("{") == bare.count("}")
    assert "<s" not in latex


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_any_label_balances_its_braces_and_reads_back(label):
    latex = latex_label(label).latex
    depth = 0
    for mark in re.findall(r"\\[A-Za-z]+|\\.|.", latex):
        depth += (mark == "{") - (mark == "}")
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize("label", ["$x$", " ", "\r", "\u2028"])
def test_no_label_makes_two_dollars_of_one(label):
    x = ag.Value(2.0, label=label)
    markdown = ag.explain(x * ag.Value(3.0, label=label), x).markdown
    inline = [line for line in markdown.split("\n") if line != "$$"]
    assert not [line for line in inline if "$$" in line]


def test_a_subscript_in_braces_is_set_as_mathematics():
    found = [latex_label(label).latex for label in ("h_{t-1}", "w_{jk}", "x_{max}", "w^2_{13}")]
    assert found == ["h_{t-1}", "w_{jk}", r"x_{\mathrm{max}}", "w^{2}_{13}"]


def test_an_angle_that_is_a_product_stands_in_brackets():
    x = ag.Value(0.3, label="x")
    (line,) = (line for line in ag.derivation(ag.sinc(ag.cos(x))).whole)
    assert line.sides[0] == r"\frac{\sin(\pi \cos x)}{\pi \cos x}"


def test_an_empty_label_is_none():
    assert [line.left for line in ag.derivation(-ag.Value(2.0, label="")).forward] == [
        "v_{1}", "v_{2}"]  # fmt: skip


def test_names_of_nodes_without_label_avoid_those_that_labels_have():
    x = ag.Value(2.0, label="v_1")
    assert [line.left for line in ag.derivation(-x).forward] == ["v_{1}", "v_{2}"]


def test_nodes_with_the_same_label_are_told_apart():
    y = ag.Value(2.0, label="s2_1") * ag.Value(3.0, label="s2_1")
    lines = ag.derivation(y).forward
    assert unicode_formula(lines[2].sides[0]) == "s²₁ · s²₁⟨2⟩"


def test_bases_with_an_upper_index_get_brackets():
    assert ag.derivation(ag.Value(3.0, label="w2_13") ** 2).forward[-1].sides[0] == (
        r"(w^{2}_{13})^{2}"
    )


def test_a_label_that_looks_like_an_operation_gets_brackets():
    y = ag.Value(3.0, label="a+b") * 2
    assert unicode_formula(ag.derivation(y).forward[-1].sides[0]) == "(a+b) · 2"


def test_in_a_network_the_adjoints_of_weighted_sums_are_the_deltas():
    net = ag.MLP([2, 2, 1], seed=1)
    J = ag.log_loss(net([0.5, -1.0]), [1.0])
    J.label = "J"
    lines = {line.left: line for line in ag.derivation(J, digits=17).backward}
    J.backward()
    for neuron, s in enumerate(net.layers[0].s, 1):
        delta = lines[rf"\delta^{{2}}_{{{neuron}}}"]
        assert evaluate(delta.sides[-1], {}) == s.grad
        bias = lines[rf"\frac{{\partial J}}{{\partial b^{{2}}_{{{neuron}}}}}"]
        assert bias.sides[0] == rf"\delta^{{2}}_{{{neuron}}} \cdot 1"


def test_of_a_unit_of_the_network_there_is_no_delta():
    net = ag.MLP([2, 2, 1], seed=0)
    (answer,) = net([1.0, 2.0])
    weight = net.parameters()[0]
    assert "δ" not in str(ag.explain(answer, weight)) + str(ag.derivation(answer))
    assert not ag.explain(answer, weight).delta
    assert "δ²₁" in str(ag.explain(answer * 2, weight))


def test_outside_of_a_network_there_is_no_delta():
    s = ag.Value(1.0, label="x") * 2
    s.label = "s2_1"
    assert not any("delta" in line.latex() for line in ag.derivation(s.tanh()).backward)


def test_constants_have_no_adjoint_and_stand_as_numbers():
    x, c = ag.Value(2.0, label="x"), ag.Value(-5.0, kind="constant")
    derivation = ag.derivation(x * c)
    assert [line.left for line in derivation.forward] == ["x", "v_{1}"]
    assert derivation.forward[1].sides[0] == r"x \cdot (-5)"
    assert len(derivation.backward) == 2


def test_operands_that_tie_share_the_slope_in_the_formula_too():
    a, b = ag.Value(1.0, label="a"), ag.Value(1.0, label="b")
    m = ag.maximum(a, b)
    derivation = ag.derivation(m)
    assert r"0.5 [a = v_{1}]" in derivation.backward[-1].sides[0]
    assert "those that tie share the slope alike" in derivation.notes[0]
    assert_reads_right(ag.maximum(a, b, a * b) * 2)


def test_slopes_that_are_infinite_or_do_not_exist_are_said_in_words():
    x, y = ag.Value(0.0, label="x"), ag.Value(-2.0, label="y")
    (note,) = ag.derivation(x.sqrt()).notes
    assert note.endswith(r"\partial x}$ is infinite at this point (the slope at 0 is ∞).")
    notes = ag.derivation(y ** ag.Value(3.0, label="z"), language="ru").notes
    assert notes == (
        r"Производной $\frac{\partial v_{1}}{\partial z}$ в этой точке не существует.",
    )


def test_a_large_graph_is_refused_with_its_number_of_nodes():
    x = ag.Value(1.0)
    for _ in range(1000):
        x = x + 1
    with pytest.raises(ValueError, match=r"this graph has 1,001 nodes, more than limit=200 that"):
        ag.derivation(x)
    assert len(ag.derivation(x, limit=1001).forward) == 1001


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match="root must be a Value, not float"):
        ag.derivation(2.0)
    with pytest.raises(ValueError, match="digits must be at least 1, not 0"):
        ag.derivation(ag.Value(1.0), digits=0)
    with pytest.raises(TypeError, match="digits must be a whole number, not str"):
        ag.derivation(ag.Value(1.0), digits="3")
    with pytest.raises(ValueError, match="unknown language 'de': known are en, ru"):
        ag.derivation(ag.Value(1.0), language="de")


def test_a_single_leaf_has_a_derivation():
    assert str(ag.derivation(ag.Value(2.0, label="x"))) == (
        "Forward pass\n  x = 2\n\nBackward pass\n  ∂x/∂x = 1"
    )


def test_nothing_is_changed_and_nothing_of_the_graph_is_kept():
    x = ag.Value(2.0, label="x")
    y = x * x
    y.backward()
    pickled = pickle.dumps(ag.derivation(y * 3))
    assert (x.grad, y.grad) == (4.0, 1.0)
    assert b"Value" not in pickled
    assert len(pickle.loads(pickled).forward) == 3


def test_a_derivation_shows_itself_in_markdown_and_in_latex():
    x = ag.Value(2.0, label="x")
    derivation = ag.derivation((x * 3).tanh(), language="ru")
    markdown, latex = derivation._repr_markdown_(), derivation._repr_latex_()
    assert markdown.count("$$") == 6
    assert "Прямой проход:\n\n$$\n\\begin{aligned}\nx &= 2 \\\\" in markdown
    assert latex.count(r"\begin{align*}") == latex.count(r"\end{align*}") == 3
    assert "Обратный проход" in str(derivation)
    assert repr(derivation) == str(derivation)


def test_long_sums_are_broken_into_lines_before_a_plus_sign():
    x = ag.Value(2.0, label="x")
    line = ag.derivation(ag.sum([x * k for k in range(1, 30)])).backward[-1]
    rows = line.latex().split(" \\\\\n")
    assert len(rows) > 4
    assert all(row.startswith(("&= ", r"&\quad{} + ")) for row in rows[1:])


def test_a_users_own_operation_without_formulas_is_called_by_its_derivative():
    ag.operation("cubed", lambda x: x**3, [lambda x, r: 3 * ag.square(x)])
    try:
        y = TABLE["cubed"](ag.Value(2.0, label="x"))
        derivation = ag.derivation(y)
        assert derivation.forward[-1].sides[0] == r"\operatorname{cubed}(x)"
        slope = r"\frac{\partial v_{1}}{\partial x}"
        assert (
            derivation.backward[-1].sides[0]
            == rf"\frac{{\partial v_{{1}}}}{{\partial v_{{1}}}} \cdot {slope}"
        )
    finally:
        del TABLE["cubed"]


def test_a_formula_in_brackets_is_as_large_as_it_is():
    assert brackets.bracketed(Formula(r"\frac{1}{2}")) == r"\left(\frac{1}{2}\right)"
