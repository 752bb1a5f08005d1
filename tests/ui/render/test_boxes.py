"""Rectangles and positions of a scene in pygame's types."""

import pygame
import pytest

from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.boxes import to_box, to_pixel


def test_a_box_holds_the_pixels_of_its_rectangle():
    rect = Rect(10, 20, 30, 40)
    surface = pygame.Surface((60, 70))
    surface.fill((255, 255, 255), to_box(rect))
    lit = {(x, y) for x in range(60) for y in range(70) if surface.get_at((x, y))[0]}
    assert lit == {(x, y) for x in range(60) for y in range(70) if rect.contains((x, y))}


@pytest.mark.parametrize(("px", "pixel"), [((3.4, 7.6), (3, 8)), ((-0.6, -2.4), (-1, -2)), ((5, 6), (5, 6))])
def test_a_position_is_at_the_nearest_pixel(px, pixel):
    assert to_pixel(px) == pixel
