"""Every text and line can be told from what is under it, on light and on dark paper."""

import pytest

from autograd_mini.drawing.heat import STRONGEST_TINT
from autograd_mini.drawing.palette import PALETTES, contrast, mixed
from autograd_mini.drawing.plots import STRONGEST

PLATES = ("paper", "card", "data", "parameter")
themes = pytest.mark.parametrize("theme", PALETTES)


@themes
@pytest.mark.parametrize("text", ["ink", "value", "gradient"])
def test_text_can_be_read_on_every_card(theme, text):
    palette = PALETTES[theme]
    assert min(contrast(palette[text], palette[plate]) for plate in PLATES) >= 4.5


@themes
@pytest.mark.parametrize("text", ["quiet", "blue"])
def test_labels_and_legends_can_be_read_on_the_paper(theme, text):
    assert contrast(PALETTES[theme][text], PALETTES[theme]["paper"]) >= 4.5


@themes
@pytest.mark.parametrize("line", ["line", "blue", "gradient", "value", "ink"])
def test_lines_can_be_told_from_all_that_they_touch(theme, line):
    palette = PALETTES[theme]
    assert min(contrast(palette[line], palette[plate]) for plate in PLATES) >= 3.0


@themes
@pytest.mark.parametrize("tint", ["blue", "gradient"])
def test_numbers_can_be_read_on_the_strongest_tint(theme, tint):
    palette = PALETTES[theme]
    for plate, opacity in (
        ("card", STRONGEST_TINT),
        ("data", STRONGEST_TINT),
        ("data", STRONGEST),
        ("paper", STRONGEST),
    ):
        under = mixed(palette[tint], palette[plate], opacity)
        assert contrast(palette["ink"], under) >= 4.5


@themes
def test_faint_zeros_can_be_read_too(theme):
    assert contrast(PALETTES[theme]["quiet"], PALETTES[theme]["data"]) >= 4.5


def test_contrast_is_that_of_the_accessibility_guidelines():
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")
    assert contrast("#123456", "#123456") == 1.0
