"""With this one can check gradients against something that the engine did not compute.

- `check_gradients(f, x)`: against a complex step where the function allows it, and against
  differences of its values, with a stated error bound, where it does not.
- `check_deltas(net, x, y)`: a network's gradients against the closed-form delta formulas
  BP1 to BP4, layer by layer.

Both return a report that prints as a table and knows whether it `passed`. The closed forms are in
`delta`, the complex step in `complex_step`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini.complex_step import STEP, ComplexNumber
from autograd_mini.containers import flatten
from autograd_mini.derivatives import grad
from autograd_mini.errors import DomainError
from autograd_mini.graph import no_grad, recorded
from autograd_mini.value import Value, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.figure import Figure

__all__ = ["DeltaCheck", "DeltaRow", "GradientCheck", "GradientRow", "check_deltas"]
__all__ += ["check_gradients"]

METHODS = ("auto", "complex step", "differences")
COMPLEX_BOUND = 1e-13
"""What a complex step may differ by, relative to the largest component: some roundings."""
UNCLEAR = 0.01
"""Beyond this part of the numbers that are compared, a bound says nothing."""
DELTA_BOUND = 1e-12
"""What graph and delta formulas may differ by, relative to the layer's largest component."""


class GradientRow(NamedTuple):
    """One component of a gradient, twice: by the engine and by the witness."""

    component: str
    engine: float
    witness: float
    difference: float
    bound: float
    method: str

    @property
    def verdict(self) -> str:
        """Say "ok", "WRONG", or "unclear" where the witness itself knows too little.

        At a jump or a pole the bound is as large as what it should bound: no agreement then.
        """
        if not self.bound <= UNCLEAR * max(1.0, abs(self.engine), abs(self.witness)):
            return "unclear"
        return "ok" if self.difference <= self.bound else "WRONG"

    @property
    def passed(self) -> bool:
        """Tell whether the difference is within a bound that says something."""
        return self.verdict == "ok"


class GradientCheck:
    """The report of `check_gradients`: a row for each component.

    Parameters
    ----------
    rows : sequence of GradientRow
    """

    def __init__(self, rows: Sequence[GradientRow]) -> None:
        self.rows = tuple(rows)

    @property
    def passed(self) -> bool:
        """Tell whether every component agrees within its bound."""
        return all(row.passed for row in self.rows)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        heading = ("component", "engine", "witness", "difference", "bound", "by", "")
        rows = [
            (r.component, f"{r.engine:.15g}", f"{r.witness:.15g}", f"{r.difference:.1e}",
             f"{r.bound:.1e}", r.method, r.verdict)
            for r in self.rows
        ]  # fmt: skip
        return _table([heading, *rows])

    __repr__ = __str__


def check_gradients(
    f: Callable[..., Any],
    *arguments: Any,
    order: int = 1,
    method: str = "auto",
    step: float | None = None,
) -> GradientCheck:
    r"""Compare the gradient of `f` with one that is computed from values of `f` alone.

    .. math:: f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}, \qquad
        f'(x) = \operatorname{Im} f(x + ih)/h + O(h^2)

    Parameters
    ----------
    f : callable
        Returns one number.
    *arguments : numbers or containers
        The point; all arguments are differentiated by.
    order : {1, 2}
        2 also checks the second derivatives: those of a fixed combination of the first.
    method : {"auto", "complex step", "differences"}
        "auto" takes the complex step, and differences where the function uses an operation that
        is not analytic.
    step : float, optional
        h of the differences. By default the steps of Ridders' method, which extrapolates to
        h = 0 and estimates its own error (C. Ridders, *Accurate computation of F'(x) and
        F'(x)F''(x)*, Advances in Engineering Software 4(2), 1982).

    Returns
    -------
    GradientCheck
        With `passed`, `rows`, and a table as its text. The bound of a difference is its
        estimated error; that of a complex step some roundings.

    Raises
    ------
    ValueError
        If `order`, `method` or `step` is not accepted.
    NotAnalyticError
        If the method is "complex step" and the function has none.

    Examples
    --------
    >>> from autograd_mini.functions import sin
    >>> check_gradients(lambda x: x[0] * sin(x[1]), [2.0, 1.0]).passed
    True
    """
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, not {order!r}")
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    if step is not None and not step > 0:
        raise ValueError(f"step must be positive, not {step!r}")
    rows = _compare(f, arguments, method, step)
    if order == 2:
        second = _compare(_slope_along(f, arguments), arguments, "differences", step)
        rows += [row._replace(component=f"∂∇{row.component[1:]}") for row in second]
    return GradientCheck(rows)


