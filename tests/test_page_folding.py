"""Scopes of a page open and close in a real browser, and nothing that is drawn overlaps."""

import random

import browser
import numpy as np
import pages
import pytest

import autograd_mini as ag

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "none")

# What stands where on the screen, as the browser has drawn it.
SEEN = """() => {
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  const all = (query) => [...document.querySelectorAll(query)];
  return {
    cards: all("#stage .card > rect:not(.behind)").map(box),
    slopes: all("#stage .slope").filter((text) => text.textContent).map(box),
    names: all("#stage .frame text").map(box),
    texts: all("#stage .card").flatMap((card) => [...card.querySelectorAll("text")]
      .filter((text) => text.textContent)
      .map((text) => [box(card.querySelector("rect:not(.behind)")), box(text)])),
  };
}"""


@pytest.fixture
def opened(chromium, tmp_path):
    """Open a graph as a page with all scopes closed."""
    contexts, complaints = [], []

    def open_page(root, *, phone=False, motion="reduce"):
        ag.page(root).save(tmp_path / "page.html")
        context = chromium.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
            has_touch=phone,
            reduced_motion=motion,
        )
        contexts.append(context)
        view = context.new_page()
        view.on("console", lambda message: complaints.append(message.text))
        view.on("pageerror", lambda error: complaints.append(str(error)))
        view.goto((tmp_path / "page.html").as_uri() + "#view=picture&open=")
        view.wait_for_selector("html.alive")
        return view

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def recurrent():
    """A cell that is used three times."""
    w, b, h = ag.Value(0.5, "w", kind="parameter"), ag.Value(0.1, "b"), ag.Value(0.0, "h")
    for t in range(3):
        with ag.scope(f"cell {t + 1}"):
            h = (w * h + w * 0.5 + b).tanh()
    return h


def nested():
    """Scopes in scopes."""
    x = ag.Value(0.5, "x")
    y = x
    with ag.scope("outer"):
        for part in ("first", "second"):
            with ag.scope(part):
                y = (y * x + 1).exp()
                with ag.scope("inner"):
                    y = ag.sin(y) * x
    return y


def meet(boxes):
    """Whether two of many boxes meet."""
    left, top, right, bottom = np.array(boxes).T
    across, down = left[:, None] < right - 0.01, top[:, None] < bottom - 0.01
    return bool(np.triu(across & across.T & down & down.T, 1).any())


def check(view):
    seen = view.evaluate(SEEN)
    assert seen["cards"]
    assert not meet(seen["cards"])
    # A text's box is as high as its line, of which letters fill three quarters.
    slim = [[a, b + 0.25 * (d - b), c, d] for a, b, c, d in seen["slopes"] + seen["names"]]
    assert not meet(slim + seen["cards"])
    for (left, top, right, bottom), text in seen["texts"]:
        assert left - 0.6 <= text[0]
        assert text[2] <= right + 0.6
        assert top - 2 <= text[1]
        assert text[3] <= bottom + 2


def by_pointer(view, chance):
    things = view.locator("#stage .folded, #stage .fold")
    things.nth(chance.randrange(things.count())).click()


def by_touch(view, chance):
    things = view.locator("#stage .folded, #stage .fold")
    things.nth(chance.randrange(things.count())).tap()


def by_keyboard(view, chance):
    view.focus("#stage svg")
    for _ in range(chance.randrange(12)):
        view.keyboard.press(chance.choice(("ArrowLeft", "ArrowRight")))
    view.keyboard.press(chance.choice(("Enter", "Backspace")))


@pytest.mark.parametrize("way", [by_pointer, by_keyboard, by_touch])
@pytest.mark.parametrize("make", [pages.network, recurrent, nested])
def test_whatever_is_opened_and_closed_nothing_overlaps(opened, make, way):
    chance = random.Random(7)
    view = opened(make(), phone=way is by_touch)
    check(view)
    states = set()
    for _ in range(12):
        way(view, chance)
        check(view)
        states.add(tuple(sorted(view.evaluate("[...picture.opened]"))))
    assert len(states) > 2


def drawn(view):
    """Return where everything stands within the picture."""
    return view.evaluate(
        """[...document.querySelectorAll("#stage svg, #stage svg *")].map((each) =>
          ["viewBox", "transform", "d", "width", "height"].map((key) => each.getAttribute(key)))"""
    )


def test_closing_everything_brings_the_first_picture_back(opened):
    view = opened(nested())
    first = drawn(view)
    while view.locator("#stage .folded").count():
        view.locator("#stage .folded").first.click()
        check(view)
    assert len(drawn(view)) > 2 * len(first)
    while view.locator("#stage .fold").count():
        view.locator("#stage .fold").last.click()
    assert drawn(view) == first


def test_what_is_opened_stays_where_it_was(opened):
    view = opened(recurrent(), phone=True)
    folded = view.locator("#stage .folded").last
    scope = folded.get_attribute("data-scope")
    folded.scroll_into_view_if_needed()
    before = folded.bounding_box()
    folded.tap()
    after = view.locator(f'#stage .frame:has([data-scope="{scope}"])').bounding_box()
    assert after["x"] == pytest.approx(before["x"], abs=1.5)
    assert after["y"] <= before["y"] + 1.5


def test_cards_glide_unless_the_reader_wants_no_motion(opened):
    count = "document.getAnimations().length"
    for motion, moving in (("no-preference", True), ("reduce", False)):
        view = opened(recurrent(), motion=motion)
        view.evaluate("picture.toggle(0)")
        assert (view.evaluate(count) > 0) is moving
        view.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
        check(view)


def test_a_scope_with_too_many_cards_says_so_and_stays_closed(opened):
    view = opened(pages.network((60, 1)))
    large = view.locator("#stage .folded", has_text="too many")
    while not large.count():
        view.locator("#stage .folded", has_text="layer").click()
    cards = view.locator("#stage .card").count()
    large.click()
    assert view.locator("#stage .card").count() == cards
    assert "too many" in view.locator("#said").text_content()
    view.evaluate("picture.reveal(graph.record.inputs.findIndex((operands) => operands.length))")
    assert large.count() == 1
