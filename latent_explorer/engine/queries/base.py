"""The queries that several labs share: map position to latent, latent to picture."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.measurements.judge_pictures import judge_place
from latent_explorer.engine.measurements.used_dimensions import get_used_dimensions
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query import MapQuery, Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture, Place, find_latents
from latent_explorer.errors import InputError
from latent_explorer.texts import mark


@dataclass(frozen=True)
class PointValue:
    z: NDArray[np.float32]
    decode: Callable[[], Picture]
    dot: int
    """The nearest dot on the map."""
    map_distance: float
    """Distance from the position to that dot, in median distances between neighbouring dots."""
    latent_distance: float
    """Distance from z to the nearest of the latents, in sample gaps (`used_dimensions`)."""
    judge: Callable[[Picture], float | None] = lambda picture: None

    @cached_property
    def picture(self) -> Picture:
        """Picture of z, decoded on first access; never decoded while an animation towards z is shown instead."""
        return self.decode()

    @cached_property
    def plausibility(self) -> float | None:
        """Plausibility of the picture, 0 to 1; None if pictures are not judged (`judge_places`). Judged on first
        access, as it is decoded."""
        return self.judge(self.picture)


@dataclass(frozen=True)
class StripValue:
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class GenerationValue:
    pictures: tuple[Picture, ...]
    seed: int
    trajectory: tuple[tuple[float, float], ...]
    """Map positions of the latent during denoising, from noise to sample."""


@dataclass(frozen=True, eq=False)
class CodebookEntriesValue:
    """The codebook entries in use, most used first."""

    part: int
    pictures: tuple[Picture, ...]
    dots: NDArray[np.intp]
    """(U,): for each code, the dot of a sample that uses it, at which it is drawn."""


@dataclass(frozen=True, eq=False)
class TransitionFrameValue:
    """One frame of an animated picture, shown until the animation reaches its target."""

    z: NDArray[np.float32]
    picture: Picture
    variants: tuple[Picture, ...]
    plausibility: float | None = None
    """Plausibility of the picture, 0 to 1; None if pictures are not judged (`judge_places`)."""


@dataclass(frozen=True)
class Point(MapQuery[PointValue]):
    """The picture decoded at a map position, blended at `resolution` map units (None: exactly)."""

    xy: tuple[float, float]
    resolution: float | None
    method: str = "field"
    """Name of the inverse projection: the atlas's own ("field"), or a baseline of the literature
    (`atlas.baseline_inverses`)."""

    @property
    def cost_key(self) -> tuple[object, ...]:
        # a baseline inverse is fitted on each map at its first query
        return (type(self), self.model, self.map_name if self.method != "field" else "", self.method)

    def answer(self, context: QueryContext) -> PointValue:
        checkpoint = context.get_checkpoint(self.model)
        atlas = checkpoint.maps[self.map_name]
        xy = np.asarray([self.xy], np.float32)
        z = atlas.inverse_transform(xy, self.resolution, method=self.method)
        distance, dot = atlas.find_nearest(xy)
        value = PointValue(
            z=z[0],
            decode=lambda: decode_pictures(checkpoint, z, make_one_hot_labels(checkpoint, dot))[0],
            dot=int(dot[0]),
            map_distance=float(distance[0]) / atlas.dot_spacing,
            latent_distance=get_used_dimensions(checkpoint).measure_distance(z[0]),
            judge=lambda picture: judge_place(checkpoint, picture),
        )
        if not context.may_defer or checkpoint.is_foreign:  # whose decoder may fail, which is an answer only here
            _ = value.plausibility
        return value


@dataclass(frozen=True)
class Interpolation(Query[StripValue]):
    """`steps` pictures on the straight line in latent space from dot `start` to dot `end`."""

    start: int
    end: int
    steps: int

    def answer(self, context: QueryContext) -> StripValue:
        checkpoint = context.get_checkpoint(self.model)
        share = np.linspace(0, 1, self.steps, dtype=np.float32)[:, None]
        line = (1 - share) * checkpoint.latents[self.start] + share * checkpoint.latents[self.end]
        first, last = make_one_hot_labels(checkpoint, np.array([self.start, self.end]))
        return StripValue(decode_pictures(checkpoint, line, (1 - share) * first + share * last))


@dataclass(frozen=True)
class Trace(Query[StripValue]):
    """The pictures at several positions of a map."""

    map_name: str
    places: tuple[Place, ...]

    def has_same_subject(self, other: Query[object]) -> bool:
        """Return True if `other` is the same trace, possibly extended (same model, map and first position)."""
        if not isinstance(other, Trace):
            return False
        return (self.model, self.map_name, self.places[0]) == (other.model, other.map_name, other.places[0])

    def answer(self, context: QueryContext) -> StripValue:
        checkpoint = context.get_checkpoint(self.model)
        atlas = checkpoint.maps[self.map_name]
        _, dots = atlas.find_nearest(np.asarray([place.xy for place in self.places], np.float32))
        z = find_latents(atlas, self.places)
        return StripValue(decode_pictures(checkpoint, z, make_one_hot_labels(checkpoint, dots)))


@dataclass(frozen=True)
class Variants(Query[StripValue]):
    """The latent at a map position decoded under each of the first `count` labels; conditional models only."""

    map_name: str
    xy: tuple[float, float]
    resolution: float | None
    count: int

    def answer(self, context: QueryContext) -> StripValue:
        checkpoint = context.get_checkpoint(self.model)
        z = checkpoint.maps[self.map_name].inverse_transform(np.asarray([self.xy], np.float32), self.resolution)
        every = np.eye(len(checkpoint.class_names), dtype=np.float32)[: self.count]
        return StripValue(decode_pictures(checkpoint, np.repeat(z, len(every), axis=0), every))


@dataclass(frozen=True)
class Generation(Query[GenerationValue]):
    """A new latent sampled from noise, with `steps` pictures of its denoising; models with latent diffusion only."""

    slow: ClassVar[bool] = True  # it projects new latents onto the map
    map_name: str
    seed: int
    steps: int

    def answer(self, context: QueryContext) -> GenerationValue:
        checkpoint = context.get_checkpoint(self.model)
        z = checkpoint.generate(1, seed=self.seed)[:, 0]
        index = np.linspace(0, len(z) - 1, self.steps).round().astype(int)
        xy = checkpoint.maps[self.map_name].transform(z).tolist()
        return GenerationValue(decode_pictures(checkpoint, z[index]), self.seed, tuple((x, y) for x, y in xy))


@dataclass(frozen=True)
class CodebookEntries(Query[CodebookEntriesValue]):
    """The codebook entries used in latent part `part`, counted from 1; vector-quantised models only."""

    in_frame: ClassVar[bool] = False  # the first query of each part takes long, and none is repeated
    part: int

    def answer(self, context: QueryContext) -> CodebookEntriesValue:
        checkpoint = context.get_checkpoint(self.model)
        if checkpoint.codebook is None:
            raise InputError(mark("{model} has no codebook", model=checkpoint.name))
        z, dots = checkpoint.codebook.place_codes(self.part - 1)
        return CodebookEntriesValue(self.part, decode_pictures(checkpoint, z), dots)


@dataclass(frozen=True, eq=False)
class TransitionFrame(Query[TransitionFrameValue]):
    """A latent during an animation, decoded also under each of the first `variants` labels. Asked only by the
    scheduler; its answer is not cached, since an animation passes no latent twice."""

    decoder_input: NDArray[np.float32]
    """(d,), and for a conditional model (d + K,): the latent followed by the label weights."""
    variants: int

    __eq__ = object.__eq__  # arrays are not compared: each query equals only itself
    __hash__ = object.__hash__

    @property
    def cost_key(self) -> tuple[object, ...]:
        """Cost key of a `Sample`, or of `Variants` if label variants are decoded too."""
        return (Variants if self.variants else Sample), self.model

    def answer(self, context: QueryContext) -> TransitionFrameValue:
        checkpoint = context.get_checkpoint(self.model)
        z, shares = np.split(self.decoder_input, [checkpoint.latents.shape[1]])
        every = np.eye(len(shares), dtype=np.float32)[: self.variants]  # (V, K)
        codes = np.repeat(z[None], 1 + len(every), axis=0)
        decoded = decode_pictures(checkpoint, codes, np.concatenate([shares[None], every]))
        return TransitionFrameValue(z, decoded[0], decoded[1:], judge_place(checkpoint, decoded[0]))


def make_decoder_input(checkpoint: Checkpoint, z: Floats, dot: int) -> Floats:
    """Return the decoder input of a picture: the latent (d,), for a conditional model followed by the one-hot label
    (K,) of `dot`."""
    return np.concatenate([z, make_one_hot_labels(checkpoint, np.array([dot]))[0]]) if checkpoint.conditional else z
