"""With this one can call things in a program as the lecture does: delta2, slope2, BP1 to BP4.

- `adjoint_name(name)` and `slope_name(name)` give the names, the others the comments beside them.

A network calls its weighted sums s2, s3, …, its answers a2, a3, … and its parameters W2, b2, …
(lecture, *The delta formulas*); what is called otherwise gets plain names.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

__all__ = [
    "adjoint_name", "comment_on_adjoint", "comment_on_gradient", "comment_on_slope",
    "is_weighted_sum", "slope_name",
]  # fmt: skip


def is_weighted_sum(name: str) -> bool:
    """Tell whether a name is that of a layer's weighted sums: its adjoint is a delta."""
    return re.fullmatch("s[0-9]+", name) is not None


def adjoint_name(name: str) -> str:
    """Return what the adjoint of an array inside is called.

    Examples
    --------
    >>> adjoint_name("s2"), adjoint_name("exp")
    ('delta2', 'd_exp')
    """
    return f"delta{name[1:]}" if is_weighted_sum(name) else f"d_{name}"


def slope_name(name: str) -> str:
    """Return what the slope of an elementwise row is called: slope2 for a2."""
    return f"slope{name[1:]}" if re.fullmatch("a[0-9]+", name) else "slope"


def comment_on_slope(operation: str, result: str, operand: str) -> str:
    """Return the lecture's form of a slope, where a stable one is computed.

    Examples
    --------
    >>> comment_on_slope("sigmoid", "a2", "s2"), comment_on_slope("tanh", "tanh", "t")
    ('σ′(s2) = a2 (1 − a2)', 'tanh′(t) = 1 − tanh²')
    """
    if not (result.isidentifier() and operand.isidentifier()):
        return ""
    if operation == "sigmoid":
        return f"σ′({operand}) = {result} (1 − {result})"
    if operation == "tanh":
        power = f"({result})²" if result[-1].isdigit() else f"{result}²"
        return f"tanh′({operand}) = 1 − {power}"
    return ""


def comment_on_adjoint(name: str, known: Container[str]) -> str:
    """Return which of BP1 and BP2 an adjoint is; `known` holds the names of all arrays."""
    if not is_weighted_sum(name):
        return ""
    layer = int(name[1:])
    if f"s{layer + 1}" in known:
        return f"BP2: δ{layer} = (W{layer + 1}ᵀ δ{layer + 1}) ⊙ σ′(s{layer})"
    return f"BP1: δ{layer} = ∇J ⊙ σ′(s{layer})"


def comment_on_gradient(name: str) -> str:
    """Return which of BP3 and BP4 the gradient of a parameter is."""
    matched = re.fullmatch("([Wb])([0-9]+)", name)
    if matched is None:
        return ""
    layer = int(matched[2])
    if matched[1] == "b":
        return f"BP3: ∂J/∂b{layer} = δ{layer}"
    return f"BP4: ∂J/∂W{layer} = δ{layer} (a{layer - 1})ᵀ"
