"""An explanation says, path by path, what the sweep adds up."""

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
from autograd_mini.drawing.described_paths import is_kink
from autograd_mini.drawing.language import LANGUAGES, phrases, plural
from autograd_mini.drawing.naming import latex_number
from autograd_mini.drawing.paths import adjoints, paths_between
from autograd_mini.drawing.text import number
from autograd_mini.operations import TABLE

ROWS = ["add", "subtract", "multiply", "divide", "maximum", "tanh", "sigmoid", "relu", "abs", "sin"]


def random_graph(seed, operations, *, exact=False):
    """Return the nodes of a graph with much sharing, operands first."""
    rng = random.Random(seed)
    draw = (
        (lambda: Fraction(rng.choice([-3, -2, -1, 1, 2, 3]), rng.choice([1, 2, 5])))
        if exact
        else (lambda: rng.uniform(-2, 2))
    )
    nodes = [ag.Value(draw(), label) for label in ("x", "y", None)]
    rows = ROWS[:3] if exact else ROWS
    while len(nodes) < 3 + operations:
        row = TABLE[rng.choice(rows)]
        count = len(row.operand_names) + row.variadic
        operands = [rng.choice(nodes[-6:]) for _ in range(count)]
        if row.name == "divide" and abs(operands[1].data) < 1e-3:
            continue
        node = row(*operands)
        if exact or abs(node.data) < 1e3:
            nodes.append(node)
    return nodes


def all_paths(node, leaf):
    """Yield the product of every path, by brute force."""
    if node is leaf:
        yield 1, ()
    for operand, slope in zip(node.operands, node.local_derivatives, strict=True):
        if slope is not None:
            for product, path in all_paths(operand, leaf):
                yield product * slope, (node, *path)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_the_sum_of_all_paths_is_the_adjoint_to_n_ulp_of_their_magnitudes(seed, operations):
    nodes = random_graph(seed, operations)
    root, leaf = nodes[-1], nodes[0]
    explanation = ag.explain(root, leaf, limit=3)
    root.backward()
    assert explanation.adjoint == (leaf.grad or 0.0)
    assert explanation.difference == explanation.adjoint - explanation.total
    assert abs(explanation.difference) <= explanation.bound


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_paths_are_those_of_brute_force_the_heaviest_first(seed, operations):
    nodes = random_graph(seed, operations)
    root, leaf = nodes[-1], nodes[0]
    expected = sorted((product for product, _ in all_paths(root, leaf)), key=abs, reverse=True)
    explanation = ag.explain(root, leaf, limit=4)
    assert explanation.count == len(expected)
    listed = [path.product for path in explanation.paths]
    assert listed == pytest.approx(expected[:4], rel=1e-12, abs=0) or list(
        map(abs, listed)
    ) == pytest.approx(list(map(abs, expected[:4])), rel=1e-12, abs=0)
    scale = sum(map(abs, expected))
    assert math.isclose(explanation.total, math.fsum(expected), abs_tol=1e-13 * scale)
    assert math.isclose(sum(listed) + explanation.rest, explanation.total, abs_tol=1e-13 * scale)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_sums_of_fractions_are_exact(seed, operations):
    nodes = random_graph(seed, operations, exact=True)
    root, leaf = nodes[-1], nodes[0]
    explanation = ag.explain(root, leaf, limit=2)
    products = [product for product, _ in all_paths(root, leaf)]
    assert explanation.total == explanation.adjoint == sum(products)
    assert explanation.difference == explanation.bound == 0
    assert explanation.rest == explanation.total - sum(path.product for path in explanation.paths)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_the_sweep_gives_the_bits_of_backward_for_every_node(seed, operations):
    root = random_graph(seed, operations)[-1]
    found = adjoints(root)
    root.backward()
    assert all(found[node] == node.grad for node in ag.topological_order(root))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_the_factors_of_a_path_multiply_to_its_product_in_symbols_and_in_numbers(seed, operations):
    nodes = random_graph(seed, operations)
    explanation = ag.explain(nodes[-1], nodes[0], digits=17)
    names = {line.left: evaluate(line.sides[-1], {}) for line in lines_of(nodes[-1])}
    for path in explanation.paths:
        product = math.prod(factor.value for factor in path.factors)
        assert math.isclose(product, path.product, rel_tol=1e-12)
        for factor in path.factors:
            if factor.together == 1:
                said = evaluate(factor.formula.latex, names)
                assert math.isclose(said, factor.value, rel_tol=1e-6, abs_tol=1e-9)


