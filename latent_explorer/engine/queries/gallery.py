"""Where the pictures of the gallery lie: each encoded, decoded, placed on a map, with the samples nearest to it.

What was computed of a picture is kept, so that one more picture costs one picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_dot_pictures, draw_sample
from latent_explorer.engine.query import MapQuery
from latent_explorer.engine.query_context import QueryContext, fit_user_image
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import InputError
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import MAX_PICTURES

NEIGHBOUR_COUNT = 4


@dataclass(frozen=True, eq=False)
class PlacedPicture:
    """A picture of the gallery as a model sees it; only `refusal` is set if the model can make nothing of it."""

    xy: tuple[float, float] = (0.0, 0.0)
    picture: Picture | None = None
    """What the model sees."""
    reconstruction: Picture | None = None
    error: float = 0.0
    """Mean squared error a pixel."""
    nearest: tuple[int, ...] = ()
    """The dots of the nearest samples, the nearest first."""
    nearest_pictures: tuple[Picture, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, eq=False)
class GalleryPlaces:
    """The pictures of one query, by image."""

    model: str
    map_name: str
    places: Mapping[OwnImage, PlacedPicture]


_placed: WeakKeyDictionary[Atlas, LeastRecentlyUsed[tuple[OwnImage, bool], PlacedPicture]] = WeakKeyDictionary()
"""What is known already, by the map of a model; of a picture with and without the model's data set here."""


@dataclass(frozen=True)
class PlaceGallery(MapQuery[GalleryPlaces]):
    """Some pictures of the gallery on a map of a model."""

    in_frame: ClassVar[bool] = False
    images: tuple[OwnImage, ...]

    def answer(self, context: QueryContext) -> GalleryPlaces:
        checkpoint = context.get_checkpoint(self.model)
        known = _placed.setdefault(checkpoint.maps[self.map_name], LeastRecentlyUsed(2 * MAX_PICTURES))
        here = not isinstance(context.find_dataset(self.model), str)
        new = [image for image in self.images if (image, here) not in known]
        fitted = {image: fit_or_refuse(checkpoint, image) for image in new}
        shown = {image: x for image, x in fitted.items() if not isinstance(x, str)}
        for image, refusal in fitted.items():
            if isinstance(refusal, str):
                known.put((image, here), PlacedPicture(refusal=refusal))
        if shown:
            placed = self._place(context, np.stack(list(shown.values())))
            for image, one in zip(shown, placed, strict=True):
                known.put((image, here), one)
        remembered = ((image, known.get((image, here))) for image in self.images)
        places = {image: place for image, place in remembered if place is not None}
        return GalleryPlaces(self.model, self.map_name, places)

    def _place(self, context: QueryContext, x: Floats) -> list[PlacedPicture]:
        """Return what is known of inputs (N, C, H, W) of the model."""
        checkpoint = context.get_checkpoint(self.model)
        unknown = conditioning.make_unknown_labels(checkpoint, len(x))
        z: Floats = checkpoint.encode(x, unknown)
        back: Floats = checkpoint.decode(z, unknown)
        xy = checkpoint.maps[self.map_name].transform(z)
        errors = np.square(back - x).mean(axis=(1, 2, 3))
        near = [checkpoint.neighbours.find_nearest(one, NEIGHBOUR_COUNT)[0] for one in z]
        pictures = _draw_samples(context, self.model, near)
        return [
            PlacedPicture(
                (float(at[0]), float(at[1])), draw_sample(checkpoint, one), draw_sample(checkpoint, again),
                float(error), tuple(map(int, dots)), drawn,
            )
            for at, one, again, error, dots, drawn in zip(xy, x, back, errors, near, pictures, strict=True)
        ]  # fmt: skip


def fit_or_refuse(checkpoint: Checkpoint, image: OwnImage) -> Floats | str:
    """Return the picture as an input (C, H, W) of the model, or why it can make nothing of it."""
    try:
        return fit_user_image(checkpoint, image)
    except InputError as error:
        return str(error)


def _draw_samples(context: QueryContext, model: str, rows: list[NDArray[np.intp]]) -> list[tuple[Picture, ...]]:
    """Return the pictures of some rows of dots: the originals if they are on this machine, else decoded."""
    checkpoint = context.get_checkpoint(model)
    every = np.concatenate(rows)
    originals, why = context.find_originals(model, every)
    drawn = decode_dot_pictures(checkpoint, every) if why else tuple(draw_sample(checkpoint, one) for one in originals)
    ends = np.cumsum([len(dots) for dots in rows])
    return [drawn[end - len(dots) : end] for end, dots in zip(ends.tolist(), rows, strict=True)]
