"""Numbers are taken out of nested containers, and others put in their places."""

import copy
import dataclasses
import subprocess
import sys
from collections import OrderedDict, defaultdict, namedtuple
from fractions import Fraction
from pathlib import Path
from typing import ClassVar, NamedTuple

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from autograd_mini import containers
from autograd_mini.containers import flatten, is_array, same_structure
from autograd_mini.value import Value


class Point(NamedTuple):
    x: float
    y: float


@dataclasses.dataclass(frozen=True)
class Line:
    slope: float
    points: list
    name: str = "line"
    shape: object = None
    closed: bool = True
    count: ClassVar[float] = 3.0


@dataclasses.dataclass(frozen=True, slots=True)
class Free:
    weight: float
    activation: object = abs


class Network:
    """Stands for whatever tells by itself what its numbers are."""

    def __init__(self, weights):
        self.weights = weights

    def __autograd_flatten__(self):
        return self.weights, Network


def doubled(tree):
    leaves, rebuild = flatten(tree)
    return rebuild([2 * leaf for leaf in leaves])


TREES = st.recursive(
    st.floats(-10, 10),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=2), inner, max_size=3),
        st.tuples(inner, inner).map(lambda pair: Point(*pair)),
        st.tuples(inner, st.lists(inner, max_size=2)).map(lambda pair: Line(*pair)),
    ),
)


@given(TREES)
def test_rebuilding_with_the_same_leaves_gives_an_equal_tree(tree):
    leaves, rebuild = flatten(tree)
    assert all(type(leaf) is float for leaf in leaves)
    assert rebuild(leaves) == tree
    assert same_structure(rebuild(leaves), tree)


@given(TREES)
def test_rebuilding_changes_nothing_of_the_original(tree):
    before = copy.deepcopy(tree)
    doubled(tree)
    assert tree == before


def test_a_leaf_is_a_tree():
    leaves, rebuild = flatten(3.0)
    assert (leaves, rebuild([5.0])) == ([3.0], 5.0)


@pytest.mark.parametrize("leaf", ["text", None, 3, Fraction(1, 2), np.float64(2.0), len, Value])
def test_what_is_no_container_is_a_leaf(leaf):
    leaves, rebuild = flatten(leaf)
    assert leaves == [leaf]
    assert rebuild([1.0]) == 1.0


def test_leaves_come_from_left_to_right():
    tree = {"b": [1.0, (2.0, {"z": 3.0, "a": 4.0})], "a": Point(5.0, 6.0)}
    assert flatten(tree)[0] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert doubled(tree) == {"b": [2.0, (4.0, {"z": 6.0, "a": 8.0})], "a": Point(10.0, 12.0)}


def test_every_kind_of_container_comes_back_as_itself():
    assert doubled([]) == []
    assert doubled(()) == ()
    assert doubled({}) == {}
    assert type(doubled(OrderedDict(a=1.0))) is OrderedDict
    counts = doubled(defaultdict(list, {"a": 1.0}))
    assert (type(counts), counts.default_factory, counts["a"]) == (defaultdict, list, 2.0)
    pair = namedtuple("pair", "a b")  # noqa: PYI024 - the untyped kind too
    assert doubled(pair(1.0, [2.0])) == pair(2.0, [4.0])


def test_a_dataclass_keeps_what_is_no_number_and_may_be_frozen():
    line = Line(1.0, [Point(2.0, 3.0)], name="diagonal", shape=None)
    assert doubled(line) == Line(2.0, [Point(4.0, 6.0)], name="diagonal", shape=None)
    assert flatten(line)[0] == [1.0, 2.0, 3.0]
    assert doubled(line).closed is True
    assert doubled(Line(1.0, [], shape=Network([2.0]))).shape.weights == [4.0]
    free = doubled(Free(3.0))
    assert (free.weight, free.activation) == (6.0, abs)


def test_a_class_is_no_container_though_its_instances_are():
    assert flatten(Line)[0] == [Line]
    assert flatten(Network)[0] == [Network]


