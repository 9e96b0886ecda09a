"""With this one can carry a training out, epoch by epoch: `Training.run`.

How gradients are found is the business of an engine, what parameters do with them that of `Steps`,
and which examples come when that of `Order`; what is kept to resume from is written in `state`.
"""

from __future__ import annotations

import time
import zlib

from autograd_mini.errors import DivergedError, DomainError
from autograd_mini.training.history import Epoch, History, score
from autograd_mini.training.interrupts import Interrupts
from autograd_mini.training.progress import Bar
from autograd_mini.training.state import checked_state, state_of
from autograd_mini.training.task import NotCompiledError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from typing import Any

    from autograd_mini.training.eager_engine import EagerEngine
    from autograd_mini.training.order import Order
    from autograd_mini.training.steps import Steps

__all__ = ["Training"]


class Training:
    """One training: what it works on, how far it is, and all that must be remembered.

    Parameters
    ----------
    engine : EagerEngine
        `compile` may put another in its place.
    order : Order
    steps : Steps
    generator : random.Random
    """

    def __init__(
        self, engine: EagerEngine, order: Order, steps: Steps, generator: random.Random
    ) -> None:
        self.engine: Any = engine
        self.task, self.examples, self.held_out = engine.task, engine.examples, engine.held_out
        self.order, self.steps, self.generator = order, steps, generator
        self.history = History()
        self.best: list[float] = []
        self.best_epoch: int | None = None
        self.rows: list[list[Any]] = []
        checksum = zlib.crc32(repr((self.examples, self.held_out)).encode())
        self.fingerprint = f"{len(self.examples.X)} (checksum {checksum:08x})"
        self.remember()

    def compile(self, *, is_watched: bool) -> None:
        """Let programs over arrays compute the gradients, if network and loss can be traced.

        Parameters
        ----------
        is_watched : bool
            Whether functions are called between the epochs, which might change what was traced.
        """
        from autograd_mini.training.compiled_engine import CompiledEngine  # noqa: PLC0415 - NumPy

        try:
            self.engine = CompiledEngine(self.engine, is_watched=is_watched)
        except NotCompiledError as error:
            self.history.note = str(error)
        self.history.engine = self.engine.name

    def run(
        self,
        epochs: int,
        patience: int | None,
        callbacks: tuple[Callable[[Epoch, Any], object], ...],
        *,
        compiled: bool,
        keep_best: bool,
        progress: bool,
    ) -> History:
        """Train up to the last epoch; whatever ends it, leave complete parameters behind."""
        bar = Bar(epochs, len(self.history), self.order.count, self.order.batch_size)
        with Interrupts() as interrupts:
            try:
                if progress:
                    bar.open()
                if compiled:
                    self.compile(is_watched=bool(callbacks))
                    bar.tell(self.history.note)
                while len(self.history) < epochs and not self.is_stuck(patience):
                    row = self.epoch(len(self.history) + 1, bar)
                    with interrupts.held():
                        self.add(row)
                    bar.end_epoch(row)
                    for callback in callbacks:
                        callback(row, self.task.net)
                    if callbacks:
                        self._go_on(bar)
            except KeyboardInterrupt:
                self.history.interrupted = True
            finally:
                bar.close()
                best = keep_best and self.held_out is not None
                self.engine.set_numbers(self.best if best else self.history.state["parameters"])
                self.engine.leave()
        return self.history

    def _go_on(self, bar: Bar) -> None:
        """Go on after functions were called; eagerly, if what was traced has changed."""
        try:
            self.engine.take_over()
        except NotCompiledError as error:
            self.engine = self.engine.eager
            self.history.engine, self.history.note = self.engine.name, str(error)
            bar.tell(self.history.note)

    def epoch(self, epoch: int, bar: Bar) -> Epoch:
        """Go through the examples once."""
        began = time.perf_counter()
        self.steps.begin(epoch)
        bar.begin_epoch(epoch)
        try:
            total, right = self.engine.epoch(
                self.order.indices(), self.order.batch_size, self.steps, bar
            )
            self.engine.leave()
            watched, found = self.engine.watched()
        except (DomainError, ArithmeticError) as error:
            raise DivergedError(epoch, str(error)) from error
        count = len(self.examples.X)
        share = right / count if self.examples.classes else None
        return Epoch(epoch, total / count, share, watched, found, time.perf_counter() - began)

    # What is remembered

    def is_stuck(self, patience: int | None) -> bool:
        """Tell whether the validation loss has not become smaller for too long."""
        best = self.best_epoch
        return patience is not None and best is not None and len(self.history) - best >= patience

    def add(self, row: Epoch) -> None:
        """Take an epoch into the history, and write down where the training is."""
        rows, best = self.history.rows, self.best_epoch
        rows.append(row)
        self.rows.append(list(row))
        if best is None or score(row) < score(rows[best - 1]):
            self.best_epoch = row.epoch
        self.remember()

    def remember(self) -> None:
        """Write down where the training is, at the end of an epoch."""
        numbers, epoch = self.engine.numbers(), len(self.history)
        if not epoch or self.best_epoch == epoch:
            self.best = numbers
        self.history.state = state_of(self, numbers)

    def options(self) -> dict[str, Any]:
        """Return what must be the same for a training to go on."""
        return {
            "loss": self.task.loss.name,
            "optimizer": repr(self.steps.optimizer),
            "batch_size": self.order.batch_size,
            "shuffle": self.order.generator is not None,
            "examples": self.fingerprint,
            "parameters": len(self.engine.parameters),
        }

    def resume(self, state: Any) -> None:
        """Go back to where a training was; raise if it is not this one."""
        checked_state(state, self.history.state)
        self.steps.optimizer.load_state_dict(state["optimizer"])
        version, internal, gauss = state["generator"]
        self.generator.setstate((version, tuple(internal), gauss))
        self.rows = [list(row) for row in state["rows"]]
        self.history.rows = [Epoch(*row) for row in self.rows]
        self.best_epoch = self.history.best_epoch
        self.engine.set_numbers(state["parameters"])
        self.best = list(state["best"])
        self.history.state = state
