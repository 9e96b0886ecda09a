"""With this one can tidy a program's lines: what stands there twice is computed once.

- `shared(lines, results, new)` gives what is written several times, in brackets or as a call, a
  name.
- `unpacked(lines, sizes)` gives names to all elements of an array at once.
- `wrapped(line)` breaks a long line where its sum has a sign.

Lines come from the `sheet`. Arrays that are filled part by part are complete before they are read,
so that an expression has one value wherever it stands; only those that change in place are told.
"""

from __future__ import annotations

import re
from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Line = tuple[str, str, str]

__all__ = ["shared", "unpacked", "wrapped"]

WIDTH = 92
"""How long a line may be."""

_COMPUTING = re.compile(r"(?:np\.(?:square|exp|log|sqrt|sin|cos|tanh|abs)|sech)$")
"""The calls that are worth a name, and leave everything as it is."""

_NEW = re.compile(r"([A-Za-z_][A-Za-z0-9_]*) = (.+)", re.DOTALL)
_VIEW = re.compile(r"(([A-Za-z_]\w*?)[0-9_]+) = (\2\[[0-9:, ]+\])")
_ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]* = ([A-Za-z_][A-Za-z0-9_]*)\[([0-9]+)\]")
_IN_PLACE = re.compile(r"\b(?:growing|adding_back)\(([A-Za-z_][A-Za-z0-9_]*)")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r" [-+*/] |(?<![a-z0-9_])-(?=[A-Za-z_(])")


def shared(lines: Sequence[Line], results: Sequence[str], new: Callable[[str], str]) -> list[Line]:
    """Return lines in which no expression stands twice.

    Parameters
    ----------
    lines : sequence of (name, text, comment)
    results : sequence of str
        What is returned.
    new : callable
        Takes a wish, and returns a name that is not taken.

    Examples
    --------
    >>> lines = [("a", "a = (x * y) + 1.0", ""), ("b", "b = (x * y) / z", "")]
    >>> for _, text, _ in shared(lines, [], lambda wish: wish):
    ...     print(text)
    t = x * y
    a = t + 1.0
    b = t / z
    """
    lines = _with_views(lines, results)
    changing = {name for _, text, _ in lines for name in _IN_PLACE.findall(text)}
    tidy = _Sharing(lines, changing, new)
    return [piece for line in lines for piece in tidy.line(line)]


def _with_views(lines: Sequence[Line], results: Sequence[str]) -> list[Line]:
    """Return lines in which a view that is needed once stands where it is needed."""
    texts = [*(text for _, text, _ in lines), *results]
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    returned = {word for text in results for word in _WORD.findall(text)}
    once = {}
    for name, text, _ in lines:
        found = _VIEW.fullmatch(text)
        if found is not None and counts[name] == 2 and name not in returned:
            once[name] = found[3]
    if not once:
        return list(lines)
    pattern = re.compile(rf"\b(?:{'|'.join(once)})\b")
    return [
        (name, pattern.sub(lambda found: once[found[0]], text), comment)
        for name, text, comment in lines
        if name not in once
    ]


def unpacked(lines: Sequence[Line], sizes: Mapping[str, int]) -> list[Line]:
    """Return lines in which an array whose elements all have names is unpacked at once.

    Parameters
    ----------
    lines : sequence of (name, text, comment)
    sizes : dict
        How many elements arrays have.

    Examples
    --------
    >>> unpacked([("x0", "x0 = x[0]", ""), ("x1", "x1 = x[1]", "")], {"x": 2})
    [('x0', 'x0, x1 = x', '')]
    """
    views: dict[str, dict[int, str]] = {}
    for name, text, _ in lines:
        found = _ELEMENT.fullmatch(text)
        if found is not None:
            views.setdefault(found[1], {})[int(found[2])] = name
    whole = {base: names for base, names in views.items() if len(names) == sizes.get(base)}
    kept: list[Line] = []
    for name, text, comment in lines:
        found = _ELEMENT.fullmatch(text)
        if found is None or found[1] not in whole:
            kept.append((name, text, comment))
            continue
        names = whole[found[1]]
        if names:
            together = ", ".join(names[place] for place in sorted(names))
            kept.append((name, f"{together}{',' if len(names) == 1 else ''} = {found[1]}", ""))
            names.clear()
    return kept


