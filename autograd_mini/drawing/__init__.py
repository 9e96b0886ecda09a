"""With this one can draw graphs, networks and training.

- `draw(root)`: the graph of a Value, with values, local derivatives and gradients; or whatever
  else knows its own drawing.
- `steps(root)`, `animate(root)`: the forward and the backward pass, one step after the other.
- `page(root)`: one file in which a graph can be nudged, stepped and questioned.
- `explain(root, leaf)`, `derivation(root)`: the chain rule path by path, and a whole gradient line
  by line, with formulas and numbers.
- `draw_network(sizes, weights)`: a network as circles and lines.
- `plot_history`, `plot_confusion`, `plot_boundary`, `plot_digits`, `plot_descent`,
  `plot_gradient_flow`, `save_plot`: figures of matplotlib.
- `use_layout`: choose what lays graphs out.

What is drawn, and trained, does not live here.
"""

from autograd_mini.drawing.derivations import derivation
from autograd_mini.drawing.descent_path import plot_descent
from autograd_mini.drawing.digit_images import plot_digits
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.explanation import explain
from autograd_mini.drawing.gradient_flow import plot_gradient_flow
from autograd_mini.drawing.layout import LayoutError, use_layout
from autograd_mini.drawing.living import Page, page
from autograd_mini.drawing.network_figure import draw_network
from autograd_mini.drawing.playing import animate, steps
from autograd_mini.drawing.plot_style import save_plot
from autograd_mini.drawing.plots import plot_boundary, plot_confusion, plot_history
from autograd_mini.drawing.request import draw

__all__ = [
    "Drawing",
    "LayoutError",
    "Page",
    "animate",
    "derivation",
    "draw",
    "draw_network",
    "explain",
    "page",
    "plot_boundary",
    "plot_confusion",
    "plot_descent",
    "plot_digits",
    "plot_gradient_flow",
    "plot_history",
    "save_plot",
    "steps",
    "use_layout",
]
