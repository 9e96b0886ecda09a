r"""With this one can write derivatives and expressions of a graph in LaTeX.

- `Symbols`: how ∂J/∂v, a local derivative and its formula are written; the lecture's
  :math:`\delta^l_j` for ∂J/∂s^l_j in a network (lecture, *Backpropagation: the delta formulas*).
- `expanded`: what nodes compute, written out down to the leaves, or to the labels.

Names live in `naming`, brackets in `brackets`.
"""

from __future__ import annotations

import re

from autograd_mini.drawing.brackets import (
    RELATION,
    Formula,
    bracketed,
    factor,
    partial_formula,
    row_formula,
)
from autograd_mini.drawing.naming import Names, latex_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_PARAMETER = re.compile(r"[wb](\d+)_(\d+)(?:,?\d+)*")
_SUM = re.compile(r"s(\d+)_(\d+)")
_UNIT = re.compile(r"[sa]\d+_\d+")


class Symbols:
    r"""The symbols of one graph.

    Parameters
    ----------
    order : list of Values
        The graph, in topological order.
    root : Value
        What is differentiated.
    digits : int
        Significant digits of numbers.
    named : Values
        Those that have a name even where they are constants.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0, label="x")
    >>> y = x**3
    >>> y.label = "y"
    >>> symbols = Symbols([x, y], y, 3)
    >>> symbols.adjoint(x), symbols.slope(y, 0).latex
    ('\\frac{\\partial y}{\\partial x}', '3 x^{2}')
    """

    def __init__(self, order: list[Any], root: Any, digits: int, named: Iterable[Any] = ()) -> None:
        self.names = Names(order, digits, [root, *named])
        self.root = root
        # δ is the derivative of a loss, which a unit of the network itself is not.
        self.network = not _UNIT.fullmatch(root.label or "") and any(
            node.kind == "parameter" and _PARAMETER.fullmatch(node.label or "") for node in order
        )

    def adjoint(self, node: Any) -> str:
        """Return ∂root/∂node, or the lecture's δ."""
        return self.delta(node) or self.derivative(self.root, node)

    def delta(self, node: Any) -> str:
        """Return δ^l_j for the weighted sum s^l_j of a network, and "" for anything else."""
        if not (self.network and _SUM.fullmatch(node.label or "")):
            return ""
        return self.names.of(node).latex.replace("s", r"\delta", 1)

    def derivative(self, above: Any, below: Any, place: int | None = None) -> str:
        """Return ∂above/∂below; `place` tells apart operands that are the same."""
        again = place is not None and sum(operand is below for operand in above.operands) > 1
        index = f"_{{{(place or 0) + 1}}}" if again else ""
        upper, lower = (_whole(self.names.of(node)) for node in (above, below))
        return rf"\frac{{\partial{index} {upper}}}{{\partial {lower}}}"

    def slope(self, node: Any, place: int) -> Formula:
        """Return the formula of the derivative of `node` by one operand."""
        operands = [self.names.of(operand) for operand in node.operands]
        formula = partial_formula(node.operation, place, operands, self.names.of(node))
        slope = node.local_derivatives[place]
        if formula is None:
            return Formula(self.derivative(node, node.operands[place], place))
        if is_shared(formula, slope):
            share = self.names.number(slope).latex
            return Formula(f"{share} {formula.latex}", formula.binding)
        return formula

    def formula(self, node: Any) -> Formula:
        """Return the formula of an operation of its operands' names."""
        return row_formula(node.operation, [self.names.of(operand) for operand in node.operands])

    def with_numbers(self, node: Any) -> Formula:
        """Return the formula of an operation of its operands' numbers."""
        operands = [self.names.number(operand) for operand in node.operands]
        return row_formula(node.operation, operands)


def is_shared(formula: Formula, slope: Any) -> bool:
    """Tell whether operands that tie share a slope that the formula, [x = r], gives to each."""
    alone = formula.latex.startswith("[") and formula.latex.find("]") == len(formula.latex) - 1
    return alone and 0 < slope < 1


def _whole(name: Formula) -> str:
    return bracketed(name) if name.binding <= RELATION else name.latex


def product(factors: Iterable[Formula]) -> str:
    r"""Return a product, with the brackets that its factors need.

    Examples
    --------
    >>> product([Formula("-2", 4), Formula("a + b", 2)])
    '-2 \\cdot (a + b)'
    """
    listed = list(factors)
    if len(listed) == 1:
        return listed[0].latex
    return r" \cdot ".join(factor(each, first=not place) for place, each in enumerate(listed))


