"""Training: against NumPy's own runs, and what stops, resumes, refuses and reports."""

import copy
import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import functions
from autograd_mini.delta import backpropagate
from autograd_mini.descent import (
    OPTIMIZERS,
    SGD,
    Adam,
    clip_by_value,
    cosine_schedule,
    resolve_optimizer,
)
from autograd_mini.errors import DivergedError, UnknownNameError
from autograd_mini.graph import no_grad
from autograd_mini.losses import l1, l2, log_loss, quadratic
from autograd_mini.neurons import MLP, Module, Neuron, Perceptron
from autograd_mini.training import Epoch, History, accuracy, answers, confusion, fit, predict
from autograd_mini.value import Value


def blobs(classes=2, each=12, seed=0):
    """Return points around the corners of a regular polygon, and the corners' numbers."""
    generator = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(classes) / classes
    centres = 2 * np.column_stack([np.cos(angles), np.sin(angles)])
    y = np.repeat(np.arange(classes), each)
    X = centres[y] + generator.normal(scale=0.6, size=(len(y), 2))
    order = generator.permutation(len(y))
    return X[order], y[order]


def quietly(net, X, y, **options):
    return fit(net, X, y, progress=False, **options)


def numbers(net):
    return [parameter.data for parameter in net.parameters()]


# --------------------------------------------------------------------- independent witnesses


def test_logistic_regression_follows_the_closed_form_gradient():
    X, y = blobs()
    net = MLP([2, 1], seed=3)
    w, b = np.array(net.state_dict()["W2"][0]), 0.0
    quietly(net, X, y, optimizer=SGD(0.3), batch_size=len(y), epochs=100)
    for _ in range(100):
        error = 1 / (1 + np.exp(-(X @ w + b))) - y  # lecture: ŷ - y, averaged
        w, b = w - 0.3 * (error @ X) / len(y), b - 0.3 * error.mean()
    # 100 steps, each with rounding of some 1e-16
    np.testing.assert_allclose(net.state_dict()["W2"][0], w, rtol=0, atol=1e-10)
    np.testing.assert_allclose(net.state_dict()["b2"], [b], rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("loss", "hidden", "output"),
    [
        ("log_loss", "sigmoid", "sigmoid"),
        ("cross_entropy", "relu", "softmax"),
        ("quadratic", "tanh", "sigmoid"),
        ("hinge", "tanh", "identity"),
        ("huber", "softplus", "identity"),
    ],
)
def test_mini_batches_follow_the_delta_formulas(loss, hidden, output):
    X, y = blobs(3, each=7)
    net = MLP([2, 4, 3], activation=hidden, output=output, seed=1)
    state = net.state_dict()
    W, b = [np.array(state[f"W{l}"]) for l in (2, 3)], [np.array(state[f"b{l}"]) for l in (2, 3)]
    history = quietly(net, X, y, loss=loss, optimizer=SGD(0.1), batch_size=4, epochs=3, seed=5)
    labels = np.eye(3)[y]
    if loss == "hinge":
        labels = 2 * labels - 1
    generator = random.Random(5)
    for row in history.rows:
        order = generator.sample(range(len(y)), len(y))
        losses = 0.0
        for batch in (order[start : start + 4] for start in range(0, len(y), 4)):
            formulas = backpropagate(W, b, [hidden, output], loss, X[batch], labels[batch])
            losses += formulas.J * len(batch)
            W = [W_l - 0.1 * G for W_l, G in zip(W, formulas.gradient_W, strict=True)]
            b = [b_l - 0.1 * g for b_l, g in zip(b, formulas.gradient_b, strict=True)]
        assert row.loss == pytest.approx(losses / len(y), rel=1e-10)
    for l in (2, 3):
        np.testing.assert_allclose(net.state_dict()[f"W{l}"], W[l - 2], rtol=0, atol=1e-10)
        np.testing.assert_allclose(net.state_dict()[f"b{l}"], b[l - 2], rtol=0, atol=1e-10)


