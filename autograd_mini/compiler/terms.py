"""With this one can write the terms of a sum: products, summed over what the target lacks.

- `product(factors, out, term, coefficient)` writes one, `joined(parts, want)` their sum.

Pieces are texts with the letters of their axes; what letters are, and how arrays are multiplied
over them, lies in `contract`.
"""

from __future__ import annotations

from autograd_mini.compiler.contract import BATCH, aligned, contract, scaled
from autograd_mini.compiler.slopes import literal

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
    factors = [f for f in factors if f[0] != "1.0"]
    if batched and BATCH not in have and BATCH not in out:
        factors = [*factors, ("n", ())]
    if not factors:
        return literal(coefficient), ()
    if coefficient not in {1.0, -1.0}:
        small = min(range(len(factors)), key=lambda k: len(factors[k][1]))
        text, own = factors[small]
        if len(own) < max(len(several) for _, several in factors):
            # a pass over a small array in place of one over the result
            factors[small], coefficient = (scaled(text, coefficient), own), 1.0
    text, letters = contract(factors, out)
    return scaled(text, coefficient), letters


def renamed(piece: Piece, access: Access) -> Piece:
    """Return a product whose letters are the axes of what it is added to."""
    place = {axis[0]: k for k, axis in enumerate(access.axes) if isinstance(axis, tuple)}
    return piece[0], tuple(place.get(letter, letter) for letter in piece[1])


def joined(parts: Sequence[Piece], want: Sequence[int]) -> Piece:
    """Return the sum of arrays, over those letters that any of them has."""
    have = tuple(letter for letter in want if any(letter in letters for _, letters in parts))
    text = ""
    for part, letters in parts:
        piece = aligned(part, letters, have)
        if not text:
            text = piece
        elif piece.startswith("-"):
            text += f" - {piece[1:]}"
        else:
            text += f" + {piece}"
    return (text or "0.0"), have
