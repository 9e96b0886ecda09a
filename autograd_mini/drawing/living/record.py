r"""With this one can write a graph down as plain data, from which a page can go on by itself.

Start from `record` (a graph → a dictionary for JSON) and `as_json` (the text that may stand in a
script element). Names and formulas are LaTeX, as everywhere; numbers are Python's own, to the
last bit. What is shown of it is decided by the page's scripts.
"""

from __future__ import annotations

import json
import math
import re

from autograd_mini.drawing.brackets import Formula, row_formula
from autograd_mini.drawing.folded_cards import folded_card
from autograd_mini.drawing.living import boxes
from autograd_mini.drawing.living.gathered import Plain
from autograd_mini.drawing.living.javascript import key
from autograd_mini.drawing.outline import AIR, CONSTANT_HEIGHT, NUMBER_SIZE, title_width
from autograd_mini.drawing.parts import Part
from autograd_mini.drawing.paths import adjoints
from autograd_mini.drawing.sums import Sum
from autograd_mini.drawing.symbols import Symbols
from autograd_mini.drawing.text import label_parts, number, width
from autograd_mini.drawing.unicode_formulas import unicode_formula

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from autograd_mini.drawing.living.gathered import Gathered

CARD_WIDTH, CARD_HEIGHT = 116.0, 52.0
"""A card of a page has room for numbers that change, and for the old ones below them."""

MOST_CARDS = 28
"""Scopes are open at first as long as so few cards are to be seen."""

_KINDS = {"data": "d", "parameter": "p", "constant": "c", "operation": "o"}


def record(graph: Gathered, *, digits: int, language: str) -> dict[str, Any]:
    """Return a graph as plain data.

    Parameters
    ----------
    graph : Gathered
    digits : int
        Significant digits of the numbers within names and formulas.
    language : {"en", "ru"}

    Returns
    -------
    dict
        Lists with one entry a node (`inputs`, `kinds`, `values`, `gradients`, `slopes`, `names`,
        `plain`, `labels`, `formulas`, `rules`, `homes`), the `operations` and the `scopes`.
        Sweeping leaves no trace in the graph.
    """
    root = graph.nodes[graph.root]
    values = [node for node in graph.nodes if not isinstance(node, Plain)]
    symbols = Symbols(values, root, digits)
    found = adjoints(root)
    rows = _rows(graph)
    called = _caller(graph, symbols)
    names = [called(_name(node, symbols)) for node in graph.nodes]
    return {
        "digits": digits,
        "language": language,
        "inputs": graph.operands,
        "kinds": "".join(_KINDS[node.kind] for node in graph.nodes),
        "values": [_exact(node.data) for node in graph.nodes],
        "gradients": [_gradient(node, found) for node in graph.nodes],
        "slopes": [_slopes(node) for node in graph.nodes],
        "names": names,
        "plain": [unicode_formula(name) for name in names],
        "labels": [_label(node, name) for node, name in zip(graph.nodes, names, strict=True)],
        "formulas": [list(map(called, _formulas(node, symbols))) for node in graph.nodes],
        "rules": [list(rows).index(_use(node)) if node.operands else -1 for node in graph.nodes],
        "homes": [-1 if home is None else home for home in graph.home],
        "operations": [_operation(key(*use), row, use[1]) for use, row in rows.items()],
        "scopes": _scopes(graph, digits, language),
        "boxes": _boxes(graph, digits, language),
        "opened": _opened(graph),
    }


