"""With this one can record the path that a function takes at given numbers, for plain Python.

- `record(f, arguments, named)` runs `f` on the eager engine behind symbols. The graph is the one
  that the engine would record itself, so that what is made of it agrees to the bit; the choices
  that hang on numbers (`where`, the largest of several) are kept as guards.

What the program looks like is in `targets.python`.
"""

from __future__ import annotations

from autograd_mini.compiler.symbols import Traced, TracingError, is_recorded, take, tracing
from autograd_mini.containers import flatten
from autograd_mini.graph import UNRECORDED, current_scope, recorded, topological_order, tracer
from autograd_mini.operations import HOOK, TABLE, Choice, Row, is_number
from autograd_mini.value import Value, stop_gradient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["Guard", "Path", "record"]


class Guard:
    """A choice that was made: which comparison, of what, and how it came out.

    Parameters
    ----------
    row : Row or None
        The comparison; None for "the first of the largest".
    operands : sequence of Values and numbers
    outcome : bool or int
        What came out; of the largest, its place.
    """

    def __init__(self, row: Row | None, operands: Sequence[Any], outcome: Any) -> None:
        self.row, self.operands, self.outcome = row, tuple(operands), outcome


class Path:
    """What one run of a function recorded.

    Attributes
    ----------
    inputs : list of Values
        The leaves that the arguments' numbers became.
    results : list
        What `f` returned, Values and plain numbers.
    rebuild : callable
        Puts others in the place of the results.
    guards : list of Guards
        In the order in which they were passed.
    sources : dict
        The Values whose numbers stand behind constants that `stop_gradient` made.
    """

    def __init__(self) -> None:
        self.inputs: list[Any] = []
        self.results: list[Any] = []
        self.rebuild: Callable[[Sequence[Any]], Any] = list
        self.guards: list[Guard] = []
        self.sources: dict[Any, Any] = {}
        self.own: set[Any] = set()
        self.met: list[Any] = []
        self.mark: Any = None

    def wrapped(self, result: Any) -> Any:
        """Return a result of the engine as a symbol."""
        if isinstance(result, Value):
            self.own.add(result)
            return PathSymbol(self, result)
        return tuple(map(self.wrapped, result)) if isinstance(result, tuple) else result

    def computed(self, compute: Callable[[], Any]) -> Any:
        """Return what the engine computes; within `no_grad` no gradient goes through it."""
        silent = current_scope() is UNRECORDED
        with recorded():
            result = self.plainly(compute)
        if silent and isinstance(result, Value):
            result = self.stopped(result)
        return self.wrapped(result)

    def plainly(self, compute: Callable[[], Any]) -> Any:
        """Return what the engine computes by itself, also where it compares."""
        token = tracer.set(None)
        try:
            return compute()
        finally:
            tracer.reset(token)

    def apply(self, row: Row, operands: Sequence[Any]) -> Any:
        """Let the engine compute `row`; a comparison gives a truth that only `where` takes."""
        plain = [self.unwrapped(operand) for operand in operands]
        if not row.partials:
            return Truth(self, row, plain, self.plainly(lambda: row(*plain)))
        return self.computed(lambda: row(*plain))

    def stopped(self, value: Any) -> Any:
        """Return a constant with the number of `value`, which a program computes anew."""
        constant = self.plainly(lambda: stop_gradient(value))
        self.sources[constant] = value
        return constant

    def unwrapped(self, operand: Any) -> Any:
        """Return what the engine takes."""
        if isinstance(operand, PathSymbol):
            return operand.value
        if not isinstance(operand, Value) or not operand.operands or operand in self.own:
            return operand
        self.met.append(operand)
        return operand

    def check_captured(self) -> None:
        """Raise if a result from outside of the function stands under what it computed."""
        for value in topological_order(self.met):
            if value.operands and value not in self.own and not is_recorded(value, self.mark):
                raise TracingError(
                    "the function uses a result that was computed outside of it: compute it "
                    "inside, or use stop_gradient of it"
                )


