"""Colour as it is seen: contrast, the difference of two colours, and what a missing kind of cones leaves of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
VISIONS = {
    "any": np.eye(3),
    "no long cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no middle cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no short cones": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""What each vision leaves of linear light: protanopia, deuteranopia and tritanopia as Machado, Oliveira and Fernandes
(2009, doi:10.1109/TVCG.2009.113) model them at severity 1."""
XYZ_OF_SRGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
CONES_OF_SRGB = np.array([[0.41222, 0.53633, 0.05145], [0.2119, 0.6807, 0.1074], [0.0883, 0.28172, 0.62998]])
OKLAB_OF_CONES = np.array([[0.21045, 0.79362, -0.00407], [1.978, -2.42859, 0.45059], [0.0259, 0.78277, -0.80868]])


def to_linear(colour: Sequence[int]) -> Floats:
    """Return the linear light of an sRGB colour, each part 0 to 1 (IEC 61966-2-1)."""
    share = np.asarray(colour, np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def see(colour: Sequence[int], vision: str) -> Floats:
    """Return the linear light that one of `VISIONS` makes of a colour."""
    return np.clip(VISIONS[vision] @ to_linear(colour), 0, 1)


def to_cielab(linear: Floats) -> Floats:
    """Return CIELAB under D65, the white of sRGB (CIE 15)."""
    t = XYZ_OF_SRGB @ linear / XYZ_OF_SRGB.sum(axis=1)
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def to_oklab(linear: Floats) -> Floats:
    """Return OKLab (Ottosson 2020), in which colours of one hue angle look like one hue; in CIELAB blue does not."""
    return OKLAB_OF_CONES @ np.cbrt(CONES_OF_SRGB @ linear)


def measure_difference(a: Sequence[int], b: Sequence[int], vision: str = "any") -> float:
    """Return the CIE 1976 colour difference of two colours: their Euclidean distance in CIELAB."""
    return float(np.linalg.norm(to_cielab(see(a, vision)) - to_cielab(see(b, vision))))


def measure_contrast(a: Sequence[int], b: Sequence[int]) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dim, bright = sorted(float(XYZ_OF_SRGB[1] @ to_linear(one)) + 0.05 for one in (a, b))
    return bright / dim
