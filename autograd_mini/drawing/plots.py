"""With this one can plot how training went and what was learned.

Start from `plot_history`, `plot_confusion` and `plot_boundary`; each returns a figure of
matplotlib. Style and saving live in `plot_style`.
"""

from __future__ import annotations

from autograd_mini.drawing.both_themes import in_both_themes
from autograd_mini.drawing.plot_style import figure, palette, style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKERS = "os^DvPX*"
_AIR = 0.05
"""What stays free below and above curves, as a share of the height."""

_LINES = {"": "-", "validation": (0, (4, 2)), "test": (0, (1, 1.5))}


@in_both_themes
def plot_history(
    history: Sequence[Mapping[str, Any]], *, theme: str = "light", title: str | None = None
) -> Figure:
    r"""Plot loss and accuracy over epochs.

    Parameters
    ----------
    history : sequence of mappings
        One row for each epoch, with the key "epoch". Columns whose name contains "loss" are drawn
        in one panel, those with "accuracy", between 0 and 1, in another; missing numbers are left
        out.
    theme : {"light", "dark", "auto"}
        "auto" follows the reader's system where the figure is shown or saved as SVG.
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If no row has a loss or an accuracy.

    Examples
    --------
    >>> rows = [{"epoch": 1, "loss": 0.7}, {"epoch": 2, "loss": 0.4}]
    >>> plot_history(rows).axes[0].get_xlabel()
    'epoch'
    """
    columns = {
        measure: [
            name for name in dict.fromkeys(k for row in history for k in row) if measure in name
        ]
        for measure in ("loss", "accuracy")
    }
    shown = [measure for measure, names in columns.items() if names]
    if not shown:
        raise ValueError("history must have a column with loss or accuracy in its name")
    with style(theme):
        plot, panels = figure(4.6 * len(shown), 3.3, len(shown))
        for panel, measure in zip(panels, shown, strict=True):
            _curves(panel, history, columns[measure], palette(theme))
            _measure_axes(panel, measure)
        if title:
            panels[0].set_title(title)
    return plot


def _curves(
    panel: Axes, history: Sequence[Mapping[str, Any]], names: list[str], colours: dict[str, str]
) -> None:
    """Draw the columns of one measure over the epochs."""
    for name in names:
        part = next((part for part in ("validation", "test") if part[:3] in name), "")
        points = [(row["epoch"], float(row[name])) for row in history if _is_there(row.get(name))]
        epochs, numbers = zip(*points, strict=True) if points else ((), ())
        colour = colours["gradient" if part else "blue"]
        panel.plot(
            epochs, numbers, linestyle=_LINES[part], color=colour, label=part or "training",
            marker="o" if len(points) == 1 else "",
        )  # fmt: skip
    if len(names) > 1:
        panel.legend()


def _is_there(number: Any) -> bool:
    return number is not None and number != ""


