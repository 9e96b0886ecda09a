"""Training on compiled programs: the same history as the eager engine's, or the eager engine."""

import itertools
import json
import math
import os
import random
import signal
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini.descent import OPTIMIZERS, SGD, Optimizer, clip_by_value, cosine_schedule
from autograd_mini.errors import DivergedError, UnknownNameError
from autograd_mini.losses import LOSSES, l1, l2, quadratic
from autograd_mini.neurons import ACTIVATIONS, MLP, Layer, Module, Neuron
from autograd_mini.training import fit
from autograd_mini.training.compiled_engine import CompiledEngine
from autograd_mini.training.interrupts import Interrupts
from autograd_mini.training.order import Order
from autograd_mini.value import Value

# Sums are taken in another order: some 1e-16 a step, which a few dozen steps may amplify.
ROUNDING = 1e-9


def points(classes=3, count=19, seed=0):
    """Return points around the corners of a polygon, whose number no batch size divides."""
    generator = np.random.default_rng(seed)
    y = generator.integers(classes, size=count)
    y[:classes] = range(classes)
    angles = 2 * np.pi * y / classes
    X = 2 * np.column_stack([np.cos(angles), np.sin(angles)])
    return X + generator.normal(scale=0.6, size=X.shape), y


def numbers(net):
    return [parameter.data for parameter in net.parameters()]


def trained(make, engine, data, **options):
    net = make()
    history = fit(net, *data, engine=engine, progress=False, **options)
    return net, history


def agree(make, data=None, engine="compiled", **options):
    """Assert that both engines give the same history and parameters, and which engine worked."""
    data = points() if data is None else data
    options = {"epochs": 4, "batch_size": 5, "optimizer": SGD(0.1)} | options
    compiled, history = trained(make, "auto", data, **options)
    eager, expected = trained(make, "eager", data, **options)
    assert (history.engine, expected.engine) == (engine, "eager"), history.note
    assert numbers(compiled) == pytest.approx(numbers(eager), rel=ROUNDING, abs=ROUNDING)
    assert len(history) == len(expected)
    for row, other in zip(history.rows, expected.rows, strict=True):
        assert row[:5] == tuple(
            number if number is None else pytest.approx(number, rel=ROUNDING, abs=ROUNDING)
            for number in other[:5]
        )
    return history


# ------------------------------------------------------------------------- the same history

FITTING = {
    "log_loss": "sigmoid", "log_loss_from_logits": "sigmoid", "cross_entropy": "softmax",
    "cross_entropy_from_logits": "softmax", "quadratic": "tanh", "hinge": "identity",
    "huber": "identity",
}  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_gives_the_history_of_the_eager_engine(loss):
    agree(lambda: MLP([2, 4, 3], output=FITTING[loss], seed=1), loss=loss, validation=0.25)


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "softmax"])
def test_every_activation_gives_the_history_of_the_eager_engine(activation):
    agree(lambda: MLP([2, 3, 4, 3], activation=activation, seed=1))
    agree(lambda: MLP([2, 3], output=activation, seed=1), loss="quadratic")


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"clip": 0.05, "schedule": cosine_schedule(4)},
        {"clip": lambda gradients: clip_by_value(gradients, 0.02)},
        {"regularization": lambda net: l2(net, 0.1) + l1(net, 0.01)},
        {"regularization": lambda _: 0.0, "shuffle": False},
        {"validation": 0.3, "patience": 1},
    ],
    ids=lambda options: "-".join(options) or "plain",
)
def test_every_optimiser_and_option_gives_the_history_of_the_eager_engine(name, options):
    agree(lambda: MLP([2, 4, 3], seed=1), optimizer=name, **options)


@pytest.mark.parametrize("batch_size", [1, 2, 7, 19, 100])
def test_the_size_of_batches_need_not_divide_that_of_the_examples(batch_size):
    agree(lambda: MLP([2, 3, 3], seed=2), batch_size=batch_size)


def test_large_batches_are_worked_through_in_blocks():
    X, y = points(count=1200)
    agree(lambda: MLP([2, 16, 3], seed=2), (X, y), batch_size=1100, epochs=2, validation=0.5)


def test_layers_and_neurons_are_networks_too():
    agree(lambda: Layer(2, 3, seed=1))
    X, y = points(2)
    agree(lambda: Neuron(2, seed=1), (X, y))
    agree(lambda: MLP([2, 3, 1], activation=ag.gelu, seed=1), (X, y))


