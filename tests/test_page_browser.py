"""Living pages at work in a real browser: by pointer, by keyboard and by touch."""

import math
import re
from pathlib import Path

import browser
import pages
import pytest

import autograd_mini as ag
from autograd_mini.drawing.text import number

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "none")


@pytest.fixture(scope="module")
def contexts(chromium):
    """Give a browser's context for a size of the screen, with or without scripts, and colours."""
    made = {}

    def context(*, phone, scripts, colours):
        kind = phone, scripts, colours
        if kind not in made:
            made[kind] = chromium.new_context(
                viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
                has_touch=phone,
                color_scheme=colours,
                java_script_enabled=scripts,
            )
        return made[kind]

    return context


@pytest.fixture
def opened(contexts, tmp_path):
    """Open a graph as a page; at the end no error, and no request but that for the file itself."""
    views, complaints, requests = [], [], []

    def open_page(root, fragment="", *, phone=False, scripts=True, colours="light", **options):
        path = tmp_path / "page.html"
        written = root if isinstance(root, ag.Page) else ag.page(root, **options)
        written.save(path)
        view = contexts(phone=phone, scripts=scripts, colours=colours).new_page()
        views.append(view)
        view.on("console", lambda message: complaints.append(message.text))
        view.on("pageerror", lambda error: complaints.append(str(error)))
        view.on("request", lambda request: requests.append(request.url))
        view.goto(path.as_uri() + fragment)
        if scripts:
            view.wait_for_selector("html.alive")
        return view

    yield open_page
    for view in views:
        view.close()
    assert complaints == []
    assert all(url.startswith("file://") for url in requests)
    assert len(requests) == len(views)


def card(view, label):
    """Return the card of a node in the picture, by its label as the record has it."""
    place = view.evaluate("label => graph.record.plain.indexOf(label)", label)
    return view.locator(f'[data-node="{place}"]')


def shown(view, label):
    """Return value and gradient on a card."""
    texts = card(view, label).locator("text.value:not(.ghost), text.gradient:not(.ghost)")
    return tuple(texts.all_text_contents())


def expected(root, **moved):
    """Return what Python says with some leaves moved: label → value and gradient, as drawn."""
    for leaf in ag.leaves(root):
        leaf.grad = None
    # The graph is built again by its own rows, at the moved leaves.
    fresh = {}
    for node in ag.topological_order(root):
        if node.operands:
            operands = [fresh.get(operand, operand) for operand in node.operands]
            fresh[node] = node.operation(*operands)
        else:
            fresh[node] = ag.Value(moved.get(node.label, node.data), node.label, kind=node.kind)
    fresh[root].backward()
    return {
        node.label: (number(new.data), number(new.grad))
        for node, new in fresh.items()
        if node.label
    }


def settled(view):
    """Wait until what has changed is painted."""
    view.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 150)))")


def plain(label):
    return label.translate(str.maketrans("_123", "\0₁₂₃")).replace("\0", "")


def assert_numbers(view, root, **moved):
    settled(view)
    for label, numbers in expected(root, **moved).items():
        assert shown(view, plain(label)) == numbers, label


def test_the_page_shows_pythons_digits_until_a_leaf_is_moved(opened):
    root = pages.neuron()
    view = opened(root)
    assert_numbers(view, root)
    assert view.evaluate("graph.now === graph.python")


def test_the_pages_own_arithmetic_agrees_at_load(opened):
    view = opened(pages.network())
    assert view.evaluate("graph.check()") == -1
    assert view.locator("#trouble").is_hidden()


def test_a_page_that_computes_otherwise_stays_still_and_names_the_operation(opened):
    html = ag.page(pages.neuron()).html
    operations = pages.unpacked(html)["operations.js"]
    spelled = operations.replace("arithmetic.sigmoid(a)", "(arithmetic.sigmoid(a) + 1e-6)")
    view = opened(ag.Page(pages.repacked(html, operations_js=spelled), "wrong"))
    assert "sigmoid" in view.locator("#trouble").text_content()
    assert view.locator("#slide").is_hidden()
    assert view.locator("#nodes").is_visible()


