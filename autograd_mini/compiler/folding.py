"""With this one can fold the time loops that a function has written out, where that pays.

- `fold_loops(trace, outputs, shapes)` gives the classes of a trace with its loops as loops.

A recurrence that is not linear becomes a loop of the program, `for t in range(…)`, where it would
be as many lines as it has steps. What rolls without stays as it is. Loops are found in
`time_loops`, rolled in `stages` and written in `loop_writing`.
"""

from __future__ import annotations

from autograd_mini.compiler.stages import roll_in_stages
from autograd_mini.compiler.time_loops import find_loops
from autograd_mini.compiler.trace import LEAF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.compiler.stages import Staged
    from autograd_mini.compiler.trace import Trace

__all__ = ["fold_loops"]

LEAST_SAVED = 36
"""How many arrays fewer there must be with loops, and not fewer than there are then."""


def fold_loops(
    trace: Trace, outputs: Sequence[int], shapes: Sequence[tuple[int, ...]], *, linear: bool = False
) -> Staged | None:
    """Return the classes of a trace with its time loops folded; None if there are none that pay.

    Parameters
    ----------
    trace : Trace
    outputs : sequence of int
        The nodes of the results.
    shapes : sequence of tuples
        Of the arrays.
    linear : bool
        Whether running sums and products alone are loops, too. Where there are other loops, those
        are folded along that would else be written out.
    """
    if len(trace.operations) < LEAST_SAVED:
        return None
    loops = find_loops(trace, outputs, linear=linear)
    if not loops:
        return None
    staged = roll_in_stages(trace, outputs, shapes, loops)
    if not linear and (staged is None or len(staged.classes) >= min(k.count for k in loops)):
        other = fold_loops(trace, outputs, shapes, linear=True)
        if other is not None and (staged is None or len(other.classes) < len(staged.classes)):
            return other
    return staged if staged is not None and _pays(staged) else None


def _pays(staged: Staged) -> bool:
    """Tell whether loops save more classes than are left."""
    saved = sum(
        (loop.count - 1) * sum(each.operation != LEAF for each in loop.classes)
        for loop in staged.loops
    )
    left = len(staged.classes) + sum(len(loop.classes) for loop in staged.loops)
    return saved >= max(LEAST_SAVED, left)
