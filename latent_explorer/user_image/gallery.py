"""The gallery: the pictures of a class, each with a label or none. It knows neither models nor files."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from latent_explorer.config.limits import Length
from latent_explorer.user_image import OwnImage

MAX_PICTURES = 200
MAX_SIDE = 128
"""Pixels of the longer side of a picture that is kept: two hundred drawings take 3 MB."""
MAX_LABEL = 1000
"""Characters of a label."""
MIN_RANGE = 8
"""Least difference between the brightest and the darkest byte of a picture that shows something."""


@dataclass(frozen=True)
class GalleryPicture:
    image: OwnImage
    label: Annotated[str, Length(0, MAX_LABEL)] = ""
    """The name of a class; empty if none was given."""


@dataclass(frozen=True)
class Gallery:
    """The pictures in the order in which they were added."""

    pictures: Annotated[tuple[GalleryPicture, ...], Length(0, MAX_PICTURES)] = ()

    def add(self, pictures: Iterable[GalleryPicture]) -> "Gallery":
        """Return the gallery with those `pictures` that it lacks, as far as there is room."""
        merged = dict.fromkeys((*self.pictures, *pictures))
        return Gallery(tuple(merged)[:MAX_PICTURES])

    def remove(self, number: int) -> "Gallery":
        """Return the gallery without its picture `number`."""
        return Gallery(self.pictures[:number] + self.pictures[number + 1 :])

    def relabel(self, number: int, label: str) -> "Gallery":
        """Return the gallery with another label of its picture `number`."""
        changed = replace(self.pictures[number], label=label)
        return Gallery((*self.pictures[:number], changed, *self.pictures[number + 1 :]))

    @property
    def is_full(self) -> bool:
        return len(self.pictures) >= MAX_PICTURES


def shows_something(image: OwnImage) -> bool:
    """Return False for one even surface."""
    values = np.frombuffer(image.pixels, np.uint8).reshape(-1, image.channels)
    return int(np.ptp(values, axis=0).max()) >= MIN_RANGE


def shrink(image: OwnImage) -> OwnImage:
    """Return the picture with a longer side of at most `MAX_SIDE` pixels."""
    if max(image.size) <= MAX_SIDE:
        return image
    from PIL import Image

    small = Image.fromarray(image.picture)
    small.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX, reducing_gap=None)
    return OwnImage.of(np.asarray(small), drawn=image.drawn, name=image.name)
