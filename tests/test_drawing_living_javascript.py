"""What a page's operations compute, in JavaScript, is what the rows of the table compute."""

import functools
import math
import random
import re
from itertools import product

import pytest
from page_scripts import FOLDER, Scripts
from strategies import edge_points, operand_domains, takes_no_derivative

from autograd_mini import functions, operations
from autograd_mini.derivatives import grad
from autograd_mini.drawing.living.javascript import (
    SPELLINGS,
    NotSpelledError,
    Written,
    key,
    letters,
    rules,
    spelling,
)
from autograd_mini.errors import DomainError
from autograd_mini.extending import operation
from autograd_mini.operations import TABLE
from autograd_mini.value import Value

BUILT_IN = [row for row in vars(operations).values() if isinstance(row, operations.Row)]
ARITHMETIC = ("arithmetic.js", "special.js")
TOLERANCE = 1e-12
LEAST = 1e-300  # below it, digits are lost before a number is

AT_POINTS = """
(name, points) => points.map((point) => {
  const { value, partials } = operations[name];
  const result = Number(value(...point));
  return [result, ...partials.map((rule) => (rule ? rule(...point, result) : null))];
})
"""


def each(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


def count(row):
    return 3 if row.variadic else len(row.operand_names)


@functools.cache
def page():
    """Return the page's scripts with the whole table."""
    table = spelling((row, count(row)) for row in BUILT_IN)
    scripts = Scripts(*ARITHMETIC, text=rules(table))
    scripts.define("atPoints", AT_POINTS)
    return scripts


def computed(row, points, scripts=None):
    """Return value and partials at each point, as JavaScript computes them."""
    return (scripts or page()).run("atPoints", key(row, count(row)), points)


def expected(row, point):
    """Return value and partials as Python computes them; NaN where it raises."""
    try:
        value = float(row.evaluate(point))
    except DomainError:
        return [math.nan, *([math.nan] * len(row.partials))]
    return [value, *(partial(row, index, point, value) for index in range(len(row.partials)))]


def partial(row, index, point, value):
    if takes_no_derivative(row, index):
        return None
    try:
        return float(row.partial(index, point, value))
    except (DomainError, ZeroDivisionError):
        return math.nan


def agree(mine, theirs):
    if mine is None or theirs is None:
        return mine is theirs
    if math.isnan(theirs):
        return math.isnan(mine)
    return mine == theirs or abs(mine - theirs) <= max(TOLERANCE * abs(theirs), LEAST)


def check_point(row, point, mine):
    """Compare value and partials; a row of any number of operands is spelled with one partial."""
    theirs = expected(row, point)
    shown = theirs[:2] if row.variadic else theirs
    assert len(mine) == len(shown)
    assert all(map(agree, mine, shown)), (point, mine, theirs)


def sampled(row, size):
    """Return points from all over the row's domain: ordinary, tiny, huge and whole ones."""
    chance = random.Random(row.name)
    domains = [*operand_domains(row), *(row.domain if row.variadic else ())]
    found = []
    while len(found) < size:
        point = tuple(operand(row, i, chance, domain) for i, domain in enumerate(domains))
        if row.accepts(*point):
            found.append(point)
    return found


def operand(row, index, chance, interval):
    if takes_no_derivative(row, index):
        return chance.randint(0, 4)
    x = chance.choice((
        chance.gauss(0, 3), chance.gauss(0, 3), float(chance.randint(-6, 6)),
        math.copysign(math.exp(chance.uniform(-20, 8)), chance.random() - 0.5),
        math.copysign(math.exp(chance.uniform(-300, 300)), chance.random() - 0.5),
    ))  # fmt: skip
    if x in interval:
        return x
    below_1 = chance.uniform(0.0, 1.0)
    return interval.low + (2 * below_1 if math.isfinite(interval.high) else abs(x))


# The table


def test_the_column_covers_the_table():
    assert SPELLINGS.keys() == {row.name for row in BUILT_IN}


@each(BUILT_IN)
def test_value_and_partials_agree_at_1000_points_of_the_domain(row):
    points = sampled(row, 1000)
    for point, mine in zip(points, computed(row, points), strict=True):
        check_point(row, point, mine)


@each(BUILT_IN)
def test_value_and_partials_agree_at_the_edges(row):
    points = [(*point, *point[:1]) if row.variadic else point for point in edge_points(row)]
    for point, mine in zip(points, computed(row, points), strict=True):
        check_point(row, point, mine)


def test_polygamma_agrees_in_every_order():
    chance = random.Random(0)
    for order in range(50):
        points = [(order, x) for x in (0.1, 1.0, 30.5, -2.5, chance.expovariate(0.1), 1e5)]
        for point, mine in zip(points, computed(operations.polygamma, points), strict=True):
            check_point(operations.polygamma, point, mine)


def test_decimals_are_rounded_by_all_the_digits_of_the_binary_number():
    chance = random.Random(0)
    points = [(2.675, 2), (1e22, -22), (5e-324, 323), (1.7e308, -308), (0.5, 0), (2.5, 0)]
    points += [(chance.randrange(10**6) / 2**k, k - 1) for k in range(1, 20) for _ in range(20)]
    points += [(float(chance.randrange(10**9)), -k) for k in range(10) for _ in range(20)]
    for point, mine in zip(points, computed(operations.round, points), strict=True):
        assert mine[0] == operations.round(*point), point


@each([row for row in BUILT_IN if row.partials and row.name != "where" and count(row) == 1])
def test_what_follows_from_an_undefined_number_is_undefined(row):
    assert math.isnan(computed(row, [[math.nan]])[0][0])


def test_undefined_numbers_are_neither_largest_nor_smallest():
    for name in ("maximum", "minimum"):
        for point in ([math.nan, 1, 2], [1, math.nan, 2], [1, 2, math.nan]):
            assert math.isnan(computed(TABLE[name], [point])[0][0])


PROBES = [
    -math.inf, -1.7e308, -60.0, -2.0, -1.5, -1.0, -0.5, -5e-324, -0.0, 0.0, 5e-324, 0.5, 1.0,
    1.0 + 2.0**-52, 2.0, 2.5, 50.0, 51.0, 400.5, 1.7e308, math.inf,
]  # fmt: skip


@each([row for row in BUILT_IN if row.name != "where"])
def test_what_the_domain_excludes_is_nan_and_nothing_else_is(row):
    few = PROBES if count(row) < 3 else PROBES[::2]
    points = list(product(few, repeat=count(row)))
    for point, mine in zip(points, computed(row, points), strict=True):
        assert math.isnan(mine[0]) != row.accepts(*point), point
        if row.accepts(*point) and (row.partials and not row.variadic):
            assert all(map(agree, mine, expected(row, point))), (point, mine)


@each([row for row in BUILT_IN if row.kinks and row.name != "where"])
def test_the_conventions_at_kinks_hold(row):
    for kink in row.kinks:
        point = [*kink.point, *([-math.inf] if row.name == "maximum" else [])]
        point += [math.inf] if row.name == "minimum" else [0] if row.name == "hypot" else []
        _, *slopes = computed(row, [point])[0]
        wanted = [
            None if takes_no_derivative(row, index) else slope
            for index, slope in enumerate(kink.slopes)
        ]
        assert slopes == (wanted[:1] if row.variadic else wanted), kink.sentence


def test_the_sign_of_zero_is_what_it_is_in_python():
    for name, point in (
        ("copysign", (2.0, -0.0)), ("atan2", (0.0, -0.0)), ("atan2", (-0.0, -1.0)),
        ("floor", (-0.0,)), ("ceil", (-0.5,)), ("trunc", (-0.5,)), ("round", (-0.4, 0)),
        ("modulo", (4.0, -2.0)), ("floor_divide", (-0.0, 2.0)), ("remainder", (-4.0, 2.0)),
        ("fmod", (-4.0, 2.0)), ("maximum", (-0.0, 0.0, -1.0)), ("minimum", (0.0, -0.0, 1.0)),
        ("clamp", (-0.0, 0.0, 1.0)), ("sign", (-0.0,)), ("relu", (-0.0,)), ("abs", (-0.0,)),
        ("power", (-0.0, 3.0)), ("direction", (-0.0, 1.0)), ("erf", (-0.0,)), ("tanh", (-0.0,)),
    ):  # fmt: skip
        mine = computed(TABLE[name], [point])[0][0]
        theirs = float(TABLE[name].evaluate(point))
        assert (mine, math.copysign(1, mine)) == (theirs, math.copysign(1, theirs)), name


@pytest.mark.parametrize("name", ["maximum", "minimum", "hypot"])
@pytest.mark.parametrize("size", [2, 5, 40])
def test_an_operation_of_any_number_of_operands_takes_the_one_concerned_first(name, size):
    row, chance = TABLE[name], random.Random(size)
    point = [float(chance.randint(-3, 3)) for _ in range(size)]
    scripts = Scripts(*ARITHMETIC, text=rules(spelling([(row, size)])))
    scripts.define("atPoints", AT_POINTS)
    value = row.evaluate(point)
    for index in range(size):
        turned = [point[index], *point[:index], *point[index + 1 :]]
        mine = scripts.run("atPoints", f"{name}:{size}", [turned])[0]
        assert mine == pytest.approx([value, row.partial(index, point, value)], rel=1e-15)


# The text


def test_derivatives_are_the_text_of_the_rows_own_rules():
    spelled = spelling([(TABLE["multiply"], 2), (TABLE["sigmoid"], 1)])
    assert spelled["multiply"].partials == ["b", "a"]
    assert spelled["sigmoid"].value == "arithmetic.sigmoid(a)"
    assert "arithmetic.sech(arithmetic.divide(a, 2))" in spelled["sigmoid"].partials[0]
    twin = operations.Row("twin", "t", "{0}", lambda x: x, [(lambda x, r: 7 * r, "")])
    assert spelling([(twin, 1)])["twin"].partials == ["7 * r"]


@each(BUILT_IN)
def test_an_operation_names_the_scripts_that_it_needs(row):
    spelled = spelling([(row, count(row))])
    (entry,) = spelled.values()
    assert entry.scripts <= set(ARITHMETIC)
    wanted = ("arithmetic.js", *sorted(entry.scripts - {"arithmetic.js"}))
    scripts = Scripts(*wanted if entry.scripts else (), text=rules(spelled))
    scripts.define("atPoints", AT_POINTS)
    points = sampled(row, 5)
    with_all = computed(row, points)
    for alone, together in zip(computed(row, points, scripts), with_all, strict=True):
        assert all(map(agree, alone, together))


def test_the_letters_leave_out_the_result():
    names = letters(60)
    assert len(set(names)) == 60
    assert "r" not in names
    assert names[:3] == ["a", "b", "c"]


def test_the_scripts_define_one_name_each_and_reach_for_nothing_else():
    for name in (*ARITHMETIC, "sweep.js", "digits.js"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert text.startswith('"use strict";\n')
        code = re.sub("//.*", "", text)
        assert not re.search(r"\b(document|window|fetch|eval|Function|import|require|Date)\b", code)
        defined = re.findall(r"^(?:const|let|var|function|class) (\w+)", code, re.MULTILINE)
        assert defined == ([] if name == "special.js" else [name.removesuffix(".js")])
        assert max(map(len, text.splitlines())) <= 100


WHOLE_AND_NO_POLE = operations.polygamma.condition[1]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("tanh", ""),
        ("log", "x must lie in (0, inf]"),
        ("reciprocal", "x must not be 0"),
        ("modulo", "x must lie in (-inf, inf); the divisor must not be 0"),
        ("polygamma", f"n must lie in [0, 50]; x must lie in (-inf, inf]; {WHOLE_AND_NO_POLE}"),
    ],
)
def test_the_requirement_is_said_as_the_row_says_it(name, sentence):
    assert spelling([(TABLE[name], count(TABLE[name]))])[name].requirement == sentence