def test_dragging_a_leaf_moves_everything_and_leaves_ghosts(opened):
    root = pages.neuron()
    view = opened(root)
    box = card(view, "w₁").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 10
    view.mouse.move(x, y)
    view.mouse.down()
    view.mouse.move(x + 40, y, steps=4)
    view.mouse.up()
    moved = view.evaluate("graph.now.values[0]")
    assert moved == pytest.approx(3.0)
    assert_numbers(view, root, w_1=moved)
    assert card(view, "a").locator(".ghost.value").text_content() == "0.731"


def test_typing_a_number_moves_a_leaf(opened):
    root = pages.neuron()
    view = opened(root)
    view.select_option("#leaf", label="x₂")
    view.fill("#typed", "−1,5")
    view.press("#typed", "Enter")
    assert_numbers(view, root, x_2=-1.5)


def test_numbers_count_while_they_are_typed(opened):
    root = pages.neuron()
    view = opened(root, "#view=table")
    field = view.locator("#nodes input").first
    field.press_sequentially("2.5")
    field.fill("2.5")
    assert_numbers(view, root, w_1=2.5)
    field.fill("2.5-")
    assert field.get_attribute("aria-invalid") == "true"
    field.press("Enter")
    assert view.locator("#brief .wrong").text_content() == "that is no number"
    settled(view)
    assert field.input_value() == "2.5"
    assert_numbers(view, root, w_1=2.5)


def test_the_next_leaf_is_compared_with_the_point_before_its_own_nudge(opened):
    view = opened(pages.reused())
    view.evaluate("graph.move([[0, 5]])")
    settled(view)
    assert view.locator("#brief").text_content().startswith("Δa = 2:  old ∂c/∂a · Δa = 4 · 2 = 8")
    view = opened(pages.neuron())
    view.evaluate("graph.move([[0, 3]]); graph.move([[0, 2.75]]); before = graph.now")
    view.evaluate("graph.move([[3, -2.5]])")
    settled(view)
    slope = view.evaluate("before.gradients[3]")
    assert f"Δw₂ = {number(slope)} · 0.5 = {number(slope / 2)}," in view.text_content("#brief")
    assert view.evaluate("graph.before === before")
    assert card(view, "w₁").locator(".ghost.value").text_content() == ""


def test_pulling_a_result_says_that_only_leaves_move(opened):
    view = opened(pages.neuron())
    box = card(view, "s").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 10
    view.mouse.move(x, y)
    view.mouse.down()
    view.mouse.move(x + 30, y, steps=3)
    view.mouse.up()
    assert view.locator("#warning").text_content() == "Only leaves can be moved: s is computed."
    assert view.evaluate("graph.now === graph.python")


def test_what_is_no_number_is_refused_in_words(opened):
    view = opened(pages.neuron())
    view.fill("#typed", "two")
    view.press("#typed", "Enter")
    assert view.locator("#warning").text_content() == "that is no number"
    assert view.input_value("#typed") == "2"


def test_arrow_keys_in_the_picture_walk_and_nudge(opened):
    root = pages.neuron()
    view = opened(root)
    view.focus("#stage svg")
    view.keyboard.press("ArrowRight")
    assert view.evaluate("graph.record.plain[choosing.node]") == "x₁"
    for _ in range(3):
        view.keyboard.press("ArrowUp")
    assert_numbers(view, root, x_1=-0.85)
    view.keyboard.press("ArrowRight")
    assert view.locator("#said").text_content() == "v₁: value −1.7, gradient −0.214"


def test_the_slider_moves_a_leaf_by_keyboard(opened):
    root = pages.neuron()
    view = opened(root)
    view.focus("#slide")
    view.keyboard.press("ArrowLeft")
    assert_numbers(view, root, w_1=1.9)
    assert (
        "The old gradient foretold 0.269 · (−0.1) = −0.0269" in view.locator("#said").text_content()
    )


def test_reset_brings_pythons_numbers_back(opened):
    root = pages.neuron()
    view = opened(root)
    view.focus("#slide")
    view.keyboard.press("PageUp")
    settled(view)
    assert shown(view, "w₁")[0] == "3"
    view.click("#reset")
    assert_numbers(view, root)
    assert view.evaluate("graph.now === graph.python")
    assert view.locator(".ghost").all_text_contents().count("") == view.locator(".ghost").count()


