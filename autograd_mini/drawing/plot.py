"""With this one can have a figure of matplotlib show itself in a notebook.

Start from `Plot`; `plot_style.figure` makes one. A plain figure shows itself only where pyplot
keeps it, and at half the resolution. This module loads matplotlib: import it when plotting.
"""

from __future__ import annotations

import base64
import io

from matplotlib.figure import Figure

from autograd_mini.drawing.plot_style import SHARP, style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Plot(Figure):
    """A figure of matplotlib that shows itself at the end of a notebook's cell.

    Examples
    --------
    >>> bundle, _ = Plot(figsize=(2, 1))._repr_mimebundle_()
    >>> sorted(bundle)
    ['image/png', 'text/plain']
    """

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[Any, Any]:
        """Return a PNG at twice the screen's resolution, and the size at which it is shown.

        It is shown in a notebook that is not trusted yet, too.
        """
        del include, exclude
        file = io.BytesIO()
        with style("light"):  # colours are in the figure already
            self.savefig(file, format="png", dpi=SHARP)
        picture = base64.b64encode(file.getvalue()).decode()
        width, height = (round(SHARP / 2 * inches) for inches in self.get_size_inches())
        return (
            {"image/png": picture, "text/plain": repr(self)},
            {"image/png": {"width": width, "height": height}},
        )
