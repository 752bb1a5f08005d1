"""The file of a sample in the program that the system shows pictures with."""

import subprocess
import sys

import pytest

from latent_explorer.errors import InputError, WorkError
from latent_explorer.ui.window import sample_viewer


@pytest.fixture
def started(monkeypatch):
    commands: list[list[str]] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: commands.append(command))
    return commands


def test_a_picture_is_opened_by_its_whole_path(tmp_path, started):
    path = tmp_path / "-a; rm b.png"
    path.write_bytes(b"x")
    assert sample_viewer.open_in_viewer(str(path), headless=False) == path
    assert started == [["xdg-open", str(path)]]


@pytest.mark.parametrize("name", ["", "gone.png", "run.sh", "folder.png"])
def test_what_is_no_picture_is_not_opened(tmp_path, started, name):
    (tmp_path / "run.sh").write_text("echo")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(InputError):
        sample_viewer.open_in_viewer(str(tmp_path / name) if name else "", headless=False)
    assert started == []


def test_nothing_is_opened_without_a_screen_or_a_program(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    with pytest.raises(InputError):
        sample_viewer.open_in_viewer(str(path), headless=True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(WorkError):
        sample_viewer.open_in_viewer(str(path), headless=False)


def test_a_link_to_another_kind_of_file_is_not_opened(tmp_path, started):
    (tmp_path / "run.sh").write_text("echo")
    (tmp_path / "a.png").symlink_to(tmp_path / "run.sh")
    with pytest.raises(InputError):
        sample_viewer.open_in_viewer(str(tmp_path / "a.png"), headless=False)
    assert started == []