class Parabola(Module):
    """A scalar function of a feature; one parameter is not used."""

    def __init__(self):
        self.terms = [Value(0.5, kind="parameter") for _ in range(3)]
        self.unused = Value(7.0, kind="parameter")

    def __call__(self, x):
        a, b, c = self.terms
        return a * x[0] ** 2 + b * x[0] + c


class Tied(Module):
    """An autoencoder: the weights of the second layer are those of the first, softplus of them."""

    def __init__(self):
        self.inner = Layer(2, 3, activation="tanh", number=2, seed=3)
        self.parts = {"bias": [Value(0.1 * k, kind="parameter") for k in range(2)]}
        self.raw = Value(0.3, kind="parameter")

    def __call__(self, x):
        hidden = self.inner(x)
        scale = ag.softplus(self.raw)  # of a parameter alone
        rows = zip(*self.inner.W, strict=True)
        return [
            scale * sum(w * a for w, a in zip(row, hidden, strict=True)) + bias
            for row, bias in zip(rows, self.parts["bias"], strict=True)
        ]


def test_networks_of_ones_own_compile():
    xs = [[x / 4] for x in range(-4, 5)]
    history = agree(Parabola, (xs, [2 * x * x - x for (x,) in xs]), loss="quadratic")
    assert history.note == ""
    X, _ = points()
    agree(Tied, (X, X), loss="quadratic")


class TwiceTheSame(Module):
    """Two layers that share one array, and each has its own bias."""

    def __init__(self):
        self.first, self.second = Layer(2, 2, seed=1), Layer(2, 2, seed=2)
        self.second._W = self.first._W

    def __call__(self, x):
        return self.second(self.first(x))


def test_a_parameter_that_stands_in_two_places_gets_both_gradients():
    net = TwiceTheSame()
    assert len(net.parameters()) == 8
    agree(TwiceTheSame, points(2), loss="quadratic")


def test_losses_of_ones_own_compile_with_what_they_capture():
    weight, net = Value(2.0), MLP([2, 1], seed=3)

    def distance(outputs, labels):
        pairs = zip(outputs, labels, strict=True)
        return weight * sum((a - y) ** 2 for a, y in pairs) + ag.square(net(outputs[:2])[0])

    agree(lambda: MLP([2, 3, 3], seed=1), loss=distance)


def test_a_regularisation_may_reach_the_network_without_being_given_it():
    nets = []

    def make():
        nets.append(MLP([2, 3], seed=1))
        return nets[-1]

    agree(make, regularization=lambda net: l2(net, 0.1) + 0 * net.parameters()[0])
    agree(make, regularization=lambda _: l2(nets[-1], 0.1))


class Signs(Optimizer):
    """An optimiser of one's own, written for lists."""

    name = "signs"

    def move(self, parameters, gradients, step):
        return [p - step * ((g > 0) - (g < 0)) for p, g in zip(parameters, gradients, strict=True)]


def test_an_optimiser_of_ones_own_that_knows_lists_is_served_lists():
    agree(lambda: MLP([2, 3], seed=1), optimizer=Signs(0.01))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=0, max_size=2),
    st.sampled_from([name for name in ACTIVATIONS if name != "softmax"]),
    st.integers(1, 12),
    st.booleans(),
)
def test_networks_of_any_shape_train_alike(hidden, activation, batch_size, shuffle):
    agree(
        lambda: MLP([2, *hidden, 3], activation=activation, seed=4),
        batch_size=batch_size, shuffle=shuffle, epochs=2,
    )  # fmt: skip


# ----------------------------------------------------------------------------- determinism


def test_the_same_command_gives_the_same_bits():
    runs = [trained(lambda: MLP([2, 8, 3], seed=1), "auto", points(), epochs=5) for _ in range(2)]
    assert numbers(runs[0][0]) == numbers(runs[1][0])
    assert [row[:5] for row in runs[0][1].rows] == [row[:5] for row in runs[1][1].rows]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_resumed_training_has_the_bits_of_an_unbroken_one(name):
    options = {"optimizer": name, "validation": 0.2, "batch_size": 4}
    whole, expected = trained(lambda: MLP([2, 4, 3], seed=1), "auto", points(), epochs=6, **options)
    _, begun = trained(lambda: MLP([2, 4, 3], seed=1), "auto", points(), epochs=3, **options)
    state = json.loads(json.dumps(begun.state))
    net, history = trained(
        lambda: MLP([2, 4, 3], seed=9), "auto", points(), epochs=6, resume=state, **options
    )
    assert history.engine == "compiled"
    assert numbers(net) == numbers(whole)
    assert [row[:5] for row in history.rows] == [row[:5] for row in expected.rows]
    for part in ("parameters", "best", "optimizer", "generator"):
        assert history.state[part] == expected.state[part]


