"""Queries of the Compare lab: reconstruction error, KL divergence and cycle error of a picture, and the distance to the
data of the path from one sample to another."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.base_queries import Interpolation
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Subject


@dataclass(frozen=True)
class ReconstructionMetricsValue:
    subject: Subject
    error: float | None
    """Mean squared error a pixel between the picture and its reconstruction; None if the picture is not available."""
    kl: float | None
    """KL divergence of its posterior from the prior, in nats; None for a non-variational model."""
    cycle_error: float
    """Distance of its latent to that latent decoded and encoded again, in sample gaps."""
    note: str
    """Description of the stand-in for the picture; empty if the picture is available."""


@dataclass(frozen=True)
class ReconstructionMetrics(Query[ReconstructionMetricsValue]):
    """Reconstruction error, KL divergence and cycle error of one picture."""

    in_frame: ClassVar[bool] = False  # up to four models at once
    min_interval: ClassVar[float] = 0.1
    subject: Subject

    def answer(self, context: QueryContext) -> ReconstructionMetricsValue:
        checkpoint, subject = context.checkpoint(self.model), self.subject
        image, note = context.image_of(self.model, subject)
        x = image[None]
        labels = None
        if isinstance(subject, Dot):
            labels = checkpoint.labels[[subject.dot]] if checkpoint.conditional else None
        # for a sample the map's latent counts, even if its image is not available
        z = checkpoint.latents[[subject.dot]] if isinstance(subject, Dot) else checkpoint.encode(x, labels)
        again = checkpoint.decode(z, labels)
        error = None if note else float(np.mean(np.square(again - x, dtype=np.float64)))
        back = checkpoint.encode(np.clip(again, 0, 1), labels)
        cycle = float(np.linalg.norm(back - z)) / checkpoint.neighbours.sample_spacing
        return ReconstructionMetricsValue(subject, error, kl_divergence(checkpoint, x, labels), cycle, note)


@dataclass(frozen=True)
class ComparisonStrip(Interpolation):
    """The film strip from one dot to another. Never computed within the frame: up to four models need one at once."""

    in_frame: ClassVar[bool] = False
    min_interval: ClassVar[float] = 0.05


@dataclass(frozen=True, eq=False)
class PathDistanceValue:
    distances: NDArray[np.float32]
    """(steps,): distance of each step to the nearest sample, in sample gaps; 0 at both ends, which are samples."""

    @property
    def mean(self) -> float:
        """Mean over the steps between the ends."""
        return float(self.distances[1:-1].mean()) if len(self.distances) > 2 else 0.0

    @property
    def largest(self) -> float:
        """Largest distance, where the path is least plausible."""
        return float(self.distances.max(initial=0.0))


@dataclass(frozen=True)
class PathDistance(Query[PathDistanceValue]):
    """Distance to the data of the straight line in latent space from one dot to another."""

    in_frame: ClassVar[bool] = False
    min_interval: ClassVar[float] = 0.1
    start: int
    end: int
    steps: int

    def answer(self, context: QueryContext) -> PathDistanceValue:
        checkpoint = context.checkpoint(self.model)
        share = np.linspace(0, 1, self.steps, dtype=np.float32)[:, None]
        line = (1 - share) * checkpoint.latents[self.start] + share * checkpoint.latents[self.end]
        known = checkpoint.neighbours
        return PathDistanceValue(np.array([known.distance(z) / known.sample_spacing for z in line], np.float32))


def kl_divergence(checkpoint: Checkpoint, x: Floats, labels: NDArray[np.int64] | None = None) -> float | None:
    """Return KL(N(mean, sigma^2) || N(0, I)) of a picture (1, C, H, W) in nats (Kingma & Welling 2013, appendix B)."""
    if not checkpoint.variational:
        return None
    mean, sigma = (one.astype(np.float64) for one in checkpoint.posterior(x, labels))
    return float(0.5 * np.sum(np.square(mean) + np.square(sigma) - 1 - 2 * np.log(sigma)))
