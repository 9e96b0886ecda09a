"""With this one can compare compiled programs with their peers, as a Markdown table of ratios.

Start from `main` (``python benchmarks/compiled.py --rounds 15 --write``) and `BARS`, what is
promised. Every engine compiles in a process of its own (`compiled_one.py`) and waits there; in
each round all engines of a workload are measured in turn, the ratio is taken within the round,
and the median over the rounds is shown. All must agree on value and gradient, or there is no
comparison. The functions are in `compiled_workloads.py` and `compiled_gpt.py`, what compiles them
in `compiled_engines.py`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np
from compiled_engines import ENGINES, OURS_READING
from machine import busyness, description, environment

HERE = Path(__file__).parent
PAGE = HERE / "COMPILED.md"
SECONDS = 0.1
RELATIVE_TOLERANCE = 1e-9

TITLES = {
    "digits": "digits 64–32–10, sigmoid, log loss, all 1,797 examples at once",
    "moons": "[2, 16, 16, 1], relu, hinge loss, 1,000 points",
    "rosenbrock": "Rosenbrock-100, batch of 1,000",
    "black_scholes": "Black–Scholes with five Greeks, batch of 1,000",
    "n_body": "energy of 10 bodies, batch of 1,000",
    "asian": "Asian call, a loop of 252 steps, delta, rho, vega; 1,000 paths",
    "rosenbrock, one point": "Rosenbrock-100 at one point, Python target",
    "n_body, one point": "energy of 10 bodies at one point, Python target",
    "gpt": "a step of training on each of 9 documents, transformer of 4,192 parameters",
}

PEERS = {
    "numpy": "NumPy by hand",
    "torch": "torch nn.Module",
    "jax": "JAX jit + vmap",
    "jax scan": "JAX lax.scan",
    "casadi": "CasADi SX",
    "eager": "our eager engine",
    "tuple-slots": "slots and tuples",
    OURS_READING: "ours, with reading the Values",
}


class Bar(NamedTuple):
    """What is promised: our time over the peer's, at most."""

    workload: str
    peer: str
    limit: float


BARS = [
    Bar("digits", "numpy", 1.25),
    Bar("digits", "torch", 1.0),
    Bar("moons", "numpy", 1.25),
    Bar("rosenbrock", "casadi", 0.5),
    Bar("black_scholes", "casadi", 0.5),
    Bar("n_body", "casadi", 0.5),
    Bar("asian", "jax", 1.0),
    Bar("asian", "jax scan", 1.0),
    Bar("rosenbrock, one point", "eager", 0.1),
    Bar("n_body, one point", "eager", 0.1),
    Bar("gpt", "eager", 1 / 30),
    Bar("gpt", "tuple-slots", 1 / 30),
]

EXPLANATION = """\
Value and gradient of the same scalar text, in processor time, one thread on one core. Each engine
has a process of its own; medians of {rounds} interleaved rounds, a ratio is taken within a round.
All engines agree on value and gradient to {tolerance:g}. "First" is the time until the first
result: tracing and compiling, and for some engines their import. Hand-written NumPy, and ours
beside it, keep the parameters in arrays; "with reading the Values" fetches them from the network
at each call. CasADi is called through buffers for a batch and with a DM for one point."""


class Waiting:
    """An engine that has compiled a workload, and waits to be measured."""

    def __init__(self, workload: str, engine: str, folder: str) -> None:
        answer = Path(folder) / f"{workload}-{engine}.npy"
        command = [sys.executable, str(HERE / "compiled_one.py"), workload, engine, str(answer)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )
        self.name = f"{engine} on {workload}"
        told = self._told()
        self.missing = "missing" in told
        if not self.missing:
            self.first = told["first"]
            self.answer = np.load(answer)

    def _told(self) -> dict[str, float]:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} failed")
        return json.loads(line)

    def measure(self) -> float:
        """Return the seconds of one run."""
        self.process.stdin.write(f"{SECONDS}\n")
        self.process.stdin.flush()
        return self._told()["seconds"]

    def leave(self) -> None:
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


