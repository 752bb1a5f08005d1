"""How unusual a picture is to a model: the errors of normal pictures, and that of one picture, a foreign one too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.engine.decode import as_picture
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.reconstruction_errors import errors_of, reconstructed, reconstructions
from latent_explorer.engine.subject import Picture, Subject
from latent_explorer.labs.anomaly import out_of_distribution
from latent_explorer.labs.anomaly.difference_map import heat
from latent_explorer.labs.anomaly.out_of_distribution import Foreign
from latent_explorer.metrics import anomaly_detection

if TYPE_CHECKING:
    pass

BLOCK = 512


@dataclass(frozen=True, eq=False)
class DotErrorsValue:
    errors: Floats
    """(M,); NaN where a sample's image is not in the data set here."""
    note: str
    low: float
    high: float
    """Between these lie 98 of 100."""


@dataclass(frozen=True)
class DotErrors(Query[DotErrorsValue]):
    """The error of every sample of the map."""

    errand: ClassVar[bool] = True

    def answer(self, desk: QueryContext) -> DotErrorsValue:
        checkpoint, dataset = desk.checkpoint(self.model), desk.dataset(self.model)
        if isinstance(dataset, str):
            note = f"{dataset}: errors of the samples' own reconstructions stand in"
            errors = errors_of(checkpoint, reconstructions(checkpoint, np.arange(len(checkpoint.latents))))
        else:
            note, count = "", len(dataset.train) + len(dataset.test)
            errors = np.full(len(checkpoint.latents), np.nan, np.float32)
            here = np.flatnonzero(checkpoint.indices < count)
            for some in np.array_split(here, max(1, len(here) // BLOCK)):
                images = np.stack([dataset.image(int(i)).numpy() for i in checkpoint.indices[some]])
                errors[some] = errors_of(checkpoint, np.divide(images, 255, dtype=np.float32))
        known = errors[np.isfinite(errors)]
        low, high = (float(v) for v in np.quantile(known, (0.01, 0.99))) if len(known) else (0.0, 1.0)
        return DotErrorsValue(errors, note, low, max(high, low * 1.01 + 1e-12))


@dataclass(frozen=True, eq=False)
class ScoreValue:
    subject: Subject | Foreign
    original: Picture
    reconstruction: Picture
    heat: Picture
    """|x - x'| over the dimmed picture."""
    error: float
    note: str
    """Why something stands in for the original."""


@dataclass(frozen=True)
class Score(Query[ScoreValue]):
    """One picture, what the model makes of it, and where the two differ."""

    subject: Subject | Foreign

    def answer(self, desk: QueryContext) -> ScoreValue:
        checkpoint = desk.checkpoint(self.model)
        image, note = out_of_distribution.image(self.subject, self.model, desk)
        (again,) = reconstructed(checkpoint, image[None])
        (error,) = anomaly_detection.errors(image[None], again[None])
        return ScoreValue(self.subject, as_picture(image), as_picture(again), heat(image, again), float(error), note)


@dataclass(frozen=True, eq=False)
class RowValue:
    kinds: tuple[str, ...]
    """Names of `foreign.KINDS`."""
    pictures: tuple[Picture, ...]
    errors: Floats


@dataclass(frozen=True)
class Row(Query[RowValue]):
    """Foreign pictures, some of them made of `subject`."""

    rest: ClassVar[float] = 0.1
    subject: Subject

    def answer(self, desk: QueryContext) -> RowValue:
        checkpoint = desk.checkpoint(self.model)
        kinds = tuple(kind for kind in out_of_distribution.kinds(checkpoint) if out_of_distribution.is_here(kind))
        images = np.stack(
            [out_of_distribution.image(Foreign(kind, self.subject), self.model, desk)[0] for kind in kinds]
        )
        errors = anomaly_detection.errors(images, reconstructed(checkpoint, images))
        return RowValue(kinds, tuple(as_picture(image) for image in images), errors)


# -- answers ------------------------------------------------------------------------------------------
