"""With this one can write the scalar functions that compilers are compared on once for all.

Start from `rosenbrock`, `n_body_energy`, `black_scholes` and `asian_call`: each takes a module
`m` of functions (`m.exp`, `m.sqrt` …) beside its numbers, so that every compiler gets the same
text. `networks` and `numbers` make the data. How an engine compiles and runs them lives in
`compiled_engines.py`, the language model in `compiled_gpt.py`; nothing is timed here.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

import autograd_mini as ag

BATCH = 1000
BODIES = 10
DAYS = 252
STRIKE = 100.0


def rosenbrock(_m, x):
    """Rosenbrock's function of the coordinates `x`."""
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def n_body_energy(m, p):
    """The softened potential energy of bodies at the places ``p[i]``, each of 3 coordinates."""
    energy = 0.0
    for i in range(len(p)):
        for j in range(i):
            square = sum((p[i][k] - p[j][k]) ** 2 for k in range(3))
            energy = energy - 1.0 / m.sqrt(square + 0.01)
    return energy


def black_scholes(m, x):
    """Black's and Scholes' price of a call; its gradient is five of the Greeks.

    `x` holds price, strike, rate, volatility and time left: delta, dual delta, rho, vega, theta.
    """
    price, strike, rate, volatility, time = x
    spread = volatility * m.sqrt(time)
    d1 = (m.log(price / strike) + (rate + volatility**2 / 2) * time) / spread
    d2 = d1 - spread
    return price * _normal(m, d1) - strike * m.exp(-rate * time) * _normal(m, d2)


def _normal(m, x):
    return (1 + m.erf(x * 0.5**0.5)) / 2


def asian_call(m, x, normals):
    """The discounted pay-off of a call on the average of one simulated path, written as a loop.

    `x` holds price, rate and volatility: the gradient is delta, rho and vega.
    """
    price, rate, volatility = x
    day = 1.0 / len(normals)
    total = 0.0
    for normal in normals:
        price = price * m.exp((rate - volatility**2 / 2) * day + volatility * day**0.5 * normal)
        total = total + price
    return m.exp(-rate) * m.relu(total * day - STRIKE)


def numbers(name):
    """Return the points of a workload, always the same: a thousand of them, examples first."""
    generator = np.random.default_rng(0)
    if name == "rosenbrock":
        return generator.uniform(-1.5, 1.5, (BATCH, 100))
    if name == "n_body":
        return generator.uniform(-1.0, 1.0, (BATCH, BODIES, 3))
    if name == "black_scholes":
        low, high = [80.0, 80.0, 0.0, 0.1, 0.2], [120.0, 120.0, 0.05, 0.5, 2.0]
        return generator.uniform(low, high, (BATCH, 5))
    return generator.normal(size=(BATCH, DAYS))  # of the Asian call: the paths


MARKET = np.array([100.0, 0.03, 0.2])
"""Price, rate and volatility of the Asian call."""


def digits():
    """Return inputs in [0, 1], one-hot answers, and the arrays of a network 64–32–10."""
    data = ag.datasets.load("digits")
    return np.array(data.features) / 16, np.eye(10)[data.targets], arrays([64, 32, 10])


def moons():
    """Return a thousand points of two half circles, their sides ±1, and arrays of [2,16,16,1]."""
    data = ag.datasets.moons(BATCH, noise=0.1, seed=1)
    sides = 2.0 * np.array(data.targets).reshape(-1, 1) - 1.0
    return np.array(data.features), sides, arrays([2, 16, 16, 1])


def arrays(sizes):
    """Return weights and biases under the lecture's names: W2, b2, W3, …"""
    generator = np.random.default_rng(0)
    found = {}
    for number, (before, after) in enumerate(pairwise(sizes), 2):
        found[f"W{number}"] = generator.normal(size=(after, before)) / before**0.5
        found[f"b{number}"] = generator.normal(size=after) * 0.1
    return found
