"""A latent that was changed by hand: its picture, where the map places it, and how far it is from the data."""

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from latent_explorer import user_image
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import dataset_framing
from latent_explorer.engine.decode import label_shares, pictures
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.sample_query import Sample, SampleValue
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import InputError
from latent_explorer.user_image import OwnImage
from latent_explorer.within import Natural, Within


@dataclass(frozen=True)
class Code:
    """A latent, as the place of a map that it was taken from and what was changed in it since."""

    which: str
    xy: tuple[float, float]
    resolution: Annotated[float, Within(0)] | None = None
    changes: tuple[tuple[Natural, float], ...] = ()
    """Dimensions, counted from 0, and what they were set to; each dimension once."""
    method: str = "field"
    image: OwnImage | None = None
    """A picture of the user's own, whose code it is in place of that of `xy`."""

    def changed(self, dimension: int, value: float) -> "Code":
        kept = tuple(one for one in self.changes if one[0] != dimension)
        return replace(self, changes=(*kept, (dimension, value)))

    def reset(self, dimension: int) -> "Code":
        """With one dimension as it was."""
        kept = tuple(one for one in self.changes if one[0] != dimension)
        return replace(self, changes=kept)


@dataclass(frozen=True, eq=False)
class MovedValue:
    code: Code
    z: NDArray[np.float32]
    """(d,)"""
    picture: Picture
    xy: tuple[float, float]
    """Where the map places z; the place that was asked for where nothing was changed."""
    latent_gaps: float
    """From z to the nearest sample, in median distances between neighbouring samples."""
    dot: int
    """The dot nearest to where it was taken from: a conditional model is told its label."""
    sample: SampleValue
    """The sample nearest to z in latent space."""


@dataclass(frozen=True)
class Moved(Query[MovedValue]):
    """What becomes of a code, and where a map, not always that of its own place, puts it."""

    code: Code
    which: str

    def alike(self, other: Query[object]) -> bool:
        """On the same map: its place on another one is elsewhere."""
        return isinstance(other, Moved) and (self.model, self.which) == (other.model, other.which)

    def answer(self, desk: QueryContext) -> MovedValue:
        checkpoint, code = desk.checkpoint(self.model), self.code
        z, dot = latent(checkpoint, code)
        near, away = checkpoint.neighbours.nearest(z, 1)
        x, y = code.xy
        if code.changes or code.image is not None or code.which != self.which:
            x, y = checkpoint.maps[self.which].transform(z[None])[0].tolist()
        return MovedValue(
            code=code,
            z=z,
            picture=pictures(checkpoint, z[None], label_shares(checkpoint, np.array([dot])))[0],
            xy=(x, y),
            latent_gaps=float(away[0]) / checkpoint.neighbours.gap,
            dot=dot,
            sample=Sample(self.model, int(near[0])).answer(desk),
        )


def latent(checkpoint: Checkpoint, code: Code) -> tuple[Floats, int]:
    """The code as a latent (d,), and the dot nearest to what it was taken from: a place of the map, a picture.

    Raises `InputError` for a dimension that the model has not.
    """
    atlas, xy = checkpoint.maps[code.which], np.asarray([code.xy], np.float32)
    if code.image is not None:
        picture = user_image.fitted(code.image, checkpoint.image_shape, like=dataset_framing.of(checkpoint))
        z: Floats = np.array(checkpoint.encode(picture[None])[0])
        dot = int(checkpoint.neighbours.nearest(z, 1)[0][0])
    else:
        z = np.array(atlas.inverse_transform(xy, code.resolution, method=code.method)[0])
        dot = int(atlas.nearest(xy)[1][0])
    for dimension, value in code.changes:
        if not 0 <= dimension < len(z):
            raise InputError(f"dimension {dimension + 1} arrived; {checkpoint.name} has 1 to {len(z)}")
        z[dimension] = value
    return z, dot
