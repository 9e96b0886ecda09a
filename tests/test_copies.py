"""Pickled and copied graphs: what is shared stays shared, and nothing else is touched."""

import copy
import os
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from cases import named

from autograd_mini import copies, functions
from autograd_mini.derivatives import grad, gradients
from autograd_mini.functions import clamp, maximum, polygamma, tanh
from autograd_mini.graph import Scope, count_operations, leaves, no_grad, scope, topological_order
from autograd_mini.value import Value

ROOT = Path(copies.__file__).parents[1]


def through_pickle(thing, protocol=pickle.HIGHEST_PROTOCOL):
    return pickle.loads(pickle.dumps(thing, protocol))


WAYS = {"pickle": through_pickle, "deepcopy": copy.deepcopy}


@pytest.fixture(params=WAYS, name="copied")
def fixture_copied(request):
    return WAYS[request.param]


def shown(node):
    return (repr(node.data), repr(node.grad), node.kind, node.label, node.operation,
            [repr(x) for x in node.local_derivatives],
            [x if not isinstance(x, Value) else None for x in node.operands])  # fmt: skip


def assert_same_graph(original, copied):
    pairs = zip(topological_order(original), topological_order(copied), strict=True)
    for a, b in pairs:
        assert a is not b
        assert shown(a) == shown(b)


GRAPHS = {
    "a leaf": lambda a, b: a,
    "a + a": lambda a, b: a + a,
    "plain numbers": lambda a, b: 2 - (3 * a) / 4 + b**3 + 2**a,
    "reuse": lambda a, b: (a * b) * (a * b) + tanh(a * b) / (a - b),
    "four operands": lambda a, b: maximum(a, b, a * b, 1),
    "three operands": lambda a, b: clamp(a * b, -1, b) + a,
    "a plain first": lambda a, b: polygamma(1, a) + functions.copysign(3, b),
    "many operands": lambda a, b: functions.norm([a, 2, b, a + b, b, 0.5]),
    "constants": lambda a, b: a * functions.stop_gradient(b) + 1,
}


@pytest.mark.parametrize("make", named(GRAPHS))
def test_a_copy_has_the_same_nodes_and_goes_on_working(make, copied):
    a, b = Value(0.75, label="a"), Value(2.5, kind="parameter")
    root = make(a, b)
    duplicate = copied(root)
    assert_same_graph(root, duplicate)
    root.backward()
    duplicate.backward()
    assert [leaf.grad for leaf in leaves(root)] == [leaf.grad for leaf in leaves(duplicate)]
    assert repr(duplicate) == repr(root)
    further = duplicate * 2 + 1
    assert further.operands[0].operands[0] is duplicate


@pytest.mark.parametrize("make", named(GRAPHS))
def test_a_copy_can_be_differentiated_again(make, copied):
    a, b = Value(0.75), Value(2.5)
    root = make(a, b)
    root2, a2 = copied([root, a])
    slope, slope2 = gradients(root, a), gradients(root2, a2)
    assert slope.data == slope2.data
    assert gradients(slope, a).data == gradients(slope2, a2).data


def test_gradients_and_labels_and_kinds_are_kept(copied):
    a, b = Value(2.0, label="a"), Value(3.0, kind="parameter")
    c = a * b
    c.label = "c"
    c.backward()
    c2 = copied(c)
    a2, b2 = c2.operands
    assert (a2.grad, b2.grad, c2.grad) == (3.0, 2.0, 1.0)
    assert (a2.label, b2.label, c2.label) == ("a", None, "c")
    assert (a2.kind, b2.kind, c2.kind) == ("data", "parameter", "operation")


def test_a_copy_is_independent_of_the_original(copied):
    a = Value(2.0)
    root = a * a
    duplicate = copied(root)
    duplicate.backward()
    duplicate.operands[0].data = 7.0
    assert (a.data, a.grad, root.grad) == (2.0, None, None)


