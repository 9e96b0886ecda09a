"""With this one can ask a network for its answers, and count how often they are right.

- `answers` and `predict` give what the network says of examples, and the classes that stands for.
- `accuracy` and `confusion` compare the classes with the right ones.
"""

from __future__ import annotations

from autograd_mini.training.examples import classified, rows_of, task_and_examples
from autograd_mini.training.task import Task, listed, plain_forward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["accuracy", "answers", "confusion", "predict"]


def predict(net: Any, X: Any, *, loss: Any = "log_loss") -> list[int]:
    """Return the class that the network finds for each example.

    With several outputs it is the place of the largest. With one it is 1 for an answer above ½,
    or above 0 if the loss takes signs or weighted sums, and else 0.

    Parameters
    ----------
    net : Module
    X : n sequences of n_1 numbers
    loss : str, callable or Loss
        With which the network was trained; it matters for a single output that is no sigmoid.

    Returns
    -------
    list of n ints

    Raises
    ------
    ValueError
        If there are no examples, or their lengths do not fit the network.
    """
    rows = rows_of(X)
    task = Task(net, loss, rows[0])
    say = task.plain()
    return [task.decide(say(row)) for row in rows]


def answers(net: Any, X: Any) -> list[list[float]]:
    """Return what the network says of each example, as plain numbers.

    Nothing is recorded, and a network of layers is computed without a Value, many times faster
    than by calling it.

    Parameters
    ----------
    net : Module
    X : n sequences of n_1 numbers

    Returns
    -------
    list of n lists of n_L floats
        The answers a^L.

    Raises
    ------
    ValueError
        If there are no examples, or their lengths do not fit the network.
    """
    rows = rows_of(X)
    listed(net(rows[0]))  # a wrong length is the network's to refuse
    say = plain_forward(net, logits=False)
    return [say(row) for row in rows]


def accuracy(net: Any, X: Any, y: Any, *, loss: Any = "log_loss") -> float:
    """Return the share of examples whose class the network finds.

    Parameters
    ----------
    net : Module
    X : n sequences of n_1 numbers
    y : n class numbers, or labels as `fit` takes them
    loss : str, callable or Loss
        As for `predict`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If there are no examples, lengths differ, or the labels are no classes.
    """
    task, examples = task_and_examples(net, X, y, loss)
    right = task.evaluate(classified(examples))[1]
    assert right is not None
    return right


def confusion(net: Any, X: Any, y: Any, *, loss: Any = "log_loss") -> list[list[int]]:
    """Return how often the network took which class for which.

    Parameters
    ----------
    net, X, y, loss
        As for `accuracy`.

    Returns
    -------
    list of K lists of K ints
        The row is the true class, the column the one that the network finds.

    Raises
    ------
    ValueError
        As for `accuracy`.
    """
    task, examples = task_and_examples(net, X, y, loss)
    classes, say = max(task.outputs, 2), task.plain()
    counts = [[0] * classes for _ in range(classes)]
    for row, right in zip(examples.X, classified(examples).classes, strict=True):
        counts[right][task.decide(say(row))] += 1
    return counts
