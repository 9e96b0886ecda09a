"""With this one can tell whether a function still finds around it what it found when traced.

- `Surroundings(f)` looks at the names that `f` and the functions it calls read from outside.
- `.have_changed()` is asked before each call: a name that is bound anew (a network, a constant, a
  function of a notebook) asks for a new trace, a Value whose number changes does not.

Which networks a function reaches is found in `inputs`.
"""

from __future__ import annotations

import functools
import types

from autograd_mini.compiler.inputs import MANY, global_names, is_module
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Surroundings"]


class Surroundings:
    """What a function reads from outside: globals, cells, lists, attributes of its object.

    Parameters
    ----------
    f : callable

    Examples
    --------
    >>> weights = [Value(0.5)]
    >>> around = Surroundings(functools.partial(sum, weights))
    >>> around.have_changed()
    False
    >>> weights.append(Value(0.25))
    >>> around.have_changed()
    True
    """

    def __init__(self, f: Any) -> None:
        self._names: list[tuple[dict[str, Any], str, Any]] = []
        self._cells: list[tuple[Any, Any]] = []
        self._lists: list[tuple[list[Any], list[Any]]] = []
        seen: set[int] = set()
        waiting = [f]
        while waiting:
            thing = waiting.pop()
            if id(thing) not in seen:
                seen.add(id(thing))
                waiting += self._looked_at(thing)

    def _looked_at(self, thing: Any) -> list[Any]:
        """Note what stands in one thing, and return what to look at next."""
        if isinstance(thing, functools.partial):
            return [thing.func, *thing.args, *thing.keywords.values()]
        if isinstance(thing, types.MethodType):
            return [thing.__func__, *self._attributes(thing.__self__)]
        if isinstance(thing, list) and 0 < len(thing) < MANY:
            if any(isinstance(part, Value) or is_module(part) for part in thing):
                self._lists.append((thing, list(thing)))  # of plain ones `f` may keep a record
            return list(thing)
        if is_module(thing):
            return self._attributes(thing)
        return self._read_by(thing) if isinstance(thing, types.FunctionType) else []

    def _attributes(self, thing: Any) -> list[Any]:
        """Note the Values that are attributes: an object may get others in their place."""
        known = getattr(thing, "__dict__", {})
        found = {name: part for name, part in known.items() if isinstance(part, Value)}
        self._names += [(known, name, part) for name, part in found.items()]
        return []

    def _read_by(self, f: types.FunctionType) -> list[Any]:
        if (f.__module__ or "").startswith("autograd_mini."):
            return []
        known = f.__globals__
        names = [name for name in global_names(f) if name in known]
        self._names += [(known, name, known[name]) for name in names]
        for cell in f.__closure__ or ():
            self._cells.append((cell, _content(cell)))
        return [*(known[name] for name in names), *map(_content, f.__closure__ or ())]

    def have_changed(self) -> bool:
        """Tell whether a name means another thing than before, or a list holds others."""
        for known, name, thing in self._names:
            if known.get(name) is not thing:
                return True
        for cell, thing in self._cells:
            if _content(cell) is not thing:
                return True
        for now, before in self._lists:
            if len(now) != len(before) or any(a is not b for a, b in zip(now, before, strict=True)):
                return True
        return False


def _content(cell: Any) -> Any:
    """Return what a cell holds; None of one that is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return None