def lines_of(root):
    return ag.derivation(root, digits=17).forward


def ladder(rungs):
    x = y = ag.Value(1.0, label="x")
    for _ in range(rungs):
        y = y * 0.5 + y * 0.5
    y.label = "y"
    return y, x


def test_a_graph_with_two_to_the_sixtieth_paths_counts_them():
    explanation = ag.explain(*ladder(60), limit=2)
    assert explanation.count == 2**60
    assert explanation.total == explanation.adjoint == 1.0
    assert explanation.rest == 1.0
    assert [path.product for path in explanation.paths] == [2.0**-60] * 2
    text = str(explanation)
    assert "1,152,921,504,606,846,976 paths from x to y" in text
    assert "… 112 more factors" in text
    assert "1 152 921 504 606 846 976 путей из x в y" in str(
        ag.explain(*ladder(60), limit=2, language="ru")
    ).replace("\u00a0", " ")


def test_a_number_of_paths_that_is_too_long_is_rounded():
    explanation = ag.explain(*ladder(3_000), limit=1)
    assert explanation.count == 2**3_000
    assert str(explanation).startswith("∂y/∂x = 1: 1.23·10⁹⁰³ paths from x to y")
    assert r"\text{the other 1.23·}10^{903}\text{ paths together}" in explanation.markdown


def test_a_long_chain_is_explained_by_its_ends():
    x = y = ag.Value(0.5, label="x")
    for _ in range(10_000):
        y = y.sin()
    explanation = ag.explain(y, x)
    (path,) = explanation.paths
    assert explanation.count == 1
    assert [factor.together for factor in path.factors] == [1] * 4 + [9_992] + [1] * 4
    assert len(str(explanation)) < 3000
    assert math.isclose(math.prod(f.value for f in path.factors), path.product, rel_tol=1e-10)


def test_a_long_sum_is_one_step():
    x = y = ag.Value(0.5, label="x")
    for k in range(5_000):
        y = y + k
    y.label = "y"
    assert len(ag.explain(y, x).paths[0].factors) == 1
    (path,) = ag.explain(y * 1 + (x - x), x, limit=1).paths
    assert len(path.factors) <= 12


def test_a_rest_that_is_small_keeps_its_digits():
    x = ag.Value(1.0, label="x")
    assert ag.explain(x * 3 + x * 1e-200, x, limit=1).rest == 1e-200


def test_products_too_small_or_too_large_on_the_way_are_no_obstacle_to_the_sum():
    x = ag.Value(1.0, label="x")
    explanation = ag.explain(((x * 1e-300) * 1e-300) * 1e300 * 1e300, x)
    assert explanation.total == pytest.approx(1.0, rel=1e-15)
    assert explanation.adjoint == math.inf
    explanation = ag.explain(((x * 1e300) * 1e-300) * 1e-300 * 1e-300, x)
    assert (explanation.total, explanation.adjoint) == (0.0, 0.0)


def test_slopes_of_zero_are_the_lightest_and_infinite_ones_the_heaviest():
    x = ag.Value(0.0, label="x")
    y = x * 7 + x.relu() + x.sqrt()
    explanation = ag.explain(y, x)
    assert [path.product for path in explanation.paths] == [math.inf, 7.0, 0.0]
    assert explanation.total == explanation.adjoint == math.inf
    assert "difference" not in str(explanation)
    assert "The derivative ∂v₄/∂x is infinite at this point (the slope at 0 is ∞)." in str(
        explanation
    )


