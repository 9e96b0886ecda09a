"""With this one can find the turns of a loop in a graph, to show the first, the last, and one card.

Start from `join_turns`, which takes those in between together as a `Run`. A loop leaves no trace in
a graph but that its cards come again and again, each with operands as far before it as the last
time. Equal parts side by side are found in `repeats`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from autograd_mini.drawing.contraction import open_cycles
from autograd_mini.drawing.repeats import base_name
from autograd_mini.drawing.sums import Sum
from autograd_mini.graph import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator
    from typing import Any

_LONGEST = 60
"""Cards in a turn, at most."""

_PROBES = 8
"""So many places of a graph are asked how far away the same comes again."""

_MANY = 20_000
"""Of more cards, a loop that leaves few enough to be read reaches over the middle."""

_FEWEST = 2
"""Turns that are worth a card: with the first and the last a loop has two more."""


class Run:
    """Turns of a loop that are shown as one.

    Parameters
    ----------
    turns : int
    length : int
        Cards in a turn.
    """

    def __init__(self, turns: int, length: int) -> None:
        self.turns, self.length = turns, length


class _Loop(NamedTuple):
    """Where cards come again: from `start` up to `end`, always after `length` others."""

    start: int
    end: int
    length: int

    def saving(self) -> int:
        """Return how many cards are in all turns but two."""
        return (self.end - self.start) // self.length * self.length - 2 * self.length


class _Line:
    """The cards of a graph that compute something, one after the other.

    Parameters
    ----------
    operands : dict
        Node → its operands, in topological order.
    keys : dict
        Node → the card that it is shown in.
    """

    def __init__(self, operands: dict[Any, Any], keys: dict[Any, Any]) -> None:
        inner: dict[Any, list[Any]] = {}
        for node, its in reversed(operands.items()):
            if its:
                inner.setdefault(keys[node], []).append(node)
        self.cards = list(reversed(inner))
        place = {card: index for index, card in enumerate(self.cards)}
        self.inputs: list[tuple[int | None, ...]] = []
        self.kinds: list[Hashable] = []
        self.signs: list[int] = []
        numbers: dict[Hashable, int] = {}
        for index, card in enumerate(self.cards):
            homes = {place.get(keys.get(o)): None for node in inner[card] for o in operands[node]}
            homes.pop(index, None)
            self.inputs.append(tuple(homes))
            self.kinds.append(_kind(card, len(inner[card])))
            sign = self.kinds[-1], *[_from_there(home, index) for home in homes]
            self.signs.append(numbers.setdefault(sign, len(numbers)))

    def longest(self) -> _Loop | None:
        """Return the loop that saves most cards."""
        best = _Loop(0, 0, 1)
        for length in self._lengths():
            if best.saving() < len(self.cards) - 2 * length:  # else it can save no more
                best = max(best, self._loop(length), key=_Loop.saving)
        return best if best.saving() > 0 else None

    def _lengths(self) -> list[int]:
        """Return after how many cards the same may come again."""
        count = len(self.cards)
        return sorted({
            other - probe
            for probe in (count * place // (_PROBES + 1) for place in range(1, _PROBES + 1))
            for other in range(probe + 1, min(count, probe + _LONGEST + 1))
            if self.kinds[other] == self.kinds[probe]
        })  # fmt: skip

    def _loop(self, length: int) -> _Loop:
        """Return the longest stretch in which every card comes again after so many others.

        Of very many cards it is the one over the middle.
        """
        last = len(self.cards) - length
        if len(self.cards) > _MANY:
            below = next(self._breaks(range(last // 2, -1, -1), length), -1)
            above = next(self._breaks(range(last // 2, last), length), last)
        else:
            ends = pairwise([-1, *self._breaks(range(last), length), last])
            below, above = max(ends, key=lambda pair: pair[1] - pair[0])
        return _Loop(below + 1, above + length, length)

    def _breaks(self, places: Iterable[int], length: int) -> Iterator[int]:
        """Yield the places whose card does not come again after so many others."""
        signs = self.signs
        return (
            place
            for place in places
            if signs[place] != signs[place + length]
            and not self._comes_again(place, place + length)
        )

    def _comes_again(self, one: int, other: int) -> bool:
        """Tell whether two cards do the same with the same, or with what is as far before them."""
        mine, its = self.inputs[one], self.inputs[other]
        return (
            self.kinds[one] == self.kinds[other]
            and len(mine) == len(its)
            and all(
                a == b or (a is not None and b is not None and one - a == other - b)
                for a, b in zip(mine, its, strict=True)
            )
        )

    def middle(self, loop: _Loop) -> tuple[int, int]:
        """Return where the second turn of a loop begins, and the last one.

        A turn begins where fewest results pass, best after a first turn, which has other operands.
        """
        length = loop.length
        start = min(range(loop.start, loop.start + length), key=lambda p: self._cut(p, length))
        start += 0 if self._is_turn(start - length, length) else length
        return start, start + (loop.end - start) // length * length - length

    def _is_turn(self, place: int, length: int) -> bool:
        """Tell whether what begins there does the same as what begins after it."""
        one, other = (self.kinds[p : p + length] for p in (place, place + length))
        return place >= 0 and one == other

    def _cut(self, place: int, length: int) -> tuple[int, bool, bool, int]:
        """Return what it costs that a turn begins there."""
        after = self.inputs[place : place + length]
        passing = {home for inputs in after for home in inputs if home is not None and home < place}
        named = place > 0 and bool(getattr(self.cards[place - 1], "label", None))
        return len(passing), not self._is_turn(place - length, length), not named, place


def join_turns(operands: dict[Any, Any], seen: set[Any], keys: dict[Any, Any]) -> None:
    """Give all turns of the longest loop one key, but for the first and the last.

    Parameters
    ----------
    operands : dict
        Node → its operands, in topological order.
    seen : set of Values
        What must not vanish in another card: where one is in between, nothing is done.
    keys : dict
        Node → what it is taken together under; it is changed.

    Examples
    --------
    >>> from autograd_mini.graph import topological_order
    >>> from autograd_mini.value import Value
    >>> y = Value(0.5)
    >>> for _ in range(10):
    ...     y = y.sin().exp()
    >>> order = topological_order(y)
    >>> keys = {node: node for node in order}
    >>> join_turns({node: node.operands for node in order}, {y}, keys)
    >>> len(set(keys.values())), keys[order[10]].turns
    (6, 8)
    """
    line = _Line(operands, keys)
    loop = line.longest()
    if loop is None:
        return
    start, end = line.middle(loop)
    turns = (end - start) // loop.length
    between = set(line.cards[start:end])
    if turns < _FEWEST or any(keys.get(node) in between for node in seen):
        return
    run = Run(turns, loop.length)
    joined = {node: run if key in between else key for node, key in keys.items()}
    wanted = sum(key is run for key in joined.values())
    open_cycles(operands, joined)
    if sum(key is run for key in joined.values()) == wanted:  # else it would be its own operand
        keys |= joined


def _kind(card: Any, size: int) -> Hashable:
    """Return what a card does, without its names."""
    if isinstance(card, Scope):
        return "scope", base_name(card.name), size
    if isinstance(card, Sum):
        return "sum", len(card.products), len(card.others)
    return str(card.operation.name)


def _from_there(home: int | None, index: int) -> int | None:
    """Return a number for an operand: below zero by how near it is, else which it is."""
    nearness = 0 if home is None else index - home - 2 * _LONGEST - 1
    return nearness if nearness < 0 else home
