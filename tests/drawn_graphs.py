"""With this one can get graphs to draw, and what is drawn of them.

- `OPERATIONS`: those that random graphs are made of.
- `random_graph`: the sinks of a graph with scopes and much sharing.
- `classifier`: a network with its loss, swept.
- `outline_of`: what a drawing shows of a graph, before it is laid out.
"""

import random
from contextlib import nullcontext

from autograd_mini import losses, operations
from autograd_mini.drawing.cards import gather
from autograd_mini.drawing.choice import Wish, choose
from autograd_mini.graph import scope
from autograd_mini.neurons import MLP
from autograd_mini.value import Value

OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: b - a,
    operations.atan2,
    lambda a, b: operations.maximum(a, b, 0.5),
    lambda a, _: operations.clamp(a, -1.0, 1.0),
    lambda a, _: a.tanh(),
)


def random_graph(seed):
    generator = random.Random(seed)
    kinds = ("data", "parameter")
    nodes = [
        Value(round(generator.uniform(-9, 9), 2), f"x_{i}", kind=generator.choice(kinds))
        for i in range(generator.randint(1, 5))
    ]
    for part in range(generator.randint(1, 4)):
        with scope(f"part {part}"):
            for _ in range(generator.randint(1, 7)):
                a, b = generator.choice(nodes), generator.choice([*nodes, *nodes, 2.5, -1])
                with scope("inner") if generator.random() < 0.4 else nullcontext():
                    nodes.append(generator.choice(OPERATIONS)(a, b))
    used = {operand for node in nodes for operand in node.operands}
    return [node for node in nodes if node not in used]


def classifier(sizes=(4, 8, 3)):
    net = MLP(sizes, activation="tanh", output="softmax", seed=1)
    x = [Value(k / 4, f"x_{k}") for k in range(1, sizes[0] + 1)]
    J = losses.cross_entropy(net(x), [1, *[0] * (sizes[-1] - 1)])
    J.label = "J"
    J.backward()
    return net, J


def outline_of(root, *, fold=None, depth=None, focus=None, constants="show", **options):
    roots = root if isinstance(root, list) else [root]
    view = choose(roots, Wish(fold, depth, focus, constants, 600))
    return gather(view, digits=3, **options)
