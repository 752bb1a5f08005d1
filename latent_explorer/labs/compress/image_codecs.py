"""JPEG, WebP and PNG of many small pictures: their settings tried out, and the best within so many bytes.

A file's header alone is larger than a whole code of 28 x 28 pixels, so the pictures are laid out on one sheet, which is
one file; a picture's bytes are its share of that. Each picture has whole blocks of 8 x 8 pixels to itself. At very few
bytes a codec does better on a picture that was shrunk first, so that is tried, too.
"""

import math
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.metrics import image_quality

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3)."""
BLOCK = 8
QUALITIES = (1, 3, 6, 10, 15, 22, 30, 40, 50, 60, 70, 80, 90, 96)
LEVELS = (2, 3, 4, 6, 8, 16, 32, 64, 256)
"""Values of a channel: PNG loses nothing, so it becomes smaller only where there is less to keep."""
SHRUNK = (1, 2, 4)


@dataclass(frozen=True, eq=False)
class Curve:
    """Rate and distortion, from few bytes to many."""

    name: str
    bytes: NDArray[np.float64]
    """(P,): a picture."""
    psnr: NDArray[np.float64]
    """(P,): decibels, of the mean squared error of all pictures."""
    ssim: NDArray[np.float64]
    """(P,): their mean."""


@dataclass(frozen=True)
class Setting:
    format: str
    strength: int
    """The quality, or PNG's values of a channel."""
    shrunk: int

    def squeezed(self, pictures: list[Pixels]) -> tuple[float, list[Pixels]]:
        """Bytes a picture on one sheet, and what comes back of each."""
        small = [_scaled(one, _small(one.shape, self.shrunk)) for one in pictures]
        file = _file(_sheet(small), self)
        back = _cut(_opened(file, pictures[0].ndim == 2), small[0].shape, len(pictures))
        return len(file) / len(pictures), [_scaled(one, (pictures[0].shape[1], pictures[0].shape[0])) for one in back]

    def said(self, shape: tuple[int, ...]) -> str:
        """In words, of pictures (C, H, W)."""
        strength = f"quality {self.strength}" if self.format != "PNG" else f"{self.strength} levels"
        if self.format == "PNG" and self.strength == 256:
            strength = "lossless" if self.shrunk == 1 else "all levels"
        width, height = _small((shape[1], shape[2]), self.shrunk)
        return strength if self.shrunk == 1 else f"shrunk to {width}×{height}, {strength}"


@dataclass(frozen=True, eq=False)
class Codec:
    """The settings of a format of which no other is better at fewer bytes, and their curve."""

    settings: tuple[Setting, ...]
    curve: Curve

    def within(self, size: float) -> tuple[Setting, bool]:
        """The best in `size` bytes a picture, and whether there is one; else the smallest."""
        fits = np.flatnonzero(self.curve.bytes <= size)
        return (self.settings[int(fits[-1])], True) if len(fits) else (self.settings[0], False)


def tried(pictures: list[Pixels]) -> dict[str, Codec]:
    """Every setting of every format on these pictures of one shape."""
    found = {}
    for name, strengths in (("JPEG", QUALITIES), ("WebP", QUALITIES), ("PNG", LEVELS)):
        points = []
        for shrunk in SHRUNK:
            if min(pictures[0].shape[:2]) // shrunk < 2:
                continue
            for strength in strengths:
                setting = Setting(name, strength, shrunk)
                size, back = setting.squeezed(pictures)
                points.append((size, *_likeness(pictures, back), setting))
        found[name] = _best(name, points)
    return found


def as_bytes(image: Floats) -> Pixels:
    """(C, H, W) of values from 0 to 1 as rows of bytes."""
    levels = np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)
    return levels[0] if len(levels) == 1 else np.ascontiguousarray(np.moveaxis(levels[:3], 0, -1))


def as_floats(pixels: Pixels) -> Floats:
    """Back again."""
    whole = pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    return np.divide(whole, 255, dtype=np.float32)


# -- inside -------------------------------------------------------------------------------------------


def _best(name: str, points: list[tuple[float, float, float, Setting]]) -> Codec:
    kept: list[tuple[float, float, float, Setting]] = []
    for point in sorted(points, key=lambda p: (p[0], -p[1])):
        if not kept or point[1] > kept[-1][1]:
            kept.append(point)
    sizes, psnr, ssim, settings = zip(*kept, strict=True)
    return Codec(tuple(settings), Curve(name, np.array(sizes), np.array(psnr), np.array(ssim)))


def _likeness(pictures: list[Pixels], back: list[Pixels]) -> tuple[float, float]:
    one, other = (np.concatenate([as_floats(p) for p in some]) for some in (pictures, back))
    return min(image_quality.psnr(one, other), 99.0), image_quality.ssim(one, other)  # lossless is infinite


def _small(shape: tuple[int, ...], shrunk: int) -> tuple[int, int]:
    """Width and height."""
    return max(1, math.ceil(shape[1] / shrunk)), max(1, math.ceil(shape[0] / shrunk))


def _scaled(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    from PIL import Image

    down = size[0] < pixels.shape[1]
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX if down else Image.Resampling.BICUBIC))


def _columns(count: int) -> int:
    return math.ceil(math.sqrt(count))


def _sheet(pictures: list[Pixels]) -> Pixels:
    """The pictures in rows, each filled up to whole blocks with its own edge."""
    height, width = pictures[0].shape[:2]
    fill: list[tuple[int, int]] = [(0, -height % BLOCK), (0, -width % BLOCK)]
    cells = [np.pad(one, [*fill, (0, 0)][: one.ndim], mode="edge") for one in pictures]
    columns = _columns(len(cells))
    cells += [np.zeros_like(cells[0])] * (-len(cells) % columns)
    rows = [np.concatenate(cells[i : i + columns], axis=1) for i in range(0, len(cells), columns)]
    return np.concatenate(rows)


def _cut(sheet: Pixels, shape: tuple[int, ...], count: int) -> list[Pixels]:
    height, width = shape[:2]
    down, across, columns = height + -height % BLOCK, width + -width % BLOCK, _columns(count)
    corners = ((i // columns * down, i % columns * across) for i in range(count))
    return [sheet[top : top + height, left : left + width] for top, left in corners]


def _file(sheet: Pixels, setting: Setting) -> bytes:
    from PIL import Image

    file, strength = BytesIO(), setting.strength
    if setting.format == "PNG":
        _fewer(sheet, strength).save(file, "PNG", optimize=True)
    elif setting.format == "WebP":
        Image.fromarray(sheet).save(file, "WebP", quality=strength, method=4)
    else:
        Image.fromarray(sheet).save(file, "JPEG", quality=strength, optimize=True)
    return file.getvalue()


def _fewer(sheet: Pixels, levels: int) -> "Image":
    """With the nearest of so many even values; few grey ones take 1, 2 or 4 bits a pixel."""
    from PIL import Image

    if levels == 256:
        return Image.fromarray(sheet)
    numbers = np.rint(sheet * ((levels - 1) / 255)).astype(np.uint8)
    values = np.rint(np.arange(levels) * (255 / (levels - 1))).astype(np.uint8)
    if sheet.ndim == 3 or levels > 16:
        return Image.fromarray(values[numbers])
    whole = Image.fromarray(numbers)
    whole.putpalette(np.repeat(values, 3).tobytes())
    return whole


def _opened(file: bytes, grey: bool) -> Pixels:
    from PIL import Image

    with Image.open(BytesIO(file)) as whole:
        found: Pixels = np.asarray(whole.convert("L" if grey else "RGB"))
    return found
