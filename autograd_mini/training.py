"""With this one can train a network on examples, and see what it has learnt.

- `fit` goes through the examples in small batches, epoch by epoch, and returns a `History`. What
  it has reached it can resume, with the same bits as if it had never stopped.
- `predict` gives the classes of examples, and `answers` what the network says of them.
- `accuracy` and `confusion` compare the classes with the right ones.

The steps that parameters make live in `descent`, losses in `losses`, networks in `neurons`.
Training reads and sets the parameters' `data`; it leaves their `.grad` alone.
"""

from __future__ import annotations

import copy
import math
import operator
import random
import sys
import time
import warnings
import zlib
from typing import NamedTuple

from autograd_mini.containers import flatten
from autograd_mini.descent import clip_by_norm, constant_schedule, resolve_optimizer
from autograd_mini.errors import DivergedError, DomainError, InfiniteLossError
from autograd_mini.graph import no_grad, recorded
from autograd_mini.losses import LOSSES, SIGNS, resolve
from autograd_mini.neurons import MLP, Layer, Neuron, Perceptron
from autograd_mini.operations import is_number, number
from autograd_mini.value import Value, sweep

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from matplotlib.figure import Figure

    from autograd_mini.descent import Optimizer
    from autograd_mini.losses import Loss

    Say = Callable[[Sequence[float]], list[float]]

__all__ = ["Epoch", "History", "accuracy", "answers", "confusion", "fit", "predict"]


# ----------------------------------------------------------------------------------- history


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

    def __init__(self, rows: Iterable[Epoch] = ()) -> None:
        self.rows = list(rows)
        self.interrupted = False
        self.state: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def best_epoch(self) -> int | None:
        """The number of the epoch with the smallest validation loss, or without one the loss."""
        return min(self.rows, key=_score).epoch if self.rows else None

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
        measures = f", {_measures(self.rows[-1])}" if self.rows else ""
        return f"History({count}{measures}{', interrupted' if self.interrupted else ''})"


def _score(row: Epoch) -> float:
    """Return the loss by which epochs are compared."""
    return row.loss if row.validation_loss is None else row.validation_loss


def _measures(row: Epoch) -> str:
    """Return loss and accuracy as a reader wants them."""
    named = zip(row[1:5:2], row[2:5:2], ("", "validation "), strict=True)
    parts = []
    for loss, right, which in named:
        parts += [] if loss is None else [f"{which}loss {loss:.4g}"]
        parts += [] if right is None else [f"{which}accuracy {right:.2%}".replace("%", " %")]
    return ", ".join(parts)


# ---------------------------------------------------------------------------------- training


