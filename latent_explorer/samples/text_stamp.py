"""Words and numbers in the drawing of a sample."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import resources
from latent_explorer.arrays import Floats

FONT = "fonts/Inter-Regular.otf"


@lru_cache(maxsize=2048)
def make_stamp(text: str, height: int) -> Floats:
    """Return a line of text as shares of ink (H, W), 0 to 1, its letters `height` pixels high."""
    from PIL import Image, ImageDraw

    font = _load_font(height)
    width = max(1, round(font.getlength(text)))
    image = Image.new("L", (width, round(1.25 * height)))
    ImageDraw.Draw(image).text((0, 0), text, fill=255, font=font)
    return np.asarray(image, np.float32) / np.float32(255)


def shorten(text: str, height: int, width: int) -> str:
    """Return as much of the beginning of a text as fits into `width` pixels, with an ellipsis if something is cut."""
    if measure(text, height) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle].rstrip() + "…", height) <= width else (low, middle - 1)
    return text[:low].rstrip() + "…" if low else ""


@lru_cache(maxsize=8192)
def measure(text: str, height: int) -> float:
    """Return the width of a line of text in pixels."""
    return float(_load_font(height).getlength(text))


def put(canvas: NDArray[Any], stamp: Floats, x: int, y: int, colour: tuple[float, ...]) -> None:
    """Put a stamp on a canvas (H, W, planes) of 0 to 255, its upper left corner at (x, y); what lies outside is cut."""
    top, left = max(0, -y), max(0, -x)
    part = stamp[top : top + max(0, canvas.shape[0] - max(0, y)), left : left + max(0, canvas.shape[1] - max(0, x))]
    if part.size:
        there = canvas[max(0, y) : max(0, y) + part.shape[0], max(0, x) : max(0, x) + part.shape[1]]
        there[...] = there + part[..., None] * (np.asarray(colour, np.float32) - there)


@lru_cache(maxsize=64)
def _load_font(height: int):  # type: ignore[no-untyped-def]  # a class of Pillow's
    from PIL import ImageFont

    return ImageFont.truetype(str(resources.find_folder("assets") / FONT), max(4, height))
