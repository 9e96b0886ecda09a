"""What is written into a living page, without a browser."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pages
import pytest

import autograd_mini as ag
from autograd_mini.drawing.living import markup
from autograd_mini.drawing.living.gathered import gather
from autograd_mini.drawing.living.phrases import PAGE, SCRIPT
from autograd_mini.drawing.living.record import as_json


def record_of(page):
    """Return the data that a page's scripts are given."""
    return json.loads(pages.unpacked(page.html)["record.json"])


def test_the_record_holds_pythons_numbers_to_the_last_bit():
    root = pages.network()
    found = record_of(ag.page(root))
    root.backward()
    nodes = ag.topological_order(root)
    values = {node.data for node in nodes}
    gradients = {node.grad for node in nodes if node.kind != "constant"}
    assert set(found["values"]) == values
    assert {gradient for gradient in found["gradients"] if gradient is not None} == gradients


def test_writing_a_page_leaves_no_trace():
    root = pages.neuron()
    leaf = ag.leaves(root)[0]
    ag.page(root)
    assert leaf.grad is None
    leaf.grad = 0.0
    ag.page(root)
    assert leaf.grad == 0.0


def test_the_same_graph_gives_the_same_bytes():
    assert ag.page(pages.network()).html == ag.page(pages.network()).html


def test_a_page_asks_no_network_for_anything():
    html = ag.page(pages.network()).html
    html += "".join(pages.unpacked(html).values())
    addresses = set(re.findall(r"\bhttps?://[^\s\"'<)]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert "default-src 'none'" in html


def test_data_in_a_script_element_cannot_end_it():
    text = as_json("</script><!--<script>\u2028")
    assert "<" not in text
    assert json.loads(text) == "</script><!--<script>\u2028"


def test_infinite_and_missing_numbers_survive_the_record():
    x = ag.Value(0.0, label="x")
    found = record_of(ag.page(ag.sqrt(x)))
    assert found["slopes"] == [[], ["Infinity"]]
    assert found["gradients"] == ["Infinity", 1]


def test_plain_numbers_become_nodes():
    x = ag.Value(3.0, label="x")
    graph = gather(2 * x + x)
    assert [node.kind for node in graph.nodes].count("constant") == 1
    assert graph.operands[graph.root] == [2, 0]


def test_parameters_stand_in_the_scope_that_alone_uses_them():
    graph = gather(pages.network())
    names = [graph.scopes[home].name if home is not None else "" for home in graph.home]
    homes = {node.label: name for node, name in zip(graph.nodes, names, strict=True) if node.label}
    assert homes["w2_11"] == "layer 2"
    assert homes["b3_1"] == "layer 3"
    assert homes["x_1"] == ""


def test_large_graphs_begin_folded():
    found = record_of(ag.page(pages.network((8, 16, 16, 3))))
    names = [scope[2] or scope[1] for scope in found["scopes"]]
    assert len(found["scopes"]) > 30
    assert len(found["opened"]) < len(found["scopes"])
    assert any("layer 2" in name for name in names)


def test_a_root_without_a_label_is_called_f():
    w, x = ag.Value(2.0, label="w"), ag.Value(3.0, label="x")
    assert record_of(ag.page((w * x).tanh()))["plain"] == ["w", "x", "v₁", "f"]
    f = ag.Value(3.0, label="f")
    assert record_of(ag.page((w * f).tanh()))["plain"][-1] == "v₂"


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([1, 2],), {}, "root must be a Value, a network with x, y and loss"),
        ((ag.MLP([1, 1]),), {}, "needs x and y, one of its examples, and a loss"),
        ((ag.MLP([1, 1]), [1.0], [1]), {"loss": "log_loss"}, "and a loss such as"),
        ((ag.Value(2.0), [1.0]), {}, "x, y and loss are for a network"),
        ((ag.MLP([1, 1]), [1.0], [1]), {"loss": lambda a, y: 1.0}, "loss must return a Value"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, options, message):
    with pytest.raises(TypeError, match=message):
        ag.page(*arguments, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theme": "pink"}, "theme"),
        ({"language": "de"}, "language"),
        ({"digits": 0}, "digits must be at least 1, not 0"),
    ],
)
def test_unknown_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ag.page(ag.Value(2.0), **options)


