r"""With this one can set an explanation: in a terminal, in Markdown, in LaTeX.

Start from `terminal`, `markdown` and `latex`. What is said comes from `explanation`, the words
from `language`.
"""

from __future__ import annotations

import re
import textwrap
from decimal import Decimal

from autograd_mini.drawing.brackets import Formula, factor
from autograd_mini.drawing.language import Phrases, phrases, plural
from autograd_mini.drawing.naming import latex_number
from autograd_mini.drawing.symbols import added, product
from autograd_mini.drawing.text import number
from autograd_mini.drawing.unicode_formulas import unicode_formula

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_mini.drawing.described_paths import Factor, Path
    from autograd_mini.drawing.explanation import Explanation

_WIDEST = 60
"""So many letters of a product stand on one line of LaTeX."""

_TERMINAL = 79
"""Letters on a line of a terminal."""

_EXACT_COUNT = 10**24
"""From here on a number of paths is rounded."""


def terminal(explanation: Explanation) -> str:
    """Return an explanation as lines of Unicode, their columns aligned.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str

    Examples
    --------
    >>> from autograd_mini.drawing.explanation import explain
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0, label="x")
    >>> print(terminal(explain(x, x)))
    ∂x/∂x = 1
    <BLANKLINE>
    The derivative of x by itself is 1.
    """
    words = phrases(explanation.language)
    blocks = [[unicode_text(_headline(explanation, words))]]
    if _has_factors(explanation):
        blocks.append(textwrap.wrap(_rule(explanation, words), _TERMINAL))
        blocks += [_path_block(n, path, words, explanation) for n, path in _numbered(explanation)]
        blocks.append(_definitions(explanation, words))
        blocks.append([_delta(explanation)] if explanation.delta else [])
        blocks.append(_sums(explanation, words))
    blocks.append([unicode_text(note) for note in explanation.notes])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def unicode_text(sentence: str) -> str:
    r"""Return a sentence with formulas between dollars as plain text.

    Examples
    --------
    >>> unicode_text(r"from $w^{2}_{13}$ to $J$")
    'from w²₁₃ to J'
    """
    parts = re.split(r"(?<!\\)\$", sentence)
    return "".join(unicode_formula(p) if index % 2 else p for index, p in enumerate(parts))


def _has_factors(explanation: Explanation) -> bool:
    return bool(explanation.paths and explanation.paths[0].factors)


def _numbered(explanation: Explanation) -> Iterable[tuple[int, Path]]:
    return enumerate(explanation.paths, 1)


def _headline(explanation: Explanation, words: Phrases) -> str:
    equation = f"${explanation.derivative} = {explanation.value}$"
    if not _has_factors(explanation):
        return equation
    root, leaf = f"${explanation.root}$", f"${explanation.leaf}$"
    counted = words.headline.format(root=root, leaf=leaf, **_count(explanation.count, words))
    return f"{equation}: {counted}"


def _rule(explanation: Explanation, words: Phrases) -> str:
    """Say the chain rule, for the one path or for several."""
    return f"{words.rules if explanation.count > 1 else words.rule}. {words.local}."


def _count(count: int, words: Phrases) -> dict[str, str]:
    """Return a number of paths and the noun behind it."""
    if count >= _EXACT_COUNT:
        power = Decimal(count).adjusted()
        mantissa = Decimal(count).scaleb(-power)
        return {"count": f"{mantissa:.2f}·$10^{{{power}}}$", "paths": words.paths[2]}
    separated = f"{count:,}".replace(",", words.thousands)
    return {"count": separated, "paths": plural(words.paths, count)}


def _others(explanation: Explanation, words: Phrases) -> str:
    """Name the paths that are not listed; "" if all are."""
    count = explanation.count - len(explanation.paths)
    if count == 1:
        return words.other
    return words.others.format(**_count(count, words)) if count else ""


# In a terminal


def _path_block(place: int, path: Path, words: Phrases, explanation: Explanation) -> list[str]:
    """Return one path, a factor a line."""
    way = " → ".join(map(unicode_formula, path.nodes))
    rows = [_row(factor, words, explanation.digits) for factor in path.factors]
    rows.append((words.product, "", number(path.product, explanation.digits)))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [
        f"  {left:{widths[0]}}  {'= ' + middle if middle else '':{widths[1] + 2}}  = {_sign(right)}"
        for left, middle, right in rows
    ]
    return [f"{words.path.format(number=place)}   {way}", *(line.rstrip() for line in lines)]


