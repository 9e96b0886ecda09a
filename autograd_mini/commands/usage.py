"""With this one can refuse a command line with one sentence, and read the words of one.

- `UsageError` ends a command with its message and the exit status 2; `explained` turns the errors
  of a person's files and numbers into it, so that every other error keeps its traceback.
- `Parser` is argparse's, with errors of one line.
- `say` prints.
- `sizes`, `count`, `positive`, `share`: what options take.

What the commands do lives in their own modules.
"""

from __future__ import annotations

import argparse
import math
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Parser", "UsageError", "count", "explained", "positive", "say", "share", "sizes"]
__all__ += ["whole"]


class UsageError(Exception):
    """What was asked for can't be done, and the message says why to the person who asked."""


@contextmanager
def explained(*kinds: type[Exception]) -> Iterator[None]:
    """Turn errors of these kinds into a UsageError, within ``with explained(ValueError):``.

    Parameters
    ----------
    *kinds : exception classes

    Raises
    ------
    UsageError
        With the message of the error; of an OSError, what happened to which file.

    Examples
    --------
    >>> with explained(OSError):
    ...     open("/no/such/file")
    Traceback (most recent call last):
    autograd_mini.commands.usage.UsageError: /no/such/file: No such file or directory
    """
    try:
        yield
    except kinds as error:
        message = str(error)
        if isinstance(error, OSError) and error.filename is not None:
            message = f"{error.filename}: {error.strerror}"
        raise UsageError(message) from error


def say(text: str = "") -> None:
    """Print a text to standard output at once, so that it keeps its place beside a progress bar."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Parser(argparse.ArgumentParser):
    """A parser of a command line that refuses it with one line, and keeps its epilog's lines."""

    def __init__(self, **options: object) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Print the message, and where to find help; exit with status 2."""
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def whole(text: str) -> int:
    """Return a whole number.

    Raises
    ------
    argparse.ArgumentTypeError
        If the text is none.
    """
    try:
        return int(text)
    except ValueError:
        raise _refused(text, "a whole number") from None


def count(text: str) -> int:
    """Return a whole number of at least 1.

    Raises
    ------
    argparse.ArgumentTypeError
        If the text is none.
    """
    number = whole(text)
    if number < 1:
        raise _refused(text, "a whole number from 1 on")
    return number


def positive(text: str) -> float:
    """Return a finite number above 0.

    Raises
    ------
    argparse.ArgumentTypeError
        If the text is none.
    """
    number = _number(text)
    if not 0 < number < math.inf:
        raise _refused(text, "a number above 0")
    return number


def share(text: str) -> float:
    """Return a number between 0 and 1, both excluded.

    Raises
    ------
    argparse.ArgumentTypeError
        If the text is none.
    """
    number = _number(text)
    if not 0 < number < 1:
        raise _refused(text, "a share between 0 and 1, such as 0.1")
    return number


def sizes(text: str) -> tuple[int, ...]:
    """Return the numbers of a list such as 32,16.

    Raises
    ------
    argparse.ArgumentTypeError
        If the text is none.

    Examples
    --------
    >>> sizes("32,16")
    (32, 16)
    """
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = (0,)
    if min(numbers) < 1:
        raise _refused(text, "whole numbers from 1 on, such as 32,16")
    return numbers


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _refused(text: str, accepted: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{text!r} is not accepted; accepted: {accepted}")
