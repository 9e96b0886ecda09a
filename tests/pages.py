"""Graphs for the tests of living pages."""

import base64
import json
import random
import re
import zlib

import autograd_mini as ag
from autograd_mini.drawing.living import markup

_PACKED = re.compile(r'(id="packed"[^>]*>)([^<]*)')


def unpacked(html):
    """Return what is packed in a page: name → text."""
    kept = base64.b64decode(_PACKED.search(html)[2])
    return dict(json.loads(zlib.decompress(kept, -15)))


def repacked(html, **texts):
    """Return a page with other texts in it; a dot in a name is an underscore."""
    changed = {name.replace("_", "."): text for name, text in texts.items()}
    kept = markup.packed(unpacked(html) | changed)
    return _PACKED.sub(lambda found: found[1] + kept, html)


def neuron():
    """Return the log loss of the lecture's sigmoid neuron, J = -ln σ(w₁x₁ + w₂x₂ + b)."""
    w1, w2, b = (
        ag.Value(number, label, kind="parameter")
        for label, number in (("w_1", 2.0), ("w_2", -3.0), ("b", -3.0))
    )
    x1, x2 = ag.Value(-1.0, label="x_1"), ag.Value(-2.0, label="x_2")
    s = w1 * x1 + w2 * x2 + b
    s.label = "s"
    a = ag.sigmoid(s)
    a.label = "a"
    J = ag.log_loss(a, 1)
    J.label = "J"
    return J


def network(sizes=(2, 3, 1)):
    """Return the log loss of a small network."""
    net = ag.MLP(list(sizes), activation="tanh", seed=0)
    x = [ag.Value(1.0 - 0.3 * k, label=f"x_{k + 1}") for k in range(sizes[0])]
    J = ag.log_loss(net(x), [1] + [0] * (sizes[-1] - 1))
    J.label = "J"
    return J


def flat(count):
    """Return a graph of about so many nodes without scopes."""
    draw = random.Random(0)
    nodes = [ag.Value(draw.uniform(-1, 1), label=f"w_{k}") for k in range(count // 5)]
    while len(nodes) < count:
        a, b = draw.choice(nodes[-40:]), draw.choice(nodes[-40:])
        nodes.append(draw.choice([a * b, a + b, ag.tanh(a), a - b]))
    used = {operand for node in nodes for operand in node.operands}
    J = sum(node for node in nodes if node not in used)
    J.label = "J"
    return J


def reused():
    """Return a graph with four paths: c = b + b, b = a + a."""
    a = ag.Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c
