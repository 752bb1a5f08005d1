"""Arrays of images as a data set: numpy arrays, tensors, or blocks of rows from a file, with labels and attributes.

Axes are read by `array_layout`, numbers by `pixel_values`, what is known of each picture by `array_columns`. It knows
no files and no models.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer import config, files
from latent_explorer.arrays import is_tensor
from latent_explorer.data import array_columns, array_layout, loaded_images, pixel_values
from latent_explorer.data.array_columns import NO_ANNOTATIONS, Annotations
from latent_explorer.data.dataset import MIN_IMAGES, Dataset, convert_images, split_folder
from latent_explorer.data.loaded_images import LoadedImages
from latent_explorer.data.memory_limit import check_memory
from latent_explorer.errors import InputError, quote, write_count

BLOCK_BYTES = 32 << 20
DEFAULTS = config.Data(name="array")


@dataclass(frozen=True)
class ArraySource:
    """An array whose rows are read in blocks, once to find the range of its numbers and once to convert them."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[int], Iterator[NDArray[Any]]]
    """Yields blocks of at most so many rows, in order."""

    @property
    def rows_per_block(self) -> int:
        row = max(1, int(np.prod(self.shape[1:], dtype=np.int64)) * self.dtype.itemsize)
        return max(1, BLOCK_BYTES // row)


def make_dataset(
    images: Any, annotations: Annotations = NO_ANNOTATIONS, settings: config.Data = DEFAULTS, seed: int = 0
) -> Dataset:
    """Return arrays in memory as a data set, and keep the images in the user's cache for the explorer.

    `images` is a numpy array, a tensor or anything that converts to an array: (N, H, W), (N, H, W, C) or (N, C, H, W)
    of 1, 3 or 4 channels; bool, bytes, 16-bit values, or numbers from 0 to 1, -1 to 1 or 0 to 255. Transparent pixels
    become white. `settings` converts size and channels and says how many are held out, which `seed` draws. Raises
    `InputError` for anything else; what was scaled, assumed or left out is in the data set's `remarks`.
    """
    return convert(from_memory(images), annotations, settings, seed)


def convert(
    source: ArraySource, annotations: Annotations, settings: config.Data, seed: int, *, held_out: int = 0
) -> Dataset:
    """Return the rows of `source` as a data set, by the rules of `make_dataset`; the last `held_out` ones are held out,
    if it has a split of its own."""
    pixels, remarks = read_images(source, settings)
    numbers, names = array_columns.to_classes(annotations.labels, annotations.class_names, len(pixels))
    known, left_out = array_columns.to_attributes(annotations.attributes or {}, len(pixels))
    classes = torch.from_numpy(numbers)
    digest = compute_digest(pixels, classes, names, held_out)
    pictures = LoadedImages(pixels, classes, names, digest, held_out=held_out)
    if loaded_images.load_cached(pictures.digest) is None:
        loaded_images.save_to_cache(pictures)
    dataset = split_folder(pictures, settings, seed, known)
    return replace(dataset, remarks=tuple(map(files.to_printable, (*remarks, *left_out))))


def from_memory(images: Any) -> ArraySource:
    """Return an array in memory as a source; raise `InputError` for what is no array of numbers."""
    if images is None or isinstance(images, str | os.PathLike):
        arrived = "nothing" if images is None else f"the text {quote(str(images))}"
        raise InputError(f"images: {arrived} arrived; an array {array_layout.ALLOWED} is allowed; train.py reads files")
    try:
        if is_tensor(images):
            images = images.detach().cpu()
            images = images.float() if images.dtype == torch.bfloat16 else images
            array = images.numpy()
        else:
            array = np.asarray(images)
    except (TypeError, ValueError, RuntimeError, MemoryError):  # a ragged list, a sparse tensor
        raise InputError(
            f"images: {type(images).__name__} arrived, which is no array; {array_layout.ALLOWED} is allowed"
        ) from None

    def read(rows: int) -> Iterator[NDArray[Any]]:
        for first in range(0, len(array), rows):
            yield array[first : first + rows]

    return ArraySource(array.shape, array.dtype, read)


def join(first: ArraySource, second: ArraySource) -> ArraySource:
    """Return the rows of two arrays, one after the other; raise `InputError` if they are of different kinds."""
    if first.shape[1:] != second.shape[1:] or first.dtype != second.dtype or not first.shape or not second.shape:
        raise InputError(
            f"shapes {first.shape} of {first.dtype} and {second.shape} of {second.dtype} arrived, for training and "
            "testing; rows of one shape and type are allowed"
        )

    def read(rows: int) -> Iterator[NDArray[Any]]:
        yield from first.read(rows)
        yield from second.read(rows)

    return ArraySource((first.shape[0] + second.shape[0], *first.shape[1:]), first.dtype, read)


def read_images(source: ArraySource, settings: config.Data) -> tuple[Tensor, tuple[str, ...]]:
    """Return the images as (N, C, H, W) bytes, and how they were read; raise `InputError` for what is not allowed."""
    pixel_values.check_type(source.dtype)
    wanted = settings.shape if settings.size is None and settings.channels is None else None
    layout = array_layout.find_layout(source.shape, wanted)
    if layout.count < MIN_IMAGES:
        raise InputError(f"{write_count(layout.count, 'image')} arrived; at least {MIN_IMAGES} are needed")
    channels = settings.channels or min(layout.channels, 3)
    shape = (channels, settings.size or layout.height, settings.size or layout.width)
    if settings.shape is not None and shape != settings.image_shape:
        raise InputError(
            f"images of shape {list(shape)} arrived; data.shape {list(settings.image_shape)} is the one allowed"
        )
    check_memory(layout.count, shape)
    try:
        pixels = torch.empty((layout.count, *shape), dtype=torch.uint8)
        values = pixel_values.find_range(source.dtype, source.read(source.rows_per_block))
        first = 0
        for block in source.read(source.rows_per_block):
            converted = _convert_block(layout.arrange(block), values, settings)
            pixels[first : first + len(converted)] = converted
            first += len(converted)
    except MemoryError:
        raise InputError(f"shape {source.shape} of {source.dtype} arrived, which does not fit into memory") from None
    on_white = "transparent pixels become white" if layout.channels == 4 else ""
    return pixels, tuple(remark for remark in (layout.remark, values.remark, on_white) if remark)


def compute_digest(pixels: Tensor, labels: Tensor, class_names: tuple[str, ...], held_out: int) -> str:
    """Return a digest of the content, by which the cache finds it."""
    said = f"array {tuple(pixels.shape)} {class_names} {held_out}"
    digest = hashlib.blake2b(said.encode(errors="replace"), digest_size=16)
    for values in (pixels, labels):
        array: NDArray[Any] = values.numpy()
        digest.update(array.data)
    return digest.hexdigest()


def _convert_block(block: NDArray[Any], values: pixel_values.PixelRange, settings: config.Data) -> Tensor:
    """Return pictures (n, C, H, W) of any number type as bytes of the size and channels of `settings`."""
    pixels = values.to_bytes(block)
    if pixels.shape[1] == 4:
        pixels = pixel_values.blend_on_white(pixels)
    if settings.size is not None:  # the central square
        height, width = pixels.shape[2:]
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        pixels = pixels[:, :, top : top + side, left : left + side]
    # torch refuses negative strides, and warns about read-only arrays
    return convert_images(torch.from_numpy(np.require(pixels, requirements=("C", "W"))), settings)