def test_the_change_is_compared_with_the_derivative(opened):
    view = opened(pages.neuron())
    view.fill("#typed", "2.5")
    view.press("#typed", "Enter")
    settled(view)
    cells = view.locator("#compare td:nth-child(2)").all_text_contents()
    change = math.log1p(math.exp(-0.5)) - math.log1p(math.exp(-1))
    slope = 1 - 1 / (1 + math.exp(-1))
    assert cells == [number(0.5), number(0.5 * slope), number(change)]


def test_a_leaf_stops_where_an_operation_has_no_value(opened):
    x = ag.Value(0.5, label="x")
    y = ag.log(x)
    y.label = "y"
    view = opened(y)
    view.fill("#typed", "-3")
    view.press("#typed", "Enter")
    settled(view)
    assert view.locator("#warning").text_content() == "ln stops it at y: x must lie in (0, inf]"
    assert 0 < view.evaluate("graph.now.values[0]") < 0.01


def test_several_leaves_may_be_moved(opened):
    root = pages.neuron()
    view = opened(root, "#set=0:1,1:1.5")
    assert_numbers(view, root, w_1=1.0, x_1=1.5)
    assert view.locator("#compare math").first.text_content() == "∇J⋅Δθ"


def test_pointing_at_an_edge_lights_up_its_factor(opened):
    view = opened(pages.neuron())
    edge = view.evaluate("graph.edges.find(({ head }) => graph.record.plain[head] === 'a').name")
    line = view.locator(f'#stage [data-keys="e{edge}"] .near')
    line.dispatch_event("pointerover")
    lit = view.locator("#lines .factor.lit").all_text_contents()
    assert "0.197" in lit
    assert view.locator("#paths .factor.lit").text_content() == "0.197"


def test_focus_on_a_factor_lights_up_its_edge(opened):
    view = opened(pages.neuron())
    view.locator("#paths .factor").nth(3).focus()
    assert view.locator("#stage .edge.lit .slope").all_text_contents() == ["0.197"]
    view.locator("#paths .way").focus()
    assert view.locator("#stage .edge.lit").count() == 6


def test_the_paths_add_up_to_the_gradient(opened):
    view = opened(pages.reused())
    rows = view.locator("#paths tr")
    assert rows.count() == 6
    assert view.locator("#paths .sum td").text_content() == "4"
    assert view.locator("#paths .sweep td").text_content() == "4"
    assert view.locator("#factored").text_content().startswith("4 paths with 8 factors in all")


def test_the_derivation_is_mathml(opened):
    view = opened(pages.neuron())
    assert view.locator("#lines math mfrac").count() > 6
    assert view.evaluate("document.querySelector('#lines mfrac').namespaceURI.endsWith('MathML')")


def test_stepping_computes_forward_and_then_backward(opened):
    view = opened(pages.reused())
    view.click("#first")
    assert shown(view, "b") == ("?", "?")
    view.click("#next")
    assert shown(view, "b") == ("6", "?")
    view.focus("#next")
    view.keyboard.press("PageDown")
    view.keyboard.press("PageDown")
    view.keyboard.press("PageDown")
    assert shown(view, "c") == ("12", "1")
    assert shown(view, "b") == ("6", "2")
    assert shown(view, "a") == ("3", "?")
    assert view.locator("#said").text_content() == "step 4 of 5, backward: ∂c/∂b = 2"
    view.click("#back")
    assert shown(view, "b") == ("6", "?")
    view.focus("#at")
    view.keyboard.press("End")
    settled(view)
    assert shown(view, "a") == ("3", "4")


def test_a_prediction_is_checked_before_the_number_is_revealed(opened):
    view = opened(pages.reused())
    view.click("#predict")
    assert shown(view, "b") == ("?", "?")
    assert "?" in view.locator("#explained").text_content()
    view.fill("#guess", "6.2")
    view.press("#guess", "Enter")
    assert view.locator("#verdict").text_content() == "Right: 6."
    assert "b + b" not in view.locator("#asked math").all_text_contents()
    assert view.locator("#asked").text_content() == "forwardc = ?"
    view.fill("#guess", "10")
    view.press("#guess", "Enter")
    assert view.locator("#verdict").text_content().startswith("Not 10.")
    assert "6+6" in view.locator("#asked").text_content()
    assert shown(view, "c") == ("?", "?")
    view.fill("#guess", "11")
    view.press("#guess", "Enter")
    assert view.locator("#verdict").text_content() == "Not quite: it is 12, not 11."
    assert view.locator("#score").text_content() == "1 of 2 right"
    view.select_option("#tolerance", "0.2")
    view.fill("#guess", "1.15")
    view.press("#guess", "Enter")
    assert view.locator("#score").text_content() == "2 of 3 right"
    assert shown(view, "c") == ("12", "1")
    view.fill("#guess", "none")
    view.press("#guess", "Enter")
    assert view.locator("#verdict.wrong").text_content() == "that is no number"
    for guess in ("2", "4"):
        view.fill("#guess", guess)
        view.press("#guess", "Enter")
    assert view.locator("#score").text_content() == "done: 4 of 5 right"
    assert view.locator("#guess").is_hidden()
    view.click("#again")
    assert shown(view, "b") == ("?", "?")


