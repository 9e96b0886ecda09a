"""With this one can compute with numbers that remember how they were made.

- `Value` holds one number. Arithmetic on Values records a graph: each result keeps its operands
  and, on each edge, the local derivative ∂result/∂operand at the recorded point.
- `Value.backward` goes through the graph in reverse topological order and applies the chain
  rule; the leaves add what reaches them to `.grad`.
- `stop_gradient` takes a number out of the graph.

The operations' mathematics is in `operations`. Derivatives of functions, and derivatives that can
be differentiated again, are in `derivatives`; `no_grad` and `scope` are in `graph`.
"""

from __future__ import annotations

import math
import sys
from _thread import RLock
from fractions import Fraction

from autograd_mini import operations
from autograd_mini.errors import DomainError, NonFiniteGradientError, describe, first_fault
from autograd_mini.graph import UNRECORDED, current_scope, topological_order, tracer
from autograd_mini.operations import HOOK, is_number, number
from autograd_mini.operators import Operators

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.graph import Scope
    from autograd_mini.operations import Row

__all__ = ["LEAF_KINDS", "Value", "is_finite", "local_derivative", "stop_gradient"]
__all__ += ["sweep", "sweep_all"]

LEAF_KINDS = ("data", "parameter", "constant")
"""What a leaf can be: an input, owned by a network, or a number that takes no gradient."""

LINK = "link"
"""Origin of the nodes that hold the operands of an operation from the second on."""

_new, _add, _multiply = object.__new__, operations.add, operations.multiply


