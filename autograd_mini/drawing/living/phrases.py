"""With this one can say in English or in Russian what stands in a living page.

Start from `PAGE` (what the page's frame says), `SCRIPT` (what its scripts say; {…} is filled in
there) and `ENDED` (why a descent stopped). Words of drawings are theirs; labels stay as the user
wrote them.
"""

from __future__ import annotations

from autograd_mini.drawing.words import LANGUAGES

PAGE: dict[str, tuple[str, str]] = {
    "lead": (
        (
            "Each card is one number of this computation: upright its "
            "<span class=value>value</span>, in italics its <i class=gradient>gradient</i> "
            "{gradient}, how fast {root} grows if that number grows. <span class=only-alive>Pull "
            "a leaf to the right or to the left, or type a number: everything follows.</span>"
        ),
        (
            "Каждая карточка — одно число этого вычисления: прямым шрифтом "
            "<span class=value>значение</span>, курсивом <i class=gradient>градиент</i> "
            "{gradient}: как быстро растёт {root}, если растёт это число. "
            "<span class=only-alive>Потяните лист вправо или влево или введите число: всё "
            "последует за ним.</span>"
        ),
    ),
    "lead_table": (
        (
            "Each row is one number of this computation: its <span class=value>value</span> and, "
            "in italics, its <i class=gradient>gradient</i> {gradient}, how fast {root} grows if "
            "that number grows. Type another number into a field: everything follows. Picture "
            "shows the graph."
        ),
        (
            "Каждая строка — одно число этого вычисления: <span class=value>значение</span> и "
            "курсивом <i class=gradient>градиент</i> {gradient}: как быстро растёт {root}, если "
            "растёт это число. Введите в поле другое число: всё последует за ним. «Рисунок» "
            "покажет граф."
        ),
    ),
    "words": ("words", "слова"),
    "word_leaf": (
        "a number that was put in, an input or a parameter: all others are computed",
        "заданное число, вход или параметр: все остальные вычислены",
    ),
    "word_result": ("results without a name", "результаты без имени"),
    "word_local": ("local derivative", "локальная производная"),
    "word_slope": (
        "how fast a result grows with one of its operands alone",
        "как быстро растёт результат с одним своим операндом",
    ),
    "tools": ("view", "вид"),
    "see_picture": ("Picture", "Рисунок"),
    "see_table": ("Table", "Таблица"),
    "find": ("search", "поиск"),
    "copy": ("copy as LaTeX", "копировать LaTeX"),
    "theme_label": ("colours", "цвета"),
    "legend_value": ("value", "значение"),
    "legend_gradient": ("gradient", "градиент"),
    "legend_slope": ("on an edge: local derivative", "на ребре: локальная производная"),
    "legend_hand": (
        "pull a leaf ↔, or keys: ← → walk, ↑ ↓ nudge; a stack opens by a click or Enter",
        "тяните лист ↔, или ← → по графу, ↑ ↓ изменить; стопка раскрывается щелчком или Enter",
    ),
    "steps": ("step by step", "по шагам"),
    "to_first": ("to the beginning", "в начало"),
    "to_back": ("one step back", "шаг назад"),
    "to_next": ("one step on", "шаг вперёд"),
    "to_last": ("to the end", "в конец"),
    "predict": ("predict", "предсказать"),
    "predict_hint": (
        "an exercise: say each number before it is shown",
        "упражнение: назовите каждое число до того, как оно появится",
    ),
    "your_guess": ("your prediction", "ваше предсказание"),
    "again": ("again", "ещё раз"),
    "check": ("check", "проверить"),
    "tolerance": ("tolerance", "допуск"),
    "exercise_link": ("copy the link to this exercise", "копировать ссылку на упражнение"),
    "nudge": ("Nudge", "Изменить"),
    "leaf": ("leaf", "лист"),
    "value": ("value", "значение"),
    "reset": ("reset all", "сбросить всё"),
    "curve": (
        "the root over this leaf; dashed: its tangent before the nudge",
        "корень как функция этого листа; пунктир: касательная до изменения",
    ),
    "chain_rule": ("Chain rule, backwards:", "Правило цепочки, назад:"),
    "paths": ("Path by path", "Путь за путём"),
    "numbers": ("All numbers", "Все числа"),
    "node": ("node", "вершина"),
    "computed": ("computed as", "вычислено как"),
    "theme_auto": ("system colours", "цвета системы"),
    "theme_light": ("light colours", "светлые цвета"),
    "theme_dark": ("dark colours", "тёмные цвета"),
    "descent": ("Gradient descent", "Градиентный спуск"),
    "landscape": ("the way over the landscape of J", "путь по рельефу J"),
    "descent_hint": (
        "The graph below shows J and its gradient at the point i, compared with the point before.",
        "Граф ниже показывает J и её градиент в точке i, в сравнении с точкой перед ней.",
    ),
    "old": (
        "This page comes alive in a browser of 2023 or newer.",
        "Эта страница оживает в браузере не старше 2023 года.",
    ),
    "still": (
        "This page stays still: {reason}.",
        "Эта страница неподвижна: {reason}.",
    ),
}

