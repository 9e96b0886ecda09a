"""With this one can draw a network as circles and lines, from plain numbers.

Start from `draw_network`. It knows no network class: a network hands over its sizes, weights and
activations. Where the circles stand is found in `network_layout`; graphs of single scalars are
drawn in `scalar_graph`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from autograd_mini.drawing import legend, svg
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.heat import STRONGEST_TINT
from autograd_mini.drawing.network_layout import stand
from autograd_mini.drawing.text import clean, number, width
from autograd_mini.drawing.words import check_language, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.drawing.network_layout import Stand, Unit

    Matrix = Sequence[Sequence[float]]

_CAPTION_SIZE = 10.5
_CAPTION_HEIGHT = 30.0
_VALUE_SIZE = 9.0
_LEAST_COLUMN = 160.0
_AIR = 10.0
_THINNEST, _THICKEST = 0.3, 3.2
_BUCKETS = 5
_STROKES: dict[str, dict[str, object]] = {
    "positive": {"stroke_linecap": "round"},
    "negative": {"stroke_dasharray": "7 3"},
}
"""How the lines of each sign are drawn: on a grey print form alone tells them apart."""


class _Network(NamedTuple):
    """What is drawn."""

    sizes: list[int]
    weights: Sequence[Matrix] | None
    values: Sequence[Sequence[float]] | None
    captions: list[str]
    quantity: str
    theme: str
    language: str


def draw_network(
    sizes: Sequence[int],
    weights: Sequence[Matrix] | None = None,
    *,
    activations: Sequence[str] | None = None,
    values: Sequence[Sequence[float]] | None = None,
    quantity: str = "weight",
    theme: str = "auto",
    paper: str = "own",
    title: str | None = None,
    language: str = "en",
    first: int = 1,
) -> Drawing:
    r"""Draw a network: a circle for each unit, and a line for each weight :math:`w^l_{jk}`.

    Lines are blue for positive weights, orange and dashed for negative ones, and as wide as the
    weight is large.

    Parameters
    ----------
    sizes : sequence of L ints
        :math:`n_1, \dots, n_L`, the units of each layer.
    weights : sequence of L - 1 matrices, optional
        That of layer l has :math:`n_l` rows of :math:`n_{l-1}` numbers. Without, all lines are
        alike.
    activations : sequence of L - 1 names, optional
        Of the layers from the second on, for their captions.
    values : sequence of L sequences, optional
        :math:`a^1, \dots, a^L` of one example: each stands in its circle, which is tinted by
        sign and size.
    quantity : str
        What the lines show, for the legend: gradients can stand in place of weights.
    theme, paper, title, language
        As in `draw`.
    first : int
        The number of the first layer.

    Returns
    -------
    Drawing
        Without DOT text.

    Raises
    ------
    ValueError
        If there are fewer than two layers, or a shape does not fit `sizes`.

    Examples
    --------
    >>> draw_network([2, 3, 1], activations=["tanh", "sigmoid"])
    <Drawing: network of 3 layers with 2, 3, 1 units>
    """
    svg.check_surroundings(theme, paper)
    check_language(language)
    sizes = [int(size) for size in sizes]
    _check(sizes, weights, activations, values)
    captions = _captions(sizes, activations, language, first)
    network = _Network(sizes, weights, values, captions, quantity, theme, language)
    entries, radius = _entries(network), 16.0 if values is not None else 11.0
    widths = [width(caption, _CAPTION_SIZE) for caption in network.captions]
    column = max(_LEAST_COLUMN, max(widths) + 24)
    across = (len(sizes) - 1) * column
    inner = max(across + (widths[0] + widths[-1]) / 2, legend.legend_width(entries))
    wide = max(inner, svg.heading_width(title)) + 2 * svg.MARGIN
    left = (wide - across + (widths[0] - widths[-1]) / 2) / 2
    top = svg.top(title) + _CAPTION_HEIGHT
    where = stand(sizes, left, top, column, 2 * radius + _AIR)
    low = top + where.height + legend.HEIGHT
    body = (
        svg.heading(title, theme)
        + _draw_captions(network, where, svg.top(title) + _CAPTION_SIZE)
        + _draw_lines(network, where, radius)
        + _draw_units(network, where, radius)
        + _draw_gaps(network, where)
        + legend.draw_legend(entries, low, theme)
    )
    description = _described(sizes, title, language)
    size = wide, low + svg.MARGIN
    picture = svg.document(body, *size, description=description, theme=theme, paper=paper)
    return Drawing(picture, description)


def _check(
    sizes: list[int],
    weights: Sequence[Matrix] | None,
    activations: Sequence[str] | None,
    values: Sequence[Sequence[float]] | None,
) -> None:
    """Raise ValueError unless everything fits `sizes`."""
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be two or more positive numbers, not {sizes}")
    shapes = [(high, wide) for wide, high in pairwise(sizes)]
    if weights is not None:
        came = [(len(matrix), *sorted({len(row) for row in matrix})) for matrix in weights]
        if came != shapes:
            raise ValueError(f"weights must have the shapes {shapes}, not {came}")
    if activations is not None and len(activations) != len(shapes):
        raise ValueError(f"activations must be {len(shapes)} names, not {len(activations)}")
    lengths = sizes if values is None else [len(layer) for layer in values]
    if lengths != sizes:
        raise ValueError(f"values must have the lengths {sizes}, not {lengths}")


def _captions(
    sizes: list[int], activations: Sequence[str] | None, language: str, first: int
) -> list[str]:
    """Return the captions of the layers, such as "layer 2 · tanh · 16"."""
    names = [
        say(language, "input") if first == 1 else "",
        *(activations or [""] * (len(sizes) - 1)),
    ]
    return [
        " · ".join(filter(None, (f"{say(language, 'layer')} {layer}", clean(name), str(size))))
        for layer, (name, size) in enumerate(zip(names, sizes, strict=True), first)
    ]


def _described(sizes: list[int], title: str | None, language: str) -> str:
    counts = ", ".join(map(str, sizes))
    sentence = say(language, "network", layers=len(sizes), counts=counts)
    return f"{title}: {sentence}" if title else sentence


def _entries(network: _Network) -> list[tuple[str, str]]:
    """Return the legend's entries."""
    language, quantity = network.language, network.quantity
    if quantity == "weight":
        quantity = say(language, "weight")
    entries = [("ink", say(language, "activation"))] if network.values is not None else []
    if network.weights is None:
        return [*entries, ("quiet", say(language, "line"))]
    largest = number(_largest(network.weights))
    return [
        *entries,
        ("blue", say(language, "positive", quantity=quantity)),
        ("orange", say(language, "negative", quantity=quantity)),
        ("quiet", say(language, "width", largest=largest)),
    ]


