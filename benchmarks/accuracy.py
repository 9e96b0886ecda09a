"""With this one can see how exactly every operation and its derivatives are computed.

``python benchmarks/accuracy.py`` compares each row of the table with mpmath (50 digits) at 1,000
points of its domain, prints the table of largest errors and writes it to `docs/accuracy.md`. Start
from `measure`. The formulas that are compared with, and what an error is measured by near a root,
stand in `tests/witnesses.py`.
"""

import argparse
import platform
import random
import sys
from pathlib import Path

import mpmath
from machine import description

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # this checkout, before one that is installed

from strategies import HUGE, operand_domains, takes_no_derivative  # noqa: E402 - see above
from witnesses import WITNESSES, derivative_error, value_error  # noqa: E402 - see above

from autograd_mini.files import write_whole  # noqa: E402 - see above
from autograd_mini.operations import TABLE  # noqa: E402 - see above

POINTS = 1_000
ORDINARY = 30.0  # half of the points lie within it, the others are of any size
PAGE = ROOT / "docs" / "accuracy.md"
INTRODUCTION = """\
# How exact the operations are

The largest errors of every operation of the table against mpmath with 50 digits, at {points:,}
points of its domain each: half of them within ±30, half of any size that a float can have. Made by
`python benchmarks/accuracy.py` on {machine}
with {libraries}.

- **Value**: in units of the last place (ulp) of the true value. Half a unit is the best that
  rounding allows. In rows with a \N{DAGGER} the unit near a root is that of what a rounding of the
  operands makes of the value there; for lgamma it is at least that of 1.
- **Derivatives** by the first, second and third operand: the relative error; where it exceeds
  1e-12, next to a root of the derivative f, the error relative to |f| + Σ min(|x|, 1) |∂f/∂x|,
  since there no formula does better than the rounding of its operands allows. "–": a plain
  number, without derivative.

What has underflowed below 1e-295 counts as 1e-295. The comparisons and `where` are exact.

| operation | value, ulp | by the 1st | by the 2nd | by the 3rd |
| --- | ---: | ---: | ---: | ---: |
"""


def measure(row):
    """Return the largest error of the value, and that of the derivative by each operand."""
    points = draw(row)
    value = max(value_error(row, point) for point in points)
    slopes = [
        None
        if takes_no_derivative(row, index)
        else max(derivative_error(row, (index,), point) for point in points)
        for index in range(len(points[0]))
    ]
    return value, slopes


def draw(row):
    """Return points of the row's domain, the same ones in every run."""
    generator = random.Random(f"accuracy of {row.name}")
    points = []
    while len(points) < POINTS:
        bound = ORDINARY if len(points) % 2 else HUGE
        point = tuple(
            generator.randrange(4)
            if takes_no_derivative(row, index)
            else draw_within(interval, bound, generator)
            for index, interval in enumerate(operand_domains(row))
        )
        if row.accepts(*point):
            points.append(point)
    return points


def draw_within(interval, bound, generator):
    """Return a number of an interval, evenly drawn or with an evenly drawn exponent."""
    low, high = max(interval.low, -bound), min(interval.high, bound)
    if bound == ORDINARY:
        return generator.uniform(low, high)
    while True:
        x = generator.choice([-1.0, 1.0]) * 2.0 ** generator.uniform(-1074, 1024)
        if low <= x <= high:
            return x


def line(row):
    """Return the row's line of the table, in Markdown."""
    value, slopes = measure(row)
    witness = WITNESSES[row.name]
    name = f"{row.name} \N{DAGGER}" if witness.roots or witness.at_least else row.name
    errors = ["–" if error is None else f"{error:.1e}" for error in slopes]
    errors = ["0" if error == "0.0e+00" else error for error in errors]
    return f"| {' | '.join([name, f'{value:.2f}', *errors, *[''] * (3 - len(errors))])} |"


def main():
    """Print the table, and write it to the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="operations; all of them, and the page, if none")
    names = parser.parse_args().names
    libraries = [" ".join(platform.libc_ver()), f"mpmath {mpmath.__version__}"]
    page = INTRODUCTION.format(
        points=POINTS, machine=description(), libraries=" and ".join(filter(str.strip, libraries))
    )
    print(page, end="")
    for name in names or [name for name in WITNESSES if TABLE[name].partials and name != "where"]:
        made = line(TABLE[name])
        print(made, flush=True)
        page += made + "\n"
    if not names:
        write_whole(PAGE, page)


if __name__ == "__main__":
    main()
