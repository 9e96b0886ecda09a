"""With this one can find the shape of every array that a program makes.

- `shapes_of(source, names, arrays)` gives them as a drawing writes them: ``n × 32``.

The program's own text is run on zeros, once with two examples and once with three: an axis that
differs is that of the examples. What could refuse zeros is left out.
"""

from __future__ import annotations

import ast
import itertools

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["shapes_of"]


class _AnyRow(dict):  # type: ignore[type-arg]
    """Any function or row, which gives zeros in the shape of its operands."""

    def __getattr__(self, name: str) -> Any:
        return _zeros

    def __missing__(self, name: str) -> Any:
        return _zeros


def _zeros(*operands: Any) -> Any:
    return np.zeros(np.broadcast_shapes(*map(np.shape, operands)))


def shapes_of(
    source: str, names: Mapping[str, Any], arrays: Sequence[tuple[tuple[int, ...], bool]]
) -> dict[str, str]:
    r"""Return the shape of each of a program's names as text; nothing for a single number.

    Parameters
    ----------
    source : str
        The text of a program.
    names : dict
        What else the text refers to.
    arrays : sequence of (shape, whether it has the axis of examples)
        What comes in.

    Examples
    --------
    >>> source = "def program(arrays, n, N):\n x, = arrays\n s = x.sum(1)\n return [s], []\n"
    >>> shapes_of(source, {}, [((4,), True)])
    {'x': 'n × 4', 's': 'n'}
    """
    tree = ast.parse(source)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            function.body[-1] = ast.parse("return dict(locals())").body[0]
    code = compile(ast.fix_missing_locations(tree), "<shapes>", "exec")
    two, three = (_run(code, names, arrays, count) for count in (2, 3))
    return {name: _written(two[name], three[name]) for name in two if name in three}


def _run(
    code: Any, names: Mapping[str, Any], arrays: Sequence[tuple[tuple[int, ...], bool]], count: int
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all names where so many examples come."""
    known = dict(names) | {"special": _AnyRow(), "rows": _AnyRow()}
    known["place"] = lambda index, _: np.zeros(np.shape(index), dtype=np.intp)
    exec(code, known)  # noqa: S102 - our own text, but for what it returns
    given = [np.zeros((count, *shape) if batched else shape) for shape, batched in arrays]
    arguments = [given, *itertools.repeat(count, known["program"].__code__.co_argcount - 1)]
    with np.errstate(all="ignore"):
        found = known["program"](*arguments)
    return {n: np.shape(v) for n, v in found.items() if n not in {"arrays", "n", "N"}}


def _written(two: tuple[int, ...], three: tuple[int, ...]) -> str:
    if len(two) != len(three):
        return ""
    pairs = zip(two, three, strict=True)
    return " × ".join(str(a) if a == b else "n" for a, b in pairs)
