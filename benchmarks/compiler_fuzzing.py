"""Compare compiled programs with the eager engine on thousands of random ones.

Run ``python benchmarks/compiler_fuzzing.py [programs]``. It is too long for the tests, which run
the first few hundred of the same programs: structured ones alone and in batches, their Hessians
by several arguments, these times a vector, Jacobians, recurrences over many steps, and irregular
graphs of up to 1,000 and of 10,000 operations with heavy reuse. Whatever differs by more than 1e-12
of the magnitude propagated through the graph, or 1e-9 of a Hessian's largest number, is printed,
and the exit status is 1.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import numpy as np
from programs import agree, eager, flat, irregular, looping, structured

import autograd_mini as ag
from autograd_mini.compiler import folding


def check_alone(f, arguments):
    """Return whether value and gradient agree, and the largest share of a magnitude."""
    value, gradients, size, sizes = eager(f, arguments)
    fast = ag.compile(f, wrt=tuple(arguments), target="numpy")
    found, slopes = fast.value_and_grad(**arguments)
    share = max(
        abs(a - b) / (s or 1.0)
        for a, b, s in zip([found, *flat(slopes)], [value, *gradients], [size, *sizes], strict=True)
    )
    right = agree([found], [value], [size]) and agree(flat(slopes), gradients, sizes)
    return right and "eager engine: 0" in fast.report(), share, "rolled" in fast.report()


def check_batch(f, arguments, seed):
    """Return whether a batch of three gives what its examples do."""
    generator = np.random.default_rng(seed)
    batch = np.array(arguments["x"]) + generator.uniform(-0.1, 0.1, (3, len(arguments["x"])))
    each = [eager(f, arguments | {"x": row}) for row in batch.tolist()]
    rest = [arguments["M"], arguments["c"]]
    fast = ag.compile(f, batched="x", reduce="sum", wrt=("M", "c"))
    total, by_rest = fast.value_and_grad(batch, *rest)
    first = batch.shape[1]
    expected = [sum(column) for column in zip(*(e[1][first:] for e in each), strict=True)]
    sizes = [sum(column) for column in zip(*(e[3][first:] for e in each), strict=True)]
    return agree([total], [sum(e[0] for e in each)], [sum(e[2] for e in each)]) and agree(
        flat(by_rest), expected, sizes
    )


def near(found, expected):
    """Return whether numbers are finite and agree to 1e-9 of the largest."""
    found, expected = np.array(flat(found)), np.array(flat(expected))
    scale = max(1.0, np.abs(expected).max())
    return found.shape == expected.shape and bool(np.abs(found - expected).max() <= 1e-9 * scale)


def check_second(f, arguments, seed):
    """Return whether the Hessian and its product with a vector agree, by several arguments."""
    generator = np.random.default_rng(seed)
    names = [n for n in arguments if generator.random() < 0.6] or ["x"]
    places = [list(arguments).index(name) for name in names]
    fast = ag.compile(f, wrt=tuple(names))
    expected = ag.hessian(f, places)(*arguments.values())
    found = fast.hessian(**arguments)
    sizes = [np.size(arguments[name]) for name in names]
    H = np.block([
        [np.reshape(np.array(block, dtype=float), (rows, columns))
         for block, columns in zip(row, sizes, strict=True)]
        for row, rows in zip(expected, sizes, strict=True)
    ])  # fmt: skip
    along = [generator.normal(size=np.shape(arguments[name])) for name in names]
    product = H @ np.concatenate([np.ravel(part) for part in along])
    right = near(fast.hvp(tuple(along), **arguments), product)
    return right and near([flat(row) for row in found], [flat(row) for row in expected])


def check_jacobian(f, g, arguments):
    """Return whether the Jacobian of two programs' results, by all arguments, agrees."""

    def several(x, M, c):
        value = f(x, M, c)
        return {"f": value, "all": [value * v for v in x] + [g(x, M, c)]}

    found = ag.compile(several, wrt=tuple(arguments)).jacobian(**arguments)
    return near(found, ag.jacobian(several, range(len(arguments)))(*arguments.values()))


