"""Published and exact cases: the engine gives their digits, to within 4 units in the last place."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from autograd_mini.functions import exp, reciprocal, sigmoid, square, tanh
from autograd_mini.value import Value


def assert_digits(actual, expected, ulps=4):
    """Compare a float with an exact number, or one written with more digits than a float has."""
    exact = expected if isinstance(expected, Fraction) else Fraction(Decimal(expected))
    error = abs(Fraction(actual) - exact)
    assert error <= ulps * Fraction(math.ulp(float(exact))), (actual, float(exact))


def micrograd_readme(a, b):
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2
    g += 10 / f
    return g


def test_micrograd_readme_is_exact_on_fractions():
    a, b = Value(Fraction(-4)), Value(Fraction(2))
    g = micrograd_readme(a, b)
    g.backward()
    assert g.data == Fraction(2421, 98)
    assert a.grad == Fraction(47620, 343)
    assert b.grad == Fraction(221433, 343)
    assert {type(g.data), type(a.grad), type(b.grad)} == {Fraction}


def test_micrograd_readme_on_floats():
    a, b = Value(-4.0), Value(2.0)
    g = micrograd_readme(a, b)
    g.backward()
    assert_digits(g.data, Fraction(2421, 98))
    assert_digits(a.grad, Fraction(47620, 343))
    assert_digits(b.grad, Fraction(221433, 343))


def test_cs231n_product_of_a_sum():
    x, y, z = Value(-2.0), Value(5.0), Value(-4.0)
    f = (x + y) * z
    f.backward()
    assert (f.data, x.grad, y.grad, z.grad) == (-12.0, -4.0, -4.0, 3.0)


@pytest.mark.parametrize("form", ["row", "written out"])
def test_cs231n_sigmoid_neuron(form):
    w, x = [Value(2.0), Value(-3.0), Value(-3.0)], [Value(-1.0), Value(-2.0)]
    s = w[0] * x[0] + w[1] * x[1] + w[2]
    f = sigmoid(s) if form == "row" else 1 / (1 + exp(-s))
    f.backward()
    assert s.data == 1.0
    assert_digits(f.data, "0.731058578630004879251159")
    assert_digits(s.grad, "0.196611933241481852537")
    assert_digits(x[0].grad, "0.393223866482963705")
    assert_digits(x[1].grad, "-0.589835799724445558")
    assert_digits(w[0].grad, "-0.196611933241481853")
    assert_digits(w[1].grad, "-0.393223866482963705")
    assert_digits(w[2].grad, "0.196611933241481853")


@pytest.mark.parametrize("form", ["row", "written out"])
def test_cs231n_staged_function(form):
    sigma = sigmoid if form == "row" else lambda s: reciprocal(1 + exp(-s))
    x, y = Value(3.0), Value(-4.0)
    f = (x + sigma(y)) / (sigma(x) + (x + y) ** 2)
    f.backward()
    assert_digits(f.data, "1.54564488410664408")
    assert_digits(x.grad, "2.05956979557216491")
    assert_digits(y.grad, "1.59223275148380931")


def tanh_by_exponentials(s):
    e = exp(2 * s)
    return (e - 1) / (e + 1)


@pytest.mark.parametrize("activation", [tanh, tanh_by_exponentials])
def test_tanh_neuron(activation):
    x, w, b = [Value(2.0), Value(0.0)], [Value(-3.0), Value(1.0)], Value(6.8813735870195432)
    o = activation(x[0] * w[0] + x[1] * w[1] + b)
    o.backward()
    assert_digits(o.data, "0.70710678118654752440")
    assert_digits(x[0].grad, "-1.5")
    assert_digits(w[0].grad, "1")
    assert_digits(x[1].grad, "0.5")
    assert w[1].grad == 0.0


def test_a_sum_of_sums_counts_every_path():
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (b.grad, a.grad) == (2.0, 4.0)


def test_a_cube_gives_27_and_54_after_a_second_sweep():
    for cube in (lambda x: x**3, lambda x: x * x * x, lambda x: x * square(x)):
        x = Value(3.0)
        y = cube(x)
        y.backward()
        assert x.grad == 27.0
        y.backward()
        assert x.grad == 54.0


@pytest.mark.parametrize(
    ("w", "b", "a", "slope"),
    [
        (0.6, 0.9, "0.817574476193643660", "0.121938332427542765"),
        (2.0, 2.0, "0.982013790037908442", "0.0173450210708401232"),
    ],
)
def test_nielsen_saturated_neuron_learns_slowly(w, b, a, slope):
    w, b = Value(w), Value(b)
    output = sigmoid(w * 1.0 + b)
    cost = square(output) / 2
    cost.backward()
    assert_digits(output.data, a)
    # 0.6 and 0.9 are no floats: their rounding alone moves s, and so the slope, by an ulp or two
    assert_digits(w.grad, slope)
    assert w.grad == b.grad


def test_a_recurrence_vanishes_or_explodes():
    for w, expected in ((0.9, "2.65613988875874769e-5"), (1.1, "13780.6123398222702")):
        h0 = h = Value(1.0)
        for _ in range(100):
            h = h * w
        h.backward()
        # w itself is rounded by half an ulp, which the hundredth power multiplies by a hundred
        assert_digits(h0.grad, expected, ulps=200)


def test_the_quadratic_two_layer_example():
    """The widely taught 2-2-2 network with inputs .05, .10 and targets .01, .99."""
    x, y = (0.05, 0.10), (0.01, 0.99)
    w = [Value(n) for n in (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)]
    h = [sigmoid(w[2 * j] * x[0] + w[2 * j + 1] * x[1] + 0.35) for j in range(2)]
    s = [w[4 + 2 * j] * h[0] + w[5 + 2 * j] * h[1] + 0.60 for j in range(2)]
    error = sum(square(sigmoid(s_j) - y_j) / 2 for s_j, y_j in zip(s, y, strict=True))
    error.backward()
    relative = 1e-14  # decimals such as 0.15 are rounded before the engine sees them
    assert error.data == pytest.approx(0.298371108760002689, rel=relative)
    assert s[0].grad == pytest.approx(0.138498561628556966, rel=relative)
    assert s[1].grad == pytest.approx(-0.0380982365165562165, rel=relative)
    after = [w_k.data - 0.5 * w_k.grad for w_k in w]
    assert after == pytest.approx(
        [0.149780716133, 0.199561432266, 0.249751143632, 0.299502287265,
         0.358916479718, 0.408666186076, 0.511301270239, 0.561370121108], abs=6e-13)  # fmt: skip


def test_cross_entropy_of_a_neuron_does_not_saturate():
    from autograd_mini.functions import softplus

    for s, a in ((1.5, "0.817574476193643660"), (4.0, "0.982013790037908442")):
        weighted_sum = Value(s)
        softplus(weighted_sum).backward()  # the log loss for y = 0, from the weighted sum
        assert_digits(weighted_sum.grad, a)


def test_logarithmic_and_rational_slopes_are_those_of_the_textbook():
    x = Value(Fraction(2, 3))
    ((x * x - 1) / (x + 2)).backward()
    # (x² + 4x + 1)/(x + 2)² at 2/3
    assert x.grad == Fraction(Fraction(4, 9) + Fraction(8, 3) + 1) / (Fraction(8, 3) ** 2)
    assert isinstance(x.grad, Fraction)