def fit(
    net: Any,
    X: Any,
    y: Any,
    *,
    loss: Any = "log_loss",
    optimizer: str | Optimizer = "sgd",
    epochs: int = 30,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | random.Random = 0,
    validation: float | tuple[Any, Any] | None = None,
    patience: int | None = None,
    keep_best: bool = True,
    callbacks: Iterable[Callable[[Epoch, Any], object]] = (),
    regularization: Callable[[Any], Any] | None = None,
    clip: float | Callable[[list[float]], list[float]] | None = None,
    schedule: Callable[[int], float] | None = None,
    progress: bool = True,
    resume: dict[str, Any] | None = None,
) -> History:
    r"""Change the parameters of a network so that its loss on examples becomes small.

    .. math:: J = \tfrac1m\sum_{i=1}^m J_i, \qquad
        \nabla J = \tfrac1m\sum_{i=1}^m \nabla J_i

    over the m examples of a batch (lecture, *Tuning the weights*); the optimiser makes one step
    for each batch. Each example's graph is swept by itself, so that memory holds one at a time.
    The same arguments give the same bits.

    Parameters
    ----------
    net : Module
        A network, called with an example.
    X : n sequences of n_1 numbers
        The examples' features.
    y : n class numbers, or n sequences of n_L labels
        Class numbers 0, 1, … become labels such as the loss takes. With one output, labels may be
        plain numbers.
    loss : str, callable or Loss
        That of one example. The log loss of sigmoids, and the cross-entropy of a softmax, are
        computed from the weighted sums.
    optimizer : str or Optimizer
        It is copied, and begins without memory.
    epochs : int
        How often to go through the examples, those of `resume` counted.
    batch_size : int
        The number m of examples in a batch; the last one of an epoch may have fewer.
    shuffle : bool
        Whether the order of the examples is drawn anew for each epoch.
    seed : int or random.Random
        Of the order, and of the examples held out.
    validation : float or (X, y), optional
        Examples to watch and not to learn from, or the share of the examples to hold out.
    patience : int, optional
        Stop after so many epochs in a row without a smaller validation loss.
    keep_best : bool
        Whether the network ends with the parameters of the smallest validation loss. Without
        validation it ends with the last ones.
    callbacks : iterable of callables
        Each is called with the row and the network after each epoch, and should change neither.
    regularization : callable, optional
        Takes the network and returns what is added to the loss of a batch, such as
        ``lambda net: l2(net, 1e-4)``. The history's loss is without it.
    clip : float or callable, optional
        The greatest length of a gradient, or a function of the gradient, such as
        ``lambda gradients: clip_by_value(gradients, 0.5)``.
    schedule : callable, optional
        Takes the number of the epoch and returns a factor of the step, such as
        `cosine_schedule`.
    progress : bool
        Whether to show a bar with loss and accuracy on standard error, or in the notebook.
    resume : dict, optional
        The `state` of a history whose training goes on here, with otherwise equal arguments. Its
        parameters are put into `net`.

    Returns
    -------
    History
        After Ctrl-C, that of the complete epochs, and the network as it was then.

    Raises
    ------
    DivergedError
        If a loss, a gradient or a parameter is no longer finite. The network then has the best
        parameters, or those of the last complete epoch, as after Ctrl-C.
    ValueError
        If there are no examples, lengths differ, a number is not finite, a label is not accepted,
        an option is out of its range, or `resume` does not fit.

    Examples
    --------
    >>> from autograd_mini.descent import SGD
    >>> net = MLP([2, 1], seed=0)
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]
    >>> history = fit(net, X, y, optimizer=SGD(2.0), batch_size=4, epochs=50, progress=False)
    >>> history.rows[-1].accuracy, predict(net, X)
    (1.0, [0, 1, 1, 1])
    """
    _check_options(epochs, batch_size, patience, validation)
    generator = _generator(seed)
    task, examples = _task_and_examples(net, X, y, loss)
    examples, held_out = _validation(task, examples, validation, generator)
    optimizer = copy.deepcopy(resolve_optimizer(optimizer))
    optimizer.reset()
    training = _Training(task, examples, held_out, optimizer, generator)
    training.batch_size, training.shuffle = batch_size, shuffle
    training.regularization, training.clip = regularization, _clipping(clip)
    training.schedule = schedule or constant_schedule()
    training.remember()
    if resume is not None:
        training.resume(resume)
    training.run(epochs, patience, tuple(callbacks), keep_best=keep_best, progress=progress)
    return training.history


