"""With this one can compile a function of scalars: `compile(f)` gives a `Compiled`.

- Call it like `f`, or ask for `.value_and_grad(…)` and `.grad(…)`; `.jacobian(…)`, `.hessian(…)`
  and `.hvp(…)` are in `higher_methods`.
- `.source` is the program of the last call, `.report()` says what became of the trace.

For each shape of the arguments there is a `plan`, and an engine that runs it: `scalar_engine`
plain Python, `array_engine` arrays. This module binds arguments and keeps engines.
"""

from __future__ import annotations

import inspect
import types
import warnings
from _thread import RLock
from collections import OrderedDict
from functools import update_wrapper

from autograd_mini.compiler.higher_methods import HigherMethods, hold_variables
from autograd_mini.compiler.inputs import regular
from autograd_mini.compiler.plan import Plan, key_of, slots_of
from autograd_mini.compiler.quick import quick_key, shaped_like
from autograd_mini.compiler.scalar_engine import ScalarEngine
from autograd_mini.compiler.surroundings import Surroundings
from autograd_mini.compiler.targets.python import TooLongError
from autograd_mini.errors import UnknownNameError
from autograd_mini.graph import tracer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_mini.compiler.inputs import Slot

__all__ = ["TARGETS", "Compiled", "compile"]

TARGETS = ("auto", "python", "numpy")
"""What a program can be written in."""

KEPT = 64
"""How many programs a compiled function keeps: those used last."""


def compile(
    f: Callable[..., Any] | None = None,
    *,
    batched: str | Sequence[str] = (),
    reduce: str | None = "mean",
    wrt: Any = None,
    target: str = "auto",
) -> Any:
    r"""Turn a function written with scalars into a program, with its gradient.

    Parameters
    ----------
    f : callable, optional
        Of numbers, nested containers of them, and networks, made of this package's operations.
        Without it, what comes back is a decorator.
    batched : str or sequence of str
        The arguments that carry a leading axis of examples.
    reduce : {"mean", "sum", None}
        What becomes of a batch's results; None gives one for each example.
    wrt : str, network, Value, container of Values, or a sequence of these
        By what to differentiate: by default the parameters of the networks that `f` reaches,
        else its first argument.
    target : {"auto", "python", "numpy"}
        Straight-line Python for one example at a time, which agrees with the eager engine to the
        bit, or NumPy, which may reorder sums.

    Returns
    -------
    Compiled
        Called like `f`. Values that `f` captures are read at each call; plain numbers from
        outside, and whatever Python decides while `f` runs, are fixed when it is traced.

    Raises
    ------
    TracingError
        When it is called, if `f` asks a traced number for its truth, its `.data`, or an index.

    Examples
    --------
    >>> area = compile(lambda x: x[0] * x[1] ** 2)
    >>> area([2.0, 3.0]), area.grad([2.0, 3.0])
    (18.0, [9.0, 12.0])
    """
    if f is None:
        return lambda given: Compiled(given, batched, reduce, wrt, target)
    return Compiled(f, batched, reduce, wrt, target)


