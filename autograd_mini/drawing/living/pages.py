"""With this one can write a page in which a person takes hold of a computation graph.

Start from `page`, which returns a `Page`; `Page.save` writes it into one file, for any browser.
What its scripts are given is made in `record`, how it is put together in `markup`.
"""

from __future__ import annotations

import base64
import copy
import re
from contextlib import suppress
from pathlib import Path

from autograd_mini.drawing.formulas import expressions
from autograd_mini.drawing.living import javascript, markup, phrases
from autograd_mini.drawing.living.gathered import Plain, gather
from autograd_mini.drawing.living.record import as_json, record, uses
from autograd_mini.drawing.living.subjects import subject
from autograd_mini.drawing.request import check_form, draw
from autograd_mini.drawing.svg import check_surroundings
from autograd_mini.drawing.text import clean, escaped, number, plain_label
from autograd_mini.drawing.unicode_formulas import unicode_formula
from autograd_mini.drawing.words import check_language, counted
from autograd_mini.errors import NonFiniteGradientError
from autograd_mini.files import write_whole
from autograd_mini.graph import leaves, topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any

    from autograd_mini.drawing.living.gathered import Gathered
    from autograd_mini.drawing.living.subjects import Way

MOST_NODES = 1_500
"""A graph of more nodes is refused: nobody could take hold of it."""

_UNFOLDED, _STILL = 24, 40
"""The still picture of a graph of more nodes is folded, and has at most so many cards: of a larger
graph there is the table alone."""


class Page:
    """A page that computes by itself; a notebook shows it in a frame.

    Parameters
    ----------
    html : str
        The whole page, as one file.
    description : str
        What it shows, in one sentence.

    Examples
    --------
    >>> Page("<!doctype html>", "w = 2")
    <Page: w = 2>
    """

    __slots__ = ("description", "html")

    def __init__(self, html: str, description: str) -> None:
        self.html = html
        self.description = description

    def __repr__(self) -> str:
        return f"<Page: {self.description}>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whole or not at all.

        Parameters
        ----------
        path : path
            Ends in ``.html``.

        Raises
        ------
        ValueError
            If it ends in anything else.
        OSError
            If it cannot be written.

        Examples
        --------
        >>> Page("<!doctype html>", "w = 2").save("page.pdf")
        Traceback (most recent call last):
        ValueError: path must end in .html, not .pdf
        """
        suffix = Path(path).suffix
        if suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"path must end in .html, not {suffix or 'without an ending'}")
        write_whole(path, self.html)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook shows: the page in a frame of its own."""
        del include, exclude
        data = base64.b64encode(self.html.encode()).decode()
        frame = (
            f'<iframe title="{escaped(self.description)}" width="100%" height="720" '
            f'style="border:0" src="data:text/html;base64,{data}"></iframe>'
        )
        return {"text/html": frame, "text/plain": repr(self)}


