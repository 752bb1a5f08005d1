"""The interface of a kind of sample."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError

MAX_NAME_LENGTH = 60
"""Characters of the name of a channel, a column or a category."""
Picture = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3) colour."""
MAX_PROPORTION = 12
"""The longer side of a picture on the screen, at most, divided by the shorter one; beyond it, as for a row of 200
pixels, it is stretched so that it can be seen."""


def measure_aspect(picture: Picture) -> float:
    """Return a picture's width divided by its height on the screen."""
    return float(min(max(picture.shape[1] / picture.shape[0], 1 / MAX_PROPORTION), MAX_PROPORTION))


@dataclass(frozen=True)
class Words:
    """What a sample of a kind, and one of its values, is called on the screen."""

    one: str
    many: str
    value: str
    """One of its values: a pixel, a point, a column."""


class SampleKind(ABC):
    """How values (C, H, W) from 0 to 1 are shown. Kinds are frozen dataclasses of plain values, which a checkpoint's
    header holds."""

    words: ClassVar[Words]
    has_pixels: ClassVar[bool] = False
    """Whether the values are the pixels of the picture: only then do strokes, slants and image codecs make sense."""
    can_be_drawn: ClassVar[bool] = True
    """Whether a sample can be drawn by hand."""
    runs_in_time: ClassVar[bool] = False
    """Whether samples one after the other make a longer one, as signals do."""
    has_neighbours: ClassVar[bool] = True
    """Whether neighbouring values belong together, so that shifts, blur and SSIM make sense."""

    @property
    def value_unit(self) -> str:
        """The unit of its values, if they have one in common."""
        return ""

    @property
    def duration(self) -> str:
        """How long a sample lasts, as it is written; empty if that is not known."""
        return ""

    def name_channel(self, channel: int) -> str:
        """Return the name of a channel; empty if it has none."""
        return ""

    def restore_units(self, values: Floats) -> Floats:
        """Return values (N, C, H, W) from 0 to 1 in the data's own units, and in its own shape."""
        return values

    def scale_units(self, own: Floats) -> Floats:
        """Return what `restore_units` returned as values (N, C, H, W) from 0 to 1."""
        return own

    @property
    def value_names(self) -> tuple[str, ...]:
        """Names of the values, where each means something of its own, as in the row of a table."""
        return ()

    @abstractmethod
    def draw(self, values: NDArray[Any]) -> tuple[Picture, ...]:
        """Draw samples (N, C, H, W), one picture each; values that are not finite are drawn as 0. Pictures may come as
        bytes too."""

    @abstractmethod
    def draw_difference(self, sample: Floats, reconstruction: Floats) -> Picture:
        """Draw where two samples (C, H, W) differ."""

    @abstractmethod
    def read_pictures(self, pictures: Sequence[Picture]) -> Floats:
        """Return the values (N, C, H, W) of pictures that `draw` has drawn."""

    def describe_difference(self, sample: Floats, reconstruction: Floats) -> str:
        """Return which values of a sample (C, H, W) are farthest off; empty where they have no names."""
        return ""

    def find_ends(self, shape: tuple[int, int, int]) -> tuple[Floats, Floats]:
        """Return the least and the largest value (C, H, W) that occur in the data."""
        return np.zeros(shape, np.float32), np.ones(shape, np.float32)

    def read_drawing(self, picture: Picture, shape: tuple[int, int, int]) -> Floats:
        """Return the values (C, H, W) of a sample that was drawn by hand, light on dark (H, W).

        Raises `InputError` if nothing was drawn, or if this kind cannot be drawn.
        """
        raise InputError(f"a {self.words.one} cannot be drawn by hand")

    def check(self, shape: tuple[int, int, int]) -> None:  # noqa: B027  # every shape is one of a picture
        """Raise `ValueError` if samples of this kind cannot have such a shape (C, H, W)."""
