"""Graphs go to the right where a page is wide enough for them, and else down."""

import re

import pytest

from autograd_mini.drawing import animate, draw, steps
from autograd_mini.drawing.direction import in_direction, readability
from autograd_mini.drawing.layout import Layout
from autograd_mini.value import Value


def size_of(drawing):
    return tuple(map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', drawing.svg).groups()))


def chain(length):
    y = Value(0.5, "x")
    for _ in range(length):
        y = y.tanh()
    return y


def newton(steps):
    a, x = Value(2.0, "a"), Value(1.0, "x_0")
    for _ in range(steps):
        x = (x + a / x) / 2
    return x


def test_small_graphs_go_to_the_right():
    for root in (chain(4), newton(1)):
        assert draw(root).svg == draw(root, direction="right").svg


@pytest.mark.parametrize("root", [chain(30), newton(6)])
def test_what_would_be_too_wide_for_a_page_goes_down(root):
    drawing = draw(root)
    assert drawing.svg == draw(root, direction="down").svg
    assert drawing.dot == draw(root, direction="down").dot
    assert size_of(drawing)[0] < 1100 < size_of(draw(root, direction="right"))[0]


def test_a_direction_that_was_asked_for_is_taken():
    assert size_of(draw(chain(30), direction="right"))[0] > 3000
    assert size_of(draw(chain(4), direction="down"))[0] < 400


def test_passes_go_down_too():
    root = newton(6)
    assert size_of(steps(root)[0]) == size_of(steps(root, direction="down")[0])
    assert size_of(animate(root)) == size_of(animate(root, direction="down"))


def test_what_is_no_better_downwards_goes_to_the_right():
    sizes = {"right": (1600.0, 300.0), "down": (1500.0, 9000.0)}
    layouts = {way: Layout(*size, {}, {}) for way, size in sizes.items()}
    assert in_direction("auto", layouts.__getitem__) == (layouts["right"], "right")


def test_letters_are_smaller_on_wide_and_on_very_high_pictures():
    assert readability(1100, 4000) == 1
    assert readability(4400, 100) == 0.25
    assert readability(100, 16000) == 0.25
