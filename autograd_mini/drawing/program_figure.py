"""With this one can draw a program as a graph: a card for each instruction, an arrow for each use.

- `draw_program(steps)` lays the cards out and draws them; what a `Step` shows is in `step_cards`.

It knows no compiler: who has a program hands over its steps as plain text. Graphs of scalars are
drawn in `scalar_graph`.
"""

from __future__ import annotations

from autograd_mini.drawing import legend, svg
from autograd_mini.drawing.direction import check_direction, in_direction
from autograd_mini.drawing.dot import DIRECTIONS
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.edge_figure import draw_head, draw_line
from autograd_mini.drawing.layout import graphviz_package, lay_out
from autograd_mini.drawing.outline import Arrow
from autograd_mini.drawing.program_folding import folded
from autograd_mini.drawing.step_cards import Step, StepCard, draw_steps, step_card
from autograd_mini.drawing.words import check_language, counted, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.drawing.layout import Layout, Point

_READABLE = 100
"""A program of more steps is folded, unless it is told otherwise."""

_MANY_ARROWS = 250
"""With more arrows the layout is made in haste."""


def draw_program(
    steps: Sequence[Step],
    *,
    theme: str = "auto",
    paper: str = "own",
    title: str | None = None,
    language: str = "en",
    direction: str = "auto",
    fold: bool | None = None,
    limit: int = 600,
) -> Drawing:
    """Draw a program: what comes in, each instruction with its formula, and what is returned.

    Parameters
    ----------
    steps : sequence of Step
        Operands before results.
    theme, paper, title, language, direction
        As in `draw`.
    fold : bool, optional
        True shows each pass as one card, False every instruction. By default programs of more
        than 100 steps are folded.
    limit : int
        A program of more steps is refused, unless it is folded.

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If an option is not known, or there are more than `limit` steps.
    LayoutError
        If there is no layout engine, or it fails.

    Examples
    --------
    >>> steps = [Step("x", "data", shape="n × 2"),
    ...          Step("s", "forward", ("x.sum(1)",), "n", operands=(0,), output=True)]
    >>> draw_program(steps)
    <Drawing: program of 1 instruction: s = x.sum(1)>
    """
    svg.check_surroundings(theme, paper)
    check_language(language)
    check_direction(direction)
    description = _described(steps, language)
    if fold not in (None, True, False):
        raise TypeError(f"fold must be True or False for a program, not {fold!r}")
    if fold or (fold is None and len(steps) > _READABLE):
        steps = folded(steps, language)
        description += f", {say(language, 'drawn as', cards=counted(language, len(steps), 'card'))}"
    if len(steps) > limit:
        raise ValueError(
            f"the program has {len(steps):,} cards, more than limit={limit}: draw it folded with "
            "fold=True, print its .source, or raise limit"
        )
    cards = [step_card(step) for step in steps]
    arrows = [
        Arrow(f"e{head}_{tail}", f"n{tail}", f"n{head}", 0, False, "", ())
        for head, step in enumerate(steps)
        for tail in sorted(set(step.operands))
    ]
    if direction == "auto" and len(arrows) > _MANY_ARROWS:
        direction = "down"  # formulas are wide; trying both takes too long
    layout, direction = in_direction(
        direction, lambda way: lay_out(_layout_text(cards, arrows, way))
    )
    entries = _entries(steps, language)
    wide = max(layout.width, svg.heading_width(title), 300.0)
    rows = legend.in_rows(entries, wide)
    wide = max(wide, *map(legend.legend_width, rows))
    layout = _moved(layout, svg.MARGIN + (wide - layout.width) / 2, svg.top(title))
    body = svg.heading(title, theme)
    body += _draw_arrows(steps, arrows, layout, theme) + draw_steps(cards, layout, theme)
    low = svg.top(title) + layout.height
    for row in rows:
        low += legend.ROW_HEIGHT if row is not rows[0] else legend.HEIGHT
        body += legend.draw_legend(row, low, theme)
    description = f"{title}: {description}" if title else description
    size = wide + 2 * svg.MARGIN, low + svg.MARGIN
    picture = svg.document(body, *size, description=description, theme=theme, paper=paper)
    return Drawing(picture, description, _record_text(cards, arrows, direction))


