"""With this one can take a call's arguments apart into named arrays.

- `slots(name, tree)`: the arrays that an argument, a network or a bare Value consists of.
- `parts_of(tree)` and `mapped(tree, change)`: what a container holds, and one like it.
- `reached_modules(f)`: the networks that a function uses without being given them.

A slot is what a compiled program takes as one array; what it is called shows in the source. How
gradients and higher derivatives are put together is in `nesting`.
"""

from __future__ import annotations

import copy
import dis
import functools
import types

from autograd_mini.containers import flatten, is_array
from autograd_mini.operations import is_number, number
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

__all__ = [
    "Slot", "example_of", "is_module", "mapped", "numbers_of", "parts_of", "reached_modules",
    "regular", "shape_of", "slots",
]  # fmt: skip


class Slot:
    """One array that a program takes.

    Parameters
    ----------
    name : str
    shape : tuple of int
        Of one example, where the slot is batched.
    content : array, nested lists, number or Value
    batched : bool

    Examples
    --------
    >>> slots("x", [[1.0, 2.0], [3.0, 4.0]])
    [Slot('x', (2, 2))]
    """

    def __init__(
        self, name: str, shape: tuple[int, ...], content: Any, *, batched: bool = False
    ) -> None:
        self.name, self.shape, self.content, self.batched = name, shape, content, batched
        self.count = 1

    @property
    def key(self) -> Any:
        """What a program is kept by."""
        return (self.name, self.shape, self.batched)

    def leaves(self) -> list[Any]:
        """Return the numbers or Values, from left to right."""
        return _flat(self.content)

    def array(self) -> Any:
        """Return the numbers as an array of floats."""
        import numpy as np  # noqa: PLC0415 - only this target needs it

        if isinstance(self.content, np.ndarray) and self.content.dtype != object:
            return np.asarray(self.content, dtype=float)
        shape = (-1, *self.shape) if self.batched else self.shape
        leaves = self.leaves()
        found = np.array(_data(leaves))
        if (
            found.dtype.char != "d"
        ):  # asking the array is three times as quick as asking each number
            found = np.array(numbers_of(leaves, self.name), dtype=float)
        return found.reshape(shape)

    def __repr__(self) -> str:
        return f"Slot({self.name!r}, {self.shape})"


def numbers_of(leaves: Sequence[Any], name: str = "an argument") -> list[float]:
    """Return the numbers of leaves as floats: a NumPy scalar would count in its own precision."""
    return [n if n.__class__ is float else float(number(n, name)) for n in _data(leaves)]


def _data(leaves: Sequence[Any]) -> list[Any]:
    """Return the numbers of leaves as they are."""
    return [leaf._data if leaf.__class__ is Value else leaf for leaf in leaves]  # noqa: SLF001


def is_module(tree: Any) -> bool:
    """Tell whether something owns parameters under names, as networks do."""
    return hasattr(tree, "named_arrays") and not isinstance(tree, type)


def slots(name: str, tree: Any) -> list[Slot]:
    """Return the arrays of which nested containers consist, in the order of their leaves.

    Parameters
    ----------
    name : str
        What the whole is called.
    tree : nested containers

    Returns
    -------
    list of Slots
        What is no number (a string, None, a function) has none.

    Examples
    --------
    >>> slots("p", {"w": [1.0, 2.0], "b": 3.0, "mode": "fast"})
    [Slot('p_w', (2,)), Slot('p_b', ())]
    """
    return list(_slots(name, tree))


def _slots(name: str, tree: Any) -> Iterator[Slot]:
    if is_module(tree):
        for part, nest in tree.named_arrays().items():
            yield Slot(part.replace(".", "_"), shape_of(nest) or (), nest)
        return
    shape = shape_of(tree)
    if shape is not None:
        yield Slot(name, shape, tree)
        return
    for key, part in parts_of(tree):
        yield from _slots(f"{name}_{key}", part)


