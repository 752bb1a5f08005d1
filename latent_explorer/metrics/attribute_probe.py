"""Linear probes: what a straight rule on the code tells of an attribute, of samples that the rule was not made of.

A ridge regression reads numbers, a logistic regression categories (Alain and Bengio 2016, arXiv:1610.01644). Each
dimension counts in its own standard deviations, so that what is read does not depend on their scales or order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics.mutual_information import find_known

FOLDS = 5
"""Parts of the samples, each of which is read by a probe that was fitted to the others."""
MAX_SAMPLES, MIN_SAMPLES = 2000, 20
RIDGE = 1.0
"""Penalty on the squared weights, as of one sample more for each dimension."""
ITERATIONS = 300  # of the logistic regression
MIN_SKILL = 0.3
"""Skill from which a probe is said to read its attribute."""
Rule = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Weights (d, K) and offsets (K,): one output for numbers, one for each category otherwise."""


@dataclass(frozen=True, eq=False)
class Probe:
    """A linear reader of one attribute."""

    attribute: Attribute
    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]
    spread: float
    """Standard deviation of numbers; 1 for categories."""
    score: float
    """Held out: R² for numbers, the share that is read correctly for categories."""
    skill: float
    """The same as a share of what can be gained over guessing without the code: 0 is a guess, 1 is perfect."""
    samples: NDArray[np.intp]
    """Samples that it was made of and tested on."""
    readings: Floats
    """(n, K): what was read of each of them by a probe that had not seen it."""

    @property
    def reads(self) -> bool:
        """Whether it reads its attribute well enough to be asked."""
        return self.skill >= MIN_SKILL

    def read(self, codes: Floats) -> Floats:
        """Return what it reads of codes (N, d): numbers (N, 1), or the probability of each category, (N, K)."""
        return _read(self.attribute, (self.weights, self.offsets), codes)


def fit(codes: Floats, attribute: Attribute, seed: int = 0) -> Probe | None:
    """Fit a probe to codes (N, d); None if too few samples are known, or if all are the same."""
    known = np.flatnonzero(find_known(attribute))
    samples = np.sort(np.random.default_rng(seed).permutation(known)[:MAX_SAMPLES])
    values = attribute.values[samples].astype(np.float64)
    if len(samples) < MIN_SAMPLES or values.min() == values.max():
        return None
    fit_rule: Callable[[Floats, NDArray[np.float64]], Rule] = _fit_ridge
    if attribute.is_categorical:
        fit_rule = _make_logistic_fit(len(attribute.categories))
    z = codes[samples]
    fold = np.random.default_rng(seed).permutation(len(samples)) % FOLDS
    parts = [
        (fold == k, _read(attribute, fit_rule(z[fold != k], values[fold != k]), z[fold == k])) for k in range(FOLDS)
    ]
    readings = np.zeros((len(samples), parts[0][1].shape[1]), np.float32)
    for part, read in parts:
        readings[part] = read
    if attribute.is_categorical:
        guess = float(np.unique(values, return_counts=True)[1].max() / len(values))
        score, spread = float((readings.argmax(axis=1) == values).mean()), 1.0
        skill = (score - guess) / (1 - guess)
    else:
        spread = float(values.std())
        skill = score = 1 - float(np.square(values - readings[:, 0]).mean()) / spread**2
    weights, offsets = fit_rule(z, values)
    return Probe(
        attribute, weights=weights, offsets=offsets, spread=spread, score=score, skill=skill, samples=samples,
        readings=readings,
    )  # fmt: skip


def _read(attribute: Attribute, rule: Rule, codes: Floats) -> Floats:
    out = codes.astype(np.float64) @ rule[0] + rule[1]
    if attribute.is_categorical:
        out = np.exp(out - out.max(axis=1, keepdims=True))
        out /= out.sum(axis=1, keepdims=True)
    read: Floats = out.astype(np.float32)
    return read


def _fit_ridge(codes: Floats, values: NDArray[np.float64]) -> Rule:
    x, mean, scale = _standardise(codes)
    weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ (values - values.mean()))
    return _unscale(weights[:, None], np.array([values.mean()]), mean, scale)


def _make_logistic_fit(count: int) -> Callable[[Floats, NDArray[np.float64]], Rule]:
    def fit_logistic(codes: Floats, values: NDArray[np.float64]) -> Rule:
        """Fit a logistic regression; a category that does not occur is never read."""
        from sklearn.linear_model import LogisticRegression

        x, mean, scale = _standardise(codes)
        weights, offsets = np.zeros((x.shape[1], count)), np.full(count, -np.inf)
        present = np.unique(values).astype(np.intp)
        offsets[present] = 0
        if len(present) > 1:
            fitted: Any = LogisticRegression(max_iter=ITERATIONS).fit(x, values.astype(np.intp))
            own = present[1:] if len(present) == 2 else present
            weights[:, own], offsets[own] = fitted.coef_.T, fitted.intercept_
        return _unscale(weights, offsets, mean, scale)

    return fit_logistic


def _standardise(codes: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return codes with mean 0 and standard deviation 1 in each dimension, and what they were; a constant one is 0."""
    z = codes.astype(np.float64)
    mean, scale = z.mean(axis=0), z.std(axis=0)
    scale = np.where(scale > 1e-6 * np.abs(mean), scale, np.inf)
    return (z - mean) / scale, mean, scale


def _unscale(
    weights: NDArray[np.float64], offsets: NDArray[np.float64], mean: NDArray[np.float64], scale: NDArray[np.float64]
) -> Rule:
    """Return the rule on codes as they are, of one on standardised codes."""
    weights = weights / scale[:, None]
    return weights, offsets - mean @ weights
