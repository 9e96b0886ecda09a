"""With this one can walk a graph: anything whose nodes have `.operands`.

- `topological_order(root)`: operands before results, without recursion.
- `leaves(root)` and `count_operations(root)`.
- `scope("layer 2")` names the part of a program that records, and `no_grad()` records nothing.

What a node is, and the sweep that computes gradients, live in `value`.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

__all__ = ["Scope", "count_operations", "dependents", "leaves", "no_grad", "recorded", "scope"]
__all__ += ["topological_order", "tracer"]


def topological_order(roots: Any) -> list[Any]:
    """Return the nodes under `roots`, each once, operands before results.

    Parameters
    ----------
    roots : a node, or an iterable of nodes
        Anything with `.operands`; plain numbers among the operands are left out.

    Returns
    -------
    list of nodes
        The same order for the same graph, whatever the process.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> a = Value(2.0, label="a")
    >>> [node.label or node.operation.name for node in topological_order(a + a * a)]
    ['a', 'multiply', 'add']
    """
    order: list[Any] = []
    entered: set[Any] = set()
    ready = object()  # a mark: all operands of the node below it have been ordered
    waiting = [roots] if hasattr(roots, "operands") else list(roots)[::-1]
    while waiting:
        node = waiting.pop()
        if node is ready:
            order.append(waiting.pop())
        elif node not in entered:
            operands = getattr(node, "operands", None)
            if operands is not None:
                entered.add(node)
                waiting += (node, ready, *operands[::-1])
    return order


def dependents(order: Iterable[Any], sources: Iterable[Any]) -> set[Any]:
    """Return those nodes of a topological order that are, or depend on, one of `sources`.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> len(dependents(topological_order(a * b + b), [a]))
    3
    """
    found = set(sources)
    for node in order:
        if any(operand in found for operand in node.operands):
            found.add(node)
    return found


def leaves(roots: Any) -> list[Any]:
    """Return the nodes under `roots` that have no operands, in topological order.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> [leaf.label for leaf in leaves(b * a + 1)]
    ['b', 'a']
    """
    return [node for node in topological_order(roots) if not node.operands]


def count_operations(roots: Any) -> dict[str, int]:
    """Return how often each operation stands under `roots`, by its name.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> a = Value(2.0)
    >>> count_operations(a * a * a + 1)
    {'multiply': 2, 'add': 1}
    """
    counts: dict[str, int] = {}
    for node in topological_order(roots):
        if node.operands:
            counts[node.operation.name] = counts.get(node.operation.name, 0) + 1
    return counts


class Scope:
    """A named part of the program that records; nodes keep the scope they were recorded in.

    Parameters
    ----------
    name : str
    parent : Scope or None
        The scope around it.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> with scope("layer 2"), scope("neuron 1"):
    ...     doubled = 2 * Value(3.0)
    >>> doubled.scope
    Scope('layer 2 / neuron 1')
    """

    __slots__ = ("name", "parent")

    def __init__(self, name: str, parent: Scope | None = None) -> None:
        self.name, self.parent = name, parent

    def path(self) -> tuple[Scope, ...]:
        """Return the scopes from the outermost to this one."""
        return (*(self.parent.path() if self.parent else ()), self)

    def __repr__(self) -> str:
        return f"Scope({' / '.join(part.name for part in self.path())!r})"


UNRECORDED = Scope("no_grad")
"""Stands in the place of a scope while nothing is recorded."""

_current: ContextVar[Scope | None] = ContextVar("autograd_mini scope", default=None)
current_scope = _current.get

tracer: ContextVar[Any] = ContextVar("autograd_mini tracer", default=None)
"""What takes an operation and its operands while a compiler traces, where a graph would lose them:
a comparison gives a plain truth, and what is not recorded a constant."""


@contextmanager
def _setting(chosen: Scope | None) -> Iterator[None]:
    token = _current.set(chosen)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing within ``with no_grad():``, or in a function decorated by ``@no_grad()``.

    Operations give constants.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> with no_grad():
    ...     y = Value(2.0) * 3
    >>> y.kind, y.operands
    ('constant', ())
    """
    with _setting(UNRECORDED):
        yield


@contextmanager
def recorded() -> Iterator[None]:
    """Record within ``with recorded():``, also inside `no_grad`: differentiation needs it.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> with no_grad(), recorded():
    ...     y = Value(2.0) * 3
    >>> y.kind
    'operation'
    """
    current = current_scope()
    with _setting(None if current is UNRECORDED else current):
        yield


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Name what is recorded within ``with scope("name"):``; scopes nest.

    Parameters
    ----------
    name : str

    Raises
    ------
    TypeError
        If `name` is no string.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> with scope("loss"):
    ...     J = Value(2.0) ** 2
    >>> J.scope.name
    'loss'
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, not {type(name).__name__}")
    current = current_scope()
    with _setting(current if current is UNRECORDED else Scope(name, current)):
        yield
