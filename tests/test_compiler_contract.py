"""What the documentation promises of compiled functions, promise by promise, beside the engine."""

import copy
import math
import pickle
import threading

import numpy as np
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


def square_sum(x):
    return ag.sum([a * a for a in x])


@pytest.mark.parametrize("target", TARGETS)
def test_a_number_of_numpy_counts_as_a_float(target):
    compiled = ag.compile(lambda x: x * x * 3 + ag.sin(x), target=target)
    for kind in (np.float32, np.float16, np.longdouble, np.float64, np.int8, np.bool_):
        x = kind(1.1)
        value, slope = compiled.value_and_grad(x)
        assert (value, slope) == compiled.value_and_grad(float(x))
        assert (type(value), type(slope)) == (float, float)


@pytest.mark.parametrize("target", TARGETS)
def test_an_array_of_truths_has_a_gradient(target):
    value, gradient = ag.compile(square_sum, target=target).value_and_grad(np.array([True, False]))
    assert value == 1.0
    assert gradient.tolist() == [2.0, 0.0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_numpy_number_among_the_results_is_a_float(target):
    compiled = ag.compile(lambda x: [np.float64(3.0), x * np.float32(0.5)], target=target)
    assert compiled(2.0) == [3.0, 1.0]
    assert ag.compile(lambda x: [], target=target)(2.0) == []


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("constant", "message"), [(math.nan, "nan, which is not"), (10**400, "too large for a float")]
)
def test_a_constant_that_is_no_float_is_refused_as_by_the_engine(constant, message, target):
    with pytest.raises(ValueError, match=message):
        ag.compile(lambda x: x * constant, target=target)(2.0)


@pytest.mark.parametrize("target", TARGETS)
def test_an_argument_that_is_no_float_is_named(target):
    compiled = ag.compile(lambda x, rate: x * rate, target=target)
    with pytest.raises(ValueError, match="rate is nan, which is not a number"):
        compiled(2.0, math.nan)
    with pytest.raises(ValueError, match="rate is too large for a float"):
        compiled(2.0, 10**400)
    with pytest.raises(TypeError, match=r"\(x, rate\): missing a required argument: 'rate'"):
        compiled(2.0)


def test_what_can_not_be_differentiated_by_is_named():
    with pytest.raises(ValueError, match=r"no argument holds numbers \(x is bool\)"):
        ag.compile(lambda x: 2.0 if x else 1.0).grad(True)


@pytest.mark.parametrize("x", [[], np.zeros((0, 2))])
def test_a_batch_without_examples_is_refused(x):
    compiled = ag.compile(square_sum, batched="x")
    for _ in range(2):
        with pytest.raises(ValueError, match="x is batched: it must have an example at least"):
            compiled.value_and_grad(x)
        compiled.value_and_grad([[1.0, 2.0]])


