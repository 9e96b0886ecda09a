"""With this one can write the lines below a figure that say what its colours and forms mean.

Start from `draw_legend`, `legend_width` and `in_rows`. What a legend says lives with the figure.
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

ROW_HEIGHT = 15.0
"""From one line of a legend to the next."""

_SIZE = 9.5
_GAP = 14.0
_STYLES: dict[str, tuple[str, dict[str, object]]] = {
    "gradient": ("gradient", {"font_style": "italic"}),
    "slanted": ("ink", {"font_style": "italic"}),
}
"""Kind of an entry → its role and its style, where they are not the kind itself and none."""


def legend_width(entries: Entries) -> float:
    """Return the width of a legend on one line, given the kind and the text of each entry."""
    return max(right for _, right in _spans(entries))


def in_rows(entries: Entries, room: float) -> list[Entries]:
    """Return the entries line by line, where each line is at most `room` wide if it can be.

    Examples
    --------
    >>> in_rows([("value", "value"), ("quiet", "1st"), ("quiet", "2nd")], 60)
    [[('value', 'value'), ('quiet', '1st')], [('quiet', '2nd')]]
    """
    rows: list[Entries] = [[]]
    for entry in entries:
        if rows[-1] and legend_width([*rows[-1], entry]) > room:
            rows.append([])
        rows[-1].append(entry)
    return rows


def draw_legend(entries: Entries, baseline: float, theme: str) -> str:
    """Return one line of a legend as SVG, given the kind and the text of each entry."""
    drawn = []
    for (kind, text), (left, _) in zip(entries, _spans(entries), strict=True):
        line = svg.text(svg.MARGIN + left, baseline, text)
        role, style = _STYLES.get(kind, (kind, {}))
        drawn.append(svg.group(role, [line], theme, font_size=_SIZE, **style))
    return "".join(drawn)


def _spans(entries: Entries) -> Iterator[tuple[float, float]]:
    """Return where each entry begins and ends."""
    left = 0.0
    for _, text in entries:
        right = left + width(text, _SIZE)
        yield left, right
        left = right + _GAP
