"""With this one can let the eager engine find a Jacobian, a Hessian or a product with one.

- `eagerly_differentiated(plan, kind, of, vectors)`: right by definition, or the error that says
  what has no finite value.

Where array code can't answer, `higher` asks here.
"""

from __future__ import annotations

from autograd_mini.compiler.derived import differentiated
from autograd_mini.compiler.kept import undisturbed
from autograd_mini.compiler.scalar_engine import examples_of, wanted_leaves
from autograd_mini.containers import flatten
from autograd_mini.derivatives import gradients
from autograd_mini.graph import recorded
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot
    from autograd_mini.compiler.plan import Plan

__all__ = ["eagerly_differentiated"]


def eagerly_differentiated(
    plan: Plan, kind: str, of: dict[str, list[Slot]], vectors: Sequence[Any]
) -> Any:
    """Return the numbers of a higher derivative, as an array (examples, numbers).

    Parameters
    ----------
    plan : Plan
    kind : {"jacobian", "hessian", "hvp"}
    of : dict
        The slots of a call's arguments.
    vectors : sequence of arrays
        For "hvp", the vector: one array for each slot to differentiate by.
    """
    import numpy as np  # noqa: PLC0415 - as late as possible

    places = plan.places()
    leaves = wanted_leaves(plan, places) or []
    slots = plan.wanted.slots if plan.wanted is not None and vectors else []
    found = []
    for number, row in enumerate(examples_of(plan, places, of)):
        own = [v[number] if s.batched else v for v, s in zip(vectors, slots, strict=True)]
        vector = [float(part) for array in own for part in np.ravel(array)]
        found.append(_of_one(plan, kind, row, leaves, vector))
    return np.array(found)


def _of_one(
    plan: Plan, kind: str, row: Sequence[float], leaves: Sequence[Any], vector: Sequence[float]
) -> list[float]:
    """Return the numbers of one example's derivative."""
    inputs = [Value(number) for number in row]
    with recorded(), undisturbed(plan.modules.values()):
        arguments, named = plan.put(inputs)
        results, _ = flatten(plan.f(*arguments, **named))
        values = [_leaf(leaf, inputs) for leaf in leaves]
        found = differentiated(kind, results, values, vector, _gradient)
    return [float(part.data if isinstance(part, Value) else part) for part in found]


def _leaf(leaf: Any, inputs: Sequence[Value]) -> Value:
    """Return a number to differentiate by: an input by its place, or a Value; unused if None."""
    if leaf is None:
        return Value(0.0)
    found: Value = inputs[leaf] if isinstance(leaf, int) else leaf
    return found


def _gradient(root: Any, leaves: Sequence[Value]) -> list[Any]:
    """Return the gradient of what may be a plain number."""
    if not isinstance(root, Value):
        return [0.0] * len(leaves)
    found: list[Any] = gradients(root, list(leaves))
    return found
