"""DBSCAN (Ester et al. 1996) at every radius at once.

Two core samples are in the same cluster at a radius if a chain of core samples connects them in steps no longer than
that. One minimum spanning tree of the mutual reachability distances (Campello, Moulavi and Sander 2013) gives the
clusters of every radius; cutting it takes milliseconds. Other samples join the nearest core sample within the radius,
as in DBSCAN, or are noise.

scikit-learn's HDBSCAN builds the same tree, but holds the interpreter lock for more than a second, which would stop the
frames.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

RADIUS_COUNT = 60
"""Number of radii that are evaluated."""
MIN_CORE_SHARE, MAX_CORE_SHARE = 0.02, 0.98
"""Shares of the samples that are core samples at the smallest and at the largest radius."""
BLOCK_DISTANCES = 1 << 22
"""Distances in memory at once: 16 MB."""

Edges = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]
"""Start, end and length of n - 1 edges."""


@dataclass(frozen=True, eq=False)
class ReachabilityTree:
    """Minimum spanning tree of the mutual reachability distances, with the clusters of every radius."""

    points: Floats
    """(n, d) connected samples."""
    core_distances: NDArray[np.float64]
    """(n,) distance to the `min_samples`-th nearest sample, itself counted: radius from which it is a core sample."""
    edges: Edges
    radii: Floats
    """(RADIUS_COUNT,) increasing."""
    shares: tuple[Floats, Floats, Floats]
    """At each radius the shares of all samples that `cut` finds to be noise, in the largest cluster, and in all
    others."""
    suggested_radius: float

    def cut(self, points: Floats, radius: float) -> NDArray[np.int64]:
        """Return DBSCAN's clusters (M,) of any `points` (M, d) at `radius`; -1 is noise."""
        core = self.core_distances <= radius
        clusters = np.full(len(points), -1, np.int64)
        if not core.any():
            return clusters
        numbers = label_components(self.edges, len(core), radius)[core]
        corners = self.points[core]
        squares = np.einsum("md,md->m", corners, corners)
        step = max(1, BLOCK_DISTANCES // len(corners))
        for begin in range(0, len(points), step):
            own = points[begin : begin + step]
            nearest = (squares - 2 * (own @ corners.T)).argmin(axis=1)
            gap = np.linalg.norm(own - corners[nearest], axis=1)
            clusters[begin : begin + step] = np.where(gap <= radius, numbers[nearest], -1)
        return clusters


def fit(points: Floats, sample_indices: NDArray[np.intp], min_samples: int) -> ReachabilityTree:
    """Build the tree of the `sample_indices` of `points` (M, d), with a suggested radius.

    At that radius most samples lie in a cluster other than the largest: at a smaller one nearly all are noise, at a
    larger one nearly all are in one cluster.
    """
    own = np.ascontiguousarray(points[sample_indices], np.float32)
    reach = compute_core_distances(own, min(min_samples, len(own)))
    edges = build_spanning_tree(own, reach)
    low, high = (float(np.quantile(reach, share)) for share in (MIN_CORE_SHARE, MAX_CORE_SHARE))
    radii = np.linspace(max(low, 1e-9), max(high, low + 1e-9), RADIUS_COUNT).astype(np.float32)
    rows = _compute_shares(points, own, reach, edges, radii)
    noise, largest, others = (np.ascontiguousarray(column) for column in rows.T)
    return ReachabilityTree(own, reach, edges, radii, (noise, largest, others), float(radii[others.argmax()]))


def compute_core_distances(points: Floats, min_samples: int) -> NDArray[np.float64]:
    """Compute the distances (n,) of `points` (n, d) to their `min_samples`-th nearest point, itself counted."""
    exact = points.astype(np.float64)
    squares = np.einsum("nd,nd->n", exact, exact)
    squared = np.empty(len(exact))
    step = max(1, BLOCK_DISTANCES // len(exact))
    for begin in range(0, len(exact), step):
        own = slice(begin, begin + step)
        away = squares[own, None] + squares - 2 * (exact[own] @ exact.T)
        squared[own] = np.partition(away, min_samples - 1, axis=1)[:, min_samples - 1]
    return np.sqrt(np.maximum(squared, 0)) if min_samples > 1 else np.zeros(len(exact))


def build_spanning_tree(points: Floats, core_distances: NDArray[np.float64]) -> Edges:
    """Build the minimum spanning tree of `points` (n, d) (Prim 1957). An edge is as long as the distance between its
    ends but not shorter than the core distance of either. Takes seconds for ten thousand, in steps of 0.1 ms."""
    count = len(points)
    rest = points.astype(np.float64)  # unconnected points come first; connected ones are overwritten
    squares, near = np.einsum("nd,nd->n", rest, rest), np.square(core_distances)
    names, best, whose = np.arange(count), np.full(count, np.inf), np.zeros(count, np.intp)
    start, end, length = np.zeros(count - 1, np.intp), np.zeros(count - 1, np.intp), np.zeros(count - 1)
    taken = 0
    for edge in range(count - 1):
        z, square, own, name = rest[taken].copy(), squares[taken], near[taken], names[taken]
        last = count - 1 - edge
        for column in (rest, squares, near, names, best, whose):
            column[taken] = column[last]
        away = rest[:last] @ z
        away *= -2
        away += squares[:last]
        away += square
        np.maximum(away, near[:last], out=away)
        np.maximum(away, own, out=away)
        closer = away < best[:last]
        np.copyto(best[:last], away, where=closer)
        np.copyto(whose[:last], name, where=closer)
        taken = int(best[:last].argmin())
        start[edge], end[edge], length[edge] = whose[taken], names[taken], best[taken]
    return start, end, np.sqrt(np.maximum(length, 0))


def label_components(edges: Edges, count: int, radius: float) -> NDArray[np.int64]:
    """Return the connected component (n,) of each point if only edges up to `radius` count."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    start, end, length = edges
    within = length <= radius
    graph = coo_array((np.ones(within.sum(), np.int8), (start[within], end[within])), shape=(count, count))
    labels: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _compute_shares(
    points: Floats, corners: Floats, core_distances: NDArray[np.float64], edges: Edges, radii: Floats
) -> Floats:
    """Compute the shares (RADIUS_COUNT, 3) of `points` that `cut` counts as noise, in the largest cluster and in all
    others. Each of the `corners` is compared with the points once, at the first radius that makes it a core sample."""
    order, squares = np.argsort(core_distances), np.einsum("nd,nd->n", corners, corners)
    best, gaps = np.full(len(points), np.inf, np.float32), np.full(len(points), np.inf, np.float32)
    nearest, rows, done = np.zeros(len(points), np.intp), list[tuple[float, float, float]](), 0
    for radius in map(float, radii):
        end = int(np.searchsorted(core_distances[order], radius, side="right"))
        fresh, done = order[done:end], end
        step = max(1, BLOCK_DISTANCES // max(1, len(fresh)))
        for begin in range(0, len(points) if len(fresh) else 0, step):
            own = points[begin : begin + step]
            away = squares[fresh] - 2 * (own @ corners[fresh].T)
            which = away.argmin(axis=1)
            closer = np.flatnonzero(away[np.arange(len(own)), which] < best[begin : begin + step])
            rows_of, whose = begin + closer, fresh[which[closer]]
            best[rows_of], nearest[rows_of] = away[closer, which[closer]], whose
            gaps[rows_of] = np.linalg.norm(points[rows_of] - corners[whose], axis=1)
        inside = gaps <= radius
        sizes = np.bincount(label_components(edges, len(corners), radius)[nearest[inside]], minlength=1)
        rest, largest = len(points) - int(inside.sum()), int(sizes.max())
        rows.append((rest / len(points), largest / len(points), (len(points) - rest - largest) / len(points)))
    return np.array(rows, np.float32)
