"""With this one can give figures of matplotlib the look of the other drawings, and save them.

Start from `figure` (an empty figure in our style) and `save_plot`. What is plotted lives in
`plots`; pyplot and its global state are never touched.
"""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager
from pathlib import Path

from autograd_mini.drawing.both_themes import both, own_names
from autograd_mini.drawing.palette import PALETTES
from autograd_mini.drawing.text import FONT_FAMILY
from autograd_mini.errors import UnknownNameError
from autograd_mini.files import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# matplotlib reads its settings from one global table, so that only one thread at a time may draw
# with settings of its own.
_LOCK = threading.RLock()


SHARP = 192
"""Dots per inch of a PNG: twice those of a screen."""


def palette(theme: str) -> dict[str, str]:
    """Return the colours of a theme; a plot does not follow the reader's system.

    Raises
    ------
    ValueError
        If `theme` is neither "light" nor "dark".
    """
    if theme not in PALETTES:
        raise UnknownNameError("theme of a plot", theme, (*PALETTES, "auto"))
    return PALETTES[theme]


def _settings(theme: str) -> Any:
    """Return matplotlib's settings for our style, by their names."""
    colours = palette(theme)
    ink, quiet, line, paper = (colours[name] for name in ("ink", "quiet", "line", "paper"))
    return {
        "font.family": "sans-serif",
        "font.sans-serif": [name.strip("'") for name in FONT_FAMILY.split(",")[:-1]],
        "font.size": 10.5,
        "mathtext.fontset": "dejavusans",
        "text.color": ink,
        "axes.titlesize": 12,
        "axes.titleweight": "semibold",
        "axes.titlelocation": "left",
        "axes.titlepad": 12,
        "axes.labelcolor": ink,
        "axes.labelpad": 6,
        "axes.edgecolor": line,
        "axes.facecolor": paper,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "grid.color": line,
        "grid.alpha": 0.22,
        "grid.linewidth": 0.7,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
        "xtick.color": line,
        "ytick.color": line,
        "xtick.labelcolor": quiet,
        "ytick.labelcolor": quiet,
        "legend.frameon": False,
        "legend.handletextpad": 0.6,
        "legend.columnspacing": 1.8,
        "figure.facecolor": paper,
        "figure.titlesize": 12,
        "figure.titleweight": "semibold",
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.w_pad": 0.1,
        "figure.constrained_layout.h_pad": 0.1,
        "svg.fonttype": "path",  # text looks the same on every machine
        "svg.hashsalt": "autograd_mini",  # the same figure has the same bytes
    }


@contextmanager
def style(theme: str) -> Iterator[None]:
    """Draw in our style within ``with style("light"):``."""
    try:
        import matplotlib as mpl  # noqa: PLC0415 - only when something is plotted
    except ImportError as error:
        raise ImportError("a plot needs a library: `pip install matplotlib`") from error
    with _LOCK, mpl.rc_context(_settings(theme)):
        yield


def figure(
    width: float, height: float, columns: int = 1, rows: int = 1
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure, and its panels, row by row; sizes are in inches."""
    from autograd_mini.drawing.plot import Plot  # noqa: PLC0415 - only when something is plotted

    empty = Plot(figsize=(width, height))
    return empty, list(empty.subplots(rows, columns, squeeze=False).ravel())


def save_plot(plot: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure to a file, whole or not at all; the same figure has the same bytes.

    Parameters
    ----------
    plot : matplotlib.figure.Figure
    path : path
        ``.svg``, or ``.png`` at twice the size of the screen. A figure of ``theme="auto"`` follows
        the reader's system as ``.svg``, and is light as ``.png``.

    Raises
    ------
    ValueError
        If the name ends in anything else.
    OSError
        If the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    options: dict[str, dict[str, Any]] = {
        ".svg": {"metadata": {"Date": None}},
        ".png": {"dpi": SHARP},
    }
    if suffix not in options:
        raise ValueError(f"path must end in .svg or .png, not {suffix or 'without an ending'}")
    twin = getattr(plot, "dark", None)
    content = rendered(plot, suffix[1:], **options[suffix])
    if suffix == ".svg":
        svg = own_names(content.decode())
        if twin is not None:
            svg = both(svg, own_names(rendered(twin, "svg", **options[suffix]).decode()))
        content = svg.encode()
    write_whole(path, content)


def rendered(plot: Figure, form: str, **options: Any) -> bytes:
    """Return a figure as the bytes of a file of that form."""
    file = io.BytesIO()
    with style("light"):  # colours are in the figure already
        plot.savefig(file, format=form, **options)
    return file.getvalue()
