"""Loops of all kinds, as people write them, give what the eager engine gives."""

import inspect
import math

import pytest
from loops import LOOPS, causal_attention, convolutions, elimination, transformer
from programs import agree, as_values, flat, leaves_of, magnitudes

import autograd_mini as ag
from autograd_mini.compiler import compile, contractions


def by_engine(f, arguments, wrt):
    """Return value and gradients of the scalar engine, and their magnitudes."""
    values = dict(zip(inspect.signature(f).parameters, map(as_values, arguments), strict=True))
    root = f(**values)
    if isinstance(wrt, ag.Module):
        leaves = list(wrt.parameters())
    else:
        names = [next(iter(values))] if wrt is None else [wrt] if isinstance(wrt, str) else wrt
        leaves = [leaf for name in names for leaf in leaves_of(values[name])]
    size, sizes = magnitudes(root, leaves)
    for leaf in leaves:
        leaf.grad = None
    root.backward()
    return root.data, [leaf.grad or 0.0 for leaf in leaves], size, sizes


@pytest.mark.parametrize("size", [300, 2000])
@pytest.mark.parametrize("name", LOOPS)
def test_loops_agree_with_the_engine(name, size):
    f, arguments, options = LOOPS[name](size)
    fast = compile(f, target="numpy", **options)
    value, gradient = fast.value_and_grad(*arguments)
    assert "eager engine: 0" in fast.report()
    expected, slopes, magnitude, sizes = by_engine(f, arguments, options.get("wrt"))
    assert math.isfinite(value)
    assert agree([value], [expected], [magnitude])
    assert agree(flat(gradient), slopes, sizes)
    largest = max(map(abs, slopes))
    for found, slope in zip(flat(gradient), slopes, strict=True):
        assert abs(found - slope) <= 1e-12 * largest  # which grows less with depth


@pytest.mark.parametrize("loop", [convolutions, transformer, causal_attention, elimination])
def test_the_search_for_loops_ends(loop, monkeypatch):
    """Ways to split within ways to split multiply: these were thousands of looks at a sum."""
    looked, terms = [], contractions._Search.terms

    def counted(search, rows, depth=0):
        looked.append(depth)
        return terms(search, rows, depth)

    monkeypatch.setattr(contractions._Search, "terms", counted)
    f, arguments, options = loop(5000)
    compile(f, target="numpy", **options).value_and_grad(*arguments)
    assert len(looked) < 600


def test_a_decomposition_is_left_to_levels_where_each_element_is_a_term():
    f, arguments, _ = elimination(5000)
    fast = compile(f, target="numpy")
    fast.grad(*arguments)
    assert "by levels" in fast.report()
