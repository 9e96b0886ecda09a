"""Data sets: known facts about the stored ones, closed forms of the others, CSV files, scaling."""

import gzip
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from autograd_mini import datasets
from autograd_mini.datasets import Dataset, Scaling, load, names, read_csv

DATA_FOLDER = Path(datasets.__file__).parent / "data"
FINITE = st.floats(-1e9, 1e9)


def sizes_by_name(data):
    return {data.class_names[target]: count for target, count in Counter(data.targets).items()}


def column(data, name):
    index = data.feature_names.index(name)
    return [row[index] for row in data.features]


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write_file


# ------------------------------------------------------------------------- what is in the package


def test_digits_have_the_counts_that_uci_states_for_each_class():
    data = load("digits")
    assert (len(data), data.feature_count, data.class_count) == (1797, 64, 10)
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert sizes_by_name(data) == {str(digit): count for digit, count in enumerate(counts)}


def test_digits_are_whole_numbers_from_0_to_16_whose_sum_is_known():
    pixels = [pixel for row in load("digits").features for pixel in row]
    assert set(pixels) == set(map(float, range(17)))
    assert sum(pixels) == 561718  # scikit-learn's load_digits().data.sum()


def test_the_first_digit_looks_like_a_zero():
    data = load("digits")
    assert data.class_names[data.targets[0]] == "0"
    assert data.feature_names[8:10] == ["pixel_1_0", "pixel_1_1"]
    rows = [data.features[0][start : start + 8] for start in range(0, 64, 8)]
    assert rows[0] == [0, 0, 5, 13, 9, 1, 0, 0]
    assert rows[3] == [0, 4, 12, 0, 0, 8, 8, 0]
    assert rows[7] == [0, 0, 6, 13, 10, 0, 0, 0]


def test_iris_has_fifty_flowers_of_each_species():
    data = load("iris")
    assert (len(data), data.feature_count, data.class_count) == (150, 4, 3)
    assert sizes_by_name(data) == {"setosa": 50, "versicolor": 50, "virginica": 50}


@pytest.mark.parametrize(
    ("name", "least", "greatest", "mean", "deviation"),
    [
        ("sepal length (cm)", 4.3, 7.9, 5.84, 0.83),
        ("sepal width (cm)", 2.0, 4.4, 3.05, 0.43),
        ("petal length (cm)", 1.0, 6.9, 3.76, 1.76),
        ("petal width (cm)", 0.1, 2.5, 1.20, 0.76),
    ],
)
def test_iris_has_the_published_statistics(name, least, greatest, mean, deviation):
    values = column(load("iris"), name)
    assert (min(values), max(values)) == (least, greatest)
    # Published to two digits, some of them cut off in place of rounded.
    assert np.mean(values) == pytest.approx(mean, abs=0.01)
    assert np.std(values, ddof=1) == pytest.approx(deviation, abs=0.01)


def test_iris_stands_as_in_the_paper_of_fisher_and_not_as_in_the_misquoted_file():
    features = load("iris").features
    assert features[34] == [4.9, 3.1, 1.5, 0.2]
    assert features[37] == [4.9, 3.6, 1.4, 0.1]


def test_breast_cancer_has_212_malignant_and_357_benign_examples():
    data = load("breast-cancer")
    assert (len(data), data.feature_count) == (569, 30)
    assert sizes_by_name(data) == {"malignant": 212, "benign": 357}
    assert data.class_names == ["benign", "malignant"]


@pytest.mark.parametrize(
    ("name", "least", "greatest"),
    [
        ("mean radius", 6.981, 28.11),
        ("mean area", 143.5, 2501.0),
        ("perimeter error", 0.757, 21.98),
        ("worst texture", 12.02, 49.54),
        ("worst concavity", 0.0, 1.252),
    ],
)
def test_breast_cancer_has_the_published_ranges(name, least, greatest):
    values = column(load("breast-cancer"), name)
    assert (min(values), max(values)) == (least, greatest)


