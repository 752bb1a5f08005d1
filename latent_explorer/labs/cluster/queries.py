"""Queries of the Cluster lab: clusters of the latents by scikit-learn's k-means, DBSCAN or Gaussian mixtures, and their
agreement with the labels.

The work is bounded: above `MAX_FIT_SAMPLES` samples k-means uses mini-batches, and mixtures and DBSCAN are fitted to a
random subset of that size and then applied to all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import InputError
from latent_explorer.labs.cluster import dbscan

METHODS = ("kmeans", "mixture", "dbscan")
MAX_CLUSTERS = 30
"""Maximum number of clusters."""
MAX_FIT_SAMPLES = 10_000
SILHOUETTE_SAMPLES = 2_000
"""Maximum number of samples for the silhouette."""
DECODED_CLUSTERS = 30
"""Number of the largest clusters whose means are decoded."""


@dataclass(frozen=True, eq=False)
class ClusteringValue:
    query: Clustering
    clusters: tuple[ClusterSummary, ...]
    """Largest first."""
    assignments: NDArray[np.int64]
    """(M,) cluster of each sample; -1 for noise."""
    colour_indices: NDArray[np.int64]
    """(M,) colour index of each sample: its cluster's matched class, or an index after all classes if there is none."""
    mismatches: NDArray[np.int64]
    """(M,) 0 if the cluster is matched with the sample's class, 1 if not, -1 without a label or cluster."""
    confusion: NDArray[np.int64]
    """(clusters, classes) numbers of samples."""
    noise_count: int
    scores: Scores | None
    """None without labels."""
    silhouette: float | None
    """Mean silhouette, -1 to 1 (Rousseeuw 1987), of some samples; None for fewer than two clusters."""
    radius: float | None
    """DBSCAN's radius; None for other methods."""
    fit_sample_count: int
    """Number of samples that the clusters were fitted to; the others were assigned afterwards."""

    def get_colour_index(self, cluster: int) -> int:
        """Return the colour index of `cluster`."""
        return int(self.colour_indices[np.argmax(self.assignments == cluster)])

    @property
    def is_partly_labelled(self) -> bool:
        """Whether some samples have labels and others have none."""
        return self.scores is not None and self.scores.sample_count < len(self.assignments)


@dataclass(frozen=True)
class Clustering(Query[ClusteringValue]):
    """Clusters of a model's latents, or of the positions of map `map_name` if that is not empty."""

    slow: ClassVar[bool] = True

    method: str
    count: int = 10
    """Number of clusters; not used by DBSCAN."""
    radius_factor: float = 1.0
    """DBSCAN's radius, as a multiple of the suggested one."""
    min_samples: int = 5
    """DBSCAN: number of samples within the radius that makes one a core sample."""
    full_covariance: bool = True
    """Whether each Gaussian has a full covariance matrix or only a variance along each dimension."""
    seed: int = 0
    map_name: str = ""

    def has_same_subject(self, other: Query[object]) -> bool:
        """Return True for the same model, method and map: while a slider moves, the last clusters stay on screen, and
        the lab says that it is computing new ones."""
        if not isinstance(other, Clustering):
            return False
        return (self.model, self.method, self.map_name) == (other.model, other.method, other.map_name)

    @property
    def cost_key(self) -> tuple[object, ...]:
        return (*super().cost_key, self.method)

    def answer(self, context: QueryContext) -> ClusteringValue:
        checkpoint = context.get_checkpoint(self.model)
        points, atlas = _get_points(self.map_name, checkpoint)
        raw, radius = assign_clusters(self, points, atlas)
        of = renumber_by_size(raw)
        return _evaluate(self, of, points, radius, checkpoint)


@dataclass(frozen=True, eq=False)
class ClusterSummary:
    """A cluster and its decoded mean."""

    size: int
    picture: Picture | None
    """None beyond the `DECODED_CLUSTERS` largest."""
    most_common_class: int
    """Most common class of its samples; -1 without labels."""
    purity: float
    """Share of its labelled samples that are of that class."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Agreement with the labels, over the labelled samples."""

    ari: float
    """Adjusted Rand index (Hubert and Arabie 1985): 1 for the same groups, 0 for chance level."""
    nmi: float
    """Normalised mutual information: 1 for the same groups, 0 for independent ones."""
    accuracy: float
    """Share of them whose cluster is matched with their class."""
    noise_share: float
    """Share of them in no cluster."""
    sample_count: int
    """Number of labelled samples."""


@dataclass(frozen=True, eq=False)
class RadiusScanValue:
    query: RadiusScan
    suggested_radius: float
    radii: Floats
    """(n,) increasing."""
    noise: Floats
    """(n,) in percent of the samples: in no cluster."""
    largest: Floats
    """(n,) in percent: in the largest cluster."""
    others: Floats
    """(n,) in percent: in all other clusters."""


