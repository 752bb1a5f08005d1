"""Projections: latents (N, d) to the 2-D map, in map units.

Map units run from 0 to 1: a projection's own coordinates are centred and scaled by one factor for both axes,
so that distances keep their proportions, y pointing up. Each projection is an estimator with `fit` and
`transform` that can be put back together from what a checkpoint stores; none knows of images, models or files.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.placement import Placement
from latent_explorer.config import METRICS
from latent_explorer.errors import InputError

MARGIN = 0.03  # of the map's side stays free around the outermost dots
FARTHEST = 10.0  # map units from 0 that a dot may lie at; the map itself lies in 0 to 1
LARGEST = 1e20  # of the numbers that tie a map to a projection's own coordinates


class Projection(Protocol):
    """What an atlas needs of a projection; all positions in map units."""

    name: ClassVar[str]
    title: ClassVar[str]
    xy: Floats
    """(M, 2), the fitted latents' positions."""

    def transform(self, latents: Floats) -> Floats:
        """(N, d) -> (N, 2), new points too."""

    def parameters(self) -> dict[str, Any]:
        """What JSON can hold."""

    def tensors(self) -> dict[str, Floats]:
        """What JSON cannot; `xy` is among them where it does not follow from the latents."""


class Frame:
    """The affine map between a projection's own coordinates and map units."""

    def __init__(self, centre: tuple[float, float], scale: float) -> None:
        self.centre = np.asarray(centre, dtype=np.float64)
        self.scale = float(scale)

    @classmethod
    def around(cls, raw: np.ndarray[Any, Any]) -> "Frame":
        low, high = raw.min(axis=0).astype(np.float64), raw.max(axis=0).astype(np.float64)
        extent = max(float((high - low).max()), 1e-12)
        centre = (low + high) / 2
        return cls((float(centre[0]), float(centre[1])), (1 - 2 * MARGIN) / extent)

    def to_map(self, raw: np.ndarray[Any, Any]) -> Floats:
        mapped: Floats = ((raw - self.centre) * self.scale + 0.5).astype(np.float32)
        return mapped

    def to_raw(self, xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        raw: np.ndarray[Any, Any] = (np.asarray(xy, np.float64) - 0.5) / self.scale + self.centre
        return raw

    def parameters(self) -> dict[str, Any]:
        return {"centre": self.centre.tolist(), "scale": self.scale}


class PCA:
    """The plane of the two directions of largest variance (Pearson 1901), by scikit-learn."""

    name: ClassVar = "pca"
    title: ClassVar = "PCA"

    def __init__(
        self, xy: Floats, mean: Floats, components: Floats, frame: Frame, explained: tuple[float, float]
    ) -> None:
        self.xy, self.mean, self.components, self.frame = xy, mean, components, frame
        self.explained = explained
        """Share of the latents' variance along each axis."""

    @classmethod
    def fit(cls, latents: Floats) -> "PCA":
        from sklearn.decomposition import PCA as Decomposition

        if latents.shape[1] == 1:  # one latent dimension lies along x
            mean, components, explained = (
                latents.mean(axis=0),
                np.array([[1.0], [0.0]], np.float32),
                (1.0, 0.0),
            )
        else:
            with np.errstate(invalid="ignore"):  # latents all alike have no variance to share out
                found = Decomposition(n_components=2, svd_solver="full").fit(latents)
            mean, components = found.mean_.astype(np.float32), found.components_.astype(np.float32)
            shares = np.nan_to_num(found.explained_variance_ratio_)
            explained = (float(shares[0]), float(shares[1]))
        raw = (latents - mean) @ components.T
        frame = Frame.around(raw)
        return cls(frame.to_map(raw), mean, components, frame, explained)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "PCA":
        first, second = (_number(share, 0.0, 1.001) for share in parameters["explained"])
        mean, components, frame = tensors["mean"], tensors["components"], _frame(parameters)
        xy = tensors["xy"] if "xy" in tensors else frame.to_map((latents - mean) @ components.T)
        if not np.abs(xy).max(initial=0.0) <= FARTHEST:
            raise ValueError("a plane of principal components that its latents do not lie on")
        return cls(xy, mean, components, frame, (first, second))

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map((latents - self.mean) @ self.components.T)

    def plane(self, xy: Floats) -> Floats:
        """(N, 2) -> (N, d): the point of the principal plane at a position, PCA's own inverse."""
        plane: Floats = (self.frame.to_raw(xy) @ self.components + self.mean).astype(np.float32)
        return plane

    def parameters(self) -> dict[str, Any]:
        return {**self.frame.parameters(), "explained": list(self.explained)}

    def tensors(self) -> dict[str, Floats]:
        return {"mean": self.mean, "components": self.components}

    @staticmethod
    def shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"mean": (latent_dim,), "components": (2, latent_dim)}