def _compare(
    f: Callable[..., Any], arguments: tuple[Any, ...], method: str, step: float | None
) -> list[GradientRow]:
    """Return a row for each component of the arguments."""
    leaves, rebuild = flatten(arguments)
    numbers = [float(leaf.data if isinstance(leaf, Value) else leaf) for leaf in leaves]
    names = [f"∂{name}" for name in _component_names(arguments)]
    engine = flatten(grad(f, tuple(range(len(arguments))))(*rebuild(numbers)))[0]
    engine = [float(g.data if isinstance(g, Value) else g) for g in engine]
    if method != "differences":
        try:
            return _by_complex_step(f, numbers, rebuild, names, engine)
        except TypeError:  # an operation without a complex form, or one that takes no such thing
            if method == "complex step":
                raise
    rows = []
    for index, (name, slope) in enumerate(zip(names, engine, strict=True)):
        along = _line(f, numbers, rebuild, index)
        witness, bound = (
            _differences(along, numbers[index], step) if step else _ridders(along, numbers[index])
        )
        difference = abs(slope - witness)
        rows.append(GradientRow(name, slope, witness, difference, bound, "differences"))
    return rows


def _by_complex_step(
    f: Callable[..., Any],
    numbers: list[float],
    rebuild: Callable[..., Any],
    names: list[str],
    engine: list[float],
) -> list[GradientRow]:
    """Return the rows that a complex step gives."""
    witnesses = []
    for index in range(len(numbers)):
        moved: list[Any] = [ComplexNumber(complex(x)) for x in numbers]
        moved[index] = ComplexNumber(complex(numbers[index], STEP))
        result = f(*rebuild(moved))
        imaginary = result.content.imag if isinstance(result, ComplexNumber) else 0.0
        witnesses.append(imaginary / STEP)
    bound = COMPLEX_BOUND * max(map(abs, witnesses), default=0.0)
    return [
        GradientRow(name, slope, witness, abs(slope - witness), bound, "complex step")
        for name, slope, witness in zip(names, engine, witnesses, strict=True)
    ]


def _slope_along(f: Callable[..., Any], arguments: tuple[Any, ...]) -> Callable[..., Any]:
    """Return the function Σ cᵢ ∂f/∂xᵢ with fixed c: its gradient is the Hessian times c."""
    gradient = grad(f, tuple(range(len(arguments))))

    def combination(*point: Any) -> Any:
        slopes = flatten(gradient(*point))[0]
        total: Any = 0.0
        for index, slope in enumerate(slopes):
            total = total + math.cos(index) * slope
        return total

    return combination


def _line(
    f: Callable[..., Any], numbers: list[float], rebuild: Callable[..., Any], index: int
) -> Callable[[float], float]:
    """Return `f` as a function of its component `index` alone."""

    def along(x: float) -> float:
        moved = [*numbers[:index], x, *numbers[index + 1 :]]
        with no_grad():  # constants, so that operators keep to the table's domains
            result = f(*rebuild([Value(number, kind="constant") for number in moved]))
        return float(result)

    return along


