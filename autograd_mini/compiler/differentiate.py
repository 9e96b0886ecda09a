"""With this one can differentiate a rolled program: in reverse, array by array.

- `Reverse(arrays, sigmoids).write()` writes the adjoints, from the result to the leaves;
  `.gradient(array)` gives the text of a gradient.

Of a sum of products each factor gets the product of the others and the adjoint, summed over the
letters that it lacks, so that matrix products transpose by themselves; elementwise rows pass their
partials on (`slopes`); what was picked is added where it was picked from.
"""

from __future__ import annotations

import math

import numpy as np

from autograd_mini.compiler.chains import RUNNING
from autograd_mini.compiler.contract import BATCH, DIRECTION, aligned
from autograd_mini.compiler.factors import unscaled
from autograd_mini.compiler.growth import pass_on_growth
from autograd_mini.compiler.lecture import (
    adjoint_name,
    comment_on_adjoint,
    comment_on_gradient,
    is_weighted_sum,
)
from autograd_mini.compiler.local_slopes import LocalSlopes
from autograd_mini.compiler.loop_reverse import pass_on_history
from autograd_mini.compiler.loops import History
from autograd_mini.compiler.picking import pass_on_take
from autograd_mini.compiler.rolled import Access, Term
from autograd_mini.compiler.running import pass_on_running
from autograd_mini.compiler.sheet import NUMBER
from autograd_mini.compiler.slopes import atom
from autograd_mini.compiler.terms import joined, product, renamed
from autograd_mini.compiler.trace import LEAF, SILENT, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.compiler.arrays import Arrays
    from autograd_mini.compiler.rolled import Class
    from autograd_mini.compiler.sigmoids import Sigmoids

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["Reverse"]


