"""Signals: C channels of T points in time. A sample (C, 1, T) is drawn as curves, one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError
from latent_explorer.samples import curve_raster, text_stamp
from latent_explorer.samples.curve_raster import MARGIN
from latent_explorer.samples.drawn_sample import DrawnSample
from latent_explorer.samples.inferno import to_colours
from latent_explorer.samples.number_text import format_value
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH, Picture, SampleKind, Words
from latent_explorer.texts import format_number, mark

SIZE = (96, 64)  # of the small picture, width and height
STROKE = 3.0  # width of its line in pixels, since it is shown smaller still
MAX_SHOWN_CHANNELS = 16
INK = (
    (236, 240, 245), (253, 178, 42), (84, 156, 221), (157, 221, 224), (232, 116, 30), (192, 181, 128), (178, 123, 108),
    (120, 192, 252),
)  # fmt: skip
"""Colours of the channels; a single one is grey."""
AXIS, TEXT, OTHER = (58, 64, 74), (150, 156, 166), (253, 178, 42)
"""Of the line at zero, of the numbers, and of the second curve of a comparison."""
LABELLED_HEIGHT = 150  # pixels of a drawing from which on its ends are numbered
MAX_DIFFERENCE = 0.3  # between two curves that gets the brightest colour
MIN_INK = 0.08  # of full brightness


@dataclass(frozen=True)
class Curves(SampleKind):
    """Signals whose channels run from `low` (value 0) to `high` (value 1)."""

    low: tuple[float, ...] = (0.0,)
    high: tuple[float, ...] = (1.0,)
    channels: tuple[str, ...] = ()
    """Names, one a channel, or none."""
    unit: str = ""
    seconds: float = 0.0
    """Seconds that a sample lasts; 0 if they are not known."""
    words: ClassVar[Words] = Words(mark("curve"), mark("curves"), mark("point"))
    runs_in_time: ClassVar[bool] = True

    def check(self, shape: tuple[int, int, int]) -> None:
        if shape[1] != 1 or not len(self.low) == len(self.high) == shape[0]:
            raise ValueError(f"curves of {len(self.low)} channels for samples of the shape {list(shape)}")
        if len(self.channels) not in (0, shape[0]):
            raise ValueError(f"{len(self.channels)} names of channels; {shape[0]} are expected")
        if any(len(name) > MAX_NAME_LENGTH or not name.isprintable() for name in (*self.channels, self.unit)):
            raise ValueError(f"a name of a channel that is not printable, or longer than {MAX_NAME_LENGTH} characters")
        if self.seconds < 0:
            raise ValueError(f"curves of {self.seconds:g} seconds")
        if any(not high > low for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError("a channel that does not rise from low to high")

    @property
    def value_unit(self) -> str:
        return self.unit

    @property
    def duration(self) -> str:
        return f"{format_number(self.seconds, '.3g')} s" if self.seconds else ""

    def name_channel(self, channel: int) -> str:
        return self.channels[channel] if self.channels else ""

    def restore_units(self, values: Floats) -> Floats:
        """Return values (N, C, 1, T) from 0 to 1 as signals (N, C, T) in their own units."""
        low, high = (np.asarray(one)[:, None] for one in (self.low, self.high))
        return np.asarray(low + values[:, :, 0] * (high - low), np.float32)

    def scale_units(self, own: Floats) -> Floats:
        low, high = (np.asarray(one)[:, None] for one in (self.low, self.high))
        return np.asarray((own - low) / (high - low), np.float32)[:, :, None]

    def draw(self, values: NDArray[Any]) -> tuple[Picture, ...]:
        clean = np.nan_to_num(np.asarray(values, np.float32))
        drawn = self._render(clean, SIZE, STROKE)
        return tuple(
            DrawnSample.wrap(picture, partial(self._render_one, one), one)
            for picture, one in zip(drawn, clean, strict=True)
        )

    def draw_difference(self, sample: Floats, reconstruction: Floats) -> Picture:
        """Draw both curves, the reconstruction in orange, and the area between them, brighter where it is wide."""
        return DrawnSample.of(partial(self._render_difference, sample, np.nan_to_num(reconstruction)), SIZE)

    def read_pictures(self, pictures: Sequence[Picture]) -> Floats:
        return np.stack([one.values for one in pictures if isinstance(one, DrawnSample) and one.values is not None])

    def read_drawing(self, picture: Picture, shape: tuple[int, int, int]) -> Floats:
        """Return the mean height of the ink in each column, straight on where there is none, in every channel."""
        grey = picture if picture.ndim == 2 else picture.mean(axis=2)
        ink = grey.astype(np.float32) / np.float32(255)
        mass = ink.sum(axis=0)
        drawn = np.flatnonzero(mass > MIN_INK)
        if not len(drawn):
            raise InputError(mark("an empty drawing arrived; draw a curve on the pad"))
        rows = (np.arange(len(ink), dtype=np.float32)[:, None] * ink).sum(axis=0)[drawn] / mass[drawn]
        at = np.linspace(0, picture.shape[1] - 1, shape[2])
        heights = 1 - np.interp(at, drawn, rows) / max(1, len(ink) - 1)
        curve = np.clip((heights - MARGIN) / (1 - 2 * MARGIN), 0, 1)
        return np.broadcast_to(curve.astype(np.float32), shape).copy()

    # -- drawing ----------------------------------------------------------------------------------

    def _render_one(self, sample: Floats, size: tuple[int, int]) -> Picture:
        picture: Picture = self._render(sample[None], size)[0]
        return picture

    def _render(self, samples: Floats, size: tuple[int, int], width: float | None = None) -> Picture:
        """Draw samples (N, C, 1, T) at a size (width, height): (N, height, width), of several channels in colour."""
        planes = 1 if samples.shape[1] == 1 else 3
        canvas = np.zeros((len(samples), size[1], size[0], planes), np.uint8)
        for channel, (top, height) in enumerate(self._split_lanes(samples.shape[1], size)):
            curves = samples[:, channel, 0]
            ink = curve_raster.draw_curves(curves, (size[0], height), width=width or _choose_width(size))
            part = canvas[:, top : top + height]
            for plane in range(planes):
                np.multiply(ink, np.float32(INK[channel % len(INK)][plane]), out=part[..., plane], casting="unsafe")
            row = self._find_axis_row(channel, height)
            if row is not None:
                np.maximum(part[:, row], np.array(AXIS[:planes], np.uint8), out=part[:, row])
            for one in part if height >= LABELLED_HEIGHT else ():
                self._write_ends(one, channel)
        drawn: Picture = canvas[..., 0] if planes == 1 else canvas
        return drawn

    def _render_difference(self, sample: Floats, other: Floats, size: tuple[int, int]) -> Picture:
        canvas = np.zeros((size[1], size[0], 3), np.float32)
        lanes = self._split_lanes(len(sample), size)
        for channel, (top, height) in enumerate(lanes):
            part, place = canvas[top : top + height], (size[0], height)
            a, b = sample[channel], other[channel]
            off = np.abs(curve_raster.compute_heights(a, size[0]) - curve_raster.compute_heights(b, size[0]))[0, :-1]
            colours = to_colours(np.clip(0.3 + 0.7 * off / MAX_DIFFERENCE, 0, 1)).astype(np.float32)
            part += curve_raster.fill_between(a, b, place)[0][..., None] * (colours - part)
            for curve, colour in ((b, OTHER), (a, INK[0])):
                ink = curve_raster.draw_curves(curve, place, width=_choose_width(size))[0]
                part += ink[..., None] * (np.asarray(colour, np.float32) - part)
        levels: Picture = np.clip(canvas + 0.5, 0, 255).astype(np.uint8)
        for channel, (top, height) in enumerate(lanes):
            if height >= LABELLED_HEIGHT:
                self._write_ends(levels[top : top + height], channel)
        return levels

    def _split_lanes(self, channels: int, size: tuple[int, int]) -> list[tuple[int, int]]:
        """Return the top and the height of the lane of each channel that is shown."""
        shown = min(channels, MAX_SHOWN_CHANNELS, max(1, size[1] // 3))
        edges = np.linspace(0, size[1], shown + 1).round().astype(int)
        return [(int(a), int(b - a)) for a, b in pairwise(edges)]

    def _find_axis_row(self, channel: int, height: int) -> int | None:
        """Return the row of a lane at which its values are zero; None if they never are."""
        low, high = self.low[channel], self.high[channel]
        if not low < 0 < high:
            return None
        row = curve_raster.to_rows(np.array([-low / (high - low)], np.float32), height)
        return min(height - 1, max(0, int(row[0])))

    def _write_ends(self, part: Picture, channel: int) -> None:
        """Write the values at the upper and lower end, the channel's name and the time, where there is room."""
        height = len(part)
        letters = max(11, min(round(0.045 * height), 18))
        beside, above = 3 + letters // 3, 1 + letters // 4  # the frame of a picture covers its rim
        low, high = self.low[channel], self.high[channel]
        unit = f" {self.unit}" if self.unit else ""
        left = (f"{format_value(high, high - low)}{unit}", format_value(low, high - low))
        right = (self.name_channel(channel), self.duration)
        for k, (one, other) in enumerate(zip(left, right, strict=True)):  # above, below
            for text, is_right in ((one, False), (other, True)):
                if text:
                    stamp = text_stamp.make_stamp(text_stamp.shorten(text, letters, part.shape[1] // 2), letters)
                    x = part.shape[1] - stamp.shape[1] - beside if is_right else beside
                    y = above if k == 0 else height - len(stamp) - above
                    text_stamp.put(part, stamp, x, y, TEXT[: part.shape[2]])


def _choose_width(size: tuple[int, int]) -> float:
    """Return the width of the line in pixels for a drawing of a size."""
    return min(max(1.2, 0.009 * min(size)), 5.0)
