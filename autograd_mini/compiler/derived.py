"""With this one can differentiate a trace in scalars, as what does not roll needs it.

- `sweep(root, targets)`: the gradient, as symbols of the same trace, by the rows' own rules.
- `jacobian_of` and `hvp_of` make of a function another one, of its higher derivatives.

Arrays are differentiated elsewhere: in reverse by `differentiate`, forwards by `tangents`.
"""

from __future__ import annotations

from autograd_mini.compiler.symbols import TracingError
from autograd_mini.compiler.trace import CONSTANT, LEAF, SILENT, TAKE, Symbol
from autograd_mini.containers import flatten
from autograd_mini.operations import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["hvp_of", "jacobian_of", "sweep"]


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


def _variables(signature: inspect.Signature, wrt: Any, arguments: Any, named: Any) -> Any:
    """Return the symbols of the argument to differentiate by, and its structure."""
    leaves, rebuild = flatten(signature.bind(*arguments, **named).arguments[wrt])
    if not all(isinstance(leaf, Symbol) for leaf in leaves):
        raise TracingError(f"{wrt} must hold numbers alone")
    return leaves, rebuild


def jacobian_of(
    f: Callable[..., Any], signature: inspect.Signature, wrt: Any, order: int
) -> Callable[..., Any]:
    """Return a function of the results of `f`, or of its gradient, and of a row for each.

    Parameters
    ----------
    f : callable
    signature : inspect.Signature
    wrt : str
    order : int
        1 for the Jacobian of `f`, 2 for that of its gradient.
    """

    def rows(*arguments: Any, **named: Any) -> tuple[Any, Any]:
        variables, rebuild = _variables(signature, wrt, arguments, named)
        result = f(*arguments, **named)
        if order == 2:
            result = rebuild(sweep(result, variables))
        results, _ = flatten(result)
        return result, [sweep(each, variables) for each in results]

    return rows


def hvp_of(
    f: Callable[..., Any], signature: inspect.Signature, wrt: Any, vector: str
) -> Callable[..., Any]:
    """Return a function of `f`'s arguments and a vector: the Hessian times that vector.

    Parameters
    ----------
    f : callable
    signature : inspect.Signature
        With the vector.
    wrt : str
    vector : str
        The name of the argument that holds the vector, which `f` leaves aside.
    """

    def product(*arguments: Any, **named: Any) -> Any:
        variables, rebuild = _variables(signature, wrt, arguments, named)
        gradient = sweep(f(*arguments, **named), variables)
        along, _ = flatten(named[vector])
        total = sum(g * v for g, v in zip(gradient, along, strict=True))
        return rebuild(sweep(total, variables))

    return product
