"""A picture of the user's own: drawn, opened, dropped or pasted."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from latent_explorer.arrays import Floats


@dataclass(frozen=True)
class OwnImage:
    """Rows of bytes, grey or RGB; hashable, so that it can be part of a request."""

    pixels: bytes = field(repr=False)
    size: tuple[int, int]
    """Width and height."""
    channels: int
    drawn: bool = False
    """With the pen on the pad: light ink on a dark ground."""
    name: str = ""


def fitted(image: OwnImage, shape: tuple[int, int, int]) -> Floats:
    """The picture (C, H, W) of values from 0 to 1 as a model of this shape sees it."""
    channels, height, width = shape
    whole = Image.frombytes("L" if image.channels == 1 else "RGB", image.size, image.pixels)
    small = whole.convert("L" if channels == 1 else "RGB").resize((width, height), Image.Resampling.LANCZOS)
    rows: Floats = np.asarray(small, np.float32).reshape(height, width, channels) / np.float32(255)
    return np.ascontiguousarray(np.moveaxis(rows, -1, 0))
