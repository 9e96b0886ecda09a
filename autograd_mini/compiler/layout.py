"""With this one can tell where a program's examples stand: in the first axis or in the last.

- `Layout`: the order of the axes of a program's arrays, as letters and as text.
- `with_examples(classes, batched)`: which classes have the axis of examples at all.
- `examples_last(classes, batched)`: where it stands.

Examples first is how data come, and what layers of a network are written for: ``X @ W2.T``. Where
single elements or scattered ones are picked instead, each is then a column of the array, spread
over the memory; with the examples last it is a row, which is read, written and copied at one go.
"""

from __future__ import annotations

from autograd_mini.compiler.chains import RUNNING
from autograd_mini.compiler.contract import BATCH
from autograd_mini.compiler.loops import HISTORY
from autograd_mini.compiler.slopes import atom
from autograd_mini.compiler.trace import LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from autograd_mini.compiler.rolled import Access, Class, Term

__all__ = ["Layout", "examples_last", "with_examples"]


class Layout:
    """The order of axes: a class's own stand between those of directions and examples.

    Attributes
    ----------
    length : dict
        The texts of how long the axes of directions and examples are, by their letters.

    Parameters
    ----------
    examples_last : bool

    Examples
    --------
    >>> Layout(examples_last=True).shape([BATCH], [3, 2])
    '(3, 2, n)'
    """

    def __init__(self, *, examples_last: bool) -> None:
        self.examples_last = examples_last
        self.length = {BATCH: "n"}

    def _around(self, lead: Iterable[int], own: Iterable[Any], others: dict[int, Any]) -> list[Any]:
        """Return what stands for the axes in order; `others`: what for negative letters."""
        front = [others[letter] for letter in lead if not self._is_last(letter)]
        end = [others[letter] for letter in lead if self._is_last(letter)]
        return [*front, *own, *end]

    def _is_last(self, letter: int) -> bool:
        return letter == BATCH and self.examples_last

    def letters(self, lead: Sequence[int], own: Iterable[int]) -> tuple[int, ...]:
        """Return the letters of an array's axes in order; `lead` holds the negative ones."""
        return tuple(self._around(lead, own, {letter: letter for letter in lead}))

    def shape(self, lead: Iterable[int], own: Iterable[Any]) -> str:
        """Return the text of a shape."""
        sizes = self._around(lead, map(str, own), self.length)
        return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"

    def flat(self, text: str, lead: Iterable[int]) -> str:
        """Return the text of an array whose own axes are one."""
        return f"{atom(text)}.reshape({', '.join(self._around(lead, ['-1'], self.length))})"

    def index(self, lead: Sequence[int], own: Iterable[Any]) -> str:
        """Return the text of an index of an array's own axes."""
        parts = self._around(lead, map(str, own), dict.fromkeys(lead, ":"))
        while parts and parts[-1] == ":":
            parts.pop()
        return ", ".join(parts)


def with_examples(classes: Sequence[Class], batched: Sequence[bool]) -> list[bool]:
    """Return which classes have the axis of examples.

    Parameters
    ----------
    classes : sequence of Classes
    batched : sequence of bool
        Which arrays have it.
    """
    found: list[bool] = []
    for each in classes:
        if each.operation == LEAF:
            found.append(batched[each.array])
        else:
            found.append(any(found[a.of] for a in each.used() if isinstance(a.of, int)))
    return found


def examples_last(classes: Sequence[Class], batched: Sequence[bool]) -> bool:
    """Tell whether the examples stand in the last axis.

    They do where single elements are picked, or elements by index, and no matrix is multiplied
    with a batch.

    Parameters
    ----------
    classes : sequence of Classes
    batched : sequence of bool
        Which classes have the axis of examples.
    """
    if any(each.operation == HISTORY for each in classes):
        return True  # each step is a row
    terms = [term for each in classes for term in each.terms]
    if any(_is_layer(term, batched) for term in terms):
        return False
    if any(each.operation == RUNNING for each in classes):
        return True  # each step is a row
    used = [access for each in classes for access in each.used()]
    return any(_is_spread(access) for access in used if _has_examples(access, batched))


def _has_examples(access: Access, batched: Sequence[bool]) -> bool:
    return isinstance(access.of, int) and batched[access.of]


def _is_layer(term: Term, batched: Sequence[bool]) -> bool:
    """Tell whether arrays with and without examples are multiplied and summed, as in a layer."""
    summed = {letter for factor in term.factors for letter in factor.letters}
    summed -= set(term.target.letters)
    several = [factor for factor in term.factors if _has_examples(factor, batched)]
    single = [f for f in term.factors if isinstance(f.of, int) and not _has_examples(f, batched)]
    return any(summed & {*a.letters} & {*b.letters} for a in several for b in single)


def _is_spread(access: Access) -> bool:
    """Tell whether one element of an axis is picked, or elements by index."""
    if access.axes is None:
        return True
    return any(not isinstance(axis, tuple) for axis in access.axes)