@pytest.mark.parametrize("name", names())
def test_every_data_set_is_whole_and_says_where_it_comes_from(name):
    data = load(name)
    assert data.name == name
    assert set(data.targets) == set(range(data.class_count))
    assert all(math.isfinite(x) for row in data.features for x in row)
    assert len(set(data.feature_names)) == data.feature_count
    assert data.source
    assert data.licence in {"CC BY 4.0", "MIT"}


@pytest.mark.parametrize("name", names())
def test_the_licence_file_names_every_data_set(name):
    text = (DATA_FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    assert f"`{name}`" in text
    doi = load(name).source.partition("https://doi.org/")[2]
    assert doi in text


def test_the_licence_file_names_every_file_of_the_folder():
    text = (DATA_FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    files = {path.name for path in DATA_FOLDER.iterdir()} - {"LICENSES.md"}
    assert files == {"digits.csv.gz", "iris.csv", "breast-cancer.csv.gz"}
    assert all(f"`{file}`" in text for file in files)


def test_the_data_folder_stays_under_150_kilobytes():
    assert sum(path.stat().st_size for path in DATA_FOLDER.iterdir()) < 150_000


@pytest.mark.parametrize("path", sorted(DATA_FOLDER.glob("*.gz")), ids=lambda path: path.name)
def test_packed_files_carry_neither_name_nor_time(path):
    flags, time = path.read_bytes()[3], path.read_bytes()[4:8]
    assert (flags, time) == (0, bytes(4))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"name is 'mnist'; accepted: digits, iris, .*spirals$"):
        load("mnist")


def test_importing_the_module_needs_the_standard_library_alone():
    command = (
        "import sys, autograd_mini.datasets as d; d.load('moons'); print('numpy' in sys.modules)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "False"


# ------------------------------------------------------------------------------------- the Dataset


def small(features=((0.0,), (1.0,)), targets=(0, 1), class_names=("a", "b")):
    rows = [list(row) for row in features]
    return Dataset("small", rows, list(targets), ["x"], list(class_names))


def test_a_data_set_prints_its_size_and_not_its_numbers():
    assert repr(load("iris")) == "Dataset('iris': 150 examples, 4 features, 3 classes)"


def test_a_data_set_can_not_be_changed_by_assignment():
    with pytest.raises(AttributeError, match="cannot assign to field 'targets'"):
        small().targets = []


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match=r"features\[1\] has 2 features; accepted: 1"):
        small(features=[[0.0], [1.0, 2.0]])


def test_targets_of_another_number_than_the_examples_are_refused():
    with pytest.raises(ValueError, match=r"targets has 1 entries for 2 examples; accepted: one"):
        small(targets=[0])


@pytest.mark.parametrize("target", [-1, 2])
def test_a_target_outside_the_classes_is_refused(target):
    with pytest.raises(ValueError, match=rf"targets holds {target}; .* from 0 to 1"):
        small(targets=[0, target])


# --------------------------------------------------------------------------------------- the split


@given(
    targets=st.lists(st.integers(0, 3), min_size=5, max_size=60),
    fraction=st.floats(0.05, 0.95),
    seed=st.integers(0, 1000),
)
def test_a_split_takes_every_example_once_and_every_class_in_proportion(targets, fraction, seed):
    features = [[float(number)] for number in range(len(targets))]
    data = small(features, targets, "abcd")
    train, test = data.shuffled_split(fraction, seed)
    assert sorted(train.features + test.features) == features
    for part in (train, test):
        assert part.targets == [targets[int(row[0])] for row in part.features]
    sizes, held_out = Counter(targets), Counter(test.targets)
    for target, size in sizes.items():
        wanted = min(max(1, round(size * fraction)), size - 1)
        assert held_out[target] == wanted


def test_a_split_of_digits_keeps_one_fifth_of_every_class():
    train, test = load("digits").shuffled_split(0.2)
    assert (len(train), len(test)) == (1438, 359)
    counts = Counter(test.targets)
    assert [counts[digit] for digit in range(10)] == [36, 36, 35, 37, 36, 36, 36, 36, 35, 36]


def test_the_same_seed_gives_the_same_split_and_another_seed_another():
    data = load("iris")
    assert data.shuffled_split(0.3, seed=5) == data.shuffled_split(0.3, seed=5)
    assert data.shuffled_split(0.3, seed=5) != data.shuffled_split(0.3, seed=6)


def test_both_parts_are_shuffled():
    for part in load("iris").shuffled_split():
        assert part.targets != sorted(part.targets)


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, math.nan])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(ValueError, match=r"test_fraction is .*; accepted: 0 < fraction < 1"):
        load("iris").shuffled_split(fraction)


