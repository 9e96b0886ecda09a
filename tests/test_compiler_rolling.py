"""Loops of scalars become arrays, which is seen in the source; planted faults are caught."""

import math
import re
import textwrap

import numpy as np
import pytest
from programs import agree, eager, flat

import autograd_mini as ag
from autograd_mini.compiler import (
    array_program,
    compile,
    finite,
    take,
)

RNG = np.random.default_rng(0)


def compiled(f, *arguments, **options):
    fast = compile(f, target="numpy", **options)
    fast.value_and_grad(*arguments)
    assert "rolled" in fast.report()
    assert "eager engine: 0" in fast.report()
    return fast


def instructions(fast):
    return int(re.search(r"(\d+) instructions", fast.report())[1])


def log_loss_of(net):
    return lambda x, y: ag.log_loss_from_logits(net.logits(x), y)


def test_a_network_prints_the_delta_formulas():
    net = ag.MLP([64, 32, 10], seed=0)
    X, Y = RNG.random((5, 64)), np.eye(10)[:5]
    source = compiled(log_loss_of(net), X, Y, batched=("x", "y")).source
    for line in (
        "s2 = X @ W2.T + b2",
        "s3 = a2 @ W3.T + b3",
        "gb3 = ones @ delta3  # BP3: ∂J/∂b3 = δ3",
        "gW3 = delta3.T @ a2  # BP4: ∂J/∂W3 = δ3 (a2)ᵀ",
        "delta2 = (delta3 @ W3) * slope2  # BP2: δ2 = (W3ᵀ δ3) ⊙ σ′(s2)",
        "gW2 = delta2.T @ X  # BP4: ∂J/∂W2 = δ2 (a1)ᵀ",
    ):
        assert line in source.replace("    ", "")
    assert "# BP1" in source
    assert source.count("np.exp") == 2  # one exponential a layer serves σ, σ′ and the loss


def test_a_loop_over_examples_becomes_the_same_program():
    net = ag.MLP([4, 3, 2], seed=0)
    X, Y = RNG.random((6, 4)), np.eye(2)[[0, 1, 0, 1, 1, 0]]

    def loop(X, Y):
        examples = zip(X, Y, strict=True)
        return ag.mean(ag.log_loss_from_logits(net.logits(list(x)), list(y)) for x, y in examples)

    fast = compiled(loop, X, Y)
    for line in ("s2 = X @ W2.T + b2", "gW2 = delta2.T @ X"):
        assert line in fast.source
    other = compiled(log_loss_of(net), X, Y, batched=("x", "y"))
    value, gradients = fast.value_and_grad(X, Y)
    expected, slopes_ = other.value_and_grad(X, Y)
    assert math.isclose(value, expected, rel_tol=1e-14)
    assert np.allclose(flat(gradients), flat(slopes_), rtol=1e-13)


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def n_body(p):
    pairs = [(i, j) for i in range(len(p)) for j in range(i)]
    squares = (sum((p[i][k] - p[j][k]) ** 2 for k in range(3)) + 0.01 for i, j in pairs)
    return -ag.sum(1 / ag.sqrt(square) for square in squares)


def convolution(x, w):
    windows = range(len(x) - len(w) + 1)
    return ag.sum(ag.tanh(sum(w[k] * x[i + k] for k in range(len(w)))) ** 2 for i in windows)


def attention(Q, K, V):
    total = 0.0
    for q in Q:
        a = ag.softmax([ag.dot(q, k) / 2 for k in K])
        out = [sum(a[t] * V[t][d] for t in range(len(K))) for d in range(len(V[0]))]
        total = total + ag.sum(v * v for v in out)
    return total


def recurrence(xs, W, U):
    h = [0.0] * len(U)
    for x in xs:
        h = [ag.tanh(ag.dot(W[i], x) + ag.dot(U[i], h)) for i in range(len(U))]
    return ag.sum(h)


def constants(x):
    return ag.sum(ag.sin((0.1 + 0.01 * i) * v + 0.3 * i) for i, v in enumerate(x))


def stencil(x):
    n = len(x)
    return ag.sum((x[i - 1] if i else 0.0) - 2 * x[i] + (x[i + 1] if i + 1 < n else 0.0)
                  for i in range(n))  # fmt: skip


def polynomials(c, x):
    total = 0.0
    for v in x:
        value = 0.0
        for a in c:
            value = value * v + a
        total = total + value**2
    return total


def elementwise(x, y):
    pairs = zip(x, y, strict=True)
    return ag.sum(ag.tanh(ag.exp(-a * a) + ag.sin(b) * a) / (1 + a * a) for a, b in pairs)


def class_losses(X, W, Y):
    total = 0.0
    for x, y in zip(X, Y, strict=True):
        logits = ag.log_softmax([ag.dot(w, x) for w in W])
        total = total - ag.sum(label * p for label, p in zip(y, logits, strict=False))
    return total


