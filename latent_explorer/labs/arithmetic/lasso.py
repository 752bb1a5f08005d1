"""A loop drawn around dots, and which of them it holds."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.scene.events import Xy

CORNERS = 400
"""A longer loop loses the corner that its shape misses least."""


def longer(loop: tuple[Xy, ...], xy: Xy) -> tuple[Xy, ...]:
    """The loop with one more corner; a hand that is never lifted does not make it longer without end."""
    if len(loop) < CORNERS:
        return (*loop, xy)
    x, y = np.asarray(loop, np.float64).T
    # the triangle of a corner with its neighbours: what is cut off without it (Visvalingam and Whyatt 1993)
    cut = np.abs((x[1:-1] - x[:-2]) * (y[2:] - y[:-2]) - (x[2:] - x[:-2]) * (y[1:-1] - y[:-2]))
    least = int(cut.argmin()) + 1
    return (*loop[:least], *loop[least + 1 :], xy)


def inside(loop: tuple[Xy, ...], xy: Floats) -> NDArray[np.bool_]:
    """(N,): which positions (N, 2) lie inside the loop, whose end is joined to its beginning: those from which a ray
    crosses it an odd number of times. Nothing lies inside fewer than three corners."""
    found = np.zeros(len(xy), np.bool_)
    if len(loop) < 3:
        return found
    corners = np.asarray(loop, np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((xy >= low) & (xy <= high)).all(axis=1))
    near = near[np.argsort(xy[near, 1], kind="stable")]
    x, y = xy[near, 0].astype(np.float64), xy[near, 1].astype(np.float64)
    crossed = np.zeros(len(near), np.bool_)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        # each edge concerns only the positions level with it, which stand together
        first, last = np.searchsorted(y, (min(y0, y1), max(y0, y1)))
        level = slice(first, last)
        if first < last:
            crossed[level] ^= x[level] < x0 + (y[level] - y0) * (x1 - x0) / (y1 - y0)
    found[near] = crossed
    return found