def test_data_that_can_not_be_split_by_class_say_so():
    with pytest.raises(ValueError, match="a class of two examples or more is needed"):
        small().shuffled_split()
    with pytest.raises(ValueError, match="a class of two examples or more is needed"):
        small(targets=[]).shuffled_split()


# ----------------------------------------------------------------------------------------- scaling


@given(st.lists(st.tuples(FINITE, st.just(0.1)), min_size=2, max_size=30))
def test_scaling_agrees_with_numpy_and_leaves_a_constant_feature_in_place(rows):
    scaling = Scaling.fit(rows)
    first = np.array(rows)[:, 0]
    # The columns reach 1e9: their mean and deviation are good to 1e-15 of that.
    assert scaling.mean[0] == pytest.approx(first.mean(), rel=1e-12, abs=1e-5)
    if first.min() < first.max() and first.std() > 0:
        assert scaling.scale[0] == pytest.approx(first.std(), rel=1e-9, abs=1e-5)
    assert scaling.scale[1] == 1.0
    assert all(abs(row[1]) < 1e-16 for row in scaling.apply(rows))


def test_scaled_iris_has_mean_0_and_deviation_1():
    data = load("iris")
    scaled = np.array(data.scaled(Scaling.fit(data.features)).features)
    assert scaled.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-14)
    assert scaled.std(axis=0) == pytest.approx(np.ones(4), abs=1e-14)


def test_the_test_part_is_scaled_by_what_the_training_part_has_shown():
    scaling = Scaling.fit([[0.0], [4.0]])
    assert scaling == Scaling([2.0], [2.0])
    assert small([[10.0], [2.0]]).scaled(scaling).features == [[4.0], [0.0]]


def test_scaling_leaves_the_features_as_they_were():
    data = load("xor")
    data.scaled(Scaling.fit(data.features))
    assert data == load("xor")


@pytest.mark.parametrize("value", [0.1, 0.0, -1e300, 5e-324])
def test_a_constant_feature_is_not_divided_by_zero(value):
    assert Scaling.fit([[value]] * 10).scale == [1.0]


def test_very_large_and_very_small_features_neither_overflow_nor_divide_by_zero():
    assert Scaling.fit([[1e200], [3e200]]).scale == [1e200]
    assert Scaling.fit([[1e-200], [3e-200]]).scale == pytest.approx([1e-200], rel=1e-15, abs=0)
    assert Scaling.fit([[0.0]] * 99 + [[5e-324]]).scale == [1.0]


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=10))
def test_a_scaling_comes_back_from_json_to_the_bit(rows):
    scaling = Scaling.fit(rows)
    assert Scaling.from_dict(json.loads(json.dumps(scaling.to_dict()))) == scaling


def test_scaling_of_another_width_names_both_numbers():
    with pytest.raises(ValueError, match=r"features\[0\] has 3 features; accepted: 2"):
        Scaling([0.0, 0.0], [1.0, 1.0]).apply([[1.0, 2.0, 3.0]])


