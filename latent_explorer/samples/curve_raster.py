"""Draws curves as shares of ink, many at once."""

import math

import numpy as np

from latent_explorer.arrays import Floats

FINE = 2  # columns that are computed for each pixel column, against jagged steep slopes
MARGIN = 0.08  # share of the height that is left free at the top and at the bottom


def draw_curves(values: Floats, size: tuple[int, int], *, width: float = 1.6) -> Floats:
    """Draw curves (N, T) of values from 0 (below) to 1 (above) as shares of ink (N, height, width), 0 to 1.

    The line is what a disc of `width` pixels covers that runs along the curve.
    """
    heights = to_rows(compute_heights(values, FINE * size[0]), size[1])
    top, bottom = np.minimum(heights[:, :-1], heights[:, 1:]), np.maximum(heights[:, :-1], heights[:, 1:])
    top, bottom = -_dilate(-top, width / 2), _dilate(bottom, width / 2)
    ink = np.zeros((len(values), size[1], size[0]), np.float32)
    for fine in range(FINE):
        ink += cover_rows(top[:, fine::FINE], bottom[:, fine::FINE], size[1])
    ink /= FINE
    return ink


def compute_heights(values: Floats, columns: int) -> Floats:
    """Return the curves (N, T) at the `columns` + 1 edges of as many columns, (N, columns + 1), linear in between.

    Of several points within a column the one that is farthest from their mean is taken, so that no peak is lost.
    """
    count = values.shape[1]
    if count == 1:
        return np.repeat(values, columns + 1, axis=1)
    if count > 2 * columns:
        edges = np.linspace(0, count, columns + 2).astype(int)
        mean = np.add.reduceat(values, edges[:-1], axis=1) / np.diff(edges)
        top, bottom = (f.reduceat(values, edges[:-1], axis=1) for f in (np.maximum, np.minimum))
        return np.where(top - mean > mean - bottom, top, bottom).astype(np.float32)
    at = np.linspace(0, count - 1, columns + 1)
    left = np.minimum(at.astype(int), count - 2)
    share = (at - left).astype(np.float32)
    heights: Floats = values[:, left] * (1 - share) + values[:, left + 1] * share
    return heights


def to_rows(values: Floats, height: int) -> Floats:
    """Return values from 0 to 1 as distances from the upper edge of a picture, in pixels."""
    free = MARGIN * height
    rows: Floats = (np.float32(height - free) - values * np.float32(height - 2 * free)).astype(np.float32)
    return rows


def cover_rows(top: Floats, bottom: Floats, height: int) -> Floats:
    """Return how much of each pixel (N, height, columns) lies between `top` and `bottom` (N, columns)."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    covered = np.minimum(rows + 1, bottom[:, None, :])
    covered -= np.maximum(rows, top[:, None, :])
    return np.clip(covered, 0, 1, out=covered)


def fill_between(a: Floats, b: Floats, size: tuple[int, int]) -> Floats:
    """Return how much of each pixel (N, height, width) lies between two curves each, (N, T) and (N, T)."""
    first, second = (to_rows(compute_heights(one, size[0])[:, :-1], size[1]) for one in (a, b))
    return cover_rows(np.minimum(first, second), np.maximum(first, second), size[1])


def _dilate(edges: Floats, radius: float) -> Floats:
    """Return the lower edge (N, columns) of what a disc covers whose centre runs along `edges`."""
    reach = math.floor(radius * FINE)
    padded = np.pad(edges, ((0, 0), (reach, reach)), mode="edge")
    count, lowest = edges.shape[1], edges + np.float32(radius)
    for step in range(1, reach + 1):
        down = np.float32(math.sqrt(radius**2 - (step / FINE) ** 2))
        for shift in (reach - step, reach + step):
            np.maximum(lowest, padded[:, shift : shift + count] + down, out=lowest)
    return lowest
