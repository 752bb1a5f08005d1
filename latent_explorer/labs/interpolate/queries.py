"""Queries of Interpolate: the pictures along each path from stop to stop, their plausibility, its projection onto a
map, and the pixel cross-fade between the same stops. Knows nothing of the window."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import label_shares, pictures
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture
from latent_explorer.errors import InputError
from latent_explorer.labs.interpolate import latent_paths
from latent_explorer.user_image import OwnImage

MOST = 12
"""Largest number of stops of a path."""
Kind = Literal["linear", "spherical", "data"]
LINEAR: Final = "linear"
SPHERICAL: Final = "spherical"
DATA: Final = "data"
KINDS: tuple[Kind, ...] = (LINEAR, SPHERICAL, DATA)
PRIOR = ("variational", "conditional", "diffusion", "wasserstein", "adversarial")
"""Objectives that pull the latents into a ball around the origin."""
LEANS_ON = 10  # nearest samples whose agreement is measured for the realism


@dataclass(frozen=True)
class Place:
    """A map position; its latent is that of the inverse projection."""

    which: str
    xy: tuple[float, float]


Stop = Dot | Place | OwnImage


@dataclass(frozen=True, eq=False)
class WayValue:
    """N points along a path: `steps` from stop to stop, each inner stop counted once."""

    kind: str
    z: Floats
    """(N, d)"""
    pictures: tuple[Picture, ...]
    at: NDArray[np.float64]
    """(N,): position along the path, 0 to 1, with the stops at equal distances."""
    gaps: Floats
    """(N,): distance from the data, in sample gaps."""
    plausibility: Floats
    """(N,): 0 to 1, `LatentNeighbours.plausibility`."""
    agreement: Floats
    """(N,): agreement of the samples nearest to each point, 0 to 1."""
    length: float
    """Length of the path, in sample gaps."""
    touched: int
    """Number of samples the path runs over; 0 for paths that ignore the samples."""

    @property
    def mean(self) -> float:
        return float(self.plausibility.mean())

    @cached_property
    def percent(self) -> Floats:
        """(N,): the plausibility in per cent, for a chart."""
        return self.plausibility * np.float32(100)


@dataclass(frozen=True)
class Way(Query[WayValue]):
    """A path over `stops`, with `steps` pictures from each to the next, both included."""

    in_frame: ClassVar[bool] = False  # three paths and their projections are asked for at once
    stops: tuple[Stop, ...]
    steps: int
    kind: str = LINEAR

    def alike(self, other: Query[object]) -> bool:
        return isinstance(other, Way) and (self.model, self.kind) == (other.model, other.kind)

    @property
    def costs(self) -> tuple[object, ...]:
        return type(self), self.model, len(self.stops)

    def answer(self, desk: QueryContext) -> WayValue:
        checkpoint = desk.checkpoint(self.model)
        stops, shares = _stops(self.stops, self.model, desk)
        z, touched = _way(self, stops, checkpoint)
        gaps, agreement = _surroundings(z, checkpoint)
        return WayValue(
            self.kind,
            z,
            pictures(checkpoint, z, _faded(shares, self.steps)),
            np.linspace(0, 1, len(z)),
            gaps,
            checkpoint.neighbours.plausibility(gaps * np.float32(checkpoint.neighbours.gap)),
            agreement,
            latent_paths.length(z) / checkpoint.neighbours.gap,
            touched,
        )


@dataclass(frozen=True)
class DataWay(Way):
    """The shortest path over neighbouring samples. The first one of a model is slow: it builds the neighbour graph."""

    errand: ClassVar[bool] = True
    kind: str = DATA


@dataclass(frozen=True, eq=False)
class FadeValue:
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Fade(Query[FadeValue]):
    """Pixel cross-fade of the pictures at the stops, each into the next."""

    in_frame: ClassVar[bool] = False
    stops: tuple[Stop, ...]
    steps: int

    def answer(self, desk: QueryContext) -> FadeValue:
        checkpoint = desk.checkpoint(self.model)
        z, shares = _stops(self.stops, self.model, desk)
        ends = np.stack(pictures(checkpoint, z, shares))
        faded = _faded(ends.reshape(len(ends), -1).astype(np.float32), self.steps)
        return FadeValue(tuple((faded + np.float32(0.5)).astype(np.uint8).reshape(-1, *ends.shape[1:])))


@dataclass(frozen=True, eq=False)
class RouteValue:
    which: str
    stops: tuple[Stop, ...]
    xy: Floats
    """(N, 2): map positions of the points along the path."""

    @property
    def ends(self) -> Floats:
        """(S, 2): map positions of the stops' latents."""
        return self.xy[:: max(1, (len(self.xy) - 1) // (len(self.stops) - 1))]


@dataclass(frozen=True)
class Route(Query[RouteValue]):
    """Projection of the latents along a path onto a map."""

    errand: ClassVar[bool] = True
    in_frame: ClassVar[bool] = False
    which: str
    way: Way

    def alike(self, other: Query[object]) -> bool:
        return isinstance(other, Route) and self.which == other.which and self.way.alike(other.way)

    def answer(self, desk: QueryContext) -> RouteValue:
        checkpoint = desk.checkpoint(self.model)
        stops, _ = _stops(self.way.stops, self.model, desk)
        z, _ = _way(self.way, stops, checkpoint)
        return RouteValue(self.which, self.way.stops, checkpoint.maps[self.which].transform(z))


def centre(checkpoint: Checkpoint) -> Floats:
    """Return the centre (d,) of an arc: the origin if the objective pulls the latents towards it, else their mean."""
    if checkpoint.config.objective.name in PRIOR:
        return np.zeros(checkpoint.latent_dim, np.float32)
    middle: Floats = checkpoint.latents.mean(axis=0)
    return middle


# -- inside ---------------------------------------------------------------------------------------------


def _way(request: Way, stops: Floats, checkpoint: Checkpoint) -> tuple[Floats, int]:
    """Compute the latents (N, d) along a path, and the number of samples it runs over."""
    if request.kind == DATA:
        parts, dots = latent_paths.through_data(stops, request.steps, checkpoint.neighbours)
        return latent_paths.joined(parts), len(np.unique(np.concatenate(dots)))
    if request.kind == SPHERICAL:
        middle = centre(checkpoint)
        return latent_paths.joined([latent_paths.spherical(a, b, request.steps, middle) for a, b in pairwise(stops)]), 0
    return latent_paths.joined([latent_paths.linear(a, b, request.steps) for a, b in pairwise(stops)]), 0


def _stops(stops: tuple[Stop, ...], model: str, desk: QueryContext) -> tuple[Floats, Floats]:
    """Return the latents (S, d) of the stops and, for a conditional model, their label shares (S, K)."""
    if not 2 <= len(stops) <= MOST:
        raise InputError(f"stops: {len(stops)} arrived; 2 to {MOST} are allowed")
    found = [_stop(stop, model, desk) for stop in stops]
    z, shares = (np.concatenate(part).astype(np.float32) for part in zip(*found, strict=True))
    return z, shares


def _stop(stop: Stop, model: str, desk: QueryContext) -> tuple[Floats, Floats]:
    """Return the latent (1, d) of a stop, and its label shares (1, K): zeros for a user image, of unknown label."""
    checkpoint = desk.checkpoint(model)
    if isinstance(stop, Dot):
        return checkpoint.latents[[stop.dot]], label_shares(checkpoint, np.array([stop.dot]))
    if isinstance(stop, Place):
        atlas, xy = checkpoint.maps[stop.which], np.asarray([stop.xy], np.float32)
        return atlas.inverse_transform(xy), label_shares(checkpoint, atlas.nearest(xy)[1])
    image, _ = desk.image(model, stop)
    unknown = np.array([-1]) if checkpoint.conditional else None
    return checkpoint.encode(image[None], unknown), np.zeros((1, len(checkpoint.class_names)), np.float32)


def _faded(rows: Floats, steps: int) -> Floats:
    """Interpolate linearly from each of the `rows` (S, K) to the next, (N, K)."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return latent_paths.joined([(1 - share) * a + share * b for a, b in pairwise(rows)])


def _surroundings(z: Floats, checkpoint: Checkpoint) -> tuple[Floats, Floats]:
    """Compute the distance of each latent (N, d) from the data, in sample gaps, and the agreement of the samples
    nearest to it, weighted by the inverse square of their distance."""
    neighbours = checkpoint.neighbours
    squared = neighbours.squares - 2 * (z @ neighbours.latents.T)  # (N, M), less |z|^2
    count = min(LEANS_ON, squared.shape[1])
    some = np.argpartition(squared, count - 1, axis=1)[:, :count]
    away = np.linalg.norm(neighbours.latents[some] - z[:, None], axis=2)
    weights = 1 / np.maximum(np.square(away), np.square(1e-3 * neighbours.gap))
    weights /= weights.sum(axis=1, keepdims=True)
    agreement = [neighbours.agreement(dots, w) for dots, w in zip(some, weights, strict=True)]
    return (away.min(axis=1) / neighbours.gap).astype(np.float32), np.array(agreement, np.float32)
