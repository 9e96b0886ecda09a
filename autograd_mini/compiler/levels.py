"""With this one can turn any trace into array code: one instruction for each level and operation.

- `level_program(trace, outputs, wanted, arrays)` gives a `LevelProgram`.

All nodes stand in one buffer, the examples last; a level holds what hangs only on lower ones, and
nodes of a level that do the same are computed at once, their operands gathered by index. It knows
no pattern and needs none: what does not roll is computed here.

A short program is written line by line. In a long one, such as that of a chain of single numbers,
Python would take longer to compile the lines than to run them: it has a function for each kind of
instruction, and goes through a list of these with their rows.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler import level_rows
from autograd_mini.compiler.gathers import place_of_largest
from autograd_mini.compiler.level_groups import Group, Levels
from autograd_mini.compiler.level_lines import (
    is_tabled,
    letters,
    slope_lines,
    value_lines,
    words_of,
)
from autograd_mini.compiler.level_rows import adding
from autograd_mini.compiler.targets.numpy import namespace
from autograd_mini.compiler.trace import CONSTANT, LEAF, SILENT, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.trace import Trace

    Rows = dict[str, Any]

__all__ = ["LevelProgram", "level_program"]

CELLS = 1_000_000
"""How many numbers the buffer holds at most, if an example does not need more."""

LONG = 200
"""From how many instructions on they stand in a list: a line takes 20 µs to compile alone."""


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

    def __init__(self, writer: _Writer, source: str) -> None:
        self.source, self.rows = source, writer.levels.size
        self.groups = len(writer.levels.groups)
        names = namespace(source) | {"place_of_largest": place_of_largest} | writer.constants
        names |= {name: getattr(level_rows, name) for name in level_rows.__all__}
        exec(compile(source, "<compiled by autograd_mini>", "exec"), names)  # noqa: S102 - our text
        for name, steps in writer.lists.items():
            names[name] = [(names[kind], *rows) for kind, rows in steps]
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
    long: float = LONG,
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
    long : float
        From how many instructions on they stand in a list.
    """
    writer = _Writer(Levels(trace, outputs, wanted or ()), long)
    writer.forward()
    writer.lines.append(f"results = v[{writer.constant('o', writer.levels.row[list(outputs)])}]")
    gradients = []
    if wanted is not None:
        writer.backward(outputs[0])
        gradients = [
            writer.gradient(array, sizes[array], summed=not (batched[array] or each))
            for array in wanted
        ]
    body = "\n".join(f"    {line}" for line in writer.lines)
    returned = f"    return results, [{', '.join(gradients)}]"
    source = f"def program(arrays, n):\n{body}\n{returned}\n"
    return LevelProgram(writer, "\n\n".join([source, *writer.functions.values()]))


