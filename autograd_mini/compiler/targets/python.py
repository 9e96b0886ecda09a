"""With this one can write a recorded path as straight-line Python that needs no library.

- `write(path, wanted, names)` gives a `Program`: its source, and the function that it defines.

The forward part does what the eager engine did, the backward part is the engine's own sweep,
edge by edge in the same order, so that both agree to the bit. Only equal lines are merged, after
all that. What leaves the path, or meets a number that is not finite, raises; the caller then
asks the eager engine.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from autograd_mini import numerics
from autograd_mini.compiler.names import Names
from autograd_mini.graph import topological_order
from autograd_mini.value import FAST_POWERS, Value, local_derivative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.compiler.paths import Guard, Path
    from autograd_mini.operations import Row

__all__ = ["LIMIT", "OtherPathError", "Program", "TooLongError", "write"]

LIMIT = 100_000
"""Operations beyond which Python takes too long, and too much memory, to compile the text."""


class TooLongError(ValueError):
    """A function takes more operations than Python can compile in reasonable time."""


class OtherPathError(ArithmeticError):
    """The numbers take another path than the one that was recorded."""


def evaluate(row: Row, *numbers: Any) -> Any:
    """Compute a row without a spelling of its own, as the engine does."""
    result = row.evaluate(numbers)
    return float(result) if result.__class__ is int else result


def slope(row: Row, index: int, result: Any, *numbers: Any) -> Any:
    """Compute a local derivative without a spelling of its own, as the engine does."""
    return local_derivative(row, index, numbers, result)


def place_of_largest(*numbers: Any) -> int:
    """Return the place of the first of the largest; -1 where one is no number."""
    if any(number != number for number in numbers):  # noqa: PLR0124 - NaN alone
        return -1
    return max(range(len(numbers)), key=numbers.__getitem__)


# How a row is written where its operands {0}, {1} are floats, to the bit as the table computes it.
# Every spelling lets NaN through or raises, so that no undefined result goes unnoticed.
VALUES = {
    "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}", "divide": "{0} / {1}",
    "negative": "-{0}", "square": "{0} * {0}", "reciprocal": "1 / {0}", "identity": "{0}",
    "sqrt": "sqrt({0})", "exp": "exp({0})", "log": "log({0})", "log1p": "log1p({0})",
    "expm1": "expm1({0})", "sin": "sin({0})", "cos": "cos({0})", "tan": "tan({0})",
    "tanh": "tanh({0})", "atan": "atan({0})", "erf": "erf({0})", "erfc": "erfc({0})",
    "sigmoid": "sigmoid({0})", "softplus": "softplus({0})", "abs": "abs({0})", "sech": "sech({0})",
    "power": "power({0}, {1})",
    "relu": "{0} if {0} > 0 else relu({0})",
}  # fmt: skip

# The local derivative by each operand, likewise; {r} is the result.
SLOPES = {
    "add": ("1.0", "1.0"), "subtract": ("1.0", "-1.0"), "multiply": ("{1}", "{0}"),
    "divide": ("1 / {1}", "-{r} / {1}"), "negative": ("-1.0",), "square": ("2 * {0}",),
    "reciprocal": ("-({r} * {r})",), "identity": ("1.0",), "sqrt": ("1 / (2 * {r})",),
    "exp": ("{r}",), "log": ("1 / {0}",), "log1p": ("1 / (1 + {0})",), "sin": ("cos({0})",),
    "cos": ("-sin({0})",), "sech": ("-tanh({0}) * {r}",), "softplus": ("sigmoid({0})",),
    "expm1": ("exp({0})",), "relu": ("1.0 if {0} > 0 else 0.0",),
}  # fmt: skip

# How a comparison that came out true is checked, and one that came out false. NaN passes neither.
COMPARISONS = {
    "less": ("{0} < {1}", "{0} >= {1}"), "less_equal": ("{0} <= {1}", "{0} > {1}"),
    "greater": ("{0} > {1}", "{0} <= {1}"), "greater_equal": ("{0} >= {1}", "{0} < {1}"),
    "equal": ("{0} == {1}", "{0} < {1} or {0} > {1}"),
    "not_equal": ("{0} < {1} or {0} > {1}", "{0} == {1}"),
}  # fmt: skip


def relu(x: float) -> float:
    """Return 0.0; raise where x is no number."""
    if x <= 0:
        return 0.0
    raise OtherPathError


FUNCTIONS: dict[str, Any] = {
    name: getattr(math, name)
    for name in ("atan", "cos", "erf", "erfc", "exp", "expm1", "log", "log1p", "sin", "sqrt", "tan")
} | {
    "tanh": math.tanh, "sigmoid": numerics.sigmoid, "softplus": numerics.softplus,
    "sech": numerics.sech, "power": numerics.power, "relu": relu, "evaluate": evaluate,
    "slope": slope, "place_of_largest": place_of_largest, "OtherPathError": OtherPathError,
    "inf": math.inf, "rows": {},
}  # fmt: skip


class Program:
    """Straight-line Python for one path.

    Attributes
    ----------
    source : str
    run : callable
        Takes the inputs' and the captured numbers; returns results and gradients.
    captured : list of Values
        Leaves from outside the function, read at each call.
    """

    def __init__(self, source: str, captured: Sequence[Any], namespace: dict[str, Any]) -> None:
        self.source, self.captured = source, list(captured)
        code = compile(source, "<compiled by autograd_mini>", "exec")
        exec(code, namespace)  # noqa: S102 - the text is made of this module's own templates
        self.run: Callable[[Sequence[float], Sequence[float]], Any] = namespace["program"]


def write(path: Path, wanted: Sequence[Any] | None, names: Sequence[str]) -> Program:
    """Write a path as a program.

    Parameters
    ----------
    path : Path
    wanted : sequence of Values, or None
        By what to differentiate the one result; None for the results alone.
    names : sequence of str
        What the inputs are called.

    Returns
    -------
    Program

    Raises
    ------
    TooLongError
        If there are more operations than `LIMIT`.
    """
    writer = _Writer(path)
    writer.leaves(names)
    for guard in path.guards:
        writer.forward(_values(guard.operands))
        writer.guard(guard)
    results = [writer.number(r) for r in writer.forward_all(path.results)]
    gradients = [] if wanted is None else writer.backward(path.results[0], wanted)
    returned = f"return {_tuple(results)}, {_tuple(gradients)}"
    lines = "\n".join(f"    {line}" for line in [*writer.lines, returned])
    source = f"def program(inputs, captured):\n{lines}\n"
    return Program(source, writer.captured, FUNCTIONS | {"rows": writer.rows})


def _values(operands: Sequence[Any]) -> list[Any]:
    return [operand for operand in operands if isinstance(operand, Value)]


def _tuple(items: Sequence[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _literal(number: Any) -> str:
    """Return how a plain number is written."""
    number = number if isinstance(number, int) else float(number)
    return f"({number!r})" if number < 0 or 1 / (number or 1.0) < 0 else repr(number)


class _Writer:
    """Lines of text, and the name of what has been computed so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = Names([*FUNCTIONS, "program", "inputs", "captured"])
        self.lines: list[str] = []
        self.name_of: dict[Any, str] = {}
        self.merged: dict[str, str] = {}
        self.captured: list[Any] = []
        self.rows: dict[str, Row] = {}
        self.written: set[Any] = set()

    def leaves(self, names: Sequence[str]) -> None:
        """Unpack what comes in."""
        path = self.path
        operands = [o for guard in path.guards for o in guard.operands]
        roots = _values([*path.results, *operands, *path.sources.values()])
        self.order = topological_order(roots)
        if sum(1 for node in self.order if node.operands) > LIMIT:
            raise TooLongError(
                f"the function takes more than {LIMIT:,} operations, for which Python would need "
                'long to compile the text: use target="numpy"'
            )
        for value, name in zip(path.inputs, names, strict=True):
            self.name_of[value] = self.names.new(name, "x")
        for node in self.order:
            if not node.operands and node not in self.name_of and node not in path.sources:
                self.name_of[node] = self.names.new(node.label, "w")
                self.captured.append(node)
        for source, nodes in (("inputs", path.inputs), ("captured", self.captured)):
            if nodes:
                left = ", ".join(self.name_of[node] for node in nodes)
                self.lines.append(f"{left}{',' if len(nodes) == 1 else ''} = {source}")

    def number(self, operand: Any) -> str:
        """Return how an operand is written."""
        return self.name_of[operand] if isinstance(operand, Value) else _literal(operand)

    def merge(self, expression: str, wish: str | None = None, otherwise: str = "v") -> str:
        """Return the name of an expression, which is written once."""
        if expression not in self.merged:
            name = self.names.new(wish, otherwise)
            self.lines.append(f"{name} = {expression}")
            self.merged[expression] = name
        return self.merged[expression]

    def forward_all(self, results: Sequence[Any]) -> Sequence[Any]:
        self.forward(_values(results))
        return results

    def forward(self, roots: Sequence[Any]) -> None:
        """Compute everything under some nodes that has not been computed yet."""
        waiting = list(roots)[::-1]
        while waiting:
            node = waiting[-1]
            if node in self.name_of:
                waiting.pop()
                continue
            source = self.path.sources.get(node)
            needed = [source] if source is not None else _values(node.operands)
            missing = [operand for operand in needed if operand not in self.name_of]
            if missing:
                waiting.extend(reversed(missing))
                continue
            waiting.pop()
            if source is not None:
                self.name_of[node] = self.name_of[source]
            else:
                self.name_of[node] = self.merge(self.value(node), node.label)

    def value(self, node: Any) -> str:
        """Return the expression of a node."""
        operands = [self.number(operand) for operand in node.operands]
        row, template = node.operation, VALUES.get(node.operation.name)
        if _is_small_power(node):
            template = "{0} ** {1}"
        if template is None or Fraction in {o.__class__ for o in node.operands}:
            return f"evaluate({', '.join([self.row(row), *operands])})"
        return template.format(*operands)

    def row(self, row: Row) -> str:
        """Return how a row is referred to."""
        self.rows[row.name] = row
        return f"rows[{row.name!r}]"

    def slope(self, node: Any, index: int) -> str:
        """Return a local derivative: a literal, or the name of what computes it."""
        operands, row = [self.number(operand) for operand in node.operands], node.operation
        result = self.name_of[node]
        if row.name == "power" and index == 0 and not isinstance(node.operands[1], Value):
            y = node.operands[1]
            if _is_small_power(node) and y == 2:  # x ** 1 is x
                return self.merge(f"{operands[1]} * {operands[0]}")
            if _is_small_power(node) and y > 1:
                return self.merge(f"{operands[1]} * {operands[0]} ** {_literal(y - 1)}")
            if y >= 1:
                return self.merge(f"{operands[1]} * power({operands[0]}, {_literal(y - 1)})")
        if row.name in {"sigmoid", "tanh"}:
            half = operands[0] if row.name == "tanh" else self.merge(f"{operands[0]} / 2")
            name = self.merge(f"sech({half})")
            return self.merge(f"{name} * {name}" + (" / 4" if row.name == "sigmoid" else ""))
        if row.name in SLOPES:
            text = SLOPES[row.name][index].format(*operands, r=result)
            return text if text in self.names.taken or _is_literal(text) else self.merge(text)
        return self.merge(f"slope({', '.join([self.row(row), str(index), result, *operands])})")

    def guard(self, guard: Guard) -> None:
        """Leave the program where a choice comes out in another way."""
        operands = [self.number(operand) for operand in guard.operands]
        if guard.row is None:
            check = f"place_of_largest({', '.join(operands)}) == {guard.outcome}"
        else:
            check = COMPARISONS[guard.row.name][not guard.outcome].format(*operands)
        line = f"if not ({check}): raise OtherPathError"
        if line not in self.lines[-1:]:
            self.lines.append(line)

    def backward(self, root: Any, wanted: Sequence[Any]) -> list[str]:
        """Write the engine's sweep from the root; return the names of the gradients."""
        if not isinstance(root, Value):
            return ["0.0"] * len(wanted)
        needed = _dependents(self.order, wanted)
        parts: dict[Any, list[str]] = {root: ["1.0"]}
        for node in _sweep_order(root):
            if node not in needed:
                continue
            adjoint = self.total(parts.pop(node), node)
            for index, operand in enumerate(node.operands):
                if isinstance(operand, Value) and operand in needed:
                    part = _product(self.slope(node, index), adjoint)
                    parts.setdefault(operand, []).append(part)
        # The engine's sums start from +0.0, which shows where everything else is -0.0.
        return [self.merge(" + ".join(["0.0", *parts.get(v, [])]), None, "g") for v in wanted]

    def total(self, parts: list[str], node: Any) -> str:
        """Return the name of an adjoint, the sum of what came along the edges."""
        if len(parts) == 1 and (parts[0] in self.names.taken or _is_literal(parts[0])):
            return parts[0]
        wish = node.label and f"d_{node.label}"
        return self.merge(" + ".join(parts), wish, "d")


