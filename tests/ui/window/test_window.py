"""The window is opened, and photographed."""

import sys

import numpy as np
import pygame
import pytest

from latent_explorer.errors import InputError
from latent_explorer.ui.window import window


def test_a_scale_makes_the_ordinary_window_larger():
    surface = window.open_window(None, fullscreen=False, headless=True, scale=2.0)
    assert surface.get_size() == (2880, 1800)
    pygame.quit()


def test_what_is_shown_is_what_an_image_file_holds(surface, tmp_path):
    surface.fill((10, 200, 30), (100, 50, 300, 200))
    for name in ("a.png", "b.BMP"):
        window.save_screenshot(surface, tmp_path / name)
        again = pygame.image.load(tmp_path / name)
        assert pygame.image.tobytes(again, "RGB") == pygame.image.tobytes(surface, "RGB")


@pytest.mark.parametrize("name", ["a.gif", "a", "folder.png", "file/a.png"])
def test_a_screenshot_that_cannot_be_is_refused_before_it_is_drawn(tmp_path, name):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"screenshot"):
        window.check_screenshot(tmp_path / name)


def test_the_splash_says_what_is_awaited_below_the_programs_name(surface):
    window.draw_splash(surface, "")
    name = pygame.surfarray.array3d(surface).max(axis=(0, 2)) > 60
    window.draw_splash(surface, "Starting")
    both = pygame.surfarray.array3d(surface).max(axis=(0, 2)) > 60
    (title,), (last, *_) = np.flatnonzero(name)[-1:], np.flatnonzero(both & ~name)
    assert last > title
    middle = surface.get_height() // 2
    assert abs(np.flatnonzero(name).mean() - middle) < 0.1 * middle


@pytest.mark.parametrize("variables", [{}, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_it_is_said_what_to_do(monkeypatch, variables):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match="--headless"):
        window.open_window((300, 200), fullscreen=False, headless=False)


def test_who_asks_for_a_scale_gets_it_in_a_small_window_too():
    assert window.choose_scale(2.5, headless=True) == window.choose_least_scale(2.5, headless=True) == 2.5
    assert window.choose_least_scale(None, headless=True) < window.choose_scale(None, headless=True) == 1
