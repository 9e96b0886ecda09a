"""With this one can keep, show and save a finished drawing.

Start from `Drawing`. It is text alone and holds no reference to what it shows. How it comes about
lives in `scalar_graph` and `network_figure`.
"""

from __future__ import annotations

import base64
from pathlib import Path

from autograd_mini.drawing.conversion import FORMATS, converted
from autograd_mini.drawing.text import clean, escaped
from autograd_mini.files import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any


class Drawing:
    """A finished drawing; a notebook shows it by itself.

    Parameters
    ----------
    svg : str
        The picture.
    description : str
        What it shows, in one sentence.
    dot : str, optional
        The graph as plain DOT text, for people with tools of their own; None where the drawing
        is of no graph.

    Examples
    --------
    >>> Drawing("<svg/>", "w = 2, 1 node")
    <Drawing: w = 2, 1 node>
    """

    __slots__ = ("__weakref__", "description", "dot", "svg")

    def __init__(self, svg: str, description: str, dot: str | None = None) -> None:
        self.svg = svg
        self.description = clean(description)
        self.dot = dot

    def __repr__(self) -> str:
        return f"<Drawing: {self.description}>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the drawing to a file, whole or not at all.

        Parameters
        ----------
        path : path
            ``.svg`` for the picture, ``.dot`` for the graph as text; ``.png`` with resvg-py or
            CairoSVG installed, ``.pdf`` with CairoSVG.

        Raises
        ------
        ValueError
            If the name ends in anything else, or a drawing that has no graph is saved as
            ``.dot``.
        ImportError
            If the library for ``.png`` or ``.pdf`` is not installed.
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> Drawing("<svg/>", "empty").save("picture.gif")
        Traceback (most recent call last):
        ValueError: path must end in .svg, .dot, .png or .pdf, not .gif
        """
        suffix = Path(path).suffix.lower()
        if suffix in FORMATS:
            write_whole(path, converted(self.svg, suffix))
            return
        contents = {".svg": self.svg, ".dot": self.dot}
        if suffix not in contents:
            ending = suffix or "without an ending"
            raise ValueError(f"path must end in .svg, .dot, .png or .pdf, not {ending}")
        content = contents[suffix]
        if content is None:
            raise ValueError(
                "path can't end in .dot: this drawing is of no graph and has no DOT text"
            )
        write_whole(path, content)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook shows.

        The picture as an ``<img>`` is shown in a notebook that is not trusted yet, too, where
        neither an SVG output nor an ``<svg>`` in HTML is. Under ``theme="auto"`` it is as light or
        dark as what it stands in says by ``color-scheme``: JupyterLab says its own theme.
        """
        del include, exclude
        data = base64.b64encode(self.svg.encode()).decode()
        image = (
            f'<img alt="{escaped(self.description)}" style="max-width:100%" '
            f'src="data:image/svg+xml;base64,{data}">'
        )
        return {"text/html": image, "image/svg+xml": self.svg, "text/plain": self.description}
