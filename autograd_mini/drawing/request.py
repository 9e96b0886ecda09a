"""With this one can have anything drawn that is a graph, or knows how it is drawn.

Start from `draw`. How graphs are drawn lives in `scalar_graph`, how networks in
`network_figure`.
"""

from __future__ import annotations

from autograd_mini.drawing.cards import gather
from autograd_mini.drawing.dot import DIRECTIONS
from autograd_mini.drawing.scalar_graph import draw_graph
from autograd_mini.drawing.svg import check_surroundings
from autograd_mini.errors import UnknownNameError
from autograd_mini.graph import topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.drawing import Drawing

HOOK = "__autograd_drawing__"
"""The method by which an object draws itself; it takes `theme`, `paper` and `title`."""


def draw(
    root: Any,
    *,
    theme: str = "auto",
    paper: str = "own",
    title: str | None = None,
    direction: str = "right",
    digits: int = 3,
    limit: int = 600,
) -> Drawing:
    """Draw the graph of a Value: what it was computed from, and what the gradients are.

    Each node is a card with its value and, in italics, its gradient; beside each edge stands the
    local derivative. A network draws itself as circles and lines.

    Parameters
    ----------
    root : Value, iterable of Values, or an object with ``__autograd_drawing__``
    theme : {"auto", "light", "dark"}
        Colours; "auto" follows the reader's system.
    paper : {"own", "none"}
        Whether the figure has a background; "none" only with a fixed theme.
    title : str, optional
        Stands above the figure.
    direction : {"right", "down"}
        Where the root stands, seen from the leaves. Graphs only.
    digits : int
        Significant digits of the numbers. Graphs only.
    limit : int
        A graph of more nodes is refused.

    Returns
    -------
    Drawing
        It shows itself in a notebook, and has `Drawing.save`.

    Raises
    ------
    TypeError
        If `root` is none of these.
    ValueError
        If an option is not known, or the graph has more than `limit` nodes.
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
    if hasattr(root, HOOK):
        drawing: Drawing = root.__autograd_drawing__(theme=theme, paper=paper, title=title)
        return drawing
    if direction not in DIRECTIONS:
        raise UnknownNameError("direction", direction, DIRECTIONS)
    if digits < 1:
        raise ValueError(f"digits must be at least 1, not {digits}")
    roots = _roots(root)
    count = count_nodes(roots)
    if count > limit:
        raise ValueError(
            f"this graph has {count:,} nodes, more than limit={limit:,} that can be read in one "
            "drawing: draw a part of it, such as one neuron or one operand, or raise limit"
        )
    outline = gather(topological_order(roots), roots, digits)
    return draw_graph(outline, theme=theme, paper=paper, title=title, direction=direction)


def _roots(root: Any) -> list[Any]:
    """Return the Values that were asked for, each once."""
    roots = [root] if _is_node(root) else list(root) if hasattr(root, "__iter__") else None
    if roots is None or not all(map(_is_node, roots)):
        kinds = [root] if roots is None else [each for each in roots if not _is_node(each)]
        raise TypeError(
            "root must be a Value, an iterable of Values, or an object with "
            f"{HOOK}, not {type(kinds[0]).__name__}"
        )
    if not roots:
        raise ValueError("root must have at least one Value: it is empty")
    return list(dict.fromkeys(roots))


def _is_node(candidate: Any) -> bool:
    return hasattr(candidate, "operands") and hasattr(candidate, "local_derivatives")


def count_nodes(roots: list[Any]) -> int:
    """Return how many cards a drawing of `roots` would have, plain numbers included.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> count_nodes([Value(2.0) + 1])
    3
    """
    seen, waiting, numbers = set(roots), list(roots), 0
    while waiting:
        for operand in waiting.pop().operands:
            if not hasattr(operand, "operands"):
                numbers += 1
            elif operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return len(seen) + numbers
