"""Random new latents: from a prior, from a mixture fitted to the latents, from a codebook, or by diffusion.

A temperature scales the randomness: at 1 latents are drawn from the source's own distribution, below 1 nearer to its
mean. Draws are deterministic for a seed, and the temperature moves each latent without drawing another. Knows no
pictures.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.checkpoint.trained_model import TrainedModel
from latent_explorer.errors import InputError

K = TypeVar("K")
V = TypeVar("V")

PRIOR, MIXTURE, CODEBOOK, DIFFUSION = "prior", "mixture", "codes", "diffusion"
MAX_GAUSSIANS = (
    30  # maximum Gaussians in a mixture: more hardly raised the likelihood of held-out latents of the shipped models
)
MIN_LATENTS_PER_DIMENSION = 10  # minimum latents per Gaussian and dimension
MIN_FULL_GAUSSIANS = (
    5  # minimum Gaussians with full covariances; if the latents support fewer, covariances are diagonal
)
VARIANCE_FLOOR = 1e-4  # share of the latents' variance, added to every Gaussian's
MIN_TEMPERATURE = 0.02  # temperature below which code frequencies are not sharpened further


def list_sources(checkpoint: TrainedModel) -> tuple[str, ...]:
    """List the sources of new latents that a model has."""
    own = {DIFFUSION: checkpoint.generative, CODEBOOK: checkpoint.traits.has_codebook}
    return PRIOR, MIXTURE, *(name for name, there in own.items() if there)


def draw_trajectories(checkpoint: TrainedModel, source: str, count: int, *, temperature: float, seed: int) -> Floats:
    """Draw new latents as trajectories (T, count, d), whose last step is the latent; T is 1 except for diffusion.

    Raises `InputError` for a source that the model does not have, and for a temperature below 0.
    """
    if not 0 <= temperature < np.inf:
        raise InputError(f"temperature: {temperature} arrived; a number from 0 is allowed")
    if source not in list_sources(checkpoint):
        raise InputError(f"source: {source!r} arrived; {checkpoint.name} has {', '.join(list_sources(checkpoint))}")
    if source == DIFFUSION:
        return checkpoint.generate(count, seed=seed, temperature=temperature)
    draw = np.random.default_rng(seed)
    if source == CODEBOOK:
        return draw_codebook_latents(
            checkpoint, draw.random((count, _get_codebook(checkpoint).part_count)), temperature
        )[None]
    noise = draw.standard_normal((count, checkpoint.latent_dim))
    if source == MIXTURE:
        return get_mixture(checkpoint.neighbours).to_latents(noise, draw.random(count), temperature)[None]
    return (temperature * noise).astype(np.float32)[None]


def draw(checkpoint: TrainedModel, count: int, *, seed: int, temperature: float, source: str | None) -> Floats:
    """Compute `Checkpoint.sample`."""
    for name, value, low in (("n", count, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
            raise InputError(f"{name}: {value!r} arrived; a whole number from {low} is allowed")
    traits = checkpoint.traits
    own = {DIFFUSION: checkpoint.generative, PRIOR: traits.has_prior, CODEBOOK: traits.has_codebook, MIXTURE: True}
    chosen = source if source is not None else next(name for name, there in own.items() if there)
    z: Floats = draw_trajectories(checkpoint, chosen, int(count), temperature=temperature, seed=int(seed))[-1]
    return z


# -- a Gaussian mixture ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Mixture:
    """k Gaussians fitted to latents (M, d) by expectation maximisation (Dempster, Laird and Rubin 1977)."""

    weights: NDArray[np.float64]
    """(k,), summing to 1."""
    means: NDArray[np.float64]
    """(k, d)"""
    covariance_factors: NDArray[np.float64]
    """(k, d, d): lower triangles L with L L^T the covariance; or (k, d), the standard deviations."""
    fit_seconds: float
    """Duration of the fit."""

    def to_latents(self, noise: NDArray[np.float64], uniform_draws: NDArray[np.float64], temperature: float) -> Floats:
        """Map `noise` (N, d) of unit variance to latents (N, d); `uniform_draws` (N,) in 0..1 choose the Gaussians."""
        ends = np.cumsum(self.weights)
        which = np.minimum(np.searchsorted(ends, uniform_draws * ends[-1], side="right"), len(ends) - 1)
        roots = self.covariance_factors[which]
        away = np.einsum("nij,nj->ni", roots, noise) if roots.ndim == 3 else roots * noise
        z: Floats = (self.means[which] + temperature * away).astype(np.float32)
        return z


_MIXTURES: WeakKeyDictionary[LatentNeighbours, Mixture] = WeakKeyDictionary()
_CODE_COUNTS: WeakKeyDictionary[Codebook, NDArray[np.float64]] = WeakKeyDictionary()


def get_mixture(neighbours: LatentNeighbours) -> Mixture:
    """Return the mixture of a model's latents, fitted on first use: about half a second for 10,000 of 32 dimensions."""
    return _get_or_make(_MIXTURES, neighbours, lambda: fit_mixture(neighbours.latents))