class Value(Operators):
    """A number that remembers the operation and the operands that it came from.

    Parameters
    ----------
    data : real number
        Kept as a float; a `fractions.Fraction` stays exact.
    label : str, optional
        Name in drawings, derivations and errors.
    kind : {"data", "parameter", "constant"}
        What the leaf is; a constant takes no gradient.

    Raises
    ------
    TypeError
        If `data` is no real number.
    ValueError
        If `data` is NaN or too large for a float, or `kind` is unknown.

    Examples
    --------
    >>> a, b = Value(-4.0, label="a"), Value(2.0, label="b")
    >>> c = a * b + b**3
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (0.0, 2.0, 8.0)
    """

    # Two operands and two local derivatives in plain slots, no tuples: a node takes 96 bytes
    # beside its floats, and holds no reference cycle. `_uses` is -1 in leaves; in other nodes
    # it is 0 but during a sweep, which counts there. What most nodes lack stays unset, `_grad`
    # until a sweep and `_caption`, so that the garbage collector has less to visit: together
    # with label and scope in one slot that saves 10 to 15 % of a step.
    __slots__ = (
        "__weakref__", "_caption", "_data", "_first", "_first_derivative", "_grad", "_origin",
        "_second", "_second_derivative", "_uses")  # fmt: skip

    def __init__(self, data: Any, label: str | None = None, *, kind: str = "data") -> None:
        if kind not in LEAF_KINDS:
            raise ValueError(f"kind must be one of {', '.join(LEAF_KINDS)}, not {kind!r}")
        if label is not None and not isinstance(label, str):
            raise TypeError(f"label must be a string or None, not {type(label).__name__}")
        self._data = _at_the_door(data)
        self._grad: Any = None
        self._first: Any = None
        self._second: Any = None
        self._first_derivative: Any = None
        self._second_derivative: Any = None
        self._origin: Any = kind
        self._uses = -1
        scope = current_scope()
        self._caption: Any = (label, None if scope is UNRECORDED else scope)

    # What a node shows

    @property
    def data(self) -> Any:
        """The number: a float, or a Fraction. That of a leaf may be set, which is how one learns.

        A graph that was recorded before keeps its local derivatives, so that its `backward`
        still gives the gradient at the recorded point.
        """
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        if self._first is not None:
            raise AttributeError("data of a result follows from its operands: set that of a leaf")
        self._data = _at_the_door(data)

    @property
    def grad(self) -> Any:
        """The gradient: ∂root/∂leaf added up over sweeps, or an inner node's last adjoint.

        It is None before any sweep has reached the node, and may be set to None or a number.
        """
        return getattr(self, "_grad", None)

    @grad.setter
    def grad(self, grad: Any) -> None:
        self._grad = None if grad is None else type(self._data)(number(grad, "grad"))

    @property
    def label(self) -> str | None:
        """The name in drawings, derivations and errors; may be set."""
        caption = getattr(self, "_caption", None)
        return caption[0] if caption.__class__ is tuple else None

    @label.setter
    def label(self, label: str | None) -> None:
        self._caption = (label, self.scope)

    @property
    def scope(self) -> Scope | None:
        """The innermost `scope` in which the node was recorded; None outside of all."""
        caption = getattr(self, "_caption", None)
        return caption[1] if caption.__class__ is tuple else caption

    @property
    def kind(self) -> str:
        """What the node is: "operation", or a leaf of the kind "data", "parameter", "constant"."""
        return self._origin if isinstance(self._origin, str) else "operation"

    @property
    def operation(self) -> Row | None:
        """The row of the table that made the node; None for a leaf."""
        return None if isinstance(self._origin, str) else self._origin

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands in the order in which they were written; plain numbers stay numbers."""
        if _is_link(self._second):
            return tuple(operand for operand, _ in self._edges())
        count = (self._first is not None) + (self._second is not None)
        return (self._first, self._second)[:count]

    @property
    def local_derivatives(self) -> tuple[Any, ...]:
        """∂result/∂operand at the recorded point, for each operand; None for plain numbers."""
        return tuple(derivative for _, derivative in self._edges())

    def _edges(self) -> list[tuple[Any, Any]]:
        """Return operands and local derivatives, those in links included."""
        if self._first is None:
            return []
        edges, node = [(self._first, self._first_derivative)], self
        while _is_link(node._second):
            node = node._second
            edges.append((node._first, node._first_derivative))
        if node._second is not None:
            edges.append((node._second, node._second_derivative))
        return edges

    def become_constant(self) -> None:
        """Take a leaf out of the leaves that gather gradients; a result stays what it is."""
        if self._first is None:
            self._origin = "constant"

    def __repr__(self) -> str:
        name = "" if self.label is None else f", label={self.label!r}"
        made = "" if self.operation is None else f", operation={self.operation.name!r}"
        grad = "" if self.grad is None else f", grad={self.grad!r}"
        return f"Value({self._data!r}{name}{made}{grad})"

    # Recording

    def __autograd_operation__(self, row: Row, operands: Sequence[Any]) -> Any:
        """Compute `row` of `operands` and record it; comparisons give a plain bool."""
        if row is operations.where:
            bool(self)  # raises: a Value is no condition
        numbers = []
        for operand in operands:
            if isinstance(operand, Value):
                numbers.append(operand._data)
            elif hasattr(operand.__class__, HOOK):
                return NotImplemented
            else:
                numbers.append(number(operand, f"operand of {row.name}"))
        if numbers[0].__class__ is not float or len(numbers) > 1:
            numbers = _of_one_kind(numbers)
        result = row.evaluate(numbers, operands)
        if not row.partials or current_scope() is UNRECORDED:
            if tracer.get() is not None:
                return tracer.get()(row, operands)
            return Value(result, kind="constant") if row.partials else result
        if result.__class__ is int:
            result = float(result)
        derivatives = [
            local_derivative(row, index, numbers, result) if isinstance(o, Value) else None
            for index, o in enumerate(operands)
        ]
        kept = [o if isinstance(o, Value) else x for o, x in zip(operands, numbers, strict=True)]
        return _chain(row, result, kept, derivatives)

    # The operators that everything is made of have a path of their own, several times as fast: they
    # do what the rows of the table say, to the bit, for floats. `_record` hands over to the row
    # what is not plain: a Fraction, a number that is not finite, nothing to be recorded. Two
    # Values in a sum or product have it written out, which saves 5 % of a network's step.

    def __add__(self, other: Any) -> Any:
        """Record ``self + other``."""
        if other.__class__ is Value:
            data = self._data + other._data
            scope = current_scope()
            if data.__class__ is float and data - data == 0.0 and scope is not UNRECORDED:
                node = _new(Value)
                node._data = data
                node._first = self
                node._second = other
                node._first_derivative = node._second_derivative = 1.0
                node._origin = _add
                node._uses = 0
                if scope is not None:
                    node._caption = scope
                return node
            return _record(_add, data, self, other, 1.0, 1.0)
        if other.__class__ is float or (other.__class__ is int and -LARGE < other < LARGE):
            return _record(operations.add, self._data + other, self, other, 1.0, None)
        return super().__add__(other)

    def __radd__(self, other: Any) -> Any:
        """Record ``other + self``; the plain 0 with which `sum` starts gives the Value itself."""
        if other.__class__ is int and other == 0:
            return self
        if other.__class__ is float or (other.__class__ is int and -LARGE < other < LARGE):
            return _record(operations.add, other + self._data, other, self, None, 1.0)
        return super().__radd__(other)

    def __sub__(self, other: Any) -> Any:
        """Record ``self - other``."""
        if other.__class__ is Value:
            return _record(operations.subtract, self._data - other._data, self, other, 1.0, -1.0)
        if other.__class__ is float or (other.__class__ is int and -LARGE < other < LARGE):
            return _record(operations.subtract, self._data - other, self, other, 1.0, None)
        return super().__sub__(other)

    def __rsub__(self, other: Any) -> Any:
        """Record ``other - self``."""
        if other.__class__ is float or (other.__class__ is int and -LARGE < other < LARGE):
            return _record(operations.subtract, other - self._data, other, self, None, -1.0)
        return super().__rsub__(other)

    def __mul__(self, other: Any) -> Any:
        """Record ``self * other``."""
        if other.__class__ is Value:
            a, b = self._data, other._data
            data = a * b
            scope = current_scope()
            if data.__class__ is float and data - data == 0.0 and scope is not UNRECORDED:
                node = _new(Value)
                node._data = data
                node._first = self
                node._second = other
                node._first_derivative = b
                node._second_derivative = a
                node._origin = _multiply
                node._uses = 0
                if scope is not None:
                    node._caption = scope
                return node
            return _record(_multiply, data, self, other, b, a)
        if other.__class__ is float:
            return _record(_multiply, self._data * other, self, other, other, None)
        if other.__class__ is int and -LARGE < other < LARGE:
            return _record(_multiply, self._data * other, self, other, float(other), None)
        return super().__mul__(other)

    def __rmul__(self, other: Any) -> Any:
        """Record ``other * self``."""
        if other.__class__ is float or (other.__class__ is int and -LARGE < other < LARGE):
            return _record(operations.multiply, other * self._data, other, self, None, 1.0 * other)
        return super().__rmul__(other)

    def __truediv__(self, other: Any) -> Any:
        """Record ``self / other``."""
        if other.__class__ is Value and other._data:
            data, b = self._data / other._data, other._data
            return _record(operations.divide, data, self, other, 1 / b, -data / b)
        if other.__class__ is float or (other.__class__ is int and -LARGE < other < LARGE):
            if other:
                return _record(operations.divide, self._data / other, self, other, 1 / other, None)
        return super().__truediv__(other)

    def __rtruediv__(self, other: Any) -> Any:
        """Record ``other / self``."""
        if other.__class__ is float or (other.__class__ is int and -LARGE < other < LARGE):
            if self._data:
                data = other / self._data
                return _record(operations.divide, data, other, self, None, -data / self._data)
        return super().__rtruediv__(other)

    def __neg__(self) -> Any:
        """Record ``-self``."""
        return _record(operations.negative, -self._data, self, None, -1.0, None)

    def __pow__(self, other: Any) -> Any:
        """Record ``self ** other``; powers that can't overflow are fast."""
        base = self._data
        if other.__class__ is int and 0 < other <= FAST_POWERS and -FAST_BASE < base < FAST_BASE:
            slope = other * base ** (other - 1)
            return _record(operations.power, base**other, self, other, slope, None)
        if other.__class__ is float and -FAST_POWERS <= other <= FAST_POWERS:
            if 1 / FAST_BASE < base < FAST_BASE:
                slope = other / base ** (1 - other) if other < 1 else other * base ** (other - 1)
                return _record(operations.power, base**other, self, other, slope, None)
        return super().__pow__(other)

    def relu(self) -> Any:
        """Record ``max(self, 0)``, whose slope at 0 is 0."""
        if self._data > 0:
            return _record(operations.relu, self._data, self, None, 1.0, None)
        if self._data.__class__ is float:
            return _record(operations.relu, 0.0, self, None, 0.0, None)
        return operations.relu(self)

    # Backward

    def backward(self, seed: Any = 1) -> None:
        r"""Add ∂self/∂leaf to the `.grad` of every leaf under this node, by one reverse sweep.

        .. math:: \bar u = \sum_{v\text{ made of }u} \frac{\partial v}{\partial u}\,\bar v

        Leaves accumulate: a second call doubles them exactly. Inner nodes hold the adjoint of the
        last sweep.

        Parameters
        ----------
        seed : real number
            Adjoint of this node, 1 by default.

        Raises
        ------
        NonFiniteGradientError
            If a gradient is not finite; then no `.grad` of a leaf has changed.

        Examples
        --------
        >>> x = Value(3.0)
        >>> y = x**3
        >>> y.backward()
        >>> y.backward()
        >>> x.grad
        54.0
        """
        try:
            _accumulate(sweep(self, seed))
        except BaseException:
            _forget(self)
            raise

    # Python and NumPy

    def __bool__(self) -> bool:
        ways = "`value.data != 0`, a comparison such as `value > 0`, or `value is not None`"
        raise TypeError(f"a Value has no truth: write {ways}")

    def __float__(self) -> float:
        if self._origin == "constant":
            return float(self._data)
        ways = "value.data for the number, or autograd_mini's function"
        raise TypeError(f"float() and math would drop the graph in silence: write {ways}")

    def __format__(self, specification: str) -> str:
        return format(self._data, specification) if specification else repr(self)

    def __int__(self) -> int:
        return int(float(self))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Let NumPy walk: each operand becomes an array of objects, whose methods it calls."""
        numpy = sys.modules["numpy"]
        plain = (number(operand) if is_number(operand) else operand for operand in inputs)
        boxes = [numpy.array(operand, dtype=object) for operand in plain]
        if ufunc.__name__ in ("arctan2", "copysign", "fmod", "hypot") and method == "__call__":
            # NumPy would call the method of the first operand, which may be a plain number.
            ufunc = numpy.frompyfunc(getattr(Operators, ufunc.__name__), 2, 1)
        return getattr(ufunc, method)(*boxes, **options)


LARGE, FAST_POWERS, FAST_BASE = 2**53, 64, 10_000.0
"""Bounds within which an int is exactly a float, and a power can't overflow."""


