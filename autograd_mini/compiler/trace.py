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

from autograd_mini.compiler.symbols import Traced, TracingError
from autograd_mini.containers import flatten
from autograd_mini.graph import UNRECORDED, current_scope
from autograd_mini.operations import HOOK, TABLE, Choice, is_number
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from autograd_mini.operations import Row

__all__ = ["CONSTANT", "LEAF", "STOP", "TAKE", "Symbol", "Trace", "trace_function"]

LEAF, CONSTANT, STOP, TAKE = "leaf", "constant", "stop", "take"
"""What a node can be beside a row of the table."""

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
        Of each node: LEAF, CONSTANT, STOP, TAKE, or the name of a row.
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
        self.kept: set[int] = set()
        self.written = 0
        self._nodes: dict[Any, int] = {}
        self._branches: list[tuple[int, bool]] = []

    def node(self, operation: str, operands: tuple[Any, ...]) -> int:
        """Return the place of a node, which is recorded once."""
        key = (operation, operands)
        place = self._nodes.get(key)
        if place is None:
            place = self._nodes[key] = len(self.operations)
            self.operations.append(operation)
            self.operands.append(operands)
        return place

    def leaf(self, array: int, index: int) -> int:
        """Return an element of an array."""
        return self.node(LEAF, (array, index))

    def constant(self, number: Any) -> int:
        """Return a plain number; 0.0 and -0.0 are two."""
        number = float(number)
        return self.node(CONSTANT, (number, math.copysign(1.0, number)))

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
        """Return the leaf of a Value from outside."""
        if value.operands:
            raise TracingError(
                "the function uses a result that was computed outside of it: compute it inside, "
                "or use stop_gradient of it"
            )
        if value not in self.known:
            self.known[value] = (self.arrays, len(self.values))
            self.values.append(value)
        return self.leaf(*self.known[value])

    def keep(self, symbol: Any) -> Any:
        """Mark a sum that must not be taken apart, since it is exact as it stands."""
        self.kept.add(symbol.node)
        return symbol

    def apply(self, row: Row, operands: Sequence[Any]) -> Symbol:
        """Record a row."""
        places = tuple(map(self.place, operands))
        self.written += 1
        if self._branches and row.name in SAFE:
            places = self._guarded(row.name, places)
        symbol = Symbol(self, self.node(row.name, places))
        if current_scope() is UNRECORDED:
            return Symbol(self, self.node(STOP, (symbol.node,)))
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
                guarded[index] = self.node("where", (condition, *pair))
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
        self.written += 1
        return Symbol(self, self.node("where", (condition, *places)))

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
        if any(hasattr(o.__class__, HOOK) and not isinstance(o, (Value, Symbol)) for o in operands):
            return NotImplemented
        if isinstance(row, Choice):
            return self.trace.choose(self.node, operands[1], operands[2])
        return self.trace.apply(row, operands)

    def __autograd_stop_gradient__(self) -> Any:
        return Symbol(self.trace, self.trace.node(STOP, (self.node,)))

    def __autograd_number__(self) -> float:
        return 0.0  # asked for whether it is infinite, which the program will see

    def __autograd_place_of_largest__(self, values: list[Any]) -> int:
        if len(values) == 1:
            return 0
        self._fill_diagonal(values)
        values.append(_largest(self.trace, values))
        return len(values) - 1

    def _fill_diagonal(self, values: list[Any]) -> None:
        """Write a plain 0 among differences to b as 0 · b − 0 · b, so that all are alike."""
        trace = self.trace
        symbols = [v for v in values if isinstance(v, Symbol)]
        if len(symbols) != len(values) - 1 or any(
            trace.operations[v.node] != "subtract" for v in symbols
        ):
            return
        seconds = {trace.operands[v.node][1] for v in symbols}
        place = next(k for k, v in enumerate(values) if not isinstance(v, Symbol))
        if len(seconds) == 1 and is_number(values[place]) and values[place] == 0:
            nothing = 0.0 * Symbol(trace, seconds.pop())
            values[place] = nothing - nothing

    def __autograd_differences__(self, values: list[Any]) -> list[Any]:
        trace = self.trace
        if len(values) == 1:
            return [values[0] - values[0]]
        largest = values[-1] if _is_stopped_maximum(values[-1]) else _largest(trace, values)
        given = values[:-1] if largest is values[-1] else values
        return [value - largest for value in given]

    def __autograd_log_of_sum__(self, differences: list[Any]) -> Any:
        """Return the logarithm of the sum of exponentials, where the largest exponent is 0.

        The largest term is taken out as a plain 1, so that what little the others add keeps its
        digits; its slope stays. Of terms that tie all but one are put back.
        """
        equal, exp, log1p, where = (TABLE[name] for name in ("equal", "exp", "log1p", "where"))
        ties = [where(equal(d, 0.0), 1.0, 0.0) for d in differences]
        others = self.trace.keep(functools.reduce(operator.add, ties) - 1.0)
        terms = [self.trace.keep(exp(d) - tie) for d, tie in zip(differences, ties, strict=True)]
        return log1p(functools.reduce(operator.add, terms, others))

    def __autograd_take__(self, items: Sequence[Any]) -> Any:
        if hasattr(items, "tolist"):
            items = items.tolist()
        if not items:
            raise IndexError("take needs an item")
        if isinstance(items[0], (list, tuple)):
            columns = zip(*items, strict=True)
            return type(items[0])([self.__autograd_take__(list(column)) for column in columns])
        trace = self.trace
        trace.written += 1
        return Symbol(trace, trace.node(TAKE, (self.node, *map(trace.place, items))))


def _largest(trace: Trace, values: Sequence[Any]) -> Symbol:
    """Return the largest of several values, through which no gradient goes."""
    places = tuple(map(trace.place, values))
    return Symbol(trace, trace.node(STOP, (trace.node("maximum", places),)))


def _is_stopped_maximum(value: Any) -> bool:
    if not isinstance(value, Symbol) or value.trace.operations[value.node] != STOP:
        return False
    (inner,) = value.trace.operands[value.node]
    return bool(value.trace.operations[inner] == "maximum")


def _recording(name: str, *, reflected: bool = False) -> Callable[[Any, Any], Any]:
    """Return an operator that records at once, without the detour of a row's general path."""
    row = TABLE[name]

    def operator(self: Any, other: Any) -> Any:
        if other.__class__ is Symbol or other.__class__ is float or isinstance(other, Value):
            return self.trace.apply(row, (other, self) if reflected else (self, other))
        if is_number(other):
            if reflected and name == "add" and other.__class__ is int and other == 0:
                return self
            return self.trace.apply(row, (other, self) if reflected else (self, other))
        return NotImplemented if not hasattr(other.__class__, HOOK) else row(self, other)

    return operator


for _name, _method in (("add", "add"), ("subtract", "sub"), ("multiply", "mul")):
    setattr(Symbol, f"__{_method}__", _recording(_name))
    setattr(Symbol, f"__r{_method}__", _recording(_name, reflected=True))


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
    collecting = gc.isenabled()
    gc.disable()  # nothing here is garbage, and looking for it takes a tenth of the time
    try:
        arguments, named = put(symbols)
        result = f(*arguments, **named)
    finally:
        if collecting:
            gc.enable()
    leaves, rebuild = flatten(result)
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