def test_regularisation_clipping_and_schedule_act_on_every_step():
    X, y = blobs()
    net = MLP([2, 1], seed=3)
    theta = np.array(numbers(net))
    quietly(
        net, X, y, batch_size=len(y), epochs=20, optimizer=SGD(0.5), shuffle=False, clip=0.2,
        schedule=cosine_schedule(20), regularization=lambda net: l2(net, 0.1) + l1(net, 0.01),
    )  # fmt: skip
    inputs = np.column_stack([X, np.ones(len(y))])
    for epoch in range(20):
        error = 1 / (1 + np.exp(-inputs @ theta)) - y
        gradient = error @ inputs / len(y) + 0.1 * theta + 0.01 * np.sign(theta)
        gradient *= min(1, 0.2 / np.linalg.norm(gradient))
        theta = theta - 0.5 * (1 + np.cos(np.pi * epoch / 20)) / 2 * gradient
    np.testing.assert_allclose(numbers(net), theta, rtol=0, atol=1e-12)


def test_clipping_may_be_a_function():
    X, y = blobs()
    net = MLP([2, 1], init="zeros")
    cut = lambda gradients: clip_by_value(gradients, 1e-3)  # noqa: E731
    quietly(net, X, y, batch_size=len(y), epochs=1, optimizer=SGD(1.0), clip=cut)
    assert {abs(number) for number in numbers(net)[:1]} == {1e-3}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimiser_makes_the_loss_smaller(name):
    X, y = blobs(3)
    net = MLP([2, 4, 3], seed=0)
    history = quietly(net, X, y, optimizer=resolve_optimizer(name, step=0.05), epochs=8)
    assert history.rows[-1].loss < history.rows[0].loss
    assert quietly(MLP([2, 1]), *blobs(), optimizer=name, epochs=1).rows


# -------------------------------------------------------------------------------- determinism


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_same_seed_gives_the_same_bits(name):
    X, y = blobs()
    nets = [MLP([2, 3, 1], seed=1) for _ in range(2)]
    options = {"optimizer": name, "epochs": 3, "batch_size": 5, "seed": 9}
    histories = [quietly(net, X, y, **options) for net in nets]
    assert numbers(nets[0]) == numbers(nets[1])
    assert [row[:5] for row in histories[0].rows] == [row[:5] for row in histories[1].rows]


def test_another_seed_shuffles_otherwise_and_no_shuffling_needs_none():
    X, y = blobs()
    runs = []
    for seed, shuffle in [(1, True), (2, True), (1, False), (2, False)]:
        net = MLP([2, 1], seed=0)
        quietly(net, X, y, epochs=2, batch_size=4, seed=seed, shuffle=shuffle)
        runs.append(numbers(net))
    assert runs[0] != runs[1]
    assert runs[2] == runs[3]


def test_training_leaves_the_global_generator_and_gradients_alone():
    before, X_y, net = random.getstate(), blobs(), MLP([2, 1])
    quietly(net, *X_y, epochs=2)
    assert random.getstate() == before
    assert all(parameter.grad is None for parameter in net.parameters())


def test_a_generator_is_a_seed():
    X, y = blobs()
    nets = [MLP([2, 1]) for _ in range(2)]
    for net, seed in zip(nets, (7, random.Random(7)), strict=True):
        quietly(net, X, y, epochs=2, batch_size=4, seed=seed)
    assert numbers(nets[0]) == numbers(nets[1])


def test_the_optimiser_that_is_given_is_not_used_up():
    X, y = blobs()
    adam, nets = Adam(0.1), [MLP([2, 1]) for _ in range(2)]
    for net in nets:
        quietly(net, X, y, optimizer=adam, epochs=2)
    assert numbers(nets[0]) == numbers(nets[1])
    assert adam.state_dict()["updates"] == 0