def page(
    root: Any,
    x: Any = None,
    y: Any = None,
    *,
    loss: Any = None,
    title: str | None = None,
    theme: str = "auto",
    language: str = "en",
    digits: int = 3,
    predict: bool = False,
) -> Page:
    """Write a page in which a computation graph can be nudged, stepped and questioned.

    Any leaf can be moved; values, gradients and the derivation follow, and the change of the root
    is compared with what the derivative foretold. No sweep is needed before, and none leaves a
    trace. A network is shown at one of its examples: its features and the parameters are the
    leaves. Of a gradient descent, a slider goes along the way that it took.

    Parameters
    ----------
    root : Value, network, or what `gradient_descent` returned
    x, y : sequences of numbers, optional
        The example, and its answer; of a network.
    loss : callable, optional
        Of a network, such as `log_loss`: takes its answer and `y`. One of logits is given those.
    title : str, optional
        Stands above the page; by default the expression.
    theme : {"auto", "light", "dark"}
        Colours at first; "auto" follows the reader's system.
    language : {"en", "ru"}
    digits : int
        Significant digits of the numbers.
    predict : bool
        Whether the page opens as an exercise: each number is asked for before it is shown.

    Returns
    -------
    Page
        It shows itself in a notebook, and has `Page.save`.

    Raises
    ------
    TypeError
        If `root` is none of these, or a network comes without its example.
    ValueError
        If an option is not known, or the graph is too large to be taken hold of.
    LayoutError
        If nothing can lay the graph out.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> page((w * x).tanh())
    <Page: tanh(wx) = 1.00>
    """
    check_surroundings(theme, "own")
    check_language(language)
    check_form("right", digits)
    root, way = subject(root, x, y, loss)
    order = topological_order(root)
    if len(order) > MOST_NODES:
        raise ValueError(
            f"this graph has {len(order):,} nodes, more than the {MOST_NODES:,} that a page can "
            "hold: write a page of a part of it"
        )
    graph = gather(root)
    data = record(graph, digits=digits, language=language)
    expression = _expression(order, root, language)
    scripts, reason = _scripts(graph, data)
    if way is not None:
        data["way"] = _way(graph, way)
    else:
        scripts.pop("descent", None)
    words = phrases.spoken(phrases.SCRIPT, language)
    data |= {"words": words, "predict": predict}
    name = data["plain"][graph.root]
    gradient = f"∂{name}/∂·"
    frame = phrases.spoken(phrases.PAGE, language)
    facts = {
        "title": escaped(clean(title or expression)),
        "heading": escaped(clean(title or expression)),
        "lead": _lead(frame["lead"], name, gradient),
        "legend_gradient": escaped(f"{frame['legend_gradient']} {gradient}"),
        "trouble": escaped(frame["still"].format(reason=reason)) if reason else "",
        "trouble_hidden": "" if reason else " hidden",
        "still": _still(root, digits, language, theme),
        "table": markup.table(_rows(graph, data, digits), language, gradient),
        "extra": "" if way is None else markup.descent_section(language),
    }
    html = markup.assembled(facts, scripts, as_json(data), language=language, theme=theme)
    return Page(html, f"{expression} = {number(root.data, digits)}")


def _lead(sentence: str, name: str, gradient: str) -> str:
    return sentence.replace("{root}", escaped(name)).replace("{gradient}", escaped(gradient))


def _expression(order: list[Any], root: Any, language: str) -> str:
    """Return the root's name and what it computes, or how large it is, as a line of text."""
    label = plain_label(root.label) if root.label else ""
    written = expressions(order, [root])[id(root)]
    if written in ("", label) and root.operands:
        return ", ".join(filter(None, [label, counted(language, len(order), "node")]))
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


def _way(graph: Gathered, way: Way) -> dict[str, Any]:
    """Return the way of a descent as plain data, in those parameters that J depends on."""
    places = {node: place for place, node in enumerate(graph.nodes)}
    kept = [k for k, leaf in enumerate(way.leaves) if leaf in places]
    return {
        "leaves": [places[way.leaves[k]] for k in kept],
        "places": way.places,
        "points": [[point[k] for k in kept] for point in way.points],
        "J": way.J,
        "lengths": way.lengths,
        "reason": way.reason,
    }


def _rows(graph: Gathered, data: dict[str, Any], digits: int) -> list[tuple[str, ...]]:
    """Return the rows of the table: name, formula, value and gradient of each node."""
    rows: list[tuple[str, ...]] = []
    for place, node in enumerate(graph.nodes):
        formula = data["formulas"][place]
        gradient = data["gradients"][place]
        found = number(float(gradient), digits) if gradient is not None else ""
        named = "" if isinstance(node, Plain) else data["plain"][place]
        computed = unicode_formula(formula[0]) if formula else ""
        rows.append((named, computed, number(node.data, digits), found))
    return rows


def _still(root: Any, digits: int, language: str, theme: str) -> str:
    """Return the picture for those without scripts, swept; nothing of a graph that is too large."""
    still = copy.deepcopy(root)
    for leaf in leaves(still):
        leaf.grad = None
    with suppress(NonFiniteGradientError):  # then the picture says what there is
        still.backward()
    depth = None if len(topological_order(still)) <= _UNFOLDED else 0
    try:
        drawing = draw(
            still, depth=depth, digits=digits, language=language, theme=theme, limit=_STILL
        )
    except ValueError:
        return ""
    first, *rest = re.split(r"(?<=</title>)", drawing.svg, maxsplit=1)  # the first is its name
    return first + "".join(re.sub(r"<title>[^<]*</title>", "", part) for part in rest)
