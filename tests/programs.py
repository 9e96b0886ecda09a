"""With this one can make random functions of scalars, and know what they should give.

- `looping(seed)`: recurrences that are not linear, written as loops over many steps.
- `structured(seed)`: loops, borders, ragged sums, shared parts, weights used in several places.
- `irregular(seed, nodes)`: a graph without repetition, with heavy reuse.
- `eager(f, arguments)`: value and gradients by the scalar engine, and the magnitude to which
  their rounding errors are proportional, propagated through the graph.
"""

import math
import random

import autograd_mini as ag
from autograd_mini.graph import topological_order

SMOOTH = (ag.tanh, ag.sigmoid, ag.sin, ag.softplus, ag.square, ag.atan, lambda x: x * 0.5)
KINKED = (ag.relu, ag.abs, lambda x: ag.leaky_relu(x, 0.1), ag.gelu, ag.silu)


def _vector(generator, size):
    return [generator.uniform(-1.5, 1.5) for _ in range(size)]


def _matrix(generator, rows, columns):
    return [_vector(generator, columns) for _ in range(rows)]


# Each step takes vectors and gives vectors; `r` is a generator with the choices of this program.


def elementwise(r, state):
    f, v = r.choice(SMOOTH + KINKED), r.choice(state["vectors"])
    return [f(x) for x in v]


def dense(r, state):
    v = r.choice(state["vectors"])
    rows = r.choice([m for m in state["matrices"] if len(m[0]) <= len(v)] or [None])
    if rows is None:
        return [v[-1] * v[0]]
    return [sum(w * x for w, x in zip(row, v, strict=False)) for row in rows]


def stencil(r, state):
    """Neighbours, with borders that have fewer terms."""
    v = r.choice(state["vectors"])
    out = []
    for i in range(len(v)):
        total = -2 * v[i]
        if i > 0:
            total = total + v[i - 1]
        if i + 1 < len(v):
            total = total + v[i + 1]
        out.append(total)
    return out


def shifted(r, state):
    """A window without its border, like the terms of Rosenbrock's function."""
    v = r.choice(state["vectors"])
    return [(v[i + 1] - v[i] ** 2) * (1 - v[i]) for i in range(len(v) - 1)] or [v[0]]


def convolution(r, state):
    v, k = r.choice(state["vectors"]), r.choice(state["matrices"])[0]
    width = min(len(k), len(v))
    return [sum(k[j] * v[i + j] for j in range(width)) for i in range(len(v) - width + 1)]


def triangle(r, state):
    """A ragged sum: the first i of them."""
    v = r.choice(state["vectors"])
    return [ag.sum([v[j] * v[i] for j in range(i + 1)]) for i in range(len(v))]


def pairs(r, state):
    v = r.choice(state["vectors"])
    n = len(v)
    terms = [ag.sqrt(1.0 + (v[i] - v[j]) ** 2) for i in range(n) for j in range(i)]
    return [ag.sum(terms) if terms else v[0]]


def softmax(r, state):
    return ag.softmax(r.choice(state["vectors"]))


def logsumexp(r, state):
    v = r.choice(state["vectors"])
    return [ag.logsumexp(v), v[0]]


def recurrence(r, state):
    v, m = r.choice(state["vectors"]), r.choice(state["matrices"])
    h = [x * 0.1 for x in m[0]]
    size = min(len(m), len(h))
    h = h[:size]
    for x in v[:4]:
        h = [ag.tanh(sum(m[a][b] * h[b] for b in range(size)) + x) for a in range(size)]
    return h


def combined(r, state):
    """Two vectors, element by element; the longer one is cut."""
    a, b = r.choice(state["vectors"]), r.choice(state["vectors"])
    f = r.choice((
        lambda x, y: x * y, lambda x, y: x + 3 * y, lambda x, y: x - y,
        lambda x, y: x / (1.5 + y * y), ag.maximum,
        lambda x, y: ag.where(x > y, x * 2, y), ag.hypot,
    ))  # fmt: skip
    return [f(x, y) for x, y in zip(a, b, strict=False)]


def outer(r, state):
    a, b = r.choice(state["vectors"])[:4], r.choice(state["vectors"])[:4]
    return [x * y for x in a for y in b]


def scaled(r, state):
    """Constants that differ from element to element."""
    v = r.choice(state["vectors"])
    return [(0.5 + 0.25 * i) * x + 0.1 * i for i, x in enumerate(v)]


def reversed_(r, state):
    v = r.choice(state["vectors"])
    return v[::-1] if len(v) < 3 else [v[-1], *v[:-1]]


