"""With this one can differentiate a rolled program forwards, and its gradient once more.

- `Tangents(arrays, slopes, of_leaves)` writes how every array moves along with the leaves, in one
  direction or in many at once.
- `ReverseOfTangents(…)` writes how every adjoint moves along: a Hessian, forward over reverse, or,
  in one direction, its product with a vector.

Each line of `forward` and `differentiate` is differentiated by the product rule; a direction is one
more leading letter. Directions are chosen, and programs put together, by `higher_program`.
"""

from __future__ import annotations

from autograd_mini.compiler.contract import DIRECTION, aligned
from autograd_mini.compiler.differentiate import Reverse, once
from autograd_mini.compiler.picking import pass_on_take, write_take
from autograd_mini.compiler.terms import joined, product, renamed
from autograd_mini.compiler.trace import LEAF, SILENT, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.compiler.arrays import Arrays
    from autograd_mini.compiler.local_slopes import LocalSlopes
    from autograd_mini.compiler.rolled import Access, Class, Term
    from autograd_mini.compiler.sigmoids import Sigmoids

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["ReverseOfTangents", "Tangents"]


class Tangents:
    """How the arrays of a program move.

    Attributes
    ----------
    of : dict
        For each class that moves its tangent, a piece; it may lack letters along which it is the
        same.

    Parameters
    ----------
    arrays : Arrays
        All written.
    slopes : LocalSlopes
    of_leaves : dict
        For each array that moves its tangent.
    """

    def __init__(self, arrays: Arrays, slopes: LocalSlopes, of_leaves: dict[int, Piece]) -> None:
        self.arrays, self.slopes, self.sheet = arrays, slopes, arrays.sheet
        self.of: dict[int, Piece] = {}
        self.directions = (DIRECTION,) if DIRECTION in arrays.length else ()
        for number, each in enumerate(arrays.classes):
            if each.operation == LEAF:
                if each.array in of_leaves:
                    self.of[number] = of_leaves[each.array]
            elif each.operation not in SILENT and any(self._moves(a) for a in each.used()):
                self._write(number, each)

    def _moves(self, access: Access) -> bool:
        return isinstance(access.of, int) and access.of in self.of

    def axes(self, number: int) -> tuple[int, ...]:
        """Return the letters of a tangent's axes."""
        own = range(len(self.arrays.classes[number].shape))
        return self.arrays.layout.letters(self.lead(number), own)

    def lead(self, number: int) -> tuple[int, ...]:
        """Return the letters of a tangent's leading axes."""
        return (*self.directions, *self.arrays.lead(number))

    def picked(self, access: Access) -> Piece:
        """Return the tangent of an operand, as a loop picks it."""
        return self.arrays.pick(*self.of[access.of], access, access.of)

    def _write(self, number: int, each: Class) -> None:
        piece: Piece | None
        if each.operation == "sum":
            piece = self._sum(number, each)
        elif each.operation == TAKE:
            want = self.axes(number)
            piece = write_take(self.arrays, each, self._item, want), want
        else:
            piece = self._row(number, each)
        if piece is not None:
            name = f"t_{self.arrays.name[number]}"
            self.of[number] = (self.sheet.assign(piece[0], name), piece[1])

    def _sum(self, number: int, each: Class) -> Piece:
        lead = self.lead(number)
        whole: list[Piece] = []
        parts: list[tuple[Term, Piece]] = []
        for term in each.terms:
            for factors, times in self.moved(term):
                out = self.arrays.layout.letters(lead, term.target.letters)
                piece = product(factors, out, term, term.coefficient * times)
                if term.target.is_whole(each.shape):
                    whole.append(renamed(piece, term.target))
                else:
                    parts.append((term, piece))
        if not parts:
            return joined(whole, self.axes(number))
        name = self.sheet.names.new(f"t_{self.arrays.name[number]}")
        self.sheet.line(name, f"{name} = np.zeros({self.arrays.shape(number, lead)})")
        if whole:
            text = aligned(*joined(whole, self.axes(number)), self.axes(number))
            self.sheet.line(name, f"{name} += {text}")
        for term, piece in parts:
            self.arrays.add_into(name, number, lead, term.target, piece)
        return name, self.axes(number)

    def moved(self, term: Term, without: int = -1) -> list[tuple[list[Piece], int]]:
        """Return the parts of a product's tangent: factors, and how often they come.

        One factor may be left out, for the product that stands beside an adjoint.
        """
        kept = [k for k in range(len(term.factors)) if k != without]
        found = []
        for k in kept:
            factor = term.factors[k]
            alike = [j for j in kept if j == k or factor.same(term.factors[j])]
            if alike[0] == k and self._moves(factor):
                others = [self.arrays.load(term.factors[j]) for j in kept if j != k]
                found.append(([self.picked(factor), *others], len(alike)))
        return found

    def _row(self, number: int, each: Class) -> Piece | None:
        if each.operation == "where":
            return self._where(number, each)
        parts = []
        out = self.axes(number)
        for place, access in enumerate(each.operands):
            found = self.slopes.first(number, place) if self._moves(access) else None
            if found is not None:
                factors = [self.picked(access), *found[0]]
                parts.append(product(factors, out, once(each, access), found[1]))
        return joined(parts, out) if parts else None

    def _where(self, number: int, each: Class) -> Piece:
        condition = self.arrays.load(each.operands[0])
        pieces = [
            self.picked(access) if self._moves(access) else ("0.0", ())
            for access in each.operands[1:]
        ]
        found = {letter for _, have in (condition, *pieces) for letter in have}
        letters = tuple(letter for letter in self.axes(number) if letter in found)
        texts = [aligned(*piece, letters) for piece in (condition, *pieces)]
        return f"np.where({', '.join(texts)})", letters

    def _item(self, access: Access) -> Piece:
        """Return the tangent of items among which is picked, with all their letters."""
        if not self._moves(access):
            return "0.0", ()
        text, have = self.of[access.of]
        own = range(len(self.arrays.classes[access.of].shape))
        full = self.arrays.layout.letters([letter for letter in have if letter < 0], own)
        return self.arrays.pick(self.arrays.filled(text, have, access.of), full, access, access.of)


