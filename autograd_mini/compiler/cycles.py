"""With this one can tell what in a loop's step must be done step by step.

- `cores_of(edges, count, operations)` gives the cycles through which a step hangs on earlier ones.
- `between(edges, count, cores)` adds what lies on a way from one cycle to another.
- `turns(edges, cores)` tells how many loops take turns, as where each element has its own.

All else in a step can be done for all steps at once, before the loop or after it. A cycle that
only sums, or multiplies by what does not hang on it, needs no loop either: `chains` folds those.
"""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Edge = tuple[int, int, int]

__all__ = ["between", "cores_of", "turns"]

LINEAR = frozenset({"add", "subtract", "negative", "multiply"})
"""The rows of which running sums and products are made."""


def cores_of(
    edges: Sequence[Edge], count: int, operations: Sequence[str], *, linear: bool
) -> set[int]:
    """Return the operations of a step that hang on themselves in earlier steps.

    Parameters
    ----------
    edges : sequence of (from, to, how many steps earlier)
        One for each operand.
    count : int
        How many operations a step has.
    operations : sequence of str
    linear : bool
        Whether running sums and products count.

    Examples
    --------
    >>> edges = [(2, 0, 1), (2, 1, 1), (0, 2, 0), (1, 2, 0), (3, 3, 1), (2, 3, 0)]
    >>> names = ["multiply", "subtract", "multiply", "add"]
    >>> cores_of(edges, 4, names, linear=False)
    {0, 1, 2}
    """
    found: set[int] = set()
    component = _components(edges, count)
    inside: dict[int, list[Edge]] = {}
    for edge in edges:
        if component[edge[0]] == component[edge[1]]:
            inside.setdefault(component[edge[0]], []).append(edge)
    for number, own in inside.items():
        if linear or not _is_running(own, operations):
            found.update(k for k in range(count) if component[k] == number)
    return found


def _is_running(edges: Sequence[Edge], operations: Sequence[str]) -> bool:
    """Tell whether a cycle is a running sum or product: one way round, in one step."""
    targets = [to for _, to, _ in edges]
    return (
        len(set(targets)) == len(targets)
        and sum(steps for _, _, steps in edges) == 1
        and all(operations[to] in LINEAR for to in targets)
    )


def between(edges: Sequence[Edge], count: int, cores: set[int]) -> list[int]:
    """Return the operations on a way from a core to a core, the cores among them."""
    forward = _reached([(a, b) for a, b, _ in edges], cores)
    backward = _reached([(b, a) for a, b, _ in edges], cores)
    return [k for k in range(count) if k in forward and k in backward]


def turns(edges: Sequence[Edge], cores: set[int]) -> int:
    """Return the greatest common divisor of how many steps it takes to go round any cycle.

    Steps that only hang on those so many steps earlier are those of as many loops.

    Examples
    --------
    >>> turns([(0, 1, 0), (1, 0, 3)], {0, 1}), turns([(0, 1, 0), (1, 0, 3), (0, 0, 1)], {0, 1})
    (3, 1)
    """
    following: dict[int, list[tuple[int, int]]] = {}
    for a, b, steps in edges:
        if a in cores and b in cores:
            following.setdefault(a, []).append((b, steps))
    found, distance = 0, dict[int, int]()
    for root in cores:
        waiting = [] if root in distance else [root]
        distance.setdefault(root, 0)
        while waiting:
            here = waiting.pop()
            for ahead, steps in following.get(here, ()):
                if ahead not in distance:
                    distance[ahead] = distance[here] + steps
                    waiting.append(ahead)
                found = math.gcd(found, distance[here] + steps - distance[ahead])
    return max(found, 1)


def _reached(pairs: Iterable[tuple[int, int]], start: set[int]) -> set[int]:
    following: dict[int, list[int]] = {}
    for a, b in pairs:
        following.setdefault(a, []).append(b)
    found, waiting = set(start), list(start)
    while waiting:
        fresh = [b for b in following.get(waiting.pop(), ()) if b not in found]
        found.update(fresh)
        waiting += fresh
    return found


def _components(edges: Sequence[Edge], count: int) -> list[int]:
    """Return for each operation a number that those have in common which hang on each other."""
    following: list[list[int]] = [[] for _ in range(count)]
    before: list[list[int]] = [[] for _ in range(count)]
    for a, b, _ in edges:
        following[a].append(b)
        before[b].append(a)
    component = [-1] * count
    for root in reversed(_finished(following)):  # Kosaraju: against the edges, last finished first
        if component[root] < 0:
            component[root], waiting = root, [root]
            while waiting:
                fresh = [a for a in before[waiting.pop()] if component[a] < 0]
                for a in fresh:
                    component[a] = root
                waiting += fresh
    return component


def _finished(following: Sequence[Sequence[int]]) -> list[int]:
    """Return all operations in the order in which a search in depth is done with them."""
    order, seen = [], [False] * len(following)
    for root in range(len(following)):
        if seen[root]:
            continue
        seen[root], path = True, [(root, iter(following[root]))]
        while path:
            here, rest = path[-1]
            ahead = next((k for k in rest if not seen[k]), None)
            if ahead is None:
                order.append(here)
                path.pop()
            else:
                seen[ahead] = True
                path.append((ahead, iter(following[ahead])))
    return order
