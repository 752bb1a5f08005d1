"""New pictures: a wall of them drawn at random, and the way of one out of noise where a model has latent diffusion."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import as_picture
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture
from latent_explorer.labs.generate import novelty, sampling
from latent_explorer.labs.generate.novelty import Judged

COUNT = 40
"""Pictures in a wall. Always as many, so that the same seed gives the same pictures in a window of any size."""


@dataclass(frozen=True, eq=False)
class WallValue:
    source: str
    pictures: tuple[Picture, ...]
    xy: Floats
    """(N, 2): where the map places the codes that the encoder reads from the pictures. Along dimensions to which a
    decoder does not listen a drawn code may lie far from where its picture belongs."""
    labels: NDArray[np.intp]
    """(N,) Classes that the model was told; -1 where it takes none."""
    judged: Judged
    real: tuple[Picture, ...]
    """The nearest sample of each: its image where that is here, else its reconstruction."""
    note: str
    """Why these are reconstructions; empty where they are not."""
    fitted: tuple[int, float] | None = None
    """Of a mixture: how many Gaussians, and the seconds that fitting them took."""

    @property
    def like(self) -> int:
        """How many look like the data."""
        return int(self.judged.like.sum())


@dataclass(frozen=True)
class Wall(Query[WallValue]):
    """`COUNT` new pictures of a model."""

    errand: ClassVar[bool] = True  # a mixture is fitted when it is first asked for

    which: str
    source: str
    """One of `draws.sources`."""
    temperature: float
    seed: int
    label: int = -1
    """The class that a conditional model is told; -1 for each in turn."""

    def alike(self, other: Query[object]) -> bool:
        """Another temperature or another seed: pictures of another source would be taken for this one's."""
        return isinstance(other, Wall) and (
            (self.model, self.which, self.source, self.label) == (other.model, other.which, other.source, other.label)
        )

    def answer(self, desk: QueryContext) -> WallValue:
        checkpoint = desk.checkpoint(self.model)
        z = sampling.way(checkpoint, self.source, COUNT, temperature=self.temperature, seed=self.seed)[-1]
        told = _told(checkpoint, self.label)
        images: Floats = checkpoint.decode(z, told)
        fitted = None
        if self.source == sampling.MIXTURE:
            mixture = sampling.mixture(checkpoint.neighbours)
            fitted = len(mixture.weights), mixture.seconds
        judged = novelty.judge(checkpoint, images, told)
        real = [desk.image(self.model, Dot(int(dot))) for dot in judged.nearest]
        return WallValue(
            self.source,
            tuple(as_picture(image) for image in images),
            checkpoint.maps[self.which].transform(judged.codes),
            np.full(COUNT, -1) if told is None else told,
            judged,
            tuple(as_picture(image) for image, _ in real),
            next((note for _, note in real if note), ""),
            fitted,
        )


@dataclass(frozen=True, eq=False)
class WayValue:
    xy: tuple[tuple[float, float], ...]
    """Of every step, from noise to the sample."""
    pictures: tuple[Picture, ...]
    at: tuple[int, ...]
    """Which steps the pictures are of."""
    number: int


@dataclass(frozen=True)
class Way(Query[WayValue]):
    """How the picture `number` of a wall came out of noise, in `steps` pictures; only of latent diffusion."""

    errand: ClassVar[bool] = True  # it places latents on the map anew

    which: str
    temperature: float
    seed: int
    number: int
    steps: int
    at: tuple[float, float] | None = None
    """A position of the map: the picture that lies nearest to it, in place of `number`."""

    def alike(self, other: Query[object]) -> bool:
        """On the same map."""
        return isinstance(other, Way) and (self.model, self.which) == (other.model, other.which)

    def answer(self, desk: QueryContext) -> WayValue:
        checkpoint = desk.checkpoint(self.model)
        whole = sampling.way(checkpoint, sampling.DIFFUSION, COUNT, temperature=self.temperature, seed=self.seed)
        number = self.number
        if self.at is not None:
            places = checkpoint.maps[self.which].transform(checkpoint.encode(checkpoint.decode(whole[-1])))
            number = nearest_to(places, self.at)
        way = whole[:, number]
        at = np.linspace(0, len(way) - 1, self.steps).round().astype(int)
        xy = checkpoint.maps[self.which].transform(way)
        images = checkpoint.decode(way[at])
        return WayValue(
            tuple((float(x), float(y)) for x, y in xy),
            tuple(as_picture(image) for image in images),
            tuple(int(step) for step in at),
            number,
        )


def nearest_to(xy: Floats, at: tuple[float, float]) -> int:
    """Which of the positions (N, 2) is nearest to one."""
    return int(np.square(xy - np.asarray(at, np.float32)).sum(axis=1).argmin())


def _told(checkpoint: Checkpoint, label: int) -> NDArray[np.intp] | None:
    """The classes that a conditional model is told; None for another."""
    if not checkpoint.conditional:
        return None
    classes = max(1, len(checkpoint.class_names))
    return np.arange(COUNT) % classes if label < 0 else np.full(COUNT, min(label, classes - 1))
