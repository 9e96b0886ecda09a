"""With this one can draw the steps of a program as cards.

- `Step` says what a card shows; `step_card(step)` finds its lines and its size, and
  `draw_steps(cards, …)` draws them where they stand.

Where they stand, and the arrows between them, are in `program_figure`.
"""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from autograd_mini.drawing import svg
from autograd_mini.drawing.edge_labels import Box
from autograd_mini.drawing.outline import AIR, DETAIL_SIZE, TITLE_SIZE
from autograd_mini.drawing.text import clean, escaped, shortened, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograd_mini.drawing.layout import Layout

CODE_FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
SIGN_FONT = "'DejaVu Sans',Inter,'Helvetica Neue',Helvetica,Arial,sans-serif"
"""First a font that has ∂, ⊙ and ᵀ, so that a renderer takes no other one for the whole line."""

CODE_SIZE = 10.5
_CODE_WIDTH = 0.62  # of the type size: the widest of these fonts
_LINE = 14.5
_TITLE_LINE = 16.0
_BELOW = 7.0
_ROUND = 7.0
_COLUMNS = 38
"""After so many characters a formula goes on in the next line."""

_LINES = 12
"""Of a formula so many lines are shown at most; the tooltip has all of it."""

_PLATES = {"data": "data", "parameter": "parameter", "forward": "operation", "backward": "adjoint"}
"""Kind of a step → the role of its card."""


class Step(NamedTuple):
    """One instruction, or an array that comes in.

    Parameters
    ----------
    name : str
        What is computed.
    kind : {"data", "parameter", "forward", "backward"}
    formulas : tuple of str
        Of what; none for an array that comes in, several where parts are added up.
    shape : str
        Of the result; empty for a single number.
    remark : str
        What stands below, such as the lecture's form of the formula.
    operands : tuple of int
        The steps that it uses, by their place in the program.
    output : bool
        Whether it is returned.
    """

    name: str
    kind: str
    formulas: tuple[str, ...] = ()
    shape: str = ""
    remark: str = ""
    operands: tuple[int, ...] = ()
    output: bool = False


class StepCard(NamedTuple):
    """A step with its lines of code, and the room that it takes."""

    step: Step
    lines: list[str]
    width: float
    height: float


def step_card(step: Step) -> StepCard:
    """Return a step with its lines, and the room that they take.

    Examples
    --------
    >>> step_card(Step("s2", "forward", ("X @ W2.T + b2",), "n × 32")).lines
    ['X @ W2.T + b2']
    """
    lines = [line for formula in step.formulas for line in _wrapped(formula)]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], "…"]
    widths = [len(line) * CODE_SIZE * _CODE_WIDTH for line in lines]
    widths += [width(text, DETAIL_SIZE) for text in (step.shape, step.remark)]
    widths.append(width(_title(step), TITLE_SIZE, bold=True))
    rows = len(lines) + bool(step.shape) + bool(step.remark)
    high = _TITLE_LINE + rows * _LINE + _BELOW
    return StepCard(step, lines, max(56.0, max(widths) + 2 * AIR), high)


def _title(step: Step) -> str:
    return shortened(clean(step.name))


def _wrapped(formula: str) -> list[str]:
    """Return a formula in lines; those from the second on are indented."""
    return textwrap.wrap(
        clean(formula), _COLUMNS, subsequent_indent="  ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def draw_steps(cards: list[StepCard], layout: Layout, theme: str) -> str:
    """Return the cards as SVG; card k stands where the layout has the node "nk"."""
    placed = []
    for place, card in enumerate(cards):
        x, y = layout.centres[f"n{place}"]
        wide, high = card.width / 2, card.height / 2
        placed.append((card, Box(x - wide, y - high, x + wide, y + high)))
    body = ""
    for kind, role in _PLATES.items():
        plates = [_plate(card, box, tip=True) for card, box in placed if card.step.kind == kind]
        body += svg.group(role, plates, theme, stroke_width=1.1)
    frames = [_plate(card, box, tip=False) for card, box in placed if card.step.output]
    silent: dict[str, object] = {"pointer_events": "none"}
    body += svg.group("root", frames, theme, fill="none", stroke_width=2, **silent)
    titles = {
        "ink": [_title_at(c, b) for c, b in placed if c.step.kind != "backward"],
        "gradient": [_title_at(c, b) for c, b in placed if c.step.kind == "backward"],
    }
    for role, texts in titles.items():
        body += svg.group(role, texts, theme, font_size=TITLE_SIZE, font_weight=600, **silent)
    code = [
        _text(box.left + AIR + _indent(line), box.top + _TITLE_LINE + _LINE * (row + 1), line)
        for card, box in placed
        for row, line in enumerate(card.lines)
    ]
    body += svg.group("ink", code, theme, font_size=CODE_SIZE, font_family=CODE_FONT, **silent)
    return body + _draw_details(placed, theme)


def _draw_details(placed: list[tuple[StepCard, Box]], theme: str) -> str:
    """Return shapes and remarks, below the formulas."""
    remarks, shapes = [], []
    for card, box in placed:
        low = box.bottom - _BELOW
        if card.step.shape:
            shapes.append(_text(box.left + AIR, low, card.step.shape))
            low -= _LINE
        if card.step.remark:
            remarks.append(_text(box.left + AIR, low, card.step.remark))
    style: dict[str, object] = {"font_size": DETAIL_SIZE, "pointer_events": "none"}
    signs = style | {"font_family": SIGN_FONT}
    return svg.group("quiet", shapes, theme, **style) + svg.group(
        "gradient", remarks, theme, **signs
    )


def _plate(card: StepCard, box: Box, *, tip: bool) -> str:
    step = card.step
    lines = [step.name, *step.formulas, step.remark, step.shape]
    content = svg.tooltip(line for line in lines if line) if tip else ""
    wide, high = box.right - box.left, box.bottom - box.top
    return svg.element("rect", content, x=box.left, y=box.top, width=wide, height=high, rx=_ROUND)


def _title_at(card: StepCard, box: Box) -> str:
    slant = {"font_style": "italic"} if card.step.kind == "backward" else {}
    name = escaped(_title(card.step))
    return svg.element("text", name, x=box.left + AIR, y=box.top + _TITLE_LINE, **slant)


def _indent(line: str) -> float:
    """Return how far a line is moved to the right, as blanks in front would move it."""
    return (len(line) - len(line.lstrip())) * CODE_SIZE * _CODE_WIDTH


def _text(x: float, y: float, content: str) -> str:
    return svg.text(x, y, content.strip())
