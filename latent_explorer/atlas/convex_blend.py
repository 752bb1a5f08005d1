"""The blend of samples that comes nearest to a latent: what a latent is made of, whatever field it came from."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

SUM_WEIGHT = 100.0
"""Weight of the condition that the shares sum to 1, in distances to the farthest sample."""


def find_convex_blend(z: Floats, samples: Floats) -> tuple[NDArray[np.float64], float]:
    """Return the shares (k,), none negative and with the sum 1, of the `samples` (k, d) whose mean by these shares is
    nearest to the latent `z` (d,), and the distance that is left: non-negative least squares (Lawson and Hanson 1974).
    """
    from scipy.optimize import nnls

    apart = samples.astype(np.float64) - z
    away = np.linalg.norm(apart, axis=1)
    if away.min() == 0:
        shares = (away == 0) / np.count_nonzero(away == 0)
        return shares, 0.0
    weight = SUM_WEIGHT * float(away.max())
    rows = np.vstack([apart.T, np.full(len(samples), weight)])
    wanted = np.zeros(len(rows))
    wanted[-1] = weight
    shares, _ = nnls(rows, wanted)
    shares /= shares.sum()
    return shares, float(np.linalg.norm(shares @ apart))