def stop_gradient(value: Any) -> Any:
    """Return the number of `value` as a constant, through which no gradient flows.

    Parameters
    ----------
    value : Value or real number

    Returns
    -------
    Value
        A leaf of the kind "constant"; a plain number comes back as it is.

    Examples
    --------
    >>> x = Value(3.0)
    >>> (x * stop_gradient(x)).backward()
    >>> x.grad
    3.0
    """
    if hasattr(value, "__autograd_stop_gradient__"):
        return value.__autograd_stop_gradient__()  # a compiler's symbol
    if isinstance(value, Value) and tracer.get() is not None:
        return stop_gradient(tracer.get()(operations.identity, [value]))
    return Value(value.data, kind="constant") if isinstance(value, Value) else number(value)


def sweep(root: Value, seed: Any = 1) -> dict[Value, Any]:
    """Return the adjoint of every leaf under `root`, by the chain rule, without touching `.grad`.

    Two passes without recursion: the first counts how often each node is used, the second goes
    from the root to the leaves and passes a node's adjoint on when all its uses have paid in
    (Kahn's topological order). Inner nodes keep their adjoint in `.grad`.

    Parameters
    ----------
    root : Value
    seed : real number
        Adjoint of the root.

    Returns
    -------
    dict
        The leaves in the order in which they were reached, each with its adjoint.

    Raises
    ------
    NonFiniteGradientError
        If the adjoint of a leaf that is no constant is not finite.

    Examples
    --------
    >>> x = Value(3.0)
    >>> list(sweep(x * x).values()), x.grad
    ([6.0], None)
    """
    seed = number(seed, "seed")
    if not math.isfinite(seed):
        raise ValueError(f"seed must be finite, not {seed}")
    if seed.__class__ is not float:
        seed = type(root._data)(seed)
    if root._first is None:
        return {root: seed}
    try:
        _count_uses(root, seed)
        adjoints = _pass_on(root, seed)
        _check_finite(adjoints, root, seed)
    except BaseException:
        _forget(root)
        raise
    return adjoints


