"""Queries for the user image: its reconstruction, map position, nearest samples, and how unusual its error is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, to_unit
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_dot_pictures, draw_sample
from latent_explorer.engine.measurements import reconstruction_errors
from latent_explorer.engine.queries.located_picture import locate
from latent_explorer.engine.query import MapQuery, Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.user_image import OwnImage

if TYPE_CHECKING:
    from latent_explorer.data.dataset import Dataset

MAX_ERRORS_MEASURED = 1000
"""Maximum number of held-out images whose errors are measured for the percentile."""
_errors: WeakKeyDictionary[LatentNeighbours, Floats] = WeakKeyDictionary()
"""Cache of ascending errors of normal pictures on this machine, by the model's neighbour search (unique per model)."""


@dataclass(frozen=True, eq=False)
class UserImageQueryValue:
    image: OwnImage
    map_name: str
    original: Floats
    """(C, H, W) in 0..1: the user image fitted to the model's input."""
    picture: Picture
    """The same as bytes."""
    z: Floats
    """(d,)"""
    xy: tuple[float, float]
    reconstruction: Picture
    error: float
    """Mean squared error a pixel."""
    percentile: float | None
    """Percent of normal pictures with a smaller error; None if their errors are not known (yet)."""
    mean_error: float | None
    """Mean error on held-out pictures, as measured after training."""


@dataclass(frozen=True)
class UserImageQuery(MapQuery[UserImageQueryValue]):
    """The user image encoded, decoded and projected onto a map: everything that must keep up with the pen."""

    budget_factor: ClassVar[float] = 3.0
    image: OwnImage

    @property
    def cost_key(self) -> tuple[object, ...]:
        return type(self), self.model, self.map_name

    def answer(self, context: QueryContext) -> UserImageQueryValue:
        """Encode, decode and place the image; raise `InputError` for one that shows nothing."""
        checkpoint = context.get_checkpoint(self.model)
        x, picture = context.fit_and_draw(self.model, self.image)
        located = locate(checkpoint, self.map_name, x)
        back = checkpoint.decode(located.z[None], conditioning.make_unknown_labels(checkpoint))[0]
        error = float(np.mean(np.square(back - x)))
        typical = checkpoint.metrics.get("test", {}).get("mse")
        return UserImageQueryValue(
            image=self.image,
            map_name=self.map_name,
            original=x,
            picture=picture,
            z=located.z,
            xy=located.xy,
            reconstruction=draw_sample(checkpoint, back),
            error=error,
            percentile=compute_percentile(_errors.get(checkpoint.neighbours, np.empty(0, np.float32)), error),
            mean_error=float(typical) if isinstance(typical, int | float) else None,
        )


@dataclass(frozen=True, eq=False)
class NearestToUserImageValue:
    dots: NDArray[np.intp]
    """(k,): nearest samples, the nearest first."""
    distances: Floats
    """(k,): their latent distances, in median distances between neighbouring latents."""
    pictures: tuple[Picture, ...]
    """Pictures of these samples; their reconstructions if the images are not on this machine."""


@dataclass(frozen=True)
class NearestToUserImage(Query[NearestToUserImageValue]):
    """The `count` samples nearest to the user image in latent space."""

    in_frame: ClassVar[bool] = False
    min_interval: ClassVar[float] = 0.1
    image: OwnImage
    count: int

    def answer(self, context: QueryContext) -> NearestToUserImageValue:
        """Encode the image and find its neighbours; raise `InputError` for one that shows nothing."""
        checkpoint = context.get_checkpoint(self.model)
        x, _ = context.fit_and_draw(self.model, self.image)
        z = checkpoint.encode(x[None], conditioning.make_unknown_labels(checkpoint))
        dots, away = checkpoint.neighbours.find_nearest(z[0], self.count)
        originals, _ = context.find_originals(self.model, dots)
        pictures = tuple(draw_sample(checkpoint, one) for one in originals)
        if not pictures:
            pictures = decode_dot_pictures(checkpoint, dots)
        return NearestToUserImageValue(dots, away / np.float32(checkpoint.neighbours.sample_spacing), pictures)


@dataclass(frozen=True)
class PenSetup(MapQuery[None]):
    """What the first user image would wait for, done when the pad opens: how the pictures of the data set are framed,
    and the set-up of the encoder and of the map's `transform`.

    Not slow, though it may take a tenth of a second: behind the slow answers of a lab the pen would overtake it.
    """

    in_frame: ClassVar[bool] = False

    def answer(self, context: QueryContext) -> None:
        checkpoint = context.get_checkpoint(self.model)
        context.prepare_fit(self.model)
        nothing = np.zeros((1, *checkpoint.image_shape), np.float32)
        checkpoint.maps[self.map_name].transform(
            checkpoint.encode(nothing, conditioning.make_unknown_labels(checkpoint))
        )


@dataclass(frozen=True, eq=False)
class TypicalErrorsValue:
    errors: Floats
    """(N,): ascending errors of normal pictures, measured here or during training; empty if neither is available."""

    def compute_percentile(self, error: float) -> float | None:
        return compute_percentile(self.errors, error)


@dataclass(frozen=True)
class TypicalErrors(Query[TypicalErrorsValue]):
    """The reconstruction errors of a model on pictures of its data set."""

    slow: ClassVar[bool] = True

    def answer(self, context: QueryContext) -> TypicalErrorsValue:
        checkpoint = context.get_checkpoint(self.model)
        dataset = context.find_dataset(self.model)
        if checkpoint.neighbours not in _errors and not isinstance(dataset, str):
            _errors[checkpoint.neighbours] = _measure_errors(checkpoint, dataset)
        errors = _errors.get(checkpoint.neighbours, np.empty(0, np.float32))
        if not len(errors) and "normal" in checkpoint.metrics.get("errors", {}):
            errors = np.sort(reconstruction_errors.NormalErrors(self.model).answer(context).errors)
        return TypicalErrorsValue(errors)


def _measure_errors(checkpoint: Checkpoint, dataset: "Dataset") -> Floats:
    """Return ascending errors of evenly spaced held-out images, without classes that were left out of the training."""
    from latent_explorer.data import datasets

    images = datasets.split_off_classes(dataset, checkpoint.config.data.leave_out).held_out.images
    sample = images[np.linspace(0, len(images) - 1, min(MAX_ERRORS_MEASURED, len(images))).astype(int)].numpy()
    return np.sort(reconstruction_errors.compute_errors(checkpoint, to_unit(sample)))


def compute_percentile(ascending: Floats, error: float) -> float | None:
    """Return the percentage of `ascending` errors below `error`; None if there are no errors."""
    return 100 * float(np.searchsorted(ascending, error)) / len(ascending) if len(ascending) else None
