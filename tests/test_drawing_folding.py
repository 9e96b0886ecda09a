"""Folded graphs say what is inside, lose no edge, and make no cycles."""

import math
import re
from contextvars import copy_context
from xml.etree import ElementTree as ET

import pytest
from drawn_graphs import classifier, outline_of, random_graph

from autograd_mini import functions, losses
from autograd_mini.drawing import draw
from autograd_mini.drawing.cards import gather
from autograd_mini.drawing.choice import MOST_COUNTED, Wish, choose
from autograd_mini.drawing.contraction import open_cycles
from autograd_mini.graph import leaves, scope, topological_order
from autograd_mini.neurons import MLP, Layer, Neuron
from autograd_mini.value import Value

SVG = "{http://www.w3.org/2000/svg}"


def titles(outline):
    return [" ".join(filter(None, (c.symbol, c.label, c.subscript))) for c in outline.cards]


def details(outline):
    return {c.label: c.detail for c in outline.cards if c.detail}


def ends(outline):
    named = dict(zip([c.name for c in outline.cards], titles(outline), strict=True))
    return sorted((named[a.tail], named[a.head], a.text) for a in outline.arrows)


def xor():
    net = MLP([2, 2, 1], activation="tanh", seed=1)
    examples = [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]
    return functions.mean([losses.log_loss(net([Value(v) for v in x]), [y]) for x, y in examples])


def recurrent(steps=5):
    w, b, h = Value(0.5, "w", kind="parameter"), Value(0.1, "b", kind="parameter"), Value(0.0, "h")
    for t in range(steps):
        with scope(f"cell {t + 1}"):
            h = (w * h + w * 0.5 + b).tanh()
    return h


def test_a_layer_says_its_activation_its_neurons_and_its_operations():
    _, J = classifier()
    outline = outline_of(J, depth=0)
    assert details(outline)["layer 2"] == "tanh · 8 neurons · 72 operations"
    assert titles(outline) == ["x 1", "x 2", "x 3", "x 4", "layer 2", "layer 3 a³ 1", "loss J"]
    assert [c.detail for c in outline.cards][-2].startswith("softmax · 3 neurons · ")


def test_a_folded_layer_shows_the_norms_of_what_comes_out_of_it():
    net, J = classifier()
    card = next(c for c in outline_of(J, depth=0).cards if c.label == "layer 2")
    value = math.sqrt(sum(a.data**2 for a in net.layers[0].a))
    gradient = math.sqrt(sum(a.grad**2 for a in net.layers[0].a))
    assert (card.value, card.gradient) == (f"||{value:.3g}||", f"||{gradient:.3g}||")


def test_an_edge_between_cards_of_one_result_carries_its_derivative():
    _, J = classifier()
    (arrow,) = [a for a in outline_of(J, depth=0).arrows if a.derivative]
    probability = J.operands[0].operands[0]
    assert arrow.derivative == f"{-1 / probability.data:.3g}".replace("-", "−")


def test_an_edge_for_several_values_says_how_many():
    _, J = classifier()
    assert ("layer 2", "layer 3 a³ 1", "× 8") in ends(outline_of(J, depth=0))


def test_depth_chooses_how_deep_to_look():
    with scope("outer"):
        x = Value(2.0, "x")
        with scope("inner"):
            y = x.exp() + 1
        z = y.sin()
    assert [len(outline_of(z, depth=depth).cards) for depth in range(3)] == [1, 3, 5]
    assert titles(outline_of(z, depth=1)) == ["x", "inner", "sin"]


def test_a_sum_of_products_is_one_card_in_the_letters_of_its_labels():
    w = [Value(k, f"w_{k}", kind="parameter") for k in (1, 2)]
    x = [Value(k + 2, f"x_{k}") for k in (1, 2)]
    s = w[0] * x[0] + w[1] * x[1] + Value(5.0, "b", kind="parameter")
    outline = outline_of(s, fold=True)
    assert titles(outline) == ["x 1", "x 2", "Σ wx + b"]
    assert sorted(a.derivative for a in outline.arrows) == ["1", "2"]  # the weights
    assert outline.cards[-1].value == "16"