def _central(f: Callable[[float], float], x: float, step: float) -> tuple[float, float]:
    """Return the central difference and the rounding error it may carry."""
    right, left = x + step, x - step
    above, below = f(right), f(left)
    width = right - left  # what was really stepped
    rounding = (math.ulp(above) + math.ulp(below)) * 2 / width
    return (above - below) / width, rounding


def _differences(f: Callable[[float], float], x: float, step: float) -> tuple[float, float]:
    """Return the central difference of a given step, and a bound of its error.

    The error shrinks fourfold when the step is halved, so that the change tells its size.
    """
    coarse, coarse_rounding = _central(f, x, step)
    fine, fine_rounding = _central(f, x, step / 2)
    return coarse, 2 * abs(coarse - fine) + 4 * (coarse_rounding + fine_rounding)


def _ridders(f: Callable[[float], float], x: float) -> tuple[float, float]:
    """Return the derivative by Ridders' extrapolation, and a bound of its error.

    It starts from a wide and from a narrow step, and takes what claims the smaller error: a wide
    one may reach over a pole, a narrow one loses more to rounding.
    """
    step = _first_step(f, x)
    best, bound = min((_extrapolate(f, x, s) for s in (step, step / 64)), key=lambda pair: pair[1])
    return best, 30 * bound + 1e-14 * abs(best)


def _extrapolate(f: Callable[[float], float], x: float, step: float) -> tuple[float, float]:
    """Return the best entry of one of Ridders' tables, and its estimated error."""
    shrink, best, bound = 1.4, math.nan, math.inf
    previous: list[float] = []
    for _ in range(10):
        difference, rounding = _central(f, x, step)
        row, factor = [difference], shrink**2
        for older in previous:
            row.append((row[-1] * factor - older) / (factor - 1))
            factor *= shrink**2
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - older))
            if error + rounding < bound:
                best, bound = row[-1], error + rounding
        previous = row
        step /= shrink
    return best, bound


def _first_step(f: Callable[[float], float], x: float) -> float:
    """Return a step that stays in the domain of `f`."""
    step = 0.05 * max(abs(x), 0.1)
    for _ in range(60):
        try:
            f(x + step)
            f(x - step)
        except DomainError:
            step /= 2
        else:
            return step / 2
    raise ValueError(f"f is not defined around {x}: differences need both sides")


def _component_names(arguments: tuple[Any, ...]) -> list[str]:
    """Return a name for each leaf of the arguments: x0, x0[1], x1['w'][2], … ."""
    names: list[str] = []

    def walk(tree: Any, name: str) -> None:
        if isinstance(tree, dict):
            for key, part in tree.items():
                walk(part, f"{name}[{key!r}]")
        elif isinstance(tree, (list, tuple)):
            for index, part in enumerate(tree):
                walk(part, f"{name}[{index}]")
        else:
            count = len(flatten(tree)[0])
            single = count == 1 and not hasattr(tree, "__len__")
            names.extend([name] if single else [f"{name}[{i}]" for i in range(count)])

    for place, argument in enumerate(arguments):
        walk(argument, f"x{place}" if len(arguments) > 1 else "x")
    return names


class DeltaRow(NamedTuple):
    """One formula in one layer: the graph against the closed form."""

    layer: int
    formula: str
    quantity: str
    difference: float
    largest: float

    @property
    def relative(self) -> float:
        """The largest difference, relative to the array's largest component."""
        return self.difference / self.largest if self.largest else self.difference

    @property
    def passed(self) -> bool:
        """Tell whether the difference is at rounding level."""
        return self.relative <= DELTA_BOUND


