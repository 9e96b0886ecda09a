"""The checks agree where the engine is right, and fail where an error is planted."""

import math
import random

import pytest

import autograd_mini as ag
from autograd_mini import delta, losses
from autograd_mini.checking import check_deltas, check_gradients
from autograd_mini.complex_step import NotAnalyticError
from autograd_mini.extending import sample_points
from autograd_mini.operations import TABLE, Partial

ACTIVATIONS = [name for name in delta.ACTIVATIONS if name != "softmax"]
FORMULAS = ["output_delta", "hidden_delta", "bias_gradient", "weight_gradient"]
DIFFERENTIABLE = [
    row
    for row in TABLE.values()
    if row.partials and all(partial.rule is not None for partial in row.partials)
]


def answers(loss, outputs, count, generator):
    """Return labels of the kind that a loss takes."""
    kinds = {
        losses.BETWEEN: lambda: [float(generator.random() < 0.5) for _ in range(outputs)],
        losses.DISTRIBUTION: lambda: losses.one_hot(generator.randrange(outputs), outputs),
        losses.SIGNS: lambda: [generator.choice([-1.0, 1.0]) for _ in range(outputs)],
        losses.ANY: lambda: [generator.gauss(0, 1) for _ in range(outputs)],
    }
    return [kinds[losses.LOSSES[loss].labels]() for _ in range(count)]


def random_network(seed, *, scale=1.0):
    """Return a network, examples, answers and a loss, all drawn by a seed."""
    generator = random.Random(seed)
    loss = list(losses.LOSSES)[seed % len(losses.LOSSES)]
    sizes = [generator.randint(1, 16) for _ in range(generator.randint(2, 6))]
    hidden = ACTIVATIONS[seed % len(ACTIVATIONS)]
    net = ag.MLP(sizes, activation=hidden, output=losses.LOSSES[loss].output, seed=seed)
    for parameter in net.parameters():
        parameter.data *= scale
    examples = [[generator.gauss(0, 1) for _ in range(sizes[0])] for _ in range(3)]
    return net, examples, answers(loss, sizes[-1], 3, generator), loss


@pytest.mark.parametrize("seed", range(200))
def test_graph_and_delta_formulas_agree_on_random_networks(seed):
    net, examples, targets, loss = random_network(seed)
    report = check_deltas(net, examples, targets, loss)
    assert report.passed, str(report)
    assert len(report.rows) == 3 * len(net.layers)


@pytest.mark.parametrize("loss", ["log_loss", "cross_entropy"])
@pytest.mark.parametrize("size", [20.0, 37.0, 300.0])
@pytest.mark.parametrize("y", [0, 1])
def test_they_agree_where_the_outputs_are_saturated(loss, size, y):
    net = ag.MLP([2, 3, 2], output=losses.LOSSES[loss].output, seed=3)
    net.layers[-1].b = [size, -size]
    report = check_deltas(net, [0.3, -0.8], losses.one_hot(y, 2), loss)
    assert report.passed, str(report)
    assert all(row.largest > 0 for row in report.rows)


@pytest.mark.parametrize(
    "formula", ["output_delta", "hidden_delta", "bias_gradient", "weight_gradient"]
)
def test_an_error_planted_in_a_delta_formula_is_caught(formula, monkeypatch):
    right = getattr(delta, formula)
    monkeypatch.setattr(delta, formula, lambda *given: right(*given) * (1 + 1e-9))
    net, examples, targets, loss = random_network(7 * 11)  # sigmoid outputs, several layers
    assert len(net.layers) > 1
    report = check_deltas(net, examples, targets, loss)
    assert not report.passed
    assert "WRONG" in str(report)


@pytest.mark.parametrize("row", DIFFERENTIABLE, ids=lambda row: row.name)
def test_an_error_planted_in_a_rule_is_caught(row, monkeypatch):
    points = sample_points(row, 8, seed=5)
    assert all(check_gradients(row.__call__, *point).passed for point in points)
    for index, partial in enumerate(row.partials):
        wrong = Partial(lambda *given, right=partial.rule: right(*given) + 1e-3, partial.latex)
        planted = (*row.partials[:index], wrong, *row.partials[index + 1 :])
        with monkeypatch.context() as patch:
            patch.setattr(row, "partials", planted)
            # called as a row: the hand-written path of an operator would not see the error
            caught = [not check_gradients(row.__call__, *point).passed for point in points]
        assert any(caught), f"partial {index} of {row.name}"


def test_an_error_planted_in_a_network_is_caught_by_the_delta_formulas(monkeypatch):
    row = TABLE["tanh"]
    wrong = Partial(lambda _, r: 1 - r * r + 1e-9, "")
    monkeypatch.setattr(row, "partials", (wrong,))
    net = ag.MLP([2, 3, 2], activation="tanh", seed=0)
    assert not check_deltas(net, [0.5, -0.2], [0, 1]).passed


def test_deltas_of_one_example_and_of_a_class_number():
    net = ag.MLP([2, 3, 3], seed=0)
    assert str(check_deltas(net, [0.5, 1.0], 2)) == str(check_deltas(net, [0.5, 1.0], [0, 0, 1]))


def test_the_report_of_the_deltas_prints_a_row_for_each_formula_of_each_layer():
    report = check_deltas(ag.MLP([2, 3, 1], seed=0), [0.5, 1.0], 1)
    text = str(report)
    assert [row.formula for row in report.rows] == ["BP2", "BP3", "BP4", "BP1", "BP3", "BP4"]
    assert text.count("ok") == 6
    assert report.worst <= 1e-12
    assert bool(report)


