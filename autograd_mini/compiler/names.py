"""With this one can give names to a program's variables, of which none comes in unexamined.

Start from `Names`: what a user calls a thing passes if it is an identifier, no keyword, and not
yet taken; anything else is replaced.
"""

from __future__ import annotations

import builtins
import keyword
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Names"]

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_BUILT_IN = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)


class Names:
    """The names that a program uses.

    Parameters
    ----------
    reserved : iterable of str
        Names that the program's own text needs.

    Examples
    --------
    >>> names = Names(["exp"])
    >>> names.new("s2"), names.new("s2"), names.new("exp"), names.new("x; import os", "v")
    ('s2', 's2_2', 'exp_2', 'v')
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self.taken = set(reserved) | _BUILT_IN
        self._counts: dict[str, int] = {}

    def new(self, wish: str | None, otherwise: str = "v") -> str:
        """Return a name that is not taken: the wished one if it is plain, else one like it."""
        base = wish if wish is not None and len(wish) <= 40 and _PLAIN.match(wish) else otherwise
        name, count = base, self._counts.get(base, 1)
        while name in self.taken:
            count += 1
            name = f"{base}_{count}"
        self._counts[base] = count
        self.taken.add(name)
        return name
