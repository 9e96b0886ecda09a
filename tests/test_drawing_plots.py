"""Plots show what they are given, and leave the global state of matplotlib alone."""

import base64
import math
import re
import sys
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.drawing import (
    plot_boundary,
    plot_confusion,
    plot_descent,
    plot_digits,
    plot_gradient_flow,
    plot_history,
    save_plot,
)

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


def test_one_epoch_is_a_mark_within_its_panel_above_a_whole_number():
    rows = [{"epoch": 1, "loss": 2.0, "validation_loss": 2.3, "accuracy": 0.5}]
    figure = plot_history(rows)
    figure.canvas.draw()
    for panel in figure.axes:
        low, high = panel.get_xlim()
        assert [tick for tick in panel.get_xticks() if low <= tick <= high] == [1]
        radius = mpl.rcParams["lines.markersize"] / 2 * figure.dpi / 72
        for line in panel.lines:
            _, height = panel.transData.transform(line.get_xydata()[0])
            assert panel.bbox.y0 + radius < height < panel.bbox.y1 - radius


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


def test_long_names_of_classes_end_below_their_columns():
    short = plot_confusion([[1, 0], [0, 1]], ["no", "yes"]).axes[0].get_xticklabels()
    long = plot_confusion([[1, 0], [0, 1]], ["setosa", "versicolor"]).axes[0].get_xticklabels()
    assert {(name.get_rotation(), name.get_ha()) for name in short} == {(0, "center")}
    assert {(name.get_rotation(), name.get_ha()) for name in long} == {(40, "right")}


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


def test_without_matplotlib_one_sentence_says_what_to_install(monkeypatch):
    descent = ag.gradient_descent(lambda t: t * t, 1.0)
    deltas = ag.check_deltas(ag.MLP([2, 1], seed=0), [1.0, 2.0], 1)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for plotted in (descent, deltas):
        with pytest.raises(ImportError, match="a plot needs a library: `pip install matplotlib`"):
            plotted.plot()


def test_themes_of_plots_are_light_dark_and_auto():
    with pytest.raises(
        ValueError, match="unknown theme of a plot 'blue': known are light, dark, a"
    ):
        plot_history(HISTORY, theme="blue")


def test_under_auto_a_plot_follows_the_readers_system(tmp_path):
    figure = plot_history(HISTORY, theme="auto")
    save_plot(figure, tmp_path / "auto.svg")
    text = (tmp_path / "auto.svg").read_text()
    root = ET.fromstring(text)
    groups = [g for g in root if g.get("id", "").startswith("ag-")]
    assert [g.get("display") for g in groups] == [None, "none"]
    assert "@media (prefers-color-scheme:dark)" in text
    papers = [re.findall(r"fill: (#\w{6})", ET.tostring(g, "unicode"))[0] for g in groups]
    assert papers == ["#ffffff", "#14181d"]
    names = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(set(names)) == len(names)  # else one half would show what is hidden in the other
    bundle, _ = plot_history(HISTORY, theme="auto")._repr_mimebundle_()
    light, dark = plot_history(HISTORY), plot_history(HISTORY, theme="dark")
    pictures = [each._repr_mimebundle_()[0]["image/png"] for each in (light, dark)]
    assert all(picture in bundle["text/html"] for picture in pictures)
    assert bundle["image/png"] == pictures[0]


def test_two_plots_on_one_page_do_not_touch_each_other(tmp_path):
    save_plot(plot_history(HISTORY), tmp_path / "1.svg")
    save_plot(plot_confusion([[1]], ["a"], theme="auto"), tmp_path / "2.svg")
    found = []
    for path in sorted(tmp_path.iterdir()):
        text = path.read_text()
        root = ET.fromstring(text)
        names = {each.get("id") for each in root.iter() if each.get("id")}
        used = re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', text)
        assert {a or b for a, b in used} <= names
        found.append(names)
        rules = "".join(style.text for style in root.iter("{http://www.w3.org/2000/svg}style"))
        selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", rules)
        assert selectors
        assert all(selector.split()[0].removeprefix("#") in names for selector in selectors)
    assert not found[0] & found[1]


def test_what_is_plotted_in_both_themes_is_asked_once():
    asked = []

    def predict(points):
        asked.append(len(points))
        return points[:, 0] > 0

    plot_boundary(predict, [[-1, 0], [1, 0]], [0, 1], theme="auto", resolution=5)
    assert asked == [25]
    count = []
    plot_descent([[1.0], [0.5]], [1, 0.25], [2, 1], lambda t: count.append(t) or t[0] ** 2,
                 theme="auto")  # fmt: skip
    assert len(count) == 301


def test_the_global_state_of_matplotlib_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    before = dict(mpl.rcParams.copy())
    save_plot(plot_confusion([[1]], ["a"], theme="dark"), tmp_path / "a.png")
    assert dict(mpl.rcParams.copy()) == before


