import csv
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from autograd_mini import datasets, drawing
from autograd_mini.command_line import main
from autograd_mini.commands import beginning, check, draw
from autograd_mini.commands.predict import Model, notes
from autograd_mini.datasets import Scaling
from autograd_mini.neurons import MLP
from autograd_mini.operations import TABLE, Partial
from autograd_mini.training import answers, predict

OPTIONS = {
    "train": [
        "DATASET", "--csv", "--target", "--hidden", "--activation", "--loss", "--optimizer",
        "--step", "--epochs", "--batch-size", "--seed", "--quiet", "--resume", "--out", "--force",
        "--validation", "--patience",
    ],
    "check": ["--seed", "--sizes"],
    "draw": ["expression", "NAME=NUMBER", "--out", "--theme"],
    "predict": ["MODEL.json", "--csv", "--target", "--out"],
}  # fmt: skip


def help_of(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--help"])
    assert stopped.value.code == 0
    return capsys.readouterr().out


# ------------------------------------------------------------------------------------------- help


def test_help_names_every_command_with_an_example(capsys):
    text = help_of(capsys)
    for command in OPTIONS:
        assert re.search(rf"^    {command} +\w", text, re.MULTILINE), command
        assert f"  autograd-mini {command} " in text.split("examples:")[1]


@pytest.mark.parametrize("command", OPTIONS)
def test_the_help_of_a_command_explains_each_option_and_gives_examples(command, capsys):
    text = help_of(capsys, command)
    for option in OPTIONS[command]:
        assert re.search(rf"^  (-\w \w+, )?{re.escape(option)}\b.*\n?.*\w", text, re.MULTILINE)
    assert f"  autograd-mini {command} " in text.split("examples:")[1]


@pytest.mark.parametrize("command", ["", *OPTIONS])
def test_help_fits_80_columns(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = help_of(capsys, *filter(None, [command]))
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_the_help_of_train_shows_the_defaults_of_every_data_set(capsys):
    text = help_of(capsys, "train")
    for name in datasets.names():
        assert re.search(
            rf"^{name} +\d+ +\w+ +log_loss +sgd +[\d.]+ +\d+ +\d+$", text, re.MULTILINE
        )


def test_the_help_of_draw_lists_the_functions(capsys):
    text = help_of(capsys, "draw")
    assert "logsigmoid" in text
    assert "atan2" in text


def test_help_loads_neither_numpy_nor_matplotlib():
    program = (
        "import sys\n"
        "from autograd_mini.command_line import main\n"
        "try:\n    main(['train', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'numpy', 'matplotlib', 'tqdm', 'graphviz', 'wasmtime'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_version_is_that_of_the_package(capsys):
    import autograd_mini

    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"autograd-mini {autograd_mini.__version__}\n"


# -------------------------------------------------------------------------------- exit statuses


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["tarin"], "invalid choice: 'tarin'"),
        (["predict"], "the following arguments are required: MODEL.json, --csv"),
        (["train", "iris", "--hiden", "3"], "unrecognized arguments: --hiden"),
        (["train", "iris", "--epoch", "3"], "unrecognized arguments: --epoch"),
        (["draw", "x", "--theme", "blue"], "invalid choice: 'blue'"),
    ],
)
def test_arguments_that_are_not_accepted_end_with_status_2_and_one_line(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert message in error
    assert "--help)" in error
    assert error.count("\n") == 1


def test_an_unexpected_error_keeps_its_traceback(monkeypatch):
    def broken(_):
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(beginning, "prepare", broken)
    with pytest.raises(ValueError, match="a mistake of ours"):
        main(["train", "iris"])


def test_ctrl_c_outside_of_training_ends_with_status_130(monkeypatch, capsys):
    def press(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(beginning, "prepare", press)
    assert main(["train", "iris", "--out", "nowhere"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_that_goes_away_ends_the_command_in_silence():
    command = [sys.executable, "-m", "autograd_mini", "check"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 141
    assert errors == b""


def test_the_module_is_the_command(tmp_path):
    command = [sys.executable, "-m", "autograd_mini", "draw", "x", "x=1", "-o", "x.svg"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert "wrote x.svg" in done.stdout


def test_output_that_has_no_greek_letters_gets_them_spelled():
    command = [sys.executable, "-m", "autograd_mini", "train", "--help"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert r"step size \u03bb" in done.stdout


# ------------------------------------------------------------------------------------------- draw


def test_a_drawing_has_the_values_and_gradients_of_the_expression(tmp_path, capsys):
    path = tmp_path / "neuron.svg"
    assert main(["draw", "sigmoid(w*x + b)", "w=2", "x=-1", "b=-3", "-o", str(path)]) == 0
    texts = [text.strip() for text in ET.parse(path).getroot().itertext()]
    # σ(-5), σ′(-5), and the latter times w = 2; a gradient has a minus sign, not a hyphen
    for number in ("0.00669", "0.00665", "0.0133", "−0.00665", "−5", "σ"):
        assert number in texts, number
    assert "sigmoid(w*x + b)" in texts
    printed = capsys.readouterr().out
    assert "sigmoid(w*x + b) = 0.0066928509242848" in printed
    assert re.search(r"^x +-1 +0\.01329611", printed, re.MULTILINE)
    assert f"wrote {path}" in printed


def test_the_drawing_is_named_sensibly_and_the_same_every_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main(["draw", "x*y", "x=3", "y=4"])
    first = (tmp_path / "expression.svg").read_bytes()
    main(["draw", "x*y", "x=3", "y=4"])
    assert (tmp_path / "expression.svg").read_bytes() == first


def test_the_theme_changes_the_colours(tmp_path):
    for theme in ("light", "dark"):
        path = tmp_path / f"{theme}.svg"
        main(["draw", "x*y", "x=3", "y=4", "--theme", theme, "-o", str(path)])
    assert (tmp_path / "light.svg").read_bytes() != (tmp_path / "dark.svg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["w*x + b", "w=1", "b=2"], "no value for x; accepted: one for each name, as in x=0.5"),
        (["x", "x=1", "y=2"], "y does not stand in the expression"),
        (["x", "x=1", "x=2"], "a name has two values: x=1 x=2"),
        (["x", "x"], "'x' is no value; accepted: NAME=NUMBER"),
        (["x", "x=one"], "'x=one' is no value"),
        (["x", "x=nan"], "'x=nan' is no value"),
        (["x", "2=3"], "'2=3' is no value"),
        (["x.y", "x=1"], "column 1: 'x.y' is not accepted here"),
        (["__import__('os')"], "there is no function '__import__'"),
        (["log(x)", "x=-1"], "log is not defined at (x = -1.0)"),
        (["sqrt(x)", "x=0"], "the gradient is not finite from sqrt(x = 0.0) on"),
        (["x", "x=1", "-o", "x.gif"], "path must end in .svg, .dot, .png or .pdf, not .gif"),
        (["x", "x=1", "-o", "/dev/null/x.svg"], "Not a directory"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(
    arguments, message, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["draw", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("autograd-mini draw: error: ")
    assert message in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_drawing_that_is_refused_is_refused_in_one_line(monkeypatch, capsys):
    def refuse(*_, **__):
        raise ValueError("this graph has 601 nodes")

    monkeypatch.setattr(drawing, "draw", refuse)
    assert main(["draw", "x", "x=1"]) == 2
    assert capsys.readouterr().err == "autograd-mini draw: error: this graph has 601 nodes\n"


def test_names_may_be_greek():
    assert draw._assignment("λ=0.5") == ("λ", 0.5)


# ------------------------------------------------------------------------------------------ check


@pytest.fixture(scope="module")
def checked():
    import contextlib
    import io

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(["check", "--seed", "3"])
    return status, printed.getvalue()


def test_all_checks_pass_with_status_0(checked):
    status, text = checked
    assert status == 0
    assert re.search(r"all \d+ checks passed\n$", text)
    assert "WRONG" not in text


def test_every_operation_with_a_derivative_is_checked(checked):
    _, text = checked
    lines = {line.split()[0] for line in text.splitlines() if line}
    for row in TABLE.values():
        if any(partial.rule for partial in row.partials):
            assert row.name in lines


def test_the_formulas_are_listed_layer_by_layer(checked):
    _, text = checked
    assert "network 4-5-3 of sigmoids with log loss" in text
    assert [formula in text for formula in ("BP1", "BP2", "BP3", "BP4")] == [True] * 4


def plant(monkeypatch, name, spoil):
    """Spoil the rule of an operation's first partial."""
    row = TABLE[name]
    right, *others = row.partials
    wrong = Partial(lambda *given: spoil(right.rule(*given)), right.latex)
    monkeypatch.setattr(row, "partials", (wrong, *others))


@pytest.mark.parametrize("name", ["tanh", "multiply", "maximum", "atan2", "modulo", "erf", "step"])
def test_an_error_planted_in_a_rule_is_caught_with_status_1(name, monkeypatch, capsys):
    plant(monkeypatch, name, lambda slope: slope + 0.001)
    monkeypatch.setattr(check, "_networks", lambda *_: [])
    monkeypatch.setattr(check, "TABLE", {each: TABLE[each] for each in ("sin", name)})
    assert main(["check"]) == 1
    printed = capsys.readouterr().out
    assert re.search(rf"^{name} .*WRONG$", printed, re.MULTILINE)
    assert re.search(rf"^FAILED: .*\b{name}\b", printed, re.MULTILINE)


def test_an_error_planted_in_the_sigmoid_fails_the_delta_formulas(monkeypatch, capsys):
    plant(monkeypatch, "sigmoid", lambda slope: slope * 1.001)
    monkeypatch.setattr(check, "_networks", lambda *_: [])
    monkeypatch.setattr(check, "_operations", lambda *_: [])
    assert main(["check"]) == 1
    assert "FAILED: the delta formulas" in capsys.readouterr().out


def test_a_network_needs_two_layers(capsys):
    assert main(["check", "--sizes", "4"]) == 2
    assert "--sizes names one layer; accepted: two or more" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------- predict


@pytest.fixture(params=["log_loss", "cross_entropy", "hinge"])
def model(request, tmp_path):
    """Save a network that was not trained; return its path, and the data."""
    data = datasets.load("iris")
    output = {"log_loss": "sigmoid", "cross_entropy": "softmax", "hinge": "identity"}
    net = MLP([4, 3, 3], output=output[request.param], seed=1)
    path = tmp_path / "model.json"
    net.save(path, notes(data, Scaling.fit(data.features), "species", request.param))
    return path, data, net


@pytest.fixture
def table(tmp_path):
    """Write iris with its columns in another order, and one more."""
    data = datasets.load("iris")
    path = tmp_path / "flowers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["species", "note", *data.feature_names[::-1]])
        for features, target in zip(data.features, data.targets, strict=True):
            rows.writerow([data.class_names[target], "?", *features[::-1]])
    return path


def test_predictions_are_the_outputs_of_the_network_to_the_last_digit(model, table, capsys):
    path, data, net = model
    assert main(["predict", str(path), "--csv", str(table)]) == 0
    printed = capsys.readouterr()
    rows = list(csv.DictReader(printed.out.splitlines()))
    features = Scaling.fit(data.features).apply(data.features)
    loss = Model.load(str(path)).loss
    classes = predict(net, features, loss=loss)
    assert [row["class"] for row in rows] == [data.class_names[k] for k in classes]
    column = "answer" if loss == "hinge" else "probability"
    said = [outputs[k] for outputs, k in zip(answers(net, features), classes, strict=True)]
    assert [float(row[column]) for row in rows] == said
    right = sum(k == target for k, target in zip(classes, data.targets, strict=True))
    assert printed.err == f"accuracy: {right / 1.5:.2f} % ({right} of 150)\n"


def test_without_the_right_classes_there_is_no_accuracy(model, table, tmp_path, capsys):
    path, _, _ = model
    text = table.read_text(encoding="utf-8").replace("species", "unknown", 1)
    table.write_text(text, encoding="utf-8")
    assert main(["predict", str(path), "--csv", str(table)]) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 151
    assert printed.err == ""
    assert main(["predict", str(path), "--csv", str(table), "--target", "unknown"]) == 0
    assert "accuracy: " in capsys.readouterr().err


def test_predictions_can_be_written_to_a_file(model, table, tmp_path, capsys):
    path, _, _ = model
    main(["predict", str(path), "--csv", str(table)])
    expected = capsys.readouterr().out
    out = tmp_path / "predictions.csv"
    assert main(["predict", str(path), "--csv", str(table), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    assert out.read_text(encoding="utf-8") == expected


def test_a_single_output_speaks_for_both_classes(tmp_path, capsys):
    data = datasets.xor()
    net = MLP([2, 1], init="zeros")
    net.layers[0].W, net.layers[0].b = [[4.0, 4.0]], [-3.0]
    net.save(tmp_path / "model.json", notes(data, Scaling([0, 0], [1, 1]), None, "log_loss"))
    (tmp_path / "x.csv").write_text("x1,x2\n0,0\n1,0\n", encoding="utf-8")
    main(["predict", str(tmp_path / "model.json"), "--csv", str(tmp_path / "x.csv")])
    rows = [line.split(",") for line in capsys.readouterr().out.split()[1:]]
    (low,), (high,) = answers(net, [[0, 0], [1, 0]])
    assert rows == [["0", repr(1.0 - low)], ["1", repr(high)]]


def test_a_target_that_is_not_there_is_refused(model, table, capsys):
    path, _, _ = model
    assert main(["predict", str(path), "--csv", str(table), "--target", "sort"]) == 2
    assert "has no column 'sort' for --target" in capsys.readouterr().err


def test_a_missing_feature_is_named(model, tmp_path, capsys):
    path, _, _ = model
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["predict", str(path), "--csv", str(tmp_path / "x.csv")]) == 2
    assert "has no column for the feature 'sepal length (cm)'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is not JSON"),
        ("{}", "it does not say that it is of the format"),
        ("x" * 9, "it is not JSON"),
        (None, "its checksum does not fit"),
    ],
)
def test_a_damaged_model_is_refused_in_one_line(model, table, text, message, capsys):
    path, _, _ = model
    damaged = path.read_text(encoding="utf-8").replace('"seed"', '"sead"').replace("0.1", "0.2")
    path.write_text(damaged if text is None else text, encoding="utf-8")
    assert main(["predict", str(path), "--csv", str(table)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("autograd-mini predict: error: ")
    assert message in error
    assert error.count("\n") == 1


def test_a_model_that_says_nothing_of_its_data_is_refused(tmp_path, table, capsys):
    MLP([4, 3]).save(tmp_path / "model.json")
    assert main(["predict", str(tmp_path / "model.json"), "--csv", str(table)]) == 2
    assert "it does not say how features are scaled and named" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["predict", str(tmp_path / "none.json"), "--csv", "none.csv"]) == 2
    assert "none.json: No such file or directory" in capsys.readouterr().err
