r"""With this one can differentiate functions of numbers.

- `grad(f)` and `value_and_grad(f)`: of a function with one result.
- `jacobian(f)`, `hessian(f)`; and their products with a vector: `vjp`, `jvp`, `hvp`.
- `gradients(root, leaves)`: Values that can be differentiated again; all the others stand on it.

Arguments can be nested containers; the results come back in the same shape. They are plain
numbers at the outermost level, and Values inside another differentiation, so that everything here
nests in any mix. No `.grad` is touched. The sweep over numbers is in `value`.
"""

from __future__ import annotations

import sys
from functools import wraps

from autograd_mini.containers import flatten, is_array, same_structure
from autograd_mini.errors import (
    DomainError,
    NonFiniteGradientError,
    StaleGraphError,
    describe,
    first_fault,
)
from autograd_mini.graph import dependents, leaves, recorded, topological_order
from autograd_mini.operations import identity, is_number, number
from autograd_mini.value import Value, is_finite, local_derivative, sweep_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["grad", "gradients", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]


def gradients(root: Value, leaves: Any) -> Any:
    r"""Return ∂root/∂leaf as Values, which can be differentiated again.

    .. math:: \bar u = \sum_{v\text{ made of }u} \frac{\partial v}{\partial u}\,\bar v

    The sweep is that of `Value.backward`, but each local derivative is computed by its row's rule
    from Values, and so recorded.

    Parameters
    ----------
    root : Value
    leaves : Value, or nested containers of Values
        Any nodes of the graph, inner ones too.

    Returns
    -------
    Value, or containers of Values
        In the shape of `leaves`; 0 where the root does not depend on one.

    Raises
    ------
    StaleGraphError
        If the data of a leaf changed after the graph was recorded.
    NonFiniteGradientError
        If a gradient is not finite.

    Examples
    --------
    >>> x = Value(3.0)
    >>> slope = gradients(x**3, x)
    >>> slope.data, gradients(slope, x).data
    (27.0, 18.0)
    """
    targets, rebuild = flatten(leaves)
    for node in (root, *targets):
        if not isinstance(node, Value):
            raise TypeError(f"root and leaves must be Values, not {type(node).__name__}")
    with recorded():
        found = _reverse([root], [_one(root)], targets)
    return rebuild([g if isinstance(g, Value) else Value(g, kind="constant") for g in found])


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    r"""Return a function that computes the gradient of `f`.

    .. math:: \nabla f = \Bigl(\frac{\partial f}{\partial x_1}, \dots, \frac{\partial f}{\partial x_K}\Bigr)^T

    Parameters
    ----------
    f : callable
        Returns one number, computed with this package's functions.
    argnums : int or sequence of ints
        Which positional arguments to differentiate by.

    Returns
    -------
    callable
        Takes what `f` takes; returns the gradient in the shape of the argument, or a tuple of
        them if `argnums` is a sequence. An argument that is not used gets 0.0.

    Raises
    ------
    TypeError
        If `f` returns no single number, or an argument holds something else than numbers.

    Examples
    --------
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(lambda p: p["w"] * 5 + p["b"] ** 2)({"w": 1.0, "b": 3.0})
    {'w': 5.0, 'b': 6.0}
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """  # noqa: E501 - a formula stands on one line
    with_value = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*arguments: Any, **named: Any) -> Any:
        return with_value(*arguments, **named)[1]

    return gradient


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """Return a function that computes the value of `f` and its gradient, in one go.

    Parameters
    ----------
    f, argnums
        As for `grad`.

    Returns
    -------
    callable
        Returns the pair (value, gradient).

    Examples
    --------
    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    (6.0, (3.0, 2.0))
    """

    @wraps(f)
    def value_and_gradient(*arguments: Any, **named: Any) -> Any:
        call = _Call(f, argnums, arguments, named)
        result = _single(call.result)
        if not isinstance(result, Value):
            return result, call.shaped([_zero(v) for v in call.variables])
        found = call.pull([result], [_one(result)])
        return call.outward([result])[0], call.shaped(found)

    return value_and_gradient


