"""The shortest way through the data, over a graph that ties every latent to those nearest to it. Knows no map."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

TIES = 10
"""Neighbours that each latent is tied to."""
ROWS = 2000  # latents whose neighbours are looked for at once: between two blocks other threads have their turn
LEAST = 1e-9  # of the cost of a tie: scipy takes 0 for no tie at all


class NeighbourGraph:
    """Ties between latents (M, d), as Isomap makes them (Tenenbaum et al. 2000), each as costly as the square of its
    length.

    The squares are the difference: among many dimensions nearly all samples are about equally far apart, and a few
    long leaps would be the shortest way. Squared, one leap costs more than the small steps beside it, and the way
    keeps to where the data are dense (Hwang, Damelin and Hero 2016, "Shortest path through random points"). Where the
    graph falls apart, its parts are tied at their nearest samples, so that there is always a way.
    """

    def __init__(self, latents: Floats) -> None:
        # twins have no neighbours but each other: one of them stands for all
        self.latents: Floats
        self.dots: NDArray[np.intp]
        self.latents, self.dots = np.unique(latents, axis=0, return_index=True)
        rows, columns, lengths = _ties(self.latents)
        self._rows, self._columns, self._lengths = _connected(self.latents, rows, columns, lengths)

    def way(self, stops: Floats) -> list[tuple[Floats, NDArray[np.intp]]]:
        """For each two stops (S, d) that follow each other the corners (n, d) of the shortest way, both ends
        included, and the dots of the samples among them.

        A stop is tied to the samples nearest to it, and to the next stop where that is as near as those.
        """
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        count, stops = len(self.latents), np.asarray(stops, np.float32)
        near, away = nearest(self.latents, stops, TIES)
        entries = np.repeat(np.arange(count, count + len(stops)), near.shape[1])
        next_one = np.linalg.norm(np.diff(stops, axis=0), axis=1)
        follows = np.flatnonzero(next_one <= away[:-1, -1])
        rows = np.concatenate([self._rows, entries, follows + count])
        columns = np.concatenate([self._columns, near.ravel(), follows + count + 1])
        lengths = np.concatenate([self._lengths, away.ravel(), next_one[follows]])
        size = count + len(stops)
        graph = csr_matrix((np.maximum(np.square(lengths), LEAST), (rows, columns)), shape=(size, size))
        starts = np.arange(count, size - 1)
        _, before = dijkstra(graph, directed=False, indices=starts, return_predecessors=True)
        found: list[tuple[Floats, NDArray[np.intp]]] = []
        for start, leading in zip(starts, before, strict=True):
            corners = [int(start) + 1]
            while corners[-1] != start:
                corners.append(int(leading[corners[-1]]))
            inner = np.array([one for one in corners[-2:0:-1] if one < count], np.intp)
            ends = stops[start - count], stops[start - count + 1]
            found.append((np.concatenate([ends[0][None], self.latents[inner], ends[1][None]]), self.dots[inner]))
        return found


def nearest(latents: Floats, z: Floats, count: int) -> tuple[NDArray[np.intp], Floats]:
    """For each of (N, d) the numbers (N, count) of the latents nearest to it, the nearest first, and how far away
    they are; fewer where there are not so many."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=min(count, len(latents)), algorithm="brute").fit(latents)
    blocks = [search.kneighbors(z[i : i + ROWS]) for i in range(0, len(z), ROWS)]
    away, index = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return index, away.astype(np.float32)


Ties = tuple[NDArray[np.intp], NDArray[np.intp], Floats]
"""From which to which, and how far."""


def _ties(latents: Floats) -> Ties:
    index, away = nearest(latents, latents, TIES + 1)
    rows = np.repeat(np.arange(len(latents)), index.shape[1])
    others = index.ravel() != rows
    return rows[others], index.ravel()[others], away.ravel()[others]


def _connected(latents: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp], lengths: Floats) -> Ties:
    """With a tie from every part of the graph but the largest to the sample nearest to it, until all hang together
    (Boruvka 1926)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    while True:
        graph = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(latents), len(latents)))
        parts, part = connected_components(graph, directed=False)
        if parts == 1:
            return rows, columns, lengths
        sizes = np.bincount(part)
        for one in np.flatnonzero(np.arange(parts) != sizes.argmax()):
            own, rest = np.flatnonzero(part == one), np.flatnonzero(part != one)
            index, away = nearest(latents[rest], latents[own], 1)
            closest = away[:, 0].argmin()
            rows = np.append(rows, own[closest])
            columns = np.append(columns, rest[index[closest, 0]])
            lengths = np.append(lengths, away[closest, 0])
