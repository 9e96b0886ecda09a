"""Walking graphs, and naming or leaving out what is recorded."""

import asyncio
import threading
from contextlib import suppress

import pytest
from cases import named

from autograd_mini import graph
from autograd_mini.functions import exp, maximum
from autograd_mini.graph import (
    count_operations,
    dependents,
    leaves,
    no_grad,
    recorded,
    scope,
    topological_order,
)
from autograd_mini.value import Value

# Walking


def names(nodes):
    return [node.label or node.operation.name for node in nodes]


def test_operands_come_before_results_and_each_node_once():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    h = a * b
    root = h * h + exp(h) + a
    order = topological_order(root)
    places = {node: i for i, node in enumerate(order)}
    assert len(places) == len(order) == 7
    assert order[-1] is root
    for node in order:
        assert all(places[o] < places[node] for o in node.operands if isinstance(o, Value))


def test_the_order_follows_the_operands_as_written():
    a, b, c = (Value(1.0, label=label) for label in "abc")
    assert names(topological_order(a + (b * c))) == ["a", "b", "c", "multiply", "add"]
    assert names(topological_order(maximum(c, a, b))) == ["c", "a", "b", "maximum"]


def test_several_roots_share_one_order():
    a = Value(2.0, label="a")
    h = a * 2
    assert names(topological_order([h + 1, h, a])) == ["a", "multiply", "add"]
    assert topological_order([]) == []


def test_a_leaf_is_a_graph():
    a = Value(2.0)
    assert topological_order(a) == leaves(a) == [a]
    assert count_operations(a) == {}


def test_leaves_are_given_once_in_order_and_constants_are_leaves():
    a, b, c = Value(1.0), Value(2.0), Value(3.0, kind="constant")
    assert leaves(b * a + b * c) == [b, a, c]


def test_operations_are_counted_by_name():
    a, b = Value(1.0), Value(2.0)
    assert count_operations([maximum(a, b, 3), a * b + a * 2]) == {
        "maximum": 1, "multiply": 2, "add": 1}  # fmt: skip


def test_dependents_are_what_a_source_has_a_part_in():
    a, b = Value(1.0), Value(2.0)
    of_a, of_both = a * 2, a * b
    order = topological_order([of_a, of_both, b * 3])
    assert dependents(order, [a]) == {a, of_a, of_both}
    assert dependents(order, []) == set()


def test_anything_with_operands_can_be_walked():
    class Node:
        def __init__(self, *operands):
            self.operands = operands

    low = Node(1.0)
    high = Node(low, "text", low)
    assert topological_order(high) == [low, high]


def test_a_deep_graph_is_walked_without_recursion():
    x = y = Value(1.0)
    for _ in range(50_000):
        y = y + x
    assert len(topological_order(y)) == 50_001
    assert leaves(y) == [x]
    assert count_operations(y) == {"add": 50_000}


# no_grad


@pytest.mark.parametrize(
    "make",
    named({
        "x + 1": lambda x: x + 1, "1 - x": lambda x: 1 - x, "x * x": lambda x: x * x,
        "2 / x": lambda x: 2 / x, "-x": lambda x: -x, "x ** 3": lambda x: x**3,
        "relu": lambda x: x.relu(), "exp": exp, "maximum": lambda x: maximum(x, x, 1),
    }),
)  # fmt: skip
def test_nothing_is_recorded_under_no_grad(make):
    x = Value(3.0)
    with no_grad():
        y = make(x)
    assert (y.kind, y.operands, y.data) == ("constant", (), make(x).data)
    (y * 2).backward()
    assert (x.grad, y.grad) == (None, None)


def test_no_grad_ends_with_its_block_and_nests():
    x = Value(3.0)
    with no_grad():
        with no_grad():
            pass
        assert (x * 2).kind == "constant"
    assert (x * 2).kind == "operation"
    with suppress(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (x * 2).kind == "operation"


def test_no_grad_decorates_a_function():
    x = Value(3.0)

    @no_grad()
    def large(v):
        """Return a large multiple."""
        return v * 2 if v.data > 100 else large(v * 50)

    for _ in range(2):
        assert large(x).kind == "constant"
    assert (x * 2).kind == "operation"
    assert (large.__name__, large.__doc__) == ("large", "Return a large multiple.")


def test_recorded_records_again_within_no_grad():
    x = Value(3.0)
    with no_grad():
        with recorded():
            y = x * 2
        assert (x * 2).kind == "constant"
    assert (y.kind, y.scope) == ("operation", None)


def test_leaves_made_under_no_grad_are_leaves_of_no_scope():
    with no_grad():
        x = Value(3.0)
    assert (x.kind, x.scope) == ("data", None)


# Scopes


def test_scopes_name_what_is_recorded_in_them():
    x = Value(2.0)
    with scope("layer 2"):
        outer = x * 2
        with scope("neuron 1"):
            inner, leaf, many = x * 3, Value(1.0), maximum(x, x, x)
        again = x * 4
    assert x.scope is None
    assert [part.name for part in inner.scope.path()] == ["layer 2", "neuron 1"]
    assert repr(inner.scope) == "Scope('layer 2 / neuron 1')"
    assert inner.scope is leaf.scope is many.scope
    assert inner.scope.parent is outer.scope is again.scope
    assert (x * 5).scope is None


def test_each_entry_of_a_scope_is_one_of_its_own():
    x = Value(2.0)
    with scope("layer"):
        first = x * 2
    with scope("layer"):
        second = x * 2
    assert first.scope is not second.scope
    assert first.scope.name == second.scope.name


def test_a_scope_ends_when_its_block_raises():
    with suppress(ZeroDivisionError), scope("a"):
        raise ZeroDivisionError
    assert Value(1.0).scope is None


def test_a_scope_decorates_a_function_and_refuses_what_is_no_string():
    @scope("forward")
    def forward(v):
        return v * 2

    assert forward(Value(1.0)).scope.name == "forward"
    with pytest.raises(TypeError, match="name must be a string, not int"), scope(3):
        pass


def test_a_scope_within_no_grad_records_nothing():
    with no_grad(), scope("a"):
        assert (Value(1.0) * 2).kind == "constant"


# Threads and tasks


def test_no_grad_and_scopes_belong_to_their_thread():
    seen = {}
    barrier = threading.Barrier(2, timeout=10)

    def work(name, context):
        with context:
            barrier.wait()
            y = Value(1.0) * 2
            barrier.wait()
        seen[name] = (y.kind, y.scope and y.scope.name)

    pair = [("a", no_grad()), ("b", scope("b"))]
    threads = [threading.Thread(target=work, args=arguments) for arguments in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"a": ("constant", None), "b": ("operation", "b")}
    assert (Value(1.0) * 2).kind == "operation"


def test_no_grad_and_scopes_belong_to_their_task():
    async def unrecorded():
        with no_grad():
            await asyncio.sleep(0)
            y = Value(1.0) * 2
            await asyncio.sleep(0)
        return y.kind

    async def named_by(name):
        with scope(name):
            await asyncio.sleep(0)
            return (Value(1.0) * 2).scope.name

    async def all_at_once():
        return await asyncio.gather(unrecorded(), named_by("a"), unrecorded(), named_by("b"))

    assert asyncio.run(all_at_once()) == ["constant", "a", "constant", "b"]
    assert graph.current_scope() is None