def test_a_training_may_change_its_engine_when_it_is_resumed():
    _, begun = trained(lambda: MLP([2, 4, 3], seed=1), "auto", points(), epochs=3)
    eager, _ = trained(lambda: MLP([2, 4, 3]), "eager", points(), epochs=5, resume=begun.state)
    whole, _ = trained(lambda: MLP([2, 4, 3], seed=1), "auto", points(), epochs=5)
    assert numbers(eager) == pytest.approx(numbers(whole), rel=ROUNDING)


def test_shapes_are_traced_once_however_many_epochs_there_are():
    calls = []

    def counted(outputs, labels):
        calls.append(type(outputs[0]))
        return quadratic(outputs, labels)

    for epochs in (2, 20):
        calls.clear()
        trained(lambda: MLP([2, 3], seed=1), "auto", points(), loss=counted, epochs=epochs)
        assert len(calls) < 10  # traces, and comparisons with the plain function


# --------------------------------------------------------------------------------- falling back


class Forked(Module):
    """A network in which Python decides by a number."""

    def __init__(self):
        self.inner = MLP([2, 3], seed=4)

    def __call__(self, x):
        return self.inner(x if x[0] > 0 else [-each for each in x])


class Counting(Forked):
    """A network that counts its calls, and learns less and less from that."""

    calls = 0

    def __call__(self, x):
        self.calls += 1
        return self.inner(x)


class Forgetful(Forked):
    """Dropout, by the generator that all programs share."""

    def __call__(self, x):
        return self.inner([each if random.random() < 0.9 else 0.0 for each in x])


class OwnDice(Forked):
    """Dropout, by a generator of the network."""

    def __init__(self):
        super().__init__()
        self.generator = random.Random(3)

    def __call__(self, x):
        return self.inner([each if self.generator.random() < 0.9 else 0.0 for each in x])


class NumpyDice(OwnDice):
    """Dropout, by a generator of NumPy's."""

    def __init__(self):
        super().__init__()
        self.generator = np.random.default_rng(3)


class Reading(Forked):
    """A network that reads a parameter's number."""

    def __call__(self, x):
        return [self.inner.layers[0].b[0].data * each for each in self.inner(x)]


@pytest.mark.parametrize(
    ("network", "note"),
    [
        (Forked, "Python's control flow"),
        (Counting, "changes Counting.calls"),
        (Forgetful, "throws dice"),
        (OwnDice, "changes OwnDice.generator"),
        (NumpyDice, "changes NumpyDice.generator"),
        (Reading, ".data"),
    ],
)
def test_what_a_trace_would_not_be_the_whole_of_is_trained_eagerly(network, note):
    random.seed(0)
    _, history = trained(network, "auto", points(), loss="quadratic", epochs=2)
    assert history.engine == "eager"
    assert note in history.note, history.note


def test_falling_back_changes_nothing_but_the_time():
    agree(Forked, engine="eager", loss="quadratic")
    data, losses = points(), []
    for engine in ("auto", "eager"):
        random.seed(0)
        net, history = trained(Forked, engine, data, loss="quadratic")
        losses.append(([row[:5] for row in history.rows], numbers(net)))
    assert losses[0] == losses[1]


def test_dice_that_hide_from_sight_are_found_by_comparing():
    hidden = itertools.count()

    def annealed(outputs, labels):
        return quadratic(outputs, labels) / (1 + next(hidden))

    _, history = trained(lambda: MLP([2, 3], seed=1), "auto", points(), loss=annealed, epochs=2)
    assert history.engine == "eager"
    assert "something else" in history.note


