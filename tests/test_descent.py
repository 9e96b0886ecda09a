"""Gradient descent, optimisers, schedules and clipping, each against an independent text."""

import copy
import inspect
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import functions
from autograd_mini.descent import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    StopReason,
    clip_by_norm,
    clip_by_value,
    constant_schedule,
    cosine_schedule,
    exponential_schedule,
    gradient_descent,
    inverse_time_schedule,
    resolve_optimizer,
    stepwise_schedule,
)
from autograd_mini.errors import DomainError, UnknownNameError
from autograd_mini.value import Value


def parabola(theta):
    return (theta - 3) ** 2


# ------------------------------------------------------------------------ gradient descent


def test_a_step_of_a_tenth_converges_in_61_steps():
    descent = gradient_descent(parabola, 0, step=0.1, tolerance=1e-6)
    assert descent.reason is StopReason.CONVERGED
    assert descent.converged
    assert descent.steps == 61
    assert descent.theta == 2.9999963220107015
    assert descent.warning is None
    assert "converged" in str(descent)


def test_a_step_of_one_is_reported_as_cycling():
    descent = gradient_descent(parabola, 0, step=1.0)
    assert descent.reason is StopReason.CYCLING
    assert [row.theta for row in descent.history] == [0, 6, 0, 6, 0]
    assert not descent.converged
    assert "every 2 steps" in str(descent)


def test_a_step_of_1_1_is_reported_as_diverged_at_its_last_finite_point():
    descent = gradient_descent(parabola, 0, step=1.1)
    assert descent.reason is StopReason.DIVERGED
    assert math.isfinite(descent.theta)
    assert all(math.isfinite(number) for row in descent.history for number in row)
    assert "J is inf" in str(descent)


def test_a_tiny_step_stops_at_once_and_warns_that_the_step_was_small():
    descent = gradient_descent(parabola, 0, step=1e-7)
    assert descent.reason is StopReason.CONVERGED
    assert descent.steps == 1
    assert descent.theta == pytest.approx(6e-7)
    assert "the step, not the gradient, was small" in descent.warning
    assert "a minimum may lie about 3 away" in descent.warning
    assert f"warning: {descent.warning}" in str(descent)


def test_the_limit_of_steps_is_reported():
    descent = gradient_descent(parabola, 0, max_steps=5)
    assert descent.reason is StopReason.STEP_LIMIT
    assert descent.steps == 5
    assert "max_steps is 5" in str(descent)
    assert repr(descent) == f"Descent(STEP_LIMIT, steps=5, J={parabola(descent.theta)})"


def test_a_descent_keeps_its_step_and_tolerance():
    for descent in (
        gradient_descent(parabola, 0, step=0.2, tolerance=1e-3),
        gradient_descent(parabola, 0, step=0.2, tolerance=1e-3, max_steps=2),
    ):
        assert (descent.step, descent.tolerance) == (0.2, 1e-3)


def test_a_step_below_the_spacing_of_floats_warns_too():
    descent = gradient_descent(parabola, 1.0, step=1e-20)
    assert descent.theta == 1.0
    assert "may lie far away" in descent.warning


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("start", [0.0, 3 - 1e-6, 3.0])
def test_the_warning_does_not_depend_on_the_scale_of_the_function(scale, start):
    J = lambda theta: scale * (theta - 3) ** 2  # noqa: E731
    assert gradient_descent(J, start, step=0.1 / scale).warning is None


def test_no_tolerance_at_all_ends_where_floats_end():
    descent = gradient_descent(parabola, 0, tolerance=0)
    assert descent.converged
    assert descent.warning is None
    assert descent.theta == pytest.approx(3, abs=1e-14)


def test_the_history_holds_the_lectures_sequence():
    descent = gradient_descent(lambda t: (t[0] - 1) ** 2 + 10 * t[1] ** 2, [4.0, 1.0], step=0.04)
    A, theta = np.diag([2.0, 20.0]), np.array([4.0, 1.0])
    for row, following in zip(descent.history, descent.history[1:], strict=False):
        gradient = A @ (theta - [1, 0])
        assert row.theta == pytest.approx(theta, rel=1e-12, abs=1e-15)
        assert row.gradient_length == pytest.approx(np.linalg.norm(gradient), rel=1e-9)
        assert following.update_length == pytest.approx(
            0.04 * np.linalg.norm(gradient), rel=1e-6, abs=1e-15
        )
        theta = theta - 0.04 * gradient
    assert all(row.update_length > 1e-6 for row in descent.history[1:-1])
    assert descent.history[-1].update_length <= 1e-6