_LITERAL = re.compile(r"\(?-?[0-9][0-9.e+-]*\)?\Z|inf\Z|\(-inf\)\Z")


def _is_literal(text: str) -> bool:
    return _LITERAL.match(text) is not None


def _is_small_power(node: Any) -> bool:
    """Tell whether a node is a whole power that a float has an operator for."""
    exponent = node.operands[-1]
    small = exponent.__class__ is int and 0 < exponent <= FAST_POWERS
    return node.operation.name == "power" and small and isinstance(node.operands[0], Value)


def _product(derivative: str, adjoint: str) -> str:
    """Return derivative · adjoint, without what multiplying by 1 would cost."""
    if derivative == "1.0":
        return adjoint
    if adjoint == "1.0":
        return derivative
    return f"-{adjoint}" if derivative == "-1.0" else f"{derivative} * {adjoint}"


def _dependents(order: Sequence[Any], wanted: Sequence[Any]) -> set[Any]:
    found = set(wanted)
    for node in order:
        if any(isinstance(operand, Value) and operand in found for operand in node.operands):
            found.add(node)
    return found


def _sweep_order(root: Any) -> list[Any]:
    """Return the inner nodes in the order in which `value.sweep` passes their adjoints on."""
    uses: dict[Any, int] = {}
    waiting = [root] if root.operands else []
    while waiting:
        for operand in _edges(waiting.pop()):
            uses[operand] = uses.get(operand, 0) + 1
            if uses[operand] == 1:
                waiting.append(operand)
    order, ready = [], [root] if root.operands else []
    while ready:
        node = ready.pop()
        order.append(node)
        for operand in _edges(node):
            uses[operand] -= 1
            if not uses[operand]:
                ready.append(operand)
    return order


def _edges(node: Any) -> list[Any]:
    """Return the operands to which a derivative leads and that pass on themselves."""
    return [o for o in node.operands if isinstance(o, Value) and o.operands]
