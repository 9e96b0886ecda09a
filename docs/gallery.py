# ruff: noqa: D400, D401 - the first lines of docstrings are titles
"""Draw the gallery: ``python docs/gallery.py`` writes docs/gallery.md and docs/gallery/*.svg.

Each function below is one figure: its docstring is the title and a sentence, its body the code
that the page shows. Those that take a theme are plots, drawn once for each. With ``--check``
nothing is written; the exit status tells whether the page is what it should be.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import autograd_mini as ag

HERE = Path(__file__).parent


def micrograd() -> ag.Drawing:
    """The expression of micrograd's README

    Two leaves that are used again and again: every use is an edge of its own.
    """
    a, b = ag.Value(-4.0, label="a"), ag.Value(2.0, label="b")
    c, d = a + b, a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + (b + a).relu()
    d = d + 3 * d + (b - a).relu()
    f = (c - d) ** 2
    g = f / 2 + 10 / f
    g.label = "g"
    g.backward()
    return ag.draw(g, fold=False, direction="down")


def first_circuit() -> ag.Drawing:
    """Stanford CS231n's first circuit: a sum times a factor

    A product hands each operand the other one's value; a sum hands on what it gets.
    """
    x, y, z = (ag.Value(n, label=name) for name, n in (("x", -2.0), ("y", 5.0), ("z", -4.0)))
    f = (x + y) * z
    f.label = "f"
    f.backward()
    return ag.draw(f)


def neuron() -> ag.Drawing:
    """Stanford CS231n's second circuit: a sigmoid neuron

    The lecture's neuron: the weighted sum s, and the activation a = σ(s).
    """
    w1, w2, b = (
        ag.Value(number, label=label, kind="parameter")
        for label, number in (("w_1", 2.0), ("w_2", -3.0), ("b", -3.0))
    )
    x1, x2 = ag.Value(-1.0, label="x_1"), ag.Value(-2.0, label="x_2")
    s = w1 * x1 + w2 * x2 + b
    s.label = "s"
    a = ag.sigmoid(s)
    a.label = "a"
    a.backward()
    return ag.draw(a)


def third_circuit() -> ag.Drawing:
    """Stanford CS231n's third circuit: a maximum

    The maximum sends the whole gradient to the larger operand, and nothing to the other.
    """
    x, y, z, w = (
        ag.Value(n, label=name) for name, n in (("x", 3.0), ("y", -4.0), ("z", 2.0), ("w", -1.0))
    )
    f = (x * y + ag.maximum(z, w)) * 2
    f.label = "f"
    f.backward()
    return ag.draw(f)


def log_loss() -> ag.Drawing:
    """A neuron and its log loss

    From the weighted sum the log loss keeps all digits; its slope there is ŷ − y, here −0.269.
    """
    w, x, b = (
        ag.Value(2.0, label="w", kind="parameter"),
        ag.Value(-1.0, label="x"),
        ag.Value(3.0, label="b", kind="parameter"),
    )
    s = w * x + b
    s.label = "s"
    J = ag.log_loss_from_logits(s, 1)
    J.label = "J"
    J.backward()
    return ag.draw(J)


def xor() -> ag.Drawing:
    """A network that has learnt XOR

    Blue weights are positive, dashed orange ones negative; three hidden neurons cut the plane.
    """
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    net = ag.MLP([2, 3, 1], activation="tanh", seed=1)
    ag.fit(net, X, y, optimizer=ag.Adam(0.1), batch_size=4, epochs=200, progress=False)
    return ag.draw(net, title="XOR")


def unfolded() -> ag.Drawing:
    """A small network as a graph, every operation of it

    All that backpropagation does for one example: one card for each number, and a frame around
    what belongs to one layer.
    """
    net = ag.MLP([2, 2, 1], seed=0)
    J = ag.log_loss_from_logits(net.logits([1.0, -1.0]), [1])
    J.label = "J"
    J.backward()
    return ag.draw(J, fold=False, direction="down")


def folded() -> ag.Drawing:
    """A larger network, folded into its layers

    A layer is one card, with what is inside and the norms of its values and gradients.
    """
    net = ag.MLP([8, 16, 16, 3], activation="tanh", seed=0)
    J = ag.log_loss_from_logits(net.logits([0.1 * k for k in range(8)]), [0, 1, 0])
    J.label = "J"
    J.backward()
    return ag.draw(J, depth=0)


def opened() -> ag.Drawing:
    """A network, one level opened

    Each layer has a frame, each weighted sum is one card; along the lines stand the weights.
    """
    net = ag.MLP([3, 4, 2], activation="tanh", seed=0)
    x = [ag.Value(0.5 * k, label=f"x_{k}") for k in (1, 2, 3)]
    J = ag.log_loss_from_logits(net.logits(x), [0, 1])
    J.label = "J"
    J.backward()
    return ag.draw(J, depth=1, direction="down")


def recurrent_cell() -> ag.Drawing:
    """A recurrent cell, three steps long

    One weight u is used in every step, so its gradient is a sum over the steps.
    """
    u, w = (ag.Value(n, label=name, kind="parameter") for name, n in (("u", 0.5), ("w", 1.5)))
    h = ag.Value(0.0, label="h_0")
    for step, number in enumerate((1.0, -0.5, 0.25), 1):
        with ag.scope(f"step {step}"):
            x = ag.Value(number, label=f"x_{step}")
            h = ag.tanh(u * h + w * x)
        h.label = f"h_{step}"
    h.backward()
    return ag.draw(h, direction="down")


def softmax() -> ag.Drawing:
    """Softmax with cross-entropy

    Three weighted sums, the right class is the first: the gradients are ŷ − y.
    """
    s = [ag.Value(n, label=f"s_{k}") for k, n in enumerate((2.0, 1.0, -1.0), 1)]
    J = ag.cross_entropy(ag.softmax(s), [1, 0, 0])
    J.label = "J"
    J.backward()
    return ag.draw(J, direction="down")


def reused() -> ag.Drawing:
    """Where naive recursion fails: a result that is used twice

    A sweep that walks down from c through each edge visits b twice, and sends the first half of
    its gradient on to a a second time: it says 6, and it is 4.
    """
    a = ag.Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    c.backward()
    return ag.draw(c)


def early() -> ag.Drawing:
    """Where naive recursion fails: a short way and a long one

    Node b has to wait for both of its results. A sweep that goes on from b as soon as the short
    way has arrived misses what comes by the long one: it says 3, and it is 39.
    """
    a = ag.Value(2.0, label="a")
    b = a * 3
    b.label = "b"
    c = ag.square(b)
    c.label = "c"
    d = b + c
    d.label = "d"
    d.backward()
    return ag.draw(d)


def second_derivative() -> ag.Drawing:
    """The graph of a derivative

    A gradient is made of Values again: this is the slope of x·sin x, swept once more, so that the
    card of x shows the second derivative.
    """
    x = ag.Value(2.0, label="x")
    (slope,) = ag.gradients(x * ag.sin(x), [x])
    slope.label = "y′"
    slope.backward()
    return ag.draw(slope)


def boundary(theme: str) -> Any:
    """A decision boundary

    The shade is the probability of each class, the line where both are equally likely.
    """
    data = ag.datasets.moons(200, noise=0.15)
    net = ag.MLP([2, 8, 1], activation="tanh", seed=0)
    ag.fit(net, data.features, data.targets, optimizer=ag.Adam(0.05), epochs=80, progress=False)
    return ag.drawing.plot_boundary(
        lambda points: ag.training.answers(net, points),
        data.features,
        data.targets,
        data.class_names,
        theme=theme,
    )


def contours(theme: str) -> Any:
    """The path of gradient descent over contours

    In a narrow valley the steps go to and fro across, and slowly along.
    """
    descent = ag.gradient_descent(
        lambda t: 0.5 * t[0] ** 2 + 4 * t[1] ** 2 + t[0] * t[1], [-4.0, 1.5], step=0.2
    )
    return descent.plot(theme=theme)


def gradient_flow(theme: str) -> Any:
    """Gradients that vanish

    Each layer of sigmoids makes δ smaller, here to a fifth; graph and delta formulas agree all the
    same.
    """
    net = ag.MLP([8, 8, 8, 8, 8, 8, 8, 2], seed=0)
    report = ag.check_deltas(net, [0.1 * k for k in range(8)], [1, 0])
    return report.plot(theme=theme)


def digits(theme: str) -> Any:
    """Digits, and what a network takes them for

    After one epoch; what is wrong stands out.
    """
    data = ag.datasets.load("digits")
    learn, rest = data.shuffled_split(0.2)
    net = ag.MLP([64, 10], output="softmax", seed=0)
    ag.fit(net, learn.features, learn.targets, loss="cross_entropy", epochs=1, progress=False)
    said = ag.predict(net, rest.features[:24])
    return ag.drawing.plot_digits(rest.features[:24], said, rest.targets[:24], theme=theme)


def explanation() -> Any:
    """The chain rule, path by path

    The weight w reaches f = s·σ(s) by two paths. So a terminal shows it; a notebook has formulas.
    """
    w, x, b = ag.Value(2.0, label="w"), ag.Value(-1.0, label="x"), ag.Value(3.0, label="b")
    s = w * x + b
    a = ag.sigmoid(s)
    f = s * a
    s.label, a.label, f.label = "s", "a", "f"
    return ag.explain(f, w)


def animation() -> ag.Drawing:
    """Forward and backward, in motion

    One SVG without a script: it plays wherever a picture may.
    """
    x, y, z = (ag.Value(n, label=name) for name, n in (("x", -2.0), ("y", 5.0), ("z", -4.0)))
    f = (x + y) * z
    f.label = "f"
    return ag.animate(f)


FIGURES = (
    neuron,
    first_circuit,
    third_circuit,
    micrograd,
    log_loss,
    softmax,
    xor,
    unfolded,
    folded,
    opened,
    recurrent_cell,
    reused,
    early,
    second_derivative,
    explanation,
    animation,
    boundary,
    contours,
    gradient_flow,
    digits,
)

HEAD = """\
# Gallery