def test_scaling_can_not_be_learnt_from_nothing():
    with pytest.raises(ValueError, match="features is empty; accepted: at least one example"):
        Scaling.fit([])


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"mean": [0.0]}, r"stored has the keys \['mean'\]; accepted: exactly"),
        ({"mean": [0.0], "scale": [1.0, 2.0]}, "mean has 1 numbers and scale 2"),
        ({"mean": [0.0], "scale": [0.0]}, r"scale is \[0.0\]; accepted: finite numbers greater"),
        ({"mean": [0.0], "scale": [math.nan]}, "scale is .*; accepted: finite numbers greater"),
        ({"mean": [math.inf], "scale": [1.0]}, "mean is .*; accepted: finite numbers"),
        ({"mean": 0.0, "scale": [1.0]}, "stored is .*; accepted: two lists of numbers"),
        ({"mean": [None], "scale": [1.0]}, "stored is .*; accepted: two lists of numbers"),
    ],
)
def test_a_stored_scaling_that_is_none_is_refused(stored, message):
    with pytest.raises(ValueError, match=message):
        Scaling.from_dict(stored)


# ---------------------------------------------------------------------------------- generated data


def points_of(data, class_name):
    target = data.class_names.index(class_name)
    chosen = [x for x, y in zip(data.features, data.targets, strict=True) if y == target]
    return np.array(sorted(chosen))


def ordered(*coordinates):
    return np.array(sorted(np.column_stack(coordinates).tolist()))


@pytest.mark.parametrize("n", [2, 3, 7, 100])
def test_moons_without_noise_are_the_half_circles_of_make_moons(n):
    data = datasets.moons(n, noise=0.0)
    upper, lower = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    assert points_of(data, "upper") == pytest.approx(
        ordered(np.cos(upper), np.sin(upper)), abs=1e-15
    )
    assert points_of(data, "lower") == pytest.approx(
        ordered(1 - np.cos(lower), 1 - np.sin(lower) - 0.5), abs=1e-15
    )


