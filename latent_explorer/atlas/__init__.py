"""The atlas: latents, their map, the projection onto it and the inverse projection.

It knows neither models nor images, and imports neither torch nor scikit-learn until something has to be fitted.
"""

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_classes, as_floats, as_matrix
from latent_explorer.atlas import projection as projections
from latent_explorer.atlas.latent_neighbours import LatentNeighbours
from latent_explorer.atlas.map_frame import LARGEST_LATENT
from latent_explorer.atlas.projection import PCA, PROJECTIONS, LatentPlane, Projection
from latent_explorer.atlas.smooth_network import SmoothNetwork
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.atlas.baseline_inverses import InverseProjection
    from latent_explorer.atlas.distil_decoder import Decode
    from latent_explorer.atlas.inverse_field import InverseField
    from latent_explorer.atlas.latent_plane_inverse import LatentPlaneInverse
    from latent_explorer.atlas.map_quality import MapQuality
    from latent_explorer.atlas.shepard import Shepard

DEFAULT_INVERSE = "field"  # the name of the default inverse projection, `Atlas.inverse`
MIN_DOTS_TO_FIT = 200  # the fewest dots that a smooth network is fitted to
NUMBER_TYPES = (int, float, np.number)
SAMPLE_SIZE = 500  # dots from which the typical spacing is computed


