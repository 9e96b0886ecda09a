"""With this one can look at the steps of a stretch that repeats: what hangs on which step before.

- `regular_steps(record, start, stop, period)` gives the longest run of `Steps` in which every
  operand is the same for all steps, or comes from elsewhere, or was made so many steps earlier.

Which stretches repeat is found in `periods`; what becomes of the steps in `time_loops`.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.periods import LEAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.compiler.periods import Record

__all__ = ["Steps", "regular_steps"]

LAGS, ROUNDS = 1_000, 8
"""How many steps earlier an operand is made at most; how often a run of steps is cut to size."""


class Steps:
    """Steps that repeat, all of them operand by operand.

    Attributes
    ----------
    start, stop, period, count : int
        Which operations of the record they are.
    nodes : array
        The nodes of all operations: a row for each step, a column for each place.
    operands : array
        The nodes of all operands: a row for each step.
    owner : list of int
        For each column of operands, the place of the operation.
    columns : list of ranges
        For each place the columns of its operands.
    sources : dict
        For columns of operands that the steps make themselves: the place within a step, and how
        many steps earlier.

    Parameters
    ----------
    record : Record
    start, period, count : int
    """

    def __init__(self, record: Record, start: int, period: int, count: int) -> None:
        self.start, self.period, self.count = start, period, count
        self.stop = start + period * count
        bounds = record.starts[start : start + period + 1] - record.starts[start]
        pairs = zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        self.columns = [range(first, end) for first, end in pairs]
        self.owner = [place for place, own in enumerate(self.columns) for _ in own]
        self.nodes = record.nodes[start : self.stop].reshape(count, period)
        flat = record.operands[record.starts[start] : record.starts[self.stop]]
        self.operands = flat.reshape(count, -1)
        made = record.position[self.operands]
        self._outside = made < start
        self._behind = made - start - period * np.arange(count)[:, None]
        self.sources: dict[int, tuple[int, int]] = {}

    def good_ones(self) -> Any:
        """Tell of each step whether it is like the one in the middle."""
        middle, period = self.count // 2, self.period
        behind, outside = self._behind[middle], self._outside[middle]
        lag = np.where(outside, 0, -(behind // period))
        started = np.arange(self.count)[:, None] >= lag
        shifted = np.where(started, self._behind == behind, self._outside)
        same = (self.operands == self.operands[middle]) & (self._behind < 0)
        resting = self.operands[middle] == self.operands[middle - 1]
        good = np.where(outside, self._outside, np.where(resting, same, shifted & (lag <= LAGS)))
        return good.all(1)

    def find_sources(self) -> None:
        """Find which operands the steps make themselves."""
        behind = self._behind[-1]
        for column in np.flatnonzero(~self._outside[-1]).tolist():
            lag, place = divmod(int(behind[column]), self.period)
            self.sources[column] = (place, -lag)

    def without(self, record: Record, count: int) -> Steps:
        """Return the steps without the first ones."""
        later = Steps(record, self.start + count * self.period, self.period, self.count - count)
        later.find_sources()
        return later


def regular_steps(record: Record, start: int, stop: int, period: int) -> Steps | None:
    """Return the longest run of steps that hang on each other alike; None if it is short.

    Parameters
    ----------
    record : Record
    start, stop : int
        The operations of the stretch.
    period : int
    """
    start += (_phase(record, start, stop, period) - start) % period
    count = (stop - start) // period
    for _ in range(ROUNDS):
        if count < LEAST:
            return None
        steps = Steps(record, start, period, count)
        good = steps.good_ones()
        bad = np.flatnonzero(~good)
        if not len(bad):
            steps.find_sources()
            return steps
        middle = count // 2
        before, after = bad[bad <= middle], bad[bad > middle]
        first = int(before[-1]) + 1 if len(before) else 0
        start, count = start + first * period, (int(after[0]) if len(after) else count) - first
    return None


def _phase(record: Record, start: int, stop: int, period: int) -> int:
    """Return where steps begin: where fewest numbers are handed from one step to the next."""
    middle = start + (stop - start) // 2 // period * period
    first, end = record.starts[middle], record.starts[middle + period]
    made = record.position[record.operands[first:end]]
    users = np.repeat(np.arange(middle, middle + period),
                      np.diff(record.starts[middle : middle + period + 1]))  # fmt: skip
    near = (made >= start) & (users - made <= LAGS * period)
    lives = np.zeros(period, dtype=np.intp)
    np.maximum.at(lives, made[near] % period, (users - made)[near])
    handed = np.zeros(2 * period + 1, dtype=np.intp)
    born = np.arange(period)
    handed[0] = (lives // period).sum()
    np.add.at(handed, born + 1, 1)
    np.add.at(handed, born + 1 + lives % period, -1)
    total = np.cumsum(handed)[: 2 * period]
    crossing = total[:period] + total[period:] - handed[0]
    best = np.flatnonzero(crossing == crossing.min())
    return int(best[np.argmin((best - start) % period)])