def triangle(A, x):
    return ag.sum(A[i][j] * x[i] * x[j] for i in range(len(x)) for j in range(i + 1))


def triangular_rows(A):
    return ag.sum(ag.exp(ag.sum(row[: i + 1])) for i, row in enumerate(A))


def nearest(X, C):
    def squares(x):
        return [ag.sum((a - b) ** 2 for a, b in zip(x, c, strict=True)) for c in C]

    return ag.sum(ag.minimum(*squares(x)) for x in X)


def padded(x, w):
    n, reach = len(x), len(w) // 2
    return ag.sum(
        ag.tanh(ag.sum(w[k + reach] * x[i + k] for k in range(-reach, reach + 1) if 0 <= i + k < n))
        for i in range(n)
    )


@pytest.mark.parametrize(
    ("f", "shapes", "most", "pattern"),
    [
        (rosenbrock, [(100,)], 10, r"x\[1:\] - "),
        (n_body, [(10, 3)], 16, "einsum"),
        (convolution, [(30,), (5,)], 20, "vdot"),
        (attention, [(6, 4)] * 3, 20, r"Q @ K\.T"),
        (recurrence, [(8, 3), (8, 3), (8, 8)], 60, "U @ "),
        (constants, [(500,)], 8, "C0 "),
        (lambda u, v: ag.sum(ag.exp(a * b) for a in u for b in v), [(7,), (9,)], 8, "u.*None"),
        (lambda u, v: ag.dot(u, v) * 1.0, [(50,), (50,)], 3, r"np\.vdot\(u, v\)"),
        (lambda x: ag.logsumexp(x) * 1.0, [(40,)], 16, r"x\.argmax\(0\)"),
        (stencil, [(60,)], 12, "gx"),
        (polynomials, [(6,), (40,)], 24, r"x\b"),
        (elementwise, [(400,), (400,)], 18, r"np\.exp"),
        (class_losses, [(20, 5), (4, 5), (20, 4)], 26, r"X @ W\.T"),
        (triangle, [(12, 12), (12,)], 4, r"np\.vdot\(\(A \* x\[:, None\]\) \* x, C"),
        (triangular_rows, [(10, 10)], 8, r"'ij,ij->i', A\[1:\], C"),
        (nearest, [(20, 3), (5, 3)], 24, r"np\.minimum|\.min\("),
        (padded, [(40,), (5,)], 30, r"w2 \* x"),
    ],
)
def test_loops_roll_into_a_few_instructions_and_stay_right(f, shapes, most, pattern):
    arrays = [RNG.random(shape) - 0.5 for shape in shapes]
    names = f.__code__.co_varnames[: len(shapes)]
    fast = compiled(f, *arrays, wrt=names)
    assert instructions(fast) <= most, fast.source
    assert re.search(pattern, fast.source), fast.source
    small = [array[tuple(slice(0, 5) for _ in array.shape)] for array in arrays]
    arguments = {name: a.tolist() for name, a in zip(names, small, strict=True)}
    value, gradients, size, sizes = eager(f, arguments)
    found, slopes_ = compiled(f, *small, wrt=names).value_and_grad(*small)
    assert agree([found], [value], [size])
    assert agree(flat(slopes_), gradients, sizes)


def test_no_array_is_larger_than_the_largest_layer_times_the_batch():
    net = ag.MLP([64, 32, 10], seed=0)
    X, Y = RNG.random((50, 64)), np.eye(10)[np.arange(50) % 10]
    fast = compiled(log_loss_of(net), X, Y, batched=("x", "y"))
    engine = fast._latest()
    body = engine.source.split("\n", 1)[1].rsplit("    return", 1)[0]
    names = array_program.namespace(body) | {"n": 50, "N": 50, "check": finite.check}
    names["arrays"] = [X, Y, *map(np.array, net.state_dict().values())]
    exec(textwrap.dedent(body), names)
    sizes = [v.size for v in names.values() if isinstance(v, np.ndarray)]
    assert max(sizes) <= 64 * 50


def test_large_batches_go_through_in_blocks_and_give_the_same():
    net = ag.MLP([3, 2], seed=0)
    X, Y = RNG.random((40_000, 3)), RNG.integers(0, 2, (40_000, 2)).astype(float)
    fast = compile(log_loss_of(net), batched=("x", "y"), wrt=(net, "x"))
    value, (gradients, by_x) = fast.value_and_grad(X, Y)
    halves = [fast.value_and_grad(X[k : k + 2000], Y[k : k + 2000]) for k in range(0, 40_000, 2000)]
    assert math.isclose(value, sum(v for v, _ in halves) / 20, rel_tol=1e-12)
    mean = sum(g["W2"] for _, (g, _) in halves) / 20
    assert np.allclose(gradients["W2"], mean, rtol=1e-11)
    assert np.allclose(by_x * 20, np.concatenate([g for _, (_, g) in halves]), rtol=1e-12)


