"""With this one can ask a compiled function for its Jacobian, its Hessian, and products with that.

- `HigherMethods` are the methods that `Compiled` gets from here: `jacobian`, `hessian`, `hvp`.

They are by whatever the gradient is by. Each is a program of its own, over arrays, whatever the
target of the function; `higher` runs it.
"""

from __future__ import annotations

from autograd_mini.compiler.plan import key_of
from autograd_mini.containers import flatten, is_array
from autograd_mini.operations import HOOK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

__all__ = ["HigherMethods", "hold_variables"]


class HigherMethods:
    """What a compiled function offers beside value and gradient."""

    _bound: Callable[..., Any]
    _kept: Callable[..., Any]
    _look_around: Callable[[], None]

    def jacobian(self, /, *arguments: Any, **named: Any) -> Any:
        r"""Return the Jacobian of what `f` returns, by what the gradient is by.

        .. math:: J_{ij} = \frac{\partial f_i}{\partial x_j}

        In reverse where there are fewer results than numbers to differentiate by, else forwards.

        Parameters
        ----------
        *arguments, **named
            The point: what `f` takes.

        Returns
        -------
        containers
            In the structure of the result, and in each place of it in that of the gradient. Lists
            have a place for each number; an array, and a parameter of a network, is one place, and
            an array by an array is a block with the result's axes before the argument's. By
            several things (a sequence `wrt`) it is a tuple of Jacobians. Of a batch
            (``reduce=None``) there is one for each example, along the first axis of all arrays,
            which regular lists then become too.

        Raises
        ------
        ValueError
            If there is a Jacobian for each example, but `reduce` is not None.

        Examples
        --------
        >>> from autograd_mini.compiler import compile
        >>> compile(lambda x: [x[0] * x[1], x[0] + 1]).jacobian([2.0, 3.0])
        [[3.0, 2.0], [1.0, 0.0]]
        >>> compile(lambda x, y: [x * y, x], wrt=("x", "y")).jacobian(2.0, y=3.0)
        ([3.0, 1.0], [2.0, 0.0])
        """
        return self._higher("jacobian", arguments, named)

    def hessian(self, /, *arguments: Any, **named: Any) -> Any:
        r"""Return the Hessian: the Jacobian of the gradient, forwards over reverse.

        .. math:: H_{jk} = \frac{\partial^2 f}{\partial x_j\,\partial x_k}

        Parameters
        ----------
        *arguments, **named
            The point: what `f` takes.

        Returns
        -------
        containers
            In the structure of the gradient, and in each place of it again in that structure. By
            the parameters of a network ``H["W2"]["b3"]`` is the block of ∂²f/∂W2∂b3, with the axes
            of W2 before those of b3; by several things (a sequence `wrt`) ``H[i][j]`` belongs to
            the i-th and the j-th. Of a batch there is one for each example (``reduce=None``),
            along the first axis; by what has no axis of examples, that of the mean or sum.

        Raises
        ------
        TypeError
            If `f` returns more than one number.
        ValueError
            If there is a Hessian for each example, but `reduce` is not None.

        Examples
        --------
        >>> from autograd_mini.compiler import compile
        >>> compile(lambda x: x[0] ** 2 * x[1]).hessian([2.0, 3.0])
        [[6.0, 4.0], [4.0, 0.0]]
        >>> compile(lambda x, y: x**2 * y, wrt=("x", "y")).hessian(2.0, 3.0)
        ((6.0, 4.0), (4.0, 0.0))
        >>> from autograd_mini.neurons import MLP
        >>> net = MLP([2, 1], activation="tanh", seed=0)
        >>> H = compile(lambda x: net(x)[0], wrt=net).hessian([1.0, 2.0])
        >>> H["W2"]["W2"].shape, H["W2"]["b2"].shape
        ((1, 2, 1, 2), (1, 2, 1))
        """
        return self._higher("hessian", arguments, named)

    def hvp(self, tangent: Any, /, *arguments: Any, **named: Any) -> Any:
        r"""Return the product of the Hessian with a vector, without building the Hessian.

        .. math:: H v = \frac{d}{dt}\nabla f(x + t v)\Big|_{t=0}

        Parameters
        ----------
        tangent : containers in the structure of the gradient
            The vector v; of a batched argument, one for each example.
        *arguments, **named
            The point: what `f` takes.

        Returns
        -------
        containers in the structure of the gradient

        Raises
        ------
        ValueError
            If `tangent` has another structure.
        TypeError
            If `f` returns more than one number.

        Examples
        --------
        >>> from autograd_mini.compiler import compile
        >>> compile(lambda x: x[0] ** 2 * x[1]).hvp([1.0, 0.0], [2.0, 3.0])
        [6.0, 4.0]
        >>> compile(lambda x, y: x**2 * y, wrt=("x", "y")).hvp((1.0, 10.0), 2.0, 3.0)
        (46.0, 4.0)
        """
        return self._higher("hvp", arguments, named, tangent)

    def _higher(
        self, kind: str, arguments: tuple[Any, ...], named: dict[str, Any], tangent: Any = None
    ) -> Any:
        """Return a higher derivative, by a program of its own."""
        from autograd_mini.compiler.higher import HigherEngine  # noqa: PLC0415 - needs NumPy

        if hold_variables([*arguments, *named.values()]):
            raise TypeError(
                f"the {kind} of a compiled function takes plain numbers: inside another "
                f"differentiation use autograd_mini.{kind} of the function"
            )
        self._look_around()
        trees, of = self._bound(arguments, named)
        key = (kind, key_of(trees, of))
        engine = self._kept(key, trees, of, lambda plan: HigherEngine(plan, kind))
        return engine.find(trees, of, tangent)


def hold_variables(arguments: Iterable[Any]) -> bool:
    """Tell whether an argument holds a variable of a differentiation, a symbol, or a step."""
    return any(map(_holds_variable, arguments))


def _holds_variable(tree: Any) -> bool:
    if is_array(tree) and tree.dtype != object:
        return False
    if isinstance(tree, dict):
        return any(map(_holds_variable, tree.values()))
    return any(
        hasattr(leaf.__class__, HOOK)
        and getattr(leaf, "kind", None) not in ("parameter", "constant")
        for leaf in flatten(tree)[0]
    )
