r"""With this one can compute what a formula in LaTeX says, as a reader of the page would.

Start from `evaluate`. It knows nothing of how the package puts formulas together, and is strict:
two signs side by side, or a name that nobody has defined, are errors.
"""

import math
import re

import mpmath

MARK = re.compile(r"\\[A-Za-z]+|\d+(?:\.\d+)?|\S")
ROUND_HALF_TO_EVEN = round


def _normal_density(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


FUNCTIONS = {
    r"\ln": math.log, r"\sin": math.sin, r"\cos": math.cos, r"\tan": math.tan,
    r"\arcsin": math.asin, r"\arccos": math.acos, r"\arctan": math.atan, r"\sinh": math.sinh,
    r"\cosh": math.cosh, r"\tanh": math.tanh, r"\max": max, r"\min": min,
    r"\sigma": lambda x: 1 / (1 + math.exp(-x)), r"\Gamma": math.gamma,
    r"\Phi": lambda x: math.erfc(-x / math.sqrt(2)) / 2, r"\varphi": _normal_density,
    "sech": lambda x: 1 / math.cosh(x), "arsinh": math.asinh, "arcosh": math.acosh,
    "artanh": math.atanh, "erf": math.erf, "erfc": math.erfc, "atan2": math.atan2,
    "sign": lambda x: (x > 0) - (x < 0), "trunc": math.trunc, "round": ROUND_HALF_TO_EVEN,
    "fmod": math.fmod,
}  # fmt: skip
CONSTANTS = {
    r"\pi": math.pi, r"\infty": math.inf, "e": math.e, r"\lambda": 1.0507009873554805,
    r"\alpha": 1.6732632423543772,
}  # fmt: skip
RELATIONS = {
    "=": lambda x, y: x == y, "<": lambda x, y: x < y, ">": lambda x, y: x > y,
    r"\le": lambda x, y: x <= y, r"\ge": lambda x, y: x >= y,
}  # fmt: skip
ENDS = {")", "}", "]", ",", "+", "-", r"\cdot", r"\times", "/", r"\bmod", r"\rfloor", r"\rceil", ""}
ENDS |= set(RELATIONS)


class WrongFormulaError(ValueError):
    """The text is no formula."""


def evaluate(latex, names):
    """Return the number that a formula says; `names` are the numbers of the names in it."""
    parser = _Parser(latex.replace(r"\left", "").replace(r"\right", ""), names)
    value = parser.sum()
    if parser.next:
        raise WrongFormulaError(f"{latex}: {parser.next} was not expected")
    return value


class _Parser:
    def __init__(self, latex, names):
        longest_first = sorted(names, key=len, reverse=True)
        # A name that ends in a letter must not be the beginning of a command.
        known = [re.escape(n) + ("(?![A-Za-z])" if n[0] == "\\" else "") for n in longest_first]
        self.marks = re.findall("|".join([*known, MARK.pattern]), latex)
        self.names = names
        self.place = 0
        self.bars = 0

    @property
    def next(self):
        return self.marks[self.place] if self.place < len(self.marks) else ""

    def take(self, *expected):
        mark = self.next
        if expected and mark not in expected:
            raise WrongFormulaError(f"{mark!r} in place of {expected}")
        self.place += 1
        return mark

    def relation(self):
        values, signs = [self.sum()], []
        while self.next in RELATIONS:
            signs.append(self.take())
            values.append(self.sum())
        return all(RELATIONS[s](x, y) for s, x, y in zip(signs, values, values[1:], strict=False))

    def sum(self):
        minus = self.next == "-" and self.take()
        value = -self.term() if minus else self.term()
        while self.next in ("+", "-"):
            sign = self.take()
            value = value + self.term() if sign == "+" else value - self.term()
        return value

    def term(self):
        value = self.power()
        while True:
            if self.next in (r"\cdot", r"\times"):
                self.take()
                value *= self.power()
            elif self.next == "/":
                self.take()
                value /= self.power()
            elif self.next == r"\bmod":
                self.take()
                value %= self.power()
            elif self.next in ENDS or (self.next == "|" and self.bars):
                return value
            elif self.next[0].isdigit():
                raise WrongFormulaError("a number right behind a factor is read as one number")
            else:
                value *= self.power()

    def power(self):
        value = self.atom()
        if self.next == "^":
            self.take()
            value = float(value) ** self.script()
        if self.next == "^":
            raise WrongFormulaError("two exponents")
        return value

    def script(self):
        return self.braced() if self.next == "{" else self.atom()

    def braced(self):
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def between(self, closing):
        value = self.sum()
        self.take(closing)
        return value

    def atom(self):  # noqa: C901 - one line for each kind of atom
        mark = self.take()
        if mark in self.names:
            return self.names[mark]
        if mark and mark[0].isdigit():
            return float(mark)
        if mark == "(":
            return self.between(")")
        if mark == "[":
            value = int(self.relation())
            self.take("]")
            return value
        if mark == "|":
            return abs(self.absolute())
        if mark in (r"\lfloor", r"\lceil"):
            rounding = math.floor if mark == r"\lfloor" else math.ceil
            return rounding(self.between(r"\rfloor" if mark == r"\lfloor" else r"\rceil"))
        if mark == r"\frac":
            return self.braced() / self.braced()
        if mark == r"\sqrt":
            return self.root()
        if mark == r"\operatorname":
            return self.function(FUNCTIONS[self.word()])
        if mark in (r"\log", r"\psi"):
            return self.indexed(mark)
        if mark in FUNCTIONS:
            return self.function(FUNCTIONS[mark])
        if mark in CONSTANTS:
            return CONSTANTS[mark]
        raise WrongFormulaError(f"{mark!r} means nothing here")

    def absolute(self):
        self.bars += 1
        value = self.sum()
        self.bars -= 1
        self.take("|")
        return value

    def word(self):
        self.take("{")
        word = ""
        while self.next != "}":
            word += self.take()
        self.take("}")
        return word

    def root(self):
        if self.next != "[":
            return math.sqrt(self.script())
        for mark in "[3]":
            self.take(mark)
        return math.cbrt(self.braced())

    def indexed(self, mark):
        index = 0
        if self.next == "_":
            self.take()
            index = self.script()
        if mark == r"\log":
            return self.function(lambda x: math.log(x, index))
        return self.function(lambda x: float(mpmath.polygamma(int(index), x)))

    def function(self, function):
        exponent = 1
        if self.next == "^":
            self.take()
            exponent = self.script()
        if self.next == "(":
            self.take()
            arguments = [self.sum()]
            while self.next == ",":
                self.take()
                arguments.append(self.sum())
            self.take(")")
        elif self.next == r"\pi":  # sin πx
            arguments = [self.power() * self.power()]
        else:
            arguments = [self.power()]
        return function(*arguments) ** exponent
