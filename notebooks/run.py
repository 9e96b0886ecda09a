"""Run the notebooks and keep their outputs: ``python notebooks/run.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat

HERE = Path(__file__).parent


def executed(path: Path) -> Any:
    """Return a notebook with the outputs of a run, without what differs from run to run."""
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        coalesce_streams=True,  # of a progress bar the last state only
        record_timing=False,
        resources={"metadata": {"path": str(HERE)}},
    ).execute()
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return notebook


if __name__ == "__main__":
    for given in map(Path, sys.argv[1:] or sorted(HERE.glob("*.ipynb"))):
        nbformat.write(executed(given), given)