class DeltaCheck:
    """The report of `check_deltas`: BP1 to BP4 for each layer.

    Parameters
    ----------
    rows : sequence of DeltaRow
    examples : int
        How many examples were checked.
    """

    def __init__(self, rows: Sequence[DeltaRow], examples: int) -> None:
        self.rows = tuple(rows)
        self.examples = examples

    @property
    def passed(self) -> bool:
        """Tell whether every array agrees to 1e-12 of its largest component."""
        return all(row.passed for row in self.rows)

    @property
    def worst(self) -> float:
        """The largest relative difference."""
        return _largest(row.relative for row in self.rows)

    def plot(self, **options: Any) -> Figure:
        """Plot how large the gradients of each layer are, and how far they are from the formulas.

        Parameters
        ----------
        **options
            The `theme` and `title` of `autograd_mini.drawing.gradient_flow.plot_gradient_flow`.

        Returns
        -------
        matplotlib.figure.Figure
        """
        from autograd_mini.drawing.gradient_flow import plot_gradient_flow  # noqa: PLC0415 - heavy

        kinds = {"BP1": "delta", "BP2": "delta", "BP3": "b", "BP4": "W"}
        largest: dict[str, list[float]] = {name: [] for name in kinds.values()}
        differences: dict[str, list[float]] = {name: [] for name in kinds.values()}
        for row in self.rows:
            largest[kinds[row.formula]].append(row.largest)
            differences[kinds[row.formula]].append(row.relative)
        layers = sorted({row.layer for row in self.rows})
        return plot_gradient_flow(layers, largest, differences, DELTA_BOUND, **options)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        heading = ("layer", "formula", "of", "largest |·|", "largest difference", "relative", "")
        rows = [
            (str(r.layer), r.formula, r.quantity, f"{r.largest:.3e}", f"{r.difference:.1e}",
             f"{r.relative:.1e}", "ok" if r.passed else "WRONG")
            for r in self.rows
        ]  # fmt: skip
        return _table([heading, *rows])

    __repr__ = __str__


def check_deltas(net: Any, x: Any, y: Any, loss: Any = "log_loss") -> DeltaCheck:
    r"""Compare a network's gradients with the delta formulas, layer by layer.

    .. math:: \delta^L = \nabla_{\hat y}J\odot\sigma'(s^L), \quad
        \delta^l = \bigl((W^{l+1})^T\delta^{l+1}\bigr)\odot\sigma'(s^l), \quad
        \nabla_{b^l}J = \delta^l, \quad \nabla_{W^l}J = \delta^l\,(a^{l-1})^T

    Parameters
    ----------
    net : MLP
    x : sequence of n_1 numbers, or of such sequences
        One example, or several.
    y : the answer, or the answers
        As the loss takes them; class numbers are coded for it.
    loss : str or loss function
        Given the log loss and sigmoid outputs, or the cross-entropy and softmax outputs, it is
        computed from the logits.

    Returns
    -------
    DeltaCheck
        With `passed`, `rows`, and a table as its text.

    Raises
    ------
    ValueError
        If the lengths of `x`, `y` and the network do not fit.

    Examples
    --------
    >>> from autograd_mini.neurons import MLP
    >>> check_deltas(MLP([2, 3, 1], seed=1), [0.5, -1.0], 1).passed
    True
    """
    from autograd_mini import delta, losses  # noqa: PLC0415 - NumPy is loaded when it is needed

    activations = [layer.activation for layer in net.layers]
    known = losses.resolve(loss, activations[-1])
    xs, ys = _examples(net, x, y, known)
    W, b = [_numbers(layer.W) for layer in net.layers], [_numbers(layer.b) for layer in net.layers]
    formulas = delta.backpropagate(W, b, activations, known.name, xs, ys)
    graph = _GraphGradients(net, known)
    for one_x, one_y in zip(xs, ys, strict=True):
        graph.add(one_x, one_y)
    rows: list[DeltaRow] = []
    for index, layer in enumerate(net.layers):
        l, first = layer.number, "BP1" if layer is net.layers[-1] else "BP2"
        rows += [
            _delta_row(l, first, f"δ^{l}", graph.delta[index], formulas.delta[index]),
            _delta_row(l, "BP3", f"∂J/∂b^{l}", graph.b[index], formulas.gradient_b[index]),
            _delta_row(l, "BP4", f"∂J/∂W^{l}", graph.W[index], formulas.gradient_W[index]),
        ]
    return DeltaCheck(rows, len(xs))


