"""With this one can get value and gradient of the same scalar functions out of every compiler.

Start from `ENGINES`: for each workload the engines by name. Calling one imports what it needs
(ImportError where that is missing), compiles, and gives a `Prepared`. Hand-written NumPy is one
of them. The functions and numbers come from `compiled_workloads.py` and `compiled_gpt.py`; who
runs what when is the business of `compiled.py`.
"""

from __future__ import annotations

import functools
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import compiled_gpt as gpt
import compiled_workloads as work
import numpy as np
import tuple_slots

import autograd_mini as ag

if TYPE_CHECKING:
    from collections.abc import Callable

STEP = 0.01


class Prepared(NamedTuple):
    """A compiled function: `run` is timed, `answer` gives value and gradient as one flat array."""

    run: Callable[[], Any]
    answer: Callable[[], Any]


def flat(value, gradient):
    """Return values and gradients, however nested, as one array."""
    parts = gradient.values() if isinstance(gradient, dict) else [gradient]
    if isinstance(gradient, (list, tuple)) and not np.isscalar(gradient[0]):
        parts = gradient
    return np.concatenate([np.ravel(np.asarray(part, float)) for part in (value, *parts)])


def prepared(run):
    """Return what is prepared where the timed function returns value and gradient."""
    return Prepared(run, lambda: flat(*run()))


# Networks


def ours_digits(*, arrays=True):
    X, Y, parameters = work.digits()
    net = ag.MLP([64, 32, 10])
    net.load_state_dict({name: array.tolist() for name, array in parameters.items()})
    fast = ag.compile(lambda x, y: ag.log_loss_from_logits(net.logits(x), y), batched=("x", "y"))
    return _of_network(fast, parameters, X, Y, arrays=arrays)


def ours_moons(*, arrays=True):
    X, Y, parameters = work.moons()
    net = ag.MLP([2, 16, 16, 1], activation="relu", output="identity")
    net.load_state_dict({name: array.tolist() for name, array in parameters.items()})
    fast = ag.compile(lambda x, y: ag.hinge(net(x), y), batched=("x", "y"))
    return _of_network(fast, parameters, X, Y, arrays=arrays)


def _of_network(fast, parameters, X, Y, *, arrays):
    if arrays:
        return prepared(lambda: fast.value_and_grad_at(parameters, X, Y))
    return prepared(lambda: fast.value_and_grad(X, Y))


def numpy_digits():
    X, Y, parameters = work.digits()
    W2, b2, W3, b3 = parameters.values()

    def run():
        a2 = 1 / (1 + np.exp(-(X @ W2.T + b2)))
        s3 = a2 @ W3.T + b3
        small = np.exp(-np.abs(s3))
        value = (np.maximum(s3, 0) + np.log1p(small) - Y * s3).sum() / len(X)
        a3 = np.where(s3 > 0, 1, small) / (1 + small)
        delta3 = (a3 - Y) / len(X)
        delta2 = (delta3 @ W3) * a2 * (1 - a2)
        return value, [delta2.T @ X, delta2.sum(0), delta3.T @ a2, delta3.sum(0)]

    return prepared(run)


def numpy_moons():
    X, Y, parameters = work.moons()
    W2, b2, W3, b3, W4, b4 = parameters.values()

    def run():
        s2 = X @ W2.T + b2
        a2 = np.maximum(s2, 0)
        s3 = a2 @ W3.T + b3
        a3 = np.maximum(s3, 0)
        margin = 1 - Y * (a3 @ W4.T + b4)
        delta4 = -Y * (margin > 0) / len(X)
        delta3 = (delta4 @ W4) * (s3 > 0)
        delta2 = (delta3 @ W3) * (s2 > 0)
        gradients = [delta2.T @ X, delta2.sum(0), delta3.T @ a2, delta3.sum(0)]
        return np.maximum(margin, 0).sum() / len(X), [*gradients, delta4.T @ a3, delta4.sum(0)]

    return prepared(run)


