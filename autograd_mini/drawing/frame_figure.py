"""With this one can draw the frames around scopes that are shown open.

Start from `place_captions`, `draw_frames`, `draw_captions`, and `obstacles`, which keeps labels of
edges off them. Which scopes have a frame is found in `opened`, where it stands in `framing`.
"""

from __future__ import annotations

from autograd_mini.drawing import svg
from autograd_mini.drawing.edge_labels import Box, polyline
from autograd_mini.drawing.outline import CAPTION_SIZE
from autograd_mini.drawing.text import shortened, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograd_mini.drawing.layout import Point
    from autograd_mini.drawing.outline import Frame

_ROUND = 9.0
_INSET = 7.0
_FINE = 2.0
"""How far apart points are looked at, to see whether a line passes below a caption."""

_LINE = 12.0
"""From the upper border of a frame down to the baseline of its caption."""


def place_captions(
    frames: Iterable[Frame], boxes: dict[str, Box], routes: Iterable[list[Point]]
) -> dict[str, Box]:
    """Return where the captions stand: at the left above, or where fewer edges pass.

    Parameters
    ----------
    frames : iterable of Frame
    boxes : dict
        Name of a frame → where it stands.
    routes : iterable of lists of points
        The edges.

    Returns
    -------
    dict
        Name of a frame → the box of its caption.
    """
    lines = [polyline(route) for route in routes]
    found = {}
    for frame in frames:
        box = boxes[frame.name]
        found[frame.name] = min(
            _places(frame, box), key=lambda place: sum(_passes(line, place) for line in lines)
        )
    return found


def _places(frame: Frame, box: Box) -> Iterator[Box]:
    """Return where a caption may stand, the usual place first."""
    wide, low = width(fitted(frame.caption, box), CAPTION_SIZE), box.top + _LINE
    room = box.right - box.left - 2 * _INSET - wide
    for share in (0.0, 1.0, 0.5, 0.25, 0.75):
        left = box.left + _INSET + share * room
        yield Box(left, low - CAPTION_SIZE + 1, left + wide, low + 2)


def _passes(line: list[Point], box: Box) -> bool:
    return any(box.left < x < box.right and box.top < y < box.bottom for x, y in line)


def fitted(caption: str, box: Box) -> str:
    """Return as much of a caption as its frame has room for.

    Examples
    --------
    >>> fitted("encoder 12", Box(0, 0, 60, 50))
    'encod…'
    """
    length, room = len(caption), box.right - box.left - 2 * _INSET
    while length and width(shortened(caption, length), CAPTION_SIZE) > room:
        length -= 1
    return shortened(caption, length)


def obstacles(boxes: dict[str, Box], captions: dict[str, Box]) -> list[Box]:
    """Return what labels of edges may not cover: captions, and the borders of the frames."""
    found = list(captions.values())
    for left, top, right, bottom in boxes.values():
        found += [
            Box(left, top, right, top), Box(left, bottom, right, bottom),
            Box(left, top, left, bottom), Box(right, top, right, bottom),
        ]  # fmt: skip
    return found


def draw_frames(frames: Iterable[Frame], boxes: dict[str, Box], theme: str) -> str:
    """Return the borders of the frames as SVG, to be drawn below everything else."""
    borders = []
    for frame in frames:
        left, top, right, bottom = boxes[frame.name]
        wide, high = right - left, bottom - top
        borders.append(svg.element("rect", x=left, y=top, width=wide, height=high, rx=_ROUND))
    style: dict[str, object] = {"fill": "none", "stroke_width": 0.9, "stroke_dasharray": "2 3"}
    return svg.group("frame", borders, theme, **style)


def draw_captions(
    frames: Iterable[Frame],
    boxes: dict[str, Box],
    captions: dict[str, Box],
    routes: Iterable[list[Point]],
    theme: str,
) -> str:
    """Return the captions as SVG, to be drawn above the edges.

    Where edges pass there is paper below a caption, so that it interrupts them.
    """
    routes = list(routes)
    plates, texts = [], []
    for frame in frames:
        place, box = captions[frame.name], boxes[frame.name]
        if any(_near(route, place) and _passes(polyline(route, _FINE), place) for route in routes):
            wide, high = place.right - place.left, place.bottom - place.top
            plates.append(svg.element("rect", x=place.left, y=place.top, width=wide, height=high))
        texts.append(svg.text(place.left, box.top + _LINE, fitted(frame.caption, box)))
    return svg.group("paper", plates, theme) + svg.group(
        "quiet", texts, theme, font_size=CAPTION_SIZE
    )


def _near(route: list[Point], box: Box) -> bool:
    """Return whether a curve may pass through a box: it stays between its own points."""
    across, up = zip(*route, strict=True)
    return box.meets(Box(min(across), min(up), max(across), max(up)))
