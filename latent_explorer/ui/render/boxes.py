"""Rectangles and positions of a scene in pygame's types."""

import pygame

from latent_explorer.scene.events import Px
from latent_explorer.scene.rect import Rect


def to_box(rect: Rect) -> pygame.Rect:
    return pygame.Rect(rect.x, rect.y, rect.width, rect.height)


def to_pixel(px: Px) -> tuple[int, int]:
    """Return the pixel nearest to `px`."""
    return round(px[0]), round(px[1])
