"""With this one can draw a typed formula: ``autograd-mini draw "w*x + b" w=2 x=-1 b=-3``.

Start from `run`. How the text is read lives in `autograd_mini.expressions`, how the graph is
drawn in `autograd_mini.drawing`.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from autograd_mini.commands.usage import Parser, UsageError, explained, say
from autograd_mini.expressions import FUNCTIONS, parse

if TYPE_CHECKING:
    import argparse
    from typing import Any

    from autograd_mini.value import Value

__all__ = ["add_parser", "run"]

_EPILOG = f"""\
an expression is made of names, numbers, + - * / // % **, ( ) and calls of
{textwrap.fill(", ".join(FUNCTIONS), 78, initial_indent="  ", subsequent_indent="  ")}

examples:
  autograd-mini draw "sigmoid(w*x + b)" w=2 x=-1 b=-3
  autograd-mini draw "(x + y) * z" x=-2 y=5 z=-4 -o circuit.svg --theme dark
  autograd-mini draw "tanh(w*x + b)" w=1 x=2 b=-1 --page neuron.html
  autograd-mini draw -- "-log(p)" p=0.9     (-- if it begins with a minus)
"""


def add_parser(commands: argparse._SubParsersAction[Parser]) -> None:
    """Say what the command takes."""
    parser = commands.add_parser(
        "draw",
        help="draw the graph of an expression, with values and gradients",
        description=(
            "Compute an expression, go backwards through its graph, and draw it: on each card\n"
            "the value and the gradient, beside each edge the local derivative."
        ),
        epilog=_EPILOG,
    )
    parser.add_argument("expression", help='such as "sigmoid(w*x + b)"')
    parser.add_argument("values", nargs="*", metavar="NAME=NUMBER", help="a value for each name")
    parser.add_argument(
        "-o", "--out", metavar="FILE", default="expression.svg",
        help="file to write, .svg or .dot, or with an optional library .png or .pdf; it is "
        "replaced if it is there (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--theme", choices=("auto", "light", "dark"), default="auto",
        help="colours; auto follows the reader's system (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--page", metavar="FILE",
        help="also write a page, .html, in which the graph can be nudged and stepped through",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Draw the expression, and print its value and gradients.

    Parameters
    ----------
    arguments : argparse.Namespace
        With `expression`, `values`, `out`, `theme` and `page`.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    UsageError
        If the expression, a value or the file is not accepted.
    """
    from autograd_mini.drawing import LayoutError, draw, page  # noqa: PLC0415 - --help must be quick

    values = dict(_assignment(text) for text in arguments.values)
    if len(values) < len(arguments.values):
        raise UsageError(f"a name has two values: {' '.join(arguments.values)}")
    with explained(ValueError, ArithmeticError):
        root = parse(arguments.expression).evaluate(values)
        root.backward()
    with explained(ValueError, LayoutError, ImportError, OSError):
        drawing = draw(root, theme=arguments.theme, title=arguments.expression)
        drawing.save(arguments.out)
        if arguments.page:
            living = page(root, theme=arguments.theme, title=arguments.expression)
            living.save(arguments.page)
    say(_report(arguments.expression, root))
    say(f"\nwrote {' and '.join(filter(None, [arguments.out, arguments.page]))}")
    return 0


def _assignment(text: str) -> tuple[str, float]:
    """Return the name and the number of a text such as w=2."""
    name, equals, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (equals and name.strip().isidentifier() and math.isfinite(value)):
        raise UsageError(f"{text!r} is no value; accepted: NAME=NUMBER, such as w=2 or b=-0.5")
    return name.strip(), value


def _report(expression: str, root: Value) -> str:
    """Return the value, and the gradients by name."""
    from autograd_mini.graph import leaves  # noqa: PLC0415 - beside what it is for

    rows: list[tuple[Any, ...]] = [("name", "value", "gradient")]
    rows += [(leaf.label, f"{leaf.data:g}", leaf.grad) for leaf in leaves(root) if leaf.label]
    first, second = (max(len(str(row[place])) for row in rows) for place in (0, 1))
    lines = [f"{name:<{first}}  {value:>{second}}  {slope}" for name, value, slope in rows]
    return "\n".join([f"{expression} = {root.data!r}", "", *lines])
