"""With this one can turn a formula that a person typed, "sigmoid(w*x + b)", into a graph.

Start from `parse`, which checks the text and returns an `Expression`, and `Expression.evaluate`,
which records it for given numbers; `FUNCTIONS` are the functions that may be called. The text is
read by Python's own parser and walked by a short list of what is accepted; it is never run.

What the functions compute is in `operations`; drawing the graph is in `drawing`.
"""

from __future__ import annotations

import ast
import difflib
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograd_mini import functions, operations
from autograd_mini.operations import TABLE
from autograd_mini.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["FUNCTIONS", "Expression", "parse"]

MAX_CHARACTERS = 2_000
MAX_DEPTH = 200
"""Far beyond what a drawing can show, and far below what Python's stack can take."""

# Functions of a list, such as softmax, have no place here: an expression holds numbers alone.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(functions, name)
    for name in functions.__all__
    if name in TABLE or name in ("logaddexp", "stop_gradient")
}
"""The functions that an expression may call, by name."""

# The rows in place of Python's operators: of plain numbers too, they raise what the table says,
# and 9**9**9**9 is infinite at once instead of filling the memory with digits.
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operations.add,
    ast.Sub: operations.subtract,
    ast.Mult: operations.multiply,
    ast.Div: operations.divide,
    ast.FloorDiv: operations.floor_divide,
    ast.Mod: operations.modulo,
    ast.Pow: operations.power,
}

_ACCEPTED = "names, numbers, + - * / // % **, parentheses and calls such as sigmoid(x)"
_AND_FUNCTIONS = f"the functions {', '.join(FUNCTIONS)}"


@dataclass(frozen=True)
class Expression:
    """A formula that has been checked, and can be recorded at any point.

    Parameters
    ----------
    text : str
        As it was typed.
    tree : ast.expr
        What Python's parser made of it.
    names : tuple of str
        The variables, in the order in which they first appear.

    Examples
    --------
    >>> parse("w*x + b").names
    ('w', 'x', 'b')
    """

    text: str
    tree: ast.expr
    names: tuple[str, ...]

    def evaluate(self, values: Mapping[str, float]) -> Value:
        """Record the expression at the given numbers; its leaves carry the names as labels.

        Parameters
        ----------
        values : dict of names to real numbers

        Returns
        -------
        Value

        Raises
        ------
        ValueError
            If a name has no number, a number no name, a function is called wrongly or outside
            its domain, or nothing is left that depends on a name.

        Examples
        --------
        >>> y = parse("sigmoid(w*x + b)").evaluate({"w": 2, "x": -1, "b": 2})
        >>> y.backward()
        >>> y.data
        0.5
        """
        numbers = {unicodedata.normalize("NFKC", name): x for name, x in values.items()}
        _check_names(self.names, numbers)
        leaves = {name: Value(numbers[name], label=name) for name in self.names}
        result = _evaluate(self.tree, leaves)
        if not isinstance(result, Value):
            raise ValueError(  # noqa: TRY004 - the type follows from the text
                f"{self.text!r} is {result!r} whatever the names stand for; accepted: an "
                "expression whose value is a number and follows from a name",
            )
        return result


def parse(text: str) -> Expression:
    """Return the expression that a text spells.

    Parameters
    ----------
    text : str
        Names, numbers, ``+ - * / // % **``, the unary minus, parentheses, and calls of
        `FUNCTIONS` with plain positional arguments. Line breaks count as blanks.

    Returns
    -------
    Expression

    Raises
    ------
    ValueError
        If there is anything else, or too much of it; the message says in which column, counted
        from 1, and what is accepted.

    Examples
    --------
    >>> parse("open(x)")
    Traceback (most recent call last):
    ValueError: column 1: there is no function 'open'; accepted: the functions abs, acos, ...
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"the expression has {len(text)} characters; accepted: up to {MAX_CHARACTERS}"
        )
    line = " ".join(text.splitlines())
    tree = _tree(line)
    names = dict.fromkeys(node.id for node in _checked(tree, 1) if isinstance(node, ast.Name))
    return Expression(text, tree, tuple(names))


def _tree(line: str) -> ast.expr:
    """Return what Python's parser makes of a line."""
    # The parser takes leading blanks for indentation; blanks behind an open bracket are none.
    indent = len(line) - len(line.lstrip())
    try:
        tree = ast.parse(line[indent:], mode="eval").body
    except SyntaxError as error:
        column = indent + error.offset if error.offset else len(line.rstrip()) + 1
        raise _error(column, error.msg or "this is no expression") from None
    except (MemoryError, RecursionError):
        raise _too_deep() from None
    except ValueError as error:  # a null character, which Python 3.11 reports so
        raise _error(1, str(error)) from None
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.keyword)):  # the parser counts bytes
            before = line[indent:].encode()[: node.col_offset]
            node.col_offset = indent + len(before.decode())
    return tree


