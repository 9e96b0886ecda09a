"""Draw the README's picture: ``python docs/figures.py`` writes docs/neuron.svg."""

from __future__ import annotations

from pathlib import Path

import autograd_mini as ag


def neuron() -> ag.Value:
    """Return the sigmoid neuron of Stanford CS231n's notes, swept backwards."""
    w1, w2, b = (
        ag.Value(number, label=label, kind="parameter")
        for label, number in (("w_1", 2.0), ("w_2", -3.0), ("b", -3.0))
    )
    x1, x2 = ag.Value(-1.0, label="x_1"), ag.Value(-2.0, label="x_2")
    s = w1 * x1 + w2 * x2 + b
    s.label = "s"
    a = ag.sigmoid(s)
    a.label = "a"
    a.backward()
    return a


if __name__ == "__main__":
    ag.draw(neuron()).save(Path(__file__).parent / "neuron.svg")
