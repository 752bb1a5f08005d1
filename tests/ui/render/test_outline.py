"""Outlines, and what has one, are the same whatever part of the window is drawn anew."""

import numpy as np
import pygame
import pytest

from latent_explorer.scene.items import ColourBar, NoData
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.outline import draw_outline
from latent_explorer.ui.render.painter import Painter

RECT = Rect(12, 9, 30, 14)
PAINTER = Painter()
DRAWN = {
    "outline": lambda surface: draw_outline(surface, (200, 0, 0), to_box(RECT), 2),
    "colour bar": lambda surface: PAINTER.draw_item(surface, ColourBar(RECT, "values"), {}, surface.get_clip()),
    "no data": lambda surface: PAINTER.draw_item(surface, NoData(RECT), {}, surface.get_clip()),
}


def draw(name: str, place: pygame.Rect) -> np.ndarray:
    surface = pygame.Surface((60, 40), 0, 32)
    surface.set_clip(place)
    DRAWN[name](surface)
    surface.set_clip(None)
    return pygame.surfarray.array3d(surface)


@pytest.mark.parametrize("name", DRAWN)
def test_a_part_is_drawn_as_in_the_whole(name):
    whole = draw(name, pygame.Rect(0, 0, 60, 40))
    assert whole[RECT.x : RECT.right, RECT.bottom - 1].any(axis=-1).all()
    for left in range(0, 60, 7):
        for top in range(0, 40, 5):
            part = draw(name, pygame.Rect(left, top, 11, 6))
            inside = np.s_[left : left + 11, top : top + 6]
            assert (part[inside] == whole[inside]).all()
            assert part.any(axis=-1).sum() == part[inside].any(axis=-1).sum()