def test_examples_may_be_a_list_of_arrays():
    compiled = ag.compile(square_sum, batched="x", reduce=None)
    value, gradient = compiled.value_and_grad([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    assert value.tolist() == [5.0, 25.0]
    assert gradient.tolist() == [[2.0, 4.0], [6.0, 8.0]]


def test_a_default_may_be_batched_or_differentiated_by():
    data = [1.0, 2.0, 3.0]
    assert ag.compile(lambda x, d=data: x * d, batched="d").value_and_grad(2.0) == (4.0, 2.0)
    assert ag.compile(lambda x, k=3.0: x * k, wrt="k").value_and_grad(2.0) == (6.0, 2.0)


@pytest.mark.parametrize("batched", [0, None, 1.5, [1]])
def test_the_names_of_batched_arguments_are_strings(batched):
    with pytest.raises(TypeError, match="batched must be the name of an argument"):
        ag.compile(square_sum, batched=batched)


def test_an_unhashable_option_is_refused_by_name():
    with pytest.raises(ValueError, match="unknown reduce"):
        ag.compile(square_sum, reduce=["mean"])


REFUSED = {
    "the largest": lambda x: np.max([x, 0.0]),
    "clipped": lambda x: np.clip(x, 0.0, 1.0),
    "sorted": lambda x: np.sort([x, 1.0])[0],
    "digits": lambda x: f"{x:.3f}" and x,
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_names_the_users_line_not_numpys(what, target):
    with pytest.raises(TypeError, match=r"test_compiler_contract.py, line \d+: .*lambda x"):
        ag.compile(REFUSED[what], target=target)(0.5)


def test_a_symbol_says_what_it_is():
    seen = []
    ag.compile(lambda x: seen.append(f"{x}") or x)(1.0)
    assert seen == ["<a traced number>"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_comparison_is_an_index(target):
    compiled = ag.compile(lambda x: ag.take([x, 2 * x], x > 0), target=target)
    assert [compiled.value_and_grad(x) for x in (1.0, -1.0)] == [(2.0, 2.0), (-1.0, 1.0)]


RATE, NET, LIST = 2.0, ag.MLP([2, 1], seed=0), [Value(1.0), Value(2.0)]


@pytest.mark.parametrize("target", TARGETS)
def test_a_name_that_is_bound_anew_is_read_anew(target, monkeypatch):
    compiled = ag.compile(lambda x: x[0] * RATE + NET(x)[0] + ag.sum(LIST), wrt="x", target=target)
    first = compiled([1.0, 2.0])
    assert first == pytest.approx(5.0 + NET([1.0, 2.0])[0].data)
    monkeypatch.setitem(globals(), "RATE", 3.0)
    monkeypatch.setitem(globals(), "NET", ag.MLP([2, 1], seed=5))
    monkeypatch.setitem(globals(), "LIST", [*LIST, Value(4.0)])
    assert compiled([1.0, 2.0]) == pytest.approx(10.0 + NET([1.0, 2.0])[0].data)
    LIST.append(Value(8.0))
    assert compiled([1.0, 2.0]) == pytest.approx(18.0 + NET([1.0, 2.0])[0].data)


class Scaled(ag.Module):
    def __init__(self):
        self.w = Value(3.0, kind="parameter")

    def __call__(self, x):
        return self.w * x

    @ag.compile
    def distance(self, x, y=1.0):
        return (self(x) - y) ** 2


def test_a_parameter_that_is_replaced_is_read():
    scaled = Scaled()
    compiled = ag.compile(scaled)
    assert compiled.value_and_grad(2.0) == (6.0, {"w": 2.0})
    scaled.w = Value(5.0, kind="parameter")
    assert compiled.value_and_grad(2.0) == (10.0, {"w": 2.0})


def test_a_decorated_method_belongs_to_its_object():
    first, second = Scaled(), Scaled()
    second.w.data = 1.0
    assert first.distance.value_and_grad(2.0) == (25.0, {"w": 20.0})
    assert second.distance.value_and_grad(2.0, y=4.0) == (4.0, {"w": -8.0})
    assert first.distance is first.distance
    assert Scaled.distance(first, 2.0) == 25.0


class Keeper:
    """An object of somebody's own, with a network that has another's name."""

    def __init__(self):
        self.NET = ag.MLP([2, 3, 1], seed=2)

    def loss(self, x):
        return self.NET(x)[0]


def test_a_method_is_differentiated_by_the_network_of_its_object():
    keeper = Keeper()
    _, gradient = ag.compile(keeper.loss).value_and_grad([1.0, 2.0])
    root = keeper.loss([1.0, 2.0])
    root.backward()
    assert gradient["b2"] == pytest.approx([b.grad for b in keeper.NET.named_arrays()["b2"]])


@pytest.mark.parametrize("target", TARGETS)
def test_a_compiled_function_within_another_is_the_function_itself(target):
    inner = ag.compile(lambda x: x * W)
    W.data = 2.0
    outer = ag.compile(lambda x: x * inner(5.0), wrt=W, target=target)
    assert outer.value_and_grad(3.0) == (30.0, 15.0)


def square(x):
    return x * x


def test_a_compiled_function_can_be_pickled_and_copied_before_and_after_a_call():
    compiled = ag.compile(square)
    for _ in range(2):
        for twin in (pickle.loads(pickle.dumps(compiled)), copy.deepcopy(compiled)):
            assert twin.value_and_grad(3.0) == (9.0, 6.0)
        compiled.grad(2.0)


def test_the_warning_of_a_full_cache_names_the_callers_line():
    compiled = ag.compile(square_sum)
    for count in range(64):
        compiled([1.0] * (count + 1))
    with pytest.warns(UserWarning, match="more than 64 shapes") as told:
        compiled([1.0] * 65)
    assert [w.filename for w in told] == [__file__]


@pytest.mark.parametrize("target", TARGETS)
def test_threads_may_make_the_first_call_together(target):
    def f(x):
        for k in range(60):
            x = ag.where(x > 0.5, ag.sin(x), ag.exp(-x) + k)
        return x

    expected = [ag.value_and_grad(f)(0.1 * k) for k in range(8)]
    for _ in range(5):
        compiled, start, found = ag.compile(f, target=target), threading.Barrier(8), {}

        def work(k, compiled=compiled, start=start, found=found):
            start.wait()
            found[k] = [compiled.value_and_grad(0.1 * k) for _ in range(5)][-1]

        threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert np.array([found[k] for k in range(8)]) == pytest.approx(
            np.array(expected), rel=1e-12
        )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("digits", [-2, -1, 0, 1, 15, 20, 308, 400])
def test_one_number_is_rounded_as_python_rounds_it(digits, target):
    compiled = ag.compile(lambda x: round(x, digits), target=target)
    for x in (2.675, 25.0, 15.0, -0.45, 123456789.123456789, 1e22, 1e300, -1e308, 5e-324):
        assert compiled(x) == round(x, digits)
