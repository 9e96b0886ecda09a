"""With this one can write a row's partial as array code: its rule, traced with symbols.

- `partial(name, index, constants)` traces a rule once, whatever it will be applied to.
- `write(rule, …)` gives its text, `second_partials(rule)` its own slopes.

So a user's own row is differentiated like any other.
"""

from __future__ import annotations

from functools import lru_cache

from autograd_mini.compiler.derived import sweep
from autograd_mini.compiler.targets.numpy import spelling
from autograd_mini.compiler.trace import CONSTANT, LEAF, STOP, Symbol, Trace
from autograd_mini.errors import DomainError
from autograd_mini.operations import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["Rule", "atom", "literal", "partial", "second_partials", "write"]

RESULT = 1
"""The array of which a rule's result is a leaf; its operands are those of array 0."""


class Rule:
    """A partial, traced.

    Attributes
    ----------
    trace : Trace
    node : int
    number : float or None
        The partial itself, where it is a plain number.
    """

    def __init__(self, trace: Trace, node: int) -> None:
        self.trace, self.node = trace, node
        constant = trace.operations[node] == CONSTANT
        self.number = trace.operands[node][0] if constant else None

    def operands(self) -> list[int | None]:
        """Return which operands the rule hangs on, and None for the result."""
        leaves = [n for n in _uses(self.trace, self.node) if self.trace.operations[n] == LEAF]
        return [None if a == RESULT else k for a, k in (self.trace.operands[n] for n in leaves)]


def partial(name: str, index: int, constants: Sequence[float | None]) -> Rule | None:
    """Return the partial of a row by one operand; None if the row has none.

    Parameters
    ----------
    name : str
    index : int
    constants : sequence of float or None
        The operands that are plain numbers everywhere; None for the others.

    Returns
    -------
    Rule or None

    Examples
    --------
    >>> rule = partial("exp", 0, [None])
    >>> write(rule, ["s"], "a", lambda text: text)
    'a'
    """
    row = TABLE[name]
    if not row.variadic and row.partials[index].rule is None:
        return None
    return _traced(row, index, tuple(constants))


@lru_cache(maxsize=4096)
def _traced(row: Any, index: int, constants: tuple[float | None, ...]) -> Rule:
    trace = Trace(arrays=2)
    symbols = [Symbol(trace, trace.leaf(0, k)) for k in range(len(constants))]
    result = Symbol(trace, trace.leaf(RESULT, 0))
    known = [s if c is None else c for s, c in zip(symbols, constants, strict=True)]
    try:
        found = row.partial(index, known, result)
    except (
        DomainError,
        ZeroDivisionError,
    ):  # of plain numbers alone; at run time it may not matter
        found = row.partial(index, symbols, result)
    return Rule(trace, trace.place(found))


@lru_cache(maxsize=4096)
def second_partials(rule: Rule) -> list[tuple[int | None, Rule]]:
    """Return the slopes of a rule by the operands on which it hangs, and the result (None).

    Examples
    --------
    >>> (operand, slope), *_ = second_partials(partial("sin", 0, [None]))
    >>> operand, write(slope, ["s"], "a", lambda text: text)
    (0, '-np.sin(s)')
    """
    trace = rule.trace
    leaves = [n for n in _uses(trace, rule.node) if trace.operations[n] == LEAF]
    slopes = sweep(Symbol(trace, rule.node), [Symbol(trace, leaf) for leaf in leaves])
    return [
        (None if trace.operands[leaf][0] == RESULT else trace.operands[leaf][1],
         Rule(trace, trace.place(slope)))
        for leaf, slope in zip(leaves, slopes, strict=True)
    ]  # fmt: skip


def write(
    rule: Rule,
    operands: Sequence[str],
    result: str,
    assign: Callable[[str], str],
    spell: Callable[[str, list[str]], str] = spelling,
) -> str:
    """Return the text of a rule.

    Parameters
    ----------
    rule : Rule
    operands : sequence of str
        The texts of the operands, names or literals.
    result : str
    assign : callable
        Takes an expression that is used again; returns the name it was given.
    spell : callable
        Takes a row's name and operands; returns its text.
    """
    trace = rule.trace
    uses = _uses(trace, rule.node)
    texts: dict[int, str] = {}
    for node in sorted(uses):
        operation, arguments = trace.operations[node], trace.operands[node]
        if operation == LEAF:
            texts[node] = result if arguments[0] == RESULT else operands[arguments[1]]
        elif operation == CONSTANT:
            texts[node] = literal(arguments[0])
        elif operation == STOP:
            texts[node] = texts[arguments[0]]
        else:
            bare = len(arguments) == 1 and spell(operation, ["_"]).endswith("(_)")
            text = spell(operation, [texts[a] if bare else atom(texts[a]) for a in arguments])
            texts[node] = assign(text) if uses[node] > 1 else text
    return texts[rule.node]


def _uses(trace: Trace, root: int) -> dict[int, int]:
    uses = {root: 1}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if trace.operations[node] in {LEAF, CONSTANT}:
            continue
        for operand in trace.operands[node]:
            if operand not in uses:
                waiting.append(operand)
            uses[operand] = uses.get(operand, 0) + 1
    return uses


def literal(number: float) -> str:
    """Return how a plain number is written."""
    return f"({number!r})" if number < 0 or str(number).startswith("-") else repr(number)


def atom(text: str) -> str:
    """Return a text that can stand as an operand: in brackets, unless it is one piece."""
    return text if _is_piece(text) else f"({text})"


def _is_piece(text: str) -> bool:
    """Tell whether a text is a name, a number, or one call, index or bracket to its end."""
    if not text or text[0] in "-+~":
        return False
    depth = 0
    for place, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and not (character.isalnum() or character in "_."):
            return _is_exponent(text, place)
    return True


def _is_exponent(text: str, place: int) -> bool:
    """Tell whether the sign at a place belongs to a number such as 1e-05."""
    return text[place] in "+-" and text[:1].isdigit() and text[place - 1] in "eE"
