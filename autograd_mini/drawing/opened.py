"""With this one can find which cards of a drawing belong together in a scope that is shown open.

Start from `frames_of`. What is folded is decided in `choice`; frames are placed by `dot` and drawn
in `frame_figure`.
"""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from autograd_mini.drawing.outline import Frame
from autograd_mini.drawing.text import clean, shortened
from autograd_mini.drawing.words import scope_name
from autograd_mini.graph import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from autograd_mini.drawing.choice import View
    from autograd_mini.drawing.outline import Arrow
    from autograd_mini.drawing.parts import Part

    Way = tuple[Scope, ...]

_FEWEST = 2
"""Cards in a frame: a single one says by itself where it stands."""

_LONGEST = 40
"""Letters of a caption."""


class _Home(NamedTuple):
    """A scope that is shown open: the cards in it, and how deep it stands."""

    cards: list[str]
    level: int


def frames_of(
    view: View, names: dict[Any, str], arrows: Iterable[Arrow], language: str
) -> tuple[Frame, ...]:
    """Return a frame for each open scope of several cards, the outer before the inner ones.

    Parameters and constants stand in the frame of what alone uses them.

    Parameters
    ----------
    view : View
    names : dict
        Node → name of its card.
    arrows : iterable of Arrow
    language : str

    Returns
    -------
    tuple of Frame

    Examples
    --------
    >>> from autograd_mini.drawing.cards import card_names
    >>> from autograd_mini.drawing.choice import Wish, choose
    >>> from autograd_mini.graph import scope
    >>> from autograd_mini.value import Value
    >>> with scope("twice"):
    ...     y = Value(2.0).exp().exp()
    >>> view = choose([y], Wish(False, None, None, "show", 9))
    >>> [(f.caption, f.cards) for f in frames_of(view, card_names(view), (), "en")]
    [('twice', ('n0', 'n1', 'n2'))]
    """
    ways = {names[part.members[0]]: _way(part) for part in view.parts}
    if not any(ways.values()):
        return ()
    leaves = {names[p.members[0]] for p in view.parts if _is_loose(p)}
    _take_home(ways, leaves, arrows)
    homes: dict[Scope, _Home] = {}
    for name, way in ways.items():
        for level, scope in enumerate(way):
            homes.setdefault(scope, _Home([], level)).cards.append(name)
    kept = {scope: home for scope, home in homes.items() if len(home.cards) >= _FEWEST}
    return _nested(kept, language)


def _way(part: Part) -> Way:
    """Return the open scopes that all members of a part stand in, from the outermost."""
    if isinstance(part.source, Scope) and part.repeats == 1:
        return part.source.path()[:-1]
    scopes = {member.scope for member in part.members if member.operation is not None}
    scopes = scopes or {member.scope for member in part.members}
    if None in scopes:
        return ()
    common = _common([scope.path() for scope in scopes])
    return common[: len(part.source.path()) - 1] if isinstance(part.source, Scope) else common


def _common(paths: list[Way]) -> Way:
    """Return with which scopes all paths begin."""
    alike = takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))
    return tuple(level[0] for level in alike)


def _is_loose(part: Part) -> bool:
    """Tell whether a part may move to what uses it."""
    node = part.members[0]
    return not node.operands and node.kind != "data" and not isinstance(part.source, Scope)


def _take_home(ways: dict[str, Way], leaves: set[str], arrows: Iterable[Arrow]) -> None:
    """Put loose leaves and plain numbers to what uses them."""
    users: dict[str, list[Way]] = {}
    for arrow in arrows:
        if arrow.tail in leaves or arrow.tail not in ways:
            users.setdefault(arrow.tail, []).append(ways[arrow.head])
    ways |= {name: ways.get(name) or _common(found) for name, found in users.items()}


def _nested(homes: dict[Scope, _Home], language: str) -> tuple[Frame, ...]:
    """Return the frames; scopes of the same cards have one, and both their names."""
    frames: dict[str, Frame] = {}
    name_of: dict[Scope | None, str] = {}
    for scope, home in sorted(homes.items(), key=lambda item: item[1].level):
        caption, cards = scope_name(language, scope.name), tuple(home.cards)
        outer = frames.get(name_of.get(scope.parent, ""))
        if outer is not None and outer.cards == cards:
            name_of[scope] = outer.name
            caption = f"{outer.caption} / {caption}"
            frames[outer.name] = outer._replace(caption=_short(caption))
            continue
        name_of[scope] = name = f"f{len(frames)}"
        frames[name] = Frame(name, _short(caption), cards, outer.name if outer else "")
    return tuple(frames.values())


def _short(caption: str) -> str:
    return shortened(clean(caption), _LONGEST)
