"""With this one can turn any trace into array code: one instruction for each level and operation.

- `level_program(trace, outputs, wanted, arrays)` gives a `LevelProgram`.

All nodes stand in one buffer, the examples last; a level holds what hangs only on lower ones, and
nodes of a level that do the same are computed at once, their operands gathered by index. It knows
no pattern and needs none: what does not roll is computed here.
"""

from __future__ import annotations

from autograd_mini.compiler.gathers import place_of_largest
from autograd_mini.compiler.slopes import atom, literal, partial, write
from autograd_mini.compiler.targets.numpy import namespace, spelling
from autograd_mini.compiler.trace import CONSTANT, LEAF, SILENT, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.trace import Trace

__all__ = ["LevelProgram", "level_program"]

CELLS = 1_000_000
"""How many numbers the buffer holds at most, if an example does not need more."""


class _Group:
    """Nodes of one level that do the same, which stand together in the buffer."""

    def __init__(self, operation: str, nodes: list[int], start: int) -> None:
        self.operation, self.nodes = operation, nodes
        self.start, self.stop = start, start + len(nodes)


class LevelProgram:
    """Array code by levels.

    Attributes
    ----------
    source : str
    run : callable
        Takes arrays (those of a batch with the examples first) and the number of examples;
        returns results, of shape (results, examples), and for each wanted array its gradients, of
        shape (examples, size) or, summed over the examples, (size,).
    """

    def __init__(self, writer: _Writer, source: str, rows: int) -> None:
        self.source, self.rows = source, rows
        self.groups = len(writer.groups)
        names = namespace(source) | {"take_rows": _take_rows, "add_take": _add_take}
        names |= {
            "add_at": _add_at,
            "place": place,
            "place_of_largest": place_of_largest,
        } | writer.constants
        exec(compile(source, "<compiled by autograd_mini>", "exec"), names)  # noqa: S102 - our text
        self.run: Any = names["program"]

    def told(self) -> str:
        """Say what the trace became."""
        return f"by levels: {self.rows} rows, {self.groups} instructions"

    def block(self, examples: int) -> int:
        """Return how many examples are worked through at once."""
        return max(1, min(examples, CELLS // max(self.rows, 1)))


def level_program(
    trace: Trace,
    outputs: Sequence[int],
    wanted: Sequence[int] | None,
    sizes: Sequence[int],
    batched: Sequence[bool],
    *,
    each: bool = False,
) -> LevelProgram:
    """Return the program of a trace.

    Parameters
    ----------
    trace : Trace
    outputs : sequence of int
        The nodes of the results.
    wanted : sequence of int, or None
        The arrays by which to differentiate the one result.
    sizes : sequence of int
        How many elements each array has.
    batched : sequence of bool
        Whether an array has the axis of examples.
    each : bool
        Whether gradients by arrays without examples are kept for each example.
    """
    writer = _Writer(trace, outputs, wanted or ())
    writer.forward()
    lines = [*writer.lines, f"results = v[{writer.constant('o', writer.rows(outputs))}]"]
    gradients = []
    if wanted is not None:
        writer.lines = []
        writer.backward(outputs[0])
        lines += writer.lines
        gradients = [
            writer.gradient(array, sizes[array], summed=not (batched[array] or each))
            for array in wanted
        ]
        lines += writer.tail
    body = "\n".join(f"    {line}" for line in lines)
    returned = f"    return results, [{', '.join(gradients)}]"
    source = f"def program(arrays, n):\n{body}\n{returned}\n"
    return LevelProgram(writer, source, writer.size)


class _Writer:
    """The text of a program, and the buffer's layout."""

    def __init__(self, trace: Trace, outputs: Sequence[int], wanted: Sequence[int]) -> None:
        self.trace = trace
        self.lines: list[str] = []
        self.tail: list[str] = []
        self.constants: dict[str, Any] = {}
        self.names: dict[Any, str] = {}
        self.wanted = set(wanted)
        self.used = _reachable(trace, outputs)
        self.moves = self._dependents()
        self.groups = self._grouped()
        self.row = {n: g.start + k for g in self.groups for k, n in enumerate(g.nodes)}
        self.size = len(self.row)

    def _dependents(self) -> set[int]:
        """Return the nodes through which a gradient goes."""
        found: set[int] = set()
        operations, operands = self.trace.operations, self.trace.operands
        for node in self.used:
            operation = operations[node]
            if operation == LEAF:
                if operands[node][0] in self.wanted:
                    found.add(node)
            elif operation not in SILENT and not found.isdisjoint(operands[node]):
                found.add(node)
        return found

    def _grouped(self) -> list[_Group]:
        operations, operands = self.trace.operations, self.trace.operands
        level: dict[int, int] = {}
        together: dict[Any, list[int]] = {}
        for node in self.used:
            operation = operations[node]
            if operation in {LEAF, CONSTANT}:
                level[node] = 0
                key: Any = (0, operation, operands[node][0] if operation == LEAF else 0)
            else:
                level[node] = 1 + max(level[o] for o in operands[node])
                moving = tuple(o in self.moves for o in operands[node])
                key = (level[node], operation, len(moving), moving)
            together.setdefault(key, []).append(node)
        groups, start = [], 0
        for key in sorted(together, key=lambda k: k[0]):
            groups.append(_Group(key[1], together[key], start))
            start += len(together[key])
        return groups

    def rows(self, nodes: Sequence[int]) -> Any:
        """Return the places of nodes in the buffer."""
        import numpy as np  # noqa: PLC0415

        return np.array([self.row[node] for node in nodes], dtype=np.intp)

    def constant(self, prefix: str, array: Any) -> str:
        """Return the name of an array that the program keeps."""
        key = (prefix, array.shape, array.tobytes())
        if key not in self.names:
            self.names[key] = f"{prefix}{len(self.constants)}"
            self.constants[self.names[key]] = array
        return self.names[key]

    def picked(self, buffer: str, rows: Any) -> str:
        """Return the text of some rows of a buffer: a slice, where they stand together."""
        first, count = int(rows[0]), len(rows)
        if (rows == range(first, first + count)).all():
            return f"{buffer}[{first}:{first + count}]"
        return f"{buffer}[{self.constant('i', rows)}]"

    def forward(self) -> None:
        self.lines.append(f"v = np.empty(({self.size}, n))")
        for group in self.groups:
            self.lines.append(f"v[{group.start}:{group.stop}] = {self._value(group)}")

    def _value(self, group: _Group) -> str:
        import numpy as np  # noqa: PLC0415

        operands = [self.trace.operands[node] for node in group.nodes]
        if group.operation == LEAF:
            index = np.array([index for _, index in operands], dtype=np.intp)
            return f"take_rows(arrays[{operands[0][0]}], {self.constant('i', index)})"
        if group.operation == CONSTANT:
            return self.constant("c", np.array([[number] for number, _ in operands]))
        if group.operation == TAKE:
            picked = self.picked("v", self.rows([o[0] for o in operands]))
            table = np.array([self.rows(o[1:]) for o in operands])
            return f"v[place({picked}, {self.constant('t', table)}), np.arange(n)]"
        columns = [self.picked("v", self.rows(column)) for column in zip(*operands, strict=True)]
        return spelling(group.operation, columns)

    def backward(self, root: int) -> None:
        self.lines.append(f"g = np.zeros(({self.size}, n))")
        self.lines.append(f"g[{self.row[root]}] = 1.0")
        for group in reversed(self.groups):
            if (
                group.operation == LEAF
                or group.operation in SILENT
                or group.nodes[0] not in self.moves
            ):
                continue
            operands = [self.trace.operands[node] for node in group.nodes]
            if group.operation == TAKE:
                self._take_backward(group, operands)
                continue
            columns = [self.rows(column) for column in zip(*operands, strict=True)]
            for index, operand in enumerate(operands[0]):
                if operand in self.moves:
                    self._pass_on(group, index, columns)

    def _pass_on(self, group: _Group, index: int, columns: Sequence[Any]) -> None:
        adjoint, result = (f"{b}[{group.start}:{group.stop}]" for b in "gv")
        texts = [self.picked("v", column) for column in columns]
        if group.operation == "where":
            pair = (adjoint, "0.0") if index == 1 else ("0.0", adjoint)
            if index == 0:
                return
            part = f"np.where({texts[0]}, {pair[0]}, {pair[1]})"
        else:
            rule = partial(group.operation, index, [None] * len(columns))
            if rule is None or rule.number == 0:
                return
            text = write(rule, texts, result, self._assign)
            part = adjoint if text == "1.0" else f"{atom(text)} * {adjoint}"
            part = f"-{adjoint}" if text == literal(-1.0) else part
        self.lines.append(self._added(columns[index], part))

    def _assign(self, text: str) -> str:
        name = f"u{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def _added(self, rows: Any, part: str) -> str:
        """Return the line that adds to some rows of the adjoints, in which one may be twice."""
        import numpy as np  # noqa: PLC0415

        unique = np.unique(rows)
        if len(unique) == len(rows):
            return f"{self.picked('g', rows)} += {part}"
        order = np.argsort(rows, kind="stable")
        starts = np.searchsorted(rows[order], unique)
        names = [self.constant("i", array) for array in (unique, order, starts)]
        return f"add_at(g, {', '.join(names)}, {part})"

    def _take_backward(self, group: _Group, operands: Sequence[Any]) -> None:
        import numpy as np  # noqa: PLC0415

        index = self.picked("v", self.rows([o[0] for o in operands]))
        table = self.constant("t", np.array([self.rows(o[1:]) for o in operands]))
        self.lines.append(f"add_take(g, place({index}, {table}), g[{group.start}:{group.stop}])")

    def gradient(self, array: int, size: int, *, summed: bool) -> str:
        """Return the text of the gradients by an array."""
        import numpy as np  # noqa: PLC0415

        nodes = [n for n in self.used if self.trace.operations[n] == LEAF
                 and self.trace.operands[n][0] == array]  # fmt: skip
        name = f"gradient{array}"
        self.tail.append(f"{name} = np.zeros({size if summed else f'(n, {size})'})")
        if nodes:
            index = self.constant("i", np.array([self.trace.operands[n][1] for n in nodes]))
            found = self.picked("g", self.rows(nodes))
            if summed:
                self.tail.append(f"{name}[{index}] = {found}.sum(1)")
            else:
                self.tail.append(f"{name}[:, {index}] = {found}.T")
        return name


def _reachable(trace: Trace, outputs: Sequence[int]) -> list[int]:
    """Return the nodes under the outputs, operands before results."""
    needed = set(outputs)
    operations, operands = trace.operations, trace.operands
    for node in range(max(outputs), -1, -1):
        if node in needed and operations[node] not in {LEAF, CONSTANT}:
            needed.update(operands[node])
    return sorted(needed)


def _take_rows(array: Any, index: Any) -> Any:
    """Return elements of an array, one a row, over the examples."""
    if array.ndim == 1:
        return array[index][:, None]
    return array.T[index]


def place(index: Any, table: Any) -> Any:
    """Return the rows that traced indices pick; FloatingPointError if there is no such row."""
    import numpy as np  # noqa: PLC0415

    whole = index.astype(np.intp)
    if (whole != index).any() or (whole < 0).any() or (whole >= table.shape[1]).any():
        raise FloatingPointError("an index without an item")
    return np.take_along_axis(table, whole, axis=1)


def _add_take(g: Any, rows: Any, part: Any) -> None:
    import numpy as np  # noqa: PLC0415

    np.add.at(g, (rows, np.arange(g.shape[1])), part)


def _add_at(g: Any, unique: Any, order: Any, starts: Any, part: Any) -> None:
    import numpy as np  # noqa: PLC0415

    g[unique] += np.add.reduceat(
        np.broadcast_to(part, (len(order), g.shape[1]))[order], starts, axis=0
    )
