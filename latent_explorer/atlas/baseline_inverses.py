"""Inverse projections from the literature, for comparison with the default one at the same position.

Each is an estimator: `fit` on dots (M, 2) and their latents (M, d), `inverse_transform` (N, 2) -> (N, d). None of them
has a resolution; of dots at one position the first counts, but for `NNInv`, which learns all of them.
"""

import warnings
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas.shepard import find_distinct_dots
from latent_explorer.texts import mark

FEW_NEIGHBOURS, MANY_NEIGHBOURS = 16, 32  # neighbours
EPSILON = 1e-12  # the smallest divisor


class InverseProjection(Protocol):
    title: ClassVar[str]

    def fit(self, xy: Floats, latents: Floats) -> "InverseProjection": ...

    def inverse_transform(self, xy: Floats) -> Floats: ...


class _NeighbourInverse:
    """The base of the inverse projections that use the dots nearest to a position."""

    neighbour_count = FEW_NEIGHBOURS

    def fit(self, xy: Floats, latents: Floats) -> Any:
        from scipy.spatial import cKDTree

        spots = find_distinct_dots(xy)
        self.xy, self.latents = xy[spots].astype(np.float64), latents[spots].astype(np.float32)
        self.tree = cKDTree(self.xy)
        self.k = min(self.neighbour_count, len(self.xy))
        return self

    def find_neighbours(self, xy: Floats) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Return the ascending distances (N, k) to the nearest dots, and the dots' indices (N, k)."""
        distance, index = self.tree.query(xy, k=self.k)
        return distance.reshape(len(xy), self.k), index.reshape(len(xy), self.k)

    def average_latents(self, weights: NDArray[np.float64], index: NDArray[np.intp]) -> Floats:
        """Return the weighted mean of the neighbours' latents; `weights` (N, k) need not sum to 1."""
        shares = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
        z: Floats = np.einsum("nk,nkd->nd", shares, self.latents[index])
        return z


class Nearest(_NeighbourInverse):
    """The nearest dot's latent: exact at the dots, piecewise constant between them."""

    title: ClassVar = mark("Nearest dot")
    neighbour_count = 1

    def inverse_transform(self, xy: Floats) -> Floats:
        return self.latents[self.find_neighbours(xy)[1][:, 0]]


class InverseDistance(_NeighbourInverse):
    """The mean of 16 neighbours' latents, weighted by the inverse squared distance (Shepard 1968)."""

    title: ClassVar = mark("Inverse distance")

    def inverse_transform(self, xy: Floats) -> Floats:
        distance, index = self.find_neighbours(xy)
        smallest = np.maximum(distance[:, :1], EPSILON)
        return self.average_latents(np.square(smallest / np.maximum(distance, EPSILON)), index)


class Gaussian(_NeighbourInverse):
    """The mean of 16 neighbours' latents, weighted by a Gaussian as wide as the 16th neighbour is away (Nadaraya 1964,
    Watson 1964)."""

    title: ClassVar = mark("Gaussian kernel")

    def inverse_transform(self, xy: Floats) -> Floats:
        distance, index = self.find_neighbours(xy)
        return self.average_latents(np.exp(-np.square(distance / np.maximum(distance[:, -1:], EPSILON))), index)


class MovingLeastSquares(_NeighbourInverse):
    """A plane fitted at each position to 32 neighbours with Gaussian weights (Lancaster and Salkauskas 1981)."""

    title: ClassVar = mark("Moving least squares")
    neighbour_count = MANY_NEIGHBOURS

    def inverse_transform(self, xy: Floats) -> Floats:
        distance, index = self.find_neighbours(xy)
        reach = np.maximum(distance[:, -1:], EPSILON)
        weights = np.exp(-np.square(2 * distance / reach))
        away = (self.xy[index] - np.asarray(xy)[:, None]) / reach[:, :, None]
        design = np.concatenate([np.ones((*away.shape[:2], 1)), away], axis=2)  # (N, k, 3)
        weighted = design * weights[:, :, None]
        normal = np.einsum("nki,nkj->nij", weighted, design) + 1e-6 * np.eye(3)  # neighbours may lie in a line
        right = np.einsum("nki,nkd->nid", weighted, self.latents[index])
        return np.ascontiguousarray(np.linalg.solve(normal, right)[:, 0], dtype=np.float32)


class Delaunay:
    """Linear interpolation on the Delaunay triangulation of the dots; outside it the nearest dot's latent."""

    title: ClassVar = mark("Delaunay")

    def fit(self, xy: Floats, latents: Floats) -> "Delaunay":
        from scipy.interpolate import LinearNDInterpolator
        from scipy.spatial import QhullError

        self.nearest: Nearest = Nearest().fit(xy, latents)
        try:
            self.linear = LinearNDInterpolator(self.nearest.xy, self.nearest.latents)
        except (QhullError, ValueError):  # fewer than three dots, or all in a line, make no triangle
            self.linear = None
        return self

    def inverse_transform(self, xy: Floats) -> Floats:
        outside = self.nearest.inverse_transform(xy)
        if self.linear is None:
            return outside
        inside: Floats = self.linear(xy).astype(np.float32)
        return np.where(np.isnan(inside), outside, inside)


class RadialBasis:
    """Thin-plate splines on 32 neighbours (Duchon 1977), by SciPy."""

    title: ClassVar = mark("Thin-plate spline")

    def fit(self, xy: Floats, latents: Floats) -> "RadialBasis":
        from scipy.interpolate import RBFInterpolator

        self.nearest: Nearest = Nearest().fit(xy, latents)
        self.spline: Any = None
        spots = self.nearest.xy
        if len(spots) >= 3 and np.linalg.matrix_rank(spots - spots.mean(axis=0), tol=1e-6) == 2:
            self.spline = RBFInterpolator(spots, self.nearest.latents, neighbors=min(MANY_NEIGHBOURS, len(spots)))
        return self

    def inverse_transform(self, xy: Floats) -> Floats:
        if self.spline is None:
            return self.nearest.inverse_transform(xy)
        try:
            z: Floats = self.spline(np.asarray(xy, np.float64)).astype(np.float32)
        except np.linalg.LinAlgError:  # a position whose neighbours all lie in a line
            return self.nearest.inverse_transform(xy)
        return z


class NNInv:
    """A network from position to latent (Espadoto et al. 2021, IEEE TVCG 27:3), by scikit-learn; fitted in seconds."""

    title: ClassVar = mark("NNInv network")

    def fit(self, xy: Floats, latents: Floats) -> "NNInv":
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPRegressor

        self.mean, self.scale = latents.mean(axis=0), np.maximum(latents.std(axis=0), EPSILON)
        self.network = MLPRegressor(
            hidden_layer_sizes=(128, 256, 128), batch_size=min(256, len(xy)), max_iter=60, n_iter_no_change=60,
            alpha=0.0, random_state=0,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
            self.network.fit(2 * xy - 1, ((latents - self.mean) / self.scale).astype(np.float32))
        return self

    def inverse_transform(self, xy: Floats) -> Floats:
        scaled = self.network.predict((2 * np.asarray(xy) - 1).astype(np.float32)).reshape(len(xy), -1)
        return np.ascontiguousarray(scaled * self.scale + self.mean, dtype=np.float32)


BASELINES: dict[str, type[InverseProjection]] = {
    "nearest": Nearest, "distance": InverseDistance, "delaunay": Delaunay, "gaussian": Gaussian,
    "mls": MovingLeastSquares, "rbf": RadialBasis, "nninv": NNInv,
}  # fmt: skip
