"""With this one can say what a rolled loop is: a body of classes, and what is kept of each step.

- `Loop`: how many steps, the classes of one, what each is handed and what it leaves behind.
- `Handed`: an array of which a step gets all, or one row.
- `Left`: what a step leaves behind, a row of a `History`: the class of all steps, after what was
  before them.

How loops are found lies in `time_loops`, how bodies are rolled in `loop_bodies`; `loop_writing`
writes them.
"""

from __future__ import annotations

from autograd_mini.compiler.rolled import Access, Class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HISTORY", "Handed", "History", "Left", "Loop"]

HISTORY = "history"
"""The operation of what a loop leaves behind."""


class Handed:
    """What a step is handed of a class: all of it, or row first + stride · t.

    Parameters
    ----------
    of : int
        The class.
    row : (first, stride) or None
    """

    def __init__(self, of: int, row: tuple[int, int] | None) -> None:
        self.of, self.row = of, row

    def index(self, counter: str) -> str:
        """Return the text that picks the row, where `counter` is the number of the step.

        Examples
        --------
        >>> [Handed(0, row).index("t") for row in (None, (1, 1), (9, -1), (0, 2))]
        ['', '[t + 1]', '[9 - t]', '[2 * t]']
        """
        if self.row is None:
            return ""
        first, stride = self.row
        turn = counter if abs(stride) == 1 else f"{abs(stride)} * {counter}"
        if stride < 0:
            return f"[{first} - {turn}]"
        return f"[{turn} + {first}]" if first else f"[{turn}]"

    def part_of(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Return the shape of what is handed of a class with a shape."""
        return tuple(shape if self.row is None else shape[1:])


class Left:
    """What a loop leaves behind of one class of its body.

    Attributes
    ----------
    number : int
        The class of the body.
    lag : int
        How many rows stand before that of the first step.
    history : int
        The class of all steps.
    first : Access, float or None
        What stands in the rows before: a whole class, or one number; None without such rows.
    """

    def __init__(self, number: int, lag: int) -> None:
        self.number, self.lag, self.history = number, lag, -1
        self.first: Access | float | None = None

    @property
    def rows(self) -> str:
        """The text of the index of the rows before the first step's."""
        return "0" if self.lag == 1 else f":{self.lag}"

    def index(self, counter: str) -> str:
        """Return the text that picks a step's row."""
        return f"[{counter} + {self.lag}]" if self.lag else f"[{counter}]"


class Loop:
    """A loop.

    Attributes
    ----------
    count : int
        How many steps there are.
    classes : list of Classes
        The body's; their leaves are parts of what is handed.
    handed : list of Handed
    left : list of Left
    labels : dict
        Names of the body's classes.
    """

    def __init__(
        self,
        count: int,
        classes: Sequence[Class],
        handed: Sequence[Handed],
        left: Sequence[Left],
        labels: dict[int, str],
    ) -> None:
        self.count, self.classes, self.labels = count, list(classes), labels
        self.handed, self.left = list(handed), list(left)

    @property
    def first_history(self) -> int:
        """The first of the classes that the loop leaves behind."""
        return self.left[0].history

    def outside(self) -> list[int]:
        """Return the classes on which the loop hangs."""
        own = {left.history for left in self.left}
        found = [handed.of for handed in self.handed if handed.of not in own]
        found += [left.first.of for left in self.left if isinstance(left.first, Access)]
        return list(dict.fromkeys(found))


class History(Class):
    """The class of what a loop leaves behind: rows from before it, then one for each step."""

    def __init__(self, loop: Loop, left: Left) -> None:
        super().__init__(HISTORY, (loop.count + left.lag, *loop.classes[left.number].shape))
        self.loop, self.left = loop, left
