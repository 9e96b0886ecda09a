r"""With this one can plot the path of gradient descent.

Start from `plot_descent`: over one parameter it draws the curve of J, over two its contours, and
over more how J and its gradient shrink. Style and saving live in `plot_style`.
"""

from __future__ import annotations

import math

from autograd_mini.drawing.both_themes import in_both_themes
from autograd_mini.drawing.plot_style import figure, palette, style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Function = Callable[[Sequence[float]], float]

_MARGIN = 0.25
_LEVELS = 14

_FAR = 10.0
"""So many lengths of its first step a way that has no end is followed."""

_ENDLESS = 1e100
"""A way that is longer has no end."""

_TOO_LARGE = 1e250
"""Beyond it an axis has no room for its margins."""

_MOST_MARKS = 200
"""Of more points than so many, marks would run together into one thick line."""


@in_both_themes
def plot_descent(
    points: Sequence[Sequence[float]],
    J: Sequence[float],
    gradient_lengths: Sequence[float],
    function: Function | None = None,
    names: Sequence[str] = (),
    *,
    theme: str = "light",
    title: str | None = None,
    resolution: int = 60,
) -> Figure:
    r"""Plot where a gradient descent went.

    Parameters
    ----------
    points : sequence of N + 1 sequences of K numbers
        :math:`\theta^{[0]}, \dots, \theta^{[N]}`.
    J : sequence of N + 1 numbers
        The function there.
    gradient_lengths : sequence of N + 1 numbers
        :math:`|\nabla J|` there.
    function : callable, optional
        Given K numbers in a list, it returns J there; what is not finite is left out. Without
        it, or with more than two parameters, J and :math:`|\nabla J|` are drawn over the steps.
    names : sequence of K names, optional
        Of the parameters, in matplotlib's notation.
    theme : {"light", "dark", "auto"}
        "auto" follows the reader's system where the figure is shown or saved as SVG.
    title : str, optional
        Where only the beginning of a way that diverges can be shown, it says so.
    resolution : int
        Points along each axis at which the function is asked for contours.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> way = [[2.0], [1.0], [0.5]]
    >>> plot_descent(way, [4, 1, 0.25], [4, 2, 1], lambda t: t[0] ** 2).axes[0].get_ylabel()
    '$J$'
    """
    count = len(points[0])
    names = names or ([r"$\theta$"] if count == 1 else [r"$\theta_1$", r"$\theta_2$"])
    colours = palette(theme)
    alone = function is None or count > 2
    shown = len(points) if alone else _nearby(points, J)
    if title and shown < len(points):
        title += f", the first {shown - 1} shown"
    points, J = points[:shown], J[:shown]
    with style(theme):
        if function is None or count > 2:
            plot, panels = figure(9.2, 3.3, 2)
            _decrease(panels, J, gradient_lengths, colours)
        elif count == 1:
            plot, panels = figure(5.6, 3.8)
            _curve(panels[0], [point[0] for point in points], J, function, colours)
            panels[0].set(xlabel=names[0], ylabel="$J$")
        else:
            plot, panels = figure(5.2, 4.6)
            _contours(panels[0], points, function, resolution, colours)
            _way(panels[0], points, colours)
            panels[0].set(xlabel=names[0], ylabel=names[1])
        if title:
            panels[0].set_title(title)
    return plot


def _nearby(points: Sequence[Sequence[float]], J: Sequence[float]) -> int:
    """Return how many points can be told apart: all, unless the way goes up or has no end."""
    if len(points) < 3 or (J[-1] <= J[0] and math.dist(points[0], points[-1]) < _ENDLESS):
        return len(points)
    start, reach = points[0], _FAR * math.dist(*points[:2])
    far = (k for k, point in enumerate(points) if not math.dist(start, point) <= reach)
    return max(next(far, len(points)), 2)


def _decrease(
    panels: list[Axes], J: Sequence[float], lengths: Sequence[float], colours: dict[str, str]
) -> None:
    """Draw J and the length of its gradient over the steps."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - only when something is plotted

    kinds = (("$J$", J, "blue"), (r"$|\nabla J|$", lengths, "gradient"))
    for panel, (label, numbers, colour) in zip(panels, kinds, strict=True):
        steps = [step for step, number in enumerate(numbers) if abs(number) < _TOO_LARGE]
        found = [numbers[step] for step in steps]
        panel.plot(
            steps, found, color=colours[colour],
            marker="o" if len(found) < 20 else "", markersize=4,
        )  # fmt: skip
        if found and min(found) > 0 and max(found) > 10 * min(found):
            panel.set_yscale("log")
        panel.set(xlabel="step $i$", ylabel=label)
        panel.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))


def _span(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis on which all numbers have air."""
    low, high = min(numbers), max(numbers)
    margin = _MARGIN * (high - low) or 1.0
    return low - margin, high + margin


