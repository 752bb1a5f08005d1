"""t-SNE and UMAP on an NVIDIA GPU, by cuML of RAPIDS, where it is installed. It knows nothing of map units."""

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError

MISSING = "cuML is not installed: see https://docs.rapids.ai/install, or choose the backend cpu"
NEIGHBOURS_PER_PERPLEXITY = 3  # as in the paper of t-SNE
MAX_NEIGHBOURS = 1023  # what cuML looks for at most


def embed_by_tsne(latents: Floats, perplexity: float, metric: str, seed: int) -> NDArray[np.float64]:
    """Return the positions (M, 2) of latents (M, d), in t-SNE's own units."""
    neighbours = min(int(NEIGHBOURS_PER_PERPLEXITY * perplexity) + 1, len(latents) - 1, MAX_NEIGHBOURS)
    settings = {"perplexity": perplexity, "n_neighbors": neighbours, "method": "fft"}
    return _embed("TSNE", latents, metric=metric, random_state=seed, **settings)


def embed_by_umap(latents: Floats, neighbours: int, metric: str, seed: int) -> NDArray[np.float64]:
    """Return the positions (M, 2) of latents (M, d), in UMAP's own units."""
    return _embed("UMAP", latents, n_neighbors=neighbours, metric=metric, random_state=seed)


def check_installed() -> None:
    """Raise `InputError` without cuML, which is not imported: that takes seconds and a GPU."""
    if importlib.util.find_spec("cuml") is None:
        raise InputError(MISSING)


def _embed(kind: str, latents: Floats, **settings: Any) -> NDArray[np.float64]:
    try:
        manifold = importlib.import_module("cuml.manifold")
    except ImportError:
        raise InputError(MISSING) from None
    try:
        raw = getattr(manifold, kind)(n_components=2, **settings).fit_transform(
            np.ascontiguousarray(latents, np.float32)
        )
    except (RuntimeError, MemoryError) as error:  # no GPU, an old driver, too little memory
        raise InputError(f"cuML failed: {str(error).splitlines()[0] if str(error) else error!r}") from None
    # arrays on the GPU have `get`
    placed = np.asarray(raw.get() if hasattr(raw, "get") else raw, np.float64)
    if placed.shape != (len(latents), 2) or not np.isfinite(placed).all():
        raise InputError(f"cuML finds no place for some of {len(latents):,} points; the backend cpu may")
    return placed
