"""With this one can check what was asked of a drawing, before anything is drawn.

Start from `check_form` (direction, digits, limit and title) and `check_count` (one number). What
is checked against the graph, such as `focus` and `fold`, is checked in `choice`.
"""

from __future__ import annotations

from autograd_mini.drawing.direction import check_direction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def check_form(direction: str, digits: int, *, limit: int = 1, title: str | None = None) -> None:
    """Raise ValueError or TypeError unless these are as `draw` takes them.

    Examples
    --------
    >>> check_form("right", 0)
    Traceback (most recent call last):
    ValueError: digits must be at least 1, not 0
    """
    check_direction(direction)
    check_count("digits", digits)
    check_count("limit", limit)
    if title is not None and not isinstance(title, str):
        raise TypeError(f"title must be a str, not {type(title).__name__}")


def check_count(name: str, count: Any) -> None:
    """Raise TypeError unless `count` is a whole number, and ValueError unless it is at least 1.

    Examples
    --------
    >>> check_count("limit", 1.5)
    Traceback (most recent call last):
    TypeError: limit must be a whole number, not float
    """
    if isinstance(count, bool) or not hasattr(count, "__index__"):
        raise TypeError(f"{name} must be a whole number, not {type(count).__name__}")
    if count < 1:
        raise ValueError(f"{name} must be at least 1, not {count}")
