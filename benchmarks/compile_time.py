"""With this one can see how long it takes to build a program, and how that grows.

Start from `main` (``python benchmarks/compile_time.py``), which prints a Markdown table: seconds
for each 10,000 operations of the function as it is written, from the call until the first result,
for functions of about 10⁴, 10⁵ and 10⁶ operations. How fast programs run is measured in
`compiled.py`.
"""

from __future__ import annotations

import argparse
import operator
import random
import statistics
import subprocess
import sys
import time
from typing import Any

from machine import environment

SIZES = (10_000, 100_000, 1_000_000)
GOALS = {"rolled": 0.1, "irregular": 0.3}
"""Seconds for each 10,000 operations, of functions that roll, and of those that don't."""


def rosenbrock(size: int) -> tuple[Any, list[Any], dict[str, Any]]:
    """Return Rosenbrock's function in so many operations, and its argument."""

    def f(x: Any) -> Any:
        return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))

    return f, [_numbers(size // 8)], {}


def network(size: int) -> tuple[Any, list[Any], dict[str, Any]]:
    """Return the loss of one example in a network of so many operations."""
    import autograd_mini as ag

    width = max(round((size / 2.2) ** 0.5), 2)
    net = ag.MLP([width, width, 10], seed=0)
    loss = lambda x, y: ag.log_loss_from_logits(net.logits(x), y)  # noqa: E731
    return loss, [[_numbers(width)], [[1.0] + [0.0] * 9]], {"batched": ("x", "y")}


def examples(size: int) -> tuple[Any, list[Any], dict[str, Any]]:
    """Return the mean loss of a user's loop over examples, of about 1,300 operations each."""
    import autograd_mini as ag

    net = ag.MLP([32, 16, 4], seed=0)
    count = size // 1_300

    def f(X: Any, Y: Any) -> Any:
        pairs = zip(X, Y, strict=True)
        return ag.mean(ag.log_loss_from_logits(net.logits(list(x)), list(y)) for x, y in pairs)

    return f, [_matrix(count, 32), [[1.0, 0.0, 0.0, 0.0]] * count], {}


def bodies(size: int) -> tuple[Any, list[Any], dict[str, Any]]:
    """Return the energy of bodies that attract each other, pair by pair."""
    import autograd_mini as ag

    def f(p: Any) -> Any:
        pairs = [(i, j) for i in range(len(p)) for j in range(i)]
        squares = (sum((p[i][k] - p[j][k]) ** 2 for k in range(3)) + 0.01 for i, j in pairs)
        return -ag.sum(1 / ag.sqrt(square) for square in squares)

    return f, [_matrix(round((size / 6) ** 0.5), 3)], {}


def attention(size: int) -> tuple[Any, list[Any], dict[str, Any]]:
    """Return softmax attention over a sequence, written in loops."""
    import autograd_mini as ag

    def f(Q: Any, K: Any, V: Any) -> Any:
        total = 0.0
        for q in Q:
            a = ag.softmax([ag.dot(q, k) / 4 for k in K])
            out = [sum(a[t] * V[t][d] for t in range(len(K))) for d in range(len(V[0]))]
            total = total + ag.sum(v * v for v in out)
        return total

    length = round((size / 68) ** 0.5)
    return f, [_matrix(length, 16) for _ in range(3)], {}


def irregular(size: int) -> tuple[Any, list[Any], dict[str, Any]]:
    """Return a random graph without any repetition."""
    import autograd_mini as ag

    rows = (operator.add, operator.mul, operator.sub, lambda a, b: ag.tanh(a - b), ag.hypot)

    def f(x: Any) -> Any:
        choose = random.Random(0)
        pool = list(x)
        while len(pool) < size // 2:
            a, b = choose.choice(pool[-400:]), choose.choice(pool)
            pool.append(0.5 * choose.choice(rows)(a, b))
        return ag.sum(pool[-50:])

    return f, [_numbers(50)], {}


FUNCTIONS = {
    "rosenbrock": (rosenbrock, "rolled"), "network": (network, "rolled"),
    "examples": (examples, "rolled"), "bodies": (bodies, "rolled"),
    "attention": (attention, "rolled"), "irregular": (irregular, "irregular"),
}  # fmt: skip
"""Each function, and whether it rolls."""


def _numbers(size: int) -> list[float]:
    generator = random.Random(0)
    return [generator.uniform(0.1, 1.0) for _ in range(size)]


def _matrix(rows: int, columns: int) -> list[list[float]]:
    numbers = _numbers(rows * columns)
    return [numbers[k * columns : (k + 1) * columns] for k in range(rows)]


def build(name: str, size: int) -> tuple[float, int, str]:
    """Return seconds for each 10,000 operations, their number, and the report, in this process."""
    import autograd_mini as ag

    f, arguments, options = FUNCTIONS[name][0](size)
    warm, few, same = FUNCTIONS[name][0](3_000)
    ag.compile(warm, target="numpy", **same).value_and_grad(*few)
    fast = ag.compile(f, target="numpy", **options)
    started = time.process_time()
    fast.value_and_grad(*arguments)
    seconds = time.process_time() - started
    report = fast.report()
    written = int(report.partition("operations: ")[2].partition(" ")[0].replace(",", ""))
    return seconds / written * 1e4, written, report


def _measured(name: str, size: int, runs: int) -> tuple[float, int, str]:
    """Return the median of some processes."""
    command = [sys.executable, __file__, "--one", name, "--size", str(size)]
    found = []
    for _ in range(runs):
        output = subprocess.run(
            command, env=environment(), check=True, capture_output=True, text=True
        ).stdout
        seconds, written, rolled = output.split()
        found.append((float(seconds), int(written), rolled))
    return statistics.median(each[0] for each in found), found[0][1], found[0][2]


def report(runs: int, sizes: tuple[int, ...]) -> str:
    """Return the curves as a Markdown table."""
    heads = " | ".join(f"{size:,}" for size in sizes)
    lines = [
        f"Processor seconds for each 10,000 operations as written, median of {runs}:",
        "trace, compile and first run of value and gradient.",
        "",
        f"| function | became | {heads} | goal |",
        f"| --- | --- | {' | '.join('---:' for _ in sizes)} | --- |",
    ]
    for name, (_, kind) in FUNCTIONS.items():
        found = [_measured(name, size, runs) for size in sizes]
        worst = max(seconds for seconds, _, _ in found)
        verdict = "pass" if worst <= GOALS[kind] else "**miss**"
        cells = " | ".join(f"{seconds:.3f}" for seconds, _, _ in found)
        lines.append(f"| {name} | {found[-1][2]} | {cells} | ≤ {GOALS[kind]}: {verdict} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--one", choices=FUNCTIONS, help="one function, in this process")
    parser.add_argument("--size", type=int, default=SIZES[0])
    given = parser.parse_args()
    if given.one:
        seconds, written, told = build(given.one, given.size)
        print(seconds, written, "levels" if "by levels" in told else "rolled")
    else:
        print(report(given.runs, tuple(given.sizes)))


if __name__ == "__main__":
    main()
