"""Calls that go the quick way say what the first call says."""

import math

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.compiler.quick import joined, quick_key, shaped_like


@pytest.mark.parametrize(
    "argument", [[], [1], [1.0, True], [[1.0], 2.0], [[1.0], [2.0, 3.0]], [(1.0,)], "a", None]
)
def test_other_arguments_go_the_long_way(argument):
    assert quick_key([argument]) is None


def test_arguments_of_other_shapes_are_told_apart():
    shapes = [1.0, [1.0], [[1.0]], [[1.0, 2.0]], [[1.0], [2.0]]]
    assert len({quick_key([each]) for each in shapes}) == len(shapes)


def test_numbers_are_joined_and_put_back_in_order():
    nest = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]
    assert joined([nest, 9.0]) == [float(k) for k in range(1, 10)]
    assert shaped_like(nest, joined([nest])) == nest


def test_a_second_call_with_nested_lists_has_the_shape_of_the_first():
    fast = ag.compile(lambda p, s: s * sum(a * b for a, b in p), target="python")
    first = fast.value_and_grad([[1.0, 2.0], [3.0, 4.0]], 2.0)
    assert first == (28.0, [[4.0, 2.0], [8.0, 6.0]])
    assert fast.value_and_grad([[1.0, 2.0], [3.0, 4.0]], 2.0) == first
    assert fast.value_and_grad([[0.0, 2.0], [3.0, 5.0]], 1.0) == (15.0, [[2.0, 0.0], [5.0, 3.0]])


def test_floats_beside_arrays_go_the_quick_way_too():
    def line(w, b, x):
        return ag.square(w[0] * x[0] + w[1] * x[1] + b)

    fast = ag.compile(line, batched="x", wrt=("w", "b"))
    w, x = np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 1.0]])
    first = fast.value_and_grad(w, 1.0, x)
    again = fast.value_and_grad(w, 3.0, x)
    assert (first[0], *first[1][0], first[1][1]) == (6.5, 2.0, 3.0, 5.0)
    assert (again[0], *again[1][0], again[1][1]) == (20.5, 4.0, 5.0, 9.0)
    assert type(first[1][1]) is type(again[1][1]) is float
    with pytest.raises(ValueError, match="b is nan"):
        fast.value_and_grad(w, math.nan, x)