def test_what_is_used_elsewhere_or_has_a_label_does_not_vanish_in_a_sum():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    product = x * y
    product.label = "p"
    shared = x * x
    s = product + shared + y * y + x
    assert {"× p", "×"} <= set(titles(outline_of([s, shared.exp()], fold=True)))


def test_large_graphs_are_folded_and_small_ones_are_not():
    _, J = classifier([2, 2, 2])
    assert not any(card.folded for card in outline_of(J, fold=False).cards)
    _, large = classifier()
    assert any(card.folded for card in outline_of(large).cards)
    assert not any(card.folded for card in outline_of(recurrent(2)).cards)


def test_scopes_are_folded_by_name_and_by_a_function():
    _, J = classifier()
    by_name = outline_of(J, fold="layer 2")
    assert [c.label for c in by_name.cards if c.folded] == ["layer 2"]
    by_function = outline_of(J, fold=lambda s: s.name.startswith("layer"))
    assert [c.symbol or c.label for c in by_function.cards if c.folded] == ["layer 2", "layer 3"]
    both = outline_of(J, fold=["layer 2", "loss"])
    assert [c.symbol or c.label for c in both.cards if c.folded] == ["layer 2", "loss"]


def test_equal_parts_side_by_side_are_one_card_with_a_count():
    outline = outline_of(xor(), depth=0)
    assert {"layer 2 × 4", "layer 3 × 4"} <= set(titles(outline))
    assert titles(outline).count("loss × 2") == 2  # of the examples of each class
    assert details(outline)["layer 2 × 4"] == "tanh · 2 neurons · 10 operations"


def test_equal_parts_one_after_the_other_stay_apart():
    outline = outline_of(recurrent(), depth=0)
    assert [c.label for c in outline.cards if c.folded] == [f"cell {t}" for t in range(1, 6)]
    assert sum(1 for a, b, _ in ends(outline) if a.startswith("cell")) == 4


def test_numbered_neurons_are_one_card():
    x = Value(2.0, "x")
    found = []
    for k in range(5):
        with scope(f"neuron {k}"):
            found.append((x * Value(k, kind="parameter") + 1.0).tanh())
    assert titles(outline_of(found, depth=0)) == ["x", "neuron × 5"]


def test_scopes_that_need_each_other_are_opened():
    x, outside = Value(2.0, "x"), copy_context()
    with scope("a"):
        first = x.exp()
        last = outside.run(first.sin) + first
    outline = outline_of(last, depth=0)
    assert len(outline.cards) == 4
    assert not any(card.folded for card in outline.cards)


def test_opening_cycles_leaves_the_other_keys_alone():
    x = Value(2.0)
    y = x.exp()
    keys = {x: "a", y: "a"}
    open_cycles({x: (), y: (x,)}, keys)
    assert keys == {x: "a", y: "a"}


def test_parameters_that_one_card_uses_are_inside_it_and_shared_ones_are_not():
    net, J = classifier()
    shown = {c.name for c in outline_of(J, depth=0).cards if c.kind == "parameter"}
    assert not shown
    assert {"w", "b"} <= set(titles(outline_of(recurrent(), depth=0)))
    assert len(leaves(J)) > len(net.parameters())


def test_many_leaves_that_are_used_alike_are_one_card():
    _, J = classifier([6, 2, 2])
    card = outline_of(J, depth=0).cards[0]
    assert (card.label, card.detail, card.kind) == ("x₁ … x₆", "6 inputs", "data")


def test_a_root_inside_a_folded_card_gives_it_the_heavy_border():
    _, J = classifier()
    assert [c.root for c in outline_of(J, depth=0).cards] == [False] * 6 + [True]


def test_focus_draws_the_paths_of_one_leaf_alone():
    _, J = classifier()
    leaf = leaves(J)[0]
    outline = outline_of(J, focus=leaf, fold=False)
    on_the_way = {leaf}
    for node in topological_order(J):
        if any(operand in on_the_way for operand in node.operands):
            on_the_way.add(node)
    assert len(outline.cards) == len(on_the_way)
    assert titles(outline)[0] == "w³ 11"
    with pytest.raises(ValueError, match="focus must be a Value that the root was computed from"):
        draw(J, focus=Value(1.0))


def test_constants_are_left_out_on_request():
    x = Value(2.0, "x")
    outline = outline_of(1 - x * 3 + Value(4.0, "k", kind="constant"), constants="fold")
    assert titles(outline) == ["x", "×", "−", "+"]
    with pytest.raises(ValueError, match="unknown constants 'hide': known are show, fold"):
        draw(x, constants="hide")


