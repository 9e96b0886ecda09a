"""Drawings of scalar graphs say all that is in the graph, and nothing covers anything."""

import gc
import math
import re
import subprocess
import sys
import threading
import weakref
from collections import Counter
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from drawn_graphs import OPERATIONS
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini.drawing import Drawing, animate, draw, steps
from autograd_mini.drawing.choice import count_nodes
from autograd_mini.drawing.palette import PALETTES
from autograd_mini.graph import scope
from autograd_mini.operations import TABLE
from autograd_mini.value import Value

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("data", "parameter", "operation", "constant")


def parse(drawing):
    return ET.fromstring(drawing.svg)


def groups(root, role):
    return [g for g in root.iter(f"{SVG}g") if g.get("class") == role]


def texts(root, role):
    """Return the texts of a role: those in groups of it, and the entries of the legend."""
    legend = [entry.text for entry in root.iter(f"{SVG}tspan") if entry.get("class") == role]
    return [
        "".join(t.itertext()) for g in groups(root, role) for t in g.iter(f"{SVG}text")
    ] + legend


def cards(root):
    """Return name (the first line of its tooltip) and box of each card."""
    found = []
    for kind in KINDS:
        for group in groups(root, kind):
            for rect in group:
                x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
                found.append((rect.find(f"{SVG}title").text.split("\n")[0], (x, y, x + w, y + h)))
    return found


def at(point, boxes):
    """Return the name of the card at whose border a point lies."""
    x, y = point
    near = [
        name for name, (a, b, c, d) in boxes
        if a - 1.5 <= x <= c + 1.5 and b - 1.5 <= y <= d + 1.5
    ]  # fmt: skip
    assert len(near) == 1, (point, near)
    return near[0]


def edges(root):
    """Return the names of the cards at the ends of each edge, found by the geometry alone."""
    boxes = cards(root)
    lines = [p for g in groups(root, "edge") if g.get("stroke-width") == "1.2" for p in g]
    heads = [p for g in groups(root, "arrow") for p in g]
    numbers = [
        [[float(n) for n in re.findall(r"-?[\d.]+", path.get("d"))][:2] for path in paths]
        for paths in (lines, heads)
    ]
    return Counter((at(s, boxes), at(e, boxes)) for s, e in zip(*numbers, strict=True))


def name_of(operand):
    return operand.label if isinstance(operand, Value) else f"constant {operand}"


def expected_edges(nodes):
    return Counter((name_of(o), node.label) for node in nodes for o in node.operands)


@st.composite
def graphs(draw_from):
    """Return the nodes of a random graph, all with different labels."""
    nodes = [
        Value(x / 8) for x in draw_from(st.lists(st.integers(-20, 20), min_size=1, max_size=4))
    ]
    for _ in range(draw_from(st.integers(1, 14))):
        a = draw_from(st.sampled_from(nodes))
        b = draw_from(st.sampled_from([*nodes, 2.5, -1]))
        nodes.append(draw_from(st.sampled_from(OPERATIONS))(a, b))
    for index, node in enumerate(nodes):
        node.label = f"node {index}"
    return nodes


def neuron():
    w, x, b = (Value(n, label) for n, label in ((2.0, "w_1"), (-1.0, "x_1"), (0.5, "b")))
    a = (w * x + b).sigmoid()
    a.label = "a"
    return a


@settings(max_examples=40, deadline=None, derandomize=True)
@given(graphs(), st.sampled_from(["right", "down"]))
def test_no_cards_overlap_and_every_edge_is_there(nodes, direction):
    sinks = [n for n in nodes if not any(n in other.operands for other in nodes)]
    root = parse(draw(sinks, direction=direction))
    boxes = [box for _, box in cards(root)]
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:i]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
            assert apart
    assert edges(root) == expected_edges(nodes)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(graphs())
def test_all_stands_on_the_paper(nodes):
    root = parse(draw(nodes[-1]))
    wide, high = float(root.get("width")), float(root.get("height"))
    for _, (left, top, right, bottom) in cards(root):
        assert 0 <= left < right <= wide
        assert 0 <= top < bottom <= high
    for text in root.iter(f"{SVG}text"):
        x = text.get("x") or text[0].get("x")
        assert 0 <= float(x) <= wide
        assert 8 <= float(text.get("y")) <= high


def test_a_plus_a_has_two_edges_that_lie_apart():
    a = Value(3.0, "a")
    b = a + a
    b.label = "b"
    root = parse(draw(b))
    assert edges(root) == {("a", "b"): 2}
    tips = [p.get("d").split("L")[0] for g in groups(root, "arrow") for p in g]
    assert len(set(tips)) == 2
    assert texts(root, "quiet")[:2] == ["1", "1"]


