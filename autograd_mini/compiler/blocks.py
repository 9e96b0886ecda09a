"""With this one can write the lines of a program that come again and again: a loop's.

- `Block(around, header, arrays)` is a sheet within a sheet: its lines are indented.

A line may be needed by the next round alone, so what is needed is asked until nothing is added.
"""

from __future__ import annotations

import re
import textwrap

from autograd_mini.compiler.shared import shared, wrapped
from autograd_mini.compiler.sheet import Sheet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["Block"]


class Block(Sheet):
    r"""The lines of a loop.

    Attributes
    ----------
    header : str
        The loop's own line.
    checked : dict
        For names within, arrays that hold them for all rounds, and must be finite.
    rows : list of str
        Texts that pick a row of an array.

    Parameters
    ----------
    around : Sheet
    header : str
    arrays : sequence of str
        The texts of what a round is handed: names, or rows like ``x[t]``.

    Examples
    --------
    >>> sheet = Sheet(["x"])
    >>> block = Block(sheet, "for t in range(9):", ["x"])
    >>> block.line("x", "x += 1")
    >>> sheet.add(block)
    >>> sheet.needed(["x"]), sheet.needed(["y"])
    (['for t in range(9):\n    x += 1'], [])
    """

    def __init__(self, around: Sheet, header: str, arrays: Sequence[str]) -> None:
        self.around, self.header = around, header
        self.names, self.constants = around.names, around.constants
        self.arrays = list(arrays)
        self.lines: list[tuple[str, str, str]] = []
        self.blocks: dict[str, Block] = {}
        self.sizes: dict[str, int] = {}
        self.checked: dict[str, str] = {}
        self.rows = [array for array in arrays if array.endswith("]")]
        self._picked: dict[str, str] = {}
        self._known: dict[Any, str] = {}

    def line(self, name: str, text: str, comment: str = "") -> None:
        """Write a line that gives or changes a name, or a row of what has it."""
        super().line(name.partition("[")[0], text, comment)

    def constant(self, prefix: str, array: Any) -> str:
        """Return the name of an array that the program keeps."""
        return self.around.constant(prefix, array)

    def once_more(self, header: str) -> Block:
        """Return another loop, to which lines can be added that know what this one's are called."""
        again = Block(self.around, header, self.arrays)
        again._known, again._picked = dict(self._known), self._picked
        return again

    def written_out(self, mark: str, words: set[str]) -> list[tuple[str, str, str]]:
        """Return the loop, if any line of it is needed, as one; then what checks its numbers.

        Parameters
        ----------
        mark : str
            What stands in the place of a name.
        words : set of str
            What is needed; gets the words of the lines.
        """
        count, kept = -1, []
        while count != len(words):
            count, kept = len(words), self.kept(words)
            words.update(array for name, array in self.checked.items() if name in words)
        if not kept:
            return []
        lines = self._picked_once(shared(kept, [], self.names.new))
        text = textwrap.indent("\n".join(wrapped(*line) for line in lines), "    ")
        checks = [(a, f"check({a})", "") for a in self.checked.values() if a in words]
        return [(mark, f"{self.header}\n{text}", ""), *checks]

    def _picked_once(self, lines: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
        """Return lines in which a row that is read more than once, and not changed, has a name."""
        first, rest = [], [(text, comment) for _, text, comment in lines]
        for row in dict.fromkeys(self.rows):
            pattern = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(row)}")
            changes = any(text.startswith(row) for text, _ in rest)
            if not changes and sum(len(pattern.findall(text)) for text, _ in rest) > 1:
                if row not in self._picked:
                    self._picked[row] = self.names.new(_name_of(row))
                name = self._picked[row]
                first.append((f"{name} = {row}", ""))
                rest = [(pattern.sub(name, text), comment) for text, comment in rest]
        return [*first, *rest]


def _name_of(row: str) -> str:
    """Return what a row of an array may be called: ``x_now`` for ``x_t[t]``."""
    array, _, index = row.partition("[")
    return f"{array.removesuffix('_t')}_{'now' if index[:-1].isidentifier() else 'next'}"
