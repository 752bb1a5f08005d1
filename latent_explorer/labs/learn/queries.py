"""Queries of the Learn lab for one moment of a timeline: the picture at a map position, a row of samples, and the
losses at every moment. Every picture is decoded by the weights of its moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer import files
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint_paths import SUFFIX
from latent_explorer.engine.decode import decode_dot_pictures, decode_pictures, draw_sample, make_one_hot_labels
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import WorkError
from latent_explorer.texts import mark


@dataclass(frozen=True)
class TimelineQuery(Query[object]):
    """A query whose `model` is one moment of a timeline; the answer of another moment may stay until its own comes."""

    def has_same_subject(self, other: Query[object]) -> bool:
        return type(self) is type(other) and _get_timeline_name(self.model) == _get_timeline_name(other.model)


@dataclass(frozen=True, eq=False)
class MomentPointValue:
    model: str
    dot: int
    """Nearest dot on the map."""
    latent: Floats
    picture: Picture


@dataclass(frozen=True)
class MomentPoint(TimelineQuery):
    """The picture of a dot, decoded from its latent; if `dot` is None, of a position of the moment's map."""

    map_name: str
    xy: tuple[float, float]
    dot: int | None

    @property
    def cost_key(self) -> tuple[object, ...]:
        return Sample, self.model  # the same cost as an animated picture

    def answer(self, context: QueryContext) -> MomentPointValue:
        checkpoint = context.get_checkpoint(self.model)
        atlas = checkpoint.maps[self.map_name]
        if self.dot is not None:
            z, near = checkpoint.latents[[self.dot]], np.array([self.dot])
        else:
            xy = np.asarray([self.xy], np.float32)
            z, near = atlas.inverse_transform(xy), atlas.find_nearest(xy)[1]
        (picture,) = decode_pictures(checkpoint, z, make_one_hot_labels(checkpoint, near))
        return MomentPointValue(self.model, int(near[0]), z[0], picture)


@dataclass(frozen=True, eq=False)
class MomentRowValue:
    model: str
    pictures: tuple[Picture, ...]
    originals: tuple[Picture, ...]
    """Originals of the same dots; empty if they are not available."""
    note: str
    """Reason why they are not available."""


@dataclass(frozen=True)
class MomentRow(TimelineQuery):
    """Decoded latents of some dots."""

    dots: tuple[int, ...]

    def answer(self, context: QueryContext) -> MomentRowValue:
        checkpoint = context.get_checkpoint(self.model)
        decoded = decode_dot_pictures(checkpoint, np.array(self.dots, np.intp))
        originals: list[NDArray[np.uint8]] = []
        for dot in self.dots:
            image, note = context.find_original(self.model, dot)
            if image is None:
                return MomentRowValue(self.model, decoded, (), note)
            originals.append(image)
        return MomentRowValue(self.model, decoded, tuple(draw_sample(checkpoint, image) for image in originals), "")


@dataclass(frozen=True, eq=False)
class LossCurvesValue:
    note: str
    """Why the images are not available, so that there are none; empty if there are curves."""
    curves: Mapping[str, Floats]
    """(T,) each, in nats a picture: "part" on held-out images, "train part" on training images."""


@dataclass(frozen=True)
class LossCurves(Query[LossCurvesValue]):
    """The named loss parts at all `moments` of a timeline; the first of them is the `model`."""

    slow: ClassVar[bool] = True
    moments: tuple[str, ...]

    def answer(self, context: QueryContext) -> LossCurvesValue:
        """Return no curves if the images are not available."""
        from latent_explorer.engine.live_training import training_process

        dataset = context.find_dataset(self.model)
        if isinstance(dataset, str):
            return LossCurvesValue(dataset, {})
        rows: list[dict[str, float]] = []
        for name in self.moments:
            checkpoint = context.get_checkpoint(name)
            seed = checkpoint.config.training.seed
            held_out = training_process.measure_loss_parts(checkpoint.model, dataset.test, seed)
            train = training_process.measure_loss_parts(checkpoint.model, dataset.train, seed)
            rows.append({**held_out, **{f"train {part}": value for part, value in train.items()}})
        shared = [part for part in rows[0] if all(part in row for row in rows)]
        return LossCurvesValue("", {part: np.array([row[part] for row in rows], np.float32) for part in shared})


@dataclass(frozen=True, eq=False)
class TimelineSamplesValue:
    moments: tuple[str, ...]
    pictures: tuple[tuple[Picture, ...], ...]
    """By dot, then by moment."""


@dataclass(frozen=True)
class TimelineSamples(Query[TimelineSamplesValue]):
    """Latents of some dots, decoded at all `moments` of a timeline by the weights of each; the first of them is the
    `model`."""

    slow: ClassVar[bool] = True
    moments: tuple[str, ...]
    dots: tuple[int, ...]

    def answer(self, context: QueryContext) -> TimelineSamplesValue:
        dots = np.array(self.dots, np.intp)
        rows = [decode_dot_pictures(context.get_checkpoint(name), dots) for name in self.moments]
        return TimelineSamplesValue(self.moments, tuple(zip(*rows, strict=True)))


@dataclass(frozen=True)
class SaveMomentValue:
    name: str
    """Name in the menu of models."""


@dataclass(frozen=True)
class SaveMoment(Query[SaveMomentValue]):
    """Save a moment as a checkpoint in the current folder; another `save_number` saves it again."""

    slow: ClassVar[bool] = True
    save_number: int
    file_stem: str
    """Stem of the file's name; a number is added if the file exists."""

    def answer(self, context: QueryContext) -> SaveMomentValue:
        """Save the moment once per query and folder. Raises `WorkError` if it cannot be written."""
        try:
            key = self, Path.cwd()
        except OSError:
            raise WorkError(mark("the current folder is gone: nothing can be written there")) from None
        if key not in saved_moments:
            saved_moments[key] = _write_checkpoint(self, context, key[1])
        return saved_moments[key]


saved_moments: dict[tuple[SaveMoment, Path], SaveMomentValue] = {}
"""By query and folder: a lab that is opened again repeats the query long after its answer has left the cache."""


def _write_checkpoint(query: SaveMoment, context: QueryContext, folder: Path) -> SaveMomentValue:
    checkpoint = context.get_checkpoint(query.model)
    # the settings say the planned length of the training; this says the saved moment
    saved = replace(checkpoint, made_by={**checkpoint.made_by, "kept": query.file_stem})
    path = files.write_new(folder, query.file_stem, SUFFIX, saved.to_bytes())
    add = getattr(context.checkpoints, "add", None)  # only a library has a menu
    return SaveMomentValue(add(path) if add else path.stem)


def _get_timeline_name(model: str) -> str:
    return model.rpartition(" @ ")[0] or model