def fit_mixture(latents: Floats) -> Mixture:
    """Fit a mixture to latents (M, d), with as many Gaussians as they support."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    began = time.perf_counter()
    count, d = latents.shape
    if count < 2:
        raise InputError(f"latents: {count} arrived; a mixture needs at least 2")
    room = count // (MIN_LATENTS_PER_DIMENSION * d)
    full = room >= MIN_FULL_GAUSSIANS
    components = int(np.clip(room if full else count // (2 * MIN_LATENTS_PER_DIMENSION), 1, min(MAX_GAUSSIANS, count)))
    model = GaussianMixture(
        components, covariance_type="full" if full else "diag", tol=1e-2, max_iter=60, random_state=0,
        reg_covar=max(VARIANCE_FLOOR * float(latents.var()), 1e-12),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a few steps before convergence it draws as well
        model.fit(latents.astype(np.float64))
    roots = np.linalg.cholesky(model.covariances_) if full else np.sqrt(model.covariances_)
    return Mixture(model.weights_, model.means_, roots, time.perf_counter() - began)


# -- a codebook -----------------------------------------------------------------------------------------


def draw_codebook_latents(checkpoint: TrainedModel, uniform_draws: NDArray[np.float64], temperature: float) -> Floats:
    """Transform `uniform_draws` (N, G) in 0..1, one per part of the latent, to latents (N, d) of codebook entries, each
    entry as frequent as in the samples.

    The parts are drawn independently; their joint distribution would need a second model over the codes (van den Oord
    et al. 2017, section 3.3). Frequencies are raised to 1 / temperature.
    """
    book = _get_codebook(checkpoint)
    uses = _get_or_make(
        _CODE_COUNTS, book, lambda: np.stack([_count_uses(book, part) for part in range(book.part_count)])
    )  # (G, K)
    sharp = (uses / uses.max(axis=1, keepdims=True)) ** (1 / max(temperature, MIN_TEMPERATURE))
    ends = np.cumsum(sharp, axis=1)
    chosen = [
        np.searchsorted(one, uniform_draws[:, part] * one[-1], side="right").clip(max=len(one) - 1)
        for part, one in enumerate(ends)
    ]
    return np.concatenate([book.table[codes] for codes in chosen], axis=1)


def _count_uses(codebook: Codebook, part: int) -> NDArray[np.float64]:
    return np.bincount(codebook.assign_codes(part), minlength=len(codebook.table)).astype(np.float64)


def _get_codebook(checkpoint: TrainedModel) -> Codebook:
    if checkpoint.codebook is None:
        raise InputError(f"{checkpoint.name} has no codebook")
    return checkpoint.codebook


def _get_or_make(cache: WeakKeyDictionary[K, V], key: K, make: Callable[[], V]) -> V:
    """Return the cached value of `key`, made once for the lifetime of the key."""
    value = cache.get(key)
    if value is None:
        value = cache[key] = make()
    return value
