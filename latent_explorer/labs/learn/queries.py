"""What is asked of one moment of a reel: the picture at a place of its map, a row of samples, and the loss at every
moment. Every picture is decoded by the weights of its moment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import SUFFIX
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.sample_query import Sample
from latent_explorer.engine.subject import Picture


@dataclass(frozen=True)
class OfMoment(Query[object]):
    """`model` is one moment of a reel; its neighbours in time may stand in until its own answer comes."""

    def alike(self, other: Query[object]) -> bool:
        return type(self) is type(other) and _reel(self.model) == _reel(other.model)


@dataclass(frozen=True, eq=False)
class MomentValue:
    model: str
    dot: int
    """The nearest one on the map."""
    z: Floats
    picture: Picture


@dataclass(frozen=True)
class MomentPoint(OfMoment):
    """The picture of a dot, decoded from its own latent; without one, of a position of the moment's map."""

    which: str
    xy: tuple[float, float]
    dot: int | None

    @property
    def costs(self) -> tuple[object, ...]:
        return Sample, self.model  # as a picture that glides from one place to another

    def answer(self, desk: QueryContext) -> MomentValue:
        from latent_explorer.engine.decode import label_shares, pictures

        checkpoint = desk.checkpoint(self.model)
        atlas = checkpoint.maps[self.which]
        if self.dot is not None:
            z, near = checkpoint.latents[[self.dot]], np.array([self.dot])
        else:
            xy = np.asarray([self.xy], np.float32)
            z, near = atlas.inverse_transform(xy), atlas.nearest(xy)[1]
        (picture,) = pictures(checkpoint, z, label_shares(checkpoint, near))
        return MomentValue(self.model, int(near[0]), z[0], picture)


@dataclass(frozen=True, eq=False)
class RowValue:
    model: str
    pictures: tuple[Picture, ...]
    originals: tuple[Picture, ...]
    """Of the same dots; none where they are not here."""
    note: str
    """Why they are not."""


@dataclass(frozen=True)
class MomentRow(OfMoment):
    """Some dots' own latents, decoded."""

    dots: tuple[int, ...]

    def answer(self, desk: QueryContext) -> RowValue:
        from latent_explorer.engine.decode import as_shown

        made = _decoded(self.model, self.dots, desk)
        found: list[NDArray[np.uint8]] = []
        for dot in self.dots:
            image, note = desk.original(self.model, dot)
            if image is None:
                return RowValue(self.model, made, (), note)
            found.append(image)
        return RowValue(self.model, made, tuple(as_shown(image) for image in found), "")


@dataclass(frozen=True, eq=False)
class CurvesValue:
    note: str
    """Why there are none; empty where they are here."""
    curves: Mapping[str, Floats]
    """(T,) each, in nats a picture: by "part" on held-out images, by "train part" on images it has learnt from."""


@dataclass(frozen=True)
class Curves(Query[CurvesValue]):
    """The loss in its named parts at all `moments` of a reel; the first of them is the `model`."""

    errand: ClassVar[bool] = True
    moments: tuple[str, ...]

    def answer(self, desk: QueryContext) -> CurvesValue:
        """None where the images are not here."""
        from latent_explorer.engine import live_training_process

        dataset = desk.dataset(self.model)
        if isinstance(dataset, str):
            return CurvesValue(f"no loss without the images: {dataset}", {})
        rows: list[dict[str, float]] = []
        for name in self.moments:
            checkpoint = desk.checkpoint(name)
            seed = checkpoint.config.training.seed
            held_out = live_training_process.parts(checkpoint.model, dataset.test, seed)
            train = live_training_process.parts(checkpoint.model, dataset.train, seed)
            rows.append({**held_out, **{f"train {part}": value for part, value in train.items()}})
        shared = [part for part in rows[0] if all(part in row for row in rows)]
        return CurvesValue("", {part: np.array([row[part] for row in rows], np.float32) for part in shared})


@dataclass(frozen=True, eq=False)
class SamplesValue:
    moments: tuple[str, ...]
    pictures: tuple[tuple[Picture, ...], ...]
    """By dot, then by moment."""


@dataclass(frozen=True)
class Samples(Query[SamplesValue]):
    """Some dots' own latents, decoded at all `moments` of a reel by the weights of each; the first of them is the
    `model`."""

    errand: ClassVar[bool] = True
    moments: tuple[str, ...]
    dots: tuple[int, ...]

    def answer(self, desk: QueryContext) -> SamplesValue:
        made = [_decoded(name, self.dots, desk) for name in self.moments]
        return SamplesValue(self.moments, tuple(zip(*made, strict=True)))


@dataclass(frozen=True)
class KeptValue:
    name: str
    """In the menu of models."""


@dataclass(frozen=True)
class Keep(Query[KeptValue]):
    """A moment as a checkpoint of its own in the current folder; another `wish` keeps it again."""

    errand: ClassVar[bool] = True
    wish: int
    stem: str
    """Of the file's name, to which a number is added where there is such a file."""

    def answer(self, desk: QueryContext) -> KeptValue:
        """Written once a wish. Raises `WorkError` where it cannot be written."""
        wish = self, Path.cwd()
        if wish not in _kept:
            _kept[wish] = _keep(self, desk)
        return _kept[wish]


def _decoded(model: str, some: tuple[int, ...], desk: QueryContext) -> tuple[Picture, ...]:
    """Dots' own latents as a moment decodes them."""
    from latent_explorer.engine.decode import label_shares, pictures

    checkpoint, dots = desk.checkpoint(model), np.array(some, np.intp)
    return pictures(checkpoint, checkpoint.latents[dots], label_shares(checkpoint, dots))


_kept: dict[tuple[Keep, Path], KeptValue] = {}
"""By wish and folder: a lab that is left and entered again asks again, long after the answer is forgotten."""


def _keep(request: Keep, desk: QueryContext) -> KeptValue:
    checkpoint, number = desk.checkpoint(request.model), 1
    path = Path(f"{request.stem}{SUFFIX}")
    while os.path.exists(path):
        number += 1
        path = Path(f"{request.stem}-{number}{SUFFIX}")
    # the settings say how long the training was to be; this, at which moment it was kept
    replace(checkpoint, made_by={**checkpoint.made_by, "kept": request.stem}).save(path.absolute())
    add = getattr(desk.checkpoints, "add", None)  # what is no library has no menu
    return KeptValue(add(path.absolute()) if add else path.stem)


def _reel(model: str) -> str:
    return model.rpartition(" @ ")[0] or model
