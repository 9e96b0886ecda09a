"""Numbers and labels are written as a reader expects them."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.drawing.formulas import plain_formula
from autograd_mini.drawing.text import escaped, label_parts, number, width
from autograd_mini.operations import TABLE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-3.0, "−3"), (0.5, "0.5"), (24.704, "24.7"),
        (-0.19661193324148185, "−0.197"), (-0.5898357997244455, "−0.590"), (0.99999, "1.00"),
        (1234.0, "1234"), (12345.6, "12346"), (99999.9, "1.00×10⁵"), (123456.0, "1.23×10⁵"),
        (0.001, "0.001"), (0.00099999, "0.00100"), (2e-7, "2×10⁻⁷"), (-1.5e300, "−1.5×10³⁰⁰"),
        (math.inf, "∞"), (-math.inf, "−∞"), (None, "–"), (True, "1"),
        (Fraction(-2421, 98), "−2421/98"), (Fraction(6, 2), "3"),
        (Fraction(10**6, 10**6 + 1), "1.00"),
        (0.1 + 0.2, "0.300"), (139, "139"),
    ],
)  # fmt: skip
def test_numbers_have_three_significant_digits_and_a_true_minus_sign(value, text):
    assert number(value) == text


@given(st.floats(-1e308, 1e308), st.integers(1, 6))
def test_a_shown_number_is_within_half_a_unit_of_its_last_digit(value, digits):
    text = number(value, digits).replace("−", "-")
    mantissa, _, power = text.partition("×10")
    superscripts = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    shown = float(f"{mantissa}e{power.translate(superscripts) or 0}")
    assert abs(shown - value) <= 0.5000001 * 10.0 ** (1 - digits) * abs(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(10**600), "1×10⁶⁰⁰"), (-Fraction(10**600, 7), "−1.43×10⁵⁹⁹"),
        (Fraction(1, 3**2000), "5.72×10⁻⁹⁵⁵"), (Fraction(7, 10**310), "7×10⁻³¹⁰"),
        (Fraction(3**20_000, 7), "3.80×10⁹⁵⁴¹"), (Fraction(-(10**12) - 1, 10**12), "−1.00"),
    ],
)  # fmt: skip
def test_a_fraction_that_no_float_comes_near_is_neither_0_nor_infinite(value, text):
    assert number(value) == text


def test_more_digits_can_be_asked_for():
    assert number(math.pi, 6) == "3.14159"


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("w_1", ("w", "1")), ("x_12", ("x", "12")), ("w_i", ("w", "i")),
        ("w2_1,12", ("w²", "1,12")), ("ab2_1", ("ab2", "1")), ("θ_й", ("θ", "й")),
        ("w1", ("w1", "")), ("sigma", ("sigma", "")), ("learning_rate", ("learning_rate", "")),
        ("w_1_2", ("w_1_2", "")), ("_1", ("_1", "")), ("w_", ("w_", "")), ("", ("", "")),
        ("h_{t-1}", ("h", "t-1")), ("w_{12}", ("w", "12")), ("w^2_{13}", ("w²", "13")),
        ("w^{2}_{i,j}", ("w²", "i,j")), ("x_{max}", ("x", "max")), ("x_{}", ("x_{}", "")),
        ("x_{a b}", ("x_{a b}", "")), ("x_{much too long}", ("x_{much too long}", "")),
        ("  ", ("␣", "")), ("\r", ("␣", "")),
    ],
)  # fmt: skip
def test_a_subscript_is_what_stands_behind_one_underscore(label, parts):
    assert label_parts(label) == parts


def test_what_an_xml_file_may_not_hold_is_replaced():
    assert escaped("a\x00\ud800\uffff\x0b<") == "a����&lt;"
    assert escaped("a line\nand a\ttab") == "a line\nand a\ttab"


def test_every_formula_of_the_table_can_be_written_as_plain_text():
    for row in TABLE.values():
        for partial in row.partials:
            formula = plain_formula(partial.latex.format(*row.operand_names, "y", "z", r="r"))
            assert not set("\\{}") & set(formula), (row.name, formula)


def test_widths_are_those_of_the_widest_font_of_the_list():
    assert 5 * 0.62 * 10 <= width("0.197", 10) + 3.4 <= 5 * 0.8 * 10
    assert width("Ж", 10) > width("i", 10)
    assert width("漢", 10) == 11.0
    assert width("e\u0301", 10) == width("e", 10)