def _asked(function: Function, point: Sequence[float]) -> float:
    """Return J at a point; NaN where it is not defined or not finite."""
    try:
        found = float(function(point))
    except (ArithmeticError, ValueError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def _curve(
    panel: Axes,
    thetas: Sequence[float],
    J: Sequence[float],
    function: Function,
    colours: dict[str, str],
) -> None:
    """Draw J over one parameter, and the steps from point to point."""
    low, high = _span(thetas)
    places = [low + (high - low) * k / 300 for k in range(301)]
    curve = [_asked(function, [place]) for place in places]
    panel.plot(places, curve, color=colours["blue"], zorder=1)
    _way(panel, list(zip(thetas, J, strict=True)), colours, on_curve=True)
    panel.margins(y=0.16)


def _way(
    panel: Axes,
    points: Sequence[Sequence[float]],
    colours: dict[str, str],
    *,
    on_curve: bool = False,
) -> None:
    r"""Draw the path; its first and last point are named :math:`\theta^{[0]}`, ... ."""
    x, y = zip(*points, strict=True)
    colour = colours["gradient"]
    marker = "o" if len(points) <= _MOST_MARKS else ""
    panel.plot(x, y, color=colour, marker=marker, markersize=3.5, linewidth=1.3, zorder=3)
    panel.plot(
        x[0], y[0], marker="o", markersize=7, markerfacecolor=colours["paper"],
        markeredgecolor=colour, markeredgewidth=1.6, zorder=4,
    )  # fmt: skip
    panel.plot(x[-1], y[-1], marker="o", markersize=7, color=colour, zorder=4)
    first, last = r"\theta^{[0]}", rf"\theta^{{[{len(points) - 1}]}}"
    if list(points[0]) == list(points[-1]):
        name = f"${first} = {last}$" if len(points) > 1 else f"${first}$"
        _named(panel, name, points[0], points[0])
        return
    for name, ordered in ((first, points), (last, points[::-1])):
        toward = next(point for point in ordered if list(point) != list(ordered[0]))
        if on_curve:  # most curves bend upwards, away from what stands below them
            toward = toward[0], math.inf
        _named(panel, f"${name}$", ordered[0], toward)


def _named(panel: Axes, name: str, point: Sequence[float], other: Sequence[float]) -> None:
    """Write the name of a point on the side where the way to the other one is not."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - only when something is plotted

    around = [withStroke(linewidth=3, foreground=panel.get_facecolor())]
    left, below = other[0] > point[0], other[1] > point[1]
    offset = (-8 if left else 8, -17 if below else 7)
    panel.annotate(
        name, (point[0], point[1]), offset, textcoords="offset points",
        fontsize=11.5, zorder=5, path_effects=around, ha="right" if left else "left",
    )  # fmt: skip


def _contours(
    panel: Axes,
    points: Sequence[Sequence[float]],
    function: Function,
    resolution: int,
    colours: dict[str, str],
) -> None:
    """Draw the lines of equal J around the path; they lie closer where J is small."""
    import numpy as np  # noqa: PLC0415 - only when something is plotted

    x, y = (np.linspace(*_span([point[k] for point in points]), resolution) for k in (0, 1))
    J = np.ma.masked_invalid([[_asked(function, [a, b]) for a in x.tolist()] for b in y.tolist()])
    panel.grid(visible=False)
    if J.count() == 0 or J.min() == J.max():
        return
    levels = _levels(J)
    shades = _shades(colours)
    panel.contourf(x, y, J, levels=[J.min(), *levels, J.max()], cmap=shades, norm=_by_rank(levels))
    panel.contour(x, y, J, levels=levels, colors=colours["line"], linewidths=0.7)


def _levels(J: Any) -> list[float]:
    """Return levels of J between which distances from the minimum grow evenly."""
    low, span = float(J.min()), float(J.max() - J.min())
    return [low + span * (k / (_LEVELS + 1)) ** 2 for k in range(1, _LEVELS + 1)]


def _shades(colours: dict[str, str]) -> Any:
    """Return a scale of colours: the higher J, the bluer."""
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 - only when plotted

    from autograd_mini.drawing.palette import mixed  # noqa: PLC0415

    high = mixed(colours["blue"], colours["paper"], 0.4)
    return LinearSegmentedColormap.from_list("height", [colours["paper"], high])


def _by_rank(levels: list[float]) -> Any:
    """Return the norm by which each band between two levels is one shade darker."""
    from matplotlib.colors import BoundaryNorm  # noqa: PLC0415 - only when something is plotted

    return BoundaryNorm([2 * levels[0] - levels[1], *levels, 2 * levels[-1] - levels[-2]], 256)
