"""The query for a latent edited by hand: its picture, its map position and its distance from the data."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config.limits import Natural, Within
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.measurements.judge_pictures import judge_place
from latent_explorer.engine.measurements.used_dimensions import get_used_dimensions
from latent_explorer.engine.queries.sample import Sample, SampleValue
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext, fit_user_image
from latent_explorer.engine.subject import Picture
from latent_explorer.errors import InputError
from latent_explorer.user_image import OwnImage


@dataclass(frozen=True)
class LatentRef:
    """A latent, stored as the map position that it was taken from and the edits made to it since."""

    which: str
    xy: tuple[float, float]
    resolution: Annotated[float, Within(0)] | None = None
    changes: tuple[tuple[Natural, float], ...] = ()
    """Pairs of dimension, counted from 0, and its new value; each dimension once."""
    method: str = "field"
    image: OwnImage | None = None
    """The user image whose latent is meant instead of the one at `xy`."""

    def with_change(self, dimension: int, value: float) -> "LatentRef":
        """Return a copy whose `dimension`, counted from 0, has this value."""
        return replace(self, changes=(*self.reset(dimension).changes, (dimension, value)))

    def reset(self, dimension: int) -> "LatentRef":
        """Return a copy without the edit of `dimension`."""
        return replace(self, changes=tuple(one for one in self.changes if one[0] != dimension))


@dataclass(frozen=True, eq=False)
class EditedLatentValue:
    latent_ref: LatentRef
    z: NDArray[np.float32]
    """(d,)"""
    picture: Picture
    xy: tuple[float, float]
    """Map position of z; the queried position itself if nothing was edited."""
    latent_distance: float
    """Distance from z to the nearest sample, in sample gaps (`used_dimensions`)."""
    dot: int
    """The dot nearest to the latent's origin; its label conditions a conditional model."""
    sample: SampleValue
    """The sample nearest to z in latent space."""
    plausibility: float | None = None
    """Plausibility of the picture, 0 to 1; None if pictures are not judged (`judge_places`)."""


@dataclass(frozen=True)
class EditedLatent(Query[EditedLatentValue]):
    """The picture of an edited latent and its position on a map, which may differ from the map it was taken from."""

    latent_ref: LatentRef
    map_name: str

    def has_same_subject(self, other: Query[object]) -> bool:
        """Return True if `other` is an edited latent of the same model on the same map."""
        return isinstance(other, EditedLatent) and (self.model, self.map_name) == (other.model, other.map_name)

    def answer(self, context: QueryContext) -> EditedLatentValue:
        checkpoint, code = context.get_checkpoint(self.model), self.latent_ref
        z, dot = compute_latent(checkpoint, code)
        used = get_used_dimensions(checkpoint)
        near, _ = used.neighbours.find_nearest(z[used.mask], 1)
        x, y = code.xy
        if code.changes or code.image is not None or code.which != self.map_name:
            x, y = checkpoint.maps[self.map_name].transform(z[None])[0].tolist()
        (picture,) = decode_pictures(checkpoint, z[None], make_one_hot_labels(checkpoint, np.array([dot])))
        distance = float(used.measure_gaps(z[None] - checkpoint.latents[near])[0])
        sample = Sample(self.model, int(near[0])).answer(context)
        plausibility = judge_place(checkpoint, picture)
        return EditedLatentValue(
            latent_ref=code, z=z, picture=picture, xy=(x, y), latent_distance=distance, dot=dot, sample=sample,
            plausibility=plausibility,
        )  # fmt: skip


@dataclass(frozen=True)
class DrawnLatent(EditedLatent):
    """The same for the code of a picture that a pen draws: as often as one can follow, so that a decoder which is too
    slow for a frame leaves time to the pen."""

    min_interval: ClassVar[float] = 0.05


def compute_latent(checkpoint: Checkpoint, latent_ref: LatentRef) -> tuple[Floats, int]:
    """Return the latent (d,) of `latent_ref`, and the dot nearest to its origin: a map position or the user image.

    Raises `InputError` for a dimension that the model does not have.
    """
    atlas, xy = checkpoint.maps[latent_ref.which], np.asarray([latent_ref.xy], np.float32)
    if latent_ref.image is not None:
        x = fit_user_image(checkpoint, latent_ref.image)
        z: Floats = np.array(checkpoint.encode(x[None])[0])
        dot = int(checkpoint.neighbours.find_nearest(z, 1)[0][0])
    else:
        z = np.array(atlas.inverse_transform(xy, latent_ref.resolution, method=latent_ref.method)[0])
        dot = int(atlas.find_nearest(xy)[1][0])
    for dimension, value in latent_ref.changes:
        if not 0 <= dimension < len(z):
            raise InputError(f"dimension {dimension + 1} arrived; {checkpoint.name} has 1 to {len(z)}")
        z[dimension] = value
    return z, dot
