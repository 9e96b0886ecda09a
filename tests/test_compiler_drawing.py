"""A compiled function draws itself: its instructions, their formulas and shapes, what uses what."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini.compiler.program_steps import steps_of

RNG = np.random.default_rng(0)


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


@pytest.fixture(scope="module")
def network():
    net = ag.MLP([4, 3, 2], seed=0)
    fast = ag.compile(
        lambda x, y: ag.log_loss_from_logits(net.logits(x), y), batched=("x", "y"), target="numpy"
    )
    fast.value_and_grad(RNG.random((5, 4)), np.eye(2)[[0, 1, 1, 0, 1]])
    return fast


def steps(fast):
    return {step.name: step for step in fast._latest().steps()}


def texts(drawing):
    return ["".join(node.itertext()) for node in ET.fromstring(drawing.svg).iter() if node.text]


def test_each_instruction_is_a_card_with_its_formula_its_shape_and_the_lectures_form(network):
    found = steps(network)
    assert found["s2"].formulas == ("X @ W2.T + b2",)
    assert found["s2"].shape == "n × 3"
    assert found["delta2"].formulas == ("(delta3 @ W3) * slope2",)
    assert found["delta2"].remark == "BP2: δ2 = (W3ᵀ δ3) ⊙ σ′(s2)"
    assert found["gW3"].shape == "2 × 3"
    marks = [step.remark[:3] for step in found.values() if step.remark.startswith("BP")]
    assert set(marks) == {"BP1", "BP2", "BP3", "BP4"}
    shown = texts(network.draw())
    for text in ("s2", "X @ W2.T + b2", "n × 3", "delta2", "BP2: δ2 = (W3ᵀ δ3) ⊙ σ′(s2)"):
        assert text in shown


def test_data_parameters_and_both_passes_are_told_apart_and_what_is_returned_is_marked(network):
    found = steps(network)
    kinds = {name: found[name].kind for name in ("X", "Y", "W2", "b3", "s3", "delta3", "gb2")}
    assert kinds == {
        "X": "data", "Y": "data", "W2": "parameter", "b3": "parameter", "s3": "forward",
        "delta3": "backward", "gb2": "backward",
    }  # fmt: skip
    returned = {name for name, step in found.items() if step.output}
    assert returned == {"value", "gW2", "gb2", "gW3", "gb3"}


def test_arrows_join_what_an_instruction_reads(network):
    found = network._latest().steps()
    (delta,) = (step for step in found if step.name == "delta2")
    assert {found[place].name for place in delta.operands} == {"delta3", "W3", "slope2"}
    for place, step in enumerate(found):
        assert all(operand < place for operand in step.operands)


def test_every_instruction_of_the_source_is_drawn(network):
    lines = re.findall(r"^    (\w+) = ", network.source, re.MULTILINE)
    assert set(lines) <= set(steps(network))


def test_parts_that_are_added_into_one_array_stand_on_one_card():
    fast = ag.compile(rosenbrock, target="numpy")
    fast.grad([0.5] * 10)
    assert steps(fast)["gx"].formulas[:2] == (
        "np.zeros((10,))",
        "[:9] += -2.0 * t_2 - 400.0 * (t * x[:9])",
    )
    assert steps(fast)["gx"].shape == "10"


def test_a_program_of_plain_python_is_drawn_too_with_its_choices():
    fast = ag.compile(lambda x: ag.where(x > 1, x * x, -x))
    assert fast.grad(3.0) == 6.0
    found = steps(fast)
    assert "x > 1" in found["if"].formulas[0]
    assert found["x"].kind == "data"
    assert fast.draw().svg


def test_a_program_by_levels_is_drawn_by_the_rows_that_instructions_read():
    def irregular(x):
        values = list(x)
        for k in range(120):
            row = (ag.sin, ag.tanh, ag.sigmoid)[k % 3]
            values.append(row(values[(7 * k) % len(values)]) * values[(k * k) % len(values)])
        return sum(values)

    fast = ag.compile(irregular, target="numpy")
    fast.grad([0.1, 0.2, 0.3])
    assert "by levels" in fast.report()
    found = fast._latest().steps()
    assert found[0].name == "x"
    assert all(operand < place for place, s in enumerate(found) for operand in s.operands)
    first = found[1]
    assert first.operands == (0,)
    assert first.name.startswith("v[")


def test_draw_takes_a_compiled_function_with_the_options_that_make_sense(network):
    assert ag.draw(network, theme="dark").svg == network.draw(theme="dark").svg
    down = ag.draw(network, direction="down", title="A step", language="ru", theme="light",
                   paper="none")  # fmt: skip
    assert re.match(r"A step: программа: \d+ инструкци\w: value = ", down.description)
    across = network.draw(direction="right")
    tall, wide = (re.search('width="([0-9.]+)"', d.svg)[1] for d in (down, across))
    assert float(tall) < float(wide)
    assert "rankdir=TB" in down.dot
    with pytest.raises(ValueError, match="cards, more than limit=10"):
        ag.draw(network, limit=10)
    with pytest.raises(ValueError, match="direction"):
        network.draw(direction="up")


def test_no_two_cards_overlap(network):
    for direction in ("right", "down"):
        root = ET.fromstring(network.draw(direction=direction, paper="none", theme="light").svg)
        space = "{http://www.w3.org/2000/svg}"
        boxes = []
        for group in root.iter(f"{space}g"):
            if group.get("class") in {"data", "parameter", "operation", "adjoint"}:
                boxes += [
                    [float(rect.get(name)) for name in ("x", "y", "width", "height")]
                    for rect in group.iter(f"{space}rect")
                ]
        assert len(boxes) == len(network._latest().steps())
        for k, (x, y, wide, high) in enumerate(boxes):
            for left, top, across, down in boxes[k + 1 :]:
                apart = x + wide < left or left + across < x or y + high < top or top + down < y
                assert apart


@pytest.mark.parametrize("derivative", ["jacobian", "hessian"])
def test_programs_of_higher_derivatives_are_drawn(derivative):
    fast = ag.compile(rosenbrock if derivative == "hessian" else lambda x: [ag.tanh(v) for v in x])
    getattr(fast, derivative)([0.5, 1.0, 1.5])
    assert any(step.output for step in fast._latest().steps())
    assert fast.draw().description.startswith("program of ")


def test_what_only_checks_is_no_instruction(network):
    assert "check(s2)" in network.source
    assert "check" not in network.draw().svg


def test_before_any_call_there_is_nothing_to_draw():
    with pytest.raises(ValueError, match="no program yet"):
        ag.compile(rosenbrock).draw()


def test_what_is_not_used_is_left_out():
    source = "def program(arrays, n, N):\n    x, w = arrays\n    s = x + 1\n    return [s], []\n"
    assert [step.name for step in steps_of(source, [("x", "data"), ("w", "data")])] == ["x", "s"]
