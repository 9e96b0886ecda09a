"""With this one can run a rolled program: an `ArrayProgram` has its source and its function.

- `Request` says what a program is asked for: results, and by what to differentiate.

`emit` writes the source.
"""

from __future__ import annotations

from autograd_mini.compiler import gathers, steps
from autograd_mini.compiler.finite import check
from autograd_mini.compiler.memory import block_size
from autograd_mini.compiler.targets.numpy import namespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["ArrayProgram", "Request"]


class Request:
    """What a program is asked for.

    Parameters
    ----------
    outputs : list of (class, place)
    wanted : sequence of int, or None
        The arrays by which to differentiate.
    names : sequence of str
        Of the arrays.
    shapes, batched
        Of the arrays.
    labels : dict
        Names of classes.
    reduce : {"mean", "sum", None}
    examples : bool
        Whether there is an axis of examples.
    beside : list of (class, place)
        Further results, which are kept for each example, whatever becomes of the others.
    """

    def __init__(
        self,
        outputs: Sequence[tuple[int, int]],
        wanted: Sequence[int] | None,
        names: Sequence[str],
        shapes: Sequence[tuple[int, ...]],
        batched: Sequence[bool],
        labels: dict[int, str],
        reduce: str | None,
        *,
        examples: bool,
        beside: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.beside = list(beside)
        self.outputs, self.wanted, self.names = list(outputs), wanted, list(names)
        self.shapes, self.batched, self.labels = list(shapes), list(batched), labels
        self.reduce, self.examples = reduce, examples

    @property
    def each(self) -> bool:
        """Whether gradients are kept for each example."""
        return self.examples and self.reduce is None


class ArrayProgram:
    """A NumPy program.

    Attributes
    ----------
    source : str
    run : callable
        Takes the arrays, how many examples come, and how many there are in all; returns results
        and gradients.
    kept : frozenset of int
        The ids of the arrays that the program keeps, and may return.
    """

    def __init__(self, source: str, constants: dict[str, Any], told: str, cells: int) -> None:
        self.source, self._told, self.cells = source, told, cells
        self.kept = frozenset(map(id, constants.values()))
        names = namespace(source) | constants
        for module in (gathers, steps):
            names |= {name: getattr(module, name) for name in module.__all__}
        names["check"] = check
        exec(compile(source, "<compiled by autograd_mini>", "exec"), names)  # noqa: S102 - our text
        self.run: Any = names["program"]

    def told(self) -> str:
        """Say what the trace became."""
        return self._told

    def block(self, examples: int, directions: int = 1) -> int:
        """Return how many examples are worked through at once, so that arrays stay in the cache."""
        return block_size(self.cells * directions, examples)