def test_what_can_flatten_itself_does():
    leaves, rebuild = flatten({"net": Network([1.0, 2.0]), "rate": 3.0})
    assert leaves == [1.0, 2.0, 3.0]
    again = rebuild([4.0, 5.0, 6.0])
    assert (again["net"].weights, again["rate"]) == ([4.0, 5.0], 6.0)


# NumPy arrays


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,), (2, 0), (1, 2, 2)])
@pytest.mark.parametrize("kind", [float, np.float32, int, np.int8])
def test_an_array_comes_back_in_its_shape_with_floats(shape, kind):
    array = np.arange(np.prod(shape), dtype=kind).reshape(shape)
    leaves, rebuild = flatten(array)
    assert all(type(leaf) in (int, float) for leaf in leaves)
    again = rebuild([leaf / 2 for leaf in leaves])
    assert (again.shape, again.dtype) == (shape, np.float64)
    assert np.array_equal(again * 2, array)


def test_an_array_in_another_order_of_memory_is_read_by_rows():
    array = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])[::-1]
    assert flatten(array)[0] == [3.0, 4.0, 1.0, 2.0]
    assert np.array_equal(doubled(array), 2 * array)


def test_an_array_of_values_is_an_object_array():
    leaves, rebuild = flatten(np.array([[1.0], [2.0]]))
    values = rebuild([Value(leaf) for leaf in leaves])
    assert (values.dtype, values.shape) == (object, (2, 1))
    assert flatten(values)[0] == [values[0, 0], values[1, 0]]
    assert rebuild([Fraction(1, 2), 2.0]).dtype == object


def test_arrays_stand_in_containers():
    tree = {"W": np.ones((2, 2)), "b": [np.zeros(2), 1.0]}
    assert flatten(tree)[0] == [1.0] * 4 + [0.0] * 2 + [1.0]
    again = doubled(tree)
    assert np.array_equal(again["W"], np.full((2, 2), 2.0))
    assert again["b"][1] == 2.0


def test_a_change_of_the_rebuilt_array_leaves_the_original_alone():
    array = np.array([1.0, 2.0])
    leaves, rebuild = flatten(array)
    rebuild(leaves)[0] = 7.0
    assert array[0] == 1.0


def test_is_array_tells_arrays_from_numbers():
    assert is_array(np.array(1.0))
    assert not any(map(is_array, (np.float64(1.0), [1.0], 1.0, None)))


def test_numpy_is_not_imported_for_it():
    program = (
        "import sys; from autograd_mini.containers import flatten; "
        "leaves, rebuild = flatten([1.0, {'a': 2.0}]); rebuild(leaves); "
        "assert 'numpy' not in sys.modules and 'dataclasses' not in sys.modules"
    )
    root = Path(containers.__file__).parents[1]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


# Structures


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (1.0, 2, True), (1.0, [1.0], False), ([1.0], (1.0,), False), ([1.0], [[1.0]], False),
        ([1.0, 2.0], [1.0], False), ([], [], True), ([], (), False),
        ({"a": 1.0}, {"a": 2.0}, True), ({"a": 1.0}, {"b": 1.0}, False),
        (Point(1.0, 2.0), Point(3.0, 4.0), True), (Point(1.0, 2.0), (1.0, 2.0), False),
        (Line(1.0, [2.0]), Line(3.0, [4.0]), True), (Line(1.0, []), Line(1.0, [2.0]), False),
        (np.ones(2), np.zeros(2), True), (np.ones(2), np.ones(3), False),
        (np.ones(2), [1.0, 1.0], False), (np.ones((1, 2)), np.ones(2), False),
        (np.ones(2), np.array([1, 2]), True), ([np.ones(1)], [np.ones(1)], True),
        (Network([1.0]), Network([2.0]), True), (Network([1.0]), Network([1.0, 2.0]), False),
        (Value(1.0), 1.0, True),
    ],
    ids=str,
)  # fmt: skip
def test_structures_are_compared_without_their_leaves(a, b, same):
    assert same_structure(a, b) is same
    assert same_structure(b, a) is same
