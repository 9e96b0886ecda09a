"""With this one can have a plot follow the reader's system, light or dark.

Start from `in_both_themes`, which draws a plot twice under ``theme="auto"``, and `both`, which puts
the two into one SVG file. Colours live in `palette`, the style of plots in `plot_style`.
"""

from __future__ import annotations

import re
from functools import wraps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FOLLOWING = "@media (prefers-color-scheme:dark){.ag-light{display:none}.ag-dark{display:inline}}"


def in_both_themes(plot: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function that plots take ``theme="auto"``: its figure then carries a dark twin.

    Functions among the arguments are asked once for each point.

    Examples
    --------
    >>> from autograd_mini.drawing.plots import plot_confusion
    >>> plot_confusion([[1]], ["a"]).dark is None
    True
    >>> plot_confusion([[1]], ["a"], theme="auto").dark is None
    False
    """

    @wraps(plot)
    def themed(*arguments: Any, **options: Any) -> Any:
        if options.get("theme") != "auto":
            return plot(*arguments, **options)
        arguments = tuple(_Remembered(a) if callable(a) else a for a in arguments)
        light, dark = (plot(*arguments, **options | {"theme": name}) for name in ("light", "dark"))
        light.dark = dark
        return light

    return themed


class _Remembered:
    """A function that is asked once for each list or array of numbers."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self._answers: dict[Any, Any] = {}

    def __call__(self, point: Any) -> Any:
        key = point.tobytes() if hasattr(point, "tobytes") else tuple(point)
        if key not in self._answers:
            self._answers[key] = self._function(point)
        return self._answers[key]


def both(light: str, dark: str) -> str:
    """Return one SVG file of two of the same size: which is seen follows the reader's system.

    A renderer that knows no media queries shows the light one.

    Examples
    --------
    >>> both('<svg width="1"><g id="p"/></svg>', '<svg width="1"><g id="p"/></svg>').count("<svg")
    1
    """
    opening = re.search(r"^.*?<svg[^>]*>", light, re.DOTALL)
    inner = [
        re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", text, flags=re.DOTALL) for text in (light, dark)
    ]
    twin = re.sub(r'(\bid="|"#|url\(#)', r"\1dark-", inner[1])
    return (
        f"{opening[0] if opening else ''}\n<style>{_FOLLOWING}</style>\n"
        f'<g class="ag-light">{inner[0]}</g>\n'
        f'<g class="ag-dark" display="none">{twin}</g>\n</svg>\n'
    )
