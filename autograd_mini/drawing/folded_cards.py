"""With this one can say on one card what several folded nodes are, and how large they are.

Start from `folded_card`. It shows the number and the gradient of what comes out: those of the
one result, or the norms over all. What is folded is decided in `choice`.
"""

from __future__ import annotations

import math
import re

from autograd_mini.drawing.outline import (
    AIR,
    CARD_HEIGHT,
    DETAIL_SIZE,
    FOLDED_HEIGHT,
    NARROWEST,
    NUMBER_SIZE,
    STACK,
    Card,
    title_width,
)
from autograd_mini.drawing.repeats import base_name
from autograd_mini.drawing.sums import Sum, sum_title
from autograd_mini.drawing.text import label_parts, number, plain_label, width
from autograd_mini.drawing.tooltips import part_lines
from autograd_mini.drawing.turns import Run
from autograd_mini.drawing.words import counted, say, scope_name
from autograd_mini.graph import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from autograd_mini.drawing.choice import View
    from autograd_mini.drawing.parts import Part

_ACTIVATIONS = frozenset(
    ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "silu", "gelu", "softplus", "step")
)


NORM = "||"
"""What stands on both sides of a norm: in small type ‖ would run together into one bar."""

_FEW = 3
"""So many labels are all written on one card."""


def outputs_of(view: View, names: dict[Any, str]) -> dict[str, list[Any]]:
    """Return for each folded card the nodes that are used outside of it, or are roots."""
    marked = set(view.roots)
    used: dict[Any, None] = {}
    for node, operands in view.nodes.items():
        home = names.get(node)
        for operand in operands:
            if names.get(operand, home) != home:
                used[operand] = None
    return {
        names[part.members[0]]: [m for m in part.members if m in used or m in marked]
        for part in view.parts
        if part.source is not None
    }


def folded_card(name: str, part: Part, outputs: list[Any], digits: int, language: str) -> Card:
    """Return the card of several nodes."""
    (symbol, label, subscript), detail = _title(part, outputs, language)
    value, gradient = norm([o.data for o in outputs]), norm([o.grad for o in outputs])
    shown = _shown(value, len(outputs), digits), _shown(gradient, len(outputs), digits)
    half = max(width(text, NUMBER_SIZE) for text in shown) + 2 * AIR
    head = max(title_width(symbol, label, subscript), width(detail, DETAIL_SIZE)) + 2 * AIR
    wide = max(2 * half, head, NARROWEST)
    high = (FOLDED_HEIGHT if detail else CARD_HEIGHT) + STACK
    kind = "operation" if part.members[-1].operands else part.members[0].kind
    title = " ".join(filter(None, (symbol, f"{label}_{subscript}" if subscript else label)))
    lines = part_lines(title, part.members, value, gradient, language)
    texts = (symbol, label, subscript, *shown)
    return Card(name, kind, *texts, False, lines, wide, high, folded=True, detail=detail)


def norm(numbers: list[Any]) -> Any:
    """Return the one number, or the Euclidean norm of several; None if one is not known.

    Examples
    --------
    >>> norm([-2.0]), norm([3.0, 4.0]), norm([1.0, None])
    (-2.0, 5.0, None)
    """
    if not numbers or None in numbers:
        return None
    return numbers[0] if len(numbers) == 1 else math.hypot(*map(float, numbers))


def _shown(size: Any, count: int, digits: int) -> str:
    text = number(size, digits)
    return f"{NORM}{text}{NORM}" if count > 1 and size is not None else text


def _title(part: Part, outputs: list[Any], language: str) -> tuple[tuple[str, str, str], str]:
    """Return the three parts of a title, and what stands below it."""
    source = part.source
    if isinstance(source, Sum):
        top = source.inner[0]
        label = label_parts(top.label) if top.label else ("", "")
        terms = "" if source.products else counted(language, source.terms, "term")
        return (sum_title(source), *label), terms
    if isinstance(source, Scope):
        return _scope_title(part, outputs, language), _inside(part, outputs, language)
    if isinstance(source, Run):
        return _run_title(part, language)
    labels = _in_order(dict.fromkeys(node.label or "…" for node in part.members))
    labels = list(map(plain_label, labels))
    shown = ", ".join(labels) if len(labels) <= _FEW else f"{labels[0]} … {labels[-1]}"
    return ("", shown, ""), counted(language, len(part.members), part.members[0].kind)


