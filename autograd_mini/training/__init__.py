"""With this one can train a network on examples, and see what it has learnt.

- `fit` goes through the examples in small batches, epoch by epoch, and returns a `History`. What
  it has reached it can resume, with the same bits as if it had never stopped.
- `predict` gives the classes of examples, and `answers` what the network says of them.
- `accuracy` and `confusion` compare the classes with the right ones.

The steps that parameters make live in `descent`, losses in `losses`, networks in `neurons`,
programs over arrays in `compiler`. Training reads and sets the parameters' `data`; it leaves their
`.grad` alone.
"""

from autograd_mini.training.fitting import ENGINES, fit
from autograd_mini.training.history import Epoch, History
from autograd_mini.training.prediction import accuracy, answers, confusion, predict

__all__ = ["ENGINES", "Epoch", "History", "accuracy", "answers", "confusion", "fit", "predict"]
