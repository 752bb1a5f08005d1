"""Latent traversals (Higgins et al. 2017): the pictures as one dimension runs from -3 to 3 standard deviations while
the others are fixed, and how much each dimension changes the picture."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.cache import LeastRecentlyUsed, remember
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.measurements.switched_off import find_switched_off
from latent_explorer.engine.queries.latent_edit import LatentRef, compute_latent
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture

MAX_DEVIATIONS = 3.0
"""Range of a traversal to either side of the samples' mean, in their standard deviations."""
STEPS = 7
"""Number of pictures per dimension: at -3, -2, ... 3."""
MAX_RANKING_PICTURES = 2048
"""Largest number of pictures decoded to rank the dimensions: of 512 dimensions only four each."""
BLOCK_SIZE = 512
"""Number of pictures decoded at once, which bounds the memory."""
MIN_VISIBLE_CHANGE = 0.5
"""Smallest visible change, in grey levels: a smaller one is lost in rounding."""


@dataclass(frozen=True, eq=False)
class DimensionEffects:
    """Change of the picture of a latent by each dimension."""

    order: NDArray[np.intp]
    """(d,): the dimensions, largest effect first."""
    grey_levels: NDArray[np.float32]
    """(d,): change in grey levels of 255, mean over pixels and steps."""
    silent: tuple[int, ...]
    """Dimensions without a visible effect."""
    inactive: tuple[int, ...]
    """The silent dimensions that a variational model does not use, because the KL term penalises each one in use."""


@dataclass(frozen=True, eq=False)
class TraversalsValue:
    effects: DimensionEffects
    page: int
    pages: int
    dimensions: tuple[int, ...]
    """Dimensions of this page."""
    pictures: tuple[tuple[Picture, ...], ...]
    """`STEPS` pictures for each dimension."""
    deviations: tuple[float, ...]
    """Value of the latent itself in each dimension, in standard deviations from the samples' mean."""
    first_steps: tuple[int, ...] = ()
    """The first step in each dimension that the encoder can give: a rectified one gives nothing below 0."""


