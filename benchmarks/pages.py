"""Sizes and times of living pages, in a Chromium: ``python benchmarks/pages.py``.

Bytes of the file, seconds that Python writes it, first paint in the browser, one sweep forward and
backward, and how many frames a second a leaf can be nudged with everything repainted.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import browser
import pages
from playwright.sync_api import sync_playwright

import autograd_mini as ag

SWEEP = """() => {
  const program = sweep.prepare(graph.record, operations);
  const start = performance.now();
  for (let k = 0; k < 200; k++) sweep.run(program, graph.python.values);
  return (performance.now() - start) / 200;
}"""
FRAMES = """() => new Promise((done) => {
  const start = performance.now();
  let count = 0;
  const frame = () => {
    nudge.by(count % 2 ? 1 : -1);
    count += 1;
    const past = performance.now() - start;
    if (past < 2000) requestAnimationFrame(frame);
    else done((1000 * count) / past);
  };
  frame();
})"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


def measured(chromium, root, folder):
    """Return the figures of one page."""
    start = time.perf_counter()
    page = ag.page(root)
    seconds = time.perf_counter() - start
    path = Path(folder) / "page.html"
    page.save(path)
    view = chromium.new_page(viewport={"width": 1280, "height": 900})
    view.goto(path.as_uri())
    view.wait_for_selector("html.alive")
    view.wait_for_timeout(300)
    figures = [view.evaluate(script) for script in (PAINT, SWEEP, FRAMES)]
    view.close()
    size = len(page.html.encode()) / 1000
    return len(ag.topological_order(root)), size, seconds, *figures


def main():
    """Print a table."""
    print("nodes | kB | written in s | first paint s | sweep ms | frames/s")
    print("--- | --- | --- | --- | --- | ---")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = playwright.chromium.launch(
            executable_path=browser.program(), args=["--no-sandbox", "--disable-gpu"]
        )
        ag.page(pages.reused())  # the first page of a process loads the layout engine
        for root in (pages.neuron(), pages.network((2, 5, 1)), pages.flat(380), pages.flat(500)):
            print("{} | {:.1f} | {:.2f} | {:.2f} | {:.3f} | {:.0f}".format(
                *measured(chromium, root, folder)))  # fmt: skip
        chromium.close()


if __name__ == "__main__":
    main()