def data_of(line):
    return line.get_xydata().tolist()


def test_a_figure_shows_itself_as_a_png_at_twice_the_resolution():
    bundle, metadata = plot_history(HISTORY)._repr_mimebundle_()
    picture = base64.b64decode(bundle["image/png"])
    assert picture.startswith(b"\x89PNG")
    shown = metadata["image/png"]
    assert int.from_bytes(picture[16:20], "big") == pytest.approx(2 * shown["width"], abs=1)
    assert int.from_bytes(picture[20:24], "big") == pytest.approx(2 * shown["height"], abs=1)
    assert bundle["text/plain"] == "<Plot size 920x330 with 2 Axes>"


def test_gradient_flow_shows_what_the_check_has_compared():
    report = ag.check_deltas(ag.MLP([3, 4, 4, 2], seed=1), [0.1, -0.2, 0.3], [1, 0])
    flow, difference = report.plot(title="flow").axes
    lines = dict(zip(("BP1 BP2", "BP3", "BP4"), flow.lines, strict=True))
    for formulas, line in lines.items():
        rows = [row for row in report.rows if row.formula in formulas.split()]
        assert data_of(line) == sorted([row.layer, row.largest] for row in rows)
    assert flow.get_yscale() == difference.get_yscale() == "log"
    assert (flow.get_xlabel(), flow.get_ylabel()) == ("layer $l$", "largest component")
    assert data_of(difference.lines[0])[0][1] == 1e-12


def test_sizes_within_a_power_of_ten_stand_beside_plain_numbers():
    same = {"delta": [0.0, 1e-16]}
    near = plot_gradient_flow([2, 3], {"delta": [0.25, 0.6]}, same, 1e-12).axes[0]
    assert [label.get_text() for label in near.get_yticklabels()] == ["0.3", "0.4", "0.5", "0.6"]
    far = plot_gradient_flow([2, 3], {"delta": [1e-9, 0.6]}, same, 1e-12).axes[0]
    assert "$" in far.get_yticklabels()[-1].get_text()


def test_a_difference_of_0_stands_hollow_on_the_lowest_line():
    figure = plot_gradient_flow([2, 3], {"delta": [0.0, 0.1]}, {"delta": [0.0, 1e-9]}, 1e-12)
    flow, difference = figure.axes
    assert math.isnan(data_of(flow.lines[0])[0][1])
    marks = difference.collections[0]
    heights = marks.get_offsets()[:, 1]
    assert heights[0] == difference.get_ylim()[0]
    assert heights[1] == 1e-9 < difference.get_ylim()[1]
    assert marks.get_facecolors()[0].tolist() != marks.get_facecolors()[1].tolist()
    assert difference.get_yticklabels()[0].get_text() == "0"


def test_descent_over_one_parameter_lies_on_the_curve():
    descent = ag.gradient_descent(lambda theta: (theta - 3) ** 2, 0.0, tolerance=1e-2)
    (panel,) = descent.plot().axes
    curve, way = panel.lines[:2]
    assert all(y == pytest.approx((x - 3) ** 2) for x, y in data_of(curve))
    assert data_of(way) == [[step.theta, step.J] for step in descent.history]
    assert (panel.get_xlabel(), panel.get_ylabel()) == (r"$\theta$", "$J$")
    assert panel.get_title(loc="left") == f"converged after {descent.steps} steps"
    named = [r"$\theta^{[0]}$", rf"$\theta^{{[{descent.steps}]}}$"]
    assert [text.get_text() for text in panel.texts] == named


@pytest.mark.parametrize(
    ("J", "start", "step"),
    [
        (lambda t: (t - 3) ** 2, 0.0, 1.1),
        (lambda t: t**4, 3.0, 1.0),
        (lambda t: -t * t, 1.0, 0.1),
        (lambda t: t[0] ** 2 + 3 * t[1] ** 2, [1.0, 2.0], 0.5),
    ],
)
def test_of_a_descent_that_diverges_the_beginning_is_shown(J, start, step, tmp_path):
    descent = ag.gradient_descent(J, start, step=step)
    assert descent.reason.name == "DIVERGED"
    plot = descent.plot()
    (panel,) = plot.axes
    shown = next(line for line in panel.lines if line.get_color() == panel.lines[-1].get_color())
    points = data_of(shown)
    assert 2 <= len(points) < descent.steps
    assert panel.get_title(loc="left").endswith(f"steps, the first {len(points) - 1} shown")
    assert np.isfinite(points).all()
    for low, high in (panel.get_xlim(), panel.get_ylim()):
        assert high - low < 1e9
    save_plot(plot, tmp_path / "diverged.png")


