"""Distances between latents, exact: which samples are near a latent, how near samples are to each other, and whether
those that a picture leans on agree."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

if TYPE_CHECKING:
    from latent_explorer.atlas.geodesic import NeighbourGraph

SAMPLED = 500  # samples looked at for a typical distance
ON_DATA = 0.9  # share of the samples that are as near to another one as what counts as on the data
TWINS = 0.01  # share of the samples that are as near to another one as what counts as a copy of one
PAIRS = 4000  # of random samples, for the distance between two of them
BLOCK = 1 << 24  # distances held at once, 64 MB of them
WHOLE_BLEND = 0.5  # two samples by half and half: from there on a blend is no longer mostly one sample


class LatentNeighbours:
    """Distances to the data (M, d) in latent space."""

    def __init__(self, latents: Floats) -> None:
        self.latents = latents
        self.squares = np.einsum("md,md->m", latents, latents)

    def distance(self, z: Floats) -> float:
        """From one latent (d,) to the nearest of the data."""
        squared = self.squares - 2 * (self.latents @ z)
        return float(np.sqrt(max(float(squared.min()) + float(z @ z), 0.0)))

    def nearest(self, z: Floats, count: int) -> tuple[NDArray[np.intp], Floats]:
        """The samples nearest to one latent (d,), the nearest first, and their distances; at most (count,) each."""
        squared = self.squares - 2 * (self.latents @ z)
        count = min(count, len(squared))
        some = np.argpartition(squared, count - 1)[:count]
        away = np.linalg.norm(self.latents[some] - z, axis=1)
        order = np.argsort(away, kind="stable")
        return some[order], away[order].astype(np.float32)

    @cached_property
    def gap(self) -> float:
        """Median distance between a sample and its nearest neighbour."""
        return max(float(np.median(self._gaps)), 1e-9)

    @cached_property
    def edge(self) -> float:
        """Sample gaps from which a latent counts as off the data: nine in ten samples are nearer to another one."""
        if not np.isfinite(self.gap):  # a single sample
            return 1.0
        return float(np.quantile(self._gaps, ON_DATA)) / self.gap

    @cached_property
    def twin(self) -> float:
        """Sample gaps below which a latent counts as a copy of a sample: one in a hundred is as near to another one."""
        if not np.isfinite(self.gap):
            return 0.0
        return float(np.quantile(self._gaps, TWINS)) / self.gap

    @cached_property
    def _gaps(self) -> Floats:
        """From some samples to their nearest neighbours."""
        some = np.arange(0, len(self.latents), max(1, len(self.latents) // SAMPLED))
        squared = self.squares[None, :] - 2 * (self.latents[some] @ self.latents.T) + self.squares[some, None]
        squared[np.arange(len(some)), some] = np.inf
        gaps: Floats = np.sqrt(np.maximum(squared.min(axis=1), 0))
        return gaps

    @cached_property
    def graph(self) -> "NeighbourGraph":
        """The ways from sample to sample; half a second for ten thousand of them, 15 for seventy."""
        from latent_explorer.atlas.geodesic import NeighbourGraph

        return NeighbourGraph(self.latents)

    def plausibility(self, distances: Floats) -> Floats:
        """How plausible it is that a latent so far from the data is one of them, 1 to 0: the share of the samples
        that are as far from the one next to them, or farther.

        A typical sample has 0.5, what lies on a sample 1, and what is off the data (`edge`) less than 0.1. It is the
        p-value of a conformal test for novelty with the nearest neighbour as its measure (Laxhammar and Falkman 2010).
        """
        gaps = np.sort(self._gaps)
        shares: Floats = (1 - np.searchsorted(gaps, distances, side="left") / len(gaps)).astype(np.float32)
        return shares

    @cached_property
    def spread(self) -> float:
        """Mean distance between two samples drawn at random."""
        one, other = np.random.default_rng(0).integers(0, len(self.latents), (2, PAIRS))
        apart = np.linalg.norm(self.latents[one] - self.latents[other], axis=1)[one != other]
        return float(apart.mean()) if len(apart) else 0.0

    @cached_property
    def variance(self) -> NDArray[np.float64]:
        """(d,): of the samples along each dimension."""
        found: NDArray[np.float64] = self.latents.var(axis=0, dtype=np.float64)
        return found

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """(d,): of the samples."""
        found: NDArray[np.float64] = self.latents.mean(axis=0, dtype=np.float64)
        return found

    @cached_property
    def links(self) -> NDArray[np.intp]:
        """(M,): each sample's nearest neighbour; its own number where there is no other. Block by block, so that
        memory stays bounded; minutes of arithmetic for hundreds of thousands, about a second for ten."""
        count = len(self.latents)
        found = np.zeros(count, np.intp)
        if count < 2:
            return found
        step = max(1, BLOCK // count)
        for begin in range(0, count, step):
            own = np.arange(begin, min(begin + step, count))
            away = self.latents[own] @ self.latents.T
            away *= -2
            away += self.squares
            away[np.arange(len(own)), own] = np.inf
            found[own] = away.argmin(axis=1)
        return found

    def agreement(self, dots: NDArray[np.intp], weights: Floats) -> float:
        """How far the samples (k,) that a latent is put together of, by `weights` that sum to 1, agree: 1 to 0.

        Their disagreement is the mean distance between two different ones of them, drawn by weight. That asks whether
        they say the same, not how far their mean is from each: the mean of k random samples lies 0.7 times nearer to
        them than they lie to each other, which would look like agreement. As far as the latent is mostly one sample
        there is little to disagree about, so the disagreement counts in proportion to how much is mixed, the chance
        that two draws differ, up to a half (two samples by half and half).

        1 means that they are as near to each other as nearest samples are (`gap`), or all one; 0 that they are as far
        apart as samples drawn at random (`spread`). In between it is linear.
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
        disagreement = float(w @ apart @ w) / max(mixed, WHOLE_BLEND)
        room = self.spread - self.gap
        if room <= 1e-9 * self.gap:  # all samples alike far apart: either they are one, or nothing is known
            return 1.0 if disagreement <= self.gap else 0.0
        return float(np.clip((self.spread - disagreement) / room, 0, 1))
