"""With this one can take the text of a program apart: its statements, and what each writes into.

- `body_of(source)` gives the statements, `remarks_of(source)` the comments by their lines.
- `written(statement)` names the array into which one writes, `read_of` gives what it reads, and
  `read_early` names the arrays that are read before they are complete.

What the statements mean as steps is found in `program_steps`.
"""

from __future__ import annotations

import ast
import io
import tokenize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["body_of", "part_of", "read_early", "read_of", "remarks_of", "rounds_of", "written"]


def body_of(source: str) -> list[ast.stmt]:
    """Return the statements of a program: one function, as the targets write it; no checks."""
    found = ast.parse(source).body
    body = found[0].body if found and isinstance(found[0], ast.FunctionDef) else []
    return [statement for statement in body if not _is_check(statement)]


def remarks_of(source: str) -> dict[int, str]:
    """Return the comments by their lines."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def read_early(body: Sequence[ast.stmt]) -> set[str]:
    """Return the arrays that are read before they are complete: each of their rows counts."""
    last: dict[str, int] = {}
    for place, statement in enumerate(body):
        base = written(statement)
        if base:
            last[base] = place
    found = set()
    for place, statement in enumerate(body):
        inside = {node.id for node in ast.walk(read_of(statement)) if isinstance(node, ast.Name)}
        found |= {name for name in inside if place <= last.get(name, -1)}
    return found


def _is_check(statement: ast.stmt) -> bool:
    """Tell whether a statement computes nothing, but only checks an array."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "check"


def written(statement: ast.stmt) -> str:
    """Return the array into which a statement writes; "" if it makes a new one, or none."""
    target: ast.expr | None = None
    if isinstance(statement, ast.AugAssign):
        target = statement.target
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        target = statement.targets[0]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        target = statement.value.args[0]
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def read_of(statement: ast.stmt) -> ast.AST:
    """Return the part of a statement that is read, without the array that it writes into."""
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        return statement.value
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return ast.Tuple(list(statement.value.args[1:]), ast.Load())
    if isinstance(statement, ast.For):
        return ast.Module([ast.Expr(read_of(each)) for each in rounds_of(statement)], [])  # type: ignore[arg-type]
    return statement


def rounds_of(loop: ast.For) -> list[ast.stmt]:
    """Return the statements of a loop, without checks."""
    return [statement for statement in loop.body if not _is_check(statement)]


def part_of(statement: ast.stmt, base: str) -> str:
    """Return how the written part of an array is called."""
    if isinstance(statement, ast.Assign):
        return ast.unparse(statement.targets[0])
    return ast.unparse(statement.target) if isinstance(statement, ast.AugAssign) else base
