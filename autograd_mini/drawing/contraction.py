"""With this one can look at a graph whose nodes are taken together under keys.

Start from `open_cycles`: keys that would need each other become single nodes again. Which nodes
share a key is decided in `parts`.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Arcs = dict[Any, dict[Any, None]]


def open_cycles(operands: dict[Any, Any], keys: dict[Any, Any]) -> dict[Any, int]:
    """Give nodes their own keys where keys would need each other: no part may be its own operand.

    Parameters
    ----------
    operands : dict
        Node → its operands, in topological order.
    keys : dict
        Node → what it is taken together under; it is changed.

    Returns
    -------
    dict
        Key → number of keys before it on the longest path.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0)
    >>> y = x.exp()
    >>> z = y.sin() + y
    >>> keys = {x: 1, y: 2, z.operands[0]: 3, z: 2}
    >>> sorted(open_cycles({node: node.operands for node in keys}, keys).values())
    [0, 1, 2, 3]
    """
    while True:
        after, before = _arcs(operands, keys)
        ranks = _ranked(after)
        if len(ranks) == len(after):
            return ranks
        free = ranks.keys() | _ranked(before).keys()
        keys |= {node: node for node in operands if keys[node] not in free}


def _arcs(operands: dict[Any, Any], keys: dict[Any, Any]) -> tuple[Arcs, Arcs]:
    """Return the keys right after each key, and those right before it."""
    after: Arcs = {key: {} for key in keys.values()}
    before: Arcs = {key: {} for key in after}
    for node, its in operands.items():
        key = keys[node]
        for operand in its:
            other = keys.get(operand, key)
            if other is not key:
                after[other][key] = before[key][other] = None
    return after, before


def _ranked(after: Arcs) -> dict[Any, int]:
    """Return the longest paths, by taking away again and again what has nothing before it.

    Keys in a cycle and after it are missing.
    """
    missing = Counter(chain.from_iterable(after.values()))
    ranks = {key: 0 for key in after if key not in missing}
    waiting = list(ranks)
    for key in waiting:  # it grows on the way
        for target in after[key]:
            missing[target] -= 1
            ranks[target] = max(ranks.get(target, 0), ranks[key] + 1)
            if not missing[target]:
                waiting.append(target)
    return {key: ranks[key] for key in waiting}