def test_an_optimiser_that_was_used_begins_afresh():
    X, y = blobs()
    used, nets = Adam(0.1), [MLP([2, 1]) for _ in range(2)]
    used.update([1.0] * 3, [5.0] * 3)
    for net, optimizer in zip(nets, (used, Adam(0.1)), strict=True):
        quietly(net, X, y, optimizer=optimizer, epochs=2)
    assert numbers(nets[0]) == numbers(nets[1])


# --------------------------------------------------------------------------------- resuming


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(list(OPTIMIZERS)), st.integers(0, 5), st.booleans())
def test_a_resumed_training_has_the_bits_of_an_uninterrupted_one(name, stop, shuffle):
    X, y = blobs()
    options = {"optimizer": name, "batch_size": 7, "validation": 0.25, "shuffle": shuffle}
    whole = MLP([2, 2, 1], seed=1)
    expected = quietly(whole, X, y, epochs=6, **options)

    def interrupt(row, _):
        if row.epoch == stop:
            raise KeyboardInterrupt

    first = MLP([2, 2, 1], seed=1)
    begun = quietly(first, X, y, epochs=stop or 1, callbacks=[interrupt], **options)
    assert begun.interrupted == (stop > 0)
    second = MLP([2, 2, 1], seed=99)
    state = json.loads(json.dumps(begun.state))
    history = quietly(second, X, y, epochs=6, resume=state, **options)
    assert numbers(second) == numbers(whole)
    assert [row[:5] for row in history.rows] == [row[:5] for row in expected.rows]
    for part in ("parameters", "best", "optimizer", "generator", "options"):
        assert history.state[part] == expected.state[part]


def test_a_finished_training_resumes_to_itself():
    X, y = blobs()
    net = MLP([2, 1])
    history = quietly(net, X, y, epochs=3)
    other = MLP([2, 1], seed=5)
    again = quietly(other, X, y, epochs=3, resume=history.state)
    assert again.rows == history.rows
    assert numbers(other) == numbers(net)


def test_early_stopping_resumes_to_itself():
    X, y = blobs()
    options = {"validation": (X, 1 - y), "patience": 3, "epochs": 50}
    history = quietly(MLP([2, 1]), X, y, **options)
    again = quietly(MLP([2, 1], seed=5), X, y, resume=history.state, **options)
    assert len(again) == len(history) < 50


def test_a_resumed_training_still_knows_what_was_best_before():
    X, y = blobs()
    options = {"validation": (X, 1 - y), "seed": 2}
    whole, second = MLP([2, 1], seed=2), MLP([2, 1])
    quietly(whole, X, y, epochs=12, **options)
    begun = quietly(MLP([2, 1], seed=2), X, y, epochs=10, **options)
    history = quietly(second, X, y, epochs=12, resume=begun.state, **options)
    assert history.best_epoch < 10
    assert numbers(second) == numbers(whole) == begun.state["best"]


def test_a_state_of_another_training_raises():
    X, y = blobs()
    state = quietly(MLP([2, 1]), X, y, epochs=1).state
    wrong = [
        ({"batch_size": 4}, "resume is of a training with batch_size 32, not 4"),
        ({"optimizer": SGD(0.7)}, r"optimizer 'SGD\(step=0.1\)', not 'SGD\(step=0.7\)'"),
        ({"loss": "quadratic"}, "loss 'log_loss_from_logits', not 'quadratic'"),
        ({"validation": 0.5}, r"examples '24 \(checksum \w+\)', not '12 \(checksum \w+\)'"),
    ]
    for options, message in wrong:
        with pytest.raises(ValueError, match=message):
            quietly(MLP([2, 1]), X, y, resume=state, **options)
    with pytest.raises(ValueError, match="with parameters 3, not 13"):
        quietly(MLP([2, 3, 1]), X, y, resume=state)
    with pytest.raises(ValueError, match=r"examples '24 \(checksum"):
        quietly(MLP([2, 1]), X + 1, y, resume=state)
    with pytest.raises(ValueError, match="resume is of version 0, and version 1 can be resumed"):
        quietly(MLP([2, 1]), X, y, resume=state | {"version": 0})
    with pytest.raises(ValueError, match="resume is not the state of a training"):
        quietly(MLP([2, 1]), X, y, resume={"rows": []})


