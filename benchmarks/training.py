"""With this one can compare an epoch inside `fit` with the same epoch written for its peers.

Start from `main` (``python benchmarks/training.py --rounds 5 --write``) and `BARS`, what is
promised. The network is digits 64–32–10, sigmoids, log loss, SGD, in an order that is drawn anew
for each epoch. Each engine has a process of its own and waits there; in each round all are measured
in turn, the ratio is taken within the round, and the median over the rounds is shown. All must end
with the same parameters, or there is no comparison.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from machine import busyness, description, environment

import autograd_mini as ag

PAGE = Path(__file__).with_name("TRAINING.md")
STEP, SEED, SIZES = 0.5, 0, (64, 32, 10)
WORK = {"epoch": (32, 30), "full batch": (1797, 60)}
"""The size of a batch, and the number of epochs that are timed at once."""

TITLES = {
    "epoch": "an epoch of mini-batches of 32, with update",
    "full batch": "an epoch of one batch of all 1,797, with update",
}
PEERS = {
    "numpy": "NumPy by hand",
    "numpy permutation": "NumPy by hand, shuffled by NumPy",
    "torch": "torch nn.Module",
}
BARS = {("epoch", "numpy"): 1.5, ("epoch", "torch"): 1.0, ("full batch", "torch"): 1.0}

EXPLANATION = """\
Processor time of an epoch, shuffling and gathering the examples included, one thread on one core;
medians of {rounds} interleaved rounds of {epochs} epochs, a ratio is taken within a round. All
engines end with the same parameters, to 1e-9 (but for the one that shuffles otherwise). Ours
counts the right answers meanwhile, gives the network its parameters after each epoch, and keeps
what it needs to resume."""


def examples():
    """Return features, and labels as a network has them."""
    data = ag.datasets.load("digits")
    return np.array(data.features) / 16, np.eye(10)[data.targets]  # pixels from 0 to 16


def first_parameters():
    """Return W2, b2, W3, b3 at the start."""
    state = ag.MLP(SIZES, seed=SEED).state_dict()
    return [np.array(state[name]) for name in ("W2", "b2", "W3", "b3")]


def ours(batch_size, epochs, clock):
    X, Y = examples()
    net = ag.MLP(SIZES, seed=SEED)
    ag.fit(
        net, X, Y, optimizer=ag.SGD(STEP), epochs=epochs, batch_size=batch_size, seed=SEED,
        schedule=clock, progress=False,
    )  # fmt: skip
    clock(None)
    return np.array([parameter.data for parameter in net.parameters()])


def sigmoid(s):
    return 1.0 / (1.0 + np.exp(-s))


def numpy(batch_size, epochs, clock, *, permutation=False):
    X, Y = examples()
    W2, b2, W3, b3 = first_parameters()
    count, generator, dice = len(X), random.Random(SEED), np.random.default_rng(SEED)
    for epoch in range(epochs):
        clock(epoch)
        if permutation:
            order = dice.permutation(count)
        else:
            order = np.array(generator.sample(range(count), count))
        total = 0.0
        for start in range(0, count, batch_size):
            chosen = order[start : start + batch_size]
            x, y = X[chosen], Y[chosen]
            a2 = sigmoid(x @ W2.T + b2)
            s3 = a2 @ W3.T + b3
            total += (np.maximum(s3, 0) + np.log1p(np.exp(-np.abs(s3))) - y * s3).sum()
            delta3 = (sigmoid(s3) - y) / len(x)
            delta2 = (delta3 @ W3) * a2 * (1 - a2)
            W3 -= STEP * (delta3.T @ a2)
            b3 -= STEP * delta3.sum(0)
            W2 -= STEP * (delta2.T @ x)
            b2 -= STEP * delta2.sum(0)
    clock(None)
    return np.concatenate([array.ravel() for array in (W2, b2, W3, b3)])


def numpy_permutation(batch_size, epochs, clock):
    return numpy(batch_size, epochs, clock, permutation=True)


def torch(batch_size, epochs, clock):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    X, Y = map(torch.from_numpy, examples())
    net = nn.Sequential(nn.Linear(64, 32), nn.Sigmoid(), nn.Linear(32, 10))
    with torch.no_grad():
        for parameter, numbers in zip(net.parameters(), first_parameters(), strict=True):
            parameter.copy_(torch.from_numpy(numbers))
    optimizer = torch.optim.SGD(net.parameters(), lr=STEP)
    loss = nn.BCEWithLogitsLoss(reduction="sum")
    count, generator = len(X), random.Random(SEED)
    for epoch in range(epochs):
        clock(epoch)
        order = torch.tensor(generator.sample(range(count), count))
        total = 0.0
        for chosen in order.split(batch_size):
            optimizer.zero_grad()
            J = loss(net(X[chosen]), Y[chosen])
            (J / len(chosen)).backward()
            optimizer.step()
            total += J.item()
    clock(None)
    return np.concatenate([parameter.detach().numpy().ravel() for parameter in net.parameters()])


ENGINES = {
    "ours": ours, "numpy": numpy, "numpy permutation": numpy_permutation, "torch": torch,
}  # fmt: skip


def serve(work, engine):
    """Time an engine whenever a line comes; print the median seconds of an epoch."""
    batch_size, epochs = WORK[work]
    times = []

    def clock(_):
        times.append(time.process_time())
        return 1.0

    for _ in sys.stdin:
        times.clear()
        parameters = ENGINES[engine](batch_size, epochs, clock)
        seconds = [later - now for now, later in itertools.pairwise(times)]
        told = {"seconds": statistics.median(seconds), "parameters": parameters.tolist()}
        print(json.dumps(told), flush=True)


class Waiting:
    """An engine that waits to be measured."""

    def __init__(self, work, engine):
        command = [sys.executable, __file__, "--one", work, engine]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        alone = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
        self.process = subprocess.Popen(command, env=environment() | alone, **pipes)
        self.name = engine

    def measure(self):
        """Return the seconds of an epoch, and the parameters after many."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            return None
        told = json.loads(line)
        return told["seconds"], np.array(told["parameters"])

    def leave(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def measured(work, rounds):
    """Return for each engine the seconds of an epoch in each round."""
    waiting = [Waiting(work, engine) for engine in ENGINES]
    seconds = {engine: [] for engine in ENGINES}
    for _ in range(rounds):
        answers = {}
        for engine in waiting:
            told = engine.measure()
            if told is not None:
                seconds[engine.name].append(told[0])
                answers[engine.name] = told[1]
        for name, parameters in answers.items():
            if "permutation" not in name:
                np.testing.assert_allclose(parameters, answers["ours"], rtol=0, atol=1e-9)
    for engine in waiting:
        engine.leave()
    return seconds


def lines(rounds):
    """Give the rows of the table."""
    for work, title in TITLES.items():
        seconds = measured(work, rounds)
        for peer, name in PEERS.items():
            if not seconds[peer]:
                yield f"| {title} | {name} | not installed | | | |"
                continue
            pairs = zip(seconds["ours"], seconds[peer], strict=True)
            ratio = statistics.median(mine / theirs for mine, theirs in pairs)
            bar = BARS.get((work, peer))
            met = "" if bar is None else f"≤ {bar:g}: {'met' if ratio <= bar else 'missed'}"
            milliseconds = [1e3 * statistics.median(seconds[each]) for each in ("ours", peer)]
            yield (
                f"| {title} | {name} | {ratio:.2f} | {met} "
                f"| {milliseconds[0]:.2f} | {milliseconds[1]:.2f} |"
            )


def main():
    parser = argparse.ArgumentParser(description="Compare an epoch inside fit with its peers.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument("--one", nargs=2, metavar=("WORK", "ENGINE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        serve(*chosen.one)
        return
    epochs = " or ".join(str(epochs) for _, epochs in WORK.values())
    text = "\n".join(
        [
            "# An epoch of training beside its peers",
            "",
            EXPLANATION.format(rounds=chosen.rounds, epochs=epochs),
            "",
            f"{description()}; NumPy {np.__version__}; {busyness()}.",
            "",
            "| work | peer | ours / peer | bar | ours, ms | peer, ms |",
            "| --- | --- | --- | --- | --- | --- |",
            *lines(chosen.rounds),
            "",
        ]
    )
    print(text)
    if chosen.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
