"""Pictures: the values are the pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.samples.inferno import to_colours
from latent_explorer.samples.sample_kind import Picture, SampleKind, Words
from latent_explorer.texts import mark

MAX_DIFFERENCE = 0.6
"""Pixel difference, of grey values from 0 to 1, that gets the brightest colour."""
DIMMED_BRIGHTNESS = 0.4
"""Factor on the picture's brightness under the colours."""


@dataclass(frozen=True)
class Images(SampleKind):
    words: ClassVar[Words] = Words(mark("picture"), mark("pictures"), mark("pixel"))
    has_pixels: ClassVar[bool] = True

    def draw(self, values: NDArray[Any]) -> tuple[Picture, ...]:
        """Draw as bytes; bytes are kept as they are. Values that are not finite turn black."""
        if values.dtype != np.uint8:
            values = np.clip(np.nan_to_num(values) * 255 + 0.5, 0, 255).astype(np.uint8)
        return tuple([to_channels_last(one) for one in values])

    def draw_difference(self, sample: Floats, reconstruction: Floats) -> Picture:
        """Draw |x - x'| as (H, W, 3): the dimmed picture where they agree, bright where they differ."""
        off = np.abs(sample - reconstruction).mean(axis=0)
        share = np.clip(off / MAX_DIFFERENCE, 0, 1)
        below = np.broadcast_to(sample if len(sample) >= 3 else sample[:1], (3, *sample.shape[1:]))
        there = np.clip(4 * share, 0, 1)[..., None]
        dimmed = 255 * DIMMED_BRIGHTNESS * np.moveaxis(below, 0, -1) * (1 - there)
        mixed: Picture = np.rint(dimmed + to_colours(share) * there).astype(np.uint8)
        return mixed

    def read_pictures(self, pictures: Sequence[Picture]) -> Floats:
        values = np.stack(pictures).astype(np.float32) / np.float32(255)
        return values[:, None] if values.ndim == 3 else np.ascontiguousarray(values.transpose(0, 3, 1, 2))


IMAGES = Images()


def to_channels_last(image: NDArray[np.uint8]) -> Picture:
    """Rearrange bytes (C, H, W) to (H, W) or (H, W, 3)."""
    return image[0] if len(image) == 1 else np.ascontiguousarray(np.moveaxis(image[:3], 0, -1))
