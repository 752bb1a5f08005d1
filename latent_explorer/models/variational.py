"""The variational autoencoder: a Gaussian posterior, the closed-form KL, and beta."""

import torch
from torch import Generator, Tensor, nn

from latent_explorer.config import objectives
from latent_explorer.models.autoencoder import Autoencoder, LossTerms

ACTIVE_VARIANCE = 0.01  # variance of the posterior's mean over the images above which a dimension is active


class VariationalAutoencoder(Autoencoder):
    """Kingma and Welling 2013 (arXiv:1312.6114); `objective.beta` other than 1 is Higgins et al. 2017.

    `encode` returns the posterior's mean, the latent that the map and the explorer use.
    """

    traits = objectives.VARIATIONAL

    def make_head(self, width: int) -> nn.Module:
        return nn.Linear(width, 2 * self.latent_dim)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance of the posterior of images (N, C, H, W), each (N, d)."""
        # float32 under autocast too: sums of exp() in bfloat16 would lose whole nats
        mean, log_variance = self.head(self.extract_features(x)).float().chunk(2, dim=1)
        # exp() of a wild log-variance in the first steps would overflow; sigma stays within e^-10 .. e^5
        return mean, log_variance.clamp(-20.0, 10.0)

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x)[0]

    @property
    def beta(self) -> float:
        """Current weight of the KL term; `objective.warm_up` is the annealing of Bowman et al. 2016 (1511.06349)."""
        return self.objective.beta * self.warm_up_factor

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        return self.compute_negative_elbo(x, *self.posterior(x), generator)

    def compute_negative_elbo(
        self, x: Tensor, mean: Tensor, log_variance: Tensor, generator: Generator | None
    ) -> LossTerms:
        """Return the negative evidence lower bound and its terms, for images and their posterior (N, d) each."""
        z = sample_posterior(mean, log_variance, generator)
        reconstruction = self.compute_reconstruction_loss(self.decode_logits(z), x)
        by_dimension = compute_kl_by_dimension(mean, log_variance)  # (N, d)
        kl = by_dimension.sum(dim=1).mean()
        # free bits: a dimension's KL below this costs the same, so that it need not collapse (Kingma et al. 2016)
        charged = by_dimension.mean(dim=0).clamp_min(self.objective.free_bits).sum() if self.objective.free_bits else kl
        return {"loss": reconstruction + self.beta * charged, "reconstruction": reconstruction, "kl": kl}

    @torch.inference_mode()
    def compute_diagnostics(self, x: Tensor, z: Tensor, generator: Generator) -> dict[str, float]:
        """Return `active_units`: dimensions whose mean varies between images (Burda et al. 2015, 1509.00519)."""
        return {"active_units": float((z.var(dim=0) > ACTIVE_VARIANCE).sum())}


def sample_posterior(mean: Tensor, log_variance: Tensor, generator: Generator | None = None) -> Tensor:
    """Draw one sample from the posterior by the reparameterisation z = mean + sigma * noise, (N, d)."""
    noise = torch.empty_like(mean).normal_(generator=generator)
    return torch.addcmul(mean, noise, torch.exp(0.5 * log_variance))


def compute_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(mean, sigma^2) || N(0, 1)) in nats per image, (N,) (Kingma and Welling 2013, appendix B)."""
    return compute_kl_by_dimension(mean, log_variance).sum(dim=1)


def compute_kl_by_dimension(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return the KL divergence of each dimension in nats, (N, d)."""
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp())
