"""The samples that new pictures are compared with, decoded and encoded as those are, and how near a copy is to one.

What is computed of them is kept for as long as the checkpoint is open: the next draws are near the same samples.
"""

import math
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint

CANDIDATE_COUNT = 8  # nearest samples whose pictures are compared with a new one
COPY_QUANTILE = 0.01  # of the distances of samples to their nearest, below which a picture counts as a copy
COPY_ROWS = 200  # samples of a class whose distances to others say what a copy is


@dataclass(frozen=True, eq=False)
class _Known:
    """What was computed of the samples of a checkpoint, as far as it was asked for."""

    latents: Floats
    """(N, d) of the samples, decoded and encoded again."""
    is_known: NDArray[np.bool_]
    """(N,) which rows of `latents` are."""
    classes: dict[int, tuple[NDArray[np.intp], LatentNeighbours]] = field(default_factory=dict)
    copy_distances: dict[int | None, float] = field(default_factory=dict)
    copy_bounds: dict[int | None, float] = field(default_factory=dict)
    """By label; None for all samples."""


_KNOWN: WeakKeyDictionary[LatentNeighbours, _Known] = WeakKeyDictionary()


def get_class(checkpoint: Checkpoint, label: int | None) -> tuple[NDArray[np.intp], LatentNeighbours]:
    """Return the dots of a class and their latents; all dots if the class has too few."""
    if label is None:
        return np.arange(len(checkpoint.latents)), checkpoint.neighbours
    classes = _get_known(checkpoint).classes
    if label not in classes:
        dots = np.flatnonzero(checkpoint.labels == label)
        if len(dots) < CANDIDATE_COUNT:  # not kept: the neighbours of all samples would keep themselves alive
            return get_class(checkpoint, None)
        classes[label] = dots, LatentNeighbours(checkpoint.latents[dots])
    return classes[label]


def find_copies(checkpoint: Checkpoint, away: Floats, label: int | None) -> NDArray[np.bool_]:
    """Return which distances (N,) to a sample of a class are those of copies. As a rule none is, and a few pairs of the
    class that are nearer show it; all are compared where they do not."""
    if away.min() > get_copy_bound(checkpoint, label):
        return np.zeros(len(away), np.bool_)
    return away <= get_copy_distance(checkpoint, label)


def get_copy_distance(checkpoint: Checkpoint, label: int | None) -> float:
    """Return the distance within which one in a hundred samples of a class has another one; 0 if there is no other."""
    known = _get_known(checkpoint).copy_distances
    if label not in known:
        dots, data = get_class(checkpoint, label)
        rows = _choose_rows(len(dots))
        is_alone = len(dots) < 2
        known[label] = (
            0.0 if is_alone else float(np.quantile(_measure_gaps(checkpoint, dots, data, rows), COPY_QUANTILE))
        )
    return known[label]


def get_copy_bound(checkpoint: Checkpoint, label: int | None) -> float:
    """Return a distance that is no smaller than `get_copy_distance`, from the samples alone that are nearest to others
    before they are decoded: the k-th smallest distance of some is no smaller than that of all."""
    known = _get_known(checkpoint).copy_bounds
    if label not in known:
        dots, data = get_class(checkpoint, label)
        rows = _choose_rows(len(dots))
        place = math.ceil(COPY_QUANTILE * (len(rows) - 1))  # of the quantile in order, or of the next larger distance
        apart = _measure_squares(data, data.latents[rows], rows).min(axis=1) + data.squared_norms[rows]
        nearest = rows[np.argsort(apart)[: 2 * (place + 1)]]
        is_alone = len(dots) < 2
        known[label] = 0.0 if is_alone else float(np.sort(_measure_gaps(checkpoint, dots, data, nearest))[place])
    return known[label]


def find_nearest(
    checkpoint: Checkpoint,
    latents: Floats,
    dots: NDArray[np.intp],
    data: LatentNeighbours,
    but: NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.intp], Floats]:
    """Return the nearest of `dots` to each of `latents` (N, d), and its distance, by the dots' latents after decoding
    and encoding; `but` (N,) is left out, an index into `dots` for each."""
    squared = _measure_squares(data, latents, but)
    count = min(CANDIDATE_COUNT, len(dots) if but is None else len(dots) - 1)
    near = dots[np.argpartition(squared, count - 1, axis=1)[:, :count]]
    away = np.linalg.norm(latents[:, None] - _reencode(checkpoint, near), axis=2)  # (N, count)
    best = away.argmin(axis=1)
    rows = np.arange(len(latents))
    return near[rows, best], away[rows, best]


def _get_known(checkpoint: Checkpoint) -> _Known:
    known = _KNOWN.get(checkpoint.neighbours)
    if known is None:
        count, size = checkpoint.latents.shape
        known = _KNOWN[checkpoint.neighbours] = _Known(np.empty((count, size), np.float32), np.zeros(count, np.bool_))
    return known


def _choose_rows(count: int) -> NDArray[np.intp]:
    """Return the indices of `COPY_ROWS` of the samples of a class or somewhat more, evenly chosen; all of a few."""
    return np.arange(0, count, max(1, count // COPY_ROWS))


def _measure_gaps(
    checkpoint: Checkpoint, dots: NDArray[np.intp], data: LatentNeighbours, rows: NDArray[np.intp]
) -> Floats:
    """Return the distance of each of `dots[rows]` to the nearest other one."""
    latents = _reencode(checkpoint, dots[rows, None])[:, 0]
    return find_nearest(checkpoint, latents, dots, data, but=rows)[1]


def _measure_squares(data: LatentNeighbours, latents: Floats, but: NDArray[np.intp] | None) -> Floats:
    """Return the squared distances (N, M) of `latents` (N, d) to all of `data`, less the squared norm of each of the N;
    infinite to `but` (N,)."""
    squared: Floats = data.squared_norms - 2 * latents @ data.latents.T
    if but is not None:
        squared[np.arange(len(latents)), but] = np.inf
    return squared


def _reencode(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    """Return the latents (N, k, d) of samples (N, k), decoded and encoded again, each but once."""
    known, new = _get_known(checkpoint), np.unique(dots)
    new = new[~known.is_known[new]]
    if len(new):
        labels = conditioning.get_labels(checkpoint, new)
        known.latents[new] = checkpoint.encode(checkpoint.decode(checkpoint.latents[new], labels), labels)
        known.is_known[new] = True
    latents: Floats = known.latents[dots]
    return latents
