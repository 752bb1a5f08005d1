"""Scores of new pictures: whether they look like the data, and whether they are copies of samples.

The first is asked of the judge of the data set, which knows nothing of the model. For the second the picture is encoded
again, and its latent is compared with those of the samples' pictures, decoded and encoded the same way: a variational
decoder hardly uses some latent dimensions, along which a draw from the prior is far from every sample.
"""

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE

CANDIDATE_COUNT = 8  # nearest samples whose pictures are compared with a new one
COPY_QUANTILE = 0.01  # of the distances of samples to their nearest, below which a picture counts as a copy
COPY_ROWS = 200  # samples of a class whose distances to others say what a copy is


@dataclass(frozen=True, eq=False)
class _ReencodedSamples:
    """Latents of samples, decoded and encoded again, as far as they were asked for."""

    latents: Floats
    """(N, d), as large as the samples' latents once all are known."""
    is_known: NDArray[np.bool_]
    """(N,)."""

    @classmethod
    def make(cls, count: int, size: int) -> "_ReencodedSamples":
        return cls(np.empty((count, size), np.float32), np.zeros(count, np.bool_))


_REENCODED: WeakKeyDictionary[LatentNeighbours, _ReencodedSamples] = WeakKeyDictionary()
_COPY_DISTANCES: WeakKeyDictionary[LatentNeighbours, dict[tuple[int | None, bool], float]] = WeakKeyDictionary()
_CLASS_NEIGHBOURS: WeakKeyDictionary[LatentNeighbours, dict[int, tuple[NDArray[np.intp], LatentNeighbours]]] = (
    WeakKeyDictionary()
)


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
        dots, data = _get_reference_samples(checkpoint, label)
        near, away = _find_nearest(checkpoint, again[rows], dots, data)
        nearest[rows], gaps[rows] = near, away / data.sample_spacing
        is_far[rows] = gaps[rows] > data.far_threshold
        for own in np.unique(checkpoint.labels[near]).tolist():
            alike = checkpoint.labels[near] == own
            is_copy[rows[alike]] = _find_copies(checkpoint, away[alike], own if own >= 0 else None)
    spread = checkpoint.neighbours.mean_pair_distance
    variety = _compute_mean_distance(again) / spread if spread > 0 else 0.0
    plausibility = None if checkpoint.judge is None else checkpoint.judge.compute_plausibility(images)
    return NoveltyScores(
        latents=again, nearest_dots=nearest, distances=gaps, plausibility=plausibility, is_far=is_far,
        is_copy=is_copy, variety=variety,
    )  # fmt: skip


def _get_reference_samples(checkpoint: Checkpoint, label: int | None) -> tuple[NDArray[np.intp], LatentNeighbours]:
    """Return the dots of a class and their latents; all dots if the class has too few."""
    if label is None:
        return np.arange(len(checkpoint.latents)), checkpoint.neighbours
    classes = _CLASS_NEIGHBOURS.setdefault(checkpoint.neighbours, {})
    if label not in classes:
        dots = np.flatnonzero(checkpoint.labels == label)
        enough = len(dots) >= CANDIDATE_COUNT
        if not enough:  # not kept: what is all of the samples would keep itself alive
            return _get_reference_samples(checkpoint, None)
        classes[label] = dots, LatentNeighbours(checkpoint.latents[dots])
    return classes[label]


def _find_copies(checkpoint: Checkpoint, away: Floats, label: int | None) -> NDArray[np.bool_]:
    """Return which distances (N,) to a sample of a class are those of copies. As a rule none is, and a few pairs of the
    class that are nearer show it; all are compared where they do not."""
    if away.min() > _get_copy_distance(checkpoint, label, at_most=True):
        return np.zeros(len(away), np.bool_)
    return away <= _get_copy_distance(checkpoint, label)


def _get_copy_distance(checkpoint: Checkpoint, label: int | None, *, at_most: bool = False) -> float:
    """Return the distance within which one in a hundred samples of a class has another one, both decoded and encoded as
    a new picture is; 0 if there is none to compare with. With `at_most`, a distance that is no smaller: that of the
    samples which are nearest to others before they are decoded."""
    known = _COPY_DISTANCES.setdefault(checkpoint.neighbours, {})
    if (label, at_most) not in known:
        dots, data = _get_reference_samples(checkpoint, label)
        rows = np.arange(0, len(dots), max(1, len(dots) // COPY_ROWS))
        within = math.ceil(COPY_QUANTILE * (len(rows) - 1))  # the place of the quantile, or of the next larger value
        if at_most and len(dots) > 1:
            apart = _measure_squares(data, data.latents[rows], rows).min(axis=1) + data.squared_norms[rows]
            rows = rows[np.argsort(apart)[: 2 * (within + 1)]]
        latents = _reencode_samples(checkpoint, dots[rows, None])[:, 0]
        _, away = _find_nearest(checkpoint, latents, dots, data, but=rows)
        distance = np.sort(away)[within] if at_most else np.quantile(away, COPY_QUANTILE)
        known[label, at_most] = float(distance) if len(dots) > 1 else 0.0
    return known[label, at_most]


def _find_nearest(
    checkpoint: Checkpoint,
    latents: Floats,
    dots: NDArray[np.intp],
    data: LatentNeighbours,
    but: NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.intp], Floats]:
    """Return the nearest of `dots` to each of `latents` (N, d), and its distance, by the dots' latents after decoding
    and encoding; `but` (N,) is left out, an index into `dots` for each."""
    squared = _measure_squares(data, latents, but)
    near = dots[np.argpartition(squared, min(CANDIDATE_COUNT, squared.shape[1]) - 1, axis=1)[:, :CANDIDATE_COUNT]]
    away = np.linalg.norm(latents[:, None] - _reencode_samples(checkpoint, near), axis=2)  # (N, k)
    best = away.argmin(axis=1)
    rows = np.arange(len(latents))
    return near[rows, best], away[rows, best]


def _measure_squares(data: LatentNeighbours, latents: Floats, but: NDArray[np.intp] | None) -> Floats:
    """Return the squared distances (N, M) of `latents` (N, d) to all of `data`, less the squared norm of each of the N;
    infinite to `but` (N,)."""
    squared: Floats = data.squared_norms - 2 * latents @ data.latents.T
    if but is not None:
        squared[np.arange(len(latents)), but] = np.inf
    return squared


def _compute_mean_distance(latents: Floats) -> float:
    """Compute the mean distance between two of `latents` (N, d)."""
    from scipy.spatial.distance import pdist

    return float(pdist(latents).mean()) if len(latents) > 1 else 0.0


def _reencode_samples(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    """Return the latents (N, k, d) of samples (N, k), decoded and encoded again, each once as long as the checkpoint is
    open: the next draws are near the same samples."""
    reencoded = _REENCODED.get(checkpoint.neighbours)
    if reencoded is None:
        reencoded = _REENCODED[checkpoint.neighbours] = _ReencodedSamples.make(*checkpoint.latents.shape)
    new = np.unique(dots)
    new = new[~reencoded.is_known[new]]
    if len(new):
        labels = conditioning.get_labels(checkpoint, new)
        reencoded.latents[new] = checkpoint.encode(checkpoint.decode(checkpoint.latents[new], labels), labels)
        reencoded.is_known[new] = True
    return reencoded.latents[dots]
