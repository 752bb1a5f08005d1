"""How two groups of latents separate along the direction from the mean of one to that of the other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

MIN_TEST_SAMPLES = 8
"""Smallest number of samples in a group for a meaningful separation."""


def project_held_out(
    latents: Floats, a: NDArray[np.intp], b: NDArray[np.intp]
) -> tuple[tuple[Floats, Floats], ...] | None:
    """Return where samples `a` and `b` lie along the direction from B to A, as in `project`, for each half of them
    along the direction of the other half: in many dimensions a direction separates its own samples, whatever they are.
    None below `MIN_TEST_SAMPLES` samples."""
    if min(len(a), len(b)) < MIN_TEST_SAMPLES:
        return None
    every = np.union1d(a, b)  # a sample in both groups is in the same half of each
    first = (np.random.default_rng(0).permutation(len(every)) % 2).astype(bool)
    of_a, of_b = (first[np.searchsorted(every, one)] for one in (a, b))
    own, other = (a[of_a], b[of_b]), (a[~of_a], b[~of_b])
    if not all(map(len, (*own, *other))):
        return None
    return project(latents, own, other), project(latents, other, own)


def project(
    latents: Floats, source: tuple[NDArray[np.intp], NDArray[np.intp]], dots: tuple[NDArray[np.intp], ...]
) -> tuple[Floats, Floats]:
    """Return where `dots` of A and of B lie along the direction from B to A of `source`: 0 level with the mean of B, 1
    with that of A."""
    end, start = (compute_mean(latents[one]) for one in source)
    squared = float((end - start) @ (end - start))
    along = [((latents[one] - start) @ (end - start) / (squared or 1.0)).astype(np.float32) for one in dots]
    return along[0], along[1]


def compute_auc(halves: Sequence[tuple[Floats, Floats]]) -> float:
    """Compute the area under the ROC curve: the mean over pairs of positions of A (n,) and of B (m,)."""
    aucs = []
    for above, below in halves:
        # Mann and Whitney: equal values count half. Not by scipy.stats, whose import holds the window up for long
        ranked = np.sort(below)
        wins = np.searchsorted(ranked, above, "left") + np.searchsorted(ranked, above, "right")
        aucs.append(wins.sum() / (2 * len(above) * len(below)))
    return float(np.mean(aucs))


def compute_mean(latents: Floats) -> Floats:
    """Compute the mean, summed in double precision: that of a large class must not depend on the order."""
    mean: Floats = latents.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean
