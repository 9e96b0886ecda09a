"""With this one can record what a function computes, for all numbers at once.

- `Trace` is the record: for each node its operation and its operands, equal nodes once.
- `Symbol` stands for a number; the operators and the table's rows work on it.
- `trace_function` calls a function with symbols for its arguments.

A leaf is the name of an array and an index into it. What becomes of a trace is the business of
`simplify` and `roll`; `levels` turns any trace into array code.
"""

from __future__ import annotations

import functools
import gc
import math
import operator
from contextlib import contextmanager

from autograd_mini.compiler.symbols import Traced, TracingError, is_recorded, tracing
from autograd_mini.containers import flatten
from autograd_mini.graph import UNRECORDED, current_scope, topological_order
from autograd_mini.operations import HOOK, TABLE, Choice, is_number
from autograd_mini.operations import number as checked
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from autograd_mini.operations import Row

__all__ = [
    "CONSTANT", "LARGEST", "LEAF", "SILENT", "STOP", "TAKE", "Symbol", "Trace", "trace_function",
    "uncollected",
]  # fmt: skip

LEAF, CONSTANT, STOP, TAKE, LARGEST = "leaf", "constant", "stop", "take", "largest"
"""What a node can be beside a row of the table: TAKE picks by an index, LARGEST is the place of
the first of the largest operands."""

# What is put in the place of operands outside the domain of an operation that a branch of `where`
# alone needs: its result is not chosen there, but it must not raise, and its slope must be finite.
SAFE: dict[str, tuple[float | None, ...]] = {
    "log": (1.0,), "log2": (1.0,), "log10": (1.0,), "log1p": (1.0,), "sqrt": (1.0,),
    "cbrt": (1.0,), "reciprocal": (1.0,), "divide": (None, 1.0), "ratio": (None, 1.0),
    "power": (1.0, 1.0), "asin": (0.5,), "acos": (0.5,), "atanh": (0.5,), "acosh": (2.0,),
    "lgamma": (1.0,), "digamma": (1.0,), "polygamma": (None, 1.0), "floor_divide": (None, 1.0),
    "modulo": (None, 1.0), "fmod": (None, 1.0), "remainder": (None, 1.0), "exp": (0.0,),
}  # fmt: skip


