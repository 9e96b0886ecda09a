"""With this one can differentiate a trace in scalars, as Jacobians and Hessians need it.

- `sweep(root, targets)`: the gradient, as symbols of the same trace, by the rows' own rules.
- `jacobian_of`, `hessian_of`, `hvp_of` make of a function another one, which is compiled in turn.

The gradient of one number by many does not live here: `emit` and `targets.python` go backwards
through their programs.
"""

from __future__ import annotations

from autograd_mini.compiler.symbols import TracingError
from autograd_mini.compiler.trace import CONSTANT, LEAF, SILENT, TAKE, Symbol
from autograd_mini.containers import flatten, is_array
from autograd_mini.operations import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["hvp_of", "jacobian_of", "shaped_rows", "sweep"]


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
    return adjoint if not isinstance(partial, Symbol) and partial == 1 else partial * adjoint


def _variables(signature: inspect.Signature, wrt: Any, arguments: Any, named: Any) -> Any:
    """Return the symbols of the argument to differentiate by, and its structure."""
    bound = signature.bind(*arguments, **named).arguments
    name = next(iter(bound)) if wrt is None else wrt
    if not isinstance(name, str) or name not in bound:
        raise TypeError("wrt must be the name of an argument here, or None for the first one")
    leaves, rebuild = flatten(bound[name])
    if not all(isinstance(leaf, Symbol) for leaf in leaves):
        raise TracingError(f"{name} must hold numbers alone")
    return leaves, rebuild


def jacobian_of(
    f: Callable[..., Any], signature: inspect.Signature, wrt: Any, order: int
) -> Callable[..., Any]:
    """Return a function of the results of `f`, or of its gradient, and of a row for each.

    Parameters
    ----------
    f : callable
    signature : inspect.Signature
    wrt : str or None
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


def hvp_of(f: Callable[..., Any], signature: inspect.Signature, wrt: Any) -> Callable[..., Any]:
    """Return a function of `f`'s arguments and a vector: the Hessian times that vector."""

    def product(tangent: Any, arguments: Any, named: Any) -> Any:
        variables, rebuild = _variables(signature, wrt, arguments, named)
        gradient = sweep(f(*arguments, **named), variables)
        along, _ = flatten(tangent)
        if len(along) != len(gradient):
            raise ValueError(f"tangent must hold {len(gradient)} numbers, not {len(along)}")
        total = sum(g * v for g, v in zip(gradient, along, strict=True))
        return rebuild(sweep(total, variables))

    return product


def shaped_rows(result: Any, argument: Any, rows: Sequence[Any]) -> Any:
    """Return the rows of a Jacobian in the shape of the result, each in that of the argument."""
    _, rebuild_argument = flatten(argument)
    _, rebuild = flatten(result)
    each = [rebuild_argument(row) for row in rows]
    if not is_array(result):
        return rebuild(each)
    import numpy as np  # noqa: PLC0415 - the result is an array already

    stacked = np.array(each)
    return stacked.reshape(result.shape + stacked.shape[1:])
