"""Types of the pictures that labs work on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas import DEFAULT_INVERSE, Atlas
from latent_explorer.config.limits import Within
from latent_explorer.samples import Picture
from latent_explorer.user_image import OwnImage

__all__ = ["Dot", "MapPosition", "Picture", "Place", "Subject", "find_latents"]


@dataclass(frozen=True)
class Dot:
    """A sample by its dot on the map."""

    dot: int


Subject = Dot | OwnImage
"""A sample by its dot, or the user image."""


@dataclass(frozen=True)
class Place:
    """A position of a map with the way it was decoded, so that its latent stays the one whose picture was seen."""

    xy: tuple[float, float]
    resolution: Annotated[float, Within(0)] | None = None
    """Map units that one screen pixel covered, over which the inverse projection blends; None: exactly."""
    method: str = DEFAULT_INVERSE
    """Name of the inverse projection (`Atlas.inverse_transform`)."""


@dataclass(frozen=True)
class MapPosition(Place):
    """A place with the name of its map."""

    map_name: str = ""


def find_latents(atlas: Atlas, places: Sequence[Place]) -> Floats:
    """Return the latents (N, d) of places on a map."""
    xy = np.asarray([place.xy for place in places], np.float32)
    manners = [(place.resolution, place.method) for place in places]
    z = np.empty((len(places), atlas.latents.shape[1]), np.float32)
    for manner in set(manners):
        rows = [row for row, one in enumerate(manners) if one == manner]
        z[rows] = atlas.inverse_transform(xy[rows], manner[0], method=manner[1])
    return z