def strided(r, state):
    v = r.choice(state["vectors"])
    return [x * v[0] for x in v[::2]]


def running(r, state):
    """A running sum, each element of which is used."""
    total, out = 0.0, []
    for x in r.choice(state["vectors"]):
        total = total + x
        out.append(total * 0.5)
    return out


def drifting(r, state):
    """A loop in time: each step hangs on the one before, by a factor and a term."""
    v = r.choice(state["vectors"])
    now, out = v[0] * 0.5, []
    for x in (v * 12)[:12]:
        now = 0.8 * now + ag.sin(x) if len(v) % 2 else now * ag.cos(x) + x * 0.3
        out.append(now)
    return out


def picking(r, state):
    """Elements by computed indices, of which one may come twice."""
    v, w = r.choice(state["vectors"]), r.choice(state["vectors"])
    size = len(v) * 0.998
    return [ag.take(v, ag.floor(ag.sigmoid(3 * x) * size + 0.001)) * x for x in w]


STEPS = (
    elementwise, dense, stencil, shifted, convolution, triangle, pairs, softmax, logsumexp,
    recurrence, combined, outer, scaled, reversed_, strided, running,
    drifting, picking,
)  # fmt: skip


def structured(seed):
    """Return a function of x (a vector), M (a matrix) and c (a number), and numbers for them."""
    generator = random.Random(seed)
    size, rows = generator.randint(1, 7), generator.randint(1, 5)
    depth = generator.randint(1, 5)
    choices = generator.randrange(2**32)

    def f(x, M, c):
        r = random.Random(choices)
        state = {"vectors": [list(x), [w * c for w in M[0]]], "matrices": [M]}
        for _ in range(depth):
            step = r.choice(STEPS)
            state["vectors"].append(step(r, state)[:24])
        last = state["vectors"][-1]
        shared = r.choice(state["vectors"])
        total = ag.sum(last) + shared[0] * shared[-1]
        if r.random() < 0.3:
            total = total / len(last) - c
        return total

    x, M = _vector(generator, size), _matrix(generator, rows, generator.randint(1, 6))
    return f, {"x": x, "M": M, "c": generator.uniform(-1, 1)}


# Each body takes r, the states (a vector for each name), what is the same for all steps, and this
# step's inputs; it gives new states, and a number that this step leaves behind.


def mapped(r, state, fixed, now):
    """Element by element, with an input and a number that differs from step to step."""
    f, g = r.choice(SMOOTH), r.choice(SMOOTH)
    h = [
        f(a) * fixed["c"] + g(b * now["number"]) for a, b in zip(state["h"], now["u"], strict=True)
    ]
    return {**state, "h": h}, h[0]


def layered(r, state, fixed, now):
    """A recurrent layer; products of inputs and of states in one sum, or in two."""
    f, M, h, u = r.choice((ag.tanh, ag.sigmoid, ag.sin)), fixed["M"], state["h"], now["u"]
    size, together, new = len(h), r.random() < 0.5, []
    for i in range(size):
        if together:
            total = 0.0
            for j in range(size):
                total = total + M[i][j] * h[j] + M[j][i] * u[j]
        else:
            total = sum(M[i][j] * h[j] for j in range(size)) + sum(
                M[j][i] * u[j] for j in range(size)
            )
        new.append(f(total + fixed["c"]))
    return {**state, "h": new}, ag.sum(new)


def gated(r, state, fixed, now):
    """Two vectors that hang on each other, as in an LSTM."""
    M, size = fixed["M"], len(state["h"])
    sums = [sum(M[i][j] * state["h"][j] for j in range(size)) + now["u"][i] for i in range(size)]
    keep, new = [ag.sigmoid(s + 1.0) for s in sums], [ag.tanh(s * fixed["c"]) for s in sums]
    v = [k * a + (1 - k) * b for k, a, b in zip(keep, state["v"], new, strict=True)]
    h = [ag.sigmoid(s) * ag.tanh(a) for s, a in zip(sums, v, strict=True)]
    return {**state, "h": h, "v": v}, v[-1] * h[0]


def stepped(r, state, fixed, now):
    """Numbers of a motion, by a step with a stage in the middle."""
    q, p = state["h"][0], state["v"][0]
    force = lambda a, b: -fixed["c"] * ag.sin(a) - 0.1 * b + 0.1 * now["u"][0]  # noqa: E731
    middle, speed = q + 0.05 * p, p + 0.05 * force(q, p)
    h, v = q + 0.1 * speed, p + 0.1 * force(middle, speed)
    return {**state, "h": [h, *state["h"][1:]], "v": [v, *state["v"][1:]]}, h * v


