"""With this one can differentiate a rolled program: in reverse, array by array.

- `Reverse(arrays, sigmoids).write()` writes the adjoints, from the result to the leaves;
  `.gradient(array)` gives the text of a gradient.

Of a sum of products each factor gets the product of the others and the adjoint, summed over the
letters that it lacks, so that matrix products transpose by themselves; elementwise rows pass their
partials on (`slopes`); what was picked is added where it was picked from.
"""

from __future__ import annotations

from autograd_mini.compiler.contract import BATCH, aligned
from autograd_mini.compiler.lecture import (
    adjoint_name,
    comment_on_adjoint,
    comment_on_gradient,
    comment_on_slope,
    is_weighted_sum,
    slope_name,
)
from autograd_mini.compiler.picking import pass_on_take
from autograd_mini.compiler.rolled import Access, Term
from autograd_mini.compiler.sheet import NUMBER
from autograd_mini.compiler.slopes import atom, partial, write
from autograd_mini.compiler.terms import joined, product, renamed
from autograd_mini.compiler.trace import LEAF, SILENT, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

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
        self.parts: dict[int, list[Piece]] = {}
        self.buffers: dict[int, str] = {}
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
            name = self.buffer(root)
            axes = tuple(int(k) for k in _unravelled(place, self.classes[root].shape))
            self.arrays.add_into(
                name, root, self._keeps_examples(root), Access(root, axes, ()), (seed, ())
            )
        else:
            self.parts[root] = [(seed, ())]
        for number in reversed(range(len(self.classes))):
            if number in self.moves and (number in self.parts or number in self.buffers):
                self._pass_on(number)

    def _keeps_examples(self, number: int) -> bool:
        """Tell whether an adjoint has the axis of examples."""
        return self.arrays.batched[number] or self.request.each

    def axes(self, number: int) -> tuple[int, ...]:
        """Return the letters of an adjoint's axes, the examples first."""
        own = tuple(range(len(self.classes[number].shape)))
        return (BATCH, *own) if self._keeps_examples(number) else own

    def buffer(self, number: int) -> str:
        """Return the name of the array into which an adjoint's parts are added."""
        if number not in self.buffers:
            name = self.buffers[number] = self.sheet.names.new(self._adjoint_name(number))
            full = self.arrays.shape(number, batched=self._keeps_examples(number))
            self.sheet.line(name, f"{name} = np.zeros({full})")
        return self.buffers[number]

    def _adjoint_name(self, number: int) -> str:
        name = self.arrays.name[number]
        return f"g{name}" if self.classes[number].operation == LEAF else adjoint_name(name)

    def _adjoint(self, number: int, uses: int) -> Piece:
        """Return the adjoint of a class: the sum of what was passed to it."""
        want = self.axes(number)
        parts = self.parts.get(number, [])
        if number in self.buffers:
            name = self.buffers[number]
            if parts:
                self.sheet.line(name, f"{name} += {aligned(*joined(parts, want), want)}")
            return name, want
        text, have = joined(parts, want)
        if uses > 1 or is_weighted_sum(self.arrays.name[number]):
            text = self.sheet.assign(text, self._adjoint_name(number), self._comment(number, text))
        return text, have

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
        used = [*each.operands, *(f for t in each.terms for f in t.factors)]
        uses = sum(1 for a in used if isinstance(a.of, int) and a.of in self.moves)
        adjoint = self._adjoint(number, uses)
        if each.operation == TAKE:
            pass_on_take(self, number, each, adjoint)
        elif each.operation == "sum":
            for term in each.terms:
                self._pass_on_term(number, term, adjoint)
        else:
            self._pass_on_row(number, each, adjoint)

    def _pass_on_term(self, number: int, term: Term, adjoint: Piece) -> None:
        picked = self.arrays.pick(adjoint[0], adjoint[1], term.target, number)
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
        keeps = self._keeps_examples(number)
        out = (BATCH, *access.letters) if keeps else access.letters
        batched = self._keeps_examples(giver) and not keeps
        piece = product(factors, out, term, coefficient, batched=batched)
        if access.axes is not None and access.is_whole(self.classes[number].shape):
            self.parts.setdefault(number, []).append(renamed(piece, access))
        else:
            self.arrays.add_into(self.buffer(number), number, keeps, access, piece)

    def _pass_on_row(self, number: int, each: Class, adjoint: Piece) -> None:
        pieces = [self.arrays.load(access) for access in each.operands]
        want = self.arrays.axes(number)
        for place, access in enumerate(each.operands):
            if not isinstance(access.of, int) or access.of not in self.moves:
                continue
            found = self._slope(number, each, place, pieces, want, adjoint)
            if found is None:
                continue
            factors, coefficient = found
            term = Term(access, 1.0, [], list(each.shape))
            self.give(access, factors, term, number, coefficient)

    def _slope(
        self, number: int, each: Class, place: int, pieces: list[Piece],
        want: tuple[int, ...], adjoint: Piece,
    ) -> tuple[list[Piece], float] | None:  # fmt: skip
        """Return adjoint and local derivative as factors, and a coefficient; None if it is 0."""
        if each.operation == "where":
            return self._where(place, pieces[0], adjoint)
        constants = [
            float(a.of) if not isinstance(a.of, int) and not a.letters else None
            for a in each.operands
        ]
        rule = partial(each.operation, place, constants)
        if rule is None or rule.number == 0.0:
            return None
        if rule.number is not None:
            return [adjoint], rule.number
        letters = self._letters_of(rule, pieces, want)
        texts = [atom(aligned(text, have, letters)) for text, have in pieces]
        if each.operation == "relu" and not NUMBER.fullmatch(adjoint[0]):
            return [adjoint, (self.sheet.assign(f"{texts[0]} > 0", "positive"), letters)], 1.0
        result = self.arrays.name[number]
        if each.operation == "sigmoid":
            name = self.sigmoids.slope(texts[0], slope_name(result), comment_on_slope(result))
        else:
            text = write(rule, texts, result, self.sheet.assign, self.sigmoids.spelled)
            name = self.sheet.assign(text, slope_name(result))
        return [adjoint, (name, letters)], 1.0

    def _where(
        self, place: int, condition: Piece, adjoint: Piece
    ) -> tuple[list[Piece], float] | None:
        if place == 0:
            return None
        union = {*condition[1], *adjoint[1]}
        letters = tuple(sorted(union))
        texts = [aligned(text, have, letters) for text, have in (condition, adjoint)]
        pair = (texts[1], "0.0") if place == 1 else ("0.0", texts[1])
        return [(f"np.where({texts[0]}, {pair[0]}, {pair[1]})", letters)], 1.0

    def _letters_of(self, rule: Any, pieces: Sequence[Piece], want: Sequence[int]) -> Any:
        """Return the letters on which a rule's operands hang."""
        found: set[int] = set()
        for operand in rule.operands():
            found.update(want if operand is None else pieces[operand][1])
        return tuple(letter for letter in want if letter in found)

    def gradient(self, array: int) -> str:
        """Return the text of the gradient by an array, in its full shape."""
        batched = self.request.batched[array] or self.request.each
        sizes = [*(["n"] if batched else []), *map(str, self.request.shapes[array])]
        shape = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
        for number, (text, have) in self.adjoints.items():
            if self.classes[number].array == array and self.classes[number].operation == LEAF:
                want = tuple(range(len(self.request.shapes[array])))
                want = (BATCH, *want) if batched else want
                total = text
                if self.request.examples and self.request.reduce == "mean":
                    total = f"{atom(text)} / N"
                if have == want:
                    return total
                return f"np.broadcast_to({aligned(total, have, want)}, {shape})"
        return f"np.zeros({shape})"


def _unravelled(place: int, shape: Sequence[int]) -> list[int]:
    places = []
    for size in reversed(shape):
        places.append(place % size)
        place //= size
    return places[::-1]
