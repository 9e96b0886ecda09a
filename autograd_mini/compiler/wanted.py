"""With this one can say by what to differentiate, and give gradients the shape of that.

- `wanted_of(wrt, trees, modules)` finds the targets: arguments, networks, Values.
- `Wanted.assemble` puts arrays of gradients together.
"""

from __future__ import annotations

from autograd_mini.compiler.inputs import Slot, is_module, shaped, slots
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["Target", "Wanted", "wanted_of"]


class Target:
    """One thing to differentiate by.

    Parameters
    ----------
    tree : what it is
    slots : list of Slots
    argument : str or None
        Its name, if it is an argument.
    """

    def __init__(self, tree: Any, parts: Sequence[Slot], argument: str | None) -> None:
        self.tree, self.slots, self.argument = tree, list(parts), argument
        self.names = list(tree.named_arrays()) if is_module(tree) else []

    def assemble(self, tree: Any, arrays: Sequence[Any]) -> Any:
        """Return gradients, one array for each slot, in the structure of `tree`."""
        if self.names:
            return dict(zip(self.names, arrays, strict=True))
        return shaped(tree, iter(arrays))


class Wanted:
    """All that a program differentiates by.

    Attributes
    ----------
    targets : list of Targets
    shape : str
        "one", "tuple", or "modules" (a dictionary over several networks).
    """

    def __init__(self, targets: Sequence[Target], shape: str, names: Sequence[str] = ()) -> None:
        self.targets, self.shape, self.names = list(targets), shape, list(names)

    @property
    def slots(self) -> list[Slot]:
        """All arrays to differentiate by."""
        return [slot for target in self.targets for slot in target.slots]

    def assemble(self, trees: dict[str, Any], arrays: Sequence[Any]) -> Any:
        """Return gradients, one array for each slot, as the caller gets them."""
        parts, start = [], 0
        for target in self.targets:
            tree = trees[target.argument] if target.argument is not None else target.tree
            parts.append(target.assemble(tree, arrays[start : start + len(target.slots)]))
            start += len(target.slots)
        if self.shape == "one":
            return parts[0]
        if self.shape == "modules":
            pairs = zip(self.names, parts, strict=True)
            return {f"{name}.{key}": array for name, part in pairs for key, array in part.items()}
        return tuple(parts)


def wanted_of(
    wrt: Any, trees: dict[str, Any], modules: dict[str, Any], of: dict[str, Any]
) -> Wanted:
    """Return the targets of a call.

    Parameters
    ----------
    wrt : what the caller asked for
        None, an argument's name, a network, a Value or a container of Values, or a sequence of
        such things.
    trees : dict
        The arguments by name.
    modules : dict
        The networks that the function reaches.
    of : dict
        The slots of each argument.
    """
    if wrt is None:
        if len(modules) == 1:
            return Wanted([_target(next(iter(modules.values())), trees, of)], "one")
        if modules:
            return Wanted([_target(m, trees, of) for m in modules.values()], "modules", [*modules])
        first = next((name for name in trees if of[name]), None)
        if first is None:
            raise ValueError("the function takes no argument: say by what to differentiate, wrt=…")
        return Wanted([_target(first, trees, of)], "one")
    if isinstance(wrt, (list, tuple)) and not all(isinstance(part, Value) for part in wrt):
        return Wanted([_target(part, trees, of) for part in wrt], "tuple")
    return Wanted([_target(wrt, trees, of)], "one")


def _target(wrt: Any, trees: dict[str, Any], of: dict[str, Any]) -> Target:
    if isinstance(wrt, str):
        if wrt not in trees:
            raise ValueError(f"wrt names {wrt!r}, but the arguments are {', '.join(trees)}")
        if not of[wrt]:
            raise TypeError(f"wrt names {wrt!r}, which holds no numbers")
        return Target(trees[wrt], of[wrt], wrt)
    for name, tree in trees.items():
        if tree is wrt:
            return Target(tree, of[name], name)
    parts = slots("w", wrt)
    if not parts or not all(isinstance(leaf, Value) for slot in parts for leaf in slot.leaves()):
        kind = type(wrt).__name__
        raise TypeError(f"wrt must be an argument's name, a network, or Values, not {kind}")
    return Target(wrt, parts, None)
