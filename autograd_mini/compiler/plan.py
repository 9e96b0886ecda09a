"""With this one can describe a call of a compiled function, for arguments of one shape.

Start from `Plan`: what the function gets for its arguments, what it is differentiated by, and how
the caller's numbers are found in each further call. Engines run plans.
"""

from __future__ import annotations

import inspect
from collections import OrderedDict

from autograd_mini.compiler.inputs import (
    example_of,
    is_module,
    reached_modules,
    slots,
    static_key,
    traced_leaves,
)
from autograd_mini.compiler.wanted import wanted_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot

__all__ = ["Plan", "key_of", "slots_of"]


def slots_of(name: str, tree: Any, *, batched: bool) -> list[Slot]:
    """Return the slots of an argument; those of a batched one without the axis of examples."""
    found = slots(name, tree)
    empty = any(slot.shape[:1] == (0,) for slot in found)
    if batched and (empty or (isinstance(tree, (list, tuple)) and not tree)):
        raise ValueError(f"{name} is batched: it must have an example at least")
    if batched and not found:
        raise TypeError(f"{name} is batched: it must be a regular array of examples")
    for slot in found if batched else ():
        if not slot.shape:
            raise TypeError(f"{name} is batched: it needs an axis of examples")
        slot.count, slot.shape, slot.batched = slot.shape[0], slot.shape[1:], True
    return found


def key_of(trees: dict[str, Any], of: dict[str, list[Slot]]) -> Any:
    """Return what tells apart calls that need programs of their own."""
    return tuple(
        (name, static_key(tree), tuple(slot.key for slot in of[name]))
        for name, tree in trees.items()
    )


class Plan:
    """What is fixed by the shapes of a call.

    Parameters
    ----------
    f : callable
    signature : inspect.Signature
    trees : dict
        The arguments by name.
    of : dict
        The slots of each argument.
    batched : sequence of str
    reduce : {"mean", "sum", None}
    wrt : what `wanted_of` takes
    gradient : bool
        Whether a gradient is asked for.
    beside : bool
        Whether only the first result is reduced and differentiated, and the others are kept for
        each example.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        signature: inspect.Signature,
        trees: dict[str, Any],
        of: dict[str, list[Slot]],
        batched: Sequence[str],
        reduce: str | None,
        wrt: Any,
        *,
        gradient: bool,
        beside: bool = False,
    ) -> None:
        self.beside = beside
        self.f, self.signature, self.reduce, self.batched = f, signature, reduce, tuple(batched)
        self.examples = {
            name: example_of(name, tree) if name in batched else tree
            for name, tree in trees.items()
        }
        parts = {name: traced_leaves(tree) for name, tree in self.examples.items()}
        self.counts = {name: len(leaves) for name, (leaves, _) in parts.items()}
        self.puts = {name: put for name, (_, put) in parts.items()}
        self.modules = reached_modules(f)
        self.wanted = wanted_of(wrt, trees, self.modules, of) if gradient else None
        self.slots = [slot for name in trees for slot in of[name]]
        self.of = of
        # Values that stand for an element of an argument, where the function reaches them otherwise
        self.known: dict[Any, tuple[int, int]] = {}

    def put(self, new: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments around other things than their numbers."""
        filled: OrderedDict[str, Any] = OrderedDict()
        start = 0
        for name, count in self.counts.items():
            filled[name] = self.puts[name](new[start : start + count])
            start += count
        bound = inspect.BoundArguments(self.signature, filled)
        return bound.args, bound.kwargs

    def places(self) -> list[tuple[Slot, int]]:
        """Return for each number that `put` takes its slot, and its place there."""
        found: list[tuple[Slot, int]] = []
        for name, tree in self.examples.items():
            entries = [
                (slot, index) for slot in self.of[name] for index in range(_size(slot.shape))
            ]
            if is_module(tree):  # a parameter that stands in two places is one number
                entries = _first_places(tree, self.of[name])
            found += entries
        return found


def _size(shape: Sequence[int]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def _first_places(module: Any, parts: Sequence[Slot]) -> list[tuple[Slot, int]]:
    first: dict[Any, tuple[Slot, int]] = {}
    for slot in parts:
        for index, value in enumerate(slot.leaves()):
            first.setdefault(value, (slot, index))
    leaves, _ = traced_leaves(module)
    return [first[value] for value in leaves]
