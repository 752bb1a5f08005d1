"""The main directions of the data around a code: principal components of its neighbours (Kambhatla and Leen 1997), and
the pictures along each of them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.queries.latent_edit import LatentRef, compute_latent
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture

NEIGHBOURS = 100
"""Number of samples nearest to the code whose spread is looked at."""
MIN_SHARE = 0.005
"""Share of the neighbours' variance from which a direction is shown."""
STEPS = (-2, -1, 0, 1, 2)
"""Steps along a direction, in standard deviations of the neighbours along it."""


@dataclass(frozen=True, eq=False)
class LocalDirections:
    """The principal components of the samples nearest to a code, largest spread first."""

    axes: Floats
    """(r, d): unit vectors, the largest entry of each positive."""
    deviations: Floats
    """(r,): standard deviation of the neighbours along each."""
    shares: Floats
    """(r,): share of the neighbours' variance along each."""
    neighbour_count: int

    def step(self, z: Floats, row: int, by: float) -> Floats:
        """Return the latent (d,) `by` standard deviations from `z` along a direction."""
        there: Floats = (z + by * self.deviations[row] * self.axes[row]).astype(np.float32)
        return there


@dataclass(frozen=True, eq=False)
class DirectionsValue:
    directions: LocalDirections
    pictures: tuple[tuple[Picture, ...], ...]
    """One of each of `STEPS` for each direction."""


@dataclass(frozen=True)
class Directions(Query[DirectionsValue]):
    """The first `rows` directions around a latent, without those of no share in the variance to speak of."""

    slow: ClassVar[bool] = True  # no picture under the mouse waits for it
    code: LatentRef
    rows: int

    def has_same_subject(self, other: Query[object]) -> bool:
        return isinstance(other, Directions) and (self.model, self.rows) == (other.model, other.rows)

    def answer(self, context: QueryContext) -> DirectionsValue:
        checkpoint = context.get_checkpoint(self.model)
        z, dot = compute_latent(checkpoint, self.code)
        directions = find_directions(checkpoint.neighbours, z)
        count = min(self.rows, int((directions.shares >= MIN_SHARE).sum()))
        codes = np.array([directions.step(z, row, by) for row in range(count) for by in STEPS], np.float32)
        labels = np.repeat(make_one_hot_labels(checkpoint, np.array([dot])), len(codes), axis=0)
        pictures = decode_pictures(checkpoint, codes, labels) if count else ()
        rows = tuple(pictures[row * len(STEPS) : (row + 1) * len(STEPS)] for row in range(count))
        return DirectionsValue(directions, rows)


def find_directions(neighbours: LatentNeighbours, z: Floats) -> LocalDirections:
    """Find the directions around the latent `z` (d,); none where its neighbours do not differ."""
    dots, _ = neighbours.find_nearest(z, NEIGHBOURS)
    near = neighbours.latents[dots].astype(np.float64)
    _, spread, axes = np.linalg.svd(near - near.mean(axis=0), full_matrices=False)
    used = spread > 1e-6 * max(float(spread.max(initial=0)), 1e-12)
    spread, axes = spread[used], axes[used]
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    variance = spread**2
    return LocalDirections(
        (axes * np.sign(largest)[:, None]).astype(np.float32),
        (spread / np.sqrt(max(1, len(near) - 1))).astype(np.float32),
        (variance / max(float(variance.sum()), 1e-300)).astype(np.float32),
        len(near),
    )
