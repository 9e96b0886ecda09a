"""With this one can write a rolled trace as a NumPy program, forward and backward.

- `array_program(classes, request)` gives an `ArrayProgram`: source that a student can read, and
  its function.

`forward` goes through the classes, each an array, and `differentiate` goes through them in
reverse, on one `sheet`; here the lines that the results need are put together. The examples are
one more letter.
"""

from __future__ import annotations

import math
import re
import textwrap

from autograd_mini.compiler.apart import taken_apart
from autograd_mini.compiler.array_program import ArrayProgram
from autograd_mini.compiler.arrays import Arrays
from autograd_mini.compiler.differentiate import Reverse
from autograd_mini.compiler.forward import Forward
from autograd_mini.compiler.loops import History
from autograd_mini.compiler.sheet import Sheet
from autograd_mini.compiler.sigmoids import Sigmoids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_mini.compiler.array_program import Request
    from autograd_mini.compiler.loops import Loop
    from autograd_mini.compiler.rolled import Class

__all__ = ["array_program"]

ROWS = 32
"""How many steps of a loop may stand in memory that is less near, for each that is worked on."""


def array_program(classes: Sequence[Class], request: Request) -> ArrayProgram:
    """Return the program of rolled classes."""
    if not any(isinstance(each, History) for each in classes):
        classes, request = taken_apart(classes, request)
    sheet = Sheet(request.names)
    arrays, sigmoids = Arrays(classes, request, sheet), Sigmoids(sheet)
    forward = Forward(arrays, sigmoids)
    forward.write()
    results = [forward.result(number, place) for number, place in request.outputs]
    results += [forward.beside()] if request.beside else []
    gradients: list[str] = []
    if request.wanted is not None:
        reverse = Reverse(arrays, sigmoids)
        reverse.write()
        gradients = [reverse.gradient(array) for array in request.wanted]
    return finished(arrays, results, gradients)


def finished(arrays: Arrays, results: Sequence[str], gradients: Sequence[str]) -> ArrayProgram:
    """Return the program that gives results and gradients, made of the lines that these need."""
    sheet, classes = arrays.sheet, arrays.classes
    kept = sheet.needed([*results, *gradients])
    head = f"{', '.join(sheet.arrays)}{',' if len(sheet.arrays) == 1 else ''} = arrays"
    body = textwrap.indent("\n".join([head, *kept]), "    ")
    returned = f"    return [{', '.join(results)}], [{', '.join(gradients)}]"
    source = f"def program(arrays, n, N):\n{body}\n{returned}\n"
    text = "\n".join(kept)
    products = len(re.findall(" @ |tensordot|vdot|einsum", text))
    gathers = len(re.findall(r"\bI[0-9]+\b", text))
    instructions = sum(1 for line in kept if not line.startswith("check("))
    instructions += sum(line.count("\n    ") for line in kept if line.startswith("for "))
    told = (
        f"rolled: {len(classes)} classes, {instructions} instructions, "
        f"{products} products, {gathers} gathers"
    )
    loops = _loops(arrays)
    if loops:
        steps = ", ".join(f"{loop.count:,}" for loop in loops)
        told += f"\nloops: {len(loops)}, of {steps} steps"
    return ArrayProgram(source, sheet.constants, told, _cells(arrays))


def _cells(arrays: Arrays) -> int:
    """Return how many numbers of an example are in use at once; of all steps of a loop few are."""
    pairs = zip(arrays.classes, arrays.batched, strict=True)
    cells = max((math.prod(c.shape) for c, batched in pairs if batched), default=1)
    loops = _loops(arrays)
    if not loops:
        return cells
    rows = [math.prod(each.shape) for loop in loops for each in loop.classes]
    return max(*rows, cells // ROWS)


def _loops(arrays: Arrays) -> list[Loop]:
    """Return the loops of a program, each once."""
    return list({id(c.loop): c.loop for c in arrays.classes if isinstance(c, History)}.values())
