"""With this one can look at a large program as a whole: inputs, both passes, and results.

Start from `folded`, which takes the instructions of each pass together. How a program is drawn
lives in `program_figure`.
"""

from __future__ import annotations

from collections import Counter

from autograd_mini.drawing.step_cards import Step
from autograd_mini.drawing.words import counted, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

_FEW = 8
"""So many arrays of one kind, and so many results, have cards of their own."""

_ORDER = ("data", "parameter", "forward", "backward")


def folded(steps: Sequence[Step], language: str) -> list[Step]:
    """Return a program in a few steps.

    Parameters
    ----------
    steps : sequence of Step
        Operands before results.
    language : {"en", "ru"}

    Returns
    -------
    list of Step
        What comes in, a step for each pass with the number of its instructions, and what is
        returned; many arrays of one kind are one step.

    Examples
    --------
    >>> steps = [Step("x", "data"), Step("t", "forward", ("x * x",), operands=(0,)),
    ...          Step("s", "forward", ("t * t",), operands=(1,)),
    ...          Step("y", "forward", ("s + t",), operands=(1, 2), output=True)]
    >>> [(step.name, step.shape, step.operands) for step in folded(steps, "en")]
    [('x', '', ()), ('forward pass', '2 instructions', (0,)), ('y', '', (1,))]
    """
    keys = _keys(steps)
    members: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        members.setdefault(key, []).append(place)
    order = sorted(members, key=lambda key: _rank(steps, members[key]))
    places = {key: place for place, key in enumerate(order)}
    found = []
    for key in order:
        mine = members[key]
        reads = {places[keys[o]] for place in mine for o in steps[place].operands} - {places[key]}
        step = steps[mine[0]] if len(mine) == 1 else _joined([steps[p] for p in mine], language)
        found.append(step._replace(operands=tuple(sorted(reads))))
    return found


def _keys(steps: Sequence[Step]) -> list[Hashable]:
    """Return under what each step is taken together: its place, if it stays by itself."""
    used = {operand for step in steps for operand in step.operands}
    alone = [not step.formulas or (step.output and p not in used) for p, step in enumerate(steps)]
    kinds = [(step.kind, bool(step.formulas), a) for step, a in zip(steps, alone, strict=True)]
    many = Counter(kinds)
    return [
        place if alone[place] and many[kind] <= _FEW else kind for place, kind in enumerate(kinds)
    ]


def _rank(steps: Sequence[Step], places: list[int]) -> tuple[int, bool, int]:
    """Return where a step of some steps stands: each pass before what it returns."""
    step = steps[places[0]]
    alone = step.output and len(places) == 1
    return _ORDER.index(step.kind), alone, places[0]


def _joined(steps: list[Step], language: str) -> Step:
    """Return one step for several of one kind."""
    kind, output = steps[0].kind, any(step.output for step in steps)
    names = f"{steps[0].name} … {steps[-1].name}"
    if not steps[0].formulas:
        return Step(names, kind, shape=counted(language, len(steps), kind))
    instructions = counted(language, len(steps), "instruction")
    if all(step.output for step in steps):
        return Step(names, kind, shape=instructions, output=True)
    return Step(say(language, kind), kind, shape=instructions, output=output)
