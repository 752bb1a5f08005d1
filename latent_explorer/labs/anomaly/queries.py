"""Queries of the Anomaly lab: reconstruction errors of all dots, of one picture, and of the outliers."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from latent_explorer.arrays import Floats, to_unit
from latent_explorer.engine.measurements.reconstruction_errors import compute_errors, decode_samples, reconstruct
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.labs.anomaly import out_of_distribution
from latent_explorer.labs.anomaly.out_of_distribution import Outlier
from latent_explorer.metrics import anomaly_detection

BLOCK_SIZE = 512


@dataclass(frozen=True, eq=False)
class DotErrorsValue:
    errors: Floats
    """(M,); NaN if a sample's image is not in the data set on this machine."""
    note: str
    low: float
    high: float
    """`low` and `high` are the 1st and 99th percentile."""


@dataclass(frozen=True)
class DotErrors(Query[DotErrorsValue]):
    """Reconstruction error of every sample of the map."""

    slow: ClassVar[bool] = True

    def answer(self, context: QueryContext) -> DotErrorsValue:
        checkpoint, dataset = context.get_checkpoint(self.model), context.find_dataset(self.model)
        if isinstance(dataset, str):
            note = f"{dataset}: errors of the samples' own reconstructions stand in"
            errors = compute_errors(checkpoint, decode_samples(checkpoint, np.arange(len(checkpoint.latents))))
        else:
            note, count = "", len(dataset.train) + len(dataset.test)
            errors = np.full(len(checkpoint.latents), np.nan, np.float32)
            dots = np.flatnonzero(checkpoint.indices < count)
            for block in np.array_split(dots, max(1, len(dots) // BLOCK_SIZE)):
                images = dataset.get_images(checkpoint.indices[block])
                errors[block] = compute_errors(checkpoint, to_unit(images.numpy()))
        finite = errors[np.isfinite(errors)]
        low, high = (float(v) for v in np.quantile(finite, (0.01, 0.99))) if len(finite) else (0.0, 1.0)
        return DotErrorsValue(errors, note, low, max(high, low * 1.01 + 1e-12))


@dataclass(frozen=True, eq=False)
class ScoreValue:
    subject: Subject | Outlier
    original: Picture
    reconstruction: Picture
    difference_map: Picture
    """|x - x'| over the dimmed picture."""
    error: float
    note: str
    """Reason why a stand-in replaces the original."""
    off: str = ""
    """The values that are farthest off, where they have names."""

    @property
    def is_stand_in(self) -> bool:
        """Whether a sample's reconstruction is scored in place of its original; that makes the error too small."""
        return bool(self.note) and isinstance(self.subject, Dot)


@dataclass(frozen=True)
class Score(Query[ScoreValue]):
    """One picture, its reconstruction, and the difference of the two."""

    subject: Subject | Outlier

    def answer(self, context: QueryContext) -> ScoreValue:
        checkpoint = context.get_checkpoint(self.model)
        image, note = out_of_distribution.get_image(self.subject, self.model, context)
        (again,) = reconstruct(checkpoint, image[None])
        (error,) = anomaly_detection.compute_errors(image[None], again[None])
        kind = checkpoint.sample_kind
        original, reconstruction = kind.draw(np.stack([image, again]))
        difference = kind.draw_difference(image, again)
        off = kind.describe_difference(image, again)
        return ScoreValue(
            self.subject, original=original, reconstruction=reconstruction, difference_map=difference,
            error=float(error), note=note, off=off,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class OutlierScoresValue:
    kinds: tuple[str, ...]
    """Keys of `out_of_distribution.OUTLIER_NAMES`."""
    pictures: tuple[Picture, ...]
    errors: Floats


@dataclass(frozen=True)
class OutlierScores(Query[OutlierScoresValue]):
    """Errors of all available outliers, some of them made from `subject`."""

    min_interval: ClassVar[float] = 0.1
    subject: Subject

    def answer(self, context: QueryContext) -> OutlierScoresValue:
        checkpoint = context.get_checkpoint(self.model)
        every = out_of_distribution.list_outliers(checkpoint)
        kinds = tuple(kind for kind in every if out_of_distribution.is_available(kind, context.data_dir))
        outliers = (Outlier(kind, self.subject) for kind in kinds)
        images = np.stack([out_of_distribution.get_image(one, self.model, context)[0] for one in outliers])
        errors = anomaly_detection.compute_errors(images, reconstruct(checkpoint, images))
        return OutlierScoresValue(kinds, checkpoint.sample_kind.draw(images), errors)
