"""With this one can trace: symbols take the place of numbers, and refuse what a trace can't follow.

- `Traced` is what all symbols have in common: the operators, and the refusals that name the line.
- `TracingError` is what they raise.
- `take` picks an element by a traced index.
- `tracing` marks what a function records while it is traced, `is_recorded` asks for the mark.

The recording symbols live in `trace` (for arrays) and in `paths` (for plain Python).
"""

from __future__ import annotations

import linecache
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from autograd_mini.containers import is_array
from autograd_mini.graph import current_scope, recorded, scope, tracer
from autograd_mini.operations import HOOK, identity, is_number, number
from autograd_mini.operators import Operators

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from autograd_mini.graph import Scope

__all__ = ["Traced", "TracingError", "is_recorded", "take", "tracing"]

PACKAGE = str(Path(__file__).parent.parent) + os.sep


class TracingError(TypeError):
    """A function asked a traced number for what a program for all numbers can't know.

    Examples
    --------
    >>> raise TracingError("a traced number has no truth")
    Traceback (most recent call last):
    autograd_mini.compiler.symbols.TracingError: a traced number has no truth
    """


@contextmanager
def tracing(apply: Callable[..., Any] | None) -> Iterator[Scope | None]:
    """Give a scope to what the engine records meanwhile: operations of Values from outside alone.

    Parameters
    ----------
    apply : callable, or None for the engine's own ways
        Takes a row and operands where the engine records nothing: compares, or keeps a constant.

    Examples
    --------
    >>> from autograd_mini.value import Value
    >>> w = Value(2.0)
    >>> with tracing(None) as mark:
    ...     inside = w * w
    >>> is_recorded(inside, mark), is_recorded(w * w, mark)
    (True, False)
    """
    token = tracer.set(apply)
    try:
        with recorded(), scope("compiled"):
            yield current_scope()
    finally:
        tracer.reset(token)


def is_recorded(value: Any, mark: Scope | None) -> bool:
    """Tell whether a Value was recorded in a scope, or in one within it."""
    inner = value.scope
    while inner is not None and inner is not mark:
        inner = inner.parent
    return inner is not None


def _users_line() -> str:
    """Return where the innermost line outside the package and NumPy stands, and what it says."""
    frame: Any = sys._getframe(1)  # noqa: SLF001 - the one way to name the line
    numpy = sys.modules.get("numpy")
    ours = (PACKAGE, *(path + os.sep for path in (numpy.__path__ if numpy else ())))
    while frame.f_back is not None and frame.f_code.co_filename.startswith(ours):
        frame = frame.f_back
    name, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, line, frame.f_globals).strip()
    return f"{Path(name).name}, line {line}" + (f": {text}" if text else "")


def _refusal(what: str, instead: str) -> TracingError:
    return TracingError(f"{what} ({_users_line()}): {instead}")


class Traced(Operators):
    """What stands for a number while a function is traced.

    Examples
    --------
    >>> float(Traced())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    autograd_mini.compiler.symbols.TracingError: float() of a traced number, which has none yet ...
    """

    __slots__ = ()

    @property
    def data(self) -> Any:
        """The number, which a trace does not have."""
        raise _refusal(
            ".data of a traced number, which has none yet",
            "compute with the number itself, or with stop_gradient of it",
        )

    @property
    def grad(self) -> Any:
        """The gradient, which a trace does not have."""
        raise _refusal(".grad of a traced number, which has none", "use value_and_grad")

    def backward(self, seed: Any = 1) -> None:  # noqa: ARG002 - the signature of a Value
        """Refuse: the compiler differentiates what the function returns."""
        raise _refusal("backward() of a traced number", "return it, and use value_and_grad")

    def __autograd_variable__(self) -> Any:
        """Refuse to be differentiated by, or to be differentiated, while the function runs."""
        raise _refusal(
            "a derivative of a traced number, inside the function that is compiled",
            "compile the function itself, and ask for its .grad, .jacobian, .hessian or .hvp",
        )

    def __bool__(self) -> bool:
        raise _refusal(
            "Python's control flow asks for the truth of a traced number",
            "write where(condition, a, b), maximum or minimum",
        )

    def __float__(self) -> float:
        raise _refusal(
            "float() of a traced number, which has none yet",
            "use the package's functions in place of math's, or stop_gradient",
        )

    def __int__(self) -> int:
        raise _refusal("int() of a traced number, which has none yet", "use floor, round or trunc")

    def __index__(self) -> int:
        raise _refusal(
            "a traced number as an index", "write take(items, index), or give it as a constant"
        )

    def __iter__(self) -> Any:
        raise _refusal("a traced number is no sequence", "give an argument with an axis")

    def __repr__(self) -> str:
        return "<a traced number>"

    def __format__(self, form: str) -> str:
        if form:
            raise _refusal("the digits of a traced number, which has none yet", "print the result")
        return repr(self)

    def __autograd_take__(self, items: Sequence[Any]) -> Any:
        """Pick one of `items` by this index."""
        raise NotImplementedError


def take(items: Any, index: Any) -> Any:
    """Return ``items[index]``; in a compiled function the index may be traced.

    Parameters
    ----------
    items : sequence
        Of numbers or Values, or of sequences of them, all of one shape.
    index : int, or a whole number among the compiled function's arguments
        From 0 to one below the length.

    Returns
    -------
    element of `items`
        Its gradient goes to the element that was picked.

    Raises
    ------
    IndexError
        If there is no such element.
    TypeError
        If the index is no whole number.

    Examples
    --------
    >>> take([10.0, 20.0, 30.0], 2)
    30.0
    """
    if tracer.get() is not None and hasattr(index, HOOK) and not isinstance(index, Traced):
        index = tracer.get()(identity, [index])  # a captured Value, which may change
    if hasattr(index, "__autograd_take__"):
        return index.__autograd_take__(items)
    if is_array(index):
        came = f"an array of shape {index.shape}"
        raise TypeError(f"index must be a whole number, such as index.item(), not {came}")
    place = number(getattr(index, "data", index), "index") if not is_number(index) else index
    if place != int(place):
        raise TypeError(f"index must be a whole number, not {place}")
    if not 0 <= place < len(items):
        raise IndexError(f"index must lie from 0 to {len(items) - 1}, not {int(place)}")
    return items[int(place)]
