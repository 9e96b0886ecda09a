"""Scopes open and close in any order: nothing overlaps, and every edge is there."""

import random
import re
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
import pytest
from page_scripts import Scripts

from autograd_mini import functions, losses
from autograd_mini.drawing.layout import LayoutError, use_layout
from autograd_mini.drawing.living import gathered
from autograd_mini.drawing.living.boxes import Card, Edge, Scope, layout
from autograd_mini.drawing.living.columns import stretched
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
            Pictures.engine = Scripts("boxes.js")
            Pictures.engine.define(
                "arrange", "(layout, opened) => boxes.arrange(layout, new Set(opened))"
            )
        self.graph, self.layout = graph, layout(*graph, **options)

    def at(self, opened):
        return self.engine.run("arrange", self.layout, sorted(opened))


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
        inner = graph.scopes[int(name[1:])].parent if name[0] == "s" else graph.cards[int(name)].scope
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
    pictures = Pictures(random_graph(chance, chance.randint(3, 40)))
    first, opened, seen = check(pictures, set()), set(), {}
    for _ in range(5 if pictures.graph.scopes else 0):
        for scope_ in chance.sample(pictures.graph.scopes, min(3, len(pictures.graph.scopes))):
            opened ^= {scope_.name}
        picture = check(pictures, opened)
        assert seen.setdefault(frozenset(opened), picture) == picture
    check(pictures, {scope_.name for scope_ in pictures.graph.scopes})
    assert pictures.at([]) == first