def _described(steps: Sequence[Step], language: str) -> str:
    """Return the program in one sentence: how long it is, and its first result."""
    own = [step for step in steps if step.formulas]
    sentence = say(language, "program", count=counted(language, len(own), "instruction"))
    first = next((step for step in own if step.output), None)
    return f"{sentence}: {first.name} = {first.formulas[0]}" if first else sentence


def _entries(steps: Sequence[Step], language: str) -> legend.Entries:
    """Return what the legend says."""
    kinds = {step.kind for step in steps}
    entries = [(_LEGEND[kind], say(language, kind)) for kind in _LEGEND if kind in kinds]
    if any("n" in step.shape.split() for step in steps):
        entries.append(("quiet", say(language, "examples")))
    return [*entries, ("quiet", say(language, "returned"))]


_LEGEND = {"data": "quiet", "parameter": "blue", "forward": "ink", "backward": "gradient"}
"""Kind of a step → how the legend writes of it."""


def _layout_text(cards: list[StepCard], arrows: list[Arrow], direction: str) -> str:
    """Return the DOT text that an engine lays out."""
    node = {"shape": "box", "fixedsize": "true", "label": ""}
    haste = {"nslimit": "0.1", "mclimit": "0.1"} if len(arrows) > _MANY_ARROWS else {}
    graph = _digraph(direction, node, nodesep=_inches(16), ranksep=_inches(28), **haste)
    for place, card in enumerate(cards):
        graph.node(f"n{place}", width=_inches(card.width), height=_inches(card.height))
    for arrow in arrows:
        graph.edge(arrow.tail, arrow.head, id=arrow.name, arrowsize="0.6")
    return str(graph.source)


def _record_text(cards: list[StepCard], arrows: list[Arrow], direction: str) -> str:
    """Return plain DOT text that shows the same in Graphviz's own style."""
    node = {"shape": "box", "style": "rounded", "fontname": "Helvetica"}
    graph = _digraph(direction, node)
    for place, (step, lines, _, _) in enumerate(cards):
        texts = [step.name, *lines, step.shape, step.remark]
        graph.node(f"n{place}", label=graphviz_package().escape("\n".join(filter(None, texts))))
    for arrow in arrows:
        graph.edge(arrow.tail, arrow.head)
    return str(graph.source)


def _digraph(direction: str, node: dict[str, str], **attributes: str) -> Any:
    """Return an empty graph of the `graphviz` package."""
    return graphviz_package().Digraph(
        graph_attr=attributes | {"rankdir": DIRECTIONS[direction]}, node_attr=node
    )


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"


def _moved(layout: Layout, right: float, down: float) -> Layout:
    """Return a layout that stands elsewhere."""

    def moved(point: Point) -> Point:
        return point[0] + right, point[1] + down

    routes = {name: [moved(point) for point in route] for name, route in layout.routes.items()}
    centres = {name: moved(centre) for name, centre in layout.centres.items()}
    return layout._replace(centres=centres, routes=routes)


def _draw_arrows(steps: Sequence[Step], arrows: list[Arrow], layout: Layout, theme: str) -> str:
    """Return the arrows: those along which gradients go back in their colour, on top."""
    back = [
        a for a in arrows if all(steps[int(n[1:])].kind == "backward" for n in (a.tail, a.head))
    ]
    body = ""
    for role, head, some in (
        ("edge", "arrow", [a for a in arrows if a not in back]), ("backward", "orange", back),
    ):  # fmt: skip
        routes = [layout.routes[arrow.name] for arrow in some]
        lines = [draw_line(arrow, route) for arrow, route in zip(some, routes, strict=True)]
        body += svg.group(role, lines, theme, fill="none", stroke_width="1.2")
        body += svg.group(head, map(draw_head, routes), theme)
    return body
