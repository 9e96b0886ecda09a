"""With this one can keep what a program computes in memory that is near.

- `block_size(cells, examples)`: how many examples are worked through at once.
- `keep_freed_memory()`: let the memory of freed arrays serve the next ones.

The loop around the blocks is the engine's.
"""

from __future__ import annotations

from functools import cache

__all__ = ["SMALL_BLOCK", "block_size", "keep_freed_memory"]

CELLS, SMALL_BLOCK = 131_072, 64
"""How many numbers the largest array of a block holds, and the fewest examples of one.

Smaller arrays fit a nearer cache, but each call of NumPy takes a microsecond, however small.
"""

KEPT_BYTES = 32_000_000
"""How much freed memory a process keeps."""


def block_size(cells: int, examples: int) -> int:
    """Return how many examples are worked through at once; all of them, if there are few.

    Parameters
    ----------
    cells : int
        How many numbers the largest array holds for each example.
    examples : int
        How many there are.

    Examples
    --------
    >>> block_size(64, 1_797), block_size(64, 60_000)
    (1797, 2048)
    """
    size = max(CELLS // cells, SMALL_BLOCK)
    return examples if examples < 2 * size else size


@cache
def keep_freed_memory() -> None:
    """Let the memory of freed arrays serve the next ones, instead of going back to the system.

    glibc returns what an array of more than 128 KiB held, and memory from the system comes page
    by page and cleared: programs of such arrays took two to five times as long. Once a larger
    array has been freed, it keeps what is smaller (mallopt(3), M_MMAP_THRESHOLD and
    M_TRIM_THRESHOLD). This array is never written, so it takes no memory itself.
    """
    import numpy as np  # noqa: PLC0415

    np.empty(KEPT_BYTES, dtype=np.uint8)
