"""With this one can get loss and gradient of whole batches while arrays own the parameters.

- `FlatParameters(net)`: all parameters of a network as one vector, of which its arrays are views.
- `BatchProgram(f, …)` runs a function of one example on a batch. What depends on the shapes alone
  is settled when it is made, so that a call costs little more than the program itself.

Which batches come, and what becomes of the gradients, is the business of what trains.
"""

from __future__ import annotations

import inspect
import math

import numpy as np

from autograd_mini.compiler.array_engine import ArrayEngine
from autograd_mini.compiler.array_program import ArrayProgram
from autograd_mini.compiler.plan import Plan, slots_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot

__all__ = ["BatchProgram", "FlatParameters", "careful"]


class FlatParameters:
    """The parameters of a network as one vector.

    Parameters
    ----------
    values : sequence of Values
        The parameters, each once.

    Attributes
    ----------
    numbers : array of N floats
        It is changed in place, so that views of it stay what they are.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> parameters = FlatParameters([Value(1.0), Value(2.0)])
    >>> parameters.numbers += 1
    >>> parameters.write()
    >>> [value.data for value in parameters.values]
    [2.0, 3.0]
    """

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = list(values)
        self.place = {value: index for index, value in enumerate(self.values)}
        self.numbers = np.empty(len(self.values))
        self.read()

    def read(self) -> None:
        """Take the numbers of the Values over."""
        self.numbers[:] = [value._data for value in self.values]  # noqa: SLF001 - thousands

    def write(self) -> None:
        """Give the Values the numbers."""
        for value, number in zip(self.values, self.numbers.tolist(), strict=True):
            value._data = number  # noqa: SLF001 - thousands, and floats

    def view(self, slot: Slot) -> Any:
        """Return the view of the vector that a slot is; None if its Values do not stand so."""
        places = [self.place.get(value) for value in slot.leaves()]
        first = places[0] if places else None
        if first is None or places != list(range(first, first + len(places))):
            return None
        return self.numbers[first : first + len(places)]


