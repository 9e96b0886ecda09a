"""With this one can read what `autograd-mini train` is asked for: its options, and their help.

Start from `add_options`. What is done with them lives in `train`, the defaults in `settings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini import datasets
from autograd_mini.commands.settings import table
from autograd_mini.commands.usage import Parser, count, positive, share, sizes, whole
from autograd_mini.descent import OPTIMIZERS
from autograd_mini.losses import LOSSES
from autograd_mini.neurons import ACTIVATIONS
from autograd_mini.training import ENGINES

if TYPE_CHECKING:
    import argparse

__all__ = ["add_options"]

_EPILOG = f"""\
what a data set is trained with, if nothing else is asked for:
{table()}

The run folder gets model.json, history.csv, training.json (what --resume needs)
and the pictures graph.svg (one neuron, forward and backward), graph.html (the
same, to be moved and stepped through in a browser), network.svg, loss.svg,
confusion.svg, for data in a plane boundary.svg, and digits.svg.
Ctrl-C stops the training after the last complete epoch and saves the best model
so far.
The same options give the same files, byte for byte.

examples:
  autograd-mini train digits
  autograd-mini train iris --hidden 8,8 --activation tanh --seed 3
  autograd-mini train moons --validation 0.2 --patience 20 --out runs/stopped
  autograd-mini train --csv flowers.csv --target species
  autograd-mini train digits --resume --epochs 60

data sets: {", ".join(datasets.names())}
"""


def add_options(commands: argparse._SubParsersAction[Parser]) -> Parser:
    """Say what the command takes, and return its parser."""
    parser = commands.add_parser(
        "train",
        help="train a network, check its gradients, draw what it learnt",
        description=(
            "Train a network of scalar neurons, and check its gradients against the delta\n"
            "formulas BP1 to BP4 before and after."
        ),
        epilog=_EPILOG,
    )
    data = parser.add_argument_group("data")
    data.add_argument("dataset", nargs="?", metavar="DATASET", help="one of the data sets below")
    data.add_argument("--csv", metavar="FILE", help="a file of your own instead")
    data.add_argument("--target", metavar="COLUMN", help="its column with the classes")
    _add_network(parser)
    _add_training(parser)
    files = parser.add_argument_group("output")
    files.add_argument(
        "--out", metavar="DIR", help="run folder (default: runs/ and the name of the data)"
    )
    files.add_argument("--force", action="store_true", help="replace the run that is in the folder")
    files.add_argument(
        "--resume", action="store_true",
        help="go on with the run that is in the folder, up to --epochs, with the same bits as "
        "if it had never stopped",
    )  # fmt: skip
    files.add_argument("--quiet", action="store_true", help="print the test accuracy alone")
    return parser


def _add_network(parser: Parser) -> None:
    """Say what there is to choose about the network."""
    group = parser.add_argument_group("network (defaults: by data set, see below)")
    group.add_argument(
        "--hidden", type=_hidden, metavar="SIZES",
        help="neurons in the hidden layers, such as 32,16; none for no hidden layer",
    )  # fmt: skip
    group.add_argument(
        "--activation", choices=[name for name in ACTIVATIONS if name != "softmax"],
        metavar="NAME", help="of the hidden layers: %(choices)s",
    )  # fmt: skip
    group.add_argument(
        "--loss", choices=[name for name, loss in LOSSES.items() if not loss.from_logits],
        metavar="NAME",
        help="%(choices)s; it decides the output layer, too: log_loss and quadratic have "
        "sigmoids, as in the lecture, cross_entropy a softmax, the others no activation",
    )  # fmt: skip


def _add_training(parser: Parser) -> None:
    """Say what there is to choose about the training."""
    group = parser.add_argument_group("training (defaults: by data set, see below)")
    group.add_argument("--optimizer", choices=list(OPTIMIZERS), metavar="NAME", help="%(choices)s")
    group.add_argument("--step", type=positive, metavar="SIZE", help="step size λ")
    group.add_argument("--epochs", type=count, metavar="N", help="passes through the examples")
    group.add_argument("--batch-size", type=count, metavar="N", help="examples for each step")
    group.add_argument(
        "--seed", type=whole, metavar="N",
        help="of the split, the first weights and the order of examples (default: 0)",
    )  # fmt: skip
    group.add_argument(
        "--validation", type=share, metavar="SHARE",
        help="share of the training part to watch instead of learning from it; the model of its "
        "smallest loss is kept (default: none)",
    )  # fmt: skip
    group.add_argument(
        "--patience", type=count, metavar="N",
        help="with --validation, stop after N epochs without a smaller loss (default: never)",
    )  # fmt: skip
    group.add_argument(
        "--engine", choices=ENGINES, metavar="NAME",
        help="%(choices)s: compile the training to programs over arrays, or sweep the graph of "
        "each example, scalar by scalar, which takes a thousand times as long (default: auto)",
    )  # fmt: skip


def _hidden(text: str) -> tuple[int, ...]:
    return () if text == "none" else sizes(text)
