"""With this one can pass the adjoint of a time loop on: by a loop from its last step to its first.

- `pass_on_history(reverse, number, each)` writes it, once all that the loop gives has its adjoint.

Each step is computed again from the rows that it got, as far as its slopes need it and it is not
kept; that takes no memory but for the rows, and hardly more time than to write and read all that
a step is made of. The adjoint has rows, too: each step adds to those from which it took.
"""

from __future__ import annotations

import copy

from autograd_mini.compiler.rolled import Access, Term
from autograd_mini.compiler.trace import LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.compiler.differentiate import Reverse
    from autograd_mini.compiler.loop_writing import WrittenLoop
    from autograd_mini.compiler.loops import History, Loop

__all__ = ["pass_on_history"]


def pass_on_history(reverse: Reverse, number: int, each: History) -> None:
    """Write the way back through the loop to which a history belongs, at the first of them.

    Parameters
    ----------
    reverse : Reverse
    number : int
        Of the class.
    each : History
    """
    loop = each.loop
    if number != loop.first_history:
        return
    adjoints = {left.history: reverse.completed(left.history) for left in loop.left}
    written = reverse.arrays.written[number]
    inner = _reverse_of_step(reverse, loop, written)
    counter = reverse.arrays.counter
    for place, leaf in enumerate(loop.classes):
        if leaf.operation == LEAF and loop.handed[leaf.array].of in reverse.moves:
            handed = loop.handed[leaf.array]
            inner.buffers[place] = reverse.buffer(handed.of) + handed.index(counter)
    for left in loop.left:
        row = inner.buffers[left.number] = adjoints[left.history] + left.index(counter)
        written.again.rows.append(row)
    inner.sweep()
    reverse.sheet.add(written.again)
    for left in loop.left:
        if isinstance(left.first, Access) and left.first.of in reverse.moves:
            letters = reverse.arrays.layout.letters(reverse.lead(left.history), left.first.letters)
            piece = (f"{adjoints[left.history]}[{left.rows}]", letters)
            sizes = list(reverse.classes[left.first.of].shape)
            reverse.give(left.first, [piece], Term(left.first, 1.0, [], sizes), left.history)


def _reverse_of_step(reverse: Reverse, loop: Loop, written: WrittenLoop) -> Reverse:
    """Return the way back through one step, whose lines follow those that it needs again."""
    arrays, sigmoids = copy.copy(written.arrays), copy.copy(written.sigmoids)
    arrays.sheet = sigmoids.sheet = written.again
    arrays.request = copy.copy(arrays.request)
    arrays.request.wanted = [k for k, h in enumerate(loop.handed) if h.of in reverse.moves]
    return type(reverse)(arrays, sigmoids)