class Trace:
    """A record of operations.

    Attributes
    ----------
    operations : list
        Of each node: LEAF, CONSTANT, STOP, TAKE, LARGEST, or the name of a row.
    operands : list of tuples
        Places of nodes; of a leaf the place of its array and the index, of a constant its number.
    arrays : list of str
        The names of the arrays of which leaves are parts.
    values : list of Values
        Leaves from outside that belong to no array; together they are the last array.

    Examples
    --------
    >>> trace = Trace()
    >>> x = Symbol(trace, trace.leaf(0, 0))
    >>> (x * 2 + x * 2).node, trace.operations
    (3, ['leaf', 'constant', 'multiply', 'add'])
    """

    def __init__(self, known: dict[Any, tuple[int, int]] | None = None, arrays: int = 0) -> None:
        self.operations: list[str] = []
        self.operands: list[tuple[Any, ...]] = []
        self.known = dict(known or {})
        self.arrays = arrays
        self.values: list[Any] = []
        self.labels: dict[int, str] = {}
        self.written = 0
        self.mark: Any = None
        self._nodes: dict[str, dict[tuple[Any, ...], int]] = {}
        self._constants: dict[float, int] = {}
        self._leaves: dict[Any, int] = {}
        self._branches: list[tuple[int, bool]] = []

    def node(self, operation: str, operands: tuple[Any, ...]) -> int:
        """Return the place of a node, which is recorded once."""
        alike = self._nodes.get(operation)
        if alike is None:
            alike = self._nodes[operation] = {}
        place = alike.get(operands)
        if place is None:
            place = alike[operands] = len(self.operations)
            self.operations.append(operation)
            self.operands.append(operands)
        return place

    def record(self, operation: str, operands: tuple[int, ...]) -> Symbol:
        """Return an operation as a symbol; each that is asked for counts as written."""
        self.written += 1
        return Symbol(self, self.node(operation, operands))

    def close(self) -> None:
        """Free what is needed only while recording; what is recorded stays."""
        self._nodes, self._constants, self._leaves = {}, {}, {}

    def leaf(self, array: int, index: int) -> int:
        """Return an element of an array."""
        return self.node(LEAF, (array, index))

    def constant(self, number: Any) -> int:
        """Return a plain number; 0.0 and -0.0 are two."""
        place = self._constants.get(number) if number else None
        if place is None:
            exact = float(checked(number))
            place = self.node(CONSTANT, (exact, math.copysign(1.0, exact)))
            self._constants[exact] = place
        return place

    def place(self, operand: Any) -> int:
        """Return the node of an operand: a symbol, a Value from outside, or a plain number."""
        if operand.__class__ is Symbol:
            if operand.trace is not self:
                raise TracingError("a symbol of another trace: a compiled function kept it")
            return operand.node
        if isinstance(operand, Value):
            return self._value(operand)
        return self.constant(operand)

    def _value(self, value: Any) -> int:
        """Return the leaf of a Value from outside, or what the engine recorded of such Values."""
        place = self._leaves.get(value)
        if place is not None:
            return place
        if value.operands:
            return self._recorded(value)
        if value not in self.known:
            self.known[value] = (self.arrays, len(self.values))
            self.values.append(value)
        place = self._leaves[value] = self.leaf(*self.known[value])
        return place

    def _recorded(self, result: Any) -> int:
        """Record again what the engine did to Values that the function captured."""
        for value in topological_order(result):
            if value in self._leaves or not value.operands:
                continue
            if not is_recorded(value, self.mark):
                raise TracingError(
                    "the function uses a result that was computed outside of it: compute it "
                    "inside, or use stop_gradient of it"
                )
            symbol = self.record(value.operation.name, tuple(map(self.place, value.operands)))
            symbol.label = value.label
            self._leaves[value] = symbol.node
        return self._leaves[result]

    def apply(self, row: Row, operands: Sequence[Any]) -> Symbol:
        """Record a row."""
        places = tuple(map(self.place, operands))
        if self._branches and row.name in SAFE:
            places = self._guarded(row.name, places)
        symbol = self.record(row.name, places)
        if current_scope() is UNRECORDED:
            return self.record(STOP, (symbol.node,))
        return symbol

    def _guarded(self, name: str, places: tuple[int, ...]) -> tuple[int, ...]:
        """Return operands that stay within the domain where a branch is not chosen."""
        guarded = list(places)
        for index, safe in enumerate(SAFE[name][: len(places)]):
            if safe is None or self.operations[places[index]] == CONSTANT:
                continue
            for condition, outcome in self._branches:
                chosen = (guarded[index], self.constant(safe))
                pair = chosen if outcome else chosen[::-1]
                guarded[index] = self.record("where", (condition, *pair)).node
        return tuple(guarded)

    def choose(self, condition: int, a: Any, b: Any) -> Symbol:
        """Record `where`; branches given as functions may lie outside the domain elsewhere."""
        places = []
        for branch, outcome in ((a, True), (b, False)):
            result = branch
            if callable(branch) and not hasattr(branch.__class__, HOOK):
                with self._branch(condition, outcome):
                    result = branch()
            places.append(self.place(result))
        return self.record("where", (condition, *places))

    @contextmanager
    def _branch(self, condition: int, outcome: bool) -> Iterator[None]:
        self._branches.append((condition, outcome))
        try:
            yield
        finally:
            self._branches.pop()


