"""The page's sweep of a recorded graph gives what the package gives, and says where it does not."""

import functools
import math
import random
import statistics

import pytest
from page_scripts import Scripts
from strategies import takes_no_derivative

from autograd_mini import exp, log, maximum, operations, sqrt, tanh
from autograd_mini.drawing.living.javascript import key, rules, spelling
from autograd_mini.errors import DomainError, NonFiniteGradientError
from autograd_mini.graph import topological_order
from autograd_mini.value import Value

UNIT = 1e-12
GRAPHS = 200
ROWS = [
    row
    for row in vars(operations).values()
    if isinstance(row, operations.Row) and row.partials and row.name != "where"
]

# fmt: off
EXACT = {
    "add", "subtract", "multiply", "divide", "negative", "identity", "abs", "sign", "square",
    "reciprocal", "maximum", "minimum", "clamp", "relu", "leaky_relu", "step", "floor", "ceil",
    "trunc", "round", "fmod", "remainder", "modulo", "floor_divide", "sqrt", "copysign", "ratio",
}
# fmt: on
"""What every computer that follows IEEE 754 computes alike, to the bit."""

SWEEP = """
(record, numbers) => {
  const program = sweep.prepare(record, operations);
  const found = sweep.run(program, numbers);
  return [found.values, found.slopes, found.adjoints, sweep.faults(program, found)];
}
"""
COMPARE = """
(record, ...tolerance) => sweep.compare(sweep.prepare(record, operations), record, ...tolerance)
"""


def scripts_for(uses, engine=None):
    text = rules(spelling(uses))
    scripts = Scripts("arithmetic.js", "special.js", "sweep.js", text=text, engine=engine)
    scripts.define("swept", SWEEP)
    scripts.define("compared", COMPARE)
    return scripts


class Recorded:
    """A graph as a page has it: its nodes in order, plain numbers among them, and the record."""

    def __init__(self, root):
        root.backward()
        self.nodes, self.inputs = [], []
        places = {}
        for node in topological_order(root):
            mine = [places[o] if isinstance(o, Value) else self._add(o, []) for o in node.operands]
            places[node] = self._add(node, mine)
        self.root = places[root]
        self.uses = list(
            dict.fromkeys(self.use(node) for node in self.nodes if self.is_inner(node))
        )
        self.record = {
            "inputs": self.inputs,
            "kinds": "".join(getattr(node, "kind", "constant")[0] for node in self.nodes),
            "rules": [
                self.uses.index(self.use(node)) if self.is_inner(node) else -1
                for node in self.nodes
            ],
            "operations": [[key(*use)] for use in self.uses],
            "values": [getattr(node, "data", node) for node in self.nodes],
            "slopes": [self._slopes(node) for node in self.nodes],
            "gradients": [getattr(node, "grad", None) for node in self.nodes],
        }

    def _add(self, node, inputs):
        self.nodes.append(node)
        self.inputs.append(inputs)
        return len(self.nodes) - 1

    @staticmethod
    def _slopes(node):
        pairs = zip(
            getattr(node, "operands", ()), getattr(node, "local_derivatives", ()), strict=True
        )
        return [None if getattr(o, "kind", "constant") == "constant" else d for o, d in pairs]

    @staticmethod
    def is_inner(node):
        return bool(getattr(node, "operands", ()))

    @staticmethod
    def use(node):
        return node.operation, len(node.operands)

    def leaves(self):
        """Return the numbers that a sweep starts from: nothing is told of what it is to find."""
        return [
            math.nan if self.is_inner(node) else getattr(node, "data", node) for node in self.nodes
        ]

    def swept(self, numbers=None):
        numbers = self.leaves() if numbers is None else numbers
        return scripts_for(self.uses).run("swept", self.record, numbers)


# Random graphs


def random_graph(seed):
    """Return the root of a random graph of all kinds of operations."""
    chance = random.Random(seed)
    kinds = ("data", "parameter", "data", "parameter", "constant")
    nodes = [Value(chance.gauss(0, 1.5), kind=kind) for kind in kinds]
    unused = set(nodes[:4])
    for _ in range(chance.randint(5, 40)):
        row = chance.choice(ROWS)
        count = chance.randint(2, 4) if row.variadic else len(row.operand_names)
        operands = [operand(row, index, nodes, chance) for index in range(count)]
        node = usable(row, operands)
        if node is not None:
            nodes.append(node)
            unused = (unused - set(operands)) | {node}
    return functools.reduce(lambda a, b: a + tanh(b), sorted(unused, key=nodes.index))