class _GraphGradients:
    """What sweeps over the graph give, added up over examples; no `.grad` of a leaf is touched.

    It holds, by layer, δ of each example, and the mean gradients of b and W.
    """

    def __init__(self, net: Any, loss: Any) -> None:
        self._net, self._loss = net, loss
        self._sums: dict[Value, list[float]] = {}
        self._layers = net.layers
        self.delta: list[list[list[float]]] = [[] for _ in net.layers]

    def add(self, x: Any, y: Any) -> None:
        """Record the loss of one example, and sweep over it."""
        with recorded():
            answer = self._net.logits(x) if self._loss.from_logits else self._net(x)
            adjoints = sweep(self._loss(answer, y))
        for layer, deltas in zip(self._layers, self.delta, strict=True):
            deltas.append([s.grad if s.grad is not None else 0.0 for s in layer.s])
            for parameter in (*layer.b, *(w for row in layer.W for w in row)):
                self._sums.setdefault(parameter, []).append(adjoints.get(parameter, 0.0))

    def _mean(self, parameter: Value) -> float:
        parts = self._sums[parameter]
        return math.fsum(parts) / len(parts)

    @property
    def b(self) -> list[list[float]]:
        """The mean of ∂J/∂b, by layer."""
        return [[self._mean(bias) for bias in layer.b] for layer in self._layers]

    @property
    def W(self) -> list[list[list[float]]]:
        """The mean of ∂J/∂W, by layer."""
        return [[[self._mean(w) for w in row] for row in layer.W] for layer in self._layers]


def _examples(net: Any, x: Any, y: Any, loss: Any) -> tuple[list[Any], list[Any]]:
    """Return one example or many as lists; class numbers coded as the loss takes them."""
    xs = x.tolist() if hasattr(x, "tolist") else list(x)
    ys = y.tolist() if hasattr(y, "tolist") else y
    if not xs or not hasattr(xs[0], "__len__"):
        xs, ys = [xs], [ys]
    if not hasattr(ys, "__len__") or len(xs) != len(ys):
        came = len(ys) if hasattr(ys, "__len__") else 1
        raise ValueError(f"x holds {len(xs)} examples and y {came} answers: they must agree")
    outputs = len(net.layers[-1].b)
    return xs, [_coded(target, outputs, loss) for target in ys]


def _coded(target: Any, outputs: int, loss: Any) -> list[Any]:
    """Return one answer as a list: a class number of several outputs is coded for the loss."""
    target = target.tolist() if hasattr(target, "tolist") else target
    if hasattr(target, "__len__"):
        return list(target)
    if outputs == 1:
        return [target]
    if target != int(target):
        raise ValueError(f"y must be a class number or {outputs} labels, not {target}")
    coded: list[Any] = loss.code(int(target), outputs)
    return coded


def _numbers(tree: Any) -> Any:
    """Return nested Values as nested numbers."""
    leaves, rebuild = flatten(tree)
    return rebuild([leaf.data for leaf in leaves])


def _delta_row(layer: int, formula: str, quantity: str, graph: Any, closed: Any) -> DeltaRow:
    """Compare one array of the graph's with that of the closed form."""
    pairs = list(zip(flatten(graph)[0], flatten(closed.tolist())[0], strict=True))
    largest = _largest(abs(b) for _, b in pairs)
    return DeltaRow(layer, formula, quantity, _largest(abs(a - b) for a, b in pairs), largest)


def _largest(numbers: Iterable[float]) -> float:
    """Return the largest number; NaN, which `max` may pass over, if one is."""
    return max(numbers, key=lambda x: math.inf if math.isnan(x) else x)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells, the first of them a heading, as aligned text."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])