# Operations of a user's own


@pytest.fixture(autouse=True)
def _table_as_it_was():
    names = set(TABLE)
    yield
    for name in set(TABLE) - names:
        del TABLE[name]


def own(value, rule=lambda x, r: 1, name="own"):
    return operations.Row(name, name, "{0}", value, [(rule, "")])


def test_an_operation_that_is_written_with_our_functions_comes_along():
    row = operation(
        "mish",
        value=lambda x: x * functions.tanh(functions.softplus(x)),
        partials=[
            lambda x, r: (
                functions.tanh(functions.softplus(x))
                + x * functions.sech(functions.softplus(x)) ** 2 * functions.sigmoid(x)
            )
        ],
    )
    scripts = Scripts(*ARITHMETIC, text=rules(spelling([(row, 1)])))
    scripts.define("atPoints", AT_POINTS)
    for x in (-30.0, -0.7, 0.0, 1.3, 40.0):
        value, slope = scripts.run("atPoints", "mish", [[x]])[0]
        assert value == pytest.approx(row(x), rel=1e-14)
        assert slope == pytest.approx(grad(row)(x), rel=1e-14)


def test_lazy_choices_constants_and_operations_within_operations_are_written():
    bent = own(lambda x: functions.where(x > 0, lambda: x, lambda: -0.25 * x**2), name="bent")
    outer = own(lambda x: 2 - bent(functions.stop_gradient(x) - 1), name="outer")
    scripts = Scripts(*ARITHMETIC, text=rules(spelling([(outer, 1)])))
    scripts.define("atPoints", AT_POINTS)
    for x in (-2.0, 1.0, 3.0):
        assert scripts.run("atPoints", "outer", [[x]]) == [[2 - bent(x - 1), 1]]