def test_theta_keeps_its_structure_and_holds_plain_numbers():
    def J(theta):
        w, b = theta["w"], theta["b"]
        return (w[0] - 1) ** 2 + (w[1][0] + 2) ** 2 + (b - 0.5) ** 2

    start = {"w": [0, (0,)], "b": Value(0.0)}
    theta = gradient_descent(J, start).theta
    assert type(theta["w"][0]) is type(theta["b"]) is float
    assert [theta["w"][0], *theta["w"][1], theta["b"]] == pytest.approx([1, -2, 0.5], abs=1e-4)
    assert start["w"] == [0, (0,)]


def test_an_array_stays_an_array():
    descent = gradient_descent(lambda t: functions.dot(t - 1, t - 1), np.zeros(3))
    assert isinstance(descent.theta, np.ndarray)
    assert descent.theta.dtype == float
    assert descent.theta == pytest.approx([1, 1, 1], abs=1e-4)


def test_a_function_that_changes_its_argument_does_not_change_the_history():
    def J(theta):
        loss = theta[0] ** 2
        theta.clear()
        return loss

    assert gradient_descent(J, [1.0]).history[0].theta == [1.0]


def test_variables_from_outside_do_not_end_up_in_the_result():
    centre = Value(3.0)
    descent = gradient_descent(lambda theta: (theta - centre) ** 2, 0.0)
    assert descent.theta == 2.9999963220107015
    assert type(descent.history[0].J) is float
    assert centre.grad is None


def test_an_error_at_the_starting_point_is_raised():
    with pytest.raises(DomainError, match="log is not defined"):
        gradient_descent(functions.log, -1.0)
    with pytest.raises(OverflowError, match="J is inf"):
        gradient_descent(lambda theta: theta**2, 1e200)


def test_leaving_the_domain_later_is_reported_as_diverged():
    descent = gradient_descent(lambda t: functions.log(t) + t, 1.0, step=0.9)
    assert descent.reason is StopReason.DIVERGED
    assert descent.theta == 1.0
    assert "log is not defined at" in str(descent)


def test_a_gradient_that_is_not_finite_is_reported_as_diverged():
    descent = gradient_descent(lambda t: functions.sqrt(t) + t / 2, 1.0, step=1.0)
    assert descent.reason is StopReason.DIVERGED
    assert "the gradient is not finite" in str(descent)


def test_a_long_theta_is_cut_in_the_report():
    report = str(gradient_descent(lambda t: functions.dot(t, t), [1.0] * 100, max_steps=1))
    assert max(map(len, report.splitlines())) < 100


@pytest.mark.parametrize("bad", [0, -0.1, math.inf, math.nan])
def test_a_bad_step_raises(bad):
    with pytest.raises(ValueError, match="step is"):
        gradient_descent(parabola, 0, step=bad)


@pytest.mark.parametrize("bad", [-1e-9, math.inf, math.nan])
def test_a_bad_tolerance_raises(bad):
    with pytest.raises(ValueError, match="tolerance is"):
        gradient_descent(parabola, 0, tolerance=bad)


def test_other_bad_arguments_raise():
    with pytest.raises(ValueError, match="max_steps is 0; accepted: a whole number from 1 on"):
        gradient_descent(parabola, 0, max_steps=0)
    with pytest.raises(TypeError, match="max_steps must be a whole number, not float"):
        gradient_descent(parabola, 0, max_steps=10.0)
    with pytest.raises(TypeError, match="step must be a real number"):
        gradient_descent(parabola, 0, step="fast")
    with pytest.raises(ValueError, match="theta0 holds no number"):
        gradient_descent(parabola, [])
    with pytest.raises(ValueError, match="theta0 is inf"):
        gradient_descent(parabola, math.inf)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=4), st.floats(0.1, 0.45))
def test_a_safe_step_finds_the_minimum_of_a_sum_of_squares(centre, step):
    def J(theta):
        return functions.sum((t - c) ** 2 for t, c in zip(theta, centre, strict=True))

    descent = gradient_descent(J, [0.0] * len(centre), step=step, tolerance=1e-9)
    assert descent.converged
    assert descent.theta == pytest.approx(centre, abs=1e-6)


