"""With this one can find running sums and products, and what else hangs on the step before.

- `find_chains(trace, normal)` finds chains ``p[t] = a[t] * p[t-1] + b[t]``.
- `Folded` makes one operation of each step, so that all of them are one class: a time loop stays
  one line, however many steps it has. `whole_ones` tells which chains the classes bore out.

A chain is folded where each step is a sum of products of the same form that holds the step before
once. That its factors and terms do not hang on the chain itself shows when they are sorted into
classes: those of the first step would not be those of the second.
"""

from __future__ import annotations

from autograd_mini.compiler.simplify import Normal
from autograd_mini.compiler.trace import CONSTANT, LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.compiler.trace import Trace

    Step = tuple[int, int, Any, Any]

__all__ = ["RUNNING", "Folded", "find_chains", "whole_ones"]

RUNNING = "running"
"""The operation of a step: of the one before, a factor and a term."""

LEAST = 8
"""How many steps a chain has at least; shorter ones stay what they are."""


class Folded:
    """A trace in normal form whose chains are folded.

    Attributes
    ----------
    operations, operands : list
        As of a trace, with nodes for factors and terms that had none.
    normal : Normal
    chains : list of lists of int
        Of each chain its steps' nodes, after the one it starts from.
    found : list of int
        How many nodes each chain had when it was found; a last one may have been added.
    steps : dict
        Of each step its chain, its number from 0, and its factor and term: nodes, or plain numbers.
    """

    def __init__(self, trace: Trace, normal: Normal, chains: list[list[int]]) -> None:
        self.operations, self.operands = list(trace.operations), list(trace.operands)
        self.chains = [list(chain) for chain in chains]
        self.found = [len(chain) for chain in chains]
        self.steps: dict[int, Step] = {}
        self._terms = {node: list(terms) for node, terms in normal.terms.items()}
        made: dict[int, list[int]] = {}
        self._end_later(trace, made)
        for number, (before, *nodes) in enumerate(self.chains):
            for step, node in enumerate(nodes):
                first = len(self.operations)
                self.steps[node] = (number, step, *self._split(node, before))
                made.setdefault(node, []).extend(range(first, len(self.operations)))
                before = node  # noqa: PLW2901 - the step before is the next one's
        order = [each for node in normal.order for each in self._with_made(node, made)]
        for node in self.steps:
            del self._terms[node]
        self.normal = Normal(order, self._terms)

    def _with_made(self, node: int, made: dict[int, list[int]]) -> list[int]:
        """Return a node after those that were made for it, and for these."""
        return [*(each for new in made.get(node, ()) for each in self._with_made(new, made)), node]

    def _end_later(self, trace: Trace, made: dict[int, list[int]]) -> None:
        """Let chains of products take in the last one, where it melted into a sum."""
        tails = {chain[-1]: chain for chain in self.chains if len(self._terms[chain[-1]]) == 1}
        for node, terms in [*self._terms.items()] if tails else ():
            for place, (coefficient, factors) in enumerate(terms):
                tail = next((f for f in factors if f in tails), None)
                if tail is None or len(factors) == 1:
                    continue
                chain, step = tails[tail], [(1.0, factors)]
                same = _kinds(trace, step, tail) == _kinds(trace, self._terms[tail], chain[-2])
                if same and self._terms[tail][0][0] == 1.0:
                    new = self._added(step)
                    terms[place] = (coefficient, (new,))
                    made.setdefault(node, []).append(new)
                    chain.append(new)
                    del tails[tail]

    def _added(self, terms: list[Any]) -> int:
        self.operations.append("add")
        self.operands.append(())
        self._terms[len(self.operations) - 1] = terms
        return len(self.operations) - 1

    def _split(self, node: int, before: int) -> tuple[Any, Any]:
        """Return factor and term of a step, as nodes or plain numbers."""
        terms = self._terms[node]
        ((coefficient, factors),) = [term for term in terms if before in term[1]]
        others = tuple(factor for factor in factors if factor != before)
        rest = [term for term in terms if before not in term[1]]
        return self._made([(coefficient, others)]), self._made(rest) if rest else 0.0

    def _made(self, terms: list[Any]) -> Any:
        """Return a node, or a plain number, that is a sum of products."""
        if all(not factors for _, factors in terms):
            return sum(coefficient for coefficient, _ in terms)
        if len(terms) == 1 and terms[0][0] == 1.0 and len(terms[0][1]) == 1:
            return terms[0][1][0]
        return self._added(terms)


