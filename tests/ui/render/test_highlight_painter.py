"""Outlines around what is pointed at: beside it and not on it, within their clip, and around the dots of a class."""

import numpy as np
import pygame
import pytest

from latent_explorer.scene.items import Highlight
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import highlight_painter
from latent_explorer.ui.render.theme import make_theme

THEME = make_theme("dark")
WHOLE = Rect(0, 0, 300, 200)


@pytest.fixture
def surface():
    return pygame.Surface((300, 200), 0, 32)


def find_lit(surface: pygame.Surface) -> np.ndarray:
    return pygame.surfarray.array3d(surface).any(axis=2)


def test_a_box_is_outlined_all_around_and_stays_free(surface):
    highlight_painter.paint(surface, Highlight(Rect(100, 60, 80, 50), WHOLE), THEME, 1.0)
    lit = find_lit(surface)
    assert not lit[102:178, 62:108].any()
    for x, y in ((140, 56), (140, 113), (96, 85), (183, 85)):
        assert tuple(surface.get_at((x, y)))[:3] == THEME["accent"]


def test_a_ring_is_round(surface):
    highlight_painter.paint(surface, Highlight(Rect(100, 50, 80, 80), WHOLE, is_ring=True), THEME, 1.0)
    lit = find_lit(surface)
    assert lit[140, 46]
    assert not lit[98, 48]


def test_it_stays_within_its_clip_and_its_bounds(surface):
    item = Highlight(Rect(0, 0, 40, 40), Rect(0, 0, 30, 200))
    highlight_painter.paint(surface, item, THEME, 2.0)
    lit = find_lit(surface)
    assert lit.any()
    assert not lit[30:].any()
    bounds = highlight_painter.compute_bounds(item)
    assert all(bounds.collidepoint(x, y) for x, y in np.argwhere(lit).tolist())
