"""What a process that was killed left is deleted, and what another one is making is not."""

import os
import time

import pytest

from latent_explorer import files, unfinished

needs_locks = pytest.mark.skipif(unfinished.fcntl is None, reason="needs locks of files")


def make_old(path, seconds=60.0):
    os.utime(path, (time.time() - seconds,) * 2)


@needs_locks
def test_the_next_write_to_a_folder_deletes_what_was_abandoned_there(tmp_path):
    abandoned, fresh = tmp_path / f"{unfinished.PREFIX}old", tmp_path / f"{unfinished.PREFIX}new"
    for path in (abandoned, fresh, tmp_path / "mine"):
        path.write_bytes(b"half")
    make_old(abandoned)
    make_old(tmp_path / "mine")
    with unfinished.make_file(tmp_path / ".") as (_, making):
        make_old(making)
        unfinished.delete_abandoned(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([fresh, tmp_path / "mine", making])
    assert sorted(tmp_path.iterdir()) == sorted([fresh, tmp_path / "mine"])


def test_where_there_are_no_locks_only_what_is_very_old_is_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(unfinished, "fcntl", None)
    old, older = (tmp_path / f"{unfinished.PREFIX}{name}" for name in ("old", "older"))
    for path, age in ((old, 60), (older, 2 * unfinished.MAX_AGE)):
        path.write_bytes(b"half")
        make_old(path, age)
    files.write(tmp_path / "result", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {old.name, "result"}


@needs_locks
def test_a_scratch_folder_lasts_as_long_as_its_process(tmp_path, monkeypatch):
    monkeypatch.setattr(unfinished.tempfile, "tempdir", str(tmp_path))
    abandoned, kept = tmp_path / "scratch-old", tmp_path / "other-old"
    for folder in (abandoned, kept):
        folder.mkdir()
        (folder / "file").write_bytes(b"half")
        make_old(folder)
    first = unfinished.ScratchFolder("scratch-")
    make_old(first.path)
    second = unfinished.ScratchFolder("scratch-")
    assert sorted(tmp_path.iterdir()) == sorted([kept, first.path, second.path])
    first.delete()
    second.delete()
    assert list(tmp_path.iterdir()) == [kept]
