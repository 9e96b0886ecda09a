"""With this one can write products of exponentials in place: prices that grow step by step.

- `write_growth(arrays, number, each, label)` writes a running class that is such a product, and
  gives "" for others, which are the business of `running`.
- `pass_on_growth(reverse, number, each, adjoint)` passes its adjoint on.

Of ``p[t] = exp(s[t]) * p[t-1]`` the adjoint of s[t] is the sum of ``g[u] * p[u]`` over all steps u
from t on: a running sum backwards, which needs p but no factor any more. So p takes the place of
the factors, and the sums that of ``g * p``: as long a way through memory would take longer than
what is computed. No number is divided but by the start.
"""

from __future__ import annotations

from autograd_mini.compiler.contract import aligned
from autograd_mini.compiler.rolled import Access, Term
from autograd_mini.compiler.slopes import atom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.compiler.arrays import Arrays
    from autograd_mini.compiler.differentiate import Reverse
    from autograd_mini.compiler.rolled import Class

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["pass_on_growth", "write_growth"]

STEP = 0
"""The letter of the steps, which are a running class's first axis."""


def write_growth(arrays: Arrays, number: int, each: Class, label: str | None) -> str:
    """Return the name of a product of exponentials; "" if a running class is none.

    Parameters
    ----------
    arrays : Arrays
    number : int
        Of the class.
    each : Class
    label : str or None
        What it is called.
    """
    start, factors, terms = each.operands
    if not (_is_nothing(terms) and _is_own(arrays, number, factors)):
        return ""
    want, exponentials = arrays.axes(number), arrays.name[factors.of]
    arrays.sheet.forget(exponentials)
    arrays.growing.add(number)
    before = aligned(*arrays.load(start), tuple(letter for letter in want if letter != STEP))
    text = f"growing({exponentials}, {before}, {want.index(STEP)})"
    return arrays.sheet.assign(text, label or "p")


def _is_nothing(terms: Access) -> bool:
    return not isinstance(terms.of, int) and not terms.letters and float(terms.of) == 0.0


def _is_own(arrays: Arrays, number: int, factors: Access) -> bool:
    """Tell whether factors are a whole array of exponentials that nothing else needs."""
    if not isinstance(factors.of, int) or arrays.classes[factors.of].operation != "exp":
        return False
    found = arrays.classes[factors.of]
    (exponents,) = found.operands
    _, have = arrays.load(exponents)
    own = tuple(range(len(found.shape)))
    in_order = factors.letters == own and factors.is_whole(found.shape)
    alike = arrays.batched[factors.of] == arrays.batched[number]
    every = set(have) == set(arrays.axes(factors.of))  # else it is a view that repeats
    return in_order and alike and every and not _is_needed(arrays, factors.of)


def _is_needed(arrays: Arrays, number: int) -> bool:
    """Tell whether more than one class uses an array, or the caller gets it."""
    uses = sum(access.of == number for each in arrays.classes for access in _of_classes(each))
    results = {output for output, _ in (*arrays.request.outputs, *arrays.request.beside)}
    return uses > 1 or number in results or arrays.name.count(arrays.name[number]) > 1


def _of_classes(each: Class) -> list[Access]:
    return [access for access in each.used() if isinstance(access.of, int)]


def pass_on_growth(reverse: Reverse, number: int, each: Class, adjoint: Piece) -> None:
    """Pass the adjoint of a product of exponentials on to its start and its exponents.

    Parameters
    ----------
    reverse : Reverse
    number : int
        Of the class.
    each : Class
    adjoint : (text, letters)
        What is passed to the steps from outside.
    """
    start, factors, _ = each.operands
    want, name = reverse.axes(number), reverse.arrays.name[number]
    given = atom(aligned(*adjoint, want))
    text = f"adding_back({given} * {name}, {want.index(STEP)})"
    sums = (reverse.sheet.assign(text, "d_growth"), want)
    exponential = reverse.classes[factors.of]
    (exponents,) = exponential.operands
    if isinstance(exponents.of, int) and exponents.of in reverse.moves:
        loop = Term(exponents, 1.0, [], list(exponential.shape))
        reverse.give(exponents, [sums], loop, factors.of)
    if isinstance(start.of, int) and start.of in reverse.moves:
        _pass_to_start(reverse, number, each, sums)


def _pass_to_start(reverse: Reverse, number: int, each: Class, sums: Piece) -> None:
    start = each.operands[0]
    axes = [(letter, 0, 1, size) for letter, size in enumerate(each.shape)]
    at_first = Access(number, (0, *axes[1:]), tuple(range(1, len(axes))))
    first = reverse.arrays.pick(*sums, at_first, number)
    text, letters = reverse.arrays.load(start)
    share = (f"1.0 / not_tiny({text})", letters)
    reverse.give(start, [first, share], Term(start, 1.0, [], [1, *each.shape[1:]]), number)
