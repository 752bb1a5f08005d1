"""The variational autoencoder: a Gaussian posterior, the closed-form KL, and beta."""

import torch
from torch import Tensor, nn

from latent_explorer.models.autoencoder import Autoencoder


class VariationalAutoencoder(Autoencoder):
    """Kingma and Welling 2013 (arXiv:1312.6114); `objective.beta` other than 1 is Higgins et al. 2017.

    `encode` gives the posterior's mean, the code that the map and the explorer use.
    """

    def make_head(self, width: int) -> nn.Module:
        return nn.Linear(width, 2 * self.latent_dim)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, C, H, W) -> mean and log-variance, each (N, d)."""
        # float32 under autocast too: sums of exp() in bfloat16 would lose whole nats
        mean, log_variance = self.head(self.encoder(x)).float().chunk(2, dim=1)
        # exp() of a wild log-variance in the first steps would overflow; sigma stays within e^-10 .. e^5
        return mean, log_variance.clamp(-20.0, 10.0)

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x)[0]

    def loss(
        self, x: Tensor, generator: torch.Generator | None = None, labels: Tensor | None = None
    ) -> dict[str, Tensor]:
        mean, log_variance = self.posterior(x)
        reconstruction = self.reconstruction(self.logits(sample(mean, log_variance, generator)), x)
        kl = kl_divergence(mean, log_variance).mean()
        return {"loss": reconstruction + self.objective.beta * kl, "reconstruction": reconstruction, "kl": kl}


def sample(mean: Tensor, log_variance: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """One draw from the posterior by the reparameterisation z = mean + sigma * noise, (N, d)."""
    noise = torch.empty_like(mean).normal_(generator=generator)
    return torch.addcmul(mean, noise, torch.exp(0.5 * log_variance))


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, sigma^2) || N(0, 1)) in nats a picture, (N,) (Kingma and Welling 2013, appendix B)."""
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(dim=1)