def neighbouring(r, state, fixed, now):
    """Cells that hang on their neighbours, with borders."""
    h = state["h"]
    new = []
    for i, a in enumerate(h):
        left, right = h[i - 1] if i else 0.1, h[i + 1] if i + 1 < len(h) else fixed["c"]
        new.append(a + 0.1 * (left + right - 2 * a) - 0.05 * ag.tanh(a) * a)
    return {**state, "h": new}, new[-1]


def late(r, state, fixed, now):
    """A step that hangs on the one before the last, too."""
    h = [
        ag.tanh(a + 0.5 * b * now["u"][0]) for a, b in zip(state["h"], state["older"], strict=True)
    ]
    return {**state, "h": h, "older": state["h"]}, h[0] * fixed["c"]


def chosen(r, state, fixed, now):
    """Branches, and an operand that only some of the states have."""
    h = [ag.where(a > b, ag.maximum(a * 0.7, fixed["c"]), ag.sin(a + b))
         for a, b in zip(state["h"], now["u"], strict=True)]  # fmt: skip
    return {**state, "h": [h[-1], *h[:-1]]}, ag.softplus(h[0])


def descending(r, state, fixed, now):
    """A step down a slope, or of Newton's, towards what the input says."""
    h = []
    for a, b in zip(state["h"], now["u"], strict=True):
        error, slope = ag.atan(a) - 0.3 * b, 1.0 + a * a
        h.append(a - 0.5 * error * slope / (1.0 + 0.1 * slope) - 0.1 * fixed["c"])
    return {**state, "h": h}, h[-1]


BODIES = (mapped, layered, gated, stepped, neighbouring, late, chosen, descending)


def _inputs(r, rows, plan):
    """Yield for each step its inputs: some programs begin, or end, in another way."""
    for t, row in enumerate(rows):
        now = {"u": rows[t - 1] if t and plan["shifts"] else row, "number": 0.8}
        if plan["unlike"] < 0.5:
            now["number"] = 1.0 + 0.1 * t
        if plan["unlike"] > 0.8 and t == 0:
            now = {"u": [a + 0.5 for a in row], "number": 2.0}
        if plan["unlike"] > 0.9 and t == len(rows) - 1:
            now["u"] = [ag.sin(a) for a in row]
        yield now


def _time_loop(r, state, fixed, inputs):
    """Go through a loop; return the last state, all states, what steps leave behind, and a sum."""
    bodies = [r.choice(BODIES), *r.choice(((), (), (r.choice(BODIES),)))]
    plan = {"unlike": r.random(), "shifts": r.random() < 0.2}
    rows = inputs[::-1] if r.random() < 0.2 else inputs
    sums, choice, total, path, left = r.random() < 0.4, r.randrange(2**32), 0.0, [], []
    for now in _inputs(r, rows, plan):
        y = 0.0
        for k, body in enumerate(bodies):
            state, z = body(random.Random(choice + k), state, fixed, now)
            y = y + z
        if sums:
            total = total + y * y
        path.append(state["h"])
        left.append(y)
    return state, path, left, total


def _used_of(r, state, path, left, inputs):
    """Return a number that hangs on what a loop gives: the end of it, or all of it."""
    choice = r.choice(("end", "all", "squares", "targets"))
    if choice == "end":
        return ag.sum(state["h"]) * state["v"][0]
    if choice == "all":
        return ag.sum(left) / len(left)
    if choice == "squares":
        return ag.sum([ag.square(a) for row in path for a in row])
    pairs = zip(path, inputs, strict=True)
    return ag.sum([ag.square(a - b) for p, q in pairs for a, b in zip(p, q, strict=True)])


def looping(seed, *, live=False):
    """Return a function with time loops of x (a vector), M (a matrix), c and u (rows of inputs).

    What is unlike in the first and the last step, what is summed up on the way, what is used of
    the steps afterwards, and whether a second loop follows, is chosen at random. Of a live one
    the result hangs on all that is computed.
    """
    generator = random.Random(seed)
    size, steps = generator.choice((1, 2, 2, 3, 4)), generator.randint(10, 16)
    choices = generator.randrange(2**32)

    def f(x, M, c, u):
        r = random.Random(choices)
        fixed, state = {"M": M, "c": c}, {"h": list(x), "v": [0.1 * a for a in x]}
        state["older"] = list(x)
        if r.random() < 0.4:
            fixed["M"] = [[ag.sin(w) * 0.7 for w in row] for row in M]
        if r.random() < 0.4:
            fixed["c"] = ag.tanh(c * x[0])
        if r.random() < 0.3:
            state["h"] = [0.0] * size
        inputs, result = [list(row) for row in u], ag.sum(x)
        for _ in range(r.randint(1, 2)):
            state, path, left, total = _time_loop(r, state, fixed, inputs)
            result = result + total * 0.1 + _used_of(r, state, path, left, inputs)
            if live:
                every = [*left, *(a for row in path for a in row), *state["v"], *state["older"]]
                result = result + ag.sum([ag.tanh(a) for a in every])
            inputs = [[a * 0.5 for a in row] for row in path]
        return result * fixed["c"] + ag.sum([w for row in fixed["M"] for w in row]) * live

    return f, {
        "x": _vector(generator, size), "M": _matrix(generator, size, size),
        "c": generator.uniform(-1, 1), "u": _matrix(generator, steps, size),
    }  # fmt: skip


