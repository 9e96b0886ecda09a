"""With this one can place the frames around scopes that are shown open.

Start from `pulls` (what keeps the layout from mixing frames), `frame_boxes` (where they stand) and
`is_clear` (whether nothing else stands in them). Which scopes have a frame is found in `opened`;
frames are drawn in `frame_figure`.
"""

from __future__ import annotations

from itertools import chain

from autograd_mini.drawing.edge_labels import Box, polyline
from autograd_mini.drawing.outline import CAPTION_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_mini.drawing.layout import Point
    from autograd_mini.drawing.outline import Outline

MARGIN = 20
"""What stays free around the cards of a frame: the caption and some air have room there."""

_AIR = 9.0
"""Between a frame and what is in it, but for the caption's side."""

_HEAD = CAPTION_SIZE + 7.5
"""Between the upper border and what is in the frame."""

_APART = 4.0
"""Between a frame and what stands outside."""


def pulls(outline: Outline) -> Iterator[tuple[str, str]]:
    """Return pairs of cards of which the second has to stand behind the first.

    They move the leaves in a frame behind what comes into the frame, so that the frame of one
    layer begins where that of the layer before ends.
    """
    ranks = rank(outline)
    operands: dict[str, list[str]] = {}
    for arrow in outline.arrows:
        operands.setdefault(arrow.head, []).append(arrow.tail)
    for frame in outline.frames:
        inside = set(frame.cards)
        behind = _behind(set(inside), outline)
        before = {c: [t for t in operands.get(c, ()) if t not in behind] for c in frame.cards}
        last = max(chain(*before.values()), key=ranks.__getitem__, default=None)
        if last is None:
            continue
        for user, tails in before.items():
            own = max(tails, key=ranks.__getitem__, default=last)
            own = own if ranks[own] == ranks[last] else last
            leaves = [t for t in operands.get(user, ()) if t in inside and t not in operands]
            if tails or len(leaves) == len(operands.get(user, ())):
                yield from ((own, leaf) for leaf in leaves)


def _behind(cards: set[str], outline: Outline) -> set[str]:
    """Return the cards of a frame and what depends on them, which can't stand before them."""
    for arrow in outline.arrows:  # they come in the order of their heads
        if arrow.tail in cards:
            cards.add(arrow.head)
    return cards


def rank(outline: Outline) -> dict[str, int]:
    """Return the length of the longest way to each card."""
    ranks = dict.fromkeys((card.name for card in outline.cards), 0)
    for arrow in outline.arrows:  # they come in the order of their heads
        ranks[arrow.head] = max(ranks[arrow.head], ranks[arrow.tail] + 1)
    return ranks


def frame_boxes(outline: Outline, cards: dict[str, Box]) -> dict[str, Box]:
    """Return where each frame stands, from where its cards stand."""
    found: dict[str, Box] = {}
    for frame in reversed(outline.frames):  # the inner ones first
        inner = [found[each.name] for each in outline.frames if each.outer == frame.name]
        lefts, tops, rights, lows = zip(*inner, *(cards[c] for c in frame.cards), strict=True)
        found[frame.name] = Box(
            min(lefts) - _AIR, min(tops) - _HEAD, max(rights) + _AIR, max(lows) + _AIR
        )
    return found


def is_clear(
    outline: Outline,
    frames: dict[str, Box],
    cards: dict[str, Box],
    routes: dict[str, list[Point]],
) -> bool:
    """Tell whether nothing stands in a frame that is not of it: no card, edge, or other frame."""
    for frame in outline.frames:
        inside, box = set(frame.cards), _wider(frames[frame.name])
        strange = [cards[name] for name in cards.keys() - inside]
        strange += [frames[o.name] for o in outline.frames if inside.isdisjoint(o.cards)]
        if any(box.meets(other) for other in strange):
            return False
        for arrow in outline.arrows:
            if not inside & {arrow.head, arrow.tail} and _passes(routes[arrow.name], box):
                return False
    return True


def _wider(box: Box) -> Box:
    left, top, right, bottom = box
    return Box(left - _APART, top - _APART, right + _APART, bottom + _APART)


def _passes(route: list[Point], box: Box) -> bool:
    """Tell whether an edge passes through a box."""
    return any(box.left < x < box.right and box.top < y < box.bottom for x, y in polyline(route))
