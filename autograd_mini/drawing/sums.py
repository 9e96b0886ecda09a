"""With this one can take the terms of a sum together, so that Σ wx + b is one card.

Start from `join_sums`, and `sum_title` for what its card says. What else is folded lives in
`parts`.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain

from autograd_mini.drawing.text import label_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TAKEN_IN = ("add", "multiply")
"""The operations that a sum can take in."""


class Sum:
    """A sum of several terms that is shown as one.

    Parameters
    ----------
    top : Value
        The addition that gives its result.
    """

    def __init__(self, top: Any) -> None:
        self.inner = [top]
        self.products: list[Any] = []
        self.others: list[Any] = []

    def is_worthwhile(self) -> bool:
        """Tell whether one card says more than its parts: of two products, or three terms."""
        return len(self.products) >= 2 or len(self.products) + len(self.others) >= 3

    @property
    def terms(self) -> int:
        """The number of terms."""
        return len(self.products) + len(self.others)


def join_sums(operands: dict[Any, Any], seen: set[Any], keys: dict[Any, Any]) -> None:
    """Give the additions and the products of each sum of several terms one key.

    What is used elsewhere too, has a label or stands in a scope of its own stays by itself.

    Parameters
    ----------
    operands : dict
        Node → its operands, in topological order.
    seen : set of Values
        What must not vanish in a sum.
    keys : dict
        Node → what it is taken together under, itself where it may be taken; it is changed.
    """
    alone = [node for node in operands if keys[node] is node]
    if not any(_is(node, "add") for node in alone):
        return
    uses = Counter(chain.from_iterable(operands.values()))
    free = {node for node in alone if uses[node] == 1 and not node.label and node not in seen}
    for node in reversed(alone):
        if keys[node] is node and _is(node, "add"):
            found = _collected(node, operands, free)
            if found.is_worthwhile():
                keys |= dict.fromkeys([*found.inner, *found.products], found)


def _collected(top: Any, operands: dict[Any, Any], free: set[Any]) -> Sum:
    """Return the sum whose result is `top`."""
    found = Sum(top)
    for node in found.inner:  # it grows on the way
        for operand in operands[node]:
            mine = operand in free and operand.scope is top.scope
            if mine and _is(operand, "add"):
                found.inner.append(operand)
            elif mine and _is(operand, "multiply"):
                found.products.append(operand)
            else:
                found.others.append(operand)
    return found


def _is(node: Any, name: str) -> bool:
    row = node.operation
    return row is not None and row.name == name


def sum_title(found: Sum) -> str:
    """Return what stands on the card of a sum: Σ wx + b, in the letters of its labels.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x, b = Value(2.0, "w_1"), Value(3.0, "x_1"), Value(1.0, "b")
    >>> s = w * x + w * 4 + b
    >>> found = Sum(s)
    >>> found.products, found.others = [w * x, w * 4], [b]
    >>> sum_title(found)
    'Σ wx + b'
    """
    if not found.products:
        return "Σ"
    left, right = ([node.operands[place] for node in found.products] for place in (0, 1))
    others = f" + {_letter(found.others, 'b')}" if found.others else ""
    return f"Σ {_letter(left, 'w')}{_letter(right, 'x')}{others}"


def _letter(operands: list[Any], default: str) -> str:
    """Return what the labels of some operands begin with, if they all begin alike."""
    labels = [getattr(operand, "label", None) for operand in operands]
    letters = {label_parts(label)[0] if label else "" for label in labels} - {""}
    letter = letters.pop() if len(letters) == 1 else default
    return letter if len(letter) <= 3 else default