def _in_order(labels: Iterable[str]) -> list[str]:
    """Return labels by the numbers in them, if they have but those for a difference."""
    numbers = {label: list(map(int, re.findall(r"\d+", label))) for label in labels}
    alike = len({re.sub(r"\d+", "0", label) for label in numbers}) == 1
    return sorted(numbers, key=numbers.__getitem__) if alike else list(numbers)


def _run_title(part: Part, language: str) -> tuple[tuple[str, str, str], str]:
    """Return the title of turns of a loop, and what is done in each."""
    times = say(language, "turns", count=counted(language, part.source.turns, "time"))
    inside = dict.fromkeys(member.scope for member in part.members if member.operands)
    paths = [scope.path() if scope is not None else () for scope in inside]
    apart = next((level for level in zip(*paths, strict=False) if len(set(level)) > 1), ())
    if len({base_name(scope.name) for scope in apart}) == 1:
        names = _in_order(scope_name(language, scope.name) for scope in apart)
        return ("", f"{names[0]} … {names[-1]}", ""), times
    each = say(language, "each", cards=counted(language, part.source.length, "card"))
    return ("", times, ""), each


def _scope_title(part: Part, outputs: list[Any], language: str) -> tuple[str, str, str]:
    """Return the name of a scope, with the label of its result if it has but one."""
    name = _name(part, language)
    if len(outputs) == 1 and outputs[0].label:
        return (name, *label_parts(outputs[0].label))
    return "", name + (f" × {part.repeats}" if part.repeats > 1 else ""), ""


def _name(part: Part, language: str) -> str:
    """Return the name of a scope, or what the names of several have in common."""
    inside = {member.scope for member in part.members} - {None}
    names = {scope.name for each in inside if (scope := _within(each, part.source)) is not None}
    name = part.source.name if len(names) <= 1 else base_name(part.source.name)
    return scope_name(language, name)


def _within(scope: Scope, source: Scope) -> Scope | None:
    """Return the scope around a scope, or it, on the level of `source`."""
    level, path = len(source.path()) - 1, scope.path()
    return path[level] if len(path) > level else None


def _inside(part: Part, outputs: list[Any], language: str) -> str:
    """Return what is inside a scope: tanh · 16 neurons · 592 operations."""
    operations = [member for member in part.members if member.kind == "operation"]
    words = [_activation(operations, outputs)]
    if base_name(part.source.name) == "layer":
        words.append(counted(language, _count_neurons(part, outputs), "neuron"))
    elif len(outputs) > part.repeats:
        words.append(counted(language, len(outputs) // part.repeats, "result"))
    words.append(counted(language, len(operations) // part.repeats, "operation"))
    return " · ".join(filter(None, words))


def _activation(operations: list[Any], outputs: list[Any]) -> str:
    """Return the name of the activation that all results come from, if there is one."""
    names = {output.operation.name for output in outputs if output.operation is not None}
    if len(names) == 1 and names <= _ACTIVATIONS:
        return str(names.pop())
    exponentials = any(node.operation.name == "exp" for node in operations)
    return "softmax" if names == {"divide"} and exponentials else ""


def _count_neurons(part: Part, outputs: list[Any]) -> int:
    """Return how many neurons a layer has, also where not all of their results are used."""
    letters: dict[str, set[str]] = {}
    for node in part.members:
        if node.operands and node.label:
            letter, subscript = label_parts(node.label)
            letters.setdefault(letter, set()).add(subscript)
    labelled = max(map(len, letters.values()), default=0)
    return max(labelled, len(outputs) // part.repeats)
