"""With this one can write how one array picks from another, and adds into it.

- `Arrays`: what stands for each class in a program's text, and how it is read and written.

Which elements are picked was found by `access`; products are written by `contract`.
"""

from __future__ import annotations

import math

from autograd_mini.compiler.contract import BATCH, aligned
from autograd_mini.compiler.gathers import scattering
from autograd_mini.compiler.slopes import atom, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.array_program import Request
    from autograd_mini.compiler.rolled import Access, Class
    from autograd_mini.compiler.sheet import Sheet

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["Arrays"]


class Arrays:
    """The arrays of a program.

    Attributes
    ----------
    name : list of str
        What stands for each class, once it is written.
    batched : list of bool
        Whether a class has the axis of examples.
    length : dict
        The texts of how long leading axes are, by their letters.

    Parameters
    ----------
    classes : sequence of Classes
    request : Request
    sheet : Sheet
    """

    def __init__(self, classes: Sequence[Class], request: Request, sheet: Sheet) -> None:
        self.classes, self.request, self.sheet = list(classes), request, sheet
        self.batched = [False] * len(classes)
        self.length = {BATCH: "n"}
        self.name = [""] * len(classes)

    def axes(self, number: int) -> tuple[int, ...]:
        """Return the letters of a class's own axes, the examples first."""
        return (*self.lead(number), *range(len(self.classes[number].shape)))

    def lead(self, number: int) -> tuple[int, ...]:
        """Return the letter of the examples, if a class has their axis."""
        return (BATCH,) if self.batched[number] else ()

    def shape(self, number: int, lead: Sequence[int]) -> str:
        """Return the text of a class's shape, after leading axes."""
        sizes = [self.length[letter] for letter in lead]
        sizes += map(str, self.classes[number].shape)
        return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"

    def flat(self, text: str, lead: Sequence[int]) -> str:
        """Return the text of an array with one axis beside the leading ones."""
        sizes = [*(self.length[letter] for letter in lead), "-1"]
        return f"{atom(text)}.reshape({', '.join(sizes)})"

    def load(self, access: Access) -> Piece:
        """Return an operand as a loop picks it, and the letters of its axes."""
        if not isinstance(access.of, int):
            if not access.letters:
                return literal(float(access.of)), ()
            return self.sheet.constant("C", access.of), access.letters
        return self.pick(self.name[access.of], self.axes(access.of), access, access.of)

    def pick(self, name: str, have: Sequence[int], access: Access, number: int) -> Piece:
        """Return what an access picks from an array that has some of a class's axes."""
        lead = tuple(letter for letter in have if letter < 0)
        shape = self.classes[number].shape
        if access.axes is None:
            index = self.sheet.constant("I", access.index)
            name = self.filled(name, have, number)
            if len(shape) != 1:
                name = self.flat(name, lead)
            return f"{atom(name)}[{':, ' * len(lead)}{index}]", (*lead, *access.letters)
        parts, letters = [":"] * len(lead), list(lead)
        for place, axis in enumerate(access.axes):
            if place not in have:
                continue
            parts.append(_slice(axis, shape[place]))
            if isinstance(axis, tuple):
                letters.append(axis[0])
        while parts and parts[-1] == ":":
            parts.pop()
        return (f"{atom(name)}[{', '.join(parts)}]" if parts else name), tuple(letters)

    def filled(self, name: str, have: Sequence[int], number: int) -> str:
        """Return the text of an array with all of a class's axes, of which it may lack some."""
        lead = [letter for letter in have if letter < 0]
        if len(have) - len(lead) == len(self.classes[number].shape):
            return name
        places = [letter if letter < 0 else letter + len(lead) for letter in have]
        places[: len(lead)] = range(len(lead))
        return f"full({name}, {places!r}, {self.shape(number, lead)})"

    def add_into(
        self, name: str, number: int, lead: Sequence[int], access: Access, piece: Piece
    ) -> None:
        """Write the line that adds to the part of an array that an access picks."""
        text, have = piece
        if access.axes is None:
            want = (*lead, *access.letters)
            counts = [self.length[letter] for letter in lead]
            full = ", ".join([*counts, *map(str, access.index.shape)])
            value = aligned(text, have, want)
            if set(have) != set(want):  # `value` has an axis of length 1 for each that is missing
                value = f"np.broadcast_to({value}, ({full},))"
            plan = self._plan(access.index, math.prod(self.classes[number].shape))
            count = " * ".join(counts) or "1"
            self.sheet.line(name, f"scatter({name}, {count}, {plan}, {value})")
            return
        letters = [axis[0] for axis in access.axes if isinstance(axis, tuple)]
        value = aligned(text, have, (*lead, *letters))
        shape = self.classes[number].shape
        parts = [":"] * len(lead)
        parts += [_slice(axis, size) for axis, size in zip(access.axes, shape, strict=True)]
        self.sheet.line(name, f"{name}[{', '.join(parts) or '()'}] += {value}")

    def _plan(self, index: Any, size: int) -> str:
        """Return the name of what adding at indices needs."""
        flat = index.ravel()
        planned = f"{self.sheet.constant('I', flat)}_{size}_plan"
        if planned not in self.sheet.constants:
            self.sheet.constants[planned] = scattering(flat, size)
        return planned


def _slice(axis: Any, size: int) -> str:
    """Return the text of an index along one axis."""
    if not isinstance(axis, tuple):
        return str(axis)
    _, start, step, count = axis
    stop = start + step * (count - 1) + 1
    if (start, step, stop) == (0, 1, size):
        return ":"
    return f"{start or ''}:{'' if stop == size and step == 1 else stop}" + (
        f":{step}" if step > 1 else ""
    )
