"""The two passes, step by step: what is said is what is computed, and nothing moves about."""

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

import autograd_mini as ag
from autograd_mini.drawing import Drawing, animate, steps
from autograd_mini.drawing.passes import names_of, walk
from autograd_mini.graph import topological_order
from autograd_mini.value import Value

SVG = "{http://www.w3.org/2000/svg}"


def neuron():
    w, x, b = (Value(n, label) for n, label in ((2.0, "w_1"), (-1.0, "x_1"), (0.5, "b")))
    a = (w * x + b).sigmoid()
    a.label = "a"
    return a


def geometry(drawing):
    """Return size, and the places of all cards."""
    root = ET.fromstring(drawing.svg)
    plates = [
        tuple(rect.get(key) for key in ("x", "y", "width", "height"))
        for group in root.iter(f"{SVG}g")
        if group.get("class") in {"data", "parameter", "operation", "constant"}
        for rect in group
    ]
    return root.get("viewBox"), plates


def shown(drawing, role):
    root = ET.fromstring(drawing.svg)
    legend = [entry.text for entry in root.iter(f"{SVG}tspan") if entry.get("class") == role]
    return [
        "".join(text.itertext())
        for group in root.iter(f"{SVG}g")
        if group.get("class") == role
        for text in group.iter(f"{SVG}text")
    ] + legend


def test_forward_computes_and_backward_applies_the_chain_rule():
    said = [line for step in walk(topological_order(neuron()), 3, "en") for line in step.lines]
    assert said == [
        "Given: w₁ = 2, x₁ = −1, b = 0.5",
        "v₁ = w₁x₁ = 2·(−1) = −2",
        "v₂ = v₁ + b = −2 + 0.5 = −1.5",
        "a = σ(v₂) = σ(−1.5) = 0.182",
        "∂a/∂a = 1",
        "∂a/∂v₂ = ∂a/∂a · ∂a/∂v₂ = 1 · 0.149 = 0.149",
        "∂a/∂v₁ = ∂a/∂v₂ · ∂v₂/∂v₁ = 0.149 · 1 = 0.149",
        "∂a/∂b = ∂a/∂v₂ · ∂v₂/∂b = 0.149 · 1 = 0.149",
        "∂a/∂w₁ = ∂a/∂v₁ · ∂v₁/∂w₁ = 0.149 · (−1) = −0.149",
        "∂a/∂x₁ = ∂a/∂v₁ · ∂v₁/∂x₁ = 0.149 · 2 = 0.298",
    ]


def test_a_gradient_that_arrives_twice_is_added():
    a = Value(3.0, "a")
    *_, last = steps(a + a)
    assert last.description.endswith(
        "∂v₁/∂a = ∂v₁/∂v₁ · ∂v₁/∂a = 1 · 1 = 1; ∂v₁/∂a += ∂v₁/∂v₁ · ∂v₁/∂a = 1 · 1 = 1 → 2"
    )


def test_the_last_step_has_the_gradients_of_backward_and_leaves_the_graph_as_it_was():
    a = neuron()
    nodes = topological_order(a)
    found = {}
    for step in walk(nodes, 12, "en"):
        found |= step.gradients
    assert all(node.grad is None for node in nodes)
    a.backward()
    for node in nodes:
        assert float(found[node].replace("−", "-")) == pytest.approx(node.grad, rel=1e-11)


def test_all_steps_have_one_layout():
    assert len({str(geometry(drawing)) for drawing in steps(neuron())}) == 1


def test_numbers_appear_when_they_are_computed():
    drawings = steps(neuron())
    counts = [
        (len(shown(drawing, "value")), len(shown(drawing, "gradient"))) for drawing in drawings
    ]
    # Each has one more of either kind in the legend, and the phase in the colour of its numbers.
    assert counts == [(5, 1), (6, 1), (7, 1), (8, 1), (7, 3), (7, 4), (7, 6), (7, 8)]


def test_local_derivatives_appear_with_the_result():
    labels = [len(shown(drawing, "quiet")) - 1 for drawing in steps(neuron())]
    assert labels == [0, 2, 4, 5, 5, 5, 5, 5]


def test_constants_and_fractions_are_written_as_they_are():
    x = Value(Fraction(1, 3), "x")
    said = [step.lines for step in walk(topological_order(x * 3), 3, "en")]
    assert said[1] == ["v₁ = x·3 = 1/3·3 = 1"]
    assert "3" in shown(steps(x * 3)[0], "value")