class Measured(NamedTuple):
    """Of one workload and engine: the time of the first result, and that of each round."""

    first: float
    rounds: list[float]


def measured(workload: str, rounds: int) -> dict[str, Measured]:
    """Return what the engines took for a workload; those that are not installed are left out."""
    with tempfile.TemporaryDirectory() as folder:
        started = {name: Waiting(workload, name, folder) for name in ENGINES[workload]}
        engines = {name: engine for name, engine in started.items() if not engine.missing}
        check_agreement(engines)
        times: dict[str, list[float]] = {name: [] for name in engines}
        for _ in range(rounds):
            for name, engine in engines.items():
                times[name].append(engine.measure())
        for engine in started.values():
            engine.leave()
        return {name: Measured(engine.first, times[name]) for name, engine in engines.items()}


def check_agreement(engines: dict[str, Waiting]) -> None:
    """Refuse the comparison unless all engines computed the same value and gradient."""
    expected = engines["ours"].answer
    scale = np.abs(expected).max()
    for engine in engines.values():
        if not np.allclose(
            engine.answer, expected, rtol=RELATIVE_TOLERANCE, atol=RELATIVE_TOLERANCE * scale
        ):
            raise SystemExit(f"{engine.name} computes something else: no comparison")


def ratio(found: dict[str, Measured], peer: str) -> float:
    """Return our time over that of a peer: the median over the rounds of each round's ratio."""
    pairs = zip(found["ours"].rounds, found[peer].rounds, strict=True)
    return statistics.median(ours / theirs for ours, theirs in pairs)


def rows(workload: str, found: dict[str, Measured]) -> list[str]:
    """Return a line of the table for each engine."""
    lines = []
    for name, each in found.items():
        title = TITLES[workload] if name == "ours" else ""
        milliseconds = statistics.median(each.rounds) * 1e3
        shown = "" if name == "ours" else f"{ratio(found, name):.3f}"
        bar, verdict = _promise(workload, name, found)
        lines.append(
            f"| {title} | {PEERS.get(name, name)} | {milliseconds:.3f} | {each.first * 1e3:,.0f} "
            f"| {shown} | {bar} | {verdict} |"
        )
    return lines


def _promise(workload: str, name: str, found: dict[str, Measured]) -> tuple[str, str]:
    for bar in BARS:
        if (bar.workload, bar.peer) == (workload, name):
            met = ratio(found, name) <= bar.limit
            return f"≤ {bar.limit:.3g}", "pass" if met else "**miss**"
    return "", ""


def versions() -> str:
    """Return the versions of the peers that are installed."""
    known = {each.metadata["Name"].lower(): each.version for each in metadata.distributions()}
    names = ("numpy", "scipy", "torch", "jax", "casadi")
    return ", ".join(f"{name} {known[name]}" for name in names if name in known)


def page(workloads: list[str], rounds: int) -> str:
    """Measure, and return the whole page as Markdown."""
    head = (
        f"Written by `python benchmarks/compiled.py --rounds {rounds} --write`. Read the ratios; "
        "the times belong to one machine in one sitting."
    )
    lines = [
        "# Compiled programs beside their peers",
        "",
        head,
        "",
        f"{description()}; {versions()}; {busyness()}.",
        "",
        EXPLANATION.format(rounds=rounds, tolerance=RELATIVE_TOLERANCE),
        "",
        "| work | engine | ms | first, ms | ours over it | bar | |",
        "| --- | --- | ---: | ---: | ---: | --- | --- |",
    ]
    print("\n".join(lines[-2:]), flush=True)
    for workload in workloads:
        found = rows(workload, measured(workload, rounds))
        print("\n".join(found), flush=True)
        lines += found
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="Compare compiled programs with their peers.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--workloads", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--write", action="store_true", help="write COMPILED.md")
    arguments = parser.parse_args()
    text = page(arguments.workloads, arguments.rounds)
    if arguments.write:
        whole = PAGE.with_suffix(".new")
        whole.write_text(text, encoding="utf-8")
        whole.replace(PAGE)


if __name__ == "__main__":
    main()
