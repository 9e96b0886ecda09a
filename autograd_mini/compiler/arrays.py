"""With this one can write how one array picks from another, and adds into it.

- `Arrays`: what stands for each class in a program's text, and how it is read and written.

Which elements are picked was found by `access`; products are written by `contract`.
"""

from __future__ import annotations

import math
import re

import numpy as np

from autograd_mini.compiler.contract import BATCH, aligned
from autograd_mini.compiler.gathers import row_scattering, scattering
from autograd_mini.compiler.layout import Layout, examples_last, with_examples
from autograd_mini.compiler.loops import HISTORY
from autograd_mini.compiler.slopes import atom, literal
from autograd_mini.compiler.terms import joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.array_program import Request
    from autograd_mini.compiler.loop_writing import WrittenLoop
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
    longer : dict
        What stands for running classes with their start before them.
    growing : set of int
        The running classes that took the place of their factors.
    written : dict
        The loops, by the first of their histories.
    batched : list of bool
        Whether a class has the axis of examples.
    layout : Layout
        In which order axes stand.
    length : dict
        The texts of how long the axes of directions and examples are, by their letters.
    counter : str
        What the steps of loops are counted by; nothing where there are none.

    Parameters
    ----------
    classes : sequence of Classes
    request : Request
    sheet : Sheet
    directed : bool
        Whether there will be an axis of directions; beside that the examples stay first.
    layout : Layout, optional
        That of the program of which this is a part.
    counter : str
        What the steps of loops are counted by, if this is part of one.
    """

    def __init__(
        self,
        classes: Sequence[Class],
        request: Request,
        sheet: Sheet,
        *,
        directed: bool = False,
        layout: Layout | None = None,
        counter: str = "",
    ) -> None:
        self.classes, self.request, self.sheet = list(classes), request, sheet
        self.batched = with_examples(classes, request.batched)
        last = request.examples and not directed and examples_last(classes, self.batched)
        self.layout = layout or Layout(examples_last=last)
        self.length = self.layout.length
        loops = any(each.operation == HISTORY for each in classes)
        self.counter = sheet.names.new("t") if loops else counter
        self.name = [""] * len(classes)
        self.longer: dict[int, str] = {}
        self.growing: set[int] = set()
        self.written: dict[int, WrittenLoop] = {}
        sheet.line("ones", "ones = np.ones(n)")
        for name, batched, shape in zip(sheet.arrays, request.batched, request.shapes, strict=True):
            if layout is None and last and batched and shape:
                sheet.line(name, f"{name} = last({name})")

    def axes(self, number: int) -> tuple[int, ...]:
        """Return the letters of a class's axes, in order."""
        return self.layout.letters(self.lead(number), range(len(self.classes[number].shape)))

    def lead(self, number: int) -> tuple[int, ...]:
        """Return the letter of the examples, if a class has their axis."""
        return (BATCH,) if self.batched[number] else ()

    def shape(self, number: int, lead: Sequence[int]) -> str:
        """Return the text of a class's shape, with leading axes."""
        return self.layout.shape(lead, self.classes[number].shape)

    def flat(self, text: str, lead: Sequence[int]) -> str:
        """Return the text of an array with one axis beside the leading ones."""
        return self.layout.flat(text, lead)

    def element(self, number: int, place: int) -> str:
        """Return the text of one element of a class, by its place."""
        if not self.classes[number].shape:
            return self.name[number]
        lead = self.lead(number)
        if self.classes[number].operation == HISTORY and len(self.classes[number].shape) == 1:
            return f"{self.name[number]}[{self.layout.index(lead, [place])}]"
        flat = self.flat(self.name[number], lead)
        return f"{flat}[{self.layout.index(lead, [place])}]"

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
            letters = self.layout.letters(lead, access.letters)
            return f"{atom(name)}[{self.layout.index(lead, [index])}]", letters
        places = [letter for letter in have if letter >= 0]
        part = self.layout.index(lead, [_slice(access.axes[k], shape[k]) for k in places])
        own = [access.axes[k][0] for k in places if isinstance(access.axes[k], tuple)]
        text = f"{atom(name)}[{part}]" if part else name
        if part and not own and name.isidentifier():  # what is one number of an example
            text = self.sheet.assign(text, name + "".join(re.findall("[0-9]+", part)))
            if part.isdecimal():
                self.sheet.sizes[name] = shape[0]
        return text, self.layout.letters(lead, own)

    def filled(self, name: str, have: Sequence[int], number: int) -> str:
        """Return the text of an array with all of a class's axes, of which it may lack some."""
        lead = [letter for letter in have if letter < 0]
        if len(have) - len(lead) == len(self.classes[number].shape):
            return name
        want = self.layout.letters(lead, range(len(self.classes[number].shape)))
        places = [want.index(letter) for letter in have]
        return f"full({name}, {places!r}, {self.shape(number, lead)})"

    def add_into(
        self, name: str, number: int, lead: Sequence[int], access: Access, piece: Piece
    ) -> None:
        """Write the line that adds to the part of an array that an access picks."""
        text, have = piece
        if access.axes is None:
            want = self.layout.letters(lead, access.letters)
            value = aligned(text, have, want)
            if set(have) != set(want):  # `value` has an axis of length 1 for each that is missing
                full = self.layout.shape(lead, access.index.shape)
                value = f"np.broadcast_to({value}, {full})"
            rows = self.layout.examples_last and BATCH in lead
            plan = self._plan(access.index, math.prod(self.classes[number].shape), rows=rows)
            count = " * ".join(self.length[letter] for letter in lead) or "1"
            added = "scatter_rows" if rows else "scatter"
            self.sheet.line(name, f"{added}({name}, {count}, {plan}, {value})")
            return
        part, value = self._part(number, lead, access, piece)
        self.sheet.line(name, f"{name}[{part}] += {value}")

    def fill(
        self, name: str, number: int, lead: Sequence[int], pieces: Sequence[tuple[Access, Piece]]
    ) -> None:
        """Write the lines that fill the parts of a new array."""
        for access, piece in pieces:
            part, value = self._part(number, lead, access, piece)
            self.sheet.line(name, f"{name}[{part}] = {value}")

    def _part(
        self, number: int, lead: Sequence[int], access: Access, piece: Piece
    ) -> tuple[str, str]:
        """Return the index of the part of an array that an access picks, and what goes there."""
        letters = [axis[0] for axis in access.axes if isinstance(axis, tuple)]
        value = aligned(*piece, self.layout.letters(lead, letters))
        shape = self.classes[number].shape
        own = [_slice(axis, size) for axis, size in zip(access.axes, shape, strict=True)]
        return self.layout.index(lead, own) or "...", value

    def by_part(
        self, lead: Sequence[int], pieces: Sequence[tuple[Access, Piece]]
    ) -> list[tuple[Access, Piece]]:
        """Return pieces by the part of an array that they are added to, their sum for each."""
        found: dict[Any, tuple[Access, list[Piece]]] = {}
        for access, piece in pieces:
            key = tuple(a[1:] if isinstance(a, tuple) else a for a in access.axes)
            first, several = found.setdefault(key, (access, []))
            pairs = zip(access.axes, first.axes, strict=True)
            names = {a[0]: b[0] for a, b in pairs if isinstance(a, tuple)}
            several.append((piece[0], tuple(names.get(k, k) for k in piece[1])))
        summed = []
        for access, several in found.values():
            letters = [axis[0] for axis in access.axes if isinstance(axis, tuple)]
            summed.append((access, joined(several, self.layout.letters(lead, letters))))
        return summed

    def is_tiled(self, number: int, parts: Sequence[Access]) -> bool:
        """Tell whether parts cover an array, each element once."""
        count = np.zeros(self.classes[number].shape, dtype=int)
        for access in parts:
            count[tuple(_indices(axis) for axis in access.axes)] += 1
        return bool((count == 1).all())

    def _plan(self, index: Any, size: int, *, rows: bool) -> str:
        """Return the name of what adding at indices needs."""
        flat = index.ravel()
        planned = f"{self.sheet.constant('I', flat)}_{size}_{'rows' if rows else 'plan'}"
        if planned not in self.sheet.constants:
            prepare = row_scattering if rows else scattering
            self.sheet.constants[planned] = prepare(flat, size)
        return planned


def _indices(axis: Any) -> Any:
    """Return an index along one axis."""
    if not isinstance(axis, tuple):
        return axis
    _, start, step, count = axis
    return slice(start, start + step * (count - 1) + 1, step)


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