def operand(row, index, nodes, chance):
    if takes_no_derivative(row, index):
        return chance.randint(0, 3)
    if chance.random() < 0.12:
        return chance.choice((2, 0.5, -1, 3))
    return chance.choice(nodes[-4:]) if chance.random() < 0.6 else chance.choice(nodes)


def usable(row, operands):
    """Return the node that a row makes, if its numbers are of a size that one can go on with."""
    try:
        node = row(*operands)
    except DomainError:
        return None
    if not isinstance(node, Value) or not node.operands:
        return None
    sizes = [node.data, *(slope for slope in node.local_derivatives if slope is not None)]
    return node if all(abs(size) < 1e3 for size in sizes) else None


@functools.cache
def graphs():
    found = [Recorded(random_graph(seed)) for seed in range(GRAPHS)]
    scripts = scripts_for(use for graph in found for use in graph.uses)
    return [(graph, scripts.run("swept", graph.record, graph.leaves())) for graph in found]


class Magnitudes:
    """By how much a sweep may be off, if each operation is by `UNIT` of its own result.

    What the operands may be off by is tried: value and slopes are computed at both ends of it, so
    that curvature, cancellation and jumps are all counted.
    """

    def __init__(self, graph):
        self.graph = graph
        self.values, self.slopes = [], []
        for node, inputs in zip(graph.nodes, graph.inputs, strict=True):
            value, slopes = self._of(node, inputs) if inputs else (0.0, [])
            self.values.append(value)
            self.slopes.append(slopes)
        self.adjoints = [0.0] * len(graph.nodes)
        for place in reversed(range(len(graph.nodes))):
            self._pass_on(place)

    def _of(self, node, inputs):
        numbers = [getattr(operand, "data", operand) for operand in node.operands]
        here = [node.data, *node.local_derivatives]
        sizes = [0.0 if number is None else UNIT * abs(number) for number in here]
        sizes[0] *= node.operation.name not in EXACT
        for tail in filter(self.values.__getitem__, dict.fromkeys(inputs)):
            for error in (-self.values[tail], self.values[tail]):
                edges = [place for place, other in enumerate(inputs) if other == tail]
                moved = [x + error * (place in edges) for place, x in enumerate(numbers)]
                there = values_and_slopes(node, moved)
                if there[0] is None:  # beyond the end of the domain
                    there[0] = node.data + sum(here[1 + place] or 0.0 for place in edges) * error
                sizes = [
                    size + (0.0 if a is None or b is None else abs(a - b))
                    for size, a, b in zip(sizes, here, there, strict=True)
                ]
        return sizes[0], sizes[1:]

    def _pass_on(self, place):
        adjoint = getattr(self.graph.nodes[place], "grad", None) or 0.0
        slopes = getattr(self.graph.nodes[place], "local_derivatives", ())
        for index, tail in enumerate(self.graph.inputs[place]):
            if slopes[index] is not None:
                self.adjoints[tail] += (
                    abs(slopes[index]) * self.adjoints[place]
                    + (self.slopes[place][index] * abs(adjoint) if adjoint else 0.0)
                    + UNIT * abs(slopes[index] * adjoint)
                )


def values_and_slopes(node, numbers):
    """Return value and slopes of an operation elsewhere; None where it is not defined."""
    try:
        value = node.operation.evaluate(numbers)
    except DomainError:
        return [None] * (1 + len(numbers))
    return [value, *(slope_or_none(node, i, numbers, value) for i in range(len(numbers)))]


def slope_or_none(node, index, numbers, value):
    if node.local_derivatives[index] is None:
        return None
    try:
        return node.operation.partial(index, numbers, value)
    except (DomainError, ZeroDivisionError):
        return None


def check(mine, theirs, size, what):
    """Compare two numbers, of which theirs may be None: then nothing is known."""
    if theirs is not None:
        assert not math.isnan(mine), what
        beyond = abs(mine - theirs) > size + 1e-300  # False also where 0 · inf made a size of NaN
        assert not beyond, (what, mine, theirs, size)


def check_graph(graph, found):
    values, slopes, adjoints, _ = found
    magnitudes, record = Magnitudes(graph), graph.record
    edges = iter(slopes)
    for place, node in enumerate(graph.nodes):
        check(values[place], record["values"][place], magnitudes.values[place], node)
        for index, slope in enumerate(record["slopes"][place]):
            mine, size = next(edges), magnitudes.slopes[place][index]
            check(mine, slope, size, node)
        gradient = None if record["kinds"][place] == "c" else record["gradients"][place] or 0.0
        check(adjoints[place], gradient, magnitudes.adjoints[place], node)