@dataclass(frozen=True)
class Traversals(Query[TraversalsValue]):
    """One page of traversals of the latent `code`, its dimensions in the order of their effects."""

    slow: ClassVar[bool] = True
    code: LatentRef
    ranking_latent: LatentRef
    """Latent whose effects give the order, so that rows do not jump while `code` changes."""
    rows: int
    """Number of dimensions per page."""
    page: int = 0
    """Page, counted from the one with `chosen`, or from the first."""
    chosen: int | None = None
    """Dimension whose page is page 0."""

    def has_same_subject(self, other: Query[object]) -> bool:
        return isinstance(other, Traversals) and (self.model, self.rows) == (other.model, other.rows)

    def answer(self, context: QueryContext) -> TraversalsValue:
        checkpoint = context.get_checkpoint(self.model)
        ranking = rank_dimensions(checkpoint, *compute_latent(checkpoint, self.ranking_latent))
        count, rows = len(ranking.order), max(1, self.rows)
        pages = -(-count // rows)
        place = 0 if self.chosen is None else int(np.flatnonzero(ranking.order == self.chosen)[0])
        page = (place // rows + self.page) % pages
        dimensions = ranking.order[page * rows : (page + 1) * rows]
        z, dot = compute_latent(checkpoint, self.code)
        codes = make_traversals(checkpoint, z, dimensions, STEPS).reshape(-1, count)
        labels = np.repeat(make_one_hot_labels(checkpoint, np.array([dot])), len(codes), axis=0)
        pictures = decode_pictures(checkpoint, codes, labels)
        films = tuple(pictures[i * STEPS : (i + 1) * STEPS] for i in range(len(dimensions)))
        now = to_deviations(checkpoint, z)[dimensions]
        firsts = tuple(find_first_steps(checkpoint, dimensions).tolist())
        return TraversalsValue(
            ranking, page=page, pages=pages, dimensions=tuple(dimensions.tolist()), pictures=films,
            deviations=tuple(now.tolist()), first_steps=firsts,
        )  # fmt: skip


@remember(8)
def _get_known_effects(neighbours: LatentNeighbours) -> LeastRecentlyUsed[bytes, DimensionEffects]:
    """Return the effects known for a model's latents: a drag of one bar asks for the same order again and again."""
    return LeastRecentlyUsed(16)


def rank_dimensions(checkpoint: Checkpoint, z: Floats, dot: int) -> DimensionEffects:
    """Return `compute_effects` of `z`, cached for the last latents of each model."""
    key = z.tobytes() + dot.to_bytes(8, "little")
    return _get_known_effects(checkpoint.neighbours).get_or_make(key, lambda: compute_effects(checkpoint, z, dot))


def compute_effects(checkpoint: Checkpoint, z: Floats, dot: int) -> DimensionEffects:
    """Compute the effect of each dimension of the latent `z` (d,); a conditional model gets the label of `dot`."""
    steps = int(np.clip(MAX_RANKING_PICTURES // len(z), 2, STEPS))
    labels = conditioning.get_labels(checkpoint, [dot])
    (picture,) = checkpoint.decode(z[None], labels)
    every = np.arange(len(z))
    levels = np.zeros(len(z), np.float32)
    each = max(1, BLOCK_SIZE // steps)  # dimensions a block
    for begin in range(0, len(z), each):
        block = every[begin : begin + each]
        codes = make_traversals(checkpoint, z, block, steps).reshape(-1, len(z))
        moved = checkpoint.decode(codes, None if labels is None else np.repeat(labels, len(codes)))
        change = np.abs(np.nan_to_num(moved - picture)).reshape(len(block), -1).mean(axis=1)
        levels[block] = 255 * change
    silent = np.flatnonzero(levels < MIN_VISIBLE_CHANGE)
    off = silent[find_switched_off(checkpoint)[silent]]
    order = np.argsort(-levels, kind="stable")
    return DimensionEffects(order, levels, tuple(silent.tolist()), tuple(off.tolist()))


def make_traversals(checkpoint: Checkpoint, z: Floats, dimensions: NDArray[np.intp], steps: int) -> Floats:
    """Return latents (k, steps, d): `z` (d,) with each of `dimensions` (k,) in turn set to `steps` values from -3 to 3
    standard deviations, none below what the encoder can give."""
    codes = np.tile(z, (len(dimensions), steps, 1))
    for row, (one, run) in enumerate(zip(dimensions, _list_values(checkpoint, dimensions, steps), strict=True)):
        codes[row, :, one] = np.maximum(run, checkpoint.neighbours.lower_bound)
    return codes


def find_first_steps(checkpoint: Checkpoint, dimensions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the first of the `STEPS` in each of `dimensions` (k,) that the encoder can give."""
    first: NDArray[np.intp] = (_list_values(checkpoint, dimensions, STEPS) < checkpoint.neighbours.lower_bound).sum(
        axis=1
    )
    return first


def _list_values(checkpoint: Checkpoint, dimensions: NDArray[np.intp], steps: int) -> NDArray[np.float64]:
    """Return the values (k, steps) of `dimensions` (k,) from -3 to 3 standard deviations."""
    neighbours, run = checkpoint.neighbours, np.linspace(-MAX_DEVIATIONS, MAX_DEVIATIONS, steps)
    return neighbours.mean[dimensions, None] + run * np.sqrt(neighbours.variance[dimensions, None])


def to_deviations(checkpoint: Checkpoint, z: Floats) -> NDArray[np.float64]:
    """Return (d,): distance of each entry of `z` from the samples' mean, in standard deviations; 0 without variance."""
    neighbours = checkpoint.neighbours
    deviation = np.sqrt(neighbours.variance)
    return np.divide(z - neighbours.mean, deviation, out=np.zeros(len(z)), where=deviation > 0)
