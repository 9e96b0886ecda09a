"""With this one can compare the eager engine with its peers, as a Markdown table of ratios.

Start from `main` (``python benchmarks/engines.py --rounds 5``), `collect` and `GOALS`. Every
figure comes from a process of its own (`one_engine.py`), since engines in one process disturb
each other through the garbage collector up to tenfold; the processes are interleaved in rounds,
and medians over the rounds are shown. All engines must agree on value and gradient, or the
comparison is refused. Memory and import time live in `memory.py` and `import_time.py`.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from adapters import ENGINES
from machine import environment
from workloads import WORKLOADS, count_operations

HERE = Path(__file__).parent
COLUMNS = [(workload, collector) for workload in WORKLOADS for collector in ("on", "off")]
RELATIVE_TOLERANCE = 1e-9

# What is promised: our time over the peer's, at most.
GOALS = [
    ("moons", "on", "micrograd", 0.1),
    ("moons", "off", "micrograd", 0.6),
    ("moons", "on", "tuple-slots", 0.5),
    ("moons", "on", "torch", 0.125),
    ("rosenbrock", "on", "xad", 1.0),
    ("chain", "on", "xad", 1.4),
]

EXPLANATION = """\
Nanoseconds of processor time for each operation of the source, forward and backward together,
making and freeing the graph included; in brackets our time over that engine's. Medians of {rounds}
interleaved rounds, each figure from a process of its own, the cyclic garbage collector on or off.
Operations: {counts}. All engines agree on value and gradient to {tolerance:g}."""

type_of_rounds = dict[tuple[str, str, str], list[dict[str, Any]]]


def collect(engine_names: list[str], rounds: int) -> type_of_rounds:
    """Return the reports of every (engine, workload, collector), one for each round."""
    reports: type_of_rounds = {}
    for _ in range(rounds):
        for workload, collector in COLUMNS:
            for engine in engine_names:
                report = run_one(engine, workload, collector)
                reports.setdefault((engine, workload, collector), []).append(report)
    return reports


def run_one(engine: str, workload: str, collector: str) -> dict[str, Any]:
    command = [sys.executable, str(HERE / "one_engine.py"), engine, workload, collector]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode or not done.stdout:
        raise SystemExit(f"{engine} failed on {workload}:\n{done.stderr}")
    return json.loads(done.stdout)


def check_agreement(reports: type_of_rounds) -> None:
    """Refuse the comparison unless all engines computed the same value and gradient."""
    for (engine, workload, collector), rounds in reports.items():
        expected = next(_found(reports, name, workload, collector) for name in _present(reports))
        for report in rounds:
            if "missing" not in report and not _agree(report, expected):
                raise SystemExit(f"{engine} computes something else on {workload}: no comparison")


def _present(reports: type_of_rounds) -> list[str]:
    names = dict.fromkeys(engine for engine, _, _ in reports)
    return [name for name in names if "missing" not in _found(reports, name, *COLUMNS[0])]


def _found(reports: type_of_rounds, engine: str, workload: str, collector: str) -> dict[str, Any]:
    return reports[engine, workload, collector][0]


def _agree(report: dict[str, Any], expected: dict[str, Any]) -> bool:
    pairs = zip(
        [report["value"], *report["gradient"]],
        [expected["value"], *expected["gradient"]],
        strict=True,
    )
    return all(math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-15) for a, b in pairs)


def ratio(reports: type_of_rounds, peer: str, workload: str, collector: str) -> float:
    """Return our time over that of `peer`: the median over the rounds of each round's ratio."""
    ours = reports["ours", workload, collector]
    theirs = reports[peer, workload, collector]
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(a["nanoseconds"] / b["nanoseconds"] for a, b in pairs)


def table(reports: type_of_rounds) -> str:
    """Return nanoseconds for each operation, and in brackets our time over that engine's."""
    heads = [f"{workload}, {collector}" for workload, collector in COLUMNS]
    lines = [f"| engine | {' | '.join(heads)} |", "| --- |" + " ---: |" * len(heads)]
    for engine in dict.fromkeys(name for name, _, _ in reports):
        cells = [_cell(reports, engine, *column) for column in COLUMNS]
        lines.append(f"| {_title(reports, engine)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _title(reports: type_of_rounds, engine: str) -> str:
    version = _found(reports, engine, *COLUMNS[0]).get("version", "")
    return f"{ENGINES[engine].title} {version}".strip()


def _cell(reports: type_of_rounds, engine: str, workload: str, collector: str) -> str:
    rounds = reports[engine, workload, collector]
    if "missing" in rounds[0]:
        return "not installed"
    nanoseconds = statistics.median(report["nanoseconds"] for report in rounds)
    if engine == "ours" or "ours" not in _present(reports):
        return f"{nanoseconds:,.0f}"
    return f"{nanoseconds:,.0f} ({ratio(reports, engine, workload, collector):.3f})"


def goals_table(reports: type_of_rounds) -> str:
    """Return the promised ratios beside the measured ones."""
    lines = ["| workload | collector | our time over that of | measured | goal | |"]
    lines.append("| --- | --- | --- | ---: | ---: | --- |")
    present = _present(reports)
    for workload, collector, peer, limit in GOALS:
        if "ours" in present and peer in present:
            measured = ratio(reports, peer, workload, collector)
            shown, verdict = f"{measured:.3f}", "pass" if measured <= limit else "**miss**"
        else:
            shown, verdict = "–", "not measured"
        lines.append(f"| {workload} | {collector} | {peer} | {shown} | ≤ {limit:g} | {verdict} |")
    return "\n".join(lines)


def report(engine_names: list[str], rounds: int) -> str:
    """Return the whole section as Markdown."""
    reports = collect(engine_names, rounds)
    check_agreement(reports)
    counts = ", ".join(f"{name} {count_operations(make()):,}" for name, make in WORKLOADS.items())
    how = EXPLANATION.format(rounds=rounds, counts=counts, tolerance=RELATIVE_TOLERANCE)
    return "\n\n".join(["## Eager engines", how, table(reports), goals_table(reports)])


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the eager engine with its peers.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    arguments = parser.parse_args()
    print(report(arguments.engines, arguments.rounds))


if __name__ == "__main__":
    main()
