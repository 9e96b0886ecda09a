"""Witnesses: the bits of floats, and files that were damaged on purpose."""

import json
import os
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import model_files
from autograd_mini.errors import ModelFileError

CONTENT = {"class": "MLP", "W2": [[0.1, -0.0], [5e-324, 1.7976931348623157e308]], "notes": {}}


@pytest.fixture
def path(tmp_path):
    """Return where a model file lies."""
    model_files.write(tmp_path / "model.json", CONTENT)
    return tmp_path / "model.json"


def bits(number):
    return struct.pack("<d", number)


def test_what_was_written_comes_back(path):
    assert model_files.read(path) == CONTENT
    assert model_files.read(str(path)) == CONTENT


def test_the_file_says_what_it_is(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    assert list(document) == ["format", "version", "checksum", "content"]
    assert document["format"] == "autograd_mini model"
    assert document["version"] == model_files.VERSION == 1


@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_every_float_comes_back_to_the_bit(tmp_path_factory, numbers):
    path = tmp_path_factory.getbasetemp() / "bits.json"
    model_files.write(path, {"numbers": numbers})
    assert list(map(bits, model_files.read(path)["numbers"])) == list(map(bits, numbers))


def test_the_same_content_gives_the_same_bytes(path, tmp_path):
    model_files.write(tmp_path / "again.json", CONTENT)
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_tuples_come_back_as_lists_and_keys_as_text(path):
    model_files.write(path, {"sizes": (2, 1), "names": {0: "a", 10: "b", 9: "c"}})
    assert model_files.read(path) == {"sizes": [2, 1], "names": {"0": "a", "10": "b", "9": "c"}}


def test_text_in_any_script_comes_back(path):
    model_files.write(path, {"classes": ["кошка", "犬", "\ud800", 'a"b\n']})
    assert model_files.read(path) == {"classes": ["кошка", "犬", "\ud800", 'a"b\n']}


def test_a_file_that_was_only_spaced_and_ordered_anew_is_read(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document, sort_keys=True, indent=8), encoding="utf-8")
    assert model_files.read(path) == CONTENT


# ---------------------------------------------------------------- damaged and foreign files


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is not JSON"),
        ("PK\x03\x04", "it is not JSON"),
        ('{"format": "autograd_mini model", "version": 1', "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("1" * 10_000, "it is not JSON"),
        ('{"format": "autograd_mini model", "w": NaN}', "NaN is not a finite number"),
        ('{"format": "autograd_mini model", "w": -Infinity}', "-Infinity is not a finite number"),
        ('{"format": "autograd_mini model", "w": 1e999}', "1e999 is not a finite number"),
        ("[1, 2]", "does not say that it is of the format 'autograd_mini model'"),
        ("null", "does not say that it is"),
        ('{"weights": [1, 2]}', "does not say that it is"),
        ('{"format": "another model", "version": 1}', "does not say that it is"),
        ('{"format": "autograd_mini model"}', "it is of version None, and 1 can be read"),
        ('{"format": "autograd_mini model", "version": 2}', "of version 2, and 1 can be read"),
        ('{"format": "autograd_mini model", "version": 1}', "it has no content"),
        ('{"format": "autograd_mini model", "version": 1, "content": []}', "it has no content"),
        ('{"format": "autograd_mini model", "version": 1, "content": {}}', "its checksum does not"),
    ],
    ids=range(17),
)
def test_a_foreign_file_is_refused_with_the_reason(path, text, reason):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelFileError, match=reason) as caught:
        model_files.read(path)
    assert caught.value.path == str(path)


def test_a_file_that_is_not_text_is_refused(path):
    path.write_bytes(b"\x93NUMPY\xff\xfe")
    with pytest.raises(ModelFileError, match="it is not JSON"):
        model_files.read(path)


def test_a_changed_digit_is_noticed(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("0.1", "0.2"), encoding="utf-8")
    with pytest.raises(ModelFileError, match="its checksum does not fit, so it was damaged"):
        model_files.read(path)


def test_a_file_cut_anywhere_is_refused(path):
    whole = path.read_bytes().rstrip()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError):
            model_files.read(path)


def test_any_flipped_bit_is_refused_or_changes_nothing(path):
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with suppress(ModelFileError):
            assert model_files.read(path) == CONTENT  # a space became something as good


def test_a_missing_file_is_an_error_of_the_operating_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        model_files.read(tmp_path / "none.json")


# ---------------------------------------------------------------- whole or not at all


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused_and_the_old_file_stays(path, number):
    with pytest.raises(ValueError, match="content can't be kept in a model file"):
        model_files.write(path, {"w": number})
    assert model_files.read(path) == CONTENT


def test_what_json_does_not_hold_is_refused_and_the_old_file_stays(path):
    with pytest.raises(TypeError, match="not JSON serializable"):
        model_files.write(path, {"w": object()})
    assert model_files.read(path) == CONTENT


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()], ids=repr)
def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(
    path, monkeypatch, failing, failure
):
    def fail(*_, **__):
        raise failure

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(type(failure)):
        model_files.write(path, {"w": 1.0})
    assert model_files.read(path) == CONTENT
    assert [entry.name for entry in path.parent.iterdir()] == ["model.json"]


def test_a_folder_that_does_not_exist_is_not_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        model_files.write(tmp_path / "none" / "model.json", CONTENT)
    assert list(tmp_path.iterdir()) == []