@pytest.mark.parametrize("n", [2, 3, 9, 100])
def test_circles_without_noise_are_those_of_make_circles(n):
    data = datasets.circles(n, noise=0.0, factor=0.3)
    assert Counter(data.targets) == {0: n // 2, 1: n - n // 2}
    for name, radius in (("outer", 1.0), ("inner", 0.3)):
        x, y = points_of(data, name).T
        assert np.hypot(x, y) == pytest.approx(np.full(len(x), radius), rel=1e-15)
        angles = np.sort(np.arctan2(y, x) % (2 * np.pi))
        assert angles == pytest.approx(np.arange(len(x)) * 2 * np.pi / len(x), abs=1e-14)


def test_spirals_without_noise_are_one_arm_turned():
    data = datasets.spirals(30, noise=0.0, arms=3)
    assert Counter(data.targets) == {0: 10, 1: 10, 2: 10}
    radius = np.linspace(0.1, 1, 10)
    for arm in range(3):
        turned = radius * np.exp(1j * (4 * radius + 2 * np.pi * arm / 3))
        found = points_of(data, f"arm {arm + 1}")
        assert found == pytest.approx(ordered(turned.real, turned.imag), abs=1e-15)


def test_spirals_share_out_what_does_not_divide_evenly():
    assert Counter(datasets.spirals(11, arms=4).targets) == {0: 3, 1: 3, 2: 3, 3: 2}


def test_xor_is_the_truth_table():
    data = load("xor")
    assert data.features == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.targets == [0, 1, 1, 0]
    assert data.class_names == ["0", "1"]


def test_xor_with_noise_scatters_around_the_corners():
    data = datasets.xor(400, noise=0.1)
    for row, target in zip(data.features, data.targets, strict=True):
        left, right = map(round, row)
        assert left ^ right == target
    assert Counter(data.targets) == {0: 200, 1: 200}


@pytest.mark.parametrize("generate", [datasets.moons, datasets.circles, datasets.spirals])
def test_noise_is_gaussian_of_the_stated_spread(generate):
    exact, noisy = generate(2000, 0.0, seed=3), generate(2000, 0.1, seed=3)
    assert exact.targets == noisy.targets
    noise = (np.array(noisy.features) - np.array(exact.features)).ravel()
    # 4000 draws: the standard error of the deviation is 0.0011, of the mean 0.0016.
    assert noise.std() == pytest.approx(0.1, abs=0.005)
    assert noise.mean() == pytest.approx(0.0, abs=0.007)
    assert np.mean(np.abs(noise) < 0.1) == pytest.approx(0.6827, abs=0.03)


@pytest.mark.parametrize(
    "generate", [datasets.moons, datasets.circles, datasets.spirals, datasets.xor]
)
def test_the_same_seed_gives_the_same_points_and_another_seed_others(generate):
    assert generate(40, noise=0.1, seed=1) == generate(40, noise=0.1, seed=1)
    assert generate(40, noise=0.1, seed=1) != generate(40, noise=0.1, seed=2)


@pytest.mark.parametrize("name", ["moons", "circles", "spirals"])
def test_generated_data_come_in_random_order(name):
    targets = load(name).targets
    assert targets != sorted(targets)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: datasets.moons(1), "n is 1; accepted: at least 2"),
        (lambda: datasets.xor(3), "n is 3; accepted: at least 4"),
        (lambda: datasets.spirals(4, arms=5), "n is 4; accepted: at least 5"),
        (lambda: datasets.spirals(arms=1), "arms is 1; accepted: at least 2"),
        (lambda: datasets.circles(factor=1.0), "factor is 1.0; accepted: 0 < factor < 1"),
        (lambda: datasets.moons(noise=-0.1), "noise is -0.1; accepted: 0 or a positive"),
        (lambda: datasets.moons(noise=math.nan), "noise is nan; accepted: 0 or a positive"),
    ],
)
def test_generators_refuse_what_has_no_meaning(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ----------------------------------------------------------------------------- a person's own file


def test_numbers_become_features_and_words_become_classes(write):
    data = read_csv(write("x,y,kind\n1,2.5,pear\n-3,4e2,apple\n"), "kind")
    assert data.features == [[1.0, 2.5], [-3.0, 400.0]]
    assert data.feature_names == ["x", "y"]
    assert (data.class_names, data.targets) == (["apple", "pear"], [1, 0])
    assert (data.name, data.source) == ("table", "table.csv")


def test_the_target_may_stand_anywhere(write):
    data = read_csv(write("x,kind,y\n1,a,2\n3,b,4\n"), "kind")
    assert data.features == [[1.0, 2.0], [3.0, 4.0]]


def test_classes_that_are_numbers_are_sorted_by_size(write):
    data = read_csv(write("x,kind\n1,10\n2,9\n3,-1\n4,9.0\n"), "kind")
    assert data.class_names == ["-1", "9", "10"]
    assert data.targets == [2, 1, 0, 1]


def test_a_column_of_words_becomes_a_feature_for_each_word(write):
    data = read_csv(write("colour,x,kind\nred,1,a\nblue,2,b\nred,3,a\n"), "kind")
    assert data.feature_names == ["colour=blue", "colour=red", "x"]
    assert data.features == [[0.0, 1.0, 1.0], [1.0, 0.0, 2.0], [0.0, 1.0, 3.0]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_first_line(write, delimiter):
    text = delimiter.join(["x", '"a,b;c"', "kind"]) + "\n" + delimiter.join("12p") + "\n"
    data = read_csv(write(text + delimiter.join("34q") + "\n"), "kind")
    assert data.feature_names == ["x", "a,b;c"]
    assert data.features == [[1.0, 2.0], [3.0, 4.0]]


def test_a_stated_delimiter_is_obeyed(write):
    data = read_csv(write("x:kind\n1:a\n2:b\n"), "kind", delimiter=":")
    assert data.features == [[1.0], [2.0]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_a_byte_order_mark_blanks_and_empty_lines_are_accepted(write, end):
    lines = ["", "x, kind ", "1, a", "", ' 2 ,"b"', ""]
    data = read_csv(write(b"\xef\xbb\xbf" + end.join(lines).encode()), "kind")
    assert data.feature_names == ["x"]
    assert (data.features, data.class_names) == ([[1.0], [2.0]], ["a", "b"])


def test_words_of_any_script_are_accepted(write):
    data = read_csv(write("длина,вид\n1,роза\n2,астра\n"), "вид")
    assert (data.feature_names, data.class_names) == (["длина"], ["астра", "роза"])


def test_a_packed_file_is_unpacked(write):
    data = read_csv(write(gzip.compress(b"x,kind\n1,a\n2,b\n"), "table.csv.gz"), "kind")
    assert (data.name, data.features) == ("table", [[1.0], [2.0]])


@given(
    st.lists(
        st.tuples(FINITE, st.sampled_from(["red", "a, b", 'with "quotes"', "=", "две строки"])),
        min_size=2,
        max_size=20,
    )
)
def test_what_python_writes_as_csv_comes_back_to_the_bit(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = datasets.csv.writer(file)
            writer.writerow(["x", "word", "kind"])
            writer.writerows([*row, number % 2] for number, row in enumerate(rows))
        data = read_csv(path, "kind")
    assert column(data, "x") == [x for x, _ in rows]
    words = [name.removeprefix("word=") for name in data.feature_names[1:]]
    assert [words[row[1:].index(1.0)] for row in data.features] == [word for _, word in rows]
    assert all(sum(row[1:]) == 1.0 for row in data.features)
    assert data.targets == [number % 2 for number in range(len(rows))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"table.csv is empty or has no row below its header; accepted: a line that names"),
        ("x,kind\n", r"table.csv is empty or has no row below its header"),
        ("x,x,kind\n1,2,a\n", r"line 1: column 2 is named 'x' like column 1; accepted: every"),
        ("x,,kind\n1,2,a\n", r"line 1: column 2 has no name; accepted: a name for every column"),
        ("x,kind\n1,a\n2\n", r"line 3: 1 values; accepted: 2, one for each column that line 1"),
        ("x,kind\n1,a\n2,b,c\n", r"line 3: 3 values; accepted: 2"),
        ("x,y\n1,2\n", r"no target column 'kind'; accepted: .* names: 'x', 'y'$"),
        ("kind\na\nb\n", r"no column beside the target; accepted: one or more"),
        ("x,kind\n1,a\n,b\n", r"line 3, column 'x': the value is missing \(''\); accepted: a val"),
        ("x,kind\n1,a\n\n?,b\n", r"line 4, column 'x': the value is missing \('\?'\)"),
        ("x,kind\n1,a\nNaN,b\n", r"line 3, column 'x': the value is missing \('NaN'\)"),
        ("x,kind\n1,a\n2, \n", r"line 3, column 'kind': the value is missing"),
        ("x,kind\n1,a\n-inf,b\n", r"line 3, column 'x': '-inf' is not a finite number; accepted"),
        ("x,kind\n1,a\n1e999,b\n", r"line 3, column 'x': '1e999' is not a finite number"),
        ("x,kind\n1,a\n2m,b\n", r"line 3, column 'x': '2m' is not a number, but other rows"),
        ("x,kind\n1,a\n1_0,b\n", r"line 3, column 'x': '1_0' is not a number"),
        ("x;kind\n1,5;a\n2,5;b\n", r"line 2, column 'x': '1,5' has a decimal comma; .* 1\.5$"),
        ("x,kind\n1,1\n2,2.5\n", r"line 3, column 'kind': '2.5' is not a whole number; accepted"),
        ("x,kind\n1,1\n2,inf\n", r"line 3, column 'kind': 'inf' is not a whole number"),
        ("x,kind\n1,1\n2,b\n", r"line 3, column 'kind': 'b' is not a number, but other rows"),
        ("x,kind\n1,a\n2,a\n", r"column 'kind': 1 different values; accepted: from 2 to 100"),
        ('x,kind\n1,a\n2,"b\n', r"line 3: unexpected end of data; accepted: cells that are plain"),
        (
            "c,c=r,kind\nr,1,a\nr,2,b\n",
            r"the features are \['c=r', 'c=r'\]; accepted: .* each once",
        ),
        (b"x,kind\n1,\xff\n", r"table.csv, line 2: not UTF-8; accepted: text in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(write, text, message):
    with pytest.raises(ValueError, match=rf"table\.csv.*{message.removeprefix('table.csv')}"):
        read_csv(write(text), "kind")


def test_a_quantity_is_not_taken_for_classes_nor_free_text_for_a_feature(write):
    lines = [f"word{number},{number},{number % 2}" for number in range(101)]
    path = write("\n".join(["text,price,kind", *lines]))
    with pytest.raises(ValueError, match=r"column 'price': 101 different values; .* to 100 class"):
        read_csv(path, "price", columns=["kind"])
    with pytest.raises(ValueError, match=r"column 'text': 101 different words; .* no such column"):
        read_csv(path, "kind")


def test_a_wide_header_is_cut_short_in_a_message(write):
    header = ",".join(f"c{number}" for number in range(20))
    with pytest.raises(ValueError, match=r"'c0', .*'c11', … \(20 in all\)$"):
        read_csv(write(f"{header}\n{header}\n"), "kind")


def test_a_file_that_only_claims_to_be_packed_is_refused(write):
    packed = gzip.compress(b"x,kind\n1,a\n2,b\n")
    for content in (b"x,kind\n", packed[:-12]):
        with pytest.raises(ValueError, match=r"table\.csv\.gz can't be unpacked .*: a gzip file"):
            read_csv(write(content, "table.csv.gz"), "kind")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        read_csv(tmp_path / "nothing.csv", "kind")


# ------------------------------------------------------------- a file for a model already there


MODEL = {"columns": ["x", "colour=blue", "colour=red"], "class_names": ["b", "a"]}


def test_a_file_to_predict_gives_the_features_in_the_order_of_the_model(write):
    path = write("note,colour,kind,x\n,red,a,1\n?,red,b,2\n")
    data = read_csv(path, "kind", **MODEL)
    assert data.feature_names == MODEL["columns"]
    assert data.features == [[1.0, 0.0, 1.0], [2.0, 0.0, 1.0]]
    assert (data.class_names, data.targets) == (["b", "a"], [1, 0])


@pytest.mark.parametrize("target", ["kind", None])
def test_a_file_to_predict_needs_no_target_column(write, target):
    data = read_csv(write("colour,x\nred,1\n"), target, **MODEL)
    assert data.features == [[1.0, 0.0, 1.0]]
    assert (data.class_names, data.targets) == (["b", "a"], [])


def test_a_file_to_predict_may_hold_a_single_class(write):
    data = read_csv(write("x,kind\n1,7.0\n"), "kind", columns=["x"], class_names=["5", "7"])
    assert data.targets == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "colour\nred\n",
            r"no column for the feature 'x'; its columns are 'colour'; accepted: all",
        ),
        ("x\n1\n", r"no column for the feature 'colour=blue'; its columns are 'x'"),
        ("x,colour\n1,green\n", r"line 2, column 'colour': 'green' is new .* accepted: blue, red$"),
        ("x,colour\nlong,red\n", r"line 2, column 'x': 'long' is not a finite number"),
        ("x,colour\n1,\n", r"line 2, column 'colour': the value is missing"),
        ("x,colour,kind\n1,red,c\n", r"line 2, column 'kind': 'c' is new .*; accepted: b, a$"),
    ],
)
def test_what_a_model_can_not_use_is_said_with_its_place(write, text, message):
    with pytest.raises(ValueError, match=rf"table\.csv.*{message}"):
        read_csv(write(text), "kind", **MODEL)


def test_a_file_to_learn_from_needs_a_target(write):
    with pytest.raises(ValueError, match=r"no target column None; accepted: .* names: 'x', 'y'"):
        read_csv(write("x,y\n1,2\n"))


def test_a_column_whose_name_has_an_equals_sign_is_found(write):
    text = "a=b,a,kind\nred,1,p\nblue,2,q\n"
    data = read_csv(write(text), "kind")
    assert data.feature_names == ["a=b=blue", "a=b=red", "a"]
    again = read_csv(write(text), columns=data.feature_names)
    assert again.features == data.features == [[0.0, 1.0, 1.0], [1.0, 0.0, 2.0]]