def test_parallel_edges_carry_their_derivatives_in_written_order():
    a = Value(3.0, "a")
    root = parse(draw(a - a))
    labels = [t for g in groups(root, "quiet") for t in g.iter(f"{SVG}text")][:2]
    assert [(t.text, float(t.get("y"))) for t in sorted(labels, key=lambda t: t.text)] == [
        ("1", min(float(t.get("y")) for t in labels)),
        ("−1", max(float(t.get("y")) for t in labels)),
    ]


@pytest.mark.parametrize(("direction", "axis"), [("right", 1), ("down", 0)])
def test_operands_of_a_tree_stand_in_written_order(direction, axis):
    names = "abcdefgh"
    a, b, c, d, e, f, g, h = (Value(1.0 + i, name) for i, name in enumerate(names))
    root = parse(draw((a / b) ** (c - d) - (e * f) / (g + h), direction=direction))
    places = {name: box[axis] for name, box in cards(root) if name in names}
    assert sorted(places, key=places.get) == list(names)
    assert not any("1st" in text for text in texts(root, "quiet"))


def test_operands_that_cannot_stand_in_order_are_numbered():
    a, b = Value(3.0, "a"), Value(5.0, "b")
    root = parse(draw((a - b) * (b / a) * a**b))
    numbered = [text.split()[0] for text in texts(root, "quiet") if text[0] in "12" and " " in text]
    assert {"1st", "2nd"} <= set(numbered)
    assert "1st, 2nd: which operand it is" in texts(root, "quiet")


def test_values_gradients_and_local_derivatives_are_shown():
    a = neuron()
    a.backward()
    root = parse(draw(a))
    assert Counter(texts(root, "value")) == Counter(
        ["2", "−1", "−2", "0.5", "−1.5", "0.182", "value"]
    )
    slope = a.data * (1 - a.data)
    expected = [f"{g:.3f}".replace("-", "−") for g in (-slope, 2 * slope, *[slope] * 3)]
    assert Counter(texts(root, "gradient")) == Counter([*expected, "1", "gradient ∂a/∂·"])
    assert Counter(texts(root, "quiet")) == Counter(
        ["−1", "2", "1", "1", "0.149", "on an edge: local derivative"]
    )


def test_a_gradient_that_was_not_computed_is_a_dash():
    root = parse(draw(neuron()))
    assert set(texts(root, "gradient")) == {"–", "gradient (–: no backward() yet)"}


def test_gradients_of_something_else_are_not_called_the_roots():
    a = neuron()
    (a * a.operands[0]).backward()
    assert "gradient, of the last backward()" in texts(parse(draw(a)), "gradient")
    b = neuron()
    b.backward()
    b.backward()
    assert "gradient, of the last backward()" in texts(parse(draw(b)), "gradient")


def test_plain_numbers_are_small_and_have_neither_border_nor_gradient():
    k = Value(7.0, "k", kind="constant")
    x = Value(2.0, "x")
    root = parse(draw(x * 3 + k))
    (group,) = groups(root, "constant")
    assert group.get("stroke") is None
    assert {float(rect.get("height")) for rect in group} == {20.0}
    assert [t for t in texts(root, "value") if t in {"3", "7"}] == ["3", "7"]
    assert edges(root)["constant 3", "value 6.0"] == 1
    assert texts(root, "gradient").count("–") == 3


def test_the_root_has_a_heavy_border_of_its_own():
    root = parse(draw([neuron(), Value(1.0, "lonely")]))
    (group,) = groups(root, "root")
    assert len(group) == 2
    assert float(group.get("stroke-width")) > 1.5


def test_a_fraction_stays_one():
    x = Value(Fraction(1, 3), "x")
    assert "1/9" in texts(parse(draw(x * x)), "value")


@pytest.mark.parametrize("heat", [None, "value", "grad"])
@pytest.mark.parametrize("base", [Fraction(1, 3), Fraction(10**9)])
def test_exact_numbers_of_any_length_are_drawn(base, heat):
    y = Value(base, "x")
    for _ in range(14 if base < 1 else 10):  # more digits than Python writes without being asked
        y = y * y
    y.backward()
    shown = texts(parse(draw(y, heat=heat)), "ink" if heat else "value")
    assert ("7.00×10⁻⁷⁸¹⁸" if base < 1 else "1×10⁹²¹⁶") in shown


