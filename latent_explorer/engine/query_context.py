"""What lies ready for an answer: the open checkpoints, and the images of their data sets where they are here."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer import user_image
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import dataset_framing
from latent_explorer.engine.decode import as_picture
from latent_explorer.engine.subject import Picture, Subject
from latent_explorer.user_image import OwnImage

if TYPE_CHECKING:
    from latent_explorer.data.datasets import Dataset

Originals = MutableMapping[tuple[object, ...], "Dataset | str"]
"""Data sets by `Checkpoint.data_key`; a text says why one is not here."""


@dataclass(frozen=True)
class QueryContext:
    checkpoints: Mapping[str, Checkpoint]
    originals: Originals

    def checkpoint(self, name: str) -> Checkpoint:
        return self.checkpoints[name]

    def dataset(self, model: str) -> "Dataset | str":
        """The images that a model learnt, or a text that says why they are not here."""
        return self.originals.get(self.checkpoints[model].data_key, "looking for the data set")

    def original(self, model: str, dot: int) -> tuple[NDArray[np.uint8] | None, str]:
        """A dot's image (C, H, W), or None and why it is not here."""
        dataset, index = self.dataset(model), int(self.checkpoints[model].indices[dot])
        if isinstance(dataset, str):
            return None, dataset
        if index >= len(dataset.train) + len(dataset.test):
            return None, "not in the data set here"
        return dataset.image(index).numpy(), ""

    def own(self, model: str, image: OwnImage) -> tuple[Floats, Picture]:
        """An own picture as the model sees it, (C, H, W), and the same as bytes; the same ones for all models of such
        pictures. Raises `InputError` where it shows nothing."""
        checkpoint = self.checkpoints[model]
        return _fitted(image, checkpoint.image_shape, dataset_framing.of(checkpoint))

    def image(self, model: str, subject: Subject) -> tuple[Floats, str]:
        """The picture (C, H, W) of values from 0 to 1 that a lab works on, and what is to be said of it.

        A sample's own reconstruction stands in where its image is not on this machine.
        """
        checkpoint = self.checkpoints[model]
        if isinstance(subject, OwnImage):
            return self.own(model, subject)[0], ""
        original, why = self.original(model, subject.dot)
        if original is not None:
            return np.divide(original, 255, dtype=np.float32), ""
        labels = checkpoint.labels[[subject.dot]] if checkpoint.conditional else None
        picture: Floats = checkpoint.decode(checkpoint.latents[[subject.dot]], labels)[0]
        return np.clip(picture, 0, 1), f"{why}: its reconstruction stands in"


@lru_cache(maxsize=8)
def _fitted(image: OwnImage, shape: tuple[int, int, int], like: user_image.Frame) -> tuple[Floats, Picture]:
    x = user_image.fitted(image, shape, like=like)
    return x, as_picture(x)