def _largest(arrays: Sequence[Matrix]) -> float:
    """Return the largest absolute value, or 1 where all are 0."""
    return max((abs(x) for array in arrays for row in array for x in row), default=0.0) or 1.0


def _draw_captions(network: _Network, where: Stand, baseline: float) -> str:
    captions = [
        svg.text(layer[0].x, baseline, caption)
        for layer, caption in zip(where.layers, network.captions, strict=True)
    ]
    return svg.group("ink", captions, network.theme, font_size=_CAPTION_SIZE, text_anchor="middle")


def _draw_lines(network: _Network, where: Stand, radius: float) -> str:
    """Return the weights as lines, the large ones on top."""
    pairs = [(k, j) for before, after in pairwise(where.layers) for k in before for j in after]
    if network.weights is None:
        lines = [_line(k, j, radius, 0.6, "") for k, j in pairs]
        return svg.group("edge", lines, network.theme, stroke_width=0.6, fill="none")
    largest = _largest(network.weights)
    buckets: dict[tuple[int, str], list[str]] = {}
    for k, j in pairs:
        weight = network.weights[j.layer - 1][j.number][k.number]
        share = abs(weight) / largest
        wide = _THINNEST + (_THICKEST - _THINNEST) * share
        words = f"{network.quantity} from {_name(k)} to {_name(j)}: {float(weight)}"
        key = (min(int(share * _BUCKETS), _BUCKETS - 1), "negative" if weight < 0 else "positive")
        buckets.setdefault(key, []).append(_line(k, j, radius, wide, words))
    return "".join(
        svg.group(role, buckets[level, role], network.theme, fill="none", **_STROKES[role])
        for level, role in sorted(buckets)
    )


