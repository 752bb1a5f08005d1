"""Checkpoints in the current folder, and the folders of a user."""

import shutil

import pytest

from latent_explorer import files
from latent_explorer.checkpoint import checkpoint_paths, timelines
from latent_explorer.checkpoint.library import Library
from latent_explorer.ui.window import session_file


@pytest.fixture
def shelf(tmp_path, tiny_path, monkeypatch):
    """Two small checkpoints and a broken one in the current folder, and none that ship."""
    for name in ("tiny", "twin"):
        shutil.copy(tiny_path, tmp_path / f"{name}.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(tiny_path.read_bytes()[:5000])
    monkeypatch.setattr(checkpoint_paths, "list_shipped", list)
    monkeypatch.setattr(timelines, "list_shipped", list)
    monkeypatch.chdir(tmp_path)
    return Library(("tiny.safetensors",), "cpu")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The current folder, the user's documents and data, all of them empty."""
    places = {name: tmp_path / name for name in ("here", "documents", "data")}
    for place in places.values():
        place.mkdir()
    monkeypatch.chdir(places["here"])
    monkeypatch.setattr(session_file.platformdirs, "user_documents_path", lambda: places["documents"])
    monkeypatch.setattr(session_file, "get_last_session_path", lambda: places["data"] / "last-session.json")
    monkeypatch.setattr(files, "make_timestamp_stem", lambda: "at-nine")
    return places
