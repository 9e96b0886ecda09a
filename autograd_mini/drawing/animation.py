"""With this one can play the steps of a figure, in CSS alone.

Start from `played` (what moves, as SVG) and `motion` (the rules that move it). Without the rules,
as in print or where a page strips them, the last step is to be seen. What is there at which step
is found in `step_figure`.
"""

from __future__ import annotations

from autograd_mini.drawing import svg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.drawing.step_figure import Moment

_REST = 2
"""For so many steps the last one stays."""


def played(moments: Sequence[Moment], total: int) -> str:
    """Return the moments as SVG, in groups of those that come and go together."""
    groups: dict[tuple[int, int], list[str]] = {}
    for moment in moments:
        groups.setdefault((moment.first, moment.last), []).append(moment.content)
    drawn = []
    for (first, last), contents in groups.items():
        hidden: dict[str, object] = {} if last == total else {"visibility": "hidden"}
        always = (first, last) == (0, total)
        name: dict[str, object] = {} if always else {"class_": _name(first, last)}
        drawn.append(svg.element("g", "".join(contents), **name, **hidden))
    return "\n".join(drawn)


def motion(
    identity: str, moments: Sequence[Moment], total: int, seconds: float, *, loop: bool
) -> str:
    """Return the rules by which moments come and go in the figure called `identity`."""
    spans = dict.fromkeys((moment.first, moment.last) for moment in moments)
    spans.pop((0, total), None)
    length, times = (total + _REST) * seconds, "infinite" if loop else "1 forwards"
    rules = "".join(
        f"@keyframes {identity}-{_name(*span)}{{{_frames(*span, total)}}}"
        f"#{identity} .{_name(*span)}{{animation:{identity}-{_name(*span)} {length:g}s step-end "
        f"{times}}}"
        for span in spans
    )
    rest = f"#{identity}:hover g{{animation-play-state:paused}}"
    return f"@media (prefers-reduced-motion:no-preference){{{rules}{rest}}}"


def _name(first: int, last: int) -> str:
    return f"from{first}to{last}"


def _frames(first: int, last: int, total: int) -> str:
    """Return when something is to be seen, in hundredths of the whole."""
    frames = {0.0: "hidden", 100 * first / (total + _REST): "visible"}
    frames |= {100.0: "visible"} if last == total else {100 * last / (total + _REST): "hidden"}
    return "".join(f"{at:.3f}%{{visibility:{state}}}" for at, state in frames.items())
