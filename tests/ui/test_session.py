from types import SimpleNamespace

import pygame
import pytest

from latent_explorer.engine.engine import Engine
from latent_explorer.errors import InputError
from latent_explorer.ui import session


@pytest.fixture
def run(surface, tmp_path, monkeypatch):
    """One run over a shipped checkpoint, unseen, in an empty folder without data sets."""
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(**changes):
        options = {"lab": None, "screenshot": None, "script": None, "bench": False, "headless": True,
                   "data_dir": None, "allow_import": [], "device": "cpu", "lesson": None,
                   "session": None, **changes}  # fmt: skip
        return session.run(surface, SimpleNamespace(**options), wanted=("mnist-vae",), opened_at=0.0)

    return run


def test_the_screenshot_shows_the_last_frame_with_every_answer(run, tmp_path, monkeypatch):
    finished = []
    finish = Engine.finish

    def watched(self, timeout=5.0):
        finished.append(finish(self, timeout))
        return finished[-1]

    monkeypatch.setattr(Engine, "finish", watched)
    assert run(screenshot=tmp_path / "last.png") is None
    assert finished
    assert all(finished), "a frame waited in vain for an answer"
    assert pygame.image.load(tmp_path / "last.png").get_size() == (1000, 700)


def test_the_lab_is_one_of_those_there_are(run):
    with pytest.raises(InputError, match="one of explore, compare"):
        run(lab="cooking")


def test_a_screenshot_s_name_is_refused_before_anything_is_drawn(run, tmp_path, monkeypatch):
    monkeypatch.setattr(session, "App", None)
    with pytest.raises(InputError, match="picture"):
        run(screenshot=tmp_path / "picture.gif")
