"""Draws where the keyboard focus is: a ring around it, and a cross at the point within an area."""

import pygame

from latent_explorer.scene.events import Px
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.theme import Theme

GAP, WIDTH, ARM = 3, 3, 9
"""Design pixels: from what it surrounds, of the line, of the cross."""


def paint(surface: pygame.Surface, rect: Rect, point: Px | None, theme: Theme, ui_scale: float) -> None:
    """Draw the ring with an edge in the ground's colour, so that it shows on everything."""
    gap, width = max(2, round(GAP * ui_scale)), max(2, round(WIDTH * ui_scale))
    box = to_box(rect).inflate(2 * (gap + width), 2 * (gap + width)).clip(surface.get_rect())
    pygame.draw.rect(surface, theme["background"], box, width + 2, border_radius=2 * gap + width)
    pygame.draw.rect(surface, theme["second"], box.inflate(-2, -2), width, border_radius=2 * gap + width)
    if point is None:
        return
    (x, y), arm = (round(point[0]), round(point[1])), round(ARM * ui_scale)
    for colour, thick in ((theme["background"], width + 3), (theme["second"], width)):
        pygame.draw.line(surface, colour, (x - arm, y), (x + arm, y), thick)
        pygame.draw.line(surface, colour, (x, y - arm), (x, y + arm), thick)