def test_a_number_that_a_callback_changes_ends_the_compiled_part():
    strength = [0.1]

    def make_options():
        strength[0] = 0.1
        halve = lambda row, _: strength.__setitem__(0, 0.1 / 2**row.epoch)  # noqa: E731
        return {"regularization": lambda net: l2(net, strength[0]), "callbacks": [halve]}

    nets = []
    for engine in ("auto", "eager"):
        net, history = trained(
            lambda: MLP([2, 3], seed=1), engine, points(), epochs=4, **make_options()
        )
        nets.append(numbers(net))
    assert history.note == ""
    assert nets[0] == pytest.approx(nets[1], rel=ROUNDING)


def test_the_note_says_that_the_compiled_part_has_ended():
    scale = [1.0]
    _, history = trained(
        lambda: MLP([2, 3], seed=1), "auto", points(), epochs=3,
        loss=lambda a, y: scale[0] * quadratic(a, y),
        callbacks=[lambda *_: scale.__setitem__(0, 0.5)],
    )  # fmt: skip
    assert history.engine == "eager"
    assert "no longer does what was traced" in history.note


def test_a_parameter_that_a_callback_changes_is_seen():
    def reset(_, net):
        net.layers[0].b = [0.0] * 3

    agree(lambda: MLP([2, 3], seed=1), callbacks=[reset])


def test_the_note_is_shown_above_the_bar(capsys):
    fit(Forked(), *points(), loss="quadratic", epochs=1)
    assert "trained eagerly: " in capsys.readouterr().err
    fit(MLP([2, 3]), *points(), epochs=1)
    assert "eagerly" not in capsys.readouterr().err


def test_without_a_trace_nobody_is_told():
    _, history = trained(Forked, "eager", points(), loss="quadratic", epochs=1)
    assert (history.engine, history.note) == ("eager", "")


def test_an_unknown_engine_raises():
    with pytest.raises(UnknownNameError, match=r"unknown engine 'jit'.*auto.*eager"):
        fit(MLP([2, 3]), *points(), engine="jit")


# ------------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("batch_size", [1, 3])
def test_divergence_is_told_as_the_eager_engine_tells_it(batch_size):
    X, y = [[30.0], [40.0], [50.0]], [1.5, 2.5, 3.5]
    found = []
    for engine in ("auto", "eager"):
        kept = []
        net = MLP([1, 1], output="identity", init="normal")
        with pytest.raises(DivergedError) as caught:
            fit(net, X, y, loss=quadratic, optimizer=SGD(1.0), batch_size=batch_size, epochs=200,
                progress=False, engine=engine,
                callbacks=[lambda _, net, kept=kept: kept.append(numbers(net))])  # fmt: skip
        assert numbers(net) == kept[-1]
        found.append((caught.value.epoch, caught.value.reason.split(" (")[0], kept[-1]))
    assert found[0][:2] == found[1][:2]
    assert found[0][2] == pytest.approx(found[1][2], rel=1e-9)


def test_a_probability_that_leaves_its_range_on_the_way_is_refused():
    # The answers sink below 0 in the course of training; a program's logarithm would not mind.
    X, y = [[1.0], [2.0]], [0, 0]
    for engine in ("auto", "eager"):
        net = MLP([1, 1], output="identity", init="zeros")
        net.layers[0].b = [0.5]
        with pytest.raises(DivergedError, match="log_loss takes probabilities from 0 to 1") as told:
            fit(net, X, y, loss="log_loss", optimizer=SGD(0.05), epochs=99, engine=engine,
                progress=False)  # fmt: skip
        assert told.value.epoch > 1


def test_where_a_program_has_no_number_the_eager_engine_is_asked(monkeypatch):
    asked = []
    gradient = CompiledEngine._gradient

    def faulty(self, batch):
        if len(asked) < 3:
            monkeypatch.setattr(type(self.loss), "__call__", _refuse)
            asked.append(gradient(self, batch))
            monkeypatch.undo()
            monkeypatch.setattr(CompiledEngine, "_gradient", faulty)
            return asked[-1]
        return gradient(self, batch)

    def _refuse(*_):
        raise FloatingPointError

    plain, expected = trained(lambda: MLP([2, 4, 3], seed=1), "auto", points(), epochs=3)
    monkeypatch.setattr(CompiledEngine, "_gradient", faulty)
    net, history = trained(lambda: MLP([2, 4, 3], seed=1), "auto", points(), epochs=3)
    assert len(asked) == 3
    assert numbers(net) == pytest.approx(numbers(plain), rel=1e-12)
    assert history.rows[-1].accuracy == expected.rows[-1].accuracy


