"""With this one can see how long drawings and explanations take.

Start from `main` (``python benchmarks/drawing.py``): one line for each measurement, with its goal
where there is one. The layout engine is loaded before, since the first drawing in a process pays
for that alone. Nothing here compares with other libraries.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from machine import busyness, description

import autograd_mini as ag

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWN = 1_000
HUGE = 1_000_000


def random_graph(reach: int) -> list[ag.Value]:
    """Return the sinks of a random graph of `DRAWN` nodes; operands are among the last `reach`."""
    chance = random.Random(0)
    nodes = [ag.Value(chance.uniform(-1, 1), f"x_{k}") for k in range(20)]
    while len(nodes) < DRAWN:
        a, b = chance.choice(nodes[-reach:]), chance.choice(nodes[-reach:])
        made = (ag.sin(a), a + b, a - b, a * b)[chance.randrange(4)]
        nodes.append(made if abs(made.data) < 4 else ag.tanh(a))
    used = {operand for node in nodes for operand in node.operands}
    return [node for node in nodes if node not in used]


def huge_graph() -> ag.Value:
    """Return the end of a chain of `HUGE` nodes in ten scopes."""
    w, h = ag.Value(0.9, "w", kind="parameter"), ag.Value(0.5, "h")
    for block in range(10):
        with ag.scope(f"block {block}"):
            for _ in range(HUGE // 20):
                h = ag.tanh(h * w)
    return h


def ladder() -> tuple[ag.Value, ag.Value]:
    """Return a root and a leaf with 2^60 paths between them."""
    x = y = ag.Value(1.0, "x")
    for _ in range(60):
        y = y * 0.5 + y * 0.5
    return y, x


def refused(root: ag.Value) -> str:
    """Draw what is too large, and return what the refusal says."""
    try:
        ag.draw(root)
    except ValueError as error:
        return str(error)
    raise AssertionError("it was drawn")


def report(name: str, measured: Callable[[], object], goal: float | None = None) -> None:
    """Print how long a call takes, by the wall and by the processor, which the goal is held to."""
    wall, own = time.perf_counter(), time.process_time()
    found = measured()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    verdict = "" if goal is None else f" (goal {goal:g} s: {'pass' if own <= goal else 'MISS'})"
    print(f"{name}: {wall:.2f} s, processor {own:.2f} s{verdict}\n    {str(found)[-100:]}")


def main() -> None:
    print(f"{description()}, {busyness()}")
    report("the first drawing, a neuron", lambda: ag.draw(ag.tanh(ag.Value(2.0, "x"))))
    for reach in (10, 100, DRAWN):
        roots = random_graph(reach)
        name = f"{DRAWN:,} random nodes, operands among the last {reach:,}, with edge labels"
        report(name, lambda roots=roots: ag.draw(roots, fold=False, limit=DRAWN), 2.0)
    root = huge_graph()
    report(f"a graph of {HUGE:,} nodes refused", lambda: refused(root), 3.0)
    report(f"the same drawn folded, {HUGE:,} nodes", lambda: ag.draw(root, depth=0))
    report("an explanation over 2^60 paths", lambda: f"{ag.explain(*ladder()).count:,} paths", 1.0)


if __name__ == "__main__":
    main()
