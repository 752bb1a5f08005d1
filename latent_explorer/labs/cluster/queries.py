"""Groups found among the codes without their labels, and how far they are the labels' own: k-means, DBSCAN and Gaussian
mixtures of scikit-learn.

What may take long is bounded: from `MANY` samples on k-means goes through small batches, and mixtures and DBSCAN learn
from a random `MANY` of them and then take in the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import label_shares, pictures
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import InputError
from latent_explorer.labs.cluster import dbscan

METHODS = ("kmeans", "mixture", "dbscan")
MOST = 30
"""Clusters that can be asked for."""
MANY = 10_000
LOOKED_AT = 2_000
"""Samples that the silhouette is taken of."""
SHOWN = 30
"""Clusters, of the largest, whose means are decoded."""


@dataclass(frozen=True, eq=False)
class ClusteringValue:
    asked: Clustering
    clusters: tuple[Cluster, ...]
    """The largest first."""
    of: NDArray[np.int64]
    """(M,) each sample's cluster; -1 for noise."""
    colours: NDArray[np.int64]
    """(M,) the number of each sample's colour: a class's where its cluster is matched with one, then others."""
    differs: NDArray[np.int64]
    """(M,) 0 where the cluster is matched with the sample's class, 1 where it is not, -1 without a label or cluster."""
    confusion: NDArray[np.int64]
    """(clusters, classes) how many samples."""
    noise: int
    scores: Scores | None
    """None where there are no labels."""
    silhouette: float | None
    """How much nearer samples are to their own cluster than to the next, -1 to 1 (Rousseeuw 1987), of some samples;
    None where there are fewer than two clusters."""
    radius: float | None
    """DBSCAN's."""
    learnt_from: int
    """Samples that the groups were found in; the others joined them."""

    def colour_of(self, cluster: int) -> int:
        """The number of a cluster's colour."""
        return int(self.colours[np.argmax(self.of == cluster)])


@dataclass(frozen=True)
class Clustering(Query[ClusteringValue]):
    """The samples of a model in groups; `which` names a map whose positions are grouped in place of the codes."""

    errand: ClassVar[bool] = True

    method: str
    count: int = 10
    """Of the clusters; DBSCAN finds its own."""
    stretch: float = 1.0
    """DBSCAN's radius, as a multiple of the one that is suggested."""
    least: int = 5
    """DBSCAN: samples within the radius that make one a core sample."""
    full: bool = True
    """Whether each Gaussian has a covariance of its own, or only a variance along each dimension."""
    seed: int = 0
    which: str = ""

    def alike(self, other: Query[object]) -> bool:
        """What k-means found does not stand for what DBSCAN has not found yet, nor groups of codes for those of a map;
        while a slider moves, the groups of the last number stay, and the lab says that it looks for others."""
        if not isinstance(other, Clustering):
            return False
        return (self.model, self.method, self.which) == (other.model, other.method, other.which)

    @property
    def costs(self) -> tuple[object, ...]:
        return (*super().costs, self.method)

    def answer(self, desk: QueryContext) -> ClusteringValue:
        checkpoint = desk.checkpoint(self.model)
        points, atlas = _points(self.which, checkpoint)
        found, radius = grouped(self, points, atlas)
        of = by_size(found)
        return _judged(self, of, points, radius, checkpoint)


@dataclass(frozen=True, eq=False)
class Cluster:
    """A group, its samples' mean decoded."""

    size: int
    picture: Picture | None
    """None beyond the `SHOWN` largest."""
    common: int
    """The class most of its samples are of; -1 where none has a label."""
    purity: float
    """The share of those with a label that are of that class."""
    match: int
    """The class that the best one-to-one matching gives it; -1 where it has none."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Against the labels, of the samples that have one."""

    ari: float
    """Adjusted Rand index (Hubert and Arabie 1985): 1 the same groups, 0 what chance would give."""
    nmi: float
    """Normalised mutual information: 1 the same groups, 0 nothing in common."""
    agree: float
    """The share of the samples whose cluster is matched with their class."""


