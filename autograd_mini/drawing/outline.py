"""With this one can say what a drawing shows, as plain text: it holds no Value.

Start from `Outline`: a `Card` for each part of a graph, an `Arrow` for each edge and a `Frame` for
each open scope. It is made from Values in `cards`; where cards stand is found in `layout`; they are
drawn in `scalar_graph`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.drawing.text import width

CARD_HEIGHT = 38.0
FOLDED_HEIGHT = 53.0
CONSTANT_HEIGHT = 20.0
TITLE_SIZE = 12.5
SUBSCRIPT_SIZE = 8.5
TITLE_GAP = 6.0
DETAIL_SIZE = 9.5
NUMBER_SIZE = 10.5
LABEL_SIZE = 9.0
CAPTION_SIZE = 9.5
AIR = 8.0
"""What stays free beside each text of a card."""

NARROWEST = 68.0
"""The least width of a card."""

STACK = 4.0
"""By how much the second plate of a folded card looks out behind the first."""


class Card(NamedTuple):
    """One node, or several that are folded, as they are drawn: all texts are final.

    Parameters
    ----------
    name : str
        Identity within the drawing.
    kind : {"data", "parameter", "constant", "operation"}
    symbol : str
        Of the operation; empty for a leaf.
    label, subscript : str
        The user's label in two parts; empty without one.
    value, gradient : str
    root : bool
    tooltip : tuple of str
        Lines.
    width, height : float
    folded : bool
        Whether it stands for several nodes.
    detail : str
        What is inside.
    strength : float
        From -1 to 1: how strongly it is tinted, and which way.
    """

    name: str
    kind: str
    symbol: str
    label: str
    subscript: str
    value: str
    gradient: str
    root: bool
    tooltip: tuple[str, ...]
    width: float
    height: float
    folded: bool = False
    detail: str = ""
    strength: float = 0.0


class Arrow(NamedTuple):
    """One edge as it is drawn, from an operand to the result.

    Parameters
    ----------
    name, tail, head : str
        Identity within the drawing, and the cards at its ends.
    place : int
        Which operand it is, from 0.
    ordered : bool
        Whether the operands' order matters to the result.
    derivative : str
        The local derivative; empty beside a constant.
    tooltip : tuple of str
    values : int
        How many values it stands for.
    """

    name: str
    tail: str
    head: str
    place: int
    ordered: bool
    derivative: str
    tooltip: tuple[str, ...]
    values: int = 1

    @property
    def text(self) -> str:
        """What stands beside the edge, but for the operand's place."""
        return self.derivative or (f"× {self.values}" if self.values > 1 else "")


class Frame(NamedTuple):
    """What stands around the cards of a scope that is shown open.

    Parameters
    ----------
    name : str
        Identity within the drawing.
    caption : str
    cards : tuple of str
        The cards in it, those in frames within it included.
    outer : str
        The frame around it; empty for none.
    """

    name: str
    caption: str
    cards: tuple[str, ...]
    outer: str


class Outline(NamedTuple):
    """All that a drawing shows of a graph.

    Parameters
    ----------
    cards : list of Card
        In topological order.
    arrows : list of Arrow
    description : str
        The graph in one sentence.
    gradient_of : str
        What the gradients are derivatives of; empty where that is not known, "–" before any
        sweep.
    language : str
    heat : tuple of str and float, optional
        Which number tints the cards, and its largest absolute value.
    frames : tuple of Frame
        The outer before the inner ones.
    """

    cards: list[Card]
    arrows: list[Arrow]
    description: str
    gradient_of: str
    language: str = "en"
    heat: tuple[str, float] | None = None
    frames: tuple[Frame, ...] = ()


def title_width(symbol: str, label: str, subscript: str) -> float:
    """Return the width of a card's title."""
    gap = TITLE_GAP if symbol and label else 0.0
    names = width(label, TITLE_SIZE, bold=True) + width(subscript, SUBSCRIPT_SIZE, bold=True)
    return width(symbol, TITLE_SIZE) + gap + names
