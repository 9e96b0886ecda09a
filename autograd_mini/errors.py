"""With this one can tell the package's errors apart: each takes facts and words its own message.

Start from `DomainError` (an operation outside its domain) and `NonFiniteGradientError` (a
sweep met a gradient that is no finite number; `first_fault` finds where). Wrong types raise plain
`TypeError`, and other wrong arguments plain `ValueError`, where they are found; they do not live
here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any


class DomainError(ValueError):
    """An operation was asked for outside the set on which it is defined.

    Parameters
    ----------
    operation : str
        Name of the operation, as in the table.
    operands : sequence of numbers
        The numbers that came.
    requirement : str
        What the operation accepts, as a sentence.
    labels : sequence of str or None
        The operands' labels, where they have one.

    Examples
    --------
    >>> raise DomainError("log", [0.0], "x must lie in (0, inf]", ["a"])
    Traceback (most recent call last):
    autograd_mini.errors.DomainError: log is not defined at (a = 0.0): x must lie in (0, inf]
    """

    def __init__(
        self,
        operation: str,
        operands: Sequence[object],
        requirement: str,
        labels: Sequence[str | None] = (),
    ) -> None:
        named = list(labels) + [None] * (len(operands) - len(labels))
        point = ", ".join(
            f"{number}" if label is None else f"{label} = {number}"
            for number, label in zip(operands, named, strict=False)
        )
        super().__init__(f"{operation} is not defined at ({point}): {requirement}")
        self.operation = operation
        self.operands = tuple(operands)
        self.requirement = requirement
        self.labels = tuple(named)

    def __reduce__(self) -> tuple[type[DomainError], tuple[object, ...]]:
        return DomainError, (self.operation, self.operands, self.requirement, self.labels)


class NonFiniteGradientError(ArithmeticError):
    """A sweep met an adjoint that is not a finite number; no gradient was changed.

    Parameters
    ----------
    place : str
        The first node of the sweep that went wrong, described.
    reason : str
        Which product or sum is not finite.

    Examples
    --------
    >>> raise NonFiniteGradientError("sqrt(x = 0.0)", "its local derivative there is inf")
    Traceback (most recent call last):
    autograd_mini.errors.NonFiniteGradientError: the gradient is not finite from sqrt(x = 0.0) on: its local derivative there is inf
    """  # noqa: E501 - a message stands on one line

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"the gradient is not finite from {place} on: {reason}")
        self.place = place
        self.reason = reason

    def __reduce__(self) -> tuple[type[NonFiniteGradientError], tuple[str, str]]:
        return NonFiniteGradientError, (self.place, self.reason)


class StaleGraphError(RuntimeError):
    """Something under a recorded graph changed, so that it can't be differentiated again.

    Parameters
    ----------
    place : str
        The node whose recorded number no longer follows from its operands.

    Examples
    --------
    >>> raise StaleGraphError("square(x = 3.0)")
    Traceback (most recent call last):
    autograd_mini.errors.StaleGraphError: the data under square(x = 3.0) changed after it was recorded: compute the root again before you differentiate it
    """  # noqa: E501 - a message stands on one line

    def __init__(self, place: str) -> None:
        super().__init__(
            f"the data under {place} changed after it was recorded: "
            "compute the root again before you differentiate it"
        )
        self.place = place

    def __reduce__(self) -> tuple[type[StaleGraphError], tuple[str]]:
        return StaleGraphError, (self.place,)


class UnknownNameError(ValueError):
    """A name was given that the package does not know; the known ones are listed.

    Parameters
    ----------
    what : str
        What the name should have named: "activation", "loss", …
    name : object
        What came.
    known : iterable of str
        The names that are accepted.

    Examples
    --------
    >>> raise UnknownNameError("activation", "tahn", ["relu", "tanh"])
    Traceback (most recent call last):
    autograd_mini.errors.UnknownNameError: unknown activation 'tahn': known are relu, tanh
    """

    def __init__(self, what: str, name: object, known: Iterable[str]) -> None:
        self.what, self.name, self.known = what, name, tuple(known)
        super().__init__(f"unknown {what} {name!r}: known are {', '.join(self.known)}")

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[object, ...]]:
        return UnknownNameError, (self.what, self.name, self.known)


class InfiniteLossError(ValueError):
    """A loss takes the logarithm of a probability that is exactly wrong.

    Examples
    --------
    >>> raise InfiniteLossError("log_loss is infinite")
    Traceback (most recent call last):
    autograd_mini.errors.InfiniteLossError: log_loss is infinite
    """


class DivergedError(ArithmeticError):
    """Training was stopped because the loss or a gradient was no longer a finite number.

    Parameters
    ----------
    epoch : int
        The epoch in which it happened, counted from 1.
    reason : str
        What was not finite.

    Examples
    --------
    >>> raise DivergedError(3, "the loss is inf")
    Traceback (most recent call last):
    autograd_mini.errors.DivergedError: training diverged in epoch 3 (the loss is inf): the last good parameters are kept; try a smaller step
    """  # noqa: E501 - a message stands on one line

    def __init__(self, epoch: int, reason: str) -> None:
        super().__init__(
            f"training diverged in epoch {epoch} ({reason}): "
            "the last good parameters are kept; try a smaller step"
        )
        self.epoch = epoch
        self.reason = reason

    def __reduce__(self) -> tuple[type[DivergedError], tuple[int, str]]:
        return DivergedError, (self.epoch, self.reason)


class ModelFileError(ValueError):
    """A file is no model of this package, or a damaged one; nothing was changed.

    Parameters
    ----------
    path : str
        The file.
    reason : str
        What is wrong with it.

    Examples
    --------
    >>> raise ModelFileError("model.json", "it is not JSON")
    Traceback (most recent call last):
    autograd_mini.errors.ModelFileError: model.json can't be read as a model: it is not JSON
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} can't be read as a model: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[ModelFileError], tuple[str, str]]:
        return ModelFileError, (self.path, self.reason)


