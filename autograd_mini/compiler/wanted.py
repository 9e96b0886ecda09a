"""With this one can say by what to differentiate, and give derivatives the shape of that.

- `wanted_of(wrt, trees, modules)` finds the targets: arguments, networks, Values.
- `Wanted.assemble` puts arrays of gradients together, `.jacobian` and `.hessian` rows of numbers.
- `Wanted.vector` takes a vector in the structure of a gradient apart.

How containers are rebuilt around arrays is in `nesting`.
"""

from __future__ import annotations

import math

from autograd_mini.compiler.inputs import Slot, is_module, shape_of, slots
from autograd_mini.compiler.nesting import nested, shaped, taken_apart
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
        self.slots, self.argument = list(parts), argument
        self.tree = _Parameters(_blank(tree.named_arrays())) if is_module(tree) else tree

    def form(self, trees: dict[str, Any]) -> Any:
        """Return what derivatives are shaped like; `trees` are the arguments of a call."""
        if self.argument is None or is_module(self.tree):
            return self.tree
        return trees[self.argument]


class _Parameters:
    """The parameters of networks, by name: so they are looked up once, not in each call."""

    def __init__(self, arrays: dict[str, Any]) -> None:
        self._arrays = arrays

    def named_arrays(self) -> dict[str, Any]:
        """Return what stands together."""
        return self._arrays


def _blank(arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays in the shapes of nested Values, which would have to be walked through."""
    import numpy as np  # noqa: PLC0415 - what is by a network comes in arrays

    return {name: np.broadcast_to(0.0, shape_of(nest) or ()) for name, nest in arrays.items()}


class Wanted:
    """All that a program differentiates by.

    Attributes
    ----------
    targets : list of Targets
    several : bool
        Whether they were given as a sequence: then derivatives come as a tuple.
    """

    def __init__(self, targets: Sequence[Target], *, several: bool = False) -> None:
        self.targets, self.several = list(targets), several

    @property
    def slots(self) -> list[Slot]:
        """All arrays to differentiate by."""
        return [slot for target in self.targets for slot in target.slots]

    def _joined(self, parts: Sequence[Any]) -> Any:
        return tuple(parts) if self.several else parts[0]

    def assemble(self, trees: dict[str, Any], arrays: Sequence[Any]) -> Any:
        """Return gradients, one array for each slot, as the caller gets them."""
        each = iter(arrays)
        return self._joined([shaped(target.form(trees), each) for target in self.targets])

    def vector(self, trees: dict[str, Any], vector: Any) -> list[Any]:
        """Return the arrays of a vector in the structure of the gradient, one for each slot."""
        forms = [target.form(trees) for target in self.targets]
        if not self.several:
            return list(taken_apart("tangent", forms[0], vector))
        count = len(vector) if isinstance(vector, (list, tuple)) else 1
        if count != len(forms):
            kind = type(vector).__name__
            raise ValueError(
                f"tangent must be a tuple of {len(forms)}, as the gradient is, not a {kind}"
                + (f" of {count}" if isinstance(vector, (list, tuple)) else "")
            )
        pairs = enumerate(zip(forms, vector, strict=True))
        return [a for k, (f, v) in pairs for a in taken_apart(f"tangent[{k}]", f, v)]

    def jacobian(
        self, trees: dict[str, Any], rows: Sequence[Any], result: Any, *, apart: bool
    ) -> Any:
        """Return a Jacobian as the caller gets it: of several targets a tuple.

        Parameters
        ----------
        trees : dict
            The arguments by name, of one example.
        rows : sequence of arrays ([examples,] results, …)
            One for each slot, whose axes are the last.
        result : nested containers
        apart : bool
            Whether there is an axis of examples.
        """
        parts, start = [], 0
        for target in self.targets:
            first, start = start, start + len(target.slots)
            parts.append(nested(rows[first:start], result, target.form(trees), apart=apart))
        return self._joined(parts)

    def hessian(self, trees: dict[str, Any], rows: Sequence[Any], *, apart: bool) -> Any:
        """Return a Hessian as the caller gets it: of several targets a tuple of tuples."""
        parts, start = [], 0
        for target in self.targets:
            first, start = start, start + sum(math.prod(slot.shape) for slot in target.slots)
            own = [each[:, first:start] if apart else each[first:start] for each in rows]
            parts.append(self.jacobian(trees, own, target.form(trees), apart=apart))
        return self._joined(parts)


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
    if wrt is None and modules:
        return Wanted([_networks(modules, trees, of)])
    if wrt is None:
        first = next((name for name in trees if of[name]), None)
        if first is None:
            kinds = ", ".join(f"{name} is {type(tree).__name__}" for name, tree in trees.items())
            what = f"no argument holds numbers ({kinds})" if kinds else "there is no argument"
            raise ValueError(f"{what}: say by what to differentiate, wrt=…")
        return Wanted([_target(first, trees, of)])
    if isinstance(wrt, (list, tuple)) and not all(isinstance(part, Value) for part in wrt):
        return Wanted([_target(part, trees, of) for part in wrt], several=True)
    return Wanted([_target(wrt, trees, of)])


def _networks(modules: dict[str, Any], trees: dict[str, Any], of: dict[str, Any]) -> Target:
    """Return all networks that a function reaches as one target, under dotted names."""
    if len(modules) == 1:
        return _target(next(iter(modules.values())), trees, of)
    together = _Parameters(
        {
            f"{name}.{part}": array
            for name, module in modules.items()
            for part, array in module.named_arrays().items()
        }
    )
    parts = [_target(module, trees, of).slots for module in modules.values()]
    return Target(together, [slot for each in parts for slot in each], None)


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