def torch_digits():
    import torch

    torch.set_num_threads(1)
    X, Y, parameters = work.digits()
    net = torch.nn.Sequential(
        torch.nn.Linear(64, 32), torch.nn.Sigmoid(), torch.nn.Linear(32, 10)
    ).double()
    for own, array in zip(net.parameters(), parameters.values(), strict=True):
        own.data = torch.tensor(array)
    inputs, answers = torch.tensor(X), torch.tensor(Y)
    loss = torch.nn.BCEWithLogitsLoss(reduction="sum")

    def run():
        net.zero_grad()
        value = loss(net(inputs), answers) / len(inputs)
        value.backward()
        return value

    def answer():
        value = run().item()
        return flat(value, [own.grad.numpy() for own in net.parameters()])

    return Prepared(run, answer)


def jax_moons():
    jax = _jax()
    jnp = jax.numpy
    X, Y, parameters = work.moons()

    def loss(weights, x, y):
        W2, b2, W3, b3, W4, b4 = weights
        a2 = jnp.maximum(W2 @ x + b2, 0)
        a3 = jnp.maximum(W3 @ a2 + b3, 0)
        return jnp.maximum(1 - y * (W4 @ a3 + b4), 0).sum()

    def mean(weights):
        return jax.vmap(loss, (None, 0, 0))(weights, X, Y).mean()

    return _of_jax(jax, mean, list(parameters.values()))


# Formulas, a batch at a time


def ours_formula(function, name):
    fast = ag.compile(lambda x: function(ag, x), batched="x", reduce=None)
    X = work.numbers(name)
    return prepared(lambda: fast.value_and_grad(X))


def casadi_formula(function, name):
    casadi, points = _casadi(), work.numbers(name)
    single = _casadi_function(casadi, function, points[0])
    many = single.map(len(points))
    X = points.reshape(len(points), -1)
    buffer, run = many.buffer()  # without the conversions of an ordinary call
    value, gradient = np.zeros(len(points)), np.zeros_like(X)
    buffer.set_arg(0, memoryview(X))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(gradient))

    kept = (many, buffer, X)  # the buffer does not keep them itself

    def answer():
        run()
        return flat(value, gradient) if kept else None

    return Prepared(run, answer)


def _casadi_function(casadi, function, point):
    x = casadi.SX.sym("x", point.size)
    shaped = [x[k] for k in range(point.size)]
    if point.ndim > 1:
        width = point.shape[1]
        shaped = [shaped[k : k + width] for k in range(0, point.size, width)]
    value = function(casadi, shaped)
    return casadi.Function("f", [x], [value, casadi.gradient(value, x)])


# A path of 252 steps


def ours_asian():
    fast = ag.compile(lambda x, z: work.asian_call(ag, x, z), batched="z", wrt="x")
    Z = work.numbers("asian")
    return prepared(lambda: fast.value_and_grad(work.MARKET, Z))


def jax_asian_loop():
    jax = _jax()
    Z, functions = work.numbers("asian"), _jax_functions(jax)

    def mean(x):
        return jax.vmap(lambda z: work.asian_call(functions, x, z))(Z).mean()

    return _of_jax(jax, mean, work.MARKET)


def jax_asian_scan():
    jax = _jax()
    jnp = jax.numpy
    Z, day = work.numbers("asian"), 1.0 / work.DAYS

    def one(x, normals):
        price, rate, volatility = x

        def step(carried, normal):
            price, total = carried
            drift = (rate - volatility**2 / 2) * day
            price = price * jnp.exp(drift + volatility * day**0.5 * normal)
            return (price, total + price), None

        (_, total), _ = jax.lax.scan(step, (price, 0.0), normals)
        return jnp.exp(-rate) * jnp.maximum(total * day - work.STRIKE, 0)

    def mean(x):
        return jax.vmap(lambda z: one(x, z))(Z).mean()

    return _of_jax(jax, mean, work.MARKET)


# One point at a time


def ours_point(function, name):
    fast = ag.compile(lambda x: function(ag, x), target="python")
    point = work.numbers(name)[0].tolist()
    return prepared(lambda: fast.value_and_grad(point))


def eager_point(function, name):
    point = work.numbers(name)[0]

    def run():
        values = [ag.Value(number) for number in point.ravel().tolist()]
        shaped = values
        if point.ndim > 1:
            width = point.shape[1]
            shaped = [values[k : k + width] for k in range(0, len(values), width)]
        result = function(ag, shaped)
        result.backward()
        return result.data, [value.grad for value in values]

    return prepared(run)