def sweep_all(roots: Sequence[Value], seeds: Sequence[Any]) -> dict[Value, Any]:
    """Return what one sweep from several roots brings to the leaves, each root with its seed."""
    zero = type(roots[0]._data)(0)
    return sweep(_chain(operations.add, zero, roots, [type(zero)(seed) for seed in seeds]))


def _count_uses(root: Value, seed: Any) -> None:  # noqa: C901
    """Count in each inner node under `root` the edges that lead to it.

    The count is 1 for a node with one use, which then takes its only adjoint as it is; n + 1 for
    a node with n uses, where adjoints add up from 0. Most nodes have one use: that saves 5 %.
    """
    zero = type(seed)()
    waiting: list[Value] = []
    node = root
    while True:  # not `while waiting`: Python 3.11 warms a loop up by its unconditional jumps alone
        following = None  # the next node, which only where there are two costs a way over the list
        if node._first_derivative is not None:
            operand = node._first
            uses = operand._uses
            if uses == 0:
                operand._uses = 1
                following = operand
            elif uses > 0:
                operand._uses = uses + 1 if uses > 1 else 3
                operand._grad = zero
        if node._second_derivative is not None:
            operand = node._second
            uses = operand._uses
            if uses == 0:
                operand._uses = 1
                if following is not None:
                    waiting.append(following)
                following = operand
            elif uses > 0:
                operand._uses = uses + 1 if uses > 1 else 3
                operand._grad = zero
        if following is not None:
            node = following
        elif waiting:
            node = waiting.pop()
        else:
            return


