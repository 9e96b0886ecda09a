"""A fault planted in any pass of the compiler shows in random programs, within a few of them."""

import sys

import numpy as np
import pytest
from programs import agree, eager, flat, structured

import autograd_mini as ag
from autograd_mini.compiler import (
    access,
    arrays,
    axes,
    chains,
    classes,
    compile,
    contract,
    contractions,
    differentiate,
    gathers,
    local_slopes,
    simplify,
    slopes,
    steps,
    tangents,
    terms,
    trace,
)
from autograd_mini.compiler.contract import BATCH

PROGRAMS = 120


def _differs(seed):
    """Tell whether a program's value or gradient is wrong, alone or in a batch."""
    f, arguments = structured(seed)
    value, gradients, size, sizes = eager(f, arguments)
    fast = compile(f, wrt=tuple(arguments), target="numpy")
    found, slopes_ = fast.value_and_grad(**arguments)
    if not (agree([found], [value], [size]) and agree(flat(slopes_), gradients, sizes)):
        return True
    twice, start = [arguments["x"]] * 2, len(arguments["x"])
    both = compile(f, batched="x", reduce="sum", wrt=("M", "c"))
    by_M = flat(both.grad(twice, arguments["M"], arguments["c"]))
    if not agree(by_M, [2 * g for g in gradients[start:]], [2 * s for s in sizes[start:]]):
        return True
    alone = compile(f, batched="x", reduce=None, wrt="M").grad(twice, *list(arguments.values())[1:])
    expected = gradients[start:-1] * 2
    return not agree(flat(alone), expected, sizes[start:-1] * 2)


def _bends_differently(seed):
    """Tell whether a Hessian's product with a vector is wrong."""
    f, arguments = structured(seed)
    x, *rest = arguments.values()
    along = [0.3 * k - 0.4 for k in range(len(x))]
    g = lambda x: f(x, *rest)  # noqa: E731
    found, expected = compile(g).hvp(along, x), ag.hvp(g, (x,), (along,))
    return not np.allclose(found, expected, rtol=1e-9, atol=1e-9 * max(map(abs, expected)))


def caught(differs=_differs):
    """Tell whether the random programs show a fault, by a wrong number or by an error."""
    for seed in range(PROGRAMS):
        try:
            if differs(seed):
                return True
        except Exception:  # noqa: BLE001 - any error shows it
            return True
    return False


def _flipped_sign(original):
    def as_terms(self, node):
        found = original(self, node)
        return [(c, f) for c, f in found[:1]] + [(abs(c), f) for c, f in found[1:]]

    return as_terms


def _without_coefficient(original):
    return lambda self, node: (1.0, original(self, node)[1])


def _other_branch(original):
    return lambda self, condition, a, b: original(self, condition, b, a)


def _order_forgotten(original):
    def node(self, operation, operands):
        ordered = operands if operation != "subtract" else tuple(sorted(operands, reverse=True))
        return original(self, operation, ordered)

    return node


def _operands_forgotten(original):
    def key(self, node, operation):
        found = original(self, node, operation)
        return found if operation == "leaf" or found[0] == "sum" else (operation,)

    return key


def _last_on_first(original):
    def axes_of(columns, count):
        shape, places = original(columns, count)
        return shape, np.where(places == count - 1, 0, places)

    return axes_of


def _first_step(original):
    def axis(column, letters, sizes):
        found = original(column, letters, sizes)
        return (found[0], 0, *found[2:]) if isinstance(found, tuple) else found

    return axis


def _next_place(original):
    return lambda number, places, *rest: original(number, np.roll(places, 1), *rest)


def _first_number(original):
    return lambda numbers, *rest: original(np.full_like(numbers, numbers[0]), *rest)


def _one_window_missing(original):
    return lambda *given: original(*given)[:7]


def _earlier_factor(original):
    def split(self, node, before):
        factor, term = original(self, node, before)
        return (term, factor) if not isinstance(term, float) else (factor, term)

    return split


def _start_forgotten(original):
    def scan(found, *given):
        found[0] = 0.0
        original(found, *given)

    return scan


def _one_before(original):
    return lambda index, count: np.maximum(original(index, count) - 1, 0)


