"""Whether this is the first start of a user."""

import pytest

from latent_explorer.ui.window import first_start_file, session_file
from tests.stage import disk_full


def test_the_second_start_is_not_the_first():
    assert first_start_file.is_first_start()
    first_start_file.remember()
    assert not first_start_file.is_first_start()


def test_a_session_of_an_earlier_version_tells_of_an_earlier_start():
    session_file.get_last_session_path().write_text("{}")
    assert not first_start_file.is_first_start()


def test_a_home_that_cannot_be_written_sees_each_start_as_the_first(monkeypatch):
    monkeypatch.setattr("os.fsync", disk_full)
    first_start_file.remember()
    assert first_start_file.is_first_start()


@pytest.mark.parametrize("ask", [first_start_file.is_first_start, first_start_file.remember])
def test_a_home_that_is_no_folder_hinders_no_start(ask, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(session_file, "get_last_session_path", lambda: tmp_path / "file" / "last-session.json")
    ask()