def test_arrays_can_own_the_parameters():
    net = ag.MLP([3, 2], seed=0)
    X, Y = RNG.random((4, 3)), np.eye(2)[[0, 1, 1, 0]]
    fast = compile(log_loss_of(net), batched=("x", "y"))
    parameters = {name: np.array(nest) + 1.0 for name, nest in net.state_dict().items()}
    value, gradients = fast.value_and_grad_at(parameters, X, Y)
    assert value != fast(X, Y)
    net.load_state_dict(parameters)
    assert value == fast(X, Y)
    assert all((gradients[k] == g).all() for k, g in fast.grad(X, Y).items())
    with pytest.raises(TypeError, match="target"):
        compile(log_loss_of(net), target="python").value_and_grad_at(parameters, X[0], Y[0])


def test_embeddings_gather_rows_and_their_gradient_adds_up():
    E = RNG.random((6, 3))
    f = compile(lambda E, t: ag.sum(v * v for v in take(E, t)), batched="t", reduce="sum")
    value, slopes_ = f.value_and_grad(E, [0, 2, 2, 5])
    assert math.isclose(value, (E[[0, 2, 2, 5]] ** 2).sum())
    expected = np.zeros_like(E)
    np.add.at(expected, [0, 2, 2, 5], 2 * E[[0, 2, 2, 5]])
    assert np.allclose(slopes_, expected)


def test_tokens_pick_rows_and_one_program_serves_every_token():
    def f(E, P, W, tokens, target):
        total = 0.0
        for position in range(len(tokens)):
            x = [a + b for a, b in zip(take(E, tokens[position]), P[position], strict=True)]
            logits = [ag.dot(row, x) for row in W]
            total = total + ag.logsumexp(logits) - take(logits, target[position])
        return total / len(tokens)

    E, P, W = (RNG.normal(size=shape) for shape in ((7, 4), (5, 4), (7, 4)))
    fast = compile(f, wrt=("E", "P", "W"), target="numpy")
    for _ in range(3):
        tokens, target = RNG.integers(0, 7, 5), RNG.integers(0, 7, 5)
        value, gradients = fast.value_and_grad(E, P, W, tokens, target)
        arguments = {"E": E.tolist(), "P": P.tolist(), "W": W.tolist()}

        def one(E, P, W, tokens=tokens, target=target):
            return f(E, P, W, tokens, target)

        expected, slopes_, size, sizes = eager(one, arguments)
        assert agree([value], [expected], [size])
        assert agree(flat(gradients), slopes_, sizes)
    assert "eager engine: 0" in fast.report()
    assert "programs kept: 1" in fast.report()


def test_embeddings_roll_into_rows():
    E = RNG.random((6, 3))
    f = compile(lambda E, t: ag.sum(v * v for v in take(E, t)), batched="t", reduce="sum")
    f.grad(E, np.array([0.0, 2.0, 2.0]))
    assert "E[picked]" in f.source
    assert "np.add.at(gE, picked" in f.source
    with pytest.raises(IndexError, match="from 0 to 5, not 6"):
        f(E, np.array([6.0]))


def test_no_argument_takes_the_place_of_a_name_that_the_program_needs():
    def f(np, n, N, arrays, I0, place, C0, delta2, scatter, e, I0_30_plan):
        names = (np, n, N, arrays, I0, place, C0, delta2, scatter, e, I0_30_plan)
        pairs = [a[i] * b[j] for a in names for b in names[:2] for i in range(3) for j in range(i)]
        return ag.sum(pairs) + ag.sum(ag.sigmoid((0.1 + 0.2 * k) * v) for k, v in enumerate(e))

    given = [RNG.random(3) for _ in range(11)]
    names = f.__code__.co_varnames[:11]
    found = compile(f, wrt=names, target="numpy")
    value, slopes_ = found.value_and_grad(*given)
    arguments = {name: a.tolist() for name, a in zip(names, given, strict=True)}
    expected, gradients, size, sizes = eager(f, arguments)
    assert agree([value], [expected], [size])
    assert agree(flat(slopes_), gradients, sizes)
    assert "eager engine: 0" in found.report()


def test_a_label_is_a_name_only_if_it_is_an_identifier():
    def f(x):
        out = []
        for k, label in enumerate(("__import__('os')", "a\nb", "np", "lambda", "good")):
            total = x[k] * 2.0 + 1.0
            total.label = label
            out.append(ag.exp(total) * ag.tanh(total))
        return ag.sum(out)

    fast = compile(f, target="numpy")
    x = RNG.random(5)
    value, gradients, *_ = eager(f, {"x": x.tolist()})
    found, slopes_ = fast.value_and_grad(x)
    assert math.isclose(found, value, rel_tol=1e-13)
    assert np.allclose(slopes_, gradients, rtol=1e-12)
    assert "import" not in fast.source
