"""With this one can differentiate in scalars, as what does not roll needs it.

- `sweep(root, targets)`: the gradient, as symbols of the same trace, by the rows' own rules.
- `differentiated(kind, …)`: Jacobians, Hessians and products with them, by gradients of gradients.

Arrays are differentiated elsewhere: in reverse by `differentiate`, forwards by `tangents`.
"""

from __future__ import annotations

from autograd_mini.compiler.trace import CONSTANT, LEAF, SILENT, TAKE, Symbol
from autograd_mini.operations import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["differentiated", "sweep"]


def sweep(root: Any, targets: Sequence[Symbol]) -> list[Any]:
    """Return ∂root/∂target for each target, as symbols, or 0.0 where there is no dependence.

    Parameters
    ----------
    root : Symbol or number
    targets : sequence of Symbols

    Examples
    --------
    >>> from autograd_mini.compiler.trace import Trace
    >>> trace = Trace()
    >>> x = Symbol(trace, trace.leaf(0, 0))
    >>> (slope,) = sweep(x * x, [x])
    >>> trace.operations[slope.node]
    'add'
    """
    if not isinstance(root, Symbol):
        return [0.0] * len(targets)
    trace = root.trace
    moves = _moving(trace, root.node, {target.node for target in targets})
    adjoints: dict[int, Any] = {root.node: 1.0}
    for node in range(root.node, -1, -1):
        if node not in adjoints or node not in moves or trace.operations[node] == LEAF:
            continue
        operands = trace.operands[node]
        for index, operand in enumerate(operands):
            if operand in moves:
                part = _part(trace, node, index, adjoints[node])
                if part is not None:
                    adjoints[operand] = adjoints[operand] + part if operand in adjoints else part
    return [adjoints.get(target.node, 0.0) for target in targets]


def _moving(trace: Any, last: int, targets: set[int]) -> set[int]:
    """Return the nodes through which a gradient reaches a target."""
    found = set(targets)
    for node in range(last + 1):
        operation = trace.operations[node]
        if (
            operation != LEAF
            and operation not in SILENT
            and not found.isdisjoint(trace.operands[node])
        ):
            found.add(node)
    return found


def _part(trace: Any, node: int, index: int, adjoint: Any) -> Any:
    """Return what a node passes to one operand; None for nothing."""
    operands = [Symbol(trace, operand) for operand in trace.operands[node]]
    operation = trace.operations[node]
    where = TABLE["where"]
    if operation == TAKE:
        return where(TABLE["equal"](operands[0], index - 1), adjoint, 0.0) if index else None
    if operation == "where":
        pair = (adjoint, 0.0) if index == 1 else (0.0, adjoint)
        return where(operands[0], *pair) if index else None
    row = TABLE[operation]
    if not row.variadic and row.partials[index].rule is None:
        return None
    numbers = [
        trace.operands[o.node][0] if trace.operations[o.node] == CONSTANT else o for o in operands
    ]
    partial = row.partial(index, numbers, Symbol(trace, node))
    if not isinstance(partial, Symbol) and partial == 0:
        return None
    if not isinstance(partial, Symbol) and partial == 1:
        return adjoint
    return partial if not isinstance(adjoint, Symbol) and adjoint == 1 else partial * adjoint


def differentiated(
    kind: str,
    results: Sequence[Any],
    leaves: Sequence[Any],
    vector: Sequence[Any],
    gradient: Callable[[Any, Sequence[Any]], list[Any]],
) -> list[Any]:
    """Return the numbers of a higher derivative, row by row.

    Parameters
    ----------
    kind : {"jacobian", "hessian", "hvp"}
    results : sequence
        Those of the function; of one number but for a Jacobian.
    leaves : sequence
        What to differentiate by.
    vector : sequence
        For "hvp", a number for each leaf.
    gradient : callable
        Takes a result and the leaves; returns the gradient, which can be differentiated again.
    """
    if kind == "jacobian":
        return [slope for result in results for slope in gradient(result, leaves)]
    slopes = gradient(results[0], leaves)
    if kind == "hessian":
        return [curve for slope in slopes for curve in gradient(slope, leaves)]
    total = sum(slope * part for slope, part in zip(slopes, vector, strict=True))
    return gradient(total, leaves)
