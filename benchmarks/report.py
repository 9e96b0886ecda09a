"""With this one can measure everything and write `RESULTS.md`.

Start from `main` (``python benchmarks/report.py --write``). What is measured, and how, lives in
`engines.py`, `memory.py` and `import_time.py`.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import engines
import import_time
import memory
from adapters import ENGINES
from machine import busyness, description

RESULTS = Path(__file__).parent / "RESULTS.md"


def text(rounds: int) -> str:
    """Return the whole page as Markdown."""
    sections = [engines.report(list(ENGINES), rounds), memory.report(), import_time.report()]
    today = dt.datetime.now(tz=dt.UTC).date()
    head = (
        "# Results\n\n"
        f"Written by `python benchmarks/report.py --rounds {rounds} --write`. Read the ratios; the "
        "times belong to one machine in one sitting.\n\n"
        f"{description()}; {today:%B %Y}; {busyness()}."
    )
    return "\n\n".join([head, *sections]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure everything.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write RESULTS.md, else print")
    arguments = parser.parse_args()
    page = text(arguments.rounds)
    if not arguments.write:
        print(page, end="")
        return
    whole = RESULTS.with_suffix(".new")
    whole.write_text(page, encoding="utf-8")
    whole.replace(RESULTS)


if __name__ == "__main__":
    main()
