"""Scopes open and close in any order: nothing overlaps, and every edge is there."""

import random
import re
from collections import defaultdict
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
import pytest
from page_scripts import Scripts

from autograd_mini import functions, losses
from autograd_mini.drawing.layout import LayoutError, use_layout
from autograd_mini.drawing.living import columns, gathered
from autograd_mini.drawing.living.boxes import Card, Edge, Scope, layout
from autograd_mini.graph import Scope as Recorded
from autograd_mini.graph import scope
from autograd_mini.neurons import MLP
from autograd_mini.value import Value

T = np.linspace(0, 1, 17)[:, None]
CURVE = np.hstack(((1 - T) ** 3, 3 * T * (1 - T) ** 2, 3 * T**2 * (1 - T), T**3))
LABEL_WIDTH, LABEL_HEIGHT, CAPTION = 40, 7, 26


class Graph(NamedTuple):
    """What `layout` takes."""

    cards: list
    edges: list
    scopes: list


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class Pictures:
    """A graph in the page: its picture for each state."""

    engine = None

    def __init__(self, graph, **options):
        if Pictures.engine is None:
            Pictures.engine = Scripts("boxes.js", text="let present;")
            Pictures.engine.define("load", "(layout) => (present = layout) && null")
            Pictures.engine.define("arrange", "(opened) => boxes.arrange(present, new Set(opened))")
        self.graph, self.layout = graph, layout(*graph, **options)
        Pictures.engine.run("load", self.layout)

    def at(self, opened):
        return self.engine.run("arrange", sorted(opened))


def random_graph(chance, size):
    """A program that enters and leaves scopes as it goes."""
    scopes, around, cards, edges = [], [None], [], []
    for name in range(size):
        while chance.random() < 0.2 and len(around) > 1:
            around.pop()
        while chance.random() < 0.25 and len(around) < 6:
            wide = chance.choice((90, 150, 220))
            scopes.append(Scope(len(scopes), around[-1], wide, chance.choice((57, 63))))
            around.append(len(scopes) - 1)
        count = chance.choice((0, 1, 2, 2, 2, 3, 6)) if name else 0
        small = count == 0 and chance.random() < 0.3
        sizes = (chance.randint(20, 60), 20) if small else (chance.choice((104, 104, 131)), 46)
        cards.append(Card(name, *sizes, around[-1]))
        near = max(0, name - 6) if chance.random() < 0.7 else 0
        for place in range(count):
            edges.append(Edge(len(edges), chance.randrange(near, name), name, place))
    return Graph(cards, edges, scopes)


def graph_of(root):
    """The graph of a Value, all cards of one size."""
    found = gathered.gather(root)
    cards = [Card(place, 104, 46, home) for place, home in enumerate(found.home)]
    edges = []
    for head, operands in enumerate(found.operands):
        for place, tail in enumerate(operands):
            edges.append(Edge(len(edges), tail, head, place))
    scopes = [Scope(place, parent, 140, 63) for place, parent in enumerate(found.parents)]
    return Graph(cards, edges, scopes)


def around(graph, name):
    """The scopes around a scope and itself, the outermost first."""
    path = []
    while name is not None:
        path.insert(0, name)
        name = graph.scopes[name].parent
    return path


def shown_as(graph, card, opened):
    """What shows a card: itself, or the outermost scope around it that is closed."""
    closed = [s for s in around(graph, graph.cards[card].scope) if s not in opened]
    return f"s{closed[0]}" if closed else str(card)


def seen_edges(graph, opened):
    """The edges that a picture must have: those between the same two cards together."""
    lines = {}
    for edge in graph.edges:
        ends = (shown_as(graph, edge.tail, opened), shown_as(graph, edge.head, opened))
        if ends[0] != ends[1]:
            alone = () if "s" in ends[0] + ends[1] else (edge.name,)
            lines.setdefault((*ends, *alone), []).append(edge.name)
    return sorted((key[0], key[1], edges) for key, edges in lines.items())


def box(place):
    return Box(place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"])


def label_box(label):
    left, bottom = label["x"] - LABEL_WIDTH / 2, label["y"]
    return Box(left, bottom - LABEL_HEIGHT, left + LABEL_WIDTH, bottom)


def meet(a, b, least=0.0):
    """Whether two boxes come nearer than `least`."""
    across = a.left < b.right + least and b.left < a.right + least
    return across and a.top < b.bottom + least and b.top < a.bottom + least


def any_meet(boxes):
    """Whether two of many boxes meet."""
    left, top, right, bottom = np.array(boxes).T
    across, down = left[:, None] < right, top[:, None] < bottom
    return bool(np.triu(across & across.T & down & down.T, 1).any())


def within(inner, outer):
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
    )


