"""With this one can describe a call of a Jacobian, a Hessian, or a product with one.

Start from `HigherCall`: function, arguments, and by which of them to differentiate. The vector of a
product becomes an argument of its own. What runs such calls is in `higher`.
"""

from __future__ import annotations

import inspect

from autograd_mini.compiler.plan import Plan, key_of, slots_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot

__all__ = ["HigherCall"]


class HigherCall:
    """A call of a higher derivative.

    Parameters
    ----------
    f : callable
    signature : inspect.Signature
    trees : dict
        The arguments by name.
    batched : sequence of str
    wrt : str
    tangent : optional
        The vector of a product, in the shape of the argument; it becomes an argument of its own.

    Attributes
    ----------
    vector : str
        The name of that argument.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        signature: inspect.Signature,
        trees: dict[str, Any],
        batched: Sequence[str],
        wrt: str,
        tangent: Any = None,
    ) -> None:
        self.f, self.signature, self.trees = f, signature, dict(trees)
        self.batched, self.wrt, self.vector = list(batched), wrt, ""
        if tangent is not None:
            self._give_vector(tangent)
        self.of: dict[str, list[Slot]] = {
            name: slots_of(name, tree, batched=name in self.batched)
            for name, tree in self.trees.items()
        }
        if tangent is not None:
            shapes = [[slot.shape for slot in self.of[name]] for name in (wrt, self.vector)]
            if shapes[0] != shapes[1]:
                raise ValueError(f"tangent must be shaped like {wrt}: {shapes[0]}, not {shapes[1]}")

    def _give_vector(self, tangent: Any) -> None:
        name = "tangent"
        while name in self.signature.parameters:
            name += "_"
        own = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
        given = [p for p in self.signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        rest = [p for p in self.signature.parameters.values() if p.kind is p.VAR_KEYWORD]
        f, self.vector = self.f, name
        self.signature = self.signature.replace(parameters=[*given, own, *rest])
        self.trees[name] = tangent
        self.batched += [name] if self.wrt in self.batched else []

        def without_vector(*arguments: Any, **named: Any) -> Any:
            named.pop(name)
            return f(*arguments, **named)

        without_vector.__wrapped__ = f  # type: ignore[attr-defined]
        self.f = without_vector

    @property
    def key(self) -> Any:
        """What tells apart calls that need programs of their own."""
        return key_of(self.trees, self.of)

    def plan(self, f: Callable[..., Any], reduce: str | None, *, gradient: bool) -> Plan:
        """Return the plan of this call, of the function or what was made of it."""
        return Plan(
            f, self.signature, self.trees, self.of, self.batched, reduce, self.wrt,
            gradient=gradient,
        )  # fmt: skip
