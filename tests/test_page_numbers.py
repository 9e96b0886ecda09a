"""In a real browser too, a page's numbers are Python's: every row, random graphs, and digits."""

import browser
import digit_cases
import pytest
import test_drawing_living_javascript as arithmetic
import test_drawing_living_sweep as sweeping
from page_scripts import Scripts

import autograd_mini as ag
from autograd_mini.drawing.living.gathered import gather
from autograd_mini.drawing.living.javascript import rules, spelling
from autograd_mini.errors import DomainError

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "none")


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.program(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


class EmptyPage:
    """A page that runs the scripts it is given, called as V8 is without a browser."""

    def __init__(self, chromium):
        self.view = chromium.new_page()

    def eval(self, text):
        self.view.add_script_tag(content=text)

    def call(self, name, argument):
        return self.view.evaluate(f"argument => {name}(argument)", argument)


def test_every_row_agrees_at_1000_points_of_its_domain(chromium):
    table = spelling((row, arithmetic.count(row)) for row in arithmetic.BUILT_IN)
    page = EmptyPage(chromium)
    scripts = Scripts(*arithmetic.ARITHMETIC, text=rules(table), engine=page)
    scripts.define("atPoints", arithmetic.AT_POINTS)
    for row in arithmetic.BUILT_IN:
        points = arithmetic.sampled(row, 1000)
        for point, mine in zip(points, arithmetic.computed(row, points, scripts), strict=True):
            arithmetic.check_point(row, point, mine)


def test_200_random_graphs_agree_to_a_propagated_magnitude(chromium):
    graphs = [graph for graph, _ in sweeping.graphs()]
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


@pytest.mark.parametrize("seed", range(6))
def test_a_page_of_a_random_graph_agrees_at_load_and_after_any_nudge(chromium, tmp_path, seed):
    root = sweeping.random_graph(seed)
    ag.page(root).save(tmp_path / "page.html")
    view = chromium.new_page()
    view.goto((tmp_path / "page.html").as_uri())
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
    warning = view.locator("#warning")
    assert warning.text_content() == ""
    view.fill("#typed", "0")
    view.press("#typed", "Enter")
    said = {"en": "No gradient holds at this point: from", "ru": "В этой точке градиента нет"}
    assert said[language] in warning.text_content()
    view.click("#reset")
    assert warning.text_content() == ""
    view.close()
