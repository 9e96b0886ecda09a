"""With this one can write σ, ln(1 + eˢ) and their slopes from one exponential, safe for all s.

- `Sigmoids(sheet)` spells the rows of this family, and all others as the target does.

With e = exp(−|s|) all of them are sums and products of e and 1/(1 + e), and nothing overflows.
"""

from __future__ import annotations

from autograd_mini.compiler.targets.numpy import spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.compiler.sheet import Sheet

__all__ = ["Sigmoids"]

BOOK = {"sigmoid": "σ({})", "softplus": "ln(1 + exp({}))", "logsigmoid": "ln σ({})"}
"""What a textbook writes where a stable form is computed."""


class Sigmoids:
    """Rows as text, those of the sigmoid's family by their common exponential.

    Attributes
    ----------
    negation_of : dict
        Of names that are the negative of another name, that other: e serves both.

    Parameters
    ----------
    sheet : Sheet
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.negation_of: dict[str, str] = {}

    def spelled(self, operation: str, texts: list[str], label: str | None = None) -> str:
        """Return the text of a row; all of the sigmoid's family share one exponential."""
        if operation in {"sigmoid", "softplus", "logsigmoid"}:
            base = self.negation_of.get(texts[0])
            s, negated = (texts[0], False) if base is None else (base, True)
            if operation == "logsigmoid":
                negated = not negated
            small, scale = self.exponential(s, label)
            if operation == "sigmoid":  # 1 or e, whichever is larger on this side of 0
                return f"np.maximum({s} {'<' if negated else '>='} 0, {small}) * {scale}"
            part = self.sheet.assign(f"np.log1p({small})")
            signed = f"-{s}" if negated else s
            text = f"np.maximum({signed}, 0.0) + {part}"
            return f"-({text})" if operation == "logsigmoid" else text
        return spelling(operation, texts)

    def comment(self, operation: str, texts: list[str]) -> str:
        """Return what a textbook writes for a row of the sigmoid's family; nothing for others."""
        if operation not in BOOK:
            return ""
        base = self.negation_of.get(texts[0])
        return BOOK[operation].format(texts[0] if base is None else f"−{base}")

    def comment_on_slope(self, operation: str, texts: Sequence[str]) -> str:
        """Return which σ the slope of ln(1 + exp s) or of ln σ(s) is; nothing for others."""
        if operation not in {"softplus", "logsigmoid"}:
            return ""
        base = self.negation_of.get(texts[0])
        negated = (base is not None) != (operation == "logsigmoid")
        return f"σ({'−' if negated else ''}{base or texts[0]})"

    def exponential(self, s: str, label: str | None) -> tuple[str, str]:
        """Return e = exp(-|s|) and 1/(1 + e), of which σ(s), σ(-s) and σ' are made."""
        mark = label[1:] if label else ""
        small = self.sheet.assign(f"np.exp(-np.abs({s}))", f"e{mark}")
        return small, self.sheet.assign(f"1.0 / (1.0 + {small})", f"p{mark}")

    def slope(self, s: str, wish: str, comment: str) -> str:
        """Return the name of σ′(s)."""
        small, scale = self.exponential(self.negation_of.get(s, s), None)
        return self.sheet.assign(f"{small} * {scale} * {scale}", wish, comment)
