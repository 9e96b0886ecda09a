"""With this one can give every drawing the same colours, on light and on dark paper.

Start from `PALETTES` (colour by name), `ROLES` (which colour an element of a role wears) and
`contrast` (the measure that the colours are tested with). How elements are written lives in
`svg`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

THEMES = ("auto", "light", "dark")
"""What `theme` accepts: "auto" follows the reader's system."""

PALETTES: dict[str, dict[str, str]] = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1f2933",
        "quiet": "#616d79",
        "line": "#7b8794",
        "card": "#ffffff",
        "data": "#f1f4f7",
        "parameter": "#e6effc",
        "blue": "#3b6fd4",
        "value": "#18794e",
        "gradient": "#b4470f",
    },
    "dark": {
        "paper": "#14181d",
        "ink": "#e6eaee",
        "quiet": "#8b96a3",
        "line": "#6b7783",
        "card": "#1d232a",
        "data": "#232a32",
        "parameter": "#1b2b45",
        "blue": "#6d9bf0",
        "value": "#5fd3a0",
        "gradient": "#f39a63",
    },
}
"""Name of a colour → its hexadecimal code, for each paper."""

ROLES: dict[str, dict[str, str]] = {
    "paper": {"fill": "paper"},
    "data": {"fill": "data", "stroke": "line"},
    "parameter": {"fill": "parameter", "stroke": "blue"},
    "operation": {"fill": "card", "stroke": "line"},
    "adjoint": {"fill": "card", "stroke": "gradient"},
    "heated": {"fill": "card", "stroke": "blue"},
    "constant": {"fill": "data"},
    "root": {"stroke": "ink"},
    "stack": {"fill": "paper", "stroke": "line"},
    "frame": {"stroke": "line"},
    "edge": {"stroke": "line"},
    "arrow": {"fill": "line"},
    "ink": {"fill": "ink"},
    "quiet": {"fill": "quiet"},
    "value": {"fill": "value"},
    "gradient": {"fill": "gradient"},
    "forward": {"stroke": "value"},
    "backward": {"stroke": "gradient"},
    "positive": {"stroke": "blue"},
    "negative": {"stroke": "gradient"},
    "blue": {"fill": "blue"},
    "orange": {"fill": "gradient"},
}
"""Role of an element, which is its class in the SVG → presentation attribute → colour."""


def colours(theme: str) -> dict[str, str]:
    """Return the palette that stands in the attributes: the light one under "auto"."""
    return PALETTES["dark" if theme == "dark" else "light"]


def style_sheet(identity: str, roles: Iterable[str]) -> str:
    """Return the rules by which elements of `roles` follow the reader's system.

    They hold within the figure called `identity`, only override attributes, and stand inside
    ``@supports``, so that a renderer that knows neither variables nor media shows the light
    figure.
    """
    rules = "".join(f"#{identity} .{role}{{{_declarations(ROLES[role])}}}" for role in roles)
    light, dark = (f"#{identity}{{{_variables(PALETTES[name])}}}" for name in ("light", "dark"))
    dark = f"@media (prefers-color-scheme:dark){{{dark}}}"
    return f"@supports (fill:var(--x)){{{light}{dark}{rules}}}"


def _variables(palette: dict[str, str]) -> str:
    return ";".join(f"--{name}:{code}" for name, code in palette.items())


def _declarations(paint: dict[str, str]) -> str:
    return ";".join(f"{attribute}:var(--{name})" for attribute, name in paint.items())


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 (none) to 21 (black on white).

    It is that of the Web Content Accessibility Guidelines 2.2, section 1.4.3.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(over: str, under: str, opacity: float) -> str:
    """Return the colour that `over` makes at `opacity` on top of `under`.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(_channels(over), _channels(under), strict=True)
    return "#" + "".join(f"{round(opacity * a + (1 - opacity) * b):02x}" for a, b in pairs)


def _channels(code: str) -> list[int]:
    return [int(code[i : i + 2], 16) for i in (1, 3, 5)]


def _luminance(code: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(code))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
