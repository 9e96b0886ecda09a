"""With this one can train a small language model that is written in scalars, on any engine.

Start from `loss`: the cross-entropy of the next letter, averaged over a document, by a
transformer of one layer (embeddings, four heads of causal attention, two dense layers, root mean
square norms). It is written over numbers, lists of them and a module `m` of functions, so that
an eager engine and a compiler get the same text. `parameters` makes its 4,192 numbers,
`documents` what it reads.
"""

from __future__ import annotations

import numpy as np

WIDTH, HEADS, LONGEST = 16, 4, 16
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BORDER = len(LETTERS)
"""The token that begins and ends each document."""

WORDS = ("neuron", "gradient", "weight", "bias", "loss", "layer", "descent", "sigmoid", "chain")


def documents():
    """Return documents as lists of tokens; their lengths differ."""
    return [[BORDER, *map(LETTERS.index, word), BORDER] for word in WORDS]


def parameters():
    """Return the arrays by name."""
    shapes = {
        "tokens": (len(LETTERS) + 1, WIDTH),
        "places": (LONGEST, WIDTH),
        "queries": (WIDTH, WIDTH),
        "keys": (WIDTH, WIDTH),
        "values": (WIDTH, WIDTH),
        "joined": (WIDTH, WIDTH),
        "wide": (4 * WIDTH, WIDTH),
        "narrow": (WIDTH, 4 * WIDTH),
        "letters": (len(LETTERS) + 1, WIDTH),
    }
    generator = np.random.default_rng(0)
    return {name: generator.normal(size=shape) * 0.2 for name, shape in shapes.items()}


def loss(m, weights, inputs, targets):
    """Return the mean cross-entropy of `targets`, each the token that follows an input."""
    keys, values, total = [], [], 0.0
    for place, (token, target) in enumerate(zip(inputs, targets, strict=True)):
        letter = m.take(weights["tokens"], token)
        x = norm(m, added(letter, weights["places"][place]))
        x = added(x, attention(m, weights, norm(m, x), keys, values))
        hidden = [m.relu(s) for s in linear(weights["wide"], norm(m, x))]
        x = added(x, linear(weights["narrow"], hidden))
        total = total + cross_entropy(m, linear(weights["letters"], x), target)
    return total / len(inputs)


def attention(m, weights, x, keys, values):
    """Return what the heads gather from this place and those before it."""
    query = linear(weights["queries"], x)
    keys.append(linear(weights["keys"], x))
    values.append(linear(weights["values"], x))
    gathered = []
    for head in range(HEADS):
        part = range(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
        scores = [sum(query[i] * key[i] for i in part) / (WIDTH // HEADS) ** 0.5 for key in keys]
        shares = softmax(m, scores)
        gathered += [
            sum(share * value[i] for share, value in zip(shares, values, strict=True)) for i in part
        ]
    return linear(weights["joined"], gathered)


def linear(matrix, x):
    """Return the product of a matrix with a vector."""
    return [sum(w * a for w, a in zip(row, x, strict=True)) for row in matrix]


def added(x, y):
    """Return the sum of two vectors."""
    return [a + b for a, b in zip(x, y, strict=True)]


def norm(m, x):
    """Return a vector scaled to a root mean square of 1."""
    scale = 1.0 / m.sqrt(sum(a * a for a in x) / len(x) + 1e-5)
    return [a * scale for a in x]


def softmax(m, scores):
    """Return shares that add up to 1; the scores here are small."""
    exponentials = [m.exp(score) for score in scores]
    total = sum(exponentials)
    return [each / total for each in exponentials]


def cross_entropy(m, scores, target):
    """Return minus the logarithm of the share of `target`."""
    return m.log(sum(m.exp(score) for score in scores)) - m.take(scores, target)
