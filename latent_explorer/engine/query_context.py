"""Data that queries may read: open checkpoints and, if found on this machine, their original images."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer import user_image
from latent_explorer.arrays import Floats, to_unit
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.datasets import drawing_check
from latent_explorer.engine.decode import decode_dots
from latent_explorer.engine.measurements import dataset_framing
from latent_explorer.engine.subject import Picture, Subject
from latent_explorer.samples import SampleKind
from latent_explorer.texts import mark
from latent_explorer.user_image import OwnImage

if TYPE_CHECKING:
    from latent_explorer.data.dataset import Dataset

Originals = MutableMapping[tuple[object, ...], "Dataset | str"]
"""Data sets by `Checkpoint.data_key`; a string instead gives the reason why one is not on this machine."""

LOOKING = mark("looking for the data set")
"""Reason why a data set is not there yet."""


def is_looking(note: str) -> bool:
    """Return whether a note on a missing original says that its data set is still being looked for: whether there is
    one on this machine is not known then."""
    return note.startswith(LOOKING)


@dataclass(frozen=True)
class QueryContext:
    checkpoints: Mapping[str, Checkpoint]
    originals: Originals
    data_dir: str | None = None
    """Folder of the data sets; None for the usual one."""
    may_defer: bool = False
    """Whether an answer may decode its picture on first access: within the frame, if the decoder is fast."""

    def get_checkpoint(self, name: str) -> Checkpoint:
        """Return the open checkpoint of this name."""
        return self.checkpoints[name]

    def find_dataset(self, model: str) -> "Dataset | str":
        """Return the data set that `model` was trained on, or a string with the reason why it is unavailable."""
        checkpoint = self.checkpoints[model]
        dataset = self.originals.get(checkpoint.data_key, LOOKING)
        if isinstance(dataset, str) or drawing_check.is_drawn_as_trained(checkpoint, dataset):
            return dataset
        return drawing_check.DRAWN_OTHERWISE

    def is_looking_for_dataset(self, model: str) -> bool:
        """Return whether it is not known yet if the data set of `model` is on this machine."""
        return self.find_dataset(model) == LOOKING

    def find_original(self, model: str, dot: int) -> tuple[NDArray[np.uint8] | None, str]:
        """Return the original image (C, H, W) of a dot and "", or None and the reason why it is unavailable."""
        dataset, index = self.find_dataset(model), int(self.checkpoints[model].indices[dot])
        if isinstance(dataset, str):
            return None, dataset
        if index >= dataset.count:
            return None, mark("not in the data set here")
        return dataset.get_image(index).numpy(), ""

    def find_originals(self, model: str, dots: Sequence[int] | NDArray[np.intp]) -> tuple[list[NDArray[np.uint8]], str]:
        """Return the original images (C, H, W) of some dots, read together, and "". If one of them is unavailable,
        return none and the reason."""
        dataset, chosen = self.find_dataset(model), self.checkpoints[model].indices[np.asarray(dots, np.intp)]
        if isinstance(dataset, str):
            return [], dataset
        if np.any(chosen >= dataset.count):
            return [], mark("not in the data set here")
        return list(dataset.get_images(chosen).numpy()), ""

    def fit_and_draw(self, model: str, image: OwnImage) -> tuple[Floats, Picture]:
        """Return the user image fitted to the model's input, (C, H, W), and the same as a picture. Raises `InputError`
        for an empty picture."""
        return _fit_and_draw(self.checkpoints[model], image)

    def prepare_fit(self, model: str) -> None:
        """Do now what the first `fit_and_draw` would do once: measure how pictures of the data set are framed."""
        _find_framing(self.checkpoints[model])

    def find_image(self, model: str, subject: Subject) -> tuple[Floats, str]:
        """Return the image (C, H, W) of `subject`, values 0 to 1, and a note for the user, which may be empty.

        The reconstruction of a sample replaces its image if that is not on this machine.
        """
        if isinstance(subject, OwnImage):
            return self.fit_and_draw(model, subject)[0], ""
        original, why = self.find_original(model, subject.dot)
        if original is not None:
            return to_unit(original), ""
        image = np.clip(decode_dots(self.checkpoints[model], [subject.dot])[0], 0, 1)
        return image, mark("{reason}: its reconstruction stands in", reason=why)


def fit_user_image(checkpoint: Checkpoint, image: OwnImage) -> Floats:
    """Return the user image as an input (C, H, W) of the model. Raises `InputError` for an empty picture."""
    return _fit_and_draw(checkpoint, image)[0]


def _fit_and_draw(checkpoint: Checkpoint, image: OwnImage) -> tuple[Floats, Picture]:
    return _fit_to_shape(image, checkpoint.image_shape, checkpoint.sample_kind, _find_framing(checkpoint))


def _find_framing(checkpoint: Checkpoint) -> user_image.DatasetFraming | None:
    return dataset_framing.find_framing(checkpoint) if checkpoint.sample_kind.has_pixels else None


@remember(8)
def _fit_to_shape(
    image: OwnImage, shape: tuple[int, int, int], kind: SampleKind, framing: user_image.DatasetFraming | None
) -> tuple[Floats, Picture]:
    """Return the fitted image and its picture: one for all models with samples of a kind, shape and framing, which the
    window then enlarges once."""
    if framing is None:
        fitted = kind.read_drawing(image.picture, shape)
    else:
        fitted = user_image.fit_image(image, shape, framing=framing)
    return fitted, kind.draw(fitted[None])[0]