# --------------------------------------------------------------------------------- stopping


def test_early_stopping_restores_the_best_parameters():
    X, y = blobs()
    kept = {}
    # Labels turned round: what is learnt makes the validation worse, from some epoch on.
    net = MLP([2, 1], seed=2)
    history = quietly(
        net, X, y, validation=(X, 1 - y), patience=4, epochs=100,
        callbacks=[lambda row, net: kept.update({row.epoch: numbers(net)})],
    )  # fmt: skip
    best = min(history.rows, key=lambda row: row.validation_loss).epoch
    assert history.best_epoch == best
    assert len(history) == best + 4
    assert numbers(net) == kept[best] == history.state["best"]


def test_without_keep_best_the_last_parameters_stay():
    X, y = blobs()
    last = {}
    net = MLP([2, 1], seed=2)
    quietly(
        net, X, y, validation=(X, 1 - y), patience=2, epochs=100, keep_best=False,
        callbacks=[lambda _, net: last.update(numbers=numbers(net))],
    )  # fmt: skip
    assert numbers(net) == last["numbers"]


class Interrupting(Module):
    """A network in which Ctrl-C is pressed in the middle of a batch."""

    def __init__(self, after):
        self.inner, self.left = MLP([2, 1], seed=4), after

    def __call__(self, x):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return self.inner(x)


def test_an_interrupt_leaves_the_parameters_of_the_last_complete_epoch():
    X, y = blobs()
    reference = MLP([2, 1], seed=4)
    options = {"loss": "quadratic", "batch_size": 4, "engine": "eager"}
    expected = quietly(reference, X, y, epochs=2, **options)
    net = Interrupting(after=1 + 2 * 24 + 10)  # one call asks how many outputs there are
    history = quietly(net, X, y, epochs=9, **options)
    assert history.interrupted
    assert len(history) == 2
    assert numbers(net) == numbers(reference)
    assert history.state["parameters"] == expected.state["parameters"]
    assert "interrupted" in repr(history)


def test_an_interrupt_in_the_first_epoch_leaves_the_network_as_it_was():
    net = Interrupting(after=15)
    before = numbers(net)
    history = quietly(net, *blobs(), loss="quadratic", batch_size=4)
    assert history.interrupted
    assert history.rows == []
    assert history.best_epoch is None
    assert numbers(net) == before


def test_an_interrupt_restores_the_best_parameters():
    X, y = blobs()
    kept = {}

    def watch(row, net):
        kept[row.epoch] = numbers(net)
        if row.epoch == 12:
            raise KeyboardInterrupt

    net = MLP([2, 1], seed=2)
    history = quietly(net, X, y, validation=(X, 1 - y), epochs=50, callbacks=[watch])
    assert history.best_epoch < 12
    assert numbers(net) == kept[history.best_epoch]


def test_a_diverging_training_raises_and_keeps_the_last_good_parameters():
    kept = []
    net = MLP([1, 1], output="identity", init="normal")
    X, y = [[30.0], [40.0]], [1.5, 2.5]
    with pytest.raises(DivergedError, match="training diverged in epoch") as caught:
        quietly(
            net, X, y, loss=quadratic, optimizer=SGD(1.0), batch_size=1, epochs=200,
            callbacks=[lambda _, net: kept.append(numbers(net))],
        )  # fmt: skip
    assert caught.value.epoch == len(kept) + 1 > 2
    assert "is inf" in caught.value.reason or "not finite" in caught.value.reason
    assert numbers(net) == kept[-1]
    assert all(map(math.isfinite, numbers(net)))


def test_a_loss_that_becomes_infinite_is_divergence_too():
    X, y = [[1.0]], [[1.0, 0.0]]
    net = MLP([1, 2], output="softmax", init="zeros")
    before = numbers(net)
    net.layers[0].b = [-2000.0, 0.0]
    with pytest.raises(DivergedError, match="a probability is exactly wrong"):
        quietly(net, X, y, loss=lambda a, y: log_loss(a[:1], y[:1]))
    assert numbers(net) != before


