"""`autograd-mini draw` writes pages, too."""

import pytest

from autograd_mini.command_line import main


def test_draw_writes_a_page_beside_the_drawing(tmp_path, capsys):
    picture, page = tmp_path / "neuron.svg", tmp_path / "neuron.html"
    arguments = ["draw", "sigmoid(w*x + b)", "w=2", "x=-1", "b=3", "-o", str(picture)]
    assert main([*arguments, "--page", str(page)]) == 0
    assert picture.exists()
    assert '<h1 id="title">sigmoid(w*x + b)</h1>' in page.read_text(encoding="utf-8")
    assert f"wrote {picture} and {page}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["page.pdf", "page"])
def test_a_page_of_another_kind_is_refused_in_one_line(tmp_path, capsys, name):
    out = str(tmp_path / "x.svg")
    assert main(["draw", "x", "x=1", "-o", out, "--page", str(tmp_path / name)]) == 2
    assert "path must end in .html, not" in capsys.readouterr().err
