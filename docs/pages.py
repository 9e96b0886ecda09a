# ruff: noqa: D400, D401 - the first lines of docstrings are titles
"""Write the example pages: ``python docs/pages.py`` writes docs/pages.md and docs/pages/*.html.

Each function below is one page: its docstring is the title and a sentence, its body the code that
docs/pages.md shows. With ``--picture`` the moving picture of a nudge is made too, with playwright
and a Chromium. With ``--check`` nothing is written; the exit status tells whether docs/pages.md is
what it should be.
"""

from __future__ import annotations

import inspect
import io
import os
import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

import autograd_mini as ag

HERE = Path(__file__).parent


def neuron() -> ag.Page:
    """A sigmoid neuron with log loss

    The lecture's neuron, at an example of class 1. Pull w₁ to the right and see J grow.
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
    J = ag.log_loss(a, 1)
    J.label = "J"
    return ag.page(J)


def exercise() -> ag.Page:
    """The same as an exercise

    Each number is asked for before it is shown: forward first, and then the gradients, backward.
    """
    x, y, z = (ag.Value(n, label=name) for name, n in (("x", -2.0), ("y", 5.0), ("z", -4.0)))
    q = x + y
    q.label = "q"
    f = q * z
    f.label = "f"
    return ag.page(f, predict=True)


def xor() -> ag.Page:
    """A network that has learnt XOR

    One of its four examples. What would the network say to (0.5, 0)? Move x₁ and see.
    """
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    net = ag.MLP([2, 3, 1], activation="tanh", seed=1)
    ag.fit(net, X, y, optimizer=ag.Adam(0.1), batch_size=4, epochs=200, progress=False)
    return ag.page(net, [1.0, 0.0], [1], loss=ag.log_loss, title="XOR, at (1, 0)")


def folded() -> ag.Page:
    """A larger network, folded

    Layers open by a click, and in them the sums of the neurons.
    """
    net = ag.MLP([4, 8, 8, 3], activation="tanh", seed=0)
    x = [0.5, -1.0, 0.25, 2.0]
    return ag.page(net, x, [0, 1, 0], loss=ag.log_loss, title="an MLP with 4, 8, 8 and 3 units")


def descent() -> ag.Page:
    """A gradient descent

    The slider goes along the way; the graph shows J and its gradient at each point of it.
    """
    way = ag.gradient_descent(
        lambda p: (p["w"] - 1) ** 2 + 3 * (p["b"] - p["w"] / 2) ** 2,
        {"w": -1.5, "b": 2.0},
        step=0.12,
        tolerance=1e-3,
    )
    return ag.page(way, title="gradient descent")


PAGES = (neuron, exercise, xor, folded, descent)

HEAD = """\
# Living pages

`ag.page(root)` writes one HTML file in which a person can take hold of a computation graph: pull a
leaf and see every value and gradient follow, go through the forward and the backward pass step by
step, predict a number before it is shown. A page asks nothing of any network; download one of the
files below and open it. They are made by `python docs/pages.py`, after
`import autograd_mini as ag`.

![A leaf is pulled, and all values and gradients follow](pages/nudge.webp)
"""


def code_of(example: Any) -> str:
    """Return the body of an example's function, as one would type it."""
    body = inspect.getsource(example).split('"""\n')[1]
    return re.sub(r"^return ", "", textwrap.dedent(body), flags=re.MULTILINE).rstrip()


def path_of(example: Any) -> Path:
    """Return where a page is written."""
    return HERE / "pages" / f"{example.__name__}.html"


def section(example: Any) -> str:
    """Return the part of docs/pages.md about one page."""
    title, sentence = inspect.getdoc(example).split("\n\n")
    name = path_of(example).relative_to(HERE).as_posix()
    sentence = "\n".join(textwrap.wrap(f"{sentence} [The page]({name}).", 100))
    return f"## {title}\n\n{sentence}\n\n```python\n{code_of(example)}\n```\n"


def overview() -> str:
    """Return the whole of docs/pages.md."""
    return "\n".join([HEAD, *map(section, PAGES)])


def film() -> None:
    """Make the moving picture: a leaf of the neuron is pulled in a Chromium, and let back."""
    from PIL import Image  # noqa: PLC0415 - for this picture alone
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for this picture alone

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1100, "height": 640})
        view.goto(path_of(neuron).as_uri())
        view.add_style_tag(content=".lead, .tools, #steps, #numbers, .legend {display: none}")
        view.wait_for_timeout(300)
        shots = list(_pulled(view))
        browser.close()
    frames = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    frames[0].save(
        HERE / "pages" / "nudge.webp",
        save_all=True,
        append_images=frames[1:],
        duration=[900, *[90] * (len(frames) - 2), 1500],
        loop=0,
        quality=55,
        method=6,
    )


def _pulled(view: Any) -> Any:
    """Yield pictures while the pointer pulls w₁ to the right."""
    box = view.locator('[data-node="0"]').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 12
    view.evaluate(
        "document.body.append(Object.assign(document.createElement('i'), {id: 'hand', style: "
        "'position:fixed;width:18px;height:18px;border-radius:50%;background:#3b6fd499;"
        "border:2px solid #3b6fd4;pointer-events:none;transform:translate(-50%,-50%)'}))"
    )
    view.mouse.move(x, y)
    view.mouse.down()
    for step in (*range(0, 60, 3), *range(60, 0, -5), 24):
        view.mouse.move(x + step, y)
        view.evaluate(f"hand.style.left='{x + step}px';hand.style.top='{y}px'")
        view.wait_for_timeout(60)
        yield view.screenshot()
    view.mouse.up()


def main() -> int:
    """Write docs/pages.md and the pages, or compare the former with what it should be."""
    path = HERE / "pages.md"
    if "--check" in sys.argv[1:]:
        if path.read_text("utf-8") != overview():
            print("pages.md is stale: run python docs/pages.py", file=sys.stderr)  # noqa: T201
            return 1
        return 0
    path.write_text(overview(), "utf-8")
    path_of(neuron).parent.mkdir(exist_ok=True)
    for example in PAGES:
        example().save(path_of(example))
    if "--picture" in sys.argv[1:]:
        film()
    return 0


if __name__ == "__main__":
    sys.exit(main())