def test_an_infinite_loss_is_divergence_though_its_gradient_is_finite():
    net = MLP([1, 1], output="identity", init="zeros")
    net.layers[0].b = [1e200]
    with pytest.raises(DivergedError, match="the loss is inf"):
        quietly(net, [[0.0]], [[0.5]], loss="quadratic")


def test_a_parameter_that_is_not_finite_is_divergence():
    net = MLP([1, 1], output="identity", init="zeros")
    with pytest.raises(DivergedError, match="a parameter is no longer finite"):
        quietly(net, [[1e200]], [[1e-10]], loss="quadratic", optimizer=SGD(1e200))
    assert numbers(net) == [0.0, 0.0]


def test_a_validation_loss_that_is_infinite_is_divergence():
    net = MLP([1, 1], output="identity", init="normal")
    with pytest.raises(DivergedError, match="the validation loss is inf"):
        quietly(net, [[1.0]], [[1.5]], loss="quadratic", validation=([[1e200]], [[0.5]]))


def test_an_error_of_a_callback_comes_through():
    def broken(_row, _net):
        raise RuntimeError("broken callback")

    with pytest.raises(RuntimeError, match="broken callback"):
        quietly(MLP([2, 1]), *blobs(), callbacks=[broken])


# ------------------------------------------------------------------------ history, progress


def test_the_history_has_a_row_for_each_epoch():
    X, y = blobs()
    seen = []
    net = MLP([2, 1])
    watch = lambda row, given: seen.append((row, given is net))  # noqa: E731
    history = quietly(net, X, y, epochs=4, validation=0.25, callbacks=[watch])
    assert [row.epoch for row in history.rows] == [1, 2, 3, 4]
    assert seen == [(row, True) for row in history.rows]
    assert len(history) == 4
    assert history.columns == (
        "epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds",
    )  # fmt: skip
    for row in history.rows:
        assert all(math.isfinite(number) for number in row)
        assert row.seconds > 0
        assert {row.accuracy * 18 % 1, row.validation_accuracy * 6 % 1} <= {0.0}


def test_the_last_validation_row_is_what_the_network_says():
    X, y = blobs(3)
    net = MLP([2, 3, 3])
    history = quietly(net, X, y, epochs=3, validation=(X, y), keep_best=False)
    labels = np.eye(3)[y]
    a = np.array(answers(net, X))
    J = -(labels * np.log(a) + (1 - labels) * np.log(1 - a)).sum(axis=1).mean()
    assert history.rows[-1].validation_loss == pytest.approx(J, rel=1e-12)
    assert history.rows[-1].validation_accuracy == accuracy(net, X, y)


