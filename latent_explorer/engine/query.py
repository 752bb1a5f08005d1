"""What a lab can ask for, and what comes back. Requests are hashable values: the same request is never worked twice.

No torch here: labs and views build and read these without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.map_layer_query import LayerRequest
from latent_explorer.user_image import OwnImage

Picture = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3) colour."""


@dataclass(frozen=True)
class Dot:
    """A sample by its dot on the map."""

    dot: int


Subject = Dot | OwnImage
"""A picture that a lab works on."""


@dataclass(frozen=True)
class Request:
    """What is asked of a model. Each kind has its answer in `engine.answers`."""

    errand: ClassVar[bool] = False
    """Whether it may take longer than a picture may wait: it is answered in a thread of its own."""
    in_frame: ClassVar[bool] = True
    """Whether it is answered in the frame where that is fast; not where several are asked at once, or where the next
    one may take long."""
    patience: ClassVar[float] = 1.0
    """How many times as long as others it may take in the frame: what a hand draws cannot wait for the next one."""

    rest: ClassVar[float] = 0.0
    """Seconds from one answer in the background to the next in the same slot: what nobody reads while it runs leaves
    the time to the pictures."""

    model: str

    def alike(self, other: "Request") -> bool:
        """Whether an answer to this one may stand for the other until that one's own comes: a mouse that has moved on,
        but no other model."""
        return (type(self), self.model) == (type(other), other.model)

    @property
    def costs(self) -> tuple[object, ...]:
        """Equal for requests that take about equally long: the same kind, of one model."""
        return type(self), self.model


@dataclass(frozen=True)
class Point(Request):
    """The picture at a position of a map, seen at `resolution` map units (None: exactly)."""

    which: str
    xy: tuple[float, float]
    resolution: float | None
    method: str = "field"
    """The inverse projection by its name: the atlas's own, or one of the literature's (`atlas.known`)."""

    def alike(self, other: Request) -> bool:
        """A mouse that has moved on, on the same map: how far from its dots is said of one map."""
        return isinstance(other, Point) and (self.model, self.which) == (other.model, other.which)

    @property
    def costs(self) -> tuple[object, ...]:
        # on each map a method of the literature's is fitted when it is first asked
        return (type(self), self.model, self.which if self.method != "field" else "", self.method)


@dataclass(frozen=True)
class Sample(Request):
    """A dot: its own reconstruction, and its original where the data set is here."""

    dot: int


@dataclass(frozen=True)
class Interpolation(Request):
    """`steps` pictures on the straight line in latent space from one dot to another."""

    start: int
    end: int
    steps: int


@dataclass(frozen=True)
class Trace(Request):
    """The pictures at several positions of a map."""

    which: str
    positions: tuple[tuple[float, float], ...]
    resolution: float | None

    def alike(self, other: Request) -> bool:
        """A trace that has grown, and no other trace."""
        if not isinstance(other, Trace):
            return False
        return (self.model, self.which, self.positions[0]) == (other.model, other.which, other.positions[0])


@dataclass(frozen=True)
class Variants(Request):
    """The code at a position of a map under each of the first `count` labels; only of a conditional model."""

    which: str
    xy: tuple[float, float]
    resolution: float | None
    count: int


@dataclass(frozen=True)
class Generation(Request):
    """A new code out of noise, with `steps` pictures of its way; only of a model with latent diffusion."""

    errand: ClassVar[bool] = True  # it places latents on the map anew
    which: str
    seed: int
    steps: int


@dataclass(frozen=True)
class Codes(Request):
    """The codes in use in one part of the latent, counted from 1; only of a vector-quantised model."""

    in_frame: ClassVar[bool] = False  # of each part the first one takes long, and none is asked for twice
    part: int


@dataclass(frozen=True, eq=False)
class Between(Request):
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


@dataclass(frozen=True)
class Reasons(Request):
    """The samples that the latent at a position of a map leans on or, with `nearest`, those nearest to it in latent
    space; at most `count`, with their own reconstructions."""

    which: str
    xy: tuple[float, float]
    resolution: float | None
    count: int
    nearest: bool = False


@dataclass(frozen=True)
class RoundTrip(Request):
    """The latent at a position of a map decoded, encoded again, and placed on the map."""

    errand: ClassVar[bool] = True
    which: str
    xy: tuple[float, float]
    resolution: float | None
    method: str = "field"


@dataclass(frozen=True)
class Posterior(Request):
    """The posterior of a dot's image, as the map shows it; only of a variational model."""

    which: str
    dot: int


@dataclass(frozen=True)
class Links(Request):
    """Every sample's nearest neighbour in latent space."""

    errand: ClassVar[bool] = True


Wanted = Request | LayerRequest
"""What a lab can ask for in a slot; layers are made in the background, see `layer_requests`."""


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


Value = object
"""Any of the values above, or of those beside the requests of other modules."""


@dataclass(frozen=True)
class Failure:
    """A request that could not be answered, as something the window can show."""

    message: str


class Results:
    """The newest answers by slot. A slot keeps its last good value until a better one arrives."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._failures: dict[str, Failure] = {}
        self._between: Mapping[str, BetweenValue] = {}

    def value(self, slot: str, kind: type[Any]) -> Any:
        """The last good value of `slot` if it is of `kind`, else None."""
        value = self._values.get(slot)
        return value if isinstance(value, kind) else None

    def current(self, slot: str, kind: type[Any]) -> Any:
        """The same, but None where the newest request of the slot has failed: what was asked for before it is then
        of something else."""
        return None if slot in self._failures else self.value(slot, kind)

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

    def put(self, slot: str, answer: Value | Failure) -> None:
        if isinstance(answer, Failure):
            self._failures[slot] = answer
        else:
            self._values[slot] = answer
            self._failures.pop(slot, None)

    def drop(self, slot: str) -> None:
        self._values.pop(slot, None)
        self._failures.pop(slot, None)
