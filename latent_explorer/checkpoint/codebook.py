"""The codes of a vector-quantised model, as points among its latents. numpy alone: the map shows them before torch.

A latent vector is cut into parts, and each part is one of the codes. A code by itself is a whole latent vector only
where there is one part; elsewhere it stands for the pictures that use it in that part.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

BLOCK = 4096  # latents compared at once


class Codebook:
    """`table` (K, w): the codes. `latents` (M, d) before quantisation, with d a multiple of w."""

    def __init__(self, table: Floats, latents: Floats) -> None:
        self.table = table.astype(np.float32)
        self.latents = latents
        self.parts = latents.shape[1] // table.shape[1]
        self._placed = lru_cache(maxsize=None)(self._place)

    def chosen(self, part: int) -> NDArray[np.intp]:
        """(M,): the code nearest to that part, counted from 0, of every latent."""
        width = self.table.shape[1]
        return _nearest(self.latents[:, part * width : (part + 1) * width], self.table)

    def placed(self, part: int) -> tuple[Floats, NDArray[np.intp]]:
        """The codes that are in use in a part, most used first: latents (U, d), and where each lies, a sample (U,).

        A code's latent is the average of those that use it, with the code itself in its part. It lies where the one of
        them does that is nearest to it, so no two codes of a part lie at one sample.
        """
        return self._placed(part)

    def _place(self, part: int) -> tuple[Floats, NDArray[np.intp]]:
        chosen = self.chosen(part)
        uses = np.bincount(chosen, minlength=len(self.table))
        used = np.argsort(-uses, kind="stable")[: np.count_nonzero(uses)]
        sums = np.zeros((len(self.table), self.latents.shape[1]), np.float64)
        np.add.at(sums, chosen, self.latents)
        vectors = (sums[used] / uses[used, None]).astype(np.float32)
        width = self.table.shape[1]
        vectors[:, part * width : (part + 1) * width] = self.table[used]
        rank = np.empty(len(self.table), np.intp)
        rank[used] = np.arange(len(used))
        own = rank[chosen]  # (M,): the row of each latent's code
        away = np.square(self.latents - vectors[own]).sum(axis=1)
        order = np.lexsort((away, own))
        return vectors, order[np.searchsorted(own[order], np.arange(len(used)))]


def _nearest(points: Floats, among: Floats) -> NDArray[np.intp]:
    """(N,): which row of `among` is nearest to each of the points (N, w)."""
    squares = np.einsum("kw,kw->k", among, among)
    step = max(1, BLOCK * 128 // len(among))
    blocks = (points[i : i + step] for i in range(0, len(points), step))
    return np.concatenate([np.argmin(squares - 2 * block @ among.T, axis=1) for block in blocks])
