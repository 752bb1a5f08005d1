"""Projections that keep neighbours together: t-SNE and UMAP."""

import importlib.util
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.map_frame import Frame, number, restored
from latent_explorer.atlas.tsne_transform import Placement
from latent_explorer.config import METRICS
from latent_explorer.errors import InputError

NO_UMAP = "UMAP is not installed: pip install umap-learn"
STEPS = (250, 500)  # of t-SNE: under early exaggeration, and after it
TOLD_EVERY = 10  # steps of t-SNE

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and what is to be said of it."""


def silent(share: float, said: str) -> None: ...


class Embedding:
    """A map that is found dot by dot. New points are placed by `Placement`, where their neighbours are."""

    crowded: ClassVar = True
    """Whether all dots push a new point, as t-SNE's loss says."""

    def __init__(self, xy: Floats, latents: Floats, frame: Frame, metric: str, seed: int) -> None:
        self.xy, self.latents, self.frame = xy, latents, frame
        self.metric, self.seed = metric, seed

    def transform(self, latents: Floats) -> Floats:
        return self.frame.to_map(self.placement.transform(latents))

    @cached_property
    def placement(self) -> Placement:
        return Placement(self.metric, crowded=self.crowded).fit(self.frame.to_raw(self.xy), self.latents)

    def parameters(self) -> dict[str, Any]:
        return {**self.frame.parameters(), "metric": self.metric, "seed": self.seed}

    def tensors(self) -> dict[str, Floats]:
        return {"xy": self.xy}

    @staticmethod
    def shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"xy": (points, 2)}


class TSNE(Embedding):
    """t-SNE (van der Maaten and Hinton 2008) by openTSNE (Policar et al. 2019).

    New points are placed by `Placement`: each where t-SNE's own loss is least on the fixed map, apart from the
    others.
    """

    name: ClassVar = "tsne"
    title: ClassVar = "t-SNE"

    def __init__(self, xy: Floats, latents: Floats, frame: Frame, perplexity: float, metric: str, seed: int) -> None:
        super().__init__(xy, latents, frame, metric, seed)
        self.perplexity = perplexity

    @classmethod
    def fit(
        cls,
        latents: Floats,
        *,
        perplexity: float = 30.0,
        metric: str = "euclidean",
        seed: int = 0,
        threads: int | None = None,
        progress: Progress = silent,
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
            callbacks=_Steps(progress) if progress is not silent else None,
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
        return cls(tensors["xy"], latents, restored(parameters), number(perplexity, 1.0, most), metric, seed)

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "perplexity": self.perplexity}


class _Steps:
    """openTSNE's callback: it counts each of the two phases anew."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.before, self.last = progress, 0, 0

    def __call__(self, step: int, error: float, raw: Any) -> None:
        if step < self.last:
            self.before = STEPS[0]
        self.last = step
        self.progress((self.before + step) / sum(STEPS), f"KL {error:.2f}")


class UMAP(Embedding):
    """UMAP (McInnes, Healy and Melville 2018, arXiv:1802.03426) by umap-learn, which only `fit` needs.

    New points are placed by `Placement` from their neighbours alone, so that a stored map is whole without it.
    """

    name: ClassVar = "umap"
    title: ClassVar = "UMAP"
    crowded: ClassVar = False

    def __init__(self, xy: Floats, latents: Floats, frame: Frame, neighbours: int, metric: str, seed: int) -> None:
        super().__init__(xy, latents, frame, metric, seed)
        self.neighbours = neighbours

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
        progress: Progress = silent,
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
        return cls(tensors["xy"], latents, restored(parameters), neighbours, metric, seed)

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "neighbours": self.neighbours}


def _threads(points: int) -> int:
    """For openTSNE. Its threads wait for each other by spinning, which costs small maps more than they gain."""
    return -1 if points >= 5000 else 1


def _wide(latents: Floats) -> np.ndarray[Any, Any]:
    """What openTSNE works on: float64, and a second column of zeros where its first PCA needs one."""
    wide = latents.astype(np.float64)
    return np.pad(wide, ((0, 0), (0, 1))) if wide.shape[1] == 1 else wide
