"""JPEG, WebP and PNG of many small pictures: evaluates their settings and finds the best within a number of bytes.

A file's header alone is larger than the latent code of a 28 x 28 picture, so the pictures are arranged on one sheet in
one file; a picture's bytes are its share of that. Each picture has its own whole blocks of 8 x 8 pixels. At very few
bytes a codec does better on a picture that was shrunk first, so shrink factors are evaluated, too.
"""

import math
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.metrics import image_quality
from latent_explorer.texts import tr, tr_count

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3)."""
BLOCK_SIDE = 8
QUALITIES = (1, 3, 6, 10, 15, 22, 30, 40, 50, 60, 70, 80, 90, 96)
LEVELS = (2, 3, 4, 6, 8, 16, 32, 64, 256)
"""Grey levels a channel: PNG is lossless, so it becomes smaller only with fewer levels."""
SHRINK_FACTORS = (1, 2, 4)
LOSSLESS = 99.0
"""Decibels that are said of pictures without error."""
SSIM_VALUES = 2**18
"""Values of pictures from which on their SSIM is taken of some of them: it takes longest."""


@dataclass(frozen=True, eq=False)
class RateDistortionCurve:
    """A rate-distortion curve, from few bytes to many."""

    name: str
    byte_counts: NDArray[np.float64]
    """(P,): bytes a picture."""
    psnr: NDArray[np.float64]
    """(P,): decibels, of the mean squared error of all pictures."""
    ssim: NDArray[np.float64]
    """(P,): mean over the pictures; over some of them where they are large."""


@dataclass(frozen=True, eq=False)
class SheetCells:
    """Pictures of one shape as cells of a sheet. They are made once for each shrink factor: of a sheet on which one
    picture alone changes, the other cells stay as they are."""

    pictures: tuple[Pixels, ...]
    _cells: dict[int, list[Pixels]] = field(default_factory=dict, repr=False)

    def shrink(self, shrink_factor: int) -> list[Pixels]:
        """Return the cells of the shrunk pictures."""
        if shrink_factor not in self._cells:
            self._cells[shrink_factor] = [_make_cell(one, shrink_factor) for one in self.pictures]
        return self._cells[shrink_factor]


@dataclass(frozen=True)
class CodecSetting:
    """A setting of a codec."""

    format: str
    strength: int
    """Quality setting, or PNG's levels a channel."""
    shrink_factor: int

    def compress(self, pictures: list[Pixels]) -> tuple[float, list[Pixels]]:
        """Compress `pictures` on one sheet; return the bytes a picture, and the decoded pictures."""
        return self.compress_cells(SheetCells(tuple(pictures)))

    def compress_cells(self, cells: SheetCells) -> tuple[float, list[Pixels]]:
        """Compress all pictures of `cells`, as `compress` does."""
        size, sheet = self._code_sheet(cells.shrink(self.shrink_factor))
        return size, self._cut_out(sheet, cells.pictures[0].shape, len(cells.pictures))

    def compress_one(self, picture: Pixels, others: SheetCells) -> tuple[float, Pixels]:
        """Return what `compress` of `picture` and `others` says of `picture`: the bytes a picture, and it decoded."""
        size, sheet = self._code_sheet([_make_cell(picture, self.shrink_factor), *others.shrink(self.shrink_factor)])
        return size, self._cut_out(sheet, picture.shape, 1)[0]

    def _code_sheet(self, cells: list[Pixels]) -> tuple[float, Pixels]:
        """Return the bytes a cell of the sheet's file, and the sheet decoded from it."""
        file = _encode_sheet(_arrange_sheet(cells), self)
        return len(file) / len(cells), _decode_sheet(file, cells[0].ndim == 2)

    def _cut_out(self, sheet: Pixels, shape: tuple[int, ...], count: int) -> list[Pixels]:
        """Return the first `count` pictures of a sheet, of `shape` (H, W) or (H, W, 3)."""
        return [_resize(one, (shape[1], shape[0])) for one in _cut_sheet(sheet, shape, self.shrink_factor, count)]

    def describe(self, shape: tuple[int, ...]) -> str:
        """Describe the setting for pictures of `shape` (C, H, W)."""
        if self.format != "PNG":
            strength = tr("quality {number}", number=self.strength)
        elif self.strength == 256:
            strength = tr("lossless") if self.shrink_factor == 1 else tr("all levels")
        else:
            strength = tr_count("{count} level", "{count} levels", self.strength)
        if self.shrink_factor == 1:
            return strength
        width, height = _compute_shrunk_size((shape[1], shape[2]), self.shrink_factor)
        return tr("at {width}×{height}, {setting}", width=width, height=height, setting=strength)


@dataclass(frozen=True, eq=False)
class Codec:
    """The Pareto-optimal settings of a format, and their curve."""

    settings: tuple[CodecSetting, ...]
    curve: RateDistortionCurve

    def find_best_within(self, size: float) -> tuple[CodecSetting, bool]:
        """Return the best setting within `size` bytes a picture and True; else the smallest one and False."""
        fits = np.flatnonzero(self.curve.byte_counts <= size)
        return (self.settings[int(fits[-1])], True) if len(fits) else (self.settings[0], False)


