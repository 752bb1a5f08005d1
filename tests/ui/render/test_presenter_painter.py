"""What a presenter shows with the mouse."""

import numpy as np
import pygame
import pytest

from latent_explorer.scene.items import Black, Halo, Trail
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import presenter_painter
from latent_explorer.ui.render.theme import make_theme

GREY = (90, 90, 90)
WHOLE = pygame.Rect(0, 0, 300, 200)


def paint(item, place: pygame.Rect = WHOLE) -> np.ndarray:
    """How much of each pixel (x, y) was changed."""
    surface = pygame.Surface((300, 200), 0, 32)
    surface.fill(GREY)
    presenter_painter.paint(surface, item, make_theme("dark"), place)
    return np.abs(pygame.surfarray.array3d(surface).astype(int) - GREY).sum(axis=2)


@pytest.mark.parametrize("radius", [20, 60])
def test_a_halo_is_a_ring_around_the_mouse_and_hides_nothing_under_it(radius):
    changed = paint(Halo((150.3, 99.6), radius))
    x, y = np.mgrid[:300, :200]
    away = np.hypot(x - 150, y - 100)
    assert changed[away < 0.35 * radius].max() == 0
    assert changed[away > radius + 2].max() == 0
    rim = [changed[(away > radius * share - 1) & (away < radius * share + 1)].mean() for share in (0.5, 0.95)]
    assert rim[1] > max(20, rim[0])


def test_a_trail_is_strongest_where_the_mouse_is_and_gone_where_it_began():
    points = tuple((20.0 + 40 * k, 100.0) for k in range(6))
    changed = paint(Trail(points, (0.0, 0.0, 0.25, 0.5, 0.75, 1.0), "accent", 5))
    along = [changed[20 + 40 * k + 20, 100] for k in range(5)]
    assert along[0] == 0
    assert along[1:] == sorted(along[1:])
    assert along[-1] > 2 * along[1] > 0
    across = np.flatnonzero(changed[210] > 0)
    assert len(across) == pytest.approx(5, abs=1)


def test_its_bounds_hold_all_of_it():
    for item in (Halo((150.0, 100.0), 40), Trail(((30.0, 150.0), (200.0, 40.0), (90.0, 20.0)), (1, 1, 1), "second", 8)):
        changed, box = paint(item), presenter_painter.compute_bounds(item)
        assert changed.any()
        assert all(box.collidepoint(*at) for at in np.argwhere(changed).tolist())


def test_the_black_screen_is_black_where_it_is_drawn_again():
    changed = paint(Black(Rect(0, 0, 300, 200)), pygame.Rect(50, 50, 20, 30)) > 0
    assert changed.sum() == 20 * 30
    assert changed[50:70, 50:80].all()
