"""Draws what a presenter shows with the mouse: the halo around it, trails that fade, and the black screen."""

from functools import lru_cache
from itertools import pairwise

import pygame

from latent_explorer.scene.items import Black, Halo, PresenterItem, Trail
from latent_explorer.ui.render.boxes import to_box, to_pixel
from latent_explorer.ui.render.theme import Colour, Theme

HALO_COLOUR, HALO_STRENGTH = (255, 214, 74), 120
"""A warm yellow, seen on both themes, and its opacity of 255 at the most."""
HALO_RINGS = 10


def paint(surface: pygame.Surface, item: PresenterItem, theme: Theme, place: pygame.Rect) -> None:
    """Draw `item` where it lies in `place`."""
    match item:
        case Black():
            surface.fill((0, 0, 0), to_box(item.rect).clip(place))
        case Halo():
            halo = _render_halo(item.radius)
            surface.blit(halo, halo.get_rect(center=to_pixel(item.px)))
        case Trail():
            _paint_trail(surface, item, theme[item.colour])


def compute_bounds(item: Halo | Trail) -> pygame.Rect:
    """Return a rectangle that contains all pixels of a mark."""
    if isinstance(item, Halo):
        reach = 2 * item.radius + 4
        return pygame.Rect(to_pixel(item.px), (0, 0)).inflate(reach, reach)
    xs, ys = zip(*map(to_pixel, item.points), strict=True)
    box = pygame.Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return box.inflate(2 * item.width + 4, 2 * item.width + 4)


@lru_cache(maxsize=4)
def _render_halo(radius: int) -> pygame.Surface:
    """Return a disc that is strongest at its rim and clear around the mouse, so that it hides nothing there."""
    side = 2 * radius + 4
    halo = pygame.Surface((side, side), pygame.SRCALPHA)
    for ring in range(HALO_RINGS):
        share = (ring + 1) / HALO_RINGS
        strength = round(HALO_STRENGTH * share)
        reach = max(2, round(radius * (1 - 0.06 * (HALO_RINGS - ring - 1))))
        pygame.draw.aacircle(halo, (*HALO_COLOUR, strength), (side // 2, side // 2), reach, max(2, radius // 8))
    return halo


def _paint_trail(surface: pygame.Surface, item: Trail, colour: Colour) -> None:
    box = compute_bounds(item)
    sheet = pygame.Surface(box.size, pygame.SRCALPHA)
    places = [(x - box.x, y - box.y) for x, y in map(to_pixel, item.points)]
    for (start, end), strength in zip(pairwise(places), item.strengths[1:], strict=True):
        if strength > 0:
            ink = (*colour, round(255 * strength))
            pygame.draw.line(sheet, ink, start, end, item.width)
            pygame.draw.circle(sheet, ink, end, item.width // 2)
    surface.blit(sheet, box)
