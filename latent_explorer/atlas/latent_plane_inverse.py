"""The inverse projection of two latent dimensions among others: those two as they are, the others from the dots."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas.projection import LatentPlane


class Interpolation(Protocol):
    def fit(self, xy: Floats, latents: Floats) -> "Interpolation": ...

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats: ...

    def support(self, xy: Floats, resolution: float | None = None) -> tuple[NDArray[np.intp], Floats]: ...


class OnPlane:
    """What `found` says of a position, with the two dimensions of the plane put to what the position itself says."""

    def __init__(self, found: Interpolation, plane: LatentPlane) -> None:
        self.found, self.plane = found, plane

    def fit(self, xy: Floats, latents: Floats) -> "OnPlane":
        """Dots (M, 2) and their latents (M, d)."""
        self.found = self.found.fit(xy, latents)
        return self

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats:
        """(N, 2) -> (N, d); `resolution` in map units, None for the exact field."""
        return self.plane.into(self.found.inverse_transform(xy, resolution), xy)

    def support(self, xy: Floats, resolution: float | None = None) -> tuple[NDArray[np.intp], Floats]:
        """The dots (N, k) that the other dimensions are blended of, and their weights (N, k)."""
        return self.found.support(xy, resolution)