class _Writer:
    """The text of a program, the arrays that it keeps, and its lists of instructions."""

    def __init__(self, levels: Levels, long: float) -> None:
        self.levels, self.operands = levels, levels.trace.operands
        self.is_long = len(levels.groups) > long
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self.functions: dict[str, str] = {}
        self.lists: dict[str, list[tuple[str, list[Any]]]] = {}
        self._names: dict[Any, str] = {}
        self._parameters = ""
        self._rows: dict[Group, tuple[int, Rows]] = {}

    def constant(self, prefix: str, array: Any) -> str:
        """Return the name of an array that the program keeps."""
        key = (prefix, array.shape, array.tobytes())
        if key not in self._names:
            self._names[key] = f"{prefix}{len(self.constants)}"
            self.constants[self._names[key]] = array
        return self._names[key]

    def forward(self) -> None:
        """Write the values of all groups."""
        self.lines.append(f"v = np.empty(({self.levels.size}, n))")
        ends = [group for group in self.levels.groups if group.operation in {LEAF, CONSTANT}]
        for group in ends:
            self.lines.append(f"v[{group.start}:{group.stop}] = {self._given(group)}")
        self._begin("forward", "v, n")
        for group in self.levels.groups[len(ends) :]:
            arity, rows = self._rows[group] = self._picked(group)
            kind = f"{group.operation}_{arity}"
            self._add("forward", kind, value_lines(group.operation, arity), rows)

    def _given(self, group: Group) -> str:
        """Return the text of leaves or of plain numbers."""
        operands = [self.operands[node] for node in group.nodes]
        if group.operation == CONSTANT:
            return self.constant("c", np.array([[number] for number, _ in operands]))
        index = np.array([index for _, index in operands], dtype=np.intp)
        return f"take_rows(arrays[{operands[0][0]}], {self.constant('i', index)})"

    def _picked(self, group: Group) -> tuple[int, Rows]:
        """Return how many operands a group's nodes have, and in which rows all stand."""
        operands = [self.operands[node] for node in group.nodes]
        arity, table = len(operands[0]), self.levels.row[operands]
        rows: Rows = {"rows": slice(group.start, group.stop)}
        if group.operation == TAKE:
            return arity, rows | {"a": _together(table[:, 0]), "items": table[:, 1:]}
        if is_tabled(group.operation, arity):
            return arity, rows | {"items": table}
        for letter, column in zip(letters(arity), table.T, strict=True):
            rows[letter] = _together(column)
        return arity, rows

    def backward(self, root: int) -> None:
        """Write the adjoints of all groups."""
        self.lines.append(f"g = np.zeros(({self.levels.size}, n))")
        self.lines.append(f"g[{self.levels.row[root]}] = 1.0")
        self._begin("backward", "v, g")
        for group in reversed(self.levels.groups):
            operation, node = group.operation, group.nodes[0]
            if operation != LEAF and operation not in SILENT and self.levels.moves[node]:
                self._pass_on(group)

    def _pass_on(self, group: Group) -> None:
        """Write what the operands of a group get; those in a table get it at once."""
        arity, rows = self._rows[group]
        if is_tabled(group.operation, arity):
            self._pass_on_to(group, 0, rows["items"].ravel())
            return
        for index, operand in enumerate(self.operands[group.nodes[0]]):
            if self.levels.moves[operand]:
                self._pass_on_to(group, index, rows[letters(arity)[index]])

    def _pass_on_to(self, group: Group, index: int, into: Any) -> None:
        arity, rows = self._rows[group]
        plan = None if isinstance(into, slice) else adding(into)
        lines = slope_lines(group.operation, arity, index, several=plan is not None)
        kind = f"{group.operation}_{arity}_by_{index}{'_several' if plan else ''}"
        self._add("backward", kind, lines, rows | {"into": plan or into})

    def _begin(self, name: str, parameters: str) -> None:
        """Write the loop over a list, if instructions stand in one."""
        if self.is_long:
            self.lists[name], self._parameters = [], parameters
            self.lines.append(f"for step, *rows in {name}:  # each a level's nodes of one kind")
            self.lines.append(f"    step({parameters}, *rows)")

    def _add(self, name: str, kind: str, lines: tuple[str, ...], rows: Rows) -> None:
        """Add an instruction: its lines, or a row of a list."""
        words = words_of(lines)
        if not self.is_long:
            texts = {word: self._text(rows[word]) for word in words}
            self.lines += [line.format(**texts) for line in lines]
        elif lines:
            kind = f"{name}_{kind}"
            if kind not in self.functions:
                head = f"def {kind}({', '.join([self._parameters, *words])}):"
                body = [
                    f"    {line.format(**dict(zip(words, words, strict=True)))}" for line in lines
                ]
                self.functions[kind] = "\n".join([head, *body, ""])
            self.lists[name].append((kind, [rows[word] for word in words]))

    def _text(self, rows: Any) -> str:
        """Return the text of rows."""
        if isinstance(rows, slice):
            return f"{rows.start}:{rows.stop}"
        if isinstance(rows, tuple):
            return f"({', '.join(self.constant('i', array) for array in rows)})"
        return self.constant("t" if rows.ndim > 1 else "i", rows)

    def gradient(self, array: int, size: int, *, summed: bool) -> str:
        """Return the text of the gradients by an array."""
        groups = [
            group
            for group in self.levels.groups
            if group.operation == LEAF and self.operands[group.nodes[0]][0] == array
        ]
        name = f"gradient{array}"
        self.lines.append(f"{name} = np.zeros({size if summed else f'(n, {size})'})")
        for group in groups:
            index = np.array([self.operands[node][1] for node in group.nodes], dtype=np.intp)
            found, places = f"g[{group.start}:{group.stop}]", self.constant("i", index)
            if summed:
                self.lines.append(f"{name}[{places}] = {found}.sum(1)")
            else:
                self.lines.append(f"{name}[:, {places}] = {found}.T")
        return name


def _together(rows: Any) -> Any:
    """Return a slice in the place of rows that stand together."""
    first, count = int(rows[0]), len(rows)
    if count == 1 or (rows[-1] - first == count - 1 and (np.diff(rows) == 1).all()):
        return slice(first, first + count)
    return rows
