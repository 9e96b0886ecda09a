"""With this one can tell which sums of products must be looked at, lest an infinity vanish.

- `unseen(classes, outputs)` gives the classes whose overflow no result would show.

NumPy raises where an elementwise operation overflows or has no value, but libraries for products
of matrices work in several threads and tell nothing. What is not finite in a product mostly shows
in the results, which are checked; after a comparison, a tanh or an exp it need not. Such sums are
checked where they are made, so that the eager engine can say what is wrong.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_mini.compiler.rolled import Class, Term

__all__ = ["is_contraction", "unseen"]

KEEPING = frozenset({
    "abs", "asinh", "cbrt", "cos", "cosh", "identity", "log", "log10", "log1p", "log2", "negative",
    "sin", "sinh", "sqrt", "square", "stop", "tan",
})  # fmt: skip
"""The rows that give something that is not finite, or raise, where their operand is not finite."""


def unseen(classes: Sequence[Class], outputs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the sums of products that can be infinite, or no number, while all results are finite.

    Parameters
    ----------
    classes : sequence of Classes
        Operands before results.
    outputs : sequence of (class, place)

    Examples
    --------
    >>> from autograd_mini.compiler.rolled import Class
    >>> unseen([Class("leaf", (2,), 0)], [(0, 0)])
    []
    """
    shown = {number for number, _ in outputs if not classes[number].shape}
    for number in reversed(range(len(classes))):
        if number in shown:
            shown |= set(_shown_by(classes, classes[number]))
    return [
        number
        for number, each in enumerate(classes)
        if number not in shown and any(map(is_contraction, each.terms))
    ]


def _shown_by(classes: Sequence[Class], shown: Class) -> Iterable[int]:
    """Return the classes that are not finite only if this one is not finite either."""
    operands = shown.operands if shown.operation in KEEPING else []
    if shown.operation == "divide":
        operands = shown.operands[:1]
    factors = [factor for term in shown.terms if term.coefficient for factor in term.factors]
    for access in (*operands, *factors):
        if isinstance(access.of, int) and access.is_whole(classes[access.of].shape):
            yield access.of


def is_contraction(term: Term) -> bool:
    """Tell whether a term is a product that is summed over a letter.

    What does not hang on the letter is multiplied by the sum: c a + c b is written c (a + b),
    which may have a value where the terms are ∞ and −∞.
    """
    arrays = [factor for factor in term.factors if isinstance(factor.of, int)]
    return len(arrays) > 1 and len(term.sizes) > len(term.target.letters)