def casadi_point(function, name):
    casadi, point = _casadi(), work.numbers(name)[0]
    single = _casadi_function(casadi, function, point)
    x = casadi.DM(point.ravel().tolist())

    def answer():
        value, gradient = single(x)
        return flat(float(value), np.array(gradient))

    return Prepared(lambda: single(x), answer)


# The language model: a step on each document, so a run is a pass over all of them


def ours_gpt():
    weights = gpt.parameters()
    fast = ag.compile(
        lambda weights, inputs, targets: gpt.loss(ag, weights, inputs, targets),
        wrt="weights",
        target="numpy",
    )

    def step(document):
        value, gradient = fast.value_and_grad(weights, document[:-1], document[1:])
        for name, slope in gradient.items():
            weights[name] -= STEP * slope
        return value

    first = gpt.documents()[0]
    return Prepared(
        lambda: [step(document) for document in gpt.documents()],
        functools.cache(lambda: flat(*fast.value_and_grad(weights, first[:-1], first[1:]))),
    )


def eager_gpt():
    return _scalar_gpt(ag.Value, ag)


def tuple_slots_gpt():
    functions = SimpleNamespace(
        exp=lambda v: v.exp(),
        log=lambda v: v.log(),
        sqrt=lambda v: v**0.5,
        relu=lambda v: v.relu(),
        take=lambda items, index: items[index],
    )
    return _scalar_gpt(tuple_slots.Value, functions)


def _scalar_gpt(kind, functions):
    weights = {
        name: [[kind(number) for number in row] for row in array.tolist()]
        for name, array in gpt.parameters().items()
    }
    leaves = [leaf for rows in weights.values() for row in rows for leaf in row]

    def gradient(document):
        for leaf in leaves:
            leaf.grad = 0.0
        value = gpt.loss(functions, weights, document[:-1], document[1:])
        value.backward()
        return value.data

    def step(document):
        value = gradient(document)
        for leaf in leaves:
            leaf.data -= STEP * leaf.grad
        return value

    def answer():
        value = gradient(gpt.documents()[0])
        return flat(value, [leaf.grad for leaf in leaves])

    return Prepared(
        lambda: [step(document) for document in gpt.documents()], functools.cache(answer)
    )


# Peers


def _jax():
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def _jax_functions(jax):
    return SimpleNamespace(exp=jax.numpy.exp, relu=lambda x: jax.numpy.maximum(x, 0))


def _of_jax(jax, function, point):
    compiled = jax.jit(jax.value_and_grad(function))
    point = jax.tree.map(jax.numpy.asarray, point)
    return Prepared(lambda: jax.block_until_ready(compiled(point)), lambda: flat(*compiled(point)))


def _casadi():
    import casadi

    return casadi


FORMULAS = {
    "rosenbrock": work.rosenbrock,
    "black_scholes": work.black_scholes,
    "n_body": work.n_body_energy,
}

OURS_READING = "ours, reading Values"

ENGINES: dict[str, dict[str, Callable[[], Prepared]]] = {
    "digits": {
        "ours": ours_digits,
        OURS_READING: functools.partial(ours_digits, arrays=False),
        "numpy": numpy_digits,
        "torch": torch_digits,
    },
    "moons": {
        "ours": ours_moons,
        OURS_READING: functools.partial(ours_moons, arrays=False),
        "numpy": numpy_moons,
        "jax": jax_moons,
    },
    **{
        name: {
            "ours": functools.partial(ours_formula, function, name),
            "casadi": functools.partial(casadi_formula, function, name),
        }
        for name, function in FORMULAS.items()
    },
    "asian": {"ours": ours_asian, "jax": jax_asian_loop, "jax scan": jax_asian_scan},
    **{
        f"{name}, one point": {
            "ours": functools.partial(ours_point, FORMULAS[name], name),
            "eager": functools.partial(eager_point, FORMULAS[name], name),
            "casadi": functools.partial(casadi_point, FORMULAS[name], name),
        }
        for name in ("rosenbrock", "n_body")
    },
    "gpt": {"ours": ours_gpt, "eager": eager_gpt, "tuple-slots": tuple_slots_gpt},
}
"""By workload and engine, what prepares it."""
