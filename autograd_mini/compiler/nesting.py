"""With this one can give rows of numbers the structure that the eager functions give.

- `nested(flat, result, argument, count)`: rows as a Jacobian, the result's axes first.
- `filled(flat, argument, count)`: numbers in the structure of an argument.
- `example_at(tree, index)`: one example of an argument.

In a batch, regular nested lists become arrays, and all arrays have the examples first.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.inputs import slots
from autograd_mini.containers import flatten, is_array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["example_at", "filled", "nested"]


def example_at(tree: Any, index: int) -> Any:
    """Return one example of an argument."""
    if isinstance(tree, dict):
        return {key: example_at(part, index) for key, part in tree.items()}
    example = tree[index]
    return float(example) if is_array(tree) and tree.ndim == 1 else example


def nested(flat: Any, result: Any, argument: Any, count: int) -> Any:
    """Return rows in the structure of a result, each in that of an argument.

    Parameters
    ----------
    flat : array ([examples,] rows, numbers)
    result, argument : nested containers
    count : int
        How many examples there are, 0 without a batch.
    """
    if count and isinstance(result, dict):
        nests, start = {}, 0
        for key, part in result.items():
            stop = start + len(flatten(part)[0])
            nests[key] = nested(flat[:, start:stop], part, argument, count)
            start = stop
        return nests
    argument = _as_array(argument) if count else argument
    result = _as_array(result) if count else result
    if is_array(result) and is_array(argument):
        lead = (count,) if count else ()
        return flat.reshape(*lead, *result.shape, *argument.shape)
    leaves, rebuild = flatten(result)
    return rebuild([filled(flat[..., row, :], argument, count) for row in range(len(leaves))])


def filled(flat: Any, argument: Any, count: int) -> Any:
    """Return numbers, of each example or of all, in the structure of an argument."""
    argument = _as_array(argument) if count else argument
    if is_array(argument):
        return flat.reshape(*((count,) if count else ()), *argument.shape)
    _, rebuild = flatten(argument)
    return rebuild(list(np.moveaxis(flat, -1, 0)) if count else flat.tolist())


def _as_array(tree: Any) -> Any:
    """Return regular nested lists as an array, and anything else as it is."""
    regular = isinstance(tree, (list, tuple)) and not hasattr(tree, "_fields")
    found = slots("tree", tree) if regular else []
    return np.zeros(found[0].shape) if len(found) == 1 and found[0].name == "tree" else tree
