"""Neighbour embeddings: t-SNE and UMAP."""

import copy
import importlib.util
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Self

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas import rapids
from latent_explorer.atlas.map_frame import MapFrame, check_number, restore_frame
from latent_explorer.atlas.tsne_transform import Placement
from latent_explorer.config import BACKENDS, DISTANCE_METRICS
from latent_explorer.errors import InputError
from latent_explorer.texts import mark

UMAP_MISSING = mark("UMAP is not installed: pip install umap-learn")
STEPS = (250, 500)  # of t-SNE: during early exaggeration, and after it
FOLLOWING_STEPS = 100  # of t-SNE that begins at a finished map
PROGRESS_INTERVAL = 10  # steps of t-SNE between two progress reports

Progress = Callable[[float, str], None]
"""A function that is called with the share done, 0 to 1, and a message."""


def ignore_progress(share: float, message: str) -> None: ...


class Embedding:
    """A map without a formula. New points are placed by `Placement`, near their neighbours."""

    with_repulsion: ClassVar = True
    """Whether all dots repel a new point, as in t-SNE's loss."""

    def __init__(self, xy: Floats, latents: Floats, frame: MapFrame, metric: str, seed: int) -> None:
        self.xy, self.latents, self.frame = xy, latents, frame
        self.metric, self.seed = metric, seed

    def transform(self, latents: Floats, progress: Progress = ignore_progress) -> Floats:
        return self.frame.to_map(self.placement.transform(latents, lambda share: progress(share, "")))

    @cached_property
    def placement(self) -> Placement:
        return Placement(self.metric, with_repulsion=self.with_repulsion).fit(self.frame.to_raw(self.xy), self.latents)

    def move_to(self, xy: Floats, latents: Floats) -> Self:
        """Return this map with other dots."""
        other = copy.copy(self)
        other.__dict__.pop("placement", None)
        other.xy, other.latents = xy, latents
        return other

    def to_header(self) -> dict[str, Any]:
        return {**self.frame.to_header(), "metric": self.metric, "seed": self.seed}

    def to_tensors(self) -> dict[str, Floats]:
        return {"xy": self.xy}

    @staticmethod
    def get_tensor_shapes(points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        return {"xy": (points, 2)}


class TSNE(Embedding):
    """t-SNE (van der Maaten and Hinton 2008) by openTSNE (Policar et al. 2019).

    New points are placed by `Placement`: each at the minimum of t-SNE's loss on the fixed map, independently of the
    others.
    """

    name: ClassVar = "tsne"
    title: ClassVar = "t-SNE"

    def __init__(self, xy: Floats, latents: Floats, frame: MapFrame, perplexity: float, metric: str, seed: int) -> None:
        super().__init__(xy, latents, frame, metric, seed)
        self.perplexity = perplexity

    @classmethod
    def fit(
        cls, latents: Floats, *, perplexity: float = 30.0, metric: str = "euclidean", seed: int = 0,
        threads: int | None = None, backend: str = BACKENDS[0], progress: Progress = ignore_progress,
    ) -> "TSNE":  # fmt: skip
        """Return the map of latents (M, d); `threads` None uses all cores if there are enough points."""
        most = (len(latents) - 1) / 3
        if perplexity > most:
            raise InputError(
                f"perplexity: {perplexity:g} arrived for {len(latents)} points; at most {most:.0f} is allowed"
            )
        progress(0.0, mark("looking for neighbours"))
        if backend == "cuml":
            raw = rapids.embed_by_tsne(latents, perplexity, metric, seed)
            frame = MapFrame.from_points(raw)
            return cls(frame.to_map(raw), latents, frame, perplexity, metric, seed)
        import openTSNE

        engine = openTSNE.TSNE(
            perplexity=perplexity, metric=metric, random_state=seed,
            initialization="random" if np.ptp(latents, axis=0).max() == 0 else "pca",
            # threads wait for each other by spinning, which slows small maps down
            n_jobs=threads or (-1 if len(latents) >= 5000 else 1),
            early_exaggeration_iter=STEPS[0], n_iter=STEPS[1], callbacks_every_iters=PROGRESS_INTERVAL,
            callbacks=_ProgressCallback(progress) if progress is not ignore_progress else None,
        )  # fmt: skip
        wide = np.pad(latents, ((0, 0), (0, 1))) if latents.shape[1] == 1 else latents  # openTSNE needs two columns
        wide = wide.astype(np.float64)
        if metric == "cosine":
            wide[~wide.any(axis=1)] = 1e-30  # the origin lies in no direction; openTSNE would divide by its length
        raw = np.asarray(engine.fit(wide))
        frame = MapFrame.from_points(raw)
        return cls(frame.to_map(raw), latents, frame, perplexity, metric, seed)

    def follow(self, latents: Floats, *, threads: int | None = None, progress: Progress = ignore_progress) -> "TSNE":
        """Return the map of other latents (M, d) of the same samples, begun where this one ended: what did not move in
        latent space stays where it is."""
        import openTSNE

        progress(0.0, mark("looking for neighbours"))
        engine = openTSNE.TSNE(
            perplexity=self.perplexity, metric=self.metric, random_state=self.seed,
            initialization=self.frame.to_raw(self.xy).astype(np.float64), n_jobs=threads or 1,
            early_exaggeration_iter=0, n_iter=FOLLOWING_STEPS, callbacks_every_iters=PROGRESS_INTERVAL,
            callbacks=lambda step, error, raw: progress(step / FOLLOWING_STEPS, _describe_error(error)),
        )  # fmt: skip
        wide = np.pad(latents, ((0, 0), (0, 1))) if latents.shape[1] == 1 else latents
        raw = np.asarray(engine.fit(wide.astype(np.float64)))
        frame = MapFrame.from_points(raw)
        return TSNE(frame.to_map(raw), latents, frame, self.perplexity, self.metric, self.seed)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "TSNE":
        perplexity, metric, seed = (parameters[name] for name in ("perplexity", "metric", "seed"))
        if metric not in DISTANCE_METRICS or type(seed) is not int or not 0 <= seed < 2**31:
            raise ValueError(f"a t-SNE map with the metric {metric!r} and the seed {seed!r}")
        most = (len(latents) - 1) / 3
        return cls(tensors["xy"], latents, restore_frame(parameters), check_number(perplexity, 1.0, most), metric, seed)

    def to_header(self) -> dict[str, Any]:
        return {**super().to_header(), "perplexity": self.perplexity}


class _ProgressCallback:
    """openTSNE's callback, which turns its step counts, restarted in each of the two phases, into progress."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.steps_before, self.last_step = progress, 0, 0

    def optimization_about_to_start(self) -> None:
        """Let the time count from the first step, after the search for neighbours, which takes a time of its own."""
        if self.last_step == 0:
            self.progress(0.0, "")

    def __call__(self, step: int, error: float, raw: Any) -> None:
        if step < self.last_step:
            self.steps_before = STEPS[0]
        self.last_step = step
        self.progress((self.steps_before + step) / sum(STEPS), _describe_error(error))


def _describe_error(error: float) -> str:
    """Return what t-SNE lessens, as a text that the window shows."""
    return mark("KL {error:.2f}", error=float(error))


class UMAP(Embedding):
    """UMAP (McInnes, Healy and Melville 2018, arXiv:1802.03426) by umap-learn, which only `fit` needs.

    New points are placed by `Placement` from their neighbours alone, so that a stored map needs no umap-learn.
    """

    name: ClassVar = "umap"
    title: ClassVar = "UMAP"
    with_repulsion: ClassVar = False

    def __init__(self, xy: Floats, latents: Floats, frame: MapFrame, neighbours: int, metric: str, seed: int) -> None:
        super().__init__(xy, latents, frame, metric, seed)
        self.neighbours = neighbours

    @staticmethod
    @lru_cache
    def is_installed() -> bool:
        """Whether umap-learn is installed."""
        return importlib.util.find_spec("umap") is not None

    @classmethod
    def fit(
        cls, latents: Floats, *, neighbours: int = 15, metric: str = "euclidean", seed: int = 0,
        backend: str = BACKENDS[0], progress: Progress = ignore_progress,
    ) -> "UMAP":  # fmt: skip
        """Return the map of latents (M, d); raise `InputError` if umap-learn is not installed."""
        if backend != "cuml" and not cls.is_installed():
            raise InputError(UMAP_MISSING)
        if not 2 <= neighbours < len(latents):
            raise InputError(
                f"neighbours: {neighbours} arrived for {len(latents)} points; 2 to {len(latents) - 1} are allowed"
            )
        progress(0.0, "")
        raw = np.zeros((len(latents), 2))
        if backend == "cuml":
            raw = rapids.embed_by_umap(latents, neighbours, metric, seed)
        elif np.ptp(latents, axis=0).max() > 0:  # identical latents have no neighbourhoods
            # the spectral start needs more points than it has dimensions
            init = "spectral" if len(latents) > 20 else "random"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about optional packages, and disconnected dots
                import umap

                engine = umap.UMAP(n_neighbors=neighbours, metric=metric, random_state=seed, n_jobs=1, init=init)
                raw = np.asarray(engine.fit_transform(latents), np.float64)
        if not np.isfinite(raw).all():
            text = mark("UMAP finds no place for some of {count} points; more neighbours may help", count=len(latents))
            raise InputError(text)
        frame = MapFrame.from_points(raw)
        return cls(frame.to_map(raw), latents, frame, neighbours, metric, seed)

    @classmethod
    def restore(cls, parameters: Mapping[str, Any], tensors: Mapping[str, Floats], latents: Floats) -> "UMAP":
        neighbours, metric, seed = (parameters[name] for name in ("neighbours", "metric", "seed"))
        if metric not in DISTANCE_METRICS or any(type(n) is not int or not 0 <= n < 2**31 for n in (seed, neighbours)):
            raise ValueError(f"a UMAP of {neighbours!r} neighbours with the metric {metric!r} and the seed {seed!r}")
        return cls(tensors["xy"], latents, restore_frame(parameters), neighbours, metric, seed)

    def to_header(self) -> dict[str, Any]:
        return {**super().to_header(), "neighbours": self.neighbours}
