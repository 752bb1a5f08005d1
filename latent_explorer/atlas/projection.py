"""Projections: latents (N, d) to the 2-D map, in map units (`map_frame`).

Each is an estimator with `fit` and `transform` that `restore` rebuilds from the numbers in a checkpoint; none knows
images, models or files.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.map_frame import MARGIN, MAX_COORDINATE, MapFrame
from latent_explorer.atlas.pca import FIRST_AXES, PCA, LatentPlane, check_axes
from latent_explorer.atlas.tsne_umap import TSNE, UMAP, UMAP_MISSING, Progress, ignore_progress
from latent_explorer.config import DISTANCE_METRICS
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
    progress: Progress = ignore_progress,
) -> Projection:  # fmt: skip
    """Return the map of latents (M, d) by one of `PROJECTIONS`; each uses only the arguments that apply to it."""
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


SETTINGS = ("perplexity", "metric", "seed", "axes", "neighbours", "threads", "progress")
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
    return checked


__all__ = [
    "FIRST_AXES", "MARGIN", "MAX_COORDINATE", "PCA", "PROJECTIONS", "TSNE", "UMAP", "UMAP_MISSING", "LatentPlane",
    "MapFrame", "Projection", "check_axes", "check_settings", "fit",
]  # fmt: skip
