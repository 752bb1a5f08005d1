"""A loop drawn around dots, and the test which dots lie inside it."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.scene.events import Xy

MAX_CORNERS = 400
"""Largest number of corners: a longer loop drops the corner that matters least to its shape."""


def extend(loop: tuple[Xy, ...], xy: Xy) -> tuple[Xy, ...]:
    """Add the corner `xy` to the loop; drop another corner if it has `MAX_CORNERS` already."""
    if len(loop) < MAX_CORNERS:
        return (*loop, xy)
    x, y = np.asarray(loop, np.float64).T
    # twice the area of the triangle of a corner and its neighbours, lost without it (Visvalingam and Whyatt 1993)
    cut = np.abs((x[1:-1] - x[:-2]) * (y[2:] - y[:-2]) - (x[2:] - x[:-2]) * (y[1:-1] - y[:-2]))
    least = int(cut.argmin()) + 1
    return (*loop[:least], *loop[least + 1 :], xy)


def contains(loop: tuple[Xy, ...], xy: Floats) -> NDArray[np.bool_]:
    """Return (N,): True for positions `xy` (N, 2) inside the closed loop by the even-odd rule: a ray from there crosses
    it an odd number of times. Nothing lies inside fewer than three corners."""
    inside = np.zeros(len(xy), np.bool_)
    if len(loop) < 3:
        return inside
    corners = np.asarray(loop, np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((xy >= low) & (xy <= high)).all(axis=1))
    near = near[np.argsort(xy[near, 1], kind="stable")]
    x, y = xy[near, 0].astype(np.float64), xy[near, 1].astype(np.float64)
    crossed = np.zeros(len(near), np.bool_)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        # each edge concerns only the positions level with it, which are consecutive
        first, last = np.searchsorted(y, (min(y0, y1), max(y0, y1)))
        level = slice(first, last)
        if first < last:
            crossed[level] ^= x[level] < x0 + (y[level] - y0) * (x1 - x0) / (y1 - y0)
    inside[near] = crossed
    return inside
