"""JavaScript prints numbers as Python does: both as decimal arithmetic says."""

import functools
import math
import struct

import pytest
from digit_cases import FILE, as_json, cases, read
from hypothesis import given
from hypothesis import strategies as st
from page_scripts import Scripts

from autograd_mini.drawing.text import number


@functools.cache
def page():
    scripts = Scripts("digits.js")
    scripts.define("printed", "(cases) => cases.map(([x, significant]) => digits(x, significant))")
    return scripts


def printed(pairs):
    return page().run("printed", pairs)


def test_the_shared_file_holds_10_000_cases_and_is_what_decimal_arithmetic_makes():
    assert len(read()) == 10_000
    assert FILE.read_text(encoding="utf-8") == as_json(cases(10_000))
    assert FILE.stat().st_size < 200_000


def test_python_prints_every_case_as_the_file_says():
    assert [number(x, digits) for x, digits, _ in read()] == [text for *_, text in read()]


def test_javascript_prints_every_case_as_the_file_says():
    assert printed([case[:2] for case in read()]) == [text for *_, text in read()]


@given(st.integers(0, 2**64 - 1), st.integers(1, 17))
def test_any_number_is_printed_alike(bits, digits):
    (x,) = struct.unpack("<d", struct.pack("<Q", bits))
    assert printed([[x, digits]]) == [number(x, digits)]


@given(st.integers(-(10**7), 10**7), st.integers(-12, 12), st.integers(1, 8))
def test_ties_are_printed_alike(numerator, power, digits):
    x = numerator / 2**power
    assert printed([[x, digits]]) == [number(x, digits)]


@pytest.mark.parametrize("x", [None, math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, 1.7e308])
def test_what_is_no_usual_number_is_printed_alike(x):
    assert printed([[x, 3]]) == [number(x)]
    assert page().engine.eval("digits(0.5)") == number(0.5)
