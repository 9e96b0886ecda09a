"""In a real browser too, a page's numbers are Python's: every row, random graphs, and digits."""

import math

import browser
import digit_cases
import pytest
import test_drawing_living_javascript as arithmetic
import test_drawing_living_sweep as sweeping
from page_scripts import Scripts

import autograd_mini as ag
from autograd_mini.drawing.living.gathered import gather
from autograd_mini.drawing.living.javascript import rules, spelling
from autograd_mini.drawing.text import number
from autograd_mini.errors import DomainError

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "none")


class EmptyPage:
    """A page that runs the scripts it is given, called as V8 is without a browser."""

    def __init__(self, chromium):
        self.view = chromium.new_page()

    def eval(self, text):
        self.view.add_script_tag(content=text)

    def call(self, name, argument):
        return self.view.evaluate(f"argument => {name}(argument)", argument)


def test_every_row_agrees_at_200_points_of_its_domain(chromium):
    table = spelling((row, arithmetic.count(row)) for row in arithmetic.BUILT_IN)
    page = EmptyPage(chromium)
    scripts = Scripts(*arithmetic.ARITHMETIC, text=rules(table), engine=page)
    scripts.define("atPoints", arithmetic.AT_POINTS)
    for row in arithmetic.BUILT_IN:
        points = arithmetic.sampled(row, 200)
        for point, mine in zip(points, arithmetic.computed(row, points, scripts), strict=True):
            arithmetic.check_point(row, point, mine)


def test_100_random_graphs_agree_to_a_propagated_magnitude(chromium):
    graphs = [graph for graph, _ in sweeping.graphs()[::2]]
    uses = (use for graph in graphs for use in graph.uses)
    scripts = sweeping.scripts_for(uses, EmptyPage(chromium))
    for graph in graphs:
        sweeping.check_graph(graph, scripts.run("swept", graph.record, graph.leaves()))
        assert scripts.run("compared", graph.record, sweeping.UNIT) == -1


def test_digits_are_those_of_the_shared_file(chromium):
    scripts = Scripts("digits.js", engine=EmptyPage(chromium))
    scripts.define("printed", "(cases) => cases.map(([x, significant]) => digits(x, significant))")
    cases = digit_cases.read()
    assert scripts.run("printed", [case[:2] for case in cases]) == [text for *_, text in cases]


@pytest.mark.parametrize("seed", range(4))
def test_a_page_of_a_random_graph_agrees_at_load_and_after_any_nudge(chromium, tmp_path, seed):
    root = sweeping.random_graph(seed)
    ag.page(root).save(tmp_path / "page.html")
    view = chromium.new_page()
    view.goto((tmp_path / "page.html").as_uri())
    view.wait_for_selector("html.alive")
    assert view.evaluate("graph.check()") == -1
    graph = gather(root)
    for leaf in view.evaluate("graph.leaves"):
        start = graph.nodes[leaf].data
        try:
            expected = replayed(graph, leaf, start * 1.01)
        except DomainError:
            continue
        view.evaluate(f"graph.reset(); graph.move([[{leaf}, {start * 1.01!r}]])")
        assert view.evaluate("Array.from(graph.now.values)") == pytest.approx(expected, rel=1e-9)
    view.close()


def replayed(graph, leaf, x):
    """Return the values of a graph with one leaf moved."""
    values = [float(node.data) for node in graph.nodes]
    values[leaf] = x
    for place, inputs in enumerate(graph.operands):
        if inputs:
            numbers = [values[operand] for operand in inputs]
            values[place] = float(graph.nodes[place].operation.evaluate(numbers))
    return values


@pytest.mark.parametrize("language", ["en", "ru"])
def test_where_no_gradient_holds_the_page_says_from_where_on(chromium, tmp_path, language):
    x = ag.Value(1.0, label="x")
    ag.page(ag.sqrt(x * x) * 2, language=language).save(tmp_path / "page.html")
    view = chromium.new_page()
    view.goto((tmp_path / "page.html").as_uri())
    view.wait_for_selector("html.alive")
    warning = view.locator("#warning")
    assert warning.text_content() == ""
    view.fill("#typed", "0")
    view.press("#typed", "Enter")
    said = {"en": "No gradient holds at this point: from", "ru": "В этой точке градиента нет"}
    assert said[language] in warning.text_content()
    view.click("#reset")
    assert warning.text_content() == ""
    view.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Open a page of a graph; at the end the browser has not complained."""
    complaints, views = [], []

    def open_page(root):
        ag.page(root).save(tmp_path / "page.html")
        views.append(chromium.new_page())
        views[-1].on("console", lambda message: complaints.append(message.text))
        views[-1].on("pageerror", lambda error: complaints.append(str(error)))
        views[-1].goto((tmp_path / "page.html").as_uri())
        views[-1].wait_for_selector("html.alive")
        assert views[-1].evaluate("graph.check()") == -1
        return views[-1]

    yield open_page
    for view in views:
        view.close()
    assert complaints == []


@pytest.mark.parametrize(
    ("function", "start", "moved"),
    [
        (lambda x: ag.exp(x) * 2, 1.0, "1000"),
        (ag.exp, -700.0, "-2000"),
        (lambda x: x * 2, 1e300, "1e308"),
        (ag.tanh, math.inf, "2"),
        (ag.sqrt, 0.0, "4"),
        (lambda x: ag.square(x) / 1000, 1e-12, "2e-12"),
        (lambda x: ag.maximum(*(x * k for k in range(9))), 0.0, "-0"),
    ],
    ids=["too large", "too small", "huge", "infinite", "steep", "tiny", "tied"],
)
def test_numbers_of_any_size_can_be_moved_without_a_complaint(opened, function, start, moved):
    view = opened(function(ag.Value(start, "x")) + ag.Value(1.0, "y"))
    view.fill("#typed", moved)
    view.press("#typed", "Enter")
    view.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert view.evaluate("graph.now.values[0]") == float(moved)


def test_where_no_leaf_can_be_moved_nothing_is_offered(opened):
    view = opened(ag.Value(2.0, kind="constant") * 3)
    assert view.locator("#slide").is_hidden()


def test_the_paths_are_added_up_apart_from_the_sweep(opened):
    x = ag.Value(0.3, "x")
    y = x
    for _ in range(5):
        y = ag.tanh(y) + y * 0.5
    view = opened(y)
    sums = view.locator("#paths :is(.sum, .sweep) .gradient").all_text_contents()
    assert sums == [number(grad_of(y, x))] * 2
    view.evaluate("graph.now = { ...graph.now, gradients: graph.now.gradients.map((g) => 2 * g) }")
    view.evaluate("ledger.paint()")
    total, swept = view.locator("#paths :is(.sum, .sweep) .gradient").all_text_contents()
    assert total != swept


def grad_of(root, leaf):
    root.backward()
    return leaf.grad
