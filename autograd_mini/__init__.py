"""Scalar reverse-mode automatic differentiation, with networks whose gradients are checked.

With this one can

- compute with numbers that remember how they were made: `Value`, its operators, and the functions
  `exp`, `log`, `tanh`, `maximum`, `where`, …; `Value.backward` gives the gradients;
- differentiate functions: `grad`, `value_and_grad`, `jacobian`, `hessian`, `vjp`, `jvp`, `hvp`;
- train networks of scalar neurons: `MLP`, `fit`, `gradient_descent`, and check every gradient:
  `check_deltas`, `check_gradients`;
- see it: `draw`, `page`; `explain` a gradient by the chain rule, or write down its `derivation`.

Importing the package loads nothing outside the standard library, until a feature needs it.

>>> import autograd_mini as ag
>>> a, b = ag.Value(2.0, label="a"), ag.Value(-3.0, label="b")
>>> J = (a * b + 10) ** 2
>>> J.backward()
>>> J.data, a.grad, b.grad
(16.0, -24.0, 16.0)
"""

from __future__ import annotations

from importlib import import_module

from autograd_mini import copies as _copies  # noqa: F401 - it teaches pickle and copy
from autograd_mini import functions as _functions
from autograd_mini.containers import flatten
from autograd_mini.derivatives import (
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd_mini.errors import (
    DivergedError,
    DomainError,
    ModelFileError,
    NonFiniteGradientError,
    StaleGraphError,
    UnknownNameError,
)
from autograd_mini.functions import *  # noqa: F403 - every operation, by its name
from autograd_mini.graph import count_operations, leaves, no_grad, scope, topological_order
from autograd_mini.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.checking import check_deltas, check_gradients
    from autograd_mini.compiler import compile, take
    from autograd_mini.datasets import Dataset, read_csv
    from autograd_mini.descent import (
        SGD,
        Adam,
        AdamW,
        Momentum,
        Nesterov,
        RMSProp,
        gradient_descent,
    )
    from autograd_mini.drawing import (
        Drawing,
        Page,
        animate,
        derivation,
        draw,
        explain,
        page,
        steps,
        use_layout,
    )
    from autograd_mini.extending import operation
    from autograd_mini.losses import (
        LOSSES,
        cross_entropy,
        cross_entropy_from_logits,
        hinge,
        huber,
        l1,
        l2,
        log_loss,
        log_loss_from_logits,
        one_hot,
        quadratic,
    )
    from autograd_mini.neurons import MLP, Layer, Module, Neuron, Perceptron
    from autograd_mini.training import History, accuracy, confusion, fit, predict

# fmt: off
_LAZY = {
    "checking": ("check_deltas", "check_gradients"),
    "compiler": ("compile", "take"),
    "datasets": ("Dataset", "read_csv"),
    "descent": (
        "SGD", "Adam", "AdamW", "Momentum", "Nesterov", "RMSProp", "gradient_descent"),
    "drawing": (
        "Drawing", "Page", "animate", "derivation", "draw", "explain", "page", "steps",
        "use_layout"),
    "extending": ("operation",),
    "losses": (
        "LOSSES", "cross_entropy", "cross_entropy_from_logits", "hinge", "huber", "l1", "l2",
        "log_loss", "log_loss_from_logits", "one_hot", "quadratic"),
    "neurons": ("MLP", "Layer", "Module", "Neuron", "Perceptron"),
    "training": ("History", "accuracy", "confusion", "fit", "predict"),
}
"""What is imported when it is first asked for, by module."""

__all__ = [  # noqa: PLE0604 - the functions' names are listed in their module
    "LOSSES", "MLP", "SGD", "Adam", "AdamW", "Dataset", "DivergedError", "DomainError", "Drawing",
    "History", "Layer", "ModelFileError", "Module", "Momentum", "Nesterov", "Neuron",
    "NonFiniteGradientError", "Page", "Perceptron", "RMSProp", "StaleGraphError",
    "UnknownNameError", "Value", "accuracy", "animate", "check_deltas", "check_gradients",
    "compile", "confusion", "count_operations", "cross_entropy", "cross_entropy_from_logits",
    "derivation", "draw", "explain", "fit", "flatten", "grad", "gradients", "gradient_descent",
    "hessian", "hinge", "huber", "hvp", "jacobian", "jvp", "l1", "l2", "leaves", "log_loss",
    "log_loss_from_logits", "no_grad", "one_hot", "operation", "page", "predict", "quadratic",
    "read_csv", "scope", "steps", "take", "topological_order", "use_layout", "value_and_grad",
    "vjp",
    *_functions.__all__,
]
# fmt: on

_MODULE_OF = {name: module for module, names in _LAZY.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what is asked for by name: a heavy library is loaded when a feature needs it."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - takes longer than all the rest

        found: Any = version("autograd-mini")
    elif name in _MODULE_OF:
        found = getattr(import_module(f"autograd_mini.{_MODULE_OF[name]}"), name)
    elif name in _LAZY:
        found = import_module(f"autograd_mini.{name}")
    else:
        raise AttributeError(f"module 'autograd_mini' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names, those too that are imported later."""
    return sorted({*globals(), *__all__, *_LAZY, "__version__"})


def _show(value: Value, **options: Any) -> Any:
    """Show a Value at the end of a notebook's cell: its graph if that is small, else its number.

    In a terminal the whole number and its gradient stand in one line.
    """
    drawing = import_module("autograd_mini.drawing")
    text = {"text/plain": repr(value)}
    try:
        return drawing.draw(value, fold=False, limit=60)._repr_mimebundle_(**options) | text
    except (ValueError, drawing.LayoutError):  # too large, or nothing to lay it out with
        return text


Value._repr_mimebundle_ = _show  # type: ignore[attr-defined]