# ------------------------------------------------------------------------------ optimisers

A = np.array([[3.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 0.4]])
B = np.array([1.0, -2.0, 0.5])
START = np.array([2.0, -1.0, 5.0])
STEPS = 60


def slope(theta):
    return A @ theta - B


def path(optimizer, factors=(1.0,) * STEPS):
    theta, points = START.tolist(), []
    for factor in factors:
        theta = optimizer.update(theta, slope(np.array(theta)).tolist(), factor)
        points.append(theta)
    return np.array(points)


def sgd_text():
    theta = START
    for _ in range(STEPS):
        theta = theta - 0.1 * slope(theta)
        yield theta


def polyak_text():
    # Polyak's own form has no velocity, but the two last points.
    before, theta = START, START
    for _ in range(STEPS):
        before, theta = theta, theta - 0.05 * slope(theta) + 0.8 * (theta - before)
        yield theta


def sutskever_text():
    # Equations 3 and 4 of Sutskever et al.; ours are the points where they take the gradient.
    theta, velocity = START, np.zeros(3)
    for _ in range(STEPS):
        velocity = 0.8 * velocity - 0.05 * slope(theta + 0.8 * velocity)
        theta = theta + velocity
        yield theta + 0.8 * velocity


def rmsprop_text():
    theta, mean_square = START, np.zeros(3)
    for _ in range(STEPS):
        g = slope(theta)
        mean_square = 0.9 * mean_square + 0.1 * g**2
        theta = theta - 0.02 * g / (np.sqrt(mean_square) + 1e-8)
        yield theta


def adam_text(weight_decay=0.0):
    theta, m, v = START, np.zeros(3), np.zeros(3)
    for t in range(1, STEPS + 1):
        g = slope(theta)
        m = 0.9 * m + (1 - 0.9) * g
        v = 0.99 * v + (1 - 0.99) * g**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.99**t)
        theta = theta - (0.05 * m_hat / (np.sqrt(v_hat) + 1e-7) + 0.05 * weight_decay * theta)
        yield theta


@pytest.mark.parametrize(
    ("optimizer", "text"),
    [
        (SGD(0.1), sgd_text()),
        (Momentum(0.05, momentum=0.8), polyak_text()),
        (Nesterov(0.05, momentum=0.8), sutskever_text()),
        (RMSProp(0.02, decay=0.9), rmsprop_text()),
        (Adam(0.05, momentum=0.9, decay=0.99, epsilon=1e-7), adam_text()),
        (AdamW(0.05, weight_decay=0.3, decay=0.99, epsilon=1e-7), adam_text(0.3)),
    ],
    ids=lambda item: getattr(item, "name", ""),
)
def test_an_optimiser_follows_its_published_formula(optimizer, text):
    # 60 steps of a contracting iteration: rounding stays near 1 ulp of the numbers around 1;
    # RMSProp and Adam divide by the size of the gradient and enlarge it a little.
    np.testing.assert_allclose(path(optimizer), list(text), rtol=0, atol=1e-12)


@pytest.mark.parametrize("optimizer", [Momentum(), Nesterov()])
def test_without_momentum_it_is_plain_descent(optimizer):
    still = type(optimizer)(0.1, momentum=0.0)
    assert (path(still) == path(SGD(0.1))).all()


