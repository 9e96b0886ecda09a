"""With this one can say on what a figure was measured, and run the working tree elsewhere.

Start from `description`, `busyness`, and `environment`, the variables under which a child process
imports the library from this checkout. Nothing is measured here.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

ROOT = Path(__file__).parent.parent

UNWANTED = ("PYTHONDONTWRITEBYTECODE",)
"""Variables that would make a child measure the compiling of modules at each import."""


def description() -> str:
    """Return processor, number of cores, system and Python in one line."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def busyness() -> str:
    """Return how many processes wanted a core over the last quarter of an hour, where known."""
    if not hasattr(os, "getloadavg"):
        return "load unknown"
    return f"load {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores (1 is this program alone)"


def environment() -> dict[str, str]:
    """Return this process's variables, with this checkout first on the path of imports."""
    kept = {name: text for name, text in os.environ.items() if name not in UNWANTED}
    return kept | {"PYTHONPATH": str(ROOT)}


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if not facts.exists():
        return platform.processor() or platform.machine()
    lines = facts.read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
