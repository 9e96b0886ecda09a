"""With this one can write a time loop of a program, and keep what its steps give.

- `write_history(forward, number, each)` writes the loop to which a history belongs, once.
- `WrittenLoop` is what the way back needs of it; `loop_reverse` goes that way.

What a step gives to others stands in an array of all steps, so that what comes after the loop can
take it whole. Sums of products are kept as well: the way back needs them, and they are dear.
"""

from __future__ import annotations

import copy
import re

from autograd_mini.compiler.arrays import Arrays
from autograd_mini.compiler.blocks import Block
from autograd_mini.compiler.contract import aligned
from autograd_mini.compiler.rolled import Access
from autograd_mini.compiler.sigmoids import Sigmoids
from autograd_mini.compiler.slopes import literal
from autograd_mini.compiler.trace import LEAF
from autograd_mini.compiler.vanishing import is_contraction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.compiler.forward import Forward
    from autograd_mini.compiler.loops import History, Left, Loop

__all__ = ["WrittenLoop", "write_history"]


class WrittenLoop:
    """A loop that is written.

    Attributes
    ----------
    arrays : Arrays
        Those of one step.
    sigmoids : Sigmoids
    again : Block
        The lines of a step as the way back needs them: what is kept is not computed again.
    """

    def __init__(self, arrays: Arrays, sigmoids: Sigmoids, again: Block) -> None:
        self.arrays, self.sigmoids, self.again = arrays, sigmoids, again


def write_history(forward: Forward, number: int, each: History) -> None:
    """Write the loop to which a history belongs, at the first of its histories.

    Parameters
    ----------
    forward : Forward
    number : int
        Of the class.
    each : History
    """
    loop, arrays = each.loop, forward.arrays
    if number != loop.first_history:
        return
    for left in loop.left:
        _begin(arrays, loop, left)
    names = [arrays.name[handed.of] + handed.index(arrays.counter) for handed in loop.handed]
    block = Block(arrays.sheet, f"for {arrays.counter} in range({loop.count}):", names)
    own, sigmoids = _arrays_of_step(arrays, loop, block), Sigmoids(block)
    type(forward)(own, sigmoids).write({*(left.number for left in loop.left), *_dear(loop)})
    rows: dict[str, list[str]] = {}
    for left in loop.left:  # two classes may be one variable
        row = arrays.name[left.history] + left.index(arrays.counter)
        rows.setdefault(own.name[left.number], []).append(row)
    for inner in _dear(loop):
        if own.name[inner] not in rows:
            sums = block.checked[own.name[inner]] = _keep(arrays, own, loop, inner)
            rows[own.name[inner]] = [f"{sums}[{arrays.counter}]"]
    again = _again(block, rows, f"for {arrays.counter} in reversed(range({loop.count})):")
    for name, several in rows.items():
        _store(block, name, several)
    arrays.sheet.add(block)
    for left in loop.left:
        name = arrays.name[left.history]
        arrays.sheet.line(name, f"check({name})")
    arrays.written[number] = WrittenLoop(own, sigmoids, again)


def _dear(loop: Loop) -> list[int]:
    """Return the classes of a step that are sums of products."""
    return [k for k, each in enumerate(loop.classes) if any(map(is_contraction, each.terms))]


def _begin(arrays: Arrays, loop: Loop, left: Left) -> None:
    """Write the array for all steps, and what stands in it before the first."""
    number = left.history
    name = arrays.name[number] = arrays.sheet.names.new(_wish(arrays, loop, left), "state")
    arrays.sheet.line(name, f"{name} = np.empty({arrays.shape(number, arrays.lead(number))})")
    if isinstance(left.first, Access):
        own = range(len(left.first.letters))
        text = aligned(*arrays.load(left.first), arrays.layout.letters(arrays.lead(number), own))
        arrays.sheet.line(name, f"{name}[{left.rows}] = {text}")
    elif left.first is not None:
        arrays.sheet.line(name, f"{name}[{left.rows}] = {literal(left.first)}")


def _wish(arrays: Arrays, loop: Loop, left: Left) -> str:
    """Return what a history may be called: as the user calls it, or after what it starts from."""
    label = arrays.request.labels.get(left.history) or loop.labels.get(left.number)
    if label is not None:
        return label
    if isinstance(left.first, Access):
        factors = [f for term in arrays.classes[left.first.of].terms for f in term.factors]
        of = factors[0].of if len(factors) == 1 else None
        if isinstance(of, int) and arrays.classes[of].operation == LEAF:
            return f"{arrays.name[of]}_t"
    return "state"


def _arrays_of_step(arrays: Arrays, loop: Loop, block: Block) -> Arrays:
    """Return the arrays of one step."""
    request = copy.copy(arrays.request)
    request.outputs = [(left.number, 0) for left in loop.left]
    request.beside, request.labels, request.wanted = [], loop.labels, None
    request.batched = [arrays.batched[handed.of] for handed in loop.handed]
    request.shapes = [handed.part_of(arrays.classes[handed.of].shape) for handed in loop.handed]
    request.names = block.arrays
    return Arrays(loop.classes, request, block, layout=arrays.layout, counter=arrays.counter)


def _keep(arrays: Arrays, own: Arrays, loop: Loop, inner: int) -> str:
    """Return the name of an array for a class of the body, of all steps."""
    name = arrays.sheet.names.new("sums")
    shape = arrays.layout.shape(own.lead(inner), (loop.count, *loop.classes[inner].shape))
    arrays.sheet.line(name, f"{name} = np.empty({shape})")
    return name


def _store(block: Block, name: str, rows: list[str]) -> None:
    """Write rows down, where they are computed if nothing else in the step needs them."""
    own = [place for place, (given, _, _) in enumerate(block.lines) if given == name]
    others = " ".join(text for given, text, _ in block.lines if given != name)
    alone = len(own) == len(rows) == 1 and re.search(rf"\b{name}\b", others) is None
    start = f"{name} = "
    if alone and block.lines[own[0]][1].startswith(start):
        _, text, comment = block.lines[own[0]]
        array = rows[0].partition("[")[0]
        block.lines[own[0]] = (array, f"{rows[0]} = {text.removeprefix(start)}", comment)
        return
    for row in rows:
        block.line(row, f"{row} = {name}")


def _again(block: Block, rows: dict[str, list[str]], header: str) -> Block:
    """Return the lines of a step as the way back needs them: its results are known already."""
    again = block.once_more(header)
    lines, seen = [], set()
    for name, text, comment in block.lines:
        if name not in rows and not text.startswith("check("):
            lines.append((name, text, comment))
        elif name in rows and name not in seen:
            seen.add(name)
            lines.append((name, f"{name} = {rows[name][0]}", ""))
    again.lines = lines
    return again
