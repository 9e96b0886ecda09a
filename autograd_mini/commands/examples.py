"""With this one can get the examples of a run: loaded, split, and brought to a common size.

Start from `prepare`, which gives the `Parts`. The data sets live in `autograd_mini.datasets`.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini import datasets
from autograd_mini.commands.usage import explained

if TYPE_CHECKING:
    from autograd_mini.commands.settings import Settings
    from autograd_mini.datasets import Dataset, Scaling

__all__ = ["Parts", "prepare"]

TEST_SHARE = 0.2

WHOLE = ("xor",)
"""Data sets that are too small to hold anything out: they are learnt and tested as a whole."""


class Parts(NamedTuple):
    """The examples of a run.

    Parameters
    ----------
    data : Dataset
        All of them, as they were read.
    train, test : Dataset
        The parts, scaled; the same object where all is learnt and tested.
    scaling : Scaling
        As the training part has it.
    outputs : int
        How many a network needs: one tells two classes apart, but a softmax has one for each.
    """

    data: Dataset
    train: Dataset
    test: Dataset
    scaling: Scaling
    outputs: int

    @property
    def fingerprint(self) -> str:
        """A checksum of the data, to recognise them by."""
        data = self.data
        text = repr((data.features, data.targets, data.feature_names, data.class_names))
        return f"crc32:{zlib.crc32(text.encode()):08x}"


def prepare(settings: Settings) -> Parts:
    """Return the examples that the settings ask for.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    Parts
        Split by the seed, every class alike; scaled to mean 0 and standard deviation 1.

    Raises
    ------
    UsageError
        If a file can't be read or holds what is not accepted.

    Examples
    --------
    >>> from autograd_mini.commands.settings import Settings
    >>> examples = prepare(Settings.chosen({"dataset": "iris"}))
    >>> len(examples.train), len(examples.test), examples.outputs
    (120, 30, 3)
    """
    with explained(ValueError, OSError):
        if settings.dataset is None:
            assert settings.csv is not None
            data = datasets.read_csv(settings.csv, settings.target)
        else:
            data = datasets.load(settings.dataset)
        whole = settings.dataset in WHOLE
        train, test = (data, data) if whole else data.shuffled_split(TEST_SHARE, settings.seed)
    scaling = datasets.Scaling.fit(train.features)
    train = train.scaled(scaling)
    test = train if whole else test.scaled(scaling)
    outputs = 1 if data.class_count == 2 and settings.output != "softmax" else data.class_count
    return Parts(data, train, test, scaling, outputs)
