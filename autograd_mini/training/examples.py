"""With this one can check examples, and code their labels as a loss takes them.

Start from `task_and_examples`; `held_out_of` takes a part of them away to be watched.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd_mini.losses import LOSSES
from autograd_mini.operations import is_number, number
from autograd_mini.training.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from typing import Any

__all__ = ["Examples", "classified", "held_out_of", "rows_of", "task_and_examples"]


class Examples(NamedTuple):
    """Checked examples: features, labels as the loss takes them, and classes where there are."""

    X: list[list[float]]
    targets: list[list[float]]
    classes: list[int]

    def chosen(self, indices: Sequence[int]) -> Examples:
        """Return some of the examples, in this order."""
        return Examples(
            [self.X[i] for i in indices],
            [self.targets[i] for i in indices],
            [self.classes[i] for i in indices] if self.classes else [],
        )


def task_and_examples(net: Any, X: Any, y: Any, loss: Any) -> tuple[Task, Examples]:
    """Check the examples, and code their labels as the loss of the network takes them."""
    rows = rows_of(X)
    task = Task(net, loss, rows[0])
    return task, labelled(task, rows, y)


def rows_of(X: Any) -> list[list[float]]:
    """Return the features as lists of finite floats, all of one length."""
    given = _sequence(X, "X must be a sequence of examples")
    if not given:
        raise ValueError("X is empty: at least one example is needed")
    rows = [_floats(row, f"X[{i}]") for i, row in enumerate(given)]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(f"X[{i}] has {len(row)} features, but X[0] has {len(rows[0])}")
    return rows


def _sequence(given: Any, accepted: str) -> list[Any]:
    """Return a list of what came, or raise saying what is accepted."""
    listed = given.tolist() if hasattr(given, "tolist") else given
    if isinstance(listed, (str, bytes, dict)) or not hasattr(listed, "__iter__"):
        raise TypeError(f"{accepted}, not {type(given).__name__}")
    return list(listed)


def _floats(row: Any, name: str) -> list[float]:
    """Return a sequence of finite floats, or raise naming the place."""
    listed = _sequence(row, f"{name} must be a sequence of numbers")
    floats = [float(number(x, f"{name}[{j}]")) for j, x in enumerate(listed)]
    for j, x in enumerate(floats):
        if not math.isfinite(x):
            raise ValueError(f"{name}[{j}] is {x}; accepted: finite numbers")
    return floats


def labelled(task: Task, rows: list[list[float]], y: Any) -> Examples:
    """Return the examples with their labels coded and accepted by the loss."""
    given = _sequence(y, "y must be a sequence of labels")
    if len(given) != len(rows):
        raise ValueError(f"X has {len(rows)} examples, but y has {len(given)} labels")
    targets = _targets(task, given)
    for i, target in enumerate(targets):
        if len(target) != task.outputs:
            raise ValueError(f"y[{i}] has {len(target)} labels for {task.outputs} outputs")
        if task.loss.name in LOSSES:
            try:
                task.loss([0.5] * task.outputs, target)  # an answer that every loss takes
            except ValueError as error:
                raise ValueError(f"y[{i}]: {error}") from None
    classes = [_class(target) for target in targets]
    return Examples(rows, targets, [] if None in classes else [k for k in classes if k is not None])


def _targets(task: Task, given: list[Any]) -> list[list[float]]:
    """Return labels as lists of numbers; class numbers are coded as the loss takes them."""
    if not all(map(is_number, given)):
        return [_floats(labels, f"y[{i}]") for i, labels in enumerate(given)]
    numbers = _floats(given, "y")
    if task.outputs == 1 and not set(numbers) <= {0.0, 1.0}:
        return [[label] for label in numbers]
    for i, label in enumerate(numbers):
        if label != int(label) or not 0 <= label < max(task.outputs, 2):
            accepted = f"a class number from 0 to {task.outputs - 1}"
            raise ValueError(f"y[{i}] is {given[i]!r}; accepted: {accepted}, or a list of labels")
    return [task.loss.code(int(label), task.outputs) for label in numbers]


def _class(target: list[float]) -> int | None:
    """Return the class that labels stand for: the place of the only 1 among 0 or -1."""
    if any(label not in {-1.0, 0.0, 1.0} for label in target):
        return None
    if len(target) == 1:
        return int(target[0] == 1.0)
    return target.index(1.0) if target.count(1.0) == 1 else None


def classified(examples: Examples) -> Examples:
    """Return the examples if all of them have a class; else raise."""
    if not examples.classes:
        raise ValueError("y holds labels that are no classes, so that none can be right")
    return examples


def held_out_of(
    task: Task, examples: Examples, validation: Any, generator: random.Random
) -> tuple[Examples, Examples | None]:
    """Return the examples to learn from, and those to watch."""
    if validation is None:
        return examples, None
    if not is_number(validation):
        X, y = validation
        held_out = rows_of(X)
        if len(held_out[0]) != len(examples.X[0]):
            widths = f"{len(held_out[0])} features, but those of X {len(examples.X[0])}"
            raise ValueError(f"the examples of validation have {widths}")
        return examples, labelled(task, held_out, y)
    count = len(examples.X)
    order = generator.sample(range(count), count)
    watched = min(max(round(validation * count), 1), count - 1)
    if not watched:
        raise ValueError("validation can't hold out a part of a single example")
    return examples.chosen(order[watched:]), examples.chosen(order[:watched])
