"""With this one can look at a graph whose nodes are taken together under keys.

Start from `levels` (how far from the leaves a key stands) and `open_cycles` (keys that would need
each other become single nodes again). Which nodes share a key is decided in `parts`.
"""

from __future__ import annotations

from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Arcs = dict[Any, dict[Any, None]]


def levels(nodes: list[Any], keys: dict[Any, Any]) -> dict[Any, int]:
    """Return the length of the longest path to each key; keys in a cycle and after it are missing.

    Parameters
    ----------
    nodes : list of Values
        In topological order.
    keys : dict
        Node → what it is taken together under.

    Returns
    -------
    dict
        Key → number of keys before it on the longest path.
    """
    after, _ = _arcs(nodes, keys)
    return _ranked(after, keys)


def open_cycles(nodes: list[Any], keys: dict[Any, Any]) -> None:
    """Give nodes their own keys where keys would need each other: no part may be its own operand.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0)
    >>> y = x.exp()
    >>> z = y.sin() + y
    >>> keys = {x: 1, y: 2, z.operands[0]: 3, z: 2}
    >>> open_cycles([x, y, z.operands[0], z], keys)
    >>> len(set(keys.values()))
    4
    """
    while True:
        after, before = _arcs(nodes, keys)
        free = _ranked(after, keys).keys() | _ranked(before, keys).keys()
        tied = {key for key in keys.values() if key not in free}
        if not tied:
            return
        keys |= {node: node for node in nodes if keys[node] in tied}


def _arcs(nodes: list[Any], keys: dict[Any, Any]) -> tuple[Arcs, Arcs]:
    """Return the keys right after each key, and those right before it."""
    after: Arcs = {key: {} for key in keys.values()}
    before: Arcs = {key: {} for key in keys.values()}
    for node in nodes:
        for operand in node.operands:
            if operand in keys and keys[operand] is not keys[node]:
                after[keys[operand]][keys[node]] = None
                before[keys[node]][keys[operand]] = None
    return after, before


def _ranked(after: Arcs, keys: dict[Any, Any]) -> dict[Any, int]:
    """Return the longest paths, by taking away again and again what has nothing before it."""
    missing = Counter(target for targets in after.values() for target in targets)
    ranks = {key: 0 for key in keys.values() if not missing[key]}
    waiting = list(ranks)
    for key in waiting:  # it grows on the way
        for target in after[key]:
            missing[target] -= 1
            ranks[target] = max(ranks.get(target, 0), ranks[key] + 1)
            if not missing[target]:
                waiting.append(target)
    return {key: ranks[key] for key in waiting}
