"""With this one can see how long it takes to build a program, and how that grows.

Start from `main` (``python benchmarks/compile_time.py``), which prints a Markdown table: seconds
for each 10,000 operations of the function as it is written, from the call until the first result,
for loops of the kinds in ``tests/loops.py``, of about 10³, 10⁴ and 10⁵ operations, and some of
10⁶. How fast programs run is measured in `compiled.py`.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from machine import busyness, description, environment

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from loops import DO_NOT_ROLL, LOOPS

PAGE = Path(__file__).with_name("COMPILE_TIME.md")
SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
LARGEST = ("rosenbrock", "examples", "causal_attention", "pairs", "heat", "hidden_markov",
           "irregular_deep", "irregular_shared")  # fmt: skip
"""What is built of a million operations, too."""

ROLLED, IRREGULAR = 0.1, 0.3
"""Seconds for each 10,000 operations, of functions that roll, and of those that don't."""


class Built(NamedTuple):
    """What one process measured."""

    seconds: float
    written: int
    became: str
    megabytes: int


def build(name: str, size: int) -> Built:
    """Return what building a function took, in this process."""
    import autograd_mini as ag

    f, arguments, options = LOOPS[name](size)
    warm, few, same = LOOPS[name](2_000)
    ag.compile(warm, target="numpy", **same).value_and_grad(*few)
    fast = ag.compile(f, target="numpy", **options)
    started = time.process_time()
    fast.value_and_grad(*arguments)
    seconds = time.process_time() - started
    told = fast.report()
    written = int(_found(r"operations: ([\d,]+) as written", told).replace(",", ""))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Built(seconds / written * 1e4, written, _became(told), peak)


def _became(told: str) -> str:
    """Return what a report says that became of a trace, short."""
    lines = f"{int(_found(r'([0-9]+) instructions', told)):,} instructions"
    if "by levels" in told:
        return f"levels of {lines}"
    return f"{_found('([0-9]+) classes', told)} classes, {lines}"


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None
    return found[1]


def _measured(name: str, size: int, runs: int) -> Built:
    """Return the fastest of some processes."""
    command = [sys.executable, __file__, "--one", name, "--size", str(size)]
    found = []
    for _ in range(runs):
        output = subprocess.run(
            command, env=environment(), check=True, capture_output=True, text=True
        ).stdout
        seconds, written, became, megabytes = output.strip().split("\t")
        found.append(Built(float(seconds), int(written), became, int(megabytes)))
    return min(found)


def report(runs: int, sizes: tuple[int, ...], *, large: bool) -> str:
    """Return the curves as a Markdown table."""
    shown = [*sizes, LARGE] if large else [*sizes]
    lines = [
        f"Processor seconds for each 10,000 operations as written, the least of {runs} processes:",
        "trace, compile and first run of value and gradient. Then what the largest became, and how",
        f"much memory its process held at most. The bars, {ROLLED} s for what repeats and",
        f"{IRREGULAR} s for what does not, are for the larger ones: of 1,000 operations the first",
        "10 ms tell.",
        "",
        f"| loop | {' | '.join(f'{size:,}' for size in shown)} | the largest became | MB | |",
        f"| --- | {' | '.join('---:' for _ in shown)} | --- | ---: | --- |",
    ]
    for name, loop in LOOPS.items():
        own = [size for size in shown if size < LARGE or name in LARGEST]
        found = [_measured(name, size, runs) for size in own]
        bar = IRREGULAR if loop in DO_NOT_ROLL else ROLLED
        worst = max(each.seconds for each, size in zip(found, own, strict=True) if size > min(own))
        cells = [f"{each.seconds:.3f}" for each in found] + [""] * (len(shown) - len(own))
        last, verdict = found[-1], "pass" if worst <= bar else "**miss**"
        row = [name.replace("_", " "), *cells, last.became, str(last.megabytes)]
        lines.append(f"| {' | '.join(row)} | ≤ {bar}: {verdict} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--large", action="store_true", help="a million operations, too")
    parser.add_argument("--write", action="store_true", help="keep the table in COMPILE_TIME.md")
    parser.add_argument("--one", choices=LOOPS, help="one loop, in this process")
    parser.add_argument("--size", type=int, default=SIZES[0])
    given = parser.parse_args()
    if given.one:
        print(*build(given.one, given.size), sep="\t")
        return
    table = report(given.runs, tuple(given.sizes), large=given.large)
    print(table)
    if given.write:
        told = f"Written by `python {' '.join(sys.argv)}`. {description()}; {busyness()}."
        PAGE.write_text(f"# How long programs take to build\n\n{told}\n\n{table}\n")


if __name__ == "__main__":
    main()
