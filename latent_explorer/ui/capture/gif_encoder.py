"""Encodes frames as an animated GIF: only changed areas, one palette for all frames, no dithering.

It knows neither window nor clock: frames come with their time. Pillow compresses the areas; its own encoder would
compare and quantise every whole frame, which takes a hundred times as long for a window in which little moves.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image
from scipy.spatial import cKDTree

BITS = 6
"""Bits per channel of the colour histogram; the colour of a bin is the mean of its pixels."""
EXACT_COLOURS = 96
"""Number of the most frequent colours (flat surfaces among them) that enter the palette unchanged."""
TRANSPARENT = 255
"""Palette index of a transparent pixel, which shows the previous frame."""
MIN_DURATION = 2
"""Minimum duration of a frame in hundredths of a second; many viewers show shorter ones for a tenth."""

Pixels = NDArray[np.uint8]
"""(H, W, 3)."""


@dataclass(frozen=True)
class Change:
    """A changed area of a frame with its new pixels."""

    time: float
    """Seconds."""
    x: int
    y: int
    shape: tuple[int, int, int]
    packed: bytes

    def to_pixels(self) -> Pixels:
        return np.frombuffer(zlib.decompress(self.packed), np.uint8).reshape(self.shape)


class GifEncoder:
    """Collects frames of one size in compressed form and encodes them."""

    def __init__(self) -> None:
        self.byte_count = 0
        self._changes: list[Change] = []
        self._last: Pixels | None = None
        self._counts: NDArray[np.float64] = np.zeros(1 << 3 * BITS)
        self._sums: NDArray[np.float64] = np.zeros((3, 1 << 3 * BITS))

    def __len__(self) -> int:
        return len(self._changes)

    @property
    def last_time(self) -> float:
        """Time of the last frame in seconds."""
        return self._changes[-1].time

    def add(self, pixels: Pixels, at: float) -> None:
        """Add a frame (H, W, 3) that is shown from `at` seconds on; ignore one that equals the last."""
        if self._last is not None and pixels.shape != self._last.shape:
            raise ValueError(f"a picture of {pixels.shape} arrived; {self._last.shape} is allowed")
        box = (0, 0, *pixels.shape[:2]) if self._last is None else _find_changed_box(self._last, pixels)
        if box is None:
            return
        top, left, bottom, right = box
        part = np.ascontiguousarray(pixels[top:bottom, left:right])
        self._count_colours(part)
        packed = zlib.compress(part.tobytes(), 1)
        self.byte_count += len(packed)
        self._changes.append(Change(at, left, top, part.shape, packed))
        self._last = pixels.copy()

    def encode(self, end: float, check: Callable[[], None] = lambda: None) -> bytes:
        """Return the GIF, looping for ever; the last frame stays until `end` seconds. `check` is called for every block
        and may raise to stop."""
        if self._last is None:
            raise ValueError("no picture arrived; at least one is needed")
        palette, entry = self._compute_palette()
        height, width, _ = self._last.shape
        blocks = []
        for block in self._make_blocks(palette, entry, (width, height), end):
            check()
            blocks.append(block)
        return b"".join(blocks)

    # -- inside ---------------------------------------------------------------------------------------

    def _count_colours(self, part: Pixels) -> None:
        codes = _compute_bins(part).ravel()
        bins = len(self._counts)
        self._counts += np.bincount(codes, minlength=bins)
        for channel in range(3):
            self._sums[channel] += np.bincount(codes, part[..., channel].ravel(), minlength=bins)

    def _compute_palette(self) -> tuple[Pixels, Pixels]:
        """Return the palette (256, 3) and the palette index of every histogram bin."""
        met = np.flatnonzero(self._counts)
        colours = np.rint(self._sums[:, met] / self._counts[met]).T.astype(np.uint8)  # (N, 3)
        order = np.argsort(-self._counts[met], kind="stable")
        chosen = colours[order[:EXACT_COLOURS]]
        rest = order[EXACT_COLOURS:]
        room = TRANSPARENT - len(chosen)
        if len(rest) > room:
            # an image with more pixels of the more frequent colours, for Pillow's median cut
            times = np.maximum(1, np.sqrt(self._counts[met][rest])).astype(int)
            pixels = np.repeat(colours[rest], times, axis=0)[None]
            cut = Image.fromarray(pixels).quantize(room, Image.Quantize.MEDIANCUT).getpalette() or []
            merged = np.array(cut, np.uint8).reshape(-1, 3)[:room]
        else:
            merged = colours[rest]
        palette = np.concatenate([chosen, merged])
        entry = np.zeros(len(self._counts), np.uint8)
        entry[met] = cKDTree(palette.astype(np.float32)).query(colours.astype(np.float32))[1]
        return np.concatenate([palette, np.zeros((256 - len(palette), 3), np.uint8)]), entry

    def _make_blocks(self, palette: Pixels, entry: Pixels, size: tuple[int, int], end: float) -> Iterator[bytes]:
        # header, the global palette, and the extension that loops for ever
        yield b"GIF89a" + struct.pack("<HHBBB", *size, 0xF7, 0, 0) + palette.tobytes()
        yield b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
        screen = np.full((size[1], size[0]), TRANSPARENT, np.uint8)  # palette indices that a viewer shows
        start = self._changes[0].time
        times = [round((change.time - start) * 100) for change in self._changes]
        times.append(max(times[-1] + MIN_DURATION, round((end - start) * 100)))
        for change, now, then in zip(self._changes, times, times[1:], strict=False):
            part = entry[_compute_bins(change.to_pixels())]
            height, width = part.shape
            below = screen[change.y : change.y + height, change.x : change.x + width]
            image = Image.fromarray(np.where(part == below, np.uint8(TRANSPARENT), part))
            below[:] = part
            image.info["transparency"] = TRANSPARENT
            options = {"duration": 10 * max(MIN_DURATION, then - now), "transparency": TRANSPARENT, "disposal": 1}
            yield from GifImagePlugin.getdata(image, (change.x, change.y), **options)
        yield b"\x3b"


def _compute_bins(pixels: Pixels) -> NDArray[np.intp]:
    """Return the histogram bin (H, W) of each pixel's colour."""
    high = (pixels >> (8 - BITS)).astype(np.intp)
    return (high[..., 0] << 2 * BITS) | (high[..., 1] << BITS) | high[..., 2]


def _find_changed_box(before: Pixels, after: Pixels) -> tuple[int, int, int, int] | None:
    """Return top, left, bottom and right of the changed area; None if nothing changed."""
    apart = (before != after).any(axis=2)
    rows, columns = np.flatnonzero(apart.any(axis=1)), np.flatnonzero(apart.any(axis=0))
    if not len(rows):
        return None
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
