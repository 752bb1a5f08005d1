"""Decodes encoded pictures of any size and mode and many formats (`image_file`) into one uint8 tensor.

It does not know where they come from, or what is on them.
"""

import io
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from latent_explorer import image_file
from latent_explorer.data.array_layout import MAX_SIDE
from latent_explorer.data.memory_limit import check_memory
from latent_explorer.data.progress_bar import ProgressBar
from latent_explorer.errors import InputError, write_count

LARGE = 4_000_000  # pixels of an image above which one is decoded at a time
WAITING_BYTES = 64 << 20  # of pictures read and not yet decoded
GREY_MODES = ("1", "L", "LA", "I", "F")

HOPELESS = 1000  # files, the first ones, none of which can be read: then the others are not tried

_large = threading.Lock()

Encoded = Path | bytes | str
"""A plain file, its content, or the reason why there is none."""


@dataclass(frozen=True)
class DecodedPictures:
    images: Tensor
    """(M, C, H, W) uint8: those that can be read, in order."""
    good: Tensor
    """(N,) bool: which they are."""
    left_out: tuple[str, ...]
    """The others and the reason for each, one line a picture."""


def decode(
    pictures: Iterable[tuple[int, str, Encoded]], count: int, size: int | None, channels: int | None
) -> DecodedPictures:
    """Decode `count` pictures, given in any order as position, name and content.

    Each is rotated by its EXIF orientation, cropped to the central square and resized to `size` pixels and 1 (grey) or
    3 channels; transparent pixels become white. Without `size` and `channels` they keep their own, of which there must
    be one. Raises `InputError` if there are several, or no picture can be read.
    """
    images: Tensor | None = None
    good = torch.zeros(count, dtype=torch.bool)
    left_out: dict[int, str] = {}
    read = _decode_in_threads(pictures, size, channels)
    for position, name, one in ProgressBar(read, total=count, desc="images", unit="file"):
        if isinstance(one, str):
            left_out[position] = f"{name}: {one}"
            if images is None and len(left_out) >= HOPELESS:
                raise InputError(f"none of the first {HOPELESS:,} of {count:,} files can be read: {left_out[position]}")
            continue
        if images is None:
            check_memory(count, one.shape)
            images = torch.empty((count, *one.shape), dtype=torch.uint8)
        elif one.shape != images.shape[1:]:
            raise InputError(
                f"data.size: pictures of several sizes or channels arrived, {_describe(tuple(images.shape[1:]))} and "
                f"{_describe(one.shape)} ({name}); data.size and data.channels make them equal"
            )
        images[position] = torch.from_numpy(one)
        good[position] = True
    reasons = tuple(left_out[position] for position in sorted(left_out))
    if images is None:
        raise InputError(f"of {write_count(count, 'file')} none can be read: {reasons[0]}")
    return DecodedPictures(images if not reasons else images[good], good, reasons)


def read_picture(source: Encoded, size: int | None, channels: int | None) -> NDArray[np.uint8] | str:
    """Return a picture as (C, H, W) bytes, or the reason why it cannot be read."""
    if isinstance(source, str):
        return source
    try:
        if isinstance(source, Path) and not source.is_file():
            return "no plain file"
        with (
            source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as file,
            image_file.open_image(file, size or 1 << 16) as image,
            _large if image.width * image.height > LARGE else nullcontext(),
        ):
            ImageOps.exif_transpose(image, in_place=True)
            if size is None and max(image.size) > MAX_SIDE:
                return f"{image.width} x {image.height} pixels arrived; sides up to {MAX_SIDE} are allowed"
            channels = channels or (1 if image.mode.partition(";")[0] in GREY_MODES else 3)
            fitted = _to_grey_or_rgb(image, channels)
            if size is not None:
                fitted = ImageOps.fit(fitted, (size, size), Image.Resampling.LANCZOS)
            values = np.array(fitted)
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    except InputError as error:
        return str(error)
    return values[None] if channels == 1 else np.ascontiguousarray(np.moveaxis(values, -1, 0))


def list_suffixes() -> set[str]:
    """Return the endings of the names of picture files."""
    return {suffix for suffix, kind in Image.registered_extensions().items() if kind in Image.OPEN}


def _decode_in_threads(
    pictures: Iterable[tuple[int, str, Encoded]], size: int | None, channels: int | None
) -> Iterator[tuple[int, str, NDArray[np.uint8] | str]]:
    """Yield the pictures decoded, reading on while others decode, as far as the memory for waiting ones allows."""
    workers = os.cpu_count() or 1
    waiting: deque[tuple[int, str, int, Future[NDArray[np.uint8] | str]]] = deque()
    waiting_bytes = 0
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            for position, name, source in pictures:
                length = len(source) if isinstance(source, bytes) else 0
                waiting.append((position, name, length, pool.submit(read_picture, source, size, channels)))
                waiting_bytes += length
                while len(waiting) > 4 * workers or (waiting and waiting_bytes > WAITING_BYTES):
                    done, called, freed, future = waiting.popleft()
                    waiting_bytes -= freed
                    yield done, called, future.result()
            for done, called, _, future in waiting:
                yield done, called, future.result()
        finally:
            for *_, future in waiting:
                future.cancel()


def _to_grey_or_rgb(image: Image.Image, channels: int) -> Image.Image:
    """Convert an image to 8-bit grey or RGB, with transparent pixels on white."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, np.float32)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0  # 16-bit grey, or 8-bit values in a wider type
        image = Image.fromarray(np.nan_to_num(np.clip(values * (255 / top), 0, 255)).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    mode = "L" if channels == 1 else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _describe(shape: tuple[int, ...]) -> str:
    return f"{shape[1]}x{shape[2]} {'grey' if shape[0] == 1 else 'colour'}"
