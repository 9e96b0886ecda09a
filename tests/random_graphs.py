"""With this one can build random programs, and run each over any kind of number.

- `program` draws steps that use earlier results heavily; `run` performs them.
- `value_operations` runs them on Values; `dual_operations` on dual numbers, a witness that needs
  no graph: each number carries its derivative along one direction from the start.
- `Dual` works on floats, on Fractions, and on dual numbers, for second derivatives.
"""

import math

from autograd_mini import functions


class Dual:
    """A number and its derivative along one direction."""

    def __init__(self, value, slope=0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other):
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other):
        slope = self.slope * other.value + self.value * other.slope
        return Dual(self.value * other.value, slope)

    def __truediv__(self, other):
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __pow__(self, n):
        return self if n == 1 else self * self ** (n - 1)

    def __neg__(self):
        return Dual(-self.value, -self.slope)


BOUNDED = ("add", "subtract", "multiply", "tanh", "sin", "sigmoid", "scale", "maximum", "ratio")
RATIONAL = ("add", "subtract", "multiply", "divide", "square", "cube", "negate", "scale")


def program(chance, inputs, size, names=BOUNDED):
    """Return steps (name, place, place, number); one in two operands is a recent result."""
    steps = []
    for i in range(inputs, inputs + size):
        recent = chance.randrange(max(0, i - 5), i)
        places = [recent, chance.randrange(i)]
        chance.shuffle(places)
        steps.append((chance.choice(names), *places, chance.randint(1, 9)))
    return steps


def run(steps, inputs, operations):
    """Return the last result of a program."""
    enter, table = operations
    results = [enter(k, x) for k, x in enumerate(inputs)]
    for name, i, j, number in steps:
        results.append(table[name](results[i], results[j], number))
    return results[-1]


def value_operations():
    """Run on Values or plain numbers, as they come."""
    table = {
        "add": lambda a, b, n: (a + b) / 2,
        "subtract": lambda a, b, n: a - b / 2,
        "multiply": lambda a, b, n: a * b,
        "tanh": lambda a, b, n: functions.tanh(a + b),
        "sin": lambda a, b, n: functions.sin(a - b),
        "sigmoid": lambda a, b, n: functions.sigmoid(a),
        "scale": lambda a, b, n: a * (n / 10),
        "maximum": lambda a, b, n: functions.maximum(a, b),
        "ratio": lambda a, b, n: a / (2 + b * b),
    }
    return lambda k, x: x, table


def dual_operations(direction):
    """Run on dual numbers, along one of the inputs."""

    def chained(a, value, slope):
        return Dual(value, slope * a.slope)

    def sigmoid(a):
        small = math.exp(-abs(a.value))
        value = (1.0 if a.value >= 0 else small) / (1.0 + small)
        return chained(a, value, small / (1.0 + small) ** 2)

    def constant(number):
        return Dual(number)

    table = {
        "add": lambda a, b, n: (a + b) / constant(2),
        "subtract": lambda a, b, n: a - b / constant(2),
        "multiply": lambda a, b, n: a * b,
        "tanh": lambda a, b, n: chained(
            a + b, math.tanh((a + b).value), 1 / math.cosh((a + b).value) ** 2),
        "sin": lambda a, b, n: chained(
            a - b, math.sin((a - b).value), math.cos((a - b).value)),
        "sigmoid": lambda a, b, n: sigmoid(a),
        "scale": lambda a, b, n: a * constant(n / 10),
        "maximum": lambda a, b, n: (a + b) / constant(2) if a.value == b.value else max(
            a, b, key=lambda dual: dual.value),
        "ratio": lambda a, b, n: a / (constant(2) + b * b),
    }  # fmt: skip
    return lambda k, x: Dual(x, int(k == direction)), table


def rational_operations(enter):
    """Run a rational program on anything with + - * / and whole powers.

    A divisor or a power that would grow beyond measure is left out: the step then gives a sum.
    """

    def divide(a, b, n):
        return a / b if number_of(b) != 0 else a + b

    def bounded(make):
        return lambda a, b, n: a + b if is_long(number_of(a), number_of(b)) else make(a, b, n)

    table = {
        "add": lambda a, b, n: a + b,
        "subtract": lambda a, b, n: a - b,
        "multiply": bounded(lambda a, b, n: a * b),
        "divide": bounded(divide),
        "square": bounded(lambda a, b, n: a**2),
        "cube": bounded(lambda a, b, n: a**3),
        "negate": lambda a, b, n: -a,
        "scale": lambda a, b, n: a + a if n > 5 else a - b,
    }
    return enter, table


def number_of(x):
    """Return the plain number in a dual number (of dual numbers), a Value, or a number."""
    while isinstance(x, Dual):
        x = x.value
    return getattr(x, "data", x)


def is_long(*numbers):
    return any(x.numerator.bit_length() + x.denominator.bit_length() > 600 for x in numbers)
