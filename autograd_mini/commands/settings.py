"""With this one can say how a training is to go: all that a run depends on.

Start from `Settings`, what one run was asked to do, and `DEFAULTS`, the table of what a data set
is trained with if nothing else is asked for.

How the settings are carried out lives in `train`, how they are kept in `run_folder`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini.losses import LOSSES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULTS", "OWN_FILE", "Defaults", "Settings", "table"]

OWN_FILE = "CSV file"
"""The row of `DEFAULTS` for a person's own file."""


class Defaults(NamedTuple):
    """How a data set is trained if nothing else is asked for."""

    hidden: tuple[int, ...]
    activation: str
    loss: str
    optimizer: str
    step: float
    epochs: int
    batch_size: int


# Found by trying several seeds each, so that none of them falls short; sigmoids and the log loss,
# as in the lecture, wherever they do.
# fmt: off
DEFAULTS: Mapping[str, Defaults] = {
    #                        hidden    activation  loss        optimizer step epochs batch
    "digits":        Defaults((32,),   "sigmoid", "log_loss", "sgd",     1.0,   30,  16),
    "iris":          Defaults((8,),    "sigmoid", "log_loss", "sgd",     1.0,   50,   8),
    "breast-cancer": Defaults((4,),    "sigmoid", "log_loss", "sgd",     0.1,   20,  16),
    "moons":         Defaults((8,),    "sigmoid", "log_loss", "sgd",     2.0,  150,   8),
    "circles":       Defaults((16,),   "tanh",    "log_loss", "sgd",     0.3,  100,  16),
    "xor":           Defaults((4,),    "sigmoid", "log_loss", "sgd",     2.0, 1000,   4),
    "spirals":       Defaults((16,),   "sigmoid", "log_loss", "sgd",     2.0,  100,  16),
    OWN_FILE:        Defaults((16,),   "sigmoid", "log_loss", "sgd",     0.5,   50,  16),
}
# fmt: on


@dataclass(frozen=True)
class Settings:
    """All that a run depends on: the same settings give the same bits.

    Parameters
    ----------
    dataset : str or None
        Name of a data set that comes with the package.
    csv, target : str or None
        Otherwise, a person's own file and the column to be learnt.
    hidden : tuple of ints
        The sizes of the hidden layers; empty for a single layer of neurons.
    activation, loss, optimizer : str
    step : float
    epochs, batch_size, seed : int
    validation : float or None
        The share of the training part that is watched and not learnt from.
    patience : int or None
        Stop after so many epochs without a smaller validation loss.
    engine : {"auto", "eager"}
        What computes the gradients: their last bits differ.

    Examples
    --------
    >>> settings = Settings.chosen({"dataset": "iris", "seed": 3})
    >>> settings.hidden, settings.seed
    ((8,), 3)
    """

    dataset: str | None
    csv: str | None
    target: str | None
    hidden: tuple[int, ...]
    activation: str
    loss: str
    optimizer: str
    step: float
    epochs: int
    batch_size: int
    seed: int = 0
    validation: float | None = None
    patience: int | None = None
    engine: str = "auto"

    @classmethod
    def chosen(cls, given: Mapping[str, Any]) -> Settings:
        """Return the settings that were given, completed by the defaults of the data set.

        Parameters
        ----------
        given : mapping of names to values
            None, like a name that is missing, stands for the default.

        Returns
        -------
        Settings
        """
        row = DEFAULTS[given.get("dataset") or OWN_FILE]._asdict()
        asked = {name: given[name] for name in cls.names() if given.get(name) is not None}
        return cls(**{"dataset": None, "csv": None, "target": None} | row | asked)

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of all settings."""
        return [field.name for field in fields(cls)]

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Settings:
        """Return the settings that `to_dict` has written down.

        Raises
        ------
        TypeError
            If a name is missing or unknown.
        """
        return cls(**dict(stored) | {"hidden": tuple(stored["hidden"])})

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as a dictionary that JSON can hold."""
        return asdict(self) | {"hidden": list(self.hidden)}

    @property
    def output(self) -> str:
        """The activation of the output layer, which the loss asks for."""
        return LOSSES[self.loss].output


def table() -> str:
    """Return the defaults of all data sets as text.

    Examples
    --------
    >>> print(table().splitlines()[1])
    digits         32      sigmoid     log_loss  sgd           1      30     16
    """
    lines: list[tuple[str, ...]] = [
        ("", "hidden", "activation", "loss", "optimizer", "step", "epochs", "batch")
    ]
    for name, row in DEFAULTS.items():
        hidden = ",".join(map(str, row.hidden))
        lines.append((name, hidden, *row[1:4], f"{row.step:g}", *map(str, row[5:])))
    layout = "{:<13}  {:<6}  {:<10}  {:<8}  {:<9}  {:>4}  {:>6}  {:>5}"
    return "\n".join(layout.format(*line) for line in lines)