def test_infinity_times_zero_is_no_number_and_comes_first():
    x = ag.Value(0.0, label="x")
    y = x.sqrt() * 0 + x
    explanation = ag.explain(y, x)
    assert math.isnan(explanation.paths[0].product)
    assert math.isnan(explanation.total)
    assert math.isnan(explanation.adjoint)


def test_a_derivative_that_does_not_exist_is_said_in_words():
    p, q = ag.Value(-2.0, label="p"), ag.Value(3.0, label="q")
    english = ag.explain(p**q, q)
    assert math.isnan(english.total)
    assert english.notes == (
        r"The derivative $\frac{\partial v_{1}}{\partial q}$ does not exist at this point.",
    )
    assert "Производной ∂v₁/∂q в этой точке не существует." in str(
        ag.explain(p**q, q, language="ru")
    )
    assert ag.explain(p**q, p).total == 12.0


def test_a_leaf_that_the_root_does_not_reach_has_derivative_zero():
    x, z = ag.Value(2.0, label="x"), ag.Value(5.0, label="z")
    y = x * x
    y.label = "J"
    explanation = ag.explain(y, z)
    assert (explanation.count, explanation.total, explanation.paths) == (0, 0.0, ())
    assert str(explanation) == "∂J/∂z = 0\n\nJ does not depend on z: the derivative is 0."
    assert "J не зависит от z: производная равна 0." in str(ag.explain(y, z, language="ru"))


def test_the_operand_that_where_did_not_choose_is_not_reached():
    x, z = ag.Value(2.0, label="x"), ag.Value(5.0, label="z")
    assert ag.explain(ag.where(x > 1, x * 2, z * 3), z).count == 0


@pytest.mark.parametrize("root", [ag.relu, abs, lambda x: ag.maximum(x, 0.0), ag.floor, ag.sign])
def test_a_kink_is_said_to_be_a_convention(root):
    x = ag.Value(0.0, label="x")
    (note,) = ag.explain(root(x), x).notes
    assert note.startswith(r"The derivative $\frac{\partial v_{1}}{\partial x}$ at this point is a")
    assert ag.explain(root(x + 0.25), x).notes == ()


def test_a_smooth_point_is_no_kink():
    assert not is_kink(ag.Value(0.0) ** 2, 0)
    assert not is_kink(ag.Value(2.0) ** ag.Value(3.0), 1)


def test_operands_that_tie_share_the_slope():
    t, u = ag.Value(1.0, label="t"), ag.Value(1.0, label="u")
    explanation = ag.explain(ag.maximum(t, u), t)
    assert explanation.paths[0].factors[0].formula.latex == "0.5 [t = v_{1}]"
    assert "a convention: 0.5 (those that tie share the slope alike)" in str(explanation)


def test_a_root_by_itself_has_derivative_one():
    x = ag.Value(3.0, label="x")
    explanation = ag.explain(x, x)
    assert (explanation.count, explanation.total, explanation.difference) == (1, 1.0, 0.0)
    assert "The derivative of x by itself is 1." in str(explanation)


def test_a_constant_is_explained_with_a_remark():
    c, x = ag.Value(3.0, label="c", kind="constant"), ag.Value(2.0, label="x")
    explanation = ag.explain(c * x, c)
    assert explanation.total == 2.0
    assert "c is a constant: backward() gives it no gradient." in str(explanation)
    nameless = ag.Value(3.0, kind="constant")
    assert ag.explain(nameless * x, nameless).leaf == "v_{1}"


def test_inner_nodes_can_be_explained():
    x = ag.Value(3.0, label="x")
    s = x * 2
    s.label = "s"
    assert ag.explain(s * s, s).total == 12.0


def network(seed=1):
    net = ag.MLP([2, 3, 1], seed=seed)
    x = [ag.Value(0.5, label="x_1"), ag.Value(-1.0, label="x_2")]
    J = ag.log_loss(net(x), [1.0])
    J.label = "J"
    return net, x, J


