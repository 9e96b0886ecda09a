import contextlib
import csv
import io
import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import pytest

from autograd_mini import datasets, model_files, operations
from autograd_mini.command_line import main
from autograd_mini.commands import beginning, pictures, train
from autograd_mini.commands.examples import prepare
from autograd_mini.commands.neuron_graph import output_neuron
from autograd_mini.commands.report import confusion_table
from autograd_mini.commands.run_folder import RunFolder
from autograd_mini.commands.settings import DEFAULTS, OWN_FILE, Settings
from autograd_mini.graph import leaves
from autograd_mini.losses import LOSSES, resolve
from autograd_mini.neurons import MLP
from autograd_mini.training import accuracy, answers, confusion, fit, predict
from autograd_mini.value import sweep

FILES = ["model.json", "history.csv", "training.json"]
PICTURES = ["confusion.svg", "graph.svg", "loss.svg", "network.svg"]


def run(*arguments):
    """Run a command in this process; return its status and what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main([str(argument) for argument in arguments])
    return status, printed.getvalue()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def plain(monkeypatch):
    """Draw nothing: the pictures take more time than these small trainings."""
    monkeypatch.setattr(train, "_draw", lambda *_: None)


@pytest.fixture(scope="module")
def iris(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "deep" / "iris"
    status, text = run("train", "iris", "--epochs", 2, "--out", folder)
    assert status == 0
    return folder, text


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "xor"
    status, text = run("train", "xor", "--out", folder)
    assert status == 0
    return folder, text


# ------------------------------------------------------------------------------ what is printed


def test_a_run_says_what_data_it_learns_from(iris):
    _, text = iris
    assert "iris: 150 examples, 4 features, 3 classes" in text
    assert "classes: setosa, versicolor, virginica" in text
    assert "120 for training, 30 for testing" in text
    assert "CC BY 4.0" in text


def test_a_run_counts_parameters_and_scalar_operations(iris):
    # A neuron of K inputs: K products, K sums (one with the bias), one sigmoid; the logits of the
    # last layer have none. The loss of one-hot labels: a softplus each, one of -s, two sums.
    hidden, last, loss = 8 * (4 + 4 + 1), 3 * (8 + 8), 3 + 1 + 2
    _, text = iris
    assert "4 → 8 → 3 neurons in 3 layers: hidden sigmoid, output sigmoid" in text
    assert f"{8 * 5 + 3 * 9} parameters; {hidden + last + loss} scalar operations" in text


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_delta_formulas_are_checked_layer_by_layer_at_rounding_level(iris, when):
    _, text = iris
    block = text.split(f"delta check {when} training, 4 examples: all agree\n")[1]
    rows = [line.split() for line in block.split("\n\n")[0].splitlines()[2:]]
    assert [(row[0], row[1]) for row in rows] == [
        (layer, formula)
        for layer, first in (("2", "BP2"), ("3", "BP1"))
        for formula in (first, "BP3", "BP4")
    ]
    assert all(float(row[-2]) <= 1e-12 for row in rows)
    assert all(row[-1] == "ok" for row in rows)


def test_the_parts_of_a_run_stand_in_their_order(iris):
    _, text = iris
    places = [
        text.index(part)
        for part in ("data  ", "model  ", "before training", "test accuracy", "confusion")
    ]
    places += [text.index("after training"), text.index("files in ")]
    assert places == sorted(places)


def test_the_accuracy_stands_on_a_line_of_its_own_and_is_right(iris):
    folder, text = iris
    examples = prepare(Settings.chosen({"dataset": "iris"}))
    net = MLP.load(folder / "model.json")
    share = accuracy(net, examples.test.features, examples.test.targets)
    assert f"\ntest accuracy: {100 * share:.2f} %\n" in text


def test_the_confusion_is_that_of_the_model(iris):
    folder, text = iris
    examples = prepare(Settings.chosen({"dataset": "iris"}))
    net = MLP.load(folder / "model.json")
    counts = confusion(net, examples.test.features, examples.test.targets)
    assert confusion_table(counts, examples.data.class_names) in text


def test_the_output_is_at_most_80_columns_wide(iris):
    _, text = iris
    before_files = text[: text.index("files in ")]
    assert max(map(len, before_files.splitlines())) <= 80


def test_classes_with_long_names_are_numbered():
    names = [f"a rather long name of class {k}" for k in range(5)]
    table = confusion_table([[1] * 5] * 5, names)
    assert max(map(len, table.splitlines())) <= 80
    assert "5 a rather long name of class 4" in table


def test_quiet_prints_the_accuracy_alone(tmp_path, capfd, plain):
    assert main(["train", "iris", "--epochs", "1", "--quiet", "--out", str(tmp_path / "a")]) == 0
    printed = capfd.readouterr()
    assert re.fullmatch(r"test accuracy: \d+\.\d\d %\n", printed.out)
    assert printed.err == ""


def test_a_bar_shows_loss_and_accuracy(tmp_path, capfd, plain):
    main(["train", "iris", "--epochs", "1", "--out", str(tmp_path / "a")])
    assert re.search(r"epoch 1/1: 100%.*loss \d.*accuracy \d", capfd.readouterr().err)


# ------------------------------------------------------------------------------------- the files


def test_all_files_are_written_and_listed(iris):
    folder, text = iris
    assert sorted(contents(folder)) == sorted([*FILES, *PICTURES, "graph.html"])
    assert text.split("files in ")[1].split()[1:] == [
        "model.json", "history.csv", "training.json",
        "graph.svg", "graph.html", "network.svg", "loss.svg", "confusion.svg",
    ]  # fmt: skip


def test_data_in_a_plane_get_a_boundary(xor):
    folder, _ = xor
    assert sorted(contents(folder)) == sorted([*FILES, *PICTURES, "graph.html", "boundary.svg"])


def test_digits_are_shown_as_they_were_written_with_what_they_are_taken_for():
    settings = Settings.chosen({"dataset": "digits", "seed": 3})
    examples = prepare(settings)
    net = MLP([64, 10], seed=0)
    figure = pictures._digits(net, examples, settings)
    panels = figure.axes[: pictures.DIGITS]
    said = predict(net, examples.test.features[: len(panels)])
    captions = [
        str(one) if one == true else f"{one} (is {true})"
        for one, true in zip(said, examples.test.targets, strict=False)
    ]
    assert [panel.get_title() for panel in panels] == captions
    images = [panel.images[0].get_array().ravel().tolist() for panel in panels]
    assert examples.scaling.apply(images) == examples.test.features[: len(panels)]


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_svg(iris, name):
    folder, _ = iris
    assert ET.parse(folder / name).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_the_graph_says_what_it_shows(iris):
    folder, _ = iris
    title = ET.parse(folder / "graph.svg").getroot()[0].text
    assert re.search(r"neuron \d of layer 3 \(3 of its 8 inputs, the others as one number\)", title)
    assert re.search(
        r"its part of J, at test example \d+, of class (setosa|versicolor|virg)", title
    )


def test_the_history_has_a_line_for_each_epoch(iris):
    folder, _ = iris
    text = (folder / "history.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])
    assert rows[0]["validation_loss"] == ""


def test_the_model_is_what_fit_makes_of_the_same_settings(iris):
    folder, _ = iris
    data, row = datasets.load("iris"), DEFAULTS["iris"]
    part, _ = data.shuffled_split(0.2, seed=0)
    part = part.scaled(datasets.Scaling.fit(part.features))
    from autograd_mini.descent import SGD

    net = MLP([4, *row.hidden, 3], activation=row.activation, seed=0)
    fit(net, part.features, part.targets, optimizer=SGD(row.step), epochs=2,
        batch_size=row.batch_size, progress=False)  # fmt: skip
    assert MLP.load(folder / "model.json").state_dict() == net.state_dict()


def test_the_model_file_keeps_the_settings(iris):
    folder, _ = iris
    stored = model_files.read(folder / "model.json")["notes"]["settings"]
    assert Settings.from_dict(stored) == Settings.chosen({"dataset": "iris", "epochs": 2})


def test_the_same_seed_gives_the_same_bytes(iris, tmp_path):
    folder, _ = iris
    run("train", "iris", "--epochs", 2, "--out", tmp_path / "again", "--quiet")
    assert contents(tmp_path / "again") == contents(folder)


def test_another_seed_gives_another_model(iris, tmp_path, plain):
    folder, _ = iris
    run("train", "iris", "--epochs", 2, "--seed", 1, "--out", tmp_path / "other")
    assert contents(tmp_path / "other")["model.json"] != contents(folder)["model.json"]


def test_xor_is_learnt_and_tested_on_all_four_points(xor):
    _, text = xor
    assert "4 for training, the same 4 for testing" in text
    assert "test accuracy: 100.00 %" in text


def test_without_out_the_folder_is_named_after_the_data(tmp_path, monkeypatch, plain):
    monkeypatch.chdir(tmp_path)
    assert run("train", "xor", "--epochs", 1, "--quiet")[0] == 0
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["xor"]
    assert sorted(contents(tmp_path / "runs" / "xor")) == sorted(FILES)


def test_another_run_is_never_overwritten_and_this_is_found_before_any_work(
    iris, monkeypatch, capsys
):
    folder, _ = iris
    before = contents(folder)
    monkeypatch.setattr(beginning, "prepare", lambda _: pytest.fail("work was done"))
    assert main(["train", "xor", "--out", str(folder)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("autograd-mini train: error: ")
    assert "is there already and not empty; accepted: another --out, --force" in error
    assert error.count("\n") == 1
    assert contents(folder) == before


def test_force_replaces_a_run_and_leaves_other_files_alone(tmp_path, plain):
    folder = tmp_path / "a"
    run("train", "xor", "--epochs", 1, "--out", folder)
    (folder / "boundary.svg").write_text("of the old run")
    (folder / "notes.txt").write_text("mine")
    assert run("train", "iris", "--epochs", 1, "--out", folder, "--force")[0] == 0
    assert sorted(contents(folder)) == sorted([*FILES, "notes.txt"])
    assert model_files.read(folder / "model.json")["notes"]["data"] == "iris"


def test_an_empty_folder_may_be_used(tmp_path, plain):
    assert run("train", "xor", "--epochs", 1, "--out", tmp_path)[0] == 0
    assert sorted(contents(tmp_path)) == sorted(FILES)


def test_a_failure_while_writing_leaves_no_folder(tmp_path, monkeypatch, plain):
    def full(*_):
        raise OSError(28, "No space left on device", "training.json")

    monkeypatch.setattr(model_files, "write", full)
    assert main(["train", "xor", "--epochs", "1", "--quiet", "--out", str(tmp_path / "a")]) == 2
    assert list(tmp_path.iterdir()) == []


# -------------------------------------------------------------------------- stopping and resuming


def test_resumed_equals_uninterrupted_byte_for_byte(iris, tmp_path):
    folder, _ = iris
    run("train", "iris", "--epochs", 1, "--out", tmp_path / "a", "--quiet")
    status, text = run("train", "iris", "--resume", "--epochs", 2, "--out", tmp_path / "a")
    assert status == 0
    assert "2 epochs" in text
    assert contents(tmp_path / "a") == contents(folder)


def interrupted_fit(epoch):
    """Return fit as it is when a person presses Ctrl-C at the end of an epoch."""

    def press(row, _):
        if row.epoch == epoch:
            raise KeyboardInterrupt

    return lambda *data, **options: fit(*data, **options, callbacks=[press])


def test_ctrl_c_saves_the_best_model_so_far_and_resume_goes_on(tmp_path, monkeypatch, capsys):
    options = ["train", "iris", "--optimizer", "adam", "--step", "0.05", "--validation", "0.2"]
    options += ["--epochs", "4", "--quiet"]
    monkeypatch.setattr(train, "fit", interrupted_fit(2))
    assert main([*options, "--out", str(tmp_path / "a")]) == 130
    printed = capsys.readouterr()
    assert re.match(r"test accuracy: \d", printed.out)
    assert "interrupted after epoch 2 of 4: the best model so far, of epoch 2, is saved" in (
        printed.err
    )
    assert sorted(contents(tmp_path / "a")) == sorted(FILES)
    state = RunFolder(tmp_path / "a").read().state
    net = MLP.load(tmp_path / "a" / "model.json")
    assert [parameter.data for parameter in net.parameters()] == state["best"]

    monkeypatch.setattr(train, "fit", fit)
    assert main(["train", "iris", "--resume", "--quiet", "--out", str(tmp_path / "a")]) == 0
    assert main([*options, "--out", str(tmp_path / "b")]) == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_ctrl_c_in_the_first_epoch_saves_nothing_and_says_so(tmp_path, monkeypatch, capsys):
    def stopped(*data, **options):
        def press(_):
            raise KeyboardInterrupt

        return fit(*data, **options, regularization=press)

    monkeypatch.setattr(train, "fit", stopped)
    assert main(["train", "iris", "--out", str(tmp_path / "a"), "--quiet"]) == 130
    assert "nothing is saved" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_the_engine_is_named_and_may_be_chosen(tmp_path, capfd):
    histories = []
    for engine, words in [
        ("auto", "by compiled programs over arrays"), ("eager", "by the eager engine, scalar by"),
    ]:  # fmt: skip
        folder = tmp_path / engine
        options = ["--epochs", "3", "--engine", engine, "--out", str(folder)]
        assert main(["train", "iris", *options]) == 0
        assert re.search(rf"^trained +{words}", capfd.readouterr().out, re.MULTILINE)
        lines = (folder / "history.csv").read_text().splitlines()[1:]
        histories.append([float(cell) for line in lines for cell in line.split(",")[:3]])
    assert histories[0] == pytest.approx(histories[1], rel=1e-9)
    capfd.readouterr()
    asked = ["train", "iris", "--resume", "--epochs", "4", "--engine", "eager"]
    assert main([*asked, "--out", str(tmp_path / "auto")]) == 2
    assert "has engine auto, not eager" in capfd.readouterr().err


def test_ctrl_c_twice_saves_as_once(tmp_path, monkeypatch, capsys):
    def pressed(row, _):
        if row.epoch == 2:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(train, "fit", lambda *a, **o: fit(*a, **o, callbacks=[pressed]))
    keep = train._keep

    def keep_slowly(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        keep(*arguments)

    monkeypatch.setattr(train, "_keep", keep_slowly)
    assert main(["train", "iris", "--quiet", "--out", str(tmp_path / "a")]) == 130
    assert "the best model so far, of epoch 2, is saved" in capsys.readouterr().err
    assert sorted(contents(tmp_path / "a")) == sorted(FILES)


def test_a_signal_stops_a_process_cleanly(tmp_path):
    command = [sys.executable, "-m", "autograd_mini", "train", "xor", "--epochs", "100000000"]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "a")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in process.stdout:
        if "BP4" in line and line.split()[0] == "3":
            break
    time.sleep(1.0)  # several epochs of four examples each
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert re.search(r"interrupted after epoch \d+ of 100000000", errors)
    assert "Traceback" not in errors
    assert sorted(contents(tmp_path / "a")) == sorted(FILES)


def test_resume_accepts_no_other_settings(iris, capsys):
    folder, _ = iris
    assert main(["train", "iris", "--resume", "--out", str(folder), "--hidden", "none"]) == 2
    assert "has hidden 8, not none; with --resume only --epochs" in capsys.readouterr().err


def test_resume_needs_more_epochs_than_there_are(iris, capsys):
    folder, _ = iris
    assert main(["train", "--resume", "--out", str(folder)]) == 2
    assert "has 2 epochs already; accepted: a larger --epochs" in capsys.readouterr().err


def test_resume_needs_a_run(tmp_path, capsys):
    assert main(["train", "iris", "--resume", "--out", str(tmp_path / "none")]) == 2
    assert "there is no run to resume in" in capsys.readouterr().err


def test_resume_refuses_a_damaged_state(tmp_path, capsys, plain):
    run("train", "xor", "--epochs", 1, "--out", tmp_path)
    text = (tmp_path / "training.json").read_text(encoding="utf-8")
    (tmp_path / "training.json").write_text(text.replace('"step": 2.0', '"step": 3.0'))
    assert main(["train", "--resume", "--out", str(tmp_path), "--epochs", "2"]) == 2
    assert "its checksum does not fit" in capsys.readouterr().err


def test_resume_refuses_data_that_changed(tmp_path, capsys, plain):
    file, out = flowers(tmp_path), str(tmp_path / "a")
    main(["train", "--csv", str(file), "--target", "kind", "--epochs", "1", "--out", out])
    flowers(tmp_path, seed=2)
    assert main(["train", "--resume", "--out", out, "--epochs", "2"]) == 2
    assert "holds other data than the run in" in capsys.readouterr().err


# ---------------------------------------------------------------------------------- a person's file


def flowers(folder, seed=1, count=24):
    generator = random.Random(seed)
    lines = ["length,colour,kind"]
    for k in range(count):
        big = k % 2
        length = generator.gauss(3.0 + 4 * big, 0.3)
        lines.append(f"{length:.3f},{generator.choice(['red', 'blue'])},{('small', 'big')[big]}")
    path = folder / "flowers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_csv_file_is_trained_on_and_predicted(tmp_path, capsys, plain):
    file = flowers(tmp_path)
    options = ["--csv", str(file), "--target", "kind", "--out", str(tmp_path / "a"), "--quiet"]
    assert main(["train", *options]) == 0
    assert capsys.readouterr().out == "test accuracy: 100.00 %\n"
    assert main(["predict", str(tmp_path / "a" / "model.json"), "--csv", str(file)]) == 0
    printed = capsys.readouterr()
    assert [line.split(",")[0] for line in printed.out.split()[1:]] == ["small", "big"] * 12
    assert printed.err == "accuracy: 100.00 % (24 of 24)\n"


def test_an_error_in_a_csv_file_names_line_and_column(tmp_path, capsys):
    file = tmp_path / "bad.csv"
    file.write_text("length,kind\n1,a\nx,b\n2,a\n")
    assert main(["train", "--csv", str(file), "--target", "kind"]) == 2
    assert "bad.csv, line 3, column 'length': 'x' is not a number" in capsys.readouterr().err


def test_an_unknown_target_column_lists_the_columns(tmp_path, capsys):
    assert main(["train", "--csv", str(flowers(tmp_path)), "--target", "sort"]) == 2
    assert "no target column 'sort'" in capsys.readouterr().err


# ----------------------------------------------------------------------------- what can go wrong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope"], "there is no data set 'nope'; accepted: digits, iris, breast-cancer, moons"),
        ([], "nothing to learn from; accepted: the name of a data set (digits, iris"),
        (["iris", "--csv", "x.csv", "--target", "y"], "iris and --csv x.csv were both given"),
        (["--csv", "x.csv"], "--csv x.csv needs --target COLUMN: the name of its column"),
        (["iris", "--target", "y"], "--target y needs --csv FILE: data sets know their classes"),
        (["--csv", "missing.csv", "--target", "y"], "missing.csv: No such file or directory"),
        (["iris", "--patience", "3"], "--patience needs --validation"),
        (["iris", "--out", "/dev/null/runs"], "/dev/null is a file; accepted: a folder"),
        (["--resume"], "--resume needs the name of a data set, --csv FILE or --out DIR"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments, message, capsys):
    assert main(["train", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("autograd-mini train: error: ")
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize(
    ("option", "value", "accepted"),
    [
        ("--hidden", "8,x", "accepted: whole numbers from 1 on, such as 32,16"),
        ("--hidden", "0", "accepted: whole numbers from 1 on"),
        ("--step", "-1", "accepted: a number above 0"),
        ("--step", "nan", "accepted: a number above 0"),
        ("--epochs", "0", "accepted: a whole number from 1 on"),
        ("--batch-size", "many", "accepted: a whole number"),
        ("--seed", "1.5", "accepted: a whole number"),
        ("--validation", "1", "accepted: a share between 0 and 1"),
        ("--activation", "tahn", "sigmoid"),
        ("--loss", "l2", "cross_entropy"),
        ("--optimizer", "sdg", "momentum"),
        ("--engine", "jit", "eager"),
    ],
)
def test_options_out_of_range_are_refused_in_one_line(option, value, accepted, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "iris", option, value])
    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert f"argument {option}: " in error
    assert accepted in error
    assert "see autograd-mini train --help" in error
    assert error.count("\n") == 1


def test_a_training_that_diverges_ends_with_status_1_and_writes_nothing(tmp_path, capsys):
    options = ["--hidden", "8,8", "--activation", "relu", "--step", "1e307", "--epochs", "3"]
    assert main(["train", "iris", *options, "--quiet", "--out", str(tmp_path / "a")]) == 1
    assert "training diverged in epoch 1 (" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_a_wrong_derivative_is_caught_and_ends_with_status_1(tmp_path, monkeypatch, capsys, plain):
    right = operations.sigmoid.partials[0]
    wrong = operations.Partial(lambda x, r: right.rule(x, r) * 1.001, right.latex)
    monkeypatch.setattr(operations.sigmoid, "partials", (wrong,))
    status, text = run("train", "iris", "--epochs", 1, "--out", tmp_path / "a")
    assert status == 1
    assert "before training, 4 examples: THEY DISAGREE" in text
    assert "WRONG" in text
    assert "gradients disagree with the delta formulas" in capsys.readouterr().err


def test_early_stopping_ends_before_the_last_epoch(tmp_path, plain):
    options = ["--validation", 0.3, "--patience", 1, "--epochs", 60, "--optimizer", "adam"]
    run("train", "iris", *options, "--step", 1.0, "--out", tmp_path / "a", "--quiet")
    state = RunFolder(tmp_path / "a").read().state
    assert 1 < len(state["rows"]) < 60
    net = MLP.load(tmp_path / "a" / "model.json")
    assert [parameter.data for parameter in net.parameters()] == state["best"]


# ------------------------------------------------------------------------------ the neuron's graph


@pytest.mark.parametrize("loss", ["log_loss", "cross_entropy", "quadratic", "hinge", "huber"])
@pytest.mark.parametrize("dataset", ["iris", "xor"])
@pytest.mark.parametrize("hidden", [(), (3,), (8,)])
def test_the_neuron_drawn_has_the_values_and_gradients_of_the_network(loss, dataset, hidden):
    settings = Settings.chosen({"dataset": dataset, "loss": loss, "hidden": hidden})
    examples = prepare(settings)
    sizes = [examples.data.feature_count, *hidden, examples.outputs]
    net = MLP(sizes, output=settings.output, seed=3)
    shown = output_neuron(net, examples.test, loss)
    number = int(re.search(r"example (\d+)", shown.title)[1])
    x, target = examples.test.features[number - 1], examples.test.targets[number - 1]
    known = resolve(loss, settings.output)
    labels = LOSSES[loss].code(target, examples.outputs)
    J = known(net.logits(x) if known.from_logits else net(x), labels)
    adjoints = sweep(J)
    weights = {w.label: w for w in net.layers[-1].W[target if examples.outputs > 1 else 0]}
    drawn = [leaf for leaf in leaves(shown.root) if leaf.kind == "parameter"]
    assert len(drawn) == 1 + min(len(weights), 3 if len(weights) > 4 else 4)
    for leaf in drawn:
        if leaf.label in weights:
            weight = weights[leaf.label]
            assert leaf.data == weight.data
            assert leaf.grad == pytest.approx(adjoints[weight], rel=1e-9, abs=1e-15)
    if examples.outputs == 1 or settings.output == "softmax":
        assert shown.root.data == pytest.approx(J.data, rel=1e-9)


def test_the_example_drawn_is_the_least_certain():
    settings = Settings.chosen({"dataset": "iris"})
    test = prepare(settings).test
    net = MLP([4, 8, 3], seed=3)
    leads = [a - b for *_, b, a in map(sorted, answers(net, test.features))]
    title = output_neuron(net, test, "log_loss").title
    assert f"at test example {leads.index(min(leads)) + 1}," in title


def test_a_probability_that_is_exactly_wrong_is_drawn_by_its_logit():
    settings = Settings.chosen({"dataset": "xor", "hidden": ()})
    test = prepare(settings).test
    net = MLP([2, 1], init="zeros")
    net.layers[0].b = [-1000.0]
    root = output_neuron(net, test.scaled(datasets.Scaling.fit(test.features)), "log_loss").root
    assert math.isfinite(root.data)


# ------------------------------------------------------------------------------------ the settings


def test_there_is_a_default_for_every_data_set():
    assert list(DEFAULTS) == [*datasets.names(), OWN_FILE]


def test_settings_come_back_from_json():
    settings = Settings.chosen({"dataset": "iris", "hidden": (3, 2), "validation": 0.1})
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_what_was_given_wins_over_the_defaults():
    settings = Settings.chosen({"dataset": "moons", "hidden": (), "seed": 0, "step": None})
    assert (settings.hidden, settings.step) == ((), DEFAULTS["moons"].step)