def added(terms: Iterable[str]) -> str:
    r"""Return a sum of terms; those that begin with a minus sign are in brackets.

    Examples
    --------
    >>> added(["-1", "-2"])
    '-1 + (-2)'
    """
    listed = list(terms)
    behind = [bracketed(Formula(term)) if term.startswith("-") else term for term in listed[1:]]
    return " + ".join([*listed[:1], *behind])


def expanded(
    order: Iterable[Any], names: Names, stop: Callable[[Any], bool], length: int
) -> dict[Any, Formula]:
    r"""Return what each node computes, its operands written out.

    Parameters
    ----------
    order : iterable of Values
        In topological order.
    names : Names
    stop : callable
        Tells of a node whether it is called by its name in what is made of it.
    length : int
        What is longer is called by its name.

    Returns
    -------
    dict
        Value → Formula.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> s = a + b
    >>> y = s * a
    >>> order = [a, b, s, y]
    >>> expanded(order, Names(order, 3), lambda node: False, 99)[y].latex
    '(a + b) \\cdot a'
    """
    written: dict[Any, Formula] = {}
    for node in order:
        if node.operands:
            operands = [
                written[operand] if _is_short(operand, written, stop, length) else names.of(operand)
                for operand in node.operands
            ]
            written[node] = row_formula(node.operation, operands)
        else:
            written[node] = names.of(node)
    return written


def _is_short(
    operand: Any, written: dict[Any, Formula], stop: Callable[[Any], bool], length: int
) -> bool:
    return (
        hasattr(operand, "operands")
        and operand in written
        and not stop(operand)
        and len(written[operand].latex) <= length
    )


_NAMELESS = re.compile(r"v_\{\d+\}")
_LONGEST = 120
"""Length in LaTeX up to which what a name stands for is written out within another formula."""

_LARGE = 5_000
"""In graphs of more nodes nothing is written out within another formula."""

_MOST_DEFINITIONS = 16


def definitions(
    shown: Iterable[str], order: list[Any], names: Names
) -> tuple[tuple[str, str, str], ...]:
    r"""Return what those names mean that stand in formulas and are nobody's labels.

    Parameters
    ----------
    shown : iterable of str
        Formulas in LaTeX.
    order : list of Values
        The graph, in topological order.
    names : Names

    Returns
    -------
    tuple of (str, str, str)
        Name, formula and digits, in LaTeX; no formula of a leaf.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(2.0, label="x")
    >>> y = x * x
    >>> definitions(["v_{1} + 3"], [x, y], Names([x, y], 3))
    (('v_{1}', 'x \\cdot x', '4'),)
    """
    nameless = {names.of(node).latex: node for node in order if not node.label}
    called = [name for text in shown for name in _NAMELESS.findall(text) if name in nameless]
    called = list(dict.fromkeys(called))[:_MOST_DEFINITIONS]
    keep = {nameless[name] for name in called}
    inner = [node for node in order if node.operands] if len(order) <= _LARGE else []
    written = expanded(inner, names, lambda node: bool(node.label) or node in keep, _LONGEST)
    found: dict[Any, tuple[str, str, str]] = {}
    waiting = list(called)
    while waiting and len(found) <= _MOST_DEFINITIONS:
        name = waiting.pop(0)
        node = nameless.get(name)
        if node is None or node in found:
            continue
        formula = _defined(node, written, names)
        found[node] = name, formula, names.number(node).latex
        waiting += _NAMELESS.findall(formula)
    # Where what stands in definitions would need too many more, there are none of those.
    wanted = keep if len(found) > _MOST_DEFINITIONS else found
    return tuple(found[node] for node in nameless.values() if node in wanted)


def _defined(node: Any, written: dict[Any, Formula], names: Names) -> str:
    """Return the formula of a node; "" of a leaf."""
    if not node.operands:
        return ""
    operands = [names.of(operand) for operand in node.operands]
    return (written.get(node) or row_formula(node.operation, operands)).latex


def bias_or_weight(label: str | None) -> tuple[str, str, str] | None:
    r"""Return layer, neuron and input of a network's parameter; the input of a bias is "".

    Examples
    --------
    >>> bias_or_weight("w2_13"), bias_or_weight("w3_10,2"), bias_or_weight("b2_1")
    (('2', '1', '3'), ('3', '10', '2'), ('2', '1', ''))
    """
    match = re.fullmatch(r"(?:b(\d+)_(\d+)|w(\d+)_(?:(\d)(\d)|(\d+),(\d+)))", label or "")
    if match is None:
        return None
    layer, *places = (part for part in match.groups() if part is not None)
    return layer, places[0], places[1] if len(places) > 1 else ""


def activation(layer: str, neuron: str) -> str:
    """Return the lecture's symbol for an activation.

    Examples
    --------
    >>> activation("2", "1")
    'a^{2}_{1}'
    """
    return latex_label(f"a{layer}_{neuron}").latex
