"""With this one can see how long ``import autograd_mini`` takes in a fresh interpreter.

Start from `main` (``python benchmarks/import_time.py``) and `import_seconds`. The rest of the
timings lives in `engines.py`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from machine import environment

RUNS = 21
LIMIT = 0.040


def import_seconds(runs: int = RUNS) -> float:
    """Return the median time of an import, less that of ``pass``, from interleaved processes."""
    _seconds("import autograd_mini")  # writes the byte code
    pairs = [(_seconds("import autograd_mini"), _seconds("pass")) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs) - statistics.median(b for _, b in pairs)


def _seconds(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], env=environment(), check=True)
    return time.perf_counter() - start


def report() -> str:
    """Return the whole section as Markdown."""
    seconds = import_seconds()
    verdict = "pass" if seconds <= LIMIT else "**miss**"
    return (
        "## Import\n\n"
        f"- `import autograd_mini`: {seconds * 1e3:.1f} ms more than `pass`, median of {RUNS} "
        f"interleaved runs (goal ≤ {LIMIT * 1e3:.0f} ms: {verdict})"
    )


def main() -> None:
    print(report())


if __name__ == "__main__":
    main()
