"""With this one can write the arrays of a rolled trace, from the leaves to the results.

- `Forward(arrays, sigmoids).write()` writes every class; `.result(…)` gives a result's text.

The way back does not live here: `differentiate` goes it.
"""

from __future__ import annotations

import math

from autograd_mini.compiler.chains import RUNNING
from autograd_mini.compiler.contract import aligned
from autograd_mini.compiler.factors import is_power_of_two
from autograd_mini.compiler.growth import write_growth
from autograd_mini.compiler.loop_writing import write_history
from autograd_mini.compiler.loops import History
from autograd_mini.compiler.picking import write_take
from autograd_mini.compiler.powers import power
from autograd_mini.compiler.rolled import Access
from autograd_mini.compiler.running import write_running
from autograd_mini.compiler.sheet import NUMBER
from autograd_mini.compiler.slopes import atom, literal
from autograd_mini.compiler.terms import joined, product, renamed
from autograd_mini.compiler.trace import LARGEST, LEAF, TAKE
from autograd_mini.compiler.vanishing import unseen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from autograd_mini.compiler.arrays import Arrays
    from autograd_mini.compiler.rolled import Class, Term
    from autograd_mini.compiler.sigmoids import Sigmoids

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["Forward"]

UNSEEN = "infinity here need not show in the results"
"""What stands beside a check."""

ALONG_AXIS = {"maximum": "max", "minimum": "min", LARGEST: "argmax"}
"""What is found along a whole axis of an array, by NumPy's names."""


