"""With this one can run the `autograd-mini` command: train, check, draw, predict.

Start from `main`. What each command takes and does lives in `autograd_mini.commands`.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import TYPE_CHECKING

import autograd_mini
from autograd_mini.commands import check, draw, predict, train
from autograd_mini.commands.usage import Parser, UsageError, say

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_EPILOG = """\
examples:
  autograd-mini train digits            learn to read handwritten digits
  autograd-mini train iris --hidden 8,8 --seed 3
  autograd-mini train --csv flowers.csv --target species
  autograd-mini check                   compare every gradient with a witness
  autograd-mini draw "sigmoid(w*x + b)" w=2 x=-1 b=-3
  autograd-mini predict runs/flowers/model.json --csv new.csv

autograd-mini COMMAND --help tells more about a command.
"""

INTERRUPTED, BROKEN_PIPE = 130, 141
"""Exit statuses as a shell gives them for the signals SIGINT and SIGPIPE."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        0 if all went well, 1 if a check failed or a training diverged, 2 if what was asked for
        can't be done, 130 after Ctrl-C.

    Raises
    ------
    SystemExit
        After ``--help`` and ``--version``, and with status 2 if the arguments are not accepted.

    Examples
    --------
    >>> main(["check", "--sizes", "2,0"])
    Traceback (most recent call last):
    SystemExit: 2
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # → and σ must not end a command on a narrow one
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except UsageError as error:
        sys.stderr.write(f"autograd-mini {chosen.command}: error: {error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has gone away, as `head` does
        # What is still in the buffer would be written at exit, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status


def _parser() -> Parser:
    """Return the parser of all commands."""
    parser = Parser(
        prog="autograd-mini",
        description=(
            "Train networks of scalar neurons, check their gradients against the delta\n"
            "formulas, and draw the graphs that they are computed on."
        ),
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=Parser, title="commands"
    )
    for command in (train, check, draw, predict):
        command.add_parser(commands)
    return parser


class _Version(argparse.Action):
    """Print the version; looked up only when it is asked for, as that takes 30 ms."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        say(f"autograd-mini {autograd_mini.__version__}")
        parser.exit()
