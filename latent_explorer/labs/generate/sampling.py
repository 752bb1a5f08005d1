"""New codes drawn at random: from a prior, from a mixture fitted to the latents, from a codebook, by diffusion.

A temperature scales what is random: at 1 codes are drawn as the source has them, nearer to its middle below. Draws
are fixed by a seed, and under one seed a temperature moves each code without drawing another. Knows no pictures.
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
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.errors import InputError

K = TypeVar("K")
V = TypeVar("V")

PRIOR, MIXTURE, CODES, DIFFUSION = "prior", "mixture", "codes", "diffusion"
MOST = 30  # Gaussians in a mixture: more hardly raised the likelihood of held-out latents of the shipped models
EACH = 10  # latents a Gaussian and dimension, at the least
FULL = 5  # Gaussians with full covariances, at the least; where there is room for fewer, they get diagonal ones
FLOOR = 1e-4  # of the latents' variance, added to every Gaussian's
COLDEST = 0.02  # temperature below which the use of codes is not sharpened further


def sources(checkpoint: Checkpoint) -> tuple[str, ...]:
    """Where new codes of a model can come from."""
    own = {DIFFUSION: checkpoint.generative, CODES: checkpoint.config.objective.name == "quantised"}
    return PRIOR, MIXTURE, *(name for name, there in own.items() if there)


def way(checkpoint: Checkpoint, source: str, count: int, *, temperature: float, seed: int) -> Floats:
    """The ways (T, count, d) of new codes, the last of each the code; only diffusion has more than that one.

    Raises `InputError` for a source that the model does not have, and for a temperature below 0.
    """
    if not 0 <= temperature < np.inf:
        raise InputError(f"temperature: {temperature} arrived; a number from 0 is allowed")
    if source not in sources(checkpoint):
        raise InputError(f"source: {source!r} arrived; {checkpoint.name} has {', '.join(sources(checkpoint))}")
    if source == DIFFUSION:
        return checkpoint.generate(count, seed=seed, temperature=temperature)
    draw = np.random.default_rng(seed)
    if source == CODES:
        return by_use(checkpoint, draw.random((count, _book(checkpoint).parts)), temperature)[None]
    noise = draw.standard_normal((count, checkpoint.latent_dim))
    if source == MIXTURE:
        return mixture(checkpoint.neighbours).codes(noise, draw.random(count), temperature)[None]
    return (temperature * noise).astype(np.float32)[None]


# -- a Gaussian mixture ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Mixture:
    """k Gaussians fitted to latents (M, d) by expectation maximisation (Dempster, Laird and Rubin 1977)."""

    weights: NDArray[np.float64]
    """(k,), summing to 1."""
    means: NDArray[np.float64]
    """(k, d)"""
    roots: NDArray[np.float64]
    """(k, d, d): lower triangles L with L L^T the covariance; or (k, d), the standard deviations."""
    seconds: float
    """That fitting it took."""

    def codes(self, noise: NDArray[np.float64], chance: NDArray[np.float64], temperature: float) -> Floats:
        """Noise (N, d) of unit variance, and chances (N,) in 0..1 that choose a Gaussian each, to codes (N, d)."""
        ends = np.cumsum(self.weights)
        which = np.minimum(np.searchsorted(ends, chance * ends[-1], side="right"), len(ends) - 1)
        roots = self.roots[which]
        away = np.einsum("nij,nj->ni", roots, noise) if roots.ndim == 3 else roots * noise
        z: Floats = (self.means[which] + temperature * away).astype(np.float32)
        return z


_MIXTURES: WeakKeyDictionary[LatentNeighbours, Mixture] = WeakKeyDictionary()
_USES: WeakKeyDictionary[Codebook, NDArray[np.float64]] = WeakKeyDictionary()


def mixture(neighbours: LatentNeighbours) -> Mixture:
    """Of a model's latents, fitted when first asked: about half a second for 10,000 of 32 dimensions."""
    return _kept(_MIXTURES, neighbours, lambda: fit(neighbours.latents))


def fit(latents: Floats, seed: int = 0) -> Mixture:
    """A mixture of latents (M, d), of as many Gaussians as they can carry."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    began = time.perf_counter()
    count, d = latents.shape
    if count < 2:
        raise InputError(f"latents: {count} arrived; a mixture needs at least 2")
    room = count // (EACH * d)
    full = room >= FULL
    components = int(np.clip(room if full else count // (2 * EACH), 1, min(MOST, count)))
    model = GaussianMixture(
        components, covariance_type="full" if full else "diag", tol=1e-2, max_iter=60, random_state=seed,
        reg_covar=max(FLOOR * float(latents.var()), 1e-12),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a few steps short of the end it draws as well
        model.fit(latents.astype(np.float64))
    roots = np.linalg.cholesky(model.covariances_) if full else np.sqrt(model.covariances_)
    return Mixture(model.weights_, model.means_, roots, time.perf_counter() - began)


# -- a codebook -----------------------------------------------------------------------------------------


def by_use(checkpoint: Checkpoint, chance: NDArray[np.float64], temperature: float) -> Floats:
    """Chances (N, G) in 0..1, one a part of the latent, to latents (N, d) of codes: as often as samples use them there.

    Each part is drawn by itself, so nothing says that they go together: that is what a second model, over the codes,
    would have to learn (van den Oord et al. 2017, section 3.3). Their shares are raised to 1 / temperature.
    """
    book = _book(checkpoint)
    uses = _kept(_USES, book, lambda: np.stack([_uses(book, part) for part in range(book.parts)]))  # (G, K)
    sharp = (uses / uses.max(axis=1, keepdims=True)) ** (1 / max(temperature, COLDEST))
    ends = np.cumsum(sharp, axis=1)
    chosen = [
        np.searchsorted(one, chance[:, part] * one[-1], side="right").clip(max=len(one) - 1)
        for part, one in enumerate(ends)
    ]
    return np.concatenate([book.table[codes] for codes in chosen], axis=1)


def _uses(book: Codebook, part: int) -> NDArray[np.float64]:
    return np.bincount(book.chosen(part), minlength=len(book.table)).astype(np.float64)


def _book(checkpoint: Checkpoint) -> Codebook:
    if checkpoint.codebook is None:
        raise InputError(f"{checkpoint.name} has no codebook")
    return checkpoint.codebook


def _kept(kept: WeakKeyDictionary[K, V], key: K, make: Callable[[], V]) -> V:
    """Made once for as long as the key lives."""
    found = kept.get(key)
    if found is None:
        found = kept[key] = make()
    return found
