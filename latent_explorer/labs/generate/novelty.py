"""Scores of new pictures: whether they look like the data, and whether they are copies of samples.

The first is asked of the judge of the data set, which knows nothing of the model. For the second the picture is encoded
again, and its latent is compared with those of the samples' pictures, decoded and encoded the same way: a variational
decoder hardly uses some latent dimensions, along which a draw from the prior is far from every sample.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.labs.generate import reference_samples


@dataclass(frozen=True, eq=False, kw_only=True)
class NoveltyScores:
    """Scores of N new pictures, each with its nearest sample."""

    latents: Floats
    """(N, d) latents of the pictures by the encoder."""
    nearest_dots: NDArray[np.intp]
    """(N,) nearest dots."""
    distances: Floats
    """(N,) distance to that sample in latent space, in median distances between neighbouring samples."""
    plausibility: Floats | None
    """(N,) 0 to 1 (`Judge.compute_plausibility`); None if there is no judge."""
    is_far: NDArray[np.bool_]
    """(N,) True if it is farther from the sample than 95 of 100 samples are from their neighbours."""
    is_copy: NDArray[np.bool_]
    """(N,) True if it is nearer to the sample than nearly all samples of that one's class are to others: ones are more
    alike than eights."""
    variety: float
    """Mean distance between two of them, as a share of that between two random samples."""

    @property
    def is_realistic(self) -> NDArray[np.bool_] | None:
        """(N,) True if it looks like the data; None if there is no judge."""
        return None if self.plausibility is None else self.plausibility >= USUAL_SHARE


def score_novelty(checkpoint: Checkpoint, images: Floats, labels: NDArray[np.intp] | None = None) -> NoveltyScores:
    """Score decoded pictures (N, C, H, W). With `labels` (N,) of a conditional model they are compared with samples of
    their own class, since the latent then holds only what the label does not."""
    again = checkpoint.encode(images, labels)
    nearest, gaps = np.zeros(len(again), np.intp), np.zeros(len(again), np.float32)
    is_copy, is_far = np.zeros((2, len(again)), np.bool_)
    for label in [None] if labels is None else np.unique(labels).tolist():
        rows = np.arange(len(again)) if labels is None else np.flatnonzero(labels == label)
        dots, data = reference_samples.get_class(checkpoint, label)
        near, away = reference_samples.find_nearest(checkpoint, again[rows], dots, data)
        nearest[rows], gaps[rows] = near, away / data.sample_spacing
        is_far[rows] = gaps[rows] > data.far_threshold
        for own in np.unique(checkpoint.labels[near]).tolist():
            alike = checkpoint.labels[near] == own
            is_copy[rows[alike]] = reference_samples.find_copies(checkpoint, away[alike], own if own >= 0 else None)
    spread = checkpoint.neighbours.mean_pair_distance
    variety = _compute_mean_distance(again) / spread if spread > 0 else 0.0
    plausibility = None if checkpoint.judge is None else checkpoint.judge.compute_plausibility(images)
    return NoveltyScores(
        latents=again, nearest_dots=nearest, distances=gaps, plausibility=plausibility, is_far=is_far,
        is_copy=is_copy, variety=variety,
    )  # fmt: skip


def _compute_mean_distance(latents: Floats) -> float:
    """Compute the mean distance between two of `latents` (N, d)."""
    from scipy.spatial.distance import pdist

    return float(pdist(latents).mean()) if len(latents) > 1 else 0.0