def as_json(data: Any) -> str:
    r"""Return JSON that may stand in a script element, whatever its texts are.

    Examples
    --------
    >>> as_json({"label": "</script>"})
    '{"label":"\\u003c/script>"}'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _exact(value: Any) -> float | str | None:
    """Return a number of JSON, which knows neither infinities nor NaN."""
    value = float(value)
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value == int(value) and abs(value) < 2**53 and value else value


def _use(node: Any) -> tuple[Any, int]:
    return node.operation, len(node.operands)


def _rows(graph: Gathered) -> dict[tuple[Any, int], Any]:
    """Return the rows that a graph uses, each with its number of operands."""
    return {_use(node): node.operation for node in graph.nodes if node.operands}


def uses(graph: Gathered) -> list[tuple[Any, int]]:
    """Return the rows that a graph uses, each with its number of operands."""
    return list(_rows(graph))


def _gradient(node: Any, found: dict[Any, Any]) -> float | str | None:
    """Return the adjoint; None of a constant, 0 of what the root does not depend on."""
    return None if node.kind == "constant" else _exact(found.get(node, 0.0))


def _slopes(node: Any) -> list[float | str | None]:
    """Return the local derivatives; None where the operand is a constant."""
    pairs = zip(node.operands, node.local_derivatives, strict=True)
    return [
        None if slope is None or operand.kind == "constant" else _exact(slope)
        for operand, slope in pairs
    ]


def _caller(graph: Gathered, symbols: Symbols) -> Callable[[str], str]:
    """Return what calls a root without a label f, in formulas, if nothing else is called so."""
    root = graph.nodes[graph.root]
    if root.label or not root.operands or any(node.label == "f" for node in graph.nodes):
        return lambda formula: formula
    pattern = re.compile(rf"\b{re.escape(symbols.names.of(root).latex)}")
    return lambda formula: pattern.sub("f", formula)


def _label(node: Any, name: str) -> list[str]:
    """Return the label in two parts; a third one tells that the node has none of its own."""
    if node.label:
        return list(label_parts(node.label))
    own = re.fullmatch(r"(\w)(?:_\{(\d+)\})?", name)
    return [own[1], own[2] or "", "numbered"] if own and node.kind != "constant" else []


def _name(node: Any, symbols: Symbols) -> str:
    plain = isinstance(node, Plain)
    return symbols.names.number(node.data).latex if plain else symbols.names.of(node).latex


def _formulas(node: Any, symbols: Symbols) -> list[str]:
    """Return the formula of a node, then those of its local derivatives."""
    if not node.operands:
        return []
    slopes = [
        "" if slope is None or operand.kind == "constant" else symbols.slope(node, place).latex
        for place, (operand, slope) in enumerate(
            zip(node.operands, node.local_derivatives, strict=True)
        )
    ]
    return [symbols.formula(node).latex, *slopes]


def _operation(name: str, row: Any, count: int) -> list[str]:
    """Return name and symbol of an operation, and its formula with places for numbers."""
    slots = [Formula(f"@{place};") for place in range(count)]
    return [name, row.symbol, row_formula(row, slots).latex]


def _scopes(graph: Gathered, digits: int, language: str) -> list[list[Any]]:
    """Return of each scope the one around it, symbol and label of its card, and what is inside."""
    found = []
    for scope, parent in enumerate(graph.parents):
        card = _folded(graph, scope, digits, language)
        found.append(
            [-1 if parent is None else parent, card.symbol, card.label, card.subscript, card.detail]
        )
    return found


def _folded(graph: Gathered, scope: int, digits: int, language: str) -> Any:
    """Return the card of a folded scope."""
    places = graph.inside(scope)
    inner = set(places)
    used = {
        operand
        for place, mine in enumerate(graph.operands)
        if place not in inner
        for operand in mine
    } | {graph.root}
    members = [graph.nodes[place] for place in places]
    outputs = [graph.nodes[place] for place in places if place in used]
    values = [member for member in members if not isinstance(member, Plain)]
    return folded_card("", Part(values, graph.scopes[scope], 1), outputs, digits, language)


def _boxes(graph: Gathered, digits: int, language: str) -> dict[str, Any]:
    """Return where everything stands, whatever is folded."""
    cards = [
        boxes.Card(place, *_size(node, digits), graph.home[place])
        for place, node in enumerate(graph.nodes)
    ]
    edges: list[boxes.Edge] = []
    for head, mine in enumerate(graph.operands):
        for place, tail in enumerate(mine):
            edges.append(boxes.Edge(len(edges), tail, head, place))
    scopes = []
    for scope, parent in enumerate(graph.parents):
        card = _folded(graph, scope, digits, language)
        scopes.append(boxes.Scope(scope, parent, max(card.width, CARD_WIDTH), card.height + 12))
    return boxes.layout(cards, edges, scopes)


def _size(node: Any, digits: int) -> tuple[float, float]:
    """Return width and height of a node's card."""
    label = label_parts(node.label) if node.label else ("", "")
    if node.kind == "constant":
        shown = width(number(node.data, digits), NUMBER_SIZE)
        return title_width("", *label) + shown + (2 if node.label else 1.5) * AIR, CONSTANT_HEIGHT
    symbol = node.operation.symbol if node.operation else ""
    return max(title_width(symbol, *label) + 2 * AIR, CARD_WIDTH), CARD_HEIGHT


def _opened(graph: Gathered) -> list[int]:
    """Return the scopes that are open at first, outer ones before inner; sums never are.

    Examples
    --------
    >>> from autograd_mini.drawing.living.gathered import gather
    >>> from autograd_mini.graph import scope
    >>> from autograd_mini.value import Value
    >>> with scope("square"):
    ...     y = Value(3.0) ** 2
    >>> _opened(gather(y))
    [0]
    """
    opened: list[int] = []
    shown = sum(home is None for home in graph.home) + graph.parents.count(None)
    for scope in _by_depth(graph.parents):
        more = graph.home.count(scope) + graph.parents.count(scope) - 1
        parent = graph.parents[scope]
        fits = shown + more <= MOST_CARDS and not isinstance(graph.scopes[scope], Sum)
        if fits and (parent is None or parent in opened):
            opened.append(scope)
            shown += more
    return opened


def _by_depth(parents: list[int | None]) -> Iterable[int]:
    """Return the scopes, outer ones before inner, those from the root's side first."""
    depths: list[int] = []
    for parent in parents:
        depths.append(0 if parent is None else depths[parent] + 1)
    return sorted(range(len(parents)), key=lambda scope: (depths[scope], -scope))