@pytest.mark.parametrize(
    "value",
    [
        lambda x: functions.logsumexp([x, 1.0, -x]),
        lambda x: functions.logaddexp(x, 0),
        lambda x: functions.softmax([x, 0.5, 2 * x])[0],
        lambda x: functions.log_softmax([0.5, x])[1],
        lambda x: functions.norm([x, 3.0]) + functions.mean([x, 1.0]) + functions.dot([x], [2.0]),
        lambda x: functions.logsumexp([x]) + functions.softmax([x])[0],
    ],
    ids=["logsumexp", "logaddexp", "softmax", "log_softmax", "norm", "one"],
)
def test_functions_of_several_numbers_are_written_too(value):
    scripts = Scripts(*ARITHMETIC, text=rules(spelling([(own(value), 1)])))
    scripts.define("atPoints", AT_POINTS)
    for x in (-800.0, -1.5, 0.0, 0.5, 40.0, 900.0):
        assert scripts.run("atPoints", "own", [[x]])[0][0] == pytest.approx(value(x), rel=1e-14)


def squared_often(x):
    for _ in range(20):
        x = x * x
    return x


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (math.sin, "its value asks for the number or the truth of an operand: use"),
        (
            lambda x: x if x > 0 else 0.0,
            "the truth of an operand: use autograd_mini",
        ),
        (lambda x: 1.0 if x == 0 else x, "such as where, equal or maximum"),
        (lambda x: [1.0, 2.0][x], "asks for the number"),
        (lambda x: x.data, "the number or the truth"),
        (lambda x: "1); alert(1", "gives str where a number is expected"),
        (lambda x: math.nan * 1, "gives float where a number is expected"),
        (lambda x: None, "gives NoneType where a number is expected"),
        (lambda x: x.unheard_of(), "its value raised AttributeError where it was asked"),
        (squared_often, "its value becomes too long"),
    ],
)
def test_what_cant_be_written_is_refused_in_one_sentence(value, reason):
    with pytest.raises(NotSpelledError, match="a browser can't compute 'own'") as e:
        spelling([(own(value), 1)])
    assert reason in str(e.value)
    assert "\n" not in str(e.value)


