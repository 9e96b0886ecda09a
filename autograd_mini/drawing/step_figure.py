"""With this one can draw a graph at every step of its two passes, all in one layout.

Start from `StepFigure`: what never changes, and the `Moment`s, each there from one step up to
another. A still picture shows the moments of one step, an animation all of them in turn. What
happens in a step is found in `passes`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.drawing import legend, svg
from autograd_mini.drawing.arrangement import arrange_readably
from autograd_mini.drawing.card_figure import (
    draw_frame,
    draw_plates,
    draw_titles,
    number_style,
    place_numbers,
)
from autograd_mini.drawing.edge_figure import draw_edge_labels, draw_edges, draw_head, draw_line
from autograd_mini.drawing.frame_figure import draw_captions, draw_frames
from autograd_mini.drawing.text import width
from autograd_mini.drawing.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.drawing.outline import Arrow, Outline
    from autograd_mini.drawing.passes import Step

_PHASE_SIZE = 9.5
_LINE_SIZE = 11.5
_LINE = 17.0
_HIGHLIGHT = 2.4
_FILLS = {"forward": "value", "backward": "gradient"}


class Moment(NamedTuple):
    """What is to be seen from the step `first` on, up to but without `last`."""

    content: str
    first: int
    last: int


class StepFigure:
    """A graph with all that changes from step to step.

    Parameters
    ----------
    outline : Outline
    names : dict
        Node → name of its card.
    steps : sequence of Step
    theme, title, direction
        As in `draw`.
    """

    def __init__(
        self,
        outline: Outline,
        names: dict[Any, str],
        steps: Sequence[Step],
        *,
        theme: str,
        title: str | None,
        direction: str,
    ) -> None:
        self._outline, self._names, self._steps, self._theme = outline, names, steps, theme
        scene, self.direction = arrange_readably(outline, direction)
        entries = _entries(outline, steps)
        captions = max(width(line, _LINE_SIZE) for step in steps for line in step.lines)
        wide = max(scene.layout.width, svg.heading_width(title), captions)
        rows = legend.in_rows(entries, max(wide, 300.0))
        wide = max(wide, *map(legend.legend_width, rows))
        self._caption_top = svg.top(title)
        top = self._caption_top + _LINE * (1 + max(len(step.lines) for step in steps)) + 8
        self._scene = scene.moved(svg.MARGIN + (wide - scene.layout.width) / 2, top)
        self.body = svg.heading(title, theme) + self._still()
        low = top + scene.layout.height
        for row in rows:
            low += legend.ROW_HEIGHT if row is not rows[0] else legend.HEIGHT
            self.body += legend.draw_legend(row, low, theme)
        self.size = wide + 2 * svg.MARGIN, low + svg.MARGIN
        self.moments = [*self._highlights(), *self._numbers(), *self._labels(), *self._captions()]

    def _still(self) -> str:
        """Return what never changes."""
        placed = [(card, self._scene.boxes[card.name]) for card in self._outline.cards]
        frames, scene = self._outline.frames, self._scene
        routes = scene.routes.values()
        return (
            draw_frames(frames, scene.frames, self._theme)
            + draw_edges(self._outline.arrows, scene.routes, self._theme)
            + draw_captions(frames, scene.frames, scene.captions, routes, self._theme)
            + draw_plates(placed, self._theme)
            + draw_titles(placed, self._theme)
        )

    def _highlights(self) -> list[Moment]:
        """Return the heavy borders and edges of what is at work in each step."""
        found = []
        for index, step in enumerate(self._steps):
            cards = [self._names[node] for node in (step.values or step.gradients)]
            arrows = self._into(step.source)
            content = self._borders(cards, step.phase) + self._flows(arrows, step.phase)
            found.append(Moment(content, index, index + 1))
        return found

    def _into(self, node: Any) -> list[Arrow]:
        """Return the edges into a node that carry something."""
        if node is None:
            return []
        return [arrow for arrow in self._outline.arrows if arrow.head == self._names[node]]

    def _borders(self, names: list[str], phase: str) -> str:
        cards = {card.name: card for card in self._outline.cards}
        frames = [draw_frame(cards[n], self._scene.boxes[n]) for n in names if n in cards]
        return svg.group(phase, frames, self._theme, fill="none", stroke_width=_HIGHLIGHT)

    def _flows(self, arrows: list[Arrow], phase: str) -> str:
        if phase == "backward":
            arrows = [arrow for arrow in arrows if arrow.derivative]
        lines = [draw_line(arrow, self._scene.routes[arrow.name]) for arrow in arrows]
        heads = [draw_head(self._scene.routes[arrow.name]) for arrow in arrows]
        style: dict[str, object] = {"fill": "none", "stroke_width": _HIGHLIGHT}
        return svg.group(phase, lines, self._theme, **style) + svg.group(
            _FILLS[phase], heads, self._theme
        )

    def _numbers(self) -> list[Moment]:
        """Return the numbers on the cards, each from the step that computes it on."""
        end = len(self._steps)
        found = [Moment(self._plain_numbers(), 0, end)]
        current: dict[tuple[str, str], tuple[int, str]] = {}
        for index, step in enumerate(self._steps):
            for kind, texts in (("value", step.values), ("gradient", step.gradients)):
                for node, text in texts.items():
                    name = self._names[node]
                    if (kind, name) in current:
                        first, old = current[kind, name]
                        found.append(Moment(self._number(kind, name, old), first, index))
                    current[kind, name] = index, text
        return found + [
            Moment(self._number(kind, name, text), first, end)
            for (kind, name), (first, text) in current.items()
        ]

    def _plain_numbers(self) -> str:
        """Return the operands that are plain numbers, which are always there."""
        known = set(self._names.values())
        plain = [card for card in self._outline.cards if card.name not in known]
        texts = [place_numbers(card, self._scene.boxes[card.name]).value for card in plain]
        return svg.group("value", texts, self._theme, **number_style())

    def _number(self, kind: str, name: str, text: str) -> str:
        card = next(card for card in self._outline.cards if card.name == name)
        placed = place_numbers(card, self._scene.boxes[name], text, text)
        slant: dict[str, object] = {"font_style": "italic"} if kind == "gradient" else {}
        element = placed.value if kind == "value" else placed.gradient
        return svg.group(kind, [element], self._theme, **number_style(), **slant)

    def _labels(self) -> list[Moment]:
        """Return the local derivatives, each from the step that computes the result on."""
        end = len(self._steps)
        found = []
        for index, step in enumerate(self._steps):
            if step.phase == "forward":
                names = {arrow.name for arrow in self._into(step.source)}
                boxes = {n: box for n, box in self._scene.labels.items() if n in names}
                slanted = {n: each for n, each in self._scene.slanted.items() if n in names}
                content = draw_edge_labels(
                    self._scene.texts, boxes, slanted, self._theme, self._scene.crossed
                )
                found.append(Moment(content, index, end))
        return found

    def _captions(self) -> list[Moment]:
        """Return what is said above the graph in each step."""
        return [
            Moment(self._caption(index, step), index, index + 1)
            for index, step in enumerate(self._steps)
        ]

    def _caption(self, index: int, step: Step) -> str:
        baseline = self._caption_top + _PHASE_SIZE
        lines = [
            svg.text(svg.MARGIN, baseline + _LINE * row, line)
            for row, line in enumerate(step.lines, 1)
        ]
        words = svg.text(
            svg.MARGIN, baseline, position(step, index, len(self._steps), self._outline)
        )
        return svg.group(
            _FILLS[step.phase], [words], self._theme, font_size=_PHASE_SIZE
        ) + svg.group("ink", lines, self._theme, font_size=_LINE_SIZE)


def position(step: Step, index: int, total: int, outline: Outline) -> str:
    """Return where in the passes a step stands: forward pass · step 2 of 9."""
    count = say(outline.language, "step", number=index + 1, total=total)
    return f"{say(outline.language, step.phase)} · {count}"


def _entries(outline: Outline, steps: Sequence[Step]) -> legend.Entries:
    """Return what the legend says."""
    language = outline.language
    root = steps[-1].lines[0].split("/")[0].removeprefix("∂")
    return [
        ("value", say(language, "value")),
        ("gradient", say(language, "gradient of", root=root)),
        ("quiet", say(language, "local derivative")),
    ]
