"""With this one can time one engine on one workload in this process, and see what it computed.

Start from `main`: ``python benchmarks/one_engine.py ours moons on`` prints one line of JSON, with
nanoseconds for each operation, value and gradient, or ``{"missing": ...}`` where the engine is
not installed. The last argument says whether the cyclic garbage collector runs. Comparing is
the work of `engines.py`.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import threading
import time
from importlib import metadata

from adapters import ENGINES
from workloads import WORKLOADS, chain, count_operations, rosenbrock

SECONDS = 0.6
FEWEST, MOST = 3, 200
STACK_BYTES = 1 << 29


def measure(engine_name: str, workload_name: str, collector: str) -> dict[str, object]:
    engine = ENGINES[engine_name]
    workload = WORKLOADS[workload_name]()
    operations = count_operations(workload)
    try:
        run = engine.prepare()
    except ImportError as error:
        return {"missing": str(error)}
    if collector == "off":
        gc.disable()
    _warm_up(run)
    value, gradient = run(workload)
    return {
        "nanoseconds": statistics.median(_times(run, workload)) / operations * 1e9,
        "operations": operations,
        "value": value,
        "gradient": gradient,
        "version": metadata.version(engine.distribution) if engine.distribution else "",
    }


def _warm_up(run) -> None:
    """Run the engine often on small graphs: CPython 3.11 specialises some loops at the 8th call."""
    for _ in range(20):
        run(rosenbrock(5))
        run(chain(20))


def _times(run, workload) -> list[float]:
    """Return the processor seconds of repeated runs, making and freeing the graph included."""
    times: list[float] = []
    while len(times) < FEWEST or (sum(times) < SECONDS and len(times) < MOST):
        start = time.process_time()
        run(workload)
        times.append(time.process_time() - start)
        if not gc.isenabled():
            gc.collect()  # what leaks with the collector off must not pile up
    return times


def main() -> None:
    engine_name, workload_name, collector = sys.argv[1:]

    def work() -> None:
        print(json.dumps(measure(engine_name, workload_name, collector)))

    if not ENGINES[engine_name].recursive:
        work()
        return
    sys.setrecursionlimit(10**6)
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
