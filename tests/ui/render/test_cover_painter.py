"""Cards over pictures that the class has to guess."""

import numpy as np
import pygame
import pytest

from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import cover_painter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import make_theme

THEME = make_theme("dark")
INK = (255, 0, 255)


@pytest.fixture
def letters():
    pygame.font.init()
    return Lettering(1.0)


def paint(letters, *places: Rect) -> np.ndarray:
    surface = pygame.Surface((400, 300), 0, 32)
    surface.fill(INK)
    cover_painter.paint(surface, places, THEME, letters)
    return pygame.surfarray.array3d(surface)


@pytest.mark.parametrize("side", [20, 60, 109, 250])
def test_a_card_hides_its_picture_and_nothing_else_and_shows_a_mark_in_its_middle(letters, side):
    pixels = paint(letters, Rect(30, 20, side, side))
    painted = (pixels != INK).any(axis=2)
    corner = max(4, side // 8)
    assert painted[30 + corner : 30 + side - corner, 20 : 20 + side].all()
    outside = painted.copy()
    outside[30 : 30 + side, 20 : 20 + side] = False
    assert not outside.any()
    card = pixels[30 : 30 + side, 20 : 20 + side].astype(int)
    accent = np.argwhere(np.abs(card - THEME["accent"]).sum(axis=2) < 30)
    assert np.abs(accent.mean(axis=0) - side / 2).max() < 0.12 * side


def test_a_card_without_room_for_words_has_the_mark_alone(letters):
    small, large = (paint(letters, Rect(30, 20, side, side)).astype(int) for side in (60, 250))
    words = [(np.abs(one - THEME["muted"]).sum(axis=2) < 12).sum() for one in (small, large)]
    assert words[1] > 20 > words[0]


def test_what_is_too_small_for_a_card_stays_as_it_is(letters):
    assert (paint(letters, Rect(30, 20, 3, 100)) == INK).all()
