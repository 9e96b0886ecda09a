"""With this one can gather what a living page consists of, from the graph that it shows.

Start from `contents`: facts for the template, scripts by name, and the record as JSON. The record
is made in `record`; how all is put together lives in `markup`.
"""

from __future__ import annotations

import copy
import re
from contextlib import suppress
from typing import NamedTuple

from autograd_mini.drawing.formulas import expressions
from autograd_mini.drawing.living import javascript, markup, phrases
from autograd_mini.drawing.living.gathered import Plain, gather
from autograd_mini.drawing.living.record import as_json, record, uses
from autograd_mini.drawing.request import draw
from autograd_mini.drawing.text import clean, escaped, number, plain_label
from autograd_mini.drawing.unicode_formulas import unicode_formula
from autograd_mini.drawing.words import counted, say
from autograd_mini.errors import NonFiniteGradientError
from autograd_mini.graph import leaves, topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.drawing.living.gathered import Gathered
    from autograd_mini.drawing.living.subjects import Subject, Way

_UNFOLDED, _STILL = 24, 40
"""The still picture of a graph of more nodes is folded, and has at most so many cards: of a larger
graph there is the table alone."""


class Wish(NamedTuple):
    """What was asked for; see `page`."""

    title: str
    theme: str
    language: str
    digits: int
    predict: bool


def contents(found: Subject, wish: Wish) -> tuple[dict[str, str], dict[str, str], str]:
    """Return what a page consists of.

    Parameters
    ----------
    found : Subject
    wish : Wish

    Returns
    -------
    facts : dict
        Places of the template → HTML.
    scripts : dict
        Names → texts; none where the page can't compute by itself.
    record : str
        The graph, as JSON.
    """
    graph = gather(found.root)
    data = record(graph, digits=wish.digits, language=wish.language)
    scripts, reason = _scripts(graph, data)
    if found.way is None:
        scripts.pop("descent", None)
    else:
        data["way"] = _way(graph, found.way, wish.language)
    data["words"] = phrases.spoken(phrases.SCRIPT, wish.language)
    data["predict"] = wish.predict
    return _facts(graph, data, found, wish) | _trouble(reason, wish), scripts, as_json(data)


def _facts(graph: Gathered, data: dict[str, Any], found: Subject, wish: Wish) -> dict[str, str]:
    """Return what stands in the page beside its phrases, as HTML."""
    words = phrases.spoken(phrases.PAGE, wish.language)
    name = data["plain"][graph.root]
    gradient = f"∂{name}/∂·"
    title = escaped(clean(wish.title))
    leads = {
        key: words[key].replace("{root}", escaped(name)).replace("{gradient}", escaped(gradient))
        for key in ("lead", "lead_table")
    }
    return leads | {
        "title": title,
        "heading": title,
        "legend_gradient": escaped(f"{words['legend_gradient']} {gradient}"),
        "still": _still(found.root, wish),
        "table": markup.table(
            _rows(graph, data, wish.digits, wish.language), wish.language, gradient
        ),
        "extra": "" if found.way is None else markup.descent_section(wish.language),
    }


def _trouble(reason: str, wish: Wish) -> dict[str, str]:
    """Return what says why a page stays still, if it does."""
    if not reason:
        return {"trouble": "", "trouble_hidden": " hidden"}
    sentence = phrases.spoken(phrases.PAGE, wish.language)["still"].format(reason=reason)
    return {"trouble": escaped(sentence), "trouble_hidden": ""}


def described(order: list[Any], root: Any, language: str) -> str:
    """Return the root's name and what it computes, or how large it is, as a line of text.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> y = w * x
    >>> described([w, x, y], y, "en")
    'wx'
    """
    label = plain_label(root.label) if root.label else ""
    written = expressions(order, [root])[id(root)]
    if written in ("", label) and root.operands:
        return f"{label or 'f'}, {counted(language, len(order), 'node')}"
    sides = dict.fromkeys([label, written])
    return " = ".join(filter(None, sides))


def _scripts(graph: Gathered, data: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Return the scripts of a page by name; none, and why, where it can't compute by itself."""
    try:
        spelled = javascript.spelling(uses(graph))
    except javascript.NotSpelledError as error:
        return {}, str(error)
    for operation in data["operations"]:
        operation.append(spelled[operation[0]].requirement)
    needed = {"arithmetic.js"}.union(*(each.scripts for each in spelled.values()))
    scripts = {
        name: markup.read(f"{name}.js")
        for name in markup.SCRIPTS
        if name not in ("arithmetic", "special", "operations") or f"{name}.js" in needed
    }
    return scripts | {"operations": javascript.rules(spelled)}, ""


def _way(graph: Gathered, way: Way, language: str) -> dict[str, Any]:
    """Return the way of a descent as plain data, in those parameters that J depends on."""
    places = {node: place for place, node in enumerate(graph.nodes)}
    kept = [k for k, leaf in enumerate(way.leaves) if leaf in places]
    return {
        "leaves": [places[way.leaves[k]] for k in kept],
        "places": way.places,
        "points": [[point[k] for k in kept] for point in way.points],
        "J": way.J,
        "lengths": way.lengths,
        "reason": phrases.spoken(phrases.ENDED, language)[way.reason],
        "step": way.step,
        "tolerance": way.tolerance,
    }


def _rows(
    graph: Gathered, data: dict[str, Any], digits: int, language: str
) -> list[tuple[str, ...]]:
    """Return the rows of the table: name, formula, value and gradient of each node."""
    rows: list[tuple[str, ...]] = []
    for place, node in enumerate(graph.nodes):
        formula = data["formulas"][place]
        gradient = data["gradients"][place]
        found = number(float(gradient), digits) if gradient is not None else ""
        named = "" if isinstance(node, Plain) else data["plain"][place]
        computed = unicode_formula(formula[0]) if formula else ""
        if node.kind == "constant":
            computed = say(language, "constant")
        rows.append((named, computed, number(node.data, digits), found))
    return rows


def _still(root: Any, wish: Wish) -> str:
    """Return the picture for those without scripts, swept; nothing of a graph that is too large."""
    still = copy.deepcopy(root)
    for leaf in leaves(still):
        leaf.grad = None
    with suppress(NonFiniteGradientError):  # then the picture says what there is
        still.backward()
    depth = None if len(topological_order(still)) <= _UNFOLDED else 0
    try:
        drawing = draw(
            still,
            depth=depth,
            digits=wish.digits,
            language=wish.language,
            theme=wish.theme,
            limit=_STILL,
        )
    except ValueError:
        return ""
    first, *rest = re.split(r"(?<=</title>)", drawing.svg, maxsplit=1)  # the first is its name
    return first + "".join(re.sub(r"<title>[^<]*</title>", "", part) for part in rest)