def test_tooltips_hold_the_whole_number_the_operation_and_its_rule():
    x = Value(0.1, "x")
    y = x.tanh()
    y.backward()
    (card,) = groups(parse(draw(y)), "operation")
    lines = card[0].find(f"{SVG}title").text.split("\n")
    assert f"value {math.tanh(0.1)}" in lines
    assert "operation tanh, ∂/∂x = 1 − tanh² x" in lines
    (line,) = [p for g in groups(parse(draw(y)), "edge") for p in g if len(p)]
    assert line[0].text == f"local derivative ∂(tanh)/∂(x) = {1 / math.cosh(0.1) ** 2}"


LABELS = ['<script>&"', "скорость", "σ", "x\x00y\nz", "a" * 300, "]]>", "'", "{x|y}\\", "ﷺ", "é"]


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_never_markup(label):
    x = Value(2.0, label)
    drawing = draw(x * x, title=label)
    root = parse(drawing)
    assert not list(root.iter(f"{SVG}script"))
    shown = label.replace("\x00", "�").replace("\n", " ")
    shown = shown if len(shown) <= 24 else shown[:23] + "…"
    assert shown in texts(root, "ink")
    html = drawing._repr_mimebundle_()["text/html"]
    assert html.count("<") == 1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.text(max_size=12))
def test_any_label_makes_a_well_formed_drawing(label):
    with scope(label):
        inner = Value(2.0, label) + 1
    for drawing in (draw(inner, title=label), draw(inner * 2, depth=0), draw(inner * 2, depth=1)):
        parse(drawing)
        for text in (drawing.svg, drawing.dot, drawing.description):
            text.encode()


def test_subscripts_are_set_below_the_line_where_the_user_asked_for_one():
    root = parse(draw([Value(1.0, label) for label in ("w_1", "w1", "sigma", "learning_rate")]))
    low = [span.text for span in root.iter(f"{SVG}tspan") if span.get("dy")]
    assert low == ["1"]
    assert {"w1", "sigma", "learning_rate"} <= set(texts(root, "ink"))


def test_the_description_says_the_graph_in_one_sentence():
    assert draw(neuron()).description == "a = σ(w₁x₁ + b) = 0.182, 6 nodes"
    assert draw(Value(3.0, "x")).description == "x = 3, 1 node"
    x = Value(2.0, "x")
    assert draw(-(x**2) / (x - (1 - x))).description == "−x^2/(x − (1 − x)) = −1.33, 8 nodes"
    assert draw([x, x * x]).description == "x = 2, xx = 4, 2 nodes"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda x, y: ag.reciprocal(x + y), "1/(x + y)"),
        (lambda x, y: ag.reciprocal(x) * y, "1/x·y"),
        (lambda x, y: 2 / ag.reciprocal(x), "2/(1/x)"),
        (lambda x, y: ag.reciprocal(-x) + ag.reciprocal(x * 0 - 2), "1/(−x) + 1/(x·0 − 2)"),
        (lambda x, y: x * -y + -y, "x·(−y) + (−y)"),
        (lambda x, y: -x * y - -x / -2, "−x·y − (−x/(−2))"),
        (lambda x, y: TABLE["negative"](-x) + x * -2, "−(−x) + x·(−2)"),
        (lambda x, y: x // y, "floor_divide(x, y)"),
        (lambda x, y: x % y * x, "(x % y)·x"),
        (lambda x, y: x * y % x, "xy % x"),
        (lambda x, y: TABLE["ratio"](x, y + 1), "x/(y + 1)"),
        (lambda x, y: TABLE["identity"](x + y) * x, "(x + y)·x"),
        (TABLE["direction"], "direction(x, y)"),
        (lambda x, y: Value(1.0, "a-b") * x, "(a-b)·x"),
        (lambda x, y: Value(1.0, "h_{t-1}") * x, "h_{t-1}·x"),
        (lambda x, y: ag.log2(x) - ag.cbrt(y), "log₂(x) − ∛(y)"),
    ],
)
def test_every_operation_is_written_as_it_is_read(function, text):
    x, y = Value(2.0, "x"), Value(3.0, "y")
    assert draw(function(x, y)).description.split(" = ")[0] == text


def test_a_long_expression_is_not_written_out():
    x = total = Value(1.0, "x")
    for _ in range(100):
        total = total + total.tanh() * x
    assert draw(total, title="chain").description.startswith("chain: … = ")


def test_the_same_graph_has_the_same_bytes():
    assert draw(neuron()).svg == draw(neuron()).svg