def test_numbers_without_end_leave_the_others_to_be_seen(tmp_path):
    descent = ag.gradient_descent(lambda t: t[0] ** 2 + t[1] ** 2 + t[2] ** 2, [1.0] * 3, step=1.5)
    J, slope = (plot := descent.plot()).axes
    assert len(data_of(J.lines[0])) > 300
    assert len(data_of(slope.lines[0])) == descent.steps + 1
    save_plot(plot, tmp_path / "diverged.png")


def test_descent_over_two_parameters_crosses_contours_of_equal_J():
    def J(theta):
        return theta["w"].exp() + theta["w"] ** 2 + theta["b"] ** 2

    descent = ag.gradient_descent(J, {"w": 1.0, "b": -1.0}, tolerance=1e-3)
    (panel,) = descent.plot(resolution=20).axes
    assert data_of(panel.lines[0]) == [list(step.theta.values()) for step in descent.history]
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("$w$", "$b$")
    lines = panel.collections[-1]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        for w, b in path.vertices[:3]:
            assert math.exp(w) + w**2 + b**2 == pytest.approx(level, abs=0.05)


def test_descent_over_more_parameters_shows_J_and_its_gradient_step_by_step():
    descent = ag.gradient_descent(lambda t: t[0] ** 2 + t[1] ** 2 + t[2] ** 2, [1.0, 2.0, 3.0])
    J, slope = descent.plot(title="three").axes
    assert data_of(J.lines[0]) == [[i, step.J] for i, step in enumerate(descent.history)]
    assert data_of(slope.lines[0])[2] == [2, descent.history[2].gradient_length]
    assert (J.get_ylabel(), slope.get_ylabel()) == ("$J$", r"$|\nabla J|$")
    assert (J.get_xlabel(), J.get_title(loc="left"), J.get_yscale()) == ("step $i$", "three", "log")


@pytest.mark.parametrize(("x", "y"), [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_the_ends_of_a_way_are_named_where_the_way_is_not(x, y):
    way = [[0.0, 0.0], [x, 0.5 * y], [2.0 * x, 3.0 * y]]
    figure = plot_descent(way, [2, 1, 0], [1, 1, 0], lambda t: t[0] ** 2 + t[1] ** 2)
    figure.canvas.draw()
    (panel,) = figure.axes
    for name, point in zip(panel.texts, (way[0], way[-1]), strict=True):
        box, (across, up) = name.get_window_extent(), panel.transData.transform(point)
        outwards = point is way[-1]
        assert (box.x0 > across) == ((x > 0) == outwards)
        assert (box.y0 > up) == ((y > 0) == outwards)


def test_a_long_way_is_a_line_without_marks():
    for count, marker in ((200, "o"), (201, "")):
        way = [[k / 100, 1.0] for k in range(count)]
        panel = plot_descent(way, [1] * count, [1] * count, lambda t: t[0] ** 2).axes[0]
        assert panel.lines[0].get_marker() == marker


def test_descent_without_a_step_or_a_slope_can_be_plotted(tmp_path):
    for theta in (1.0, [1.0, 2.0], [1.0, 2.0, 3.0]):
        descent = ag.gradient_descent(lambda _: ag.Value(2.0), theta)
        save_plot(descent.plot(resolution=5), tmp_path / "flat.png")
        assert descent.steps == 1


def test_descent_that_comes_back_names_its_end_once():
    descent = ag.gradient_descent(lambda theta: (theta - 3) ** 2, 0.0, step=1.0)
    (panel,) = descent.plot().axes
    assert panel.get_title(loc="left") == f"cycling after {descent.steps} steps"
    (name,) = panel.texts
    assert name.get_text() == rf"$\theta^{{[0]}} = \theta^{{[{descent.steps}]}}$"


def test_contours_leave_out_where_J_is_not_defined(tmp_path):
    descent = ag.gradient_descent(lambda t: ag.log(t[0]) ** 2 + t[1] ** 2, [0.3, 1.0], step=0.02)
    save_plot(descent.plot(resolution=20), tmp_path / "log.svg")
    save_plot(plot_descent([[1, 2]], [1], [1], lambda _: 1 / 0, resolution=5), tmp_path / "n.svg")


def test_digits_say_what_they_are_taken_for():
    figure = plot_digits([[0, 1, 1, 0]] * 10, [3] * 10, [3] * 9 + [8])
    captions = [panel.get_title() for panel in figure.axes]
    assert captions == ["3"] * 9 + ["3 (is 8)"] + [""] * 6
    assert figure.get_suptitle() == "9 of 10 right"
    assert figure.axes[0].images[0].get_array().tolist() == [[0, 1], [1, 0]]
    assert plot_digits([[1]], [1]).get_suptitle() == ""


def test_digits_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="an image must be square, but it has 3 numbers"):
        plot_digits([[0, 1, 2]], [3])
    with pytest.raises(ValueError, match="not 1 images, 2 predictions, 2 answers"):
        plot_digits([[0]], [3, 4])
