"""With this one can add an operation of one's own: `operation(name=…, value=…, partials=…)`.

It becomes a row of the table like any other: it is recorded, swept, differentiated again, drawn
and explained. Its partials are compared with differences of its values when it is registered,
and a wrong one is refused there. The rows themselves live in `operations`.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from autograd_mini import operations
from autograd_mini.checking import check_gradients
from autograd_mini.errors import DomainError, NonFiniteGradientError
from autograd_mini.functions import documentation
from autograd_mini.operations import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_mini.operations import Interval

__all__ = ["WrongDerivativeError", "operation", "sample_points"]

BUILT_IN = frozenset(operations.TABLE)
"""The names of the package's own operations, which can't be replaced."""


class WrongDerivativeError(ValueError):
    """A partial of a new operation disagrees with the differences of its values.

    Parameters
    ----------
    name : str
        The operation.
    point : tuple of floats
        Where it disagrees.
    order : int
        Of the derivative: 1 or 2.
    report : str
        The comparison, as a table.
    """

    def __init__(self, name: str, point: tuple[float, ...], order: int, report: str) -> None:
        what = "partials" if order == 1 else "second derivatives (the rules' own derivatives)"
        super().__init__(f"the {what} of {name!r} are wrong at {point}:\n{report}")
        self.name, self.point, self.order, self.report = name, point, order, report

    def __reduce__(self) -> tuple[type[WrongDerivativeError], tuple[Any, ...]]:
        return WrongDerivativeError, (self.name, self.point, self.order, self.report)


def operation(
    name: str,
    value: Callable[..., Any],
    partials: Sequence[Callable[..., Any] | tuple[Callable[..., Any], str]],
    *,
    symbol: str | None = None,
    latex: str | None = None,
    domain: Sequence[str] = (),
    condition: tuple[Callable[..., bool], str] | None = None,
    kinks: Sequence[tuple[tuple[float, ...], tuple[float, ...], str]] = (),
    commutative: bool = False,
) -> Row:
    r"""Register an operation of one's own, after checking its derivatives.

    Parameters
    ----------
    name : str
        An identifier. Registering a name of one's own again replaces it, as running a notebook's
        cell twice does; a built-in name is refused.
    value : callable
        Function of as many numbers as there are partials. Outside its domain it raises ValueError
        or ZeroDivisionError.
    partials : sequence of callables, or of (callable, LaTeX) pairs
        One for each operand, called with the operands and the result; written with this package's
        functions, so that they can be differentiated again.
    symbol, latex : str, optional
        What drawings and derivations write; LaTeX with {0}, {1}, … for the operands.
    domain : sequence of str, optional
        An interval for each operand, such as "(0, inf]"; all numbers by default.
    condition : (callable, str), optional
        What the operands must satisfy together, and the sentence that says so.
    kinks : sequence of (point, slopes, sentence), optional
        Conventions, where the derivative jumps.
    commutative : bool

    Returns
    -------
    Row
        To be called like any function of the package.

    Raises
    ------
    ValueError
        If the name is no identifier or is built in, or the domain has another length.
    WrongDerivativeError
        If a first or second derivative disagrees with differences; nothing is registered then.

    Examples
    --------
    >>> from autograd_mini.functions import cos
    >>> from autograd_mini.derivatives import grad
    >>> twist = operation("twist", lambda x: x + math.sin(x), [lambda x, r: 1 + cos(x)])
    >>> grad(twist)(0.0), grad(grad(twist))(0.0)
    (2.0, 0.0)
    """
    if not str(name).isidentifier() or name is None:
        raise ValueError(f"name must be an identifier, not {name!r}")
    if name in BUILT_IN:
        raise ValueError(f"{name!r} is an operation of the package: choose another name")
    if not partials:
        raise ValueError("partials must hold one rule for each operand")
    if domain and len(domain) != len(partials):
        raise ValueError(f"domain has {len(domain)} intervals for {len(partials)} operands")
    rules = [p[0] if isinstance(p, tuple) else p for p in partials]
    for rule in rules:
        if getattr(getattr(rule, "__code__", None), "co_argcount", None) != len(partials) + 1:
            takes = "the operands and the result"
            raise ValueError(f"each of {len(partials)} partials must be a function of {takes}")
    places = ", ".join(f"{{{place}}}" for place in range(len(partials)))
    named = name.replace("_", r"\_")
    row = Row(
        name,
        symbol if symbol is not None else name,
        latex if latex is not None else rf"\operatorname{{{{{named}}}}}({places})",
        value,
        [p if isinstance(p, tuple) else (p, rf"\partial_{{{i}}}") for i, p in enumerate(partials)],
        domain=domain,
        condition=condition,
        kinks=kinks,
        commutative=commutative,
    )
    _check(row)
    row.__doc__ = documentation(row)
    operations.TABLE[name] = row
    return row


def sample_points(row: Row, count: int, seed: int = 0) -> list[tuple[float, ...]]:
    """Return points of a row's domain, the same for the same seed.

    Parameters
    ----------
    row : Row
    count : int
    seed : int

    Returns
    -------
    list of `count` tuples of floats

    Raises
    ------
    ValueError
        If hardly any point satisfies the row's condition.

    Examples
    --------
    >>> all(x > 0 for (x,) in sample_points(operations.TABLE["log"], 5))
    True
    """
    generator = random.Random(seed)
    size = 2 if row.variadic else len(row.operand_names)
    intervals = list(row.domain) * size if row.variadic else list(row.domain)
    points: list[tuple[float, ...]] = []
    for _ in range(1000 * count):
        point = tuple(_sample(interval, generator) for interval in intervals)
        if row.accepts(*point):
            points.append(point)
        if len(points) == count:
            return points
    raise ValueError(f"hardly any point lies in the domain of {row.name!r}")


def _sample(interval: Interval, generator: random.Random) -> float:
    """Return a number inside an interval; where it has no end, mostly within some units."""
    low, high = interval.low, interval.high
    if math.isinf(low) and math.isinf(high):
        return generator.gauss(0.0, 2.0)
    if math.isinf(high):
        return low + generator.lognormvariate(0.0, 1.0)
    if math.isinf(low):
        return high - generator.lognormvariate(0.0, 1.0)
    return low + (high - low) * generator.uniform(0.02, 0.98)


def _check(row: Row) -> None:
    """Compare first and second derivatives with differences at points of the domain."""
    for point in sample_points(row, 20):
        if any(_near(point, kink.point) for kink in row.kinks):
            continue
        for order in (1, 2):
            try:
                report = check_gradients(row.__call__, *point, order=order, method="differences")
            except (DomainError, NonFiniteGradientError) as error:
                reason = f"{error} (is the operation's domain given?)"
                raise WrongDerivativeError(row.name, point, order, reason) from error
            if not report.passed:
                raise WrongDerivativeError(row.name, point, order, str(report))


def _near(point: tuple[float, ...], kink: tuple[float, ...]) -> bool:
    """Tell whether differences at `point` would reach over a kink."""
    return any(abs(x - k) < 0.1 * max(1.0, abs(k)) for x, k in zip(point, kink, strict=True))
