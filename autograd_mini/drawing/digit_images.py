r"""With this one can plot digits as images, with what a network takes them for.

Start from `plot_digits`. Style and saving live in `plot_style`, other plots in `plots`.
"""

from __future__ import annotations

import math

from autograd_mini.drawing.both_themes import in_both_themes
from autograd_mini.drawing.plot_style import figure, palette, style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@in_both_themes
def plot_digits(
    images: Sequence[Sequence[float]],
    predictions: Sequence[object],
    answers: Sequence[object] | None = None,
    *,
    columns: int = 8,
    theme: str = "light",
    title: str | None = None,
) -> Figure:
    r"""Plot square images each with its prediction above.

    A wrong prediction is orange, in bold, and followed by the right answer.

    Parameters
    ----------
    images : N sequences of :math:`n_1` numbers
        Row by row; the larger a number, the more ink. :math:`n_1` is a square number.
    predictions : sequence of N
        :math:`\hat{y}` of each.
    answers : sequence of N, optional
        The right answers y.
    columns : int
        Images in a row.
    theme : {"light", "dark", "auto"}
        "auto" follows the reader's system where the figure is shown or saved as SVG.
    title : str, optional
        By default the count of right predictions, if the answers are known.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If the lengths differ, there is no image, or one is not square.

    Examples
    --------
    >>> plot_digits([[0, 1, 1, 0]], [7], [1]).axes[0].get_title()
    '7 (is 1)'
    """
    right = list(predictions if answers is None else answers)
    if not len(images) == len(predictions) == len(right) > 0:
        counts = f"{len(images)} images, {len(predictions)} predictions, {len(right)} answers"
        raise ValueError(f"each image must have a prediction and an answer, not {counts}")
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    with style(theme):
        plot, panels = figure(1.05 * columns, 1.3 * rows + 0.5, columns, rows)
        for panel in panels:
            panel.set_axis_off()
        for panel, image, said, true in zip(panels, images, predictions, right, strict=False):
            _image(panel, image, palette(theme))
            _caption(panel, said, true, palette(theme))
        found = sum(said == true for said, true in zip(predictions, right, strict=True))
        if title or answers is not None:
            plot.suptitle(title or f"{found} of {len(right)} right", x=0.01, ha="left")
    return plot


def _image(panel: Axes, image: Sequence[float], colours: dict[str, str]) -> None:
    """Draw an image as ink on paper."""
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 - only when plotted

    side = math.isqrt(len(image))
    if side * side != len(image):
        raise ValueError(f"an image must be square, but it has {len(image)} numbers")
    ink = LinearSegmentedColormap.from_list("ink", [colours["data"], colours["ink"]])
    panel.imshow([image[k * side : (k + 1) * side] for k in range(side)], cmap=ink)


def _caption(panel: Axes, said: object, true: object, colours: dict[str, str]) -> None:
    """Write the prediction, and if it is wrong the right answer."""
    if said == true:
        panel.set_title(str(said), loc="center", fontsize=10.5, color=colours["quiet"], pad=4)
    else:
        text, colour = f"{said} (is {true})", colours["gradient"]
        panel.set_title(text, loc="center", fontsize=10.5, color=colour, pad=4, weight="bold")
