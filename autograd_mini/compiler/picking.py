"""With this one can write what traced indices pick: rows of an embedding, a class's probability.

- `items_of(classes, rows)` finds the axis along which the items lie among which is picked.
- `write_take(arrays, each, …)` writes what is picked, `pass_on_take(reverse, …)` adds the
  adjoint where it was picked from; where an index repeats, it adds up.

Items that lie along no axis are operands of their own, and `where` chooses among them. An index
without an item is refused while the program runs, by `gathers`.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.classes import NONE
from autograd_mini.compiler.contract import aligned
from autograd_mini.compiler.rolled import Access, Term
from autograd_mini.compiler.slopes import atom
from autograd_mini.compiler.trace import LARGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.compiler.arrays import Arrays
    from autograd_mini.compiler.classes import Classes
    from autograd_mini.compiler.differentiate import Reverse
    from autograd_mini.compiler.rolled import Class

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["items_of", "pass_on_take", "write_take"]

ITEM = -2
"""The letter of the axis along which the items lie."""


def items_of(classes: Classes, rows: Sequence[Any]) -> tuple[int, int, int, int] | None:
    """Return the axis of a class along which all items lie, with start, step and count.

    Parameters
    ----------
    classes : Classes
    rows : sequence of tuples of int
        For each element the nodes of its index and of its items.

    Returns
    -------
    (axis, start, step, count), or None where they lie along none.
    """
    items = np.array([row[1:] for row in rows], dtype=np.intp)
    count = items.shape[1]
    number = classes.of[int(items[0, 0])]
    if count < 2 or number == NONE or (classes.kinds[items[0]] != number).any():
        return None
    shape = classes.all[number].shape
    places = classes.at[items]
    columns = [np.reshape(c, places.shape) for c in np.unravel_index(places, shape)]
    moving = [axis for axis, column in enumerate(columns) if (column != column[:, :1]).any()]
    if len(moving) != 1:
        return None
    (axis,) = moving
    along = columns[axis]
    start, step = int(along[0, 0]), int(along[0, 1] - along[0, 0])
    regular = step > 0 and bool((along == start + step * np.arange(count)).all())
    return (axis, start, step, count) if regular else None


def _picked(arrays: Arrays, each: Class) -> Piece:
    """Return the indices, checked, and their letters."""
    index = each.operands[0]
    text, letters = arrays.load(index)
    if isinstance(index.of, int) and arrays.classes[index.of].operation == LARGEST:
        return text, letters  # these can't miss
    count = len(each.operands) - 1 if each.items is None else each.items[3]
    return arrays.sheet.assign(f"place({text}, {count})", "picked"), letters


def _table(each: Class) -> Access:
    """Return the access to the items, whose axis has a letter of its own."""
    row = each.operands[1]
    axes = list(row.axes)
    axis, *pattern = each.items  # type: ignore[misc]
    axes[axis] = (ITEM, *pattern)
    return Access(row.of, tuple(axes), tuple(axis[0] for axis in axes if isinstance(axis, tuple)))


def write_take(
    arrays: Arrays, each: Class, load: Callable[[Access], Piece], want: tuple[int, ...]
) -> str:
    """Return the text of what indices pick.

    Parameters
    ----------
    arrays : Arrays
    each : Class
    load : callable
        Takes an access to items, and returns them as a piece: the items, or their tangents.
    want : tuple of int
        The letters of all axes of what is picked.
    """
    rows, letters = _picked(arrays, each)
    if each.items is None:
        return _chosen(arrays, each, (rows, letters), load, want)
    table, have = load(_table(each))
    if set(have).isdisjoint(letters):
        place = have.index(ITEM)
        found = (*have[:place], *letters, *have[place + 1 :])
        return aligned(f"{atom(table)}[{':, ' * place}{rows}]", found, want)
    union = _union(want, letters, have)
    rows = aligned(rows, letters, union)
    return aligned(f"pick({aligned(table, have, (*union, ITEM))}, {rows})", union, want)


def _union(want: Sequence[int], letters: Sequence[int], have: Sequence[int]) -> tuple[int, ...]:
    return tuple(letter for letter in want if letter in letters or letter in have)


def _chosen(
    arrays: Arrays,
    each: Class,
    picked: Piece,
    load: Callable[[Access], Piece],
    want: tuple[int, ...],
) -> str:
    """Return the text of a choice among items that are operands of their own."""
    items = each.operands[1:]
    if all(not isinstance(item.of, int) and not item.letters for item in items):
        table = arrays.sheet.constant("C", np.array([float(item.of) for item in items]))
        return aligned(f"{table}[{picked[0]}]", picked[1], want)
    pieces = [load(item) for item in items]
    rows = atom(aligned(*picked, want))
    texts = [aligned(*piece, want) for piece in pieces]
    # of a single item too the index decides over how many elements it is repeated
    text = texts.pop() if len(texts) > 1 else "0.0"
    for place in reversed(range(len(texts))):
        text = f"np.where({rows} == {place}, {texts[place]}, {text})"
    found = {letter for _, have in (picked, *pieces) for letter in have}
    if found == set(want):
        return text
    sizes = [arrays.length[k] if k < 0 else str(each.shape[k]) for k in want]
    return f"np.broadcast_to({text}, ({', '.join(sizes)}{',' if len(sizes) == 1 else ''}))"


def pass_on_take(reverse: Reverse, number: int, each: Class, adjoint: Piece) -> None:
    """Add the adjoint of what was picked to that of the items.

    Parameters
    ----------
    reverse : Reverse
    number : int
        Of the class.
    each : Class
    adjoint : (text, letters)
    """
    rows, letters = _picked(reverse.arrays, each)
    if each.items is None:
        _pass_on_choice(reverse, number, each, (rows, letters), adjoint)
        return
    access = _table(each)
    if access.of not in reverse.moves:
        return
    name = reverse.buffer(access.of)
    view, have = reverse.arrays.pick(name, reverse.axes(access.of), access, access.of)
    if have[0] == ITEM and set(have).isdisjoint(letters):
        value = aligned(*adjoint, (*letters, *have[1:]))
        reverse.sheet.line(name, f"np.add.at({view}, {rows}, {value})")
        return
    union = _union(reverse.axes(number), letters, have)
    view, value = aligned(view, have, (*union, ITEM)), aligned(*adjoint, union)
    reverse.sheet.line(name, f"put({view}, {aligned(rows, letters, union)}, {value})")


def _pass_on_choice(
    reverse: Reverse, number: int, each: Class, picked: Piece, adjoint: Piece
) -> None:
    union = _union(reverse.axes(number), picked[1], adjoint[1])
    rows, text = atom(aligned(*picked, union)), aligned(*adjoint, union)
    for place, item in enumerate(each.operands[1:]):
        if isinstance(item.of, int) and item.of in reverse.moves:
            part = f"np.where({rows} == {place}, {text}, 0.0)"
            reverse.give(item, [(part, union)], Term(item, 1.0, [], list(each.shape)), number)
