"""The query for the posteriors of many samples as ellipses on a linear map."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, to_unit
from latent_explorer.atlas import Atlas, jacobian
from latent_explorer.checkpoint import conditioning
from latent_explorer.engine.decode import decode_dots
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext

MIN_SAMPLES, MAX_SAMPLES = 50, 1000
"""Number of samples whose posteriors are shown, at random: fewer where they are large."""
MAX_COVER = 6.0
"""Sum of the ellipses' areas, of 90% of each posterior, relative to the box around the dots: more are illegible."""
DEVIATIONS = math.sqrt(2 * math.log(10))
"""Standard deviations of an ellipse that holds 90% of a Gaussian in the plane."""
BATCH = 100
"""Number of images encoded at once, which bounds the memory."""


@dataclass(frozen=True, eq=False)
class PosteriorsValue:
    dots: NDArray[np.intp]
    """(k,)"""
    roots: NDArray[np.float64]
    """(k, 2, 2): R with R^T R the covariance on the map, in map units."""
    sample_count: int
    """Number of samples that the k were drawn from."""


@dataclass(frozen=True)
class Posteriors(Query[PosteriorsValue]):
    """The encoder's posteriors of samples on a linear map; variational models only."""

    slow: ClassVar[bool] = True
    map_name: str

    def has_same_subject(self, other: Query[object]) -> bool:
        return self == other

    def answer(self, context: QueryContext) -> PosteriorsValue:
        """Encode the images (C, H, W) of the samples, or their reconstructions where there is no image. The covariance
        of a posterior on the map is J diag(sigma^2) J^T, with the map's Jacobian J."""
        checkpoint = context.get_checkpoint(self.model)
        atlas = checkpoint.maps[self.map_name]
        slope = jacobian.compute_jacobian(atlas)
        assert slope is not None, "the posteriors of a map without a Jacobian"
        count = len(checkpoint.latents)
        dots = np.random.default_rng(0).permutation(count)[:MAX_SAMPLES]
        sigma = np.concatenate(
            [_compute_sigma(context, self.model, dots[i : i + BATCH]) for i in range(0, len(dots), BATCH)]
        )
        covariance = np.einsum("xd,kd,yd->kxy", slope, np.square(sigma.astype(np.float64)), slope)
        values, vectors = np.linalg.eigh(covariance)
        roots = np.sqrt(np.maximum(values, 0))[:, :, None] * np.swapaxes(vectors, 1, 2)
        box = float(np.prod(np.ptp(atlas.xy, axis=0)))
        area = float(np.mean(np.pi * DEVIATIONS**2 * np.sqrt(np.prod(np.maximum(values, 0), axis=1))))
        legible = max(MIN_SAMPLES, int(MAX_COVER * box / max(area, 1e-12 * box + 1e-30)))
        return PosteriorsValue(dots[:legible], roots[:legible], count)


def has_ellipses(atlas: Atlas) -> bool:
    """Return True if the map is linear and of two dimensions, so that a Gaussian is an ellipse on it."""
    return atlas.latents.shape[1] > 1 and jacobian.compute_jacobian(atlas) is not None


def _compute_sigma(context: QueryContext, model: str, dots: NDArray[np.intp]) -> Floats:
    checkpoint = context.get_checkpoint(model)
    images, why = context.find_originals(model, dots)
    x = decode_dots(checkpoint, dots) if why else to_unit(np.stack(images))
    labels = conditioning.get_labels(checkpoint, dots)
    return checkpoint.posterior(np.clip(x, 0, 1).astype(np.float32), labels)[1]