def test_adamw_without_decay_is_adam():
    assert (path(AdamW(0.05, weight_decay=0.0)) == path(Adam(0.05))).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_factor_of_a_schedule_scales_the_step(name):
    halved = resolve_optimizer(name, step=0.02)
    assert (path(resolve_optimizer(name, step=0.04), (0.5,) * STEPS) == path(halved)).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_state_that_went_through_json_goes_on_with_the_same_bits(name):
    whole = resolve_optimizer(name)
    points = path(whole)
    first, theta = resolve_optimizer(name), START.tolist()
    for _ in range(STEPS // 2):
        theta = first.update(theta, slope(np.array(theta)).tolist())
    second = resolve_optimizer(name, step=123.0)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    for _ in range(STEPS - STEPS // 2):
        theta = second.update(theta, slope(np.array(theta)).tolist())
    assert theta == points[-1].tolist()
    assert second.state_dict() == whole.state_dict()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_arrays_move_as_lists_do_to_the_bit(name):
    generator = np.random.default_rng(1)
    of_lists, of_arrays = (resolve_optimizer(name, step=0.1) for _ in range(2))
    numbers = generator.normal(size=20)
    listed = numbers.tolist()
    for k in range(6):
        gradient = generator.normal(size=20)
        listed = of_lists.update(listed, gradient.tolist(), 0.5)
        if k == 3:  # lists and arrays may even take turns
            numbers = np.array(of_arrays.update(numbers.tolist(), gradient.tolist(), 0.5))
        else:
            numbers = of_arrays.update(numbers, gradient, 0.5)
        assert isinstance(numbers, np.ndarray)
        assert numbers.tolist() == listed
    assert of_lists.state_dict() == of_arrays.state_dict()
    json.dumps(of_arrays.state_dict())
    with pytest.raises(ValueError, match=r"has worked on 20|must have one length"):
        of_arrays.update(np.zeros(2), np.zeros(2 if name != "sgd" else 3))


def test_an_optimiser_of_ones_own_gets_lists_for_arrays():
    class Sorted(Optimizer):
        name = "sorted"

        def move(self, parameters, gradients, step):
            assert type(parameters) is type(gradients) is list
            return sorted(parameters)

    assert Sorted(1.0).update(np.array([2.0, 1.0]), np.zeros(2)).tolist() == [1.0, 2.0]


def test_a_rule_of_ones_own_serves_lists_and_arrays():
    class Slow(Optimizer):
        name, memories = "slow", ("means",)

        def rule(self, parameter, gradient, step, *memory):
            mean = (memory[0] + gradient) / 2
            return parameter - step * mean, mean

    of_lists, of_arrays = Slow(1.0), Slow(1.0)
    for gradient in ([1.0, 2.0], [3.0, -1.0]):
        listed = of_lists.update([0.0, 0.0], gradient)
        assert of_arrays.update(np.zeros(2), np.array(gradient)).tolist() == listed
    assert listed == [-1.75, 0.0]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_reset_optimiser_begins_afresh(name):
    optimizer = resolve_optimizer(name)
    points = path(optimizer)
    optimizer.reset()
    assert (path(optimizer) == points).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_resting_point_stays_where_it_is(name):
    options = {"weight_decay": 0.0} if name == "adamw" else {}
    assert resolve_optimizer(name, **options).update([1.0, -2.0], [0.0, 0.0]) == [1.0, -2.0]


def test_a_state_of_another_optimiser_raises_and_changes_nothing():
    adam = Adam()
    adam.update([1.0], [2.0])
    before = copy.deepcopy(adam.state_dict())
    with pytest.raises(ValueError, match="state is not that of the optimizer 'adam'"):
        adam.load_state_dict(AdamW().state_dict())
    with pytest.raises(ValueError, match="state is not that of the optimizer 'adam'"):
        adam.load_state_dict({"optimizer": "adam"})
    with pytest.raises(ValueError, match="state has the settings step"):
        adam.load_state_dict(before | {"settings": {"step": 1.0}})
    with pytest.raises(ValueError, match="state has the memory velocity"):
        adam.load_state_dict(before | {"memory": {"velocity": [1.0]}})
    assert adam.state_dict() == before


def test_changed_lengths_raise():
    with pytest.raises(ValueError, match="2 parameters and 1 gradients came"):
        SGD().update([1.0, 2.0], [1.0])
    adam = Adam()
    adam.update([1.0], [1.0])
    with pytest.raises(ValueError, match="has worked on 1 parameters, not 2"):
        adam.update([1.0, 2.0], [1.0, 2.0])


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
def test_settings_out_of_range_raise_and_name_themselves(optimizer):
    for name in inspect.signature(optimizer).parameters:
        with pytest.raises(ValueError, match=f"{name} is -1.0"):
            optimizer(**{name: -1.0})
        with pytest.raises(ValueError, match=f"{name} is inf"):
            optimizer(**{name: math.inf})
    for name in {"momentum", "decay"} & set(inspect.signature(optimizer).parameters):
        with pytest.raises(ValueError, match=f"{name} is 1.0; accepted: a number from 0 to below"):
            optimizer(**{name: 1.0})


def test_the_representation_is_the_call_that_makes_it():
    assert repr(SGD(0.25)) == "SGD(step=0.25)"
    assert repr(Adam()) == "Adam(step=0.001, momentum=0.9, decay=0.999, epsilon=1e-08)"


def test_an_unknown_optimiser_raises_and_lists_the_known_ones():
    with pytest.raises(UnknownNameError, match="unknown optimizer 'adm': known are sgd, momentum"):
        resolve_optimizer("adm")
    with pytest.raises(TypeError, match="optimizer must be a name"):
        resolve_optimizer(SGD)
    with pytest.raises(TypeError, match="optimizer must be a name"):
        resolve_optimizer(SGD(), step=1.0)
    own = SGD()
    assert resolve_optimizer(own) is own


def test_an_optimiser_of_ones_own_needs_only_its_move():
    class SignDescent(Optimizer):
        name = "sign"

        def move(self, parameters, gradients, step):
            return [
                p - step * math.copysign(1, g) for p, g in zip(parameters, gradients, strict=True)
            ]

    assert SignDescent(0.5).update([1.0, 1.0], [3.0, -0.1]) == [0.5, 1.5]


# -------------------------------------------------------------------------------- schedules


@given(st.integers(1, 200))
def test_schedules_follow_their_formulas(epoch):
    assert constant_schedule()(epoch) == 1.0
    assert exponential_schedule(0.9)(epoch) == pytest.approx(0.9 ** (epoch - 1))
    assert stepwise_schedule(10, 0.5)(epoch) == 0.5 ** ((epoch - 1) // 10)
    assert inverse_time_schedule(0.1)(epoch) == pytest.approx(1 / (1 + 0.1 * (epoch - 1)))
    share = min(epoch - 1, 50) / 50
    wave = 0.1 + 0.9 * np.cos(np.pi * share / 2) ** 2  # (1 + cos 2u)/2 = cos²u
    assert cosine_schedule(50, final=0.1)(epoch) == pytest.approx(wave)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (lambda: exponential_schedule(0.0), "decay is 0.0; accepted: a number above 0, at most 1"),
        (lambda: exponential_schedule(1.5), "decay is 1.5"),
        (lambda: stepwise_schedule(0, 0.5), "every is 0"),
        (lambda: stepwise_schedule(3, -0.5), "decay is -0.5"),
        (lambda: cosine_schedule(0), "epochs is 0"),
        (lambda: cosine_schedule(5, final=2.0), "final is 2.0; accepted: a number from 0 to 1"),
        (lambda: inverse_time_schedule(-1), "rate is -1.0"),
    ],
)
def test_schedules_out_of_range_raise(schedule, message):
    with pytest.raises(ValueError, match=message):
        schedule()


# --------------------------------------------------------------------------------- clipping

gradients = st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=6)
limits = st.floats(1e-6, 1e6)