class TSNE:
    """t-SNE (van der Maaten and Hinton 2008) by openTSNE (Policar et al. 2019).

    New points are placed by `Placement`: each where t-SNE's own loss is least on the fixed map, apart from the
    others.
    """

    name: ClassVar = "tsne"
    title: ClassVar = "t-SNE"

    def __init__(self, xy: Floats, latents: Floats, frame: Frame, perplexity: float, metric: str, seed: int) -> None:
        self.xy, self.latents, self.frame = xy, latents, frame
        self.perplexity, self.metric, self.seed = perplexity, metric, seed

    @classmethod
    def fit(cls, latents: Floats, *, perplexity: float = 30.0, metric: str = "euclidean", seed: int = 0) -> "TSNE":
        import openTSNE

        most = (len(latents) - 1) / 3
        if perplexity > most:
            raise InputError(
                f"map.perplexity: {perplexity:g} arrived for {len(latents)} points; at most {most:.0f} is allowed"
            )
        engine = openTSNE.TSNE(
            perplexity=perplexity,
            metric=metric,
            initialization="random" if np.ptp(latents, axis=0).max() == 0 else "pca",
            random_state=seed,
            n_jobs=_threads(len(latents)),
        )
        raw = np.asarray(engine.fit(_wide(latents)))
        frame = Frame.around(raw)
        return cls(frame.to_map(raw), latents, frame, perplexity, metric, seed)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "TSNE":
        perplexity, metric, seed = (parameters[name] for name in ("perplexity", "metric", "seed"))
        if metric not in METRICS or type(seed) is not int or not 0 <= seed < 2**31:
            raise ValueError(f"a t-SNE map with the metric {metric!r} and the seed {seed!r}")
        most = (len(latents) - 1) / 3
        return cls(tensors["xy"], latents, _frame(parameters), _number(perplexity, 1.0, most), metric, seed)

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map(self.placement.transform(latents))

    @cached_property
    def placement(self) -> Placement:
        return Placement(self.metric).fit(self.frame.to_raw(self.xy), self.latents)

    def parameters(self) -> dict[str, Any]:
        return {
            **self.frame.parameters(), "perplexity": self.perplexity, "metric": self.metric, "seed": self.seed
        }  # fmt: skip

    def tensors(self) -> dict[str, Floats]:
        return {"xy": self.xy}

    @staticmethod
    def shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"xy": (points, 2)}


class LatentPlane:
    """A 2-D latent space as its own map; going back is the identity."""

    name: ClassVar = "latent"
    title: ClassVar = "Latent plane"

    def __init__(self, xy: Floats, frame: Frame) -> None:
        self.xy, self.frame = xy, frame

    @classmethod
    def fit(cls, latents: Floats) -> "LatentPlane":
        if latents.shape[1] != 2:
            raise InputError(f"map.methods: the latent plane arrived for {latents.shape[1]} dimensions; 2 are allowed")
        frame = Frame.around(latents)
        return cls(frame.to_map(latents), frame)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "LatentPlane":
        return cls(tensors["xy"], _frame(parameters))

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map(latents)

    def inverse_transform(self, xy: Floats) -> Floats:
        latents: Floats = self.frame.to_raw(xy).astype(np.float32)
        return latents

    def parameters(self) -> dict[str, Any]:
        return self.frame.parameters()

    def tensors(self) -> dict[str, Floats]:
        return {"xy": self.xy}

    @staticmethod
    def shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"xy": (points, 2)}


PROJECTIONS: dict[str, type[PCA] | type[TSNE] | type[LatentPlane]] = {
    kind.name: kind for kind in (TSNE, PCA, LatentPlane)
}


def fit(
    method: str, latents: Floats, *, perplexity: float = 30.0, metric: str = "euclidean", seed: int = 0
) -> Projection:
    """The map of latents (M, d) by one of `PROJECTIONS`."""
    if method == "tsne":
        return TSNE.fit(latents, perplexity=perplexity, metric=metric, seed=seed)
    if method == "pca":
        return PCA.fit(latents)
    if method == "latent":
        return LatentPlane.fit(latents)
    raise InputError(f"projection {method!r} is unknown; allowed: {', '.join(PROJECTIONS)}")


def _threads(points: int) -> int:
    """For openTSNE. Its threads wait for each other by spinning, which costs small maps more than they gain."""
    return -1 if points >= 5000 else 1


def _wide(latents: Floats) -> np.ndarray[Any, Any]:
    """What openTSNE works on: float64, and a second column of zeros where its first PCA needs one."""
    wide = latents.astype(np.float64)
    return np.pad(wide, ((0, 0), (0, 1))) if wide.shape[1] == 1 else wide


def _frame(parameters: Mapping[str, Any]) -> Frame:
    x, y = (_number(value, -LARGEST, LARGEST) for value in parameters["centre"])
    return Frame((x, y), _number(parameters["scale"], 1 / LARGEST, LARGEST))


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"a map with {value!r} where {low:g} to {high:g} is allowed")
    return float(value)
