"""With this one can write a program line by line, each expression once.

- `Sheet`: the lines, the names that are taken, and the arrays that the program keeps.

What the lines say is the business of `forward` and `differentiate`.
"""

from __future__ import annotations

import re

from autograd_mini.compiler import gathers, steps
from autograd_mini.compiler.names import Names
from autograd_mini.compiler.shared import shared, unpacked, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.blocks import Block

__all__ = ["NUMBER", "Sheet"]

NUMBER = re.compile(r"\(?-?[0-9][0-9.e+-]*\)?")
"""A plain number, as the program writes it."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN = re.compile(r"[IC][0-9]+(_[0-9]+_(plan|rows))?|n|N")

RESERVED = ("np", "special", "wholes", "rows", "arrays", "program", "n", "N", "ones", "inf",
            "ratio", "sech", "sigmoid", "softplus", "clamp", "direction", "SELU_SCALE",
            "SELU_ALPHA", "SQRT_HALF", "check", *gathers.__all__, *steps.__all__)  # fmt: skip
"""The names that a program's own text needs."""


class Sheet:
    """Lines of a program: the name that each gives or changes, its text, and a comment.

    Attributes
    ----------
    lines : list of (name, text, comment)
    constants : dict
        The arrays that the program keeps, by name.
    arrays : list of str
        What the arrays that come in are called.
    sizes : dict
        How many elements an array has, of which single ones are picked.

    Parameters
    ----------
    arrays : sequence of str
        What they are called elsewhere.

    Examples
    --------
    >>> sheet = Sheet(["x"])
    >>> sheet.assign("np.exp(x)", "a"), sheet.assign("np.exp(x)"), sheet.assign("x")
    ('a', 'a', 'x')
    >>> sheet.needed(["a"])
    ['a = np.exp(x)']
    """

    def __init__(self, arrays: Sequence[str]) -> None:
        self.names = Names(RESERVED)
        self.arrays = [self.names.new(None if _OWN.fullmatch(n) else n, "w") for n in arrays]
        self.lines: list[tuple[str, str, str]] = []
        self.constants: dict[str, Any] = {}
        self.blocks: dict[str, Block] = {}
        self.sizes: dict[str, int] = {}
        self._known: dict[Any, str] = {}

    def line(self, name: str, text: str, comment: str = "") -> None:
        """Write a line that gives or changes a name."""
        self.lines.append((name, text, comment))

    def assign(self, text: str, wish: str | None = None, comment: str = "") -> str:
        """Return the name of an expression, which is written once."""
        if _WORD.fullmatch(text) or NUMBER.fullmatch(text):
            return text
        name = self._known.get(text)
        if name is None:
            name = self._known[text] = self.names.new(wish, "t")
            self.line(name, f"{name} = {text}", comment)
        return name

    def check(self, name: str, comment: str = "") -> None:
        """Write below what a name stands for that it must be finite."""
        places = [place for place, (given, _, _) in enumerate(self.lines) if given == name]
        self.lines.insert(places[-1] + 1, (name, f"check({name})", comment))

    def forget(self, name: str) -> None:
        """Let no later expression have a name whose array will change."""
        self._known = {text: known for text, known in self._known.items() if known != name}

    def constant(self, prefix: str, array: Any) -> str:
        """Return the name of an array that the program keeps."""
        key = (prefix, array.shape, array.dtype.str, array.tobytes())
        if key not in self._known:
            name = self._known[key] = self.names.new(f"{prefix}{len(self.constants)}")
            self.constants[name] = array
        return self._known[key]

    def add(self, block: Block) -> None:
        """Write a loop."""
        mark = f"loop {len(self.blocks)}"
        self.blocks[mark] = block
        self.lines.append((mark, "", ""))

    def needed(self, results: Sequence[str]) -> list[str]:
        """Return the lines that the results need, as text."""
        kept = self.kept({word for result in results for word in _WORD.findall(result)})
        lines = unpacked(shared(kept, results, self.names.new), self.sizes)
        return [
            text if name in self.blocks else wrapped(text, comment) for name, text, comment in lines
        ]

    def kept(self, words: set[str]) -> list[tuple[str, str, str]]:
        """Return the lines that give or change a word, to which those that they need are added."""
        kept = []
        for name, text, comment in reversed(self.lines):
            if name in words:
                words.update(_WORD.findall(text))
                kept.append((name, text, comment))
            elif name in self.blocks:
                kept += reversed(self.blocks[name].written_out(name, words))
        return kept[::-1]