def test_the_table_is_written_whole(tmp_path):
    history = History([Epoch(1, 0.5, None, 0.25, None, 1.5), Epoch(2, 0.1, 0.75, 0.2, 1.0, 2.0)])
    history.to_csv(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_text() == (
        "epoch,loss,accuracy,validation_loss,validation_accuracy,seconds\n"
        "1,0.5,,0.25,,1.5\n"
        "2,0.1,0.75,0.2,1.0,2.0\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]
    with pytest.raises(OSError, match="nowhere"):
        history.to_csv(tmp_path / "nowhere" / "history.csv")


def test_the_history_plots_the_columns_that_it_has():
    history = quietly(MLP([2, 1]), *blobs(), epochs=2)
    panels = history.plot().axes
    assert len(panels) == 2
    assert len(panels[0].get_lines()) == 1
    with pytest.raises(ValueError, match="must have a column"):
        History().plot()


def test_progress_is_shown_on_standard_error(capsys):
    X, y = blobs()
    fit(MLP([2, 1]), X, y, epochs=2, batch_size=6, validation=(X, y))
    out, err = capsys.readouterr()
    assert out == ""
    assert "epoch 2/2: 100%" in err
    assert "8/8" in err
    assert "loss 0." in err
    assert "validation accuracy" in err


def test_without_progress_nothing_is_printed(capsys):
    quietly(MLP([2, 1]), *blobs(), epochs=1)
    assert capsys.readouterr() == ("", "")


# -------------------------------------------------------------------------------- prediction


@pytest.mark.parametrize(
    "net",
    [
        MLP([2, 3, 3], seed=1),
        MLP([2, 4, 3], activation="tanh", output="softmax", seed=2),
        MLP([2, 3, 1], activation=functions.gelu, seed=3),
        Neuron(2, "tanh", seed=4),
        Perceptron(2),
        Interrupting(after=-1),
    ],
    ids=repr,
)
def test_answers_have_the_bits_of_the_network(net):
    X, _ = blobs()
    for x, answer in zip(X.tolist(), answers(net, X), strict=True):
        said = net(x)
        outputs = said if isinstance(said, list) else [said]
        assert answer == [getattr(output, "data", output) for output in outputs]
        assert all(type(number) in {float, int} for number in answer)


def test_prediction_records_nothing():
    net = MLP([2, 3, 2])
    net([1.0, 2.0])
    predict(net, [[0.5, 0.5]])
    assert all(s.kind == "constant" for s in net.layers[-1].s)
    own = Interrupting(after=-1)
    answers(own, [[0.5, 0.5]])
    assert own.inner.layers[-1].a[0].kind == "constant"


@pytest.mark.parametrize(("loss", "bias"), [("hinge", 0.0), ("log_loss_from_logits", 0.0),
                                            ("log_loss", 0.5), ("quadratic", 0.5)])  # fmt: skip
def test_the_two_classes_of_a_single_output_part_where_the_loss_has_it(loss, bias):
    neuron = Neuron(1, "identity", init="zeros")
    for shift, expected in [(-0.1, 0), (0.1, 1)]:
        neuron.b = bias + shift
        assert predict(neuron, [[1.0]], loss=loss) == [expected]


def test_accuracy_and_confusion_count_the_classes():
    X, y = blobs(3)
    net = MLP([2, 3], seed=1)
    quietly(net, X, y, optimizer=SGD(0.5), epochs=2)
    found = np.array(predict(net, X))
    assert (found == np.argmax(answers(net, X), axis=1)).all()
    assert accuracy(net, X, y) == (found == y).mean()
    counts = np.zeros((3, 3), dtype=int)
    np.add.at(counts, (y, found), 1)
    assert confusion(net, X, y) == counts.tolist()


def test_a_single_output_has_two_classes():
    X, y = blobs()
    net = MLP([2, 1], seed=1)
    quietly(net, X, y, optimizer=SGD(0.5), epochs=20)
    assert predict(net, X) == [int(answer > 0.5) for (answer,) in answers(net, X)]
    assert accuracy(net, X, y) == 1.0
    assert confusion(net, X, y) == [[12, 0], [0, 12]]


@pytest.mark.parametrize("labels", [lambda y: y, lambda y: 2 * y - 1], ids=["classes", "signs"])
def test_the_hinge_takes_class_numbers_or_signs(labels):
    X, y = blobs()
    net = MLP([2, 1], output="identity", seed=1)
    history = quietly(net, X, labels(y), loss="hinge", epochs=20)
    assert history.rows[-1].accuracy == 1.0
    assert predict(net, X, loss="hinge") == y.tolist()
    assert accuracy(net, X, labels(y), loss="hinge") == 1.0


def test_class_numbers_and_one_hot_labels_train_alike():
    X, y = blobs(3)
    nets = [MLP([2, 3, 3]) for _ in range(4)]
    for net, labels in zip(nets, (y, y.tolist(), y.astype(float), np.eye(3)[y]), strict=True):
        quietly(net, X, labels, epochs=2)
    assert all(numbers(net) == numbers(nets[0]) for net in nets)


def test_labels_that_are_no_classes_have_no_accuracy():
    X = [[0.0], [1.0], [2.0], [3.0]]
    y = [1.5 * x - 0.25 for (x,) in X]
    net = MLP([1, 1], output="identity")
    history = quietly(net, X, y, loss="quadratic", epochs=200, batch_size=4)
    assert history.rows[-1].accuracy is None
    assert numbers(net) == pytest.approx([1.5, -0.25], abs=0.01)
    with pytest.raises(ValueError, match="no classes"):
        accuracy(net, X, y, loss="quadratic")
    with pytest.raises(ValueError, match="no classes"):
        confusion(net, X, y, loss="quadratic")


def test_several_labels_at_once_are_no_class():
    X, y = [[0.0, 1.0], [1.0, 0.0]], [[1, 1], [0, 1]]
    history = quietly(MLP([2, 2]), X, y, epochs=2)
    assert history.rows[-1].accuracy is None


class Parabola(Module):
    """A network of one's own: a scalar function of a feature."""

    def __init__(self):
        self.terms = [Value(0.5, kind="parameter") for _ in range(3)]
        self.unused = Value(7.0, kind="parameter")

    def __call__(self, x):
        a, b, c = self.terms
        return a * x[0] ** 2 + b * x[0] + c


def test_a_network_of_ones_own_learns_with_a_loss_of_ones_own():
    X = [[x / 4] for x in range(-4, 5)]
    y = [2 * x * x - x + 0.1 for (x,) in X]
    net = Parabola()
    distance = lambda a, y: (a[0] - y[0]) ** 2  # noqa: E731
    history = quietly(net, X, y, loss=distance, epochs=300, batch_size=9, optimizer=SGD(0.5))
    assert history.rows[-1].loss < 1e-4
    assert numbers(net) == pytest.approx([2, -1, 0.1, 7], abs=0.05)
    assert answers(net, [[2.0]]) == [[net([2.0]).data]]


def test_a_neuron_learns():
    X, y = blobs()
    neuron = Neuron(2, seed=1)
    assert quietly(neuron, X, y, epochs=20, optimizer=SGD(0.5)).rows[-1].accuracy == 1.0
    assert predict(neuron, X) == y.tolist()


def test_a_perceptron_says_why_it_does_not_learn_by_gradient():
    with pytest.raises(TypeError, match="derivative 0 almost everywhere"):
        quietly(Perceptron(2), *blobs())


# ------------------------------------------------------------------------------ bad arguments

X4, Y4 = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ([], [], "X is empty"),
        (X4, [0, 1], "X has 4 examples, but y has 2 labels"),
        ([[0.0, 0.0], [1.0]], [0, 1], r"X\[1\] has 1 features, but X\[0\] has 2"),
        ([[0.0, math.nan], [1.0, 1.0]], [0, 1], r"X\[0\]\[1\] is nan"),
        ([[0.0, 1.0], [math.inf, 1.0]], [0, 1], r"X\[1\]\[0\] is inf; accepted: finite"),
        ([[0.0], [1.0]], [0, 1], "2 inputs, but 1 came"),
        (X4, [0, 1, 1, math.nan], r"y\[3\] is nan"),
        (X4, [0, 1, 1, 2], r"y\[3\]: log_loss_from_logits takes labels y that are numbers from"),
        (X4, [[0, 1]] * 4, r"y\[0\] has 2 labels for 1 outputs"),
    ],
)
def test_bad_examples_raise(X, y, message):
    net = MLP([2, 1])
    before = numbers(net)
    with pytest.raises(ValueError, match=message):
        quietly(net, X, y)
    assert numbers(net) == before


