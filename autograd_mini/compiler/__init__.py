"""With this one can write scalars and run arrays: `compile` turns a function into a program.

- `compile(f)` gives a function that runs as a program, with its gradient.
- `take(items, index)` picks an element by a traced index.

The passes are modules of their own: `trace`, `simplify`, `roll`, `differentiate`, `emit`; what a
program is written in lies in `targets`.
"""

from autograd_mini.compiler.compiled import Compiled, compile
from autograd_mini.compiler.symbols import TracingError, take

__all__ = ["Compiled", "TracingError", "compile", "take"]
