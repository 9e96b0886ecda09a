"""With this one can write Jacobians, Hessians and products with them as programs over arrays.

- `higher_program(classes, request, kind, outputs, seeds)` gives an `ArrayProgram`.

A Jacobian goes in reverse, with a direction for each result, or forwards, with one for each number
to differentiate by; a Hessian goes forwards over reverse, and its product with a vector does so in
the vector's direction alone. Which way, and the directions, are chosen by `higher`.
"""

from __future__ import annotations

import itertools
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
    seeds: dict[int, int],
) -> ArrayProgram:
    """Return a program of higher derivatives.

    Parameters
    ----------
    classes : sequence of Classes
    request : Request
        Its `wanted` are the arrays to differentiate by.
    kind : {"jacobian", "hessian", "hvp"}
    outputs : sequence of (class, place), or None for a constant
    seeds : dict
        For each of those arrays the one that says how it moves: for "hvp" in one direction, else
        in many, which come first. None for a Jacobian in reverse.

    Returns
    -------
    ArrayProgram
        Its `run` returns the results, which say whether the point lies within the domain, and
        arrays: of a Jacobian in reverse and of a Hessian one for each array to differentiate by,
        (directions, [examples,] …); of a Jacobian forwards a single one, (directions, [examples,]
        results); of a product one for each array.
    """
    writing = _Writing(classes, request, outputs, directed=kind != "hvp")
    if kind != "jacobian":
        found = writing.bent(writing.tangents(seeds))
    elif seeds:
        found = [writing.jacobian_forwards(seeds)]
    else:
        found = writing.jacobian_in_reverse()
    program = finished(writing.arrays, writing.results(), found)
    if kind == "jacobian" and not seeds:
        program.cells *= len(outputs)
    return program


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
        self.request, self.outputs = request, list(outputs)
        self.arrays = Arrays(classes, request, Sheet(request.names), directed=directed)
        self.sigmoids, self.directed = Sigmoids(self.arrays.sheet), directed
        Forward(self.arrays, self.sigmoids).write()

    def results(self) -> list[str]:
        """Return the names of the arrays of which results are parts."""
        roots = dict.fromkeys(output[0] for output in self.outputs if output is not None)
        return [self.arrays.name[root] for root in roots]

    def jacobian_in_reverse(self) -> list[str]:
        """Write the adjoints of all results."""
        reverse = Reverse(self.arrays, self.sigmoids)
        reverse.write_rows(self.outputs)
        return [reverse.gradient(array) for array in self.request.wanted or ()]

    def jacobian_forwards(self, seeds: dict[int, int]) -> str:
        """Write the tangents of all results: results that stand together at one go."""
        tangents = self.tangents(seeds)
        lead = (DIRECTION, BATCH) if self.request.examples else (DIRECTION,)
        parts = []
        for root, group in itertools.groupby(self.outputs, lambda o: -1 if o is None else o[0]):
            places = [0 if output is None else output[1] for output in group]
            parts.append(self._columns(tangents.of.get(root), root, places, lead))
        return parts[0] if len(parts) == 1 else f"np.concatenate([{', '.join(parts)}], -1)"

    def _columns(
        self, tangent: Piece | None, root: int, places: list[int], lead: tuple[int, ...]
    ) -> str:
        """Return the text of the tangents of some elements of one array, along the last axis."""
        layout = self.arrays.layout
        shape = layout.shape(lead, [len(places)])
        if tangent is None:
            return f"np.zeros({shape})"
        text, have = tangent
        leading, own = tuple(k for k in have if k < 0), self.arrays.classes[root].shape
        text = self.arrays.filled(text, have, root)
        if len(own) != 1:
            text = layout.flat(text, leading)
        if places != list(range(math.prod(own))):
            index = self.arrays.sheet.constant("I", np.array(places))
            text = f"{text}[{layout.index(leading, [index])}]"
        if leading == lead:
            return text
        return f"np.broadcast_to({aligned(text, (*leading, 0), (*lead, 0))}, {shape})"

    def tangents(self, seeds: dict[int, int]) -> Tangents:
        """Write all tangents, from those of the arrays to differentiate by."""
        arrays, sheet = self.arrays, self.arrays.sheet
        leaves: dict[int, Piece] = {}
        for array, seed in seeds.items():
            lead = (BATCH,) if self.request.batched[array] and not self.directed else ()
            own = range(len(self.request.shapes[array]))
            letters = arrays.layout.letters((DIRECTION,) if self.directed else lead, own)
            leaves[array] = (sheet.arrays[seed], letters)
        if self.directed:
            count = sheet.names.new("directions")
            sheet.line(count, f"{count} = len({sheet.arrays[next(iter(seeds.values()))]})")
            arrays.length[DIRECTION] = count
        return Tangents(arrays, Reverse(arrays, self.sigmoids).slopes, leaves)

    def bent(self, tangents: Tangents) -> list[str]:
        """Write how the gradient moves along."""
        reverse = Reverse(self.arrays, self.sigmoids)
        reverse.write()
        second = ReverseOfTangents(reverse, tangents, self.sigmoids)
        return [second.gradient(array) for array in self.request.wanted or ()]
