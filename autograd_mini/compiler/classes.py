"""With this one can sort the nodes of a trace into classes: those that do the same.

- `Classes(trace, normal, shapes).classify()` puts each node into its class.

One pass from the leaves, one dictionary: a node's class is its operation with the classes of its
operands; a sum's is the set of its terms' factors. Which axes a class has is found in `axes`.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from autograd_mini.compiler.axes import unravelled
from autograd_mini.compiler.chains import RUNNING
from autograd_mini.compiler.rolled import Class
from autograd_mini.compiler.trace import CONSTANT, LEAF, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.chains import Folded
    from autograd_mini.compiler.simplify import Normal
    from autograd_mini.compiler.trace import Trace

__all__ = ["MANY", "NONE", "Classes"]

KEPT_CONSTANTS = frozenset({"power", "polygamma", "sinc_derivative", "round"})
"""The rows whose plain numbers tell classes apart."""

MANY, SHARE = 80, 0.2
"""Rolling is given up where more classes than these, and than this share of the nodes, appear."""


NONE = -1
"""The class of a plain number."""


class Classes:
    """The classes of a trace, as far as they are known.

    Attributes
    ----------
    all : list of Classes
        Operands before results.
    of : list of int
        The class of each node; `NONE` of a plain number, and of what is not needed.
    at : array
        Each node's place in its class.

    Parameters
    ----------
    trace : Trace
    normal : Normal
    shapes : sequence of tuples
        Of the arrays.
    folded : Folded, optional
        The trace with its chains folded.
    """

    def __init__(
        self,
        trace: Trace,
        normal: Normal,
        shapes: Sequence[tuple[int, ...]],
        folded: Folded | None = None,
    ) -> None:
        self.normal = normal if folded is None else folded.normal
        self.trace: Any = trace if folded is None else folded
        self.folded, self.shapes = folded, shapes
        self.all: list[Class] = []
        self.of = [NONE] * len(self.trace.operations)
        self.at = np.zeros(len(self.of), dtype=np.intp)

    def classify(self, many: int = MANY) -> bool:
        """Put each node into its class; False where there are too many, and too little repeats."""
        numbers: dict[Any, int] = {}
        operations, operands, of = self.trace.operations, self.trace.operands, self.of
        for node in self.normal.order:
            operation = operations[node]
            if operation == CONSTANT:
                continue
            key = self._key(node, operation)
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(self.all)
                self.all.append(self._new(node, operation))
            of[node] = number
            if operation == LEAF:
                self.at[node] = operands[node][1]
            self.all[number].nodes.append(node)
        few = len(self.all) <= max(many, SHARE * len(self.normal.order))
        return few and len(self.all) <= 10 * MANY

    @cached_property
    def kinds(self) -> Any:
        """The class of each node, as an array."""
        return np.array(self.of, dtype=np.intp)

    def _key(self, node: int, operation: str) -> Any:
        operands, of = self.trace.operands[node], self.of
        if operation == LEAF:
            return (LEAF, operands[0])
        if self.folded is not None and node in self.folded.steps:
            return self._key_of_step(self.folded, node)
        terms = self.normal.terms.get(node)
        if terms is not None:  # of many terms few differ
            kinds = {tuple([of[factor] for factor in factors]) for _, factors in terms}
            return ("sum", len(terms) == 1, frozenset([tuple(sorted(kind)) for kind in kinds]))
        if operation == TAKE:
            items = [of[o] for o in operands[1:]]
            alike = len(set(items)) == 1
            return (TAKE, of[operands[0]], *(items[:1] if alike else items), len(items))
        if operation in KEPT_CONSTANTS:
            values = tuple(
                self.trace.operands[o] if self.trace.operations[o] == CONSTANT else of[o]
                for o in operands
            )
            return (operation, values)
        return (operation, tuple([of[o] for o in operands]))

    def _key_of_step(self, folded: Folded, node: int) -> Any:
        number, _, factor, term = folded.steps[node]
        start, *nodes = folded.chains[number]
        pair = [self.of[each] if each.__class__ is int else NONE for each in (factor, term)]
        return (RUNNING, self.of[start], len(nodes), *pair)

    def _new(self, node: int, operation: str) -> Class:
        if operation == LEAF:
            array = self.trace.operands[node][0]
            return Class(LEAF, tuple(self.shapes[array]), array)
        if self.folded is not None and node in self.folded.steps:
            return Class(RUNNING)
        return Class("sum" if node in self.normal.terms else operation)

    def columns(self, nodes: Any) -> tuple[int, list[Any]]:
        """Return the class of nodes and their coordinates in it."""
        number = self.of[int(nodes[0])]
        shape = self.all[number].shape
        return number, unravelled(self.at[nodes], shape)
