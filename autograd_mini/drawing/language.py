"""With this one can write explanations and derivations in English and in Russian.

Start from `phrases`. Words of drawings are theirs; labels stay as the user wrote them.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd_mini.errors import UnknownNameError


class Phrases(NamedTuple):
    """What explanations and derivations say, in one language; {…} is filled in.

    The plural of a path stands behind one, behind two, and behind five, as Russian needs it.
    """

    path: str
    paths: tuple[str, str, str]
    headline: str
    rule: str
    rules: str
    local: str
    other: str
    others: str
    product: str
    total: str
    sweep: str
    difference: str
    allowed: str
    where: str
    factors: str
    unreached: str
    itself: str
    constant: str
    nowhere: str
    infinite: str
    kink: str
    forward: str
    backward: str
    whole: str
    thousands: str


_ENGLISH = Phrases(
    path="path {number}",
    paths=("path", "paths", "paths"),
    headline="{count} {paths} from {leaf} to {root}",
    rule="Chain rule: the derivative is the product of the local derivatives along the path",
    rules="Chain rule: the local derivatives along each path are multiplied, "
    "and the products of all paths are added",
    local="A local derivative says how fast a node changes with the one before it",
    other="the other path",
    others="the other {count} {paths} together",
    product="product",
    total="sum of the paths",
    sweep="one backward sweep",
    difference="difference",
    allowed="rounding allows {bound}",
    where="where",
    factors="{count} more factors",
    unreached="{root} does not depend on {leaf}: the derivative is 0",
    itself="The derivative of {root} by itself is 1",
    constant="{leaf} is a constant: backward() gives it no gradient",
    nowhere="The derivative {derivative} does not exist at this point",
    infinite="The derivative {derivative} is infinite at this point{reason}",
    kink="The derivative {derivative} at this point is a convention: {value}{reason}",
    forward="Forward pass",
    backward="Backward pass",
    whole="The whole expression",
    thousands=",",
)

_RUSSIAN = Phrases(
    path="путь {number}",
    paths=("путь", "пути", "путей"),
    headline="{count} {paths} из {leaf} в {root}",
    rule="Правило дифференцирования сложной функции (цепное правило): "
    "производная равна произведению локальных производных вдоль пути",
    rules="Правило дифференцирования сложной функции (цепное правило): локальные производные "
    "вдоль каждого пути перемножаются, а произведения по всем путям складываются",
    local="Локальная производная\u00a0– это производная вершины по предыдущей вершине пути",
    other="ещё один путь",
    others="остальные {paths} вместе ({count})",
    product="произведение",
    total="сумма по путям",
    sweep="один обратный проход",
    difference="разность",
    allowed="округление допускает {bound}",
    where="где",
    factors="ещё множителей: {count}",
    unreached="{root} не зависит от {leaf}: производная равна 0",
    itself="Производная {root} по себе равна 1",
    constant="{leaf}\u00a0– константа: backward() не даёт ей градиента",
    nowhere="Производной {derivative} в этой точке не существует",
    infinite="Производная {derivative} в этой точке бесконечна",
    kink="Производная {derivative} в этой точке задана соглашением: {value}",
    forward="Прямой проход",
    backward="Обратный проход",
    whole="Всё выражение",
    thousands="\u00a0",
)

LANGUAGES = {"en": _ENGLISH, "ru": _RUSSIAN}


def phrases(language: str) -> Phrases:
    """Return the phrases of a language.

    Parameters
    ----------
    language : {"en", "ru"}

    Returns
    -------
    Phrases

    Raises
    ------
    UnknownNameError
        If it is another one.

    Examples
    --------
    >>> phrases("ru").forward
    'Прямой проход'
    """
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)
    return LANGUAGES[language]


def plural(forms: tuple[str, str, str], count: int) -> str:
    """Return the form of a noun that stands behind a number.

    Examples
    --------
    >>> [plural(phrases("ru").paths, count) for count in (1, 3, 11, 25)]
    ['путь', 'пути', 'путей', 'путей']
    """
    if forms[1] == forms[2]:
        return forms[0] if count == 1 else forms[1]
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    return forms[1] if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else forms[2]
