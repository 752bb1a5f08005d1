"""What a lab can ask for, and what comes back. Requests are hashable values: the same request is never worked twice.

No torch here: labs and views build and read these without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.layer_requests import LayerRequest, LayerValue

Picture = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3) colour."""


@dataclass(frozen=True)
class Point:
    """The picture at a position of a map, seen at `resolution` map units (None: exactly)."""

    model: str
    which: str
    xy: tuple[float, float]
    resolution: float | None
    method: str = "field"
    """The inverse projection by its name: the atlas's own, or one of the literature's (`atlas.known`)."""


@dataclass(frozen=True)
class Sample:
    """A dot: its own reconstruction, and its original where the data set is here."""

    model: str
    dot: int


@dataclass(frozen=True)
class Interpolation:
    """`steps` pictures on the straight line in latent space from one dot to another."""

    model: str
    start: int
    end: int
    steps: int


@dataclass(frozen=True)
class Trace:
    """The pictures at several positions of a map."""

    model: str
    which: str
    positions: tuple[tuple[float, float], ...]
    resolution: float | None


@dataclass(frozen=True)
class Variants:
    """The code at a position of a map under each of the first `count` labels; only of a conditional model."""

    model: str
    which: str
    xy: tuple[float, float]
    resolution: float | None
    count: int


@dataclass(frozen=True)
class Generation:
    """A new code out of noise, with `steps` pictures of its way; only of a model with latent diffusion."""

    model: str
    which: str
    seed: int
    steps: int


@dataclass(frozen=True)
class Codes:
    """The codes in use in one part of the latent, counted from 1; only of a vector-quantised model."""

    model: str
    part: int


@dataclass(frozen=True, eq=False)
class Between:
    """A code on its way, and the same under each of the first `variants` labels; asked by the engine alone, and as
    no code is met twice on its way, the answer is not remembered."""

    model: str
    code: NDArray[np.float32]
    """(d,), and for a conditional model (d + K,): the shares of its labels behind the latent."""
    variants: int


@dataclass(frozen=True)
class Reasons:
    """The samples that the latent at a position of a map leans on or, with `nearest`, those nearest to it in latent
    space; at most `count`, with their own reconstructions."""

    model: str
    which: str
    xy: tuple[float, float]
    resolution: float | None
    count: int
    nearest: bool = False


@dataclass(frozen=True)
class RoundTrip:
    """The latent at a position of a map decoded, encoded again, and placed on the map."""

    model: str
    which: str
    xy: tuple[float, float]
    resolution: float | None
    method: str = "field"


@dataclass(frozen=True)
class Posterior:
    """The posterior of a dot's image, as the map shows it; only of a variational model."""

    model: str
    which: str
    dot: int


@dataclass(frozen=True)
class Links:
    """Every sample's nearest neighbour in latent space."""

    model: str


Request = (
    Point | Sample | Interpolation | Trace | Variants | Generation | Codes
    | Reasons | RoundTrip | Posterior | Links | Between
)  # fmt: skip


Wanted = Request | LayerRequest
"""What a lab can ask for in a slot; layers are made in the background, see `layer_requests`."""


def same_subject(first: Request, second: Request) -> bool:
    """Whether an answer to one may stand for the other until that one's own comes: a trace that has grown, a mouse
    that has moved on, but no other model and no other trace."""
    if isinstance(first, Trace) and isinstance(second, Trace):
        return (first.model, first.which, first.positions[0]) == (second.model, second.which, second.positions[0])
    return (type(first), first.model) == (type(second), second.model)


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
class SampleValue:
    dot: int
    z: NDArray[np.float32]
    reconstruction: Picture
    original: Picture | None
    note: str
    """Why there is no original; empty where there is one."""


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


Value = (
    PointValue
    | SampleValue
    | StripValue
    | GenerationValue
    | CodesValue
    | ReasonsValue
    | RoundTripValue
    | PosteriorValue
    | LinksValue
    | BetweenValue
)


@dataclass(frozen=True)
class Failure:
    """A request that could not be answered, as something the window can show."""

    message: str


class Results:
    """The newest answers by slot. A slot keeps its last good value until a better one arrives."""

    def __init__(self) -> None:
        self._values: dict[str, Value | LayerValue] = {}
        self._failures: dict[str, Failure] = {}
        self._between: Mapping[str, BetweenValue] = {}

    def value(self, slot: str, kind: type[Any]) -> Any:
        """The last good value of `slot` if it is of `kind`, else None."""
        value = self._values.get(slot)
        return value if isinstance(value, kind) else None

    def failure(self, slot: str) -> Failure | None:
        return self._failures.get(slot)

    def trouble(self) -> str:
        """What went wrong last; empty when every slot is well."""
        return next((failure.message for failure in reversed(self._failures.values())), "")

    def between(self, place: str) -> BetweenValue | None:
        """What a place shows on its way to its value; None where it has arrived."""
        return self._between.get(place)

    def show_between(self, between: Mapping[str, BetweenValue]) -> None:
        """Replace all that is on its way, by place."""
        self._between = between

    def put(self, slot: str, answer: Value | LayerValue | Failure) -> None:
        if isinstance(answer, Failure):
            self._failures[slot] = answer
        else:
            self._values[slot] = answer
            self._failures.pop(slot, None)

    def drop(self, slot: str) -> None:
        self._values.pop(slot, None)
        self._failures.pop(slot, None)
