"""With this one can run a function without leaving symbols behind in the networks that it uses.

Start from `undisturbed(f, modules)`. A layer keeps the sums and activations of its last call; of
a traced call it must not.
"""

from __future__ import annotations

from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

__all__ = ["LAST", "last_sums", "parts_of", "undisturbed"]

LAST = ("s", "a")
"""What parts of a network keep of their last call."""


def parts_of(modules: Iterable[Any]) -> list[Any]:
    """Return networks and what they are built of, each once."""
    found: list[Any] = []
    waiting = list(modules)
    while waiting:
        part = waiting.pop()
        if any(part is known for known in found):
            continue
        found.append(part)
        for inner in vars(part).values():
            nest = inner if isinstance(inner, (list, tuple)) else [inner]
            waiting += [each for each in nest if hasattr(each, "named_arrays")]
    return found


@contextmanager
def undisturbed(modules: Iterable[Any]) -> Iterator[list[Any]]:
    """Give networks back what they kept of their last call, when the block ends.

    Yields the parts of the networks, so that names can be taken from what the trace left there.
    """
    parts = parts_of(modules)
    before = [{name: vars(part)[name] for name in LAST if name in vars(part)} for part in parts]
    try:
        yield parts
    finally:
        for part, kept in zip(parts, before, strict=True):
            for name in LAST:
                vars(part).pop(name, None)
            vars(part).update(kept)


def last_sums(parts: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return what the layers of networks kept, by the lecture's names: s2, a2, …, in order."""
    found = []
    for part in parts:
        number = getattr(part, "number", None)
        for name in LAST if isinstance(number, int) else ():
            kept = vars(part).get(name)
            if isinstance(kept, (list, tuple)) and kept:
                found.append((f"{name}{number}", list(kept)))
    return found
