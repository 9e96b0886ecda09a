"""The gallery shows what its code draws, in every renderer alike, and is up to date."""

import ast
import importlib.util
import io
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograd_mini.drawing import save_plot

DOCS = Path(__file__).parent.parent / "docs"


def gallery_module():
    specification = importlib.util.spec_from_file_location("gallery", DOCS / "gallery.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


GALLERY = gallery_module()
PICTURES = [figure for figure in GALLERY.FIGURES if figure is not GALLERY.explanation]
KEPT = sorted((DOCS / "gallery").glob("*.svg"))
STILL = [path for path in KEPT if path.stem != "animation"]


def rendered_by_resvg(svg):
    resvg = pytest.importorskip("resvg_py", reason="resvg-py is no part of the test extra")
    return bytes(resvg.svg_to_bytes(svg_string=svg, dpi=96))


def rendered_by_cairosvg(svg):
    try:
        import cairosvg
    except (ImportError, OSError):
        pytest.skip("CairoSVG is no part of the test extra")
    return cairosvg.svg2png(bytestring=svg.encode())


def darkest(png):
    """Return how light the darkest pixel on a white page is: its largest channel, up to 255."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image)
    return np.asarray(page)[..., :3].max(axis=-1).min()


def test_the_page_is_made_of_the_code_that_draws():
    made = subprocess.run(
        [sys.executable, "docs/gallery.py", "--check"],
        cwd=DOCS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


def test_the_page_shows_every_figure_that_is_kept_and_no_other():
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r"gallery/[\w-]+\.svg", page)
    assert sorted(shown) == [path.relative_to(DOCS).as_posix() for path in KEPT]
    assert len(GALLERY.FIGURES) >= 12


def test_the_code_on_the_page_can_be_typed_as_it_stands():
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    typed = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(typed) == len(GALLERY.FIGURES)
    for code in typed:
        last = ast.parse(code).body[-1]
        assert isinstance(last, ast.Expr)
        assert "theme" not in code
        assert "return " not in code


@pytest.mark.parametrize("figure", PICTURES, ids=lambda figure: figure.__name__)
def test_the_code_draws_a_well_formed_figure(figure, tmp_path):
    path = tmp_path / "figure.svg"
    if GALLERY.themes_of(figure):
        save_plot(figure("light"), path)
    else:
        figure().save(path)
    kept = ET.parse(GALLERY.path_of(figure)).getroot()
    drawn = ET.parse(path).getroot()
    assert drawn.tag == kept.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.get("viewBox") == kept.get("viewBox")


@pytest.mark.parametrize("render", [rendered_by_resvg, rendered_by_cairosvg])
@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_no_renderer_finds_a_colour_that_it_does_not_know_and_paints_it_black(path, render):
    assert darkest(render(path.read_text(encoding="utf-8"))) > 24


def rendered_by_librsvg(svg):
    if shutil.which("rsvg-convert") is None:
        pytest.skip("librsvg is a program of the system")
    made = subprocess.run(["rsvg-convert"], input=svg.encode(), capture_output=True, check=True)
    return made.stdout


def blurred(png, size):
    """Return a picture on a white page, in patches larger than the strokes of a letter."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image)
    return np.asarray(page.convert("RGB").resize(size, Image.Resampling.BOX), dtype=float)


@pytest.mark.parametrize("render", [rendered_by_cairosvg, rendered_by_librsvg])
@pytest.mark.parametrize("path", STILL, ids=lambda path: path.stem)
def test_a_figure_looks_alike_in_all_renderers(path, render):
    svg = path.read_text(encoding="utf-8")
    first = rendered_by_resvg(svg)
    size = tuple(max(side // 8, 1) for side in Image.open(io.BytesIO(first)).size)
    difference = abs(blurred(first, size) - blurred(render(svg), size))
    assert difference.mean() < 3  # of 255; a missing or black card would make it ten times that
    assert np.quantile(difference, 0.99) < 45


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_kept_figures_are_pictures_without_scripts_or_anything_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    links = re.findall(r'(?:href|src)="([^"]*)"', text)
    assert all(link.startswith(("#", "data:image/png")) for link in links)