def test_bad_class_numbers_raise():
    for y in ([0, 1, 2, 3], [0, 1, 2, -1], [0, 1, 2, 0.5]):
        with pytest.raises(ValueError, match=r"y\[3\] is .*; accepted: a class number from 0 to 2"):
            quietly(MLP([2, 3]), X4, y)
    with pytest.raises(ValueError, match="hinge takes labels y that are −1 or 1"):
        quietly(MLP([2, 1], output="identity"), X4, [0.5] * 4, loss="hinge")


def test_bad_types_raise():
    with pytest.raises(TypeError, match=r"X\[0\] must be a sequence of numbers, not float"):
        quietly(MLP([1, 1]), [0.5, 1.5], [0, 1])
    with pytest.raises(TypeError, match=r"X\[0\]\[1\] must be a real number"):
        quietly(MLP([2, 1]), [[0.5, "1.5"]], [0])
    with pytest.raises(TypeError, match=r"y\[0\] must be a sequence of numbers, not str"):
        quietly(MLP([2, 1]), X4, ["no", "yes", "yes", "no"])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"batch_size": 0}, ValueError, "batch_size is 0; accepted: a whole number from 1 on"),
        ({"batch_size": 2.0}, TypeError, "batch_size must be a whole number, not float"),
        ({"epochs": 0}, ValueError, "epochs is 0"),
        ({"patience": 0, "validation": 0.5}, ValueError, "patience is 0"),
        ({"patience": 3}, ValueError, "patience needs validation"),
        ({"validation": 1.0}, ValueError, r"validation is 1.0; accepted: a share between 0 and 1"),
        ({"validation": ([[1.0]], [1])}, ValueError, "validation have 1 features, but those of X"),
        ({"seed": None}, TypeError, "seed must be an int or a random.Random, not NoneType"),
        ({"clip": 0.0}, ValueError, "limit is 0.0"),
        ({"schedule": lambda _: -1.0}, ValueError, "schedule gave -1.0 for epoch 1"),
        ({"loss": "logloss"}, UnknownNameError, "unknown loss 'logloss'"),
        ({"optimizer": "adma"}, UnknownNameError, "unknown optimizer 'adma'"),
        ({"loss": 3}, TypeError, "loss must be a name"),
    ],
)
def test_bad_options_raise(options, error, message):
    with pytest.raises(error, match=message):
        quietly(MLP([2, 1]), X4, Y4, **options)


