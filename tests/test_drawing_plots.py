"""Plots show what they are given, and leave the global state of matplotlib alone."""

import sys

import matplotlib as mpl
import numpy as np
import pytest

from autograd_mini.drawing import plot_boundary, plot_confusion, plot_history, save_plot

HISTORY = [
    {"epoch": 1, "loss": 0.7, "validation_loss": 0.8, "accuracy": 0.5, "validation_accuracy": None},
    {"epoch": 2, "loss": 0.4, "validation_loss": 0.6, "accuracy": 0.9, "validation_accuracy": 0.8},
]


def test_history_shows_loss_and_accuracy_side_by_side():
    loss, accuracy = plot_history(HISTORY, title="moons").axes
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert loss.lines[0].get_xydata().tolist() == [[1, 0.7], [2, 0.4]]
    assert accuracy.lines[1].get_xydata().tolist() == [[2, 0.8]]
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("epoch", "loss $J$")
    assert loss.get_title(loc="left") == "moons"


def test_history_without_accuracy_has_one_panel():
    assert len(plot_history([{"epoch": 1, "loss": 1.0}]).axes) == 1


def test_history_without_anything_to_plot_is_refused():
    with pytest.raises(ValueError, match="history must have a column with loss or accuracy"):
        plot_history([{"epoch": 1}])


def test_confusion_writes_every_count_and_the_share_of_right_answers():
    figure = plot_confusion([[9, 1], [3, 7]], ["no", "yes"])
    (panel,) = figure.axes
    assert [(t.get_position(), t.get_text()) for t in panel.texts] == [
        ((0, 0), "9"), ((1, 0), "1"), ((0, 1), "3"), ((1, 1), "7")]  # fmt: skip
    assert panel.get_title(loc="left") == "80.00 % of 20 right"
    assert [label.get_text() for label in panel.get_xticklabels()] == ["no", "yes"]


def test_confusion_of_nothing_can_be_plotted():
    plot_confusion([[0, 0], [0, 0]], [0, 1])


def test_confusion_of_another_size_is_refused():
    with pytest.raises(ValueError, match="matrix must have 3 rows of 3 counts, not 2 rows of 2"):
        plot_confusion([[1, 0], [0, 1]], [0, 1, 2])


def test_boundary_lies_where_the_classes_are_equally_likely():
    def predict(points):
        return 1 / (1 + np.exp(-4 * (points[:, 0] - 0.25)))

    (panel,) = plot_boundary(predict, [[-1, 0], [1, 1]], [0, 1], ["left", "right"]).axes
    lines = [path.vertices for c in panel.collections for path in c.get_paths() if len(path) > 30]
    assert lines
    assert np.allclose(np.concatenate(lines)[:, 0], 0.25, atol=1e-3)
    assert panel.get_ylabel() == "$x^{(2)}$"


def test_boundary_of_three_classes_takes_rows_of_probabilities():
    def predict(points):
        scores = np.exp(points @ np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]]))
        return scores / scores.sum(axis=1, keepdims=True)

    figure = plot_boundary(predict, [[2, 0], [0, 2], [-2, -2]], [0, 1, 2], resolution=30)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["class 0", "class 1", "class 2"]


def test_boundary_refuses_what_is_not_flat():
    with pytest.raises(ValueError, match=r"features must be N rows of 2 numbers, not .* \(1, 3\)"):
        plot_boundary(lambda p: p, [[1, 2, 3]], [0])
    with pytest.raises(ValueError, match="predict must return an answer for each of 10000 points"):
        plot_boundary(lambda p: p[:5], [[1, 2]], [0])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_same_figure_has_the_same_bytes(tmp_path, theme, suffix):
    files = [tmp_path / f"{n}.{suffix}" for n in (1, 2)]
    for file in files:
        save_plot(plot_history(HISTORY, theme=theme), file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert b"Date" not in files[0].read_bytes()[:2000] or suffix == "png"
    assert len(list(tmp_path.iterdir())) == 2


def test_svg_text_is_drawn_as_paths_so_that_it_looks_alike_everywhere(tmp_path):
    save_plot(plot_history(HISTORY), tmp_path / "a.svg")
    assert b"<text" not in (tmp_path / "a.svg").read_bytes()


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"path must end in .svg or .png, not .gif"):
        save_plot(plot_history(HISTORY), tmp_path / "a.gif")


def test_themes_of_plots_are_light_and_dark():
    with pytest.raises(ValueError, match="unknown theme of a plot 'auto': known are light, dark"):
        plot_history(HISTORY, theme="auto")


def test_the_global_state_of_matplotlib_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    before = dict(mpl.rcParams.copy())
    save_plot(plot_confusion([[1]], ["a"], theme="dark"), tmp_path / "a.png")
    assert dict(mpl.rcParams.copy()) == before