class _Training:
    """One training: what it works on, how far it is, and all that must be remembered."""

    batch_size: int
    shuffle: bool
    regularization: Callable[[Any], Any] | None
    clip: Callable[[list[float]], list[float]]
    schedule: Callable[[int], float]

    def __init__(
        self,
        task: _Task,
        examples: _Examples,
        held_out: _Examples | None,
        optimizer: Optimizer,
        generator: random.Random,
    ) -> None:
        self.task, self.examples, self.held_out = task, examples, held_out
        self.optimizer, self.generator = optimizer, generator
        self.parameters: list[Value] = flatten(task.net)[0]  # a Perceptron refuses, and says why
        if not self.parameters:
            raise ValueError("net has no parameters: there is nothing to train")
        self.history = History()
        self.best: list[float] = []
        checksum = zlib.crc32(repr((examples, held_out)).encode())
        self.fingerprint = f"{len(examples.X)} (checksum {checksum:08x})"

    # One epoch

    def run(
        self,
        epochs: int,
        patience: int | None,
        callbacks: tuple[Callable[[Epoch, Any], object], ...],
        *,
        keep_best: bool,
        progress: bool,
    ) -> None:
        """Train up to the last epoch; whatever ends it, leave complete parameters behind."""
        bar = _Bar(epochs, len(self.history), math.ceil(len(self.examples.X) / self.batch_size))
        try:
            if progress:
                bar.open()
            while len(self.history) < epochs and not self.is_stuck(patience):
                row = self.epoch(len(self.history) + 1, bar)
                self.history.rows.append(row)
                self.remember()
                bar.end_epoch(row)
                for callback in callbacks:
                    callback(row, self.task.net)
        except KeyboardInterrupt:
            self.history.interrupted = True
        finally:
            bar.close()
            best = keep_best and self.held_out is not None
            self.set_parameters(self.best if best else self.history.state["parameters"])

    def epoch(self, epoch: int, bar: _Bar) -> Epoch:
        """Go through the examples once."""
        began = time.perf_counter()
        count = len(self.examples.X)
        order: Sequence[int] = range(count)
        if self.shuffle:
            order = self.generator.sample(order, count)
        factor = _factor(self.schedule, epoch)
        total, right, met = 0.0, 0, 0
        try:
            for start in range(0, count, self.batch_size):
                batch = order[start : start + self.batch_size]
                with recorded():  # also where the caller records nothing
                    losses, found = self.batch(batch, factor)
                total, right, met = total + losses, right + found, met + len(batch)
                bar.advance(epoch, total / met, right / met if self.examples.classes else None)
            watched = self.watched()
        except (DomainError, ArithmeticError) as error:
            raise DivergedError(epoch, str(error)) from error
        share = right / count if self.examples.classes else None
        return Epoch(epoch, total / count, share, *watched, time.perf_counter() - began)

    def watched(self) -> tuple[float | None, float | None]:
        """Return loss and accuracy of the validation examples."""
        return self.task.evaluate(self.held_out) if self.held_out else (None, None)

    def batch(self, batch: Sequence[int], factor: float) -> tuple[float, int]:
        """Make one step; return the sum of the losses, and how many classes were found."""
        losses, right = 0.0, 0
        gradients = [0.0] * len(self.parameters)
        for index in batch:
            outputs, J = self.task.record(self.examples.X[index], self.examples.targets[index])
            losses += _data(J)
            gradients = self.added(gradients, J, 1.0 / len(batch))
            if self.examples.classes:
                right += self.task.decide(outputs) == self.examples.classes[index]
        if self.regularization is not None:
            gradients = self.added(gradients, self.regularization(self.task.net), 1.0)
        self.move(gradients, factor)
        return losses, right

    def added(self, gradients: list[float], J: Any, share: float) -> list[float]:
        """Return the gradients, with a share of those of J added."""
        if not math.isfinite(_data(J)):
            raise _NotFiniteError(f"the loss is {_data(J)}")
        if not isinstance(J, Value):
            return gradients
        adjoint = sweep(J, share).get
        return [g + adjoint(p, 0.0) for g, p in zip(gradients, self.parameters, strict=True)]

    def move(self, gradients: list[float], factor: float) -> None:
        """Let the optimiser make one step."""
        if not all(map(math.isfinite, gradients)):
            raise _NotFiniteError("a gradient is too large for a float")
        before = [p.data for p in self.parameters]
        after = self.optimizer.update(before, self.clip(gradients), factor)
        if not all(map(math.isfinite, after)):
            raise _NotFiniteError("a parameter is no longer finite")
        self.set_parameters(after)

    def set_parameters(self, numbers: Sequence[float]) -> None:
        """Put numbers into the network."""
        for parameter, new in zip(self.parameters, numbers, strict=True):
            parameter.data = new

    # What is remembered

    def is_stuck(self, patience: int | None) -> bool:
        """Tell whether the validation loss has not become smaller for too long."""
        best = self.history.best_epoch
        return patience is not None and best is not None and len(self.history) - best >= patience

    def remember(self) -> None:
        """Write down where the training is, at the end of an epoch."""
        parameters = [p.data for p in self.parameters]
        epoch = len(self.history)
        if not epoch or self.history.best_epoch == epoch:
            self.best = parameters
        version, internal, gauss = self.generator.getstate()
        self.history.state = {
            "version": STATE_VERSION,
            "options": self.options(),
            "parameters": parameters,
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "generator": [version, list(internal), gauss],
            "rows": [list(row) for row in self.history.rows],
        }

    def options(self) -> dict[str, Any]:
        """Return what must be the same for a training to go on."""
        return {
            "loss": self.task.loss.name,
            "optimizer": repr(self.optimizer),
            "batch_size": self.batch_size,
            "shuffle": self.shuffle,
            "examples": self.fingerprint,
            "parameters": len(self.parameters),
        }

    def resume(self, state: Any) -> None:
        """Go back to where a training was; raise if it is not this one."""
        if not isinstance(state, dict) or state.keys() != self.history.state.keys():
            raise ValueError("resume is not the state of a training")
        if state["version"] != STATE_VERSION:
            came = f"version {state['version']!r}"
            raise ValueError(f"resume is of {came}, and version {STATE_VERSION} can be resumed")
        for option, now in self.options().items():
            then = state["options"].get(option)
            if then != now:
                raise ValueError(f"resume is of a training with {option} {then!r}, not {now!r}")
        self.optimizer.load_state_dict(state["optimizer"])
        version, internal, gauss = state["generator"]
        self.generator.setstate((version, tuple(internal), gauss))
        self.history.rows = [Epoch(*row) for row in state["rows"]]
        self.set_parameters(state["parameters"])
        self.best = list(state["best"])
        self.history.state = state


