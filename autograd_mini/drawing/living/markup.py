"""With this one can put a living page together: its template, scripts, style and data.

Start from `assembled`. The template, the style sheet and the scripts are files beside this one
and go into the page without comments and indentation, the scripts packed: `loader.js` unpacks them.
Their data is made in `record`.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from importlib.resources import files
from string import Template

from autograd_mini.drawing.living.phrases import PAGE, spoken
from autograd_mini.drawing.palette import PALETTES, THEMES
from autograd_mini.drawing.text import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SCRIPTS = (
    "digits", "arithmetic", "special", "operations", "sweep", "boxes", "graph", "choosing",
    "formula", "curve", "nudge", "derivation", "ledger", "stepping", "moving", "cards", "picture",
    "table", "memory", "descent", "page",
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


def packed(inside: dict[str, str]) -> str:
    """Return files as one text: pairs of name and content as JSON, deflated, in base 64.

    Examples
    --------
    >>> import base64, zlib
    >>> zlib.decompress(base64.b64decode(packed({"a.js": "b();"})), -15)
    b'[["a.js", "b();"]]'
    """
    content = json.dumps(list(inside.items()), ensure_ascii=False).encode()
    squeeze = zlib.compressobj(level=9, wbits=-15)  # no header: the same bytes every time
    return base64.b64encode(squeeze.compress(content) + squeeze.flush()).decode()


def assembled(
    facts: dict[str, str], scripts: dict[str, str], record: str, *, language: str, theme: str
) -> str:
    """Return a whole page.

    Parameters
    ----------
    facts : dict
        What differs from page to page, as HTML: the template's places that are no phrases.
    scripts : dict
        Name out of `SCRIPTS` → its text; empty for a page that stays still.
    record : str
        The graph, as JSON.
    language : {"en", "ru"}
    theme : {"auto", "light", "dark"}

    Returns
    -------
    str
    """
    words = spoken(PAGE, language)
    themes = "".join(f'<option value="{name}">{escaped(words[f"theme_{name}"])}' for name in THEMES)
    places = {name: escaped(text) for name, text in words.items()}
    places |= {"scripts": "", "language": language, "theme": theme, "themes": themes}
    places |= {"style": colours() + "\n" + dense(read("page.css"))}
    inside = {f"{name}.js": dense(scripts[name]) for name in SCRIPTS if name in scripts}
    if inside:
        inside = {"record.json": record, "alive.css": dense(read("alive.css"))} | inside
        kept = f'<script type="text/plain" id="packed" data-old="{places["old"]}">'
        loader = f"<script>\n{read('loader.js')}</script>"
        places["scripts"] = f"{kept}{packed(inside)}</script>\n{loader}"
    places |= {"files": ", ".join(inside) or "–"}
    return Template(read("page.html")).substitute(places | facts)
