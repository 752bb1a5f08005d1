"""Where two pictures differ, as colours over one of them."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.engine.subject import Picture

INFERNO = (
    (0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (186, 54, 85), (227, 89, 51), (249, 140, 10),
    (249, 201, 50), (252, 255, 164),
)  # fmt: skip
"""matplotlib's inferno (Smith and van der Walt 2015, CC0) at nine places: brighter is more, for any colour vision."""
REACH = 0.6
"""The difference of a pixel, of grey values from 0 to 1, that is brightest."""
DIMMED = 0.4
"""What is left of the picture's brightness under the colours."""


def heat(image: Floats, again: Floats) -> Picture:
    """|x - x'| of two images (C, H, W), as (H, W, 3): the picture dimmed where they agree, bright where they do not."""
    off = np.abs(image - again).mean(axis=0)
    share = np.clip(off / REACH, 0, 1)
    below = np.moveaxis(np.broadcast_to(image if len(image) >= 3 else image[:1], (3, *image.shape[1:])), 0, -1)
    there = np.clip(4 * share, 0, 1)[..., None]
    found: Picture = np.rint(255 * DIMMED * below * (1 - there) + colours(share) * there).astype(np.uint8)
    return found


def colours(shares: NDArray[np.floating]) -> NDArray[np.float64]:
    """(..., 3) colours 0 to 255 of values from 0 to 1."""
    at, known = np.linspace(0, 1, len(INFERNO)), np.array(INFERNO, np.float64)
    return np.stack([np.interp(shares, at, known[:, i]) for i in range(3)], axis=-1)
