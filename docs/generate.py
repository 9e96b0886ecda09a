"""Write the pages that are made of the code; `--check` tells if they are stale.

Run from the root of the repository: ``python docs/generate.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autograd_mini.operations import TABLE

HERE = Path(__file__).parent
SECTIONS = {
    "add": "Arithmetic",
    "power": "Powers and roots",
    "exp": "Exponentials and logarithms",
    "sin": "Trigonometry",
    "sinh": "Hyperbolic functions",
    "erf": "Special functions",
    "abs": "Kinks and jumps",
    "relu": "Activations",
    "less": "Comparisons and choice",
}


def cell(text: str) -> str:
    """Return text for a cell of a Markdown table."""
    return text.replace("|", r"\|")


def operations() -> str:
    """Return the page of all operations."""
    lines = [
        "# The operations",
        "",
        "Every elementary operation is one row of the table in `autograd_mini/operations.py`; this",
        "page is made of the rows by `python docs/generate.py`. A derivative is given in its",
        "textbook form; where that loses digits, the row computes a stable one instead.",
    ]
    for name, row in TABLE.items():
        if name in SECTIONS:
            lines += ["", f"## {SECTIONS[name]}", ""]
            lines += [
                "| name | formula | derivatives | domain | conventions |",
                "|---|---|---|---|---|",
            ]
        names = row.operand_names
        formula = f"${row.latex.format(*names, 'y', 'z')}$"
        slopes = "; ".join(
            f"${partial.latex.format(*names, 'y', r='r')}$" if partial.rule else "–"
            for partial in row.partials
        )
        domain = ", ".join(f"{n} in {i}" for n, i in zip(names, row.domain, strict=False))
        if row.condition:
            domain += f"; {row.condition[1]}"
        kinks = "; ".join(kink.sentence for kink in row.kinks)
        cells = [f"`{name}`", formula, slopes or "none", domain, kinks]
        lines.append("| " + " | ".join(map(cell, cells)) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the pages, or compare them with what they should be."""
    pages = {HERE / "operations.md": operations()}
    stale = [p for p, text in pages.items() if not p.exists() or p.read_text("utf-8") != text]
    if "--check" not in sys.argv[1:]:
        for path in stale:
            path.write_text(pages[path], "utf-8")
        return 0
    for path in stale:
        print(f"{path.name} is stale: run python docs/generate.py", file=sys.stderr)  # noqa: T201
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
