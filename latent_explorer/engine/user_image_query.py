"""Queries for the user image: its reconstruction, map position, nearest samples, and how unusual its error is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import reconstruction_errors
from latent_explorer.engine.decode import as_picture, as_shown, label_shares, pictures
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.user_image import OwnImage

if TYPE_CHECKING:
    from latent_explorer.data.datasets import Dataset

COMPARED = 1000
"""Maximum number of held-out images whose errors are measured for the percentile."""
_errors: WeakKeyDictionary[LatentNeighbours, Floats] = WeakKeyDictionary()
"""Cache of ascending errors of normal pictures on this machine, by the model's neighbour search (unique per model)."""


@dataclass(frozen=True, eq=False)
class PlacedValue:
    image: OwnImage
    which: str
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
    typical: float | None
    """Mean error on held-out pictures, as measured after training."""


@dataclass(frozen=True)
class Placed(Query[PlacedValue]):
    """The user image encoded, decoded and projected onto a map: everything that must keep up with the pen."""

    patience: ClassVar[float] = 3.0
    which: str
    image: OwnImage

    def alike(self, other: Query[object]) -> bool:
        """Return True if `other` is a user image of the same model on the same map (a drawing in progress)."""
        return isinstance(other, Placed) and (self.model, self.which) == (other.model, other.which)

    @property
    def costs(self) -> tuple[object, ...]:
        return type(self), self.model, self.which

    def answer(self, desk: QueryContext) -> PlacedValue:
        """Raises `InputError` for a picture that shows nothing."""
        checkpoint = desk.checkpoint(self.model)
        x, seen = desk.own(self.model, self.image)
        unknown = np.array([-1]) if checkpoint.conditional else None
        z: Floats = checkpoint.encode(x[None], unknown)
        back = checkpoint.decode(z, unknown)[0]
        error = float(np.mean(np.square(back - x)))
        x_place, y_place = checkpoint.maps[self.which].transform(z)[0].tolist()
        typical = checkpoint.metrics.get("test", {}).get("mse")
        return PlacedValue(
            image=self.image,
            which=self.which,
            original=x,
            picture=seen,
            z=z[0],
            xy=(x_place, y_place),
            reconstruction=as_picture(back),
            error=error,
            percentile=percentile(_errors.get(checkpoint.neighbours, np.empty(0, np.float32)), error),
            typical=float(typical) if isinstance(typical, int | float) else None,
        )


@dataclass(frozen=True, eq=False)
class NearValue:
    dots: NDArray[np.intp]
    """(k,): nearest samples, the nearest first."""
    gaps: Floats
    """(k,): their latent distances, in median distances between neighbouring latents."""
    pictures: tuple[Picture, ...]
    """Pictures of these samples."""
    decoded: bool
    """Whether `pictures` are reconstructions, as the images are not on this machine."""


@dataclass(frozen=True)
class Near(Query[NearValue]):
    """The `count` samples nearest to the user image in latent space."""

    in_frame: ClassVar[bool] = False
    rest: ClassVar[float] = 0.1
    image: OwnImage
    count: int

    def answer(self, desk: QueryContext) -> NearValue:
        """Raises `InputError` for a picture that shows nothing."""
        checkpoint = desk.checkpoint(self.model)
        x, _ = desk.own(self.model, self.image)
        z = checkpoint.encode(x[None], np.array([-1]) if checkpoint.conditional else None)
        dots, away = checkpoint.neighbours.nearest(z[0], self.count)
        originals = [desk.original(self.model, int(dot))[0] for dot in dots]
        shown = tuple(as_shown(one) for one in originals if one is not None)
        decoded = len(shown) < len(dots)
        if decoded:
            shown = pictures(checkpoint, checkpoint.latents[dots], label_shares(checkpoint, dots))
        return NearValue(dots, away / np.float32(checkpoint.neighbours.gap), shown, decoded)


@dataclass(frozen=True, eq=False)
class UsualValue:
    errors: Floats
    """(N,): ascending errors of normal pictures, measured here or during training; empty if neither is available."""

    def percentile(self, error: float) -> float | None:
        return percentile(self.errors, error)


@dataclass(frozen=True)
class Usual(Query[UsualValue]):
    """The reconstruction errors of a model on pictures of its data set. Asked before the first user image arrives, to
    finish slow one-time work by then, also the set-up of the map's `transform`."""

    errand: ClassVar[bool] = True
    which: str

    def answer(self, desk: QueryContext) -> UsualValue:
        checkpoint = desk.checkpoint(self.model)
        checkpoint.maps[self.which].transform(checkpoint.latents[:1])
        if checkpoint.neighbours not in _errors:
            dataset = desk.dataset(self.model)
            if not isinstance(dataset, str):
                _errors[checkpoint.neighbours] = _measured(checkpoint, dataset)
            elif "normal" in checkpoint.metrics.get("errors", {}):
                normal = reconstruction_errors.Normal(self.model).answer(desk)
                return UsualValue(np.sort(normal.errors))
            else:
                return UsualValue(np.empty(0, np.float32))
        return UsualValue(_errors[checkpoint.neighbours])


def _measured(checkpoint: Checkpoint, dataset: "Dataset") -> Floats:
    """Return ascending errors of evenly spaced held-out images, without classes that were left out of the training."""
    from latent_explorer.data import datasets

    images = datasets.parts(dataset, checkpoint.config.data.leave_out).held_out.images
    some = images[np.linspace(0, len(images) - 1, min(COMPARED, len(images))).astype(int)].numpy()
    return np.sort(reconstruction_errors.errors_of(checkpoint, np.divide(some, 255, dtype=np.float32)))


def percentile(ascending: Floats, error: float) -> float | None:
    """Return the percentage of `ascending` errors below `error`; None if there are no errors."""
    return 100 * float(np.searchsorted(ascending, error)) / len(ascending) if len(ascending) else None
