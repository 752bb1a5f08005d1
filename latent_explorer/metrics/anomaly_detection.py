"""Anomaly detection by reconstruction error, compared with the errors of normal pictures.

An autoencoder that was trained on normal pictures only reconstructs others badly, so a large error indicates an anomaly
(Sakurada and Yairi 2014, MLSDA). Knows neither models nor files.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

QUANTILES = 201
"""The number of stored quantiles of the errors: one every half per cent."""


def compute_errors(images: Floats, reconstructions: Floats) -> Floats:
    """Return the mean squared error per pixel (N,) of each of `images` (N, C, H, W) and its reconstruction."""
    off = np.clip(reconstructions, 0, 1) - images
    errors: Floats = np.square(off).reshape(len(images), -1).mean(axis=1, dtype=np.float64).astype(np.float32)
    return errors


def compute_quantiles(values: Floats) -> list[float]:
    """Return `QUANTILES` evenly spaced quantiles of `values`, from the smallest to the largest, each to four digits."""
    places = np.quantile(values.astype(np.float64), np.linspace(0, 1, QUANTILES))
    return [float(f"{value:.4g}") for value in places]


def compute_rank(normal: Floats, error: float) -> float:
    """Return the share, 0 to 1, of the normal errors (N,), ascending, that are smaller than `error`; between two of
    them in proportion, as in `numpy.quantile`. So a rank is above the share of a quantile just where the error is
    above that quantile. 0 and 1 are only those of an error below and above all."""
    values, place = normal.astype(np.float64), 0.0
    if not len(values) or error < values[0]:
        return 0.0
    if error > values[-1]:
        return 1.0
    if below := int(np.searchsorted(values, error)):
        low, high = values[below - 1 : below + 1]
        place = (below - 1 + (error - low) / (high - low)) / (len(values) - 1)
    return float(np.clip(place, np.nextafter(0, 1), np.nextafter(1, 0)))


@dataclass(frozen=True, eq=False)
class Roc:
    """The receiver operating characteristic, from a threshold above all errors to one below all."""

    false_positive_rate: NDArray[np.float64]
    """(T,): the share of the normal pictures that are classified as unusual."""
    true_positive_rate: NDArray[np.float64]
    """(T,): the share of the unusual pictures that are classified as unusual."""
    auc: float
    """The area under the curve: the share of pairs in which the unusual picture has the larger error; 0.5 is chance,
    1 is perfect."""


def compute_roc(normal: Floats, unusual: Floats) -> Roc:
    """Return the ROC curve of the rule "unusual if the error is larger than a threshold"; equal errors count as half a
    win (Fawcett 2006, Pattern Recognition Letters 27:861)."""
    steps = np.unique(np.concatenate([normal, unusual]))[::-1]  # falling
    above = [_compute_share_above(np.sort(values), steps) for values in (normal, unusual)]
    across, up = (np.concatenate([[0.0], share, [1.0]]) for share in above)
    return Roc(across, up, float(np.trapezoid(up, across)))


def _compute_share_above(ordered: Floats, thresholds: Floats) -> NDArray[np.float64]:
    """Return the share of the ascending values that are at least each threshold."""
    return 1.0 - np.searchsorted(ordered, thresholds, side="left") / max(1, len(ordered))


def compute_rates(normal: Floats, unusual: Floats, threshold: float) -> tuple[float, float]:
    """Return the false positive rate and the true positive rate of classifying errors above `threshold` as unusual."""
    return float(np.mean(normal > threshold)), float(np.mean(unusual > threshold))
