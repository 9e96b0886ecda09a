"""With this one can check all gradients: ``autograd-mini check``.

Start from `run`: nothing is trained; random networks are compared with the delta formulas and
with complex steps, and each operation of the table with complex steps or differences.

The comparisons live in `autograd_mini.checking`.
"""

from __future__ import annotations

import random
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from autograd_mini.commands.usage import Parser, UsageError, say, sizes, whole
from autograd_mini.errors import DomainError, NonFiniteGradientError
from autograd_mini.losses import DISTRIBUTION, LOSSES, resolve
from autograd_mini.neurons import ACTIVATIONS, MLP
from autograd_mini.operations import TABLE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from typing import Any

    from autograd_mini.checking import DeltaCheck, GradientCheck
    from autograd_mini.operations import Interval, Row

__all__ = ["add_parser", "run"]

_EPILOG = """\
Every gradient is compared with something that the engine did not compute: the
closed-form delta formulas BP1 to BP4, a complex step (exact to some roundings)
or, where an operation has no complex form, extrapolated differences with their
own error bound; second derivatives of operations with differences, too. The
exit status is 0 if all agree, else 1.

examples:
  autograd-mini check
  autograd-mini check --sizes 64,32,10 --seed 7
"""

EXAMPLES, POINTS = 3, 5
"""How many examples a network is checked at, and how many points an operation."""

ALLOWED = 1e-11
"""What differences may be off. Their own bound, near 1e-13, reckons with values that are right to
the last digit; those of digamma are not always."""

_WHOLE_OPERANDS = (0, 1, 2, 3)
"""For operands without derivative, such as the order of polygamma."""


class Result(NamedTuple):
    """One line of the table."""

    what: str
    witness: str
    checked: str
    largest: float
    passed: bool


