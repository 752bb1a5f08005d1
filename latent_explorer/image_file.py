"""Opens image files of any source: formats that are allowed, told by their content, and sizes that are bounded.

What is refused is refused before it is decoded: a picture takes at most about 500 MB and two seconds. It does not know
what the picture is for.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from latent_explorer import files
from latent_explorer.errors import InputError, give_reason
from latent_explorer.texts import mark

if TYPE_CHECKING:
    from PIL import Image

MAX_MEGAPIXELS = {
    "JPEG": 100, "MPO": 100, "PNG": 24, "BMP": 24, "GIF": 24, "TIFF": 24, "PPM": 24, "TGA": 24,
    "WEBP": 16, "AVIF": 16, "JPEG2000": 2,
}  # fmt: skip
"""Millions of pixels by format, for the formats that are read: those that Pillow decodes by itself, in memory that
depends on the size alone. For others it would start programs, or find out the size while it decodes."""
MAX_MEGAPIXELS_OF_NUMBERS = 16
"""For pictures of 16- or 32-bit values, which become arrays of floats."""
MAX_MEGAPIXELS_IN_SCANS = 240
"""For a JPEG in several scans: pixels times scans, since each scan goes over all coefficients, which stay in memory."""
COMMON_SCANS = 10
MAX_MEGABYTES = 256
FORMATS_TEXT = mark("PNG, JPEG, WebP, BMP, GIF or TIFF")
_SCAN = re.compile(rb"\xff\xda\x00(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
"""Start of a scan: marker, length, number of its components."""


@contextmanager
def open_image(file: BinaryIO, side: int, most: float = 0.0) -> Iterator["Image.Image"]:
    """Open an image to be decoded inside the `with` block; a JPEG at a smaller scale, if it is much larger than `side`.
    Of 8 bits a value, a PNG or JPEG may have `most` million pixels, where its format's limit is lower.

    Whatever fails here or inside the block is an `InputError` without the file's name.
    """
    from PIL import Image, UnidentifiedImageError

    Image.init()
    try:
        _check_bytes(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd metadata; too many pixels are refused below
            with Image.open(file, formats=[one for one in MAX_MEGAPIXELS if one in Image.OPEN]) as image:
                _check_pixels(image, file, most)
                image.draft("RGB", (side, side))
                yield image
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise InputError(f"more pixels arrived; at most {max(MAX_MEGAPIXELS.values())} million are allowed") from None
    except UnidentifiedImageError:
        text = mark("this is no image that can be read; {formats} is allowed", formats=FORMATS_TEXT)
        raise InputError(text) from None
    except MemoryError:
        raise InputError("the image does not fit into memory") from None
    except Exception as error:  # a damaged file can make a decoder fail in any way
        raise InputError(f"the file is damaged{files.to_printable(give_reason(error))}") from None


def _check_bytes(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_MEGABYTES << 20:
        raise InputError(f"{size >> 20:,} MiB arrived; at most {MAX_MEGABYTES} are allowed")


def _check_pixels(image: "Image.Image", file: BinaryIO, most: float) -> None:
    limit = float(MAX_MEGAPIXELS[image.format or ""])
    if image.format in ("PNG", "JPEG"):
        limit = max(limit, most)
    if image.mode.startswith("I") or image.mode == "F":
        limit = MAX_MEGAPIXELS_OF_NUMBERS
    elif image.format in ("JPEG", "MPO"):
        scans = _count_scans(image, file)
        limit = min(limit, MAX_MEGAPIXELS_IN_SCANS / max(scans, COMMON_SCANS)) if scans > 1 else limit
    if image.width * image.height > limit * 1e6:
        raise InputError(
            f"{image.width} x {image.height} pixels arrived; at most {limit:.3g} million are allowed "
            f"({image.format}, {image.mode})"
        )


def _count_scans(image: "Image.Image", file: BinaryIO) -> int:
    """Return the number of scans of a JPEG; 1 if it holds all components in one, also beside a thumbnail."""
    place = file.tell()
    file.seek(0)
    scans = _SCAN.findall(file.read())
    file.seek(place)
    whole = all(scan[-1] == len(image.getbands()) for scan in scans)
    return len(scans) if image.info.get("progressive") or not whole else 1
