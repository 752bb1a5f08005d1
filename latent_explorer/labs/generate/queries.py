"""Queries of the Generate lab: a grid of random new pictures, and the denoising trajectory of one of them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import sampling
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import draw_sample
from latent_explorer.engine.measurements.judge_pictures import measure_copy_share
from latent_explorer.engine.query import MapQuery, Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture
from latent_explorer.labs.generate import novelty
from latent_explorer.labs.generate.novelty import NoveltyScores

PICTURE_COUNT = 40
"""Pictures in a grid. A constant, so that the same seed gives the same pictures in a window of any size."""


@dataclass(frozen=True, eq=False)
class SampleGridValue:
    source: str
    pictures: tuple[Picture, ...]
    xy: Floats
    """(N, 2): map positions of the pictures' encoded latents. Along dimensions that the decoder ignores, a drawn latent
    may lie far from where its picture belongs."""
    labels: NDArray[np.intp]
    """(N,) labels given to the model; -1 if it takes none."""
    novelty_scores: NoveltyScores
    nearest_pictures: tuple[Picture, ...]
    """Nearest sample of each: its original image if available, else its reconstruction."""
    note: str
    """Reason why these are reconstructions; empty if they are originals."""
    mixture_fit: tuple[int, float] | None = None
    """Number of Gaussians and seconds of fitting; None without a mixture."""
    copy_share: float | None = None
    """Share of the model's copies of its samples that look like the data; None if there is no judge."""

    @property
    def realistic_count(self) -> int | None:
        """Number of pictures that look like the data; None if there is no judge."""
        real = self.novelty_scores.is_realistic
        return None if real is None else int(real.sum())


@dataclass(frozen=True)
class SampleGrid(Query[SampleGridValue]):
    """`PICTURE_COUNT` new pictures of a model."""

    slow: ClassVar[bool] = True  # a mixture is fitted on first use

    map_name: str
    source: str
    """One of `sampling.list_sources`."""
    temperature: float
    seed: int
    label: int = -1
    """Label given to a conditional model; -1 for each in turn."""

    def has_same_subject(self, other: Query[object]) -> bool:
        """Return True if only temperature or seed differ: another source's pictures would be mistaken for these."""
        return isinstance(other, SampleGrid) and (
            (self.model, self.map_name, self.source, self.label)
            == (other.model, other.map_name, other.source, other.label)
        )

    def answer(self, context: QueryContext) -> SampleGridValue:
        checkpoint = context.get_checkpoint(self.model)
        z = sampling.draw_trajectories(
            checkpoint, self.source, PICTURE_COUNT, temperature=self.temperature, seed=self.seed
        )[-1]
        labels = _make_labels(checkpoint, self.label)
        images: Floats = checkpoint.decode(z, labels)
        fitted = None
        if self.source == sampling.MIXTURE:
            mixture = sampling.get_mixture(checkpoint.neighbours)
            fitted = len(mixture.weights), mixture.fit_seconds
        judged = novelty.score_novelty(checkpoint, images, labels)
        real = [context.find_image(self.model, Dot(int(dot))) for dot in judged.nearest_dots]
        return SampleGridValue(
            self.source, pictures=checkpoint.sample_kind.draw(images),
            xy=checkpoint.maps[self.map_name].transform(judged.latents),
            labels=np.full(PICTURE_COUNT, -1) if labels is None else labels, novelty_scores=judged,
            nearest_pictures=tuple(draw_sample(checkpoint, image) for image, _ in real),
            note=next((note for _, note in real if note), ""), mixture_fit=fitted,
            copy_share=measure_copy_share(checkpoint) if checkpoint.has_judge else None,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class DenoisingTrajectoryValue:
    xy: tuple[tuple[float, float], ...]
    """Map positions of all steps, from noise to the sample."""
    pictures: tuple[Picture, ...]
    picture_steps: tuple[int, ...]
    """Steps of the pictures."""
    picture_index: int


@dataclass(frozen=True)
class DenoisingTrajectory(MapQuery[DenoisingTrajectoryValue]):
    """Denoising trajectory of picture `picture_index` of a grid, in `picture_count` pictures; latent diffusion only."""

    slow: ClassVar[bool] = True  # it projects new latents

    temperature: float
    seed: int
    picture_index: int
    picture_count: int
    position: tuple[float, float] | None = None
    """Map position: the nearest picture is used instead of `picture_index`."""

    def answer(self, context: QueryContext) -> DenoisingTrajectoryValue:
        checkpoint = context.get_checkpoint(self.model)
        whole = sampling.draw_trajectories(
            checkpoint, sampling.DIFFUSION, PICTURE_COUNT, temperature=self.temperature, seed=self.seed
        )
        number = self.picture_index
        if self.position is not None:
            places = checkpoint.maps[self.map_name].transform(checkpoint.encode(checkpoint.decode(whole[-1])))
            number = find_nearest(places, self.position)
        z = whole[:, number]
        at = np.linspace(0, len(z) - 1, self.picture_count).round().astype(int)
        xy = checkpoint.maps[self.map_name].transform(z)
        images = checkpoint.decode(z[at])
        return DenoisingTrajectoryValue(
            tuple((float(x), float(y)) for x, y in xy),
            checkpoint.sample_kind.draw(images),
            tuple(int(step) for step in at),
            number,
        )


def find_nearest(xy: Floats, position: tuple[float, float]) -> int:
    """Return the index of the position in `xy` (N, 2) nearest to `position`."""
    return int(np.square(xy - np.asarray(position, np.float32)).sum(axis=1).argmin())


def _make_labels(checkpoint: Checkpoint, label: int) -> NDArray[np.intp] | None:
    """Return the labels for a conditional model; None for any other."""
    if not checkpoint.conditional:
        return None
    classes = max(1, len(checkpoint.class_names))
    return np.arange(PICTURE_COUNT) % classes if label < 0 else np.full(PICTURE_COUNT, min(label, classes - 1))