Figures of graphs, networks and training, each with the lines that make it. They begin with
`import autograd_mini as ag`; at the end of a notebook's cell a figure shows itself, elsewhere
`.save("figure.svg")` writes a drawing and `.savefig("figure.svg")` a plot. Drawings follow the
reader's system, light or dark.

In every drawing a card shows the value and, in italics, the gradient of the root by it; beside an
edge stands the local derivative. This page and its figures are made by `python docs/gallery.py`.
"""


def code_of(figure: Any) -> str:
    """Return the body of a figure's function, as one would type it."""
    body = inspect.getsource(figure).split('"""\n')[1]
    typed = re.sub(r"^return ", "", textwrap.dedent(body), flags=re.MULTILINE)
    return re.sub(r"\n    theme=theme,|, theme=theme|theme=theme", "", typed).rstrip()


def themes_of(figure: Any) -> tuple[str, ...]:
    """Return the themes that a figure is drawn in: plots do not follow the reader's system."""
    return ("light", "dark") if inspect.signature(figure).parameters else ()


def path_of(figure: Any, theme: str = "") -> Path:
    """Return where a figure is written."""
    name = figure.__name__.replace("_", "-")
    return HERE / "gallery" / f"{name}{'-dark' if theme == 'dark' else ''}.svg"


