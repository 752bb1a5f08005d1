"""Disentanglement, completeness and informativeness (DCI; Eastwood and Williams 2018,
openreview.net/forum?id=By-7dz-AZ).

Boosted trees predict each attribute from all dimensions; how much each dimension helped makes a matrix of importances.
Trees, since an attribute may depend on a dimension along a curve, or by thresholds. The work is bounded: a
thousand samples, fewer of long codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics.mutual_information import find_known

MAX_SAMPLES, MAX_ENTRIES = 1000, 48_000
"""Most samples, and most samples times dimensions, that trees are fitted to."""
MAX_CLASSES, MAX_CLASSES_IN_ALL = 10, 60
"""Categories of an attribute, and of all attributes together; samples of the rarer ones are left out: each category has
trees of its own."""
TREES, DEPTH, LEARNING_RATE = 20, 3, 0.3
TEST_SHARE = 0.25
MIN_SAMPLES = 20

Importances = NDArray[np.float64]
"""(d, K): dimensions by attributes."""


@dataclass(frozen=True)
class DCI:
    """From 0 to 1; NaN where it means nothing."""

    disentanglement: float
    """Whether a dimension serves one attribute only; NaN for a single attribute."""
    completeness: float
    """Whether an attribute needs one dimension only; NaN for a single dimension."""
    informativeness: float
    """How well the code tells the attributes, of samples that the trees have not seen: the mean of R² for numbers and,
    for categories, of the share of guessing's errors that are gone."""

    @property
    def as_tuple(self) -> tuple[float, float, float]:
        return self.disentanglement, self.completeness, self.informativeness


def measure(codes: Floats, attributes: Sequence[Attribute], seed: int = 0) -> DCI:
    """Measure the codes (N, d). Dimensions that never change do not count."""
    alive = codes[:, np.ptp(codes, axis=0) > 0]
    classes = count_classes(attributes)
    parts = [_fit(alive, one, classes, seed) for one in attributes] if alive.shape[1] else []
    rated = [part for part in parts if part is not None]
    if not rated:
        return DCI(float("nan"), float("nan"), float("nan"))
    importances = np.stack([importance for importance, _ in rated], axis=1)
    informativeness = float(np.mean([score for _, score in rated]))
    return DCI(compute_disentanglement(importances), compute_completeness(importances), informativeness)


def count_classes(attributes: Sequence[Attribute]) -> int:
    """Return how many categories of an attribute are told apart at most, the most common ones; fewer if many attributes
    have some."""
    return min(MAX_CLASSES, max(2, MAX_CLASSES_IN_ALL // max(1, sum(one.is_categorical for one in attributes))))


def compute_disentanglement(importances: Importances) -> float:
    """Return 1 minus the entropy, base K, of each dimension's importances (d, K) over the attributes, weighted by what
    the dimension matters at all; 0 if none matters."""
    if importances.shape[1] < 2:
        return float("nan")
    weights = importances.sum(axis=1)
    return float(_compute_purity(importances) @ weights / weights.sum()) if weights.sum() > 0 else 0.0


def compute_completeness(importances: Importances) -> float:
    """Return 1 minus the entropy, base d, of each attribute's importances (d, K) over the dimensions, averaged."""
    return float(np.mean(_compute_purity(importances.T))) if len(importances) > 1 else float("nan")


def _compute_purity(rows: Importances) -> NDArray[np.float64]:
    """Return 1 minus the entropy of each row, from 0 for equal entries to 1 for a single one; 0 for a row of zeros."""
    totals = rows.sum(axis=1, keepdims=True)
    shares = np.divide(rows, totals, out=np.full_like(rows, 1 / rows.shape[1]), where=totals > 0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    purity: NDArray[np.float64] = 1 + (shares * logs).sum(axis=1) / np.log(rows.shape[1])
    return purity


def _fit(codes: Floats, attribute: Attribute, classes: int, seed: int) -> tuple[NDArray[np.float64], float] | None:
    """Return the importance of each dimension (d,) for an attribute, and its informativeness; None if too little of it
    is known or it is the same everywhere."""
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    chosen = _choose_samples(attribute, codes.shape[1], classes, seed)
    values = attribute.values[chosen]
    held_out = int(TEST_SHARE * len(chosen))
    train, test, truth = codes[chosen[held_out:]], codes[chosen[:held_out]], values[:held_out]
    if len(chosen) < MIN_SAMPLES or len(np.unique(values[held_out:])) < 2 or len(np.unique(truth)) < 2:
        return None
    kind = GradientBoostingClassifier if attribute.is_categorical else GradientBoostingRegressor
    trees: Any = kind(n_estimators=TREES, max_depth=DEPTH, learning_rate=LEARNING_RATE, random_state=seed)
    trees.fit(train, values[held_out:])
    if attribute.is_categorical:
        guess = float(np.unique(truth, return_counts=True)[1].max() / len(truth))
        score = (float(trees.score(test, truth)) - guess) / (1 - guess)
    else:
        score = float(trees.score(test, truth))
    return trees.feature_importances_, max(0.0, score)


def _choose_samples(attribute: Attribute, dimensions: int, max_classes: int, seed: int) -> NDArray[np.intp]:
    """Return some samples of which the attribute is known, in random order; of its `max_classes` most common ones."""
    known = np.flatnonzero(find_known(attribute))
    if attribute.is_categorical:
        classes, counts = np.unique(attribute.values[known], return_counts=True)
        common = classes[np.argsort(-counts, kind="stable")[:max_classes]]
        known = known[np.isin(attribute.values[known], common)]
    count = min(len(known), MAX_SAMPLES, max(MIN_SAMPLES, MAX_ENTRIES // dimensions))
    return np.random.default_rng(seed).permutation(known)[:count]
