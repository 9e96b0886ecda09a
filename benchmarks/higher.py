"""With this one can compare compiled Hessians, their products and Jacobians with those of JAX.

Run ``PYTHONPATH=. python benchmarks/higher.py [rounds]`` where JAX is installed; with one thread
(``OPENBLAS_NUM_THREADS=1 XLA_FLAGS="--xla_cpu_multi_thread_eigen=false
intra_op_parallelism_threads=1"``). Both are measured in turn, in processor time, and the least time
of each counts. They must agree to 1e-9 of the largest number, or there is no comparison.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

import autograd_mini as ag

if TYPE_CHECKING:
    from collections.abc import Callable

    Pair = tuple[Callable[[], Any], Callable[[], Any]]

RNG = np.random.default_rng(0)
CALLS = 5


def rosenbrock(x: Any) -> Any:
    """Return Rosenbrock's function, whose Hessian has three diagonals."""
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def array_rosenbrock(x: Any) -> Any:
    """Return the same of an array."""
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def of_network() -> dict[str, Pair]:
    """Return derivatives of the log loss of [2, 16, 16, 1] on 1,000 points, by its parameters."""
    net = ag.MLP([2, 16, 16, 1], activation="tanh", seed=0)
    X, Y = RNG.normal(size=(1000, 2)), (RNG.normal(size=(1000, 1)) > 0) * 1.0
    fast = ag.compile(
        lambda x, y: ag.log_loss_from_logits(net.logits(x), y), batched=("x", "y"), wrt=net
    )
    each = ag.compile(net.logits, batched="x", reduce=None, wrt=net)
    parameters = {name: np.array(numbers) for name, numbers in net.state_dict().items()}
    vector = {name: RNG.normal(size=numbers.shape) for name, numbers in parameters.items()}

    def logits(p: Any, x: Any) -> Any:
        a = jnp.tanh(jnp.tanh(x @ p["W2"].T + p["b2"]) @ p["W3"].T + p["b3"])
        return a @ p["W4"].T + p["b4"]

    def loss(p: Any) -> Any:
        s = logits(p, X)
        return jnp.mean(jnp.sum(jax.nn.softplus(s) - Y * s, 1))

    hessian = jax.jit(jax.hessian(loss))
    product = jax.jit(lambda p, v: jax.jvp(jax.grad(loss), (p,), (v,))[1])
    jacobian = jax.jit(jax.vmap(jax.jacrev(logits), (None, 0)))
    return {
        "hvp of the loss, 337 parameters": (
            lambda: fast.hvp(vector, X, Y), lambda: product(parameters, vector)),
        "Hessian of the loss, 337 parameters": (
            lambda: fast.hessian(X, Y), lambda: hessian(parameters)),
        "Jacobian of the logits, each example": (
            lambda: each.jacobian(X), lambda: jacobian(parameters, X)),
    }  # fmt: skip


def of_rosenbrock() -> dict[str, Pair]:
    """Return derivatives of Rosenbrock's function of 100 numbers."""
    x, X, V = RNG.normal(size=100), RNG.normal(size=(1000, 100)), RNG.normal(size=(1000, 100))
    fast = ag.compile(rosenbrock)
    batch = ag.compile(rosenbrock, batched="x", reduce=None)
    hessian = jax.jit(jax.hessian(array_rosenbrock))
    product = jax.jit(jax.vmap(lambda x, v: jax.jvp(jax.grad(array_rosenbrock), (x,), (v,))[1]))
    return {
        "Hessian of Rosenbrock-100": (lambda: fast.hessian(x), lambda: hessian(x)),
        "hvp of Rosenbrock-100, batch of 1,000": (
            lambda: batch.hvp(V, X), lambda: product(X, V)),
    }  # fmt: skip


def seconds(run: Callable[[], Any]) -> float:
    """Return the processor time of a call."""
    started = time.process_time()
    for _ in range(CALLS):
        jax.block_until_ready(run())
    return (time.process_time() - started) / CALLS


def agree(ours: Any, theirs: Any) -> bool:
    """Tell whether all numbers agree."""
    pairs = list(zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True))
    scale = max(float(np.abs(b).max()) for _, b in pairs)
    return all(np.allclose(a, b, rtol=0, atol=1e-9 * scale) for a, b in pairs)


def main() -> int:
    """Print a row for each derivative."""
    jax.config.update("jax_enable_x64", val=True)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print("| derivative | ours, ms | JAX jit, ms | ratio |\n| --- | --- | --- | --- |")
    for name, pair in (of_network() | of_rosenbrock()).items():
        if not agree(*(run() for run in pair)):
            print(f"| {name} | they differ | | |")
            return 1
        times = [[seconds(run) for run in pair] for _ in range(rounds)]
        ours, theirs = (min(column) * 1e3 for column in zip(*times, strict=True))
        print(f"| {name} | {ours:.3f} | {theirs:.3f} | {ours / theirs:.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
