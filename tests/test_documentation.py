"""The documentation tells the truth: its commands, its examples and its tables."""

import doctest
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from autograd_mini import operations

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def test_the_readme_prints_the_two_commands_and_ci_runs_the_second_word_for_word():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    main, test = (
        re.search(rf"<!-- {which} command -->\n```sh\n(.+)\n```", readme).group(1)
        for which in ("main", "test")
    )
    assert main.endswith("autograd-mini train digits")
    assert test.endswith("python -m pytest")
    extract = "sed -n '/^<!-- test command -->$/,/^```$/p' README.md | sed -e '1,2d' -e '$d'"
    assert extract in (ROOT / ".ci/run").read_text(encoding="utf-8")
    printed = subprocess.run(
        ["sh", "-c", extract], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == test


def test_tables_made_of_the_code_are_fresh():
    made = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


def test_the_page_on_adding_an_operation_is_performed():
    names = set(operations.TABLE)
    first, wrong = blocks(ROOT / "docs/how-to-add-an-operation.md", "python")[:2]
    printed = []
    space = {"print": lambda *items: printed.append(" ".join(map(str, items)))}
    try:
        exec(first, space)  # the page is ours
        assert printed == re.findall(r"print\(.*?\)\s+# (.+)", first)
        with pytest.raises(
            ValueError, match=r"the partials of 'wrong' are wrong at \(1.8834308093613288,\)"
        ):
            exec(wrong, space)
    finally:
        for name in set(operations.TABLE) - names:
            del operations.TABLE[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_prompt_form_give_what_they_say(page):
    parser = doctest.DocTestParser()
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    space = {}
    for number, block in enumerate(blocks(page, "python")):
        if ">>>" in block:
            test = parser.get_doctest(block, space, f"{page.name} block {number}", str(page), 0)
            assert runner.run(test, clear_globs=False).failed == 0
            space = test.globs


def test_the_docstrings_of_all_operations_are_complete():
    for row in operations.TABLE.values():
        for heading in ("Parameters", "Returns", "Raises", ".. math::"):
            assert heading in row.__doc__, row.name


def test_the_picture_of_the_readme_is_well_formed():
    picture = ET.parse(ROOT / "docs/gallery/neuron.svg").getroot()
    assert picture.tag.endswith("svg")
    assert "0.731" in ET.tostring(picture, encoding="unicode")