def _sign(text: str) -> str:
    return text if text.startswith("−") else f" {text}"


def _row(factor: Factor, words: Phrases, digits: int) -> tuple[str, str, str]:
    if factor.together > 1:
        return f"… {words.factors.format(count=factor.together)}", "", number(factor.value, digits)
    left, middle = unicode_formula(factor.derivative), unicode_formula(factor.formula.latex)
    right = number(factor.value, digits)
    return left, "" if middle in (left, right) else middle, right


def _definitions(explanation: Explanation, words: Phrases) -> list[str]:
    lines = []
    for definition in explanation.definitions:
        sides = dict.fromkeys(unicode_formula(side) for side in definition if side)
        lines.append(" = ".join(sides))
    indent = " " * (len(words.where) + 1)
    return [(indent if place else f"{words.where} ") + line for place, line in enumerate(lines)]


def _delta(explanation: Explanation) -> str:
    *sides, name = explanation.delta
    return f"{' = '.join(map(unicode_formula, sides))}   ({name})"


def _sums(explanation: Explanation, words: Phrases) -> list[str]:
    """Return the sum of the paths and what the sweep gives, one below the other."""
    bound = words.allowed.format(bound=number(explanation.bound, explanation.digits))
    rows = [
        (_others(explanation, words), explanation.rest, ""),
        (words.total, explanation.total, ""),
        (words.sweep, explanation.adjoint, ""),
        (words.difference, explanation.difference, f"  ({bound})" if explanation.bound else ""),
    ]
    rows = [(unicode_text(left), *others) for left, *others in rows if left]
    if explanation.difference - explanation.difference != 0:  # of what is not finite
        rows.pop()
    width = max(len(left) for left, _, _ in rows)
    return [
        f"{left:{width}}  {_sign(number(value, explanation.digits))}{remark}"
        for left, value, remark in rows
    ]


# In Markdown and LaTeX


def markdown(explanation: Explanation) -> str:
    r"""Return an explanation in Markdown, its formulas between dollars.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str

    Examples
    --------
    >>> from autograd_mini.drawing.explanation import explain
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0, label="x")
    >>> print(markdown(explain(x, x)))
    $\dfrac{\partial x}{\partial x} = 1$
    <BLANKLINE>
    - The derivative of $x$ by itself is 1.
    """
    words = phrases(explanation.language)
    parts = [_headline(explanation, words).replace(r"\frac", r"\dfrac", 1)]
    if _has_factors(explanation):
        parts.append(_rule(explanation, words))
        lines = aligned(_blocks(explanation, words))
        parts.append(f"$$\n\\begin{{aligned}}\n{lines}\n\\end{{aligned}}\n$$")
        parts.append(_closing(explanation, words))
    if explanation.notes:
        parts.append("\n".join(f"- {note}" for note in explanation.notes))
    return "\n\n".join(parts)


def latex(explanation: Explanation) -> str:
    r"""Return an explanation for a LaTeX document, which needs the package amsmath.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str

    Examples
    --------
    >>> from autograd_mini.drawing.explanation import explain
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0, label="x")
    >>> y = x.tanh()
    >>> y.label = "y"
    >>> print(latex(explain(y, x)).splitlines()[2])
    \begin{align*}
    """
    words = phrases(explanation.language)
    parts = [_headline(explanation, words)]
    if _has_factors(explanation):
        parts.append(_rule(explanation, words))
        lines = aligned(_blocks(explanation, words))
        parts.append(f"\\begin{{align*}}\n{lines}\n\\end{{align*}}")
        parts.append(_closing(explanation, words))
    return "\n".join([*parts, *explanation.notes])


def _blocks(explanation: Explanation, words: Phrases) -> list[list[str]]:
    """Return the lines of an aligned formula: each path, their sum, and what the names mean."""
    if explanation.count == 1:
        blocks = [_path_lines(explanation.derivative, explanation.paths[0], explanation.digits)]
    else:
        blocks = [
            _path_lines(rf"\text{{{words.path.format(number=n)}}}", path, explanation.digits)
            for n, path in _numbered(explanation)
        ]
        blocks.append([_sum_line(explanation, words)])
    definitions = [
        f"{name} &= {' = '.join(dict.fromkeys(filter(None, sides)))}"
        for name, *sides in explanation.definitions
    ]
    if definitions:
        definitions[0] = rf"\text{{{words.where} }} {definitions[0]}"
        blocks.append(definitions)
    if explanation.delta:
        left, *sides, name = explanation.delta
        blocks.append([rf"{left} &= {' = '.join(sides)} \qquad \text{{({name})}}"])
    return blocks


