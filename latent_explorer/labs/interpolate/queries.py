"""Queries of Interpolate: the pictures along each path from stop to stop, their plausibility, its projection onto a
map, and the pixel cross-fade between the same stops. Knows nothing of the window."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import latent_paths
from latent_explorer.checkpoint import conditioning, interpolation
from latent_explorer.checkpoint.interpolation import DATA, LINEAR
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.measurements.judge_pictures import judge_places
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, MapPosition, Picture, find_latents
from latent_explorer.errors import InputError
from latent_explorer.user_image import OwnImage

MAX_STOPS = 12
"""Largest number of stops of a path."""
RUNNING_SHARE = 0.05
"""Share of a way, to either side of a place, over which the nearness of codes is averaged for a chart."""

Stop = Dot | MapPosition | OwnImage


@dataclass(frozen=True, eq=False)
class InterpolationPathValue:
    """N points along a path: `steps` from stop to stop, each inner stop counted once."""

    kind: str
    z: Floats
    """(N, d)"""
    pictures: tuple[Picture, ...]
    positions: NDArray[np.float64]
    """(N,): position along the path, 0 to 1, with the stops at equal distances."""
    gaps: Floats
    """(N,): distance from the data, in sample gaps."""
    plausibility: Floats
    """(N,): 0 to 1; of the pictures if `judged`, else of the codes (`LatentNeighbours.plausibility`)."""
    judged: bool
    """Whether there is a judge of pictures."""
    length: float
    """Length of the path, in sample gaps."""
    sample_count: int
    """Number of samples the path runs over; 0 for paths that ignore the samples."""

    @property
    def mean_plausibility(self) -> float:
        return float(self.plausibility.mean())

    @cached_property
    def plausibility_percent(self) -> Floats:
        """(N,): the plausibility in per cent, for a chart; of codes, whose nearest sample is another one every few
        steps, a running mean."""
        percent: Floats = self.plausibility * np.float32(100)
        return percent if self.judged else _compute_running_mean(percent, round(RUNNING_SHARE * len(percent)))


@dataclass(frozen=True)
class InterpolationPath(Query[InterpolationPathValue]):
    """A path over `stops`, with `steps` pictures from each to the next, both included."""

    in_frame: ClassVar[bool] = False  # three paths and their projections are asked for at once
    stops: tuple[Stop, ...]
    steps: int
    kind: str = LINEAR

    def has_same_subject(self, other: Query[object]) -> bool:
        return isinstance(other, InterpolationPath) and (self.model, self.kind) == (other.model, other.kind)

    @property
    def cost_key(self) -> tuple[object, ...]:
        return type(self), self.model, len(self.stops)

    def answer(self, context: QueryContext) -> InterpolationPathValue:
        checkpoint = context.get_checkpoint(self.model)
        stops, shares = _encode_stops(self.stops, self.model, context)
        z, dots = interpolation.compute_path(checkpoint, stops, self.kind, self.steps)
        pictures, neighbours = decode_pictures(checkpoint, z, _fade_rows(shares, self.steps)), checkpoint.neighbours
        nearest = neighbours.compute_squared_distances(z).argmin(axis=1)
        away = np.linalg.norm(z - neighbours.latents[nearest], axis=1)  # exact: 0 at a sample
        plausibility = judge_places(checkpoint, pictures)
        return InterpolationPathValue(
            self.kind, z=z, pictures=pictures, positions=np.linspace(0, 1, len(z)),
            gaps=(away / neighbours.sample_spacing).astype(np.float32),
            plausibility=neighbours.compute_plausibility(away) if plausibility is None else plausibility,
            judged=plausibility is not None,
            length=latent_paths.compute_length(z) / checkpoint.neighbours.sample_spacing, sample_count=len(dots),
        )  # fmt: skip


@dataclass(frozen=True)
class DataPath(InterpolationPath):
    """The shortest path over neighbouring samples. The first one of a model is slow: it builds the neighbour graph."""

    slow: ClassVar[bool] = True
    kind: str = DATA


@dataclass(frozen=True, eq=False)
class CrossFadeValue:
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class CrossFade(Query[CrossFadeValue]):
    """Cross-fade of the decoded samples at the stops, value by value, each into the next."""

    in_frame: ClassVar[bool] = False
    stops: tuple[Stop, ...]
    steps: int

    def answer(self, context: QueryContext) -> CrossFadeValue:
        checkpoint = context.get_checkpoint(self.model)
        z, shares = _encode_stops(self.stops, self.model, context)
        ends = checkpoint.sample_kind.read_pictures(decode_pictures(checkpoint, z, shares))
        faded = _fade_rows(ends.reshape(len(ends), -1), self.steps).reshape(-1, *ends.shape[1:])
        return CrossFadeValue(checkpoint.sample_kind.draw(faded))


@dataclass(frozen=True, eq=False)
class ProjectedPathValue:
    map_name: str
    stops: tuple[Stop, ...]
    xy: Floats
    """(N, 2): map positions of the points along the path."""

    @property
    def stop_positions(self) -> Floats:
        """(S, 2): map positions of the stops' latents."""
        return self.xy[:: max(1, (len(self.xy) - 1) // (len(self.stops) - 1))]


@dataclass(frozen=True)
class ProjectedPath(Query[ProjectedPathValue]):
    """Projection of the latents along a path onto a map."""

    slow: ClassVar[bool] = True
    in_frame: ClassVar[bool] = False
    map_name: str
    path: InterpolationPath

    def has_same_subject(self, other: Query[object]) -> bool:
        return (
            isinstance(other, ProjectedPath)
            and self.map_name == other.map_name
            and self.path.has_same_subject(other.path)
        )

    def answer(self, context: QueryContext) -> ProjectedPathValue:
        checkpoint = context.get_checkpoint(self.model)
        stops, _ = _encode_stops(self.path.stops, self.model, context)
        z, _ = interpolation.compute_path(checkpoint, stops, self.path.kind, self.path.steps)
        return ProjectedPathValue(self.map_name, self.path.stops, checkpoint.maps[self.map_name].transform(z))


# -- inside ---------------------------------------------------------------------------------------------


def _encode_stops(stops: tuple[Stop, ...], model: str, context: QueryContext) -> tuple[Floats, Floats]:
    """Return the latents (S, d) of the stops and, for a conditional model, their label shares (S, K)."""
    if not 2 <= len(stops) <= MAX_STOPS:
        raise InputError(f"stops: {len(stops)} arrived; 2 to {MAX_STOPS} are allowed")
    encoded = [_encode_stop(stop, model, context) for stop in stops]
    z, shares = (np.concatenate(part).astype(np.float32) for part in zip(*encoded, strict=True))
    return z, shares


def _encode_stop(stop: Stop, model: str, context: QueryContext) -> tuple[Floats, Floats]:
    """Return the latent (1, d) of a stop, and its label shares (1, K): zeros for a user image, of unknown label."""
    checkpoint = context.get_checkpoint(model)
    if isinstance(stop, Dot):
        return checkpoint.latents[[stop.dot]], make_one_hot_labels(checkpoint, np.array([stop.dot]))
    if isinstance(stop, MapPosition):
        atlas = checkpoint.maps[stop.map_name]
        _, dot = atlas.find_nearest(np.asarray([stop.xy], np.float32))
        return find_latents(atlas, [stop]), make_one_hot_labels(checkpoint, dot)
    image, _ = context.find_image(model, stop)
    unknown = conditioning.make_unknown_labels(checkpoint)
    return checkpoint.encode(image[None], unknown), np.zeros((1, len(checkpoint.class_names)), np.float32)


def _compute_running_mean(values: Floats, reach: int) -> Floats:
    """Compute the mean of each of `values` (N,) and those up to `reach` places before and after it."""
    ends = np.arange(len(values))
    first, last = np.maximum(ends - reach, 0), np.minimum(ends + reach + 1, len(values))
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    mean: Floats = ((sums[last] - sums[first]) / (last - first)).astype(np.float32)
    return mean


def _fade_rows(rows: Floats, steps: int) -> Floats:
    """Interpolate linearly from each of the `rows` (S, K) to the next, (N, K)."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return latent_paths.join_paths([(1 - share) * a + share * b for a, b in pairwise(rows)])