def test_in_a_network_a_weight_is_explained_by_the_lectures_symbols():
    net, _, J = network()
    weight = net.layers[0].W[2][1]
    text = str(ag.explain(J, weight))
    assert "path 1   w²₃₂ → s²₃ → a²₃ → s³₁ → a³₁ → " in text
    assert re.search(r"∂s²₃/∂w²₃₂ += x₂ +=", text)
    assert re.search(r"∂s³₁/∂a²₃ +=( w³₁₃ +=) ", text)
    J.backward()
    delta, grad = number(net.layers[0].s[2].grad), number(weight.grad)
    brackets = f"({delta})" if delta.startswith("−") else delta
    assert f"∂J/∂w²₃₂ = a¹₂ δ²₃ = −1 · {brackets} = {grad}   (BP4)" in text


def test_in_a_network_a_bias_is_a_delta_and_a_weighted_sum_has_one():
    net, _, J = network()
    assert re.search(r"∂J/∂b³₁ = δ³₁ = \S+   \(BP3\)", str(ag.explain(J, net.layers[1].b[0])))
    assert str(ag.explain(J, net.layers[0].s[1])).startswith("δ²₂ = ")


def test_an_input_is_reached_by_one_path_for_each_hidden_neuron():
    _, x, J = network()
    explanation = ag.explain(J, x[0])
    assert explanation.count == 3
    assert explanation.delta == ()
    J.backward()
    assert explanation.adjoint == x[0].grad


def test_a_weight_that_two_examples_share_has_no_single_delta():
    net = ag.MLP([1, 1], seed=1)
    J = ag.log_loss(net([0.5]), [1.0]) + ag.log_loss(net([2.0]), [0.0])
    explanation = ag.explain(J, net.layers[0].W[0][0])
    assert explanation.count == 2
    assert explanation.delta == ()
    assert "s²₁⟨2⟩" in str(explanation)


def test_a_sum_is_one_step_only_where_its_operand_comes_in_once():
    x, w = ag.Value(2.0, label="x"), ag.Value(3.0, label="w")
    s = x * w + x
    s.label = "s"
    text = str(ag.explain(s, x))
    assert "∂s/∂x    = 1" not in text.split("path 2", maxsplit=1)[0]
    assert "x → v₁ → s" in text
    once = w * x + 1
    once.label = "s"
    assert "x → s\n" in str(ag.explain(once, x))


def test_equal_operands_are_told_apart_by_their_place():
    x = ag.Value(3.0, label="x")
    text = str(ag.explain(x / x, x))
    assert "∂₁v₁/∂x  = 1/x" in text
    assert "∂₂v₁/∂x  = −x/x²" in text


def test_names_without_label_are_defined_below():
    a, b = ag.Value(2.0, label="a"), ag.Value(3.0, label="b")
    text = str(ag.explain(((a * b + 1) ** 2).tanh(), a))
    assert "where v₂ = a · b + 1 = 7\n      v₃ = v₂² = 49\n      v₄ = tanh v₃ = 1" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_columns_of_the_terminal_are_aligned(language):
    _, x, J = network()
    block = str(ag.explain(J, x[0], language=language)).split("\n\n")[2].splitlines()[1:]
    assert len({line.rindex("=") for line in block}) == 1
    assert len({line.index("=") for line in block if line.count("=") == 2}) == 1


def test_markdown_and_latex_hold_the_same_aligned_lines():
    w, x = ag.Value(2.0, label="w"), ag.Value(-1.0, label="x")
    a = (w * x + x * 3).tanh()
    a.label = "a"
    explanation = ag.explain(a, x, language="ru")
    markdown, latex = explanation._repr_markdown_(), explanation._repr_latex_()
    inner = markdown.split(r"\begin{aligned}")[1].split(r"\end{aligned}")[0]
    assert inner == latex.split(r"\begin{align*}")[1].split(r"\end{align*}")[0]
    assert markdown.startswith(r"$\dfrac{\partial a}{\partial x} = ")
    assert r"\text{путь 1} &= \frac{\partial a}{\partial v_{3}} \cdot" in inner
    assert repr(explanation) == str(explanation)


