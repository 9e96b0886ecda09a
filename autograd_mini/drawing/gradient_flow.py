r"""With this one can plot how large the gradients of a network are, layer by layer.

Start from `plot_gradient_flow`; the checks hand it what they have compared. Style and saving live
in `plot_style`, curves of training in `plots`.
"""

from __future__ import annotations

import math

from autograd_mini.drawing.both_themes import in_both_themes
from autograd_mini.drawing.plot_style import figure, palette, style
from autograd_mini.drawing.text import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Series = Mapping[str, Sequence[float]]

_LOOK = {
    "delta": ("gradient", "o", "-"),
    "b": ("value", "s", (0, (4, 2))),
    "W": ("blue", "^", (0, (1, 1.5))),
}
_FLOW = {"delta": r"$|\delta^l|$", "b": r"$|\nabla_{b^l} J|$", "W": r"$|\nabla_{W^l} J|$"}
_FORMULAS = {"delta": "BP1, BP2", "b": "BP3", "W": "BP4"}

_FEW_POWERS, _LITTLE = 30, 6
_SMALLEST_PLAIN = 1e-3
"""Down to this, and up to its reciprocal, numbers on an axis are written out."""

_ZERO = 1e-18
"""Where a difference of 0 stands on a logarithmic scale: below every rounding error."""


@in_both_themes
def plot_gradient_flow(
    layers: Sequence[int],
    largest: Series,
    differences: Series,
    bound: float,
    *,
    theme: str = "light",
    title: str | None = None,
) -> Figure:
    r"""Plot the size of a network's gradients by layer, and how far they are from a witness.

    On the left, gradients that shrink or grow from layer to layer are straight lines. On the
    right stand the differences, relative to the largest component; a hollow mark on the lowest
    line means that there is none.

    Parameters
    ----------
    layers : sequence of L - 1 ints
        Their numbers.
    largest : mapping
        "delta", "b" and "W" → the largest component of :math:`\delta^l`, :math:`\nabla_{b^l}J`
        and :math:`\nabla_{W^l}J` in each layer.
    differences : mapping
        The same names → the relative differences.
    bound : float
        The largest difference that is accepted.
    theme : {"light", "dark", "auto"}
        "auto" follows the reader's system where the figure is shown or saved as SVG.
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> sizes = {"delta": [1e-3, 1e-1]}
    >>> figure = plot_gradient_flow([2, 3], sizes, {"delta": [0.0, 1e-16]}, 1e-12)
    >>> figure.axes[0].get_xlabel()
    'layer $l$'
    """
    with style(theme):
        plot, (flow, difference) = figure(9.2, 3.5, 2)
        for name, numbers in largest.items():
            _line(flow, layers, numbers, _FLOW[name], _LOOK[name], palette(theme))
        for name, numbers in differences.items():
            _marks(difference, layers, numbers, _FORMULAS[name], _LOOK[name], palette(theme))
        for panel in (flow, difference):
            panel.set(xlabel="layer $l$", yscale="log", xlim=(layers[0] - 0.5, layers[-1] + 0.5))
            panel.set_xticks(layers)
            panel.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        _even_ticks(flow)
        _bound(difference, bound, palette(theme))
        flow.set_ylabel("largest component")
        difference.set_ylabel("relative difference")
        if title:
            plot.suptitle(title, x=0.01, ha="left")
    return plot


def _line(
    panel: Axes,
    layers: Sequence[int],
    numbers: Sequence[float],
    label: str,
    look: Any,
    colours: dict[str, str],
) -> None:
    """Draw one quantity over the layers; what is 0 has no place on a logarithmic scale."""
    colour, marker, line = look
    shown = [size or math.nan for size in numbers]
    panel.plot(layers, shown, color=colours[colour], marker=marker, linestyle=line, label=label)


def _even_ticks(panel: Axes) -> None:
    """Write plain numbers on an axis that spans so little that it has few powers of ten."""
    low, high = panel.get_ylim()
    if 1 < high / low < _FEW_POWERS and low >= _SMALLEST_PLAIN and high <= 1 / _SMALLEST_PLAIN:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)))
        firsts = range(1, 10) if high < _LITTLE * low else (1, 2, 3, 5)
        places = [float(f"{first}e{power}") for power in powers for first in firsts]
        shown = [place for place in places if low <= place <= high]
        panel.set_yticks(shown, list(map(number, shown)))
        panel.minorticks_off()


def _marks(
    panel: Axes,
    layers: Sequence[int],
    numbers: Sequence[float],
    label: str,
    look: Any,
    colours: dict[str, str],
) -> None:
    """Draw the differences of one formula, side by side with those of the others."""
    colour, marker, _ = look
    shift = 0.2 * (list(_LOOK.values()).index(look) - 1)
    places = [layer + shift for layer in layers]
    faces = [colours["paper" if size == 0 else colour] for size in numbers]
    panel.scatter(
        places, [max(size, _ZERO) for size in numbers], s=42, marker=marker, c=faces,
        edgecolors=colours[colour], linewidths=1.3, zorder=3, clip_on=False,
    )  # fmt: skip
    panel.scatter([], [], s=42, marker=marker, color=colours[colour], label=label)


def _bound(panel: Axes, bound: float, colours: dict[str, str]) -> None:
    """Draw what is accepted, and name the line of those that agree to the bit."""
    panel.axhline(bound, color=colours["ink"], linewidth=1.1, linestyle=(0, (5, 3)))
    at_the_left = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    panel.annotate("accepted below", (0, bound), (4, 4), color=colours["quiet"], **at_the_left)  # type: ignore[arg-type]
    panel.set_ylim(_ZERO, max(panel.get_ylim()[1], 30 * bound))
    powers = [exponent for exponent in range(-16, 1, 4) if 10.0**exponent < panel.get_ylim()[1]]
    panel.set_yticks(
        [_ZERO, *(10.0**exponent for exponent in powers)],
        ["0", *(f"$10^{{{exponent}}}$" for exponent in powers)],
    )
    panel.minorticks_off()