@dataclass(frozen=True, eq=False)
class RadiusValue:
    asked: Radius
    suggested: float
    radii: Floats
    """(n,) growing."""
    noise: Floats
    """(n,) in percent of the samples: in no cluster."""
    largest: Floats
    """(n,) in percent: in the largest cluster."""
    others: Floats
    """(n,) in percent: in all other clusters."""


@dataclass(frozen=True)
class Radius(Query[RadiusValue]):
    """What DBSCAN would find at every radius."""

    errand: ClassVar[bool] = True

    least: int = 5
    seed: int = 0
    which: str = ""

    def alike(self, other: Query[object]) -> bool:
        """A radius among codes is none on a map."""
        return isinstance(other, Radius) and (self.model, self.which) == (other.model, other.which)

    def answer(self, desk: QueryContext) -> RadiusValue:
        checkpoint = desk.checkpoint(self.model)
        _, atlas = _points(self.which, checkpoint)
        tree = _tree(atlas, self.which != "", self.least, self.seed)
        # below the radii looked at all is noise; beyond them nothing changes any more
        end = max(float(tree.radii[-1]), 3 * tree.suggested)
        radii = np.concatenate([[0.0, tree.radii[0] * 0.999], tree.radii, [end]]).astype(np.float32)
        whole = (np.pad(share, (2, 1), "edge") for share in tree.shares)
        noise, largest, others = ((100 * share).astype(np.float32) for share in whole)
        noise[:2], largest[:2], others[:2] = 100, 0, 0
        return RadiusValue(self, tree.suggested, radii, noise, largest, others)


def grouped(request: Clustering, points: Floats, atlas: Atlas) -> tuple[NDArray[np.int64], float | None]:
    """Each point's (M, d) cluster (M,), -1 for noise, and DBSCAN's radius; the same for the same seed."""
    if request.method not in METHODS:
        raise InputError(f"method: {request.method!r} arrived; allowed: {', '.join(METHODS)}")
    if not 1 <= request.count <= MOST:
        raise InputError(f"clusters: {request.count} arrived; 1 to {MOST} is allowed")
    count = min(request.count, len(points))
    if request.method == "dbscan":
        tree = _tree(atlas, request.which != "", request.least, request.seed)
        radius = request.stretch * tree.suggested
        return tree.cut(points, radius), radius
    with _quietly():
        if request.method == "kmeans":
            return _means(points, count, request.seed), None
        return _mixture(points, count, request.full, request.seed), None