def _pass_on(root: Value, seed: Any) -> dict[Value, Any]:  # noqa: C901, PLR0912, PLR0915
    """Send each adjoint along the edges; return what arrives at the leaves, whose count is -1.

    The same steps stand here for the first and for the second operand: a loop over the two would
    take half as long again.
    """
    zero = type(seed)()
    adjoints: dict[Value, Any] = {}
    so_far = adjoints.get
    root._grad = seed
    ready: list[Value] = []
    node = root
    while True:
        following = None
        adjoint = node._grad
        derivative = node._first_derivative
        if derivative is not None:
            operand = node._first
            uses = operand._uses
            if uses == 1:
                operand._grad = derivative * adjoint
                operand._uses = 0
                following = operand
            elif uses < 0:
                adjoints[operand] = so_far(operand, zero) + derivative * adjoint
            else:
                operand._grad += derivative * adjoint
                operand._uses = uses - 1
                if uses == 2:
                    operand._uses = 0
                    following = operand
        derivative = node._second_derivative
        if derivative is not None:
            operand = node._second
            uses = operand._uses
            if uses == 1:
                operand._grad = derivative * adjoint
                operand._uses = 0
                if following is not None:
                    ready.append(following)
                following = operand
            elif uses < 0:
                adjoints[operand] = so_far(operand, zero) + derivative * adjoint
            else:
                operand._grad += derivative * adjoint
                operand._uses = uses - 1
                if uses == 2:
                    operand._uses = 0
                    if following is not None:
                        ready.append(following)
                    following = operand
        if following is not None:
            node = following
        elif ready:
            node = ready.pop()
        else:
            return adjoints


def _check_finite(adjoints: dict[Value, Any], root: Value, seed: Any) -> None:
    """Raise if what arrived at a leaf is not finite; what arrives at a constant does not matter."""
    for leaf, adjoint in adjoints.items():
        if not is_finite(adjoint) and leaf._origin != "constant":
            raise first_fault(topological_order(root), {root: seed}, lambda n: n.kind != "constant")


