"""A short run of the switches: the window equals a fresh one, and one that does not is found."""

import pytest

from tests.stress import switches

pytestmark = pytest.mark.slow  # a hunt


def test_after_switches_the_window_is_as_a_fresh_one(monkeypatch):
    monkeypatch.setattr(switches, "MODELS", ("digits-vae", "wine-vae"))  # the quickest ones
    monkeypatch.setattr(switches, "COMPARED_EVERY", 20)
    assert switches.run(20, seed=2) == ""


def test_what_is_left_of_before_is_found(monkeypatch, tmp_path):
    """One wrong pixel, which no later frame draws over."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(switches, "COMPARED_EVERY", 1)
    settle, settled = switches.settle, []

    def spoil(app):
        settle(app)
        if not settled:  # the window itself, before the fresh one
            app.surface.set_at((5, 5), (255, 0, 255))
        settled.append(app)

    monkeypatch.setattr(switches, "settle", spoil)
    assert "pixels differ" in switches.run(1, seed=2)