def points_along(path):
    """Points on a path of lines and curves, near to each other: an array of two columns."""
    legs = []
    for letter, text in re.findall(r"([MHC])([^MHC]*)", path):
        numbers = np.array(re.split("[ ,]", text), dtype=float)
        if letter == "M":
            legs.append(numbers[None])
        elif letter == "H":
            (x, y) = legs[-1][-1]
            across = np.linspace(x, numbers[0], max(2, int(abs(numbers[0] - x) / 10)))
            legs.append(np.column_stack((across, np.full_like(across, y))))
        else:
            legs.append(CURVE @ np.vstack((legs[-1][-1:], numbers.reshape(3, 2))))
    return np.vstack(legs)


def check_boxes(graph, picture):
    """Cards, frames and labels are apart; what is inside a scope is inside its frame."""
    cards = {name: box(place) for name, place in picture["cards"].items()}
    frames = {int(name): box(place) for name, place in picture["frames"].items()}
    labels = [label_box(edge["label"]) for edge in picture["edges"] if edge["label"]]
    paper = Box(0, 0, picture["width"], picture["height"])
    captions = [frame._replace(bottom=frame.top + CAPTION) for frame in frames.values()]
    assert not any_meet([*cards.values(), *labels, *captions])
    for name, card in cards.items():
        inner = (
            graph.scopes[int(name[1:])].parent if name[0] == "s" else graph.cards[int(name)].scope
        )
        path = around(graph, inner)
        assert within(card, paper)
        for scope_, frame in frames.items():
            assert within(card, frame) if scope_ in path else not meet(card, frame)
    for a, b in combinations(frames, 2):
        if a in around(graph, b):
            assert within(frames[b], frames[a])
        else:
            assert not meet(frames[a], frames[b], 8)


def check_edges(graph, picture, opened):
    """Every edge is there, ends at its cards, crosses no card and no label."""
    found = sorted((edge["from"], edge["to"], edge["edges"]) for edge in picture["edges"])
    assert found == seen_edges(graph, opened)
    cards = [box(place) for place in picture["cards"].values()]
    labels = [label_box(edge["label"]) for edge in picture["edges"] if edge["label"]]
    for edge in picture["edges"]:
        tail, head = (box(picture["cards"][edge[end]]) for end in ("from", "to"))
        points, (tip, height) = points_along(edge["path"]), edge["tip"]
        x, y = points[0]
        assert x == pytest.approx(tail.right, abs=0.11)
        assert tail.top <= y <= tail.bottom
        assert tip == pytest.approx(head.left, abs=0.11)
        assert head.top < height < head.bottom
        assert points[-1] == pytest.approx((tip - 5, height), abs=0.11)
        assert np.diff(points[:, 0]).min() > -0.11
        assert not any_inside(points, cards, 0.3)
        assert not any_inside(points, labels, 0.0)


def any_inside(points, boxes, deep):
    """Whether a point lies so deep inside a box."""
    if not boxes:
        return False
    x, y = (axis[:, None] for axis in points.T)
    left, top, right, bottom = np.array(boxes).T
    inside = (left + deep < x) & (x < right - deep) & (top + deep < y) & (y < bottom - deep)
    return bool(inside.any())


def check(pictures, opened):
    """Check a picture, and return it."""
    picture = pictures.at(opened)
    check_boxes(pictures.graph, picture)
    check_edges(pictures.graph, picture, opened)
    return picture


@pytest.mark.parametrize("seed", range(200))
def test_nothing_overlaps_and_no_edge_is_lost_while_scopes_open_and_close(seed):
    chance = random.Random(seed)
    pictures = Pictures(random_graph(chance, chance.randint(3, 28)))
    first, opened, seen = check(pictures, set()), set(), {}
    for _ in range(4 if pictures.graph.scopes else 0):
        for scope_ in chance.sample(pictures.graph.scopes, min(3, len(pictures.graph.scopes))):
            opened ^= {scope_.name}
        picture = check(pictures, opened)
        assert seen.setdefault(frozenset(opened), picture) == picture
    check(pictures, {scope_.name for scope_ in pictures.graph.scopes})
    assert pictures.at([]) == first


def multilayer(sizes=(2, 3, 1)):
    net = MLP(sizes, activation="tanh", seed=1)
    logits = net.logits([Value(k / 4, f"x_{k}") for k in range(1, sizes[0] + 1)])
    return losses.log_loss_from_logits(logits, [1, *[0] * (sizes[-1] - 1)])


def recurrent(steps=4):
    w, b, h = Value(0.5, "w", kind="parameter"), Value(0.1, "b", kind="parameter"), Value(0.0, "h")
    for t in range(steps):
        with scope(f"cell {t + 1}"):
            h = (w * h + w * 0.5 + b).tanh()
    return h


def xor():
    net = MLP([2, 2, 1], activation="tanh", seed=1)
    examples = [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]
    return functions.mean([losses.log_loss(net([Value(v) for v in x]), [y]) for x, y in examples])


def nested(depth=6):
    def within_scopes(left, x):
        with scope(f"level {left}"):
            return (x * within_scopes(left - 1, x + 1) if left else x.exp()).tanh()

    return within_scopes(depth, Value(0.5, "x"))


