"""With this one can write living pages: graphs that can be nudged, stepped and questioned.

- `page(root)`: the page of a graph, as one file.
- `Page`: what comes back; it shows and saves itself.

Still drawings do not live here.
"""

from autograd_mini.drawing.living.pages import Page, page

__all__ = ["Page", "page"]
