"""The grid of nodes of a heat map, coarse ones first. Pure arithmetic: no model, no torch.
Node (row, column) lies at `left + column * step`, `bottom + row * step`: rows count upwards, as y does.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

NODES_PER_SIDE = 161
"""Nodes a side of the finished grid: one every few screen pixels of a large map."""
STRIDES = (8, 4, 2, 1)
"""Strides of the successive passes: 21, 41, 81 and 161 nodes a side. Each pass contains the nodes of the one before, so
that nothing is computed twice."""


@dataclass(frozen=True)
class Grid:
    left: float
    bottom: float
    span: float
    """Width and height in map units."""

    @staticmethod
    def from_dots(xy: Floats, reach: float) -> "Grid":
        """Make the grid over the square around dots (M, 2) and everything within `reach` of them."""
        low, high = xy.min(axis=0).astype(float), xy.max(axis=0).astype(float)
        span = float((high - low).max()) + 2 * reach
        left, bottom = (low + high - span) / 2
        return Grid(float(left), float(bottom), span)

    @property
    def step(self) -> float:
        """The distance of two neighbouring nodes, in map units."""
        return self.span / (NODES_PER_SIDE - 1)

    def to_xy(self, nodes: NDArray[np.intp]) -> Floats:
        """Return the map positions (N, 2) of flat node numbers (N,)."""
        rows, columns = np.divmod(nodes, NODES_PER_SIDE)
        xy = np.stack([self.left + columns * self.step, self.bottom + rows * self.step], axis=1)
        return xy.astype(np.float32)


def list_nodes(stride: int) -> NDArray[np.intp]:
    """Return the flat numbers of the nodes of `stride` that no coarser stride has."""
    number = np.arange(NODES_PER_SIDE * NODES_PER_SIDE).reshape(NODES_PER_SIDE, NODES_PER_SIDE)
    new = np.zeros((NODES_PER_SIDE, NODES_PER_SIDE), bool)
    new[::stride, ::stride] = True
    if stride < STRIDES[0]:
        new[:: 2 * stride, :: 2 * stride] = False
    return number[new]


def compute_cover(distance: NDArray[Any], reach: float) -> Floats:
    """Return the opacity of a layer at a `distance` from the nearest dot: 1 near it, 0 from `reach` on, soft between.

    A heat map must not suggest values in empty areas, and its soft edge must not look like a feature of the data.
    """
    share = np.clip((reach - np.asarray(distance, np.float64)) / (0.5 * reach), 0.0, 1.0)
    return (share * share * (3 - 2 * share)).astype(np.float32)


def smooth(values: Floats, sigma: float) -> Floats:
    """Return a Gaussian average with `sigma` nodes over the finite values; NaN entries stay NaN."""
    if sigma < 0.5:
        return values
    from scipy.ndimage import gaussian_filter

    finite = np.isfinite(values)
    weight = gaussian_filter(finite.astype(np.float32), sigma, mode="constant")
    total = gaussian_filter(np.where(finite, values, np.float32(0)), sigma, mode="constant")
    return np.where(finite, total / np.maximum(weight, np.float32(1e-6)), np.float32(np.nan))


def fill_missing(values: Floats) -> Floats:
    """Replace every NaN of a grid by the value of the nearest finite node; all zeros if there is none.

    So that values can be interpolated at the edge too.
    """
    missing = np.isnan(values)
    if not missing.any():
        return values
    if missing.all():
        return np.zeros_like(values)
    from scipy.ndimage import distance_transform_edt

    nearest = distance_transform_edt(missing, return_distances=False, return_indices=True)
    filled: Floats = values[tuple(nearest)]
    return filled
