"""Linear projections onto two axes: principal components, or latent dimensions."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.map_frame import MAX_COORDINATE, MapFrame, check_number, restore_frame
from latent_explorer.errors import InputError
from latent_explorer.texts import mark

FIRST_AXES = (1, 2)  # axes, counted from 1


class PCA:
    """The plane of two principal components (Pearson 1901), by scikit-learn; by default those of largest variance."""

    name: ClassVar = "pca"
    title: ClassVar = "PCA"

    def __init__(
        self, xy: Floats, mean: Floats, components: Floats, frame: MapFrame,
        explained_variance_ratio: tuple[float, float], axes: tuple[int, int] = FIRST_AXES,
    ) -> None:  # fmt: skip
        self.xy, self.mean, self.components, self.frame = xy, mean, components, frame
        self.explained_variance_ratio = explained_variance_ratio
        """Share of the latents' variance along each axis."""
        self.axes = axes
        """The components along x and y, counted from 1."""

    @classmethod
    def fit(cls, latents: Floats, axes: tuple[int, int] = FIRST_AXES) -> "PCA":
        from sklearn.decomposition import PCA as Decomposition

        check_axes(axes, latents.shape[1])
        if max(axes) > len(latents) and latents.shape[1] > 1:
            raise InputError(
                f"component {max(axes)} arrived for {len(latents)} points; they have at most {len(latents)} components"
            )
        if latents.shape[1] == 1:  # one latent dimension lies along x
            mean, components, explained = latents.mean(axis=0), np.array([[1.0], [0.0]], np.float32), (1.0, 0.0)
        else:
            with np.errstate(invalid="ignore"):  # identical latents have no variance
                pca = Decomposition(n_components=max(axes), svd_solver="full").fit(latents)
            rows = np.array(axes) - 1
            mean, components = pca.mean_.astype(np.float32), pca.components_[rows].astype(np.float32)
            shares = np.nan_to_num(pca.explained_variance_ratio_)[rows]
            explained = (float(shares[0]), float(shares[1]))
        raw = (latents - mean) @ components.T
        frame = MapFrame.from_points(raw)
        return cls(frame.to_map(raw), mean, components, frame, explained, axes)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "PCA":
        first, second = (check_number(share, 0.0, 1.001) for share in parameters["explained"])
        mean, components, frame = tensors["mean"], tensors["components"], restore_frame(parameters)
        xy = tensors["xy"] if "xy" in tensors else frame.to_map((latents - mean) @ components.T)
        if not np.abs(xy).max(initial=0.0) <= MAX_COORDINATE:
            raise ValueError("a plane of principal components that its latents do not lie on")
        return cls(xy, mean, components, frame, (first, second), _read_axes(parameters, latents))

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map((latents - self.mean) @ self.components.T)

    def inverse_transform(self, xy: Floats) -> Floats:
        """Return the points (N, d) of the principal plane at positions (N, 2): the inverse of PCA."""
        return (self.frame.to_raw(xy) @ self.components + self.mean).astype(np.float32)

    def to_header(self) -> dict[str, Any]:
        explained = {"explained": list(self.explained_variance_ratio)}
        return {**self.frame.to_header(), **explained, **_to_axes_header(self.axes)}

    def to_tensors(self) -> dict[str, Floats]:
        return {"mean": self.mean, "components": self.components}

    @staticmethod
    def get_tensor_shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"mean": (latent_dim,), "components": (2, latent_dim)}


class LatentPlane:
    """Two latent dimensions. If there are others, `LatentPlaneInverse` finds them; else the inverse is exact."""

    name: ClassVar = "latent"
    title: ClassVar = mark("Latent plane")

    def __init__(self, xy: Floats, frame: MapFrame, axes: tuple[int, int] = FIRST_AXES, dimensions: int = 2) -> None:
        self.xy, self.frame, self.axes, self.dimensions = xy, frame, axes, dimensions

    @classmethod
    def fit(cls, latents: Floats, axes: tuple[int, int] = FIRST_AXES) -> "LatentPlane":
        check_axes(axes, latents.shape[1])
        raw = _select_axes(latents, axes)
        frame = MapFrame.from_points(raw)
        return cls(frame.to_map(raw), frame, axes, latents.shape[1])

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "LatentPlane":
        axes, frame = _read_axes(parameters, latents), restore_frame(parameters)
        if not np.allclose(tensors["xy"], frame.to_map(_select_axes(latents, axes)), atol=0.01):
            raise ValueError("a latent plane that its latents do not lie on")
        return cls(tensors["xy"], frame, axes, latents.shape[1])

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map(_select_axes(latents, self.axes))

    @property
    def spans_latent_space(self) -> bool:
        """Whether the latent space has no dimensions beside those of the plane."""
        return self.dimensions <= 2

    def inverse_transform(self, xy: Floats) -> Floats:
        """Return the latents (N, d) of positions (N, 2), for a plane that spans the latent space."""
        return self.set_plane_dimensions(np.zeros((len(xy), self.dimensions), np.float32), xy)

    def set_plane_dimensions(self, latents: Floats, xy: Floats) -> Floats:
        """Set the plane's two dimensions of `latents` (N, d), in place, from positions (N, 2), and return them."""
        raw = self.frame.to_raw(xy).astype(np.float32)
        for column, axis in enumerate(self.axes[: self.dimensions]):
            latents[:, axis - 1] = raw[:, column]
        return latents

    def to_header(self) -> dict[str, Any]:
        return {**self.frame.to_header(), **_to_axes_header(self.axes)}

    def to_tensors(self) -> dict[str, Floats]:
        return {"xy": self.xy}

    @staticmethod
    def get_tensor_shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"xy": (points, 2)}


def check_axes(axes: tuple[int, int], dimensions: int) -> None:
    """Raise `InputError` for axes that are not two of `dimensions`; a single dimension lies along x."""
    if dimensions == 1 and axes == FIRST_AXES:
        return
    if axes[0] == axes[1] or not all(1 <= axis <= dimensions for axis in axes):
        allowed = "only 1-2 is" if dimensions < 3 else f"two different ones from 1 to {dimensions} are"
        raise InputError(f"axes {axes[0]}-{axes[1]} arrived for {dimensions} dimensions; {allowed} allowed")


def _select_axes(latents: Floats, axes: tuple[int, int]) -> Floats:
    if latents.shape[1] == 1:
        return np.pad(latents, ((0, 0), (0, 1)))
    return latents[:, np.array(axes) - 1]


def _to_axes_header(axes: tuple[int, int]) -> dict[str, Any]:
    """Return the axes for a map's header, which omits the first two."""
    return {} if axes == FIRST_AXES else {"axes": list(axes)}


def _read_axes(parameters: Mapping[str, Any], latents: Floats) -> tuple[int, int]:
    first, second = parameters.get("axes", FIRST_AXES)
    if not type(first) is type(second) is int:
        raise ValueError(f"a map of the axes {first!r} and {second!r}")
    check_axes((first, second), latents.shape[1])
    return first, second
