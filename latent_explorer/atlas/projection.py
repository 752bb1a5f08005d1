"""Projections: latents (N, d) to the 2-D map, in map units (`map_frame`).

Each is an estimator with `fit` and `transform` that `restore` rebuilds from the numbers in a checkpoint; none knows
images, models or files.
"""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas.map_frame import MARGIN, MAX_COORDINATE, MapFrame
from latent_explorer.atlas.pca import FIRST_AXES, PCA, LatentPlane, check_axes
from latent_explorer.atlas.tsne_umap import TSNE, UMAP, UMAP_MISSING, Embedding, Progress, ignore_progress
from latent_explorer.config import BACKENDS, DISTANCE_METRICS
from latent_explorer.errors import InputError, did_you_mean


class Projection(Protocol):
    """A projection, as an atlas uses it; all positions in map units."""

    name: ClassVar[str]
    title: ClassVar[str]
    xy: Floats
    """The positions (M, 2) of the fitted latents."""

    def transform(self, latents: Floats) -> Floats:
        """Return the positions (N, 2) of latents (N, d), also of new ones."""

    def to_header(self) -> dict[str, Any]:
        """Return the parameters for the JSON header."""

    def to_tensors(self) -> dict[str, Floats]:
        """Return the arrays to store; `xy` is among them if it does not follow from the latents."""


PROJECTIONS: dict[str, type[PCA] | type[TSNE] | type[LatentPlane] | type[UMAP]] = {
    kind.name: kind for kind in (TSNE, PCA, LatentPlane, UMAP)
}


def fit(
    method: str, latents: Floats, *, perplexity: float = 30.0, metric: str = "euclidean", seed: int = 0,
    axes: tuple[int, int] = FIRST_AXES, neighbours: int = 15, threads: int | None = None,
    backend: str = BACKENDS[0], progress: Progress = ignore_progress,
) -> Projection:  # fmt: skip
    """Return the map of latents (M, d) by one of `PROJECTIONS`; each uses only the arguments that apply to it."""
    if not np.isfinite(latents).all():
        raise InputError("latents: NaN or infinity arrived; finite numbers are allowed")
    if len(latents) == 0:
        raise InputError("latents: none arrived; a map needs at least one")
    if method == "tsne":
        return TSNE.fit(
            latents, perplexity=perplexity, metric=metric, seed=seed, threads=threads, backend=backend,
            progress=progress,
        )  # fmt: skip
    if method == "pca":
        return PCA.fit(latents, axes)
    if method == "latent":
        return LatentPlane.fit(latents, axes)
    if method == "umap":
        return UMAP.fit(latents, neighbours=neighbours, metric=metric, seed=seed, backend=backend, progress=progress)
    raise InputError(f"projection {method!r} is unknown; allowed: {', '.join(PROJECTIONS)}")


def place_others(
    fitted: Projection, latents: Floats, rows: NDArray[np.intp], progress: Progress = ignore_progress
) -> Projection:
    """Return the map of all latents (N, d) whose rows `rows`, ascending, `fitted` is the map of: those stay in their
    places, and the others are placed on it."""
    others = np.setdiff1d(np.arange(len(latents)), rows)
    xy = np.empty((len(latents), 2), np.float32)
    xy[rows] = fitted.xy
    if isinstance(fitted, Embedding):
        xy[others] = fitted.transform(latents[others], progress)
        return fitted.move_to(xy, latents)
    xy[others] = fitted.transform(latents[others])
    whole = copy.copy(fitted)
    whole.xy = xy
    return whole


SETTINGS = ("perplexity", "metric", "seed", "axes", "neighbours", "threads", "backend", "progress")
"""The names of the arguments of `fit` that follow the latents."""


def check_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return `settings` as arguments of `fit`; raise `InputError` for an unknown name or an impossible value."""
    checked = dict(settings)
    for name, value in settings.items():
        if name not in SETTINGS:
            raise InputError(
                f"{name} is no setting of a map{did_you_mean(name, SETTINGS)}; allowed: {', '.join(SETTINGS)}"
            )
        low = {"perplexity": 1, "seed": 0, "neighbours": 2, "threads": 1}.get(name)
        whole = name != "perplexity"
        if low is None or (name == "threads" and value is None):
            continue
        kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
        if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value < 2**31:
            raise InputError(f"{name}: {value!r} arrived; a {'whole ' if whole else ''}number from {low} is allowed")
        checked[name] = int(value) if whole else float(value)  # JSON takes no numpy numbers
    metric = settings.get("metric", DISTANCE_METRICS[0])
    if metric not in DISTANCE_METRICS:
        raise InputError(f"metric: {metric!r} arrived; allowed: {', '.join(DISTANCE_METRICS)}")
    backend = settings.get("backend", BACKENDS[0])
    if backend not in BACKENDS:
        raise InputError(f"backend: {backend!r} arrived; allowed: {', '.join(BACKENDS)}")
    return checked


__all__ = [
    "FIRST_AXES", "MARGIN", "MAX_COORDINATE", "PCA", "PROJECTIONS", "TSNE", "UMAP", "UMAP_MISSING", "Embedding",
    "LatentPlane", "MapFrame", "Projection", "check_axes", "check_settings", "fit", "place_others",
]  # fmt: skip
