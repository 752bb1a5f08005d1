"""The faithfulness of a map: whether neighbours on it are neighbours in latent space, and vice versa.

Trustworthiness and continuity (Venna and Kaski 2001, ICANN), and the accuracy of a k-nearest-neighbour classifier on
the map. Measured on a seeded sample of dots against all dots, with exact ranks: memory holds a few rows of distances,
however many dots there are.
"""

from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

NEIGHBOURS = 10
SAMPLE_SIZE = 1000
BLOCK_ROWS = 16  # dots at once: a short step, between which the mouse is answered


@dataclass(frozen=True)
class MapQuality:
    """Measures of a map, each from 0 to 1; None if undefined: too few dots, or no classes."""

    trustworthiness: float | None
    """1: all neighbours on the map are neighbours in latent space."""
    continuity: float | None
    """1: all neighbours in latent space are neighbours on the map."""
    accuracy: float | None
    """The accuracy of predicting a dot's class from its 10 neighbours on the map."""

    def to_list(self) -> list[float | None]:
        """Return the measures as `restore` takes them."""
        return list(astuple(self))

    @classmethod
    def restore(cls, stored: Any) -> "MapQuality":
        """Return the quality that `to_list` stored; raise `ValueError` for invalid values."""
        values = list(stored)
        if len(values) != 3 or not all(v is None or (type(v) is float and 0 <= v <= 1) for v in values):
            raise ValueError(f"the quality {stored!r} of a map")
        return cls(*values)


def measure(
    latents: Floats, xy: Floats, labels: NDArray[np.int64] | None = None, *, neighbours: int = NEIGHBOURS,
    sample: int = SAMPLE_SIZE,
) -> MapQuality:  # fmt: skip
    """Measure the quality of a map (M, 2) of latents (M, d); `labels` (M,) with -1 for no label.

    Trustworthiness is 1 - 2 / (S k (2 M - 3 k - 1)) * sum of (rank - k) over those of the k neighbours on the map
    that are not neighbours in latent space, S the number of sampled dots; continuity is the same with map and latent
    space exchanged.
    """
    m = len(xy)
    sampled = np.sort(np.random.default_rng(0).permutation(m)[:sample])
    k = min(neighbours, (m - 1) // 2)  # the measure is not defined for more neighbours
    intruders = losses = 0.0
    for rows in np.split(sampled, range(BLOCK_ROWS, len(sampled), BLOCK_ROWS)) if k > 0 else ():
        far, on_map = compute_squared_distances(latents, rows), compute_squared_distances(xy, rows)
        intruders += _sum_excess_ranks(far, _find_nearest(on_map, k), k)
        losses += _sum_excess_ranks(on_map, _find_nearest(far, k), k)
    scale = 2 / (max(1, len(sampled)) * k * (2 * m - 3 * k - 1)) if k > 0 and 2 * m > 3 * k + 1 else None
    return MapQuality(
        None if scale is None else _clamp(1 - scale * intruders),
        None if scale is None else _clamp(1 - scale * losses),
        None if labels is None else _compute_accuracy(xy, labels, sampled, neighbours),
    )


def compute_squared_distances(points: Floats, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the squared distances (R, M) from the points of `rows` to all points; infinite to themselves."""
    from scipy.spatial.distance import cdist

    squares: NDArray[np.float64] = cdist(points[rows], points, "sqeuclidean")
    squares[np.arange(len(rows)), rows] = np.inf
    return squares


def _find_nearest(distance: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    return np.argpartition(distance, k - 1, axis=1)[:, :k]


def _sum_excess_ranks(distance: NDArray[np.float64], dots: NDArray[np.intp], k: int) -> float:
    """Return the sum of max(rank - k, 0) over `dots` (R, k), ranked by `distance` (R, M); ties share the best rank."""
    total = 0.0
    for column in dots.T:
        own = np.take_along_axis(distance, column[:, None], axis=1)
        rank = 1 + np.count_nonzero(distance < own, axis=1)
        total += float(np.maximum(rank - k, 0).sum())
    return total


def _compute_accuracy(xy: Floats, labels: NDArray[np.int64], sampled_dots: NDArray[np.intp], k: int) -> float | None:
    """Return the share of the sampled, labelled dots that have the majority class of their neighbours."""
    from scipy.spatial import cKDTree

    labelled = np.flatnonzero(labels >= 0)
    asked = sampled_dots[labels[sampled_dots] >= 0]
    if len(labelled) < 2 or len(asked) == 0 or len(np.unique(labels[labelled])) < 2:
        return None
    _, index = cKDTree(xy[labelled]).query(xy[asked], k=min(k + 1, len(labelled)))
    near = labelled[index]
    own = near == asked[:, None]
    own[:, -1] |= ~own.any(axis=1)  # of dots at one position the query may not return the dot itself
    others = labels[near[~own].reshape(len(asked), -1)]
    votes = np.stack([(others == c).sum(axis=1) for c in np.unique(labels[labelled])], axis=1)
    predicted = np.unique(labels[labelled])[votes.argmax(axis=1)]
    return float((predicted == labels[asked]).mean())


def _clamp(value: float) -> float:
    return float(min(max(value, 0.0), 1.0))
