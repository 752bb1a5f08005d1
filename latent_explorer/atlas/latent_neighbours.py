"""Exact distances between latents: the samples near a latent, the spacing of the samples, the agreement of the samples
that a latent is blended from."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

if TYPE_CHECKING:
    from latent_explorer.atlas.geodesic import NeighbourGraph

SAMPLE_SIZE = 500  # samples from which the typical spacing is computed
ON_DATA_QUANTILE = 0.9  # quantile of the samples' nearest distances up to which a latent counts as on the data
COPY_QUANTILE = 0.01  # quantile of the samples' nearest distances below which a latent counts as a copy of a sample
PAIRS = 4000  # of random samples, for the mean distance between two of them
BLOCK = 1 << 24  # distances in memory at once, 64 MB
FULL_MIXING = 0.5  # of two samples in equal parts: from there on a blend is no longer mostly one sample


class LatentNeighbours:
    """Distances in latent space to the samples' latents (M, d)."""

    def __init__(self, latents: Floats) -> None:
        self.latents = latents
        self.squared_norms = np.einsum("md,md->m", latents, latents)

    def distance(self, z: Floats) -> float:
        """Return the distance from one latent (d,) to the nearest sample."""
        squared = self.squared_norms - 2 * (self.latents @ z)
        return float(np.sqrt(max(float(squared.min()) + float(z @ z), 0.0)))

    def compute_squared_distances(self, z: Floats) -> Floats:
        """Return the squared distances (N, M) from latents (N, d) to all samples; rounding may make them negative."""
        found: Floats = self.squared_norms[None, :] - 2 * (z @ self.latents.T) + np.einsum("nd,nd->n", z, z)[:, None]
        return found

    def find_nearest(self, z: Floats, count: int) -> tuple[NDArray[np.intp], Floats]:
        """Return the samples nearest to one latent (d,), nearest first, and their distances; at most (count,) each."""
        squared = self.squared_norms - 2 * (self.latents @ z)
        count = min(count, len(squared))
        some = np.argpartition(squared, count - 1)[:count]
        away = np.linalg.norm(self.latents[some] - z, axis=1)
        order = np.argsort(away, kind="stable")
        return some[order], away[order].astype(np.float32)

    @cached_property
    def sample_spacing(self) -> float:
        """The median distance between a sample and its nearest neighbour."""
        return max(float(np.median(self._nearest_distances)), 1e-9)

    @cached_property
    def off_data_threshold(self) -> float:
        """The distance to the nearest sample, in units of `sample_spacing`, from which a latent counts as off the data:
        nine in ten samples are nearer to another one."""
        return self._compute_spacing_quantile(ON_DATA_QUANTILE, 1.0)

    @cached_property
    def copy_threshold(self) -> float:
        """The distance to the nearest sample, in units of `sample_spacing`, below which a latent counts as a copy: one
        sample in a hundred is as near to another one."""
        return self._compute_spacing_quantile(COPY_QUANTILE, 0.0)

    def _compute_spacing_quantile(self, quantile: float, of_single_sample: float) -> float:
        if not np.isfinite(self.sample_spacing):
            return of_single_sample
        return float(np.quantile(self._nearest_distances, quantile)) / self.sample_spacing

    @cached_property
    def _nearest_distances(self) -> Floats:
        """The distances from up to about `SAMPLE_SIZE` samples to their nearest neighbours."""
        some = np.arange(0, len(self.latents), max(1, len(self.latents) // SAMPLE_SIZE))
        squared = self.compute_squared_distances(self.latents[some])
        squared[np.arange(len(some)), some] = np.inf
        gaps: Floats = np.sqrt(np.maximum(squared.min(axis=1), 0))
        return gaps

    @cached_property
    def neighbour_graph(self) -> "NeighbourGraph":
        """The nearest-neighbour graph; half a second for ten thousand samples, 15 for seventy thousand."""
        from latent_explorer.atlas.geodesic import NeighbourGraph

        return NeighbourGraph(self.latents)

    def plausibility(self, distances: Floats) -> Floats:
        """Return the plausibility, 1 to 0, that a latent at such a distance from the nearest sample is one of the data:
        the share of the samples that are as far from their nearest neighbour, or farther.

        A typical sample has 0.5, a latent at a sample 1, and one off the data (`off_data_threshold`) less than 0.1. It
        is the p-value of a conformal novelty test with the nearest-neighbour distance (Laxhammar and Falkman 2010).
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
        found: NDArray[np.float64] = self.latents.var(axis=0, dtype=np.float64)
        return found

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """The mean (d,) of the samples."""
        found: NDArray[np.float64] = self.latents.mean(axis=0, dtype=np.float64)
        return found

    @cached_property
    def nearest_samples(self) -> NDArray[np.intp]:
        """The index of each sample's nearest neighbour (M,), or of the sample itself if it is the only one. Computed in
        blocks of bounded memory; minutes for hundreds of thousands of samples, about a second for ten thousand."""
        count = len(self.latents)
        found = np.zeros(count, np.intp)
        if count < 2:
            return found
        step = max(1, BLOCK // count)
        for begin in range(0, count, step):
            own = np.arange(begin, min(begin + step, count))
            away = self.latents[own] @ self.latents.T
            away *= -2
            away += self.squared_norms
            away[np.arange(len(own)), own] = np.inf
            found[own] = away.argmin(axis=1)
        return found

    def agreement(self, dots: NDArray[np.intp], weights: Floats) -> float:
        """Return the agreement, 1 to 0, of the samples (k,) that a latent is blended from by `weights` that sum to 1.

        Their disagreement is the mean distance between two different ones of them, drawn by weight. The distance of
        their mean from each of them would not do: the mean of k random samples lies 0.7 times nearer to them than they
        lie to each other, which would look like agreement. If the latent is mostly one sample there is little to
        disagree about, so the disagreement counts in proportion to the mixing, the chance that two draws differ, up to
        a half (two samples in equal parts).

        1 means that they are as near to each other as nearest samples are (`sample_spacing`), or all the same; 0 that
        they are as far apart as samples drawn at random (`mean_pair_distance`). In between it is linear.
        """
        used = weights > 0
        dots, w = dots[used], weights[used].astype(np.float64)
        if len(dots) < 2:
            return 1.0
        z = self.latents[dots].astype(np.float64)
        z -= z.mean(axis=0)
        squares = np.einsum("kd,kd->k", z, z)
        apart = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * (z @ z.T), 0))
        np.fill_diagonal(apart, 0)
        mixed = 1 - float(w @ w)
        disagreement = float(w @ apart @ w) / max(mixed, FULL_MIXING)
        room = self.mean_pair_distance - self.sample_spacing
        if room <= 1e-9 * self.sample_spacing:  # all samples are equally far apart: one sample, or nothing is known
            return 1.0 if disagreement <= self.sample_spacing else 0.0
        return float(np.clip((self.mean_pair_distance - disagreement) / room, 0, 1))
