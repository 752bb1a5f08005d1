"""Difference map of two pictures: colours over one of them."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.engine.subject import Picture

INFERNO = (
    (0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (186, 54, 85), (227, 89, 51), (249, 140, 10),
    (249, 201, 50), (252, 255, 164),
)  # fmt: skip
"""matplotlib's inferno (Smith and van der Walt 2015, CC0) at nine points: brighter is more, for any colour vision."""
MAX_DIFFERENCE = 0.6
"""Pixel difference, of grey values from 0 to 1, that gets the brightest colour."""
DIMMED_BRIGHTNESS = 0.4
"""Factor on the picture's brightness under the colours."""


def make_difference_map(image: Floats, reconstruction: Floats) -> Picture:
    """Return |x - x'| of two images (C, H, W) as (H, W, 3): dimmed where they agree, bright where they differ."""
    off = np.abs(image - reconstruction).mean(axis=0)
    share = np.clip(off / MAX_DIFFERENCE, 0, 1)
    below = np.moveaxis(np.broadcast_to(image if len(image) >= 3 else image[:1], (3, *image.shape[1:])), 0, -1)
    there = np.clip(4 * share, 0, 1)[..., None]
    mixed: Picture = np.rint(255 * DIMMED_BRIGHTNESS * below * (1 - there) + to_colours(share) * there).astype(np.uint8)
    return mixed


def to_colours(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Map `values` from 0 to 1 to colours (..., 3) from 0 to 255."""
    at, table = np.linspace(0, 1, len(INFERNO)), np.array(INFERNO, np.float64)
    return np.stack([np.interp(values, at, table[:, i]) for i in range(3)], axis=-1)
