"""Locks of files: one at a time, and none in the way where there can be none."""

import platformdirs
import pytest

from latent_explorer import file_lock


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache")
    return tmp_path / "cache"


def test_one_at_a_time_by_whatever_name_the_file_is_called(tmp_path):
    with file_lock.hold(tmp_path / "a", seconds=0) as first:
        with file_lock.hold(tmp_path / "b" / ".." / "a", seconds=0) as second:
            assert (first, second) == (True, False)
        with file_lock.hold(tmp_path / "b", seconds=0) as other:
            assert other
    with file_lock.hold(tmp_path / "a", seconds=0) as again:
        assert again


def test_without_a_folder_for_locks_the_work_is_done(tmp_path, cache):
    cache.write_text("no folder")
    with file_lock.hold(tmp_path / "a", seconds=0) as held:
        assert held
