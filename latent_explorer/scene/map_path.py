"""Paths through latent space on a map: solid where the map follows, dashed where it jumps. Knows points, no latents.

t-SNE places two codes that follow each other at once near each other or far apart; a solid line across the gap would
cross classes that no picture of the path shows.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Item, Line, Marker
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark

JUMP_STEPS = 8.0
"""A jump is so many times as long as a usual step of the path, and far: a straight line on a linear map has none."""
JUMPS_EXPLAINED = mark("dashed: the map jumps, no step of the way lies there")


def find_jumps(xy: Floats, dot_spacing: float) -> NDArray[np.bool_]:
    """Return (N - 1,): which steps of a path over map positions `xy` (N, 2) are jumps."""
    steps: Floats = np.hypot(*np.diff(xy.astype(np.float64), axis=0).T)
    return map_panel.are_far(steps, dot_spacing) & (steps > JUMP_STEPS * np.median(steps))


def make_items(
    points: Sequence[Px], jumps: NDArray[np.bool_], rect: Rect, colour: str, width: int, *, show_jumps: bool = True
) -> list[Item]:
    """Return a path over `points` as its pieces, a dot where one is a single point, and dashed links over `jumps`."""
    ends = np.flatnonzero(jumps) + 1
    pieces = [tuple(points[a:b]) for a, b in zip([0, *ends], [*ends, len(points)], strict=True)]
    items: list[Item] = []
    if show_jumps:
        thin = max(1, width // 2)
        items += [Line((points[i - 1], points[i]), rect, colour, thin, dashed=True) for i in ends.tolist()]
    for piece in pieces:
        if len(piece) > 1:
            items.append(Line(piece, rect, colour, width))
        else:
            items.append(Marker(piece[0], rect, colour, width, filled=True))
    return items
