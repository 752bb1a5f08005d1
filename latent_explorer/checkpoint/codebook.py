"""The codebook of a vector-quantised model, and the codes as points among its latents. Imports numpy alone.

A latent vector is split into parts, and each part is quantised to one code. A code is a whole latent vector only if
there is one part; otherwise it represents the samples that use it in that part.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

BLOCK_SIZE = 4096  # latents compared at once with 128 codes


class Codebook:
    """A codebook: `table` (K, w) are the codes, `latents` (M, d) those before quantisation, with d a multiple of w."""

    def __init__(self, table: Floats, latents: Floats) -> None:
        self.table = table.astype(np.float32)
        self.latents = latents
        self.part_count = latents.shape[1] // table.shape[1]
        self._cached_placement = lru_cache(maxsize=None)(self._compute_placement)

    def assign_codes(self, part: int) -> NDArray[np.intp]:
        """Return the index of the code nearest to part `part` of every latent, (M,)."""
        width = self.table.shape[1]
        return _find_nearest(self.latents[:, part * width : (part + 1) * width], self.table)

    def place_codes(self, part: int) -> tuple[Floats, NDArray[np.intp]]:
        """Return the latents (U, d) and map dots (U,) of the codes that are used in part `part`, most used first.

        A code's latent is the mean of the latents that use it, with the code itself in its part. Its dot is the
        nearest of these latents, so no two codes of a part share a dot.
        """
        return self._cached_placement(part)

    def _compute_placement(self, part: int) -> tuple[Floats, NDArray[np.intp]]:
        chosen = self.assign_codes(part)
        uses = np.bincount(chosen, minlength=len(self.table))
        used = np.argsort(-uses, kind="stable")[: np.count_nonzero(uses)]
        sums = np.zeros((len(self.table), self.latents.shape[1]), np.float64)
        np.add.at(sums, chosen, self.latents)
        vectors = (sums[used] / uses[used, None]).astype(np.float32)
        width = self.table.shape[1]
        vectors[:, part * width : (part + 1) * width] = self.table[used]
        rank = np.empty(len(self.table), np.intp)
        rank[used] = np.arange(len(used))
        own = rank[chosen]  # (M,): the row in `vectors` of each latent's code
        away = np.square(self.latents - vectors[own]).sum(axis=1)
        order = np.lexsort((away, own))
        return vectors, order[np.searchsorted(own[order], np.arange(len(used)))]


def _find_nearest(points: Floats, candidates: Floats) -> NDArray[np.intp]:
    """Return the index of the row of `candidates` nearest to each of `points` (N, w), as (N,)."""
    squares = np.einsum("kw,kw->k", candidates, candidates)
    step = max(1, BLOCK_SIZE * 128 // len(candidates))
    blocks = (points[i : i + step] for i in range(0, len(points), step))
    return np.concatenate([np.argmin(squares - 2 * block @ candidates.T, axis=1) for block in blocks])