STATE_VERSION = 1
"""Version of the dictionary that `fit` resumes from."""


class _NotFiniteError(ArithmeticError):
    """A loss, a gradient or a parameter is not a finite number."""


class _Bar:
    """A progress bar; closed until it is opened, and then it shows nothing."""

    def __init__(self, epochs: int, done: int, batches: int) -> None:
        self.epochs, self.done, self.batches = epochs, done, batches
        self.watched: tuple[float | None, float | None] = (None, None)
        self.bar: Any = None

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

    def advance(self, epoch: int, loss: float, right: float | None) -> None:
        """Show that another batch is done."""
        if self.bar is None:
            return
        row = Epoch(epoch, loss, right, *self.watched, 0.0)
        self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
        self.bar.set_postfix_str(_measures(row), refresh=False)
        self.bar.update()

    def end_epoch(self, row: Epoch) -> None:
        """Show what the epoch came to; its validation stays in sight during the next one."""
        self.watched = row.validation_loss, row.validation_accuracy
        if self.bar is not None:
            self.bar.set_postfix_str(_measures(row), refresh=False)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.refresh()
            self.bar.close()


# -------------------------------------------------------------------------------- prediction


def predict(net: Any, X: Any, *, loss: Any = "log_loss") -> list[int]:
    """Return the class that the network finds for each example.

    With several outputs it is the place of the largest. With one it is 1 for an answer above ½,
    or above 0 if the loss takes signs or weighted sums, and else 0.

    Parameters
    ----------
    net : Module
    X : n sequences of n_1 numbers
    loss : str, callable or Loss
        With which the network was trained; it matters for a single output that is no sigmoid.

    Returns
    -------
    list of n ints

    Raises
    ------
    ValueError
        If there are no examples, or their lengths do not fit the network.
    """
    rows = _rows(X)
    task = _Task(net, loss, rows[0])
    say = task.plain()
    return [task.decide(say(row)) for row in rows]


