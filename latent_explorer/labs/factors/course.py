"""The course of an attribute along a latent dimension: its mean, or the share of each category, over bins of equal
counts."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics.mutual_information import BINS, find_known

NUMBERS = -1
"""Key of the curve of an attribute of numbers."""
MAX_CURVES = 10
"""Curves of the most common categories; of two there is one, that of the second."""

Curves = dict[int, NDArray[np.float64]]
"""Curves (B,) by the number of the category: percent of the samples; or the mean, by `NUMBERS`."""


def compute_course(attribute: Attribute, latents: Floats) -> tuple[NDArray[np.float64], Curves]:
    """Return the means (B,) of one dimension's `latents` (M,) in each bin, and the curves of the attribute."""
    known = find_known(attribute)
    x, y = latents[known].astype(np.float64), attribute.values[known].astype(np.float64)
    parts = [part for part in np.array_split(np.argsort(x, kind="stable"), BINS) if len(part)]
    across = np.array([x[part].mean() for part in parts])
    if not attribute.is_categorical:
        return across, {NUMBERS: np.array([y[part].mean() for part in parts])}
    classes, counts = np.unique(y.astype(np.int64), return_counts=True)
    common = classes[np.argsort(-counts, kind="stable")][:MAX_CURVES]
    chosen = [1] if len(attribute.categories) == 2 else sorted(common.tolist())
    return across, {k: np.array([100 * np.mean(y[part] == k) for part in parts]) for k in chosen}
