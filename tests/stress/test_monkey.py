"""A short walk of the monkey: a window that nobody sees survives random events, and draws what a fresh one draws."""

import random

import pytest

from tests import monkey

pytestmark = pytest.mark.slow  # a hunt


def test_the_window_survives_random_events(monkeypatch):
    monkeypatch.setattr(monkey, "MODELS", ("digits-vae", "wine-vae", "beats-vae"))  # the quickest ones
    assert monkey.run(events=500, seed=3) == ""


def test_what_is_drawn_wrong_is_seen(monkeypatch):
    """The monkey itself: it finds one wrong pixel."""

    def spoil(app, event):
        app.surface.set_at((5, 5), (255, 0, 255))

    monkeypatch.setattr(monkey, "give", spoil)
    monkeypatch.setattr(monkey, "COMPARED_EVERY", 1)
    assert "pixels differ" in monkey.live(monkey.Monkey(random.Random(0), 2, [[["wait", 0.0]]] * 2))
