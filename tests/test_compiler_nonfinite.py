"""What is not finite: whatever the eager engine raises, compiled programs raise, in its words."""

import math
import random
from functools import partial

import numpy as np
import pytest
from programs import STEPS, as_values, leaves_of, structured

import autograd_mini as ag
from autograd_mini.compiler import array_engine, forward

EXTREMES = (1e200, -1e200, 1e-300, -1e-300, 0.0, -0.0, math.inf, -math.inf)

ENDS = (
    lambda s: s, ag.tanh, lambda s: ag.where(s > 0, 1.0, 0.5), lambda s: ag.exp(-s * s), ag.relu,
    lambda s: 1 / (1 + s * s),
)  # fmt: skip
"""Ways in which what is not finite may vanish."""


def live(seed):
    """Return a function like a structured one, in which the result hangs on all that is computed.

    What no result hangs on is not computed in a program, and so raises nothing there.
    """
    _, arguments = structured(seed)

    def f(x, M, c):
        r = random.Random(seed)
        state = {"vectors": [list(x), [w * c for w in M[0]]], "matrices": [M]}
        for _ in range(r.randint(1, 4)):
            state["vectors"].append(r.choice(STEPS)(r, state)[:24])
        parts = [r.choice(ENDS)(ag.sum(v) * 1.0) for v in [*state["vectors"], *M]]
        return ag.sum(parts) * 1.0

    return f, arguments


def extreme(tree, generator, share):
    """Return nested lists in which some numbers are replaced by extreme ones."""
    if isinstance(tree, list):
        return [extreme(part, generator, share) for part in tree]
    return generator.choice(EXTREMES) if generator.random() < share else tree


def eager(f, arguments, *, gradient):
    values = {name: as_values(tree) for name, tree in arguments.items()}
    root = f(**values)
    if gradient:
        root.backward()
    found = [leaf.grad or 0.0 for tree in values.values() for leaf in leaves_of(tree)]
    return [root.data, *(found if gradient else [])]


def outcome(run, arguments):
    """Return whether a call gives numbers, and of what size; or what it raises."""
    try:
        found = run(**arguments)
    except (ArithmeticError, ValueError) as error:
        return type(error), str(error)
    return "finite" if np.isfinite(found).all() else "infinite", None


def outcomes(seed, target):
    """Yield what the engine and a program do at extreme numbers, for values and for gradients."""
    f, arguments = live(seed)
    fast = ag.compile(f, wrt=tuple(arguments), target=target)
    generator = random.Random(seed)
    for share in (0.1, 0.3, 0.6):
        given = {name: extreme(tree, generator, share) for name, tree in arguments.items()}
        for gradient, run in ((False, fast), (True, lambda **a: fast.value_and_grad(**a)[0])):
            expected = outcome(partial(eager, f, gradient=gradient), {"arguments": given})
            yield expected, outcome(run, given), (seed, given)


@pytest.mark.parametrize("target", ["numpy", "python"])
@pytest.mark.parametrize("start", range(0, 160, 40))
def test_random_programs_raise_at_extreme_numbers_what_the_engine_raises(start, target):
    raised = 0
    for seed in range(start, start + 40):
        for expected, found, where in outcomes(seed, target):
            assert found == expected, where
            raised += isinstance(expected[0], type)
    assert raised > 40


@pytest.mark.parametrize("fault", ["unseen", "raising"])
def test_the_comparison_finds_programs_that_look_away(monkeypatch, fault):
    if fault == "unseen":
        monkeypatch.setattr(forward, "unseen", lambda classes, outputs: [])
    else:
        monkeypatch.setattr(array_engine, "raising", lambda: np.errstate(all="ignore"))
    seeds = range(160)
    assert any(found != expected for k in seeds for expected, found, _ in outcomes(k, "numpy"))


def above(scores):
    return ag.sum(ag.where(s > 0, 1.0, 0.5) for s in scores)


def test_no_number_from_an_overflowed_product_that_meets_only_a_comparison_raises():
    fast = ag.compile(lambda W, x: above([ag.dot(row, x) for row in W]), target="numpy")
    assert fast(np.ones((3, 4)), np.ones(4)) == 3.0
    assert "@" in fast.source
    W = np.array([[1e200, 1e200, 0.0, 0.0]] * 3)
    with pytest.raises(ag.DomainError, match=r"add is not defined at \(inf, -inf\)"):
        fast(W, np.array([1e200, -1e200, 1.0, 1.0]))


def test_an_infinity_that_the_engine_takes_is_taken():
    fast = ag.compile(lambda W, x: above([ag.dot(row, x) for row in W]), target="numpy")
    W = np.array([[1e200, 1.0]] * 3)
    assert fast(W, np.array([1e200, 1.0])) == 3.0
    assert "eager engine: 1" in fast.report()


def test_a_factor_that_is_taken_out_of_a_sum_hides_no_undefined_sum():
    fast = ag.compile(lambda c, x: ag.tanh(ag.sum(c * v for v in x)), target="numpy")
    assert math.isclose(fast(0.5, [1.0, 2.0]), math.tanh(1.5))
    with pytest.raises(ag.DomainError, match=r"add is not defined at \(-inf, inf\)"):
        fast(math.inf, [-1.0, 2.0])


@pytest.mark.parametrize("outcome", [True, False])
@pytest.mark.parametrize("compare", ["__lt__", "__le__", "__gt__", "__ge__"])
def test_no_number_takes_no_path_of_a_program(compare, outcome):
    fast = ag.compile(
        lambda x, y: ag.where(getattr(x - y, compare)(0.0), 1.0, 2.0), target="python"
    )
    pair = (1.0, 2.0) if outcome == (compare in {"__lt__", "__le__"}) else (2.0, 1.0)
    assert fast(*pair) == (1.0 if outcome else 2.0)
    with pytest.raises(ag.DomainError, match=r"subtract is not defined at \(inf, inf\)"):
        fast(math.inf, math.inf)


def test_batches_raise_what_the_engine_raises_for_the_example():
    net = ag.MLP([3, 4, 2], activation="tanh", seed=0)
    fast = ag.compile(lambda x: ag.sum(net(x)), batched="x", reduce=None, target="numpy")
    good = fast(np.ones((5, 3)))
    assert good.shape == (5,)
    bad = np.ones((5, 3))
    bad[3] = [math.inf, -math.inf, 0.0]
    with pytest.raises(ag.DomainError) as eagerly:
        net(bad[3].tolist())
    with pytest.raises(ag.DomainError) as compiled:
        fast(bad)
    assert str(compiled.value) == str(eagerly.value)
