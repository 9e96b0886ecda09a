"""With this one can find the edges between the cards of a graph, and what they carry.

Start from `Arrows`. Edges into a card that stands for several nodes are drawn once for each card
they come from; where it has one result, they carry that result's derivative. How edges are drawn
lives in `edge_figure`.
"""

from __future__ import annotations

from collections import defaultdict

from autograd_mini.drawing.outline import Arrow
from autograd_mini.drawing.text import number
from autograd_mini.drawing.tooltips import arrow_lines
from autograd_mini.drawing.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.choice import Graph
    from autograd_mini.drawing.parts import Part

_MOST_SWEPT = 20_000
"""The derivative of a part of more nodes would take as long as everything else."""


class Arrows:
    """The edges of a drawing, gathered card by card.

    Parameters
    ----------
    nodes : dict
        Node → its operands.
    names : dict
        Node → name of its card; what is missing is not drawn.
    outputs : dict
        Name of a card that stands for several nodes → its results.
    digits : int
    language : str
    numbers : bool
        Whether plain numbers are drawn.
    """

    def __init__(
        self,
        nodes: Graph,
        names: dict[Any, str],
        outputs: dict[str, list[Any]],
        digits: int,
        language: str,
        *,
        numbers: bool,
    ) -> None:
        self.found: list[Arrow] = []
        self._nodes, self._names, self._outputs, self._numbers = nodes, names, outputs, numbers
        self._digits, self._language = digits, language

    def add(self, part: Part) -> list[tuple[str, Any]]:
        """Add the edges into a part; return name and number of new cards for plain numbers."""
        if part.source is not None:
            self._add_folded(part)
            return []
        (node,) = part.members
        plain = []
        for place, operand in enumerate(node.operands):
            name = self._names.get(operand) if hasattr(operand, "operands") else None
            if name is None and self._numbers and not hasattr(operand, "operands"):
                name = f"c{len(self.found)}"
                plain.append((name, operand))
            if name is not None:
                self.found.append(self._single(name, node, place))
        return plain

    def _single(self, tail: str, node: Any, place: int) -> Arrow:
        """Return the edge from one operand of a node."""
        derivative, operand = node.local_derivatives[place], node.operands[place]
        ordered = len(node.operands) > 1 and not node.operation.commutative
        silent = derivative is None or operand.kind == "constant"
        shown = "" if silent else number(derivative, self._digits)
        lines = arrow_lines(node, place, derivative, self._language) if shown else ()
        name = f"e{len(self.found)}"
        return Arrow(name, tail, self._names[node], place, ordered, shown, lines)

    def _add_folded(self, part: Part) -> None:
        """Add the edges into a part that stands for several nodes."""
        head = self._names[part.members[0]]
        flows: dict[str, dict[Any, None]] = defaultdict(dict)
        for node in part.members:
            for operand in self._nodes[node]:
                tail = self._names.get(operand, head)
                if tail != head:
                    flows[tail][operand] = None
        slopes = self._slopes(part, self._outputs[head])
        for place, (tail, operands) in enumerate(flows.items()):
            slope = slopes.get(next(iter(operands))) if len(operands) == 1 else None
            shown = number(slope, self._digits) if slope is not None else ""
            words = f"{say(self._language, 'local derivative of')} {slope}"
            name = f"e{len(self.found)}"
            flow = Arrow(
                name, tail, head, place, False, shown, (words,) if shown else (), len(operands)
            )
            self.found.append(flow)

    def _slopes(self, part: Part, outputs: list[Any]) -> dict[Any, Any]:
        """Return the derivatives of the one result of a part by all in it and all that it uses."""
        if len(outputs) != 1 or len(part.members) > _MOST_SWEPT:
            return {}
        slopes: dict[Any, Any] = {outputs[0]: 1}
        for node in reversed(part.members):
            slope, operands = slopes.get(node), self._nodes[node]
            if slope is not None and operands:
                for operand, derivative in zip(operands, node.local_derivatives, strict=True):
                    if derivative is not None and operand.kind != "constant":
                        slopes[operand] = slopes.get(operand, 0) + derivative * slope
        return slopes
