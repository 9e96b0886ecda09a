"""With this one can see how people write in loops of scalars: networks, series, lattices, matrices.

- `LOOPS` holds each kind by name: a function that gives, for about so many operations, a function,
  its arguments, and what to compile it with.

Random programs live in `programs`.
"""

import math
import operator
import random
from itertools import pairwise

import autograd_mini as ag


def vector(size, seed=0, low=-0.5, high=0.5):
    generator = random.Random(seed)
    return [generator.uniform(low, high) for _ in range(size)]


def matrix(rows, columns, seed=0, low=-0.5, high=0.5):
    return [vector(columns, seed * 1009 + row, low, high) for row in range(rows)]


def times(W, x):
    """Return a matrix times a vector."""
    return [ag.dot(row, x) for row in W]


def squares(v):
    return ag.sum(x * x for x in v)


def plus(*vectors):
    return [ag.sum(column) for column in zip(*vectors, strict=True)]


# Each takes a number of operations.


def rosenbrock(size):
    def f(x):
        return sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))

    return f, [vector(size // 8)], {}


def wide_network(size):
    width = max(round((size / 2.2) ** 0.5), 2)
    net = ag.MLP([width, width, 10], seed=0)
    y = [1.0] + [0.0] * 9
    return lambda x: ag.log_loss_from_logits(net.logits(x), y), [vector(width)], {"wrt": net}


def deep_network(size):
    net = ag.MLP([16] * max(size // 560, 2) + [3], activation="tanh", seed=0)
    y = [1.0, 0.0, 0.0]
    return lambda x: ag.log_loss_from_logits(net.logits(x), y), [vector(16)], {"wrt": net}


def examples(size):
    net = ag.MLP([16, 8, 4], seed=0)

    def f(X, Y):
        pairs = zip(X, Y, strict=True)
        return ag.mean(ag.log_loss_from_logits(net.logits(list(x)), list(y)) for x, y in pairs)

    count = max(size // 400, 2)
    return f, [matrix(count, 16), [[1.0, 0.0, 0.0, 0.0]] * count], {"wrt": net}


def convolved(image, kernels, biases):
    side, reach = len(image[0]), len(kernels[0][0])
    near = [(c, a, b) for c in range(len(image)) for a in range(reach) for b in range(reach)]

    def at(kernel, i, j):
        return ag.sum(kernel[c][a][b] * image[c][i + a][j + b] for c, a, b in near)

    places = range(side - reach + 1)
    return [
        [[ag.relu(at(kernel, i, j) + bias) for j in places] for i in places]
        for kernel, bias in zip(kernels, biases, strict=True)
    ]


def pooled(image):
    half = range(len(image[0]) // 2)

    def largest(map_, i, j):
        return ag.maximum(*(map_[2 * i + a][2 * j + b] for a in (0, 1) for b in (0, 1)))

    return [[[largest(map_, i, j) for j in half] for i in half] for map_ in image]


def convolutions(size):
    """Two layers of a convolutional network, each pooled, and a dense one."""
    side = max(round((size / 100) ** 0.5) // 4 * 4 + 2, 10)
    left = ((side - 2) // 2 - 2) // 2

    def f(image, K1, b1, K2, b2, D):
        maps = pooled(convolved(pooled(convolved([image], K1, b1)), K2, b2))
        return ag.logsumexp(times(D, [x for map_ in maps for row in map_ for x in row]))

    kernels = [[[matrix(3, 3, o + c) for c in range(ins)] for o in range(outs)]
               for outs, ins in ((2, 1), (3, 2))]  # fmt: skip
    arguments = [matrix(side, side), kernels[0], vector(2), kernels[1], vector(3),
                 matrix(4, 3 * left * left)]  # fmt: skip
    return f, arguments, {"wrt": ("K1", "b1", "K2", "b2", "D")}


def recurrent(size):
    def f(xs, W, U, b):
        h = [0.0] * 8
        for x in xs:
            h = [ag.tanh(s) for s in plus(times(W, x), times(U, h), b)]
        return squares(h)

    arguments = [matrix(max(size // 300, 2), 8), matrix(8, 8, 1), matrix(8, 8, 2), vector(8)]
    return f, arguments, {"wrt": ("W", "U", "b")}


def long_memory(size):
    """An LSTM."""

    def f(xs, W, U, b):
        h, c = [0.0] * 6, [0.0] * 6
        for x in xs:
            s = plus(times(W, x), times(U, h), b)
            keep, put, out = ([ag.sigmoid(v) for v in s[k : k + 6]] for k in (0, 6, 12))
            c = [keep[k] * c[k] + put[k] * ag.tanh(s[18 + k]) for k in range(6)]
            h = [out[k] * ag.tanh(c[k]) for k in range(6)]
        return squares(h)

    arguments = [matrix(max(size // 730, 2), 6), matrix(24, 6, 1), matrix(24, 6, 2), vector(24)]
    return f, arguments, {"wrt": ("W", "U", "b")}


def gated(size):
    """A GRU."""

    def f(xs, W, U):
        h, total = [0.0] * 6, 0.0
        for x in xs:
            z, r = ([ag.sigmoid(s) for s in plus(times(W[k], x), times(U[k], h))] for k in (0, 1))
            kept = [a * b for a, b in zip(r, h, strict=True)]
            new = [ag.tanh(s) for s in plus(times(W[2], x), times(U[2], kept))]
            h = [(1 - z[k]) * new[k] + z[k] * h[k] for k in range(6)]
            total = total + squares(h)
        return total

    W, U = ([matrix(6, 6, seed + k) for k in range(3)] for seed in (1, 4))
    return f, [matrix(max(size // 600, 2), 6), W, U], {"wrt": ("W", "U")}


def attended(q, keys, values):
    a = ag.softmax([ag.dot(q, key) / 2 for key in keys])
    return [ag.sum(p * v[d] for p, v in zip(a, values, strict=True)) for d in range(len(q))]


def causal_attention(size):
    def f(Q, K, V):
        steps = range(len(Q))
        return ag.sum(squares(attended(Q[t], K[: t + 1], V[: t + 1])) for t in steps)

    length = max(round((size / 10) ** 0.5), 2)
    return f, [matrix(length, 4, seed) for seed in range(3)], {"wrt": ("Q", "K", "V")}


def normed(x):
    mean = ag.mean(x)
    scale = ag.sqrt(ag.mean((v - mean) ** 2 for v in x) + 1e-5)
    return [(v - mean) / scale for v in x]


def transformer(size):
    """A layer of two heads, with norms before attention and before the dense part."""

    def f(X, W, W1, W2):
        Q, K, V = ([times(M, normed(x)) for x in X] for M in W[:3])
        total = 0.0
        for x, q in zip(X, Q, strict=True):
            heads = [
                attended(q[k : k + 4], *([row[k : k + 4] for row in each] for each in (K, V)))
                for k in (0, 4)
            ]
            y = plus(x, times(W[3], heads[0] + heads[1]))
            total = total + squares(plus(y, times(W2, [ag.gelu(s) for s in times(W1, normed(y))])))
        return total

    length = max(round((-940 + (940**2 + 160 * size) ** 0.5) / 80), 2)
    weights = [matrix(8, 8, seed) for seed in range(1, 5)]
    arguments = [matrix(length, 8), weights, matrix(16, 8, 6), matrix(8, 16, 7)]
    return f, arguments, {"wrt": ("W", "W1", "W2")}


def mixture(size):
    """The log-likelihood of a mixture of Gaussians."""

    def f(X, mu, scales, weights):
        weights = ag.log_softmax(weights)

        def log_density(x, m, s):
            rows = zip(x, m, s, strict=True)
            return ag.sum(-c - 0.5 * ((a - b) / ag.exp(c)) ** 2 for a, b, c in rows)

        def one(x):
            parts = zip(weights, mu, scales, strict=True)
            return ag.logsumexp([w + log_density(x, m, s) for w, m, s in parts])

        return -ag.sum(map(one, X))

    arguments = [matrix(max(size // 100, 2), 3), matrix(4, 3, 1), matrix(4, 3, 2), vector(4)]
    return f, arguments, {"wrt": ("mu", "scales", "weights")}


def hidden_markov(size):
    def f(emitted, moves, start):
        a = plus(start, emitted[0])
        for row in emitted[1:]:
            a = [ag.logsumexp(plus(a, [move[k] for move in moves])) + row[k] for k in range(4)]
        return ag.logsumexp(a)

    arguments = [matrix(max(size // 130, 2), 4), matrix(4, 4, 1), vector(4)]
    return f, arguments, {"wrt": ("emitted", "moves", "start")}


def alignment(size):
    """A soft edit distance, cell by cell."""

    def f(costs):
        side = len(costs) + 1
        table = {(i, 0): float(i) for i in range(side)} | {(0, j): float(j) for j in range(side)}
        for i in range(1, side):
            for j in range(1, side):
                before = (table[i - 1, j], table[i, j - 1], table[i - 1, j - 1])
                table[i, j] = costs[i - 1][j - 1] - ag.logsumexp([-v for v in before])
        return table[side - 1, side - 1]

    side = max(round((size / 25) ** 0.5), 3)
    return f, [matrix(side, side)], {}


def lattice(size):
    """Energies of neighbours on a torus."""

    def f(s, J):
        side = len(s)
        spins = [[ag.tanh(v) for v in row] for row in s]
        return -ag.sum(
            J * spins[i][j] * (spins[(i + 1) % side][j] + spins[i][(j + 1) % side])
            for i in range(side)
            for j in range(side)
        )

    side = max(round((size / 6) ** 0.5), 3)
    return f, [matrix(side, side), 0.7], {"wrt": ("s", "J")}


def heat(size):
    """Heat that spreads over a square with cold borders, step by step."""
    side = max(round(size ** (1 / 3) / 2), 4)
    steps = max(size // (side * side * 8), 2)

    def f(u, k):
        for _ in range(steps):
            grid = {(i, j): v for i, row in enumerate(u) for j, v in enumerate(row)}

            def near(i, j, grid=grid):
                places = ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1))
                return ag.sum(grid[place] for place in places if place in grid)

            u = [[v + k * (near(i, j) - 4 * v) for j, v in enumerate(row)]
                 for i, row in enumerate(u)]  # fmt: skip
        return ag.sum(map(squares, u))

    return f, [matrix(side, side), 0.1], {"wrt": ("u", "k")}


def polynomial(size):
    def f(c, x, y):
        fits = (sum(a * v**k for k, a in enumerate(c)) for v in x)
        return ag.mean((fit - label) ** 2 for fit, label in zip(fits, y, strict=True))

    count = max(size // 20, 2)
    return f, [vector(5), vector(count, 1), vector(count, 2)], {}


def kernel(size):
    """The loss of kernel ridge regression."""

    def f(alpha, width, X, y):
        def near(p, q):
            return ag.exp(-ag.exp(width) * ag.sum((a - b) ** 2 for a, b in zip(p, q, strict=True)))

        fits = times([[near(p, q) for q in X] for p in X], alpha)
        return squares(a - b for a, b in zip(fits, y, strict=True)) + 0.1 * ag.dot(alpha, fits)

    count = max(round((size / 14) ** 0.5), 3)
    return f, [vector(count), 0.1, matrix(count, 3), vector(count, 1)], {"wrt": ("alpha", "width")}


def pairs(size):
    def f(p):
        places = ((i, j) for i in range(len(p)) for j in range(i + 1, len(p)))
        squared = (ag.sum((p[i][k] - p[j][k]) ** 2 for k in range(3)) for i, j in places)
        return ag.sum((ag.sqrt(s + 0.01) - 1.0) ** 2 for s in squared)

    return f, [matrix(max(round((size / 7) ** 0.5), 3), 3)], {}


def dominant(side):
    """Return a matrix that is positive definite."""
    return [[side * (i == j) + 1 / (1 + abs(i - j)) for j in range(side)] for i in range(side)]


def cholesky(size):
    """The logarithm of a determinant, by Cholesky's decomposition."""

    def f(A):
        L = [[0.0] * len(A) for _ in A]
        for i, row in enumerate(A):
            for j in range(i + 1):
                rest = row[j] - ag.dot(L[i][:j], L[j][:j])
                L[i][j] = ag.sqrt(rest) if i == j else rest / L[j][j]
        return 2 * ag.sum(ag.log(L[i][i]) for i in range(len(A)))

    return f, [dominant(max(round((3 * size) ** (1 / 3)), 3))], {}


def elimination(size):
    """The same by Gauss's elimination."""

    def f(A):
        A, total = [list(row) for row in A], 0.0
        for k, pivot in enumerate(A):
            total = total + ag.log(pivot[k])
            for row in A[k + 1 :]:
                ratio = row[k] / pivot[k]
                row[k:] = [a - ratio * b for a, b in zip(row[k:], pivot[k:], strict=True)]
        return total

    return f, [dominant(max(round((1.5 * size) ** (1 / 3)), 3))], {}


def solution(size):
    """A system solved by Gauss and Jordan."""

    def f(A, b):
        rows = [[*row, value] for row, value in zip(A, b, strict=True)]
        for k in range(len(rows)):
            rows[k] = [v / rows[k][k] for v in rows[k]]
            for i, row in enumerate(rows):
                if i != k:
                    rows[i] = [v - row[k] * w for v, w in zip(row, rows[k], strict=True)]
        return squares(row[-1] for row in rows)

    side = max(round((size / 2) ** (1 / 3)), 3)
    return f, [dominant(side), vector(side)], {"wrt": ("A", "b")}


def kalman(size):
    """The log-likelihood that a Kalman filter finds."""

    def product(A, B):
        return [[ag.dot(row, column) for column in zip(*B, strict=True)] for row in A]

    def f(y, F, q, r):
        x, P, total = [0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], 0.0
        for value in y:
            x, P = times(F, x), product(product(F, P), list(zip(*F, strict=True)))
            P = [[P[0][0] + q, P[0][1]], [P[1][0], P[1][1] + q]]
            spread, error = P[0][0] + r, value - x[0]
            gain = [P[0][0] / spread, P[1][0] / spread]
            x = [x[0] + gain[0] * error, x[1] + gain[1] * error]
            P = [[P[i][j] - gain[i] * P[0][j] for j in (0, 1)] for i in (0, 1)]
            total = total - 0.5 * (ag.log(spread) + error * error / spread)
        return total

    arguments = [vector(max(size // 70, 2)), [[1.0, 0.5], [0.0, 0.9]], 0.1, 0.2]
    return f, arguments, {"wrt": ("F", "q", "r")}


def fourier(size):
    """The fast Fourier transform, butterfly by butterfly."""

    def transformed(z):
        if len(z) == 1:
            return z
        first, second = transformed(z[::2]), transformed(z[1::2])
        upper, lower = [], []
        for k, ((a, b), (c, d)) in enumerate(zip(first, second, strict=True)):
            w, s = (wave(-2 * math.pi * k / len(z)) for wave in (math.cos, math.sin))
            real, imaginary = w * c - s * d, w * d + s * c
            upper.append((a + real, b + imaginary))
            lower.append((a - real, b - imaginary))
        return upper + lower

    def f(x, y):
        found = transformed(list(zip(x, y, strict=True)))
        return ag.sum(ag.sqrt(a * a + b * b + 0.1) for a, b in found)

    steps = max(round(math.log2(size / max(5 * math.log2(size) - 15, 5))), 2)
    return f, [vector(2**steps), vector(2**steps, 1)], {"wrt": ("x", "y")}


def spline(size):
    """Regression by B-splines."""
    knots = [k / 8 for k in range(-3, 12)]

    def basis(x):
        between = pairwise(knots[:9])
        B = [ag.where(x >= a, ag.where(x < b, 1.0, 0.0), 0.0) for a, b in between]
        for p in (1, 2, 3):
            width = p / 8
            B = [
                (x - knots[i]) / width * B[i] + (knots[i + p + 1] - x) / width * B[i + 1]
                for i in range(len(B) - 1)
            ]
        return B

    def f(c, x, y):
        return ag.sum((ag.dot(c, basis(a)) - b) ** 2 for a, b in zip(x, y, strict=True))

    count = max(size // 190, 2)
    return f, [vector(5), vector(count, 1, 0.1, 0.9), vector(count, 2)], {}


def decision_tree(size):
    def f(thresholds, leaves, X, y):
        def decided(x, node, depth):
            if depth == 3:
                return leaves[node - 8]
            left, right = (decided(x, 2 * node + side, depth + 1) for side in (0, 1))
            share = ag.sigmoid(4 * (x[depth] - thresholds[node]))
            return ag.where(x[depth] < thresholds[node], left, share * right + (1 - share) * left)

        return ag.mean((decided(x, 1, 0) - label) ** 2 for x, label in zip(X, y, strict=True))

    count = max(size // 70, 2)
    arguments = [vector(8), vector(8, 1), matrix(count, 3), vector(count, 2)]
    return f, arguments, {"wrt": ("thresholds", "leaves")}


def clusters(size):
    """Points assigned softly to the nearest of some centres."""

    def f(C, X):
        def one(x):
            d = [ag.sum((a - b) ** 2 for a, b in zip(x, c, strict=True)) for c in C]
            return ag.dot(ag.softmax([-4 * v for v in d]), d)

        return ag.sum(map(one, X))

    return f, [matrix(4, 3, 1), matrix(max(size // 70, 2), 3)], {}


def roots(size):
    """Square roots by Newton's steps."""

    def f(a):
        total = 0.0
        for v in a:
            root = v
            for _ in range(6):
                root = 0.5 * (root + v / root)
            total = total + root
        return total

    return f, [vector(max(size // 19, 2), 0, 0.5, 2.0)], {}


def sparse(size):
    """A layer over a graph of random neighbours, of which each node has another number."""

    def f(x, w):
        choose = random.Random(5)
        near = [[choose.randrange(len(x)) for _ in range(choose.randint(1, 5))] for _ in x]
        return squares(
            ag.tanh(ag.sum(w[0] * x[j] for j in places) + w[1] * x[i])
            for i, places in enumerate(near)
        )

    return f, [vector(max(size // 11, 4)), [0.3, 0.4]], {"wrt": ("x", "w")}


OPERATIONS = (operator.add, operator.mul, operator.sub, lambda a, b: ag.tanh(a - b), ag.hypot)


def irregular_wide(size):
    def f(x):
        choose, layer = random.Random(0), list(x)
        for _ in range(6):
            layer = [choose.choice(OPERATIONS)(choose.choice(layer), 0.5 * choose.choice(x))
                     for _ in range(size // 13)]  # fmt: skip
        return ag.sum(layer)

    return f, [vector(50)], {}


def irregular_deep(size):
    """Each operation hangs on the one before."""

    def f(x):
        choose, pool = random.Random(0), list(x)
        while len(pool) < size // 3:
            found = choose.choice(OPERATIONS)(pool[-1], choose.choice(pool[-20:]))
            pool.append(ag.sin(found + 0.3))
        return ag.sum(pool[-5:])

    return f, [vector(50)], {}


def irregular_shared(size):
    """Each operation takes what others take, too."""

    def f(x):
        choose, pool = random.Random(0), list(x)
        while len(pool) < size // 2:
            a, b = choose.choice(pool[-400:]), choose.choice(pool)
            pool.append(0.5 * choose.choice(OPERATIONS)(a, b))
        return ag.sum(pool[-50:])

    return f, [vector(50)], {}


def irregular_trees(size):
    """A sum of many small expressions."""

    def f(x):
        choose = random.Random(2)

        def tree(depth):
            if depth == 0:
                return choose.choice(x)
            return choose.choice(OPERATIONS)(tree(depth - 1), tree(depth - 1))

        return ag.sum(tree(5) for _ in range(size // 38))

    return f, [vector(50)], {}


ROLL = (
    rosenbrock, wide_network, deep_network, examples, convolutions, recurrent, long_memory, gated,
    causal_attention, transformer, mixture, hidden_markov, alignment, lattice, heat, polynomial,
    kernel, pairs, kalman, fourier, spline, decision_tree, clusters, roots, sparse,
)  # fmt: skip
"""What repeats, and what only a loop over time repeats."""

DO_NOT_ROLL = (
    cholesky, elimination, solution,
    irregular_wide, irregular_deep, irregular_shared, irregular_trees,
)  # fmt: skip
"""What hardly repeats."""

LOOPS = {loop.__name__: loop for loop in (*ROLL, *DO_NOT_ROLL)}