def describe(node: Any) -> str:
    """Describe a node of a graph: ``sqrt(x = 0.0)``, or a leaf: ``x = 0.0``.

    Parameters
    ----------
    node : Value

    Returns
    -------
    str

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> describe(Value(4.0, label="x").sqrt())
    'sqrt(x = 4.0)'
    """
    if not node.operands:
        return f"{node.label or node.kind} = {node.data}"
    operands = [
        f"{o.label} = {o.data}" if getattr(o, "label", None) else str(getattr(o, "data", o))
        for o in node.operands
    ]
    label = f"{node.label} = " if node.label else ""
    return f"{label}{node.operation.name}({', '.join(operands)})"


def first_fault(
    order: Sequence[Any], seeds: dict[Any, Any], matters: Callable[[Any], bool]
) -> NonFiniteGradientError:
    """Return the error that names the first node from which on a gradient is not finite.

    Parameters
    ----------
    order : sequence of Values
        In topological order.
    seeds : dict
        The adjoints that the roots start with.
    matters : callable
        Tells of a node whether its adjoint is wanted.

    Returns
    -------
    NonFiniteGradientError
    """
    adjoints = dict(seeds)
    for node in reversed(order):
        if node not in adjoints:
            continue
        adjoint = adjoints[node]
        if adjoint - adjoint != 0:
            return NonFiniteGradientError(describe(node), f"the sum of its adjoints is {adjoint}")
        edges = zip(node.operands, node.local_derivatives, strict=True)
        for index, (operand, derivative) in enumerate(edges):
            if derivative is None or not matters(operand):
                continue
            part = derivative * adjoint
            if part - part != 0:
                return NonFiniteGradientError(describe(node), _reason(node, index, adjoint))
            adjoints[operand] = adjoints.get(operand, 0) + part
    # This went in another order, and the order decides whether a sum overflows on the way.
    return NonFiniteGradientError(describe(order[-1]), "a sum of adjoints is too large for a float")


def _reason(node: Any, index: int, adjoint: Any) -> str:
    """Say why the adjoint that `node` passes to one operand is not finite."""
    derivative = node.local_derivatives[index]
    if derivative == derivative:  # noqa: PLR0124 - NaN marks a derivative that does not exist
        return f"local derivative {derivative} times adjoint {adjoint} is {derivative * adjoint}"
    numbers = [getattr(operand, "data", operand) for operand in node.operands]
    try:
        node.operation.partial(index, numbers, node.data)
    except (DomainError, ZeroDivisionError) as error:
        return f"its derivative by operand {index + 1} does not exist there ({error})"
    return f"its derivative by operand {index + 1} does not exist there"
