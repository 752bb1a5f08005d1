"""The atlas: latents, their map, the projection onto it and the inverse projection.

It knows neither models nor images, and imports neither torch nor scikit-learn until something has to be fitted.
"""

import math
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_matrix
from latent_explorer.atlas.latent_neighbours import LatentNeighbours
from latent_explorer.atlas.projection import PCA, PROJECTIONS, LatentPlane, Projection
from latent_explorer.atlas.smooth_network import Smooth
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.atlas.baseline_inverses import Inverse
    from latent_explorer.atlas.fit_smooth_network import Decode
    from latent_explorer.atlas.inverse_field import Field
    from latent_explorer.atlas.latent_plane_inverse import OnPlane
    from latent_explorer.atlas.map_quality import Quality
    from latent_explorer.atlas.shepard import Shepard

OWN = "field"  # the name of the default inverse projection, `Atlas.inverse`
FEWEST = 200  # the fewest dots that a smooth network is fitted to
NUMBERS = (int, float, np.number)
SAMPLED = 500  # dots from which the typical spacing is computed


class Atlas:
    """One map of the latents.

    `xy` (M, 2) in map units, `latents` (M, d), `labels` (M,) with -1 for no label, `which` the projection's name.
    Arrays give arrays, tensors give tensors.
    """

    def __init__(
        self, projection: Projection, latents: Floats, labels: NDArray[np.int64], smooth: Smooth | None = None
    ) -> None:
        self.projection = projection
        self.xy = projection.xy
        self.latents = latents
        self.labels = labels
        self.smooth = smooth
        """The smooth part of the inverse projection; None if it was not fitted."""
        self.quality: Quality | None = None
        """The faithfulness of the map; None until it is measured."""
        self._known: dict[str, Inverse] = {}

    @property
    def which(self) -> str:
        return self.projection.name

    def transform(self, latents: Any) -> Any:
        """Return the map positions (N, 2) of latents (N, d); raise `InputError` for another shape or NaN."""
        z, back = as_matrix(latents, self.latents.shape[1], "latents")
        return back(self.projection.transform(z))

    def inverse_transform(self, xy: Any, resolution: float | None = None, *, method: str = OWN) -> Any:
        """Return the latents (N, d) of map positions (N, 2).

        Without `resolution` the field is exact: it returns a dot's latent at the dot, and is continuous between dots.
        `resolution` is the size of one screen pixel in map units; the field is blurred accordingly. The field is an
        `inverse_field.InverseField`, or a plain `shepard.Shepard` if no smooth network was fitted.

        `method` can name one of `baseline_inverses.BASELINES`, fitted on first use; these ignore `resolution`.
        """
        positions, back = as_matrix(xy, 2, "xy")
        if resolution is not None and not (isinstance(resolution, NUMBERS) and 0 <= resolution < math.inf):
            raise InputError(f"resolution: {resolution!r} arrived; a finite number from 0, or None, is allowed")
        if method != OWN:
            return back(self.known(method).inverse_transform(positions))
        if isinstance(self.projection, LatentPlane) and self.projection.is_whole:
            return back(self.projection.inverse_transform(positions))
        return back(self.inverse.inverse_transform(positions, resolution))

    def known(self, method: str) -> "Inverse":
        """Return one of `baseline_inverses.BASELINES`, fitted to this map; raise `InputError` for an unknown name."""
        from latent_explorer.atlas.baseline_inverses import METHODS

        if method not in METHODS:
            raise InputError(f"method: {method!r} arrived; allowed: {', '.join((OWN, *METHODS))}")
        if method not in self._known:
            self._known[method] = METHODS[method]().fit(self.xy, self.latents)
        return self._known[method]

    @cached_property
    def inverse(self) -> "Field | Shepard | OnPlane":
        from latent_explorer.atlas.inverse_field import Field
        from latent_explorer.atlas.latent_plane_inverse import OnPlane
        from latent_explorer.atlas.shepard import Shepard

        trend = self.projection.plane if isinstance(self.projection, PCA) else None
        found = Shepard(trend) if self.smooth is None else Field(self.smooth)
        if isinstance(self.projection, LatentPlane):
            return OnPlane(found, self.projection).fit(self.xy, self.latents)
        return found.fit(self.xy, self.latents)

    def go_back_as(self, other: "Atlas") -> None:
        """Take over the inverse projection of another atlas of the same map; safe while other threads use this one."""
        self.__dict__["inverse"], self.smooth = other.inverse, other.smooth

    @property
    def fits_inverse(self) -> bool:
        """Whether `fit_inverse` fits anything: few dots are too far apart to blur, and a plane that spans the latent
        space has an exact inverse."""
        whole = isinstance(self.projection, LatentPlane) and self.projection.is_whole
        return not whole and len(self.latents) >= FEWEST

    def fit_inverse(
        self,
        decode: "Decode",
        *,
        device: Any = "cpu",
        seed: int = 0,
        progress: Callable[[int, int], None] = lambda done, steps: None,
    ) -> "Atlas":
        """Fit the smooth part of the inverse projection to the pictures that `decode` makes of latents
        (`fit_smooth_network.fit`); needs torch, and seconds. Do nothing if `needs_inverse_fit` is False."""
        from latent_explorer.atlas import fit_smooth_network

        if self.fits_inverse:
            manner = fit_smooth_network.MANNERS[self.which]
            plane = self.projection if isinstance(self.projection, LatentPlane) else None
            self.smooth = fit_smooth_network.fit(
                self.xy, self.latents, decode, manner, device=device, seed=seed, plane=plane, progress=progress
            )
            self.__dict__.pop("inverse", None)
        return self

    @cached_property
    def tree(self) -> Any:
        """The k-d tree of all dots."""
        from scipy.spatial import cKDTree

        return cKDTree(self.xy)

    def nearest(self, xy: Any) -> tuple[Any, Any]:
        """Return the distance (N,), in map units, and the index (N,) of the dot nearest to each of (N, 2) positions."""
        positions, _ = as_matrix(xy, 2, "xy")
        distance, index = self.tree.query(positions)
        return distance, index

    @cached_property
    def gap(self) -> float:
        """The median distance between a dot and its nearest neighbour, in map units."""
        some = self.xy[:: max(1, len(self.xy) // SAMPLED)]
        distance, _ = self.tree.query(some, k=min(2, len(self.xy)))
        return max(float(np.median(np.atleast_2d(distance)[:, -1])), 1e-9)


__all__ = ["PROJECTIONS", "Atlas", "LatentNeighbours", "Projection", "Smooth"]
