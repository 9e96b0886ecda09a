"""With this one can write the line below a figure that says what its colours and forms mean.

Start from `draw_legend` and `legend_width`. What a legend says lives with the figure.
"""

from __future__ import annotations

from autograd_mini.drawing import svg
from autograd_mini.drawing.text import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Entries = list[tuple[str, str]]

HEIGHT = 24.0
"""From the figure above down to the legend's baseline."""

_SIZE = 9.5
_GAP = 14.0
_ITALIC = {"gradient": {"font_style": "italic"}}


def legend_width(entries: Entries) -> float:
    """Return the width of a legend, given the role and the text of each entry."""
    return max(right for _, right in _spans(entries))


def draw_legend(entries: Entries, baseline: float, theme: str) -> str:
    """Return a legend as SVG, given the role and the text of each entry."""
    drawn = []
    for (role, text), (left, _) in zip(entries, _spans(entries), strict=True):
        line = svg.text(svg.MARGIN + left, baseline, text)
        drawn.append(svg.group(role, [line], theme, font_size=_SIZE, **_ITALIC.get(role, {})))
    return "".join(drawn)


def _spans(entries: Entries) -> Iterator[tuple[float, float]]:
    """Return where each entry begins and ends."""
    left = 0.0
    for _, text in entries:
        right = left + width(text, _SIZE)
        yield left, right
        left = right + _GAP
