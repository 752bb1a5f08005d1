"""The framing of a data set's images: their background, their size and their centring.

`PUBLISHED` holds the published ones; for other data sets it is measured on images.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BACKGROUND_TOLERANCE = 0.12
"""The largest difference of a pixel of an even background from black or white."""
MAJORITY = 0.9
"""The share of images, and of the pixels of their borders, that an even background needs."""


@dataclass(frozen=True)
class DatasetFraming:
    """The framing to which `fit_to_dataset` fits a user image."""

    background: float | None
    """The brightness of the even background: 0 black, 1 white. None: there is none, the images are photographs."""
    box: tuple[float, float] = (1.0, 1.0)
    """The size of the box that a drawing is scaled into, as shares of the frame's (width, height)."""
    centre_by_mass: bool = False
    """Whether its centre of mass is centred, not its box."""
    ink_share: float | None = None
    """If given, a character is deskewed, stretched to fill the box, and its line width adjusted so that this share of
    the frame is ink; see `nist_normalisation`. Else it keeps its proportions."""


PHOTOGRAPH = DatasetFraming(background=None)

PUBLISHED = {
    # NIST's digits in a box of 20x20 pixels, the centre of mass in the middle of 28x28 (LeCun et al. 1998)
    "mnist": DatasetFraming(0.0, (20 / 28, 20 / 28), centre_by_mass=True),
    # a border of 2 pixels around the box (Cohen et al. 2017, EMNIST, section II)
    "emnist": DatasetFraming(0.0, (24 / 28, 24 / 28)),
    # the longest edge fills the frame (Xiao et al. 2017, Fashion-MNIST, section 2)
    "fashion_mnist": DatasetFraming(0.0),
    # 20x32 of 32x32 pixels; the share of ink was measured on scikit-learn's copy
    "digits": DatasetFraming(0.0, (20 / 32, 1.0), ink_share=0.305),
}


def measure_framing(pictures: NDArray[np.floating]) -> DatasetFraming:
    """Measure the framing of images (N, C, H, W) in 0..1. The background is even if nearly all images have a black or a
    white border; the box is the median extent of their content."""
    grey = pictures.mean(axis=1)  # (N, H, W)
    border = np.concatenate([grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]], axis=1)  # (N, 2 (H + W))
    for ground in (0.0, 1.0):
        even = (np.abs(border - ground) <= BACKGROUND_TOLERANCE).mean(axis=1) >= MAJORITY
        if even.mean() >= MAJORITY:
            return DatasetFraming(ground, _measure_box(np.abs(grey - ground)))
    return PHOTOGRAPH


def _measure_box(ink: NDArray[np.floating]) -> tuple[float, float]:
    """Return the median extent of the ink, as shares of the frame; the same for both sides, as it is unknown which of
    them was fitted."""
    inked = [ink.max(axis=axis) > 2 * BACKGROUND_TOLERANCE for axis in (1, 2)]
    shares = [float(np.median(line.sum(axis=1)) / line.shape[1]) for line in inked]
    side = min(1.0, max(*shares, 0.25))
    return side, side
