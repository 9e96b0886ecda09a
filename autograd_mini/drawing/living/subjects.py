r"""With this one can find the graph that a page is to show: of a Value, a network, or a descent.

Start from `subject`. A network is called with one of its examples, whose features and parameters
are the leaves; of a gradient descent the page shows J at its starting point, and the way from
there. What is made of it lives in `pages`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.containers import flatten
from autograd_mini.graph import recorded
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_POINTS = 200
"""So many points of a descent are shown; of a longer one each second, third, …"""


class Way(NamedTuple):
    r"""The way that a gradient descent took.

    Parameters
    ----------
    leaves : list of Values
        The parameters, as they stand in the graph.
    places : list of int
        The numbers i of the points that are kept.
    points : list of lists of float
        :math:`\theta^{[i]}`.
    J, lengths : lists of float
        J and the length of its gradient there.
    reason : str
        Why it ended: the name of a `StopReason`.
    step, tolerance : float or None
        λ and ε.
    """

    leaves: list[Any]
    places: list[int]
    points: list[list[float]]
    J: list[float]
    lengths: list[float]
    reason: str
    step: float | None
    tolerance: float | None


class Subject(NamedTuple):
    """What a page shows: a graph by its root, and the way of a descent if there is one."""

    root: Any
    way: Way | None = None


def subject(root: Any, x: Any = None, y: Any = None, loss: Any = None) -> Subject:
    """Find the graph that a page is to show.

    Parameters
    ----------
    root : Value, network, or what `gradient_descent` returned
    x, y : example and answer, optional
        Of a network.
    loss : callable, optional
        Of a network: takes its answer and `y`.

    Returns
    -------
    Subject

    Raises
    ------
    TypeError
        If `root` is none of these, or a network comes without its example.

    Examples
    --------
    >>> found = subject(lambda x: x[0] * x[1], [2.0, 3.0], 5.0, lambda a, y: (a - y) ** 2)
    >>> found.root
    Value(1.0, label='J', operation='power')
    """
    if hasattr(root, "local_derivatives"):
        if x is not None or y is not None or loss is not None:
            raise TypeError("x, y and loss are for a network: root is a Value")
        return Subject(root)
    if hasattr(root, "history") and hasattr(root, "J"):
        return _of_descent(root)
    if callable(root):
        return Subject(_of_network(root, x, y, loss))
    raise TypeError(
        "root must be a Value, a network with x, y and loss, or what gradient_descent returned, "
        f"not {type(root).__name__}"
    )


def _of_network(net: Any, x: Any, y: Any, loss: Any) -> Any:
    """Return the loss of a network's answer to one example."""
    if x is None or y is None or not callable(loss):
        raise TypeError(
            "a page of a network needs x and y, one of its examples, and a loss such as "
            "autograd_mini.log_loss"
        )
    with recorded():
        features = [_named(feature, f"x_{k}") for k, feature in enumerate(x, 1)]
        stable = str(getattr(loss, "__name__", "")).endswith("_from_logits")
        ask = net.logits if stable and hasattr(net, "logits") else net
        J = loss(ask(features), y)
    if not hasattr(J, "local_derivatives"):
        raise TypeError(f"loss must return a Value, not {type(J).__name__}")
    return _named(J, "J")


def _named(node: Any, label: str) -> Any:
    """Return a number as a Value with a label; a Value that has none gets it."""
    if not hasattr(node, "local_derivatives"):
        return Value(node, label)
    node.label = node.label or label
    return node


def _of_descent(descent: Any) -> Subject:
    """Return J at the starting point of a descent, and its way."""
    if descent.J is None or not descent.history:
        raise TypeError("a page of a descent needs its function J, which this one has not kept")
    start, rebuild = flatten(descent.history[0].theta)
    names = _names(descent.history[0].theta, len(start))
    with recorded():
        leaves = [
            Value(float(x), name, kind="parameter") for x, name in zip(start, names, strict=True)
        ]
        J = descent.J(rebuild(leaves))
    if not hasattr(J, "local_derivatives"):
        raise TypeError("J must be computed from theta by the functions of this package")
    kept = _kept(len(descent.history))
    steps = [descent.history[place] for place in kept]
    points = [[float(x) for x in flatten(step.theta)[0]] for step in steps]
    numbers = [float(step.J) for step in steps], [float(step.gradient_length) for step in steps]
    told = descent.reason.name, descent.step, descent.tolerance
    return Subject(_named(J, "J"), Way(leaves, kept, points, *numbers, *told))


def _names(theta: Any, count: int) -> list[str]:
    """Return names of the parameters: the keys of a dictionary, or θ with an index."""
    if isinstance(theta, dict) and len(theta) == count:
        return list(map(str, theta))
    return ["θ"] if count == 1 else [f"θ_{k}" for k in range(1, count + 1)]


def _kept(count: int) -> list[int]:
    """Return which of so many points are kept: the first and the last among them.

    Examples
    --------
    >>> _kept(3), len(_kept(1000)), _kept(1000)[-1]
    ([0, 1, 2], 200, 999)
    """
    shown = min(count, MOST_POINTS)
    return sorted({round(k * (count - 1) / max(shown - 1, 1)) for k in range(shown)})