class Compiled(HigherMethods):
    """A function that runs as a program; `compile` makes it.

    Examples
    --------
    >>> @compile
    ... def f(x, y):
    ...     return x * y + y
    >>> f(2.0, y=3.0), f.value_and_grad(2.0, 3.0)
    (9.0, (9.0, 3.0))
    >>> print(f.source)
    def program(inputs, captured):
        x, y = inputs
        v = x * y
        v_2 = v + y
        g = 0.0 + y
        return (v_2,), (g,)
    <BLANKLINE>
    """

    def __init__(
        self,
        f: Callable[..., Any],
        batched: str | Sequence[str] = (),
        reduce: str | None = "mean",
        wrt: Any = None,
        target: str = "auto",
    ) -> None:
        if not callable(f):
            raise TypeError(f"f must be a function, not {type(f).__name__}")
        if target not in TARGETS:
            raise UnknownNameError("target", target, TARGETS)
        if reduce not in ("mean", "sum", None):
            raise UnknownNameError("reduce", reduce, ["mean", "sum", "None"])
        self.f, self.reduce, self.wrt, self.target = f, reduce, wrt, target
        self.batched = _names(batched)
        self.signature = _signature(f)
        _check_batched(self.batched, self.signature)
        self._engines: OrderedDict[Any, Any] = OrderedDict()
        self._quick: dict[Any, Any] = {}
        self._last: Any = None
        self._thrown_away = 0
        self._around: Any = None
        self._lock = RLock()
        self.__name__ = getattr(f, "__name__", type(f).__name__)
        update_wrapper(self, f, updated=())

    def __call__(self, /, *arguments: Any, **named: Any) -> Any:
        """Return what `f` returns, as plain numbers; of a batch, reduced.

        Inside another differentiation or another compiled function it is `f` itself, so that
        what is recorded around it goes on.
        """
        if quick_key(arguments) is None and hold_variables([*arguments, *named.values()]):
            if self.batched:
                raise TypeError("a compiled function with a batch takes plain numbers, not Values")
            return self.f(*arguments, **named)
        if tracer.get() is not None and not self.batched:  # what it captures may be a variable
            return self.f(*arguments, **named)
        return self._run(arguments, named, gradient=False)[0]

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return the method of an object, compiled by itself, and kept among its attributes."""
        if instance is None:
            return self
        method = types.MethodType(self.f, instance)
        bound = Compiled(method, self.batched, self.reduce, self.wrt, self.target)
        if hasattr(instance, "__dict__"):
            vars(instance)[self.__name__] = bound
        return bound

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied and pickled: programs are made anew."""
        state = vars(self) | {"_engines": OrderedDict(), "_quick": {}, "_last": None}
        return {name: part for name, part in state.items() if name not in {"_around", "_lock"}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _around=None, _lock=RLock())

    def value_and_grad(self, /, *arguments: Any, **named: Any) -> tuple[Any, Any]:
        """Return the value, and the gradient in the structure of what it belongs to."""
        return self._run(arguments, named, gradient=True)

    def grad(self, /, *arguments: Any, **named: Any) -> Any:
        """Return the gradient in the structure of what it belongs to."""
        return self._run(arguments, named, gradient=True)[1]

    def value_and_grad_at(
        self, parameters: dict[str, Any], /, *arguments: Any, **named: Any
    ) -> tuple[Any, Any]:
        """Return value and gradient where the networks have other parameters than they hold.

        Parameters
        ----------
        parameters : dict of arrays
            By the names that the gradient has: while one trains, arrays own the parameters, as
            reading and writing thousands of Values takes longer than a small batch. Where a
            result is not finite, the networks get these parameters, so that the eager engine can
            say what is wrong.
        *arguments, **named
            As for `value_and_grad`; the target must be NumPy.

        Raises
        ------
        TypeError
            If the target is Python.
        """
        return self._run(arguments, named, gradient=True, parameters=parameters)

    @property
    def source(self) -> str:
        """The program of the last call."""
        return str(self._latest().source)

    def report(self) -> str:
        r"""Return what the program of the last call is made from, and how long that took.

        Examples
        --------
        >>> f = compile(lambda x: x * x + x * x)
        >>> f.grad(3.0)
        12.0
        >>> print(f.report().partition("\nsec")[0])
        <lambda>(x), the program of the last call
        target: python
        paths recorded: 1, kept: 1
        lines of the last path: 6
        """
        head = f"{self._called()}, the program of the last call"
        kept = f"programs kept: {len(self._engines)}, thrown away: {self._thrown_away}"
        return f"{head}\n{self._latest().report()}\n{kept}"

    def __repr__(self) -> str:
        facts = [f"batched: {', '.join(self.batched)}"] if self.batched else []
        count = len(self._engines)
        facts += [f"target: {self.target}", f"programs: {count}" if count else "not called yet"]
        return f"<Compiled {self._called()}, {', '.join(facts)}>"

    def _called(self) -> str:
        return f"{self.__name__}({', '.join(self.signature.parameters)})"

    def draw(self, **options: Any) -> Any:
        """Draw the program of the last call: a card for each instruction, with its formula.

        Parameters
        ----------
        **options
            `theme`, `paper`, `title`, `language`, `direction`, `fold` and `limit`, as
            `autograd_mini.draw` takes them, which draws a compiled function likewise.

        Returns
        -------
        Drawing

        Examples
        --------
        >>> f = compile(lambda x: x * x)
        >>> f.grad(3.0)
        6.0
        >>> f.draw()
        <Drawing: program of 2 instructions: v = x * x>
        """
        from autograd_mini.drawing.program_figure import draw_program  # noqa: PLC0415 - heavy

        return draw_program(self._latest().steps(), **options)

    __autograd_drawing__ = draw
    __autograd_drawing_options__ = ("direction", "fold", "limit")

    def _latest(self) -> Any:
        if self._last is None:
            raise ValueError("there is no program yet: the function is traced at its first call")
        return self._last

    def _run(
        self,
        arguments: tuple[Any, ...],
        named: dict[str, Any],
        *,
        gradient: bool,
        parameters: dict[str, Any] | None = None,
    ) -> tuple[Any, Any]:
        quick = None if named else quick_key(arguments)
        if quick is None and hold_variables([*arguments, *named.values()]):
            raise TypeError(
                "the gradient of a compiled function takes plain numbers: inside another "
                "differentiation use autograd_mini.grad of the function"
            )
        self._look_around()
        if quick is not None and (gradient, quick) in self._quick:
            found = self._quickly(self._quick[gradient, quick], arguments, parameters)
            if found is not None:
                return found  # type: ignore[no-any-return]
        trees, of = self._bound(arguments, named)
        key = (gradient, key_of(trees, of))
        is_new = key not in self._engines
        engine = self._kept(key, trees, of, lambda plan: _engine(plan, self.target))
        if is_new and quick is not None and self._may_be_quick(engine, arguments):
            self._quick[gradient, quick] = key
        try:
            outcome = engine.run(of) if parameters is None else engine.run(of, parameters)
        except TooLongError:
            if self.target == "python":
                raise
            engine = self._last = self._engines[key] = _engine(engine.plan, "numpy")
            outcome = engine.run(of)
        value = outcome.rebuild(outcome.results)
        wanted = engine.plan.wanted
        return value, None if wanted is None else wanted.assemble(trees, outcome.gradients)

    def _look_around(self) -> None:
        """Forget all programs if a name that the function reads outside means another thing."""
        around = self._around
        if around is not None and not around.have_changed():
            return
        with self._lock:
            if self._around is around:
                self._quick, self._engines = {}, OrderedDict()
                self._around = Surroundings(self.f)

    def _bound(
        self, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, list[Slot]]]:
        """Return the arguments of a call by name, and the slots of each."""
        try:
            bound = self.signature.bind(*arguments, **named)
        except TypeError as error:
            raise TypeError(f"{self._called()}: {error}") from None
        named_ones = [*self.batched, *([self.wrt] if isinstance(self.wrt, str) else ())]
        if any(name not in bound.arguments for name in named_ones):
            bound.apply_defaults()
        trees = {
            name: regular(tree, batched=name in self.batched)
            for name, tree in bound.arguments.items()
        }
        return trees, {
            name: slots_of(name, tree, batched=name in self.batched) for name, tree in trees.items()
        }

    def _kept(
        self,
        key: Any,
        trees: dict[str, Any],
        of: dict[str, list[Slot]],
        make: Callable[[Plan], Any],
    ) -> Any:
        """Return the engine for calls of one kind, which is made once; `key` starts with that."""
        with self._lock:
            engine = self._engines.get(key)
            if engine is None:
                plan = Plan(
                    self.f, self.signature, trees, of, self.batched, self.reduce, self.wrt,
                    gradient=bool(key[0]),
                )  # fmt: skip
                engine = self._engines[key] = make(plan)
                self._throw_away()
            self._engines.move_to_end(key)
            self._last = engine
        return engine

    def _may_be_quick(self, engine: Any, arguments: Sequence[Any]) -> bool:
        """Tell whether further calls of this kind can leave the arguments as they are."""
        if isinstance(engine, ScalarEngine):
            wanted = engine.plan.wanted
            plain = all(not hasattr(argument, "shape") for argument in arguments)
            alone = wanted is None or (
                not wanted.several and wanted.targets[0].argument is not None
            )
            return plain and alone and not self.batched
        return bool(engine.takes_arrays(arguments))

    def _quickly(self, key: Any, arguments: Sequence[Any], parameters: Any) -> Any:
        """Return value and gradient of a call of a known kind; None if it needs the long way."""
        engine = self._engines.get(key)
        if engine is None:
            return None
        outcome = engine.quickly(arguments, parameters)
        if outcome is None:
            return None
        with self._lock:
            if key in self._engines:
                self._engines.move_to_end(key)
        self._last, wanted = engine, engine.plan.wanted
        value = outcome.rebuild(outcome.results)
        if wanted is None:
            return value, None
        if isinstance(engine, ScalarEngine):
            place = list(engine.plan.examples).index(wanted.targets[0].argument)
            return value, shaped_like(arguments[place], list(outcome.gradients))
        return value, wanted.assemble(
            dict(zip(engine.plan.of, arguments, strict=True)), outcome.gradients
        )

    def _throw_away(self) -> None:
        """Forget the program that was used longest ago, where there are too many."""
        if len(self._engines) <= KEPT:
            return
        gone, _ = self._engines.popitem(last=False)
        self._quick = {quick: key for quick, key in self._quick.items() if key != gone}
        self._thrown_away += 1
        if self._thrown_away == 1:
            warnings.warn(
                f"{self.__name__} has been compiled for more than {KEPT} shapes: from now on the "
                "programs used longest ago are thrown away",
                stacklevel=5,
            )