def test_a_derivative_that_cant_be_written_is_refused_too():
    with pytest.raises(NotSpelledError, match="its derivative asks for the number"):
        spelling([(own(lambda x: x, lambda x, r: math.cos(x)), 1)])


def test_two_operations_of_one_name_cant_be_told_apart():
    first, second = own(lambda x: x), own(lambda x: 2 * x)
    with pytest.raises(NotSpelledError, match="two operations of that name"):
        spelling([(first, 1), (second, 1)])
    assert list(spelling([(first, 1), (first, 1)])) == ["own"]


@pytest.mark.parametrize("name", ["constructor", "__proto__", "naïve", "</script>\u2028\"'"])
def test_a_name_is_never_more_than_a_name(name):
    row = own(lambda x: 3 * x, lambda x, r: 3, name)
    text = rules(spelling([(row, 1), (TABLE["tanh"], 1)]))
    assert "<" not in text
    assert text.isascii()
    scripts = Scripts(*ARITHMETIC, text=text)
    scripts.define("atPoints", AT_POINTS)
    assert scripts.run("atPoints", name, [[2]]) == [[6, 3]]


def test_infinite_and_negative_numbers_are_written():
    x = Written("x")
    assert functions.minimum(x, math.inf).text == "arithmetic.minimum(x, Infinity)"
    assert (x - -1.5e-300).text == "x - (-1.5e-300)"
    assert (x * True).text == "x * true"


def test_what_stands_beside_an_expression_must_be_a_number():
    row = own(lambda x: x + Value(1.0))
    with pytest.raises(NotSpelledError, match="its value gives Value where a number is expected"):
        spelling([(row, 1)])
