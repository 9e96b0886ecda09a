"""In a notebook a drawing is as light or dark as the notebook itself, whatever the system is."""

import io

import browser
import pytest
from PIL import Image

from autograd_mini.drawing import draw
from autograd_mini.drawing.palette import PALETTES
from autograd_mini.value import Value

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "none")


def paper_of(chromium, html, system):
    """Return the colour of a drawing's paper, of the HTML that a notebook is given."""
    context = chromium.new_context(color_scheme=system)
    try:
        view = context.new_page()
        view.set_content(html)
        image = view.locator("img")
        image.wait_for()
        shot = Image.open(io.BytesIO(image.screenshot())).convert("RGB")
    finally:
        context.close()
    red, green, blue = shot.getpixel((shot.width // 2, 4))
    return f"#{red:02x}{green:02x}{blue:02x}"


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("notebook", ["light", "dark"])
def test_a_drawing_follows_the_theme_of_the_notebook(chromium, notebook, system):
    # JupyterLab sets color-scheme on its body, and images ask what they stand in.
    html = draw(Value(2.0, "x").tanh())._repr_mimebundle_()["text/html"]
    page = f'<body style="color-scheme:{notebook}">{html}'
    assert paper_of(chromium, page, system) == PALETTES[notebook]["paper"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_that_was_asked_for_stays(chromium, theme):
    html = draw(Value(2.0, "x").tanh(), theme=theme)._repr_mimebundle_()["text/html"]
    for notebook in ("light", "dark"):
        page = f'<body style="color-scheme:{notebook}">{html}'
        assert paper_of(chromium, page, "light") == PALETTES[theme]["paper"]
