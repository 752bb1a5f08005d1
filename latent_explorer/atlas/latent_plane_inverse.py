"""The inverse projection of a latent plane: its two dimensions from the position, the others from the dots."""

from typing import Protocol

from latent_explorer.arrays import Floats
from latent_explorer.atlas.projection import LatentPlane


class Interpolation(Protocol):
    def fit(self, xy: Floats, latents: Floats) -> "Interpolation": ...

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats: ...


class LatentPlaneInverse:
    """An `interpolation` of the dots' latents, with the plane's two dimensions set from the position."""

    def __init__(self, interpolation: Interpolation, plane: LatentPlane) -> None:
        self.interpolation, self.plane = interpolation, plane

    def fit(self, xy: Floats, latents: Floats) -> "LatentPlaneInverse":
        """Fit the interpolation to dots (M, 2) and their latents (M, d)."""
        self.interpolation = self.interpolation.fit(xy, latents)
        return self

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats:
        """Return the latents (N, d) of positions (N, 2); `resolution` in map units, None for the exact field."""
        return self.plane.set_plane_dimensions(self.interpolation.inverse_transform(xy, resolution), xy)
