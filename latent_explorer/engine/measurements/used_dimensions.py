"""The dimensions of a latent that the decoder uses, and distances along these alone: a code may go far along the
others, and its picture stays the same. Distances are in sample gaps, the median from a sample to its nearest."""

import time
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.cache import remember
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.errors import InputError

MAX_PROBES, MAX_VALUES = 8, 3_000_000
"""Largest number of samples at which each dimension is tried, and of pixel values that are decoded at once. More than
one sample is tried only as far as their pictures together are no more."""
REACH = 3.0
"""How far a dimension is moved, up and down: in its own standard deviations, or in those of a typical one if larger."""
PATIENCE = 3.0
"""Seconds that the pictures of a model from elsewhere may take; of a slow one fewer samples are tried, or none."""
MIN_CHANGE = 0.5 / 255
"""Mean change of a pixel below which nothing is seen: it is lost in rounding."""


@dataclass(frozen=True, eq=False)
class UsedDimensions:
    mask: NDArray[np.bool_]
    """(d,): True for the dimensions that change a picture."""
    neighbours: LatentNeighbours
    """The samples' latents without the other dimensions."""

    def measure_gaps(self, difference: Floats) -> Floats:
        """Return the lengths (N,) of differences (N, d) of latents."""
        lengths: Floats = np.linalg.norm(difference[:, self.mask], axis=1) / np.float32(self.neighbours.sample_spacing)
        return lengths

    def measure_distance(self, z: Floats) -> float:
        """Return the distance from one latent (d,) to the nearest sample."""
        return self.neighbours.measure_distance(z[self.mask]) / self.neighbours.sample_spacing

    def measure_distances(self, z: Floats) -> Floats:
        """Return the distances (N,) from latents (N, d) to their nearest samples."""
        squares = self.neighbours.compute_squared_distances(z[:, self.mask]).min(axis=1)
        distances: Floats = np.sqrt(np.maximum(squares, 0)) / np.float32(self.neighbours.sample_spacing)
        return distances


def get_used_dimensions(checkpoint: Checkpoint) -> UsedDimensions:
    """Return the dimensions that the decoder uses; found at the first call for a model, in some hundred pictures."""
    known = _get_known(checkpoint.neighbours)
    if not known:
        try:
            mask = find_used_dimensions(checkpoint)
        except InputError:  # somebody's decoder fails off its data, which is said where a picture is wanted there
            mask = np.ones(checkpoint.neighbours.latents.shape[1], np.bool_)
        whole = mask.all()
        neighbours = checkpoint.neighbours if whole else LatentNeighbours(checkpoint.neighbours.latents[:, mask])
        known.append(UsedDimensions(mask, neighbours))
    return known[0]


@remember(32)
def _get_known(neighbours: LatentNeighbours) -> list[UsedDimensions]:
    return []


def find_used_dimensions(checkpoint: Checkpoint) -> NDArray[np.bool_]:
    """Return a mask (d,) of the dimensions that change the picture of at least one sample visibly as they are moved; of
    all dimensions if none does, or if a model from elsewhere would take too long to tell."""
    latents, deviations = checkpoint.neighbours.latents, np.sqrt(checkpoint.neighbours.variance)
    count, size = latents.shape
    if not checkpoint.can_decode:
        return np.ones(size, np.bool_)
    probes = int(np.clip(MAX_VALUES // (2 * size * prod(checkpoint.image_shape)), 1, min(MAX_PROBES, count)))
    if checkpoint.is_foreign:
        probes = min(probes, int(PATIENCE / ((2 * size + 1) * _time_picture(checkpoint))))
        if not probes:
            return np.ones(size, np.bool_)
    piece = max(1, MAX_VALUES // prod(checkpoint.image_shape))
    reach = REACH * np.maximum(deviations, np.sqrt(np.mean(np.square(deviations))))
    steps = np.diag(reach).astype(np.float32)
    change = np.zeros(size, np.float32)
    for dot in np.linspace(0, count - 1, probes).astype(np.intp):
        codes = latents[dot] + np.concatenate([np.zeros((1, size), np.float32), steps, -steps])
        labels = conditioning.get_labels(checkpoint, np.repeat(dot, len(codes)))
        unmoved, pieces = None, list[Floats]()
        for at in range(0, len(codes), piece):
            part = slice(at, at + piece)
            pictures = np.nan_to_num(checkpoint.decode(codes[part], None if labels is None else labels[part]))
            pictures = pictures.reshape(len(pictures), -1)
            unmoved = pictures[0] if unmoved is None else unmoved
            pieces.append(np.abs(pictures - unmoved).mean(axis=1))
        moved = np.concatenate(pieces)[1:]
        change = np.maximum(change, moved.reshape(2, size).max(axis=0))
    mask: NDArray[np.bool_] = change >= MIN_CHANGE
    return mask if mask.any() else ~mask


def _time_picture(checkpoint: Checkpoint) -> float:
    """Return the seconds that a picture takes, once the decoder is loaded."""
    for _ in range(2):
        start = time.perf_counter()
        checkpoint.decode(checkpoint.neighbours.latents[:1], conditioning.get_labels(checkpoint, [0]))
    return max(time.perf_counter() - start, 1e-6)
