"""With this one can show how far a training is: `Bar`, on standard error or in a notebook."""

from __future__ import annotations

import sys
import time
import warnings

from autograd_mini.training.history import Epoch, measures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Bar"]


class Bar:
    """A progress bar; closed until it is opened, and then it shows nothing."""

    def __init__(self, epochs: int, done: int, batches: int, batch_size: int) -> None:
        self.epochs, self.done = epochs, done
        self.batches, self.batch_size = batches, batch_size
        self.watched: tuple[float | None, float | None] = (None, None)
        self.bar: Any = None
        self._epoch, self._shown = done, 0.0

    def open(self) -> None:
        """Show the bar: in a terminal or notebook it moves, in a file it writes now and then."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook without ipywidgets gets a bar of text
            from tqdm.auto import tqdm  # noqa: PLC0415 - only where a bar is wanted

        in_notebook = type(sys.stderr).__module__ == "ipykernel.iostream"
        lively = in_notebook or sys.stderr.isatty()
        self.bar = tqdm(
            total=self.epochs * self.batches,
            initial=self.done * self.batches,
            unit="batch",
            mininterval=0.1 if lively else 10.0,
            dynamic_ncols=lively and not in_notebook,
            file=sys.stdout if in_notebook else sys.stderr,  # there, errors have a red ground
        )

    def tell(self, note: str) -> None:
        """Say above the bar why the training is eager; nothing, if there is no bar or no note."""
        if self.bar is not None and note:
            self.bar.write(f"trained eagerly: {note}", file=self.bar.fp)

    def begin_epoch(self, epoch: int) -> None:
        """Go on to the next epoch."""
        self._epoch = epoch

    def is_due(self) -> bool:
        """Tell whether there is a bar that has not moved for a while."""
        return self.bar is not None and time.perf_counter() - self._shown > PAUSE

    def advance(self, met: int, loss: float, right: float | None) -> None:
        """Show what the examples met so far in this epoch came to, if it is time to."""
        if self.is_due():
            self._show(
                -(-met // self.batch_size), Epoch(self._epoch, loss, right, *self.watched, 0.0)
            )

    def end_epoch(self, row: Epoch) -> None:
        """Show what the epoch came to; its validation stays in sight during the next one."""
        self.watched = row.validation_loss, row.validation_accuracy
        if self.bar is not None:
            self._show(self.batches, row)

    def _show(self, done: int, row: Epoch) -> None:
        self._shown = time.perf_counter()
        self.bar.set_description(f"epoch {row.epoch}/{self.epochs}", refresh=False)
        self.bar.set_postfix_str(measures(row), refresh=False)
        self.bar.update((row.epoch - 1) * self.batches + done - self.bar.n)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.refresh()
            self.bar.close()


PAUSE = 0.05
"""Seconds between two movements of the bar."""