@pytest.mark.parametrize("way", ["option", "fragment"])
def test_a_page_opens_as_an_exercise(opened, way):
    root = pages.reused()
    view = opened(root, predict=True) if way == "option" else opened(root, "#mode=predict")
    assert view.locator("#guess").is_visible()
    assert shown(view, "c") == ("?", "?")


def test_scopes_fold_and_open_by_pointer_and_by_keyboard(opened):
    view = opened(pages.network(), "#open=0,1,2")
    before = view.locator("#stage .card").count()
    view.locator("#stage .fold").first.click()
    folded = view.locator("#stage .card").count()
    assert folded < before
    view.locator("#stage .folded").click()
    assert view.locator("#stage .card").count() == before
    view.focus("#stage svg")
    view.keyboard.press("Backspace")
    assert view.locator("#stage .folded").count() == 1
    view.keyboard.press("Enter")
    assert view.locator("#stage .folded").count() == 0


def test_a_folded_scope_shows_its_result(opened):
    root = pages.network()
    view = opened(root, "#open=")
    loss = view.locator("#stage .folded", has_text="loss")
    assert loss.locator("text.value:not(.ghost)").text_content() == number(root.data)
    assert loss.locator("text.gradient:not(.ghost)").text_content() == "1"


def test_search_leaves_what_it_finds(opened):
    view = opened(pages.neuron())
    view.fill("#find", "σ")
    assert view.locator("#found").text_content() == "1 found"
    assert view.locator("#stage .card:not(.dim)").count() == 1
    assert view.locator("#nodes tbody tr:visible").count() == 1
    view.press("#find", "Enter")
    assert view.evaluate("graph.record.plain[choosing.node]") == "a"


@pytest.mark.parametrize("wanted", ["w2", "w_2", "W2", "w₂", "w_{2}"])
def test_search_finds_indices_however_they_are_typed(opened, wanted):
    view = opened(pages.neuron())
    view.fill("#find", wanted)
    view.press("#find", "Enter")
    assert view.evaluate("graph.record.plain[choosing.node]") == "w₂"


def test_enter_steps_through_what_a_search_found(opened):
    view = opened(pages.neuron())
    view.fill("#find", "w")
    for hit in ("w₁", "w₂", "w₁"):
        view.press("#find", "Enter")
        assert view.evaluate("graph.record.plain[choosing.node]") == hit
    assert view.locator("#found").text_content() == "1 of 2"
    view.fill("#find", "nothing")
    assert view.locator("#found").text_content() == "0 found"
    assert view.locator("#stage .card.dim").count() == 0


def test_the_theme_can_be_chosen(opened):
    view = opened(pages.neuron(), colours="dark")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    assert view.evaluate(paper) == "rgb(20, 24, 29)"
    view.select_option("#theme", "light")
    assert view.evaluate(paper) == "rgb(255, 255, 255)"


def test_the_derivation_is_copied_as_latex(opened):
    view = opened(pages.neuron())
    latex = view.evaluate("derivation.latex()")
    assert latex.startswith("\\begin{align*}\nw_{1} &= 2 \\\\")
    line = r"\frac{\partial J}{\partial s} &= \frac{\partial J}{\partial a} \cdot "
    assert line + r"\sigma(s) (1 - \sigma(s)) = -1.37 \cdot 0.197 = -0.269" in latex
    view.click("#copy")
    assert view.locator("#copy").text_content() == "copied"


