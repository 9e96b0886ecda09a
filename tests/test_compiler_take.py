"""`take` picks by a traced index among whatever was computed, and its gradient adds up."""

import numpy as np
import pytest
from programs import agree, eager, flat

import autograd_mini as ag
from autograd_mini.compiler import compile, take

RNG = np.random.default_rng(5)


def check(f, numbers, indices, rolls=True):
    """Compare with the eager engine, where indices are plain numbers."""
    fast = compile(f, wrt=tuple(numbers), target="numpy")
    found, slopes = fast.value_and_grad(**numbers, **indices)
    plain = {name: np.asarray(index).tolist() for name, index in indices.items()}
    lists = {name: np.asarray(array).tolist() for name, array in numbers.items()}
    value, gradients, size, sizes = eager(lambda **given: f(**given, **plain), lists)
    assert agree([found], [value], [size]), fast.source
    assert agree(flat(slopes), gradients, sizes), fast.source
    assert "eager engine: 0" in fast.report()
    assert ("rolled" in fast.report()) == rolls, fast.report()
    return fast


def test_what_was_computed_is_picked_from():
    fast = check(lambda p, i: take([ag.exp(x) for x in p], i) ** 2, {"p": RNG.random(5)}, {"i": 3})
    assert "exp[picked]" in fast.source
    assert "np.add.at(d_exp, picked" in fast.source


def test_takes_can_be_nested():
    p = {"p": RNG.random((5, 3))}
    check(lambda p, i, j: take(take(p, i), j) * 2, p, {"i": 4, "j": 1})
    check(lambda p, i, j: take([take(row, j) for row in p], i) * 2, p, {"i": 2, "j": 0})
    rows = {"i": [1, 1, 4, 0]}
    check(lambda p, i: ag.sum(take(take(p, k), 2) ** 2 for k in i), p, rows)


def test_a_row_of_a_table_that_was_computed():
    def f(p, i):
        table = [[x * y for x in p] for y in p]
        return ag.sum(v * w for k in i for v, w in zip(take(table, k), p, strict=True))

    check(f, {"p": RNG.random(6)}, {"i": [5, 0, 0, 3]})


def test_each_row_is_picked_from_by_an_index_of_its_own():
    def f(W, X, y):
        total = 0.0
        for row, label in zip(X, y, strict=True):
            logits = [ag.dot(w, row) for w in W]
            total = total + ag.logsumexp(logits) - take(logits, label)
        return total

    numbers = {"W": RNG.random((4, 3)), "X": RNG.random((6, 3))}
    fast = check(f, numbers, {"y": [0, 3, 3, 1, 2, 0]})
    assert "pick(s, picked)" in fast.source
    batched = compile(
        lambda W, x, y: f(W, [x], [y]), batched=("x", "y"), reduce="sum", wrt=("W", "x")
    )
    value, slopes = batched.value_and_grad(*numbers.values(), np.array([0, 3, 3, 1, 2, 0]))
    expected, gradients = fast.value_and_grad(**numbers, y=[0, 3, 3, 1, 2, 0])
    assert value == pytest.approx(expected, rel=1e-13)
    assert np.allclose(flat(slopes), flat(gradients), rtol=1e-12, atol=1e-14)


def test_a_batch_keeps_each_gradient_where_it_is_not_reduced():
    E, t = RNG.random((6, 3)), [0, 2, 2, 5]
    fast = compile(
        lambda E, t: ag.sum(v * v for v in take(E, t)), batched="t", reduce=None, wrt="E"
    )
    values, slopes = fast.value_and_grad(E, t)
    assert np.allclose(values, (E[t] ** 2).sum(1))
    expected = np.zeros((4, 6, 3))
    expected[range(4), t] = 2 * E[t]
    assert np.allclose(slopes, expected)
    assert "rolled" in fast.report()


def test_items_that_differ_in_kind_are_chosen_among():
    def f(x, i):
        return ag.sum(take([v * v, 3.0, ag.exp(v), v], k) for v, k in zip(x, i, strict=True))

    fast = check(f, {"x": RNG.random(5)}, {"i": [0, 1, 2, 3, 2]})
    assert "np.where(picked == " in fast.source


def test_plain_numbers_become_a_table():
    fast = check(
        lambda x, i: ag.sum(v * take([2.0, 3.0, 5.0], k) for v, k in zip(x, i, strict=True)),
        {"x": RNG.random(4)}, {"i": [2, 0, 1, 2]},
    )  # fmt: skip
    assert "C" in fast.source


def test_an_index_may_be_computed():
    f = compile(lambda x, t: take(x, ag.floor(t * 3)) * t, batched="t", reduce="sum")
    assert f.grad([1.0, 2.0, 3.0], [0.1, 0.5, 0.4]) == pytest.approx([0.1, 0.9, 0.0])


@pytest.mark.parametrize("index", [3.0, -1.0])
def test_an_index_without_an_item_raises_what_the_engine_raises(index):
    f = compile(lambda x, i: take([v * v for v in x], i), batched="i")
    with pytest.raises(IndexError, match=f"from 0 to 2, not {int(index)}"):
        f.grad([1.0, 2.0, 3.0], [0.0, index])
    with pytest.raises(TypeError, match=r"a whole number, not 0\.5"):
        f.grad([1.0, 2.0, 3.0], [0.0, 0.5])
    with pytest.raises(IndexError, match=f"from 0 to 1, not {int(index)}"):
        compile(lambda x, i: take([x, 2.0], i), batched="i")(1.0, [index])


def test_items_of_one_element_and_steps_within_an_array():
    check(lambda p, i: take([ag.exp(p[0])], i) * p[1], {"p": RNG.random(3)}, {"i": 0})
    check(
        lambda p, i: ag.sum(take([p[0] * p[1]], k) * v for k, v in zip(i, p, strict=True)),
        {"p": RNG.random(3)}, {"i": [0, 0, 0]},
    )  # fmt: skip
    with pytest.raises(IndexError, match="from 0 to 0, not 1"):
        compile(lambda p, i: take([ag.exp(p)], i), batched="i")(1.0, [0, 1])
    check(lambda p, i: take(p[1::2], i) * take(p, i), {"p": RNG.random(7)}, {"i": 2})
    check(lambda p, i: take(p[::-1], i) * 2, {"p": RNG.random(4)}, {"i": 1})


@pytest.mark.parametrize("index", [np.array(1), np.array([1])])
def test_an_array_is_no_index(index):
    said = r"whole number, such as index.item\(\), not an array of shape \(.*\)"
    with pytest.raises(TypeError, match=said):
        take([10.0, 20.0], index)
    assert take([10.0, 20.0], index.item()) == 20.0
