"""Interpolation between dots: map (N, 2) to values (N, d), exact at the dots and continuous between them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from latent_explorer.arrays import Floats

NEIGHBOURS = 16


class Shepard:
    """Modified Shepard interpolation: each dot's pull fades to nothing where it stops being a neighbour.

    The weight of a neighbour at distance d is ((R - d) / R)^2 / d^power with R the distance of the first dot left
    out (Franke and Little; Renka 1988, ACM TOMS 14:139). Plain inverse-distance weights over the k nearest
    jump whenever the k-th changes; these do not, since at that moment its weight is zero, and towards a dot
    they grow without bound, so the field passes through every dot. Seen at a resolution r, d^2 becomes
    d^2 + r^2, which rounds off the peak around each dot.

    With `trend` only what the trend misses is interpolated, so that a linear projection keeps its plane where
    dots are sparse.
    """

    def __init__(
        self, trend: Callable[[Floats], Floats] | None = None, *, neighbours: int = NEIGHBOURS, power: float = 2.0
    ) -> None:
        self.trend, self.neighbours, self.power = trend, neighbours, power

    def fit(self, xy: Floats, latents: Floats) -> "Shepard":
        """Dots (M, 2) and their latents (M, d). Of dots on one spot the first counts."""
        _, first = np.unique(xy, axis=0, return_index=True)
        first.sort()
        self.numbers = first
        """(values,): which dot each of them is."""
        self.tree = cKDTree(xy[first])
        self.values = latents[first].astype(np.float32)
        if self.trend is not None:
            self.values = self.values - self.trend(xy[first])
        return self

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats:
        """(N, 2) -> (N, d); `resolution` in map units, None for the exact field."""
        distance, index = self.near(xy)
        weights = shepard_weights(distance, resolution or 0.0, self.power)
        found = np.einsum("nk,nkd->nd", weights, self.values[index])
        if self.trend is not None:
            found = found + self.trend(xy)
        return np.ascontiguousarray(found, dtype=np.float32)

    def support(self, xy: Floats, resolution: float | None = None) -> tuple[NDArray[np.intp], Floats]:
        """(N, 2) -> the dots (N, k) that each position's latent is put together of, and their weights (N, k), which
        sum to 1. Without a trend the latent is the dots' latents by these weights; with one, what the trend misses is.
        """
        distance, index = self.near(xy)
        return self.numbers[index], shepard_weights(distance, resolution or 0.0, self.power)

    def near(self, xy: Floats) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Ascending distances (N, k+1) and the numbers (N, k) of the neighbours; the last distance is the reach."""
        k = min(self.neighbours + 1, len(self.values))
        distance, index = (found.reshape(len(xy), k) for found in self.tree.query(xy, k=k))
        if k <= self.neighbours:  # no dot is ever left out, so none has to fade
            distance = np.pad(distance, ((0, 0), (0, 1)), constant_values=np.inf)
            return distance, index
        return distance, index[:, :-1]


def shepard_weights(distance: NDArray[np.float64], resolution: float, power: float = 2.0) -> Floats:
    """Ascending distances (N, k+1) -> weights (N, k) that sum to 1; the last distance is the reach."""
    near, reach = distance[:, :-1], distance[:, -1:]
    # scaled by the nearest distance, so that a query on a dot divides nothing by zero
    smallest = np.hypot(near[:, :1], resolution)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = smallest / np.hypot(near, resolution)
        pull = np.square(ratio) if power == 2 else ratio**power
        fade = np.square(1 - near / reach)
        weights = pull * fade
        weights = np.where(smallest > 0, weights, near == 0)
        total = weights.sum(axis=1, keepdims=True)
        # all neighbours at the same distance as the reach: they count alike
        shares: NDArray[np.float64] = np.where(total > 0, weights / total, 1 / near.shape[1])
    return shares.astype(np.float32)