class Reverse:
    """The way from the result to the leaves.

    Parameters
    ----------
    arrays : Arrays
        All written.
    sigmoids : Sigmoids
    """

    def __init__(self, arrays: Arrays, sigmoids: Sigmoids) -> None:
        self.arrays, self.sigmoids = arrays, sigmoids
        self.classes, self.request, self.sheet = arrays.classes, arrays.request, arrays.sheet
        self.slopes = LocalSlopes(arrays, sigmoids)
        self.directions: tuple[int, ...] = ()
        self.parts: dict[int, list[Piece]] = {}
        self.buffers: dict[int, str] = {}
        self.pending: dict[int, list[tuple[Access, Piece]]] = {}
        self.adjoints: dict[int, Piece] = {}
        self.moves = self._dependents()

    def _dependents(self) -> set[int]:
        wanted = set(self.request.wanted or ())
        found: set[int] = set()
        for number, each in enumerate(self.classes):
            if each.operation == LEAF:
                if each.array in wanted:
                    found.add(number)
            elif each.operation not in SILENT:
                used = [*each.operands, *(f for t in each.terms for f in t.factors)]
                if any(isinstance(a.of, int) and a.of in found for a in used):
                    found.add(number)
        return found

    def write(self) -> None:
        """Write the adjoints, from the result to the leaves."""
        (root, place), *_ = self.request.outputs
        alone = (
            self.arrays.batched[root] or not self.request.examples or self.request.reduce is None
        )
        seed = "1.0" if alone else "n"
        if self.classes[root].shape:
            axes = tuple(int(k) for k in _unravelled(place, self.classes[root].shape))
            self.pending[root] = [(Access(root, axes, ()), (seed, ()))]
        else:
            self.parts[root] = [(seed, ())]
        self.sweep()

    def write_rows(self, outputs: Sequence[tuple[int, int] | None]) -> None:
        """Write the adjoints of many results at once, each a direction; None for a constant."""
        self.directions = (DIRECTION,)
        self.arrays.length[DIRECTION] = str(len(outputs))
        for root in dict.fromkeys(output[0] for output in outputs if output is not None):
            shape = self.classes[root].shape
            rows = np.zeros((len(outputs), math.prod(shape)))
            for row, output in enumerate(outputs):
                if output is not None and output[0] == root:
                    rows[row, output[1]] = 1.0
            seeds = self.sheet.constant("C", rows.reshape(len(outputs), *shape))
            self.parts[root] = [(seeds, (DIRECTION, *range(len(shape))))]
        self.sweep()

    def sweep(self) -> None:
        """Write the adjoints of all classes that anything was given to."""
        for number in reversed(range(len(self.classes))):
            if number in self.moves and self._is_reached(number):
                self._pass_on(number)

    def _is_reached(self, number: int) -> bool:
        each = self.classes[number]
        if isinstance(each, History):  # all that a loop leaves behind is one
            several = [left.history for left in each.loop.left]
            return any(map(self._has_parts, several))
        return self._has_parts(number)

    def _has_parts(self, number: int) -> bool:
        return number in self.parts or number in self.buffers or number in self.pending

    def _keeps_examples(self, number: int) -> bool:
        """Tell whether an adjoint has the axis of examples."""
        return self.arrays.batched[number] or self.request.each

    def axes(self, number: int) -> tuple[int, ...]:
        """Return the letters of an adjoint's axes, in order."""
        own = range(len(self.classes[number].shape))
        return self.arrays.layout.letters(self.lead(number), own)

    def lead(self, number: int) -> tuple[int, ...]:
        """Return the letters of an adjoint's leading axes."""
        return (*self.directions, BATCH) if self._keeps_examples(number) else self.directions

    def buffer(self, number: int) -> str:
        """Return the name of the array into which an adjoint's parts are added."""
        return self.buffers[number] if number in self.buffers else self._named(number, "np.zeros")

    def _named(self, number: int, maker: str) -> str:
        """Return the name of a new array for an adjoint."""
        name = self.buffers[number] = self.sheet.names.new(self._adjoint_name(number))
        full = self.arrays.shape(number, self.lead(number))
        self.sheet.line(name, f"{name} = {maker}({full})")
        return name

    def completed(self, number: int) -> str:
        """Return the name of the array of an adjoint to which all parts are added."""
        name = self.buffer(number)
        self._adjoint(number, 2)
        return name

    def _adjoint_name(self, number: int) -> str:
        name = self.arrays.name[number]
        return f"g{name}" if self.classes[number].operation == LEAF else adjoint_name(name)

    def _adjoint(self, number: int, uses: int) -> Piece:
        """Return the adjoint of a class: the sum of what was passed to it."""
        want = self.axes(number)
        parts = self.parts.get(number, [])
        if number in self.pending:
            self._gather(number, parts)
        elif number in self.buffers and parts:
            name = self.buffers[number]
            self.sheet.line(name, f"{name} += {aligned(*joined(parts, want), want)}")
        if number in self.buffers:
            return self.buffers[number], want
        text, have = joined(parts, want)
        if is_weighted_sum(self.arrays.name[number]):
            text = self.sheet.assign(text, self._adjoint_name(number), self._comment(number, text))
        elif uses > 1:
            text = self._written(number, text)
        return text, have

    def _written(self, number: int, text: str) -> str:
        """Return an adjoint that several need, by a name; its number or sign melts where needed."""
        coefficient, rest = unscaled(text)
        if rest.isidentifier():
            return text
        name = self._adjoint_name(number)
        if coefficient == -1.0:
            return f"-{self.sheet.assign(rest, f'minus_{name}')}"
        return self.sheet.assign(text, name, self._comment(number, text))

    def _gather(self, number: int, parts: Sequence[Piece]) -> None:
        """Write an adjoint of which parts were given: each at one go, if none overlap."""
        lead, want = self.lead(number), self.axes(number)
        pieces = self.arrays.by_part(lead, self.pending.pop(number))
        is_new = number not in self.buffers
        if is_new and not parts and self.arrays.is_tiled(number, [a for a, _ in pieces]):
            self.arrays.fill(self._named(number, "np.empty"), number, lead, pieces)
            return
        name = self.buffer(number)
        if parts:
            self.sheet.line(name, f"{name} += {aligned(*joined(parts, want), want)}")
        for access, piece in pieces:
            self.arrays.add_into(name, number, lead, access, piece)

    def _comment(self, number: int, text: str) -> str:
        name = self.arrays.name[number]
        if self.classes[number].operation == LEAF and "delta" in text:
            return comment_on_gradient(name)
        return comment_on_adjoint(name, self.arrays.name)

    def _pass_on(self, number: int) -> None:
        each = self.classes[number]
        if each.operation == LEAF:
            self.adjoints[number] = self._adjoint(number, 2)
            return
        if isinstance(each, History):
            pass_on_history(self, number, each)
            return
        used = [*each.operands, *(f for t in each.terms for f in distinct(t.factors))]
        uses = sum(1 for a in used if isinstance(a.of, int) and a.of in self.moves)
        adjoint = self.adjoints[number] = self._adjoint(number, uses)
        if each.operation == TAKE:
            pass_on_take(self, number, each, adjoint)
        elif each.operation == RUNNING:
            grows = number in self.arrays.growing
            (pass_on_growth if grows else pass_on_running)(self, number, each, adjoint)
        elif each.operation == "sum":
            for term in each.terms:
                self._pass_on_term(number, term, adjoint)
        else:
            self._pass_on_row(number, each, adjoint)

    def _pass_on_term(self, number: int, term: Term, adjoint: Piece) -> None:
        picked = self.arrays.pick(*adjoint, term.target, number)
        loaded = [self.arrays.load(factor) for factor in term.factors]
        for place, factor in enumerate(term.factors):
            if not isinstance(factor.of, int) or factor.of not in self.moves:
                continue
            alike = [k for k, other in enumerate(term.factors) if other.same(factor)]
            if place == alike[0]:
                others = [picked, *(piece for k, piece in enumerate(loaded) if k != place)]
                coefficient = term.coefficient * len(alike)
                self.give(factor, others, term, number, coefficient)

    def give(
        self, access: Access, factors: list[Piece], term: Term, giver: int, coefficient: float = 1.0
    ) -> None:
        """Add a product to the adjoint of what an access of another class picks from."""
        number = access.of
        out = self.arrays.layout.letters(self.lead(number), access.letters)
        batched = self._keeps_examples(giver) and not self._keeps_examples(number)
        piece = product(factors, out, term, coefficient, batched=batched)
        if access.axes is not None and access.is_whole(self.classes[number].shape):
            self.parts.setdefault(number, []).append(renamed(piece, access))
        elif access.axes is not None:
            self.pending.setdefault(number, []).append((access, piece))
        else:
            self.arrays.add_into(self.buffer(number), number, self.lead(number), access, piece)

    def _pass_on_row(self, number: int, each: Class, adjoint: Piece) -> None:
        for place, access in enumerate(each.operands):
            if not isinstance(access.of, int) or access.of not in self.moves:
                continue
            if each.operation == "where":
                self.choose(number, place, adjoint)
                continue
            alone = NUMBER.fullmatch(adjoint[0]) is not None
            found = self.slopes.first(number, place, alone=alone)
            if found is not None:
                self.give(access, [adjoint, *found[0]], once(each, access), number, found[1])

    def choose(self, number: int, place: int, adjoint: Piece) -> None:
        """Pass the adjoint of `where` on to one of its branches, where that was chosen."""
        each = self.classes[number]
        access, condition = each.operands[place], self.arrays.load(each.operands[0])
        union = {*condition[1], *adjoint[1]}
        letters = tuple(letter for letter in self.axes(number) if letter in union)
        texts = [aligned(text, have, letters) for text, have in (condition, adjoint)]
        pair = (texts[1], "0.0") if place == 1 else ("0.0", texts[1])
        piece = (f"np.where({texts[0]}, {pair[0]}, {pair[1]})", letters)
        self.give(access, [piece], once(each, access), number)

    def gradient(self, array: int) -> str:
        """Return the text of the gradient by an array, in its full shape."""
        batched = self.request.batched[array] or self.request.each
        lead = (*self.directions, BATCH) if batched else self.directions
        found = self._gradient(array, lead)
        turned = self.arrays.layout.examples_last and batched and self.request.shapes[array]
        return f"first({found})" if turned else found

    def _gradient(self, array: int, lead: Sequence[int]) -> str:
        layout, own = self.arrays.layout, self.request.shapes[array]
        shape, want = layout.shape(lead, own), layout.letters(lead, range(len(own)))
        for number, (text, have) in self.adjoints.items():
            if self.classes[number].array == array and self.classes[number].operation == LEAF:
                total = text
                if self.request.examples and self.request.reduce == "mean":
                    total = f"{atom(text)} / N"
                if have == want:
                    return total
                return f"np.broadcast_to({aligned(total, have, want)}, {shape})"
        return f"np.zeros({shape})"


def once(each: Class, access: Access) -> Term:
    """Return the loop of a class of rows, which gives each element of an operand its part."""
    return Term(access, 1.0, [], list(each.shape))


def distinct(factors: Sequence[Access]) -> list[Access]:
    """Return the factors of a product, each power once."""
    return [f for k, f in enumerate(factors) if not any(f.same(g) for g in factors[:k])]


def _unravelled(place: int, shape: Sequence[int]) -> list[int]:
    places = []
    for size in reversed(shape):
        places.append(place % size)
        place //= size
    return places[::-1]
