"""Latent diffusion: a variational autoencoder, and a small denoiser that generates its latents from noise."""

import math
from itertools import pairwise
from typing import Self

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from latent_explorer import config
from latent_explorer.config import objectives
from latent_explorer.models.activation import make_dense_layers
from latent_explorer.models.autoencoder import LossTerms
from latent_explorer.models.encoder_body import EncoderBody
from latent_explorer.models.variational import VariationalAutoencoder, sample_posterior

DENOISER_WIDTHS = (256, 256, 256)
TIME_FREQUENCIES = 16  # sines and cosines that encode the time for the denoiser
AVERAGE_DECAY = 0.99  # decay of the moving average of the latents' mean and variance
SAMPLING_STEPS = 50
COSINE_OFFSET = 0.008  # of the cosine schedule
FROZEN_DRAWS = 32
"""Codes drawn from each posterior, each at a time of its own, where the encoder is frozen."""


class LatentDiffusionAutoencoder(VariationalAutoencoder):
    """Rombach et al. 2021 (arXiv:2112.10752) in small: the noise that was mixed into a latent is predicted (DDPM, Ho et
    al. 2020, arXiv:2006.11239), with the cosine schedule of Nichol and Dhariwal 2021 (arXiv:2102.09672).

    The denoiser models the actual distribution of the latents, which never quite fills a VAE's prior; N(0, 1) is only
    the start of sampling. It is trained on latents detached from the encoder, so that the autoencoder equals that of
    the variational objective. `sample` draws new latents by DDIM (Song et al. 2020, arXiv:2010.02502).
    """

    traits = objectives.DIFFUSION

    mean: Tensor
    variance: Tensor

    def __init__(self, encoder: EncoderBody, decoder: nn.Module, latent_dim: int, objective: config.Objective) -> None:
        super().__init__(encoder, decoder, latent_dim, objective)
        self.denoiser = nn.Sequential(
            *make_dense_layers([latent_dim + 2 * TIME_FREQUENCIES, *DENOISER_WIDTHS], "silu"),
            nn.Linear(DENOISER_WIDTHS[-1], latent_dim),
        )
        self.register_buffer("mean", torch.zeros(latent_dim))
        self.register_buffer("variance", torch.ones(latent_dim))

    def freeze_autoencoder(self) -> None:
        """Leave encoder and decoder as they are: from now on the denoiser alone is trained."""
        self.is_frozen = True
        for part in (self.encoder, self.head, self.decoder):
            part.requires_grad_(False)
        self.train(self.training)

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        if self.is_frozen:  # batches would move the averages of a frozen batch normalisation
            for part in (self.encoder, self.head, self.decoder):
                part.eval()
        return self

    @torch.no_grad()
    def compute_loss_inputs(self, x: Tensor) -> Tensor:
        """Return images (N, C, H, W), or their posteriors (N, 2 d) where the encoder is frozen."""
        return torch.cat(self.posterior(x), dim=1) if self.is_frozen else x

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        """Return the loss of images (N, C, H, W), or of posteriors (N, 2 d) where the encoder is frozen."""
        if self.is_frozen:
            mean, log_variance = x.repeat(FROZEN_DRAWS, 1).chunk(2, dim=1)
            denoising = self._denoise_draws(mean, log_variance, generator)
            return {"loss": denoising, "denoising": denoising}
        mean, log_variance = self.posterior(x)
        parts = self.compute_negative_elbo(x, mean, log_variance, generator)
        denoising = self._denoise_draws(mean.detach(), log_variance.detach(), generator)
        return {**parts, "loss": parts["loss"] + denoising, "denoising": denoising}

    def _denoise_draws(self, mean: Tensor, log_variance: Tensor, generator: Generator | None) -> Tensor:
        """Return the denoising loss of codes drawn from posteriors (N, d), and follow their mean and variance."""
        z = sample_posterior(mean, log_variance, generator)
        if self.training:
            self._update_moving_averages(z)
        return self.compute_denoising_loss(self.standardise(z), generator)

    def compute_denoising_loss(self, z: Tensor, generator: Generator | None = None) -> Tensor:
        """Return the mean squared error of the predicted noise at random times, for latents (N, d) of unit variance."""
        t = torch.empty(len(z), 1, device=z.device).uniform_(generator=generator)
        noise = torch.empty_like(z).normal_(generator=generator)
        signal = compute_alpha_bar(t)
        return F.mse_loss(self.predict_noise(signal.sqrt() * z + (1 - signal).sqrt() * noise, t), noise)

    def predict_noise(self, z: Tensor, t: Tensor) -> Tensor:
        """Predict the noise in noisy latents `z` (N, d) at times `t` (N, 1), from 0 (no noise) to 1 (only noise)."""
        angles = t * torch.exp2(torch.arange(TIME_FREQUENCIES, device=z.device) * 0.5) * math.pi
        noise: Tensor = self.denoiser(torch.cat([z, angles.sin(), angles.cos()], dim=1)).float()
        return noise

    @torch.inference_mode()
    def sample(
        self, count: int, generator: Generator | None = None, steps: int = SAMPLING_STEPS, temperature: float = 1.0
    ) -> Tensor:
        """Return the denoising trajectories of `count` latents, (steps + 1, count, d); the last step is the samples.

        `temperature` is the standard deviation of the initial noise; the denoiser was trained for 1."""
        z = temperature * torch.empty(count, self.latent_dim, device=self.mean.device).normal_(generator=generator)
        path = [z]
        times = torch.linspace(1, 0, steps + 1, device=z.device)
        for now, following in pairwise(times):
            t = now.expand(count, 1)
            signal, further = compute_alpha_bar(t), compute_alpha_bar(following.expand(count, 1))
            noise = self.predict_noise(z, t)
            clean = ((z - (1 - signal).sqrt() * noise) / signal.sqrt()).clamp(-6, 6)
            z = further.sqrt() * clean + (1 - further).sqrt() * noise
            path.append(z)
        return torch.stack(path) * self.variance.sqrt() + self.mean

    def standardise(self, z: Tensor) -> Tensor:
        """Return latents (N, d) with the mean 0 and the variance 1 of the moving averages."""
        return (z - self.mean) / self.variance.sqrt()

    @torch.no_grad()
    def _update_moving_averages(self, z: Tensor) -> None:
        """Update the moving averages of the latents' mean and variance from a batch `z` (N, d)."""
        self.mean.lerp_(z.mean(dim=0), 1 - AVERAGE_DECAY)
        self.variance.lerp_(z.var(dim=0, correction=0).clamp_min(1e-6), 1 - AVERAGE_DECAY)


def compute_alpha_bar(t: Tensor) -> Tensor:
    """Return the signal's share of the variance at times `t`, from nearly 1 to nearly 0 (the cosine schedule)."""
    angle = (t + COSINE_OFFSET) / (1 + COSINE_OFFSET) * math.pi / 2
    begin = math.cos(COSINE_OFFSET / (1 + COSINE_OFFSET) * math.pi / 2) ** 2
    return (angle.cos().square() / begin).clamp(1e-4, 0.9999)
