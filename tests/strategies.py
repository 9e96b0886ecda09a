"""With this one can draw points from the domain of an operation, as its row states it.

- `points(row)`: anything that the row accepts, up to the ends of its domain.
- `ordinary_points(row)`: of ordinary size and away from 0, for what is tested by differences.
- `EDGES`: numbers at which formulas break, to be tried in every row.
"""

import math
from itertools import product

from hypothesis import strategies as st

TINY = 5e-324
SMALLEST_NORMAL = 2.0**-1022
HUGE = 1.7976931348623157e308

_SIZES = (
    TINY, SMALLEST_NORMAL, 1e-200, 1e-20, 2.0**-53, 1e-8, 1e-3, 0.3, 0.5, 1 - 2.0**-53, 1.0,
    1 + 2.0**-52, 1.4616321449683623, 1.5, 2.0, math.pi / 2, math.e, 3.5, 10.0, 19.5, 30.0, 37.5,
    100.5, 170.6, 700.0, 709.7, 710.4, 745.0, 1023.5, 1e5 + 0.25, 2.0**52 + 0.5, 1e16, 1e154,
    1e200, HUGE,
)  # fmt: skip
EDGES = [0.0, *_SIZES, *(-size for size in _SIZES)]
"""Numbers at which formulas break: saturation, overflow, the last subnormal, roots, poles."""


def takes_no_derivative(row, index):
    return not row.variadic and bool(row.partials) and row.partials[index].rule is None


def operand_domains(row):
    return row.domain * 2 if row.variadic else row.domain


def _ends(interval, low, high):
    """Return what `st.floats` needs to stay within an interval and within [low, high]."""
    ends = {"allow_nan": False, "min_value": max(low, interval.low)}
    ends["max_value"] = min(high, interval.high)
    ends["exclude_min"] = ends["min_value"] == interval.low and not interval.low_closed
    ends["exclude_max"] = ends["max_value"] == interval.high and not interval.high_closed
    return ends


def _finite(row, index, interval):
    if takes_no_derivative(row, index):
        return st.integers(0, 4)
    anywhere = st.floats(**_ends(interval, -HUGE, HUGE))
    usual = st.floats(**_ends(interval, -40.0, 40.0))
    return st.one_of(usual, anywhere)


def points(row):
    """Return a strategy of finite points of the row's domain, without the -0 mpmath lacks."""
    operands = [_finite(row, i, interval) for i, interval in enumerate(operand_domains(row))]
    positive_zeros = st.tuples(*operands).map(lambda point: tuple(x + 0 for x in point))
    return positive_zeros.filter(lambda point: row.accepts(*point))


def ordinary_points(row):
    """Return a strategy of points with 1e-3 ≤ |x| ≤ 30, and away from the ends of the domain."""

    def operand(index, interval):
        if takes_no_derivative(row, index):
            return st.integers(0, 3)
        sizes = st.floats(**_ends(interval, -30.0, 30.0))
        return sizes.filter(
            lambda x: min(abs(x), abs(x - interval.low), abs(x - interval.high)) >= 1e-3
        )

    operands = [operand(i, interval) for i, interval in enumerate(operand_domains(row))]
    return st.tuples(*operands).filter(lambda point: row.accepts(*point))


def edge_points(row):
    """Return all edges that the row accepts; of several operands a mixture of them."""
    choices = [
        range(4) if takes_no_derivative(row, i) else EDGES for i in range(len(operand_domains(row)))
    ]
    if len(choices) > 1:
        every = 4 if len(choices) == 2 else 8
        choices = [c if isinstance(c, range) else EDGES[i::every] for i, c in enumerate(choices)]
    return [point for point in product(*choices) if row.accepts(*point)]