class Reference:
    """The pictures that others are compared with; of many large ones SSIM, which takes longest, looks at every
    `step`-th."""

    def __init__(self, pictures: list[Pixels]) -> None:
        self._whole = np.stack(pictures).astype(np.int16)
        self.step = -(-self._whole.size // SSIM_VALUES)
        self._some = np.concatenate([to_floats(one) for one in pictures[:: self.step]])

    def compute_psnr(self, decoded: list[Pixels]) -> float:
        """Return the decibels of all pictures, 99 at most: lossless is infinite."""
        away = (self._whole - np.stack(decoded)).ravel().astype(np.float64)
        error = float(away @ away) / away.size / 255**2
        return min(-10 * math.log10(error), LOSSLESS) if error > 0 else LOSSLESS

    def compute_ssim(self, some: list[Pixels]) -> float:
        """Return the mean SSIM of every `step`-th picture."""
        return image_quality.compute_ssim(self._some, np.concatenate([to_floats(one) for one in some]))


@dataclass(frozen=True, eq=False)
class TriedSetting:
    """A setting that was tried."""

    setting: CodecSetting
    size: float
    psnr: float
    some: list[Pixels]
    """The decoded pictures that SSIM looks at."""


def try_settings(pictures: list[Pixels]) -> dict[str, Codec]:
    """Evaluate every setting of every format on `pictures`, all of one shape."""
    cells, reference, codecs = SheetCells(tuple(pictures)), Reference(pictures), {}
    factors = [one for one in SHRINK_FACTORS if one == 1 or min(pictures[0].shape[:2]) // one >= 2]
    for name, strengths in (("JPEG", QUALITIES), ("WebP", QUALITIES), ("PNG", LEVELS)):
        points = []
        for setting in (CodecSetting(name, strength, shrunk) for shrunk in factors for strength in strengths):
            size, back = setting.compress_cells(cells)
            some = [one.copy() for one in back[:: reference.step]]  # views would keep the whole sheet
            points.append(TriedSetting(setting, size, reference.compute_psnr(back), some))
        codecs[name] = _select_pareto_front(name, points, reference)
    return codecs


def to_pixels(image: Floats) -> Pixels:
    """Convert (C, H, W) of values from 0 to 1 to `Pixels`."""
    levels = np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)
    return levels[0] if len(levels) == 1 else np.ascontiguousarray(np.moveaxis(levels[:3], 0, -1))


def to_floats(pixels: Pixels) -> Floats:
    """Convert `Pixels` to (C, H, W) of values from 0 to 1."""
    whole = pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    return np.divide(whole, 255, dtype=np.float32)


# -- inside -------------------------------------------------------------------------------------------


def _select_pareto_front(name: str, points: list[TriedSetting], reference: Reference) -> Codec:
    front: list[TriedSetting] = []
    for point in sorted(points, key=lambda one: (one.size, -one.psnr)):
        if not front or point.psnr > front[-1].psnr:
            front.append(point)
    sizes, psnr = np.array([one.size for one in front]), np.array([one.psnr for one in front])
    ssim = np.array([reference.compute_ssim(one.some) for one in front])
    return Codec(tuple(one.setting for one in front), RateDistortionCurve(name, sizes, psnr, ssim))


def _compute_shrunk_size(shape: tuple[int, ...], shrink_factor: int) -> tuple[int, int]:
    """Return the width and height of a shrunk picture."""
    return max(1, math.ceil(shape[1] / shrink_factor)), max(1, math.ceil(shape[0] / shrink_factor))


def _resize(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    from PIL import Image

    down = size[0] < pixels.shape[1]
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX if down else Image.Resampling.BICUBIC))


def _make_cell(picture: Pixels, shrink_factor: int) -> Pixels:
    """Shrink a picture, and pad it to whole blocks with its edge pixels."""
    width, height = _compute_shrunk_size(picture.shape, shrink_factor)
    fill = [(0, -height % BLOCK_SIDE), (0, -width % BLOCK_SIDE), (0, 0)][: picture.ndim]
    return np.pad(_resize(picture, (width, height)), fill, mode="edge")


def _arrange_sheet(cells: list[Pixels]) -> Pixels:
    """Arrange the cells in rows."""
    columns = math.ceil(math.sqrt(len(cells)))
    cells = [*cells, *[np.zeros_like(cells[0])] * (-len(cells) % columns)]
    rows = [np.concatenate(cells[i : i + columns], axis=1) for i in range(0, len(cells), columns)]
    return np.concatenate(rows)


def _cut_sheet(sheet: Pixels, shape: tuple[int, ...], shrink_factor: int, count: int) -> list[Pixels]:
    """Return the first `count` pictures of a sheet of pictures of `shape` (H, W), still shrunk."""
    width, height = _compute_shrunk_size(shape, shrink_factor)
    down, across = height + -height % BLOCK_SIDE, width + -width % BLOCK_SIDE
    columns = sheet.shape[1] // across
    corners = ((i // columns * down, i % columns * across) for i in range(count))
    return [sheet[top : top + height, left : left + width] for top, left in corners]


def _encode_sheet(sheet: Pixels, setting: CodecSetting) -> bytes:
    from PIL import Image

    file, strength = BytesIO(), setting.strength
    if setting.format == "PNG":
        _reduce_levels(sheet, strength).save(file, "PNG", optimize=True)
    elif setting.format == "WebP":
        Image.fromarray(sheet).save(file, "WebP", quality=strength, method=4)
    else:
        Image.fromarray(sheet).save(file, "JPEG", quality=strength, optimize=True)
    return file.getvalue()


def _reduce_levels(sheet: Pixels, levels: int) -> "Image":
    """Quantise `sheet` to evenly spaced `levels`; few grey levels take 1, 2 or 4 bits a pixel."""
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


def _decode_sheet(file: bytes, grey: bool) -> Pixels:
    from PIL import Image

    with Image.open(BytesIO(file)) as whole:
        sheet: Pixels = np.asarray(whole.convert("L" if grey else "RGB"))
    return sheet
