"""Queries of the Compare lab: reconstruction error, KL divergence and cycle error of a picture, and how often pictures
between the samples, on the way from one to another, and of codes drawn at random look like the data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.measurements.judge_pictures import judge_pictures
from latent_explorer.engine.queries.base import Interpolation, StripValue
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Subject

PICTURE_COUNT = 400
"""Number of pictures of each kind that are judged: shares are exact to 5 points (two standard errors) or better."""
POOL_SIZE = 2000
"""Number of samples among which similar ones are sought."""
SIMILAR_COUNT = 10
"""Number of similar samples of which one is chosen."""
CHUNK_SIZE = 32
"""Pictures decoded at once: thousands would take gigabytes, and the time of the pictures under the mouse."""
SEEN_SIDE = 32
"""Side in pixels to which larger pictures are scaled to find similar ones."""


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
        checkpoint, subject = context.get_checkpoint(self.model), self.subject
        image, note = context.find_image(self.model, subject)
        x = image[None]
        labels = None
        if isinstance(subject, Dot):
            labels = conditioning.get_labels(checkpoint, [subject.dot])
        # for a sample the map's latent counts, even if its image is not available
        z = checkpoint.latents[[subject.dot]] if isinstance(subject, Dot) else checkpoint.encode(x, labels)
        again = checkpoint.decode(z, labels)
        error = None if note else float(np.mean(np.square(again - x, dtype=np.float64)))
        back = checkpoint.encode(np.clip(again, 0, 1), labels)
        cycle = float(np.linalg.norm(back - z)) / checkpoint.neighbours.sample_spacing
        return ReconstructionMetricsValue(subject, error, measure_kl(checkpoint, x, labels), cycle, note)


@dataclass(frozen=True, eq=False)
class JudgedStripValue(StripValue):
    plausibility: Floats | None = None
    """(steps,): plausibility of each picture, 0 to 1; None if there is no judge."""

    @property
    def usual_count(self) -> tuple[int, int] | None:
        """Number of pictures between the ends that look like the data, and of all between them."""
        inner = None if self.plausibility is None else self.plausibility[1:-1]
        return None if inner is None else (int((inner >= USUAL_SHARE).sum()), len(inner))


@dataclass(frozen=True)
class ComparisonStrip(Interpolation):
    """The film strip from one dot to another, with the plausibility of its pictures. Never computed within the frame:
    up to four models need one at once."""

    in_frame: ClassVar[bool] = False
    min_interval: ClassVar[float] = 0.05

    def answer(self, context: QueryContext) -> JudgedStripValue:
        pictures = super().answer(context).pictures
        return JudgedStripValue(pictures, judge_pictures(context.get_checkpoint(self.model), pictures))


@dataclass(frozen=True)
class InventedSharesValue:
    """Shares of `PICTURE_COUNT` pictures of three kinds that look like the data, 0 to 1."""

    near: float
    """Half-way between a sample's code and that of a sample whose picture is similar."""
    apart: float
    """Half-way between the codes of two samples drawn at random."""
    drawn: float
    """Of codes drawn from N(0, 1)."""


@dataclass(frozen=True)
class InventedShares(Query[InventedSharesValue]):
    """How often a model's pictures between and beyond its samples look like the data.

    No map takes part, and which samples are similar is decided by their pictures: a dimension that the decoder ignores
    changes nothing.
    """

    slow: ClassVar[bool] = True
    in_frame: ClassVar[bool] = False  # a remembered answer takes no time, the next one seconds

    def answer(self, context: QueryContext) -> InventedSharesValue:
        return _measure_invented_shares(context.get_checkpoint(self.model))


@remember(8)
def _measure_invented_shares(checkpoint: Checkpoint) -> InventedSharesValue:
    """Measure the shares, which take seconds and do not change when an original or a map does."""
    judge, random = checkpoint.require_judge(), np.random.default_rng(0)
    dots = random.permutation(len(checkpoint.latents))[:POOL_SIZE]
    first = np.arange(len(dots))[:PICTURE_COUNT]
    z, labels = checkpoint.latents[dots], conditioning.get_labels(checkpoint, dots)
    pool = np.concatenate([_shrink(some) for some in _decode_in_chunks(checkpoint, z, labels)])
    similar = _find_similar(pool.reshape(len(dots), -1), first, random)
    shares = []
    for codes in (
        (z[first] + z[similar]) / 2,
        (z[first] + z[random.permutation(len(dots))[: len(first)]]) / 2,
        random.standard_normal((len(first), checkpoint.latent_dim)),
    ):
        chunks = _decode_in_chunks(checkpoint, codes.astype(np.float32), None if labels is None else labels[first])
        plausibility = np.concatenate([judge.compute_plausibility(some) for some in chunks])
        shares.append(float((plausibility >= USUAL_SHARE).mean()))
    return InventedSharesValue(*shares)


def _decode_in_chunks(checkpoint: Checkpoint, z: Floats, labels: NDArray[np.int64] | None) -> Iterator[Floats]:
    """Yield the pictures (n, C, H, W) of codes (N, d) with their labels (N,), some at a time."""
    for i in range(0, len(z), CHUNK_SIZE):
        some = slice(i, i + CHUNK_SIZE)
        yield np.asarray(checkpoint.decode(z[some], None if labels is None else labels[some]))


def _shrink(pictures: Floats) -> Floats:
    """Return pictures (N, C, H, W) with at most `SEEN_SIDE` pixels a side: the means of equal rectangles."""
    count, channels, *sides = pictures.shape
    if max(sides) <= SEEN_SIDE:
        return pictures
    down, across = (-(-side // SEEN_SIDE) for side in sides)
    rows, columns = sides[0] // down, sides[1] // across
    whole = pictures[:, :, : rows * down, : columns * across]
    means: Floats = whole.reshape(count, channels, rows, down, columns, across).mean(axis=(3, 5))
    return means


def _find_similar(pictures: Floats, rows: NDArray[np.intp], random: np.random.Generator) -> NDArray[np.intp]:
    """Return for each of `rows` (n,) one of the `SIMILAR_COUNT` other pictures (N, D) that are nearest to it."""
    squares = np.einsum("nd,nd->n", pictures, pictures)
    away = squares - 2 * pictures[rows] @ pictures.T
    away[np.arange(len(rows)), rows] = np.inf
    count = max(1, min(SIMILAR_COUNT, len(pictures) - 1))
    nearest = np.argpartition(away, count - 1, axis=1)[:, :count]
    return nearest[np.arange(len(rows)), random.integers(0, count, len(rows))]


def measure_kl(checkpoint: Checkpoint, x: Floats, labels: NDArray[np.int64] | None = None) -> float | None:
    """Return KL(N(mean, sigma^2) || N(0, I)) of a picture (1, C, H, W) in nats (Kingma & Welling 2013, appendix B)."""
    if not checkpoint.variational:
        return None
    mean, sigma = (one.astype(np.float64) for one in checkpoint.posterior(x, labels))
    return float(0.5 * np.sum(np.square(mean) + np.square(sigma) - 1 - 2 * np.log(sigma)))