def test_a_single_example_has_no_part_to_hold_out():
    with pytest.raises(ValueError, match="validation can't hold out a part of a single example"):
        quietly(MLP([2, 1]), X4[:1], Y4[:1], validation=0.5)


def test_a_network_without_parameters_raises():
    class Nothing(Module):
        def __call__(self, x):
            return x[0]

    with pytest.raises(ValueError, match="net has no parameters"):
        quietly(Nothing(), X4, Y4)


def test_what_came_is_not_changed():
    X, y = [row.copy() for row in X4], Y4.copy()
    quietly(MLP([2, 1]), X, y, epochs=2)
    assert (X, y) == (X4, Y4)
    state = quietly(MLP([2, 1]), X, y, epochs=1).state
    before = copy.deepcopy(state)
    quietly(MLP([2, 1]), X, y, epochs=3, resume=state)
    assert state == before


def test_training_records_also_where_the_caller_records_nothing():
    net = MLP([2, 2, 1], seed=0)
    before = numbers(net)
    with no_grad():
        quietly(net, [[0.0, 1.0], [1.0, 0.0]], [0, 1])
    assert numbers(net) != before


def test_an_error_of_ones_own_loss_stays_what_it_is():
    def broken(outputs, labels):
        raise ValueError("my bug")

    with pytest.raises(ValueError, match=r"^my bug$"):
        quietly(MLP([2, 1], seed=0), [[0.0, 1.0]], [1], loss=broken)


def test_divergence_is_told_also_where_it_shows_in_the_validation():
    X = [[math.sin(i), math.cos(i)] for i in range(20)]
    net = MLP([2, 8, 8, 1], activation="identity", output="identity", seed=1)
    with pytest.raises(DivergedError):
        quietly(net, X, [[x[0]] for x in X], loss="quadratic", optimizer=SGD(1000.0),
                validation=0.25, batch_size=1000)  # fmt: skip
