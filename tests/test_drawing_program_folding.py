"""A large program is drawn as a whole: its inputs, its two passes and its results."""

import re

import pytest

import autograd_mini as ag
from autograd_mini.drawing.program_figure import draw_program
from autograd_mini.drawing.program_folding import folded
from autograd_mini.drawing.step_cards import Step


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


@pytest.fixture(scope="module")
def program():
    fast = ag.compile(rosenbrock, target="python")
    fast.value_and_grad([0.1 * k for k in range(10)])
    return fast


def test_a_large_program_is_folded_into_its_passes(program):
    drawing = ag.draw(program)
    steps = program._latest().steps()
    assert len(steps) > 100
    assert drawing.description.endswith("drawn as 5 cards")
    counts = [int(count) for count in re.findall(r">(\d+) instructions<", drawing.svg)]
    assert sum(counts) + 1 == sum(bool(step.formulas) for step in steps)  # one is the value
    for text in ("x_1 … x_10", "10 inputs", "forward pass", "backward pass"):
        assert f">{text}<" in drawing.svg


def test_every_instruction_is_drawn_on_request(program):
    everything = ag.draw(program, fold=False)
    assert "drawn as" not in everything.description
    for step in program._latest().steps():
        assert f">{step.name}<" in everything.svg


def test_a_small_program_is_folded_on_request():
    fast = ag.compile(lambda x: x * x + ag.sin(x))
    fast.value_and_grad(2.0)
    assert "drawn as" not in fast.draw().description
    assert "drawn as" in ag.draw(fast, fold=True).description


def test_what_uses_what_stays_as_it_is():
    steps = [
        Step("x", "data"),
        Step("W", "parameter"),
        Step("a", "forward", ("x * W",), operands=(0, 1)),
        Step("y", "forward", ("a + a",), operands=(2,), output=True),
        Step("z", "forward", ("2 * a",), operands=(2,), output=True),
        Step("t", "forward", ("z * x",), operands=(4, 0)),
        Step("s", "backward", ("t * W",), operands=(5, 1)),
        Step("g", "backward", ("s * s",), operands=(6,), output=True),
    ]
    whole = folded(steps, "en")
    found = {step.name: step for step in whole}
    names = [step.name for step in whole]
    assert names == ["x", "W", "forward pass", "y", "s", "g"]
    assert found["forward pass"].shape == "3 instructions"
    assert found["forward pass"].output  # z, which is used again
    assert [whole[place].name for place in found["forward pass"].operands] == ["x", "W"]
    assert [whole[place].name for place in found["g"].operands] == [names[4]]
    for place, step in enumerate(whole):
        assert all(operand < place for operand in step.operands)


def test_many_results_are_one_card():
    steps = [Step("x", "data")]
    steps += [Step(f"y_{k}", "forward", ("x + 1",), operands=(0,), output=True) for k in range(20)]
    whole = folded(steps, "ru")
    assert [(step.name, step.shape, step.output) for step in whole] == [
        ("x", "", False),
        ("y_0 … y_19", "20 инструкций", True),
    ]


def test_a_program_over_the_limit_is_refused_with_what_to_do():
    steps = [Step("x", "data")]
    steps += [Step(f"t_{k}", "forward", ("x + 1",), operands=(k,)) for k in range(700)]
    with pytest.raises(ValueError, match=r"limit=600: draw it folded with fold=True, print its"):
        draw_program(steps, fold=False)
    assert "drawn as 2 cards" in draw_program(steps).description


def test_fold_takes_no_names_for_a_program():
    with pytest.raises(TypeError, match="fold must be True or False for a program, not 'layer'"):
        draw_program([Step("x", "data")], fold="layer")
