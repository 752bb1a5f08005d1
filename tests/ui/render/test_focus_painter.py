"""Where the keyboard focus is drawn."""

import numpy as np
import pygame
import pytest

from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import focus_painter
from latent_explorer.ui.render.focus_painter import ARM, GAP, WIDTH
from latent_explorer.ui.render.theme import make_theme

RECT = Rect(100, 80, 120, 60)
GROUNDS = [(0, 0, 0), (255, 255, 255), make_theme("dark")["second"], make_theme("light")["accent"]]


def paint(rect: Rect = RECT, point=None, *, ui_scale=1.0, ground=(0, 0, 0), theme_name="dark") -> np.ndarray:
    """The pixels (x, y) that were painted."""
    surface = pygame.Surface((400, 300), 0, 32)
    surface.fill(ground)
    focus_painter.paint(surface, rect, point, make_theme(theme_name), ui_scale)
    return (pygame.surfarray.array3d(surface) != ground).any(axis=2)


@pytest.mark.parametrize("ui_scale", [1.0, 2.0])
def test_the_ring_goes_around_what_it_marks_and_leaves_it_free(ui_scale):
    painted = paint(ui_scale=ui_scale)
    assert not painted[RECT.x : RECT.right, RECT.y : RECT.bottom].any()
    middle = painted[:, RECT.y + RECT.height // 2]
    left = np.flatnonzero(middle[: RECT.x])
    assert RECT.x - left.max() - 1 <= GAP * ui_scale
    assert len(left) >= WIDTH * ui_scale
    assert painted.sum() == paint(Rect(60, 90, 120, 60), ui_scale=ui_scale).sum()


@pytest.mark.parametrize("theme_name", ["dark", "light"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_it_shows_on_every_ground(ground, theme_name):
    assert paint(ground=ground, theme_name=theme_name, point=(150.0, 110.0)).sum() > 500


def test_at_the_edge_of_the_window_the_whole_ring_is_seen():
    painted = paint(Rect(0, 0, 400, 300))
    for side in (painted[:6], painted[-6:], painted[:, :6], painted[:, -6:]):
        assert side.any()


@pytest.mark.parametrize("ui_scale", [1.0, 2.0])
def test_within_an_area_a_cross_stands_on_the_point(ui_scale):
    lit = np.argwhere(paint(point=(150.4, 109.6), ui_scale=ui_scale) & ~paint(ui_scale=ui_scale))
    assert lit.mean(axis=0) == pytest.approx((150, 110), abs=1)
    assert np.ptp(lit, axis=0) == pytest.approx([2 * ARM * ui_scale] * 2, abs=2)