class Symbol(Traced):
    """A number that is not known yet: a node of a trace."""

    __slots__ = ("node", "trace")

    def __init__(self, trace: Trace, node: int) -> None:
        self.trace, self.node = trace, node

    @property
    def label(self) -> str | None:
        """A name that the source may use."""
        return self.trace.labels.get(self.node)

    @label.setter
    def label(self, label: str | None) -> None:
        if label is not None:
            self.trace.labels.setdefault(self.node, label)

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands, as symbols; none of a leaf or a plain number."""
        if self.trace.operations[self.node] in {LEAF, CONSTANT}:
            return ()
        return tuple(Symbol(self.trace, place) for place in self.trace.operands[self.node])

    def __autograd_operation__(self, row: Row, operands: Sequence[Any]) -> Any:
        """Record `row` of `operands`."""
        for operand in operands:
            kind = operand.__class__
            if kind is not Symbol and hasattr(kind, HOOK) and not isinstance(operand, Value):
                return NotImplemented
        if isinstance(row, Choice):
            return self.trace.choose(self.node, operands[1], operands[2])
        return self.trace.apply(row, operands)

    def __autograd_stop_gradient__(self) -> Any:
        return self.trace.record(STOP, (self.node,))

    def __autograd_differences__(self, values: list[Any]) -> list[Any]:
        """Return values minus the largest, through which no gradient goes: softmax needs none."""
        if len(values) == 1:
            return [values[0] - values[0]]
        trace = self.trace
        places = tuple(map(trace.place, values))
        largest = trace.record(STOP, (trace.record("maximum", places).node,))
        return [value - largest for value in values]

    def __autograd_logsumexp__(self, values: list[Any]) -> Any:
        """Return the largest, and the logarithm of the sum with its term taken out as a 1."""
        if len(values) == 1:
            return values[0]
        place, largest = self._largest(values)
        return largest + _log_of_sum(place, _below(place, largest, values))

    def __autograd_log_softmax__(self, values: list[Any]) -> list[Any]:
        """Return the values minus the logarithm of the sum of their exponentials.

        That of the largest takes no detour over the largest: 1 − 1 would cost the slope's digits.
        """
        if len(values) == 1:
            return [values[0] - values[0]]
        differences = _below(*self._largest(values), values)
        total = _log_of_sum(self._largest(values)[0], differences)
        return [difference - total for difference in differences]

    def _largest(self, values: list[Any]) -> tuple[Any, Any]:
        """Return the place of the largest value, and the value itself, with its gradient."""
        trace = self.trace
        place = trace.record(LARGEST, tuple(map(trace.place, values)))
        return place, place.__autograd_take__(values)

    def __autograd_take__(self, items: Sequence[Any]) -> Any:
        if hasattr(items, "tolist"):
            items = items.tolist()
        if not items:
            raise IndexError("take needs an item")
        if isinstance(items[0], (list, tuple)):
            columns = zip(*items, strict=True)
            return type(items[0])([self.__autograd_take__(list(column)) for column in columns])
        trace = self.trace
        return trace.record(TAKE, (self.node, *map(trace.place, items)))


def _below(place: Any, largest: Any, values: Sequence[Any]) -> list[Any]:
    """Return values minus the largest, which stands at a place: there a plain 0."""
    equal, where = TABLE["equal"], TABLE["where"]
    return [where(equal(place, float(k)), 0.0, v - largest) for k, v in enumerate(values)]


def _log_of_sum(place: Any, differences: Sequence[Any]) -> Any:
    """Return the logarithm of the sum of exponentials of differences to the largest.

    The largest term is taken out as a plain 1, so that what little the others add keeps its
    digits, and so does its slope, which is minus the sum of the others'.
    """
    equal, exp, log1p, where = (TABLE[name] for name in ("equal", "exp", "log1p", "where"))
    others = [where(equal(place, float(k)), 0.0, exp(d)) for k, d in enumerate(differences)]
    return log1p(functools.reduce(operator.add, others))


def _recording(name: str, *, reflected: bool = False) -> Callable[[Any, Any], Any]:
    """Return an operator that records at once, without the detour of a row's general path."""
    row = TABLE[name]

    def operator(self: Any, other: Any) -> Any:
        kind, trace = other.__class__, self.trace
        if kind is Symbol and other.trace is trace:
            place = other.node
        elif kind is float or kind is int:
            if reflected and name == "add" and kind is int and other == 0:
                return self  # what `sum` starts with
            place = trace.constant(other)
        elif kind is Value:
            place = trace.place(other)
        elif is_number(other) or isinstance(other, (Symbol, Value)):
            return trace.apply(row, (other, self) if reflected else (self, other))
        else:
            return NotImplemented if not hasattr(kind, HOOK) else row(self, other)
        if trace._branches and name in SAFE:  # noqa: SLF001 - of this module
            return trace.apply(row, (other, self) if reflected else (self, other))
        operands = (place, self.node) if reflected else (self.node, place)
        symbol = trace.record(name, operands)
        return symbol if current_scope() is not UNRECORDED else trace.record(STOP, (symbol.node,))

    return operator


for _name, _method in (
    ("add", "add"), ("subtract", "sub"), ("multiply", "mul"), ("divide", "truediv"),
    ("power", "pow"),
):  # fmt: skip
    setattr(Symbol, f"__{_method}__", _recording(_name))
    setattr(Symbol, f"__r{_method}__", _recording(_name, reflected=True))


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest: of millions of nodes none is garbage, and each time it visits all.

    Examples
    --------
    >>> with uncollected():
    ...     gc.isenabled()
    False
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def trace_function(
    trace: Trace, f: Callable[..., Any], symbols: Sequence[Symbol], put: Callable[..., Any]
) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """Call a function with symbols; return the nodes of its results, and their structure.

    Parameters
    ----------
    trace : Trace
    f : callable
    symbols : sequence of Symbols
    put : callable
        Takes the symbols; returns the pair of positional and keyword arguments.

    Returns
    -------
    nodes : list of int
    rebuild : callable
    """
    with tracing(trace.apply) as trace.mark:
        arguments, named = put(symbols)
        leaves, rebuild = flatten(f(*arguments, **named))
    return [_result(trace, leaf) for leaf in leaves], rebuild


def _result(trace: Trace, leaf: Any) -> int:
    if not (is_number(leaf) or isinstance(leaf, (Value, Symbol))):
        raise TracingError(f"a compiled function returns numbers, not {type(leaf).__name__}")
    node = trace.place(leaf)
    if trace.operations[node] in COMPARISONS:
        raise TracingError("the function returns a comparison: return where(comparison, 1.0, 0.0)")
    return node


COMPARISONS = frozenset(name for name, row in TABLE.items() if not row.partials)
"""The rows that give a truth."""

SILENT = COMPARISONS | {CONSTANT, STOP, LARGEST}
"""What no gradient goes through."""
