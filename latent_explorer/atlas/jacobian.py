"""The Jacobian of a linear map: dz -> dxy. Maps without a formula, such as t-SNE's, have none that holds for a step."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.atlas import Atlas
from latent_explorer.atlas.projection import PCA, LatentPlane


def compute_jacobian(atlas: Atlas) -> NDArray[np.float64] | None:
    """Return the Jacobian (2, d), in map units per latent unit; None if the projection is not linear.

    It would mislead there: for a dz shorter than the distance to the nearest neighbour, t-SNE places every new point at
    the dot itself, for a longer one anywhere among the neighbours.
    """
    projection = atlas.projection
    if isinstance(projection, PCA):
        return np.asarray(projection.components, np.float64) * projection.frame.scale
    if isinstance(projection, LatentPlane):
        slope = np.zeros((2, projection.dimensions))
        for row, axis in enumerate(projection.axes[: projection.dimensions]):
            slope[row, axis - 1] = projection.frame.scale
        return slope
    return None
