"""With this one can tint the cards of a graph by how large their numbers are.

Start from `magnitude` and `tinted`: orange is negative, blue is positive, and the tint is as
strong as the number is large beside the largest. `draw_scale` says so below the figure. Cards
are drawn in `card_figure`.
"""

from __future__ import annotations

import math

from autograd_mini.drawing import svg
from autograd_mini.drawing.folded_cards import norm
from autograd_mini.drawing.text import number, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.outline import Card

HEATS = ("value", "grad")
"""What `heat` accepts."""

STRONGEST_TINT = 0.45
"""Opacity of the tint of the largest number."""

_STEPS = 5
_STEP_WIDTH = 11.0
_SIZE = 9.5


def magnitude(heat: str | None, outputs: list[Any]) -> float:
    """Return the number that tints a card, 0 if there is none."""
    if heat is None:
        return 0.0
    found = norm([node.data if heat == "value" else node.grad for node in outputs]) or 0.0
    try:
        return float(found)
    except OverflowError:  # a Fraction that no float comes near
        return math.copysign(math.inf, found > 0 or -1)


def tinted(cards: list[Card], strengths: dict[str, float]) -> tuple[list[Card], float]:
    """Return the cards with their tints, and the largest absolute number.

    Examples
    --------
    >>> tinted([], {"n0": -4.0, "n1": 2.0})
    ([], 4.0)
    """
    sizes = [abs(s) for s in strengths.values() if abs(s) != float("inf")]
    largest = max(sizes, default=0.0)
    scale = largest or 1.0
    shares = {name: max(-1.0, min(1.0, s / scale)) for name, s in strengths.items()}
    return [c._replace(strength=shares.get(c.name, 0.0)) for c in cards], largest


def scale_width(largest: float) -> float:
    """Return the width of the scale."""
    return 2 * width(_ends(largest)[0], _SIZE) + (2 * _STEPS + 1) * _STEP_WIDTH + 12


def draw_scale(largest: float, left: float, baseline: float, theme: str) -> str:
    """Return the scale as SVG: from orange through white to blue, with its two ends."""
    low, high = _ends(largest)
    start = left + width(low, _SIZE) + 6
    steps = range(-_STEPS, _STEPS + 1)
    boxes: dict[str, list[str]] = {"orange": [], "blue": []}
    for step in steps:
        tint = f"{STRONGEST_TINT * abs(step) / _STEPS:.2f}"
        x = start + (step + _STEPS) * _STEP_WIDTH
        box = svg.element(
            "rect", x=x, y=baseline - 8.0, width=_STEP_WIDTH, height=10.0, fill_opacity=tint
        )
        boxes["orange" if step < 0 else "blue"].append(box)
    end = start + len(steps) * _STEP_WIDTH
    frame = svg.element("rect", x=start, y=baseline - 8.0, width=end - start, height=10.0)
    texts = [svg.text(left, baseline, low), svg.text(end + 6, baseline, high)]
    return (
        "".join(svg.group(role, content, theme) for role, content in boxes.items())
        + svg.group("edge", [frame], theme, fill="none", stroke_width=0.6)
        + svg.group("ink", texts, theme, font_size=_SIZE)
    )


def _ends(largest: float) -> tuple[str, str]:
    text = number(largest, 2)
    return f"−{text}", f"+{text}"
