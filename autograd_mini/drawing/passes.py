"""With this one can go through a graph as the two passes do, and say each step with its numbers.

Start from `walk`, which returns the steps: first forward, operation by operation, then backward,
where each operation passes its gradient on to its operands by the chain rule. How steps are drawn
lives in `step_figure`.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.drawing.formulas import applied
from autograd_mini.drawing.text import label_parts, number, plain_label
from autograd_mini.drawing.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_MOST_GIVEN = 6
_LETTERS = ("v", "u", "t", "z")


class Step(NamedTuple):
    """One step of a pass.

    Parameters
    ----------
    phase : {"forward", "backward"}
    lines : list of str
        What is computed, with the numbers.
    source : Value or None
        The operation at work; None where the leaves are given.
    values, gradients : dict
        Node → what stands on its card from this step on.
    """

    phase: str
    lines: list[str]
    source: Any
    values: dict[Any, str]
    gradients: dict[Any, str]


def names_of(nodes: Sequence[Any]) -> dict[Any, str]:
    """Return a label for each node: its own, or v_1, v_2, … in the order of computing.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0, "x")
    >>> list(names_of([x, y := x * x, y + x]).values())
    ['x', 'v_1', 'v_2']
    """
    taken = {label_parts(node.label)[0] for node in nodes if node.label}
    letter = next((letter for letter in _LETTERS if letter not in taken), "v")
    names: dict[Any, str] = {}
    count = 0
    for node in nodes:
        nameless = not node.label and node.kind != "constant"
        count += nameless
        names[node] = f"{letter}_{count}" if nameless else node.label or ""
    return names


def walk(nodes: Sequence[Any], digits: int, language: str) -> list[Step]:
    """Return the steps of both passes.

    Parameters
    ----------
    nodes : sequence of Values
        In topological order, the root last.
    digits : int
        Significant digits.
    language : {"en", "ru"}

    Returns
    -------
    list of Step

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, "w"), Value(3.0, "x")
    >>> for step in walk([w, x, w * x], 3, "en"):
    ...     print("; ".join(step.lines))
    Given: w = 2, x = 3
    v₁ = wx = 2·3 = 6
    ∂v₁/∂v₁ = 1
    ∂v₁/∂w = ∂v₁/∂v₁ · ∂v₁/∂w = 1 · 3 = 3; ∂v₁/∂x = ∂v₁/∂v₁ · ∂v₁/∂x = 1 · 2 = 2
    """
    texts = {node: plain_label(name) if name else "" for node, name in names_of(nodes).items()}
    leaves = {node: number(node.data, digits) for node in nodes if not node.operands}
    named = [f"{texts[leaf]} = {value}" for leaf, value in leaves.items() if texts[leaf]]
    more = ["…"] if len(named) > _MOST_GIVEN else []
    given = say(language, "given", values=", ".join(named[:_MOST_GIVEN] + more) or "–")
    steps = [Step("forward", [given], None, leaves, {})]
    steps += [_forward(node, texts, digits) for node in nodes if node.operands]
    return steps + _backward(nodes, texts, digits)


def _forward(node: Any, texts: dict[Any, str], digits: int) -> Step:
    """Return the step that computes a node."""
    numbers = [number(getattr(o, "data", o), digits) for o in node.operands]
    symbols = [texts.get(o) or n for o, n in zip(node.operands, numbers, strict=True)]
    value = number(node.data, digits)
    sides = [texts[node], applied(node.operation, symbols), applied(node.operation, numbers), value]
    line = " = ".join(dict.fromkeys(sides))
    return Step("forward", [line], node, {node: value}, {})


def _backward(nodes: Sequence[Any], texts: dict[Any, str], digits: int) -> list[Step]:
    """Return the steps of the backward pass, from the root to the leaves."""
    root = nodes[-1]
    adjoints: dict[Any, Any] = {root: type(root.data)(1)}
    above = _bracketed(texts[root])
    seed = f"∂{above}/∂{above} = 1"
    steps = [Step("backward", [seed], None, {}, {root: "1"})]
    for node in reversed(nodes):
        lines = []
        reached: dict[Any, str] = {}
        for operand, derivative in zip(node.operands, node.local_derivatives, strict=True):
            if derivative is None or operand.kind == "constant" or node not in adjoints:
                continue
            before = adjoints.get(operand)
            part = derivative * adjoints[node]
            adjoints[operand] = part if before is None else before + part
            reached[operand] = number(adjoints[operand], digits)
            names = above, _bracketed(texts[node]), _bracketed(texts[operand])
            numbers = part, adjoints[node], derivative, adjoints[operand]
            lines.append(_chain_rule(names, [number(n, digits) for n in numbers], before is None))
        if lines:
            steps.append(Step("backward", lines, node, {}, reached))
    return steps


def _chain_rule(names: tuple[str, str, str], numbers: list[str], first: bool) -> str:
    """Return the chain rule of one edge, with its numbers."""
    root, result, operand = names
    part, adjoint, derivative, total = numbers
    derivative = f"({derivative})" if derivative.startswith("−") else derivative
    product = f"∂{root}/∂{result} · ∂{result}/∂{operand} = {adjoint} · {derivative} = {part}"
    return f"∂{root}/∂{operand} {'=' if first else '+='} {product}" + (
        "" if first else f" → {total}"
    )


def _bracketed(name: str) -> str:
    return name if name.replace("_", "").isalnum() else f"({name})"
