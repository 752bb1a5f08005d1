"""The sparse autoencoder: most latent units are inactive for any given image."""

import torch
from torch import Generator, Tensor

from latent_explorer.config import objectives
from latent_explorer.models.autoencoder import Autoencoder, LossTerms

ACTIVE_THRESHOLD = 0.1  # share of a unit's largest activation above which it counts as active


class SparseAutoencoder(Autoencoder):
    """Penalty on the latent's activations, weighted by `objective.weight`.

    `sparsity: kl`: units are sigmoids, and the mean activation of each over a batch is drawn to `objective.rho`
    by KL(rho || mean) (Ng 2011, CS294A lecture notes). `sparsity: l1`: units are rectified, and their sum is
    penalised (Olshausen and Field 1996's penalty on an encoder).
    """

    traits = objectives.SPARSE

    def encode(self, x: Tensor) -> Tensor:
        before = super().encode(x)
        return torch.sigmoid(before) if self.objective.sparsity == "kl" else torch.relu(before)

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        z = self.encode(x)
        reconstruction = self.compute_reconstruction_loss(self.decode_logits(z), x)
        is_kl = self.objective.sparsity == "kl"
        penalty = compute_kl_to_rho(z.float(), self.objective.rho) if is_kl else z.sum(1).mean()
        loss = reconstruction + self.objective.weight * self.warm_up_factor * penalty
        return {"loss": loss, "reconstruction": reconstruction, "sparsity": penalty}

    @torch.inference_mode()
    def compute_diagnostics(self, x: Tensor, z: Tensor, generator: Generator) -> dict[str, float]:
        return {"mean_activation": float(z.mean()), "active_share": measure_active_share(z)}


def compute_kl_to_rho(z: Tensor, rho: float) -> Tensor:
    """Return the sum over units of KL(Bernoulli(rho) || Bernoulli(mean activation)), activations (N, d) in (0, 1)."""
    mean = z.mean(dim=0).clamp(1e-6, 1 - 1e-6)
    return (rho * torch.log(rho / mean) + (1 - rho) * torch.log((1 - rho) / (1 - mean))).sum()


def measure_active_share(z: Tensor) -> float:
    """Return the mean share of active units (N, d) per image: those above a tenth of the unit's largest activation."""
    size = z.abs()
    return float((size > ACTIVE_THRESHOLD * size.amax(dim=0).clamp_min(1e-9)).float().mean())
