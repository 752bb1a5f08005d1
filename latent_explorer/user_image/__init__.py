"""The user image: drawn on the pad, read from a file or taken from the clipboard, and fitted to a data set.

Knows neither models nor windows; Pillow is imported when an image is read or made.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from latent_explorer.user_image.fit_to_dataset import fit_pixels
from latent_explorer.user_image.framing_stats import DatasetFraming

MAX_SIDE = 256
"""The largest longer side in pixels: more than the input of any model here."""


@dataclass(frozen=True)
class OwnImage:
    """A user image by its pixels, small enough to be stored in a session and compared by value."""

    pixels: bytes = field(repr=False)
    """Row by row from the top; for each pixel a grey value, or red, green and blue."""
    size: tuple[int, int]
    """(width, height)"""
    channels: int
    """1 or 3"""
    drawn: bool = False
    """Whether it was drawn on the pad: light on dark, without background."""
    name: str = ""
    """The file's name, or a description."""

    def __post_init__(self) -> None:
        width, height = self.size
        if width < 1 or height < 1 or self.channels not in (1, 3):
            allowed = "at least 1x1 pixels of 1 or 3 channels are allowed"
            raise ValueError(f"{width}x{height} pixels of {self.channels} channels arrived; {allowed}")
        if len(self.pixels) != width * height * self.channels:
            raise ValueError(f"{len(self.pixels)} bytes arrived; {width * height * self.channels} are allowed")

    @classmethod
    def of(cls, picture: NDArray[np.uint8], *, drawn: bool = False, name: str = "") -> "OwnImage":
        """Return the user image of bytes (H, W) or (H, W, 3)."""
        height, width = picture.shape[:2]
        return cls(picture.tobytes(), (width, height), 1 if picture.ndim == 2 else 3, drawn, name)

    @property
    def picture(self) -> NDArray[np.uint8]:
        """The pixels, (H, W) grey or (H, W, 3) colour; a new array each time."""
        width, height = self.size
        values = np.frombuffer(self.pixels, np.uint8)
        return values.reshape((height, width) if self.channels == 1 else (height, width, 3))


def fit_image(image: OwnImage, shape: tuple[int, int, int], *, framing: DatasetFraming) -> NDArray[np.float32]:
    """Return the image as an input (C, H, W) of a model, with values 0 to 1.

    `framing` describes the images of the model's data set. Raise `InputError` if the image shows nothing.
    """
    return fit_pixels(image.picture, shape, framing, drawn=image.drawn, name=image.name)


__all__ = ["MAX_SIDE", "DatasetFraming", "OwnImage", "fit_image"]
