"""With this one can bring a trace into a normal form: sums of products, and elementwise rows.

- `normal_form(trace, outputs)` gives a `Form` for each node that is needed.

Chains of + − and negation melt into sums of many terms, each a coefficient and factors; a product
that feeds only sums stays a term of theirs, so that it never becomes an array. A node with a
label, or a result, does not melt. Nothing is replaced that would round differently for a single
operation.
"""

from __future__ import annotations

from autograd_mini.compiler.trace import CONSTANT, LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.compiler.trace import Trace

    Term = tuple[float, tuple[int, ...]]

__all__ = ["Normal", "normal_form"]

LEAVES = frozenset({LEAF, CONSTANT})
"""What has no nodes for operands."""

CHAINED = frozenset({"add", "subtract", "negative"})
"""The rows that take their operands' terms over."""

SUMS = frozenset({"add", "subtract", "negative", "multiply", "square"})
"""The rows that become sums of products."""


class Normal:
    """The normal form of a trace.

    Attributes
    ----------
    order : list of int
        The nodes that are needed, operands before results.
    terms : dict
        Of the nodes that are sums, their terms: a coefficient and the factors' nodes.
    """

    def __init__(self, order: list[int], terms: dict[int, list[Term]]) -> None:
        self.order, self.terms = order, terms


def normal_form(trace: Trace, outputs: Sequence[int]) -> Normal:
    """Return the normal form of what is under the outputs.

    Examples
    --------
    >>> from autograd_mini.compiler.trace import Symbol, Trace
    >>> trace = Trace()
    >>> a, b = (Symbol(trace, trace.leaf(0, index)) for index in range(2))
    >>> normal_form(trace, [(a * b - 3 * a + b).node]).terms
    {6: [(1.0, (0, 1)), (-3.0, (0,)), (1.0, (1,))]}
    """
    melting = _Melting(trace, outputs)
    for node in melting.order:
        if melting.is_sum(node):
            melting.melt(node)
    return melting.result(outputs)


class _Melting:
    """The terms of the sums, as far as they are known; all lists go by nodes.

    Attributes
    ----------
    order : list of int
        What is under the outputs, operands before results.
    uses : list of int
        How often each node is an operand.
    elsewhere : bytearray
        Whether it is one of anything but a sum.
    fixed : bytearray
        Whether it has a name of its own, and never melts.
    """

    def __init__(self, trace: Trace, outputs: Sequence[int]) -> None:
        self.trace = trace
        size = max(outputs, default=-1) + 1
        self.terms: list[list[Term] | None] = [None] * size
        self.uses, self.elsewhere, self.fixed = [0] * size, bytearray(size), bytearray(size)
        for node in outputs:
            self.elsewhere[node] = self.fixed[node] = 1
        for node in trace.labels:
            if node < size:
                self.fixed[node] = 1
        self.order = self._counted(outputs)

    def _counted(self, outputs: Sequence[int]) -> list[int]:
        """Return what is needed, and count how often."""
        uses, elsewhere, ends = self.uses, self.elsewhere, set(outputs)
        operations, operands = self.trace.operations, self.trace.operands
        order = []
        for node in range(len(uses) - 1, -1, -1):
            if not uses[node] and node not in ends:
                continue
            order.append(node)
            operation = operations[node]
            if operation in LEAVES:
                continue
            for operand in operands[node]:
                uses[operand] += 1
                if operation not in CHAINED:
                    elsewhere[operand] = 1
        return order[::-1]

    def is_sum(self, node: int) -> bool:
        """Tell whether a node becomes a sum of products."""
        operation = self.trace.operations[node]
        if operation == "power":
            exponent = self.trace.operands[node][1]
            constant = self.trace.operations[exponent] == CONSTANT
            return constant and bool(self.trace.operands[exponent][0] == 2.0)
        return operation in SUMS

    def melt(self, node: int) -> None:
        """Find the terms of a node."""
        operation, operands = self.trace.operations[node], self.trace.operands[node]
        if operation in {"add", "subtract"}:
            first, second = self.as_terms(operands[0]), self.as_terms(operands[1])
            if operation == "subtract":
                second = [(-coefficient, factors) for coefficient, factors in second]
            if first == [(0.0, ())]:  # what `sum` starts with
                first = []
            first.extend(second)
            self.terms[node] = first
        elif operation == "negative":
            self.terms[node] = [(-c, factors) for c, factors in self.as_terms(operands[0])]
        else:
            pair = operands if operation == "multiply" else (operands[0], operands[0])
            one, factors = self.as_product(pair[0])
            other, more = self.as_product(pair[1])
            self.terms[node] = [(one * other, factors + more)]

    def as_terms(self, node: int) -> list[Term]:
        """Return a list of one's own: the terms of an operand that melts, or the operand."""
        if self.trace.operations[node] == CONSTANT:
            return [(self.trace.operands[node][0], ())]
        terms = self.terms[node]
        if terms is None or self.fixed[node]:
            return [(1.0, (node,))]
        if self.uses[node] == 1:
            return terms  # nobody else asks for it
        if len(terms) == 1 and (len(terms[0][1]) == 1 or not self.elsewhere[node]):
            return list(terms)
        return [(1.0, (node,))]

    def as_product(self, node: int) -> Term:
        """Return coefficient and factors of an operand that melts, or the operand."""
        if self.trace.operations[node] == CONSTANT:
            return self.trace.operands[node][0], ()
        terms = self.terms[node]
        if terms is None or self.fixed[node] or len(terms) != 1:
            return 1.0, (node,)
        if self.uses[node] == 1 or len(terms[0][1]) == 1:
            return terms[0]
        return 1.0, (node,)

    def result(self, outputs: Sequence[int]) -> Normal:
        """Return what is needed, by the new forms."""
        needed = bytearray(len(self.terms))
        for node in outputs:
            needed[node] = 1
        operations, operands, found = self.trace.operations, self.trace.operands, []
        for node in reversed(self.order):
            if not needed[node]:
                continue
            found.append(node)
            terms = self.terms[node]
            if terms is not None:
                for _, factors in terms:
                    for factor in factors:
                        needed[factor] = 1
            elif operations[node] not in LEAVES:
                for operand in operands[node]:
                    needed[operand] = 1
        order = found[::-1]
        return Normal(order, {n: terms for n in order if (terms := self.terms[n]) is not None})
