"""A file is written whole or not at all."""

import os

import pytest

from autograd_mini.files import write_whole


def test_text_and_bytes_are_written_as_they_are(tmp_path):
    write_whole(tmp_path / "text", "α\r\nβ\n")
    write_whole(str(tmp_path / "bytes"), b"\x00\xff")
    assert (tmp_path / "text").read_bytes() == "α\r\nβ\n".encode()
    assert (tmp_path / "bytes").read_bytes() == b"\x00\xff"


def test_an_error_in_the_middle_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    target = tmp_path / "model.json"
    write_whole(target, "old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupt_leaves_the_old_file_too(tmp_path, monkeypatch):
    target = tmp_path / "model.json"
    write_whole(target, "old")

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, "new")
    assert (target.read_text(), list(tmp_path.iterdir())) == ("old", [target])


def test_a_folder_that_is_not_there_raises_and_names_what_was_asked_for(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere.x'$"):
        write_whole(tmp_path / "nowhere" / "x", "x")
