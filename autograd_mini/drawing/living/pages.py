"""With this one can write a page in which a person takes hold of a computation graph.

Start from `page`, which returns a `Page`; `Page.save` writes it into one file, for any browser.
What it consists of is gathered in `contents`, and put together in `markup`.
"""

from __future__ import annotations

import base64
from pathlib import Path

from autograd_mini.drawing.living import markup
from autograd_mini.drawing.living.contents import Wish, contents, described
from autograd_mini.drawing.living.subjects import subject
from autograd_mini.drawing.options import check_form
from autograd_mini.drawing.svg import check_surroundings
from autograd_mini.drawing.text import escaped, number
from autograd_mini.drawing.words import check_language
from autograd_mini.files import write_whole
from autograd_mini.graph import topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any

MOST_NODES = 1_500
"""A graph of more nodes is refused: nobody could take hold of it."""


class Page:
    """A page that computes by itself; a notebook shows it in a frame.

    Parameters
    ----------
    html : str
        The whole page, as one file.
    description : str
        What it shows, in one sentence.

    Examples
    --------
    >>> Page("<!doctype html>", "w = 2")
    <Page: w = 2>
    """

    __slots__ = ("description", "html")

    def __init__(self, html: str, description: str) -> None:
        self.html = html
        self.description = description

    def __repr__(self) -> str:
        return f"<Page: {self.description}>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whole or not at all.

        Parameters
        ----------
        path : path
            Ends in ``.html``.

        Raises
        ------
        ValueError
            If it ends in anything else.
        OSError
            If it cannot be written.

        Examples
        --------
        >>> Page("<!doctype html>", "w = 2").save("page.pdf")
        Traceback (most recent call last):
        ValueError: path must end in .html, not .pdf
        """
        suffix = Path(path).suffix
        if suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"path must end in .html, not {suffix or 'without an ending'}")
        write_whole(path, self.html)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook shows: the page in a frame of its own."""
        del include, exclude
        data = base64.b64encode(self.html.encode()).decode()
        frame = (
            f'<iframe title="{escaped(self.description)}" width="100%" height="720" '
            f'style="border:0" src="data:text/html;base64,{data}"></iframe>'
        )
        return {"text/html": frame, "text/plain": repr(self)}


def page(
    root: Any,
    x: Any = None,
    y: Any = None,
    *,
    loss: Any = None,
    title: str | None = None,
    theme: str = "auto",
    language: str = "en",
    digits: int = 3,
    predict: bool = False,
) -> Page:
    """Write a page in which a computation graph can be nudged, stepped and questioned.

    Any leaf can be moved; values, gradients and the derivation follow, and the change of the root
    is compared with what the derivative foretold. No sweep is needed before, and none leaves a
    trace. A network is shown at one of its examples: its features and the parameters are the
    leaves. Of a gradient descent, a slider goes along the way that it took.

    Parameters
    ----------
    root : Value, network, or what `gradient_descent` returned
    x, y : sequences of numbers, optional
        The example, and its answer; of a network.
    loss : callable, optional
        Of a network, such as `log_loss`: takes its answer and `y`. One of logits is given those.
    title : str, optional
        Stands above the page; by default the expression.
    theme : {"auto", "light", "dark"}
        Colours at first; "auto" follows the reader's system.
    language : {"en", "ru"}
    digits : int
        Significant digits of the numbers.
    predict : bool
        Whether the page opens as an exercise: each number is asked for before it is shown.

    Returns
    -------
    Page
        It shows itself in a notebook, and has `Page.save`.

    Raises
    ------
    TypeError
        If `root` is none of these, or a network comes without its example.
    ValueError
        If an option is not known, or the graph is too large to be taken hold of.
    LayoutError
        If nothing can lay the graph out.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> page((w * x).tanh())
    <Page: tanh(wx) = 1.00>
    """
    check_surroundings(theme, "own")
    check_language(language)
    check_form("right", digits, title=title)
    found = subject(root, x, y, loss)
    order = topological_order(found.root)
    if len(order) > MOST_NODES:
        raise ValueError(
            f"this graph has {len(order):,} nodes, more than the {MOST_NODES:,} that a page can "
            "hold: write a page of a part of it"
        )
    expression = described(order, found.root, language)
    wish = Wish(title or expression, theme, language, digits, predict)
    html = markup.assembled(*contents(found, wish), language=language, theme=theme)
    return Page(html, f"{expression} = {number(found.root.data, digits)}")
