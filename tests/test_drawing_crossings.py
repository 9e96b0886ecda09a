"""Edges cross as little as another order of operands allows; those of trees keep theirs."""

import pytest
from drawn_graphs import outline_of

from autograd_mini import derivatives
from autograd_mini.drawing.arrangement import arrange
from autograd_mini.drawing.crossings import tangle
from autograd_mini.drawing.edge_figure import draw_edge_labels
from autograd_mini.drawing.edge_labels import polyline
from autograd_mini.drawing.outline import Arrow
from autograd_mini.operations import atan2, exp, sqrt
from autograd_mini.value import Value


def arrow(name, tail, head, place=0, *, ordered=False):
    return Arrow(name, tail, head, place, ordered, "", ())


def line(start, end):
    (a, b), (c, d) = start, end
    between = [(a + t / 3 * (c - a), b + t / 3 * (d - b)) for t in range(4)]
    return [*between, end]


def knots(root, direction="right"):
    outline = outline_of(root)
    scene = arrange(outline, direction)
    return tangle(outline.arrows, scene.routes, int(direction == "right"))


def test_lines_that_cross_are_counted():
    arrows = [arrow("a", "a", "A"), arrow("b", "b", "B"), arrow("c", "c", "C")]
    routes = {
        "a": line((0, 0), (90, 90)),
        "b": line((0, 90), (90, 0)),
        "c": line((0, 95), (90, 95)),
    }
    assert tangle(arrows, routes, 1) == 1


def test_lines_from_one_card_do_not_tangle():
    arrows = [arrow("a", "x", "A"), arrow("b", "x", "B")]
    routes = {"a": line((0, 0), (90, 90)), "b": line((0, 10), (90, -90))}
    assert tangle(arrows, routes, 1) == 0


def test_operands_that_arrive_in_another_order_weigh_too():
    routes = {"a": line((0, 90), (90, 52)), "b": line((0, 0), (90, 48))}
    for ordered, weight in ((True, 3), (False, 0)):
        arrows = [
            arrow("a", "a", "m", 0, ordered=ordered),
            arrow("b", "b", "m", 1, ordered=ordered),
        ]
        assert tangle(arrows, routes, 1) == weight


@pytest.mark.parametrize("direction", ["right", "down"])
def test_shared_operands_stand_where_fewest_edges_cross(direction):
    x, y = Value(3.0, "x"), Value(4.0, "y")
    assert knots([sqrt(x * x + y * y), atan2(y, x)], direction) == 0
    f = x**2 * y + exp(x * y)
    rows = [derivatives.gradients(slope, [x, y]) for slope in derivatives.gradients(f, [x, y])]
    assert knots([entry for row in rows for entry in row], direction) < 35


@pytest.mark.parametrize("direction", ["right", "down"])
def test_operands_of_a_tree_stay_in_written_order(direction):
    a, b, c, d = (Value(k, label) for label, k in zip("abcd", (1.0, 2.0, 3.0, 4.0), strict=True))
    outline = outline_of((a - b) / (c - d))
    scene = arrange(outline, direction)
    names = {card.label: card.name for card in outline.cards}
    across = int(direction == "right")
    places = [scene.boxes[names[label]][across] for label in "abcd"]
    assert places == sorted(places)


def determinant(rows):
    if len(rows) == 1:
        return rows[0][0]
    first, *others = rows
    minors = [[row[:k] + row[k + 1 :] for row in others] for k in range(len(first))]
    terms = [a * determinant(minor) for a, minor in zip(first, minors, strict=True)]
    return sum(terms[::2], start=-sum(terms[1::2]))


def test_a_label_that_no_place_is_free_for_interrupts_what_it_stands_on():
    outline = outline_of(
        determinant([[Value(i + j / 9, f"a_{i}{j}") for j in range(4)] for i in range(4)]),
        fold=False,
    )
    scene = arrange(outline, "right")
    for name, box in scene.labels.items():
        lines = [polyline(route, 1.0) for other, route in scene.routes.items() if other != name]
        near = [(x, y) for line in lines for x, y in line if box.left < x < box.right]
        if any(box.top < y < box.bottom for _, y in near):
            assert name in scene.crossed
    drawn = draw_edge_labels(scene.texts, scene.labels, {}, "light", scene.crossed)
    assert drawn.count("<rect") == len(scene.crossed) > 0
