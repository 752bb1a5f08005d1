"""The Jacobian of a map at a dot: the local linear map dz -> dxy."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.atlas.latent_neighbours import LatentNeighbours
from latent_explorer.atlas.projection import PCA, LatentPlane

NEIGHBOURS_PER_DIMENSION = 4  # neighbours per latent dimension; fewer predict held-out ones worse
TORN_FACTOR = 3.0  # times the median: neighbours farther away on the map were torn off by it and are ignored
RIDGE = 0.01  # of the mean square of the neighbours' steps


def compute_jacobian(atlas: Atlas, dot: int, neighbours: LatentNeighbours) -> NDArray[np.float64]:
    """Return the Jacobian (2, d) at a dot, in map units per latent unit. Exact for a linear projection."""
    projection = atlas.projection
    if isinstance(projection, PCA):
        return np.asarray(projection.components, np.float64) * projection.frame.scale
    if isinstance(projection, LatentPlane):
        slope = np.zeros((2, projection.dimensions))
        for row, axis in enumerate(projection.axes[: projection.dimensions]):
            slope[row, axis - 1] = projection.frame.scale
        return slope
    return estimate_jacobian(atlas.xy, dot, neighbours)


def estimate_jacobian(xy: Floats, dot: int, neighbours: LatentNeighbours) -> NDArray[np.float64]:
    """Estimate the Jacobian (2, d) of a map (M, 2) without a formula, such as t-SNE's, by least squares on the dot's
    neighbours.

    Each of the nearest latents gives a step dz from the dot's latent and a step dxy on the map. The fit weights them by
    a bell that ends at the farthest one, ignores those that the map tore off, and shrinks each dimension's slope by
    ridge regression, more for dimensions that vary less over all samples: an unused dimension of a VAE hardly moves the
    map, yet its posterior is wide, and noise in its slope would fill the ellipse.

    The estimate describes a neighbourhood. Transforming z + dz tells less: for a dz shorter than the distance to the
    nearest neighbour, t-SNE places every new point at the dot itself.
    """
    latents = neighbours.latents
    near, away = neighbours.find_nearest(latents[dot], NEIGHBOURS_PER_DIMENSION * latents.shape[1] + 1)
    near, away = near[near != dot], away[near != dot].astype(np.float64)
    dz = latents[near].astype(np.float64) - latents[dot]
    dxy = xy[near].astype(np.float64) - xy[dot]
    if len(near) == 0:
        return np.zeros((2, latents.shape[1]))
    bell = np.square(1 - np.square(away / max(1.001 * away[-1], 1e-12)))
    moved = np.hypot(dxy[:, 0], dxy[:, 1])
    bell[moved > TORN_FACTOR * np.median(moved)] = 0
    gram = dz.T @ (bell[:, None] * dz)
    variance = np.maximum(neighbours.variance, 1e-9 * neighbours.variance.mean() + 1e-12)
    shrink = RIDGE * np.trace(gram) / len(gram) * variance.mean() / variance
    return np.linalg.solve(gram + np.diag(shrink + 1e-12), dz.T @ (bell[:, None] * dxy)).T
