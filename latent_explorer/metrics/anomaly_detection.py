"""How unusual a picture is to a model: its reconstruction error, beside those of normal pictures.

An autoencoder that has learnt only normal pictures cannot draw what it has never seen, so a large error says that
something is unusual (Sakurada and Yairi 2014, MLSDA). Knows neither models nor files.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

QUANTILES = 201
"""How many places of the errors' distribution a file keeps: every half per cent."""


def errors(images: Floats, again: Floats) -> Floats:
    """(N,): the mean squared error a pixel of each of `images` (N, C, H, W) against its reconstruction `again`."""
    off = np.clip(again, 0, 1) - images
    found: Floats = np.square(off).reshape(len(images), -1).mean(axis=1, dtype=np.float64).astype(np.float32)
    return found


def quantiles(values: Floats, count: int = QUANTILES) -> list[float]:
    """The distribution of errors in `count` numbers, from the smallest to the largest, each to four digits."""
    places = np.quantile(values.astype(np.float64), np.linspace(0, 1, count))
    return [float(f"{value:.4g}") for value in places]


def share_below(normal: Floats, error: float) -> float:
    """Which share of the normal errors is smaller, 0 to 1; half of those that are equal count."""
    below = np.count_nonzero(normal < error) + np.count_nonzero(normal == error) / 2
    return float(below / max(1, len(normal)))


@dataclass(frozen=True, eq=False)
class Roc:
    """The receiver operating characteristic, from a threshold above all errors to one below all."""

    false_alarms: NDArray[np.float64]
    """(T,): share of the normal pictures called unusual."""
    found: NDArray[np.float64]
    """(T,): share of the unusual pictures called so."""
    auc: float
    """Area under it: how often an unusual picture has the larger error of a pair; 0.5 is chance, 1 is perfect."""


def roc(normal: Floats, unusual: Floats) -> Roc:
    """Of the rule "unusual where the error is larger than a threshold"; equal errors count as half a win (Fawcett 2006,
    Pattern Recognition Letters 27:861)."""
    steps = np.unique(np.concatenate([normal, unusual]))[::-1]  # falling
    above = [_share_above(np.sort(values), steps) for values in (normal, unusual)]
    across, up = (np.concatenate([[0.0], share, [1.0]]) for share in above)
    return Roc(across, up, float(np.trapezoid(up, across)))


def _share_above(ordered: Floats, thresholds: Floats) -> NDArray[np.float64]:
    """The share that is at least each threshold."""
    found: NDArray[np.float64] = 1.0 - np.searchsorted(ordered, thresholds, side="left") / max(1, len(ordered))
    return found


def rates(normal: Floats, unusual: Floats, threshold: float) -> tuple[float, float]:
    """False alarms and found ones, as shares, where an error above `threshold` is called unusual."""
    return float(np.mean(normal > threshold)), float(np.mean(unusual > threshold))