def test_heat_is_symmetrical_and_says_its_scale():
    x = Value(2.0, "x")
    root = x * -2
    root.backward()
    outline = outline_of(root, heat="value")
    strengths = {c.label or c.symbol: c.strength for c in outline.cards if c.gradient}
    assert strengths == {"x": 0.5, "×": -1.0}
    picture = ET.fromstring(draw(root, heat="grad").svg)
    shown = {t.text for t in picture.iter(f"{SVG}text")}
    assert {"−2", "+2"} <= shown
    roles = {g.get("class") for g in picture.iter(f"{SVG}g")}
    assert not {"value", "gradient", "data", "parameter"} & roles  # read on any tint
    with pytest.raises(ValueError, match="unknown heat 'loss': known are value, grad"):
        draw(root, heat="loss")


def test_heat_of_gradients_that_were_not_computed_tints_nothing():
    assert {c.strength for c in outline_of(recurrent(), heat="grad").cards} == {0.0}


def test_a_drawing_speaks_russian():
    _, J = classifier()
    drawing = draw(J, depth=0, language="ru")
    picture = ET.fromstring(drawing.svg)
    shown = " ".join(t.text or "" for t in picture.iter() if t.tag != f"{SVG}style")
    for words in ("слой 2", "8 нейронов", "72 операции", "градиент ∂J/∂·", "норма"):
        assert words in shown
    assert not re.search(r"gradient|neuron|operation|value|layer", shown)
    with pytest.raises(ValueError, match="unknown language 'de': known are en, ru"):
        draw(J, language="de")


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"depth": -1}, ValueError, "depth must be 0 or more, not -1"),
        ({"depth": "1"}, TypeError, "depth must be a whole number, not str"),
        ({"depth": 1, "fold": False}, ValueError, "depth says what is folded by its level"),
        ({"fold": 3}, TypeError, "fold must be a bool, names of scopes or a function, not int"),
        ({"fold": "nowhere"}, ValueError, "unknown scope 'nowhere': known are layer 2, layer 3, l"),
    ],
)
def test_wrong_options_are_refused(options, kind, message):
    _, J = classifier()
    with pytest.raises(kind, match=message):
        draw(J, **options)


def test_the_refusal_names_the_folded_alternative_and_its_size():
    _, J = classifier()
    message = r"has 201 nodes, more than limit=50 .* draw it folded with fold=True \(31 cards\)"
    with pytest.raises(ValueError, match=message):
        draw(J, fold=False, limit=50)


def test_a_huge_graph_is_refused_with_the_names_of_its_scopes():
    with scope("chain"):
        x = Value(1.0)
        for _ in range(MOST_COUNTED // 2 + 10):
            x = x + 1.0
    with pytest.raises(ValueError, match=r"fold its scopes \(chain\) with depth=0"):
        draw(x)
    for _ in range(MOST_COUNTED):
        x = x.tanh()
    with pytest.raises(ValueError, match=r"has more than 250,000 nodes, more than limit=600"):
        draw(x)


def test_neurons_and_layers_are_drawn_by_their_last_call():
    neuron, layer = Neuron(2), Layer(2, 3, number=3)
    assert draw(neuron).description == "network of 2 layers with 2, 1 units"
    assert "layer 3" in draw(layer).svg
    neuron([1.0, 2.0])
    layer([1.0, 2.0])
    assert draw(neuron).description.startswith("a = σ(w₁·1 + w₂·2 + b) = ")
    assert draw(layer, depth=0).description.endswith("drawn as 1 card")


@pytest.mark.parametrize("seed", range(30))
def test_folding_keeps_every_path(seed):
    roots = random_graph(seed)
    view = choose(roots, Wish(None, 0, None, "show", 600))
    names = {member: f"n{i}" for i, part in enumerate(view.parts) for member in part.members}
    assert names.keys() == set(topological_order(roots))
    drawn = {(arrow.tail, arrow.head) for arrow in gather(view, digits=3).arrows}
    for node, name in names.items():
        for operand in node.operands:
            if operand in names and names[operand] != name:
                assert (names[operand], name) in drawn