def test_deltas_touch_no_gradient_of_the_parameters():
    net = ag.MLP([2, 3, 1], seed=0)
    check_deltas(net, [0.5, 1.0], 1)
    assert all(parameter.grad is None for parameter in net.parameters())


def test_deltas_are_computed_also_where_nothing_is_recorded():
    with ag.no_grad():
        assert check_deltas(ag.MLP([2, 3, 1], seed=0), [0.5, 1.0], 1).passed


def test_examples_and_answers_must_be_equally_many():
    with pytest.raises(ValueError, match="x holds 2 examples and y 1 answers"):
        check_deltas(ag.MLP([2, 1], seed=0), [[0.5, 1.0], [1.0, 2.0]], [[1.0]])


def test_gradients_by_a_complex_step_agree_to_rounding():
    def f(p):
        return ag.log(p["a"] ** 2 + 1) * ag.tanh(p["b"][0]) / ag.cosh(p["b"][1])

    report = check_gradients(f, {"a": 1.3, "b": [0.4, -2.0]})
    assert report.passed
    assert {row.method for row in report.rows} == {"complex step"}
    assert [row.component for row in report.rows] == ["∂x['a']", "∂x['b'][0]", "∂x['b'][1]"]


def test_gradients_of_what_is_not_analytic_are_checked_by_differences():
    report = check_gradients(lambda x: ag.erf(x) * ag.lgamma(x), 2.5)
    assert report.passed
    assert report.rows[0].method == "differences"
    assert report.rows[0].bound < 1e-10


def test_a_complex_step_that_is_asked_for_and_not_there_raises():
    with pytest.raises(NotAnalyticError, match="erf has no complex form"):
        check_gradients(ag.erf, 0.5, method="complex step")


@pytest.mark.parametrize("step", [1e-2, 1e-4, 1e-6])
def test_the_error_of_a_chosen_step_is_within_its_bound(step):
    row = check_gradients(ag.exp, 1.0, method="differences", step=step).rows[0]
    assert row.passed
    assert abs(row.witness - math.e) <= row.bound
    assert row.bound <= 10 * step**2 + 1e-13 / step


def test_second_derivatives_are_checked_on_request():
    report = check_gradients(lambda x, y: x**3 * ag.sin(y), 0.7, 1.1, order=2)
    assert report.passed
    assert [row.component for row in report.rows] == ["∂x0", "∂x1", "∂∇x0", "∂∇x1"]


@pytest.mark.parametrize("method", ["complex step", "differences"])
def test_a_gradient_that_forgets_a_term_is_caught(method):
    report = check_gradients(lambda x: x * ag.stop_gradient(x), 3.0, method=method)
    assert not report.passed
    assert "WRONG" in str(report)


def test_arguments_may_be_arrays():
    numpy = pytest.importorskip("numpy", reason="NumPy is a dependency of the package")
    assert check_gradients(lambda x: (x * x).sum(), numpy.array([1.0, 2.0])).passed


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"order": 3}, "order must be 1 or 2, not 3"),
        ({"method": "guess"}, "method must be one of auto, complex step, differences"),
        ({"step": 0.0}, "step must be positive, not 0.0"),
    ],
)
def test_bad_arguments_of_the_check_raise(named, message):
    with pytest.raises(ValueError, match=message):
        check_gradients(ag.exp, 1.0, **named)


def test_differences_need_both_sides():
    with pytest.raises(ValueError, match="differences need both sides"):
        check_gradients(lambda x: x**1.5, 0.0, method="differences")


@pytest.mark.parametrize(
    "formula", ["output_delta", "hidden_delta", "bias_gradient", "weight_gradient"]
)
def test_a_nan_anywhere_in_a_delta_formula_is_caught(formula, monkeypatch):
    right = getattr(delta, formula)

    def planted(*given):
        array = right(*given).copy()
        array.flat[-1] = math.nan
        return array

    monkeypatch.setattr(delta, formula, planted)
    assert not check_deltas(ag.MLP([2, 3, 2], seed=1), [0.5, -1.0], [1, 0]).passed


def test_a_class_number_must_be_whole():
    with pytest.raises(ValueError, match=r"a class number or 2 labels, not 1\.5"):
        check_deltas(ag.MLP([2, 3, 2], seed=1), [0.5, -1.0], 1.5)


def test_values_that_a_function_uses_are_constants_of_the_check():
    net, w = ag.MLP([2, 2, 1], seed=0), ag.Value(2.0)
    assert check_gradients(lambda x: net(x)[0] * w, [0.5, -1.0]).rows[0].method == "complex step"
    assert check_gradients(lambda x: net(x)[0] * w, [0.5, -1.0]).passed


def test_what_takes_no_complex_step_is_checked_by_differences():
    report = check_gradients(lambda x: ag.grad(lambda y: x * y**2)(2.0), 1.5)
    assert report.passed
    assert report.rows[0].method == "differences"


@pytest.mark.parametrize(("f", "x"), [(ag.floor, 1.0), (ag.step, 0.0)])
def test_at_a_jump_differences_can_not_agree(f, x):
    report = check_gradients(f, x)
    assert not report.passed
    assert "unclear" in str(report)
