"""Nothing that a user calls a thing brings anything but an identifier into a program."""

import ast
import builtins
import keyword
import math

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini.compiler.names import Names
from autograd_mini.compiler.sheet import RESERVED
from autograd_mini.operations import TABLE

NASTY = (
    "x; import os", "__import__('os').system('true')", "a\nimport os", "a\r\nb", "x = 1 #", "a]",
    "a): return (", "'", '"', '"""', "\\", "\\n", "a # b", "{x}", "{0}", "%s", "a.b", "a[0]", "0",
    "", " ", "_", "__class__", "__builtins__", "σ", "ｎｐ", "ℕ", "x\u200b", "x" * 5_000, "None",
    "True", "lambda", "match", "print", "exec", "inputs", "captured", "w", "W2", "s2", "delta2",
    "v_2", "t", "I0", "C0", "I0_4_plan", *RESERVED,
)  # fmt: skip

names = st.one_of(
    st.sampled_from(NASTY),
    st.sampled_from(sorted({*keyword.kwlist, *dir(builtins), *TABLE})),
    st.text(max_size=30),
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True),
)
targets = pytest.mark.parametrize("target", ["python", "numpy"])


def form(source):
    """Return a program without its names: the kinds of all its parts, and all its strings."""
    parts = list(ast.walk(ast.parse(source)))
    texts = [part.value for part in parts if isinstance(getattr(part, "value", None), str)]
    return [type(part).__name__ for part in parts], texts


def words(source):
    return {part.id for part in ast.walk(ast.parse(source)) if isinstance(part, ast.Name)}


def check(source, plain, allowed=()):
    """Fail unless a program is a plain one with other names, all of which are identifiers."""
    kinds, texts = form(source)
    expected, usual = form(plain)
    assert kinds == expected
    assert set(texts) <= {*usual, *allowed}
    for word in words(source):
        assert word.isascii()
        assert word.isidentifier()
        assert len(word) < 60
    assert {*words(source)} & {*dir(builtins), *keyword.kwlist} <= {"arrays", "inputs"}
    comments = [line.partition("#")[2] for line in source.splitlines()]
    assert comments == [line.partition("#")[2] for line in plain.splitlines()]


def compiled(f, target, /, *arguments, **named):
    fast = ag.compile(f, target=target)
    return fast(*arguments, **named), fast.source


@given(st.lists(names, max_size=12), names)
def test_names_are_identifiers_and_no_two_are_the_same(wishes, reserved):
    found = Names([reserved])
    given_ = [found.new(wish) for wish in wishes]
    assert len(set(given_)) == len(given_)
    for name in given_:
        assert name.isascii()
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert name not in {reserved, *dir(builtins)}


@targets
@settings(max_examples=60)
@given(label=names, inner=names)
def test_labels_of_values_and_of_what_is_computed(target, label, inner):
    def labelled(label, inner):
        value = ag.Value(2.0, label=label)

        def f(x):
            total = value * x + x * x
            total.label = inner
            return ag.exp(total) * ag.tanh(total)

        return compiled(f, target, 0.5)

    value, source = labelled(label, inner)
    assert value == labelled("b", "c")[0]
    check(source, labelled("b", "c")[1])


@targets
@settings(max_examples=60)
@given(name=names)
@example(name="self")
def test_names_of_arguments_and_keys_of_dictionaries(target, name):
    def f(**numbers):
        return ag.sum(2.0 * v for v in numbers.values())

    def g(tree):
        return ag.sum(2.0 * v for v in next(iter(tree.values())))

    value, source = compiled(f, target, **{name: 3.0})
    assert value == 6.0
    check(source, compiled(f, target, plain=3.0)[1])
    value, source = compiled(g, target, {name: [3.0, 4.0]})
    assert value == 14.0
    check(source, compiled(g, target, {"plain": [3.0, 4.0]})[1])


class Network(ag.Module):
    def __init__(self, name):
        setattr(self, name, {name: [ag.Value(2.0, kind="parameter"), ag.Value(3.0)]})
        self.held = getattr(self, name)

    def __call__(self, x):
        (values,) = self.held.values()
        return values[0] * x + values[1]


@targets
@settings(max_examples=60)
@given(name=names)
def test_names_of_attributes_and_scopes(target, name):
    assume(name not in {"held", "_original"} and not name.startswith("__"))

    def scoped(name):
        net = Network(name)

        def f(x):
            with ag.scope(name):
                return net(x) * 1.5

        return compiled(f, target, 2.0)

    value, source = scoped(name)
    assert value == 10.5
    check(source, scoped("plain")[1])


@targets
@pytest.mark.parametrize("name", ["evil", "lambda", "print", "σ", "np", "rows", "arrays", "s2"])
def test_names_of_the_users_operations(target, name):
    def used(name):
        row = ag.operation(
            name=name, value=lambda x: math.fabs(x) + 1.0, partials=[lambda x, r: ag.sign(x)],
            domain=["(0, inf)"],
        )  # fmt: skip
        try:
            return compiled(lambda x: row(x * 2.0) * 3.0, target, 2.0)
        finally:
            TABLE.pop(name)

    value, source = used(name)
    assert value == 15.0
    check(source, used("plain")[1], allowed=[name])


@pytest.mark.parametrize("name", [each for each in NASTY if not each.isidentifier()])
def test_an_operation_is_called_by_an_identifier_alone(name):
    with pytest.raises(ValueError, match="name must be an identifier"):
        ag.operation(name=name, value=abs, partials=[lambda x, r: 1.0])
