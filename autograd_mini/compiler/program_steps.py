"""With this one can read a program as steps: what each instruction computes, and of what.

- `steps_of(source, arrays)` gives the steps that a drawing shows, for any target.

What is read is the program's own text, so that what is drawn is what runs. It is taken apart in
`statements`; shapes are found in `program_shapes`. How steps are drawn is `drawing`'s business.
"""

from __future__ import annotations

import ast
from itertools import chain

from autograd_mini.compiler.statements import (
    body_of,
    part_of,
    read_early,
    read_of,
    remarks_of,
    rounds_of,
    written,
)
from autograd_mini.drawing.step_cards import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

__all__ = ["steps_of"]


class _Draft:
    """A step that is being read; `operands` holds the places of others."""

    def __init__(self, name: str, kind: str = "", formula: str = "") -> None:
        self.name, self.kind, self.remark, self.output = name, kind, "", False
        self.formulas = [formula] if formula else []
        self.operands: dict[int, None] = {}
        self.shape = ""


def steps_of(
    source: str,
    arrays: Sequence[tuple[str, str]] = (),
    shapes: Mapping[str, str] | None = None,
    constants: Mapping[str, Any] | None = None,
) -> list[Step]:
    r"""Return the steps of a program, operands before results; only what is used comes in.

    Parameters
    ----------
    source : str
    arrays : sequence of (name, kind)
        What comes in: data or parameter.
    shapes : dict, optional
        How the shape of a name is written.
    constants : dict, optional
        The index arrays that the program keeps.

    Examples
    --------
    >>> source = "def program(arrays, n, N):\n x, = arrays\n s = x.sum(1)\n return [s], []\n"
    >>> for step in steps_of(source, [("x", "data")], {"x": "n × 2"}):
    ...     print(step.name, step.kind, step.formulas, step.operands, step.output)
    x data () () False
    s forward ('x.sum(1)',) (0,) True
    """
    reading = _Reading(arrays, shapes or {}, constants or {}, source)
    body = body_of(source)
    reading.buffers = read_early(body)
    for statement in body:
        reading.read(statement)
    return reading.steps()


