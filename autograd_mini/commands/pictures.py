"""With this one can draw what a run came to.

Start from `draw_all`, which writes all pictures that fit the data: a neuron's graph, also as a
living page, the network, loss and accuracy, the confusion, for data in a plane the boundary, and
digits as they were written.

How they look is the business of `autograd_mini.drawing`; which files a run has, of `run_folder`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_mini.commands.examples import TEST_SHARE
from autograd_mini.commands.neuron_graph import output_neuron
from autograd_mini.commands.usage import explained
from autograd_mini.drawing import draw, page, plot_boundary, plot_confusion, plot_digits, save_plot
from autograd_mini.losses import LOSSES
from autograd_mini.training import answers, predict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from matplotlib.figure import Figure

    from autograd_mini.commands.examples import Parts
    from autograd_mini.commands.settings import Settings
    from autograd_mini.neurons import MLP
    from autograd_mini.training import History

__all__ = ["draw_all"]


def draw_all(
    folder: Path,
    net: MLP,
    examples: Parts,
    settings: Settings,
    history: History,
    counts: Sequence[Sequence[int]],
) -> None:
    """Write the pictures of a run into its folder, each whole or not at all.

    Parameters
    ----------
    folder : Path
    net : MLP
    examples : Parts
    settings : Settings
    history : History
    counts : K rows of K ints
        The confusion on the test part.

    Raises
    ------
    UsageError
        If one can't be written.
    """
    neuron = output_neuron(net, examples.test, settings.loss)
    with explained(OSError):
        # Downwards: a sum of products is a long row otherwise, and too small on a phone or a slide.
        draw(neuron.root, title=neuron.title, direction="down").save(folder / "graph.svg")
        page(neuron.root, title=neuron.title).save(folder / "graph.html")
        draw(net, title=_title(settings, examples)).save(folder / "network.svg")
        save_plot(history.plot(theme="auto"), folder / "loss.svg")
        confusion = plot_confusion(counts, examples.data.class_names, theme="auto")
        save_plot(confusion, folder / "confusion.svg")
        if examples.data.feature_count == 2:
            save_plot(_boundary(net, examples, settings.loss), folder / "boundary.svg")
        if settings.dataset == "digits":
            save_plot(_digits(net, examples, settings), folder / "digits.svg")


def _title(settings: Settings, examples: Parts) -> str:
    """Return the title of the network."""
    return f"{examples.data.name}, trained with seed {settings.seed}"


def _boundary(net: MLP, examples: Parts, loss: str) -> Figure:
    """Plot the plane as the network sees it, with all the examples, in the data's own units."""
    least = min(LOSSES[loss].code(0, 1))  # of a loss that takes signs, -1 stands for class 0

    def chances(points: Any) -> list[list[float]]:
        found = answers(net, examples.scaling.apply(points.tolist()))
        return [[min(max((a - least) / (1 - least), 0.0), 1.0) for a in row] for row in found]

    data = examples.data
    return plot_boundary(chances, data.features, data.targets, data.class_names, theme="auto")


def _digits(net: MLP, examples: Parts, settings: Settings) -> Figure:
    """Plot the first digits of the test part as they were written, and what they are taken for."""
    _, written = examples.data.shuffled_split(TEST_SHARE, settings.seed)
    said = predict(net, examples.test.features[:DIGITS], loss=settings.loss)
    shown = written.features[:DIGITS]
    return plot_digits(shown, said, written.targets[:DIGITS], theme="auto")


DIGITS = 24
"""How many digits are shown."""