@pytest.mark.parametrize("make", [multilayer, recurrent, xor, nested])
def test_networks_open_scope_by_scope(make):
    pictures = Pictures(graph_of(make()))
    opened = set()
    for each in [*pictures.graph.scopes, *pictures.graph.scopes[::-1]]:
        opened ^= {each.name}
        check(pictures, opened)
    assert not opened


def test_opening_a_scope_shifts_what_is_right_of_it_and_below():
    pictures = Pictures(graph_of(recurrent()))
    w, h, b = (str(pictures.layout["boxes"][""]["items"][k][0]) for k in (0, 1, 3))
    closed, opened = pictures.at([])["cards"], pictures.at([1])["cards"]
    assert all(opened[leaf]["x"] == 0 for leaf in (w, h, b))
    assert opened["s0"]["x"] - closed["s0"]["x"] < 20  # room for lines that bend further
    assert opened["s2"]["x"] - closed["s2"]["x"] > 300
    assert opened[b]["y"] - closed[b]["y"] > 60


def test_a_scope_within_a_closed_one_is_not_to_be_seen():
    pictures = Pictures(graph_of(nested()))
    assert pictures.at([1, 2, 3]) == pictures.at([])


def test_a_value_that_is_added_to_itself_has_two_edges():
    graph = Graph([Card(0, 104, 46, None), Card(1, 104, 46, None)], [], [])
    graph.edges.extend([Edge(0, 0, 1, 0), Edge(1, 0, 1, 1)])
    first, second = check(Pictures(graph), set())["edges"]
    assert first["tip"][1] < second["tip"][1]


def test_operands_arrive_in_the_order_in_which_they_were_written():
    x, y, z = (Value(1.0, name) for name in "xyz")
    picture = Pictures(graph_of((z - x) / y)).at([])
    heights = [edge["tip"][1] for edge in picture["edges"] if edge["to"] == "4"]
    assert heights == sorted(heights)
    assert [edge["edges"] for edge in picture["edges"] if edge["to"] == "4"] == [[2], [3]]


def test_scopes_that_are_too_large_stay_closed():
    pictures = Pictures(graph_of(multilayer((2, 9, 1))), most_cards=20)
    closed = pictures.layout["closed"]
    assert closed
    assert all(count > 20 for count in closed.values())
    assert closed.keys().isdisjoint(pictures.layout["boxes"])
    assert pictures.at(map(int, closed)) == pictures.at([])


def test_folded_scopes_of_one_column_are_equally_wide():
    cards = [Card(0, 104, 46, None), Card(1, 104, 46, 0), Card(2, 104, 46, 1)]
    scopes = [Scope(0, None, 120, 63), Scope(1, None, 150, 63)]
    graph = Graph(cards, [Edge(0, 0, 1, 0), Edge(1, 0, 2, 0)], scopes)
    picture = check(Pictures(graph), set())
    assert [picture["cards"][name]["width"] for name in ("0", "s0", "s1")] == [104, 150, 150]


def test_scopes_that_need_each_other_are_refused():
    cards = [Card(name, 104, 46, home) for name, home in enumerate((0, 1, 0))]
    scopes = [Scope(0, None, 140, 63), Scope(1, None, 140, 63)]
    with pytest.raises(ValueError, match="parts must not need each other: folded, they would"):
        layout(cards, [Edge(0, 0, 1, 0), Edge(1, 1, 2, 0)], scopes)


def test_scopes_of_a_graph_that_need_each_other_are_left_out():
    outer = Recorded("outer")
    left, right, kept = (Recorded(name, outer) for name in ("left", "right", "kept"))
    x = Value(0.5, "x")
    for home in (left, right, left, kept):
        x = x.exp()
        x._caption = ("", home)  # as a thread of its own can record it
    found = gathered.gather(x)
    assert found.scopes == [outer, kept]
    assert found.home == [None, 0, 0, 0, 1]
    check(Pictures(graph_of(x)), {0, 1})


def test_an_engine_that_leaves_something_out_is_named():
    use_layout(lambda _: '{"bb": "0,0,9,9", "objects": []}')
    try:
        with pytest.raises(LayoutError, match="the layout engine left out n0"):
            layout([Card(0, 104, 46, None)], [])
    finally:
        use_layout("auto")


@pytest.mark.parametrize("seed", range(20))
def test_lines_keep_off_the_cards_that_they_pass_and_off_each_other(seed):
    chance = random.Random(seed)
    cables = dict.fromkeys(tuple(sorted(chance.sample(range(30), 2))) for _ in range(90))
    places, lines = columns.place(dict.fromkeys(range(30), (104, 46)), list(cables), [], [])
    standing = defaultdict(list)
    for column, top, bottom in places.values():
        standing[column].append((top, bottom))
    for stops in lines.values():
        for column, height in stops:
            standing[column].append((height, height))
    assert sum(map(len, lines.values())) > 20
    for column in standing.values():
        for above, below in pairwise(sorted(column)):
            assert below[0] - above[1] > 5.9
            if above[0] < above[1] or below[0] < below[1]:
                assert below[0] - above[1] > 6.9