def test_what_shares_a_leaf_goes_on_sharing_it(copied):
    a, b = Value(2.0), Value(3.0)
    a2, f, weights, g = copied((a, a * b, {"w": [b]}, a + b))
    assert f.operands == (a2, weights["w"][0]) == g.operands
    f.backward()
    g.backward()
    assert (a2.grad, weights["w"][0].grad) == (4.0, 3.0)


def test_scopes_are_kept(copied):
    with scope("layer 2"):
        x = Value(1.0)
        with scope("neuron 1"):
            h = x * 2
        y = h + 1
    duplicate = copied(y)
    inner = duplicate.operands[0]
    assert [part.name for part in inner.scope.path()] == ["layer 2", "neuron 1"]
    assert inner.scope.parent is duplicate.scope
    assert isinstance(duplicate.scope, Scope)
    assert duplicate.operands[0].operands[0].scope.name == "layer 2"


def test_fractions_stay_exact(copied):
    q = Value(Fraction(1, 3))
    duplicate = copied(q * q / 7)
    duplicate.backward()
    assert duplicate.data == Fraction(1, 63)
    assert leaves(duplicate)[0].grad == Fraction(2, 21)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_from_2_on_works(protocol):
    with scope("a"):
        root = maximum(Value(1.0) * 2, 3, Value(2.0))
    assert_same_graph(root, through_pickle(root, protocol))


def test_constants_made_under_no_grad_are_kept(copied):
    with no_grad():
        x = Value(2.0)
        y = x * 3
    x2, y2 = copied([x, y])
    assert (x2.kind, y2.kind, y2.data, x2.scope) == ("data", "constant", 6.0, None)
    (x2 * y2).backward()
    assert (x2.grad, y2.grad) == (6.0, None)


def test_a_shallow_copy_shares_the_leaves():
    a, b = Value(2.0, label="a"), Value(3.0)
    root = a * b + a
    twin = copy.copy(root)
    assert twin is not root
    assert leaves(twin) == [a, b]
    twin.backward()
    assert (a.grad, root.grad) == (4.0, None)
    leaf = copy.copy(a)
    assert leaf is not a
    assert (leaf.data, leaf.label, leaf.grad) == (2.0, "a", 4.0)


def test_a_deep_copy_within_a_container_shares_what_the_container_shares():
    a = Value(2.0)
    first, again, root = copy.deepcopy([a, a, a * 3])
    assert first is again is root.operands[0]
    assert first is not a


def test_a_deep_graph_is_copied_without_recursion(copied):
    x = y = Value(0.5)
    for i in range(60_000):
        y = y * 1.00001 if i % 3 else y + x
    y.backward()
    duplicate = copied(y)
    assert (duplicate.data, duplicate.grad) == (y.data, 1.0)
    assert count_operations(duplicate) == count_operations(y)
    duplicate.backward()
    assert leaves(duplicate)[0].grad == 2 * x.grad


PROGRAM = """
import pickle, sys
root, leaf = pickle.load(sys.stdin.buffer)
root.backward()
print(repr((root.data, leaf.grad, len(root.operands), (leaf * 2).data)))
"""


def test_a_graph_can_be_unpickled_in_a_fresh_process():
    a = Value(0.75, label="a")
    with scope("s"):
        root = maximum(a, a * a, tanh(a) * 3, 0.5)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True,
        input=pickle.dumps((root, a)),
    )  # fmt: skip
    root.backward()
    assert run.stdout.decode().strip() == repr((root.data, a.grad, 4, 1.5))


def test_the_functional_api_works_on_copies(copied):
    w = Value(3.0)
    duplicate = copied(w)
    slope = grad(lambda x: x * x * duplicate)(2.0)
    assert slope.data == 12.0
    slope.backward()
    assert (w.grad, duplicate.grad) == (None, 4.0)


def test_an_operation_is_copied_as_itself(copied):
    assert copied(maximum) is maximum


def test_an_operation_that_is_not_registered_can_not_be_loaded():
    damaged = pickle.dumps(tanh).replace(b"tanh", b"tahn")
    with pytest.raises(ValueError, match="unknown operation 'tahn': register it before"):
        pickle.loads(damaged)
