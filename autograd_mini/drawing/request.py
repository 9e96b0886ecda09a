"""With this one can have anything drawn that is a graph, or knows how it is drawn.

Start from `draw`. What of a graph is shown is decided in `choice`, how it is drawn in
`scalar_graph`, and networks in `network_figure`.
"""

from __future__ import annotations

from collections.abc import Mapping

from autograd_mini.drawing.cards import gather
from autograd_mini.drawing.choice import Wish, choose
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.heat import HEATS
from autograd_mini.drawing.options import check_form
from autograd_mini.drawing.scalar_graph import draw_graph
from autograd_mini.drawing.svg import check_surroundings
from autograd_mini.drawing.words import check_language
from autograd_mini.errors import UnknownNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.choice import Fold

HOOK = "__autograd_drawing__"
"""The method by which an object draws itself; it takes `theme`, `paper`, `title`, `language`.

It returns a `Drawing`, or the Values whose graph is to be drawn.
"""

FURTHER = "__autograd_drawing_options__"
"""The names of those options of `draw` that this method takes besides."""


def draw(
    root: Any,
    *,
    depth: int | None = None,
    fold: Fold = None,
    focus: Any = None,
    heat: str | None = None,
    constants: str = "show",
    theme: str = "auto",
    paper: str = "own",
    direction: str = "auto",
    digits: int = 3,
    title: str | None = None,
    language: str = "en",
    limit: int = 600,
) -> Drawing:
    """Draw the graph of a Value: what it was computed from, and what the gradients are.

    Each node is a card with its value and, in italics, its gradient; beside each edge stands the
    local derivative. What is folded is one card that says what is inside, with the norms of what
    comes out of it. A network draws itself as circles and lines: of it, only the surroundings
    (`theme`, `paper`, `title`, `language`) can be chosen. A neuron or a layer that was called shows
    the graph of its last call.

    Parameters
    ----------
    root : Value, iterable of Values, or an object with ``__autograd_drawing__``
        Of a dictionary its values.
    depth : int, optional
        How deep to look into the scopes: with 0 the outermost are folded, with 1 those within
        them. Equal scopes side by side are folded as one, with their count, and sums of several
        terms into one card, Σ wx + b.
    fold : bool, names of scopes, or function, optional
        True folds as deep as is readable, False nothing; a function tells of a `Scope` whether
        it is folded. By default graphs of more than 40 cards are folded; of a long loop they then
        show the first turn, the last, and one card for all between.
    focus : Value, optional
        Only the paths between it and the root are drawn.
    heat : {"value", "grad"}, optional
        Tints the cards by value or gradient: orange is negative, blue positive.
    constants : {"show", "fold"}
        Whether constants and plain numbers are drawn.
    theme : {"auto", "light", "dark"}
        Colours; "auto" follows the reader's system.
    paper : {"own", "none"}
        Whether the figure has a background; "none" only with a fixed theme.
    direction : {"auto", "right", "down"}
        Where the root stands, seen from the leaves. With "auto" a graph goes to the right, unless
        it would be too wide for a page and is easier to read downwards.
    digits : int
        Significant digits of the numbers.
    title : str, optional
        Stands above the figure.
    language : {"en", "ru"}
        Of what stands beside the numbers.
    limit : int
        A graph of more cards is refused.

    Returns
    -------
    Drawing
        It shows itself in a notebook, and has `Drawing.save`.

    Raises
    ------
    TypeError
        If `root` is none of these, or an option of a wrong type.
    ValueError
        If an option is not known, or the graph has more than `limit` cards.
    LayoutError
        If there is no layout engine, or it fails.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> y = (w * x).tanh()
    >>> y.backward()
    >>> draw(y)
    <Drawing: tanh(wx) = 1.00, 4 nodes>
    """
    check_surroundings(theme, paper)
    check_language(language)
    check_form(direction, digits, limit=limit, title=title)
    if heat is not None and heat not in HEATS:
        raise UnknownNameError("heat", heat, HEATS)
    if hasattr(root, HOOK):
        options = {"theme": theme, "paper": paper, "title": title, "language": language}
        further = {"direction": direction, "limit": limit, "fold": fold}
        options |= {name: further[name] for name in getattr(root, FURTHER, ())}
        root = root.__autograd_drawing__(**options)
        if isinstance(root, Drawing):
            return root
    view = choose(roots_of(root), Wish(fold, depth, focus, constants, limit))
    outline = gather(view, digits=digits, language=language, heat=heat)
    return draw_graph(outline, theme=theme, paper=paper, title=title, direction=direction)


def roots_of(root: Any) -> list[Any]:
    """Return the Values that were asked for, each once."""
    if isinstance(root, Mapping):
        root = root.values()
    roots = [root] if _is_node(root) else list(root) if hasattr(root, "__iter__") else None
    if roots is None or not all(map(_is_node, roots)):
        kinds = [root] if roots is None else [each for each in roots if not _is_node(each)]
        raise TypeError(
            "root must be a Value, an iterable of Values, or an object with "
            f"{HOOK}, not {type(kinds[0]).__name__}{_advice(kinds[0])}"
        )
    if not roots:
        raise ValueError("root must have at least one Value: it is empty")
    return list(dict.fromkeys(roots))


def _advice(candidate: Any) -> str:
    """Return what to draw in place of something that computes Values, such as a Module."""
    return ": draw what a call of it returns" if callable(candidate) else ""


def _is_node(candidate: Any) -> bool:
    return hasattr(candidate, "operands") and hasattr(candidate, "local_derivatives")
