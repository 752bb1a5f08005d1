"""The class information in a representation: accuracies of k-NN and a linear probe, with few labels and with all.

A linear probe is a logistic regression on features that were learnt without labels (Alain and Bengio 2016,
arXiv:1610.01644); with few labels it shows the value of the features if labels are expensive.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

LABEL_COUNTS = (100, 1000)
DRAWS = 5  # random subsets of few labels, averaged
NEIGHBOURS = 10
ITERATIONS = 300  # of the logistic regression
Labels = NDArray[np.int64]
ProbeAccuracies = dict[str, float]
"""`knn_100`, `linear_100`, ..., `knn_all`, `linear_all`: accuracies on held-out samples."""


def compare_representations(
    latents: tuple[Floats, Floats], pixels: tuple[Floats, Floats], labels: tuple[Labels, Labels], *, seed: int = 0
) -> dict[str, ProbeAccuracies]:
    """Return the accuracies on latents (N, d), on pixels (N, p) and on the pixels' first d principal components.

    Each argument is a pair, for training and for held-out samples; samples without a label (-1) are omitted.
    """
    components = _project_to_principal_components(pixels, latents[0].shape[1])
    first, second = (part >= 0 for part in labels)
    return {
        name: measure_probe_accuracies(train[first], labels[0][first], test[second], labels[1][second], seed=seed)
        for name, (train, test) in (("codes", latents), ("pixels", pixels), ("pca", components))
    }


def measure_probe_accuracies(
    train: Floats, train_labels: Labels, test: Floats, test_labels: Labels, *, seed: int = 0
) -> ProbeAccuracies:
    """Return the accuracies with 100, 1,000 and all training labels; a count without enough labels is omitted."""
    train, test = _standardise(train, test)
    shares: ProbeAccuracies = {}
    for count in LABEL_COUNTS:
        if count < len(train):
            draws = [_draw_subset(train_labels, count, seed + draw) for draw in range(DRAWS)]
            scores = [_score_classifiers(train[subset], train_labels[subset], test, test_labels) for subset in draws]
            shares[f"knn_{count}"], shares[f"linear_{count}"] = (float(np.mean(s)) for s in zip(*scores, strict=True))
    shares["knn_all"], shares["linear_all"] = _score_classifiers(train, train_labels, test, test_labels)
    return shares


def format_table(accuracies: Mapping[str, ProbeAccuracies]) -> str:
    """Return the accuracies of `compare_representations` as lines of text."""
    columns = list(next(iter(accuracies.values())))
    heads = [name.replace("knn", "k-NN").replace("_", ", ") for name in columns]
    lines = [["accuracy with labels", *heads]]
    lines += [[name, *(f"{row[column]:.3f}" for column in columns)] for name, row in accuracies.items()]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _score_classifiers(train: Floats, train_labels: Labels, test: Floats, test_labels: Labels) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    if len(np.unique(train_labels)) < 2:
        alone = float((test_labels == train_labels[0]).mean())
        return alone, alone
    # with few labels a sample has few neighbours of its class
    k = max(1, min(NEIGHBOURS, len(train) // (2 * len(np.unique(train_labels)))))
    knn: Any = KNeighborsClassifier(k).fit(train, train_labels)
    linear: Any = LogisticRegression(max_iter=ITERATIONS).fit(train, train_labels)
    return float(knn.score(test, test_labels)), float(linear.score(test, test_labels))


def _draw_subset(labels: Labels, count: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng(seed).choice(len(labels), count, replace=False)


def _standardise(train: Floats, test: Floats) -> tuple[Floats, Floats]:
    """Return both centred and divided by one number: the features keep their proportions, which matter to k-NN."""
    mean = train.mean(axis=0)
    scale = max(float((train - mean).std()), 1e-9)
    return (train - mean) / scale, (test - mean) / scale


def _project_to_principal_components(pixels: tuple[Floats, Floats], dimensions: int) -> tuple[Floats, Floats]:
    from sklearn.decomposition import PCA

    fitted: Any = PCA(min(dimensions, *pixels[0].shape), svd_solver="covariance_eigh").fit(pixels[0])
    return fitted.transform(pixels[0]), fitted.transform(pixels[1])
