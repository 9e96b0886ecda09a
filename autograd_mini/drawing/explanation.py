r"""With this one can see how a gradient comes about: the chain rule, path by path.

Start from `explain`. It returns an `Explanation`, which shows itself in a terminal and in a
notebook and holds no reference to the graph. Paths are counted and added up in `paths`, and
written in `path_text`; the derivation of a whole gradient lives in `derivations`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from autograd_mini.drawing import explanation_text
from autograd_mini.drawing.described_paths import Path, described, notes_on
from autograd_mini.drawing.language import phrases
from autograd_mini.drawing.options import check_count
from autograd_mini.drawing.paths import Paths, adjoints, paths_between
from autograd_mini.drawing.symbols import (
    Symbols,
    activation,
    bias_or_weight,
    definitions,
    product,
)
from autograd_mini.graph import topological_order

_ULP = 2.0**-52


class Explanation:
    """The chain rule for one leaf, path by path: strings and numbers; a notebook shows it.

    Attributes
    ----------
    paths : tuple of Path
        The listed paths, the heaviest first.
    count : int
        How many paths there are, listed or not.
    total : float or Fraction
        The sum of the products of all paths, rounded once.
    rest : float or Fraction
        The sum of the products of the paths that are not listed.
    adjoint : float or Fraction
        ∂root/∂leaf by one sweep, as `Value.backward` computes it.
    difference : float or Fraction
        The adjoint minus the total: what the sweep's rounding has done.
    bound : float or Fraction
        What rounding may do: n ulp of the sum of the paths' magnitudes, where n is the number of
        terms that the sweep adds up, one for each edge on a path. Numbers below the least normal
        float on the way are not reckoned with.
    root, leaf, derivative, value : str
        Their names, ∂root/∂leaf (the lecture's δ of a weighted sum), and its digits, in LaTeX.
    definitions : tuple of (str, str, str)
        The names in the listed paths that are no labels, their formulas and digits, in LaTeX.
    delta : tuple of str
        The derivative by the lecture's BP3 or BP4, sides of an equation in LaTeX, and the name of
        the formula; empty for what is no weight or bias of a network.
    notes : tuple of str
        Kinks, derivatives that don't exist, and the like, in words and LaTeX.
    digits : int
    language : {"en", "ru"}

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0, label="x")
    >>> explanation = explain(x * x, x)
    >>> explanation.count, explanation.total, explanation.difference
    (2, 6.0, 0.0)
    """

    paths: tuple[Path, ...]
    count: int
    total: Any
    rest: Any
    adjoint: Any
    difference: Any
    bound: Any
    root: str
    leaf: str
    derivative: str
    value: str
    definitions: tuple[tuple[str, str, str], ...]
    delta: tuple[str, ...]
    notes: tuple[str, ...]
    digits: int
    language: str

    def __init__(self, **facts: Any) -> None:
        vars(self).update(facts)

    @property
    def latex(self) -> str:
        """The explanation for a LaTeX document, which needs the package amsmath."""
        return explanation_text.latex(self)

    @property
    def markdown(self) -> str:
        """The explanation in Markdown, its formulas between dollars."""
        return explanation_text.markdown(self)

    def __str__(self) -> str:
        return explanation_text.terminal(self)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.markdown

    def _repr_latex_(self) -> str:
        return self.latex


def explain(
    root: Any, leaf: Any, *, limit: int = 6, digits: int = 3, language: str = "en"
) -> Explanation:
    r"""Explain one derivative by the chain rule, path by path.

    .. math:: \frac{\partial J}{\partial u} = \sum_{\text{paths } u \to J}\
        \prod_{\text{edges}} \frac{\partial\,\text{result}}{\partial\,\text{operand}}

    No sweep is needed before, and no `.grad` is touched. In a network ∂J/∂s^l_j is the lecture's
    δ^l_j (lecture, *Backpropagation: the delta formulas*).

    Parameters
    ----------
    root : Value
        What is differentiated.
    leaf : Value
        By what: a leaf, or any node that `root` is made of.
    limit : int
        How many paths are listed, the heaviest first; the others are counted and added up.
    digits : int
        Significant digits of the numbers.
    language : {"en", "ru"}

    Returns
    -------
    Explanation

    Raises
    ------
    TypeError
        If `root` or `leaf` is no Value.
    ValueError
        If `limit` or `digits` is below 1, or the language is unknown.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x, b = Value(2.0, label="w"), Value(-1.0, label="x"), Value(3.0, label="b")
    >>> a = (w * x + b).sigmoid()
    >>> a.label = "a"
    >>> explain(a, w)
    ∂a/∂w = −0.197: 1 path from w to a
    <BLANKLINE>
    Chain rule: the derivative is the product of the local derivatives along the
    path. A local derivative says how fast a node changes with the one before it.
    <BLANKLINE>
    path 1   w → v₂ → a
      ∂a/∂v₂   = σ(v₂) (1 − σ(v₂))  =  0.197
      ∂v₂/∂w   = x                  = −1
      product                       = −0.197
    <BLANKLINE>
    where v₂ = w · x + b = 1
    <BLANKLINE>
    sum of the paths    −0.197
    one backward sweep  −0.197
    difference           0  (rounding allows 1.31×10⁻¹⁶)
    """
    phrases(language)
    _check(root, leaf, limit, digits)
    order = topological_order(root)
    symbols = Symbols(order if leaf in set(order) else [*order, leaf], root, digits, named=[leaf])
    found = paths_between(root, leaf, limit)
    sweep = adjoints(root)
    adjoint = sweep.get(leaf, type(root.data)(0))
    paths = tuple(map(partial(described, symbols=symbols), found.heaviest, found.products))
    rounding = 0 if isinstance(root.data, Fraction) else found.terms * _ULP
    derivative = symbols.adjoint(leaf)
    factors = [factor for path in paths for factor in path.factors]
    shown = [text for factor in factors for text in (factor.derivative, factor.formula.latex)]
    notes = notes_on(found.heaviest, leaf, symbols, language)
    return Explanation(
        paths=paths,
        count=found.number,
        total=found.total,
        rest=found.rest,
        adjoint=adjoint,
        difference=adjoint - found.total,
        bound=rounding * found.magnitude,
        root=symbols.names.of(root).latex,
        leaf=symbols.names.of(leaf).latex,
        derivative=derivative,
        value=symbols.names.number(adjoint).latex,
        definitions=definitions([derivative, *shown, *notes], order, symbols.names),
        delta=_by_delta(root, leaf, found, sweep, symbols),
        notes=notes,
        digits=digits,
        language=language,
    )


def _check(root: Any, leaf: Any, limit: int, digits: int) -> None:
    for name, node in (("root", root), ("leaf", leaf)):
        if not hasattr(node, "local_derivatives"):
            raise TypeError(f"{name} must be a Value, not {type(node).__name__}")
    check_count("limit", limit)
    check_count("digits", digits)


def _by_delta(
    root: Any, leaf: Any, found: Paths, sweep: dict[Any, Any], symbols: Symbols
) -> tuple[str, ...]:
    """Say a weight's or bias's derivative by BP4 or BP3, if all paths go by one weighted sum."""
    place = bias_or_weight(leaf.label) if symbols.network else None
    if place is None or not found.number:
        return ()
    layer, neuron, before = place
    nodes = [step.node for step in found.heaviest[0] if step.node.label == f"s{layer}_{neuron}"]
    if not nodes or paths_between(root, nodes[0], 1).number != found.number:
        return ()
    delta, number = symbols.adjoint(nodes[0]), symbols.names.number
    if not before:
        return symbols.adjoint(leaf), delta, number(sweep[leaf]).latex, "BP3"
    input_and_delta = [number(paths_between(nodes[0], leaf, 1).total), number(sweep[nodes[0]])]
    sides = (f"{activation(str(int(layer) - 1), before)} {delta}", product(input_and_delta))
    return symbols.adjoint(leaf), *sides, number(sweep[leaf]).latex, "BP4"
