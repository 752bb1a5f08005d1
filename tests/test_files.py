"""Names that are free: what is written for the user never takes the place of anything."""

import shlex
from pathlib import Path

import pytest

from latent_explorer import files
from latent_explorer.errors import WorkError
from tests.stage import DISK_FULL, disk_full


def test_nothing_is_overwritten(tmp_path):
    paths = [files.write_new(tmp_path, "shot", ".png", bytes([i])) for i in range(3)]
    assert [path.name for path in paths] == ["shot.png", "shot-2.png", "shot-3.png"]
    assert [path.read_bytes() for path in paths] == [b"\0", b"\1", b"\2"]


def test_a_folder_that_is_not_there_or_not_writable_is_said(tmp_path):
    with pytest.raises(WorkError, match=r"shot\.png: cannot be written: No such file"):
        files.write_new(tmp_path / "gone", "shot", ".png", b"")


def test_what_fails_leaves_no_empty_file(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "fsync", disk_full)
    with pytest.raises(WorkError, match=rf"shot\.png: cannot be written: {DISK_FULL}"):
        files.write_new(tmp_path, "shot", ".png", b"")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_links_gives_free_names_too(tmp_path, monkeypatch):
    def no_links(*_):
        raise PermissionError

    monkeypatch.setattr(files.os, "link", no_links)
    assert [files.write_new(tmp_path, "shot", ".png", b"x").name for _ in range(2)] == ["shot.png", "shot-2.png"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["shot-2.png", "shot.png"]


def test_where_a_file_is_kept_is_said_with_the_users_folder_shortened(tmp_path, monkeypatch):
    monkeypatch.setattr(files.Path, "home", lambda: tmp_path / "home")
    assert files.make_saved_message(tmp_path / "home" / "Pictures" / "one.png").endswith(
        f" {Path('~/Pictures')}: one.png"
    )
    assert files.make_saved_message(tmp_path / "home" / "one.png").endswith(" ~: one.png")
    assert files.make_saved_message(tmp_path / "one.png").endswith(f" {tmp_path}: one.png")


def test_where_nobody_knows_the_users_folder_the_whole_path_is_said(tmp_path, monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(files.Path, "home", unknown)
    assert files.make_saved_message(tmp_path / "one.png").endswith(f" {tmp_path}: one.png")


def test_a_path_in_a_printed_command_can_be_pasted():
    for path in ("a b.safetensors", "it's", "-x", "~", "$(rm)", "plain.safetensors"):
        (word,) = shlex.split(files.to_argument(path))
        assert files.expand(word) == Path(path)
        assert not word.startswith("-")
    assert files.to_argument("plain.safetensors") == "plain.safetensors"


def test_where_there_are_no_links_a_name_never_stands_for_an_empty_file(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "link", disk_full)
    monkeypatch.setattr(files.os, "replace", disk_full)
    with pytest.raises(WorkError, match=DISK_FULL):
        files.write_new(tmp_path, "shot", ".png", b"x")
    assert list(tmp_path.iterdir()) == []
