"""How a picture came about: the samples its latent leans on, whether they agree, what becomes of it on the way to a
picture and back, and how sure the encoder is of a sample. Decodes and encodes only through the checkpoint."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas, jacobian
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.query import Posterior, PosteriorValue, Reasons, RoundTrip, RoundTripValue

LEAST = 0.005  # of the weight: what counts less is not shown

Samples = tuple[NDArray[np.intp], Floats]


def support(atlas: Atlas, xy: tuple[float, float], resolution: float | None) -> Samples:
    """The dots (k,) around a position whose latents it is blended of, and their weights; none on a latent plane that is
    all of the space, where the position is the latent."""
    if isinstance(atlas.projection, LatentPlane) and atlas.projection.is_whole:
        return np.empty(0, np.intp), np.empty(0, np.float32)
    dots, weights = atlas.inverse.support(np.asarray([xy], np.float32), resolution)
    return dots[0], weights[0]


def agreement(checkpoint: Checkpoint, which: str, xy: tuple[float, float], resolution: float | None) -> float:
    """Of the samples that the latent at a position leans on; 1 where it leans on none."""
    return checkpoint.neighbours.agreement(*support(checkpoint.maps[which], xy, resolution))


def reasons(request: Reasons, checkpoint: Checkpoint) -> Samples:
    """The samples (k,) to show, what counts most first, with their weights or distances in sample gaps."""
    atlas = checkpoint.maps[request.which]
    if request.nearest:
        (z,) = atlas.inverse_transform(np.asarray([request.xy], np.float32), request.resolution)
        dots, away = checkpoint.neighbours.nearest(z, request.count)
        return dots, away / np.float32(checkpoint.neighbours.gap)
    dots, weights = support(atlas, request.xy, request.resolution)
    order = np.argsort(-weights, kind="stable")[: request.count]
    order = order[weights[order] >= LEAST]
    return dots[order], weights[order]


def round_trip(request: RoundTrip, checkpoint: Checkpoint) -> RoundTripValue:
    """Both latents are placed by the same rule, so that the way from one to the other is what decoder and encoder did;
    where the first is placed apart from `xy`, that is the map's own doing."""
    atlas = checkpoint.maps[request.which]
    xy = np.asarray([request.xy], np.float32)
    z = atlas.inverse_transform(xy, request.resolution, method=request.method)
    labels = checkpoint.labels[atlas.nearest(xy)[1]] if checkpoint.conditional else None
    again = checkpoint.encode(checkpoint.decode(z, labels), labels)
    placed, returned = atlas.transform(np.concatenate([z, again])).tolist()
    gaps = float(np.linalg.norm(again - z)) / checkpoint.neighbours.gap
    return RoundTripValue(request.which, request.xy, (placed[0], placed[1]), (returned[0], returned[1]), gaps)


def posterior(request: Posterior, checkpoint: Checkpoint, image: NDArray[np.uint8] | None) -> PosteriorValue:
    """The covariance diag(sigma^2) of a dot's image (C, H, W), or of its reconstruction where there is none, carried
    to the map by the projection's local slope J: J diag(sigma^2) J^T."""
    dot = request.dot
    labels = checkpoint.labels[[dot]] if checkpoint.conditional else None
    if image is None:
        x: Floats = checkpoint.decode(checkpoint.latents[[dot]], labels)
    else:
        x = np.divide(image[None], 255, dtype=np.float32)
    _, sigma = checkpoint.posterior(x, labels)
    slope = jacobian.at(checkpoint.maps[request.which], dot, checkpoint.neighbours)
    (a, b), (c, d) = ((slope * np.square(sigma[0].astype(np.float64))) @ slope.T).tolist()
    return PosteriorValue(request.which, dot, ((a, b), (c, d)), image is not None)