@dataclass(frozen=True)
class RadiusScan(Query[RadiusScanValue]):
    """Shares of noise and clusters that DBSCAN finds at every radius."""

    slow: ClassVar[bool] = True

    min_samples: int = 5
    seed: int = 0
    map_name: str = ""

    def has_same_subject(self, other: Query[object]) -> bool:
        """Return True for the same model and map: a radius in latent space means nothing on a map."""
        return isinstance(other, RadiusScan) and (self.model, self.map_name) == (other.model, other.map_name)

    def answer(self, context: QueryContext) -> RadiusScanValue:
        checkpoint = context.get_checkpoint(self.model)
        _, atlas = _get_points(self.map_name, checkpoint)
        tree = _fit_tree(atlas, self.map_name != "", self.min_samples, self.seed)
        # below the evaluated radii all samples are noise; above them nothing changes
        end = max(float(tree.radii[-1]), 3 * tree.suggested_radius)
        radii = np.concatenate([[0.0, tree.radii[0] * 0.999], tree.radii, [end]]).astype(np.float32)
        whole = (np.pad(share, (2, 1), "edge") for share in tree.shares)
        noise, largest, others = ((100 * share).astype(np.float32) for share in whole)
        noise[:2], largest[:2], others[:2] = 100, 0, 0
        return RadiusScanValue(self, tree.suggested_radius, radii, noise, largest, others)


def assign_clusters(query: Clustering, points: Floats, atlas: Atlas) -> tuple[NDArray[np.int64], float | None]:
    """Return the clusters (M,) of `points` (M, d), -1 for noise, and DBSCAN's radius. Deterministic for a seed."""
    if query.method not in METHODS:
        raise InputError(f"method: {query.method!r} arrived; allowed: {', '.join(METHODS)}")
    if not 1 <= query.count <= MAX_CLUSTERS:
        raise InputError(f"clusters: {query.count} arrived; 1 to {MAX_CLUSTERS} is allowed")
    count = min(query.count, len(points))
    if query.method == "dbscan":
        tree = _fit_tree(atlas, query.map_name != "", query.min_samples, query.seed)
        radius = query.radius_factor * tree.suggested_radius
        return tree.cut(points, radius), radius
    with _ignore_convergence_warnings():
        if query.method == "kmeans":
            return _fit_kmeans(points, count, query.seed), None
        return _fit_mixture(points, count, query.full_covariance, query.seed), None


