"""A network is drawn as circles and lines, whatever its size."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from autograd_mini.drawing import draw_network

SVG = "{http://www.w3.org/2000/svg}"


def weights_of(sizes):
    return [
        [[(j - k) / 7 for k in range(wide)] for j in range(high)] for wide, high in pairwise(sizes)
    ]


def parse(drawing):
    return ET.fromstring(drawing.svg)


def in_role(root, role, tag):
    return [e for g in root.iter(f"{SVG}g") if g.get("class") == role for e in g.iter(SVG + tag)]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [([64, 32, 10], [7, 7, 10]), ([2, 16, 16, 1], [2, 7, 7, 1]), ([12, 13], [12, 7])],
)  # fmt: skip
def test_large_layers_show_seven_units_and_how_many_more_there_are(sizes, shown):
    root = parse(draw_network(sizes, weights_of(sizes)))
    circles = in_role(root, "operation", "circle")
    columns = [circle.get("cx") for circle in circles]
    assert [columns.count(x) for x in dict.fromkeys(columns)] == shown
    left_out = [f"{size - 7} more" for size in sizes if size > 12]
    texts = [text.text for text in in_role(root, "quiet", "text")]
    assert [text for text in texts if text.endswith("more")] == left_out
    lines = [p for role in ("positive", "negative") for p in in_role(root, role, "path")]
    assert len(lines) == sum(a * b for a, b in pairwise(shown))


def test_circles_do_not_overlap_and_stand_on_the_paper():
    root = parse(draw_network([64, 32, 10], values=[[0.5] * 64, [0.1] * 32, [0.0] * 10]))
    places = [
        tuple(float(c.get(key)) for key in ("cx", "cy", "r"))
        for c in in_role(root, "operation", "circle")
    ]
    for i, (x, y, r) in enumerate(places):
        assert r < x < float(root.get("width")) - r
        assert r < y < float(root.get("height")) - r
        assert all((x - a) ** 2 + (y - b) ** 2 > (r + s) ** 2 for a, b, s in places[:i])


def test_lines_are_coloured_by_sign_and_as_wide_as_the_weight_is_large():
    root = parse(draw_network([2, 1], [[[2.0, -1.0]]]))
    (positive,), (negative,) = (in_role(root, role, "path") for role in ("positive", "negative"))
    assert float(positive.get("stroke-width")) > 1.5 * float(negative.get("stroke-width"))
    dashes = {
        role: {g.get("stroke-dasharray") for g in root.iter(f"{SVG}g") if g.get("class") == role}
        for role in ("positive", "negative")
    }
    assert dashes == {"positive": {None}, "negative": {"7 3"}}  # to be told apart on a grey print
    assert positive[0].text == "weight from unit 1 of layer 1 to unit 1 of layer 2: 2.0"


def test_captions_stand_on_one_line_and_name_layer_activation_and_size():
    root = parse(draw_network([2, 16, 1], activations=["tanh", "<b>"]))
    captions = in_role(root, "ink", "text")
    assert [c.text for c in captions] == [
        "layer 1 · input · 2", "layer 2 · tanh · 16", "layer 3 · <b> · 1"]  # fmt: skip
    assert len({c.get("y") for c in captions}) == 1


def test_values_stand_in_their_circles():
    root = parse(draw_network([2, 1], values=[[0.25, -12.345], [0.0]], title="one example"))
    inside = {"0.25", "−12.3", "0"}
    assert inside <= {text.text for text in in_role(root, "ink", "text")}
    (blue,), orange = (in_role(root, role, "circle") for role in ("blue", "orange"))
    assert 0 < float(blue.get("fill-opacity")) < max(float(o.get("fill-opacity")) for o in orange)


def test_gradients_can_stand_in_place_of_weights():
    drawing = draw_network([2, 1], [[[2.0, -1.0]]], quantity="gradient")
    assert "positive gradient" in drawing.svg
    assert "gradient from unit 2 of layer 1" in drawing.svg


def test_weights_that_are_all_zero_can_be_drawn():
    parse(draw_network([2, 1], [[[0.0, 0.0]]], values=[[0.0, 0.0], [0.0]]))


def test_the_same_network_has_the_same_bytes_in_every_theme():
    sizes = [2, 3, 1]
    for theme in ("auto", "light", "dark"):
        pictures = {draw_network(sizes, weights_of(sizes), theme=theme).svg for _ in range(2)}
        assert len(pictures) == 1


@pytest.mark.parametrize(
    ("sizes", "options", "message"),
    [
        ([3], {}, r"sizes must be two or more positive numbers, not \[3\]"),
        ([3, 0], {}, r"sizes must be two or more positive numbers, not \[3, 0\]"),
        ([2, 1], {"weights": [[[1.0]]]}, r"must have the shapes \[\(1, 2\)\], not \[\(1, 1\)\]"),
        ([2, 1], {"weights": []}, r"weights must have the shapes \[\(1, 2\)\], not \[\]"),
        ([2, 1], {"activations": []}, "activations must be 1 names, not 0"),
        ([2, 1], {"values": [[1.0], [1.0]]}, r"must have the lengths \[2, 1\], not \[1, 1\]"),
        ([2, 1], {"theme": "no"}, "unknown theme"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(sizes, options, message):
    with pytest.raises(ValueError, match=message):
        draw_network(sizes, **options)