@given(gradients, limits)
def test_clipping_by_norm_shortens_and_keeps_the_direction(gradient, limit):
    clipped = clip_by_norm(gradient, limit)
    length = math.hypot(*gradient)
    assert math.hypot(*clipped) <= limit * (1 + 1e-12)
    if length <= limit:
        assert clipped == gradient
    else:
        assert clipped == pytest.approx([g / length * limit for g in gradient], rel=1e-12)


@given(gradients, limits)
def test_clipping_by_value_agrees_with_numpy(gradient, limit):
    assert clip_by_value(gradient, limit) == np.clip(gradient, -limit, limit).tolist()


@pytest.mark.parametrize(
    "gradient", [[3.0, 4.0], [0.0, 0.0], [1e200, -1e200], [1e-200, 0.0], [1.7e308, 1.7e308]]
)
@pytest.mark.parametrize("limit", [1e-201, 1.0, 2.5, 1e9])
def test_arrays_are_clipped_as_lists(gradient, limit):
    for clip in (clip_by_norm, clip_by_value):
        clipped = clip(np.array(gradient), limit)
        assert isinstance(clipped, np.ndarray)
        assert clipped.tolist() == pytest.approx(clip(gradient, limit), rel=1e-15)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_a_bad_limit_raises(clip):
    with pytest.raises(ValueError, match="limit is 0"):
        clip([1.0], 0.0)
