"""The adversarial autoencoder: a discriminator learns to tell latents from the prior, the encoder to fool it."""

import torch
from torch import Generator, Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from latent_explorer import config
from latent_explorer.config import objectives
from latent_explorer.models.activation import make_dense_layers
from latent_explorer.models.autoencoder import Autoencoder, LossTerms
from latent_explorer.models.encoder_body import EncoderBody

DISCRIMINATOR_WIDTHS = (128, 128)
GRADIENT_PENALTY_WEIGHT = 3.0  # weight of the gradient penalty on the discriminator


class AdversarialAutoencoder(Autoencoder):
    """Makhzani et al. 2015 (arXiv:1511.05644). One step trains both: the discriminator on latents detached
    from the encoder, the encoder against a discriminator with fixed weights.
    """

    traits = objectives.ADVERSARIAL

    def __init__(self, encoder: EncoderBody, decoder: nn.Module, latent_dim: int, objective: config.Objective) -> None:
        super().__init__(encoder, decoder, latent_dim, objective)
        self.discriminator = nn.Sequential(
            *make_dense_layers([latent_dim, *DISCRIMINATOR_WIDTHS], "silu"), nn.Linear(DISCRIMINATOR_WIDTHS[-1], 1)
        )

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        z = self.encode(x)
        reconstruction = self.compute_reconstruction_loss(self.decode_logits(z), x)
        z = z.float()
        prior = torch.empty_like(z).normal_(generator=generator)
        discrimination = _compute_cross_entropy(self.discriminator(prior), 1.0)
        discrimination = discrimination + _compute_cross_entropy(self.discriminator(z.detach()), 0.0)
        if torch.is_grad_enabled():
            discrimination = discrimination + GRADIENT_PENALTY_WEIGHT / 2 * self._compute_gradient_penalty(
                torch.cat([prior, z.detach()])
            )
        fixed = {name: value.detach() for name, value in self.discriminator.named_parameters()}
        fooling = _compute_cross_entropy(functional_call(self.discriminator, fixed, (z,)), 1.0)
        loss = reconstruction + self.objective.weight * self.warm_up_factor * fooling + discrimination
        return {"loss": loss, "reconstruction": reconstruction, "fooling": fooling, "discrimination": discrimination}

    @torch.inference_mode()
    def compute_diagnostics(self, x: Tensor, z: Tensor, generator: Generator) -> dict[str, float]:
        prior = torch.empty_like(z).normal_(generator=generator)
        right = (self.discriminator(prior) > 0).float().mean() + (self.discriminator(z) <= 0).float().mean()
        return {"discriminator_accuracy": float(right) / 2}

    def _compute_gradient_penalty(self, z: Tensor) -> Tensor:
        """Return the mean squared gradient of the discriminator's logit at latents `z` (N, d); without this penalty the
        training oscillates (Mescheder et al. 2018, arXiv:1801.04406, their R1 and R2)."""
        z = z.detach().requires_grad_()
        (slope,) = torch.autograd.grad(self.discriminator(z).sum(), z, create_graph=True)
        return slope.square().sum(dim=1).mean()


def _compute_cross_entropy(logits: Tensor, target: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits.float(), torch.full_like(logits, target, dtype=torch.float32))
