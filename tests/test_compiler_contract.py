"""What the documentation promises of compiled functions, promise by promise, beside the engine."""

import pytest

import autograd_mini as ag
from autograd_mini import Value

TARGETS = ("python", "numpy")


def eager(f, x, leaves):
    """Return value and gradients of a function at a number, by the eager engine."""
    root = f(x)
    return root.data, [float(getattr(g, "data", g)) for g in ag.gradients(root, leaves)]


def silent_square(w):
    with ag.no_grad():
        return w * w + 1


W, U = Value(2.0, label="w"), Value(3.0)

CAPTURED = {
    "a product": lambda x: x * (W * U),
    "a penalty": lambda x: (W * x - 1) ** 2 + 0.1 * (W * W + abs(W)),
    "a sum of many": lambda x: x * ag.sum([W * k for k in range(30)]),
    "a chosen one": lambda x: ag.where(W > 0, x * W, x),
    "one of two functions": lambda x: ag.where(W > 0, lambda: x * W, lambda: x - W),
    "a comparison as a number": lambda x: (W > 0) * x * W,
    "without gradient": lambda x: ag.stop_gradient(W) * x * W,
    "without gradient, of a result": lambda x: ag.stop_gradient(W * U) * x * W,
    "not recorded": lambda x: silent_square(W) * x * W,
    "softmax": lambda x: ag.softmax([W, U])[0] * x + ag.logsumexp([W, U, W * W]),
    "without the argument": lambda x: W * ag.exp(U) + 0 * x,
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("what", CAPTURED)
def test_what_is_computed_of_captured_values_alone_follows_them(what, target):
    f, x = CAPTURED[what], Value(3.0)
    compiled = ag.compile(f, wrt=["x", W, U], target=target)
    for W.data in (2.0, -1.5, 0.5):
        value, gradient = eager(f, x, [x, W, U])
        found, derivatives = compiled.value_and_grad(3.0)
        assert found == pytest.approx(value, rel=1e-14)
        assert derivatives == pytest.approx(gradient, rel=1e-13)
    assert compiled.report().count("kept: 1") or "kept: 2" in compiled.report()


@pytest.mark.parametrize("target", TARGETS)
def test_a_captured_value_as_an_index_follows_it(target):
    compiled = ag.compile(lambda x: ag.take([x, x * x, 5.0], W), target=target)
    found = []
    for W.data in (0.0, 1.0, 2.0):
        found.append(compiled(3.0))
    assert found == [3.0, 9.0, 5.0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_function_of_captured_values_alone_needs_no_argument(target):
    net = ag.MLP([2, 3, 1], seed=1)
    value, gradient = ag.compile(lambda: ag.l2(net, 0.1), target=target).value_and_grad()
    assert value == pytest.approx(ag.l2(net, 0.1).data, rel=1e-14)
    assert gradient["b3"] == pytest.approx([0.2 * value.data for value in net.named_arrays()["b3"]])


@pytest.mark.parametrize("target", TARGETS)
def test_control_flow_on_a_captured_value_is_refused(target):
    compiled = ag.compile(lambda x: x * 2 if W > 0 else x, target=target)
    with pytest.raises(TypeError, match=r"test_compiler_contract.py, line .*where"):
        compiled(3.0)


@pytest.mark.parametrize("target", TARGETS)
def test_a_result_from_outside_is_refused_however_deep(target):
    outside = W * W
    with pytest.raises(TypeError, match="computed outside of it"):
        ag.compile(lambda x: x * (outside * U), target=target)(3.0)


@pytest.mark.parametrize("target", TARGETS)
def test_no_grad_around_a_call_takes_no_gradient_from_it(target):
    compiled = ag.compile(lambda x: x * x * U, target=target)
    with ag.no_grad():
        assert compiled.grad(2.0) == 12.0
