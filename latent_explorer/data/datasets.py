"""Data sets: images as uint8 tensors in memory, labels, and the split into training and held-out images.

It knows no models. A data set that is not on this machine is downloaded by torchvision, or an `InputError` says which
files are expected where.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import platformdirs
import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer import config, files
from latent_explorer.data import face_set, faces, measure_drawings, torchvision_sets
from latent_explorer.data.attributes import Attribute, Attributes
from latent_explorer.data.loaded_images import LoadedImages
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError

MIN_IMAGES = 16  # fewest images that a training needs
DRAWINGS = ("digits", "mnist")
"""Data sets of bright strokes on black, of which something can be measured."""
OWN = ("folder", "array")
"""Data sets of the user's own images, which have no name in common and are found by their digest."""


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

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        return self.train.image_shape

    def get_image(self, index: int) -> Tensor:
        """Return the image at `index`, (C, H, W) uint8."""
        first = len(self.train)
        return self.train.get_image(index) if index < first else self.test.get_image(index - first)

    def make_attributes(self, indices: NDArray[np.integer[Any]]) -> dict[str, Attribute]:
        """Return what else is known of the images at `indices`, by name: the factors of drawn faces, the measures of
        digits, what came with images of one's own, nothing of others. Digits take about a millisecond each."""
        if self.name == "faces":
            factors = face_set.sample_factors(len(self.train), len(self.test))
            return {name: one.select(indices) for name, one in factors.items()}
        if self.name in DRAWINGS:
            return measure_drawings.measure(np.stack([self.get_image(int(index)).numpy() for index in indices]))
        return {name: one.select(indices) for name, one in self.attributes.items()}


def resolve_data_dir(data_dir: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of the data sets: `data_dir`, else $LATENT_EXPLORER_DATA, else the user's cache folder."""
    chosen = data_dir or os.environ.get("LATENT_EXPLORER_DATA")
    if chosen:
        return files.expand(chosen)
    return Path(platformdirs.user_cache_dir("latent_explorer")) / "data"


def load(
    settings: config.Data, *, data_dir: str | os.PathLike[str] | None = None, seed: int = 0, download: bool = True
) -> Dataset:
    """Load the data set of the config section `settings`.

    `data_dir` overrides `settings.path`; `seed` draws the held-out share if the set has no split of its own. Raises
    `MissingDatasetError` if the files are missing and cannot be downloaded or `download` is False, `InputError` if they
    are damaged.
    """
    if settings.name in OWN:
        from latent_explorer.data import own_images  # which needs the data set made here

        return own_images.load(settings, os.fspath(data_dir) if data_dir else settings.path, seed)
    if data_dir and os.path.isfile(data_dir):
        raise InputError(
            f"--data-dir {data_dir}: a file arrived for data.name {settings.name}; data.name array reads one"
        )
    if settings.name == "faces":
        return _load_faces(settings)
    if settings.name == "digits":
        train, test = _load_digits(settings.held_out, seed)
        class_names = tuple("0123456789")
    else:
        parts = torchvision_sets.load(settings.name, resolve_data_dir(data_dir or settings.path), download=download)
        train, test = (Split(*part) for part in parts)
        class_names = torchvision_sets.SETS[settings.name].class_names
    if settings.limit is not None:
        train = train.select(slice(settings.limit))
    train, test = (Split(convert_images(part.images, settings), part.labels) for part in (train, test))
    return Dataset(settings.name, train, test, class_names)


def with_remarks(dataset: Dataset, remarks: Sequence[str]) -> Dataset:
    """Return the data set with further remarks, as printable text."""
    return replace(dataset, remarks=(*dataset.remarks, *map(files.to_printable, remarks)))


def check_size(settings: config.Data) -> None:
    """Raise `InputError` for a size of faces that cannot be drawn."""
    size = settings.image_shape[1]
    if settings.name == "faces" and not faces.MIN_SIZE <= size <= faces.MAX_SIZE:
        raise InputError(f"data.size: {size} arrived; {faces.MIN_SIZE} to {faces.MAX_SIZE} are allowed for faces")


@dataclass(frozen=True)
class DatasetParts:
    """The training images, the held-out images, and the images of the classes left out of both."""

    train: Split
    held_out: Split
    left_out: Split | None


def split_off_classes(dataset: Dataset, leave_out: Sequence[str] | None) -> DatasetParts:
    """Split off the classes named in `leave_out`, training and held-out images alike; raise `InputError` if a name is
    not a class of the data set, or too few images remain."""
    if not leave_out:
        return DatasetParts(dataset.train, dataset.test, None)
    known = dataset.class_names
    if not known:
        raise InputError("data.leave_out: classes arrived for images without labels; they are needed")
    for name in leave_out:
        if name not in known:
            raise InputError(f"data.leave_out: {name!r} arrived; classes of {', '.join(known)} are allowed")
    unseen = torch.tensor([known.index(name) for name in leave_out])
    both = (dataset.train, dataset.test)
    away = [torch.isin(part.labels, unseen) for part in both]
    train, held_out = (part.select(~out) for part, out in zip(both, away, strict=True))
    if len(train) < MIN_IMAGES or not len(held_out):
        raise InputError(
            f"data.leave_out: {', '.join(leave_out)} arrived, which leaves {len(train)} images to learn from and "
            f"{len(held_out)} to measure; at least {MIN_IMAGES} and 1 are needed"
        )
    return DatasetParts(train, held_out, dataset.train.select(away[0]) + dataset.test.select(away[1]))


def to_floats(images: Tensor) -> Tensor:
    """Convert uint8 images 0..255 to float32 in [0, 1]."""
    return images.to(torch.float32).div_(255)


# -- the sets -----------------------------------------------------------------------------------------


def _load_digits(held_out: float, seed: int) -> tuple[Split, Split]:
    """Load scikit-learn's 1,797 digits of 8x8 pixels (UCI, Alpaydin and Kaynak 1998), grey values 0..16."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    images = torch.from_numpy(np.round(pixels * (255 / 16)).astype(np.uint8)).reshape(-1, 1, 8, 8)
    every = Split(images, torch.from_numpy(labels.astype(np.int64)))
    train, test = map(every.select, hold_out(len(every), held_out, seed))
    return train, test


def _load_faces(settings: config.Data) -> Dataset:
    """Make the set of drawn faces, each drawn when it is needed; grey ones are drawn at once."""
    check_size(settings)
    size = settings.image_shape[1]
    train, test = face_set.make_splits(size, settings.limit)
    if settings.channels == 1:
        grey = replace(settings, size=None)
        train, test = (Split(convert_images(part.images, grey), part.labels) for part in (train, test))
    return Dataset("faces", train, test, faces.HAIR_STYLES)


def split_folder(
    pictures: LoadedImages, settings: config.Data, seed: int, attributes: Attributes = MappingProxyType({})
) -> Dataset:
    """Split the images of a folder and their `attributes` into a data set; raise `InputError` if there are fewer than
    `MIN_IMAGES`."""
    count = len(pictures.images) - pictures.held_out
    if count < MIN_IMAGES:
        raise InputError(f"{count} images arrived; at least {MIN_IMAGES} are needed")
    every = Split(pictures.images, pictures.labels)
    parts = hold_out(len(every), settings.held_out, seed, settings.limit, given=pictures.held_out)
    order = torch.cat(parts).numpy()
    known = {name: one.select(order) for name, one in attributes.items()}
    names = tuple(pictures.names[row] for row in order.tolist()) if pictures.names else ()
    train, test = map(every.select, parts)
    return Dataset(settings.name, train, test, pictures.class_names, pictures.digest, (), known, names, pictures.folder)


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
