"""With this one can write products and sums over letters: ``a2 @ W3.T``, ``a2.sum(1)``.

- `contract(factors, out, …)` writes the product of arrays, summed over the letters that the result
  lacks: `@` where two arrays share one, else `tensordot`, `matmul` or `einsum`.
- `aligned(text, have, want)` writes an array with its axes in place for broadcasting.

Letters are the axes of a loop, whole numbers; `BATCH` is the axis of examples.
"""

from __future__ import annotations

from autograd_mini.compiler.slopes import atom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["BATCH", "aligned", "contract", "scaled"]

BATCH, DIRECTION = -1, -3
"""The letters of the examples, and of the directions in which a derivative is taken at once. Such
letters lead an array's axes, and are negative; those of loops count from 0."""

ALPHABET = "nijklmpqrstuvwxyz"


def aligned(text: str, have: Sequence[int], want: Sequence[int]) -> str:
    """Return the text of an array whose axes stand where those of `want` do.

    Examples
    --------
    >>> aligned("x", (0,), (0, 1)), aligned("x", (1, 0), (0, 1)), aligned("x", (1,), (0, 1))
    ('x[:, None]', 'x.T', 'x')
    """
    order = [letter for letter in want if letter in have]
    if list(have) != order:
        places = [list(have).index(letter) for letter in order]
        text = f"{atom(text)}.T" if len(order) == 2 else f"{atom(text)}.transpose{tuple(places)}"
    if not order:
        return text
    rest = list(want)[list(want).index(order[0]) :]
    if len(rest) == len(order):
        return text
    return f"{atom(text)}[{', '.join(':' if letter in order else 'None' for letter in rest)}]"


def scaled(text: str, coefficient: float) -> str:
    """Return the text of an array times a plain number."""
    if coefficient == 1.0:
        return text
    if coefficient == -1.0:
        return text[1:] if text[0] == "-" and text[1:] == atom(text[1:]) else f"-{atom(text)}"
    return f"{coefficient!r} * {atom(text)}"


def contract(factors: Sequence[Piece], out: Sequence[int]) -> Piece:
    """Return the product of arrays, summed over the letters that are not in `out`.

    Parameters
    ----------
    factors : sequence of (text, letters)
    out : sequence of int
        The letters that are kept, in the order that is wanted.

    Returns
    -------
    text : str
    letters : tuple of int
        Those of `out` that any factor has, in their order.

    Examples
    --------
    >>> contract([("W", (0, 1)), ("X", (-1, 1))], (-1, 0))
    ('X @ W.T', (-1, 0))
    """
    pieces = _merged([(text, tuple(have)) for text, have in factors])
    summed = {letter for _, have in pieces for letter in have} - set(out)
    kept = tuple(letter for letter in out if any(letter in have for _, have in pieces))
    if not summed:
        return _product(pieces, kept), kept
    if len(pieces) == 1:
        return _summed(pieces[0], kept)
    if len(pieces) == 2:
        found = _pair(pieces, kept, summed)
        if found is not None:
            return found
    return _einsum(pieces, kept), kept


