"""A user's own operation is a row like any other, if its derivatives are right."""

import math

import pytest

import autograd_mini as ag
from autograd_mini import operations
from autograd_mini.extending import WrongDerivativeError, operation, sample_points


@pytest.fixture(autouse=True)
def _table_as_it_was():
    names = set(operations.TABLE)
    yield
    for name in set(operations.TABLE) - names:
        del operations.TABLE[name]


def register_softsign(**changes):
    fields = {
        "name": "softsign",
        "value": lambda x: x / (1 + abs(x)),
        "partials": [lambda x, r: 1 / ag.square(1 + ag.abs(x))],
        "kinks": [((0.0,), (1.0,), "the second derivative jumps at 0")],
    }
    return operation(**(fields | changes))


def test_a_new_operation_is_computed_swept_and_differentiated_again():
    softsign = register_softsign()
    x = ag.Value(3.0)
    y = softsign(x)
    y.backward()
    assert (y.data, x.grad) == (0.75, 1 / 16)
    assert ag.grad(ag.grad(softsign))(3.0) == pytest.approx(-2 / 64, rel=1e-15)
    assert y.operation is operations.TABLE["softsign"]


def test_it_has_several_operands_a_symbol_and_documentation():
    area = operation(
        "ellipse", lambda a, b: math.pi * a * b,
        [(lambda a, b, r: math.pi * b, r"\pi {1}"), (lambda a, b, r: math.pi * a, r"\pi {0}")],
        symbol="◯", latex=r"\pi {0} {1}", domain=["(0, inf]", "(0, inf]"])  # fmt: skip
    assert ag.grad(area, (0, 1))(2.0, 3.0) == (math.pi * 3, math.pi * 2)
    assert area.symbol == "◯"
    assert r"\pi a b" in area.__doc__


def test_a_partial_may_return_a_plain_number():
    assert ag.grad(operation("triple", lambda x: 3 * x, [lambda x, r: 3]))(5.0) == 3.0


def test_a_wrong_partial_is_refused_and_nothing_is_registered():
    with pytest.raises(WrongDerivativeError, match="the partials of 'softsign' are wrong at"):
        register_softsign(partials=[lambda x, r: 1 / (1 + ag.abs(x))])
    assert "softsign" not in operations.TABLE


def test_a_partial_that_can_not_be_differentiated_again_is_refused():
    def rule(x, r):
        number = x.data if isinstance(x, ag.Value) else x
        return math.cos(number)

    with pytest.raises(WrongDerivativeError, match="second derivatives"):
        operation("wave", math.sin, [rule])


def test_a_name_of_ones_own_may_be_registered_again_as_a_cell_that_is_run_twice_does():
    register_softsign()
    again = register_softsign(symbol="s")
    assert operations.TABLE["softsign"] is again


def test_a_built_in_name_is_refused():
    with pytest.raises(ValueError, match="'tanh' is an operation of the package"):
        register_softsign(name="tanh")


@pytest.mark.parametrize("name", ["two words", "", "1st", None])
def test_a_name_must_be_an_identifier(name):
    with pytest.raises(ValueError, match="name must be an identifier"):
        register_softsign(name=name)


def test_as_many_intervals_as_operands():
    with pytest.raises(ValueError, match="domain has 2 intervals for 1 operands"):
        register_softsign(domain=["(0, 1)", "(0, 1)"])


def test_partials_must_be_there():
    with pytest.raises(ValueError, match="partials must hold one rule for each operand"):
        register_softsign(partials=[])


def test_outside_its_domain_it_raises_with_its_sentence():
    root = operation("root", math.sqrt, [lambda x, r: 1 / (2 * r)], domain=["(0, inf]"])
    with pytest.raises(
        ag.DomainError, match=r"root is not defined at \(-1.0\): x must lie in \(0, inf"
    ):
        root(ag.Value(-1.0))


@pytest.mark.parametrize("name", ["log", "asin", "acosh", "atan2", "power", "hypot", "tanh"])
def test_sample_points_lie_in_the_domain_and_follow_the_seed(name):
    row = operations.TABLE[name]
    points = sample_points(row, 10, seed=3)
    assert all(row.accepts(*point) for point in points)
    assert points == sample_points(row, 10, seed=3) != sample_points(row, 10, seed=4)


@pytest.mark.parametrize(
    "partials", [[ag.cos], [lambda x: 1.0], [lambda x, r: 1.0, lambda x, r: 1.0]]
)
def test_a_partial_must_be_a_function_of_the_operands_and_the_result(partials):
    with pytest.raises(ValueError, match="must be a function of the operands and the result"):
        register_softsign(partials=partials)


def test_an_interval_must_be_written_as_one():
    with pytest.raises(ValueError, match="an interval is written like"):
        register_softsign(domain=["positive"])


def test_a_domain_that_was_forgotten_is_hinted_at():
    with pytest.raises(WrongDerivativeError, match="is the operation's domain given"):
        operation("natural", math.log, [lambda x, r: 1 / x])