def test_the_bytes_do_not_depend_on_the_process():
    program = (
        "from autograd_mini.value import Value\n"
        "from autograd_mini.drawing import draw\n"
        "a, b = Value(2.0, 'a'), Value(3.0, 'b')\n"
        "print(draw((a - b) * (b / a) * a ** b).svg)"
    )
    pictures = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program],
            env={"PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(pictures) == 1


def test_two_figures_share_no_name():
    first, second = draw(neuron()), draw(Value(1.0, "x"))
    names = [re.search(r'<svg[^>]* id="([^"]+)"', d.svg)[1] for d in (first, second)]
    assert len(set(names)) == 2
    for drawing, name in zip((first, second), names, strict=True):
        rules = re.search(r"<style>(.*)</style>", drawing.svg, re.DOTALL)[1]
        assert set(re.findall(r"#ag-\w+", rules)) == {f"#{name}"}
        assert drawing.svg.count(' id="') == 1
        assert "<marker" not in drawing.svg
        assert "<use" not in drawing.svg


def test_variables_stand_only_where_they_are_understood():
    picture = draw(neuron()).svg
    before, rules = picture.split("@supports (fill:var(--x)){")
    rules, after = rules.split("</style>")
    assert "var(" in rules
    assert "prefers-color-scheme:dark" in rules
    assert "var(" not in before + after
    assert "<style" not in draw(neuron(), theme="dark").svg


def test_paper_is_painted_unless_a_fixed_theme_goes_without():
    assert groups(parse(draw(neuron())), "paper")
    assert groups(parse(draw(neuron(), theme="dark")), "paper")[0].get("fill") == "#14181d"
    assert not groups(parse(draw(neuron(), theme="light", paper="none")), "paper")
    with pytest.raises(ValueError, match='paper="none" needs theme="light" or theme="dark"'):
        draw(neuron(), paper="none")


def several(**options):
    x = Value(2.0, "x")
    with scope("twice"):
        y = x + x
    y = y * x + x * 3 + 1
    y.backward()
    return draw(y, **options)


def figure(kind):
    a = neuron()
    a.backward()
    return {
        "neuron": lambda: draw(a, title="A neuron"),
        "folded": lambda: several(depth=0),
        "heat": lambda: several(heat="grad"),
        "step": lambda: steps(a)[-1],
        "animation": lambda: animate(a),
    }[kind]()


@pytest.mark.parametrize("kind", ["neuron", "folded", "heat", "step", "animation"])
@pytest.mark.parametrize("name", ["cairosvg", "resvg_py"])
def test_no_renderer_shows_unexpected_black(name, kind, tmp_path):
    renderer = pytest.importorskip(name, reason="renderers are an optional witness")
    image = pytest.importorskip("matplotlib.image")
    picture = figure(kind).svg
    if name == "cairosvg":
        png = renderer.svg2png(bytestring=picture.encode())
    else:
        png = bytes(renderer.svg_to_bytes(svg_string=picture))
    (tmp_path / "a.png").write_bytes(png)
    pixels = image.imread(tmp_path / "a.png")
    opaque = pixels[pixels[..., 3] == 1.0]
    assert opaque[:, :3].max(axis=1).min() >= 0x33 / 255 - 0.02  # the ink is #1f2933
    assert (opaque[:, :3].min(axis=1) > 0.99).mean() > 0.5


def test_eight_threads_that_draw_at_once_get_the_right_pictures():
    def graph(index):
        x = total = Value(index / 8, f"x_{index}")
        for _ in range(index + 1):
            total = total * x + 1
        return total

    expected = [draw(graph(i)).svg for i in range(8)]
    found = [None] * 8

    def work(index):
        for _ in range(5):
            found[index] = draw(graph(index)).svg

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_a_drawing_does_not_keep_its_graph_alive():
    a = neuron()
    watched = weakref.ref(a)
    gc.disable()
    try:
        drawing = draw(a)
        del a
        assert watched() is None
    finally:
        gc.enable()
    assert not [o for o in gc.get_referents(drawing) if not isinstance(o, (str, type))]


def test_too_large_a_graph_is_refused_with_its_number_of_nodes():
    x = Value(1.0, "x")
    for _ in range(300):
        x = x + 1.0
    message = r"has 601 nodes, more than limit=600 .* draw it folded with fold=True \(2 cards\)"
    with pytest.raises(ValueError, match=message):
        draw(x, fold=False)
    assert isinstance(draw(x, fold=False, limit=601), Drawing)


def test_a_deep_graph_is_refused_without_recursion():
    x = Value(1.0)
    for _ in range(100_000):
        x = x + 1.0
    with pytest.raises(ValueError, match="has 200,001 nodes"):
        draw(x)


def test_shared_operands_are_counted_once():
    x = Value(1.0)
    y = x * x
    assert count_nodes([y + y, y]) == 3


def test_what_draws_itself_is_asked_for_its_drawing():
    class Net:
        def __autograd_drawing__(self, **options):
            asked.append(options)
            return Drawing("<svg/>", "a net")

    asked = []
    assert draw(Net(), theme="dark", title="t").description == "a net"
    assert asked[0] == {"theme": "dark", "paper": "own", "title": "t", "language": "en"}


@pytest.mark.parametrize("wrong", [3, "x", [Value(1.0), 2.0], None])
def test_what_is_no_graph_is_refused(wrong):
    with pytest.raises(TypeError, match="root must be a Value, an iterable of Values"):
        draw(wrong)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theme": "blue"}, "unknown theme 'blue': known are auto, light, dark"),
        ({"paper": "red"}, "unknown paper 'red': known are own, none"),
        ({"direction": "left"}, "unknown direction 'left': known are auto, right, down"),
        ({"digits": 0}, "digits must be at least 1, not 0"),
    ],
)
def test_unknown_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        draw(Value(1.0), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"digits": 1.5}, "digits must be a whole number, not float"),
        ({"digits": True}, "digits must be a whole number, not bool"),
        ({"limit": "many"}, "limit must be a whole number, not str"),
        ({"limit": None}, "limit must be a whole number, not NoneType"),
        ({"title": 3}, "title must be a str, not int"),
        ({"title": b"t"}, "title must be a str, not bytes"),
    ],
)
@pytest.mark.parametrize("play", [draw, steps, animate])
@pytest.mark.parametrize("root", [Value(1.0) + 1, ag.MLP([2, 1], seed=0)])
def test_options_of_a_wrong_type_are_refused_whatever_is_drawn(options, message, play, root):
    if play is draw or isinstance(root, Value):
        with pytest.raises(TypeError, match=message):
            play(root, **options)