def test_the_state_lives_in_the_fragment(opened):
    root = pages.network()
    view = opened(root)
    view.select_option("#leaf", label="x₁")
    view.fill("#typed", "2")
    view.press("#typed", "Enter")
    view.locator("#stage .fold").first.click()
    view.select_option("#theme", "dark")
    view.fill("#find", "tanh")
    view.click("#back")
    view.wait_for_url(re.compile(r"step=62.*find=tanh"))
    again = opened(root, "#" + view.url.split("#")[1])
    state = "[graph.now.values, [...picture.opened].sort(), stepping.at, choosing.node]"
    assert again.evaluate(state) == view.evaluate(state)
    assert again.input_value("#find") == "tanh"
    assert again.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize(
    "fragment",
    [
        "#find=<img src=x onerror=document.title='hit'>",
        "#find=%3Cscript%3Edocument.title='hit'%3C/script%3E",
        "#set=0:NaN,99999:1,__proto__:3,-1:2,0:1e999&node=constructor&open=9,x,-1",
        "#theme=<b>&view=javascript:1&step=-4&mode=%00&node=1e9",
        "#%E0%A4%A",
    ],
)
def test_a_hostile_fragment_is_text_or_nothing(opened, fragment):
    root = pages.neuron()
    view = opened(root, fragment)
    assert view.title() == "J = −ln(σ(w₁x₁ + w₂x₂ + b))"
    assert view.evaluate("graph.now === graph.python")
    assert view.locator("img, header script, main script").count() == 0


HOSTILE = ["<script>a()</script>", 'a"b', "x & y", "سلام", "вес_1", "</svg><b>", "${x}", "\\n"]


def test_labels_are_text_whatever_they_say(opened):
    values = [ag.Value(float(k + 1), label=label) for k, label in enumerate(HOSTILE)]
    with ag.scope('<i>scope</i> & "more"'):
        root = sum(values[1:], values[0] * 2)
    root.label = "</script><script>alert(2)</script>"
    view = opened(root)
    rows = view.locator("#nodes tbody th").all_text_contents()
    for label in HOSTILE[:3]:
        assert label in rows
    assert view.locator("#stage svg i, #stage svg b, h1 script").count() == 0
    assert view.locator("#stage .frame .title").text_content().startswith('<i>scope</i> & "more"')
    view.select_option("#leaf", label="سلام")
    assert "سلام" in view.locator("#lines").inner_text()


