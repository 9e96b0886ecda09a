"""With this one can have a figure of matplotlib show itself in a notebook.

Start from `Plot`; `plot_style.figure` makes one. A plain figure shows itself only where pyplot
keeps it, and at half the resolution. This module loads matplotlib: import it when plotting.
"""

from __future__ import annotations

import base64

from matplotlib.figure import Figure

from autograd_mini.drawing.plot_style import SHARP, rendered

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

    dark: Figure | None = None
    """The same on dark paper, where the figure follows the reader's system."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[Any, Any]:
        """Return a PNG at twice the screen's resolution, and the size at which it is shown.

        It is shown in a notebook that is not trusted yet, too.
        """
        del include, exclude
        picture = _encoded(self)
        width, height = (round(SHARP / 2 * inches) for inches in self.get_size_inches())
        bundle = {"image/png": picture, "text/plain": repr(self)}
        if self.dark is not None:
            bundle["text/html"] = (
                '<picture><source media="(prefers-color-scheme: dark)" '
                f'srcset="data:image/png;base64,{_encoded(self.dark)}">'
                f'<img src="data:image/png;base64,{picture}" alt="" '
                f'width="{width}" height="{height}"></picture>'
            )
        return bundle, {"image/png": {"width": width, "height": height}}


def _encoded(figure: Figure) -> str:
    return base64.b64encode(rendered(figure, "png", dpi=SHARP)).decode()
