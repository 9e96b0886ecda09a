"""With this one can write the local derivatives of a class of elementwise rows, as arrays.

- `LocalSlopes(arrays, sigmoids).first(number, place)` writes the slope by one operand;
  `.second(number, place)` the slopes of that slope, which higher derivatives need.

The rules come from the table by way of `slopes`; what they are multiplied with is the business of
`differentiate` and `tangents`.
"""

from __future__ import annotations

from autograd_mini.compiler.contract import aligned
from autograd_mini.compiler.factors import factors_of, without_divisors
from autograd_mini.compiler.lecture import comment_on_slope, slope_name
from autograd_mini.compiler.powers import slope_of_power
from autograd_mini.compiler.slopes import atom, partial, second_partials, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_mini.compiler.arrays import Arrays
    from autograd_mini.compiler.sigmoids import Sigmoids

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["LocalSlopes"]

CURVED_BY_SIGMOID = {"softplus": 1.0, "logsigmoid": -1.0}
"""Rows whose slope's slope is σ′, which is made of the exponential that is there: and its sign."""


class LocalSlopes:
    """Slopes of rows.

    Parameters
    ----------
    arrays : Arrays
    sigmoids : Sigmoids
    """

    def __init__(self, arrays: Arrays, sigmoids: Sigmoids) -> None:
        self.arrays, self.sigmoids, self.sheet = arrays, sigmoids, arrays.sheet

    def _rule(self, number: int, place: int) -> Any:
        each = self.arrays.classes[number]
        constants = [
            float(a.of) if not isinstance(a.of, int) and not a.letters else None
            for a in each.operands
        ]
        return partial(each.operation, place, constants)

    def first(
        self, number: int, place: int, *, alone: bool = False
    ) -> tuple[list[Piece], float] | None:
        """Return the slope by an operand as factors and a coefficient; None if it is 0.

        Parameters
        ----------
        number : int
            Of the class.
        place : int
            Of the operand; not that of `where`, whose slope is a choice.
        alone : bool
            Whether no array is multiplied with it, so that truths would stay truths.
        """
        rule = self._rule(number, place)
        if rule is None or rule.number == 0.0:
            return None
        if rule.number is not None:
            return [], rule.number
        each, result = self.arrays.classes[number], self.arrays.name[number]
        if each.operation == "divide":
            text, own = self.arrays.load(each.operands[1])
            divisor = (f"1.0 / {atom(text)}", own)
            quotient = (result, self.arrays.axes(number))
            return ([quotient, divisor], -1.0) if place else ([divisor], 1.0)
        letters, texts = self._operands(number, rule)
        if each.operation == "relu" and not alone:
            return [(self.sheet.assign(f"{texts[0]} > 0", "positive"), letters)], 1.0
        found = slope_of_power(*texts) if each.operation == "power" and place == 0 else None
        if found is not None:
            return [(self.sheet.assign(found[0], slope_name(result)), letters)], found[1]
        comment = comment_on_slope(each.operation, result, texts[0])
        if each.operation == "sigmoid":
            name = self.sigmoids.slope(texts[0], slope_name(result), comment)
            return [(name, letters)], 1.0
        text = write(rule, texts, result, self.sheet.assign, self.sigmoids.spelled)
        factors, coefficient = factors_of(text, letters)
        if not without_divisors(factors)[1]:
            comment = comment or self.sigmoids.comment_on_slope(each.operation, texts)
            factors = [(self.sheet.assign(factors[0][0], slope_name(result), comment), letters)]
        return factors, coefficient

    def second(self, number: int, place: int) -> list[tuple[int | None, list[Piece], float]]:
        """Return the slopes of the slope by an operand, by each operand or the result (None).

        Those that are 0 are left out.
        """
        rule = self._rule(number, place)
        if rule is None or rule.number is not None:
            return []
        operation = self.arrays.classes[number].operation
        if operation in CURVED_BY_SIGMOID:
            letters, texts = self._operands(number, rule)
            base = self.sigmoids.negation_of.get(texts[0], texts[0])  # σ′(−s) is σ′(s)
            curve = self.sigmoids.slope(base, "curve", f"σ′({base})")
            return [(0, [(curve, letters)], CURVED_BY_SIGMOID[operation])]
        found: list[tuple[int | None, list[Piece], float]] = []
        for operand, slope in second_partials(rule):
            if slope.number is not None:
                found += [(operand, [], slope.number)] if slope.number else []
                continue
            letters, texts = self._operands(number, slope)
            result = self.arrays.name[number]
            text = write(slope, texts, result, self.sheet.assign, self.sigmoids.spelled)
            found.append((operand, [(self.sheet.assign(text, "curve"), letters)], 1.0))
        return found

    def _operands(self, number: int, rule: Any) -> tuple[tuple[int, ...], Sequence[str]]:
        """Return the letters on which a rule's operands hang, and the operands' texts."""
        want = self.arrays.axes(number)
        pieces = [self.arrays.load(a) for a in self.arrays.classes[number].operands]
        found: set[int] = set()
        for operand in rule.operands():
            found.update(want if operand is None else pieces[operand][1])
        letters = tuple(letter for letter in want if letter in found)
        return letters, [atom(aligned(text, have, letters)) for text, have in pieces]
