"""Nothing in a drawing overlaps, frames hold what belongs together, and edges meet their cards."""

import math
import re

import pytest
from drawn_graphs import classifier, outline_of, random_graph

from autograd_mini.drawing import draw
from autograd_mini.drawing.arrangement import arrange
from autograd_mini.drawing.edge_labels import Box
from autograd_mini.drawing.frame_figure import draw_captions, place_captions
from autograd_mini.drawing.outline import Arrow, Frame
from autograd_mini.drawing.straight import straightened
from autograd_mini.graph import scope
from autograd_mini.value import Value


@pytest.mark.parametrize("hundred", range(5))
def test_nothing_overlaps_and_edges_meet_their_cards_in_random_graphs(hundred):
    for seed in range(100 * hundred, 100 * hundred + 100):
        options = ({"fold": False}, {"fold": True}, {"depth": 0}, {"depth": 1})[seed % 4]
        outline = outline_of(random_graph(seed), **options)
        scene = arrange(outline, ("right", "down")[seed // 4 % 2])
        boxes = [*scene.boxes.values(), *scene.labels.values()]
        assert not any(box.meets(other) for i, box in enumerate(boxes) for other in boxes[:i]), seed
        paper = Box(-0.1, -0.1, scene.layout.width + 0.1, scene.layout.height + 0.1)
        assert all(contains(paper, box) for box in (*boxes, *scene.frames.values()))
        assert_frames_hold_their_cards_alone(outline, scene)
        for arrow in outline.arrows:
            start, tip = scene.routes[arrow.name][0], scene.routes[arrow.name][-1]
            for point, card in ((start, arrow.tail), (tip, arrow.head)):
                assert covers(scene.boxes[card], point, air=1.5), (seed, arrow)
                others = [b for n, b in scene.boxes.items() if n not in (arrow.tail, arrow.head)]
                assert not any(covers(box, point) for box in [*others, *scene.labels.values()])


def assert_frames_hold_their_cards_alone(outline, scene):
    for frame in outline.frames:
        box = scene.frames[frame.name]
        for name, card in scene.boxes.items():
            assert contains(box, card) if name in frame.cards else not box.meets(card)
        for other in outline.frames:
            alien = set(frame.cards).isdisjoint(other.cards)
            assert not (alien and box.meets(scene.frames[other.name]))
            if other.outer == frame.name:
                assert contains(box, scene.frames[other.name])
        caption = scene.captions[frame.name]
        assert contains(box, caption)
        things = [*scene.boxes.values(), *scene.labels.values()]
        assert not any(caption.meets(thing) for thing in things)
        for label in scene.labels.values():
            assert contains(box, label) or not box.meets(label)  # on no border


def contains(box, other):
    return (
        box.left <= other.left
        and other.right <= box.right
        and box.top <= other.top
        and other.bottom <= box.bottom
    )


def covers(box, point, air=-0.01):
    x, y = point
    return box.left - air <= x <= box.right + air and box.top - air <= y <= box.bottom + air


@pytest.mark.parametrize("direction", ["right", "down"])
def test_edges_between_full_layers_are_straight_and_cross_no_card(direction):
    _, J = classifier()
    outline = outline_of(J, depth=1)
    scene = arrange(outline, direction)
    inputs = {card.name for card in outline.cards if card.kind == "data"}
    dense = [arrow for arrow in outline.arrows if arrow.tail in inputs]
    assert len(dense) == 32
    for arrow in dense:
        (a, b), *between, (c, d) = scene.routes[arrow.name]
        assert all(abs((x - a) * (d - b) - (y - b) * (c - a)) < 1e-6 for x, y in between)
        for name, box in scene.boxes.items():
            if name not in (arrow.tail, arrow.head):
                points = [(a + t / 50 * (c - a), b + t / 50 * (d - b)) for t in range(51)]
                assert not any(covers(box, point) for point in points)


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("sizes", [(3, 5, 3), (4, 8, 3), (6, 8, 3)])
def test_labels_between_full_layers_lie_along_their_lines_and_interrupt_what_crosses_them(
    sizes, direction
):
    _, J = classifier(sizes)
    outline = outline_of(J, depth=1)
    scene = arrange(outline, direction)
    straight = {n: (r[0], r[-1]) for n, r in scene.routes.items() if is_straight(r)}
    count = sizes[0] * sizes[1] + sizes[1] * sizes[2]
    assert len(scene.slanted) == count
    assert scene.texts.keys() == scene.labels.keys() | scene.slanted.keys()
    for name, label in scene.slanted.items():
        (a, b), (c, d) = straight[name]
        slope = math.degrees(math.atan2(d - b, c - a))
        assert math.isclose((label.angle - slope) % 180, 0, abs_tol=1e-6) or math.isclose(
            (label.angle - slope) % 180, 180, abs_tol=1e-6
        )
        others = [line for other, line in straight.items() if other != name]
        crossed = sum(any(meet(side, line) for side in rim(label)) for line in others)
        assert crossed <= (3 if label.on else 0), name
        near = [side for o, each in scene.slanted.items() if o != name for side in rim(each)]
        near += [side for box in scene.boxes.values() for side in sides(box)]
        assert not any(meet(side, line) for side in rim(label) for line in near), name
        assert not any(label.bounds().meets(box) for box in scene.labels.values()), name


def is_straight(route):
    (a, b), *between, (c, d) = route
    return all(abs((x - a) * (d - b) - (y - b) * (c - a)) < 1e-6 for x, y in between)


def rim(label):
    corners = label.corners()
    return list(zip(corners, corners[1:] + corners[:1], strict=True))


def sides(box):
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return list(zip(corners, corners[1:] + corners[:1], strict=True))


def test_a_label_that_interrupts_lines_stands_on_a_plate_of_the_papers_colour():
    _, J = classifier((6, 8, 3))
    scene = arrange(outline_of(J, depth=1), "right")
    svg = draw(J, depth=1, direction="right").svg
    plates = re.search(r'<g class="paper"[^>]*>((?:<rect[^>]*rotate[^>]*>)+)', svg)[1]
    assert plates.count("<rect") == sum(each.on for each in scene.slanted.values())


def meet(first, second):
    """Tell whether two line segments cross, by the sides on which their ends lie."""

    def side(line, point):
        (a, b), (c, d) = line
        return (c - a) * (point[1] - b) - (d - b) * (point[0] - a)

    return (
        side(first, second[0]) * side(first, second[1]) < 0
        and side(second, first[0]) * side(second, first[1]) < 0
    )


def test_an_edge_that_a_card_stands_in_the_way_of_keeps_its_curve():
    columns = enumerate(("abcd", "m", "wxyz"))
    places = {name: (60.0 * x, 30.0 * y) for x, col in columns for y, name in enumerate(col)}
    boxes = {name: Box(x, y, x + 20, y + 20) for name, (x, y) in places.items()}
    arrows = [Arrow(t + h, t, h, 0, False, "", ()) for t in "abcd" for h in "wxyz"]
    curves = {arrow.name: [(0.0, 0.0)] for arrow in arrows}
    found = straightened(arrows, boxes, curves, 1)
    assert found["aw"] == curves["aw"]
    assert len(found["dz"]) == 5


def captions(outline):
    return sorted(frame.caption for frame in outline.frames)


def test_a_frame_holds_the_cards_of_a_scope_with_the_leaves_that_it_alone_uses():
    _, J = classifier((2, 2, 2))
    outline = outline_of(J, fold=False)
    assert captions(outline) == ["layer 2", "layer 3", "loss"]
    cards = {card.name: card for card in outline.cards}
    frames = {frame.caption: frame for frame in outline.frames}
    for caption, layer in (("layer 2", "²"), ("layer 3", "³")):
        inside = [cards[name] for name in frames[caption].cards]
        weights = [card.subscript for card in inside if card.label == f"w{layer}"]
        assert sorted(weights) == ["11", "12", "21", "22"]
        assert not [card for card in inside if card.kind == "data"]
    held = [name for frame in outline.frames for name in frame.cards]
    assert len(set(held)) == len(held)


def test_a_folded_scope_has_no_frame_and_an_opened_one_has():
    _, J = classifier()
    assert captions(outline_of(J, depth=0)) == []
    assert captions(outline_of(J, depth=1)) == ["layer 2", "layer 3", "loss"]
    assert captions(outline_of(J, depth=1, language="ru")) == [
        "слой 2", "слой 3", "функция потерь"]  # fmt: skip


def test_frames_nest_and_those_of_the_same_cards_are_one():
    x = Value(2.0, "x")
    with scope("outer"):
        y = x.exp()
        with scope("inner"):
            y = y.sin().cos()
    with scope("alone"), scope("within"):
        y = y.tanh().sin()
    found = {frame.caption: frame for frame in outline_of(y, fold=False).frames}
    assert found.keys() == {"outer", "inner", "alone / within"}
    assert found["inner"].outer == found["outer"].name
    assert set(found["inner"].cards) < set(found["outer"].cards)


def test_one_card_needs_no_frame():
    x = Value(2.0, "x")
    with scope("single"):
        y = x.exp()
    assert outline_of(y.sin(), fold=False).frames == ()


def test_edges_never_go_backwards_between_frames():
    w, h = Value(0.5, "w"), Value(0.1, "h")
    for step in range(6):
        x = Value(1.0, f"x_{step}")
        with scope(f"step {step}"):
            h = (w * h + w * x).tanh()
    outline = outline_of(h, fold=False)
    for direction, axis in (("right", 0), ("down", 1)):
        scene = arrange(outline, direction)
        for arrow in outline.arrows:
            start, tip = scene.routes[arrow.name][0], scene.routes[arrow.name][-1]
            assert start[axis] < tip[axis], arrow


def test_a_long_caption_is_cut_to_its_frame():
    x = Value(2.0, "x")
    with scope("a very long name of a scope that fits into no frame of two cards"):
        y = x.exp().sin()
    outline = outline_of(y, fold=False)
    scene = arrange(outline, "down")
    (frame,) = outline.frames
    assert contains(scene.frames[frame.name], scene.captions[frame.name])


def test_a_caption_interrupts_the_edges_that_pass_below_it():
    frame = Frame("f", "layer 3", ("n0",), "")
    box = Box(0.0, 0.0, 200.0, 80.0)
    for height, count in ((9.0, 1), (40.0, 0)):
        route = [(-50.0, height), (60.0, height), (80.0, height), (300.0, height), (306.0, height)]
        caption = place_captions([frame], {"f": box}, [])["f"]
        svg = draw_captions([frame], {"f": box}, {"f": caption}, [route], "light")
        assert svg.count("<rect") == count
        assert svg.index("layer 3") > svg.find("<rect")