def _checked(node: ast.expr, depth: int) -> Iterator[ast.expr]:
    """Give all the nodes in the order of the text; raise at the first that is not accepted."""
    if depth > MAX_DEPTH:
        raise _too_deep()
    yield node
    for part in _parts(node):
        yield from _checked(part, depth + 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the operands of a node that is accepted."""
    match node:
        case ast.Name():
            return []
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            _check_size(number, node.col_offset + 1)
            return []
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            return [left, right]
        case ast.UnaryOp(ast.USub(), operand):
            return [operand]
        case ast.Call(ast.Name(), arguments, []):
            _check_function(node)
            return arguments
        case ast.Call(ast.Name(), _, [keyword, *_]):
            problem = "arguments have no names here"
            raise _error(keyword.col_offset + 1, problem, "arguments in their order")
    raise _error(node.col_offset + 1, f"{_shown(node)} is not accepted here")


def _evaluate(node: ast.expr, leaves: Mapping[str, Value]) -> Any:
    """Return the value of a node that was checked."""
    match node:
        case ast.Name(name):
            return leaves[name]
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.BinOp(left, operator, right):
            return _OPERATORS[type(operator)](_evaluate(left, leaves), _evaluate(right, leaves))
        case ast.UnaryOp(_, operand):
            return operations.negative(_evaluate(operand, leaves))
        case ast.Call(ast.Name(name), arguments):
            operands = [_evaluate(argument, leaves) for argument in arguments]
            try:
                return FUNCTIONS[name](*operands)
            except TypeError as error:  # too few operands, too many, or none with a derivative
                raise ValueError(f"column {node.col_offset + 1}: {error}") from None
    raise AssertionError(f"{ast.dump(node)} was not checked")


def _check_size(number: float, column: int) -> None:
    """Raise ValueError if a number is too large for a float."""
    if number > sys.float_info.max:  # Python compares an int of any size exactly
        raise _error(column, "this number is too large", "numbers below 1.8e308")


def _check_function(call: ast.Call) -> None:
    """Raise ValueError if what is called is unknown."""
    assert isinstance(call.func, ast.Name)
    name = call.func.id
    if name not in FUNCTIONS:
        close = difflib.get_close_matches(name, FUNCTIONS, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        problem = f"there is no function {name!r}{hint}"
        raise _error(call.col_offset + 1, problem, _AND_FUNCTIONS)


def _check_names(names: tuple[str, ...], numbers: Mapping[str, float]) -> None:
    """Raise ValueError unless every name has a number, and every number a name."""
    missing = [name for name in names if name not in numbers]
    if missing:
        raise ValueError(
            f"no value for {' and '.join(missing)}; accepted: one for each name, "
            f"as in {missing[0]}=0.5",
        )
    unknown = [name for name in numbers if name not in names]
    if unknown:
        raise ValueError(
            f"{unknown[0]} does not stand in the expression; accepted: values for "
            f"{', '.join(names) or 'nothing, as it has no name'}",
        )


def _shown(node: ast.expr) -> str:
    """Return the text of a node, cut short; a chain of a thousand dots is too deep to print."""
    try:
        return repr(ast.unparse(node)[:40])
    except RecursionError:
        return "this"


def _error(column: int, problem: str, accepted: str = _ACCEPTED) -> ValueError:
    return ValueError(f"column {column}: {problem}; accepted: {accepted}")


def _too_deep() -> ValueError:
    return ValueError(f"the expression is nested too deeply; accepted: up to {MAX_DEPTH} levels")