def parts_of(tree: Any) -> list[tuple[Any, Any]]:
    """Return what a container holds, by name or place; nothing of what is no container.

    Examples
    --------
    >>> parts_of({"w": 1.0}), parts_of([2.0, "fast"]), parts_of(3.0)
    ([('w', 1.0)], [(1, 2.0), (2, 'fast')], [])
    """
    if isinstance(tree, dict):
        return list(tree.items())
    if hasattr(tree, "_fields"):
        return list(zip(tree._fields, tree, strict=True))
    if isinstance(tree, (list, tuple)):
        return list(enumerate(tree, 1))
    if hasattr(tree, "__dataclass_fields__") and not isinstance(tree, type):
        return [(key, getattr(tree, key)) for key in tree.__dataclass_fields__]
    return []


def mapped(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Return a container like another, around what becomes of its parts; no container as it is.

    Examples
    --------
    >>> mapped({"w": 1.0, "b": 2.0}, lambda part: part + 1)
    {'w': 2.0, 'b': 3.0}
    """
    parts = {key: change(part) for key, part in parts_of(tree)}
    if isinstance(tree, dict):
        return parts
    if hasattr(tree, "_fields"):
        return type(tree)(**parts)
    if isinstance(tree, (list, tuple)):
        return type(tree)(parts.values())
    if not parts:
        return tree
    rebuilt = copy.copy(tree)
    for key, part in parts.items():
        object.__setattr__(rebuilt, key, part)  # frozen ones too
    return rebuilt


def _is_leaf(tree: Any) -> bool:
    return isinstance(tree, Value) or (is_number(tree) and not isinstance(tree, bool))


def shape_of(tree: Any) -> tuple[int, ...] | None:
    """Return the shape of what is one array: an array, a number, or a regular nest of numbers.

    Returns
    -------
    tuple of int, or None
        None of what is irregular, or holds something else.

    Examples
    --------
    >>> shape_of(1.0), shape_of([[1.0, 2.0]]), shape_of([1.0, [2.0]])
    ((), (1, 2), None)
    """
    return tree.shape if is_array(tree) else _shape(tree)


def _shape(nest: Any) -> tuple[int, ...] | None:
    """Return the shape of a regular nest of numbers; None if it is irregular or holds others."""
    if not isinstance(nest, (list, tuple)):
        return () if nest.__class__ is float or _is_leaf(nest) else None
    if hasattr(nest, "_fields") or not nest:
        return None
    inner = _shape(nest[0])
    if inner is None or any(_shape(part) != inner for part in nest[1:]):
        return None
    return (len(nest), *inner)


def _flat(nest: Any) -> list[Any]:
    if isinstance(nest, (list, tuple)):
        if nest and not isinstance(nest[0], (list, tuple)) and not is_array(nest[0]):
            return list(nest)
        return [leaf for part in nest for leaf in _flat(part)]
    return nest.ravel().tolist() if is_array(nest) else [nest]


def example_of(name: str, tree: Any) -> Any:
    """Return the first example of an argument with a leading axis, as the function gets it."""
    if is_array(tree) and tree.ndim:
        return tree[0] if tree.ndim > 1 else float(tree[0])
    if isinstance(tree, (list, tuple)) and not hasattr(tree, "_fields") and tree:
        return tree[0]
    if isinstance(tree, dict):
        return {key: example_of(name, part) for key, part in tree.items()}
    raise TypeError(
        f"{name} is batched: it must be an array or a sequence of examples, not "
        f"{'an empty one' if hasattr(tree, '__len__') else type(tree).__name__}"
    )


def regular(tree: Any, *, batched: bool = False) -> Any:
    """Return an argument as the compiler takes it: truths as numbers, arrays of examples as one.

    Parameters
    ----------
    tree : an argument
    batched : bool
        Whether it is a sequence of examples, which may be arrays.
    """
    if is_array(tree):
        return tree.astype(float) if tree.dtype.kind == "b" else tree
    if not parts_of(tree) or _shape(tree) is not None:
        return tree
    if batched and isinstance(tree, (list, tuple)) and not hasattr(tree, "_fields"):
        import numpy as np  # noqa: PLC0415 - only where there are arrays

        if all(is_array(part) and part.shape == tree[0].shape for part in tree):
            return np.stack([regular(part) for part in tree])
    return mapped(tree, regular)


def traced_leaves(tree: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """Return the numbers and Values of a tree, and what puts others in their places."""
    leaves, rebuild = flatten(tree)
    places = [index for index, leaf in enumerate(leaves) if _is_leaf(leaf)]

    def put(new: Sequence[Any]) -> Any:
        filled = list(leaves)
        for place, leaf in zip(places, new, strict=True):
            filled[place] = leaf
        return rebuild(filled)

    return [leaves[place] for place in places], put


def static_key(tree: Any) -> Any:
    """Return what a tree holds beside numbers, to be compared; its arrays are in its slots."""
    if is_array(tree):
        return "array"
    if is_module(tree):
        return ("module", id(tree))
    if _is_leaf(tree):
        return "number"
    if _shape(tree) is not None:
        return type(tree).__name__
    parts = parts_of(tree)
    if parts or isinstance(tree, (dict, list, tuple)):
        return (type(tree).__name__, *((key, static_key(part)) for key, part in parts))
    try:
        hash(tree)
    except TypeError:
        return ("object", id(tree))
    return (type(tree).__name__, tree)


def reached_modules(f: Any) -> dict[str, Any]:
    """Return the networks that a function reaches by its closure, its globals or its object.

    Parameters
    ----------
    f : callable

    Returns
    -------
    dict
        By the names under which the function knows them, each network once.
    """
    found: dict[str, Any] = {}
    seen: set[int] = set()
    waiting = [("", f)]
    while waiting:
        name, thing = waiting.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if is_module(thing):
            found[name or "net"] = thing
        else:
            waiting += _reached(thing)
    return found


def _reached(thing: Any) -> list[tuple[str, Any]]:
    """Return what a function, a method or a partial refers to, by name."""
    if isinstance(thing, functools.partial):
        return [("", thing.func), *(("", part) for part in thing.args), *thing.keywords.items()]
    if isinstance(thing, types.MethodType):
        owner = thing.__self__
        parts = [] if is_module(owner) else list(getattr(owner, "__dict__", {}).items())
        return [("", owner), *parts, ("", thing.__func__)]
    if isinstance(thing, (list, tuple)) and len(thing) < MANY:
        return [(f"{index}", part) for index, part in enumerate(thing, 1)]
    if isinstance(thing, dict) and len(thing) < MANY:
        return [(str(key), part) for key, part in thing.items()]
    if isinstance(thing, types.FunctionType) and not (thing.__module__ or "").startswith(
        "autograd_mini."
    ):
        return [*_closed_over(thing), *_globals(thing)]
    return []


MANY = 1000
"""Length of a container beyond which no networks are looked for in it."""


def _closed_over(f: types.FunctionType) -> list[tuple[str, Any]]:
    named = zip(f.__code__.co_freevars, f.__closure__ or (), strict=False)
    cells = [(name, cell.cell_contents) for name, cell in named if _is_filled(cell)]
    return [*cells, *(("", default) for default in f.__defaults__ or ())]


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - an empty cell raises
    except ValueError:
        return False
    return True


def _globals(f: types.FunctionType) -> list[tuple[str, Any]]:
    known = f.__globals__
    return [(name, known[name]) for name in global_names(f) if name in known]


def global_names(f: types.FunctionType) -> list[str]:
    """Return the names that a function, and those written in it, look up outside: no attributes.

    Examples
    --------
    >>> global_names(lambda x: math.sin(x.net))
    ['math']
    """
    names: list[str] = []
    codes = [f.__code__]
    while codes:
        code = codes.pop()
        names += [i.argval for i in dis.get_instructions(code) if i.opname in LOOKED_UP]
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return list(dict.fromkeys(names))


LOOKED_UP = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})
"""How Python's own instructions call that."""