def jacobian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    r"""Return a function that computes the Jacobian of `f`, one reverse sweep for each result.

    .. math:: J_{ij} = \frac{\partial f_i}{\partial x_j}

    Parameters
    ----------
    f : callable
        Returns a number or nested containers of numbers.
    argnums : int or sequence of ints

    Returns
    -------
    callable
        Returns containers in the shape of the result, and in each place the shape of the
        argument: the result's axis comes before the argument's, and a number adds none. An array
        by an array gives an array.

    Examples
    --------
    >>> jacobian(lambda x: [x[0] * x[1], x[0] + 1])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 0.0]]
    """

    @wraps(f)
    def jacobian_of_f(*arguments: Any, **named: Any) -> Any:
        call = _Call(f, argnums, arguments, named)
        results, rebuild = flatten(call.result)
        rows = []
        for result in map(_single, results):
            if isinstance(result, Value):
                found = call.pull([result], [_one(result)])
            else:
                found = [_zero(variable) for variable in call.variables]
            rows.append(call.arguments_of(found))
        parts = [
            _jacobian_shape(call.result, rebuild, [row[place] for row in rows])
            for place in range(len(call.structures))
        ]
        return parts[0] if call.one_argument else tuple(parts)

    return jacobian_of_f


def hessian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    r"""Return a function that computes the Hessian of `f`: the Jacobian of its gradient.

    .. math:: H_{jk} = \frac{\partial^2 f}{\partial x_j\,\partial x_k}

    Parameters
    ----------
    f : callable
        Returns one number.
    argnums : int or sequence of ints

    Returns
    -------
    callable
        Returns, in the shape of the argument, containers in the shape of the argument; if
        `argnums` is a sequence, tuples of tuples ``H[i][j]`` of them.

    Examples
    --------
    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    >>> hessian(lambda x, y: x**2 * y, argnums=(0, 1))(2.0, 3.0)
    ((6.0, 4.0), (4.0, 0.0))
    """
    if isinstance(argnums, int):
        return jacobian(grad(f, argnums), argnums)
    rows = [jacobian(grad(f, argnum), argnums) for argnum in argnums]

    @wraps(f)
    def hessian_of_f(*arguments: Any, **named: Any) -> tuple[Any, ...]:
        return tuple(row(*arguments, **named) for row in rows)

    return hessian_of_f


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], Any]]:
    r"""Return the value of `f`, and a function that multiplies a vector by its Jacobian.

    .. math:: u \mapsto J^T u

    Parameters
    ----------
    f : callable
        Returns a number or nested containers of numbers.
    *primals : numbers or containers
        The arguments; all are differentiated by.

    Returns
    -------
    value : what `f` returns
    pullback : callable
        Takes a cotangent in the shape of the value. Returns the product in the shape of the
        argument, or a tuple of them if there are several. It may be called again, and
        differentiated.

    Raises
    ------
    ValueError
        If the cotangent has another shape than the value.

    Examples
    --------
    >>> value, pullback = vjp(lambda x: [x[0] * x[1], x[0]], [2.0, 3.0])
    >>> value, pullback([1.0, 10.0])
    ([6.0, 2.0], [13.0, 2.0])
    """
    call = _Call(f, tuple(range(len(primals))) if len(primals) != 1 else 0, primals, {})
    results, rebuild = flatten(call.result)
    results = [_single(result) for result in results]
    value = rebuild(call.outward(results))

    def pullback(cotangent: Any) -> Any:
        if not same_structure(value, cotangent):
            raise ValueError(f"cotangent must have the shape of the value, {value!r}")
        seeds = [_number_or_value(c, "cotangent") for c in flatten(cotangent)[0]]
        pairs = [
            (r, _seed(s, r)) for r, s in zip(results, seeds, strict=True) if isinstance(r, Value)
        ]
        return call.shaped(call.pull([r for r, _ in pairs], [s for _, s in pairs]))

    return value, pullback