def aligned(blocks: list[list[str]]) -> str:
    r"""Join blocks of lines of an aligned formula, with more room between the blocks.

    Examples
    --------
    >>> print(aligned([["a &= b + c", "&= 3"], ["d &= 4"]]))
    a &= b + c \\
    &= 3 \\[1.5ex]
    d &= 4
    """
    return " \\\\[1.5ex]\n".join(
        "".join(f"{line} {below(line)}\n" for line in lines[:-1]) + lines[-1] for lines in blocks
    )


def below(line: str, usual: str = "") -> str:
    r"""Return what ends a line of an aligned formula: KaTeX lets fractions touch without room.

    Examples
    --------
    >>> print(below("a"), below("a", "0.5ex"), below(r"\frac{a}{b}"))
    \\ \\[0.5ex] \\[1ex]
    """
    room = "1ex" if r"\frac" in line else usual
    return rf"\\[{room}]" if room else r"\\"


def _path_lines(name: str, path: Path, digits: int) -> list[str]:
    """Return a path's derivatives, their formulas and their numbers, below one another."""
    numbers = [latex_number(factor.value, digits) for factor in path.factors]
    result = latex_number(path.product, digits).latex
    rows = [
        _folded([Formula(factor.derivative) for factor in path.factors]),
        _folded([factor.formula for factor in path.factors]),
        _folded(numbers),
    ]
    last = rows.pop()
    rows.append(result if last == result else f"{last} = {result}")
    return [f"{'' if place else name} &= {row}".lstrip() for place, row in enumerate(rows)]


def _folded(factors: list[Formula]) -> str:
    """Return a product, on as many lines as it needs."""
    if sum(map(_width, factors)) <= _WIDEST:
        return product(factors)
    lines, room = [""], _WIDEST
    for place, each in enumerate(factors):
        room -= _width(each)
        if room < 0 and place:
            lines.append("")
            room = _WIDEST - _width(each)
        lines[-1] += rf" \cdot {factor(each, first=not place)}"
    return " \\\\\n&\\quad{}".join(lines).removeprefix(r" \cdot ")


def _width(formula: Formula) -> int:
    """Return how many letters wide a factor is, roughly; fractions are half as wide as long."""
    return 3 + len(unicode_formula(formula.latex)) // (1 + formula.latex.startswith(r"\frac"))


def _sum_line(explanation: Explanation, words: Phrases) -> str:
    """Return the sum of all paths."""
    terms = [latex_number(path.product, explanation.digits).latex for path in explanation.paths]
    others = _others(explanation, words)
    if others:
        rest = latex_number(explanation.rest, explanation.digits).latex
        terms.append(rf"\underbrace{{{rest}}}_{{{_worded(others)}}}")
    total = latex_number(explanation.total, explanation.digits).latex
    return rf"{explanation.derivative} &= {added(terms)} = {total}"


def _worded(sentence: str) -> str:
    """Return a sentence, with its formulas, as it stands within a formula."""
    parts = sentence.replace("\u00a0", "~").split("$")
    return "".join(p if place % 2 else rf"\text{{{p}}}" for place, p in enumerate(parts) if p)


def _closing(explanation: Explanation, words: Phrases) -> str:
    """Compare the sum with the sweep, in a sentence."""
    shown = {words.sweep: explanation.adjoint}
    finite = explanation.difference - explanation.difference == 0
    if finite:
        shown[words.difference] = explanation.difference
    numbers = (
        f"{name} ${latex_number(value, explanation.digits).latex}$" for name, value in shown.items()
    )
    bound = f"${latex_number(explanation.bound, explanation.digits).latex}$"
    allowed = f" ({words.allowed.format(bound=bound)})" if explanation.bound and finite else ""
    sentence = ", ".join(numbers) + allowed + "."
    return sentence[0].upper() + sentence[1:]
