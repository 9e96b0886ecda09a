"""With this one can say what a rolled trace is: arrays, and how each is made of others.

- `Class`: nodes that do the same, which together are one array.
- `Access`: how the elements of a class pick from an operand, letter by letter, or by index.
- `Term`: part of a sum of products.

How they are found does not live here: `roll` does that, and `emit` writes them as a program.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["Access", "Class", "Term"]


class Access:
    """How an array's elements are picked, over some letters.

    Parameters
    ----------
    of : int or array
        The class, or an array of plain numbers.
    axes : tuple
        For each axis a letter with start and step, ``(letter, start, step, count)``, or a place;
        None where elements are picked by index.
    letters : tuple of int
        The letters in the order of the picked array's axes.
    index : array, optional
        Flat places, over `letters`.
    """

    def __init__(self, of: Any, axes: Any, letters: tuple[int, ...], index: Any = None) -> None:
        self.of, self.axes, self.letters, self.index = of, axes, letters, index

    def is_whole(self, shape: Sequence[int]) -> bool:
        """Tell whether every element is picked, each once."""
        return self.axes is not None and all(
            axis[1:] == (0, 1, size) if isinstance(axis, tuple) else size == 1
            for axis, size in zip(self.axes, shape, strict=True)
        )

    def same(self, other: Access) -> bool:
        """Tell whether another access picks the same."""
        if not (isinstance(self.of, int) and isinstance(other.of, int)):
            return False
        if self.of != other.of or self.letters != other.letters:
            return False
        if self.axes is None or other.axes is None:
            return self is other or (
                self.index is not None
                and other.index is not None
                and self.index.shape == other.index.shape
                and bool((self.index == other.index).all())
            )
        return bool(self.axes == other.axes)

    def at(self, other: Access, place: int) -> int:
        """Return the place on one axis, if this is like another access but for that; or -1."""
        if self.of != other.of or self.axes is None or other.axes is None:
            return -1
        mine, theirs = list(self.axes), list(other.axes)
        here = mine.pop(place)
        theirs.pop(place)
        return here if mine == theirs and isinstance(here, int) else -1


class Term:
    """Part of a sum: a coefficient times factors, summed over the letters the target lacks.

    Parameters
    ----------
    target : Access
    coefficient : float
    factors : list of Access
    sizes : list of int
        Of the letters.
    """

    def __init__(
        self, target: Access, coefficient: float, factors: list[Access], sizes: list[int]
    ) -> None:
        self.target, self.coefficient, self.factors, self.sizes = (
            target, coefficient, factors, sizes)  # fmt: skip


class Class:
    """Nodes that do the same: one array.

    Attributes
    ----------
    operation : str
        LEAF, "sum", or the name of a row.
    array : int
        Of a leaf, which.
    shape : tuple of int
    operands : list of Access
        Of a row.
    terms : list of Terms
        Of a sum.
    items : (axis, start, step, count) or None
        Of elements that traced indices pick: the axis of the operand along which they lie; None
        where each item is an operand of its own.
    nodes : list of int
    """

    def __init__(self, operation: str, shape: tuple[int, ...] = (), array: int = -1) -> None:
        self.operation, self.shape, self.array = operation, shape, array
        self.operands: list[Access] = []
        self.terms: list[Term] = []
        self.items: tuple[int, int, int, int] | None = None
        self.nodes: list[int] = []

    def used(self) -> list[Access]:
        """Return all accesses to other classes."""
        return [*self.operands, *(factor for term in self.terms for factor in term.factors)]