class Forward:
    """The way from the leaves to the results.

    Parameters
    ----------
    arrays : Arrays
    sigmoids : Sigmoids
    """

    def __init__(self, arrays: Arrays, sigmoids: Sigmoids) -> None:
        self.arrays, self.sigmoids = arrays, sigmoids
        self.classes, self.request, self.sheet = arrays.classes, arrays.request, arrays.sheet

    def write(self, checked: Collection[int] = ()) -> None:
        """Write every class; those that are `checked` elsewhere must be finite anyhow."""
        for number, each in enumerate(self.classes):
            if each.operation == LEAF:
                self.arrays.name[number] = self.sheet.arrays[each.array]
                continue
            label = self.request.labels.get(number)
            if isinstance(each, History):
                write_history(self, number, each)
                continue
            if each.operation == TAKE:
                text = write_take(self.arrays, each, self.arrays.load, self.arrays.axes(number))
                self.arrays.name[number] = self.sheet.assign(text, label or "taken")
            elif each.operation == RUNNING:
                grown = write_growth(self.arrays, number, each, label)
                self.arrays.name[number] = grown or write_running(self.arrays, number, each, label)
            elif each.operation == "sum":
                self.arrays.name[number] = self._sum(number, each, label)
            else:
                self.arrays.name[number] = self._row(number, each, label)
        for number in unseen(self.classes, self.request.outputs):
            if number in checked:
                continue
            self.sheet.check(self.arrays.name[number], UNSEEN)

    def _shape(self, number: int) -> str:
        return self.arrays.shape(number, self.arrays.lead(number))

    def _row(self, number: int, each: Class, label: str | None) -> str:
        want = self.arrays.axes(number)
        pieces = [self.arrays.load(access) for access in each.operands]
        texts = [atom(aligned(text, have, want)) for text, have in pieces]
        found = {letter for _, have in pieces for letter in have}
        text = self._along_axis(each, want) or self._spelled(each.operation, texts, label)
        if each.operation in {"stop", "identity"} and found == set(want):
            return self.sheet.assign(texts[0], label)
        if found != set(want):
            text = f"np.broadcast_to({text}, {self._shape(number)})"
        comment = self.sigmoids.comment(each.operation, texts)
        return self.sheet.assign(text, label or _short(each.operation), comment)

    def _spelled(self, operation: str, texts: list[str], label: str | None) -> str:
        """Return the text of a row; a half is multiplied, which is faster and gives the same."""
        if operation == "divide" and NUMBER.fullmatch(texts[1]):
            divisor = float(texts[1].strip("()"))
            if is_power_of_two(divisor) and NUMBER.fullmatch(texts[0]) is None:
                return f"{literal(1.0 / divisor)} * {texts[0]}"
        written = power(*texts) if operation == "power" else ""
        return written or self.sigmoids.spelled(operation, texts, label)

    def _along_axis(self, each: Class, want: Sequence[int]) -> str:
        """Return the text of a maximum over a whole axis of one array; nothing if it is none."""
        first = each.operands[0]
        if each.operation not in ALONG_AXIS or not isinstance(first.of, int):
            return ""
        shape = self.classes[first.of].shape
        for place, size in enumerate(shape):
            if len(each.operands) == size and all(
                operand.at(first, place) == index for index, operand in enumerate(each.operands)
            ):
                rest = [axis for k, axis in enumerate(first.axes) if k != place]
                letters = [axis[0] for axis in rest if isinstance(axis, tuple)]
                if len(letters) == len(shape) - 1 and Access(None, tuple(rest), ()).is_whole(
                    [n for k, n in enumerate(shape) if k != place]
                ):
                    axis = self.arrays.axes(first.of).index(place)
                    text = f"{self.arrays.name[first.of]}.{ALONG_AXIS[each.operation]}({axis})"
                    have = self.arrays.layout.letters(self.arrays.lead(first.of), letters)
                    return aligned(text, have, want)
        return ""

    def _sum(self, number: int, each: Class, label: str | None) -> str:
        want = self.arrays.axes(number)
        shape = each.shape
        whole: list[Piece] = []
        parts: list[tuple[Access, Piece]] = []
        for term in each.terms:
            piece = self._term(term, self.arrays.lead(number))
            if term.target.is_whole(shape):
                whole.append(renamed(piece, term.target))
            else:
                parts.append((term.target, piece))
        several = each.terms and len(each.terms[0].factors) > 1
        wish = label or ("s" if several or self.arrays.counter else "t")
        if not parts:
            text, have = joined(whole, want)
            if set(have) != set(want):
                text = f"np.broadcast_to({aligned(text, have, want)}, {self._shape(number)})"
            name = self.sheet.assign(text, wish)
            self._note_negation(each, name)
            return name
        return self._in_parts(number, whole, parts, self.sheet.names.new(wish))

    def _in_parts(
        self, number: int, whole: Sequence[Piece], parts: Sequence[tuple[Access, Piece]], name: str
    ) -> str:
        """Write a sum of which terms are added to parts of it; at one go if none overlap."""
        want, lead = self.arrays.axes(number), self.arrays.lead(number)
        if not whole and all(access.axes is not None for access, _ in parts):
            parts = self.arrays.by_part(lead, parts)
            if self.arrays.is_tiled(number, [access for access, _ in parts]):
                self.sheet.line(name, f"{name} = np.empty({self._shape(number)})")
                self.arrays.fill(name, number, lead, parts)
                return name
        self.sheet.line(name, f"{name} = np.zeros({self._shape(number)})")
        if whole:
            self.sheet.line(name, f"{name} += {aligned(*joined(whole, want), want)}")
        for access, piece in parts:
            self.arrays.add_into(name, number, lead, access, piece)
        return name

    def _note_negation(self, each: Class, name: str) -> None:
        if len(each.terms) == 1:
            term = each.terms[0]
            if term.coefficient == -1.0 and len(term.factors) == 1:
                (factor,) = term.factors
                whole = isinstance(factor.of, int) and factor.is_whole(
                    self.classes[factor.of].shape
                )
                if whole and factor.letters == term.target.letters:
                    self.sigmoids.negation_of[name] = self.arrays.name[factor.of]

    def _term(self, term: Term, lead: Sequence[int]) -> Piece:
        """Return a term over the letters of its target."""
        out = self.arrays.layout.letters(lead, term.target.letters)
        return product([self.arrays.load(f) for f in term.factors], out, term, term.coefficient)

    def result(self, number: int, place: int) -> str:
        """Return the text of a result."""
        text = self.arrays.element(number, place)
        reduce = self.request.reduce
        if not self.request.examples:
            return text
        if reduce is None:
            return text if self.arrays.batched[number] else f"np.broadcast_to({text}, n)"
        total = self._total(number, text)
        return self.sheet.assign(f"{total} / N" if reduce == "mean" else total, "value")

    def beside(self) -> str:
        """Return the text of the results that are kept for each example: a column for each."""
        number = self.request.beside[0][0]
        whole = [(number, place) for place in range(math.prod(self.classes[number].shape))]
        if self.request.beside == whole and self.arrays.batched[number]:
            layout = self.arrays.layout
            flat = layout.flat(self.arrays.name[number], self.arrays.lead(number))
            return f"{flat}.T" if layout.examples_last else flat
        columns = [
            f"np.broadcast_to({self.arrays.element(number, place)}, n)"
            for number, place in self.request.beside
        ]
        return f"np.stack([{', '.join(columns)}], -1)"

    def _total(self, number: int, text: str) -> str:
        """Return the sum of a result over the examples; of a sum of products at one go."""
        each = self.classes[number]
        if not self.arrays.batched[number]:
            return f"n * {text}"
        if each.operation != "sum" or each.shape:
            return f"{text}.sum()"
        pieces = [
            product([self.arrays.load(f) for f in t.factors], (), t, t.coefficient, batched=True)
            for t in each.terms
        ]
        return f"({joined(pieces, ())[0]})"


def _short(operation: str) -> str:
    return operation if len(operation) < 9 else "t"