class _Reading:
    """What has been read of a program."""

    def __init__(
        self,
        arrays: Sequence[tuple[str, str]],
        shapes: Mapping[str, str],
        constants: Mapping[str, Any],
        source: str,
    ) -> None:
        self.shapes, self.constants, self.source = shapes, constants, source
        self.remarks = remarks_of(source)
        self.arrays = list(arrays)
        self.drafts: list[_Draft] = []
        self.holder: dict[str, int] = {}
        self.rows: dict[str, dict[int, int]] = {}
        self.buffers: set[str] = set()
        self.results: list[int] = []

    def text(self, node: ast.AST) -> str:
        """Return how the program writes something, brackets and all."""
        return ast.get_source_segment(self.source, node) or ""

    def read(self, statement: ast.stmt) -> None:
        """Read one statement."""
        base = written(statement)
        if isinstance(statement, ast.Return):
            self._returned(statement)
        elif isinstance(statement, ast.For):
            self._loop(statement)
        elif isinstance(statement, ast.If):
            self._add(_Draft("if", "forward", self.text(statement.test)), statement.test)
        elif base:
            self._write_into(base, statement)
        elif isinstance(statement, ast.Assign):
            self._assign(statement)

    def _assign(self, statement: ast.Assign) -> None:
        (target,), value = statement.targets, statement.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Name):
            if value.id in self.holder:
                self._unpack(target, value)
                return
            names = [ast.unparse(name) for name in target.elts]
            other = "parameter" if value.id == "captured" else "data"
            kinds = [kind for _, kind in self.arrays] or [other] * len(names)
            for name, kind in zip(names, kinds, strict=True):
                self.holder[name] = self._add(_Draft(name, kind))
            return
        name = ast.unparse(target)
        if name in self.buffers:  # its rows come later, and tell more than the empty array
            self.rows[name] = {}
            return
        place = self._add(_Draft(name, formula=self.text(value)), value)
        self.drafts[place].remark = self.remarks.get(statement.lineno, "")
        self.holder[name] = place

    def _loop(self, loop: ast.For) -> None:
        """Read a loop as one step, from which all arrays come that it fills in."""
        statements = rounds_of(loop)
        draft = _Draft(f"for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}")
        draft.formulas = [self.text(statement) for statement in statements]
        place = self._add(draft, read_of(loop))
        for base in dict.fromkeys(map(written, statements)):
            if base in self.holder:
                draft.operands[self.holder[base]] = None
                self.holder[base] = place
        draft.operands.pop(place, None)

    def _unpack(self, target: ast.Tuple, value: ast.Name) -> None:
        """Read a line that gives a name to each element of an array."""
        for place, name in enumerate(target.elts):
            draft = _Draft(ast.unparse(name), formula=f"{value.id}[{place}]")
            self.holder[draft.name] = self._add(draft, value)

    def _write_into(self, base: str, statement: ast.stmt) -> None:
        """Read what writes into a part of an array: another formula, or rows of their own."""
        text = self.text(statement)
        if not isinstance(statement, ast.Expr):  # without the array's name, where that is clear
            text = text.removeprefix(base)
        if base not in self.buffers:
            draft = self.drafts[self.holder[base]]
            draft.formulas.append(text)
            draft.operands |= dict.fromkeys(self._uses(read_of(statement)))
            draft.operands.pop(self.holder[base], None)
            return
        rows = self._rows_written(base, statement)
        draft = _Draft(part_of(statement, base), formula=text.partition("= ")[2] or text)
        place = self._add(draft, read_of(statement))
        known = self.rows[base]
        if not isinstance(statement, ast.Assign):
            draft.operands |= dict.fromkeys(known[row] for row in rows if row in known)
        draft.shape = f"{len(rows)} × n" if rows else ""
        known.update(dict.fromkeys(rows, place))

    def _rows_written(self, base: str, statement: ast.stmt) -> Sequence[int]:
        if isinstance(statement, (ast.Assign, ast.AugAssign)):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            assert isinstance(target, ast.Subscript)
            found = self._picked(target.slice)
        else:
            assert isinstance(statement, ast.Expr)
            assert isinstance(statement.value, ast.Call)
            found = self._picked(statement.value.args[1])
        return list(self.rows[base]) if found is None else found

    def _picked(self, index: ast.expr) -> Sequence[int] | None:
        """Return the rows that an index picks; None if the text does not tell."""
        if isinstance(index, ast.Tuple):
            index = index.elts[0]
        if isinstance(index, ast.Slice):
            ends = (index.lower, index.upper)
            if all(isinstance(end, ast.Constant) for end in ends):
                return range(*(end.value for end in ends))  # type: ignore[union-attr]
        if isinstance(index, ast.Constant):
            return [index.value]  # type: ignore[list-item]
        if isinstance(index, ast.Name) and index.id in self.constants:
            return [int(row) for row in self.constants[index.id].ravel()]
        return None

    def _uses(self, node: ast.AST) -> Iterator[int]:
        """Return the steps that an expression reads."""
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            name, known = node.value.id, self.rows.get(node.value.id)
            if known is not None:
                rows = self._picked(node.slice)
                picked = known if rows is None else [row for row in rows if row in known]
                yield from (known[row] for row in picked)
                yield from self._uses(node.slice)
                return
            if name == "arrays" and isinstance(node.slice, ast.Constant):
                yield self._leaf(int(str(node.slice.value)))
                return
        if isinstance(node, ast.Name) and node.id in self.holder:
            yield self.holder[node.id]
        yield from chain.from_iterable(map(self._uses, ast.iter_child_nodes(node)))

    def _leaf(self, number: int) -> int:
        """Return the step of an array that comes in by its number."""
        name, kind = self.arrays[number]
        if name not in self.holder:
            self.holder[name] = self._add(_Draft(name, kind))
        return self.holder[name]

    def _add(self, draft: _Draft, read: ast.AST | None = None) -> int:
        draft.shape = self.shapes.get(draft.name, "")
        if read is not None:
            draft.operands = dict.fromkeys(self._uses(read))
        self.drafts.append(draft)
        return len(self.drafts) - 1

    def _returned(self, statement: ast.Return) -> None:
        """Mark what is returned; what is computed there only is one more formula, or a step."""
        groups = statement.value.elts if isinstance(statement.value, ast.Tuple) else []
        for number, group in enumerate(groups):
            items = group.elts if isinstance(group, (ast.List, ast.Tuple)) else [group]
            for item in items:
                used = list(dict.fromkeys(self._uses(item)))
                if len(used) == 1 and self.drafts[used[0]].formulas:
                    place = used[0]
                    if not isinstance(item, ast.Name):
                        self.drafts[place].formulas.append(f"→ {self.text(item)}")
                elif used:
                    name = "result" if number == 0 else "gradient"
                    place = self._add(_Draft(name, formula=self.text(item)), item)
                else:
                    continue
                self.drafts[place].output = True
                self.results += [place] if number == 0 else []

    def steps(self) -> list[Step]:
        """Return what has been read; what results need is the way forward, all else goes back."""
        forward = self._under(self.results)
        used = {place for draft in self.drafts for place in draft.operands}
        kept = [k for k, draft in enumerate(self.drafts) if draft.formulas or k in used]
        number = {place: k for k, place in enumerate(kept)}
        return [
            Step(
                draft.name,
                draft.kind or ("forward" if place in forward else "backward"),
                tuple(draft.formulas),
                draft.shape,
                draft.remark,
                tuple(number[operand] for operand in draft.operands),
                draft.output,
            )
            for place, draft in ((place, self.drafts[place]) for place in kept)
        ]

    def _under(self, places: Sequence[int]) -> set[int]:
        found, waiting = set(places), list(places)
        while waiting:
            fresh = [p for p in self.drafts[waiting.pop()].operands if p not in found]
            found.update(fresh)
            waiting += fresh
        return found
