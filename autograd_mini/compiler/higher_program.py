"""With this one can write Jacobians, Hessians and products with them as programs over arrays.

- `higher_program(classes, request, kind, along)` gives an `ArrayProgram`.

A Jacobian goes in reverse, with a direction for each result, or forwards, with one for each number
of the argument, whichever are fewer; a Hessian goes forwards over reverse, and a Hessian's product
with a vector does so in the vector's direction alone. Shapes and structures are given by `higher`.
"""

from __future__ import annotations

import math

import numpy as np

from autograd_mini.compiler.arrays import Arrays
from autograd_mini.compiler.contract import BATCH, DIRECTION, aligned
from autograd_mini.compiler.differentiate import Reverse
from autograd_mini.compiler.emit import finished
from autograd_mini.compiler.forward import Forward
from autograd_mini.compiler.sheet import Sheet
from autograd_mini.compiler.sigmoids import Sigmoids
from autograd_mini.compiler.tangents import ReverseOfTangents, Tangents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.compiler.array_program import ArrayProgram, Request
    from autograd_mini.compiler.rolled import Class

    Piece = tuple[str, tuple[int, ...]]
    Output = tuple[int, int] | None

__all__ = ["higher_program"]


def higher_program(
    classes: Sequence[Class],
    request: Request,
    kind: str,
    outputs: Sequence[Output],
    along: dict[int, int],
) -> tuple[ArrayProgram, bool]:
    """Return a program of higher derivatives, and whether it is a Jacobian forwards.

    Parameters
    ----------
    classes : sequence of Classes
    request : Request
        Its `wanted` are the arrays of the argument.
    kind : {"jacobian", "hessian", "hvp"}
    outputs : sequence of (class, place), or None for a constant
    along : dict
        For "hvp", the array that holds the vector, for each array of the argument.

    Returns
    -------
    program : ArrayProgram
        Its `run` returns the results, which say whether the point lies within the domain, and
        arrays: of a Jacobian in reverse and of a Hessian one for
        each array of the argument, (directions, [examples,] …); of a Jacobian forwards a single
        one, (directions, [examples,] results); of a product one for each array of the argument.
    forwards : bool
    """
    writing = _Writing(classes, request, outputs, directed=kind != "hvp")
    forwards = kind == "jacobian" and writing.is_wide()
    if forwards:
        found = [writing.jacobian_forwards()]
    elif kind == "jacobian":
        found = writing.jacobian_in_reverse()
    else:
        found = writing.bent(writing.tangents(along if kind == "hvp" else None))
    program = finished(writing.arrays, writing.results(), found)
    program.cells *= int(writing.arrays.length.get(DIRECTION, "1"))
    return program, forwards


class _Writing:
    """A program, written forwards, and what can be written after that."""

    def __init__(
        self,
        classes: Sequence[Class],
        request: Request,
        outputs: Sequence[Output],
        *,
        directed: bool,
    ) -> None:
        self.request, self.outputs, self.wanted = request, list(outputs), list(request.wanted or ())
        self.sizes = [math.prod(request.shapes[array]) for array in self.wanted]
        self.arrays = Arrays(classes, request, Sheet(request.names), directed=directed)
        self.sigmoids = Sigmoids(self.arrays.sheet)
        Forward(self.arrays, self.sigmoids).write()

    def results(self) -> list[str]:
        """Return the texts of the results, of all examples."""
        return [self.arrays.element(*output) for output in self.outputs if output is not None]

    def is_wide(self) -> bool:
        """Tell whether there are fewer numbers in the argument than results."""
        apart = self.request.each or not self.request.examples
        return apart and sum(self.sizes) < len(self.outputs)

    def jacobian_in_reverse(self) -> list[str]:
        """Write the adjoints of all results."""
        reverse = Reverse(self.arrays, self.sigmoids)
        reverse.write_rows(self.outputs)
        return [reverse.gradient(array) for array in self.wanted]

    def jacobian_forwards(self) -> str:
        """Write the tangents of all results."""
        tangents = self.tangents(None)
        lead = (DIRECTION, BATCH) if self.request.examples else (DIRECTION,)
        columns = [self._column(output, tangents, lead) for output in self.outputs]
        return f"np.stack([{', '.join(columns)}], -1)"

    def _column(self, output: Output, tangents: Tangents, lead: tuple[int, ...]) -> str:
        """Return the text of one result's tangents."""
        sizes = ", ".join(self.arrays.length[letter] for letter in lead)
        shape = f"({sizes}{',' if len(lead) == 1 else ''})"
        if output is None or output[0] not in tangents.of:
            return f"np.zeros({shape})"
        number, place = output
        text, have = tangents.of[number]
        if self.arrays.classes[number].shape:
            layout, leading = self.arrays.layout, tuple(letter for letter in have if letter < 0)
            filled = self.arrays.filled(text, have, number)
            text = f"{layout.flat(filled, leading)}[{layout.index(leading, [place])}]"
            have = layout.letters(leading, ())
        if have == lead:
            return text
        return f"np.broadcast_to({aligned(text, have, lead)}, {shape})"

    def tangents(self, along: dict[int, int] | None) -> Tangents:
        """Write all tangents: in the direction of given arrays, or in all directions at once."""
        reverse = Reverse(self.arrays, self.sigmoids)
        leaves: dict[int, Piece] = {}
        if along is None:
            self.arrays.length[DIRECTION] = str(sum(self.sizes))
        for array, size, first in zip(self.wanted, self.sizes, self._firsts(), strict=True):
            shape = self.request.shapes[array]
            own = tuple(range(len(shape)))
            if along is None:
                unit = np.zeros((sum(self.sizes), size))
                unit[first + np.arange(size), np.arange(size)] = 1.0
                name = self.arrays.sheet.constant("C", unit.reshape(-1, *shape))
                leaves[array] = (name, (DIRECTION, *own))
            else:
                lead = (BATCH,) if self.request.batched[array] else ()
                letters = self.arrays.layout.letters(lead, own)
                leaves[array] = (self.arrays.sheet.arrays[along[array]], letters)
        return Tangents(self.arrays, reverse.slopes, leaves)

    def _firsts(self) -> list[int]:
        return [sum(self.sizes[:k]) for k in range(len(self.sizes))]

    def bent(self, tangents: Tangents) -> list[str]:
        """Write how the gradient moves along."""
        reverse = Reverse(self.arrays, self.sigmoids)
        reverse.write()
        second = ReverseOfTangents(reverse, tangents, self.sigmoids)
        return [second.gradient(array) for array in self.wanted]
