"""DBSCAN (Ester et al. 1996) at every radius at once.

Two core samples belong together at a radius when a chain of core samples leads from one to the other in steps no longer
than that. Which ones do at every radius is told by one spanning tree of the mutual reachability distances (Campello,
Moulavi and Sander 2013); cutting it takes milliseconds. Samples that are no core samples join the nearest core sample
within the radius, as in DBSCAN, or are noise.

scikit-learn's HDBSCAN builds the same tree, but keeps the interpreter for itself while it does, for more than a second:
frames that would never come.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

RADII = 60
"""Radii at which is looked what there would be."""
FROM, TO = 0.02, 0.98
"""Shares of the samples that are core samples at the least and the greatest of them."""
BLOCK = 1 << 22
"""Distances held at once, 16 MB of them."""

Edges = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]
"""From, to, and length, of n - 1 edges."""


@dataclass(frozen=True, eq=False)
class Tree:
    points: Floats
    """(n, d) the samples that it connects."""
    reach: NDArray[np.float64]
    """(n,) from each to the `least`-th nearest, itself counted: the radius from which it is a core sample."""
    edges: Edges
    radii: Floats
    """(RADII,) growing."""
    shares: tuple[Floats, Floats, Floats]
    """At each of them the share of samples that are noise, in the largest cluster, and in all others."""
    suggested: float

    def cut(self, points: Floats, radius: float) -> NDArray[np.int64]:
        """DBSCAN's clusters (M,) of any points (M, d) at a radius; -1 is noise."""
        core = self.reach <= radius
        found = np.full(len(points), -1, np.int64)
        if not core.any():
            return found
        numbers = connected(self.edges, len(core), radius)[core]
        corners = self.points[core]
        squares = np.einsum("md,md->m", corners, corners)
        step = max(1, BLOCK // len(corners))
        for begin in range(0, len(points), step):
            own = points[begin : begin + step]
            nearest = (squares - 2 * (own @ corners.T)).argmin(axis=1)
            gap = np.linalg.norm(own - corners[nearest], axis=1)
            found[begin : begin + step] = np.where(gap <= radius, numbers[nearest], -1)
        return found


def fit(points: Floats, some: NDArray[np.intp], least: int) -> Tree:
    """The tree of some of the points (M, d), with the radius to begin with.

    That is the one at which most samples lie in a cluster other than the largest: with less nearly all is noise, with
    more nearly all is one cluster.
    """
    own = np.ascontiguousarray(points[some], np.float32)
    reach = reaches(own, min(least, len(own)))
    edges = spanning(own, reach)
    low, high = (float(np.quantile(reach, share)) for share in (FROM, TO))
    radii = np.linspace(max(low, 1e-9), max(high, low + 1e-9), RADII).astype(np.float32)
    rows = np.array([_shares(edges, reach, float(radius)) for radius in radii], np.float32)
    noise, largest, others = (np.ascontiguousarray(column) for column in rows.T)
    return Tree(own, reach, edges, radii, (noise, largest, others), float(radii[others.argmax()]))


def reaches(points: Floats, least: int) -> NDArray[np.float64]:
    """(n,) from each point (n, d) to the `least`-th nearest, itself counted as the first."""
    exact = points.astype(np.float64)
    squares = np.einsum("nd,nd->n", exact, exact)
    found = np.empty(len(exact))
    step = max(1, BLOCK // len(exact))
    for begin in range(0, len(exact), step):
        own = slice(begin, begin + step)
        away = squares[own, None] + squares - 2 * (exact[own] @ exact.T)
        found[own] = np.partition(away, least - 1, axis=1)[:, least - 1]
    return np.sqrt(np.maximum(found, 0)) if least > 1 else np.zeros(len(exact))


def spanning(points: Floats, reach: NDArray[np.float64]) -> Edges:
    """The shortest edges that connect all points (n, d), each as long as the distance between its ends but not shorter
    than the reach of either (Prim 1957). Seconds for ten thousand, in steps of a tenth of a millisecond."""
    count = len(points)
    rest = points.astype(np.float64)  # those not connected yet come first; what is connected is overwritten
    squares, near = np.einsum("nd,nd->n", rest, rest), np.square(reach)
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


def connected(edges: Edges, count: int, radius: float) -> NDArray[np.int64]:
    """(n,) the number of the part that each point is in when only edges up to `radius` are kept."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    start, end, length = edges
    kept = length <= radius
    graph = coo_array((np.ones(kept.sum(), np.int8), (start[kept], end[kept])), shape=(count, count))
    found: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def _shares(edges: Edges, reach: NDArray[np.float64], radius: float) -> tuple[float, float, float]:
    """Of core samples: those that are none count as noise here, though some would join a cluster."""
    core = reach <= radius
    if not core.any():
        return 1.0, 0.0, 0.0
    inside, largest = int(core.sum()), int(np.bincount(connected(edges, len(core), radius)[core]).max())
    return 1 - inside / len(core), largest / len(core), (inside - largest) / len(core)