@pytest.mark.parametrize("part", range(10))
def test_200_random_graphs_agree_to_a_propagated_magnitude(part):
    for graph, found in graphs()[part::10]:
        check_graph(graph, found)


@pytest.mark.parametrize("name", ["sigmoid", "direction", "polygamma", "power"])
def test_a_planted_error_in_an_operation_is_seen_and_located(name):
    using = [graph for graph, _ in graphs() if any(name == row.name for row, _ in graph.uses)]
    scripts = scripts_for(use for graph in using for use in graph.uses)
    planted = f"arithmetic.{name} = (...x) => exact(...x) * (1 + 1e-6)"
    scripts.engine.eval(f"const exact = arithmetic.{name}; {planted}")
    blamed = [scripts.run("compared", graph.record) for graph in using]
    seen = [disagrees(graph, scripts) for graph in using]
    for graph, place in zip(using, blamed, strict=True):
        if place >= 0:
            used = f"String(Object.values(operations['{key(*graph.use(graph.nodes[place]))}']))"
            assert f"arithmetic.{name}(" in scripts.engine.eval(used)
    # 0 has no relative error, and behind a jump anything may be.
    assert blamed.count(-1) < len(using) / 4
    assert sum(seen) > 3 * len(using) / 4


def disagrees(graph, scripts):
    try:
        check_graph(graph, scripts.run("swept", graph.record, graph.leaves()))
    except AssertionError:
        return True
    return False


def test_the_random_graphs_hold_every_row_and_their_magnitudes_are_small():
    used = {
        node.operation.name for graph, _ in graphs() for node in graph.nodes if graph.is_inner(node)
    }
    assert used == {row.name for row in ROWS}
    assert statistics.median(len(graph.nodes) for graph, _ in graphs()) > 25
    relative = []
    for graph, _ in graphs():
        magnitudes = Magnitudes(graph)
        relative += [
            size / abs(node.grad)
            for node, size in zip(graph.nodes, magnitudes.adjoints, strict=True)
            if getattr(node, "grad", None)
        ]
    assert statistics.median(relative) < 1e-10


def test_no_random_graph_has_a_fault():
    assert all(faults == NOWHERE for _, (*_, faults) in graphs())


# The sweep


NOWHERE = {"value": -1, "gradient": -1}


def place_of(graph, name):
    return next(
        place
        for place, node in enumerate(graph.nodes)
        if graph.is_inner(node) and node.operation.name == name
    )


def test_leaves_may_be_moved_and_everything_follows():
    def loss(w, b):
        w, b = Value(w, "w", kind="parameter"), Value(b, "b", kind="parameter")
        return (tanh(w * 0.5 + b) - 1) ** 2 + exp(-w) * maximum(w, b, 0.1)

    before, after = Recorded(loss(1.0, -0.3)), Recorded(loss(-0.75, 2.5))
    values, _, adjoints, faults = before.swept(after.leaves())
    assert values == pytest.approx(after.record["values"], rel=1e-15)
    assert [x for x in adjoints if not math.isnan(x)] == pytest.approx(
        [x for x in after.record["gradients"] if x is not None], rel=1e-14
    )
    assert faults == NOWHERE


def test_both_edges_of_an_operand_that_is_used_twice_bring_their_share():
    a = Value(3.0)
    graph = Recorded(a + a * a)
    _, slopes, adjoints, _ = graph.swept()
    assert slopes == [3, 3, 1, 1]
    assert adjoints == [7, 1, 1]


def test_a_constant_has_no_adjoint_and_what_does_not_reach_the_root_has_0():
    a, c = Value(3.0), Value(2.0, kind="constant")
    graph = Recorded(a * c + 1)
    graph.record["root"] = place_of(graph, "multiply")
    _, slopes, adjoints, _ = graph.swept()
    assert [x for x in slopes if not math.isnan(x)] == [2, 1]
    kinds = graph.record["kinds"]
    assert [math.isnan(x) for x in adjoints] == [kind == "c" for kind in kinds]
    assert adjoints[graph.root] == 0
    assert adjoints[0] == 2