def _name(unit: Unit) -> str:
    return f"unit {unit.number + 1} of layer {unit.layer + 1}"


def _line(k: Unit, j: Unit, radius: float, wide: float, words: str) -> str:
    path = f"M{svg.decimal(k.x + radius)},{svg.decimal(k.y)}"
    path += f"L{svg.decimal(j.x - radius)},{svg.decimal(j.y)}"
    width_ = {"stroke_width": f"{wide:.2f}"} if words else {}
    return svg.element("path", svg.tooltip([words]) if words else "", d=path, **width_)


def _draw_units(network: _Network, where: Stand, radius: float) -> str:
    """Return the circles, and the values in them."""
    units = [unit for layer in where.layers for unit in layer]
    if network.values is None:
        circles = [_circle(unit, radius, _name(unit)) for unit in units]
        return svg.group("operation", circles, network.theme, stroke_width=1.1)
    values = [float(network.values[unit.layer][unit.number]) for unit in units]
    scale = [_largest([[layer]]) for layer in network.values]
    circles = [
        _circle(unit, radius, f"{_name(unit)}: a = {value}")
        for unit, value in zip(units, values, strict=True)
    ]
    tints: dict[str, list[str]] = {"blue": [], "orange": []}
    for unit, value in zip(units, values, strict=True):
        opacity = STRONGEST_TINT * abs(value) / scale[unit.layer]
        tints["blue" if value > 0 else "orange"].append(_tint(unit, radius, opacity))
    texts = [
        svg.text(unit.x, unit.y + 0.36 * _VALUE_SIZE, short(value))
        for unit, value in zip(units, values, strict=True)
    ]
    passing: dict[str, object] = {"pointer_events": "none"}  # the circle has the tooltip
    style: dict[str, object] = {"font_size": _VALUE_SIZE, "text_anchor": "middle", **passing}
    return (
        svg.group("operation", circles, network.theme, stroke_width=1.1)
        + "".join(svg.group(role, tint, network.theme, **passing) for role, tint in tints.items())
        + svg.group("ink", texts, network.theme, **style)
    )


def _circle(unit: Unit, radius: float, words: str) -> str:
    return svg.element("circle", svg.tooltip([words]), cx=unit.x, cy=unit.y, r=radius)


def _tint(unit: Unit, radius: float, opacity: float) -> str:
    return svg.element(
        "circle", cx=unit.x, cy=unit.y, r=radius - 0.5, fill_opacity=f"{opacity:.2f}"
    )


def short(value: float) -> str:
    """Return a number that fits into a circle.

    Examples
    --------
    >>> short(-0.19661), short(12.25), short(1234.5), short(2.0)
    ('−0.20', '12.2', '1234', '2')
    """
    size = abs(value)
    if size >= 10_000:
        return number(value, 1)
    text = f"{value:.{2 if size < 10 else 1 if size < 100 else 0}f}"
    return number(value) if value == int(value) else text.replace("-", "−")


def _draw_gaps(network: _Network, where: Stand) -> str:
    """Return three dots, and how many units they stand for."""
    dots, counts = [], []
    for gap in where.gaps:
        dots += [
            svg.element("circle", cx=gap.x, cy=gap.y + dy, r=1.4) for dy in (-13.0, -8.0, -3.0)
        ]
        counts.append(svg.text(gap.x, gap.y + 11, say(network.language, "more", units=gap.units)))
    return svg.group("quiet", dots, network.theme) + svg.group(
        "quiet", counts, network.theme, font_size=_VALUE_SIZE, text_anchor="middle"
    )
