r"""With this one can apply the chain rule path by path: count the paths, weigh them, add them up.

Start from `paths_between`. All is found in one walk from the leaf to the root, so that 2^60 paths
take no longer than their graph is large:

.. math:: \frac{\partial J}{\partial u} = \sum_{\text{paths}}\ \prod_{\text{edges}}
    \frac{\partial\,\text{result}}{\partial\,\text{operand}}

`adjoints` is the sweep to compare with. How paths are written lives in `explanation`.
"""

from __future__ import annotations

import operator
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from heapq import nlargest
from typing import Any, NamedTuple

from autograd_mini.graph import dependents, topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_mini.value import Value

# A hundred digits and any exponent: sums of products of floats come out as if they were exact.
_FLOATS = Context(prec=100, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


class Step(NamedTuple):
    """One edge of a path: from an operand of `node` to `node`.

    Parameters
    ----------
    node : Value
    place : int
        Which operand it is.
    derivative : float or Fraction
        The local derivative.
    """

    node: Value
    place: int
    derivative: Any


class Paths(NamedTuple):
    """The paths from a leaf to a root.

    Parameters
    ----------
    number : int
        How many there are.
    terms : int
        Edges that lie on a path: so many products the sweep adds up.
    heaviest : list of lists of Step
        From the leaf to the root; those without a finite product first, then by size.
    products : list of numbers
        Of the heaviest.
    rest : number
        The sum of the other products.
    total, magnitude : numbers
        The sum of all products, and of their absolute values.
    """

    number: int
    terms: int
    heaviest: list[list[Step]]
    products: list[Any]
    rest: Any
    total: Any
    magnitude: Any


class _Arithmetic(NamedTuple):
    """Numbers in which no digit is lost on the way."""

    convert: Callable[[Any], Any]
    multiply: Callable[[Any, Any], Any]
    add: Callable[[Any, Any], Any]
    back: Callable[[Any], Any]


_EXACT = _Arithmetic(lambda x: x, operator.mul, operator.add, lambda x: x)
_DIGITS = _Arithmetic(
    lambda x: _FLOATS.create_decimal_from_float(float(x)), _FLOATS.multiply, _FLOATS.add, float
)


class _Reach(NamedTuple):
    """What is known of the paths from the leaf to one node."""

    number: int
    total: Any
    magnitude: Any
    best: list[tuple[_Weight, _Chain | None]]


# Of a path: how many factors are not finite, minus how many are 0, and the product of the others.
# A product of weights compares as its factors do, so that the best paths are made of best parts.
_Weight = tuple[int, int, Decimal]
_Chain = tuple[Step, Any]  # the last step, and the chain before it
_NONE = (0, 0, Decimal(1))


def paths_between(root: Any, leaf: Any, limit: int) -> Paths:
    """Return what is known of the paths from `leaf` to `root`.

    Parameters
    ----------
    root, leaf : Values
    limit : int
        How many paths to list.

    Returns
    -------
    Paths

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> found = paths_between(y * y, x, limit=2)
    >>> found.number, found.total, found.products, found.rest
    (4, 108.0, [27.0, 27.0], 54.0)
    """
    exact = isinstance(root.data, Fraction)
    arithmetic = _EXACT if exact else _DIGITS
    zero, one = arithmetic.convert(Fraction(0)), arithmetic.convert(Fraction(1))
    reach = {leaf: _Reach(1, one, one, [(_NONE, None)])}
    terms = 0
    for node in _between(root, leaf):
        steps = _steps(node, reach)
        terms += len(steps)
        reach[node] = _reached(steps, reach, arithmetic, limit)
    if root not in reach:
        return Paths(0, 0, [], [], type(root.data)(0), type(root.data)(0), type(root.data)(0))
    end = reach[root]
    heaviest = [_unchained(chain) for _, chain in end.best]
    products = [_product(path, arithmetic, one) for path in heaviest]
    rest = _rest(heaviest, reach, arithmetic, (zero, one))
    shown = [arithmetic.back(x) for x in (rest, end.total, end.magnitude)]
    return Paths(end.number, terms, heaviest, list(map(arithmetic.back, products)), *shown)


def _between(root: Any, leaf: Any) -> list[Any]:
    """Return the nodes above `leaf` that `root` is made of, in topological order."""
    order = topological_order(root)
    if leaf not in set(order):
        return []
    above = dependents(order, [leaf])
    return [node for node in order if node in above and node is not leaf]


def _steps(node: Any, reach: dict[Any, _Reach]) -> list[Step]:
    """Return the edges by which paths come to `node`."""
    edges = enumerate(zip(node.operands, node.local_derivatives, strict=True))
    return [Step(node, place, slope) for place, (o, slope) in edges if _is_in(o, reach)]


def _is_in(operand: Any, reach: dict[Any, _Reach]) -> bool:
    return hasattr(operand, "operands") and operand in reach


def _reached(
    steps: list[Step], reach: dict[Any, _Reach], arithmetic: _Arithmetic, limit: int
) -> _Reach:
    """Put together what is known of a node out of what is known of its operands."""
    number, total, magnitude = 0, arithmetic.convert(Fraction(0)), arithmetic.convert(Fraction(0))
    candidates: list[tuple[_Weight, _Chain | None]] = []
    for step in steps:
        before = reach[step.node.operands[step.place]]
        slope = arithmetic.convert(step.derivative)
        number += before.number
        total = arithmetic.add(total, arithmetic.multiply(slope, before.total))
        magnitude = arithmetic.add(magnitude, arithmetic.multiply(abs(slope), before.magnitude))
        weight = _weight(step.derivative)
        candidates += [(_joined(weight, w), (step, chain)) for w, chain in before.best]
    best = nlargest(limit, candidates, key=lambda candidate: candidate[0])
    return _Reach(number, total, magnitude, best)


def _weight(derivative: Any) -> _Weight:
    if derivative - derivative != 0:
        return 1, 0, Decimal(1)
    if derivative == 0:
        return 0, -1, Decimal(1)
    size = abs(derivative)
    if isinstance(size, Fraction):
        return 0, 0, _FLOATS.divide(Decimal(size.numerator), Decimal(size.denominator))
    return 0, 0, _FLOATS.create_decimal_from_float(float(size))


def _joined(one: _Weight, other: _Weight) -> _Weight:
    return one[0] + other[0], one[1] + other[1], _FLOATS.multiply(one[2], other[2])


def _unchained(chain: Any) -> list[Step]:
    """Return a chain's steps from the leaf to the root."""
    steps = []
    while chain is not None:
        step, chain = chain
        steps.append(step)
    return steps[::-1]


def _product(path: list[Step], arithmetic: _Arithmetic, one: Any) -> Any:
    """Multiply from the root to the leaf, as the sweep does."""
    product = one
    for step in reversed(path):
        product = arithmetic.multiply(product, arithmetic.convert(step.derivative))
    return product


def _rest(
    listed: list[list[Step]],
    reach: dict[Any, _Reach],
    arithmetic: _Arithmetic,
    zero_and_one: tuple[Any, Any],
) -> Any:
    """Add up the products of all paths that are not listed.

    Seen from the root, each of them leaves the listed ones at some edge; from there on all paths
    to the leaf are taken together. Nothing is subtracted, so that a small rest keeps its digits.
    """
    rest, one = zero_and_one
    waiting = [([path[::-1] for path in listed], 0, one)]
    while waiting:
        group, depth, product = waiting.pop()
        followed: dict[int, list[list[Step]]] = {}
        for path in group:
            if depth < len(path):
                followed.setdefault(path[depth].place, []).append(path)
        if not followed:
            continue
        node = next(iter(followed.values()))[0][depth].node
        for step in _steps(node, reach):
            further = arithmetic.multiply(product, arithmetic.convert(step.derivative))
            if step.place in followed:
                waiting.append((followed[step.place], depth + 1, further))
            else:
                operand = reach[node.operands[step.place]]
                rest = arithmetic.add(rest, arithmetic.multiply(further, operand.total))
    return rest


def adjoints(root: Any) -> dict[Any, Any]:
    """Return ∂root/∂node for every node under `root`, by one sweep that leaves no trace.

    It adds in the order in which `Value.backward` does, so that it gives the same bits, and
    raises where nothing is finite no error: it is to be shown what went wrong.

    Parameters
    ----------
    root : Value

    Returns
    -------
    dict
        Value → number.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> x = Value(3.0)
    >>> adjoints(x * x)[x], x.grad
    (6.0, None)
    """
    zero = type(root.data)(0)
    uses = _uses(root)
    found = {root: type(root.data)(1)}
    ready = [root]
    while ready:
        node = ready.pop()
        for operand, derivative in zip(node.operands, node.local_derivatives, strict=True):
            if derivative is None:
                continue
            found[operand] = found.get(operand, zero) + derivative * found[node]
            uses[operand] -= 1
            if not uses[operand] and operand.operands:
                ready.append(operand)
    return found


def _uses(root: Any) -> dict[Any, int]:
    """Count the edges by which the sweep comes to each node."""
    uses: dict[Any, int] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        for operand, derivative in zip(node.operands, node.local_derivatives, strict=True):
            if derivative is not None:
                if operand not in uses:
                    waiting.append(operand)
                uses[operand] = uses.get(operand, 0) + 1
    return uses
