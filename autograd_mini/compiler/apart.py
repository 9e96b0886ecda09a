"""With this one can take small arrays apart whose elements are only ever used one by one.

- `taken_apart(classes, request)` gives the classes and the request with single numbers in place of
  such arrays.

Rolling puts into one array whatever does the same, even two numbers of a formula that have nothing
else to do with each other. As an array they would be written into it part by part, and read from
it part by part, which nobody would write by hand. What rolls is the business of `classes`.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from autograd_mini.compiler.array_program import Request
from autograd_mini.compiler.chains import RUNNING
from autograd_mini.compiler.layout import with_examples
from autograd_mini.compiler.rolled import Access, Class, Term
from autograd_mini.compiler.trace import LARGEST, LEAF, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["taken_apart"]

FEW = 4
"""How many elements an array has at most that is taken apart."""

WHOLE = frozenset({LEAF, TAKE, RUNNING, LARGEST})
"""What stays as it is."""


def taken_apart(classes: Sequence[Class], request: Request) -> tuple[list[Class], Request]:
    """Return classes and a request in which small arrays are single numbers, where that is better.

    Parameters
    ----------
    classes : sequence of Classes
        Operands before results.
    request : Request
    """
    batched = with_examples(classes, request.batched)
    classes = [_spread(each) if batched[k] else each for k, each in enumerate(classes)]
    apart = _apart(classes, request, batched)
    if not apart:
        return list(classes), request
    sizes = [math.prod(c.shape) if k in apart else 1 for k, c in enumerate(classes)]
    places = [0, *itertools.accumulate(sizes)]
    parting = _Parting(classes, places, apart)
    found = [piece for number in range(len(classes)) for piece in parting.pieces(number)]
    return found, parting.request(request)


def _spread(each: Class) -> Class:
    """Return a class in which a sum over a few numbers of one array is written out."""
    if not any(map(_is_short, each.terms)):
        return each
    spread = Class(each.operation, each.shape)
    spread.nodes = each.nodes
    for term in each.terms:
        spread.terms += _written_out(term) if _is_short(term) else [term]
    return spread


def _summed(term: Term) -> list[int]:
    """Return the letters over which a term is summed."""
    return [k for k in range(len(term.sizes)) if k not in term.target.letters]


def _is_short(term: Term) -> bool:
    arrays = [factor for factor in term.factors if isinstance(factor.of, int)]
    few = 1 < math.prod(term.sizes[k] for k in _summed(term)) <= FEW
    picked = [term.target, *arrays]
    return few and len(arrays) == 1 and all(access.axes is not None for access in picked)


def _written_out(term: Term) -> list[Term]:
    """Return the terms of a sum, one by one."""
    summed, found = _summed(term), []
    kept = {k: new for new, k in enumerate(k for k in range(len(term.sizes)) if k not in summed)}
    sizes = [term.sizes[k] for k in kept]
    nowhere = _Parting([], [], set())
    for place in itertools.product(*(range(term.sizes[k]) for k in summed)):
        known, coefficient, factors = dict(zip(summed, place, strict=True)), term.coefficient, []
        for factor in term.factors:
            fixed = nowhere.fixed(factor, known, kept)
            if isinstance(fixed.of, int) or fixed.letters:
                factors.append(fixed)
            else:
                coefficient *= float(fixed.of)
        axes = tuple(_axis(axis, {}, kept) for axis in term.target.axes)
        target = Access(term.target.of, axes, _renamed(term.target.letters, {}, kept))
        if coefficient:
            found.append(Term(target, coefficient, factors, sizes))
    return found


def _apart(classes: Sequence[Class], request: Request, batched: Sequence[bool]) -> set[int]:
    """Return the classes that are taken apart: of which only single elements are used."""
    kept = {number for number, _ in request.beside}
    found: set[int] = set()
    for number in reversed(range(len(classes))):  # who uses a class stands behind it
        each = classes[number]
        if batched[number] and number not in kept and _is_small(each):
            found.add(number)
        for access, own in _loops(each):
            fixed = own if number in found else ()
            whole = each.operation in WHOLE or not set(access.letters) <= set(fixed)
            if isinstance(access.of, int) and whole:
                kept.add(access.of)
    return found


def _is_small(each: Class) -> bool:
    plain = each.operation not in WHOLE and all(t.target.axes is not None for t in each.terms)
    return plain and 1 < math.prod(each.shape) <= FEW


def _loops(each: Class) -> Iterable[tuple[Access, Iterable[int]]]:
    """Return each access to others, and the letters that stand for places in the class itself."""
    yield from ((access, range(len(each.shape))) for access in each.operands)
    for term in each.terms:
        yield from ((factor, term.target.letters) for factor in term.factors)


class _Parting:
    """Classes that are taken apart: where their elements have gone."""

    def __init__(self, classes: Sequence[Class], places: Sequence[int], apart: set[int]) -> None:
        self.classes, self.places, self.apart = classes, places, apart

    def request(self, old: Request) -> Request:
        """Return what is asked, of the new classes."""
        outputs, beside = (
            [self.element(*output) for output in asked] for asked in (old.outputs, old.beside)
        )
        labels = {self.places[k]: label for k, label in old.labels.items() if k not in self.apart}
        return Request(
            outputs, old.wanted, old.names, old.shapes, old.batched, labels, old.reduce,
            examples=old.examples, beside=beside,
        )  # fmt: skip

    def element(self, number: int, place: int) -> tuple[int, int]:
        """Return where an element has gone."""
        apart = number in self.apart
        return (self.places[number] + place, 0) if apart else (self.places[number], place)

    def pieces(self, number: int) -> list[Class]:
        """Return what stands for a class."""
        each = self.classes[number]
        if number not in self.apart:
            return [self._moved(each)]
        loops = itertools.product(*map(range, each.shape))
        return [self._piece(each, number, place) for place in loops]

    def _moved(self, each: Class) -> Class:
        """Return a class that stays whole, with the new places of its operands."""
        moved = Class(each.operation, each.shape, each.array)
        moved.items, moved.nodes = each.items, each.nodes
        moved.operands = [self.fixed(a, {}) for a in each.operands]
        for term in each.terms:
            factors = [self.fixed(a, {}) for a in term.factors]
            moved.terms.append(Term(term.target, term.coefficient, factors, term.sizes))
        return moved

    def _piece(self, each: Class, number: int, place: tuple[int, ...]) -> Class:
        """Return one element of a class."""
        piece = Class(each.operation)
        fixed = dict(enumerate(place))
        piece.operands = [self.fixed(access, fixed) for access in each.operands]
        target = Access(self.element(number, _flat(place, each.shape))[0], (), ())
        for term in each.terms:
            known = _letters_at(term.target, place)
            if known is not None:
                rest = [k for k in range(len(term.sizes)) if k not in known]
                names = {letter: new for new, letter in enumerate(rest)}
                factors = [self.fixed(a, known, names) for a in term.factors]
                sizes = [term.sizes[k] for k in rest]
                piece.terms.append(Term(target, term.coefficient, factors, sizes))
        return piece

    def fixed(
        self, access: Access, known: Mapping[int, int], names: Mapping[int, int] | None = None
    ) -> Access:
        """Return an access for known places of some letters; the others get new names."""
        if not isinstance(access.of, int):
            index = tuple(known.get(letter, slice(None)) for letter in access.letters)
            numbers = access.of[index] if index else access.of
            return Access(numbers, None, _renamed(access.letters, known, names))
        if not self.classes:
            axes = tuple(_axis(axis, known, names) for axis in access.axes)
            return Access(access.of, axes, _renamed(access.letters, known, names))
        number, shape = self.places[access.of], self.classes[access.of].shape
        letters = _renamed(access.letters, known, names)
        if access.axes is None:
            index = access.index[tuple(known.get(k, slice(None)) for k in access.letters)]
            if letters:
                return Access(number, None, letters, index)
            axes = tuple(int(place) for place in np.unravel_index(int(index), shape))
        else:
            axes = tuple(_axis(axis, known, names) for axis in access.axes)
        if access.of in self.apart:
            return Access(number + _flat(axes, shape), (), ())
        return Access(number, axes, letters)


def _renamed(
    letters: Iterable[int], known: Mapping[int, int], names: Mapping[int, int] | None
) -> tuple[int, ...]:
    rest = [letter for letter in letters if letter not in known]
    return tuple(rest if names is None else [names[letter] for letter in rest])


def _axis(axis: object, known: Mapping[int, int], names: Mapping[int, int] | None) -> object:
    """Return the place on an axis where its letter is known."""
    if not isinstance(axis, tuple):
        return axis
    letter, start, step, count = axis
    if letter in known:
        return start + step * known[letter]
    return axis if names is None else (names[letter], start, step, count)


def _letters_at(target: Access, place: Sequence[int]) -> dict[int, int] | None:
    """Return at which places of its letters a term is added to an element; None if at none."""
    found = {}
    for axis, where in zip(target.axes, place, strict=True):
        if not isinstance(axis, tuple):
            if axis != where:
                return None
            continue
        letter, start, step, count = axis
        at, rest = divmod(where - start, step)
        if rest or not 0 <= at < count:
            return None
        found[letter] = at
    return found


def _flat(place: Sequence[object], shape: Sequence[int]) -> int:
    flat = 0
    for at, size in zip(place, shape, strict=True):
        flat = flat * size + int(at)  # type: ignore[call-overload]
    return flat