SMALL = 2_000
"""Inputs up to which "auto" prefers Python for a function without a batch."""


def _engine(plan: Plan, target: str) -> Any:
    """Return what runs a plan."""
    if target == "python" or (target == "auto" and not plan.batched and len(plan.places()) < SMALL):
        return ScalarEngine(plan)
    from autograd_mini.compiler.array_engine import ArrayEngine  # noqa: PLC0415 - needs NumPy

    return ArrayEngine(plan)


def _signature(f: Any) -> inspect.Signature:
    """Return how a function is called; a row of the table by its operands' names."""
    names = getattr(f, "operand_names", None)
    if names is None or f.variadic:
        return inspect.signature(f if names is None else f.__call__)
    required = len(names) - len(f.defaults)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    defaults = [inspect.Parameter.empty] * required + list(f.defaults)
    pairs = zip(names, defaults, strict=True)
    return inspect.Signature([inspect.Parameter(name, kind, default=d) for name, d in pairs])


def _names(batched: Any) -> tuple[str, ...]:
    names = (batched,) if isinstance(batched, str) else batched
    if not isinstance(names, (list, tuple, set)) or not all(isinstance(n, str) for n in names):
        raise TypeError(f"batched must be the name of an argument, or several, not {batched!r}")
    return tuple(names)


def _check_batched(batched: Sequence[str], signature: inspect.Signature) -> None:
    for name in batched:
        if name not in signature.parameters:
            known = ", ".join(signature.parameters) or "none"
            raise ValueError(f"batched names {name!r}, but the arguments are {known}")
