"""With this one can find where the units of a network stand in its figure.

Start from `stand`, which returns the units that are shown and the gaps where others are left out.
How they are drawn lives in `network_figure`.
"""

from __future__ import annotations

from typing import NamedTuple

MOST_UNITS = 12
"""A layer of more units shows the first five, an ellipsis with the count, and the last two."""

_FIRST, _LAST = 5, 2
_ELLIPSIS = 1.3
"""Height of an ellipsis, in units."""


class Unit(NamedTuple):
    """A unit that is shown: layer and number count from 0."""

    layer: int
    number: int
    x: float
    y: float


class Gap(NamedTuple):
    """A place where `units` units of a layer are left out."""

    units: int
    x: float
    y: float


class Stand(NamedTuple):
    """Where everything stands."""

    layers: list[list[Unit]]
    gaps: list[Gap]
    height: float


def stand(sizes: list[int], left: float, top: float, column: float, pitch: float) -> Stand:
    """Return where the units of a network stand.

    Parameters
    ----------
    sizes : list of int
    left, top : float
        The centre of the first layer, and the upper end of the highest.
    column, pitch : float
        From layer to layer, and from unit to unit.

    Returns
    -------
    Stand

    Examples
    --------
    >>> where = stand([64, 2], 0.0, 0.0, 150.0, 40.0)
    >>> [unit.number for unit in where.layers[0]], where.gaps[0].units
    ([0, 1, 2, 3, 4, 62, 63], 57)
    """
    heights = [pitch * (_FIRST + _ELLIPSIS + _LAST if n > MOST_UNITS else n) for n in sizes]
    layers, gaps = [], []
    for layer, (size, height) in enumerate(zip(sizes, heights, strict=True)):
        x, upper = left + layer * column, top + (max(heights) - height) / 2
        above, below = (_FIRST, size - _LAST) if size > MOST_UNITS else (size, size)
        units = [Unit(layer, i, x, upper + (i + 0.5) * pitch) for i in range(above)]
        lower = upper + height - (size - below) * pitch
        units += [Unit(layer, i, x, lower + (i - below + 0.5) * pitch) for i in range(below, size)]
        layers.append(units)
        if below > above:
            gaps.append(Gap(below - above, x, upper + (above + _ELLIPSIS / 2) * pitch))
    return Stand(layers, gaps, max(heights))
