"""With this one can see how long ``import autograd_mini`` takes in a fresh interpreter.

Start from `main` (``python benchmarks/import_time.py``) and `import_seconds`. The rest of the
timings lives in `engines.py`.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

from machine import environment

RUNS = 21
LIMIT = 0.040


def import_seconds(runs: int = RUNS) -> float:
    """Return the median processor time of an import, less that of ``pass``, interleaved."""
    _seconds("import autograd_mini")  # writes the byte code
    pairs = [(_seconds("import autograd_mini"), _seconds("pass")) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs) - statistics.median(b for _, b in pairs)


def _seconds(program: str) -> float:
    """Return the processor time of a process, which a busy machine disturbs least."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], env=environment(), check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report() -> str:
    """Return the whole section as Markdown."""
    seconds = import_seconds()
    verdict = "pass" if seconds <= LIMIT else "**miss**"
    return (
        "## Import\n\n"
        f"- `import autograd_mini`: {seconds * 1e3:.1f} ms of processor time more than `pass`, "
        f"median of {RUNS} interleaved runs (goal ≤ {LIMIT * 1e3:.0f} ms: {verdict})"
    )


def main() -> None:
    print(report())


if __name__ == "__main__":
    main()
