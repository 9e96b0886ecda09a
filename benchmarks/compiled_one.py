"""With this one can time one compiler on one workload, in a process of its own.

``python benchmarks/compiled_one.py gpt ours answer.npy`` compiles, writes value and gradient to a
file, prints how long that took, and then, for each line with a number of seconds that it reads,
prints the median time of a run. Comparing is the work of `compiled.py`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import statistics
import sys
import threading
import time

for _name in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"

STACK_BYTES = 1 << 29
KEPT_BYTES = 32_000_000
"""After an array of this size has been freed, glibc keeps the memory of smaller ones: without it,
hand-written NumPy takes twice as long on arrays of more than 128 KiB. A compiled program does so by
itself; here it is done for all, so that engines are compared and not allocators."""
RECURSIVE = ("tuple-slots",)
SHORTEST = 0.002
"""Seconds that a sample takes at least, so that the clock does not count."""


def serve(workload, engine, path):
    """Prepare an engine, and measure whenever asked."""
    import numpy as np
    from compiled_engines import ENGINES

    gc.freeze()  # what was imported is no work of the engine's
    np.empty(KEPT_BYTES, dtype=np.uint8)
    start = time.process_time()
    try:
        prepared = ENGINES[workload][engine]()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    answer = prepared.answer()
    first = time.process_time() - start
    np.save(path, answer)
    print(json.dumps({"first": first}), flush=True)
    calls = calls_of_a_sample(prepared.run)
    for line in sys.stdin:
        print(json.dumps({"seconds": median(prepared.run, calls, float(line))}), flush=True)


def calls_of_a_sample(run):
    """Return how many runs are timed at once."""
    start = time.process_time()
    run()
    return math.ceil(SHORTEST / max(time.process_time() - start, 1e-7))


def median(run, calls, seconds):
    """Return the median of the processor time of a run."""
    times = []
    end = time.process_time() + seconds
    while not times or time.process_time() < end:
        start = time.process_time()
        for _ in range(calls):
            run()
        times.append((time.process_time() - start) / calls)
    return statistics.median(times)


def main():
    """Work on one core; the engine that recurses gets the stack that it needs."""
    with contextlib.suppress(AttributeError):  # not every system has it
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if sys.argv[2] not in RECURSIVE:
        serve(*sys.argv[1:])
        return
    sys.setrecursionlimit(10**6)
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=serve, args=sys.argv[1:])
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
