"""A data set: samples as tensors in memory, labels, and the split into training and held-out samples. Pictures are
uint8, 0 to 255; signals and rows of tables are float32, 0 to 1.

It knows neither where images come from nor models.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer import config, files
from latent_explorer.data import face_set, measure_drawings
from latent_explorer.data.attributes import Attribute, Attributes
from latent_explorer.data.loaded_images import LoadedImages
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError, write_count
from latent_explorer.samples import IMAGES, Curves, SampleKind, Tables

MIN_IMAGES = 16  # fewest images that a training needs


@dataclass(frozen=True)
class Dataset:
    """Training and held-out images of one shape. `get_image(i)` counts through both: training images first."""

    name: str
    train: Split
    test: Split
    class_names: tuple[str, ...]
    folder_digest: str = ""
    """Digest of images of one's own, by which the cache finds them; empty for a named data set."""
    remarks: tuple[str, ...] = ()
    """Messages to the user about how it was read."""
    attributes: Attributes = field(default_factory=dict)
    """What else is known of images of one's own, counted as by `get_image`."""
    file_names: tuple[str, ...] = ()
    """The file of each image of a folder, below it, counted as by `get_image`."""
    folder: str = ""
    """The folder; empty for other sets."""
    kind: SampleKind = IMAGES
    """What a sample is."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        return self.train.image_shape

    @property
    def count(self) -> int:
        """The number of images."""
        return len(self.train) + len(self.test)

    def describe_size(self) -> str:
        """Return the size of a sample in words: pixels of a picture, points of a signal, columns of a row."""
        if self.kind.has_pixels:
            return "x".join(map(str, self.image_shape))
        channels, _, values = self.image_shape
        return f"{f'{channels} channels of ' if channels > 1 else ''}{values:,} {self.kind.words.value}s"

    def complete(self, settings: config.Data) -> config.Data:
        """Return `settings` with what is known only when the samples are read: their shape, unless the data set's name
        tells it, and what they are."""
        is_named = settings.name not in config.SHAPED_BY_FILE
        return replace(
            settings,
            shape=settings.shape if is_named else self.image_shape,
            curves=self.kind if isinstance(self.kind, Curves) else None,
            columns=self.kind.columns if isinstance(self.kind, Tables) else None,
        )

    def get_image(self, index: int) -> Tensor:
        """Return the sample at `index`, (C, H, W)."""
        first = len(self.train)
        return self.train.get_image(index) if index < first else self.test.get_image(index - first)

    def get_images(self, indices: NDArray[np.integer[Any]]) -> Tensor:
        """Return the samples at `indices`, (N, C, H, W)."""
        chosen, first = torch.from_numpy(np.asarray(indices, np.int64)), len(self.train)
        held_out = chosen >= first
        learnt, unseen = self.train.get_images(chosen[~held_out]), self.test.get_images(chosen[held_out] - first)
        images = torch.empty((len(chosen), *self.image_shape), dtype=learnt.dtype)
        images[~held_out], images[held_out] = learnt, unseen
        return images

    def prepare(self, indices: NDArray[np.integer[Any]]) -> None:
        """Make the samples at `indices` that would be made only when they are asked for; takes its time."""
        chosen, first = torch.from_numpy(np.asarray(indices, np.int64)), len(self.train)
        self.train.prepare(chosen[chosen < first])
        self.test.prepare(chosen[chosen >= first] - first)

    def make_attributes(self, indices: NDArray[np.integer[Any]]) -> dict[str, Attribute]:
        """Return what else is known of the images at `indices`, by name: the factors of drawn faces, the measures of
        digits, what came with images of one's own, nothing of others. Digits take about a millisecond each."""
        if self.name == "faces":
            factors = face_set.sample_factors(len(self.train), len(self.test))
            return {name: one.select(indices) for name, one in factors.items()}
        if self.name in measure_drawings.DRAWINGS:
            return measure_drawings.measure(self.get_images(indices).numpy())
        return {name: one.select(indices) for name, one in self.attributes.items()}


def with_remarks(dataset: Dataset, remarks: Sequence[str]) -> Dataset:
    """Return the data set with further remarks, as printable text."""
    return replace(dataset, remarks=(*dataset.remarks, *map(files.to_printable, remarks)))


def split_folder(
    pictures: LoadedImages, settings: config.Data, seed: int, attributes: Attributes = MappingProxyType({})
) -> Dataset:
    """Split the images of a folder and their `attributes` into a data set; raise `InputError` if there are fewer than
    `MIN_IMAGES`."""
    count = len(pictures.images) - pictures.held_out
    if count < MIN_IMAGES:
        raise InputError(f"{write_count(count, pictures.kind.words.one)} arrived; at least {MIN_IMAGES} are needed")
    every = Split(pictures.images, pictures.labels)
    parts = hold_out(len(every), settings.held_out, seed, settings.limit, given=pictures.held_out)
    order = torch.cat(parts).numpy()
    known = {name: one.select(order) for name, one in attributes.items()}
    names = tuple(pictures.names[row] for row in order.tolist()) if pictures.names else ()
    train, test = map(every.select, parts)
    return Dataset(
        settings.name, train, test, class_names=pictures.class_names, folder_digest=pictures.digest, remarks=(),
        attributes=known, file_names=names, folder=pictures.folder, kind=pictures.kind,
    )  # fmt: skip


def hold_out(count: int, share: float, seed: int, limit: int | None = None, given: int = 0) -> tuple[Tensor, Tensor]:
    """Return the rows of at most `limit` of `count` images to train on, and of those held out, at least one each: a
    random `share`, or the last `given` ones."""
    draw = torch.Generator().manual_seed(seed)
    if given:
        return torch.randperm(count - given, generator=draw)[:limit], torch.arange(count - given, count)
    order = torch.randperm(count, generator=draw)
    held_out = min(max(1, round(share * count)), count - 1)
    return order[held_out:][:limit], order[:held_out]


def convert_images(images: Tensor, settings: config.Data) -> Tensor:
    """Convert images to `settings.size` and `settings.channels`, in blocks to limit memory."""
    if settings.size is None and settings.channels is None:
        return images
    return torch.cat([_convert_block(block, settings) for block in torch.split(images, 4096)])


def _convert_block(images: Tensor, settings: config.Data) -> Tensor:
    values = images.to(torch.float32)
    if settings.channels == 1 and values.shape[1] == 3:
        values = torch.einsum("nchw,c->nhw", values, values.new_tensor([0.299, 0.587, 0.114])).unsqueeze(1)
    if settings.channels == 3 and values.shape[1] == 1:
        values = values.expand(-1, 3, -1, -1)
    if settings.size is not None:
        interpolate: Any = torch.nn.functional.interpolate
        values = interpolate(values, size=(settings.size, settings.size), mode="bilinear", antialias=True)
    return values.round_().clamp_(0, 255).to(torch.uint8)
