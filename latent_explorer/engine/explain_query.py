"""How a picture came about: the samples its latent leans on, whether they agree, what becomes of it on the way to a
picture and back, and how sure the encoder is of a sample. Decodes and encodes only through the checkpoint."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas, jacobian
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import label_shares, pictures
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture

LEAST = 0.005  # of the weight: what counts less is not shown

Samples = tuple[NDArray[np.intp], Floats]


@dataclass(frozen=True, eq=False)
class ReasonsValue:
    """Samples in order, what counts most first."""

    nearest: bool
    dots: NDArray[np.intp]
    """(k,)"""
    shares: NDArray[np.float32]
    """(k,): weights or, of the nearest in latent space, distances in median distances between neighbours there."""
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class RoundTripValue:
    """Where the map places the latent of a position `xy`, and where what comes back of its picture."""

    which: str
    xy: tuple[float, float]
    placed: tuple[float, float]
    returned: tuple[float, float]
    gaps: float
    """Between the two in latent space, in median distances between neighbouring latents."""


@dataclass(frozen=True)
class PosteriorValue:
    """Covariance on the map, in squared map units."""

    which: str
    dot: int
    covariance: tuple[tuple[float, float], tuple[float, float]]
    original: bool
    """Whether of the image itself; else of its reconstruction, since the image is not here."""


@dataclass(frozen=True, eq=False)
class LinksValue:
    nearest: NDArray[np.intp]
    """(M,)"""


@dataclass(frozen=True)
class Reasons(Query[ReasonsValue]):
    """The samples that the latent at a position of a map leans on or, with `nearest`, those nearest to it in latent
    space; at most `count`, with their own reconstructions."""

    which: str
    xy: tuple[float, float]
    resolution: float | None
    count: int
    nearest: bool = False

    def answer(self, desk: QueryContext) -> ReasonsValue:
        checkpoint = desk.checkpoint(self.model)
        dots, shares = reasons(self, checkpoint)
        shown = pictures(checkpoint, checkpoint.latents[dots], label_shares(checkpoint, dots)) if len(dots) else ()
        return ReasonsValue(self.nearest, dots, shares, shown)


@dataclass(frozen=True)
class RoundTrip(Query[RoundTripValue]):
    """The latent at a position of a map decoded, encoded again, and placed on the map."""

    errand: ClassVar[bool] = True
    which: str
    xy: tuple[float, float]
    resolution: float | None
    method: str = "field"

    def answer(self, desk: QueryContext) -> RoundTripValue:
        """Both latents are placed by the same rule, so that the way from one to the other is what decoder and encoder did;
        where the first is placed apart from `xy`, that is the map's own doing."""
        checkpoint = desk.checkpoint(self.model)
        atlas = checkpoint.maps[self.which]
        xy = np.asarray([self.xy], np.float32)
        z = atlas.inverse_transform(xy, self.resolution, method=self.method)
        labels = checkpoint.labels[atlas.nearest(xy)[1]] if checkpoint.conditional else None
        again = checkpoint.encode(checkpoint.decode(z, labels), labels)
        placed, returned = atlas.transform(np.concatenate([z, again])).tolist()
        gaps = float(np.linalg.norm(again - z)) / checkpoint.neighbours.gap
        return RoundTripValue(self.which, self.xy, (placed[0], placed[1]), (returned[0], returned[1]), gaps)


@dataclass(frozen=True)
class Posterior(Query[PosteriorValue]):
    """The posterior of a dot's image, as the map shows it; only of a variational model."""

    which: str
    dot: int

    def answer(self, desk: QueryContext) -> PosteriorValue:
        """The covariance diag(sigma^2) of a dot's image (C, H, W), or of its reconstruction where there is none, carried
        to the map by the projection's local slope J: J diag(sigma^2) J^T."""
        checkpoint, dot = desk.checkpoint(self.model), self.dot
        image, _ = desk.original(self.model, dot)
        labels = checkpoint.labels[[dot]] if checkpoint.conditional else None
        if image is None:
            x: Floats = checkpoint.decode(checkpoint.latents[[dot]], labels)
        else:
            x = np.divide(image[None], 255, dtype=np.float32)
        _, sigma = checkpoint.posterior(x, labels)
        slope = jacobian.at(checkpoint.maps[self.which], dot, checkpoint.neighbours)
        (a, b), (c, d) = ((slope * np.square(sigma[0].astype(np.float64))) @ slope.T).tolist()
        return PosteriorValue(self.which, dot, ((a, b), (c, d)), image is not None)


@dataclass(frozen=True)
class Links(Query[LinksValue]):
    """Every sample's nearest neighbour in latent space."""

    errand: ClassVar[bool] = True

    def answer(self, desk: QueryContext) -> LinksValue:
        return LinksValue(desk.checkpoint(self.model).neighbours.links)


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
