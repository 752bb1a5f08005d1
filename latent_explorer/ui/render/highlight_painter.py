"""Draws what points at something: a bright outline with a glow, around a rectangle or a place."""

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.scene.items import Highlight
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.theme import Colour, Theme

LINE, CASING, GLOW = 3.5, 1.5, 9.0
"""Design pixels: width of the line, of the dark rim on both sides that sets it apart, and of the glow around it."""
REACH = 64
"""Pixels beyond the rectangle within which everything is drawn, at the largest scale."""
GLOW_OPACITY = 0.42


def compute_bounds(item: Highlight) -> pygame.Rect:
    """Return a rectangle that contains all pixels of an item."""
    return to_box(item.rect).inflate(2 * REACH, 2 * REACH).clip(to_box(item.clip))


def paint(surface: pygame.Surface, item: Highlight, theme: Theme, ui_scale: float) -> None:
    """Draw the outline, where the clip of `surface` allows it."""
    place = to_box(item.rect)
    if place.width < 1 or place.height < 1:
        return
    clip = surface.get_clip()
    reach = min(REACH, int(np.ceil((LINE + CASING + GLOW) * ui_scale)) + 1)
    whole = place.inflate(2 * reach, 2 * reach)
    shown = whole.clip(clip).clip(to_box(item.clip))
    if shown.width < 1 or shown.height < 1:
        return
    x, y = np.meshgrid(
        np.arange(shown.left, shown.right, dtype=np.float32) + 0.5,
        np.arange(shown.top, shown.bottom, dtype=np.float32) + 0.5,
        indexing="ij",
    )
    radius = min(place.width, place.height) / 2 if item.is_ring else min(3 * ui_scale, min(place.size) / 2)
    surface.blit(colour(_measure_outside(x, y, place, radius), theme, ui_scale), shown)


def _measure_outside(x: Floats, y: Floats, place: pygame.Rect, radius: float) -> Floats:
    """Return the distance from a rectangle with round corners, negative within it."""
    across = np.abs(x - (place.x + place.width / 2)) - (place.width / 2 - radius)
    down = np.abs(y - (place.y + place.height / 2)) - (place.height / 2 - radius)
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    distance: Floats = (outside + np.minimum(np.maximum(across, down), 0) - radius).astype(np.float32)
    return distance


def colour(distance: Floats, theme: Theme, ui_scale: float) -> pygame.Surface:
    """Return a transparent surface with the line, its rims and its glow at `distance` (width, height) from what is
    outlined: the line begins a rim away from it."""
    rim, line, glow = CASING * ui_scale, LINE * ui_scale, GLOW * ui_scale
    inner, outer = rim, rim + line
    on_line = _ramp(distance - inner) * _ramp(outer - distance)
    on_rims = _ramp(distance) * _ramp(outer + rim - distance)
    shining = np.where(distance > outer, np.clip(1 - (distance - outer) / glow, 0, 1) ** 2, 0.0) * GLOW_OPACITY
    accent, dark = theme["accent"], theme["map"]
    sheet = pygame.Surface(distance.shape, pygame.SRCALPHA, 32)
    opacity = np.maximum(on_line, np.maximum(0.75 * on_rims, shining))
    dark_share = np.where(opacity > 0, np.where(0.75 * on_rims > shining, 1 - on_line, 0.0), 0.0)
    pixels = pygame.surfarray.pixels3d(sheet)
    pixels[...] = _mix(accent, dark, dark_share)
    del pixels
    alpha = pygame.surfarray.pixels_alpha(sheet)
    alpha[...] = np.rint(255 * opacity).astype(np.uint8)
    del alpha
    return sheet


def _ramp(value: Floats) -> Floats:
    """Return 0 below, 1 above, with a soft step of a pixel."""
    share: Floats = np.clip(value + 0.5, 0, 1)
    return share


def _mix(first: Colour, second: Colour, share: Floats) -> NDArray[np.uint8]:
    a, b = np.array(first, np.float32), np.array(second, np.float32)
    mixed: NDArray[np.uint8] = np.rint(a + (b - a) * share[..., None]).astype(np.uint8)
    return mixed
