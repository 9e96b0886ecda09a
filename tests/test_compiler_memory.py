"""No array of a program is larger than the largest layer times the batch, but for parameters."""

import ast
import builtins

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.compiler import compile, take

RNG = np.random.default_rng(0)
COUNT = 50


class _Watching(ast.NodeTransformer):
    """Hands every expression of a program to a watcher, the inner ones too."""

    def generic_visit(self, node):
        node = super().generic_visit(node)
        watched = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Subscript)
        if isinstance(node, watched) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            name = ast.Name("watch", ast.Load())
            return ast.copy_location(ast.Call(name, [node], []), node)
        return node


def largest(fast, arguments):
    """Return the size of the largest array that a program makes, and its shape."""
    engine = fast._latest()
    found = (0, ())

    def watch(value):
        nonlocal found
        owns = isinstance(value, np.ndarray) and value.flags.owndata
        if owns and value.size > found[0]:
            found = (value.size, value.shape)
        return value

    tree = ast.fix_missing_locations(_Watching().visit(ast.parse(engine.source)))
    names = dict(engine.program.run.__globals__) | {"watch": watch}
    exec(builtins.compile(tree, "<watched>", "exec"), names)
    of = {name: engine.plan.of[name] for name in engine.plan.examples}
    names["program"](engine._arrays(of, COUNT, None), COUNT, COUNT)
    assert found[0], engine.source
    return found


def _net(*sizes):
    return ag.MLP(list(sizes), activation="tanh", output="identity", seed=0)


def log_loss():
    net = _net(64, 32, 10)
    f = lambda x, y: ag.log_loss_from_logits(net.logits(x), y)  # noqa: E731
    return f, [RNG.random((COUNT, 64)), np.eye(10)[np.arange(COUNT) % 10]], "xy", None, 64


def cross_entropy():
    net = _net(8, 5, 40)
    f = lambda x, y: ag.cross_entropy_from_logits(net.logits(x), y)  # noqa: E731
    return f, [RNG.random((COUNT, 8)), np.eye(40)[np.arange(COUNT) % 40]], "xy", None, 40


def softmax():
    net = _net(8, 5, 40)
    f = lambda x, y: ag.cross_entropy(ag.softmax(net.logits(x)), y)  # noqa: E731
    return f, [RNG.random((COUNT, 8)), np.eye(40)[np.arange(COUNT) % 40]], "xy", None, 40


def picked_class():
    net = _net(8, 5, 40)
    f = lambda x, y: -take(ag.log_softmax(net.logits(x)), y)  # noqa: E731
    return f, [RNG.random((COUNT, 8)), np.arange(COUNT) % 40], "xy", None, 40


def convolutions():
    def f(x, w, v):
        h = [ag.tanh(sum(w[k] * x[i + k] for k in range(5))) for i in range(len(x) - 4)]
        g = [ag.tanh(sum(v[k] * h[i + k] for k in range(3))) for i in range(len(h) - 2)]
        return ag.sum(a * a for a in g)

    return f, [RNG.random((COUNT, 30)), RNG.random(5), RNG.random(3)], "x", ("w", "v"), 30


def convolution_of_channels():
    def f(x, w):
        total = 0.0
        for c in range(4):
            for i in range(6):
                for j in range(6):
                    s = sum(
                        w[c][d][a][b] * x[d][i + a][j + b]
                        for d in range(2) for a in range(3) for b in range(3)
                    )  # fmt: skip
                    total = total + ag.tanh(s) ** 2
        return total

    return f, [RNG.random((COUNT, 2, 8, 8)), RNG.random((4, 2, 3, 3))], "x", ("w", "x"), 4 * 6 * 6


def padded_convolution():
    def f(x, w):
        size = len(x)
        h = [
            [
                ag.sum(
                    w[a + 1][b + 1] * x[i + a][j + b]
                    for a in (-1, 0, 1) for b in (-1, 0, 1)
                    if 0 <= i + a < size and 0 <= j + b < size
                )
                for j in range(size)
            ]
            for i in range(size)
        ]  # fmt: skip
        return ag.sum(ag.tanh(s) for row in h for s in row)

    return f, [RNG.random((COUNT, 7, 7)), RNG.random((3, 3))], "x", ("w", "x"), 49


def attention():
    def f(x, W):
        q = [[ag.dot(w, v) for w in W] for v in x]
        total = 0.0
        for row in q:
            a = ag.softmax([ag.dot(row, v) for v in x])
            mixed = [ag.dot(a, [v[d] for v in x]) for d in range(3)]
            total = total + ag.sum(v * v for v in mixed)
        return total

    return f, [RNG.random((COUNT, 6, 3)), RNG.random((3, 3))], "x", ("W",), 36


@pytest.mark.parametrize(
    "make",
    [log_loss, cross_entropy, softmax, picked_class, convolutions, convolution_of_channels,
     padded_convolution, attention],
)  # fmt: skip
def test_no_array_is_larger_than_the_largest_layer_times_the_batch(make):
    f, arguments, batched, wrt, layer = make()
    fast = compile(f, batched=tuple(batched), wrt=wrt, target="numpy")
    fast.value_and_grad(*arguments)
    assert "rolled" in fast.report()
    size, shape = largest(fast, arguments)
    assert size <= layer * COUNT, (shape, fast.source)
    assert ", 0 gathers" in fast.report()
