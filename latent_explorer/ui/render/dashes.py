"""Dashes and arrowheads of lines, as pixel coordinates."""

import math
from collections.abc import Sequence
from itertools import pairwise

from latent_explorer.scene.events import Px


def split_into_dashes(points: Sequence[Px], length: float) -> list[tuple[Px, Px]]:
    """Return the dashes of a polyline: `length` pixels drawn, as many skipped, continuing around its corners."""
    pieces: list[tuple[Px, Px]] = []
    before = 0.0  # pixels of the line so far
    for (x0, y0), (x1, y1) in pairwise(points):
        along = math.hypot(x1 - x0, y1 - y0)
        if along == 0:
            continue
        place = 0.0
        while place < along:
            phase = (before + place) % (2 * length)
            step = min((length if phase < length else 2 * length) - phase, along - place)
            step = max(step, 1e-3)
            if phase < length:
                start, end = place / along, (place + step) / along
                pieces.append(
                    ((x0 + (x1 - x0) * start, y0 + (y1 - y0) * start), (x0 + (x1 - x0) * end, y0 + (y1 - y0) * end))
                )
            place += step
        before += along
    return pieces


def compute_arrowhead(points: Sequence[Px], length: float) -> tuple[Px, Px, Px] | None:
    """Return the triangle at a line's end, `length` pixels long; None if the line has no direction."""
    x, y = points[-1]
    back = next(((a, b) for a, b in reversed(points[:-1]) if math.hypot(x - a, y - b) > 0.5), None)
    if back is None:
        return None
    angle = math.atan2(y - back[1], x - back[0])
    left, right = ((x - length * math.cos(angle + turn), y - length * math.sin(angle + turn)) for turn in (0.42, -0.42))
    return (x, y), left, right
