"""Every notebook runs from top to bottom, without a warning, and is kept with its outputs.

To keep new outputs: ``python notebooks/run.py``.
"""

import importlib.util
from functools import cache
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def kinds(cell):
    """Return what a cell has put out: the names of streams, and the MIME types of results."""
    return [output.get("name") or sorted(output.data) for output in cell.outputs]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@cache
def executed(path):
    """Return a notebook with the outputs of a run in a kernel of its own."""
    specification = importlib.util.spec_from_file_location("run", path.parent / "run.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.executed(path)


def test_cells_run_in_order_and_write_neither_errors_nor_warnings(path):
    cells = code_cells(executed(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [cell.source for cell in cells if "stderr" in kinds(cell)]


def test_the_kept_outputs_are_those_of_a_run(path):
    kept, run = (code_cells(n) for n in (nbformat.read(path, as_version=4), executed(path)))
    assert [cell.execution_count for cell in kept] == [cell.execution_count for cell in run]
    assert [kinds(cell) for cell in kept] == [kinds(cell) for cell in run]


def test_the_kept_file_is_valid_and_small(path):
    nbformat.validate(nbformat.read(path, as_version=4))
    assert path.stat().st_size < 600_000


def test_drawings_are_kept_as_images_that_need_no_trust(path):
    bundles = [
        output.data
        for cell in code_cells(nbformat.read(path, as_version=4))
        for output in cell.outputs
        if "data" in output and "image/svg+xml" in output.data
    ]
    assert bundles
    for bundle in bundles:
        assert bundle["text/html"].startswith('<img alt="')
        assert "data:image/svg+xml;base64," in bundle["text/html"]


def test_progress_bars_have_come_to_their_end(path):
    streams = [
        output.text
        for cell in code_cells(executed(path))
        for output in cell.outputs
        if output.get("name") == "stdout"
    ]
    assert streams
    assert all("100%|██████████|" in text.splitlines()[-1] for text in streams)