class ReverseOfTangents(Reverse):
    """How the adjoints of a program move.

    Parameters
    ----------
    reverse : Reverse
        Written.
    tangents : Tangents
    sigmoids : Sigmoids
    """

    def __init__(self, reverse: Reverse, tangents: Tangents, sigmoids: Sigmoids) -> None:
        super().__init__(reverse.arrays, sigmoids)
        self.first, self.tangents, self.directions = reverse, tangents, tangents.directions
        self.sweep()

    def _is_reached(self, number: int) -> bool:
        return number in self.first.adjoints

    def _adjoint_name(self, number: int) -> str:
        return f"t_{self.first._adjoint_name(number)}"  # noqa: SLF001 - of the same family

    def _comment(self, number: int, text: str) -> str:
        formula = super()._comment(number, text)
        return f"how {formula} moves" if formula else ""

    def _pass_on(self, number: int) -> None:
        each = self.classes[number]
        moved = self._adjoint(number, 2) if super()._is_reached(number) else None
        if moved is not None:
            self.adjoints[number] = moved
        if each.operation == LEAF:
            return
        text, have = self.first.adjoints[number]
        adjoint = self.sheet.assign(text, self.first._adjoint_name(number)), have  # noqa: SLF001
        if moved is not None:
            self._pass_on_moved(number, each, moved)
        if each.operation == "sum":
            for term in each.terms:
                self._bend_term(number, term, adjoint)
        elif each.operation not in {TAKE, "where"}:
            self._bend_row(number, each, adjoint)

    def _pass_on_moved(self, number: int, each: Class, moved: Piece) -> None:
        """Pass the tangent of an adjoint on as the adjoint is: the slopes stay."""
        if each.operation == TAKE:
            pass_on_take(self, number, each, moved)
        elif each.operation == "sum":
            for term in each.terms:
                self._pass_on_term(number, term, moved)
        else:
            self._pass_on_row(number, each, moved)

    def _bend_term(self, number: int, term: Term, adjoint: Piece) -> None:
        """Pass on the adjoint times the tangents of the other factors."""
        picked = self.arrays.pick(*adjoint, term.target, number)
        for place, factor in enumerate(term.factors):
            if not isinstance(factor.of, int) or factor.of not in self.moves:
                continue
            alike = [k for k, other in enumerate(term.factors) if other.same(factor)]
            for factors, times in self.tangents.moved(term, place) if place == alike[0] else ():
                coefficient = term.coefficient * times * len(alike)
                self.give(factor, [picked, *factors], term, number, coefficient)

    def _bend_row(self, number: int, each: Class, adjoint: Piece) -> None:
        """Pass on the adjoint times the tangents of the slopes."""
        for place, access in enumerate(each.operands):
            if not isinstance(access.of, int) or access.of not in self.moves:
                continue
            for operand, factors, coefficient in self.slopes.second(number, place):
                tangent = self._tangent(number, each, operand)
                if tangent is not None:
                    given = [adjoint, tangent, *factors]
                    self.give(access, given, once(each, access), number, coefficient)

    def _tangent(self, number: int, each: Class, operand: int | None) -> Piece | None:
        if operand is None:
            return self.tangents.of.get(number)
        access = each.operands[operand]
        moves = isinstance(access.of, int) and access.of in self.tangents.of
        return self.tangents.picked(access) if moves else None