def test_nameless_nodes_get_a_letter_that_is_free():
    v = Value(2.0, "v_1")
    names = names_of([v, v * v])
    assert list(names.values()) == ["v_1", "u_1"]


def test_steps_speak_russian():
    first, *_, last = steps(neuron(), language="ru")
    assert first.description == "прямой проход · шаг 1 из 8: Дано: w₁ = 2, x₁ = −1, b = 0.5"
    assert last.description.startswith("обратный проход · шаг 8 из 8: ")


def test_an_animation_plays_all_steps_without_script():
    drawing = animate(neuron(), seconds=1.5)
    root = ET.fromstring(drawing.svg)
    assert not list(root.iter(f"{SVG}script"))
    style = root.find(f"{SVG}style").text
    assert "@media (prefers-reduced-motion:no-preference)" in style
    assert set(re.findall(r"animation:\S+ (\S+ \S+ \w+)", style)) == {"15s step-end infinite"}
    captions = [text for text in shown(drawing, "ink") if "=" in text]
    assert len(captions) == sum(len(d.description.split("; ")) for d in steps(neuron()))


def test_an_animation_that_does_not_loop_stays_at_its_end():
    assert "step-end 1 forwards" in animate(neuron(), loop=False).svg


def test_where_nothing_moves_the_last_step_is_to_be_seen():
    root = ET.fromstring(animate(neuron()).svg)
    for hidden in [g for g in root.iter(f"{SVG}g") if g.get("visibility") == "hidden"]:
        for child in list(hidden):
            hidden.remove(child)
    still = sorted("".join(t.itertext()) for t in root.iter(f"{SVG}text"))
    last = ET.fromstring(steps(neuron())[-1].svg)
    assert still == sorted("".join(t.itertext()) for t in last.iter(f"{SVG}text"))


def test_each_rule_of_an_animation_names_its_own_figure():
    first, second = animate(neuron()), animate(neuron(), title="another")
    names = [ET.fromstring(d.svg).get("id") for d in (first, second)]
    assert len(set(names)) == 2
    for drawing, name in zip((first, second), names, strict=True):
        assert set(re.findall(r"@keyframes (ag-\w+?)-", drawing.svg)) == {name}
        style = ET.fromstring(drawing.svg).find(f"{SVG}style").text
        used = set(re.findall(r"#ag-\w+ \.(from\w+)", style))
        assert used == set(re.findall(r'class="(from\w+)"', drawing.svg))


def test_every_moment_is_seen_for_its_time():
    style = ET.fromstring(animate(Value(2.0, "x").exp()).svg).find(f"{SVG}style").text
    # Four steps, the last of which stays for two more: the first is seen up to 1/6.
    assert "from0to1{0.000%{visibility:visible}16.667%{visibility:hidden}}" in style
    assert "from3to4{0.000%{visibility:hidden}50.000%{visibility:visible}100.000%" in style


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_steps_of_a_fixed_theme_have_no_style_sheet(theme):
    assert all("<style" not in drawing.svg for drawing in steps(neuron(), theme=theme))


def test_labels_are_text_in_captions_too():
    x = Value(2.0, "<script>&")
    for drawing in [*steps(x * x), animate(x * x)]:
        root = ET.fromstring(drawing.svg)
        assert not list(root.iter("script"))
        assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize("play", [steps, animate])
def test_what_cannot_be_played_is_refused(play):
    x = y = Value(2.0, "x")
    with pytest.raises(ValueError, match="root must be one Value, 2 came"):
        play([x, x + 1])
    for _ in range(40):
        y = y + x
    told = r"has 41 nodes, more than limit=30 that can be followed step by step: take a part of it"
    with pytest.raises(ValueError, match=told):
        play(y, limit=30)
    with pytest.raises(ValueError, match="unknown theme"):
        play(x, theme="blue")


@pytest.mark.parametrize("seconds", [0, -1.0, float("inf"), float("nan")])
def test_a_step_takes_some_time(seconds):
    with pytest.raises(ValueError, match="seconds must be a positive number"):
        animate(Value(1.0), seconds=seconds)
    with pytest.raises(TypeError, match="seconds must be a number, not str"):
        animate(Value(1.0), seconds="two")


def test_a_leaf_alone_has_two_steps():
    drawings = ag.steps(Value(2.0, "x"))
    assert [d.description.split(": ")[1] for d in drawings] == ["Given", "∂x/∂x = 1"]
    assert isinstance(ag.animate(Value(2.0)), Drawing)
