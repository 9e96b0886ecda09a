"""With this one can find parts of a graph that repeat side by side, to show them as one.

Start from `merge_repeats`. Two scopes are equal if they have the same name (but for a number at
its end) and the same operations, used in the same way. What else is folded lives in `parts`.
"""

from __future__ import annotations

import re
from collections import Counter

from autograd_mini.graph import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OUTSIDE = -1


def merge_repeats(
    operands: dict[Any, Any], keys: dict[Any, Any], levels: dict[Any, int]
) -> dict[Any, int]:
    """Give equal scopes at one level the key of the first of them.

    At one level means that no path leads from one to the other, so that no cycle can come about.

    Parameters
    ----------
    operands : dict
        Node → its operands, in topological order.
    keys : dict
        Node → what it is taken together under; it is changed.
    levels : dict
        Key → its distance from the leaves.

    Returns
    -------
    dict
        Scope → how many it stands for.
    """
    alike = _of_one_size(keys, levels)
    shapes: dict[Scope, list[int]] = {}
    shape_of: dict[Any, int] = {}
    interned: dict[Any, int] = {}
    for node, its in operands.items() if alike else ():
        key = keys[node]
        if key in alike:
            row = node.operation
            inside = [shape_of.get(o, _OUTSIDE) if keys.get(o) is key else _OUTSIDE for o in its]
            shape = (row.name if row else node.kind, *inside)
            shape_of[node] = interned.setdefault(shape, len(interned))
            shapes.setdefault(key, []).append(shape_of[node])
    first: dict[Any, Scope] = {}
    stands_for: dict[Scope, Scope] = {}
    for scope, inside in shapes.items():
        description = levels[scope], base_name(scope.name), tuple(sorted(inside))
        stands_for[scope] = first.setdefault(description, scope)
    if any(first is not scope for scope, first in stands_for.items()):
        keys |= {node: stands_for[key] for node, key in keys.items() if key in stands_for}
    return Counter(stands_for.values())


def _of_one_size(keys: dict[Any, Any], levels: dict[Any, int]) -> set[Scope]:
    """Return the scopes that can be equal to another: of one level, one name and one size."""
    sizes = Counter(key for key in keys.values() if isinstance(key, Scope))
    kinds = {scope: (levels[scope], base_name(scope.name), size) for scope, size in sizes.items()}
    frequent = Counter(kinds.values())
    return {scope for scope, kind in kinds.items() if frequent[kind] > 1}


def base_name(name: str) -> str:
    """Return a name without the number at its end.

    Examples
    --------
    >>> base_name("neuron 12"), base_name("loss")
    ('neuron', 'loss')
    """
    return re.sub(r"\s*\d+$", "", name) or name
