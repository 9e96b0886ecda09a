"""The house keeps its shape: rooms import downwards, the core fits in one sitting, all is told."""

import ast
import importlib
import io
import pkgutil
import re
import statistics
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
from importlinter import api

import autograd_mini

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "autograd_mini"
CORE = ("operations.py", "operators.py", "graph.py", "value.py")
STANDARD_LIBRARY_ONLY = (*CORE, "errors.py", "numerics.py", "copies.py", "functions.py")
STANDARD_LIBRARY_ONLY += ("containers.py", "derivatives.py", "__init__.py")
SOURCES = sorted(PACKAGE.rglob("*.py"))


def code_lines(source):
    """Count the lines that hold code: no blank lines, comments or docstrings."""
    docstrings = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            text = node.body[0]
            docstrings.update(range(text.lineno, text.end_lineno + 1))
        elif isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str):
            docstrings.update(range(node.lineno, node.end_lineno + 1))
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    silent |= {tokenize.ENDMARKER, tokenize.ENCODING}
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstrings)


def table_of(source):
    return source.split("# fmt: off\n")[1].split("# fmt: on\n")[0]


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_rooms_import_downwards_only_and_nothing_knows_the_witness_but_the_checks():
    assert api.use_cases is not None
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


def test_the_core_fits_in_one_sitting():
    sources = [(PACKAGE / name).read_text(encoding="utf-8") for name in CORE]
    table = table_of(sources[0])
    rows = len(re.findall(r"^\w+: Row = ", table, re.MULTILINE))
    in_table, in_all = code_lines(table), sum(map(code_lines, sources))
    assert in_table <= 3 * rows
    assert in_all - in_table <= 720
    assert in_all <= 915
    assert max(len(line) for source in sources for line in source.splitlines()) <= 100


def test_the_core_imports_nothing_of_ours_but_itself_errors_and_plain_numerics():
    allowed = {name.removesuffix(".py") for name in (*CORE, "errors.py", "numerics.py")}
    for name in CORE:
        for node in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("autograd_mini"):
                rooms = node.module.split(".")[1:] or [alias.name for alias in node.names]
                assert set(rooms) <= allowed, f"{name} imports {rooms}"


@pytest.mark.parametrize("name", STANDARD_LIBRARY_ONLY)
def test_up_to_derivatives_only_the_standard_library_is_imported(name):
    foreign = set(imported_modules(PACKAGE / name)) - sys.stdlib_module_names - {"autograd_mini"}
    assert not foreign


def test_importing_the_package_loads_nothing_outside_the_standard_library():
    program = (
        "import sys; before = set(sys.modules); import autograd_mini; "
        "print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert set(loaded) - set(sys.stdlib_module_names) == {"autograd_mini"}


def test_median_file_and_functions_are_short():
    files, functions = [], []
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        files.append(code_lines(source))
        nodes = ast.walk(ast.parse(source))
        functions += [code_lines(ast.unparse(n)) for n in nodes if isinstance(n, ast.FunctionDef)]
    functions.sort()
    assert statistics.median(files) <= 150
    assert statistics.median(functions) <= 8
    assert functions[int(0.9 * len(functions))] <= 25


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_one_can_do_with_it(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, path.name
    if path.name != "__main__.py":
        assert "ith this one can" in docstring


@pytest.mark.parametrize("name", autograd_mini.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert hasattr(autograd_mini, name)
    documentation = getattr(autograd_mini, name).__doc__
    assert documentation
    assert documentation.strip()


def test_public_names_are_listed_once():
    assert len(set(autograd_mini.__all__)) == len(autograd_mini.__all__)


def test_an_unknown_public_name_raises():
    with pytest.raises(AttributeError, match="has no attribute 'tensor'"):
        autograd_mini.tensor  # noqa: B018 - the access is what is tested


def test_every_module_has_a_test_file():
    names = {path.stem for path in (ROOT / "tests").glob("test_*.py")}
    for module in pkgutil.iter_modules([str(PACKAGE)]):
        if not module.name.startswith("_"):
            mirrors = [name for name in names if name.startswith(f"test_{module.name}")]
            assert mirrors, f"no tests for {module.name}"


def test_no_module_is_a_drawer_for_leftovers():
    leftovers = {"utils", "util", "helpers", "common", "base", "misc"}
    assert not leftovers & {path.stem for path in SOURCES}


def test_every_import_name_of_the_package_resolves():
    for module in pkgutil.walk_packages([str(PACKAGE)], "autograd_mini."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_the_package_is_marked_as_typed():
    assert (PACKAGE / "py.typed").is_file()