class Atlas:
    """One map of the latents: where each lies on the map, where new ones lie, and the way back.

    `xy` (M, 2) in map units, from 0 to 1 with y upwards; `latents` (M, d); `labels` (M,) with -1 for no label; `method`
    the projection's name. Arrays give arrays, tensors give tensors.
    """

    def __init__(
        self, projection: Projection, latents: Floats, labels: NDArray[np.int64],
        smooth_network: SmoothNetwork | None = None,
    ) -> None:  # fmt: skip
        self.projection, self.xy, self.latents, self.labels = projection, projection.xy, latents, labels
        self.smooth_network = smooth_network
        """The smooth part of the inverse projection; None if it was not fitted."""
        self.quality: MapQuality | None = None
        """The faithfulness of the map; None until it is measured."""
        self._baselines: dict[str, InverseProjection] = {}

    @classmethod
    def fit(cls, latents: Any, method: str = "tsne", labels: Any = None, **settings: Any) -> "Atlas":
        """Lay out latents (M, d), from whatever model, on a map.

        Args:
            latents: finite numbers (M, d), an array or a tensor.
            method: `"tsne"`, `"pca"`, `"umap"` (needs umap-learn) or `"latent"`, the plane of two latent dimensions.
            labels: whole numbers (M,), -1 where unknown.
            **settings: `seed` (0); `perplexity` (30) of tsne, at most a third of the number of latents; `neighbours`
                (15) of umap; `metric` (`"euclidean"`, `"cosine"`, `"manhattan"`) of both; `axes` ((1, 2)) of pca and
                latent, counted from 1; `threads` (all) of tsne; `backend` (`"cpu"`) of both, `"cuml"`
                on an NVIDIA GPU with RAPIDS. A method ignores those of the others.

        Returns:
            The map. Its `inverse_transform` interpolates between the latents; `fit_inverse` smooths it by a decoder.

        Raises:
            InputError: for a method, a setting, a shape or a number that is not allowed.
        """
        values, _ = as_floats(latents)
        z, _ = as_matrix(values, values.shape[-1] if values.ndim else 0, "latents")
        if not z.size or not np.abs(z).max() <= LARGEST_LATENT:
            arrived = f"shape {z.shape}" if not z.size else f"{np.abs(z).max():.3g}"
            raise InputError(f"latents: {arrived} arrived; numbers (M, d) of up to {LARGEST_LATENT:g} are allowed")
        numbers = np.full(len(z), -1) if labels is None else as_classes(labels, len(z), 2**31)
        return cls(projections.fit(method, z.copy(), **projections.check_settings(settings)), z.copy(), numbers)

    def __repr__(self) -> str:
        return f"Atlas({self.method}: {len(self.latents):,} latents of {self.latents.shape[1]} dimensions)"

    @property
    def method(self) -> str:
        """The method: tsne, pca, umap or latent."""
        return self.projection.name

    @property
    def which(self) -> str:
        """The same as `method`."""
        return self.method

    def transform(self, latents: Any, progress: Callable[[float, str], None] | None = None) -> Any:
        """Return the map positions (N, 2) of latents (N, d); raise `InputError` for another shape, NaN, or numbers
        beyond `LARGEST_LATENT`. Of very many on t-SNE or UMAP, `progress` is told the share done, 0 to 1."""
        z, back = as_matrix(latents, self.latents.shape[1], "latents")
        if not np.abs(z).max(initial=0.0) <= LARGEST_LATENT:
            raise InputError(f"latents: {np.abs(z).max():.3g} arrived; numbers of up to {LARGEST_LATENT:g} are allowed")
        if progress is not None and isinstance(self.projection, projections.Embedding):
            return back(self.projection.transform(z, progress))
        return back(self.projection.transform(z))

    def inverse_transform(self, xy: Any, resolution: float | None = None, *, method: str = DEFAULT_INVERSE) -> Any:
        """Return the latents (N, d) of map positions (N, 2).

        Without `resolution` the field is exact: it returns a dot's latent at the dot, and is continuous between dots.
        `resolution` is the size of one screen pixel in map units; the field is blurred accordingly. The field is an
        `inverse_field.InverseField`, or a plain `shepard.Shepard` if no smooth network was fitted.

        `method` can name one of `baseline_inverses.BASELINES`, fitted on first use; these ignore `resolution`.
        """
        positions, back = as_matrix(xy, 2, "xy")
        if resolution is not None and not (isinstance(resolution, NUMBER_TYPES) and 0 <= resolution < math.inf):
            raise InputError(f"resolution: {resolution!r} arrived; a finite number from 0, or None, is allowed")
        if method != DEFAULT_INVERSE:
            return back(self.make_baseline_inverse(method).inverse_transform(positions))
        if isinstance(self.projection, LatentPlane) and self.projection.spans_latent_space:
            return back(self.projection.inverse_transform(positions))
        return back(self.inverse.inverse_transform(positions, resolution))

    def make_baseline_inverse(self, method: str) -> "InverseProjection":
        """Return one of `baseline_inverses.BASELINES`, fitted to this map; raise `InputError` for an unknown name."""
        from latent_explorer.atlas.baseline_inverses import BASELINES

        if method not in BASELINES:
            raise InputError(f"method: {method!r} arrived; allowed: {', '.join((DEFAULT_INVERSE, *BASELINES))}")
        if method not in self._baselines:
            self._baselines[method] = BASELINES[method]().fit(self.xy, self.latents)
        return self._baselines[method]

    @cached_property
    def inverse(self) -> "InverseField | Shepard | LatentPlaneInverse":
        """The fitted inverse projection, which `inverse_transform` uses."""
        from latent_explorer.atlas.inverse_field import InverseField
        from latent_explorer.atlas.latent_plane_inverse import LatentPlaneInverse
        from latent_explorer.atlas.shepard import Shepard

        trend = self.projection.inverse_transform if isinstance(self.projection, PCA) else None
        field = Shepard(trend) if self.smooth_network is None else InverseField(self.smooth_network)
        if isinstance(self.projection, LatentPlane):
            return LatentPlaneInverse(field, self.projection).fit(self.xy, self.latents)
        if isinstance(field, Shepard):
            return field.fit(self.xy, self.latents, self.tree)
        return field.fit(self.xy, self.latents)

    def adopt_inverse(self, other: "Atlas") -> None:
        """Take over the inverse projection of another atlas of the same map; safe while other threads use this one."""
        self.__dict__["inverse"], self.smooth_network = other.inverse, other.smooth_network

    @property
    def needs_inverse_fit(self) -> bool:
        """Whether `fit_inverse` fits anything: few dots are too far apart to blur, and a plane that spans the latent
        space has an exact inverse."""
        whole = isinstance(self.projection, LatentPlane) and self.projection.spans_latent_space
        return not whole and len(self.latents) >= MIN_DOTS_TO_FIT

    def fit_inverse(
        self, decode: "Decode", *, device: Any = "cpu", seed: int = 0,
        progress: Callable[[int, int], None] = lambda done, steps: None,
    ) -> "Atlas":  # fmt: skip
        """Fit the smooth part of the inverse projection to the pictures that `decode` makes of latents
        (`fit_smooth_network.fit`); needs torch, and seconds. Do nothing if `needs_inverse_fit` is False."""
        from latent_explorer.atlas import fit_smooth_network

        if self.needs_inverse_fit:
            manner = fit_smooth_network.SMOOTHNESS_SPECS[self.method]
            plane = self.projection if isinstance(self.projection, LatentPlane) else None
            self.smooth_network = fit_smooth_network.fit(
                self.xy, self.latents, decode, manner, device=device, seed=seed, plane=plane, progress=progress
            )
            self.__dict__.pop("inverse", None)
        return self

    def plot(self, ax: Any = None, *, class_names: Sequence[str] = (), title: str | None = None) -> Any:
        """Draw the map with matplotlib, each dot in the colour of its label; needs matplotlib.

        Args:
            ax: matplotlib axes to draw on; new ones by default.
            class_names: names of the labels for the legend; their numbers by default.
            title: the title; the method by default.

        Returns:
            The axes.
        """
        from latent_explorer import plots

        names, shown = [str(name) for name in class_names], self.labels
        if names and len(names) <= int(self.labels.max(initial=-1)):
            raise InputError(f"class_names: {len(names)} arrived for labels up to {int(self.labels.max())}")
        if not names:  # the numbers that occur
            numbers, own = np.unique(self.labels, return_inverse=True)
            first = int((numbers < 0).sum())
            names, shown = [str(k) for k in numbers[first:]], own.reshape(-1) - first
        ax = plots.draw_classes(plots.make_axes(ax), self.xy, shown, names)
        ax.set_title(self.projection.title if title is None else title)
        return ax

    @cached_property
    def corners(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The lower left and the upper right corner of the smallest box around all dots, in map units."""
        low, high = ([float(turn(self.xy[:, axis])) for axis in (0, 1)] for turn in (np.min, np.max))
        return (low[0], low[1]), (high[0], high[1])

    @cached_property
    def tree(self) -> Any:
        """The k-d tree of all dots."""
        from latent_explorer.atlas.shepard import build_tree

        return build_tree(self.xy)

    def find_nearest(self, xy: Any) -> tuple[Any, Any]:
        """Return the distance (N,), in map units, and the index (N,) of the dot nearest to each of (N, 2) positions."""
        distance, index = self.tree.query(as_matrix(xy, 2, "xy")[0])
        return distance, index

    @cached_property
    def dot_spacing(self) -> float:
        """The median distance between a dot and its nearest neighbour, in map units."""
        sample = self.xy[:: max(1, len(self.xy) // SAMPLE_SIZE)]
        distance, _ = self.tree.query(sample, k=min(2, len(self.xy)))
        return max(float(np.median(np.atleast_2d(distance)[:, -1])), 1e-9)


__all__ = ["PROJECTIONS", "Atlas", "LatentNeighbours", "Projection", "SmoothNetwork"]