def answers(net: Any, X: Any) -> list[list[float]]:
    """Return what the network says of each example, as plain numbers.

    Nothing is recorded, and a network of layers is computed without a Value, many times faster
    than by calling it.

    Parameters
    ----------
    net : Module
    X : n sequences of n_1 numbers

    Returns
    -------
    list of n lists of n_L floats
        The answers a^L.

    Raises
    ------
    ValueError
        If there are no examples, or their lengths do not fit the network.
    """
    rows = _rows(X)
    _listed(net(rows[0]))  # a wrong length is the network's to refuse
    say = _plain_forward(net, logits=False)
    return [say(row) for row in rows]


def accuracy(net: Any, X: Any, y: Any, *, loss: Any = "log_loss") -> float:
    """Return the share of examples whose class the network finds.

    Parameters
    ----------
    net : Module
    X : n sequences of n_1 numbers
    y : n class numbers, or labels as `fit` takes them
    loss : str, callable or Loss
        As for `predict`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If there are no examples, lengths differ, or the labels are no classes.
    """
    task, examples = _task_and_examples(net, X, y, loss)
    right = task.evaluate(_classified(examples))[1]
    assert right is not None
    return right


def confusion(net: Any, X: Any, y: Any, *, loss: Any = "log_loss") -> list[list[int]]:
    """Return how often the network took which class for which.

    Parameters
    ----------
    net, X, y, loss
        As for `accuracy`.

    Returns
    -------
    list of K lists of K ints
        The row is the true class, the column the one that the network finds.

    Raises
    ------
    ValueError
        As for `accuracy`.
    """
    task, examples = _task_and_examples(net, X, y, loss)
    classes, say = max(task.outputs, 2), task.plain()
    counts = [[0] * classes for _ in range(classes)]
    for row, right in zip(examples.X, _classified(examples).classes, strict=True):
        counts[right][task.decide(say(row))] += 1
    return counts


class _Task:
    """A network and its loss: what is asked of the network, and how its outputs are read."""

    def __init__(self, net: Any, loss: Any, example: list[float]) -> None:
        self.net = net
        sums = hasattr(net, "logits")
        self.loss: Loss = resolve(loss, getattr(net, "output", None) if sums else None)
        self.logits = self.loss.from_logits and sums
        self.say = net.logits if self.logits else net
        self.threshold = 0.0 if self.loss.from_logits or self.loss.labels == SIGNS else 0.5
        with no_grad():
            self.outputs = len(_listed(self.say(example)))

    def record(self, x: list[float], target: list[float]) -> tuple[list[Any], Any]:
        """Return the network's outputs, and the loss with its graph."""
        outputs = self.said(self.say, x)
        return [_data(output) for output in outputs], self.judged(outputs, target)

    def said(self, say: Say, x: list[float]) -> list[Any]:
        """Return the network's outputs."""
        try:
            return _listed(say(x))
        except ValueError as error:  # not by the inputs, which were checked before
            raise _NotFiniteError(str(error)) from error

    def judged(self, outputs: list[Any], target: list[float]) -> Any:
        """Return the loss of one example; an error of one's own loss stays what it is."""
        try:
            return self.loss(outputs, target)
        except ValueError as error:  # not by the labels, which were checked before
            ours = self.loss.name in LOSSES or isinstance(error, (DomainError, InfiniteLossError))
            if not ours:
                raise
            raise _NotFiniteError(str(error)) from error

    def decide(self, outputs: Sequence[float]) -> int:
        """Return the class that the outputs stand for."""
        if len(outputs) == 1:
            return int(outputs[0] > self.threshold)
        return outputs.index(max(outputs))

    def plain(self) -> Say:
        """Return the network as a function of plain numbers."""
        return _plain_forward(self.net, logits=self.logits)

    def evaluate(self, examples: _Examples) -> tuple[float, float | None]:
        """Return loss and accuracy on examples, recording nothing."""
        say, total, right = self.plain(), 0.0, 0
        for index, x in enumerate(examples.X):
            outputs = self.said(say, x)
            total += self.judged(outputs, examples.targets[index])
            if examples.classes:
                right += self.decide(outputs) == examples.classes[index]
        if not math.isfinite(total):
            raise _NotFiniteError(f"the validation loss is {total}")
        return total / len(examples.X), right / len(examples.X) if examples.classes else None


