"""With this one can read how a training went: a `History` of rows, an `Epoch` each.

How rows come about lives in `fitting`; how they are plotted, in `drawing.plots`.
"""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from typing import Any

    from matplotlib.figure import Figure

__all__ = ["Epoch", "History", "measures", "score"]


class Epoch(NamedTuple):
    """What one pass through the examples came to.

    Parameters
    ----------
    epoch : int
        Its number, from 1 on.
    loss : float
        The loss, averaged over the examples as each was met: the parameters change meanwhile.
    accuracy : float or None
        The share of examples whose class was found; None where labels are no classes.
    validation_loss, validation_accuracy : float or None
        The same of the validation examples, at the end of the epoch.
    seconds : float
        How long it took.
    """

    epoch: int
    loss: float
    accuracy: float | None
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float


class History:
    """How a training went, epoch by epoch.

    Attributes
    ----------
    rows : list of Epoch
    columns : tuple of str
        The names of a row's fields.
    engine : str
        What computed the gradients: "compiled" programs, or the "eager" engine.
    note : str
        Why a training that might have been compiled was not; empty if it was, or nobody asked.
    interrupted : bool
        Whether the training was stopped by Ctrl-C.
    state : dict
        All that `fit` needs to go on after the last epoch, as JSON can hold it.

    Examples
    --------
    >>> rows = [Epoch(1, 0.7, 0.5, None, None, 0.1), Epoch(2, 0.4, 0.9, None, None, 0.1)]
    >>> history = History(rows)
    >>> history
    History(2 epochs, loss 0.4, accuracy 90.00 %)
    >>> len(history), history.best_epoch
    (2, 2)
    """

    columns = Epoch._fields

    def __init__(self, rows: Iterable[Epoch] = (), engine: str = "eager", note: str = "") -> None:
        self.rows = list(rows)
        self.engine, self.note = engine, note
        self.interrupted = False
        self.state: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def best_epoch(self) -> int | None:
        """The number of the epoch with the smallest validation loss, or without one the loss."""
        return min(self.rows, key=score).epoch if self.rows else None

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the rows as a table, whole or not at all.

        Parameters
        ----------
        path : path

        Raises
        ------
        OSError
            If it can't be written.
        """
        from autograd_mini.files import write_whole  # noqa: PLC0415 - rarely wanted

        lines = [self.columns] + [["" if x is None else repr(x) for x in row] for row in self.rows]
        write_whole(path, "".join(",".join(line) + "\n" for line in lines))

    def plot(self, **options: Any) -> Figure:
        """Plot loss and accuracy over the epochs.

        Parameters
        ----------
        **options
            Those of `autograd_mini.drawing.plots.plot_history`.

        Returns
        -------
        matplotlib.figure.Figure
        """
        from autograd_mini.drawing.plots import plot_history  # noqa: PLC0415 - matplotlib is heavy

        shown = [
            name for name in self.columns if any(getattr(r, name) is not None for r in self.rows)
        ]
        return plot_history([{n: getattr(row, n) for n in shown} for row in self.rows], **options)

    def __repr__(self) -> str:
        count = f"{len(self)} epoch{'' if len(self) == 1 else 's'}"
        last = f", {measures(self.rows[-1])}" if self.rows else ""
        return f"History({count}{last}{', interrupted' if self.interrupted else ''})"


def score(row: Epoch) -> float:
    """Return the loss by which epochs are compared."""
    return row.loss if row.validation_loss is None else row.validation_loss


def measures(row: Epoch) -> str:
    """Return loss and accuracy as a reader wants them."""
    named = zip(row[1:5:2], row[2:5:2], ("", "validation "), strict=True)
    parts = []
    for loss, right, which in named:
        parts += [] if loss is None else [f"{which}loss {loss:.4g}"]
        parts += [] if right is None else [f"{which}accuracy {right:.2%}".replace("%", " %")]
    return ", ".join(parts)