def test_a_newcomer_is_told_the_chain_rule_and_what_a_local_derivative_is():
    x = ag.Value(3.0, label="x")
    one, two = ag.explain(x.tanh(), x), ag.explain(x * x, x)
    assert one._repr_markdown_().split("\n\n")[1] == (
        "Chain rule: the derivative is the product of the local derivatives along the path. "
        "A local derivative says how fast a node changes with the one before it."
    )
    assert "the products of all paths are added" in two.latex
    assert max(map(len, str(two).splitlines())) < 80
    russian = ag.explain(x * x, x, language="ru").markdown
    assert "Правило дифференцирования сложной функции (цепное правило): локальные" in russian
    assert "это производная вершины по предыдущей вершине" in russian
    assert "rule" not in ag.explain(x, x).markdown  # there is nothing to multiply


def test_one_path_more_is_said_in_the_singular():
    x = ag.Value(3.0, label="x")
    assert re.search(r"^the other path +3$", str(ag.explain(x * x, x, limit=1)), re.MULTILINE)
    assert re.search(
        r"^ещё один путь +3$", str(ag.explain(x * x, x, limit=1, language="ru")), re.MULTILINE
    )


def test_sums_of_shown_numbers_say_what_the_explanation_says():
    x = ag.Value(2.0, label="x")
    explanation = ag.explain(x * x * x - 5 * x, x, limit=2)
    line = next(line for line in explanation.latex.splitlines() if "underbrace" in line)
    assert r"-5 + 4 + \underbrace{8}_{\text{the other 2 paths together}} = 7" in line


@pytest.mark.parametrize(
    ("count", "noun"), [(1, "путь"), (2, "пути"), (5, "путей"), (11, "путей"), (12, "путей"),
                        (21, "путь"), (24, "пути"), (100, "путей"), (111, "путей"), (0, "путей")]
)  # fmt: skip
def test_russian_nouns_agree_with_their_numbers(count, noun):
    assert plural(phrases("ru").paths, count) == noun


def test_nothing_is_changed_and_no_sweep_is_needed():
    x = ag.Value(3.0, label="x")
    y = x * x
    y.backward()
    z = y * y
    ag.explain(z, x)
    assert (x.grad, y.grad, z.grad) == (6.0, 1.0, None)


def test_an_explanation_is_strings_and_numbers_without_the_graph():
    x = ag.Value(3.0, label="x")
    explanation = ag.explain((x * x).tanh(), x)
    pickled = pickle.dumps(explanation)
    assert b"Value" not in pickled
    assert str(pickle.loads(pickled)) == str(explanation)


def test_labels_are_text_everywhere():
    x = ag.Value(3.0, label='<script>alert("x")</script>')
    for shown in (ag.explain(x * x, x).markdown, ag.explain(x * x, x).latex):
        assert "<script" not in shown
        assert "{<}" in shown


def test_what_is_no_value_or_no_option_is_refused():
    x = ag.Value(1.0)
    with pytest.raises(TypeError, match="root must be a Value, not float"):
        ag.explain(1.0, x)
    with pytest.raises(TypeError, match="leaf must be a Value, not int"):
        ag.explain(x, 1)
    with pytest.raises(ValueError, match="limit must be at least 1, not 0"):
        ag.explain(x, x, limit=0)
    with pytest.raises(ValueError, match="digits must be at least 1, not -1"):
        ag.explain(x, x, digits=-1)
    with pytest.raises(TypeError, match="limit must be a whole number, not float"):
        ag.explain(x, x, limit=2.0)
    with pytest.raises(ValueError, match="unknown language 'fr': known are en, ru"):
        ag.explain(x, x, language="fr")


def test_paths_and_terms_of_a_small_graph():
    x = ag.Value(3.0)
    y = x * x
    found = paths_between(y + y, x, 10)
    assert (found.number, found.terms, found.products) == (4, 4, [3.0] * 4)
    assert (found.rest, found.magnitude) == (0.0, 12.0)
    assert latex_number(found.total, 3).latex == "12"
