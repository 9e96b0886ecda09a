"""With this one can write SVG that every renderer shows alike.

Start from `element`, `group` (elements of one role, with their colours as attributes) and
`document` (the whole figure). Colours are attributes first, and the style sheet only overrides
them. The colours themselves live in `palette`.
"""

from __future__ import annotations

import hashlib

from autograd_mini.drawing.palette import PALETTES, ROLES, THEMES, colours, style_sheet
from autograd_mini.drawing.text import FONT_FAMILY, clean, escaped, width
from autograd_mini.errors import UnknownNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAPERS = ("own", "none")
"""What `paper` accepts: the theme's colour, or transparent."""

MARGIN = 14.0
"""The air around a figure."""

TITLE_SIZE = 13.0
_TITLE_HEIGHT = 27.0
_TITLE_LINE = 17.0
_WIDEST_TITLE = 560.0
"""A longer title is broken, so that it makes no figure wider than a page."""


def check_surroundings(theme: str, paper: str) -> None:
    """Raise ValueError unless `theme` and `paper` are known and go together."""
    if theme not in THEMES:
        raise UnknownNameError("theme", theme, THEMES)
    if paper not in PAPERS:
        raise UnknownNameError("paper", paper, PAPERS)
    if theme == "auto" and paper == "none":
        raise ValueError(
            'paper="none" needs theme="light" or theme="dark": under "auto" the reader\'s system '
            "picks the colours, and what shines through may not suit them"
        )


def decimal(number: float) -> str:
    """Return a coordinate with at most one decimal.

    Examples
    --------
    >>> decimal(3.0), decimal(-0.04), decimal(2.25)
    ('3', '0', '2.2')
    """
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", **attributes: object) -> str:
    """Return one element; an underscore in an attribute's name is a hyphen.

    Examples
    --------
    >>> element("rect", rx=7, stroke_width=1.5)
    '<rect rx="7" stroke-width="1.5"/>'
    """
    opening = f"<{name}{_written(attributes)}"
    return f"{opening}>{content}</{name}>" if content else f"{opening}/>"


def _written(attributes: dict[str, object]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="'
        f'{decimal(value) if isinstance(value, float) else escaped(str(value))}"'
        for name, value in attributes.items()
    )


def group(role: str, elements: Iterable[str], theme: str, **attributes: object) -> str:
    """Return elements of one role in a group that carries its colours; "" if there are none."""
    content = "".join(elements)
    paint = {name: colours(theme)[colour] for name, colour in ROLES[role].items()}
    return element("g", content, class_=role, **(attributes | paint)) + "\n" if content else ""


def tooltip(lines: Iterable[str]) -> str:
    """Return what is shown when the pointer rests on an element."""
    return element("title", escaped("\n".join(clean(line) for line in lines)))


def text(x: float, y: float, content: str) -> str:
    """Return a plain text at a place."""
    return element("text", escaped(content), x=float(x), y=float(y))


def top(title: str | None) -> float:
    """Return where a figure begins, below its title."""
    lines = len(title_lines(title))
    return MARGIN + (_TITLE_HEIGHT + _TITLE_LINE * (lines - 1) if lines else 0.0)


def title_lines(title: str | None) -> list[str]:
    """Return a title line by line, each as long as there is room for.

    Examples
    --------
    >>> title_lines("XOR"), title_lines(None), len(title_lines("many words " * 8))
    (['XOR'], [], 2)
    """
    lines: list[str] = []
    for word in clean(title or "").split():
        longer = f"{lines[-1]} {word}" if lines else ""
        if longer and width(longer, TITLE_SIZE, bold=True) <= _WIDEST_TITLE:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def heading(title: str | None, theme: str) -> str:
    """Return the title that stands above a figure."""
    lines = [
        text(MARGIN, MARGIN + TITLE_SIZE + _TITLE_LINE * place, line)
        for place, line in enumerate(title_lines(title))
    ]
    return group("ink", lines, theme, font_size=TITLE_SIZE, font_weight=600)


def heading_width(title: str | None) -> float:
    """Return the width that a title needs."""
    return max((width(line, TITLE_SIZE, bold=True) for line in title_lines(title)), default=0.0)


def document(
    body: str,
    width: float,
    height: float,
    *,
    description: str,
    theme: str,
    paper: str,
    movement: Callable[[str], str] | None = None,
) -> str:
    """Return a whole figure as an SVG file; `movement` gives its rules of animation.

    Every name in it begins with one that is made of its content, so that two figures on one page
    do not disturb each other and the same figure has the same bytes.
    """
    description = clean(description)
    sheet = element("rect", width=width, height=height, rx=10.0)
    content = (group("paper", [sheet], theme) if paper == "own" else "") + body
    seal = hashlib.sha256(f"{content}{description}{theme}{PALETTES}".encode()).hexdigest()
    identity = f"ag-{seal[:10]}"
    worn = [role for role in ROLES if f'class="{role}"' in content]
    rules = style_sheet(identity, worn) if theme == "auto" else ""
    rules += movement(identity) if movement is not None else ""
    style = element("style", rules) + "\n" if rules else ""
    name = element("title", escaped(description)) + "\n"
    return (
        element(
            "svg",
            f"\n{name}{style}{content}",
            xmlns="http://www.w3.org/2000/svg",
            id=identity,
            viewBox=f"0 0 {decimal(width)} {decimal(height)}",
            width=width,
            height=height,
            role="img",
            font_family=FONT_FAMILY,
        )
        + "\n"
    )
