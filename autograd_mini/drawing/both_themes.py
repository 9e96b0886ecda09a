"""With this one can have a plot follow the reader's system, light or dark.

Start from `in_both_themes`, which draws a plot twice under ``theme="auto"``, and `both`, which puts
the two into one SVG file; `own_names` keeps such a file from touching others on a page. Colours
live in `palette`, the style of plots in `plot_style`.
"""

from __future__ import annotations

import hashlib
import re
from functools import wraps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Plotter = TypeVar("Plotter", bound=Callable[..., Any])


def in_both_themes(plot: Plotter) -> Plotter:
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

    return themed  # type: ignore[return-value]  # it takes what the plotter takes


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


def own_names(svg: str) -> str:
    """Return an SVG file of matplotlib whose names and rules touch nothing else on a page.

    Examples
    --------
    >>> own_names('<svg width="1"><style>*{fill: red}</style><g id="p"/></svg>')
    '<svg id="ag-1e676999e5" width="1"><style>#ag-1e676999e5 *{fill: red}</style><g id="ag-1e676999e5-p"/></svg>'
    """  # noqa: E501 - a file stands on one line
    name = f"ag-{hashlib.sha256(svg.encode()).hexdigest()[:10]}"
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\1{name}-", svg)
    return svg.replace("<svg", f'<svg id="{name}"', 1).replace(">*{", f">#{name} *{{", 1)


def both(light: str, dark: str) -> str:
    """Return one SVG file of two of the same size: which is seen follows the reader's system.

    A renderer that knows no media queries shows the light one.

    Examples
    --------
    >>> picture = both('<svg id="a"><g/></svg>', '<svg id="b"><g/></svg>')
    >>> picture.count("<svg"), '<g id="b" display="none">' in picture
    (1, True)
    """
    opening = re.search(r"^.*?<svg[^>]*>", light, re.DOTALL)
    inner = [
        re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", text, flags=re.DOTALL) for text in (light, dark)
    ]
    first, second = (text.split('<svg id="')[1].split('"')[0] for text in (light, dark))
    rules = f"#{first}-light{{display:none}}#{second}{{display:inline}}"
    return (
        f"{opening[0] if opening else ''}\n"
        f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>\n"
        f'<g id="{first}-light">{inner[0]}</g>\n'
        f'<g id="{second}" display="none">{inner[1]}</g>\n</svg>\n'
    )
