"""The outline of a rectangle, the same whatever part of it is drawn."""

import pygame

from latent_explorer.ui.render.theme import Colour


def draw_outline(surface: pygame.Surface, colour: Colour, rect: pygame.Rect, thickness: int) -> None:
    """Draw a line of `thickness` inside `rect`. Where the surface is clipped, pygame would draw it around the part of
    the rectangle that is left, unless its corners are round."""
    surface.fill(colour, (*rect.topleft, rect.width, thickness))
    surface.fill(colour, (rect.x, rect.bottom - thickness, rect.width, thickness))
    surface.fill(colour, (*rect.topleft, thickness, rect.height))
    surface.fill(colour, (rect.right - thickness, rect.y, thickness, rect.height))
