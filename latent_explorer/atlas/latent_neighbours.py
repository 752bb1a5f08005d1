"""Exact distances between latents: the samples near a latent, and the spacing of the samples."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_matrix
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.atlas.geodesic import NeighbourGraph

SAMPLE_SIZE = 500  # samples from which the typical spacing is computed
MIN_SAMPLE_SIZE, MAX_DISTANCES = 150, 150_000_000
FAR_QUANTILE = 0.95  # quantile of the samples' nearest distances above which a latent counts as far from all
PAIRS = 4000  # of random samples, for the mean distance between two of them
BLOCK = 1 << 24  # distances in memory at once, 64 MB


class LatentNeighbours:
    """Distances in latent space to the samples' latents (M, d). Called with latents, it returns their neighbours."""

    def __init__(self, latents: Floats) -> None:
        self.latents = latents
        self.squared_norms = np.einsum("md,md->m", latents, latents)

    def __call__(self, z: Any, k: int = 10) -> tuple[Any, Any]:
        """Return the `k` samples nearest to each of the latents `z` (N, d), nearest first.

        Args:
            z: latents (N, d), an array or a tensor.
            k: the number of neighbours; fewer are returned if there are fewer samples.

        Returns:
            Indices (N, k) into the samples, and Euclidean distances (N, k), of the kind of `z`. The indices come
            first, other than in scikit-learn's `kneighbors`.
        """
        from latent_explorer.atlas import geodesic

        latents, back = as_matrix(z, self.latents.shape[1], "z")
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
            raise InputError(f"k: {k!r} arrived; a whole number from 1 is allowed")
        if not len(latents):  # scikit-learn refuses to look for none
            nothing = np.empty((0, min(int(k), len(self.latents))), np.float32)
            return back(nothing.astype(np.intp)), back(nothing)
        index, away = geodesic.find_nearest(self.latents, latents, int(k))
        return back(index), back(away)

    def measure_distance(self, z: Floats) -> float:
        """Return the distance from one latent (d,) to the nearest sample."""
        squared = self.squared_norms - 2 * (self.latents @ z)
        return float(np.sqrt(max(float(squared.min()) + float(z @ z), 0.0)))

    def compute_squared_distances(self, z: Floats) -> Floats:
        """Return the squared distances (N, M) from latents (N, d) to all samples; rounding may make them negative."""
        squares: Floats = self.squared_norms[None, :] - 2 * (z @ self.latents.T) + np.einsum("nd,nd->n", z, z)[:, None]
        return squares

    def find_nearest(self, z: Floats, count: int) -> tuple[NDArray[np.intp], Floats]:
        """Return the samples nearest to one latent (d,), nearest first, and their distances; at most (count,) each."""
        squared = self.squared_norms - 2 * (self.latents @ z)
        count = min(count, len(squared))
        near = np.argpartition(squared, count - 1)[:count]
        away = np.linalg.norm(self.latents[near] - z, axis=1)
        order = np.argsort(away, kind="stable")
        return near[order], away[order].astype(np.float32)

    @cached_property
    def sample_spacing(self) -> float:
        """The median distance between a sample and its nearest neighbour."""
        return max(float(np.median(self._nearest_distances)), 1e-9)

    @cached_property
    def far_threshold(self) -> float:
        """The distance to the nearest sample, in units of `sample_spacing`, beyond which only five samples in a hundred
        are from their own nearest; where the data are dense in one place and thin in another it is large."""
        if not np.isfinite(self.sample_spacing):  # a single sample
            return 0.0
        return float(np.quantile(self._nearest_distances, FAR_QUANTILE)) / self.sample_spacing

    @cached_property
    def _nearest_distances(self) -> Floats:
        """The distances from up to about `SAMPLE_SIZE` samples to their nearest neighbours; from fewer if there are so
        many that it would take seconds."""
        size = min(SAMPLE_SIZE, max(MIN_SAMPLE_SIZE, MAX_DISTANCES // max(1, len(self.latents))))
        rows = np.arange(0, len(self.latents), max(1, len(self.latents) // size))
        gaps = np.empty(len(rows), np.float32)
        for first in range(0, len(rows), block := max(1, BLOCK // len(self.latents))):
            some = rows[first : first + block]
            squared = (-2 * self.latents[some]) @ self.latents.T
            squared += self.squared_norms
            squared[np.arange(len(some)), some] = np.inf
            gaps[first : first + block] = np.sqrt(np.maximum(squared.min(axis=1) + self.squared_norms[some], 0))
        return gaps

    @cached_property
    def neighbour_graph(self) -> "NeighbourGraph":
        """The nearest-neighbour graph; half a second for ten thousand samples, 15 for seventy thousand."""
        from latent_explorer.atlas.geodesic import NeighbourGraph

        return NeighbourGraph(self.latents)

    def compute_plausibility(self, distances: Floats) -> Floats:
        """Return the plausibility, 1 to 0, that a latent at such a distance from the nearest sample is one of the data:
        the share of the samples that are as far from their nearest neighbour, or farther.

        A typical sample has 0.5, a latent at a sample 1: the p-value of a conformal novelty test with the distance to
        the nearest neighbour (Laxhammar and Falkman 2010). Samples of a dense class have more than those of others.
        """
        gaps = np.sort(self._nearest_distances)
        return (1 - np.searchsorted(gaps, distances, side="left") / len(gaps)).astype(np.float32)

    @cached_property
    def mean_pair_distance(self) -> float:
        """The mean distance between two samples drawn at random."""
        one, other = np.random.default_rng(0).integers(0, len(self.latents), (2, PAIRS))
        apart = np.linalg.norm(self.latents[one] - self.latents[other], axis=1)[one != other]
        return float(apart.mean()) if len(apart) else 0.0

    @cached_property
    def variance(self) -> NDArray[np.float64]:
        """The variance (d,) of the samples along each dimension."""
        variance: NDArray[np.float64] = self.latents.var(axis=0, dtype=np.float64)
        return variance

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """The mean (d,) of the samples."""
        mean: NDArray[np.float64] = self.latents.mean(axis=0, dtype=np.float64)
        return mean

    @cached_property
    def lower_bound(self) -> float:
        """The least entry that a latent can have: 0 if none of the samples' is negative, as those of a rectified
        encoder, else there is no bound."""
        return 0.0 if float(self.latents.min(initial=0.0)) >= 0 else -np.inf

    @cached_property
    def nearest_samples(self) -> NDArray[np.intp]:
        """The index of each sample's nearest neighbour (M,), or of the sample itself if it is the only one. Computed in
        blocks of bounded memory; minutes for hundreds of thousands of samples, about a second for ten thousand."""
        count = len(self.latents)
        nearest = np.zeros(count, np.intp)
        if count < 2:
            return nearest
        step = max(1, BLOCK // count)
        for begin in range(0, count, step):
            own = np.arange(begin, min(begin + step, count))
            away = self.latents[own] @ self.latents.T
            away *= -2
            away += self.squared_norms
            away[np.arange(len(own)), own] = np.inf
            nearest[own] = away.argmin(axis=1)
        return nearest
