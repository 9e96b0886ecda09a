"""With this one can see what a recorded operation weighs, and that nothing stays behind.

Start from `main` (``python benchmarks/memory.py``), `bytes_per_operation` and
`objects_left_behind`. Times live in `engines.py`.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from pathlib import Path

from machine import environment
from workloads import Workload, chain, count_operations, moons

LIMIT = 200


def graph(workload: Workload):
    """Return the leaves and the result of `workload`, swept once."""
    from autograd_mini import Value

    leaves = [Value(number) for number in workload.numbers]
    result = workload.function(Value, leaves)
    result.backward()
    return leaves, result


def bytes_per_operation(workload: Workload) -> float:
    """Return the bytes that stay allocated after a forward and a backward, per operation."""
    graph(workload)  # whatever is made once
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = graph(workload)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return (after - before) / count_operations(workload)


def objects_left_behind(workload: Workload) -> int:
    """Return how many tracked objects outlive ``del`` of the graph, with the collector off."""
    graph(workload)
    gc.collect()
    gc.disable()
    before = len(gc.get_objects())
    kept = graph(workload)
    del kept
    left = len(gc.get_objects()) - before
    gc.enable()
    return left


def resident_bytes_per_operation(length: int) -> float:
    """Return the growth of the resident set by a chain of `length` operations, per operation."""
    before = _resident_bytes()
    kept = graph(chain(length))
    grown = _resident_bytes() - before
    del kept
    return grown / length


def _resident_bytes() -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise SystemExit("the size of the resident set is read from /proc, which has no VmRSS here")


def report() -> str:
    """Return the whole section as Markdown, measured in a process of its own."""
    command = [sys.executable, __file__]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        raise SystemExit(f"memory.py failed:\n{done.stderr}")
    return done.stdout.rstrip()


def main() -> None:
    print("## Memory\n")
    resident = resident_bytes_per_operation(1_000_000)  # first, while the heap is small
    for workload in (chain(), moons()):
        weight = bytes_per_operation(workload)
        verdict = "pass" if weight <= LIMIT else "**miss**"
        print(f"- {workload.name}: {weight:.0f} bytes an operation (goal ≤ {LIMIT}: {verdict})")
    print(f"- resident set, a chain of 1,000,000 operations: {resident:.0f} bytes an operation")
    for workload in (chain(), moons()):
        left = objects_left_behind(workload)
        verdict = "pass" if left == 0 else "**miss**"
        print(f"- {workload.name}: {left} objects left after `del`, collector off ({verdict})")


if __name__ == "__main__":
    main()