def _product(pieces: Sequence[Piece], kept: Sequence[int]) -> str:
    return " * ".join(
        atom(aligned(text, have, kept)) if len(pieces) > 1 else aligned(text, have, kept)
        for text, have in pieces
    )


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Return at most two factors where that is possible without a larger array."""
    scalars = [piece for piece in pieces if not piece[1]]
    pieces = [piece for piece in pieces if piece[1]]
    while len(pieces) > 2 or (scalars and len(pieces) > 1):
        a, b = _fitting(pieces, scalars)
        if a is None or b is None:
            break
        (pieces if a in pieces else scalars).remove(a)
        (pieces if b in pieces else scalars).remove(b)
        text = _product([a, b], a[1])
        pieces.insert(0, (text, a[1]))
    return [*scalars, *pieces]


def _fitting(pieces: list[Piece], scalars: list[Piece]) -> tuple[Piece | None, Piece | None]:
    """Return two factors of which one has all letters of the other."""
    if scalars:
        small = min(pieces, key=lambda piece: len(piece[1]))
        return small, scalars[0]
    for large in sorted(pieces, key=lambda piece: len(piece[1])):
        for other in pieces:
            if other is not large and set(other[1]) <= set(large[1]):
                return large, other
    return None, None


def _summed(piece: Piece, kept: Sequence[int]) -> Piece:
    text, have = piece
    axes = [place for place, letter in enumerate(have) if letter not in kept]
    rest = tuple(letter for letter in have if letter in kept)
    if axes == [0] and have[0] == BATCH and len(have) == 2:  # five times as fast as `.sum(0)`
        return f"ones @ {atom(text)}", rest
    where = "" if len(axes) == len(have) else str(axes[0] if len(axes) == 1 else tuple(axes))
    return aligned(f"{atom(text)}.sum({where})", rest, kept), tuple(kept)


def _pair(pieces: Sequence[Piece], kept: tuple[int, ...], summed: set[int]) -> Piece | None:
    """Return the product of two arrays as a matrix product; None if it is none."""
    (a, have_a), (b, have_b) = (_without_own(piece, summed, pieces) for piece in pieces)
    both = set(have_a) & set(have_b)
    over, shared = [k for k in have_a if k in both & summed], both - summed
    if not over:
        return (_product([(a, have_a), (b, have_b)], kept), kept)
    if shared:
        return _batched(((a, have_a), (b, have_b)), kept, over, shared)
    if set(have_a) == set(have_b):
        return f"np.vdot({a}, {aligned(b, have_b, have_a)})", ()
    if len(over) == 1 and len(have_a) <= 2 and len(have_b) <= 2:
        return _matrix_product((a, have_a), (b, have_b), over[0], kept)
    axes_a, axes_b = [have_a.index(k) for k in over], [have_b.index(k) for k in over]
    rest = tuple(k for k in (*have_a, *have_b) if k not in both)
    text = f"np.tensordot({a}, {b}, ({axes_a}, {axes_b}))"
    return aligned(text, rest, kept), kept


def _without_own(piece: Piece, summed: set[int], pieces: Sequence[Piece]) -> Piece:
    """Return a factor summed over the letters that it alone has."""
    text, have = piece
    others = {k for other in pieces if other is not piece for k in other[1]}
    own = [place for place, k in enumerate(have) if k in summed and k not in others]
    if not own:
        return piece
    where = str(own[0] if len(own) == 1 else tuple(own))
    return f"{atom(text)}.sum({where})", tuple(k for k in have if k not in summed or k in others)


def _matrix_product(a: Piece, b: Piece, over: int, kept: tuple[int, ...]) -> Piece:
    free = [[k for k in have if k != over] for _, have in (a, b)]
    if free[0] and free[1] and kept.index(free[0][0]) > kept.index(free[1][0]):
        a, b, free = b, a, free[::-1]
    left = aligned(a[0], a[1], (*free[0], over))
    right = aligned(b[0], b[1], (over, *free[1]))
    return f"{atom(left)} @ {atom(right)}", kept


def _batched(
    pair: Sequence[Piece], kept: tuple[int, ...], over: Sequence[int], shared: set[int]
) -> Piece | None:
    """Return a stack of matrix products; None if `einsum` is as good."""
    (a, have_a), (b, have_b) = pair
    lead = [k for k in kept if k in shared]
    free_a, free_b = (
        [k for k in have if k not in shared and k not in over] for have in (have_a, have_b)
    )
    if len(over) != 1 or len(free_a) != 1 or len(free_b) != 1:
        return None
    left = aligned(a, have_a, (*lead, *free_a, *over))
    right = aligned(b, have_b, (*lead, *over, *free_b))
    return aligned(f"{atom(left)} @ {atom(right)}", (*lead, *free_a, *free_b), kept), kept


def _einsum(pieces: Sequence[Piece], kept: Sequence[int]) -> str:
    letters = sorted({k for _, have in pieces for k in have})
    name = {
        k: ALPHABET[place if BATCH in letters else place + 1] for place, k in enumerate(letters)
    }
    inputs = ",".join("".join(name[k] for k in have) for _, have in pieces)
    out = "".join(name[k] for k in kept)
    return f"np.einsum('{inputs}->{out}', {', '.join(text for text, _ in pieces)})"
