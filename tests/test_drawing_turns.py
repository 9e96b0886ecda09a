"""Of a loop, a large drawing shows the first turn, the last one, and one card for all between."""

import math
import random

import pytest
from drawn_graphs import outline_of

from autograd_mini.drawing import draw
from autograd_mini.drawing.choice import Wish, choose
from autograd_mini.drawing.turns import Run, join_turns
from autograd_mini.graph import scope, topological_order
from autograd_mini.operations import exp, sin
from autograd_mini.value import Value


def titles(outline):
    return [" ".join(filter(None, (c.symbol, c.label, c.subscript))) for c in outline.cards]


def run_of(roots, **wishes):
    wish = Wish(**{"fold": None, "depth": None, "focus": None, "constants": "show", "limit": 600}
                | wishes)  # fmt: skip
    view = choose(roots, wish)
    return next((part for part in view.parts if isinstance(part.source, Run)), None)


def logistic(turns):
    y = Value(0.5, "x")
    for _ in range(turns):
        y = y * 1.1 - y * y * 0.3
    return y


def recurrent(turns, width, *, scoped):
    generator = random.Random(0)
    W = [
        [Value(generator.uniform(-1, 1), f"W_{i}{j}", kind="parameter") for j in range(width)]
        for i in range(width)
    ]
    h = [Value(0.0, f"h_{i}") for i in range(width)]
    for t in range(1, turns + 1):
        x = Value(generator.uniform(-1, 1), f"x_{t}")
        with scope(f"step {t}" if scoped else "all"):
            h = [
                (sum((w * v for w, v in zip(row, h, strict=True)), start=x)).tanh() for row in W
            ]  # fmt: skip
    return h[0] + h[-1]


def test_a_long_loop_shows_its_first_and_its_last_turn():
    outline = outline_of(logistic(30))
    assert titles(outline).count("28 times the same") == 1
    assert len(outline.cards) == 1 + 6 + 1 + 6  # x, a turn with two numbers, the rest, a turn
    card = next(card for card in outline.cards if card.folded)
    assert (card.detail, card.kind) == ("4 cards each", "operation")


def test_the_card_of_the_others_carries_what_comes_out_of_them():
    y = Value(0.5)
    for _ in range(25):
        y = sin(y * 1.05)
    outline = outline_of(y)
    card = next(card for card in outline.cards if card.folded)
    edge = next(arrow for arrow in outline.arrows if arrow.head == card.name)
    state, slope = math.sin(0.5 * 1.05), 1.0
    for _ in range(23):
        slope *= 1.05 * math.cos(1.05 * state)
        state = math.sin(1.05 * state)
    assert float(card.value) == pytest.approx(state, rel=5e-3)
    assert float(edge.derivative) == pytest.approx(slope, rel=5e-3)


@pytest.mark.parametrize(("scoped", "width"), [(True, 1), (True, 3), (False, 2)])
def test_a_recurrence_of_many_steps_is_readable(scoped, width):
    root = recurrent(45, width, scoped=scoped)
    assert run_of([root]) is not None
    outline = outline_of(root)
    assert len(outline.cards) <= 40
    assert ("step 2 … step 44" in titles(outline)) == (scoped and width == 1)
    assert any(title.startswith("step 2 … step 4") for title in titles(outline)) == scoped
    assert any("x₂ … x₄" in title for title in titles(outline))


def test_turns_with_several_cards_begin_where_fewest_results_pass():
    y = Value(0.5)
    for _ in range(20):
        y = exp(sin(y) * sin(sin(y)) - 1)
    assert {member.operation.name for member in run_of([y]).members} == {
        "sin", "multiply", "subtract", "exp",
    }  # fmt: skip
    assert [c.symbol for c in outline_of(y).cards if c.kind == "operation"][:6] == [
        "sin", "sin", "sin", "×", "−", "exp",
    ]  # fmt: skip


def test_a_loop_that_fits_is_shown_as_it_is():
    assert run_of([logistic(5)]) is None
    assert run_of([logistic(30)], fold=False) is None
    assert run_of([recurrent(8, 1, scoped=True)], depth=0) is None


def test_what_is_asked_for_does_not_vanish_in_a_loop():
    roots = [y := Value(0.5)]
    for _ in range(30):
        y = sin(exp(y * 0.1))
        roots.append(y)
    assert run_of(roots[1:]) is None
    middle = roots[15]
    assert run_of([roots[-1]], focus=middle) is None or middle not in run_of(
        [roots[-1]], focus=middle
    ).members  # fmt: skip


def test_a_loop_speaks_russian():
    assert "28 раз то же самое" in titles(outline_of(logistic(30), language="ru"))
    card = next(c for c in outline_of(logistic(30), language="ru").cards if c.folded)
    assert card.detail == "каждый раз 4 карточки"


def test_a_graph_too_large_for_its_limit_is_offered_with_its_loop_folded():
    with pytest.raises(ValueError, match=r"draw it folded with fold=True \(14 cards\)"):
        draw(logistic(300), fold=False)
    assert len(outline_of(logistic(300), fold=True).cards) == 14


@pytest.mark.parametrize("seed", range(40))
def test_loops_in_random_graphs_make_no_cycles_and_lose_nothing(seed):
    generator = random.Random(seed)
    nodes = [Value(generator.uniform(-1, 1), f"x_{k}") for k in range(3)]
    recipe = [
        (generator.choice((lambda a, b: a * b, lambda a, b: a - b, lambda a, _: sin(a))),
         generator.randint(1, 5), generator.randint(1, 5))
        for _ in range(generator.randint(1, 6))
    ]  # fmt: skip
    for turn in range(generator.randint(6, 20)):
        for made, near, far in recipe:
            a, b = nodes[-min(near, len(nodes))], nodes[-min(far, len(nodes))]
            nodes.append(generator.choice(nodes[-3:]) + b if turn % 7 == 6 else made(a, b))
    used = {operand for node in nodes for operand in node.operands}
    roots = [node for node in nodes if node not in used]
    order = topological_order(roots)
    keys = {node: node for node in order}
    join_turns({node: node.operands for node in order}, set(roots), keys)
    place = {key: index for index, key in enumerate(dict.fromkeys(keys[node] for node in order))}
    assert all(
        place[keys[operand]] <= place[keys[node]] for node in order for operand in node.operands
    ) or any(isinstance(key, Run) for key in place)
    view = choose(roots, Wish(True, None, None, "show", 10_000))
    members = [member for part in view.parts for member in part.members]
    assert sorted(map(id, members)) == sorted(map(id, order))
