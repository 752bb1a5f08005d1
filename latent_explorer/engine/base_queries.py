"""The queries that every lab may ask: map position to latent, latent to picture."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import explain_query
from latent_explorer.engine.decode import label_shares, pictures
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.sample_query import Sample
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import InputError


@dataclass(frozen=True)
class PointValue:
    z: NDArray[np.float32]
    picture: Picture
    dot: int
    """The nearest dot on the map."""
    map_gaps: float
    """Distance to that dot, in median distances between neighbouring dots."""
    latent_gaps: float
    """Distance from z to the nearest of the latents, in median distances between neighbouring latents."""
    agreement: float = 1.0
    """Of the samples that z leans on, 0 to 1 (`LatentNeighbours.agreement`); 1 where it leans on none."""


@dataclass(frozen=True)
class StripValue:
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class GenerationValue:
    pictures: tuple[Picture, ...]
    seed: int
    way: tuple[tuple[float, float], ...]
    """Where the code was on the map, from noise to sample."""


@dataclass(frozen=True, eq=False)
class CodesValue:
    """The codes in use, most used first."""

    part: int
    pictures: tuple[Picture, ...]
    dots: NDArray[np.intp]
    """(U,): the sample at which each code lies, one of those that use it."""


@dataclass(frozen=True, eq=False)
class BetweenValue:
    """What is shown of a picture that glides, until it has arrived at what was asked for."""

    z: NDArray[np.float32]
    picture: Picture
    variants: tuple[Picture, ...]


@dataclass(frozen=True)
class Point(Query[PointValue]):
    """The picture at a position of a map, seen at `resolution` map units (None: exactly)."""

    which: str
    xy: tuple[float, float]
    resolution: float | None
    method: str = "field"
    """The inverse projection by its name: the atlas's own, or one of the literature's (`atlas.known`)."""

    def alike(self, other: Query[object]) -> bool:
        """A mouse that has moved on, on the same map: how far from its dots is said of one map."""
        return isinstance(other, Point) and (self.model, self.which) == (other.model, other.which)

    @property
    def costs(self) -> tuple[object, ...]:
        # on each map a method of the literature's is fitted when it is first asked
        return (type(self), self.model, self.which if self.method != "field" else "", self.method)

    def answer(self, desk: QueryContext) -> PointValue:
        checkpoint = desk.checkpoint(self.model)
        atlas = checkpoint.maps[self.which]
        xy = np.asarray([self.xy], np.float32)
        z = atlas.inverse_transform(xy, self.resolution, method=self.method)
        distance, dot = atlas.nearest(xy)
        return PointValue(
            z=z[0],
            picture=pictures(checkpoint, z, label_shares(checkpoint, dot))[0],
            dot=int(dot[0]),
            map_gaps=float(distance[0]) / atlas.gap,
            latent_gaps=checkpoint.neighbours.distance(z[0]) / checkpoint.neighbours.gap,
            agreement=explain_query.agreement(checkpoint, self.which, self.xy, self.resolution),
        )


@dataclass(frozen=True)
class Interpolation(Query[StripValue]):
    """`steps` pictures on the straight line in latent space from one dot to another."""

    start: int
    end: int
    steps: int

    def answer(self, desk: QueryContext) -> StripValue:
        checkpoint = desk.checkpoint(self.model)
        share = np.linspace(0, 1, self.steps, dtype=np.float32)[:, None]
        line = (1 - share) * checkpoint.latents[self.start] + share * checkpoint.latents[self.end]
        first, last = label_shares(checkpoint, np.array([self.start, self.end]))
        return StripValue(pictures(checkpoint, line, (1 - share) * first + share * last))


@dataclass(frozen=True)
class Trace(Query[StripValue]):
    """The pictures at several positions of a map."""

    which: str
    positions: tuple[tuple[float, float], ...]
    resolution: float | None

    def alike(self, other: Query[object]) -> bool:
        """A trace that has grown, and no other trace."""
        if not isinstance(other, Trace):
            return False
        return (self.model, self.which, self.positions[0]) == (other.model, other.which, other.positions[0])

    def answer(self, desk: QueryContext) -> StripValue:
        checkpoint = desk.checkpoint(self.model)
        atlas, xy = checkpoint.maps[self.which], np.asarray(self.positions, np.float32)
        z = atlas.inverse_transform(xy, self.resolution)
        return StripValue(pictures(checkpoint, z, label_shares(checkpoint, atlas.nearest(xy)[1])))


@dataclass(frozen=True)
class Variants(Query[StripValue]):
    """The code at a position of a map under each of the first `count` labels; only of a conditional model."""

    which: str
    xy: tuple[float, float]
    resolution: float | None
    count: int

    def answer(self, desk: QueryContext) -> StripValue:
        checkpoint = desk.checkpoint(self.model)
        z = checkpoint.maps[self.which].inverse_transform(np.asarray([self.xy], np.float32), self.resolution)
        every = np.eye(len(checkpoint.class_names), dtype=np.float32)[: self.count]
        return StripValue(pictures(checkpoint, np.repeat(z, len(every), axis=0), every))


@dataclass(frozen=True)
class Generation(Query[GenerationValue]):
    """A new code out of noise, with `steps` pictures of its way; only of a model with latent diffusion."""

    errand: ClassVar[bool] = True  # it places latents on the map anew
    which: str
    seed: int
    steps: int

    def answer(self, desk: QueryContext) -> GenerationValue:
        checkpoint = desk.checkpoint(self.model)
        way = checkpoint.generate(1, seed=self.seed)[:, 0]
        some = np.linspace(0, len(way) - 1, self.steps).round().astype(int)
        xy = checkpoint.maps[self.which].transform(way)
        return GenerationValue(pictures(checkpoint, way[some]), self.seed, tuple((float(x), float(y)) for x, y in xy))


@dataclass(frozen=True)
class Codes(Query[CodesValue]):
    """The codes in use in one part of the latent, counted from 1; only of a vector-quantised model."""

    in_frame: ClassVar[bool] = False  # of each part the first one takes long, and none is asked for twice
    part: int

    def answer(self, desk: QueryContext) -> CodesValue:
        checkpoint = desk.checkpoint(self.model)
        if checkpoint.codebook is None:
            raise InputError(f"{checkpoint.name} has no codebook")
        z, dots = checkpoint.codebook.placed(self.part - 1)
        return CodesValue(self.part, pictures(checkpoint, z), dots)


@dataclass(frozen=True, eq=False)
class Between(Query[BetweenValue]):
    """A code on its way, and the same under each of the first `variants` labels; asked by the engine alone, and as
    no code is met twice on its way, the answer is not remembered."""

    code: NDArray[np.float32]
    """(d,), and for a conditional model (d + K,): the shares of its labels behind the latent."""
    variants: int

    __eq__ = object.__eq__  # as arrays are not compared, each is itself alone
    __hash__ = object.__hash__

    @property
    def costs(self) -> tuple[object, ...]:
        """A picture on its way takes what it took to decode its like."""
        return (Variants if self.variants else Sample), self.model

    def answer(self, desk: QueryContext) -> BetweenValue:
        checkpoint = desk.checkpoint(self.model)
        z, shares = np.split(self.code, [checkpoint.latents.shape[1]])
        every = np.eye(len(shares), dtype=np.float32)[: self.variants]  # (V, K)
        decoded = pictures(
            checkpoint, np.repeat(z[None], 1 + len(every), axis=0), np.concatenate([shares[None], every])
        )
        return BetweenValue(z, decoded[0], decoded[1:])


def code(checkpoint: Checkpoint, z: Floats, dot: int) -> Floats:
    """What a picture is decoded from: a latent (d,), and for a conditional model the shares (K,) of its labels."""
    return np.concatenate([z, label_shares(checkpoint, np.array([dot]))[0]]) if checkpoint.conditional else z
