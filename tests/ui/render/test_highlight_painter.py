"""Outlines around what is pointed at: beside it and not on it, within their clip, and around the dots of a class."""

from dataclasses import replace

import numpy as np
import pygame
import pytest

from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import Highlight, Map
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import class_outline, highlight_painter
from latent_explorer.ui.render.theme import make_theme
from tests.stage import CENTRES, make_world

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


@pytest.mark.parametrize("side", [300, 1200])
def test_the_outline_of_a_class_lies_around_its_dots_and_not_around_others(side):
    model = make_world()["first"]
    item = Map(Rect(0, 0, side, side), "first", "tsne", Camera(), frozenset(), False)
    sheet = class_outline.draw(item, model.atlas, 1, THEME, 1.0)
    assert sheet.get_size() == (side, side)
    seen = np.argwhere(pygame.surfarray.array_alpha(sheet) > 150) / side
    away = np.linalg.norm(seen - (CENTRES[1][0], 1 - CENTRES[1][1]), axis=1)
    assert len(seen) > 50
    assert away.max() < 0.17
    far = class_outline.draw(replace(item, camera=Camera((5.0, 5.0), 4.0)), model.atlas, 1, THEME, 1.0)
    assert not pygame.surfarray.array_alpha(far).any()