def find_chains(trace: Trace, normal: Normal) -> list[list[int]]:
    """Return chains of nodes: of each the one it starts from, and its steps.

    Parameters
    ----------
    trace : Trace
    normal : Normal
    """
    links: dict[int, dict[int, Any]] = {}
    lengths: dict[tuple[int, int], tuple[int, int | None]] = {}
    for node in normal.order:
        befores = _befores(normal, node)
        if not befores:
            continue
        links[node] = {u: _kinds(trace, normal.terms[node], u) for u in befores}
        for before, kinds in links[node].items():
            longer = [
                (lengths[before, earlier][0] + 1, earlier)
                for earlier, others in links.get(before, {}).items()
                if others == kinds
            ]
            lengths[node, before] = max(longer, default=(1, None))
    return [_begun_earlier(trace, normal, chain) for chain in _longest(lengths)]


def _longest(lengths: dict[tuple[int, int], tuple[int, int | None]]) -> list[list[int]]:
    """Return the longest chains, of which no two share a step."""
    chains, used = [], set()
    for last, before in sorted(lengths, key=lambda pair: -lengths[pair][0]):
        chain, pair = [], (last, before)
        while pair[0] not in used:
            chain.append(pair[0])
            earlier = lengths[pair][1]
            if earlier is None:
                chain.append(pair[1])
                break
            pair = (pair[1], earlier)
        if len(chain) > LEAST:
            used.update(chain[:-1])
            chains.append(chain[::-1])
    return chains


def _befores(normal: Normal, node: int) -> list[int]:
    """Return what may be the step before a node: a sum of the same form that it holds once."""
    terms = normal.terms.get(node)
    if terms is None or len(terms) > FEW:
        return []
    factors = [f for _, several in terms for f in several]
    sums = [f for f in factors if f in normal.terms]
    if not sums or len(factors) > FEW:
        return []
    form = _form(terms)
    return [f for f in sums if factors.count(f) == 1 and _form(normal.terms[f]) == form]


FEW = 8
"""How many factors a step has at most."""


def _form(terms: list[Any]) -> list[int]:
    return sorted(len(factors) for _, factors in terms)


def _begun_earlier(trace: Trace, normal: Normal, chain: list[int]) -> list[int]:
    """Return a chain that begins with the node it starts from, where that is a step itself."""
    start, first = chain[:2]
    if start not in normal.terms:
        return chain
    factors = [f for _, several in normal.terms[start] for f in several]
    wanted = _kinds(trace, normal.terms[first], start)
    for factor in dict.fromkeys(factors):
        alone = factors.count(factor) == 1 and trace.operations[factor] != CONSTANT
        if alone and _kinds(trace, normal.terms[start], factor) == wanted:
            return [factor, *chain]
    return chain


def _kinds(trace: Trace, terms: list[Any], before: int) -> Any:
    """Return of what kind of nodes a step is made, beside the one before."""

    def kinds(coefficient: float, factors: tuple[int, ...]) -> tuple[str, ...]:
        others = sorted(
            f"{trace.operations[f]} {trace.operands[f][0] if trace.operations[f] == LEAF else ''}"
            for f in factors
            if f != before
        )
        return (f"before {coefficient!r}" if before in factors else "", *others)

    return sorted(kinds(*term) for term in terms)


def whole_ones(folded: Folded, of: list[int]) -> list[list[int]]:
    """Return the chains all of whose steps came to stand in one class, as they were found."""
    return [
        chain[: folded.found[number]]
        for number, chain in enumerate(folded.chains)
        if len({of[node] for node in chain[1:]}) == 1
    ]