SCRIPT: dict[str, tuple[str, str]] = {
    "graph": ("computation graph", "вычислительный граф"),
    "tryIt": (
        "Move a leaf: how far {root} goes is compared with what its derivative foretells.",
        "Измените лист: изменение {root} сравнится с тем, что предсказывает производная.",
    ),
    "compared": (
        "The old gradient foretold {foretold}, and {root} changed by {came}.",
        "Прежний градиент предсказал {foretold}, а {root} изменилось на {came}.",
    ),
    "summed": (
        "∇{root} · Δθ: the old gradient of each leaf times its change, added up.",
        "∇{root} · Δθ: прежний градиент каждого листа, умноженный на его изменение, в сумме.",
    ),
    "old": ("old", "прежний"),
    "onlyLeaves": (
        "Only leaves can be moved: {node} is computed.",
        "Двигать можно только листья: {node} вычисляется.",
    ),
    "smaller": (
        "The smaller the step, the better they agree: that is what a derivative is.",
        "Чем меньше шаг, тем лучше они совпадают: это и есть производная.",
    ),
    "stopped": (
        "{symbol} stops it at {node}: {because}",
        "{symbol} не пускает в {node}: {because}",
    ),
    "infinite": (
        "No gradient holds at this point: from {node} on it is not finite.",
        "В этой точке градиента нет: начиная с {node} он не конечен.",
    ),
    "noNumber": ("that is no number", "это не число"),
    "wasReset": ("all leaves are back at their values", "все листья вернулись к своим значениям"),
    "spoken": (
        "{node}: value {value}, gradient {gradient}{hint}",
        "{node}: значение {value}, градиент {gradient}{hint}",
    ),
    "leafHint": (
        ", a leaf: arrow up and down nudge it",
        ", лист: стрелки вверх и вниз меняют его",
    ),
    "foldedScope": ("{name}, folded: Enter opens it", "{name}, свёрнуто: Enter раскрывает"),
    "large": ("{count} cards: too many", "карточек: {count}, много"),
    "valueOf": ("value of {node}", "значение {node}"),
    "unreached": ("the root does not depend on it", "корень от него не зависит"),
    "itself": ("of the root by itself it is 1", "корня по нему самому: 1"),
    "more": ("… {left} more lines …", "… ещё строк: {left} …"),
    "otherPaths": ("the other paths ({count})", "остальные пути ({count})"),
    "sum": ("sum of the paths", "сумма по путям"),
    "sweep": ("one backward sweep", "один обратный проход"),
    "factored": (
        (
            "{paths} paths with {products} factors in all. The sweep goes over each of the "
            "{edges} edges once: it takes together what the paths repeat."
        ),
        (
            "Путей: {paths}, множителей в них: {products}. Обратный проход идёт по каждому из "
            "рёбер ({edges}) один раз: он выносит за скобки то, что пути повторяют."
        ),
    ),
    "onePath": (
        "One path: its product is the gradient.",
        "Путь один: его произведение и есть градиент.",
    ),
    "step": ("step {number} of {total}", "шаг {number} из {total}"),
    "forward": ("forward", "вперёд"),
    "backward": ("backward", "назад"),
    "given": (
        "The leaves are given. One step on computes the next number.",
        "Листья даны. Следующий шаг вычислит новое число.",
    ),
    "complete": (
        "All is computed. Go back to see how, number by number.",
        "Всё вычислено. Вернитесь назад, чтобы увидеть, как.",
    ),
    "right": ("Right: {truth}.", "Верно: {truth}."),
    "wrong": ("Not quite: it is {truth}, not {guess}.", "Не совсем: {truth}, а не {guess}."),
    "tryAgain": (
        "Not {guess}. Now with the formula: try once more.",
        "Не {guess}. Теперь с формулой: попробуйте ещё раз.",
    ),
    "done": ("done: {right} of {all} right", "готово: верно {right} из {all}"),
    "score": ("{right} of {all} right", "верно {right} из {all}"),
    "found": ("{count} found", "найдено: {count}"),
    "hit": ("{number} of {total}", "{number} из {total}"),
    "copied": ("copied", "скопировано"),
    "differs": (
        (
            "This page stays still: here the browser computes {operation} at {node} otherwise than "
            "Python did."
        ),
        "Эта страница неподвижна: браузер вычисляет {operation} в {node} не так, как Python.",
    ),
    "offTheWay": ("beside the way", "в стороне от пути"),
    "otherBranch": (
        (
            "Somewhere on the way J is computed otherwise than at the start: the graph is that "
            "of the start."
        ),
        "Где-то на пути J вычисляется иначе, чем в начале: граф показан для начала.",
    ),
    "contours": (
        "Each thin line joins points of equal {root}; the dots are the points i.",
        "Тонкие линии соединяют точки с равной {root}; кружки — точки i.",
    ),
    "sweepItself": ("the gradient", "градиент"),
}


ENDED: dict[str, tuple[str, str]] = {
    "CONVERGED": (
        "Here the descent ended: the last update was not longer than ε.",
        "Здесь спуск окончен: последнее изменение не длиннее ε.",
    ),
    "STEP_LIMIT": (
        "Here the descent ended: no more steps were allowed.",
        "Здесь спуск окончен: больше шагов не разрешено.",
    ),
    "DIVERGED": (
        "Here the descent ended: the next point has no finite θ, J or gradient.",
        "Здесь спуск окончен: в следующей точке θ, J или градиент не конечны.",
    ),
    "CYCLING": (
        "Here the descent ended: it came back to an earlier point exactly.",
        "Здесь спуск окончен: он вернулся точно в одну из прежних точек.",
    ),
}


def spoken(phrases: dict[str, tuple[str, str]], language: str) -> dict[str, str]:
    """Return phrases in one language.

    Examples
    --------
    >>> spoken(PAGE, "en")["nudge"], spoken(PAGE, "ru")["nudge"]
    ('Nudge', 'Изменить')
    """
    place = LANGUAGES.index(language)
    return {name: texts[place] for name, texts in phrases.items()}
