"""Queries that explain a picture: the samples its latent is blended of and their agreement, the round trip through
decoder and encoder, and the posterior of a sample. Decodes and encodes only through the checkpoint."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas, jacobian
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_dot_pictures, decode_dots
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture

MIN_WEIGHT = 0.005  # share of the total weight: samples with less are not shown

Xy = tuple[float, float]
WeightedSamples = tuple[NDArray[np.intp], Floats]


@dataclass(frozen=True, eq=False)
class ContributorsValue:
    """Contributing samples, the most important first."""

    nearest: bool
    dots: NDArray[np.intp]
    """(k,)"""
    weights_or_distances: NDArray[np.float32]
    """(k,): weights or, if `nearest`, latent distances in median distances between neighbouring latents."""
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class RoundTripValue:
    """Map positions of the latent at `xy` (`latent_xy`) and of its decoded and re-encoded latent (`returned_xy`)."""

    map_name: str
    xy: Xy
    latent_xy: Xy
    returned_xy: Xy
    latent_distance: float
    """Distance of the two latents, in median distances between neighbouring latents."""


@dataclass(frozen=True)
class PosteriorValue:
    """Covariance on the map, in squared map units."""

    map_name: str
    dot: int
    covariance: tuple[tuple[float, float], tuple[float, float]]
    from_original: bool
    """Whether the original image was encoded; otherwise its reconstruction, as the image is not on this machine."""


@dataclass(frozen=True, eq=False)
class NearestSamplesValue:
    nearest: NDArray[np.intp]
    """(M,)"""


@dataclass(frozen=True)
class Contributors(Query[ContributorsValue]):
    """The samples that the latent at a map position is blended of or, with `nearest`, those nearest to it in latent
    space; at most `count`, with their reconstructions."""

    map_name: str
    xy: Xy
    resolution: float | None
    count: int
    nearest: bool = False

    def answer(self, context: QueryContext) -> ContributorsValue:
        checkpoint = context.checkpoint(self.model)
        dots, shares = find_contributors(self, checkpoint)
        shown = decode_dot_pictures(checkpoint, dots) if len(dots) else ()
        return ContributorsValue(self.nearest, dots, shares, shown)


@dataclass(frozen=True)
class RoundTrip(Query[RoundTripValue]):
    """The latent at a map position, decoded, encoded again and projected onto the map."""

    slow: ClassVar[bool] = True
    map_name: str
    xy: Xy
    resolution: float | None
    method: str = "field"

    def answer(self, context: QueryContext) -> RoundTripValue:
        """Project both latents with `transform`, so that their difference is due to decoder and encoder alone; a
        distance between `latent_xy` and `xy` is the error of the map."""
        checkpoint = context.checkpoint(self.model)
        atlas = checkpoint.maps[self.map_name]
        xy = np.asarray([self.xy], np.float32)
        z = atlas.inverse_transform(xy, self.resolution, method=self.method)
        labels = checkpoint.labels[atlas.find_nearest(xy)[1]] if checkpoint.conditional else None
        again = checkpoint.encode(checkpoint.decode(z, labels), labels)
        placed, returned = atlas.transform(np.concatenate([z, again])).tolist()
        gaps = float(np.linalg.norm(again - z)) / checkpoint.neighbours.sample_spacing
        return RoundTripValue(self.map_name, self.xy, (placed[0], placed[1]), (returned[0], returned[1]), gaps)


@dataclass(frozen=True)
class Posterior(Query[PosteriorValue]):
    """The encoder's posterior for a dot's image, projected onto the map; variational models only."""

    map_name: str
    dot: int

    def answer(self, context: QueryContext) -> PosteriorValue:
        """Compute the posterior covariance diag(sigma^2) of a dot's image (C, H, W), or of its reconstruction if there
        is no image, and project it onto the map by the projection's Jacobian J at the dot: J diag(sigma^2) J^T."""
        checkpoint, dot = context.checkpoint(self.model), self.dot
        image, _ = context.original_image(self.model, dot)
        x = decode_dots(checkpoint, [dot]) if image is None else np.divide(image[None], 255, dtype=np.float32)
        labels = checkpoint.labels[[dot]] if checkpoint.conditional else None
        _, sigma = checkpoint.posterior(x, labels)
        slope = jacobian.compute_jacobian(checkpoint.maps[self.map_name], dot, checkpoint.neighbours)
        (a, b), (c, d) = ((slope * np.square(sigma[0].astype(np.float64))) @ slope.T).tolist()
        return PosteriorValue(self.map_name, dot, ((a, b), (c, d)), image is not None)


@dataclass(frozen=True)
class NearestSamples(Query[NearestSamplesValue]):
    """Every sample's nearest neighbour in latent space."""

    slow: ClassVar[bool] = True

    def answer(self, context: QueryContext) -> NearestSamplesValue:
        return NearestSamplesValue(context.checkpoint(self.model).neighbours.nearest_samples)


def find_support(atlas: Atlas, xy: Xy, resolution: float | None) -> WeightedSamples:
    """Return the dots (k,) whose latents are blended at a map position, and their weights; none on a latent plane that
    spans the whole latent space, where the position is the latent."""
    if isinstance(atlas.projection, LatentPlane) and atlas.projection.spans_latent_space:
        return np.empty(0, np.intp), np.empty(0, np.float32)
    dots, weights = atlas.inverse.find_contributors(np.asarray([xy], np.float32), resolution)
    return dots[0], weights[0]


def compute_agreement(checkpoint: Checkpoint, map_name: str, xy: Xy, resolution: float | None) -> float:
    """Return the agreement of the samples that the latent at a map position is blended of; 1 if there are none."""
    return checkpoint.neighbours.agreement(*find_support(checkpoint.maps[map_name], xy, resolution))


def find_contributors(query: Contributors, checkpoint: Checkpoint) -> WeightedSamples:
    """Return the samples (k,) to show, the most important first, with their weights or, if `query.nearest`, latent
    distances in sample gaps."""
    atlas = checkpoint.maps[query.map_name]
    if query.nearest:
        (z,) = atlas.inverse_transform(np.asarray([query.xy], np.float32), query.resolution)
        dots, away = checkpoint.neighbours.find_nearest(z, query.count)
        return dots, away / np.float32(checkpoint.neighbours.sample_spacing)
    dots, weights = find_support(atlas, query.xy, query.resolution)
    order = np.argsort(-weights, kind="stable")[: query.count]
    order = order[weights[order] >= MIN_WEIGHT]
    return dots[order], weights[order]
