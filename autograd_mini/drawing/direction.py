"""With this one can find out whether a graph is easier to read from left to right or downwards.

Start from `in_direction`. Pages and notebooks are as wide as they are, and make a wider picture
smaller until nobody can read it; downwards they have no end. How a graph is laid out in a direction
lives in `arrangement` and `program_figure`.
"""

from __future__ import annotations

from autograd_mini.drawing.dot import DIRECTIONS
from autograd_mini.errors import UnknownNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, TypeVar

    class Sized(Protocol):
        """What has a width and a height."""

        @property
        def width(self) -> float:
            """How wide it is."""

        @property
        def height(self) -> float:
            """How high it is."""

    LaidOut = TypeVar("LaidOut", bound=Sized)

CHOICES = ("auto", *DIRECTIONS)
"""What `direction` accepts."""

_PAGE = 1100.0
"""About so wide is a page or a notebook; a wider picture is made smaller there."""

_WIDE = 1500.0
"""Up to this width graphs go to the right, as formulas are read."""

_HIGH = 4000.0
"""On a higher picture one loses the thread: it is better made smaller, too."""

_BETTER = 1.4
"""By so much larger letters have to be for a graph to go down."""


def check_direction(direction: str) -> None:
    """Raise ValueError unless the direction is known."""
    if direction not in CHOICES:
        raise UnknownNameError("direction", direction, CHOICES)


def in_direction(direction: str, attempt: Callable[[str], LaidOut]) -> tuple[LaidOut, str]:
    """Return something laid out in a direction, and that direction.

    Parameters
    ----------
    direction : {"auto", "right", "down"}
        With "auto" it is "right", unless that would be too wide for a page, and "down" much easier
        to read there.
    attempt : callable
        Lays it out in the direction that it is given.

    Returns
    -------
    tuple of (what was laid out, str)

    Examples
    --------
    >>> from autograd_mini.drawing.layout import Layout
    >>> sizes = {"right": Layout(3000, 200, {}, {}), "down": Layout(300, 2000, {}, {})}
    >>> in_direction("auto", sizes.__getitem__)[1]
    'down'
    """
    if direction != "auto":
        return attempt(direction), direction
    right = attempt("right")
    if right.width <= _WIDE:
        return right, "right"
    down = attempt("down")
    if readability(down.width, down.height) > _BETTER * readability(right.width, right.height):
        return down, "down"
    return right, "right"


def readability(width: float, height: float) -> float:
    """Return by which factor the letters of a picture of this size are smaller on a page.

    Examples
    --------
    >>> readability(800, 600), readability(2200, 600)
    (1.0, 0.5)
    """
    return min(1.0, _PAGE / width, _HIGH / height)
