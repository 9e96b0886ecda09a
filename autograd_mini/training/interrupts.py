"""With this one can be interrupted by Ctrl-C once, and clear up undisturbed.

Start from ``with Interrupts() as interrupts:`` and, inside, ``with interrupts.held():``.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Self

__all__ = ["Interrupts"]


class Interrupts:
    """Ctrl-C as it is wanted while something is at stake.

    Within the block the first Ctrl-C raises KeyboardInterrupt as ever; any further one changes
    nothing until the block has ended, so that what the first one set off is not torn apart. Blocks
    nest, and the outermost counts. Where signals are someone else's business (another thread,
    another handler) nothing changes.

    Examples
    --------
    >>> with Interrupts() as interrupts:
    ...     with interrupts.held():
    ...         saved = True  # Ctrl-C would come after this
    """

    def __init__(self) -> None:
        self._is_ours = False
        self.is_held = self.came = False  # read by the blocks inside
        self._outer: Interrupts = self

    def __enter__(self) -> Self:
        if threading.current_thread() is not threading.main_thread():
            return self
        before = signal.getsignal(signal.SIGINT)
        around = getattr(before, "__self__", None)
        if isinstance(around, Interrupts):
            self._outer = around
        elif before is signal.default_int_handler:
            self._is_ours = True
            signal.signal(signal.SIGINT, self._on_interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _on_interrupt(self, *_: Any) -> None:
        is_first, self.came = not self.came, True
        if is_first and not self.is_held:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let a Ctrl-C wait until this block has ended."""
        outer = self._outer
        before, outer.is_held = outer.came, True
        try:
            yield
        finally:
            outer.is_held = False
        if outer.came and not before:
            raise KeyboardInterrupt
