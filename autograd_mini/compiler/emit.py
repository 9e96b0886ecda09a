"""With this one can write a rolled trace as a NumPy program, forward and backward.

- `array_program(…)` gives an `ArrayProgram`: source that a student can read, and its function.

The forward part goes through the classes, each an array; the backward part goes through them in
reverse. Of a sum of products each factor gets the product of the others and the adjoint, summed
over the letters that it lacks, so that matrix products transpose by themselves; elementwise rows
pass their partials on. The examples are one more letter.
"""

from __future__ import annotations

import math
import re

from autograd_mini.compiler.contract import BATCH, aligned, contract, scaled
from autograd_mini.compiler.names import Names
from autograd_mini.compiler.rolled import Access, CannotRollError, Class, Term
from autograd_mini.compiler.slopes import atom, literal, partial, write
from autograd_mini.compiler.targets.numpy import namespace, spelling
from autograd_mini.compiler.trace import COMPARISONS, LEAF, STOP, TAKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Piece = tuple[str, tuple[int, ...]]

__all__ = ["ArrayProgram", "Request", "array_program"]


class Request:
    """What a program is asked for.

    Parameters
    ----------
    outputs : list of (class, place)
    wanted : sequence of int, or None
        The arrays by which to differentiate.
    names : sequence of str
        Of the arrays.
    shapes, batched
        Of the arrays.
    labels : dict
        Names of classes.
    reduce : {"mean", "sum", None}
    examples : bool
        Whether there is an axis of examples.
    """

    def __init__(
        self,
        outputs: Sequence[tuple[int, int]],
        wanted: Sequence[int] | None,
        names: Sequence[str],
        shapes: Sequence[tuple[int, ...]],
        batched: Sequence[bool],
        labels: dict[int, str],
        reduce: str | None,
        *,
        examples: bool,
    ) -> None:
        self.outputs, self.wanted, self.names = list(outputs), wanted, list(names)
        self.shapes, self.batched, self.labels = list(shapes), list(batched), labels
        self.reduce, self.examples = reduce, examples

    @property
    def each(self) -> bool:
        """Whether gradients are kept for each example."""
        return self.examples and self.reduce is None


CELLS, SMALL_BLOCK = 16_384, 64
"""How many numbers the largest array of a block holds, and the fewest examples of one."""