class _Sharing:
    """What is written several times, and the names of what has been written."""

    def __init__(
        self, lines: Sequence[Line], changing: set[str], new: Callable[[str], str]
    ) -> None:
        self.changing, self.new = changing, new
        self.counts: dict[str, int] = {}
        self.known: dict[str, str] = {}
        self.written: dict[str, Line] = {}
        self.before: list[Line] = []
        for line in lines:
            found = _NEW.fullmatch(line[1])
            if found is not None and _OPERATOR.search(found[2]):
                self.written.setdefault(found[2], line)
                if _inside(found[2]) is None:
                    self.counts[found[2]] = self.counts.get(found[2], 0) + 1
            if line[0].isidentifier():
                self._count(line[1])

    def _count(self, text: str) -> None:
        for key, inner, _, _ in _groups(text):
            self.counts[key] = self.counts.get(key, 0) + 1
            if self.counts[key] == 1:  # what is inside another one is counted once with it
                self._count(inner)

    def line(self, line: Line) -> list[Line]:
        """Return a line, and before it those that give names to what is needed again."""
        name, text, comment = line
        if not name.isidentifier():  # a loop, which is tidied by itself
            return [line]
        self.before = []
        found = _NEW.fullmatch(text)
        if found is None or name != found[1]:
            return [*self.before_and(self._replaced(text), name, comment)]
        whole = found[2]
        if self.known.get(whole) == name:  # it was needed earlier, and stands there
            return []
        inner = _inside(whole) or whole
        right = self.known.get(whole) or whole.replace(inner, self._replaced(inner), 1)
        if self.counts.get(whole, 0) > 1 and self._may_be_shared(whole):
            self.known.setdefault(whole, name)
        return self.before_and(f"{name} = {right}", name, comment)

    def before_and(self, text: str, name: str, comment: str) -> list[Line]:
        """Return the lines that were found to be needed, and one more."""
        return [*self.before, (name, text, comment)]

    def _replaced(self, text: str) -> str:
        pieces, end = [], 0
        for key, inner, start, stop in _groups(text):
            pieces.append(text[end:start])
            end = stop
            if self.counts.get(key, 0) > 1 and self._may_be_shared(key):
                pieces.append(self._named(key, inner))
            else:
                whole = text[start:stop]
                pieces.append(whole.replace(inner, self._replaced(inner), 1))
        return "".join([*pieces, text[end:]])

    def _may_be_shared(self, key: str) -> bool:
        return self.changing.isdisjoint(_WORD.findall(key))

    def _named(self, key: str, inner: str) -> str:
        """Return the name of what is needed again: the one that a later line gives it, if any."""
        if key not in self.known:
            text = key.replace(inner, self._replaced(inner), 1)
            name, _, comment = self.written.get(key) or (self.new("t"), "", "")
            self.known[key] = name
            self.before.append((name, f"{name} = {text}", comment))
        return self.known[key]


def _inside(text: str) -> str | None:
    """Return what stands in the brackets of a call that is all of a text; None of others."""
    first = next(_groups(text), None)
    return first[1] if first is not None and first[0] == text else None


def _groups(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield what stands in brackets, or is a call worth a name: its key, inside, start and stop.

    Others are looked into.
    """
    place = text.find("(")
    while place >= 0:
        stop = _closing(text, place)
        inner = text[place + 1 : stop - 1]
        called = re.search(r"[\w.\]]+$", text[:place])
        if called is None and _OPERATOR.search(inner) and not _has_comma(inner):
            yield inner, inner, place, stop
        elif called is not None and _COMPUTING.search(called[0]):
            start = place - len(called[0])
            yield text[start:stop], inner, start, stop
        else:
            for key, inside, start, end in _groups(inner):
                yield key, inside, start + place + 1, end + place + 1
        place = text.find("(", stop)


def _closing(text: str, place: int) -> int:
    """Return the place behind the bracket that closes the one at a place."""
    depth = 0
    for end in range(place, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return end + 1
    return len(text)


def _has_comma(text: str) -> bool:
    """Tell whether brackets hold a tuple."""
    return "," in re.sub(r"\[[^\]]*\]|\([^()]*\)", "", text)


def wrapped(line: str, comment: str = "") -> str:
    """Return a line with its comment, broken at the signs of its sum if it is too long.

    Examples
    --------
    >>> print(wrapped("total = " + " + ".join(["number"] * 11)))
    total = (
        number + number + number + number + number + number + number + number + number + number
        + number
    )
    """
    remark = f"  # {comment}" if comment else ""
    left, sign, right = line.partition(" = ")
    if len(line) <= WIDTH or not sign:
        return line + remark
    rows = [""]
    for term in _terms(right):
        if rows[-1] and len(rows[-1]) + len(term) > WIDTH:
            rows.append("")
        rows[-1] += term
    if len(rows) == 1:
        return line + remark
    inside = "\n".join(f"    {row.strip()}" for row in rows)
    return f"{left} = ({remark}\n{inside}\n)"


def _terms(text: str) -> list[str]:
    """Return the terms of a sum, each with its sign."""
    terms = [""]
    for piece in re.split(r"(?= [-+] )", text):
        inside = terms[-1].count("(") > terms[-1].count(")")
        if inside or not terms[-1]:
            terms[-1] += piece
        else:
            terms.append(piece)
    return terms