def alike(found, expected):
    """Return whether gradients agree to a share of the largest of their numbers.

    Over many steps the propagated magnitude grows so that nothing would exceed it.
    """
    found, expected = np.array(found, dtype=float), np.array(expected)
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return np.allclose(found, expected, rtol=0.0, atol=1e-10 * scale)


def check_loops(f, arguments, seed):
    """Return whether a program with time loops agrees, alone and in a batch of three."""
    name = ("x", "u", "c")[seed % 3]
    around = np.array(arguments[name])
    batch = around + np.random.default_rng(seed).uniform(-0.1, 0.1, (3, *around.shape))
    each = [eager(f, arguments | {name: row}) for row in batch.tolist()]
    fast = ag.compile(f, batched=name, reduce=None, wrt=tuple(arguments), target="numpy")
    values, slopes = fast.value_and_grad(**(arguments | {name: batch}))
    rows = np.concatenate([np.asarray(slope).reshape(3, -1) for slope in slopes], axis=1)
    right = agree(list(values), [e[0] for e in each], [e[2] for e in each])
    right = right and all(alike(row, e[1]) for row, e in zip(rows, each, strict=True))
    value, gradients, size, _ = eager(f, arguments)
    alone = ag.compile(f, wrt=tuple(arguments), target="numpy")
    found, slopes = alone.value_and_grad(**arguments)
    return right and agree([found], [value], [size]) and alike(flat(slopes), gradients)


def time_loops(count):
    """Check recurrences; return how many are wrong, and how many became loops."""
    wrong, folded = [], 0
    folding.LEAST_SAVED = 0  # the loops are short, so that there can be many programs
    for seed in range(count):
        f, arguments = looping(seed)
        try:
            right = check_loops(f, arguments, seed)
        except (ArithmeticError, ValueError):  # some diverge, in the eager engine too
            continue
        wrong += [] if right else [("loop", seed)]
        fast = ag.compile(f, target="numpy")
        fast(**arguments)
        folded += "loops: " in fast.report()
    return wrong, folded


def irregular_graphs(count, operations):
    """Check irregular graphs; return how many are wrong, and the largest share."""
    wrong, largest = [], 0.0
    for seed in range(count):
        right, share, _ = check_alone(*irregular(seed, operations))
        largest = max(largest, share)
        wrong += [] if right else [seed]
    return wrong, largest


def main():
    """Check everything, and say what was found."""
    parser = argparse.ArgumentParser(description="Compare random programs with the engine.")
    parser.add_argument("programs", type=int, nargs="?", default=2000, help="default: %(default)s")
    programs = parser.parse_args().programs
    wrong, largest, rolled, started = [], 0.0, 0, time.perf_counter()
    for seed in range(programs):
        f, arguments = structured(seed)
        right, share, is_rolled = check_alone(f, arguments)
        largest, rolled = max(largest, share), rolled + is_rolled
        wrong += [] if right else [("alone", seed)]
        wrong += [] if check_batch(f, arguments, seed) else [("batch", seed)]
        wrong += [] if check_second(f, arguments, seed) else [("second", seed)]
        g, _ = structured(seed + 1)
        wrong += [] if check_jacobian(f, g, arguments) else [("Jacobian", seed)]
    print(
        f"{programs} structured programs, alone, in batches, Hessians, Jacobians: {rolled} rolled, "
        f"{len(wrong)} wrong {wrong[:9]}, at most {largest:.1e} of the magnitude, "
        f"{time.perf_counter() - started:.0f} s",
        flush=True,
    )
    started = time.perf_counter()
    bad, folded = time_loops(programs // 4)
    wrong += bad
    print(
        f"{programs // 4} programs with time loops, alone and in batches: {folded} folded, "
        f"{len(bad)} wrong {bad[:9]}, {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    for count, operations in ((programs // 2, 350), (min(50, programs), 3400)):
        started = time.perf_counter()
        bad, largest = irregular_graphs(count, operations)
        wrong += [("irregular", seed) for seed in bad]
        print(
            f"{count} irregular graphs of about {operations * 3} operations: {len(bad)} wrong "
            f"{bad[:9]}, at most {largest:.1e} of the magnitude, "
            f"{time.perf_counter() - started:.0f} s",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