def _overwritten(original):
    del original

    def put(table, index, values):
        view = np.moveaxis(table, -1, 0)
        view[-1] = np.broadcast_to(values, view[-1].shape)

    return put


def _without_multiplicity(original):
    def product(factors, out, term, coefficient, *, batched=False):
        del batched
        return original(factors, out, term, coefficient)

    return product


def _last_part_alone(original):
    return lambda self, number, uses: (
        self.parts.update({number: self.parts[number][-1:]}) if number in self.parts else None,
        original(self, number, uses),
    )[1]


def _other_choice(original):
    return lambda self, number, place, adjoint: original(self, number, 3 - place, adjoint)


def _untransposed(original):
    return lambda text, have, want: text if len(have) == 2 else original(text, have, want)


def _wrong_slope(original):
    def partial(name, index, constants):
        return original("sin" if name == "tanh" else name, index, constants)

    return partial


def _overwriting(original):
    del original

    def scatter(array, count, plan, values):
        rows, flat_ = array.reshape(count, -1), np.reshape(values, (count, -1))
        if not isinstance(plan, tuple):
            rows[:] = flat_ @ plan

    return scatter


def _examples_summed(original):
    return lambda self, number: tuple(k for k in original(self, number) if k != BATCH)


def _first_place(original):
    return lambda axis, size: original(axis, size) if isinstance(axis, tuple) else "0"


def _straight(original):
    del original
    return lambda self, number, term, adjoint: None


def _half(original):
    return lambda self, number, place: original(self, number, place)[:1]


FAULTS = {
    "trace: branches": (trace.Trace, "choose", _other_branch),
    "trace: order of operands": (trace.Trace, "node", _order_forgotten),
    "simplify: signs": (simplify._Melting, "as_terms", _flipped_sign),
    "simplify: coefficients": (simplify._Melting, "as_product", _without_coefficient),
    "classes": (classes.Classes, "_key", _operands_forgotten),
    "axes": (axes, "axes_of", _last_on_first),
    "access: slices": (access, "axis_of", _first_step),
    "access: gathers": (access, "gathered", _next_place),
    "access: numbers": (access, "numbers_over", _first_number),
    "contractions": (contractions._Search, "terms", _one_window_missing),
    "chains": (chains.Folded, "_split", _earlier_factor),
    "steps": (steps, "_scan", _start_forgotten),
    "gathers: place": (gathers, "place", _one_before),
    "gathers: put": (gathers, "put", _overwritten),
    "gathers: scatter": (gathers, "scatter", _overwriting),
    "terms": (terms, "product", _without_multiplicity),
    "contract": (contract, "aligned", _untransposed),
    "slopes": (slopes, "partial", _wrong_slope),
    "differentiate: parts": (differentiate.Reverse, "_adjoint", _last_part_alone),
    "differentiate: where": (differentiate.Reverse, "choose", _other_choice),
    "batch: reverse": (differentiate.Reverse, "lead", _examples_summed),
    "batch: forward": (arrays.Arrays, "lead", _examples_summed),
    "emit: places": (arrays, "_slice", _first_place),
}

SECOND = {
    "tangents: products": (tangents.ReverseOfTangents, "_bend_term", _straight),
    "tangents: rows": (local_slopes.LocalSlopes, "second", _half),
}


def plant(monkeypatch, owner, name, fault):
    """Put a fault in the place of a function, wherever the compiler has imported it."""
    original = getattr(owner, name)
    monkeypatch.setattr(owner, name, fault(original))
    for title, module in list(sys.modules.items()):
        if title.startswith("autograd_mini.compiler.") and vars(module).get(name) is original:
            monkeypatch.setattr(module, name, getattr(owner, name))


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(monkeypatch, name):
    plant(monkeypatch, *FAULTS[name])
    assert caught()


@pytest.mark.parametrize("name", SECOND)
def test_a_fault_planted_in_second_derivatives_is_caught(monkeypatch, name):
    plant(monkeypatch, *SECOND[name])
    assert caught(_bends_differently)


def test_without_a_fault_nothing_is_caught():
    assert not any(map(_differs, range(PROGRAMS)))
    assert not any(map(_bends_differently, range(PROGRAMS // 4)))