def test_on_a_phone_the_table_comes_first_and_touch_works(opened):
    root = pages.neuron()
    view = opened(root, phone=True)
    assert view.locator("#stage").is_hidden()
    field = view.locator("#nodes input").first
    field.tap()
    field.fill("2.5")
    field.press("Enter")
    settled(view)
    assert view.locator("#nodes tbody tr").last.locator("td").nth(1).text_content() == number(
        math.log1p(math.exp(-0.5))
    )
    view.tap("#see-picture")
    assert view.locator("#stage").is_visible()
    card(view, "b").tap()
    assert view.evaluate("graph.record.plain[choosing.leaf]") == "b"
    assert view.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_leaf_is_pulled_by_touch(opened):
    view = opened(pages.reused(), "#view=picture", phone=True)
    box = card(view, "a").bounding_box()
    touch = view.context.new_cdp_session(view)

    def send(kind, x):
        points = [] if kind == "touchEnd" else [{"x": x, "y": box["y"] + 20}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x = box["x"] + box["width"] / 2
    send("touchStart", x)
    for step in range(1, 5):
        send("touchMove", x + 10 * step)
    send("touchEnd", x)
    settled(view)
    assert view.evaluate("graph.now.values[0]") > 3


def test_the_picture_stays_while_a_finger_pulls_and_the_change_is_in_view(opened):
    view = opened(pages.neuron(), "#view=picture", phone=True)
    box = card(view, "w₁").bounding_box()
    touch = view.context.new_cdp_session(view)
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    for step in range(9):
        points = [{"x": x - 10 * step, "y": y - step}]
        kind = "touchMove" if step else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    settled(view)
    assert view.evaluate("graph.now.values[0]") == pytest.approx(0)
    assert view.evaluate("[stage.scrollLeft, stage.scrollTop, scrollY]") == [0, 0, 0]
    seen = view.locator("#brief").bounding_box()
    assert seen["y"] + seen["height"] <= 844
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_phone_remembers_that_the_picture_was_chosen(opened):
    view = opened(pages.reused(), phone=True)
    assert "card" not in view.locator("#hint").inner_text()
    view.tap("#see-picture")
    view.wait_for_url(re.compile("view=picture"))


def test_without_scripts_the_picture_and_the_table_carry_the_argument(opened):
    root = pages.neuron()
    view = opened(root, scripts=False)
    assert view.locator("#stage svg").is_visible()
    assert "−0.269" in view.locator("#stage svg").text_content()
    first = view.locator("#nodes tbody tr").first
    assert first.locator("td").all_text_contents() == ["", "2", "0.269"]
    assert view.locator("#slide").is_hidden()


def test_an_operation_that_cannot_be_spelled_leaves_the_page_still(opened):
    name = "page_test_twist"
    ag.operation(
        name=name, value=lambda x: float(f"{x}") ** 2, partials=[lambda x, r: 2 * x], symbol="tw"
    )
    x = ag.Value(3.0, label="x")
    view = opened(ag.TABLE[name](x) if hasattr(ag, "TABLE") else _row(name)(x), scripts=False)
    trouble = view.locator("#trouble").text_content()
    assert "This page stays still" in trouble
    assert name in trouble


def _row(name):
    from autograd_mini.operations import TABLE

    return TABLE[name]


def test_a_users_own_row_comes_along(opened):
    ag.operation(
        name="page_test_bump",
        value=lambda x: ag.exp(-ag.square(x)),
        partials=[lambda x, r: -2 * x * r],
    )
    x = ag.Value(0.5, label="x")
    y = _row("page_test_bump")(x)
    y.label = "y"
    view = opened(y)
    view.fill("#typed", "0.25")
    view.press("#typed", "Enter")
    settled(view)
    value = math.exp(-0.0625)
    assert shown(view, "y")[0] == number(value)
    assert shown(view, "x")[1] == number(-0.5 * value)


@pytest.mark.parametrize(
    ("colours", "fragment"),
    [
        ("light", ""),
        ("dark", "#mode=predict&step=2"),
        ("light", "#view=table&set=0:2.5"),
        ("dark", "#set=0:2.5"),
    ],
)
def test_axe_finds_nothing_to_complain_of(opened, colours, fragment):
    from axe_playwright_python.sync_playwright import Axe

    view = opened(pages.neuron(), fragment, colours=colours)
    results = Axe().run(view)
    assert results.violations_count == 0, results.generate_report()


def test_every_number_can_be_reached_by_those_who_listen(opened):
    root = pages.neuron()
    view = opened(root)
    heard = view.locator("#nodes").aria_snapshot()
    for label, (value, gradient) in expected(root).items():
        assert re.search(rf"{plain(label)}.*{re.escape(gradient)}", heard), label
        assert value in heard


def test_five_hundred_nodes_are_small_quick_and_right(opened):
    root = pages.flat(500)
    page = ag.page(root)
    assert len(page.html.encode()) < 300_000
    view = opened(page)
    assert (
        view.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") < 2000
    )
    assert view.evaluate("graph.check()") == -1


def test_a_network_is_shown_with_one_of_its_examples(opened):
    net = ag.MLP([2, 2, 1], activation="tanh", seed=1)
    view = opened(ag.page(net, [1.0, -1.0], [1], loss=ag.log_loss))
    names = view.locator("#leaf option").all_text_contents()
    assert {"x₁", "x₂", "w²₁₁", "b³₁"} <= set(names)
    assert len(names) == 11
    view.select_option("#leaf", label="x₁")
    view.fill("#typed", "0")
    view.press("#typed", "Enter")
    settled(view)
    J = ag.log_loss(net([0.0, -1.0]), [1]).data
    assert view.evaluate("graph.now.values.at(-1)") == pytest.approx(J, abs=1e-14)


@pytest.mark.parametrize(
    ("function", "start"),
    [
        (lambda t: ag.log(1 + (t - 3) ** 2), 5.0),
        (lambda t: (t["w"] - 1) ** 2 + 3 * (t["b"] - t["w"]) ** 2, {"w": -1.0, "b": 2.0}),
        (lambda t: sum((k + 1) * each**2 for k, each in enumerate(t)), [1.0, 2.0, 3.0]),
    ],
)
def test_a_slider_goes_along_the_way_of_a_descent(opened, function, start):
    descent = ag.gradient_descent(function, start, step=0.05, max_steps=30)
    view = opened(ag.page(descent))
    assert view.locator("#i").text_content() == "0"
    view.focus("#point")
    view.keyboard.press("End")
    settled(view)
    where = view.locator("#where").text_content()
    assert view.locator("#i").text_content() == str(descent.steps)
    assert f"J = {number(descent.history[-1].J)}" in where
    assert number(descent.history[-1].gradient_length) in where
    assert "no more steps were allowed" in view.locator("#ended").text_content()
    assert view.locator("#branch").text_content() == ""


def test_a_descents_rule_stands_with_its_numbers_and_foretells_the_next_change(opened):
    descent = ag.gradient_descent(lambda t: t**2, 4.0, step=0.25, tolerance=0.4)
    view = opened(ag.page(descent))
    rule = view.locator("#rule")
    assert "λ = 0.25,  ε = 0.4" in rule.text_content()
    assert "θ:  4 − 0.25 · 8 = 2" in rule.text_content()
    assert view.locator("#ended").text_content() == ""
    view.focus("#point")
    view.keyboard.press("ArrowRight")
    settled(view)
    assert "θ:  2 − 0.25 · 4 = 1" in rule.text_content()
    assert "= 2 > ε" in rule.text_content()
    assert "8 · (−2) = −16,  ΔJ = −12" in view.locator("#brief").text_content()
    view.keyboard.press("End")
    settled(view)
    assert "= 0.25 ≤ ε" in rule.text_content()
    assert "the last update was not longer than ε" in view.locator("#ended").text_content()


def test_a_descent_says_where_its_function_takes_another_branch(opened):
    def J(t):
        return t**2 if t.data > 1 else t**2 / 2

    descent = ag.gradient_descent(J, 3.0, step=0.2, max_steps=8)
    view = opened(ag.page(descent))
    assert "computed otherwise than at the start" in view.locator("#branch").text_content()


def test_russian_pages_speak_russian(opened):
    view = opened(pages.neuron(), language="ru")
    assert view.locator("#nudge-title").text_content() == "Изменить"
    view.focus("#back")
    view.keyboard.press("PageUp")
    assert view.locator("#said").text_content().startswith("шаг 18 из 19, назад")


def test_the_kept_examples_agree_with_python_still(chromium):
    kept = sorted((Path(__file__).parent.parent / "docs" / "pages").glob("*.html"))
    assert len(kept) == 5
    with chromium.new_context() as context:
        for path in kept:
            view = context.new_page()
            complaints = []
            view.on("pageerror", lambda error, seen=complaints: seen.append(str(error)))
            view.goto(path.as_uri())
            view.wait_for_selector("html.alive")
            assert view.evaluate("graph.check()") == -1, path.name
            assert complaints == [], path.name
            view.close()


def test_an_old_browser_shows_the_still_page(chromium, tmp_path):
    ag.page(pages.neuron()).save(tmp_path / "page.html")
    with chromium.new_context() as context:
        context.add_init_script("delete globalThis.DecompressionStream")
        view = context.new_page()
        view.goto((tmp_path / "page.html").as_uri())
        view.wait_for_selector("#stage svg")
        assert "2023 or newer" in view.locator("#trouble").text_content()
        assert view.locator("#nodes").is_visible()


def test_a_page_lives_in_a_notebooks_frame(chromium):
    shown = ag.page(pages.reused())._repr_mimebundle_()["text/html"]
    view = chromium.new_page()
    complaints = []
    view.on("pageerror", lambda error: complaints.append(str(error)))
    view.set_content(shown)
    frame = view.frame_locator("iframe")
    frame.locator("html.alive").wait_for()
    frame.locator("#typed").fill("4")
    frame.locator("#typed").press("Enter")
    view.wait_for_timeout(300)
    assert frame.locator("#nodes tbody tr").last.locator("td").nth(1).text_content() == "16"
    assert complaints == []
    view.close()


def test_the_comparison_gives_no_gradient_away_before_its_step(opened):
    view = opened(pages.reused(), "#mode=predict&set=0:4")
    settled(view)
    assert "∂c/∂a" not in view.locator("#brief").text_content()
    view.click("#last")
    settled(view)
    assert "∂c/∂a · Δa = 4" in view.locator("#brief").text_content()
