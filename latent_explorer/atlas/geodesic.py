"""Shortest paths through the data, over a graph of nearest neighbours in latent space. Knows no map."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

NEIGHBOURS = 10
"""The neighbours that each latent has an edge to."""
BLOCK_ROWS = 2000  # latents searched at once: other threads run between two blocks
MIN_COST = 1e-9  # the lowest cost of an edge: scipy takes 0 for no edge


class NeighbourGraph:
    """The nearest-neighbour graph of latents (M, d), as in Isomap (Tenenbaum et al. 2000), with squared lengths.

    Unlike lengths, squares keep paths where the data are dense (Hwang, Damelin and Hero 2016, "Shortest path
    through random points"): in many dimensions nearly all samples are about equally far apart, and a few long edges
    would be the shortest path. Separate components are joined at their nearest samples, so that a path always exists.
    """

    def __init__(self, latents: Floats) -> None:
        # identical latents would have only each other as neighbours: one represents all
        self.latents: Floats
        self.dots: NDArray[np.intp]
        self.latents, self.dots = np.unique(latents, axis=0, return_index=True)
        rows, columns, lengths = _find_edges(self.latents)
        self._rows, self._columns, self._lengths = _connect_components(self.latents, rows, columns, lengths)

    def find_shortest_paths(self, stops: Floats) -> list[tuple[Floats, NDArray[np.intp]]]:
        """Return the shortest path between each two consecutive `stops` (S, d): its vertices (n, d), with both ends,
        and the dots of the samples among them.

        A stop has edges to its nearest samples, and to the next stop if that is as near as those.
        """
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        count, stops = len(self.latents), np.asarray(stops, np.float32)
        near, away = find_nearest(self.latents, stops, NEIGHBOURS)
        entries = np.repeat(np.arange(count, count + len(stops)), near.shape[1])
        next_one = np.linalg.norm(np.diff(stops, axis=0), axis=1)
        follows = np.flatnonzero(next_one <= away[:-1, -1])
        rows = np.concatenate([self._rows, entries, follows + count])
        columns = np.concatenate([self._columns, near.ravel(), follows + count + 1])
        lengths = np.concatenate([self._lengths, away.ravel(), next_one[follows]])
        size = count + len(stops)
        graph = csr_matrix((np.maximum(np.square(lengths), MIN_COST), (rows, columns)), shape=(size, size))
        starts = np.arange(count, size - 1)
        _, before = dijkstra(graph, directed=False, indices=starts, return_predecessors=True)
        paths: list[tuple[Floats, NDArray[np.intp]]] = []
        for start, leading in zip(starts, before, strict=True):
            corners = [int(start) + 1]
            while corners[-1] != start:
                corners.append(int(leading[corners[-1]]))
            inner = np.array([one for one in corners[-2:0:-1] if one < count], np.intp)
            ends = stops[start - count], stops[start - count + 1]
            paths.append((np.concatenate([ends[0][None], self.latents[inner], ends[1][None]]), self.dots[inner]))
        return paths


def find_nearest(latents: Floats, z: Floats, count: int) -> tuple[NDArray[np.intp], Floats]:
    """Return the indices (N, count) of the latents nearest to each of `z` (N, d), nearest first, and their distances
    (N, count); fewer columns if there are fewer latents."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=min(count, len(latents)), algorithm="brute").fit(latents)
    blocks = [search.kneighbors(z[i : i + BLOCK_ROWS]) for i in range(0, len(z), BLOCK_ROWS)]
    away, index = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return index, away.astype(np.float32)


Edges = tuple[NDArray[np.intp], NDArray[np.intp], Floats]
"""The edges of a graph: start indices, end indices, lengths."""


def _find_edges(latents: Floats) -> Edges:
    index, away = find_nearest(latents, latents, NEIGHBOURS + 1)
    rows = np.repeat(np.arange(len(latents)), index.shape[1])
    others = index.ravel() != rows
    return rows[others], index.ravel()[others], away.ravel()[others]


def _connect_components(latents: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp], lengths: Floats) -> Edges:
    """Return the edges, plus one from each component but the largest to its nearest sample, repeated until the graph is
    connected (Boruvka 1926)."""
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
            index, away = find_nearest(latents[rest], latents[own], 1)
            closest = away[:, 0].argmin()
            rows = np.append(rows, own[closest])
            columns = np.append(columns, rest[index[closest, 0]])
            lengths = np.append(lengths, away[closest, 0])
