"""The similarity of two pictures: PSNR in decibels, and SSIM. Knows no models."""

import math

import numpy as np
from numpy.typing import NDArray

from latent_explorer.errors import InputError

SIGMA, RADIUS = 1.5, 5  # pixels: the paper's circular Gaussian window of 11 x 11
RANGE_TOLERANCE = 0.01  # by which a value may lie outside 0 to 1, for instance after resizing
C1, C2 = 0.01**2, 0.03**2  # the paper's (K1 L)^2 and (K2 L)^2 for a dynamic range L of 1
Pixels = NDArray[np.floating]


def compute_psnr(a: Pixels, b: Pixels) -> float:
    """Return the peak signal-to-noise ratio in decibels, 10 log10(1 / mean squared error); infinite for equal pictures.

    Both are (H, W) or (C, H, W) in 0..1, of one shape; else raise `InputError`.
    """
    x, y = _check_pair(a, b)
    error = float(np.square(x - y).mean())
    return -10 * math.log10(error) if error > 0 else math.inf


def compute_ssim(a: Pixels, b: Pixels) -> float:
    """Return the mean structural similarity, at most 1 (equal pictures); negative if bright and dark are exchanged.

    Wang, Bovik, Sheikh and Simoncelli 2004 (IEEE Trans. Image Processing 13:600), equation 13 averaged over the
    positions at which the window lies within the picture, as in the authors' program; over all positions, with mirrored
    edges, if a side is shorter than the window. Channels are averaged. Arguments as for `compute_psnr`.
    """
    x, y = _check_pair(a, b)
    mean_x, mean_y, square_x, square_y, product = _average_windows(np.stack([x, y, x * x, y * y, x * y]))
    variance_x, variance_y, covariance = square_x - mean_x**2, square_y - mean_y**2, product - mean_x * mean_y
    alike = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    alike /= (mean_x**2 + mean_y**2 + C1) * (variance_x + variance_y + C2)
    if min(alike.shape[-2:]) > 2 * RADIUS:
        alike = alike[..., RADIUS:-RADIUS, RADIUS:-RADIUS]
    return float(alike.mean())


def _average_windows(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Gaussian-weighted mean around every pixel of each picture and channel."""
    from scipy import ndimage

    means: NDArray[np.float64] = ndimage.gaussian_filter(x, SIGMA, axes=(-2, -1), radius=RADIUS, mode="reflect")
    return means


def _check_pair(a: Pixels, b: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if x.shape != y.shape or x.ndim not in (2, 3) or x.size == 0:
        raise InputError(
            f"pictures: shapes {x.shape} and {y.shape} arrived; two of one shape, (H, W) or (C, H, W), are allowed"
        )
    low, high = min(x.min(), y.min()), max(x.max(), y.max())
    if not (low >= -RANGE_TOLERANCE and high <= 1 + RANGE_TOLERANCE):  # NaN too
        raise InputError(f"pictures: values from {low:g} to {high:g} arrived; 0 to 1 is allowed (bytes divided by 255)")
    return x, y
