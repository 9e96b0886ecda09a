"""With this one can write the lines below a figure that say what its colours and forms mean.

Start from `draw_legend`, `legend_width` and `in_rows`. What a legend says lives with the figure.
"""

from __future__ import annotations

from autograd_mini.drawing import svg
from autograd_mini.drawing.palette import ROLES, colours
from autograd_mini.drawing.text import escaped, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Entries = list[tuple[str, str]]

HEIGHT = 24.0
"""From the figure above down to the legend's baseline."""

ROW_HEIGHT = 15.0
"""From one line of a legend to the next."""

_SIZE = 9.5
_GAP = 16.0
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
    """Return one line of a legend as SVG, given the kind and the text of each entry.

    It is one text, so that the gaps between its entries are alike in any font.
    """
    spans: list[str] = []
    for kind, text in entries:
        role, style = _STYLES.get(kind, (kind, {}))
        paint = {name: colours(theme)[colour] for name, colour in ROLES[role].items()}
        gap: dict[str, object] = {"dx": _GAP} if spans else {}
        spans.append(svg.element("tspan", escaped(text), class_=role, **gap, **paint, **style))
    line = svg.element("text", "".join(spans), x=svg.MARGIN, y=baseline, font_size=_SIZE)
    return line + "\n" if spans else ""


def _spans(entries: Entries) -> Iterator[tuple[float, float]]:
    """Return where each entry begins and ends."""
    left = 0.0
    for _, text in entries:
        right = left + width(text, _SIZE)
        yield left, right
        left = right + _GAP