class ArrayProgram:
    """A NumPy program.

    Attributes
    ----------
    source : str
    run : callable
        Takes the arrays, how many examples come, and how many there are in all; returns results
        and gradients.
    """

    def __init__(self, source: str, constants: dict[str, Any], told: str, cells: int) -> None:
        self.source, self._told, self.cells = source, told, cells
        names = (
            namespace(source) | {"scatter": _scatter, "full": _full, "place": _place} | constants
        )
        exec(compile(source, "<compiled by autograd_mini>", "exec"), names)  # noqa: S102 - our text
        self.run: Any = names["program"]

    def told(self) -> str:
        """Say what the trace became."""
        return self._told

    def block(self, examples: int) -> int:
        """Return how many examples are worked through at once, so that arrays stay in the cache."""
        size = max(CELLS // self.cells, SMALL_BLOCK)
        return examples if examples < 2 * size else size


def array_program(classes: Sequence[Class], request: Request) -> ArrayProgram:
    """Return the program of rolled classes."""
    writer = _Writer(classes, request)
    writer.forward()
    results = [writer.result(number, place) for number, place in request.outputs]
    gradients: list[str] = []
    if request.wanted is not None:
        writer.backward()
        gradients = [writer.gradient(array) for array in request.wanted]
    kept = _needed(writer.lines, [*results, *gradients])
    arrays = ", ".join(writer.array_names)
    head = f"{arrays}{',' if len(writer.array_names) == 1 else ''} = arrays"
    body = "\n".join(f"    {line}" for line in [head, *kept])
    returned = f"    return [{', '.join(results)}], [{', '.join(gradients)}]"
    source = f"def program(arrays, n, N):\n{body}\n{returned}\n"
    text = "\n".join(kept)
    products = len(re.findall(" @ |tensordot|vdot|einsum", text))
    gathers = len(re.findall(r"\bI[0-9]+\b", text))
    told = (
        f"rolled: {len(classes)} classes, {len(kept)} instructions, "
        f"{products} products, {gathers} gathers"
    )
    pairs = zip(classes, writer.batched, strict=True)
    cells = max((math.prod(c.shape) for c, batched in pairs if batched), default=1)
    return ArrayProgram(source, writer.constants, told, cells)


_NUMBER = re.compile(r"\(?-?[0-9][0-9.e+-]*\)?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _needed(lines: list[tuple[str, str, str]], results: Sequence[str]) -> list[str]:
    """Return the lines that the results need, as text."""
    words = {word for result in results for word in _WORD.findall(result)}
    kept = []
    for name, text, comment in reversed(lines):
        if name in words:
            words.update(_WORD.findall(text))
            kept.append(f"{text}{f'  # {comment}' if comment else ''}")
    return kept[::-1]


class _Writer:
    """Lines of a program, and what stands for each class and its adjoint."""

    def __init__(self, classes: Sequence[Class], request: Request) -> None:
        self.classes, self.request = list(classes), request
        self.names = Names(["np", "special", "rows", "arrays", "program", "n", "N", "inf",
                            "ratio", "sech", "sigmoid", "softplus", "clamp", "direction", "scatter",
                            "full", "place", "SELU_SCALE", "SELU_ALPHA", "SQRT_HALF"])  # fmt: skip
        self.array_names = [self.names.new(_unlike_index(name), "w") for name in request.names]
        self.lines: list[tuple[str, str, str]] = []
        self.constants: dict[str, Any] = {}
        self.known: dict[Any, str] = {}
        self.negation_of: dict[str, str] = {}
        self.batched = [False] * len(classes)
        self.name: list[str] = [""] * len(classes)
        self.parts: dict[int, list[Piece]] = {}
        self.buffers: dict[int, str] = {}
        self.adjoints: dict[int, Piece] = {}
        self.moves = self._dependents()

    # Bookkeeping

    def _dependents(self) -> set[int]:
        wanted = set(self.request.wanted or ())
        found: set[int] = set()
        for number, each in enumerate(self.classes):
            if each.operation == LEAF:
                if each.array in wanted:
                    found.add(number)
            elif each.operation not in COMPARISONS and each.operation != STOP:
                used = [*each.operands, *(f for t in each.terms for f in t.factors)]
                if any(isinstance(a.of, int) and a.of in found for a in used):
                    found.add(number)
        return found

    def line(self, name: str, text: str, comment: str = "") -> None:
        """Write a line that gives or changes a name."""
        self.lines.append((name, text, comment))

    def assign(self, text: str, wish: str | None = None, comment: str = "") -> str:
        """Return the name of an expression, which is written once."""
        if _WORD.fullmatch(text) or _NUMBER.fullmatch(text):
            return text
        name = self.known.get(text)
        if name is None:
            name = self.known[text] = self.names.new(wish, "t")
            self.line(name, f"{name} = {text}", comment)
        return name

    def constant(self, prefix: str, array: Any) -> str:
        """Return the name of an array that the program keeps."""
        key = (prefix, array.shape, array.dtype.str, array.tobytes())
        if key not in self.known:
            name = self.known[key] = self.names.new(f"{prefix}{len(self.constants)}")
            self.constants[name] = array
        return self.known[key]

    def axes(self, number: int) -> tuple[int, ...]:
        """Return the letters of a class's own axes, the examples first."""
        own = tuple(range(len(self.classes[number].shape)))
        return (BATCH, *own) if self.batched[number] else own

    def shape(self, number: int, *, batched: bool) -> str:
        """Return the text of a class's shape."""
        sizes = [*(["n"] if batched else []), *map(str, self.classes[number].shape)]
        return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"

    # Picking

    def load(self, access: Access) -> Piece:
        """Return an operand as a loop picks it, and the letters of its axes."""
        if not isinstance(access.of, int):
            if not access.letters:
                return literal(float(access.of)), ()
            return self.constant("C", access.of), access.letters
        return self.pick(self.name[access.of], self.axes(access.of), access, access.of)

    def pick(self, name: str, have: Sequence[int], access: Access, number: int) -> Piece:
        """Return what an access picks from an array that has some of a class's axes."""
        lead: tuple[int, ...] = (BATCH,) if BATCH in have else ()
        shape = self.classes[number].shape
        if access.axes is None:
            if len(have) - len(lead) < len(shape):
                name = f"full({name}, {list(have)!r}, {self.shape(number, batched=bool(lead))})"
            index = self.constant("I", access.index)
            if len(shape) != 1:
                name = f"{atom(name)}.reshape({'n, ' if lead else ''}-1)"
            return f"{atom(name)}[{':, ' if lead else ''}{index}]", (*lead, *access.letters)
        parts, letters = [":"] * len(lead), list(lead)
        for place, axis in enumerate(access.axes):
            if place not in have:
                continue
            parts.append(_slice(axis, shape[place]))
            if isinstance(axis, tuple):
                letters.append(axis[0])
        while parts and parts[-1] == ":":
            parts.pop()
        return (f"{atom(name)}[{', '.join(parts)}]" if parts else name), tuple(letters)

    # Forward

    def forward(self) -> None:
        """Write every class."""
        for number, each in enumerate(self.classes):
            if each.operation == LEAF:
                self.batched[number] = self.request.batched[each.array]
                self.name[number] = self.array_names[each.array]
                continue
            used = [*each.operands, *(f for t in each.terms for f in t.factors)]
            self.batched[number] = any(isinstance(a.of, int) and self.batched[a.of] for a in used)
            label = self.request.labels.get(number)
            if each.operation == TAKE:
                self.name[number] = self._take(number, each, label)
            elif each.operation == "sum":
                self.name[number] = self._sum(number, each, label)
            else:
                self.name[number] = self._row(number, each, label)

    def _row(self, number: int, each: Class, label: str | None) -> str:
        want = self.axes(number)
        pieces = [self.load(access) for access in each.operands]
        texts = [atom(aligned(text, have, want)) for text, have in pieces]
        found = {letter for _, have in pieces for letter in have}
        text = self._along_axis(each, want) or self.spelled(each.operation, texts, label)
        if each.operation in {"stop", "identity"} and found == set(want):
            return self.assign(texts[0], label)
        if found != set(want):
            text = f"np.broadcast_to({text}, {self.shape(number, batched=self.batched[number])})"
        return self.assign(text, label or _short(each.operation))

    def _take(self, number: int, each: Class, label: str | None) -> str:
        """Write the rows of an array that traced indices pick."""
        rows, letters, part = self._rows(each)
        table = each.operands[1].of
        text = aligned(f"{self.name[table]}{part}[{rows}]", letters, self.axes(number))
        return self.assign(text, label or "rows")

    def _rows(self, each: Class) -> tuple[str, tuple[int, ...], str]:
        """Return the indices, the letters of what they pick, and the part of the table."""
        index, row = each.operands
        if self.batched[row.of] or self.request.each:
            raise CannotRollError
        size, *rest = self.classes[row.of].shape
        text, letters = self.load(index)
        rows = self.assign(f"place({text}, {size})", "picked")
        parts = [":", *(_slice(a, s) for a, s in zip(row.axes[1:], rest, strict=True))]
        part = "" if set(parts) == {":"} else f"[{', '.join(parts)}]"
        return rows, (*letters, *row.letters), part

    def _along_axis(self, each: Class, want: Sequence[int]) -> str:
        """Return the text of a maximum over a whole axis of one array; nothing if it is none."""
        first = each.operands[0]
        if each.operation not in {"maximum", "minimum"} or not isinstance(first.of, int):
            return ""
        shape = self.classes[first.of].shape
        for place, size in enumerate(shape):
            if len(each.operands) == size and all(
                operand.at(first, place) == index for index, operand in enumerate(each.operands)
            ):
                rest = [axis for k, axis in enumerate(first.axes) if k != place]
                letters = [axis[0] for axis in rest if isinstance(axis, tuple)]
                if len(letters) == len(shape) - 1 and Access(None, tuple(rest), ()).is_whole(
                    [n for k, n in enumerate(shape) if k != place]
                ):
                    lead = [BATCH] if self.batched[first.of] else []
                    axis = place + len(lead)
                    method = {"maximum": "max", "minimum": "min"}[each.operation]
                    text = f"{self.name[first.of]}.{method}({axis})"
                    return aligned(text, (*lead, *letters), want)
        return ""

    def spelled(self, operation: str, texts: list[str], label: str | None = None) -> str:
        """Return the text of a row; all of the sigmoid's family share one exponential."""
        if operation in {"sigmoid", "softplus", "logsigmoid"}:
            base = self.negation_of.get(texts[0])
            s, negated = (texts[0], False) if base is None else (base, True)
            if operation == "logsigmoid":
                negated = not negated
            small, scale, rest = self._exponential(s, label)
            if operation == "sigmoid":
                pair = (rest, scale) if negated else (scale, rest)
                positive = self.assign(f"{s} >= 0", f"positive{small[1:]}")
                return f"np.where({positive}, {pair[0]}, {pair[1]})"
            part = self.assign(f"np.log1p({small})")
            signed = f"-{s}" if negated else s
            text = f"np.maximum({signed}, 0.0) + {part}"
            return f"-({text})" if operation == "logsigmoid" else text
        return spelling(operation, texts)

    def _exponential(self, s: str, label: str | None) -> tuple[str, str, str]:
        """Return e = exp(-|s|), 1/(1 + e) and e/(1 + e), of which σ(s), σ(-s) and σ' are made."""
        mark = label[1:] if label else ""
        small = self.assign(f"np.exp(-np.abs({s}))", f"e{mark}")
        scale = self.assign(f"1.0 / (1.0 + {small})", f"p{mark}")
        return small, scale, self.assign(f"{small} * {scale}", f"q{mark}")

    def _sum(self, number: int, each: Class, label: str | None) -> str:
        want = self.axes(number)
        shape = each.shape
        whole: list[Piece] = []
        partial_terms = []
        for term in each.terms:
            piece = self._term(term, batched=self.batched[number])
            if term.target.is_whole(shape):
                whole.append(_renamed(piece, term.target))
            else:
                partial_terms.append((term, piece))
        wish = label or ("s" if each.terms and len(each.terms[0].factors) > 1 else "t")
        if not partial_terms:
            text, have = _joined(whole, want)
            if set(have) != set(want):
                full = self.shape(number, batched=self.batched[number])
                text = f"np.broadcast_to({aligned(text, have, want)}, {full})"
            name = self.assign(text, wish)
            self._note_negation(each, name)
            return name
        name = self.names.new(wish)
        self.line(name, f"{name} = np.zeros({self.shape(number, batched=self.batched[number])})")
        if whole:
            self.line(name, f"{name} += {aligned(*_joined(whole, want), want)}")
        for term, piece in partial_terms:
            self.add_into(name, number, self.batched[number], term.target, piece)
        return name

    def _note_negation(self, each: Class, name: str) -> None:
        if len(each.terms) == 1:
            term = each.terms[0]
            if term.coefficient == -1.0 and len(term.factors) == 1:
                (factor,) = term.factors
                whole = isinstance(factor.of, int) and factor.is_whole(
                    self.classes[factor.of].shape
                )
                if whole and factor.letters == term.target.letters:
                    self.negation_of[name] = self.name[factor.of]

    def _term(self, term: Term, *, batched: bool) -> Piece:
        """Return a term over the letters of its target."""
        out = (BATCH, *term.target.letters) if batched else term.target.letters
        return self.product([self.load(f) for f in term.factors], out, term, term.coefficient)

    def product(
        self, factors: Sequence[Piece], out: Sequence[int], term: Term, coefficient: float,
        *, batched: bool = False,
    ) -> Piece:  # fmt: skip
        """Return a product summed over what `out` lacks; letters that no factor has count."""
        have = {letter for _, letters in factors for letter in letters}
        for letter, size in enumerate(term.sizes):
            if letter not in have and letter not in out:
                coefficient *= size
        factors = [f for f in factors if f[0] != "1.0"]
        if batched and BATCH not in have and BATCH not in out:
            factors = [*factors, ("n", ())]
        if not factors:
            return literal(coefficient), ()
        text, letters = contract(factors, out)
        return scaled(text, coefficient), letters

    def add_into(self, name: str, number: int, batched: bool, access: Access, piece: Piece) -> None:
        """Write the line that adds to the part of an array that an access picks."""
        text, have = piece
        lead: tuple[int, ...] = (BATCH,) if batched else ()
        if access.axes is None:
            want = (*lead, *access.letters)
            full = ", ".join([*(["n"] if batched else []), *map(str, access.index.shape)])
            value = aligned(text, have, want)
            if set(have) != set(want):  # `value` has an axis of length 1 for each that is missing
                value = f"np.broadcast_to({value}, ({full},))"
            plan = self._plan(access.index, math.prod(self.classes[number].shape))
            self.line(name, f"scatter({name}, {'n' if batched else 1}, {plan}, {value})")
            return
        letters = [axis[0] for axis in access.axes if isinstance(axis, tuple)]
        value = aligned(text, have, (*lead, *letters))
        shape = self.classes[number].shape
        parts = [":"] * len(lead)
        parts += [_slice(axis, size) for axis, size in zip(access.axes, shape, strict=True)]
        self.line(name, f"{name}[{', '.join(parts) or '()'}] += {value}")

    def _plan(self, index: Any, size: int) -> str:
        """Return the name of what adding at indices needs: an incidence matrix, or an order."""
        import numpy as np  # noqa: PLC0415

        flat = index.ravel()
        name = self.constant("I", flat)
        planned = f"{name}_{size}_plan"
        if planned not in self.constants:
            if len(flat) * size <= SMALL_INCIDENCE:
                plan: Any = np.zeros((len(flat), size))
                plan[np.arange(len(flat)), flat] = 1.0
            else:
                unique = np.unique(flat)
                order = np.argsort(flat, kind="stable")
                plan = (unique, order, np.searchsorted(flat[order], unique))
            self.constants[planned] = plan
        return planned

    def result(self, number: int, place: int) -> str:
        """Return the text of a result."""
        shape = self.classes[number].shape
        text = self.name[number]
        if shape:
            text = f"{text}.reshape({'n, ' if self.batched[number] else ''}-1)[..., {place}]"
        reduce = self.request.reduce
        if not self.request.examples:
            return text
        if reduce is None:
            return f"np.broadcast_to({text}, n)"
        total = self._total(number, text)
        return self.assign(f"{total} / N" if reduce == "mean" else total, "value")

    def _total(self, number: int, text: str) -> str:
        """Return the sum of a result over the examples; of a sum of products at one go."""
        each = self.classes[number]
        if not self.batched[number]:
            return f"n * {text}"
        if each.operation != "sum" or each.shape:
            return f"{text}.sum()"
        pieces = [
            self.product([self.load(f) for f in t.factors], (), t, t.coefficient, batched=True)
            for t in each.terms
        ]
        return f"({_joined(pieces, ())[0]})"

    # Backward

    def backward(self) -> None:
        """Write the adjoints, from the result to the leaves."""
        (root, place), *_ = self.request.outputs
        alone = self.batched[root] or not self.request.examples or self.request.reduce is None
        seed = "1.0" if alone else "n"
        if self.classes[root].shape:
            name = self.buffer(root)
            axes = tuple(int(k) for k in _unravelled(place, self.classes[root].shape))
            self.add_into(
                name, root, self._keeps_examples(root), Access(root, axes, ()), (seed, ())
            )
        else:
            self.parts[root] = [(seed, ())]
        for number in reversed(range(len(self.classes))):
            if number in self.moves and (number in self.parts or number in self.buffers):
                self._pass_on(number)

    def _keeps_examples(self, number: int) -> bool:
        """Tell whether an adjoint has the axis of examples."""
        return self.batched[number] or self.request.each

    def buffer(self, number: int) -> str:
        """Return the name of the array into which an adjoint's parts are added."""
        if number not in self.buffers:
            name = self.buffers[number] = self.names.new(self._adjoint_name(number))
            full = self.shape(number, batched=self._keeps_examples(number))
            self.line(name, f"{name} = np.zeros({full})")
        return self.buffers[number]

    def _adjoint_name(self, number: int) -> str:
        name = self.name[number]
        if self.classes[number].operation == LEAF:
            return f"g{name}"
        return f"delta{name[1:]}" if re.fullmatch("s[0-9]+", name) else f"d_{name}"

    def _adjoint(self, number: int, uses: int) -> Piece:
        """Return the adjoint of a class: the sum of what was passed to it."""
        want: tuple[int, ...] = tuple(range(len(self.classes[number].shape)))
        if self._keeps_examples(number):
            want = (BATCH, *want)
        parts = self.parts.get(number, [])
        if number in self.buffers:
            name = self.buffers[number]
            if parts:
                self.line(name, f"{name} += {aligned(*_joined(parts, want), want)}")
            return name, want
        text, have = _joined(parts, want)
        if uses > 1 or _named(self.name[number]):
            text = self.assign(text, self._adjoint_name(number), self._comment(number, text))
        return text, have

    def _comment(self, number: int, text: str) -> str:
        name = self.name[number]
        if re.fullmatch("s[0-9]+", name):
            layer = int(name[1:])
            if f"s{layer + 1}" in self.name:
                return f"BP2: δ{layer} = (W{layer + 1}ᵀ δ{layer + 1}) ⊙ σ′(s{layer})"
            return f"BP1: δ{layer} = ∇J ⊙ σ′(s{layer})"
        if self.classes[number].operation == LEAF and "delta" in text:
            matched = re.fullmatch("([Wb])([0-9]+)", name)
            if matched and matched[1] == "W":
                layer = int(matched[2])
                return f"BP4: ∂J/∂W{layer} = δ{layer} (a{layer - 1})ᵀ"
            if matched:
                return f"BP3: ∂J/∂b{matched[2]} = δ{matched[2]}"
        return ""

    def _pass_on(self, number: int) -> None:
        each = self.classes[number]
        if each.operation == LEAF:
            self.adjoints[number] = self._adjoint(number, 2)
            return
        used = [*each.operands, *(f for t in each.terms for f in t.factors)]
        uses = sum(1 for a in used if isinstance(a.of, int) and a.of in self.moves)
        adjoint = self._adjoint(number, uses)
        if each.operation == TAKE:
            rows, letters, part = self._rows(each)
            table = each.operands[1].of
            text, have = adjoint
            if set(have) != set(letters):
                full = self.shape(number, batched=self._keeps_examples(number))
                text, have = f"full({text}, {list(have)!r}, {full})", self.axes(number)
            name = self.buffer(table)
            self.line(name, f"np.add.at({name}{part}, {rows}, {aligned(text, have, letters)})")
        elif each.operation == "sum":
            for term in each.terms:
                self._pass_on_term(number, term, adjoint)
        else:
            self._pass_on_row(number, each, adjoint)

    def _pass_on_term(self, number: int, term: Term, adjoint: Piece) -> None:
        picked = self.pick(adjoint[0], adjoint[1], term.target, number)
        loaded = [self.load(factor) for factor in term.factors]
        for place, factor in enumerate(term.factors):
            if not isinstance(factor.of, int) or factor.of not in self.moves:
                continue
            alike = [k for k, other in enumerate(term.factors) if other.same(factor)]
            if place == alike[0]:
                others = [picked, *(piece for k, piece in enumerate(loaded) if k != place)]
                coefficient = term.coefficient * len(alike)
                self._give(factor, others, term, coefficient, self._keeps_examples(number))

    def _give(
        self, access: Access, factors: list[Piece], term: Term, coefficient: float, batched: bool
    ) -> None:
        """Add a product to the adjoint of what an access picks from."""
        number = access.of
        keeps = self._keeps_examples(number)
        out = (BATCH, *access.letters) if keeps else access.letters
        piece = self.product(factors, out, term, coefficient, batched=batched and not keeps)
        if access.axes is not None and access.is_whole(self.classes[number].shape):
            self.parts.setdefault(number, []).append(_renamed(piece, access))
        else:
            self.add_into(self.buffer(number), number, keeps, access, piece)

    def _pass_on_row(self, number: int, each: Class, adjoint: Piece) -> None:
        pieces = [self.load(access) for access in each.operands]
        want = self.axes(number)
        for place, access in enumerate(each.operands):
            if not isinstance(access.of, int) or access.of not in self.moves:
                continue
            found = self._slope(number, each, place, pieces, want, adjoint)
            if found is None:
                continue
            factors, coefficient = found
            term = Term(access, 1.0, [], list(each.shape))
            self._give(access, factors, term, coefficient, self._keeps_examples(number))

    def _slope(
        self, number: int, each: Class, place: int, pieces: list[Piece],
        want: tuple[int, ...], adjoint: Piece,
    ) -> tuple[list[Piece], float] | None:  # fmt: skip
        """Return adjoint and local derivative as factors, and a coefficient; None if it is 0."""
        if each.operation == "where":
            return self._where(place, pieces[0], adjoint)
        constants = [
            float(a.of) if not isinstance(a.of, int) and not a.letters else None
            for a in each.operands
        ]
        rule = partial(each.operation, place, constants)
        if rule is None or rule.number == 0.0:
            return None
        if rule.number is not None:
            return [adjoint], rule.number
        letters = self._letters_of(rule, pieces, want)
        texts = [atom(aligned(text, have, letters)) for text, have in pieces]
        if each.operation == "relu" and not _NUMBER.fullmatch(adjoint[0]):
            return [adjoint, (self.assign(f"{texts[0]} > 0", "positive"), letters)], 1.0
        mark = re.fullmatch("a([0-9]+)", self.name[number])
        wish = f"slope{mark[1]}" if mark else "slope"
        if each.operation == "sigmoid":
            base = self.negation_of.get(texts[0], texts[0])
            _, scale, rest = self._exponential(base, None)
            name = self.assign(f"{rest} * {scale}", wish, self._lecture(mark))
        else:
            text = write(rule, texts, self.name[number], self.assign, self.spelled)
            name = self.assign(text, wish)
        return [adjoint, (name, letters)], 1.0

    def _lecture(self, mark: re.Match[str] | None) -> str:
        return f"σ′(s{mark[1]}) = a{mark[1]} (1 − a{mark[1]})" if mark else ""

    def _where(
        self, place: int, condition: Piece, adjoint: Piece
    ) -> tuple[list[Piece], float] | None:
        if place == 0:
            return None
        union = {*condition[1], *adjoint[1]}
        letters = tuple(sorted(union))
        texts = [aligned(text, have, letters) for text, have in (condition, adjoint)]
        pair = (texts[1], "0.0") if place == 1 else ("0.0", texts[1])
        return [(f"np.where({texts[0]}, {pair[0]}, {pair[1]})", letters)], 1.0

    def _letters_of(self, rule: Any, pieces: Sequence[Piece], want: Sequence[int]) -> Any:
        """Return the letters on which a rule's operands hang."""
        found: set[int] = set()
        for operand in rule.operands():
            found.update(want if operand is None else pieces[operand][1])
        return tuple(letter for letter in want if letter in found)

    def gradient(self, array: int) -> str:
        """Return the text of the gradient by an array, in its full shape."""
        batched = self.request.batched[array] or self.request.each
        sizes = [*(["n"] if batched else []), *map(str, self.request.shapes[array])]
        shape = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
        for number, (text, have) in self.adjoints.items():
            if self.classes[number].array == array and self.classes[number].operation == LEAF:
                want = tuple(range(len(self.request.shapes[array])))
                want = (BATCH, *want) if batched else want
                total = text
                if self.request.examples and self.request.reduce == "mean":
                    total = f"{atom(text)} / N"
                if have == want:
                    return total
                return f"np.broadcast_to({aligned(total, have, want)}, {shape})"
        return f"np.zeros({shape})"


SMALL_INCIDENCE = 20_000
"""Cells up to which adding at indices is a product with a matrix of zeros and ones."""


def _unravelled(place: int, shape: Sequence[int]) -> list[int]:
    places = []
    for size in reversed(shape):
        places.append(place % size)
        place //= size
    return places[::-1]


def _slice(axis: Any, size: int) -> str:
    """Return the text of an index along one axis."""
    if not isinstance(axis, tuple):
        return str(axis)
    _, start, step, count = axis
    stop = start + step * (count - 1) + 1
    if (start, step, stop) == (0, 1, size):
        return ":"
    return f"{start or ''}:{'' if stop == size and step == 1 else stop}" + (
        f":{step}" if step > 1 else ""
    )


def _renamed(piece: Piece, access: Access) -> Piece:
    """Return a product whose letters are the axes of what it is added to."""
    place = {axis[0]: k for k, axis in enumerate(access.axes) if isinstance(axis, tuple)}
    place[BATCH] = BATCH
    return piece[0], tuple(place[letter] for letter in piece[1])


def _joined(parts: Sequence[Piece], want: Sequence[int]) -> Piece:
    """Return the sum of arrays, over those letters that any of them has."""
    have = tuple(letter for letter in want if any(letter in letters for _, letters in parts))
    text = ""
    for part, letters in parts:
        piece = aligned(part, letters, have)
        if not text:
            text = piece
        elif piece.startswith("-"):
            text += f" - {piece[1:]}"
        else:
            text += f" + {piece}"
    return (text or "0.0"), have


def _short(operation: str) -> str:
    return operation if len(operation) < 9 else "t"


def _unlike_index(name: str) -> str | None:
    """Return a name unless it looks like one of the program's own index arrays."""
    return None if re.fullmatch("[IC][0-9]+(_[0-9]+_plan)?|n|N", name) else name


def _named(name: str) -> bool:
    """Tell whether an adjoint is worth a name of its own: those of the lecture's sums are."""
    return re.fullmatch("s[0-9]+", name) is not None


def _scatter(array: Any, count: int, plan: Any, values: Any) -> None:
    """Add values at indices, of which one may come twice."""
    import numpy as np  # noqa: PLC0415

    rows, flat = array.reshape(count, -1), np.reshape(values, (count, -1))
    if isinstance(plan, tuple):
        unique, order, starts = plan
        rows[:, unique] += np.add.reduceat(flat[:, order], starts, axis=1)
    else:
        rows += flat @ plan


def _place(index: Any, count: int) -> Any:
    """Return traced indices as whole numbers; FloatingPointError if one has no item."""
    import numpy as np  # noqa: PLC0415

    whole = np.asarray(index).astype(np.intp)
    if (whole != index).any() or (whole < 0).any() or (whole >= count).any():
        raise FloatingPointError("an index without an item")
    return whole


def _full(array: Any, have: Sequence[int], shape: tuple[int, ...]) -> Any:
    """Return an array with all axes, where those that it lacks are repeated."""
    import numpy as np  # noqa: PLC0415

    lead = BATCH in have or len(shape) == len(have)
    del lead
    axes = list(range(len(shape)))
    offset = 1 if BATCH in have else 0
    present = {letter + offset for letter in have}
    index = tuple(slice(None) if axis in present else None for axis in axes)
    return np.broadcast_to(np.asarray(array)[index], shape)
