"""The Wasserstein autoencoder: the aggregate of all latents matches the prior; encoding is deterministic."""

import torch
from torch import Generator, Tensor

from latent_explorer.config import objectives
from latent_explorer.models.autoencoder import Autoencoder, LossTerms

KERNEL_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class WassersteinAutoencoder(Autoencoder):
    """WAE-MMD (Tolstikhin et al. 2018, arXiv:1711.01558): the reconstruction plus `objective.weight` times the
    maximum mean discrepancy between a batch's latents and as many draws from N(0, 1).
    """

    traits = objectives.WASSERSTEIN

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        z = self.encode(x)
        reconstruction = self.compute_reconstruction_loss(self.decode_logits(z), x)
        prior = torch.empty_like(z).normal_(generator=generator)
        discrepancy = estimate_mmd(z.float(), prior.float())
        loss = reconstruction + self.objective.weight * discrepancy
        return {"loss": loss, "reconstruction": reconstruction, "mmd": discrepancy}

    @torch.inference_mode()
    def compute_diagnostics(self, x: Tensor, z: Tensor, generator: Generator) -> dict[str, float]:
        return {"mmd": float(estimate_mmd(z, torch.empty_like(z).normal_(generator=generator)))}


def estimate_mmd(a: Tensor, b: Tensor) -> Tensor:
    """Return the unbiased squared maximum mean discrepancy of (N, d) and (M, d), N and M at least 2, summed over
    inverse multiquadratic kernels C / (C + |a - b|^2) with C = 2 d times each of seven scales (Tolstikhin et al., 4).

    It is 0 if either has a single sample.
    """
    n, m = len(a), len(b)
    if min(n, m) < 2:
        return a.sum() * 0
    within_a, within_b, between = (_compute_squared_distances(*pair) for pair in ((a, a), (b, b), (a, b)))
    total = a.new_zeros(())
    for scale in KERNEL_SCALES:
        c = 2 * a.shape[1] * scale
        # without the diagonals, each a 1
        same = ((c / (c + within_a)).sum() - n) / (n * (n - 1)) + ((c / (c + within_b)).sum() - m) / (m * (m - 1))
        total = total + same - 2 * (c / (c + between)).mean()
    return total


def _compute_squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """Return squared distances (N, M), by products: their gradient at 0 is finite, unlike that of a root."""
    squares = a.square().sum(1)[:, None] + b.square().sum(1)[None, :] - 2 * a @ b.T
    return squares.clamp_min(0.0)