def add_parser(commands: argparse._SubParsersAction[Parser]) -> None:
    """Say what the command takes."""
    parser = commands.add_parser(
        "check",
        help="check every gradient against an independent witness",
        description=(
            "Train nothing: check the gradients of random networks and of all operations."
        ),
        epilog=_EPILOG,
    )
    parser.add_argument(
        "--sizes", type=sizes, default=(4, 5, 3), metavar="SIZES",
        help="neurons in each layer of the networks, the input first (default: 4,5,3)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=whole, default=0, metavar="N",
        help="of weights, examples and points (default: %(default)s)",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check everything, and print a line for each comparison.

    Parameters
    ----------
    arguments : argparse.Namespace
        With `sizes` and `seed`.

    Returns
    -------
    int
        The exit status: 0 if all agree, else 1.

    Raises
    ------
    UsageError
        If the sizes are not those of a network.
    """
    if len(arguments.sizes) < 2:
        raise UsageError("--sizes names one layer; accepted: two or more, such as 4,5,3")
    shape = "-".join(map(str, arguments.sizes))
    lecture = _deltas(arguments.sizes, "sigmoid", "log_loss", arguments.seed)
    say(f"delta formulas, network {shape} of sigmoids with log loss, {lecture.examples} examples")
    say(f"{lecture}\n")
    results = [*_networks(arguments.sizes, arguments.seed), *_operations(arguments.seed)]
    say(_table(results))
    wrong = [result.what for result in results if not result.passed]
    if wrong or not lecture.passed:
        say(f"\nFAILED: {', '.join(wrong) or 'the delta formulas'}")
        return 1
    say(f"\nall {len(results) + 1} checks passed")
    return 0


def _table(results: list[Result]) -> str:
    """Return a line for each result."""
    heading = ("gradient of", "against", "checked at", "difference", "")
    rows = [
        (r.what, r.witness, r.checked, f"{r.largest:.1e}", "ok" if r.passed else "WRONG")
        for r in results
    ]
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip()
        for row in [heading, *rows]
    ]
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])


# ---------------------------------------------------------------------------------- networks


def _networks(shape: tuple[int, ...], seed: int) -> Iterator[Result]:
    """Check a network for each activation, and one for each loss."""
    pairs = [(name, "log_loss") for name in ACTIVATIONS if name not in ("softmax", "sigmoid")]
    pairs += [("sigmoid", name) for name, loss in LOSSES.items() if not loss.from_logits]
    for activation, loss in pairs:
        if shape[-1] == 1 and LOSSES[loss].labels == DISTRIBUTION:
            continue  # a single output is no distribution over classes
        what = f"{loss}, {activation}"
        deltas = _deltas(shape, activation, loss, seed)
        checked = f"{deltas.examples} examples"
        yield Result(what, "delta formulas", checked, deltas.worst, deltas.passed)
        yield _complex(what, tuple(min(size, SMALL) for size in shape), activation, loss, seed)


SMALL = 6
"""A complex step goes through the network for each parameter: its layers are cut to this size."""


def _random_network(
    shape: tuple[int, ...], activation: str, loss: str, seed: int
) -> tuple[MLP, list[list[float]], list[int]]:
    """Return a network with examples and their classes."""
    generator = random.Random(seed)
    net = MLP(shape, activation=activation, output=LOSSES[loss].output, seed=generator)
    for layer in net.layers:
        layer.b = [generator.gauss(0.0, 0.5) for _ in layer.b]
    x = [[generator.gauss(0.0, 1.0) for _ in range(shape[0])] for _ in range(EXAMPLES)]
    return net, x, [generator.randrange(max(shape[-1], 2)) for _ in x]


def _deltas(shape: tuple[int, ...], activation: str, loss: str, seed: int) -> DeltaCheck:
    """Compare a random network with the delta formulas."""
    from autograd_mini.checking import check_deltas  # noqa: PLC0415 - --help must be quick

    net, x, classes = _random_network(shape, activation, loss, seed)
    known = LOSSES[loss]
    return check_deltas(net, x, [known.code(k, shape[-1]) for k in classes], loss=loss)


def _complex(what: str, shape: tuple[int, ...], activation: str, loss: str, seed: int) -> Result:
    """Compare the gradient of a network's loss with complex steps, or differences."""
    from autograd_mini.checking import check_gradients  # noqa: PLC0415 - --help must be quick

    net, x, classes = _random_network(shape, activation, loss, seed)
    known = resolve(loss, net.output)
    labels = LOSSES[loss].code(classes[0], shape[-1])

    def J(network: Any) -> Any:
        return known(network.logits(x[0]) if known.from_logits else network(x[0]), labels)

    report = check_gradients(J, net)
    scale = max(abs(row.witness) for row in report.rows) or 1.0
    largest = max(row.difference for row in report.rows) / scale
    checked = f"{len(report.rows)} parameters"
    return Result(what, report.rows[0].method, checked, largest, report.passed)


# -------------------------------------------------------------------------------- operations


def _operations(seed: int) -> Iterator[Result]:
    """Check each operation that has a derivative, by itself."""
    for row in TABLE.values():
        if any(partial.rule is not None for partial in row.partials):
            yield _operation(row, random.Random(seed))


def _operation(row: Row, generator: random.Random) -> Result:
    """Compare the first and second derivatives of a row at some points."""
    from autograd_mini.checking import check_gradients  # noqa: PLC0415 - --help must be quick

    reports: list[GradientCheck] = []
    methods: set[str] = set()
    for point in _smooth_points(row, generator):
        moved = _moved(row, point)
        report = check_gradients(_at(row, point), *(point[i] for i in moved), order=2)
        methods.update(found.method for found in report.rows[: len(moved)])
        reports.append(report)
    off = [r.difference / max(abs(r.witness), 1.0) for report in reports for r in report.rows]
    passed = len(reports) == POINTS and all(map(_agrees, reports))
    witness = ", ".join(sorted(methods)) or "no point was found"
    return Result(row.name, witness, f"{len(reports)} points", max(off, default=0.0), passed)


def _agrees(report: GradientCheck) -> bool:
    """Tell whether all derivatives agree, differences to what special functions allow."""
    return all(
        row.passed
        or (row.method == "differences" and row.difference <= ALLOWED * max(abs(row.witness), 1.0))
        for row in report.rows
    )


def _at(row: Row, point: tuple[float, ...]) -> Callable[..., Any]:
    """Return a row as a function of the operands that have a derivative."""
    moved = _moved(row, point)

    def of(*numbers: Any) -> Any:
        given = dict(zip(moved, numbers, strict=True))
        return row(*(given.get(i, x) for i, x in enumerate(point)))

    return of


def _smooth_points(row: Row, generator: random.Random) -> list[tuple[float, ...]]:
    """Return points of the row's domain that differences can be taken around."""
    drawn = (_point(row, generator) for _ in range(100 * POINTS))
    return list(islice((point for point in drawn if _is_smooth(row, point)), POINTS))


def _point(row: Row, generator: random.Random) -> tuple[float, ...]:
    """Return a point of the row's intervals; operands without derivative are whole numbers."""
    if row.variadic:
        return tuple(_sample(row.domain[0], generator) for _ in range(3))
    return tuple(
        _sample(interval, generator) if partial.rule else generator.choice(_WHOLE_OPERANDS)
        for interval, partial in zip(row.domain, row.partials, strict=True)
    )


def _sample(interval: Interval, generator: random.Random) -> float:
    """Return a number of an interval that is neither large nor at its ends."""
    low, high = max(interval.low, -3.0), min(interval.high, 3.0)
    return generator.uniform(low + 0.05 * (high - low), high - 0.05 * (high - low))


def _moved(row: Row, point: tuple[float, ...]) -> list[int]:
    """Return which operands have a derivative."""
    return [i for i in range(len(point)) if row.variadic or row.partials[i].rule is not None]


def _is_smooth(row: Row, point: tuple[float, ...]) -> bool:
    """Tell whether differences around a point reach over no kink, jump or end of the domain.

    Values and slopes a little further away must be near what the slopes here foretell.
    """
    try:
        here = row.evaluate(point)
        for i in _moved(row, point):
            slope = row.partial(i, point, here)
            for step in (-0.03, 0.03):
                h = step * max(abs(point[i]), 0.1)
                beside = (*point[:i], point[i] + h, *point[i + 1 :])
                if not row.accepts(*beside):
                    return False
                there = row.evaluate(beside)
                off = abs(there - here - slope * h) / abs(h)
                turned = abs(row.partial(i, beside, there) - slope)
                if max(off, turned) > 0.3 * (1.0 + abs(slope)):
                    return False
    except (DomainError, NonFiniteGradientError):
        return False
    return True