def test_of_a_dictionary_the_values_are_drawn():
    x = Value(2.0, "x")
    named = {"double": x * 2, "square": x * x}
    assert draw(named).svg == draw(list(named.values())).svg


def test_a_module_of_ones_own_is_drawn_by_what_it_returns():
    class Twice(ag.Module):
        def __call__(self, x):
            return 2 * x

    with pytest.raises(TypeError, match="not Twice: draw what a call of it returns"):
        draw(Twice())
    assert draw(Twice()(Value(3.0, "x"))).description == "2·x = 6, 3 nodes"


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="root must have at least one Value"):
        draw([])


def test_labels_of_edges_cover_neither_cards_nor_each_other():
    a, b, c = Value(3.0, "a"), Value(5.0, "b"), Value(-1.5, "c")
    for graph in (neuron(), a + a, (a - b) * (b / a) + a**b * 7, (a / b) ** (c * c) - 1 / (a + b)):
        root = parse(draw(graph))
        boxes = [box for _, box in cards(root)]
        (group,) = [g for g in groups(root, "quiet") if g.get("text-anchor") == "middle"]
        for label in group:
            x, y = float(label.get("x")), float(label.get("y"))
            half = 2.4 * len(label.text)  # digits of Inter at this size
            box = (x - half, y - 6.5, x + half, y)
            for left, top, right, bottom in boxes:
                apart = box[2] <= left or right <= box[0] or box[3] <= top or bottom <= box[1]
                assert apart, label.text
            boxes.append(box)


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_legend_is_one_text_with_even_gaps_and_each_entry_in_its_colour(theme):
    root = parse(draw(neuron(), theme=theme))
    (legend,) = [
        text for text in root.iter(f"{SVG}text") if text.find(f"{SVG}tspan[@dx]") is not None
    ]
    assert [entry.get("class") for entry in legend] == ["value", "gradient", "quiet"]
    assert {entry.get("dx") for entry in legend[1:]} == {"16"}
    palette = PALETTES["dark" if theme == "dark" else "light"]
    assert [entry.get("fill") for entry in legend] == [
        palette[name] for name in ("value", "gradient", "quiet")
    ]


def test_a_long_title_is_broken_and_makes_no_figure_wider_than_a_page():
    title = "a neuron with all that its lecturer wants to say about it " * 4
    root = parse(draw(neuron(), title=title))
    (heading,) = [
        g
        for g in root.iter(f"{SVG}g")
        if g.get("font-weight") == "600" and g.get("font-size") == "13"
    ]
    lines = [line.text for line in heading]
    assert len(lines) > 2
    assert " ".join(lines) == title.strip()
    places = [float(line.get("y")) for line in heading]
    tops = [box[1] for _, box in cards(root)]
    assert places == sorted(places)
    assert places[-1] < min(tops)
    assert float(root.get("width")) < 800
