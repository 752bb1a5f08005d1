"""Projections: latents (N, d) to the 2-D map, in map units (`frame`).

Each is an estimator with `fit` and `transform` that can be put back together from what a checkpoint stores; none knows
of images, models or files.
"""

from typing import Any, ClassVar, Protocol

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.map_frame import FARTHEST, MARGIN, Frame
from latent_explorer.atlas.pca import FIRST, PCA, LatentPlane, check_axes
from latent_explorer.atlas.tsne_umap import NO_UMAP, TSNE, UMAP, Progress, silent
from latent_explorer.errors import InputError


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
    progress: Progress = silent,
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


__all__ = [
    "FARTHEST", "FIRST", "MARGIN", "NO_UMAP", "PCA", "PROJECTIONS", "TSNE", "UMAP", "Frame", "LatentPlane",
    "Projection", "check_axes", "fit",
]  # fmt: skip
