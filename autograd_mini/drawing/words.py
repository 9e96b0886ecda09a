"""With this one can say in English or in Russian what stands in a drawing beside the numbers.

Start from `say` (a phrase) and `counted` (a number with its noun). Labels and names of operations
are the user's and the table's: they stay as they are. Derivations do not live here.
"""

from __future__ import annotations

import re

from autograd_mini.errors import UnknownNameError

LANGUAGES = ("en", "ru")
"""What `language` accepts."""

_PHRASES: dict[str, tuple[str, str]] = {
    "value": ("value", "значение"),
    "gradient": ("gradient", "градиент"),
    "gradient of": ("gradient ∂{root}/∂·", "градиент ∂{root}/∂·"),
    "no gradient": ("gradient (–: no backward() yet)", "градиент (–: ещё не было backward())"),
    "some gradient": (
        "gradient, of the last backward()",
        "градиент последнего вызова backward()",
    ),
    "local derivative": ("on an edge: local derivative", "на ребре: локальная производная"),
    "places": ("1st, 2nd: which operand it is", "1-й, 2-й: который это операнд"),
    "norm": ("||·||: norm of several numbers", "||·||: норма нескольких чисел"),
    "bundle": ("× n: an edge for n values", "× n: ребро для n значений"),
    "stack": ("a stack: folded", "стопка: свёрнуто"),
    "layer": ("layer", "слой"),
    "neuron": ("neuron", "нейрон"),
    "loss": ("loss", "функция потерь"),
    "regularisation": ("regularisation", "регуляризация"),
    "root": ("root", "корень"),
    "constant": ("constant", "константа"),
    "data": ("data", "данные"),
    "parameter": ("parameter", "параметр"),
    "operation": ("operation", "операция"),
    "not computed": ("not computed", "не вычислен"),
    "in scope": ("in", "в:"),
    "local derivative of": ("local derivative", "локальная производная"),
    "inside": ("inside: {counts}", "внутри: {counts}"),
    "drawn as": ("drawn as {cards}", "на рисунке {cards}"),
    "turns": ("{count} the same", "{count} то же самое"),
    "each": ("{cards} each", "каждый раз {cards}"),
    "given": ("Given: {values}", "Дано: {values}"),
    "forward": ("forward pass", "прямой проход"),
    "backward": ("backward pass", "обратный проход"),
    "step": ("step {number} of {total}", "шаг {number} из {total}"),
    "input": ("input", "вход"),
    "weight": ("weight", "вес"),
    "activation": ("in a circle: activation a", "в круге: активация a"),
    "line": ("a line: weight", "линия: вес"),
    "positive": ("positive {quantity}", "{quantity}, больше нуля"),
    "negative": ("negative {quantity}, dashed", "{quantity}, меньше нуля, пунктир"),
    "width": ("width: its size, at most {largest}", "толщина: модуль, не больше {largest}"),
    "more": ("{units} more", "ещё {units}"),
    "program": ("program of {count}", "программа: {count}"),
    "examples": ("n: number of examples", "n: число примеров"),
    "returned": ("heavy border: returned", "жирная рамка: результат"),
    "network": (
        "network of {layers} layers with {counts} units",
        "сеть, слоёв: {layers}, нейронов в них: {counts}",
    ),
}

_NOUNS: dict[str, tuple[tuple[str, str], tuple[str, str, str]]] = {
    "node": (("node", "nodes"), ("вершина", "вершины", "вершин")),
    "card": (("card", "cards"), ("карточка", "карточки", "карточек")),
    "neuron": (("neuron", "neurons"), ("нейрон", "нейрона", "нейронов")),
    "result": (("result", "results"), ("результат", "результата", "результатов")),
    "operation": (("operation", "operations"), ("операция", "операции", "операций")),
    "parameter": (("parameter", "parameters"), ("параметр", "параметра", "параметров")),
    "data": (("input", "inputs"), ("вход", "входа", "входов")),
    "constant": (("constant", "constants"), ("константа", "константы", "констант")),
    "instruction": (("instruction", "instructions"), ("инструкция", "инструкции", "инструкций")),
    "time": (("time", "times"), ("раз", "раза", "раз")),
    "term": (("term", "terms"), ("слагаемое", "слагаемых", "слагаемых")),
}
"""A noun after 1 and after other numbers; in Russian after 1, 2 and 5."""


def check_language(language: str) -> None:
    """Raise ValueError unless `language` is known."""
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)


def say(language: str, phrase: str, **facts: object) -> str:
    """Return a phrase in a language, with the facts put in.

    Examples
    --------
    >>> say("en", "step", number=2, total=5), say("ru", "step", number=2, total=5)
    ('step 2 of 5', 'шаг 2 из 5')
    """
    return _PHRASES[phrase][LANGUAGES.index(language)].format(**facts)


def counted(language: str, number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted("en", 1, "node"), counted("en", 1500, "node")
    ('1 node', '1,500 nodes')
    >>> [counted("ru", number, "operation") for number in (1, 22, 112, 1500)]
    ['1 операция', '22 операции', '112 операций', '1\u202f500 операций']
    """
    english, russian = _NOUNS[noun]
    if language == "en":
        return f"{number:,} {english[number != 1]}"
    return f"{number:,}".replace(",", "\u202f") + f" {russian[_russian_form(number)]}"


def _russian_form(number: int) -> int:
    """Return which form of a noun follows a number: 0 after 21, 1 after 22, 2 after 25 and 11."""
    last, teen = number % 10, 11 <= number % 100 <= 14
    if last == 1 and not teen:
        return 0
    return 1 if 2 <= last <= 4 and not teen else 2


def scope_name(language: str, name: str) -> str:
    """Return a scope's name, in which the package's own words are translated.

    Examples
    --------
    >>> scope_name("ru", "layer 2"), scope_name("ru", "encoder 2")
    ('слой 2', 'encoder 2')
    """
    match = re.fullmatch(r"(layer|neuron|loss|regularisation)( \d+)?", name)
    return say(language, match[1]) + (match[2] or "") if match else name


def ordinal(language: str, place: int) -> str:
    """Return the name of an operand's place, counted from 0.

    Examples
    --------
    >>> ordinal("en", 0), ordinal("en", 1), ordinal("en", 4), ordinal("ru", 1)
    ('1st', '2nd', '5th', '2-й')
    """
    if language == "ru":
        return f"{place + 1}-й"
    return f"{place + 1}{('st', 'nd', 'rd')[place] if place < 3 else 'th'}"
