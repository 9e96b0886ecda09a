"""With this one can let what picks by size, or stops a gradient, work on symbols too.

`adapted()` is entered around a trace. While it lasts, `functions` asks symbols which of several
numbers is the largest, and `stop_gradient` takes a symbol. What is no symbol is computed as
always, so that other threads see no difference.

Softmax and its relatives take out the largest value. Along one path its place is known; for all
numbers at once the maximum is computed, and no gradient goes through it, since none is needed.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock

from autograd_mini import functions, value
from autograd_mini.compiler.symbols import Traced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = ["adapted"]

_lock = RLock()
_depth = 0


def _symbol(values: list[Any]) -> Any:
    """Return the first symbol among values, or None."""
    return next((v for v in values if isinstance(v, Traced)), None)


def _place_of_largest(original: Callable[[list[Any]], int]) -> Callable[[list[Any]], int]:
    def place(values: list[Any]) -> int:
        symbol = _symbol(values)
        if symbol is None:
            return original(values)
        found: int = symbol.__autograd_place_of_largest__(values)
        return found

    return place


def _differences(original: Callable[[list[Any]], list[Any]]) -> Callable[[list[Any]], list[Any]]:
    def differences(values: list[Any]) -> list[Any]:
        symbol = _symbol(values)
        rule = getattr(symbol, "__autograd_differences__", original)
        found: list[Any] = rule(values)
        return found

    return differences


def _log_of_sum(original: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    def log_of_sum(values: list[Any]) -> Any:
        symbol = _symbol(values)
        return getattr(symbol, "__autograd_log_of_sum__", original)(values)

    return log_of_sum


def _number(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def number(operand: Any) -> Any:
        if isinstance(operand, Traced):
            return operand.__autograd_number__()  # type: ignore[attr-defined]
        return original(operand)

    return number


def _door(original: Callable[..., Any]) -> Callable[..., Any]:
    def number(candidate: Any, name: str = "operand") -> Any:
        if isinstance(candidate, Traced):
            return candidate.__autograd_stop_gradient__()  # type: ignore[attr-defined]
        return original(candidate, name)

    return number


_ADAPTED: list[tuple[Any, str, Callable[[Any], Any]]] = [
    (functions, "_place_of_largest", _place_of_largest),
    (functions, "_differences", _differences),
    (functions, "_log_of_sum", _log_of_sum),
    (functions, "_number", _number),
    (value, "number", _door),
]
_originals: list[Any] = []


@contextmanager
def adapted() -> Iterator[None]:
    """Let `functions` and `stop_gradient` take symbols while a function is traced."""
    global _depth  # noqa: PLW0603 - traces nest, and the last one out restores
    with _lock:
        if _depth == 0:
            _originals[:] = [getattr(module, name) for module, name, _ in _ADAPTED]
            for (module, name, adapt), original in zip(_ADAPTED, _originals, strict=True):
                setattr(module, name, adapt(original))
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                for (module, name, _), original in zip(_ADAPTED, _originals, strict=True):
                    setattr(module, name, original)
