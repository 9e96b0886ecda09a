"""With this one can make the numbers that Python and JavaScript must print alike: digits.json.

Run ``python tests/digit_cases.py`` to write the file again. `written` says how a number is
printed, by decimal arithmetic alone: it is the witness of both languages.
"""

import json
import random
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

FILE = Path(__file__).parent / "data" / "digits.json"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def written(x, digits):
    """Return a finite number that is not 0 as a drawing shows it."""
    exact = Decimal(abs(x))
    sign = "−" if x < 0 else ""
    significant = rounded(exact, digits - 1 - exact.adjusted())
    exponent = significant.adjusted()
    if -3 <= exponent < 5:
        text = f"{rounded(exact, max(digits - 1 - exponent, 0)):f}"
        return sign + (shortened(text) if float(text) == abs(x) else text)
    mantissa = f"{significant.scaleb(-exponent):.{digits - 1}f}"
    mantissa = shortened(mantissa) if float(significant) == abs(x) else mantissa
    return f"{sign}{mantissa}×10{str(exponent).translate(SUPERSCRIPTS)}"


def rounded(exact, decimals):
    unit = Decimal(1).scaleb(-decimals)
    in_units = exact.scaleb(decimals).to_integral_value(ROUND_HALF_EVEN)
    return (in_units * unit).quantize(unit) if in_units else Decimal(0)


def shortened(text):
    return text.rstrip("0").rstrip(".") if "." in text else text


def cases(count):
    """Return ties, their neighbours, numbers at a power of ten, and numbers of any size."""
    chance = random.Random(0)
    kinds = (
        lambda: chance.randrange(1, 2**12) / 2 ** chance.randrange(10),
        lambda: float(f"{chance.randrange(1, 10**4)}5e{chance.randrange(-9, 9)}"),
        lambda: float(chance.randrange(1, 3 * 10**5)),
        lambda: float(f"{'9' * chance.randrange(1, 6)}{chance.choice((49, 5, 51))}e-{i % 9}"),
        lambda: float(f"{chance.gauss(0, 1):.6g}e{chance.randrange(-6, 7)}"),
        lambda: float(f"{chance.uniform(1, 10):.3g}e{chance.randrange(-320, 308)}"),
    )
    found = {}
    for i in range(4 * count):
        x = kinds[i % len(kinds)]() * chance.choice((1, 1, 1, -1))
        digits = chance.choice((1, 2, 3, 3, 3, 3, 4, 5, 6))
        if x and len(found) < count:
            found[x, digits] = written(x, digits)
    return found


def as_json(found):
    """Return the cases by their digits: the numbers, and what is written for them, in a row."""
    groups = {}
    for digits in range(1, 7):
        mine = {x: text for (x, d), text in found.items() if d == digits}
        numbers = [int(x) if abs(x) < 1e16 and x == int(x) else x for x in mine]
        groups[digits] = [numbers, " ".join(mine.values())]
    return json.dumps(groups, ensure_ascii=False, separators=(",", ":")) + "\n"


def read():
    """Return the cases of the file: (number, digits, text)."""
    groups = json.loads(FILE.read_text(encoding="utf-8"))
    return [
        (x, int(digits), text)
        for digits, (numbers, texts) in groups.items()
        for x, text in zip(numbers, texts.split(" "), strict=True)
    ]


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(as_json(cases(10_000)), encoding="utf-8")
