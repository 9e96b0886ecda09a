"""With this one can roll a trace: find what repeats, and make one array of it.

- `roll(trace, normal, shapes)` gives the classes: nodes with the same operation over operands of
  the same classes. A class is an array; its axes are the loops that the user wrote.

The only source of coordinates is the arrays and indices of the leaves. `classes` sorts the nodes,
`axes` and `access` find loops and patterns, `contractions` those of sums of products; what was
found is described in `rolled`. What does not fit is said by returning None; `levels` takes it then.
"""

from __future__ import annotations

import numpy as np

from autograd_mini.compiler.access import access_of, numbers_over
from autograd_mini.compiler.axes import axes_of, unravelled
from autograd_mini.compiler.chains import RUNNING, Folded, find_chains, whole_ones
from autograd_mini.compiler.classes import MANY, NONE, Classes
from autograd_mini.compiler.contractions import shape_of_sum
from autograd_mini.compiler.picking import items_of
from autograd_mini.compiler.running import shape_of_running
from autograd_mini.compiler.trace import CONSTANT, LEAF, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.rolled import Class
    from autograd_mini.compiler.simplify import Normal
    from autograd_mini.compiler.trace import Trace

__all__ = ["roll"]

TERMS = 0.4
"""Rolling is given up where sums have more terms than this share of the nodes: each is a line or
two, of single elements mostly, as where a matrix is decomposed."""


def roll(
    trace: Trace,
    normal: Normal,
    shapes: Sequence[tuple[int, ...]],
    *,
    folds: bool = True,
    many: int = MANY,
) -> tuple[list[Class], Places] | None:
    """Return the classes, operands before results, and for each node its class and place in it.

    Parameters
    ----------
    trace : Trace
    normal : Normal
    shapes : sequence of tuples
        Of the arrays.
    folds : bool
        Whether running sums and products may become one operation.
    many : int
        How many classes are not too many, however small the trace.

    Returns
    -------
    (list of Classes, Places), or None where too little repeats.
    """
    chains = find_chains(trace, normal) if folds else []
    classes = _classified(trace, normal, shapes, chains, many)
    if classes is None:
        return None
    terms, most = 0, max(many, TERMS * len(classes.normal.order))
    for found in classes.all:
        if found.operation != LEAF:
            _shape(classes, found)
            terms += len(found.terms)
        if terms > most:
            return None
    return classes.all, Places(classes)


class Places:
    """Where nodes stand: the class of each, and the place in it.

    Parameters
    ----------
    classes : Classes
    """

    def __init__(self, classes: Classes) -> None:
        self._of, self._at = classes.of, classes.at

    def __contains__(self, node: int) -> bool:
        return node < len(self._of) and self._of[node] != NONE

    def get(self, node: int) -> tuple[int, int] | None:
        """Return class and place of a node; None of a plain number, or of what is not needed."""
        return (self._of[node], int(self._at[node])) if node in self else None

    def __getitem__(self, node: int) -> tuple[int, int]:
        found = self.get(node)
        if found is None:
            raise KeyError(node)
        return found


def _classified(
    trace: Trace,
    normal: Normal,
    shapes: Sequence[tuple[int, ...]],
    chains: list[list[int]],
    many: int,
) -> Classes | None:
    """Return the classes, with those chains folded that the classes bear out; None if too many."""
    folded = Folded(trace, normal, chains) if chains else None
    classes = Classes(trace, normal, shapes, folded)
    few = classes.classify(many)
    if folded is not None:
        whole = whole_ones(folded, classes.of)
        if len(whole) < len(chains):
            return _classified(trace, normal, shapes, whole, many)
    return classes if few else None


def _shape(classes: Classes, found: Class) -> None:
    """Find the axes of a class, and how it picks from its operands."""
    nodes = np.array(found.nodes, dtype=np.intp)
    if found.operation == RUNNING:
        shape_of_running(classes, found)
        return
    if found.operation == "sum":
        shape_of_sum(classes, found, nodes)
        return
    rows = [classes.trace.operands[node] for node in found.nodes]
    if found.operation == TAKE:
        found.items = items_of(classes, rows)
    if found.items is not None:
        _shape_of_row(classes, found, nodes, [operands[:2] for operands in rows])
        if found.operands[1].axes is not None:  # the first item says where all are
            return
        found.items, found.operands = None, []
    _shape_of_row(classes, found, nodes, rows)


def _shape_of_row(classes: Classes, found: Class, nodes: Any, rows: Sequence[Any]) -> None:
    operands = [np.array(column, dtype=np.intp) for column in zip(*rows, strict=True)]
    constant = [classes.trace.operations[o[0]] == CONSTANT for o in operands]
    columns = [
        column
        for operand, c in zip(operands, constant, strict=True)
        if not c
        for column in classes.columns(operand)[1]
    ]
    numbers = {
        k: np.array([classes.trace.operands[o][0] for o in operand])
        for k, operand in enumerate(operands)
        if constant[k]
    }
    # numbers that differ may be an axis, as those of the classes that a place is compared with
    columns += [np.unique(each, return_inverse=True)[1] for each in numbers.values()]
    found.shape, classes.at[nodes] = axes_of(columns, len(nodes))
    order = np.argsort(classes.at[nodes])
    letters = unravelled(np.arange(len(nodes)), found.shape)
    for k, operand in enumerate(operands):
        if k in numbers:
            found.operands.append(numbers_over(numbers[k][order], letters, found.shape))
        else:
            found.operands.append(access_of(classes, operand[order], letters, found.shape))
