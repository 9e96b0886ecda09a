"""Every row of the table, on batches that hold its kinks and the edges of its domain."""

import math
import random

import pytest

import autograd_mini as ag
from autograd_mini.compiler import compile
from autograd_mini.extending import sample_points
from autograd_mini.operations import TABLE

ROWS = [name for name, row in TABLE.items() if row.partials and name != "where"]
LARGE = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-9, -1e-9, 40.0, -40.0, 710.0, -710.0, 1e8, -1e8)


def _fixed(row):
    """Return how many leading and trailing operands are plain numbers, such as an order."""
    if row.variadic:
        return 0, 0
    rules = [partial.rule is None for partial in row.partials]
    return int(rules[0]), int(len(rules) > 1 and rules[-1])


def _edges(row):
    """Return points at kinks, at the ends of intervals, and of many sizes."""
    names = row.operand_names * 2 if row.variadic else row.operand_names
    domain = row.domain * 2 if row.variadic else row.domain
    points = [tuple(map(float, kink.point)) for kink in row.kinks]
    ends = [[i.low, i.high, i.low + 1e-9, i.high - 1e-9, *LARGE] for i in domain]
    if len(names) == 1:
        points += [(x,) for x in ends[0]]
    else:
        points += [tuple(each[k % len(each)] for each in ends) for k in range(len(LARGE) + 4)]
        points += [(x,) * len(names) for x in LARGE]
        points += [(x, y, *[1.0] * (len(names) - 2)) for x in LARGE for y in (2.0, -3.0, 0.0)]
    return [p for p in points if len(p) == len(names)]


def _eagerly(f, point):
    """Return value and slopes, or the error."""
    values = [ag.Value(x) for x in point]
    try:
        root = f(*values)
        if not isinstance(root, ag.Value):
            return float(root), [0.0] * len(point)
        root.backward()
    except (ArithmeticError, ValueError) as error:
        return error
    return root.data, [0.0 if v.grad is None else v.grad for v in values]


def _cases(row):
    """Yield functions of what varies, and pairs of points and outcomes, for each plain number."""
    before, after = _fixed(row)
    if not before and not after:
        yield row, _outcomes(row, [*sample_points(row, 25), *_edges(row)])
        return
    generator = random.Random(row.name)
    points = [(generator.uniform(-6, 6),) for _ in range(30)] + [(x,) for x in LARGE]
    for n in (0, 1, 2, 3) if before else (0, 1, -1):
        f = (lambda x, n=n: row(n, x)) if before else (lambda x, n=n: row(x, n))
        yield f, _outcomes(f, points)


def _outcomes(f, points):
    return [(p, _eagerly(f, p)) for p in points if all(map(math.isfinite, p))]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_on_a_batch_is_the_engines_at_each_point(name):
    for f, pairs in _cases(TABLE[name]):
        kept = [p for p in pairs if isinstance(p[1], tuple) and math.isfinite(p[1][0])]
        assert len(kept) >= 20
        names = tuple("xyz"[: len(kept[0][0])])
        fast = compile(_named(f, len(names)), batched=names, reduce=None, wrt=names, target="numpy")
        values, slopes = fast.value_and_grad(*map(list, zip(*(p for p, _ in kept), strict=True)))
        assert "eager engine: 0" in fast.report()
        for k, (point, (value, gradient)) in enumerate(kept):
            assert math.isclose(values[k], value, rel_tol=1e-12, abs_tol=1e-300), (point, value)
            for by, expected in zip(slopes, gradient, strict=True):
                near = math.isclose(by[k], expected, rel_tol=1e-11, abs_tol=1e-290)
                assert near, (point, by[k], expected)


@pytest.mark.parametrize("name", ROWS)
def test_where_the_engine_raises_a_batch_raises_the_same(name):
    for f, pairs in _cases(TABLE[name]):
        right = next(p for p, outcome in pairs if isinstance(outcome, tuple))
        for point, error in [pair for pair in pairs if isinstance(pair[1], Exception)][:6]:
            names = tuple("xyz"[: len(point)])
            fast = compile(_named(f, len(names)), batched=names, wrt=names, target="numpy")
            rows = [list(pair) for pair in zip(right, point, strict=True)]
            with pytest.raises(type(error)) as raised:
                fast.value_and_grad(*rows)
            assert str(raised.value) == str(error)


def _named(f, count):
    """Return a function whose arguments have names."""
    return {
        1: lambda x: f(x),  # noqa: PLW0108 - rows have no such names
        2: lambda x, y: f(x, y),  # noqa: PLW0108
        3: lambda x, y, z: f(x, y, z),  # noqa: PLW0108
    }[count]
