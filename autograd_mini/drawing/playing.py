"""With this one can watch how a graph computes: the forward pass, then the backward pass.

Start from `steps`, a list of drawings, or `animate`, one drawing that plays them. What a step
says is found in `passes`, how it is drawn in `step_figure`.
"""

from __future__ import annotations

from autograd_mini.drawing import svg
from autograd_mini.drawing.animation import motion, played
from autograd_mini.drawing.cards import card_names, gather
from autograd_mini.drawing.choice import View, Wish, choose, count_nodes
from autograd_mini.drawing.dot import record_text
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.options import check_form
from autograd_mini.drawing.outline import AIR, Outline, title_width
from autograd_mini.drawing.passes import names_of, walk
from autograd_mini.drawing.request import roots_of
from autograd_mini.drawing.step_figure import StepFigure, position
from autograd_mini.drawing.text import label_parts
from autograd_mini.drawing.words import check_language

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Passes:
    """Both passes through one graph, laid out."""

    def __init__(
        self, root: Any, theme: str, title: str | None, direction: str, digits: int, language: str,
        limit: int,
    ) -> None:  # fmt: skip
        check_language(language)
        check_form(direction, digits, limit=limit, title=title)
        roots = _one_root(root, limit)
        view = choose(roots, Wish(False, None, None, "show", limit))
        self.steps = walk(list(view.nodes), digits, language)
        self.outline = _named(view, gather(view, digits=digits, language=language))
        self.figure = StepFigure(
            self.outline, card_names(view), self.steps, theme=theme, title=title,
            direction=direction,
        )  # fmt: skip
        self.dot = record_text(self.outline, self.figure.direction)

    def described(self, index: int) -> str:
        """Return a step in one sentence."""
        step = self.steps[index]
        return f"{position(step, index, len(self.steps), self.outline)}: {'; '.join(step.lines)}"


def steps(
    root: Any,
    *,
    theme: str = "auto",
    paper: str = "own",
    direction: str = "auto",
    digits: int = 3,
    title: str | None = None,
    language: str = "en",
    limit: int = 60,
) -> list[Drawing]:
    """Draw the forward and then the backward pass, step by step, all in the same layout.

    Each drawing says what is computed, with the numbers, and shows what is known by then; nodes
    without a label are called v₁, v₂, …. The graph stays as it is: gradients are those of one
    sweep from `root`.

    Parameters
    ----------
    root : Value
    theme, paper, direction, digits, title, language
        As in `draw`.
    limit : int
        A graph of more cards is refused.

    Returns
    -------
    list of Drawing
        One for the leaves, one for each operation, one for the root's own gradient, and one for
        each operation that passes its gradient on.

    Raises
    ------
    TypeError, ValueError, LayoutError
        As in `draw`.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> for drawing in steps(w * x):
    ...     print(drawing.description)
    forward pass · step 1 of 4: Given: w = 2, x = 3
    forward pass · step 2 of 4: v₁ = wx = 2·3 = 6
    backward pass · step 3 of 4: ∂v₁/∂v₁ = 1
    backward pass · step 4 of 4: ∂v₁/∂w = ∂v₁/∂v₁ · ∂v₁/∂w = 1 · 3 = 3; ∂v₁/∂x = ∂v₁/∂v₁ · ∂v₁/∂x = 1 · 2 = 2
    """  # noqa: E501 - a description stands on one line
    svg.check_surroundings(theme, paper)
    passes = _Passes(root, theme, title, direction, digits, language, limit)
    figure = passes.figure
    drawings = []
    for index in range(len(passes.steps)):
        now = [moment.content for moment in figure.moments if moment.first <= index < moment.last]
        description = passes.described(index)
        picture = svg.document(
            figure.body + "".join(now),
            *figure.size,
            description=description,
            theme=theme,
            paper=paper,
        )
        drawings.append(Drawing(picture, description, passes.dot))
    return drawings


def animate(
    root: Any,
    *,
    seconds: float = 2.0,
    loop: bool = True,
    theme: str = "auto",
    paper: str = "own",
    direction: str = "auto",
    digits: int = 3,
    title: str | None = None,
    language: str = "en",
    limit: int = 60,
) -> Drawing:
    """Draw the forward and then the backward pass as one picture that plays them.

    It needs no script. It rests while the pointer is on it; where nothing moves (in print, or for
    readers who asked for less motion) it shows the last step.

    Parameters
    ----------
    root : Value
    seconds : float
        How long each step is to be seen.
    loop : bool
        Whether it begins again at its end.
    theme, paper, direction, digits, title, language, limit
        As in `steps`.

    Returns
    -------
    Drawing

    Raises
    ------
    TypeError, ValueError, LayoutError
        As in `steps`.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> animate(w * x)
    <Drawing: wx = 6, 3 nodes, 4 steps>
    """
    svg.check_surroundings(theme, paper)
    if not isinstance(seconds, (int, float)):
        raise TypeError(f"seconds must be a number, not {type(seconds).__name__}")
    if not 0 < seconds < float("inf"):
        raise ValueError(f"seconds must be a positive number, not {seconds}")
    passes = _Passes(root, theme, title, direction, digits, language, limit)
    moments, total = passes.figure.moments, len(passes.steps)
    description = passes.outline.description
    picture = svg.document(
        passes.figure.body + played(moments, total),
        *passes.figure.size,
        description=f"{title}: {description}" if title else description,
        theme=theme,
        paper=paper,
        movement=lambda identity: motion(identity, moments, total, seconds, loop=loop),
    )
    return Drawing(picture, f"{description}, {total} steps", passes.dot)


def _one_root(root: Any, limit: int) -> list[Any]:
    """Return the root, or raise ValueError if there are several or the graph is too large."""
    roots = roots_of(root)
    if len(roots) > 1:
        raise ValueError(f"root must be one Value, {len(roots)} came")
    count = count_nodes(roots)
    if count > limit:
        raise ValueError(
            f"this graph has {count:,} nodes, more than limit={limit:,} that can be followed step "
            "by step: take a part of it, such as one operand, or raise limit"
        )
    return roots


def _named(view: View, outline: Outline) -> Outline:
    """Return an outline in which every card has a name, and room for it."""
    labels = dict(zip(card_names(view).values(), names_of(list(view.nodes)).values(), strict=True))
    named = {}
    for card in outline.cards:
        if labels.get(card.name) and not card.label:
            label, subscript = label_parts(labels[card.name])
            wide = title_width(card.symbol, label, subscript) + 2 * AIR
            named[card.name] = card._replace(
                label=label, subscript=subscript, width=max(card.width, wide)
            )
    return outline._replace(cards=[named.get(card.name, card) for card in outline.cards])