def test_a_graph_that_is_too_large_is_refused_with_what_to_do():
    root = ag.Value(1.0)
    for _ in range(1500):
        root = root + root
    with pytest.raises(ValueError, match="1,501 nodes, more than the 1,500 that a page can hold"):
        ag.page(root)


def test_a_page_is_saved_whole_and_only_as_html(tmp_path):
    page = ag.page(pages.neuron())
    page.save(tmp_path / "x.html")
    assert (tmp_path / "x.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(ValueError, match=r"path must end in \.html, not \.svg"):
        page.save(tmp_path / "x.svg")


def test_a_notebook_shows_a_page_in_a_frame():
    shown = ag.page(pages.neuron())._repr_mimebundle_()
    assert shown["text/html"].startswith("<iframe title=")
    assert shown["text/plain"] == "<Page: J = −ln(σ(w₁x₁ + w₂x₂ + b)) = 0.313>"


def test_logits_are_asked_for_where_the_loss_takes_them():
    net = ag.MLP([2, 1], seed=0)
    page = ag.page(net, [1.0, 2.0], [1], loss=ag.log_loss_from_logits)
    operations = [name for name, *_ in record_of(page)["operations"]]
    assert "softplus" in operations
    assert "sigmoid" not in operations


def test_a_long_descent_keeps_its_ends():
    descent = ag.gradient_descent(lambda t: t**2, 1.0, step=1e-3, tolerance=0.0, max_steps=1000)
    way = record_of(ag.page(descent))["way"]
    assert len(way["points"]) == 200
    assert way["places"][0] == 0
    assert way["places"][-1] == 1000


def test_every_phrase_is_used():
    frame = markup.read("page.html") + markup.read("descent.html")
    sources = Path(markup.__file__).parent.glob("*.py")
    python = "".join(path.read_text(encoding="utf-8") for path in sources)
    for name in PAGE:
        assert f"${name}" in frame or f'"{name}"' in python or name.startswith("theme_"), name
    scripts = "".join(markup.read(f"{name}.js") for name in markup.SCRIPTS if name != "operations")
    for name in SCRIPT:
        assert f"words.{name}" in scripts or f'"{name}"' in scripts, name


@pytest.mark.parametrize(
    ("root", "nodes", "most"),
    [(pages.network((2, 5, 1)), 60, 60_000), (pages.flat(400), 500, 300_000)],
)
def test_small_graphs_make_small_pages(root, nodes, most):
    assert len(ag.topological_order(root)) >= nodes
    assert len(ag.page(root).html.encode()) < most


def test_scripts_go_into_the_page_as_they_are_but_for_comments():
    inside = pages.unpacked(ag.page(pages.neuron()).html)
    assert inside["picture.js"] == markup.dense(markup.read("picture.js"))
    kept = {path.name for path in Path(markup.__file__).parent.glob("*.js")}
    assert {name for name in inside if name.endswith(".js")} == (
        kept - {"special.js", "descent.js", "loader.js"} | {"operations.js"}
    )


def test_the_overview_of_the_examples_is_made_of_their_code():
    docs = Path(__file__).parent.parent / "docs"
    command = [sys.executable, str(docs / "pages.py"), "--check"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    overview = (docs / "pages.md").read_text(encoding="utf-8")
    linked = re.findall(r"\((pages/[\w-]+\.(?:html|webp))\)", overview)
    kept = [path.relative_to(docs).as_posix() for path in (docs / "pages").iterdir()]
    assert sorted(linked) == sorted(kept)