def _plain_forward(net: Any, *, logits: bool) -> Say:
    """Return the network as a function of plain numbers, with the parameters it has now."""
    if isinstance(net, (MLP, Layer, Neuron)) and not isinstance(net, Perceptron):
        # The same network around plain numbers computes the same bits, and no Value.
        leaves, rebuild = flatten(net)
        plain = rebuild([leaf.data for leaf in leaves])
        say = plain.logits if logits else plain
        return lambda x: _listed(say(x))
    return lambda x: _recorded_nowhere(net.logits if logits else net, x)


def _recorded_nowhere(say: Callable[[Any], Any], x: Sequence[float]) -> list[float]:
    """Call a network of any kind, and take the numbers of its answer."""
    with no_grad():
        return [_data(output) for output in _listed(say(x))]


def _listed(outputs: Any) -> list[Any]:
    """Return the outputs of a network as a list; a single neuron has one."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def _data(item: Any) -> Any:
    return item.data if isinstance(item, Value) else item


# ----------------------------------------------------------------------------- the examples


class _Examples(NamedTuple):
    """Checked examples: features, labels as the loss takes them, and classes where there are."""

    X: list[list[float]]
    targets: list[list[float]]
    classes: list[int]

    def chosen(self, indices: Sequence[int]) -> _Examples:
        """Return some of the examples, in this order."""
        return _Examples(
            [self.X[i] for i in indices],
            [self.targets[i] for i in indices],
            [self.classes[i] for i in indices] if self.classes else [],
        )


def _task_and_examples(net: Any, X: Any, y: Any, loss: Any) -> tuple[_Task, _Examples]:
    """Check the examples, and code their labels as the loss of the network takes them."""
    rows = _rows(X)
    task = _Task(net, loss, rows[0])
    return task, _examples(task, rows, y)


def _rows(X: Any) -> list[list[float]]:
    """Return the features as lists of finite floats, all of one length."""
    given = X.tolist() if hasattr(X, "tolist") else list(X)
    if not given:
        raise ValueError("X is empty: at least one example is needed")
    rows = [_floats(row, f"X[{i}]") for i, row in enumerate(given)]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(f"X[{i}] has {len(row)} features, but X[0] has {len(rows[0])}")
    return rows


def _floats(row: Any, name: str) -> list[float]:
    """Return a sequence of finite floats, or raise naming the place."""
    if is_number(row) or isinstance(row, str):
        raise TypeError(f"{name} must be a sequence of numbers, not {type(row).__name__}")
    floats = [float(number(x, f"{name}[{j}]")) for j, x in enumerate(row)]
    for j, x in enumerate(floats):
        if not math.isfinite(x):
            raise ValueError(f"{name}[{j}] is {x}; accepted: finite numbers")
    return floats


def _examples(task: _Task, rows: list[list[float]], y: Any) -> _Examples:
    """Return the examples with their labels coded and accepted by the loss."""
    given = y.tolist() if hasattr(y, "tolist") else list(y)
    if len(given) != len(rows):
        raise ValueError(f"X has {len(rows)} examples, but y has {len(given)} labels")
    targets = _targets(task, given)
    for i, target in enumerate(targets):
        if len(target) != task.outputs:
            raise ValueError(f"y[{i}] has {len(target)} labels for {task.outputs} outputs")
        if task.loss.name in LOSSES:
            try:
                task.loss([0.5] * task.outputs, target)  # an answer that every loss takes
            except ValueError as error:
                raise ValueError(f"y[{i}]: {error}") from None
    classes = [_class(target) for target in targets]
    return _Examples(
        rows, targets, [] if None in classes else [k for k in classes if k is not None]
    )


def _targets(task: _Task, given: list[Any]) -> list[list[float]]:
    """Return labels as lists of numbers; class numbers are coded as the loss takes them."""
    if not all(map(is_number, given)):
        return [_floats(labels, f"y[{i}]") for i, labels in enumerate(given)]
    numbers = _floats(given, "y")
    if task.outputs == 1 and not set(numbers) <= {0.0, 1.0}:
        return [[label] for label in numbers]
    for i, label in enumerate(numbers):
        if label != int(label) or not 0 <= label < max(task.outputs, 2):
            accepted = f"a class number from 0 to {task.outputs - 1}"
            raise ValueError(f"y[{i}] is {given[i]!r}; accepted: {accepted}, or a list of labels")
    return [task.loss.code(int(label), task.outputs) for label in numbers]


def _class(target: list[float]) -> int | None:
    """Return the class that labels stand for: the place of the only 1 among 0 or -1."""
    if any(label not in {-1.0, 0.0, 1.0} for label in target):
        return None
    if len(target) == 1:
        return int(target[0] == 1.0)
    return target.index(1.0) if target.count(1.0) == 1 else None


def _classified(examples: _Examples) -> _Examples:
    """Return the examples if all of them have a class; else raise."""
    if not examples.classes:
        raise ValueError("y holds labels that are no classes, so that none can be right")
    return examples


def _validation(
    task: _Task, examples: _Examples, validation: Any, generator: random.Random
) -> tuple[_Examples, _Examples | None]:
    """Return the examples to learn from, and those to watch."""
    if validation is None:
        return examples, None
    if not is_number(validation):
        X, y = validation
        held_out = _rows(X)
        if len(held_out[0]) != len(examples.X[0]):
            widths = f"{len(held_out[0])} features, but those of X {len(examples.X[0])}"
            raise ValueError(f"the examples of validation have {widths}")
        return examples, _examples(task, held_out, y)
    count = len(examples.X)
    order = generator.sample(range(count), count)
    watched = min(max(round(validation * count), 1), count - 1)
    if not watched:
        raise ValueError("validation can't hold out a part of a single example")
    return examples.chosen(order[watched:]), examples.chosen(order[:watched])


# ---------------------------------------------------------------------------------- options


def _check_options(epochs: Any, batch_size: Any, patience: Any, validation: Any) -> None:
    """Raise if an option is out of its range."""
    for name, count in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        if count is None and name == "patience":
            continue
        if not hasattr(count, "__index__"):
            raise TypeError(f"{name} must be a whole number, not {type(count).__name__}")
        if count < 1:
            raise ValueError(f"{name} is {count}; accepted: a whole number from 1 on")
    if patience is not None and validation is None:
        raise ValueError("patience needs validation: it waits for a smaller validation loss")
    if is_number(validation) and not 0 < validation < 1:
        raise ValueError(
            f"validation is {validation}; accepted: a share between 0 and 1, or (X, y)"
        )


def _generator(seed: Any) -> random.Random:
    """Return the generator of a seed."""
    if isinstance(seed, random.Random):
        return seed
    if not hasattr(seed, "__index__"):
        raise TypeError(f"seed must be an int or a random.Random, not {type(seed).__name__}")
    return random.Random(operator.index(seed))


def _clipping(clip: Any) -> Callable[[list[float]], list[float]]:
    """Return the function that shortens gradients."""
    if clip is None:
        return lambda gradients: gradients
    if callable(clip):
        return clip  # type: ignore[no-any-return]
    clip_by_norm([], clip)  # raises if the limit is none
    return lambda gradients: clip_by_norm(gradients, clip)


def _factor(schedule: Callable[[int], float], epoch: int) -> float:
    """Return the factor of the step in an epoch."""
    factor = float(number(schedule(epoch), "the factor of schedule"))
    if not 0.0 <= factor < math.inf:
        raise ValueError(f"schedule gave {factor} for epoch {epoch}; accepted: from 0 on, finite")
    return factor
