"""Whether new pictures look like the data, and whether they are copies of it: what the model itself says of them.

How far a new code lies from the samples' would be no answer. A variational model hardly listens to some dimensions of
its code, and along these a draw from the prior is far from every sample, whatever its picture. So the picture is
judged: encoded again, its code is compared with the codes of the samples' pictures that came the same way.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint.checkpoint import Checkpoint

SAMPLED = 300  # samples that are decoded and encoded, for what is usual
USUAL = 0.99  # share of them that change no more than what is usual
LEEWAY = 1.5  # times what is usual, for a new picture that still counts as coming back
CANDIDATES = 8  # samples whose pictures are compared with a new one

_USUAL: WeakKeyDictionary[LatentNeighbours, float] = WeakKeyDictionary()
_CLASSES: WeakKeyDictionary[LatentNeighbours, dict[int, tuple[NDArray[np.intp], LatentNeighbours]]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, eq=False)
class Judged:
    """New pictures (N): each with the sample nearest to it."""

    codes: Floats
    """(N, d) Read from the pictures by the encoder."""
    nearest: NDArray[np.intp]
    """(N,) dots."""
    gaps: Floats
    """(N,) Distance to that sample in latent space, in median distances between neighbouring samples."""
    edge: Floats
    """(N,) Gaps within which nine in ten samples have another one."""
    near: NDArray[np.bool_]
    """(N,) Not farther from it than nine in ten samples are from another one."""
    back: NDArray[np.bool_]
    """(N,) Encoded and decoded again it changes little more than nearly all samples' pictures do."""
    copies: NDArray[np.bool_]
    """(N,) Nearer to the sample than nearly all samples are to another one."""
    variety: float
    """Mean distance between two of them, in shares of that between two random samples."""

    @property
    def like(self) -> NDArray[np.bool_]:
        """(N,) Whether it looks like the data."""
        return self.near & self.back


def judge(checkpoint: Checkpoint, images: Floats, labels: NDArray[np.intp] | None = None) -> Judged:
    """Decoded pictures (N, C, H, W), of classes (N,) where the model is told them: these are compared with samples of
    their own class, since a code then says only what its class does not."""
    again = checkpoint.encode(images, labels)
    back = changes(checkpoint, images, again, labels) <= LEEWAY * usual(checkpoint)
    nearest, gaps = np.zeros(len(again), np.intp), np.zeros(len(again), np.float32)
    edge, twin = gaps.copy(), gaps.copy()
    for label in [None] if labels is None else np.unique(labels).tolist():
        rows = np.arange(len(again)) if labels is None else np.flatnonzero(labels == label)
        dots, data = _samples(checkpoint, label)
        found, away = _nearest(checkpoint, again[rows], dots, data)
        nearest[rows], gaps[rows], edge[rows], twin[rows] = found, away / data.gap, data.edge, data.twin
    spread = checkpoint.neighbours.spread
    variety = _apart(again) / spread if spread > 0 else 0.0
    return Judged(again, nearest, gaps, edge, gaps <= edge, back, gaps <= twin, variety)


def _samples(checkpoint: Checkpoint, label: int | None) -> tuple[NDArray[np.intp], LatentNeighbours]:
    """The dots of a class, or all of them where that has too few, and their codes."""
    if label is None:
        return np.arange(len(checkpoint.latents)), checkpoint.neighbours
    classes = _CLASSES.setdefault(checkpoint.neighbours, {})
    if label not in classes:
        dots = np.flatnonzero(checkpoint.labels == label)
        enough = len(dots) >= CANDIDATES
        classes[label] = (dots, LatentNeighbours(checkpoint.latents[dots])) if enough else _samples(checkpoint, None)
    return classes[label]


def _nearest(
    checkpoint: Checkpoint, codes: Floats, dots: NDArray[np.intp], data: LatentNeighbours
) -> tuple[NDArray[np.intp], Floats]:
    """Which of the dots is nearest to each of the codes (N, d), when it is decoded and encoded again, and how near."""
    squared = data.squares - 2 * codes @ data.latents.T  # (N, M), up to |code|^2
    some = dots[np.argpartition(squared, min(CANDIDATES, squared.shape[1]) - 1, axis=1)[:, :CANDIDATES]]
    away = np.linalg.norm(codes[:, None] - _returned(checkpoint, some), axis=2)  # (N, k)
    best = away.argmin(axis=1)
    rows = np.arange(len(codes))
    return some[rows, best], away[rows, best]


def changes(checkpoint: Checkpoint, images: Floats, codes: Floats, labels: NDArray[np.intp] | None = None) -> Floats:
    """(N,): squared error of what is decoded of the pictures' codes, in shares of the pictures' own squares."""
    error = np.square(checkpoint.decode(codes, labels) - images).sum(axis=(1, 2, 3))
    found: Floats = error / np.maximum(np.square(images).sum(axis=(1, 2, 3)), 1e-9)
    return found


def usual(checkpoint: Checkpoint) -> float:
    """The change that nearly all samples' pictures stay below."""
    found = _USUAL.get(checkpoint.neighbours)
    if found is None:
        some = np.unique(np.linspace(0, len(checkpoint.latents) - 1, SAMPLED).astype(np.intp))
        labels = checkpoint.labels[some] if checkpoint.conditional else None
        images = checkpoint.decode(checkpoint.latents[some], labels)
        change = changes(checkpoint, images, checkpoint.encode(images, labels), labels)
        found = _USUAL[checkpoint.neighbours] = float(np.quantile(change, USUAL))
    return found


def _apart(codes: Floats) -> float:
    """Mean distance between two of the codes (N, d)."""
    from scipy.spatial.distance import pdist

    return float(pdist(codes).mean()) if len(codes) > 1 else 0.0


def _returned(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    """Samples (N, k) decoded and encoded again: (N, k, d)."""
    each, place = np.unique(dots, return_inverse=True)
    labels = checkpoint.labels[each] if checkpoint.conditional else None
    codes: Floats = checkpoint.encode(checkpoint.decode(checkpoint.latents[each], labels), labels)
    return codes[place.reshape(dots.shape)]
