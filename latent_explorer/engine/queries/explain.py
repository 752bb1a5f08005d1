"""Queries that explain a picture: the samples whose blend is nearest to its latent, the round trip through
decoder and encoder, and the posterior of a sample. Decodes and encodes only through the checkpoint."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, to_unit
from latent_explorer.atlas import jacobian
from latent_explorer.atlas.convex_blend import find_convex_blend
from latent_explorer.checkpoint import conditioning
from latent_explorer.engine.decode import decode_dot_pictures, decode_dots
from latent_explorer.engine.measurements.used_dimensions import get_used_dimensions
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture, Place, find_latents

BLENDED_SAMPLES = 50
"""Number of nearest samples that a blend is sought among."""
MIN_WEIGHT = 0.005
"""Share of the blend below which a sample is not shown."""
POSTERIOR_DRAWS = 100
"""Number of codes drawn from a posterior where the map is not linear."""

Xy = tuple[float, float]


@dataclass(frozen=True, eq=False)
class ContributorsValue:
    """Samples that explain a latent, the most important first."""

    nearest: bool
    dots: NDArray[np.intp]
    """(k,)"""
    weights_or_distances: Floats
    """(k,): shares of the blend or, if `nearest`, latent distances in sample gaps (`used_dimensions`)."""
    pictures: tuple[Picture, ...]
    missing: float = 0.0
    """Distance from the blend of all its samples to the latent, in the same unit."""


@dataclass(frozen=True)
class RoundTripValue:
    """Map positions of the latent at `xy` (`latent_xy`) and of its decoded and re-encoded latent (`returned_xy`)."""

    map_name: str
    xy: Xy
    latent_xy: Xy
    returned_xy: Xy
    latent_distance: float
    """Distance of the two latents, in sample gaps (`used_dimensions`)."""


@dataclass(frozen=True)
class PosteriorValue:
    """Where codes drawn from a posterior lie on the map: all of them if it is linear, else some that were placed."""

    map_name: str
    dot: int
    from_original: bool
    """Whether the original image was encoded; otherwise its reconstruction, as the image is not on this machine."""
    covariance: tuple[tuple[float, float], tuple[float, float]] | None = None
    """In squared map units; None on a map that is not linear, or of one dimension, where no ellipse holds the codes."""
    draws: tuple[Xy, ...] = ()
    """Map positions of `POSTERIOR_DRAWS` codes; empty if there is a covariance."""


@dataclass(frozen=True, eq=False)
class NearestSamplesValue:
    nearest: NDArray[np.intp]
    """(M,)"""


@dataclass(frozen=True)
class Contributors(Query[ContributorsValue]):
    """The blend of samples that comes nearest to the latent of a place or, with `nearest`, the samples nearest to it in
    latent space; at most `count`, with their reconstructions.

    The field that made the latent has no such shares: over the whole map it is a smooth network, fitted to all samples.
    """

    map_name: str
    place: Place
    count: int
    nearest: bool = False

    def answer(self, context: QueryContext) -> ContributorsValue:
        checkpoint = context.get_checkpoint(self.model)
        (z,) = find_latents(checkpoint.maps[self.map_name], [self.place])
        used = get_used_dimensions(checkpoint)
        neighbours, spacing, z = used.neighbours, used.neighbours.sample_spacing, z[used.mask]
        dots, away = neighbours.find_nearest(z, self.count if self.nearest else BLENDED_SAMPLES)
        if self.nearest and not checkpoint.can_decode:  # the sample itself is shown already
            _, itself = checkpoint.maps[self.map_name].find_nearest(np.asarray([self.place.xy], np.float32))
            dots, away = neighbours.find_nearest(z, self.count + 1)
            others = np.flatnonzero(dots != itself[0])[: self.count]
            dots, away = dots[others], away[others]
        if self.nearest:
            return ContributorsValue(True, dots, away / np.float32(spacing), decode_dot_pictures(checkpoint, dots))
        shares, missing = find_convex_blend(z, neighbours.latents[dots])
        order = np.argsort(-shares, kind="stable")[: self.count]
        order = order[shares[order] >= MIN_WEIGHT]
        dots, weights = dots[order], shares[order].astype(np.float32)
        return ContributorsValue(False, dots, weights, decode_dot_pictures(checkpoint, dots), missing / spacing)


@dataclass(frozen=True)
class RoundTrip(Query[RoundTripValue]):
    """The latent at a map position, decoded, encoded again and projected onto the map."""

    slow: ClassVar[bool] = True
    map_name: str
    place: Place

    def answer(self, context: QueryContext) -> RoundTripValue:
        """Project both latents with `transform`, so that their difference is due to decoder and encoder alone; a
        distance between `latent_xy` and `xy` is the error of the map."""
        checkpoint = context.get_checkpoint(self.model)
        atlas = checkpoint.maps[self.map_name]
        z, xy = find_latents(atlas, [self.place]), self.place.xy
        labels = conditioning.get_labels(checkpoint, atlas.find_nearest(np.asarray([xy], np.float32))[1])
        again = checkpoint.encode(checkpoint.decode(z, labels), labels)
        placed, returned = atlas.transform(np.concatenate([z, again])).tolist()
        gaps = float(get_used_dimensions(checkpoint).measure_gaps(again - z)[0])
        return RoundTripValue(self.map_name, xy, (placed[0], placed[1]), (returned[0], returned[1]), gaps)


@dataclass(frozen=True)
class Posterior(Query[PosteriorValue]):
    """The encoder's posterior for a dot's image, projected onto the map; variational models only."""

    slow: ClassVar[bool] = True  # it projects new latents onto the map
    map_name: str
    dot: int

    def answer(self, context: QueryContext) -> PosteriorValue:
        """Compute the posterior N(z, diag(sigma^2)) of a dot's image (C, H, W), or of its reconstruction if there is no
        image. A linear map of Jacobian J makes a Gaussian of the covariance J diag(sigma^2) J^T of it; on another map,
        codes are drawn and placed."""
        checkpoint, dot = context.get_checkpoint(self.model), self.dot
        atlas = checkpoint.maps[self.map_name]
        image, _ = context.find_original(self.model, dot)
        x = decode_dots(checkpoint, [dot]) if image is None else to_unit(image[None])
        labels = conditioning.get_labels(checkpoint, [dot])
        mean, sigma = checkpoint.posterior(x, labels)
        slope = jacobian.compute_jacobian(atlas)
        if slope is not None and slope.shape[1] > 1:
            (a, b), (c, d) = ((slope * np.square(sigma[0].astype(np.float64))) @ slope.T).tolist()
            return PosteriorValue(self.map_name, dot, image is not None, ((a, b), (c, d)))
        noise = np.random.default_rng(dot).standard_normal((POSTERIOR_DRAWS, len(sigma[0])), dtype=np.float32)
        placed = atlas.transform(mean + sigma * noise).tolist()
        return PosteriorValue(self.map_name, dot, image is not None, draws=tuple((x, y) for x, y in placed))


@dataclass(frozen=True)
class NearestSamples(Query[NearestSamplesValue]):
    """Every sample's nearest neighbour in latent space."""

    slow: ClassVar[bool] = True

    def answer(self, context: QueryContext) -> NearestSamplesValue:
        return NearestSamplesValue(context.get_checkpoint(self.model).neighbours.nearest_samples)