UNARY = (
    ag.tanh, ag.sigmoid, ag.sin, ag.cos, ag.softplus, ag.square, ag.atan, ag.relu, ag.abs,
    ag.asinh, ag.erf, ag.sech, ag.elu, lambda x: -x, lambda x: x / 3, lambda x: ag.exp(-x * x),
)  # fmt: skip
BINARY = (
    lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: 2 * x - 0.5 * y,
    lambda x, y: x / (2.0 + y * y), ag.maximum, ag.hypot,
)  # fmt: skip


def irregular(seed, nodes):
    """Return a function of x (a vector) whose graph has no pattern, and numbers for it."""
    generator = random.Random(seed)
    size, choices = generator.randint(2, 6), generator.randrange(2**32)

    def f(x):
        r = random.Random(choices)
        pool = list(x)
        for _ in range(nodes):
            recent = pool[-12:] if r.random() < 0.7 else pool
            if r.random() < 0.4:
                new = r.choice(UNARY)(r.choice(recent))
            else:
                new = r.choice(BINARY)(r.choice(recent), r.choice(pool))
            pool.append(ag.tanh(new) if r.random() < 0.3 else new * 0.5)
        return ag.sum(pool[-5:])

    return f, {"x": _vector(generator, size)}


def leaves_of(tree):
    return [leaf for part in tree for leaf in leaves_of(part)] if isinstance(tree, list) else [tree]


def as_values(tree):
    return [as_values(part) for part in tree] if isinstance(tree, list) else ag.Value(tree)


def eager(f, arguments):
    """Return value, gradients by all arguments' numbers, and their magnitudes.

    A magnitude is what an error analysis gives: that of a sum is the sum of its terms'
    magnitudes, and an operation passes on its operands' by the size of its slopes.
    """
    values = {name: as_values(tree) for name, tree in arguments.items()}
    root = f(**values)
    inputs = [leaf for tree in values.values() for leaf in leaves_of(tree)]
    if not isinstance(root, ag.Value):
        return float(root), [0.0] * len(inputs), abs(root), [1.0] * len(inputs)
    size, sizes = magnitudes(root, inputs)
    root.backward()
    return root.data, [0.0 if leaf.grad is None else leaf.grad for leaf in inputs], size, sizes


def magnitudes(root, leaves):
    """Return to what the rounding errors of a result, and of its slopes, are proportional."""
    order = topological_order(root)
    magnitude = {}
    for node in order:
        passed = sum(
            abs(slope) * magnitude[operand]
            for operand, slope in zip(node.operands, node.local_derivatives, strict=True)
            if slope is not None
        )
        magnitude[node] = max(abs(node.data), passed)
    swept = {root: 1.0}
    for node in reversed(order):
        for operand, slope in zip(node.operands, node.local_derivatives, strict=True):
            if slope is not None:
                # how far the slope itself moves with the operands' own errors
                size = abs(slope) + magnitude[node] + max(magnitude[operand], 1.0)
                swept[operand] = swept.get(operand, 0.0) + size * swept.get(node, 0.0)
    return magnitude[root], [swept.get(leaf, 0.0) + 1e-300 for leaf in leaves]


def flat(gradient):
    """Return the numbers of nested gradients, from left to right."""
    if isinstance(gradient, dict):
        return [x for part in gradient.values() for x in flat(part)]
    if hasattr(gradient, "tolist"):
        return flat(gradient.tolist())
    if isinstance(gradient, (list, tuple)):
        return [x for part in gradient for x in flat(part)]
    return [gradient]


def agree(found, expected, magnitudes, tolerance=1e-12):
    """Tell whether numbers agree to a share of their magnitudes; NaN and lengths never do."""
    if len(found) != len(expected):
        return False
    return all(
        math.isfinite(a) and abs(a - b) <= tolerance * size
        for a, b, size in zip(found, expected, magnitudes, strict=True)
    )
