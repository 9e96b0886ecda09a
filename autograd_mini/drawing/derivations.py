r"""With this one can print a graph as a lecturer writes it: each value, and each gradient.

Start from `derivation`. It returns a `Derivation`, which shows itself in a terminal and in a
notebook, goes into a LaTeX document, and holds no reference to the graph. One derivative, path by
path, is explained in `explanation`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from autograd_mini.drawing.brackets import Formula
from autograd_mini.drawing.described_paths import edge_note
from autograd_mini.drawing.explanation_text import below, unicode_text
from autograd_mini.drawing.language import phrases
from autograd_mini.drawing.options import check_count
from autograd_mini.drawing.paths import adjoints
from autograd_mini.drawing.symbols import Symbols, added, expanded, product
from autograd_mini.drawing.unicode_formulas import unicode_formula
from autograd_mini.graph import topological_order

_LONGEST = 240
"""Length in LaTeX up to which the whole expression is written on one line."""

_WIDEST = 76
"""So many letters stand on one line of LaTeX."""

_MOST_NOTES = 12


class Line(NamedTuple):
    """One equation: sides in LaTeX, from left to right.

    Parameters
    ----------
    left : str
    sides : tuple of str
    """

    left: str
    sides: tuple[str, ...]

    def latex(self) -> str:
        """Return the line as it stands in an aligned formula, broken where it is long."""
        if sum(_width(side) for side in self.sides) <= _WIDEST:
            return f"{self.left} &= {' = '.join(self.sides)}"
        *long, last = map(_broken, self.sides)
        long = [*long[:-1], f"{long[-1]} = {last}"] if long else [last]
        return f"{self.left} &= " + " \\\\\n&= ".join(long)


def _width(latex: str) -> int:
    """Return how wide a formula is, in letters and roughly: fractions are narrow."""
    return len(unicode_formula(latex)) - 3 * latex.count(r"\frac")


def _broken(side: str) -> str:
    """Break a long sum before those plus signs that stand outside of brackets."""
    terms, depth = [""], 0
    for mark in re.findall(r" \+ |\\.|.", side):
        depth += (mark in "({[") - (mark in ")}]")
        if mark == " + " and not depth:
            terms.append("")
        else:
            terms[-1] += mark
    lines = [terms[0]]
    for term in terms[1:]:
        if _width(lines[-1]) + _width(term) > _WIDEST:
            lines.append(term)
        else:
            lines[-1] += f" + {term}"
    return " \\\\\n&\\quad{} + ".join(lines)


class Derivation:
    r"""A graph's values and gradients, one line a node; a notebook shows it by itself.

    Attributes
    ----------
    whole : tuple of Line
        The root, written out down to the leaves; empty where that would be too long.
    forward : tuple of Line
        Each node: name = formula = the same with numbers = number, operands first.
    backward : tuple of Line
        The adjoint of each node, from the root to the leaves: the sum over its uses of adjoint ·
        local derivative, the same with numbers, and the number. Constants have none.
    notes : tuple of str
        Kinks, derivatives that don't exist, and the like, in words and LaTeX.
    language : {"en", "ru"}

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0, label="x")
    >>> y = x**2
    >>> y.label = "y"
    >>> [line.sides for line in derivation(y).backward]
    [('1',), ('\\frac{\\partial y}{\\partial y} \\cdot 2 x', '1 \\cdot 6', '6')]
    """

    whole: tuple[Line, ...]
    forward: tuple[Line, ...]
    backward: tuple[Line, ...]
    notes: tuple[str, ...]
    language: str

    def __init__(self, **facts: Any) -> None:
        vars(self).update(facts)

    @property
    def latex(self) -> str:
        """The derivation for a LaTeX document, which needs the package amsmath."""
        parts = [
            f"{title}:\n\\begin{{align*}}\n{_joined(lines)}\n\\end{{align*}}"
            for title, lines in self._sections()
        ]
        return "\n".join([*parts, *self.notes])

    @property
    def markdown(self) -> str:
        """The derivation in Markdown, its formulas between dollars."""
        parts = [
            f"{title}:\n\n$$\n\\begin{{aligned}}\n{_joined(lines)}\n\\end{{aligned}}\n$$"
            for title, lines in self._sections()
        ]
        if self.notes:
            parts.append("\n".join(f"- {note}" for note in self.notes))
        return "\n\n".join(parts)

    def __str__(self) -> str:
        blocks = [f"{title}\n{_columns(lines)}" for title, lines in self._sections()]
        blocks.append("\n".join(map(unicode_text, self.notes)))
        return "\n\n".join(filter(None, blocks))

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.markdown

    def _repr_latex_(self) -> str:
        return self.latex

    def _sections(self) -> list[tuple[str, tuple[Line, ...]]]:
        words = phrases(self.language)
        titles = (words.whole, words.forward, words.backward)
        sections = zip(titles, (self.whole, self.forward, self.backward), strict=True)
        return [(title, lines) for title, lines in sections if lines]


def _joined(lines: tuple[Line, ...]) -> str:
    *above, last = (line.latex() for line in lines)
    return "".join(f"{row} {below(row, '0.5ex')}\n" for row in above) + last


def _columns(lines: tuple[Line, ...]) -> str:
    """Return lines of Unicode, aligned at the first sign of equality."""
    lefts = [unicode_formula(line.left) for line in lines]
    width = max(map(len, lefts))
    rows = zip(lefts, lines, strict=True)
    return "\n".join(
        f"  {left:{width}} = {' = '.join(map(unicode_formula, line.sides))}" for left, line in rows
    )


def derivation(root: Any, *, digits: int = 3, limit: int = 200, language: str = "en") -> Derivation:
    r"""Write down a whole graph and its gradient, one line a node.

    .. math:: \frac{\partial J}{\partial u} = \sum_{v\text{ made of }u}
        \frac{\partial J}{\partial v}\,\frac{\partial v}{\partial u}

    No sweep is needed before, and no `.grad` is touched. In a network ∂J/∂s^l_j is the lecture's
    δ^l_j (lecture, *Backpropagation: the delta formulas*).

    Parameters
    ----------
    root : Value
    digits : int
        Significant digits of the numbers.
    limit : int
        A graph of more nodes is refused.
    language : {"en", "ru"}

    Returns
    -------
    Derivation

    Raises
    ------
    TypeError
        If `root` is no Value.
    ValueError
        If the graph has more than `limit` nodes, `digits` is below 1, or the language is unknown.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(-1.0, label="x")
    >>> a = (w * x).tanh()
    >>> a.label = "a"
    >>> derivation(a)
    The whole expression
      a = tanh (w · x) = −0.964
    <BLANKLINE>
    Forward pass
      w  = 2
      x  = −1
      v₁ = w · x = 2 · (−1) = −2
      a  = tanh v₁ = tanh (−2) = −0.964
    <BLANKLINE>
    Backward pass
      ∂a/∂a  = 1
      ∂a/∂v₁ = ∂a/∂a · (1 − tanh² v₁) = 1 · 0.0707 = 0.0707
      ∂a/∂x  = ∂a/∂v₁ · w = 0.0707 · 2 = 0.141
      ∂a/∂w  = ∂a/∂v₁ · x = 0.0707 · (−1) = −0.0707
    """
    phrases(language)
    if not hasattr(root, "local_derivatives"):
        raise TypeError(f"root must be a Value, not {type(root).__name__}")
    check_count("digits", digits)
    check_count("limit", limit)
    order = topological_order(root)
    if len(order) > limit:
        raise ValueError(
            f"this graph has {len(order):,} nodes, more than limit={limit:,} that can be read as a "
            "derivation: derive a part of it, explain one of its derivatives, or raise limit"
        )
    symbols = Symbols(order, root, digits)
    return Derivation(
        whole=_whole(order, symbols),
        forward=tuple(_forward(node, symbols) for node in order if symbols.names.has(node)),
        backward=_backward(order, symbols),
        notes=_notes(order, symbols, language),
        language=language,
    )


def _whole(order: list[Any], symbols: Symbols) -> tuple[Line, ...]:
    """Return the root written out, if that is short, and more than its own line says."""
    if sum(bool(node.operands) for node in order) < 2:
        return ()
    names = symbols.names
    written = expanded(order, names, lambda _: False, _LONGEST)
    if any(len(formula.latex) > _LONGEST for formula in written.values()):
        return ()
    root = symbols.root
    return (_line(names.of(root).latex, written[root], names.number(root)),)


def _line(left: str, *sides: Formula) -> Line:
    """Return an equation; sides that are the same stand once."""
    return Line(left, tuple(dict.fromkeys(side.latex for side in sides)))


def _forward(node: Any, symbols: Symbols) -> Line:
    name, number = symbols.names.of(node).latex, symbols.names.number(node)
    if not node.operands:
        return _line(name, number)
    return _line(name, symbols.formula(node), symbols.with_numbers(node), number)


def _backward(order: list[Any], symbols: Symbols) -> tuple[Line, ...]:
    """Return the adjoints, from the root to the leaves."""
    uses: dict[Any, list[tuple[Any, int]]] = {node: [] for node in order}
    for node in reversed(order):
        for place, operand in enumerate(node.operands):
            if hasattr(operand, "operands"):
                uses[operand].append((node, place))
    found = adjoints(symbols.root)
    below = [node for node in order[-2::-1] if node.kind != "constant"]
    first = Line(symbols.adjoint(symbols.root), ("1",))
    return (first, *(_adjoint(node, uses[node], found, symbols) for node in below))


def _adjoint(
    node: Any, uses: list[tuple[Any, int]], found: dict[Any, Any], symbols: Symbols
) -> Line:
    """Return the sum over a node's uses, in symbols and in numbers."""
    number = symbols.names.number
    symbolic = [
        product([Formula(symbols.adjoint(above)), symbols.slope(above, place)])
        for above, place in uses
    ]
    numeric = [
        product([number(found[above]), number(above.local_derivatives[place])])
        for above, place in uses
    ]
    return Line(symbols.adjoint(node), (added(symbolic), added(numeric), number(found[node]).latex))


def _notes(order: list[Any], symbols: Symbols, language: str) -> tuple[str, ...]:
    """Say where local derivatives don't exist, are infinite, or are conventions."""
    notes = [
        edge_note(node, place, symbols, language)
        for node in order
        for place, slope in enumerate(node.local_derivatives)
        if slope is not None
    ]
    return tuple(f"{note}." for note in notes if note)[:_MOST_NOTES]
