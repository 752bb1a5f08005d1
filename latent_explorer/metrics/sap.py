"""The separated attribute predictability (SAP; Kumar et al. 2018, arXiv:1711.00848, section 3): how much better the
best single dimension predicts an attribute than the next one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics.mutual_information import Table, compute_gap, find_known

MIN_SAMPLES, MAX_SAMPLES, MAX_ENTRIES = 200, 2000, 100_000
"""Evenly chosen ones that are looked at, and samples times dimensions: of long codes fewer, but `MIN_SAMPLES`."""


def measure(codes: Floats, attributes: Sequence[Attribute]) -> float:
    """Return the mean difference of the two best scores of each attribute; NaN without attributes."""
    return compute_gap(measure_table(codes, attributes))


def measure_table(codes: Floats, attributes: Sequence[Attribute]) -> Table:
    """Return the score of each attribute and dimension of `codes` (N, d), (A, d), 0 (guessed) to 1: R² of a straight
    line for numbers, the balanced accuracy of thresholds for categories; NaN for an attribute that never changes."""
    table = np.full((len(attributes), codes.shape[1]), np.nan)
    most = min(MAX_SAMPLES, max(MIN_SAMPLES, MAX_ENTRIES // codes.shape[1]))
    for row, attribute in enumerate(attributes):
        chosen = np.flatnonzero(find_known(attribute))
        chosen = chosen[np.linspace(0, len(chosen) - 1, min(len(chosen), most)).astype(np.intp)]
        values = attribute.values[chosen].astype(np.float64)
        if len(values) and values.min() < values.max():
            score = _score_thresholds if attribute.is_categorical else score_line
            table[row] = [score(column[chosen].astype(np.float64), values) for column in codes.T]
    return table


def score_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return R² of the straight line through points (N,) and (N,)."""
    x, y = x - x.mean(), y - y.mean()
    power = float((x @ x) * (y @ y))
    return float((x @ y) ** 2 / power) if power > 0 else 0.0


def _score_thresholds(x: NDArray[np.float64], classes: NDArray[np.float64]) -> float:
    """Return the balanced accuracy of as many intervals of `x` as there are classes, as a share of the way from
    guessing to certainty: two categories are no easier than ten."""
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.tree import DecisionTreeClassifier

    count = len(np.unique(classes))
    tree = DecisionTreeClassifier(max_leaf_nodes=count, class_weight="balanced", random_state=0).fit(
        x[:, None], classes
    )
    return float(balanced_accuracy_score(classes, tree.predict(x[:, None]), adjusted=True))