def by_size(of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The clusters (M,) numbered anew, the largest first; without numbers that no sample has."""
    numbers, sizes = np.unique(of[of >= 0], return_counts=True)
    rank = np.full(int(of.max(initial=0)) + 2, -1, np.int64)  # the last one is for -1
    rank[numbers[np.argsort(-sizes, kind="stable")]] = np.arange(len(numbers))
    found: NDArray[np.int64] = rank[of]
    return found


def matched(confusion: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each cluster the class (or -1) of the one-to-one matching in which most samples agree (Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    found = np.full(len(confusion), -1, np.int64)
    clusters, classes = linear_sum_assignment(confusion, maximize=True)
    some = confusion[clusters, classes] > 0
    found[clusters[some]] = classes[some]
    return found


def _points(which: str, checkpoint: Checkpoint) -> tuple[Floats, Atlas]:
    """What is grouped (M, d), and the atlas that stands for it in a cache."""
    if which and which not in checkpoint.maps:
        raise InputError(f"map: {which!r} arrived; allowed: {', '.join(checkpoint.maps)}")
    atlas = checkpoint.maps[which] if which else checkpoint.atlas
    return (atlas.xy if which else atlas.latents), atlas


@lru_cache(maxsize=6)
def _tree(atlas: Atlas, flat: bool, least: int, seed: int) -> dbscan.Tree:
    points = atlas.xy if flat else atlas.latents
    return dbscan.fit(points, some(len(points), seed), least)


def some(count: int, seed: int) -> NDArray[np.intp]:
    """At most `MANY` of so many samples, at random, in order."""
    if count <= MANY:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, MANY, replace=False))


def _means(points: Floats, count: int, seed: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans, MiniBatchKMeans

    many = len(points) > MANY
    model: Any = MiniBatchKMeans if many else KMeans
    options = {"batch_size": 4096} if many else {}
    found: NDArray[np.int64] = model(count, n_init=4, random_state=seed, **options).fit_predict(points).astype(np.int64)
    return found


def _mixture(points: Floats, count: int, full: bool, seed: int) -> NDArray[np.int64]:
    from sklearn.mixture import GaussianMixture

    # some dimensions of a code may hardly vary: a little of the typical variance keeps every Gaussian invertible
    floor = max(1e-4 * float(points.var(axis=0).mean()), 1e-12)
    kind = "full" if full else "diag"
    model = GaussianMixture(count, covariance_type=kind, reg_covar=floor, max_iter=200, random_state=seed)
    model.fit(points[some(len(points), seed)].astype(np.float64))
    found: NDArray[np.int64] = model.predict(points.astype(np.float64)).astype(np.int64)
    return found


def _quietly() -> Any:
    """Steps that end before they have settled, and fewer different samples than clusters, are no reason to stop."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    return warnings.catch_warnings(action="ignore", category=ConvergenceWarning)


def _judged(
    request: Clustering, of: NDArray[np.int64], points: Floats, radius: float | None, checkpoint: Checkpoint
) -> ClusteringValue:
    labels, classes = checkpoint.labels, len(checkpoint.class_names)
    count = int(of.max(initial=-1)) + 1
    known = labels >= 0
    confusion = np.zeros((count, classes), np.int64)
    both = known & (of >= 0)
    np.add.at(confusion, (of[both], labels[both]), 1)
    match = matched(confusion)
    colour = match.copy()
    colour[match < 0] = classes + np.arange((match < 0).sum())  # of no class: the colours after the classes'
    differs = np.where(both, match[of] != labels, -1) if count else np.full(len(of), -1)
    learns = request.method != "kmeans" and len(points) > MANY
    return ClusteringValue(
        asked=request,
        clusters=_described(of, confusion, match, checkpoint),
        of=of,
        colours=np.where(of >= 0, colour[of], -1) if count else of,
        differs=differs.astype(np.int64),
        confusion=confusion,
        noise=int((of < 0).sum()),
        scores=_scored(of[known], labels[known], match) if known.any() else None,
        silhouette=_silhouette(points, of, request.seed),
        radius=radius,
        learnt_from=MANY if learns else len(points),
    )


def _described(
    of: NDArray[np.int64], confusion: NDArray[np.int64], match: NDArray[np.int64], checkpoint: Checkpoint
) -> tuple[Cluster, ...]:
    count, shown = len(confusion), min(len(confusion), SHOWN)
    decoded: tuple[Picture, ...] = ()
    if shown:
        own = [np.flatnonzero(of == k) for k in range(shown)]
        means = np.stack([checkpoint.latents[dots].mean(axis=0, dtype=np.float64) for dots in own]).astype(np.float32)
        decoded = pictures(checkpoint, means, np.stack([label_shares(checkpoint, dots).mean(axis=0) for dots in own]))
    sizes = np.bincount(of[of >= 0], minlength=count)
    found = []
    for k in range(count):
        row = confusion[k]
        total = int(row.sum())
        common = int(row.argmax()) if total else -1
        purity = float(row[common] / total) if total else 0.0
        found.append(Cluster(int(sizes[k]), decoded[k] if k < shown else None, common, purity, int(match[k])))
    return tuple(found)


def _scored(of: NDArray[np.int64], labels: NDArray[np.int64], match: NDArray[np.int64]) -> Scores:
    """Noise counts as a group of its own: what a method leaves out it has not found."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    agree = float(np.mean((of >= 0) & (match[of] == labels))) if len(match) else 0.0
    return Scores(float(adjusted_rand_score(labels, of)), float(normalized_mutual_info_score(labels, of)), agree)


def _silhouette(points: Floats, of: NDArray[np.int64], seed: int) -> float | None:
    from sklearn.metrics import silhouette_score

    inside = np.flatnonzero(of >= 0)
    if len(inside) > LOOKED_AT:
        inside = np.random.default_rng(seed).choice(inside, LOOKED_AT, replace=False)
    kinds = len(np.unique(of[inside]))
    if not 2 <= kinds < len(inside):
        return None
    return float(silhouette_score(points[inside], of[inside]))