def _measure_axes(panel: Axes, measure: str) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - only when something is plotted

    panel.set_xlabel("epoch")
    whole = MaxNLocator(nbins=7, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    panel.xaxis.set_major_locator(whole)
    bottom, top = panel.get_ylim()
    low, high = panel.dataLim.intervaly
    if measure == "loss":
        panel.set_ylabel("loss $J$")
        bottom = min(0.0, bottom)
        panel.set_ylim(bottom, max(top, high + _AIR * (high - bottom)) if low <= high else top)
    else:
        panel.set_ylabel("accuracy")
        panel.set_ylim(min(bottom, low - _AIR * (1 - low)) if low <= high else bottom, 1.015)
        panel.yaxis.set_major_formatter(lambda share, _: f"{round(100 * share, 6):g} %")


@in_both_themes
def plot_confusion(
    matrix: Sequence[Sequence[int]],
    class_names: Sequence[object],
    *,
    theme: str = "light",
    title: str | None = None,
) -> Figure:
    r"""Plot how often each answer was taken for which.

    Right answers stand on the blue diagonal; the more of a row goes astray to a class, the
    stronger its cell is orange.

    Parameters
    ----------
    matrix : K rows of K counts
        The row is the true class, the column the predicted one.
    class_names : sequence of K names
    theme : {"light", "dark", "auto"}
        "auto" follows the reader's system where the figure is shown or saved as SVG.
    title : str, optional
        Instead of the share of right answers.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If `matrix` does not have as many rows and columns as there are names.

    Examples
    --------
    >>> plot_confusion([[9, 1], [0, 10]], ["no", "yes"]).axes[0].get_title(loc="left")
    '95.00 % of 20 right'
    """
    names, count = [str(name) for name in class_names], len(class_names)
    if [len(row) for row in matrix] != [count] * count:
        shape = f"{len(matrix)} rows of {', '.join(map(str, sorted({len(r) for r in matrix})))}"
        raise ValueError(f"matrix must have {count} rows of {count} counts, not {shape}")
    total = sum(map(sum, matrix))
    right = sum(matrix[k][k] for k in range(count))
    side = max(3.4, 0.44 * count + 1.2)
    with style(theme):
        plot, (panel,) = figure(side, side + 0.2)
        panel.grid(visible=False)
        for spine in panel.spines.values():
            spine.set_visible(False)
        for true, row in enumerate(matrix):
            for predicted, number in enumerate(row):
                _cell(panel, (true, predicted), number, number / (sum(row) or 1), palette(theme))
        panel.set(xlim=(-0.5, count - 0.5), ylim=(count - 0.5, -0.5), aspect="equal")
        panel.set_xticks(range(count), names, **_turned(names))
        panel.set_yticks(range(count), names)
        panel.tick_params(length=0)
        panel.set(xlabel=r"prediction $\hat{y}$", ylabel="answer $y$")
        panel.set_title(title or f"{100 * right / (total or 1):.2f} % of {total} right")
    return plot


def _turned(names: list[str]) -> dict[str, Any]:
    """Return how long names are turned, so that each ends below its column."""
    if max(map(len, names)) <= _LONGEST_LEVEL:
        return {}
    return {"rotation": 40.0, "ha": "right", "rotation_mode": "anchor"}


_LONGEST_LEVEL = 6
"""Names of at most so many letters do not run into each other."""


def _cell(
    panel: Axes, place: tuple[int, int], number: int, share: float, colours: dict[str, str]
) -> None:
    """Draw one cell: its shade is the share of the row, and 0 stays in the background."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - only when something is plotted

    true, predicted = place
    colour = colours["blue" if true == predicted else "gradient"]
    corner = predicted - 0.47, true - 0.47
    opacity = STRONGEST * (0.2 + 0.8 * share**0.5) if number else 0.0
    panel.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=colours["data"], linewidth=0))
    panel.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=colour, alpha=opacity, linewidth=0))
    shown = colours["ink" if number else "quiet"]
    panel.text(predicted, true, str(number), color=shown, ha="center", va="center")


STRONGEST = 0.45
"""Opacity of the strongest shade; the numbers stay readable on it."""


@in_both_themes
def plot_boundary(
    predict: Callable[[Any], Any],
    features: Sequence[Sequence[float]],
    targets: Sequence[int],
    class_names: Sequence[object] = (),
    *,
    theme: str = "light",
    title: str | None = None,
    resolution: int = 100,
) -> Figure:
    r"""Plot what a network says at every point of a plane, and the examples on it.

    The shade is the probability, the line the boundary between the classes.

    Parameters
    ----------
    predict : callable
        Given N points (an array of shape (N, 2)), it returns the probability of class 1 at each,
        or the K probabilities (N rows of K).
    features : N rows of 2 numbers
    targets : sequence of N ints
        The class of each example, counted from 0.
    class_names : sequence of names, optional
    theme : {"light", "dark", "auto"}
        "auto" follows the reader's system where the figure is shown or saved as SVG.
    title : str, optional
    resolution : int
        Points along each axis at which `predict` is asked.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the features are not two, or `predict` returns another number of answers than it got
        points.

    Examples
    --------
    >>> figure = plot_boundary(lambda points: points[:, 0] > 0, [[-1, 0], [1, 0]], [0, 1])
    >>> figure.axes[0].get_xlabel()
    '$x^{(1)}$'
    """
    import numpy as np  # noqa: PLC0415 - only when something is plotted

    points, classes = np.asarray(features, dtype=float), np.asarray(targets, dtype=int).ravel()
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"features must be N rows of 2 numbers, not of shape {points.shape}")
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.08 * np.where(high > low, high - low, 1.0)
    x, y = (np.linspace(low[k] - margin[k], high[k] + margin[k], resolution) for k in (0, 1))
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    answers = np.asarray(predict(grid.reshape(-1, 2)), dtype=float)
    if len(answers) != resolution**2:
        raise ValueError(
            f"predict must return an answer for each of {resolution**2} points, not {len(answers)}"
        )
    chances = answers.reshape(resolution, resolution, -1)
    if chances.shape[2] == 1:
        chances = np.concatenate([1 - chances, chances], axis=2)
    with style(theme):
        plot, (panel,) = figure(4.9, 4.3)
        colours = _class_colours(max(chances.shape[2], int(classes.max()) + 1), palette(theme))
        _shade(panel, x, y, chances, colours, palette(theme))
        _examples(panel, points, classes, class_names, colours, palette(theme))
        plot.legend(loc="outside lower center", ncols=4, handlelength=1.0, borderpad=0)
        panel.set(xlabel="$x^{(1)}$", ylabel="$x^{(2)}$")
        if title:
            panel.set_title(title)
    return plot


def _class_colours(count: int, colours: dict[str, str]) -> list[str]:
    """Return a colour for each class; neighbours differ for the colour-blind, too."""
    names = ("gradient", "blue", "value", "ink", "quiet", "line")
    return [colours[names[k % len(names)]] for k in range(count)]


def _shade(
    panel: Axes, x: Any, y: Any, chances: Any, colours: list[str], theme: dict[str, str]
) -> None:
    """Shade each point by its likeliest class, as strongly as it is likelier than the others."""
    import numpy as np  # noqa: PLC0415 - only when something is plotted
    from matplotlib.colors import to_rgb  # noqa: PLC0415 - only when something is plotted

    winner, count = chances.argmax(axis=2), chances.shape[2]
    certainty = np.clip((chances.max(axis=2) - 1 / count) / (1 - 1 / count), 0.0, 1.0)
    tint = np.array([to_rgb(colour) for colour in colours])[winner]
    strength = (STRONGEST * certainty)[..., None]
    image = strength * tint + (1 - strength) * np.array(to_rgb(theme["paper"]))
    edges = (x[0], x[-1], y[0], y[-1])
    panel.imshow(image, extent=edges, origin="lower", aspect="auto", interpolation="bilinear")
    panel.grid(visible=False)
    ordered = np.sort(chances, axis=2)
    for k in range(count):
        rival = np.where(winner == k, ordered[..., -2], ordered[..., -1])
        lead = chances[..., k] - rival
        if lead.min() < 0 < lead.max():
            panel.contour(x, y, lead, levels=[0.0], colors=theme["ink"], linewidths=1.2)


def _examples(
    panel: Axes,
    points: Any,
    classes: Any,
    class_names: Sequence[object],
    colours: list[str],
    theme: dict[str, str],
) -> None:
    """Draw the examples: colour and form tell the class; a few are drawn larger than many."""
    size = 22 if len(points) > 30 else 60
    for k in sorted(set(classes.tolist())):
        chosen = points[classes == k]
        name = str(class_names[k]) if k < len(class_names) else f"class {k}"
        panel.scatter(
            chosen[:, 0], chosen[:, 1], s=size, marker=_MARKERS[k % len(_MARKERS)],
            color=colours[k], edgecolors=theme["paper"], linewidths=0.7, label=name,
        )  # fmt: skip