class PathSymbol(Traced):
    """A Value behind a symbol, which keeps its number to itself."""

    __slots__ = ("path", "value")

    def __init__(self, path: Path, value: Any) -> None:
        self.path, self.value = path, value

    @property
    def label(self) -> Any:
        """The Value's label."""
        return self.value.label

    @label.setter
    def label(self, label: str | None) -> None:
        self.value.label = label

    @property
    def operands(self) -> tuple[Any, ...]:
        """The Value's operands."""
        return tuple(self.value.operands)

    def __autograd_operation__(self, row: Row, operands: Sequence[Any]) -> Any:
        """Let the engine compute `row`; a comparison gives a truth that only `where` takes."""
        if any(hasattr(o.__class__, HOOK) and not isinstance(o, (Value, Traced)) for o in operands):
            return NotImplemented
        if isinstance(row, Choice):
            return _chosen(self.path, operands)
        return self.path.apply(row, operands)

    def __autograd_place_of_largest__(self, values: Sequence[Any]) -> int:
        plain = [self.path.unwrapped(value) for value in values]
        numbers = [getattr(value, "data", value) for value in plain]
        place = max(range(len(numbers)), key=numbers.__getitem__)
        self.path.guards.append(Guard(None, plain, place))
        return place

    def __autograd_number__(self) -> Any:
        return self.value.data

    def __autograd_stop_gradient__(self) -> Any:
        return PathSymbol(self.path, self.path.stopped(self.value))

    def __autograd_take__(self, items: Sequence[Any]) -> Any:
        place = self.value.data
        if place != int(place):
            raise TypeError(f"index must be a whole number, not {place}")
        if not 0 <= place < len(items):
            raise IndexError(f"index must lie from 0 to {len(items) - 1}, not {int(place)}")
        self.path.guards.append(Guard(TABLE["equal"], (self.value, place), True))
        return items[int(place)]


def _forwarded(name: str) -> Callable[..., Any]:
    """Return an operator that is the engine's own: its graph has the same nodes."""
    method = getattr(Value, name)

    def operator(self: PathSymbol, *others: Any) -> Any:
        if not all(is_number(other) or isinstance(other, (Value, PathSymbol)) for other in others):
            return getattr(Traced, name)(self, *others)
        plain = [self.path.unwrapped(other) for other in others]
        return self.path.computed(lambda: method(self.value, *plain))

    return operator


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "neg", "pow"):
    setattr(PathSymbol, f"__{_name}__", _forwarded(f"__{_name}__"))


class Truth(Traced):
    """The outcome of a comparison, for `where` alone."""

    __slots__ = ("operands", "outcome", "path", "row")

    def __init__(self, path: Path, row: Row, operands: Sequence[Any], outcome: Any) -> None:
        self.path, self.row, self.operands, self.outcome = path, row, operands, outcome

    def __autograd_take__(self, items: Sequence[Any]) -> Any:
        self.path.guards.append(Guard(self.row, self.operands, self.outcome))
        return take(items, int(self.outcome))

    def __autograd_operation__(self, row: Row, operands: Sequence[Any]) -> Any:
        """Choose; anything else takes the truth for a number, 0 or 1."""
        if isinstance(row, Choice) and operands[0] is self:
            return _chosen(self.path, operands)
        self.path.guards.append(Guard(self.row, self.operands, self.outcome))
        return row(*(self.outcome if operand is self else operand for operand in operands))


def _chosen(path: Path, operands: Sequence[Any]) -> Any:
    """Return the operand that a condition picks, and keep the choice."""
    condition, a, b = operands
    if isinstance(condition, Truth):
        row, compared, taken = condition.row, condition.operands, condition.outcome
    else:  # a number among the arguments
        row, compared = TABLE["not_equal"], (condition.value, 0)
        taken = condition.value.data != 0
    path.guards.append(Guard(row, compared, taken))
    chosen = a if taken else b
    return chosen() if callable(chosen) else chosen


def record(
    f: Callable[..., Any], numbers: Sequence[float], rebuild: Callable[[Sequence[Any]], Any]
) -> Path:
    """Run a function at given numbers, and return the path that it took.

    Parameters
    ----------
    f : callable
    numbers : sequence of floats
        Those of all arguments.
    rebuild : callable
        Takes as many symbols; returns the pair of positional and keyword arguments.

    Returns
    -------
    Path

    Examples
    --------
    >>> path = record(lambda x: x * x, [3.0], lambda symbols: ((symbols[0],), {}))
    >>> path.results[0].data
    9.0
    """
    path = Path()
    path.inputs = [Value(number) for number in numbers]
    path.own.update(path.inputs)
    symbols = [PathSymbol(path, value) for value in path.inputs]
    with tracing(path.apply) as path.mark:
        arguments, named = rebuild(symbols)
        result = f(*arguments, **named)
        leaves, path.rebuild = flatten(result)
    path.results = [_result(path, leaf) for leaf in leaves]
    path.check_captured()
    return path


def _result(path: Path, leaf: Any) -> Any:
    """Return one number of what a function returned, which may be a Value or a plain number."""
    if isinstance(leaf, Truth):
        raise TracingError("the function returns a comparison: return where(comparison, 1.0, 0.0)")
    if not (is_number(leaf) or isinstance(leaf, (Value, PathSymbol))):
        raise TracingError(f"a compiled function returns numbers, not {type(leaf).__name__}")
    return path.unwrapped(leaf)