def section(figure: Any) -> str:
    """Return the part of the page about one figure."""
    title, sentence = inspect.getdoc(figure).split("\n\n")
    name = path_of(figure).relative_to(HERE).as_posix()
    if figure is explanation:
        shown = f"```text\n{explanation()}\n```"
    elif themes_of(figure):
        dark = path_of(figure, "dark").relative_to(HERE).as_posix()
        shown = (
            f'<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
            f'<img alt="{title}" src="{name}"></picture>'
        )
    else:
        shown = f"![{title}]({name})"
    sentence = "\n".join(textwrap.wrap(sentence, 100))
    return f"## {title}\n\n{sentence}\n\n```python\n{code_of(figure)}\n```\n\n{shown}\n"


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *map(section, FIGURES)])


def draw(figure: Any) -> None:
    """Draw one figure, in all its themes."""
    if figure is explanation:
        return
    for theme in themes_of(figure):
        ag.drawing.save_plot(figure(theme), path_of(figure, theme))
    if not themes_of(figure):
        figure().save(path_of(figure))


def main() -> int:
    """Write the page and its figures, or compare the page with what it should be."""
    path = HERE / "gallery.md"
    if "--check" not in sys.argv[1:]:
        path.write_text(page(), "utf-8")
        for figure in FIGURES:
            draw(figure)
    elif path.read_text("utf-8") != page():
        print("gallery.md is stale: run python docs/gallery.py", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