def _accumulate(adjoints: dict[Value, Any]) -> None:
    """Add what has arrived to the `.grad` of each leaf: of all, or, if that fails, of none."""
    with _one_at_a_time:
        before = {leaf: leaf._grad for leaf in adjoints if leaf._origin != "constant"}
        try:
            after = {leaf: _accumulated(leaf, adjoints[leaf]) for leaf in before}
            for leaf, grad in after.items():
                leaf._grad = grad
        except BaseException:  # an interrupt must not leave half of the leaves changed
            for leaf, grad in before.items():
                leaf._grad = grad
            raise


def _accumulated(leaf: Value, adjoint: Any) -> Any:
    """Return a leaf's gradient with one more adjoint added, which must be finite."""
    grad = adjoint if leaf._grad is None else leaf._grad + adjoint
    if not is_finite(grad):
        raise NonFiniteGradientError(describe(leaf), f"its sum over sweeps is {grad}")
    return grad


_one_at_a_time = RLock()
"""Held while leaves are changed, since threads may share them: none loses what another adds."""


def _forget(root: Value) -> None:
    """Clear what a sweep that failed left in the inner nodes under `root`."""
    for node in topological_order(root):
        inner = node
        while inner is not None and inner._first is not None:
            inner._uses, inner._grad = 0, None
            inner = inner._second if _is_link(inner._second) else None


def is_finite(x: Any) -> bool:
    """Tell whether a number is finite; a Fraction is, also beyond the range of floats."""
    return bool(x - x == 0)


def _is_link(operand: Any) -> bool:
    return operand.__class__ is Value and operand._origin == LINK


def _at_the_door(data: Any) -> Any:
    """Convert what a leaf is given: a Fraction stays exact, everything else becomes a float."""
    data = number(data, "data")
    return data if data.__class__ is Fraction else float(data)


def _of_one_kind(numbers: list[Any]) -> list[Any]:
    """Return numbers of which plain ints beside a Fraction have become Fractions."""
    kinds = {x.__class__ for x in numbers}
    if Fraction in kinds and int in kinds and float not in kinds:
        return [Fraction(x) for x in numbers]
    return numbers


def local_derivative(row: Row, index: int, numbers: Sequence[Any], result: Any) -> Any:
    """Return a partial as a number of the result's type; NaN where it does not exist.

    A NaN is never delivered: a sweep that would use it raises, one that does not need it can do
    without. So ``Value(-2.0) ** Value(3.0)`` has a derivative by its base.
    """
    try:
        slope = row.partial(index, numbers, result)
        return slope if slope.__class__ is result.__class__ else type(result)(slope)
    except (DomainError, ZeroDivisionError):
        return math.nan


def _record(
    row: Any, data: Any, first: Any, second: Any, d_first: Any, d_second: Any, plain: bool = True
) -> Any:
    """Return a node; operands that are plain numbers, or missing, have None for a derivative."""
    scope = current_scope()
    if plain and (data.__class__ is not float or data - data != 0.0 or scope is UNRECORDED):
        return row(first) if second is None else row(first, second)
    node = _new(Value)
    node._data = data
    node._first = first
    node._second = second
    node._first_derivative = d_first
    node._second_derivative = d_second
    node._origin = row
    node._uses = 0
    if scope is not None:
        node._caption = scope
    return node


def _chain(row: Row, data: Any, operands: Sequence[Any], derivatives: Sequence[Any]) -> Any:
    """Return a node of any number of operands: from the second on they hang in links."""
    if len(operands) == 1:
        return _record(row, data, operands[0], None, derivatives[0], None, plain=False)
    last, passes = operands[-1], derivatives[-1]
    for operand, derivative in zip(operands[-2:0:-1], derivatives[-2:0:-1], strict=True):
        last = _record(LINK, data, operand, last, derivative, passes, plain=False)
        if derivative is not None or passes is not None:
            passes = type(data)(1)
    return _record(row, data, operands[0], last, derivatives[0], passes, plain=False)