class BatchProgram:
    """A function of a network and one example, as a program for batches around a vector.

    Parameters
    ----------
    f : callable
        Takes the network and, as lists of floats, an example's features and labels, or nothing;
        returns the loss, and further results beside it, if there are examples.
    net : Module
        By whose parameters to differentiate.
    parameters : FlatParameters
        Those of the network.
    example : sequence of lists of floats
        What `f` takes beside the network.
    gradient : bool

    Attributes
    ----------
    gradient : array of N floats
        Of the sum of the losses of the last batch, by the parameters.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        net: Any,
        parameters: FlatParameters,
        example: Sequence[list[float]],
        *,
        gradient: bool = True,
    ) -> None:
        signature = inspect.signature(f)
        of_net, *names = signature.parameters
        trees = {of_net: net} | {name: [row] for name, row in zip(names, example, strict=True)}
        of = {name: slots_of(name, tree, batched=name in names) for name, tree in trees.items()}
        wrt = of_net if gradient else None
        plan = Plan(f, signature, trees, of, names, "sum", wrt, gradient=gradient, beside=True)
        plan.known = _first_of_each(of[of_net])
        self.engine = ArrayEngine(plan)
        self.parameters = parameters
        self._program = self.engine.program.run
        self.is_rolled = isinstance(self.engine.program, ArrayProgram)
        self.gradient = np.zeros(len(parameters.values))
        self._filled: list[tuple[Any, list[int], list[int]]] = []
        self._own = [self._laid_out(k, slot) for k, slot in enumerate(of[of_net])]
        self._scattered: list[tuple[Any, list[int], list[int]]] = []
        self._views = [self._gradient_array(number) for number in self.engine.needed or ()]
        self._fitting = 0
        self.refresh()

    def _laid_out(self, number: int, slot: Slot) -> Any:
        """Return the view of the vector that an array is, or an array to fill from it."""
        array = self.parameters.view(slot)
        if array is None:
            array, place = slot.array().ravel(), self.parameters.place
            pairs = [(k, place[v]) for k, v in enumerate(slot.leaves()) if v in place]
            if pairs:
                self._filled.append((array, [k for k, _ in pairs], [p for _, p in pairs]))
        return array.reshape(self.engine.shapes[number]) if self.is_rolled else array

    def _gradient_array(self, number: int) -> Any:
        """Return the view of the vector that an array of gradients is, or one to scatter there."""
        place, engine = self.parameters.place, self.engine
        pairs = [(k, place[v]) for v, (array, k) in engine.plan.known.items() if array == number]
        which, where, size = [k for k, _ in pairs], [p for _, p in pairs], engine.sizes[number]
        first = where[0] if where else 0
        if which == list(range(size)) and where == list(range(first, first + size)):
            array = self.gradient[first : first + size]
        else:
            array = np.zeros(size)
            self._scattered.append((array, which, where))
        return array.reshape(engine.shapes[number]) if self.is_rolled else array

    def is_repeatable(self) -> bool:
        """Tell whether a second trace gives the same program."""
        return self.engine.is_repeatable()

    def refresh(self) -> None:
        """Read the Values that are no parameters of the network, but used all the same."""
        self._captured = self.engine._values()  # noqa: SLF001 - of this package

    def __call__(self, *rows: Any) -> tuple[float, Any]:
        """Run the program on a batch, within ``with careful():``; its gradient is in `gradient`.

        Parameters
        ----------
        *rows : arrays of m rows
            What `f` takes beside the network, of m examples.

        Returns
        -------
        loss : float
            The sum of the first results.
        others : array of m rows
            The further results.

        Raises
        ------
        ArithmeticError, ValueError, IndexError
            If something has no finite value. What exactly only the eager engine can tell, or
            whether it has one after all.
        """
        for array, where, places in self._filled:
            array[where] = self.parameters.numbers[places]
        count = len(rows[0]) if rows else 1
        if count != self._fitting and self.engine.program.block(count) < count:
            loss, others = self._in_blocks(rows, count)
        else:
            self._fitting = count
            loss, others, gradients = self._run(rows, count)
            for view, found in zip(self._views, gradients, strict=True):
                view[...] = found
        for array, which, where in self._scattered:
            self.gradient[where] = array[which]
        gradient = self.gradient
        if not math.isfinite(loss + gradient.dot(gradient)):  # at once, unless it overflows
            self._check(loss)
        return loss, others

    def _run(self, rows: Sequence[Any], count: int) -> tuple[float, Any, list[Any]]:
        """Run the program once."""
        arrays = (*self._own, *rows, *self._captured)
        if self.is_rolled:
            (loss, *others), gradients = self._program(arrays, count, count)
            return loss, others[0] if others else None, gradients
        results, gradients = self._program(arrays, count)
        return float(results[0].sum()), results[1:].T, gradients

    def _in_blocks(self, rows: Sequence[Any], count: int) -> tuple[float, Any]:
        """Run the program block by block, so that what it computes stays in the cache."""
        total, parts, size = 0.0, [], self.engine.program.block(count)
        for view in self._views:
            view[...] = 0.0
        for start in range(0, count, size):
            block = [array[start : start + size] for array in rows]
            loss, others, gradients = self._run(block, len(block[0]))
            total += loss
            parts.append(others)
            for view, found in zip(self._views, gradients, strict=True):
                np.add(view, found, out=view)
        return total, np.concatenate(parts)

    def _check(self, loss: float) -> None:
        """Raise if something is not finite."""
        if not (math.isfinite(loss) and np.isfinite(self.gradient).all()):
            raise FloatingPointError("a loss or a gradient is not finite")


def careful() -> Any:
    """Return a context in which NumPy raises where something has no value, as programs need it.

    What is too large may be infinite meanwhile.
    """
    return np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore")


def _first_of_each(parts: Sequence[Slot]) -> dict[Any, tuple[int, int]]:
    """Return for each Value of a network the array and the place in which it stands first."""
    known: dict[Any, tuple[int, int]] = {}
    for number, slot in enumerate(parts):
        for index, value in enumerate(slot.leaves()):
            known.setdefault(value, (number, index))
    return known