def renumber_by_size(assignments: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber the clusters (M,) by size, the largest first, without gaps."""
    numbers, sizes = np.unique(assignments[assignments >= 0], return_counts=True)
    rank = np.full(int(assignments.max(initial=0)) + 2, -1, np.int64)  # the last one is for -1
    rank[numbers[np.argsort(-sizes, kind="stable")]] = np.arange(len(numbers))
    return rank[assignments]


def match_classes(confusion: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each cluster's class, or -1, in the one-to-one matching with the most agreeing samples (Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    match = np.full(len(confusion), -1, np.int64)
    clusters, classes = linear_sum_assignment(confusion, maximize=True)
    agree = confusion[clusters, classes] > 0
    match[clusters[agree]] = classes[agree]
    return match


def _get_points(map_name: str, checkpoint: Checkpoint) -> tuple[Floats, Atlas]:
    """Return the points to cluster (M, d), and the atlas that is their cache key."""
    if map_name and map_name not in checkpoint.maps:
        raise InputError(f"map: {map_name!r} arrived; allowed: {', '.join(checkpoint.maps)}")
    atlas = checkpoint.maps[map_name] if map_name else checkpoint.atlas
    return (atlas.xy if map_name else atlas.latents), atlas


@remember(6)
def _fit_tree(atlas: Atlas, on_map: bool, min_samples: int, seed: int) -> dbscan.ReachabilityTree:
    points = atlas.xy if on_map else atlas.latents
    return dbscan.fit(points, draw_sample_indices(len(points), seed), min_samples)


def draw_sample_indices(count: int, seed: int) -> NDArray[np.intp]:
    """Draw at most `MAX_FIT_SAMPLES` of `count` indices at random, sorted."""
    if count <= MAX_FIT_SAMPLES:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, MAX_FIT_SAMPLES, replace=False))


def _fit_kmeans(points: Floats, count: int, seed: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans, MiniBatchKMeans

    many = len(points) > MAX_FIT_SAMPLES
    model: Any = MiniBatchKMeans if many else KMeans
    options = {"batch_size": 4096} if many else {}
    of: NDArray[np.int64] = model(count, n_init=4, random_state=seed, **options).fit_predict(points).astype(np.int64)
    return of


def _fit_mixture(points: Floats, count: int, full: bool, seed: int) -> NDArray[np.int64]:
    from sklearn.mixture import GaussianMixture

    # some latent dimensions may hardly vary: a little of the typical variance keeps every covariance invertible
    floor = max(1e-4 * float(points.var(axis=0).mean()), 1e-12)
    kind = "full" if full else "diag"
    model = GaussianMixture(count, covariance_type=kind, reg_covar=floor, max_iter=200, random_state=seed)
    model.fit(points[draw_sample_indices(len(points), seed)].astype(np.float64))
    clusters: NDArray[np.int64] = model.predict(points.astype(np.float64)).astype(np.int64)
    return clusters


def _ignore_convergence_warnings() -> Any:
    """Ignore sklearn's warnings of unconverged fits and of fewer distinct samples than clusters."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    return warnings.catch_warnings(action="ignore", category=ConvergenceWarning)


def _evaluate(
    query: Clustering, assignments: NDArray[np.int64], points: Floats, radius: float | None, checkpoint: Checkpoint
) -> ClusteringValue:
    labels, classes = checkpoint.labels, len(checkpoint.class_names)
    count = int(assignments.max(initial=-1)) + 1
    labelled = labels >= 0
    confusion = np.zeros((count, classes), np.int64)
    both = labelled & (assignments >= 0)
    np.add.at(confusion, (assignments[both], labels[both]), 1)
    match = match_classes(confusion)
    colour = match.copy()
    colour[match < 0] = classes + np.arange((match < 0).sum())  # without a class: colours after those of the classes
    differs = np.where(both, match[assignments] != labels, -1) if count else np.full(len(assignments), -1)
    learns = query.method != "kmeans" and len(points) > MAX_FIT_SAMPLES
    return ClusteringValue(
        query=query,
        clusters=_summarise_clusters(assignments, confusion, checkpoint),
        assignments=assignments,
        colour_indices=np.where(assignments >= 0, colour[assignments], -1) if count else assignments,
        mismatches=differs.astype(np.int64),
        confusion=confusion,
        noise_count=int((assignments < 0).sum()),
        scores=_compute_scores(assignments[labelled], labels[labelled], match) if labelled.any() else None,
        silhouette=_compute_silhouette(points, assignments, query.seed),
        radius=radius,
        fit_sample_count=MAX_FIT_SAMPLES if learns else len(points),
    )


def _summarise_clusters(
    assignments: NDArray[np.int64], confusion: NDArray[np.int64], checkpoint: Checkpoint
) -> tuple[ClusterSummary, ...]:
    count, shown = len(confusion), min(len(confusion), DECODED_CLUSTERS)
    decoded: tuple[Picture, ...] = ()
    if shown:
        own = [np.flatnonzero(assignments == k) for k in range(shown)]
        means = np.stack([checkpoint.latents[dots].mean(axis=0, dtype=np.float64) for dots in own]).astype(np.float32)
        decoded = decode_pictures(
            checkpoint, means, np.stack([make_one_hot_labels(checkpoint, dots).mean(axis=0) for dots in own])
        )
    sizes = np.bincount(assignments[assignments >= 0], minlength=count)
    table = []
    for k in range(count):
        row = confusion[k]
        total = int(row.sum())
        common = int(row.argmax()) if total else -1
        purity = float(row[common] / total) if total else 0.0
        table.append(ClusterSummary(int(sizes[k]), decoded[k] if k < shown else None, common, purity))
    return tuple(table)


def _compute_scores(assignments: NDArray[np.int64], labels: NDArray[np.int64], match: NDArray[np.int64]) -> Scores:
    """Compute the scores against the labels. Noise is a cluster in ARI and NMI, an error in the accuracy."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    inside = assignments >= 0
    return Scores(
        ari=float(adjusted_rand_score(labels, assignments)),
        nmi=float(normalized_mutual_info_score(labels, assignments)),
        accuracy=float(np.mean(inside & (match[assignments] == labels))) if len(match) else 0.0,
        noise_share=float(np.mean(~inside)),
        sample_count=len(labels),
    )


def _compute_silhouette(points: Floats, assignments: NDArray[np.int64], seed: int) -> float | None:
    from sklearn.metrics import silhouette_score

    inside = np.flatnonzero(assignments >= 0)
    if len(inside) > SILHOUETTE_SAMPLES:
        inside = np.random.default_rng(seed).choice(inside, SILHOUETTE_SAMPLES, replace=False)
    kinds = len(np.unique(assignments[inside]))
    if not 2 <= kinds < len(inside):
        return None
    return float(silhouette_score(points[inside], assignments[inside]))
