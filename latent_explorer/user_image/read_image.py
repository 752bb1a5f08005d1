"""User images from files and the clipboard, of any size and mode; any failure is an `InputError`.

Large images are shrunk while they are read, so that a photo takes little time and memory.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import files, image_file
from latent_explorer.errors import InputError
from latent_explorer.image_file import FORMATS_TEXT
from latent_explorer.texts import mark
from latent_explorer.user_image import MAX_SIDE, OwnImage

if TYPE_CHECKING:
    from PIL import Image

BRIGHT_THRESHOLD = 0.6
"""The mean brightness above which a transparent background becomes black, not white, for contrast."""


def read(path: str | os.PathLike[str]) -> OwnImage:
    """Read the image in a file, with its longer side at most `MAX_SIDE` pixels, oriented by its EXIF.

    An animation gives its first image; 16- and 32-bit values are stretched from their least to their greatest;
    transparency becomes white, or black if the image is bright.
    """
    path = Path(path)
    name = files.to_printable(path.name)
    try:
        if path.is_dir():
            raise InputError(mark("a folder arrived; one image file is allowed ({formats})", formats=FORMATS_TEXT))
        if not path.exists():
            raise InputError(mark("there is no such file"))
        if not path.is_file():
            raise InputError(mark("no plain file arrived; an image file is allowed ({formats})", formats=FORMATS_TEXT))
        if path.stat().st_size == 0:
            raise InputError(mark("an empty file arrived; an image file is allowed ({formats})", formats=FORMATS_TEXT))
        with path.open("rb") as file, image_file.open_image(file, 2 * MAX_SIDE) as image:
            return _shrink(image, name)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from None
    except InputError as error:
        raise InputError(mark("{name}: {reason}", name=name, reason=str(error))) from None
    except ValueError:
        raise InputError(f"{name}: no name of a file arrived") from None  # it contains a zero byte


def from_image(image: "Image.Image", name: str) -> OwnImage:
    """Return the user image of an image that Pillow has opened; see `read`."""
    try:
        return _shrink(image, name)
    except MemoryError:
        raise InputError(f"{name}: {image.width} x {image.height} pixels arrived, more than fits into memory") from None


# -- inside -------------------------------------------------------------------------------------------


def _shrink(image: "Image.Image", name: str) -> OwnImage:
    from PIL import ImageOps

    several = image.format != "MPO" and getattr(image, "is_animated", False)  # counting the pages would take long
    plain = _to_8_bit(image)
    plain.thumbnail((MAX_SIDE, MAX_SIDE), reducing_gap=2.0)
    if orientation := _read_orientation(image):
        plain.getexif()[0x0112] = orientation
        plain = ImageOps.exif_transpose(plain)
    pixels = np.asarray(_flatten_transparency(plain))
    if pixels.ndim == 3 and (pixels == pixels[:, :, :1]).all():
        pixels = np.ascontiguousarray(pixels[:, :, 0])
    return OwnImage.of(pixels, name=f"{name}, the first of several pictures" if several else name)


def _to_8_bit(image: "Image.Image") -> "Image.Image":
    """Return the image in mode L, RGB or RGBA of 8 bits."""
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_stretch(np.asarray(image)))
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)  # a copy of a photo costs as much as the photo


def _stretch(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return numbers (H, W) of any range as bytes, stretched from the least to the greatest, averaged in blocks."""
    step = max(1, min(values.shape) // (4 * MAX_SIDE))
    height, width = (side // step for side in values.shape)
    blocks = values[: height * step, : width * step].reshape(height, step, width, step)
    with np.errstate(all="ignore"):
        small = blocks.mean(axis=(1, 3), dtype=np.float64)
    good = small[np.isfinite(small)]
    low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
    span = high - low if high > low else 1.0
    bytes_: NDArray[np.uint8] = np.rint((np.nan_to_num(small, nan=low, posinf=high, neginf=low) - low) / span * 255)
    return bytes_.astype(np.uint8)


def _read_orientation(image: "Image.Image") -> int:
    """Return the EXIF orientation, 2 to 8; 0 if the image is not rotated."""
    try:
        orientation = image.getexif().get(0x0112, 0)
    except Exception:  # unreadable metadata means no rotation
        return 0
    return orientation if isinstance(orientation, int) and 2 <= orientation <= 8 else 0


def _flatten_transparency(image: "Image.Image") -> "Image.Image":
    """Return the image without transparency, on black or white."""
    from PIL import Image

    if image.mode != "RGBA":
        return image
    values = np.asarray(image, np.float32) / np.float32(255)
    opaque = values[:, :, 3]
    weight = float(opaque.sum())
    bright = float((values[:, :, :3].mean(axis=2) * opaque).sum()) / weight if weight else 0.0
    ground = "black" if bright > BRIGHT_THRESHOLD else "white"
    return Image.alpha_composite(Image.new("RGBA", image.size, ground), image).convert("RGB")
