"""Draws a bright outline with a glow around the dots of a class, below the names of the classes."""

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.scene.items import Map
from latent_explorer.ui.render import highlight_painter
from latent_explorer.ui.render.theme import Theme

GAP = 7.0
"""Design pixels from the middle of a dot to the line around it."""
MIN_SHARE = 0.03
"""Share of a class that lies together at least to be outlined; single dots would be rings all over the map."""
MAX_PIXELS = 300_000
"""Pixels for which the distances from the dots are computed; a larger map is enlarged from these."""


def draw(item: Map, atlas: Atlas, label: int, theme: Theme, ui_scale: float) -> pygame.Surface:
    """Return the outline of the class `label` on a transparent surface of the map's size."""
    size = max(1, item.rect.width), max(1, item.rect.height)
    share = min(1.0, (MAX_PIXELS / (size[0] * size[1])) ** 0.5)
    small = max(1, round(size[0] * share)), max(1, round(size[1] * share))
    scale, (x, y) = item.camera.compute_scale(item.rect), item.camera.centre
    px = (atlas.xy[atlas.labels == label] - (x, y)) * (scale, -scale) + (size[0] / 2, size[1] / 2)
    distance = _measure_distance(px * share, small, GAP * ui_scale * share)
    if distance is None:
        return pygame.Surface(size, pygame.SRCALPHA, 32)
    sheet = highlight_painter.colour(distance, theme, ui_scale * share)
    return sheet if small == size else pygame.transform.smoothscale(sheet, size)


def _measure_distance(px: NDArray[np.floating], size: tuple[int, int], gap: float) -> Floats | None:
    """Return the distance (width, height) from the discs with the radius `gap` around positions (N, 2), negative within
    them; None if there are none on the surface."""
    from scipy.ndimage import distance_transform_edt, label, sum_labels

    cells = np.floor(np.nan_to_num(px, nan=-1e6)).clip(-1e6, 1e6).astype(np.intp)
    inside = ((cells >= 0) & (cells < size)).all(axis=1)
    dots = np.zeros(size, np.int32)
    np.add.at(dots, tuple(cells[inside].T), 1)
    if not dots.any():
        return None
    away = distance_transform_edt(dots == 0)
    islands, count = label(away <= gap)
    sizes = sum_labels(dots, islands, np.arange(1, count + 1))
    few = sizes < MIN_SHARE * len(px)
    if few.any() and not few.all():
        dots[np.isin(islands, 1 + np.flatnonzero(few))] = 0
        away = distance_transform_edt(dots == 0)
    distance: Floats = (away - gap).astype(np.float32)
    return distance