def jvp(f: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    r"""Return the value of `f` and its derivative along a direction, by one forward sweep.

    .. math:: (f(x),\ J v), \qquad \dot v = \sum_{u\text{ operand of }v}\frac{\partial v}{\partial u}\dot u

    Parameters
    ----------
    f : callable
        Returns a number or nested containers of numbers.
    primals : tuple of arguments, or a single argument
    tangents : the same
        The direction, in the shape of `primals`.

    Returns
    -------
    value, tangent
        Both in the shape of what `f` returns.

    Raises
    ------
    ValueError
        If `tangents` has another shape than `primals`.

    Examples
    --------
    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """  # noqa: E501 - a formula stands on one line
    if type(primals) is not tuple:  # a named tuple is one argument
        primals, tangents = (primals,), (tangents,)
    if not same_structure(primals, tangents):
        raise ValueError(f"tangents must have the shape of primals, {primals!r}")
    directions = [_number_or_value(t, "tangents") for t in flatten(tangents)[0]]
    call = _Call(f, tuple(range(len(primals))), primals, {})
    results, rebuild = flatten(call.result)
    results = [_single(result) for result in results]
    pushed = call.push(results, directions)
    return rebuild(call.outward(results)), rebuild(pushed)


def hvp(f: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    r"""Return the product of the Hessian of `f` with a vector, without building the Hessian.

    .. math:: H v = \frac{d}{dt}\nabla f(x + t v)\Big|_{t=0}

    Parameters
    ----------
    f : callable
        Returns one number.
    primals : tuple of arguments, or a single argument
        The point x; the Hessian is by the first argument.
    tangents : the same
        The vector v, in the shape of `primals`.

    Returns
    -------
    containers in the shape of the first argument

    Examples
    --------
    >>> hvp(lambda x: x[0] ** 2 * x[1], [2.0, 3.0], [1.0, 0.0])
    [6.0, 4.0]
    """
    return jvp(grad(f), primals, tangents)[1]


class _Call:
    """One call of a function, recorded: its variables, its result, and the sweeps over it.

    The chosen arguments are replaced by variables of the call's own. A number becomes a fresh
    leaf. A Value from outside becomes an identity node above it: cut there, the inner derivative
    knows its variable, and what is recorded still leads to the outer one. So nothing can be
    confused when differentiations nest.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        argnums: int | Sequence[int],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> None:
        self.one_argument = isinstance(argnums, int)
        places = _places(argnums, len(arguments))
        self.variables: list[Value] = []
        self.structures: list[tuple[int, Callable[[Sequence[Any]], Any]]] = []
        replaced = list(arguments)
        with recorded():
            for place in places:
                leaves, rebuild = flatten(arguments[place])
                variables = [_variable(leaf, place) for leaf in leaves]
                replaced[place] = rebuild(variables)
                self.variables += variables
                self.structures.append((len(leaves), rebuild))
            self.result = f(*replaced, **named)
        for variable in self.variables:
            variable.become_constant()
        self.cut = any(variable.operands for variable in self.variables)

    def pull(self, roots: list[Value], seeds: list[Any]) -> list[Any]:
        """Return the sum of seed · ∂root/∂variable, for each variable."""
        if not roots:
            return [_zero(variable) for variable in self.variables]
        with recorded():
            if self.cut or _depends_outside([*roots, *(s for s in seeds if isinstance(s, Value))]):
                return self.outward(_reverse(roots, seeds, self.variables))
            adjoints = sweep_all(roots, [_data(seed) for seed in seeds])
        found = [adjoints.get(variable, _zero(variable)) for variable in self.variables]
        if not all(map(is_finite, found)):
            raise _fault(roots, seeds, self.variables)
        return found

    def push(self, results: list[Any], directions: list[Any]) -> list[Any]:
        """Return the derivative of each result along the directions of the variables."""
        roots = [result for result in results if isinstance(result, Value)]
        outside = [d for d in directions if isinstance(d, Value)]
        symbolic = _depends_outside([*roots, *outside])
        tangents: dict[Any, Any] = {
            variable: _seed(direction, variable)
            for variable, direction in zip(self.variables, directions, strict=True)
        }
        with recorded():
            _forward(roots, tangents, symbolic=symbolic)
        pushed = [
            tangents.get(result, _zero(result)) if isinstance(result, Value) else 0.0
            for result in results
        ]
        return self.outward(pushed)

    def outward(self, results: list[Any]) -> list[Any]:
        """Return results as the caller sees them: Values where an outer leaf has a part."""
        values = [r for r in results if isinstance(r, Value)]
        reach = _reached_from_outside(values) if _depends_outside(values) else ()
        return [r.data if isinstance(r, Value) and r not in reach else r for r in results]

    def arguments_of(self, found: Sequence[Any]) -> list[Any]:
        """Return what was found for the variables in the shape of each argument."""
        shaped, start = [], 0
        for count, rebuild in self.structures:
            shaped.append(rebuild(found[start : start + count]))
            start += count
        return shaped

    def shaped(self, found: Sequence[Any]) -> Any:
        """Return what was found in the shape of the argument, or of the tuple of arguments."""
        shaped = self.arguments_of(found)
        return shaped[0] if self.one_argument else tuple(shaped)


def _reverse(roots: list[Value], seeds: list[Any], targets: Sequence[Any]) -> list[Any]:
    """Sweep backwards with recorded local derivatives; cut at the targets."""
    order = topological_order(roots)
    needed = dependents(order, targets)
    adjoints: dict[Any, Any] = {}
    for root, seed in zip(roots, seeds, strict=True):
        _add_to(adjoints, root, seed)
    for node in reversed(order):
        if node not in needed or node not in adjoints or not node.operands:
            continue
        _check_fresh(node)
        for index, operand in enumerate(node.operands):
            if isinstance(operand, Value) and operand in needed:
                _pass_on(adjoints, node, index, operand)
    found = [adjoints.get(target, _zero(target)) for target in targets]
    if not all(is_finite(_data(gradient)) for gradient in found):
        raise _fault(roots, seeds, targets)
    return found


def _pass_on(adjoints: dict[Any, Any], node: Value, index: int, operand: Value) -> None:
    """Add to the operand's adjoint what comes along one edge."""
    adjoint = adjoints[node]
    partial = node.local_derivatives[index] if _is_zero(adjoint) else _partial(node, index)
    try:
        _add_to(adjoints, operand, _product(adjoint, partial, node))
    except DomainError as error:  # 0 · ∞, or ∞ − ∞
        raise NonFiniteGradientError(describe(node), str(error)) from None


def _partial(node: Value, index: int) -> Any:
    """Return a local derivative by its rule, and so recorded."""
    assert node.operation is not None
    try:
        return node.operation.partial(index, node.operands, node)
    except DomainError as error:
        reason = f"its derivative by operand {index + 1} does not exist there ({error})"
        raise NonFiniteGradientError(describe(node), reason) from None


def _forward(roots: list[Value], tangents: dict[Any, Any], *, symbolic: bool) -> None:
    """Sweep forwards: complete `tangents` by those of all nodes that depend on its keys."""
    for node in topological_order(roots):
        if node in tangents:
            continue
        moved = [i for i, o in enumerate(node.operands) if isinstance(o, Value) and o in tangents]
        if not moved:
            continue
        if symbolic:
            _check_fresh(node)
        derivatives = node.local_derivatives
        for index in moved:
            partial: Any = derivatives[index]
            if symbolic or partial != partial:  # noqa: PLR0124 - NaN: let the rule say why
                partial = _partial(node, index)
            _add_to(tangents, node, _product(tangents[node.operands[index]], partial, node))
        if not is_finite(_data(tangents[node])):
            raise NonFiniteGradientError(describe(node), f"its tangent is {_data(tangents[node])}")


def _product(adjoint: Any, partial: Any, node: Value) -> Any:
    """Return adjoint · partial; nothing is recorded where one of them is a plain 0 or 1."""
    if _is_zero(adjoint) or _is_zero(partial):
        if not (is_finite(_data(adjoint)) and is_finite(_data(partial))):
            reason = f"local derivative {_data(partial)} times adjoint {_data(adjoint)} is nan"
            raise NonFiniteGradientError(describe(node), reason)
        return _zero(node)
    if not isinstance(partial, Value):
        if partial == 1:
            return adjoint
        partial = type(node.data)(partial)
    return adjoint * partial


def _add_to(adjoints: dict[Any, Any], node: Value, part: Any) -> None:
    """Add to an adjoint; nothing is recorded where a plain 0 is added, or added to."""
    if node not in adjoints or _is_zero(adjoints[node]):
        adjoints[node] = part
    elif not _is_zero(part):
        adjoints[node] = adjoints[node] + part


def _is_zero(item: Any) -> bool:
    return not isinstance(item, Value) and bool(item == 0)


def _check_fresh(node: Value) -> None:
    """Raise if the node's operands changed since it was recorded."""
    numbers = [_data(operand) for operand in node.operands]
    row = node.operation
    assert row is not None
    try:
        stale = row.evaluate(numbers) != node.data
    except DomainError:
        stale = True
    for index, recorded_derivative in enumerate(node.local_derivatives):
        if recorded_derivative is not None and not stale:
            now = local_derivative(row, index, numbers, node.data)
            stale = now != recorded_derivative and now == now  # noqa: PLR0124 - NaN means none
    if stale:
        raise StaleGraphError(describe(node))


def _reached_from_outside(roots: Sequence[Value]) -> set[Any]:
    """Return the nodes under `roots` in which a leaf that is no constant has a part."""
    outside = [leaf for leaf in leaves(roots) if leaf.kind != "constant"]
    return dependents(topological_order(roots), outside)


def _depends_outside(roots: Sequence[Value]) -> bool:
    return any(leaf.kind != "constant" for leaf in leaves(roots))


def _fault(roots: Sequence[Value], seeds: Sequence[Any], targets: Sequence[Any]) -> Exception:
    """Return the error that names where a gradient stopped being finite."""
    order = topological_order(roots)
    needed = dependents(order, targets)
    start: dict[Any, Any] = {}
    for root, seed in zip(roots, seeds, strict=True):
        _add_to(start, root, _data(seed))
    return first_fault(order, start, needed.__contains__)


def _variable(leaf: Any, place: int) -> Value:
    """Return the call's own variable in the place of an argument's leaf."""
    if isinstance(leaf, Value) and leaf.kind in ("data", "operation"):
        outer: Value = identity(leaf)
        return outer
    if isinstance(leaf, Value):
        return Value(leaf.data, leaf.label)
    _refuse_traced(leaf)
    return Value(number(leaf, f"argument {place}"))


def _refuse_traced(item: Any) -> None:
    """Let the compiler's symbols, which are known by their method, say that they have no sweep."""
    if hasattr(item, "__autograd_variable__"):
        item.__autograd_variable__()


def _single(result: Any) -> Any:
    """Return one number or Value that a function returned; TypeError for anything else."""
    if is_array(result) and result.shape == ():
        result = result.item()
    if isinstance(result, Value):
        return result
    if isinstance(result, bool) or type(result).__name__ in ("bool", "bool_"):
        raise TypeError("f returned a bool, which has no derivative: return a number")
    _refuse_traced(result)
    if not is_number(result):
        kind = type(result).__name__
        raise TypeError(f"f must return a number, not {kind} (for several, use jacobian)")
    return result if isinstance(result, (int, float)) else number(result)


def _number_or_value(item: Any, name: str) -> Any:
    return item if isinstance(item, Value) else number(item, name)


def _seed(item: Any, value: Value) -> Any:
    """Return a plain seed as a number of the kind of `value`; a float stays one."""
    return item if isinstance(item, (Value, float)) else type(value.data)(item)


def _places(argnums: Any, count: int) -> list[int]:
    """Return which positional arguments `argnums` names."""
    named = [argnums] if isinstance(argnums, int) else list(argnums)
    for argnum in named:
        if not isinstance(argnum, int) or not -count <= argnum < count:
            raise ValueError(f"argnums names argument {argnum!r}, but {count} positional ones came")
    places = [argnum % count for argnum in named]
    if len(set(places)) < len(places):
        raise ValueError(f"argnums names an argument twice: {argnums!r}")
    return places


def _data(item: Any) -> Any:
    return item.data if isinstance(item, Value) else item


def _one(value: Value) -> Any:
    return type(value.data)(1)


def _zero(value: Value) -> Any:
    return type(value.data)(0)


def _jacobian_shape(result: Any, rebuild: Callable[..., Any], rows: list[Any]) -> Any:
    """Put the rows of a Jacobian into the shape of the result."""
    if not is_array(result):
        return rebuild(rows)
    numpy = sys.modules["numpy"]
    if all(is_array(row) or is_number(row) or isinstance(row, Value) for row in rows):
        stacked = numpy.array(rows)
        return stacked.reshape(result.shape + stacked.shape[1:])
    nested = numpy.empty(len(rows), dtype=object)
    nested[:] = rows
    return nested.reshape(result.shape).tolist()
