"""What each latent dimension tells of each attribute, and how far the best dimension is ahead of the next (MIG).

Mutual information rather than the R² of a line: it is the same for numbers and categories, it sees any dependence and
not only straight ones, and it does not change when a dimension is stretched, bent or turned round. Numbers are cut into
20 bins of equal counts, fewer where there are few samples. A histogram of few promises too much, which Miller and Madow
(1955) correct, but only while most cells of two dimensions hold some.
"""

from collections.abc import Sequence
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.attributes import Attribute

BINS, MIN_BINS = 20, 5
"""Of numbers, at most and at least; an attribute of no more different values keeps each of them."""
SAMPLES_PER_CELL = 4
"""Of two dimensions cut into bins, on average, at least: with fewer, independent numbers seem to tell of each other."""
Table = NDArray[np.float64]
"""(A, d): attributes by latent dimensions."""


def measure_table(codes: Floats, attributes: Sequence[Attribute]) -> Table:
    """Return the mutual information of each attribute and each dimension of `codes` (N, d) as a share of the
    attribute's entropy, (A, d): 0 tells nothing, 1 tells all; NaN for an attribute that is the same everywhere."""
    dimensions = [discretise(column) for column in codes.T]
    table = np.full((len(attributes), codes.shape[1]), np.nan)
    for row, attribute in enumerate(attributes):
        known = find_known(attribute)
        values = attribute.values[known]
        classes = np.unique(values, return_inverse=True)[1] if attribute.is_categorical else discretise(values)
        entropy = _measure_entropy(classes)
        if entropy > 0:
            for column, every in enumerate(dimensions):
                own = every if known.all() else discretise(codes[known, column])
                joint = _measure_entropy(classes * BINS + own)
                table[row, column] = (entropy + _measure_entropy(own) - joint) / entropy
    return table.clip(0, 1)


def compute_gap(table: Table) -> float:
    """Return the mutual information gap (MIG; Chen et al. 2018, arXiv:1802.04942, equation 6) of a `table` as
    `measure_table` returns it: the mean difference between the two dimensions that tell most of an attribute; NaN
    without attributes."""
    rows = np.sort(table[np.isfinite(table).all(axis=1)], axis=1)
    if not rows.size:
        return float("nan")
    second = rows[:, -2] if rows.shape[1] > 1 else np.zeros(len(rows))
    return float(np.mean(rows[:, -1] - second))


def discretise(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the bin (N,) of each number: equal numbers share one, and bins hold about equally many."""
    from scipy.stats import rankdata

    different, numbers = np.unique(values, return_inverse=True)
    bins = count_bins(len(values))
    if len(different) <= bins:
        return np.asarray(numbers, np.int64)
    ranks: NDArray[np.float64] = rankdata(values)
    return np.asarray((ranks - 0.5) * bins / len(values), np.int64)


def count_bins(samples: int) -> int:
    """Return the number of bins that so many samples fill."""
    return min(BINS, max(MIN_BINS, isqrt(samples // SAMPLES_PER_CELL)))


def find_known(attribute: Attribute) -> NDArray[np.bool_]:
    """Return of which samples (N,) an attribute is known."""
    return attribute.values >= 0 if attribute.is_categorical else np.isfinite(attribute.values)


def _measure_entropy(numbers: NDArray[np.int64]) -> float:
    """Return the entropy in bits of the `numbers` (N,), with the correction of Miller and Madow (1955)."""
    counts = np.bincount(numbers) if len(numbers) else np.zeros(0, np.int64)
    counts = counts[counts > 0]
    if len(counts) < 2:
        return 0.0
    shares = counts / len(numbers)
    plain = -float(np.sum(shares * np.log2(shares)))
    return plain + float((len(counts) - 1) / (2 * np.log(2) * len(numbers)))
