"""How the numbers of an array are read as brightness: which range they are in, and what bytes they become."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.errors import InputError

TOLERANCE = 0.01  # share of a range that numbers may lie beyond it, as resizing overshoots
MAX_UINT16 = 65_535
DARK = 1 / 8  # share of white below which all numbers are likely to be of another range, such as 0 to 16
ALLOWED = "bool, whole numbers from 0 to 255 or 65,535, or numbers from 0 to 1, -1 to 1 or 0 to 255"


@dataclass(frozen=True)
class PixelRange:
    """The numbers that are black and white."""

    black: float
    white: float
    remark: str = ""
    """What was scaled, if the numbers are no bytes already."""

    def to_bytes(self, block: NDArray[Any]) -> NDArray[np.uint8]:
        """Return numbers of this range as bytes, 0 black and 255 white."""
        if block.dtype == np.uint8 and self.white == 255:
            return block
        values = (block.astype(np.float32) - self.black) * (255 / (self.white - self.black))
        return np.clip(np.round(values), 0, 255).astype(np.uint8)


def check_type(dtype: np.dtype[Any]) -> None:
    """Raise `InputError` for an array of anything but real numbers."""
    if dtype.kind not in "buif":
        kind = "Python objects" if dtype.hasobject else str(dtype)
        raise InputError(f"an array of {kind[:40]} arrived; {ALLOWED} are allowed")


def find_range(dtype: np.dtype[Any], blocks: Iterable[NDArray[Any]]) -> PixelRange:
    """Return the range of the numbers in `blocks`; raise `InputError` for NaN, infinity and any other range."""
    if dtype.kind == "b":
        return PixelRange(0, 1, "bool scaled to bytes")
    low, high = np.inf, -np.inf
    for block in blocks:
        low, high = min(low, float(block.min())), max(high, float(block.max()))  # NaN is kept by neither
        if not np.isfinite([block.min(), block.max()]).all():
            raise InputError(f"NaN or infinity arrived in the images; {ALLOWED} are allowed")
    ranges = [(0, 1), (-1, 1), (0, 255), *([(0, MAX_UINT16)] if dtype.kind in "iu" else [])]
    for black, white in ranges:
        slack = TOLERANCE * (white - black) if dtype.kind == "f" else 0
        if black - slack <= low and high <= white + slack:
            words = f"{dtype} from {low:.4g} to {high:.4g}, read as {black} (black) to {white:,} (white)"
            if 0 <= low < high <= DARK * white:
                words += f", so all are dark: divided by {high:.4g} they would fill 0 to 1"
            elif dtype == np.uint8 and white == 255:
                words = ""
            return PixelRange(black, white, words and f"{words}; scaled to bytes")
    raise InputError(f"{dtype} from {low:.4g} to {high:.4g} arrived; {ALLOWED} are allowed")


def blend_on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (n, 4, H, W) pixels with transparency as (n, 3, H, W) on white."""
    opacity = pixels[:, 3:].astype(np.float32) / 255
    return np.round(255 + opacity * (pixels[:, :3].astype(np.float32) - 255)).astype(np.uint8)
