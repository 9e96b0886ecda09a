"""Measure compiled programs against NumPy written by hand: ratios in one run, on one thread.

Run ``python benchmarks/compiled.py``; it prints a table and writes it into COMPILED.md beside.
Each pair is timed in turns, so that what else the machine does meets both; medians are compared.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import platform
import statistics
import time
from pathlib import Path

import numpy as np

import autograd_mini as ag

RNG = np.random.default_rng(0)


def in_turns(ours, theirs, seconds=1.5):
    """Return the medians of two functions, called in turns."""
    ours(), theirs()
    times = ([], [])
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for function, kept in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            function()
            kept.append(time.perf_counter() - start)
    return [statistics.median(kept) for kept in times]


def built(fast, *arguments):
    """Return how long the first call takes, which traces and compiles."""
    start = time.perf_counter()
    fast.value_and_grad(*arguments)
    return time.perf_counter() - start


def sigmoid(s):
    return 1.0 / (1.0 + np.exp(-s))


def digits(examples):
    net = ag.MLP([64, 32, 10], seed=0)
    fast = ag.compile(lambda x, y: ag.log_loss_from_logits(net.logits(x), y), batched=("x", "y"))
    X, Y = RNG.random((examples, 64)), np.eye(10)[np.arange(examples) % 10]
    parameters = {name: np.array(nest) for name, nest in net.state_dict().items()}
    W2, b2, W3, b3 = parameters.values()

    def hand():
        a2 = sigmoid(X @ W2.T + b2)
        s3 = a2 @ W3.T + b3
        value = (np.maximum(s3, 0) + np.log1p(np.exp(-np.abs(s3))) - Y * s3).sum() / len(X)
        delta3 = (sigmoid(s3) - Y) / len(X)
        delta2 = (delta3 @ W3) * a2 * (1 - a2)
        return value, delta2.T @ X, delta2.sum(0), delta3.T @ a2, delta3.sum(0)

    seconds = built(fast, X, Y)
    assert np.allclose(fast.grad(X, Y)["W2"], hand()[1], rtol=1e-10)
    return fast, seconds, lambda: fast.value_and_grad_at(parameters, X, Y), hand


def moons():
    net = ag.MLP([2, 16, 16, 1], activation="relu", output="identity", seed=0)
    fast = ag.compile(lambda x, y: ag.hinge(net(x), y), batched=("x", "y"))
    X, Y = RNG.normal(size=(1000, 2)), RNG.choice([-1.0, 1.0], (1000, 1))
    parameters = {name: np.array(nest) for name, nest in net.state_dict().items()}
    W2, b2, W3, b3, W4, b4 = parameters.values()

    def hand():
        s2 = X @ W2.T + b2
        a2 = np.maximum(s2, 0)
        s3 = a2 @ W3.T + b3
        a3 = np.maximum(s3, 0)
        margin = 1 - Y * (a3 @ W4.T + b4)
        delta4 = -Y * (margin > 0) / len(X)
        delta3 = (delta4 @ W4) * (s3 > 0)
        delta2 = (delta3 @ W3) * (s2 > 0)
        gradients = [delta2.T @ X, delta2.sum(0), delta3.T @ a2, delta3.sum(0)]
        return np.maximum(margin, 0).sum() / len(X), *gradients, delta4.T @ a3, delta4.sum(0)

    seconds = built(fast, X, Y)
    assert np.allclose(fast.grad(X, Y)["W3"], hand()[3])
    return fast, seconds, lambda: fast.value_and_grad_at(parameters, X, Y), hand


def rosenbrock():
    def f(x):
        return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))

    X = RNG.random((1000, 100))
    fast = ag.compile(f, batched="x", reduce=None)

    def hand():
        first, second = X[:, :-1], X[:, 1:]
        step, rest = second - first**2, 1 - first
        gradient = np.zeros_like(X)
        gradient[:, :-1] = -400 * first * step - 2 * rest
        gradient[:, 1:] += 200 * step
        return (100 * step**2 + rest**2).sum(1), gradient

    seconds = built(fast, X)
    assert np.allclose(fast.grad(X), hand()[1])
    return fast, seconds, lambda: fast.value_and_grad(X), hand


def n_body():
    def f(p):
        energy = 0.0
        for i in range(len(p)):
            for j in range(i):
                square = sum((p[i][k] - p[j][k]) ** 2 for k in range(3))
                energy = energy - 1.0 / ag.sqrt(square + 0.01)
        return energy

    P = RNG.random((1000, 10, 3))
    fast = ag.compile(f, batched="p", reduce=None)
    I, J = np.tril_indices(10, -1)

    def hand():
        d = P[:, :, None] - P[:, None]
        r = (d**2).sum(-1) + 0.01
        inverse = r**-0.5
        inverse[:, range(10), range(10)] = 0.0
        return -inverse.sum((1, 2)) / 2, ((inverse**3)[..., None] * d).sum(2)

    assert len(I) == len(J)
    seconds = built(fast, P)
    assert np.allclose(fast.grad(P), hand()[1])
    return fast, seconds, lambda: fast.value_and_grad(P), hand


def python_target(f, point):
    """Return the compiled function at one point, and the eager engine's time."""
    fast = ag.compile(f, target="python")
    seconds = built(fast, point)

    def eager():
        values = [ag.Value(x) for x in point]
        f(values).backward()

    return fast, seconds, lambda: fast.value_and_grad(point), eager


def rosenbrock_of(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


WORK = {
    "digits 64–32–10, all 1,797 at once": lambda: digits(1797),
    "digits, a mini-batch of 32": lambda: digits(32),
    "[2, 16, 16, 1] on 1,000 points": moons,
    "Rosenbrock-100, batch 1,000": rosenbrock,
    "10-body energy, batch 1,000": n_body,
    "Rosenbrock-100 in Python / eager engine": lambda: python_target(
        rosenbrock_of, RNG.random(100).tolist()
    ),
}


def main():
    lines = [
        "# Compiled programs beside NumPy written by hand",
        "",
        "Value and gradient; medians of calls in turns, one thread, within one run. Made by",
        f"`benchmarks/compiled.py`, CPython {platform.python_version()}, NumPy {np.__version__}.",
        "The last line compares with this package's own eager engine.",
        "",
        "| work | ratio | ours, ms | theirs, ms | trace + compile, ms | what it became |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, make in WORK.items():
        fast, seconds, ours, theirs = make()
        ours_s, theirs_s = in_turns(ours, theirs)
        told = fast.report().splitlines()
        became = next((line for line in told if line.startswith(("rolled", "by levels"))), told[-2])
        lines.append(
            f"| {name} | {ours_s / theirs_s:.2f} | {ours_s * 1e3:.3f} | {theirs_s * 1e3:.3f} "
            f"| {seconds * 1e3:.0f} | {became} |"
        )
        print(lines[-1], flush=True)
    text = "\n".join(lines) + "\n"
    Path(__file__).with_name("COMPILED.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
