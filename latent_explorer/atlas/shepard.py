"""Interpolation between dots: map (N, 2) to values (N, d), exact at the dots and continuous between them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

NEIGHBOURS = 16
MANY_DOTS = 100_000
"""Dots from which their tree is built in less than half the time, unbalanced; it finds the same."""


class Shepard:
    """Modified Shepard interpolation: each dot's weight fades to zero where it stops being a neighbour.

    The weight of a neighbour at distance d is ((R - d) / R)^2 / d^power with R the distance of the first dot that is
    not a neighbour (Franke and Little; Renka 1988, ACM TOMS 14:139). Plain inverse-distance weights over the k nearest
    jump whenever the k-th changes; these do not, since at that moment its weight is zero, and towards a dot
    they grow without bound, so the field passes through every dot. At a resolution r, d^2 becomes d^2 + r^2, which
    rounds off the peak around each dot.

    With `trend` only the residual of the trend is interpolated, so that a linear projection keeps its plane where
    dots are sparse.
    """

    def __init__(
        self, trend: Callable[[Floats], Floats] | None = None, *, neighbours: int = NEIGHBOURS, power: float = 2.0
    ) -> None:
        self.trend, self.neighbours, self.power = trend, neighbours, power
        self._last: tuple[bytes, tuple[NDArray[np.float64], NDArray[np.intp]]] | None = None

    def fit(self, xy: Floats, latents: Floats, tree: "cKDTree | None" = None) -> "Shepard":
        """Fit to dots (M, 2) and their latents (M, d). Of dots at one position the first counts. `tree` is that of all
        dots, if it is there already."""
        self._last = None
        self.dots = find_distinct_dots(xy)
        """The index of the dot of each row of `values`."""
        self.tree = tree if tree is not None and len(self.dots) == len(xy) else build_tree(xy[self.dots])
        self.values = latents[self.dots].astype(np.float32)
        if self.trend is not None:
            self.values = self.values - self.trend(xy[self.dots])
        return self

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats:
        """Return the latents (N, d) of positions (N, 2); `resolution` in map units, None for the exact field."""
        distance, index = self.find_neighbours(xy)
        weights = compute_shepard_weights(distance, resolution or 0.0, self.power)
        z = np.einsum("nk,nkd->nd", weights, self.values[index])
        if self.trend is not None:
            z = z + self.trend(xy)
        return np.ascontiguousarray(z, dtype=np.float32)

    def find_neighbours(self, xy: Floats) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Return ascending distances (N, k+1) and the rows (N, k) of the neighbours; the last distance is the reach."""
        key = xy.tobytes() if len(xy) == 1 else b""
        last = self._last
        if key and last is not None and last[0] == key:
            return last[1]  # one position is asked for its latent, and then for what that is made of
        neighbours = self._search(xy)
        self._last = (key, neighbours)
        return neighbours

    def _search(self, xy: Floats) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        k = min(self.neighbours + 1, len(self.values))
        distance, index = self.tree.query(xy, k=k)
        distance, index = distance.reshape(len(xy), k), index.reshape(len(xy), k)
        if k <= self.neighbours:  # all dots are neighbours, so none has to fade
            return np.pad(distance, ((0, 0), (0, 1)), constant_values=np.inf), index
        return distance, index[:, :-1]


def build_tree(xy: Floats) -> "cKDTree":
    """Return the k-d tree of dots (M, 2)."""
    from scipy.spatial import cKDTree  # a tenth of a second, in which a window could have opened

    if len(xy) < MANY_DOTS:
        return cKDTree(xy)
    return cKDTree(xy, leafsize=32, compact_nodes=False, balanced_tree=False)


def find_distinct_dots(xy: Floats) -> NDArray[np.intp]:
    """Return the indices, ascending, of the first dot at each distinct position."""
    places = np.ascontiguousarray(xy, np.float32) + np.float32(0)  # of the two zeros one
    return np.sort(np.unique(places.view(np.uint64)[:, 0], return_index=True)[1])  # one number a dot sorts faster


def compute_shepard_weights(distance: NDArray[np.float64], resolution: float, power: float = 2.0) -> Floats:
    """Return weights (N, k) that sum to 1, from ascending distances (N, k+1); the last distance is the reach."""
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
        # all neighbours at the same distance as the reach: equal weights
        shares: NDArray[np.float64] = np.where(total > 0, weights / total, 1 / near.shape[1])
    return shares.astype(np.float32)
