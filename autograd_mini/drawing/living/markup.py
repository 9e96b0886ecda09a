"""With this one can put a living page together: its template, scripts, style and data.

Start from `assembled`. The template, the style sheet and the scripts are files beside this one
and go into the page as they are, but for comments and indentation. Their data is made in `record`.
"""

from __future__ import annotations

import re
from importlib.resources import files
from string import Template

from autograd_mini.drawing.living.phrases import PAGE, spoken
from autograd_mini.drawing.palette import PALETTES, THEMES
from autograd_mini.drawing.text import escaped
from autograd_mini.drawing.unicode_formulas import unicode_formula

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SCRIPTS = (
    "digits", "arithmetic", "special", "operations", "sweep", "boxes", "graph", "choosing",
    "formula", "curve", "nudge", "derivation", "ledger", "stepping", "moving", "picture", "table",
    "memory", "descent", "page",
)  # fmt: skip
"""The scripts in the order in which they stand in a page; `operations` is written for each page."""


def read(name: str) -> str:
    """Return a file of this package's page."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def dense(script: str) -> str:
    r"""Return a script or style sheet without the comments on lines of their own and indentation.

    Examples
    --------
    >>> dense("// why\nif (a) {\n  b(); // how\n}\n")
    'if (a) {\nb(); // how\n}'
    """
    bare = re.sub(r"^\s*(?://.*|/\*(?:(?!\*/).|\n)*\*/\s*?)$", "", script, flags=re.MULTILINE)
    return "\n".join(filter(None, map(str.strip, bare.splitlines())))


def colours() -> str:
    """Return the variables that hold the palette, light, dark, or as the reader's system is."""
    light, dark = (
        "".join(f"--{name}:{code};" for name, code in PALETTES[theme].items())
        for theme in ("light", "dark")
    )
    dark = f"color-scheme:dark;{dark}"
    return (
        f":root{{color-scheme:light;{light}}}"
        f'@media (prefers-color-scheme:dark){{:root[data-theme="auto"]{{{dark}}}}}'
        f':root[data-theme="dark"]{{{dark}}}'
    )


def table(rows: Iterable[tuple[str, ...]], language: str, gradient: str) -> str:
    """Return the table of all nodes, in topological order."""
    words = spoken(PAGE, language)
    heads = (words["node"], words["computed"], words["value"], gradient)
    head = "".join(f'<th scope="col">{escaped(text)}' for text in heads)
    body = "\n".join(
        f'<tr><th scope="row">{escaped(name)}'
        + "".join(f"<td>{escaped(cell)}" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return f'<table id="nodes"><thead><tr>{head}</thead>\n<tbody>\n{body}\n</tbody></table>'


def descent_section(language: str) -> str:
    """Return the section that shows the way of a gradient descent."""
    words = {name: escaped(text) for name, text in spoken(PAGE, language).items()}
    return Template(read("descent.html")).substitute(words)


def assembled(facts: dict[str, str], scripts: dict[str, str], language: str, theme: str) -> str:
    """Return a whole page.

    Parameters
    ----------
    facts : dict
        What differs from page to page, as HTML: the template's places that are no phrases.
    scripts : dict
        Name out of `SCRIPTS` → its text.
    language : {"en", "ru"}
    theme : {"auto", "light", "dark"}

    Returns
    -------
    str
    """
    words = spoken(PAGE, language)
    themes = "".join(f'<option value="{name}">{escaped(words[f"theme_{name}"])}' for name in THEMES)
    places = {name: escaped(text) for name, text in words.items()}
    places |= {"language": language, "theme": theme, "themes": themes}
    places |= {"style": colours() + "\n" + dense(read("page.css"))}
    places |= {
        "scripts": "\n".join(
            f"<script>\n{dense(scripts[name])}\n</script>" for name in SCRIPTS if name in scripts
        )
    }
    return Template(read("page.html")).substitute(places | facts)


def plain(latex: str) -> str:
    """Return a formula as one line of Unicode, for a cell of the table."""
    return unicode_formula(latex)
