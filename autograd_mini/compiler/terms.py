"""With this one can write the terms of a sum: products, summed over what the target lacks.

- `product(factors, out, term, coefficient)` writes one, `joined(parts, want)` their sum.

Pieces are texts with the letters of their axes; what letters are, and how arrays are multiplied
over them, lies in `contract`.
"""

from __future__ import annotations

from autograd_mini.compiler.contract import BATCH, aligned, contract, scaled
from autograd_mini.compiler.factors import unscaled, without_divisors
from autograd_mini.compiler.sheet import NUMBER
from autograd_mini.compiler.slopes import atom, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.compiler.rolled import Access, Term

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["joined", "product", "renamed"]


def product(
    factors: Sequence[Piece], out: Sequence[int], term: Term, coefficient: float,
    *, batched: bool = False,
) -> Piece:  # fmt: skip
    """Return a product summed over what `out` lacks; letters that no factor has count."""
    have = {letter for _, letters in factors for letter in letters}
    for letter, size in enumerate(term.sizes):
        if letter not in have and letter not in out:
            coefficient *= size
    rest: list[Piece] = []
    for text, letters in factors:
        number, array = unscaled(text)
        if NUMBER.fullmatch(array):
            coefficient *= number * float(array.strip("()"))
        else:
            coefficient *= number
            rest.append((array, letters))
    if batched and BATCH not in have and BATCH not in out:
        rest = [*rest, ("n", ())]
    if not rest:
        return literal(coefficient), ()
    above, below = _divided(rest, out)
    if not above:
        return _quotient((literal(coefficient), ()), below, out)
    if coefficient not in {1.0, -1.0}:
        small = min(range(len(above)), key=lambda k: len(above[k][1]))
        text, own = above[small]
        if len(own) < max(len(several) for _, several in above):
            # a pass over a small array in place of one over the result
            above[small], coefficient = (scaled(text, coefficient), own), 1.0
    text, letters = _quotient(contract(above, out), below, out)
    return scaled(text, coefficient), letters


def _divided(factors: Sequence[Piece], out: Sequence[int]) -> tuple[list[Piece], list[Piece]]:
    """Return the factors of a product, and by what it is divided once it is summed.

    The first factor, which is the adjoint, is divided at once if nothing is summed: so its quotient
    has the same text wherever it is needed. A divisor with fewer axes is inverted, so that a large
    array is multiplied.
    """
    above, dividing = without_divisors(factors)
    have = {letter for _, letters in above for letter in letters}
    below = []
    for text, letters in dividing:
        stays = set(letters) <= set(out)
        alike = [k for k, piece in enumerate(above) if set(piece[1]) == set(letters)]
        if alike and (not stays or (have <= set(out) and alike[0] == 0)):
            dividend, own = above[alike[0]]
            divided = f"{atom(dividend)} / {atom(aligned(text, letters, own))}"
            above[alike[0]] = (divided, own)
        elif stays and have & set(out) <= set(letters):
            below.append((text, letters))
        else:
            above.append((f"1.0 / {atom(text)}", letters))
    return above, below


def _quotient(piece: Piece, below: Sequence[Piece], out: Sequence[int]) -> Piece:
    """Return a product divided by arrays."""
    text, have = piece
    for divisor, letters in below:
        union = tuple(letter for letter in out if letter in have or letter in letters)
        text = f"{atom(aligned(text, have, union))} / {atom(aligned(divisor, letters, union))}"
        have = union
    return text, have


def renamed(piece: Piece, access: Access) -> Piece:
    """Return a product whose letters are the axes of what it is added to."""
    place = {axis[0]: k for k, axis in enumerate(access.axes) if isinstance(axis, tuple)}
    return piece[0], tuple(place.get(letter, letter) for letter in piece[1])


def joined(parts: Sequence[Piece], want: Sequence[int]) -> Piece:
    """Return the sum of arrays, over those letters that any of them has."""
    have = tuple(letter for letter in want if any(letter in letters for _, letters in parts))
    text = ""
    pieces = [aligned(part, letters, have) for part, letters in parts]
    if len(pieces) > 1:
        pieces = [p.strip("()") if NUMBER.fullmatch(p) else p for p in pieces]
    for piece in sorted(pieces, key=lambda piece: piece.startswith("-")):
        if not text:
            text = piece
        elif piece.startswith("-"):
            text += f" - {piece[1:]}"
        else:
            text += f" + {piece}"
    return (text or "0.0"), have