def test_an_error_in_the_middle_of_an_epoch_leaves_the_last_complete_one():
    def schedule(epoch):
        if epoch == 3:
            raise RuntimeError("my schedule")
        return 1.0

    net, reference = MLP([2, 3], seed=1), MLP([2, 3], seed=1)
    with pytest.raises(RuntimeError, match="my schedule"):
        fit(net, *points(), epochs=5, schedule=schedule, progress=False)
    fit(reference, *points(), epochs=2, progress=False)
    assert numbers(net) == numbers(reference)


def test_callbacks_find_the_parameters_in_the_network():
    seen = []
    _, history = trained(
        lambda: MLP([2, 3], seed=1), "auto", points(), epochs=3,
        callbacks=[lambda row, net: seen.append((row.epoch, numbers(net)))],
    )  # fmt: skip
    assert history.engine == "compiled"
    assert len({tuple(each) for _, each in seen}) == 3
    assert seen[-1][1] == history.state["parameters"]


def test_training_leaves_no_symbol_in_the_network():
    net = MLP([2, 3, 3], seed=1)
    fit(net, *points(), epochs=1, validation=0.2, progress=False)
    for layer in net.layers:
        assert all(isinstance(each, Value) for each in [*layer.s, *layer.a])
    assert all(type(parameter.data) is float for parameter in net.parameters())


# -------------------------------------------------------------------------------------- Ctrl-C


def press(times):
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("engine", ["auto", "eager"])
def test_ctrl_c_leaves_complete_parameters_however_often_it_is_pressed(engine, times):
    def watch(row, _):
        if row.epoch == 3:
            press(times)

    net, history = trained(
        lambda: MLP([2, 3], seed=1), engine, points(), epochs=9, callbacks=[watch]
    )
    assert history.interrupted
    assert len(history) == 3
    assert numbers(net) == history.state["parameters"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_in_the_middle_of_an_epoch_drops_that_epoch():
    reference, _ = trained(lambda: MLP([2, 3], seed=1), "auto", points(), epochs=2)
    net, history = trained(
        lambda: MLP([2, 3], seed=1), "auto", points(), epochs=9,
        clip=_pressing(after=2 * 1 + 1), batch_size=32,
    )  # fmt: skip
    assert history.interrupted
    assert len(history) == 2
    assert numbers(net) == numbers(reference)


def _pressing(after):
    left = itertools.count(after, -1)

    def clip(gradients):
        if next(left) == 1:
            press(2)
        return gradients

    return clip


def test_ctrl_c_waits_for_what_must_not_be_torn_apart():
    done = []

    def write():
        press(3)
        done.append("written")

    with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts, interrupts.held():
        write()
    assert done == ["written"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_train_without_touching_signals():
    found = []
    work = lambda: found.append(trained(lambda: MLP([2, 3]), "auto", points(), epochs=1)[1])  # noqa: E731
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(found[0]) == 1


# ---------------------------------------------------------------------------- bad arguments


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (None, r"net must be a network \(.*\), not NoneType"),
        (MLP, "not the class MLP"),
        ([1.0], "not list"),
        (math.sin, "not builtin_function_or_method"),
        (lambda x: x, "not function"),
    ],
)
def test_what_is_no_network_raises(net, message):
    with pytest.raises(TypeError, match=message):
        fit(net, [[0.0], [1.0]], [0, 1])


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (None, [0, 1], "X must be a sequence of examples, not NoneType"),
        (3, [0, 1], "X must be a sequence of examples, not int"),
        ("ab", [0, 1], r"X must be a sequence of examples, not str"),
        ([[0.0], [1.0]], None, "y must be a sequence of labels, not NoneType"),
        ([[0.0], [1.0]], 1, "y must be a sequence of labels, not int"),
    ],
)
def test_what_are_no_examples_raises(X, y, message):
    with pytest.raises(TypeError, match=message):
        fit(MLP([1, 1]), X, y)


@settings(deadline=None)
@given(st.integers(1, 300), st.integers())
def test_examples_are_drawn_as_pythons_sample_draws_them(count, seed):
    ours, pythons = random.Random(seed), random.Random(seed)
    assert Order(count, 1, ours).indices() == pythons.sample(range(count), count)
    assert ours.getstate() == pythons.getstate()
