"""Projections: latents (N, d) to the 2-D map, in map units.

Map units run from 0 to 1: a projection's own coordinates are centred and scaled by one factor for both axes,
so that distances keep their proportions, y pointing up. Each projection is an estimator with `fit` and
`transform` that can be put back together from what a checkpoint stores; none knows of images, models or files.
"""

import importlib.util
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Protocol

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.placement import Placement
from latent_explorer.config import METRICS
from latent_explorer.errors import InputError

MARGIN = 0.03  # of the map's side stays free around the outermost dots
FARTHEST = 10.0  # map units from 0 that a dot may lie at; the map itself lies in 0 to 1
LARGEST = 1e20  # of the numbers that tie a map to a projection's own coordinates
FIRST = (1, 2)  # axes, counted from 1
NO_UMAP = "UMAP is not installed: pip install umap-learn"
STEPS = (250, 500)  # of t-SNE: under early exaggeration, and after it
TOLD_EVERY = 10  # steps of t-SNE

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and what is to be said of it."""


def _silent(share: float, said: str) -> None: ...


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
    """The plane of two principal components (Pearson 1901), by scikit-learn; by default those of largest variance."""

    name: ClassVar = "pca"
    title: ClassVar = "PCA"

    def __init__(
        self,
        xy: Floats,
        mean: Floats,
        components: Floats,
        frame: Frame,
        explained: tuple[float, float],
        axes: tuple[int, int] = FIRST,
    ) -> None:
        self.xy, self.mean, self.components, self.frame = xy, mean, components, frame
        self.explained = explained
        """Share of the latents' variance along each axis."""
        self.axes = axes
        """Which components lie across and up, counted from 1."""

    @classmethod
    def fit(cls, latents: Floats, axes: tuple[int, int] = FIRST) -> "PCA":
        from sklearn.decomposition import PCA as Decomposition

        check_axes(axes, latents.shape[1])
        if max(axes) > len(latents) and latents.shape[1] > 1:
            raise InputError(
                f"component {max(axes)} arrived for {len(latents)} points; they have at most {len(latents)} components"
            )
        if latents.shape[1] == 1:  # one latent dimension lies along x
            mean, components, explained = (
                latents.mean(axis=0),
                np.array([[1.0], [0.0]], np.float32),
                (1.0, 0.0),
            )
        else:
            with np.errstate(invalid="ignore"):  # latents all alike have no variance to share out
                found = Decomposition(n_components=max(axes), svd_solver="full").fit(latents)
            rows = np.array(axes) - 1
            mean, components = found.mean_.astype(np.float32), found.components_[rows].astype(np.float32)
            shares = np.nan_to_num(found.explained_variance_ratio_)[rows]
            explained = (float(shares[0]), float(shares[1]))
        raw = (latents - mean) @ components.T
        frame = Frame.around(raw)
        return cls(frame.to_map(raw), mean, components, frame, explained, axes)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "PCA":
        first, second = (_number(share, 0.0, 1.001) for share in parameters["explained"])
        mean, components, frame = tensors["mean"], tensors["components"], _frame(parameters)
        xy = tensors["xy"] if "xy" in tensors else frame.to_map((latents - mean) @ components.T)
        if not np.abs(xy).max(initial=0.0) <= FARTHEST:
            raise ValueError("a plane of principal components that its latents do not lie on")
        return cls(xy, mean, components, frame, (first, second), _axes(parameters, latents))

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map((latents - self.mean) @ self.components.T)

    def plane(self, xy: Floats) -> Floats:
        """(N, 2) -> (N, d): the point of the principal plane at a position, PCA's own inverse."""
        plane: Floats = (self.frame.to_raw(xy) @ self.components + self.mean).astype(np.float32)
        return plane

    def parameters(self) -> dict[str, Any]:
        return {**self.frame.parameters(), "explained": list(self.explained), **_unusual(self.axes)}

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
    def fit(
        cls,
        latents: Floats,
        *,
        perplexity: float = 30.0,
        metric: str = "euclidean",
        seed: int = 0,
        threads: int | None = None,
        progress: Progress = _silent,
    ) -> "TSNE":
        """`threads`: None takes as many as the machine has where that is of use."""
        import openTSNE

        most = (len(latents) - 1) / 3
        if perplexity > most:
            raise InputError(
                f"map.perplexity: {perplexity:g} arrived for {len(latents)} points; at most {most:.0f} is allowed"
            )
        progress(0.0, "looking for neighbours")
        engine = openTSNE.TSNE(
            perplexity=perplexity,
            metric=metric,
            initialization="random" if np.ptp(latents, axis=0).max() == 0 else "pca",
            random_state=seed,
            n_jobs=threads or _threads(len(latents)),
            early_exaggeration_iter=STEPS[0],
            n_iter=STEPS[1],
            callbacks=_Steps(progress) if progress is not _silent else None,
            callbacks_every_iters=TOLD_EVERY,
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


class _Steps:
    """openTSNE's callback: it counts each of the two phases anew."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.before, self.last = progress, 0, 0

    def __call__(self, step: int, error: float, raw: Any) -> None:
        if step < self.last:
            self.before = STEPS[0]
        self.last = step
        self.progress((self.before + step) / sum(STEPS), f"KL {error:.2f}")


class UMAP:
    """UMAP (McInnes, Healy and Melville 2018, arXiv:1802.03426) by umap-learn, which only `fit` needs.

    New points are placed by `Placement` from their neighbours alone, so that a stored map is whole without it.
    """

    name: ClassVar = "umap"
    title: ClassVar = "UMAP"

    def __init__(self, xy: Floats, latents: Floats, frame: Frame, neighbours: int, metric: str, seed: int) -> None:
        self.xy, self.latents, self.frame = xy, latents, frame
        self.neighbours, self.metric, self.seed = neighbours, metric, seed

    @staticmethod
    @lru_cache
    def is_here() -> bool:
        """Whether umap-learn is installed."""
        return importlib.util.find_spec("umap") is not None

    @classmethod
    def fit(
        cls,
        latents: Floats,
        *,
        neighbours: int = 15,
        metric: str = "euclidean",
        seed: int = 0,
        progress: Progress = _silent,
    ) -> "UMAP":
        """Raises `InputError` where umap-learn is missing."""
        if not cls.is_here():
            raise InputError(NO_UMAP)
        if not 2 <= neighbours < len(latents):
            raise InputError(
                f"neighbours: {neighbours} arrived for {len(latents)} points; 2 to {len(latents) - 1} are allowed"
            )
        progress(0.0, "")
        raw = np.zeros((len(latents), 2))
        if np.ptp(latents, axis=0).max() > 0:  # latents all alike have no neighbourhoods
            # the spectral start needs more points than it has dimensions
            init = "spectral" if len(latents) > 20 else "random"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what else could be installed, and of disconnected dots
                import umap

                engine = umap.UMAP(n_neighbors=neighbours, metric=metric, random_state=seed, n_jobs=1, init=init)
                raw = np.asarray(engine.fit_transform(latents), np.float64)
        if not np.isfinite(raw).all():
            raise InputError(f"UMAP finds no place for some of {len(latents)} points; more neighbours may help")
        frame = Frame.around(raw)
        return cls(frame.to_map(raw), latents, frame, neighbours, metric, seed)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "UMAP":
        neighbours, metric, seed = (parameters[name] for name in ("neighbours", "metric", "seed"))
        if metric not in METRICS or any(type(n) is not int or not 0 <= n < 2**31 for n in (seed, neighbours)):
            raise ValueError(f"a UMAP of {neighbours!r} neighbours with the metric {metric!r} and the seed {seed!r}")
        return cls(tensors["xy"], latents, _frame(parameters), neighbours, metric, seed)

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map(self.placement.transform(latents))

    @cached_property
    def placement(self) -> Placement:
        return Placement(self.metric, crowded=False).fit(self.frame.to_raw(self.xy), self.latents)

    def parameters(self) -> dict[str, Any]:
        return {
            **self.frame.parameters(), "neighbours": self.neighbours, "metric": self.metric, "seed": self.seed
        }  # fmt: skip

    def tensors(self) -> dict[str, Floats]:
        return {"xy": self.xy}

    @staticmethod
    def shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"xy": (points, 2)}


class LatentPlane:
    """Two dimensions of the latent space as they are. Where there are no others, going back is the identity; else
    `plane.OnPlane` finds the others."""

    name: ClassVar = "latent"
    title: ClassVar = "Latent plane"

    def __init__(self, xy: Floats, frame: Frame, axes: tuple[int, int] = FIRST, dimensions: int = 2) -> None:
        self.xy, self.frame, self.axes, self.dimensions = xy, frame, axes, dimensions

    @classmethod
    def fit(cls, latents: Floats, axes: tuple[int, int] = FIRST) -> "LatentPlane":
        check_axes(axes, latents.shape[1])
        raw = _on_axes(latents, axes)
        frame = Frame.around(raw)
        return cls(frame.to_map(raw), frame, axes, latents.shape[1])

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "LatentPlane":
        axes, frame = _axes(parameters, latents), _frame(parameters)
        if not np.allclose(tensors["xy"], frame.to_map(_on_axes(latents, axes)), atol=0.01):
            raise ValueError("a latent plane that its latents do not lie on")
        return cls(tensors["xy"], frame, axes, latents.shape[1])

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map(_on_axes(latents, self.axes))

    @property
    def is_whole(self) -> bool:
        """Whether the plane is all of the latent space."""
        return self.dimensions <= 2

    def inverse_transform(self, xy: Floats) -> Floats:
        """(N, 2) -> (N, d), of a latent space that the plane is all of."""
        return self.into(np.zeros((len(xy), self.dimensions), np.float32), xy)

    def into(self, latents: Floats, xy: Floats) -> Floats:
        """Latents (N, d) with the two dimensions that positions (N, 2) say."""
        raw = self.frame.to_raw(xy).astype(np.float32)
        for column, axis in enumerate(self.axes[: self.dimensions]):
            latents[:, axis - 1] = raw[:, column]
        return latents

    def parameters(self) -> dict[str, Any]:
        return {**self.frame.parameters(), **_unusual(self.axes)}

    def tensors(self) -> dict[str, Floats]:
        return {"xy": self.xy}

    @staticmethod
    def shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"xy": (points, 2)}


PROJECTIONS: dict[str, type[PCA] | type[TSNE] | type[LatentPlane] | type[UMAP]] = {
    kind.name: kind for kind in (TSNE, PCA, LatentPlane, UMAP)
}


def fit(
    method: str,
    latents: Floats,
    *,
    perplexity: float = 30.0,
    metric: str = "euclidean",
    seed: int = 0,
    axes: tuple[int, int] = FIRST,
    neighbours: int = 15,
    threads: int | None = None,
    progress: Progress = _silent,
) -> Projection:
    """The map of latents (M, d) by one of `PROJECTIONS`; each takes what it knows of."""
    if not np.isfinite(latents).all():
        raise InputError("latents: NaN or infinity arrived; finite numbers are allowed")
    if len(latents) == 0:
        raise InputError("latents: none arrived; a map needs at least one")
    if method == "tsne":
        return TSNE.fit(latents, perplexity=perplexity, metric=metric, seed=seed, threads=threads, progress=progress)
    if method == "pca":
        return PCA.fit(latents, axes)
    if method == "latent":
        return LatentPlane.fit(latents, axes)
    if method == "umap":
        return UMAP.fit(latents, neighbours=neighbours, metric=metric, seed=seed, progress=progress)
    raise InputError(f"projection {method!r} is unknown; allowed: {', '.join(PROJECTIONS)}")


def check_axes(axes: tuple[int, int], dimensions: int) -> None:
    """Raises `InputError` for axes that are not two of `dimensions`; one dimension lies along x."""
    if dimensions == 1 and axes == FIRST:
        return
    if axes[0] == axes[1] or not all(1 <= axis <= dimensions for axis in axes):
        allowed = "only 1-2 is" if dimensions < 3 else f"two different ones from 1 to {dimensions} are"
        raise InputError(f"axes {axes[0]}-{axes[1]} arrived for {dimensions} dimensions; {allowed} allowed")


def _on_axes(latents: Floats, axes: tuple[int, int]) -> Floats:
    if latents.shape[1] == 1:
        return np.pad(latents, ((0, 0), (0, 1)))
    return latents[:, np.array(axes) - 1]


def _unusual(axes: tuple[int, int]) -> dict[str, Any]:
    """As a file holds axes, which it does only where they are not the first."""
    return {} if axes == FIRST else {"axes": list(axes)}


def _axes(parameters: Mapping[str, Any], latents: Floats) -> tuple[int, int]:
    first, second = parameters.get("axes", FIRST)
    if not type(first) is type(second) is int:
        raise ValueError(f"a map of the axes {first!r} and {second!r}")
    check_axes((first, second), latents.shape[1])
    return first, second


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
