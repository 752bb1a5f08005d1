"""What of a shape's coordinates can be drawn: positions that are finite and near the view.

A camera that is far away, or a map whose latents are all equal, gives pixels that are no numbers or a billion away;
pygame would raise for those, or draw along them for ever.
"""

from collections.abc import Sequence

import numpy as np
import pygame

from latent_explorer.scene.events import Px
from latent_explorer.ui.render.line_raster import clip_lines

MARGIN = 4096
"""Pixels around the view within which positions are drawn as they are."""
FAR = 1e12
"""Pixels beyond which the direction of a line no longer counts."""


def is_near(px: Px, view: pygame.Rect) -> bool:
    """Return True if a position is finite and near the view."""
    x, y = px[0] - view.x, px[1] - view.y  # no number is between two others
    return -MARGIN <= x <= view.width + MARGIN and -MARGIN <= y <= view.height + MARGIN


def clip_line(points: Sequence[Px], view: pygame.Rect) -> list[Sequence[Px]]:
    """Return the pieces of a line near the view: the line itself if that is all of it. Points that are no numbers
    break it."""
    corner = np.array(view.topleft) - MARGIN
    width, height = view.width + 2 * MARGIN, view.height + 2 * MARGIN
    places = np.asarray(points, np.float64).reshape(-1, 2) - corner
    if ((places >= 0) & (places <= (width, height))).all():
        return [points] if len(points) > 1 else []
    places = np.clip(places, -FAR, FAR)
    finite = np.isfinite(places).all(axis=1)
    inside = finite[:-1] & finite[1:]
    ends = clip_lines(places[:-1][inside], places[1:][inside], (width, height))
    return [((a[0], a[1]), (b[0], b[1])) for a, b in zip(*((end + corner).tolist() for end in ends), strict=True)]
