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


def merge_repeats(nodes: list[Any], keys: dict[Any, Any], levels: dict[Any, int]) -> dict[Any, int]:
    """Give equal scopes at one level the key of the first of them.

    At one level means that no path leads from one to the other, so that no cycle can come about.

    Parameters
    ----------
    nodes : list of Values
        In topological order.
    keys : dict
        Node → what it is taken together under; it is changed.
    levels : dict
        Key → its distance from the leaves.

    Returns
    -------
    dict
        Scope → how many it stands for.
    """
    shapes: dict[Scope, list[int]] = {}
    shape_of: dict[Any, int] = {}
    interned: dict[Any, int] = {}
    for node in nodes:
        key = keys[node]
        if isinstance(key, Scope):
            shape = _shape(node, keys, shape_of)
            shape_of[node] = interned.setdefault(shape, len(interned))
            shapes.setdefault(key, []).append(shape_of[node])
    first: dict[Any, Scope] = {}
    stands_for: dict[Scope, Scope] = {}
    for scope, inside in shapes.items():
        description = levels[scope], base_name(scope.name), tuple(sorted(inside))
        stands_for[scope] = first.setdefault(description, scope)
    keys |= {node: stands_for[key] for node, key in keys.items() if key in stands_for}
    return Counter(stands_for.values())


def base_name(name: str) -> str:
    """Return a name without the number at its end.

    Examples
    --------
    >>> base_name("neuron 12"), base_name("loss")
    ('neuron', 'loss')
    """
    return re.sub(r"\s*\d+$", "", name) or name


def _shape(node: Any, keys: dict[Any, Any], shape_of: dict[Any, int]) -> tuple[Any, ...]:
    """Return what is computed at a node, as far as its scope reaches."""
    inside = [
        shape_of[o] if o in shape_of and keys[o] is keys[node] else _OUTSIDE for o in node.operands
    ]
    return (node.operation.name if node.operation else node.kind, *inside)
