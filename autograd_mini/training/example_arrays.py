"""With this one can hold examples as arrays: `ExampleArrays`, for programs over batches."""

from __future__ import annotations

import numpy as np

from autograd_mini.training.programs import signed_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.training.examples import Examples
    from autograd_mini.training.task import Task

__all__ = ["ExampleArrays"]


class ExampleArrays:
    """Examples as arrays."""

    def __init__(self, task: Task, examples: Examples) -> None:
        self.X, labels = np.array(examples.X), np.array(examples.targets)
        signs = signed_labels(task, labels)
        self.signed, self.Y = signs is not None, labels if signs is None else signs
        self.classes = np.array(examples.classes) if examples.classes else None

    def example(self) -> list[list[float]]:
        """Return the first example, as a network and its loss get it."""
        return [self.X[0].tolist(), self.Y[0].tolist()]

    def right(self, places: Any, outputs: Any, threshold: float) -> int | None:
        """Return how many classes were found; None where labels are no classes."""
        if self.classes is None:
            return None
        alone = outputs.shape[1] == 1
        found = outputs[:, 0] > threshold if alone else outputs.argmax(axis=1)
        return int((found == self.classes[places]).sum())
