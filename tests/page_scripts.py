"""With this one can run the scripts of a living page in V8, Chromium's engine, without a browser.

`Scripts(*files)` loads them; `run` calls a function of theirs with numbers, infinities and all.
"""

import json
from pathlib import Path

from py_mini_racer import MiniRacer

FOLDER = Path(__file__).parent.parent / "autograd_mini" / "drawing" / "living"

# JSON has no words for these numbers: they travel as text with a mark before it.
WORDS = """
const isPlain = (x) => typeof x !== "number" || (Number.isFinite(x) && !Object.is(x, -0));
const toWords = (key, x) =>
  ArrayBuffer.isView(x) ? Array.from(x) : isPlain(x) ? x : Object.is(x, -0) ? "#-0" : `#${x}`;
const fromWords = (key, x) => typeof x === "string" && x[0] === "#" ? Number(x.slice(1)) : x;
const inWords = (f) => (text) => JSON.stringify(f(...JSON.parse(text, fromWords)), toWords);
"""
SPECIAL = {"inf": "#Infinity", "-inf": "#-Infinity", "nan": "#NaN", "-0.0": "#-0"}


class Scripts:
    """Scripts of the page, and text that may follow them, in V8 or in a browser's empty page."""

    def __init__(self, *files, text="", engine=None):
        self.engine = engine or MiniRacer()
        self.engine.eval(WORDS)
        for name in files:
            self.engine.eval((FOLDER / name).read_text(encoding="utf-8"))
        if text:
            self.engine.eval(text)

    def define(self, name, function):
        """Name a function, written in JavaScript, for `run`."""
        self.engine.eval(f"var {name} = inWords({function})")

    def run(self, name, *arguments):
        """Call a defined function; return what it gives."""
        answer = self.engine.call(name, json.dumps(_to_words(arguments)))
        # JavaScript writes the shortest digits that tell floats apart, also of whole ones.
        return _from_words(
            json.loads(answer, parse_int=lambda n: float(n) if len(n) > 15 else int(n))
        )


def _to_words(x):
    if isinstance(x, (list, tuple)):
        return [_to_words(part) for part in x]
    if isinstance(x, dict):
        return {key: _to_words(part) for key, part in x.items()}
    return SPECIAL.get(str(x), x) if isinstance(x, float) else x


def _from_words(x):
    if isinstance(x, list):
        return [_from_words(part) for part in x]
    if isinstance(x, dict):
        return {key: _from_words(part) for key, part in x.items()}
    return float(x[1:]) if isinstance(x, str) and x.startswith("#") else x