def test_outside_a_domain_all_that_follows_is_missing_and_the_node_is_named():
    a, b = Value(1.0), Value(2.0)
    graph = Recorded((log(a) * 2).relu() + maximum(b, log(a)) + b * 3)
    numbers = graph.leaves()
    numbers[graph.nodes.index(a)] = -1.0
    values, slopes, _, faults = graph.swept(numbers)
    assert math.isnan(slopes[0])
    assert faults == {"value": place_of(graph, "log"), "gradient": -1}
    missing = [math.isnan(x) for x in values]
    assert [graph.nodes[i].operation.name for i, gone in enumerate(missing) if gone] == [
        "log", "multiply", "relu", "log", "maximum", "add", "add",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "before", "after"),
    [
        (lambda x: sqrt(x) + 1, 1.0, 0.0),
        (lambda x: sqrt(x * x) * 3, 1.0, 0.0),
        (lambda x: exp(x * 800) + x, 0.0, 1.0),
        (lambda x: exp(x).reciprocal() + 2, 0.0, 800.0),
        (lambda x: maximum(sqrt(sqrt(x)), x, 0.0), 1.0, 0.0),
    ],
    ids=["infinite", "0 times infinite", "too large", "too small", "in a tie"],
)
def test_where_a_gradient_is_not_finite_the_node_is_the_one_that_python_names(
    function, before, after
):
    x = Value(before)
    graph = Recorded(function(x))
    with pytest.raises(NonFiniteGradientError) as caught:
        function(Value(after)).backward()
    numbers = graph.leaves()
    numbers[graph.nodes.index(x)] = after
    *_, faults = graph.swept(numbers)
    assert faults["value"] == -1
    named = graph.nodes[faults["gradient"]].operation.name
    assert caught.value.place.startswith(f"{named}("), caught.value


def test_too_large_is_infinite_and_no_fault():
    graph = Recorded(exp(Value(1.0)) * 2)
    numbers = [1000.0 if x == 1.0 else x for x in graph.leaves()]
    values, _, _, faults = graph.swept(numbers)
    assert values[graph.root] == math.inf
    assert faults == {"value": -1, "gradient": graph.root - 2}


# The page's check of itself


def test_every_random_graph_passes_the_check():
    scripts = scripts_for(use for graph, _ in graphs() for use in graph.uses)
    assert {scripts.run("compared", graph.record, UNIT) for graph, _ in graphs()} == {-1}


def changed(graph, field, place, change):
    """Return a record with one number changed."""
    numbers = list(graph.record[field])
    numbers[place] = change(numbers[place])
    return {**graph.record, field: numbers}


@pytest.fixture(scope="module")
def small():
    x, y = Value(0.7), Value(-1.2)
    graph = Recorded(tanh(x * y) + exp(x) / 3)
    return graph, scripts_for(graph.uses)


@pytest.mark.parametrize("name", ["multiply", "tanh", "exp", "divide", "add"])
def test_the_first_operation_that_disagrees_is_named(small, name):
    graph, scripts = small
    place = place_of(graph, name)
    assert scripts.run("compared", graph.record) == -1
    for field, change in (
        ("values", lambda value: value + 1e-7),
        ("slopes", lambda slopes: [slopes[0] * (1 - 1e-7), *slopes[1:]]),
    ):
        record = changed(graph, field, place, change)
        assert scripts.run("compared", record) == place, field
        assert scripts.run("compared", record, 1e-6) == -1


def test_a_gradient_that_disagrees_is_named(small):
    graph, scripts = small
    for place in range(len(graph.nodes)):
        if graph.record["gradients"][place] is not None:
            record = changed(graph, "gradients", place, lambda gradient: gradient + 1e-7)
            assert scripts.run("compared", record) == place


def test_cancellation_accuses_nobody():
    x = Value(0.1)
    graph = Recorded(exp((tanh(x) + 1e8 - tanh(x * 1.0000001) - 1e8) * 1e6))
    assert scripts_for(graph.uses).run("compared", graph.record, 1e-15) == -1


def test_infinities_are_compared():
    x = Value(1e200)
    graph = Recorded(tanh(x * x) + 1)
    record = in_words(graph.record)
    assert record["values"][1] == "Infinity"
    assert scripts_for(graph.uses).run("compared", record) == -1
    record["values"][1] = "-Infinity"
    assert scripts_for(graph.uses).run("compared", record) == 1


def in_words(record):
    """Write infinities as a record does: as text."""
    words = {math.inf: "Infinity", -math.inf: "-Infinity"}
    values = [words.get(x, x) for x in record["values"]]
    slopes = [[words.get(x, x) for x in mine] for mine in record["slopes"]]
    return {**record, "values": values, "slopes": slopes}
