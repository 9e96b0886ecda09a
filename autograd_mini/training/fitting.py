"""With this one can train a network: `fit`.

What it is called with is checked in `options` and `examples`; the training itself is a `Training`
of `run`, whose gradients come from `eager_engine` or `compiled_engine`.
"""

from __future__ import annotations

from autograd_mini.descent import constant_schedule, resolve_optimizer
from autograd_mini.errors import UnknownNameError
from autograd_mini.training.eager_engine import EagerEngine
from autograd_mini.training.examples import held_out_of, task_and_examples
from autograd_mini.training.options import (
    check_network,
    check_options,
    clipping_of,
    generator_of,
)
from autograd_mini.training.order import Order
from autograd_mini.training.run import Training
from autograd_mini.training.steps import Steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable
    from typing import Any

    from autograd_mini.descent import Optimizer
    from autograd_mini.training.history import Epoch, History

__all__ = ["ENGINES", "fit"]

ENGINES = ("auto", "eager")
"""What may compute the gradients."""


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
    engine: str = "auto",
) -> History:
    r"""Change the parameters of a network so that its loss on examples becomes small.

    .. math:: J = \tfrac1m\sum_{i=1}^m J_i, \qquad
        \nabla J = \tfrac1m\sum_{i=1}^m \nabla J_i

    over the m examples of a batch (lecture, *Tuning the weights*); the optimiser makes one step
    for each batch. The same arguments give the same bits.

    Network and loss are compiled: traced once, and run as programs over arrays. Meanwhile arrays
    own the parameters; the network has them again at the end of each epoch, before callbacks, and
    whatever ends the training. Where a trace can't stand for all calls (Python decides by a
    number, dice are thrown, something is counted) the training is eager, and the history's `note`
    says why. Both give the same history, but for rounding.

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
    engine : {"auto", "eager"}
        Whether to compile if possible. The eager engine sweeps the graph of each example by
        itself, so that one can watch; it takes a thousand times as long.

    Returns
    -------
    History
        After Ctrl-C, that of the complete epochs, and the network as it was then.

    Raises
    ------
    DivergedError
        If a loss, a gradient or a parameter is no longer finite. The network then has the best
        parameters, or those of the last complete epoch, as after Ctrl-C.
    TypeError
        If `net` is no network, or another argument of a wrong kind.
    ValueError
        If there are no examples, lengths differ, a number is not finite, a label is not accepted,
        an option is out of its range, or `resume` does not fit.

    Examples
    --------
    >>> from autograd_mini.descent import SGD
    >>> from autograd_mini.neurons import MLP
    >>> from autograd_mini.training import predict
    >>> net = MLP([2, 1], seed=0)
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1]
    >>> history = fit(net, X, y, optimizer=SGD(2.0), batch_size=4, epochs=50, progress=False)
    >>> history.rows[-1].accuracy, predict(net, X)
    (1.0, [0, 1, 1, 1])
    """
    check_options(epochs, batch_size, patience, validation)
    check_network(net)
    if engine not in ENGINES:
        raise UnknownNameError("engine", engine, ENGINES)
    generator = generator_of(seed)
    task, examples = task_and_examples(net, X, y, loss)
    examples, held_out = held_out_of(task, examples, validation, generator)
    steps = Steps(resolve_optimizer(optimizer), clipping_of(clip), schedule or constant_schedule())
    eager = EagerEngine(task, examples, held_out, regularization)
    order = Order(len(examples.X), batch_size, generator if shuffle else None)
    training = Training(eager, order, steps, generator)
    if resume is not None:
        training.resume(resume)
    return training.run(
        epochs, patience, tuple(callbacks), compiled=engine == "auto", keep_best=keep_best,
        progress=progress,
    )  # fmt: skip
